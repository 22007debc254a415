//! Medicines: what several sources say of one, what can be ordered again and when, and how an order goes on.

mod course;
mod elsewhere;
mod ordering;
mod request;
mod warning;

pub use course::{Course, Group, Prescribed, Standing, same_medicine, short_forms};
pub use elsewhere::{OrderRefusal, Progress, next_look};
pub use ordering::{CannotOrder, EARLIEST, OrderRules, Repeat, overused, runs_out};
pub use request::{ItemAct, ItemStatus};
pub use warning::{Severity, Warning};
