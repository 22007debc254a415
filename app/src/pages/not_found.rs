//! What is not there.

use crate::ctx::{Answer, Failure};

/// Any address that no route has.
pub async fn show() -> Answer {
    Err(Failure::not_found())
}
