//! Prescriptions for Patients over HTTP: the published examples, every error that is listed, and every other way in which it can
//! fail. The examples are NHS England's (`examples/LICENSE`).

#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not as it must be")]

mod examples;
mod failing;
mod national;
