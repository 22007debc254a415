//! Medicines: what several sources say of one, what can be ordered again and when, how an order goes on, where a prescription
//! stands, and when one is to be taken.

mod changes;
mod course;
mod dispensing;
mod elsewhere;
mod flag;
mod ordering;
mod reminding;
mod request;
mod sameness;
mod warning;

pub use changes::{Change, ChangeKind, Word, changes};
pub use course::{Course, Group, Prescribed, Setting, Standing, short_forms};
pub use dispensing::{
    DispenseNews, DispenseStatus, DispenseStep, Issues, PrescriptionNumber, PrescriptionNumberError, Progress, Stated, same_steps,
};
pub use elsewhere::{OrderRefusal, TaskProgress, next_look};
pub use flag::{Flag, Flagged, QueuePart};
pub use ordering::{CannotOrder, EARLIEST, EndDay, OrderRules, Repeat, overused, runs_out};
pub use reminding::{
    ANSWERED_BEFORE, ANSWERED_UNTIL, ANSWERED_WITHIN, DiaryShare, DoseAnswer, DoseState, EndReason, MOST_TIMES, MedicineRef,
    REMINDED_WITHIN, Tally, Times, TimesError, Timetable, can_answer, is_order_time,
};
pub use request::{ItemAct, ItemStatus};
pub use sameness::{Dictionary, Medicines, Named, Product, ProductKind, dictionary_code, same_medicine, same_product};
pub use warning::{Severity, Warning, refers_to};
