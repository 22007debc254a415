//! What is typed into the fields of forms, read.

use crate::FieldProblem;
use chrono::NaiveDate;
use domain::when::typed_day;

/// A date that was typed in three fields; `None` when all are empty. `whose` begins the sentence about what is wrong.
pub(crate) fn typed_date(parts: [&str; 3], field: &str, whose: &str) -> Result<Option<NaiveDate>, FieldProblem> {
    typed_day(parts).map_err(|error| FieldProblem::new(field, error.in_words(whose, "27 3 2027")))
}
