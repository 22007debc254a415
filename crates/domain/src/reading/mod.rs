//! What people measure and note at home: one catalogue, what is made of what they type, what to do at once, and how it is drawn.

mod advice;
mod amount;
mod catalogue;
mod chart;
mod heard;
#[cfg(feature = "server")]
pub mod week;
mod taken;

pub use advice::{Advice, Urgency, advice};
pub use amount::{Amount, AmountError};
pub use catalogue::{Drawn, Group, Linear, Measure, Part, Setting, Unit};
pub use chart::{Axis, Point, Span, thin};
pub use heard::{Doubt, Heard, Typed, hear, settings};
pub use taken::{ImportState, Kept, Origin, Taken, Untaken, take};
