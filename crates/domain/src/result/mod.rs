//! Results of tests: what they can be compared with, converted into and said of, and where nothing can be said.
//!
//! Nothing here knows what is healthy. The only ranges are those that came with a value, and the only words of judgement are
//! those of the laboratory.

mod analyte;
mod decimal;
pub mod next;
mod parts;
mod placed;
mod trend;
mod unit;

pub use crate::order_number::OrderNumber;
pub use analyte::{Analyte, Converted, code_of, codes_of, key_of};
pub use decimal::Decimal;
pub use parts::{DIASTOLIC, PartLine, SYSTOLIC, finest, limit_of, measures, part_lines, part_with, parts_of, thousandths};
pub use placed::{Amount, By, Comparator, Placed, Standing, against_its_word, beyond, placed};
pub use trend::{Band, Told, TrendSpan, band, band_in, sentence, stands_to_its_range};
pub use unit::{canonical, printed, same_unit};
