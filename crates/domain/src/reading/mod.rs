//! What people measure and note at home: one catalogue, what is made of what they type, what to do at once, and how it is drawn.

mod advice;
mod alert;
mod amount;
#[cfg(feature = "server")]
mod bmi;
mod catalogue;
mod chart;
#[cfg(feature = "server")]
mod despair;
mod entered;
#[cfg(feature = "server")]
mod heading;
#[cfg(feature = "server")]
mod heard;
#[cfg(feature = "server")]
mod how;
mod meal;
mod meter;
#[cfg(feature = "server")]
mod named;
#[cfg(feature = "server")]
mod ready;
#[cfg(feature = "server")]
mod rule;
mod taken;
mod target;
#[cfg(feature = "server")]
mod texted;
#[cfg(feature = "server")]
mod watched;
#[cfg(feature = "server")]
pub mod week;

pub use advice::{About, Advice, Urgency, advice};
pub use alert::{AlertAct, AlertState};
pub use amount::{Amount, AmountError};
#[cfg(feature = "server")]
pub use bmi::{ADULT, BmiRange, bmi};
pub use catalogue::{Asked, Drawn, Group, Kind, Linear, Measure, Part, Setting, Unit};
pub use chart::{Axis, Grain, Point, Span, gaps, thin};
#[cfg(feature = "server")]
pub use despair::is_of_despair;
pub use entered::Entered;
#[cfg(feature = "server")]
pub use heading::{Heading, column_of, heading, measures_of, pressure_in, unit_named};
#[cfg(feature = "server")]
pub use heard::{Doubt, FarWeight, Heard, LAST_WEIGHT_DAYS, Typed, far_weight, hear, hear_beside, settings};
#[cfg(feature = "server")]
pub use how::Told;
pub use meal::Meal;
pub use meter::{OutOfRange, off_meter, out_of_range};
#[cfg(feature = "server")]
pub use named::{name_of, same_name, thing_of};
#[cfg(feature = "server")]
pub use ready::{ReadyRule, ReadyTarget};
#[cfg(feature = "server")]
pub use rule::{
    Bound, Colour, Condition, Evidence, Finding, MOST_DAYS, Observed, RECENT_DAYS, Rule, RuleKind, Side, TOGETHER, findings,
    raised_by_each, to_tell,
};
pub use taken::{ImportState, Kept, Origin, Taken, Untaken, take};
pub use target::{Range, Target};
#[cfg(feature = "server")]
pub use texted::{
    Beside, SIGNS_TOLD, SaidTime, SaidWhen, Texted, TextedError, TextedReading, asks_to_stop, glimpsed, is_off_the_meter,
    keep_sign_told, keep_signs_of_pregnancy, signs_beside, signs_told, signs_unkept, to_do, to_do_unkept, understand,
    with_signs_of_note,
};
#[cfg(feature = "server")]
pub use watched::{Hours, next_working_day};
