//! Why a change of a relationship was refused: in words for pages, by its code for the API.

use crate::{FieldProblem, ServiceError};
use domain::relationship::TransitionError;
use fhir::consent::Fault;
use store::StoreError;

/// Why a change of a relationship was refused. Nothing was changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CarerRefusal {
    /// It has changed since it was read.
    #[error("it has changed since it was read")]
    Stale,
    /// It cannot go there, not for that reason, or not by them.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// The practice decided it, so that the person cannot change it alone.
    #[error("the practice decided it")]
    NotAlone,
    /// The carer has another relationship with the person that is not over.
    #[error("they act for the person already")]
    ActsAlready,
    /// It is about whoever would decide.
    #[error("it is about whoever decides")]
    AboutThemself,
    /// Another organisation decides about it than the one that was named.
    #[error("another organisation decides")]
    Grantor,
    /// A last day was sent with something that ends or has not begun.
    #[error("a last day does not go with that")]
    LastDay,
    /// What can be wrong with any act.
    #[error(transparent)]
    Other(#[from] ServiceError),
}

impl CarerRefusal {
    /// What the API calls it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Stale => Fault::Stale,
            Self::Transition(TransitionError::Illegal) => Fault::StateTransition,
            Self::Transition(TransitionError::Reason) => Fault::StatusReason,
            Self::Transition(TransitionError::Text) => Fault::FreeText,
            Self::Transition(TransitionError::NotTheirs) | Self::NotAlone | Self::AboutThemself => Fault::Forbidden,
            Self::ActsAlready => Fault::DuplicateRelationship,
            Self::Grantor => Fault::GrantorValue,
            Self::LastDay => Fault::EndDate,
            Self::Other(error) => Fault::from(error),
        }
    }

    /// What is wrong in plain words, where they say more than the code does.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Stale | Self::Transition(_) | Self::Grantor => None,
            Self::LastDay => Some("A last day is sent alone, or with the status active.".to_owned()),
            Self::NotAlone | Self::ActsAlready | Self::AboutThemself | Self::Other(_) => match self.clone().into() {
                ServiceError::Fields(problems) => problems.into_iter().next().map(|problem| format!("{}.", problem.message)),
                _ => None,
            },
        }
    }
}

impl From<StoreError> for CarerRefusal {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<FieldProblem> for CarerRefusal {
    fn from(problem: FieldProblem) -> Self {
        Self::Other(ServiceError::Fields(vec![problem]))
    }
}

impl From<CarerRefusal> for ServiceError {
    fn from(refusal: CarerRefusal) -> Self {
        let text = match refusal {
            CarerRefusal::Other(error) => return error,
            // Pages offer only what can be done, so whoever comes to this looks at how it stood before.
            CarerRefusal::Stale | CarerRefusal::Transition(_) | CarerRefusal::Grantor | CarerRefusal::LastDay => {
                "This has changed since you opened the page. Look at how it stands now, then try again"
            }
            CarerRefusal::NotAlone => {
                "Your practice decided this, so it has to change it too. You can stop it for now, and ask your practice"
            }
            CarerRefusal::ActsAlready => "They act for this person already, or have asked to",
            CarerRefusal::AboutThemself => "Somebody else at the practice has to decide this, because it is about you",
        };
        Self::field("", text)
    }
}

impl From<&ServiceError> for Fault {
    fn from(error: &ServiceError) -> Self {
        match error {
            ServiceError::NotSignedIn => Self::AccessDenied,
            ServiceError::NeedsSecondStep | ServiceError::NeedsFreshSignIn => Self::Forbidden,
            ServiceError::NotFound => Self::NotFound,
            ServiceError::Fields(problems) if problems.iter().any(|problem| problem.field == "ends_on") => Self::EndDate,
            ServiceError::Fields(problems) if problems.iter().any(|problem| problem.field == "text") => Self::StatusReason,
            ServiceError::Fields(_) => Self::StateTransition,
            ServiceError::TooMany(_) => Self::Throttled,
            ServiceError::Unavailable(_) => Self::Busy,
            ServiceError::Internal(_) => Self::Server,
        }
    }
}
