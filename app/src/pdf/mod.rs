//! Letters and summaries as PDF files that a screen reader reads as well as an eye does: tagged after PDF/UA-1 (ISO 14289-1), with real
//! text in an embedded typeface. What does not keep to the standard does not come out at all.

mod face;
mod letter;
mod plain;
mod sheet;
mod summary;

pub use letter::letter;
pub use plain::plain_letter;
pub(crate) use sheet::Print;
pub(crate) use summary::summary;

use krilla::error::KrillaError;
use std::fmt;

/// Why no file came of it. It says nothing of what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PdfError {
    /// The typeface cannot be read.
    Typeface,
    /// In so many places the file would not be what PDF/UA-1 asks for.
    Standard(usize),
    /// The file could not be put together.
    Writing,
}

impl From<KrillaError> for PdfError {
    fn from(error: KrillaError) -> Self {
        match error {
            KrillaError::Validation(problems) => Self::Standard(problems.len()),
            KrillaError::Font(..) => Self::Typeface,
            _ => Self::Writing,
        }
    }
}

impl fmt::Display for PdfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Typeface => f.write_str("the typeface of the PDF cannot be read"),
            Self::Standard(problems) => write!(f, "the PDF would break PDF/UA-1 in {problems} places"),
            Self::Writing => f.write_str("the PDF cannot be put together"),
        }
    }
}

impl std::error::Error for PdfError {}
