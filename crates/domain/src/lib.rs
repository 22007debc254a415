//! The rules and words of a citizen's record: pure, with no IO, no clock and no randomness, so that the same code
//! runs on the server and in the browser and every rule can be tested by itself.

pub mod access;
pub mod account;
pub mod age_rules;
pub mod appointment;
pub mod audit;
pub mod consent;
pub mod correction;
pub mod document;
pub mod emergency;
pub mod goal;
pub mod ids;
pub mod linkage;
pub mod medicine;
pub mod mobile;
pub mod nhs_number;
pub mod order_number;
#[cfg(feature = "server")]
pub mod password;
pub mod person;
pub mod pharmacy;
pub mod plain_words;
pub mod profile;
pub mod questionnaire;
pub mod reading;
pub mod reading_age;
pub mod record;
pub mod relationship;
pub mod release;
#[cfg(feature = "server")]
pub mod result;
pub mod rhythm;
pub mod scope;
#[cfg(feature = "server")]
pub mod search;
pub mod self_care;
pub mod shown;
pub mod team;
pub mod when;
pub mod wish;

pub use ids::*;
pub use mobile::MobileNumber;
pub use nhs_number::NhsNumber;
pub use when::When;
