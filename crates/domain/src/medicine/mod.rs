//! Medicines: what several sources say of one, what can be ordered again and when, how an order goes on, where a prescription
//! stands, and when one is to be taken.

mod course;
mod dispensing;
mod elsewhere;
mod ordering;
mod reminding;
mod request;
mod warning;

pub use course::{Course, Group, Medicines, Prescribed, Standing, same_medicine, short_forms};
pub use dispensing::{
    DispenseNews, DispenseStatus, DispenseStep, Issues, PrescriptionNumber, PrescriptionNumberError, Progress, Stated, same_steps,
};
pub use elsewhere::{OrderRefusal, TaskProgress, next_look};
pub use ordering::{CannotOrder, EARLIEST, OrderRules, Repeat, overused, runs_out};
pub use reminding::{
    ANSWERED_BEFORE, ANSWERED_UNTIL, ANSWERED_WITHIN, DiaryShare, DoseAnswer, DoseState, EndReason, MOST_TIMES, MedicineRef,
    REMINDED_WITHIN, Tally, Times, TimesError, Timetable, can_answer, is_order_time,
};
pub use request::{ItemAct, ItemStatus};
pub use warning::{Severity, Warning};
