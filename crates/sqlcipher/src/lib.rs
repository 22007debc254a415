//! SQLite as SQLCipher makes it: the same, and encrypted where a database has a key (docs/adr/0051-encryption-at-rest.md). sqlx knows it
//! by the name of this crate.

pub use sqlcipher::*;
