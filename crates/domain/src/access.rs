//! Who is acting, and what they may do: a pure decision over loaded facts.

use crate::{AccountId, PersonId, audit::Basis};

/// Who acts. Always apart from the subject, whose record it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A citizen signed in to an account.
    Account {
        /// The account.
        id: AccountId,
        /// How surely they are who they say.
        assurance: Assurance,
    },
    /// The operator at the command line.
    Operator,
    /// The service itself.
    System,
    /// Nobody signed in.
    Nobody,
}

impl Actor {
    /// The account that acts, where it is an account.
    #[must_use]
    pub const fn account(&self) -> Option<AccountId> {
        match self {
            Self::Account { id, .. } => Some(*id),
            Self::Operator | Self::System | Self::Nobody => None,
        }
    }
}

/// How far a session has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// A password alone: enough to set up a second step, never to open a record.
    FirstStep,
    /// A second step as well, or a passkey.
    SecondStep,
}

/// How the account stands to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No link.
    None,
    /// It is their own record.
    Own,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ask {
    /// Read any part of the record.
    ReadRecord,
    /// See who has looked at the record.
    ReadActivity,
    /// Take the whole record away.
    ExportRecord,
    /// Add source data to the record.
    ImportRecord,
    /// Issue a linkage code for the person, or link an account to them in person.
    IssueLinkageCode,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Allowed, on this basis.
    Allow(Basis),
    /// Refused, for this reason (for the log and for the audit; outside it looks like "not found").
    Deny(Denial),
}

/// Why it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// Nobody is signed in.
    NotSignedIn,
    /// Signed in with a password alone.
    NeedsSecondStep,
    /// No link between the account and the person.
    NotLinked,
    /// Only the operator may.
    OperatorOnly,
}

/// Decides whether `actor`, standing so to the subject, may do what is asked.
///
/// The only place where access to a record is decided. Fail closed: what is not listed is refused.
#[must_use]
pub const fn decide(actor: &Actor, standing: Standing, ask: Ask) -> Decision {
    match actor {
        Actor::Operator => Decision::Allow(Basis::Operator),
        Actor::System => match ask {
            Ask::ImportRecord => Decision::Allow(Basis::System),
            Ask::ReadRecord | Ask::ReadActivity | Ask::ExportRecord | Ask::IssueLinkageCode => {
                Decision::Deny(Denial::OperatorOnly)
            }
        },
        Actor::Nobody => Decision::Deny(Denial::NotSignedIn),
        Actor::Account { assurance: Assurance::FirstStep, .. } => Decision::Deny(Denial::NeedsSecondStep),
        Actor::Account { assurance: Assurance::SecondStep, .. } => match (standing, ask) {
            (Standing::Own, Ask::ReadRecord | Ask::ReadActivity | Ask::ExportRecord) => Decision::Allow(Basis::Own),
            (Standing::Own, Ask::ImportRecord | Ask::IssueLinkageCode) => Decision::Deny(Denial::OperatorOnly),
            (Standing::None, _) => Decision::Deny(Denial::NotLinked),
        },
    }
}

/// The subject of a request together with how the actor stands to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Whose record.
    pub person: PersonId,
    /// On what basis it is open.
    pub basis: Basis,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const ASKS: [Ask; 5] = [Ask::ReadRecord, Ask::ReadActivity, Ask::ExportRecord, Ask::ImportRecord, Ask::IssueLinkageCode];

    fn account(assurance: Assurance) -> Actor {
        Actor::Account { id: AccountId::from_uuid(Uuid::nil()), assurance }
    }

    #[test]
    fn every_actor_by_every_ask() {
        use Decision::{Allow, Deny};
        let table: [(Actor, Standing, [Decision; 5]); 7] = [
            (Actor::Nobody, Standing::None, [Deny(Denial::NotSignedIn); 5]),
            (Actor::Nobody, Standing::Own, [Deny(Denial::NotSignedIn); 5]),
            (account(Assurance::FirstStep), Standing::Own, [Deny(Denial::NeedsSecondStep); 5]),
            (account(Assurance::SecondStep), Standing::None, [Deny(Denial::NotLinked); 5]),
            (
                account(Assurance::SecondStep),
                Standing::Own,
                [Allow(Basis::Own), Allow(Basis::Own), Allow(Basis::Own), Deny(Denial::OperatorOnly), Deny(Denial::OperatorOnly)],
            ),
            (Actor::Operator, Standing::None, [Allow(Basis::Operator); 5]),
            (
                Actor::System,
                Standing::None,
                [
                    Deny(Denial::OperatorOnly),
                    Deny(Denial::OperatorOnly),
                    Deny(Denial::OperatorOnly),
                    Allow(Basis::System),
                    Deny(Denial::OperatorOnly),
                ],
            ),
        ];
        for (actor, standing, expected) in table {
            for (ask, expected) in ASKS.into_iter().zip(expected) {
                assert_eq!(decide(&actor, standing, ask), expected, "{actor:?} {standing:?} {ask:?}");
            }
        }
    }
}
