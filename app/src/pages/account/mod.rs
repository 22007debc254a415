//! The account: who signs in, how, and where.

pub mod details;
pub mod display;
pub mod download;
pub mod email;
pub mod factors;
pub mod mobile;
pub mod needs;
pub mod overview;
pub mod password;
pub mod sign_ins;

use chrono::{DateTime, Utc};
use domain::when::{day_in_words, london_day};

/// "3 November 2026".
fn day(instant: DateTime<Utc>) -> String {
    day_in_words(london_day(instant))
}

/// "1 passkey", "2 passkeys", "no passkeys".
fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts_read_as_words() {
        let said = [0, 1, 2].map(|count| super::counted(count, "passkey", "passkeys"));
        assert_eq!(said, ["no passkeys", "1 passkey", "2 passkeys"]);
    }
}
