//! The key of an embedded database that is encrypted.

use std::fmt;
use std::str::FromStr;

/// The key of an encrypted embedded database: 32 random bytes (AES-256). It is never shown: [`fmt::Debug`] leaves it out.
#[derive(Clone, Copy)]
pub struct DatabaseKey([u8; 32]);

/// What is no such key. It does not repeat what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key of the database must be 64 hexadecimal digits, as \"openssl rand -hex 32\" writes them")]
pub struct DatabaseKeyError;

impl DatabaseKey {
    /// As the engine takes it: the bytes themselves, of which it derives nothing by passes that cost time
    /// (<https://www.zetetic.net/sqlcipher/sqlcipher-api/#key>, "Raw Key Data").
    pub(crate) fn raw(self) -> String {
        format!("x'{}'", hex::encode(self.0))
    }

    /// The same as the value of a pragma.
    pub(crate) fn pragma(self) -> String {
        format!("\"{}\"", self.raw())
    }
}

impl FromStr for DatabaseKey {
    type Err = DatabaseKeyError;

    /// Reads 64 hexadecimal digits, with white space before or after them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| DatabaseKeyError)?;
        Ok(Self(bytes))
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey (not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_64_hexadecimal_digits_and_is_not_shown() {
        let digits = "0123456789abcdef".repeat(4);
        let key: DatabaseKey = format!(" {}\n", digits.to_uppercase()).parse().unwrap();
        assert_eq!(key.pragma(), format!("\"x'{digits}'\""));
        assert!(!format!("{key:?}").contains("01"));
        for wrong in ["", "0123", "correct horse battery staple", &digits[1..], &format!("{digits}00"), &digits.replace('f', "g")]
        {
            assert_eq!(wrong.parse::<DatabaseKey>().err(), Some(DatabaseKeyError), "{wrong}");
        }
    }
}
