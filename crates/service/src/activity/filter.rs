//! Which events of a person's record are asked for.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::audit::{Action, Basis};
use domain::when::{LAST_INSTANT, london_midnight};
use domain::{MemberId, OrganisationId, RelationshipId};
use std::fmt;
use std::str::FromStr;
use store::audit::Wanted;

/// Whose acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The person's own.
    You,
    /// Of everybody who acts for them.
    Carers,
    /// Of every care team.
    Teams,
    /// Of the service and of those who run it.
    Service,
    /// Of one who acts for them.
    Relationship(RelationshipId),
    /// Of one organisation.
    Organisation(OrganisationId),
    /// Of one member of staff.
    Member(MemberId),
}

impl fmt::Display for By {
    /// The word by which an address names it: "carers", "member:019a…".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::You => f.write_str("you"),
            Self::Carers => f.write_str("carers"),
            Self::Teams => f.write_str("teams"),
            Self::Service => f.write_str("service"),
            Self::Relationship(id) => write!(f, "carer:{id}"),
            Self::Organisation(id) => write!(f, "organisation:{id}"),
            Self::Member(id) => write!(f, "member:{id}"),
        }
    }
}

impl FromStr for By {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match (text, text.split_once(':')) {
            ("you", _) => Self::You,
            ("carers", _) => Self::Carers,
            ("teams", _) => Self::Teams,
            ("service", _) => Self::Service,
            (_, Some(("carer", id))) => Self::Relationship(id.parse().map_err(|_| ())?),
            (_, Some(("organisation", id))) => Self::Organisation(id.parse().map_err(|_| ())?),
            (_, Some(("member", id))) => Self::Member(id.parse().map_err(|_| ())?),
            _ => return Err(()),
        })
    }
}

/// What sort of act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Looks at the record, and searches that found the person.
    Looked,
    /// Who may act for the person, and what others see.
    Sharing,
    /// Copies of the record, and of this account of it.
    Copies,
    /// Signing in, accounts and their links to the record.
    SignIn,
    /// Attempts that were refused.
    Refused,
}

impl Kind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Looked, Self::Sharing, Self::Copies, Self::SignIn, Self::Refused];

    /// The word by which an address names it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Looked => "looked",
            Self::Sharing => "sharing",
            Self::Copies => "copies",
            Self::SignIn => "sign-in",
            Self::Refused => "refused",
        }
    }

    /// The kind that has this word; `None` when there is none.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether an act is of this kind. One may be of two: a sign-in that was refused.
    #[must_use]
    pub const fn has(self, action: Action) -> bool {
        match self {
            Self::Looked => matches!(
                action,
                Action::Read | Action::Searched | Action::EmergencyOpened | Action::EmergencyClosed | Action::Previewed
            ),
            Self::Sharing => matches!(
                action,
                Action::CarerProposed
                    | Action::CarerAllowed
                    | Action::CarerChanged
                    | Action::CarerSuspended
                    | Action::CarerEnded
                    | Action::CarerRefused
                    | Action::HidingChanged
                    | Action::LabelChanged
                    | Action::SharingChanged
            ),
            Self::Copies => matches!(action, Action::Export),
            Self::SignIn => matches!(
                action,
                Action::LinkageIssued
                    | Action::Linked
                    | Action::Unlinked
                    | Action::LinkRefused
                    | Action::IdentityChecked
                    | Action::SignedIn
                    | Action::SignInRefused
                    | Action::SignedOut
            ),
            Self::Refused => matches!(action, Action::Refused | Action::LinkRefused | Action::SignInRefused),
        }
    }
}

/// Which events are asked for. Without more: all but the person's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whose; everybody's when absent.
    pub by: Option<By>,
    /// Of which kind; every kind when absent.
    pub kind: Option<Kind>,
    /// From this day on, in London.
    pub from: Option<NaiveDate>,
    /// Until this day, with it.
    pub until: Option<NaiveDate>,
    /// With the person's own acts.
    pub own: bool,
}

impl Filter {
    /// Whether it asks for anything in particular.
    #[must_use]
    pub const fn is_narrow(&self) -> bool {
        self.by.is_some() || self.kind.is_some() || self.from.is_some() || self.until.is_some()
    }

    /// Whether the person's own acts are in what it asks for.
    #[must_use]
    pub fn has_own(&self) -> bool {
        self.by == Some(By::You) || self.by.is_none() && self.own
    }

    pub(super) fn wanted(&self) -> Wanted {
        let basis = |basis: Basis| match self.by {
            None => self.own || basis != Basis::Own,
            Some(By::You) => basis == Basis::Own,
            Some(By::Carers | By::Relationship(_)) => basis == Basis::Carer,
            Some(By::Teams | By::Member(_)) => matches!(basis, Basis::CareTeam | Basis::LetIn | Basis::Emergency),
            Some(By::Service) => matches!(basis, Basis::Operator | Basis::System | Basis::Unknown),
            Some(By::Organisation(_)) => basis != Basis::Own,
        };
        let action = |action: Action| self.kind.is_none_or(|kind| kind.has(action));
        Wanted {
            bases: Basis::ALL.iter().filter(|word| basis(**word)).map(|word| word.code()).collect(),
            actions: Action::ALL.iter().filter(|word| action(**word)).map(|word| word.code()).collect(),
            about: match self.by {
                Some(By::Relationship(id)) => Some(("relationship", id.as_uuid())),
                Some(By::Organisation(id)) => Some(("organisation", id.as_uuid())),
                Some(By::Member(id)) => Some(("member", id.as_uuid())),
                _ => None,
            },
            from: self.from.map_or(DateTime::<Utc>::UNIX_EPOCH, london_midnight),
            until: self.until.and_then(|day| day.checked_add_days(Days::new(1))).map_or(LAST_INSTANT, london_midnight),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_address_names_each_who_and_each_kind_and_is_read_back() {
        let id = Uuid::from_u128(7);
        for by in [
            By::You,
            By::Carers,
            By::Teams,
            By::Service,
            By::Relationship(RelationshipId::from_uuid(id)),
            By::Organisation(OrganisationId::from_uuid(id)),
            By::Member(MemberId::from_uuid(id)),
        ] {
            assert_eq!(by.to_string().parse(), Ok(by));
        }
        assert_eq!("member:%".parse::<By>(), Err(()));
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
    }

    #[test]
    fn own_acts_are_left_out_until_they_are_asked_for() {
        let bases = |filter: Filter| filter.wanted().bases;
        assert!(!bases(Filter::default()).contains(&"self"));
        assert!(bases(Filter { own: true, ..Filter::default() }).contains(&"self"));
        assert_eq!(bases(Filter { by: Some(By::You), ..Filter::default() }), ["self"]);
        assert_eq!(bases(Filter { by: Some(By::Teams), ..Filter::default() }), ["care-team", "let-in", "emergency"]);
    }

    #[test]
    fn a_period_is_whole_days_in_london() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 7, day);
        let wanted = Filter { from: day(1), until: day(2), ..Filter::default() }.wanted();
        assert_eq!(
            (wanted.from.to_rfc3339(), wanted.until.to_rfc3339()),
            ("2026-06-30T23:00:00+00:00".to_owned(), "2026-07-02T23:00:00+00:00".to_owned())
        );
    }
}
