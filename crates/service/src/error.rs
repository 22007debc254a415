//! How a use case ends when it does not succeed.

use chrono::TimeDelta;
use domain::access::Denial;
use store::StoreError;

/// One thing wrong with what was typed, said beside its field.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldProblem {
    /// The field's name in the form.
    pub field: String,
    /// What to do about it, in plain words.
    pub message: String,
}

impl FieldProblem {
    /// A problem with this field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    /// Something is missing that the page puts into the form itself.
    pub(crate) fn not_whole() -> Self {
        Self::new("", "The page was not whole. Send it again")
    }
}

/// Reads the fields of a form one after the other, each under its name; where something is wrong with any of them, ends with
/// all that is wrong. A later field may look at an earlier one, which is a `Result` until all are read.
macro_rules! gather {
    ($($name:ident = $read:expr;)+) => {
        $(let $name = $read;)+
        let ($($name),+) = match ($($name),+) {
            ($(Ok($name)),+) => ($($name),+),
            ($($name),+) => {
                let problems = [$($name.err()),+];
                return Err($crate::ServiceError::Fields(problems.into_iter().flatten().collect()));
            }
        };
    };
}
pub(crate) use gather;

/// Why a use case did not do what was asked. Nothing was changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ServiceError {
    /// Nobody is signed in.
    #[error("not signed in")]
    NotSignedIn,
    /// Signed in with a password alone, where a second step is needed.
    #[error("a second step is needed")]
    NeedsSecondStep,
    /// The sign-in is too old for what was asked (more than five minutes).
    #[error("a fresh sign-in is needed")]
    NeedsFreshSignIn,
    /// There is no such thing, or it is not the asker's to see: both look the same.
    #[error("not found")]
    NotFound,
    /// What was typed cannot be used; every problem is listed.
    #[error("{} things to put right", .0.len())]
    Fields(Vec<FieldProblem>),
    /// Too many attempts; try again after this long.
    #[error("too many attempts")]
    TooMany(TimeDelta),
    /// The service is too busy or its database is not there; trying again may help.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of this program.
    #[error("internal: {0}")]
    Internal(String),
}

impl ServiceError {
    /// One problem with one field.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldProblem::new(field, message)])
    }

    /// Something is missing that the page puts into the form itself.
    pub(crate) fn not_whole() -> Self {
        Self::Fields(vec![FieldProblem::not_whole()])
    }

    /// What the page showed is another meanwhile.
    pub(crate) fn changed_since() -> Self {
        Self::field("", "Somebody changed this meanwhile. Look at it again")
    }

    /// A fault of this program, with what the log should say of it. Never holds personal data.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::NotDurable | StoreError::Busy => Self::Unavailable(error.to_string()),
            StoreError::Schema(_) | StoreError::Corrupt(_) | StoreError::Statement(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<Denial> for ServiceError {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::NotSignedIn => Self::NotSignedIn,
            Denial::NeedsSecondStep => Self::NeedsSecondStep,
            Denial::NotLinked | Denial::NotInForce | Denial::OutOfScope | Denial::OperatorOnly => Self::NotFound,
        }
    }
}
