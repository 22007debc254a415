//! One person acting for another: the states of a proxy role, the reasons for each change, and who may make it.
//!
//! Words and codes: NHS England, Validated Relationships Service API 1.27 (`Consent.status`, `England-ConsentStatusReason`,
//! `England-NHSProxyLegalBasis`); rules: DAPB3051 (proxy access).

use crate::RelationshipId;
use crate::record::coded;
use crate::scope::{Categories, Labels, Scopes};
use chrono::{Months, NaiveDate};

coded! {
    /// Where a relationship stands.
    Status {
        /// Asked for: an invitation not yet taken up, or an application not yet decided.
        Proposed = "proposed",
        /// In force, from its start to its end.
        Active = "active",
        /// An application that was refused.
        Rejected = "rejected",
        /// Over, or stopped for the time being.
        Inactive = "inactive",
        /// It should never have been there.
        EnteredInError = "entered-in-error",
    }
}

coded! {
    /// On what law one person may act for another.
    LegalBasis {
        /// A parent, or somebody with a parent's duties, for a child.
        ParentalResponsibility = "parental-responsibility",
        /// The person agreed.
        Consent = "consent",
        /// The person cannot decide, and it is best for them (Mental Capacity Act 2005).
        BestInterest = "best-interest",
        /// A lasting power of attorney for health and welfare.
        LastingPowerOfAttorney = "health-and-welfare-lasting-power-of-attorney",
        /// A personal welfare deputy appointed by the Court of Protection.
        CourtDeputy = "court-appointed-personal-welfare-deputy",
    }
}

impl LegalBasis {
    /// In plain words, after "because".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::ParentalResponsibility => "they have parental responsibility",
            Self::Consent => "the person agreed",
            Self::BestInterest => "the person cannot decide for themselves and it is best for them",
            Self::LastingPowerOfAttorney => "they have a lasting power of attorney for health and welfare",
            Self::CourtDeputy => "a court made them a personal welfare deputy",
        }
    }

    /// Whether it holds because the person cannot decide for themselves.
    #[must_use]
    pub const fn is_without_capacity(self) -> bool {
        matches!(self, Self::BestInterest | Self::LastingPowerOfAttorney | Self::CourtDeputy)
    }
}

coded! {
    /// What shows that somebody has parental responsibility.
    ParentalEvidence {
        /// Birth certificate.
        BirthCertificate = "BRTH",
        /// Adoption certificate.
        Adoption = "ADPT",
        /// Parental responsibility agreement.
        Agreement = "PRNA",
        /// Step-parent parental responsibility agreement.
        StepParentAgreement = "SPRNA",
        /// Parental order.
        ParentalOrder = "PORD",
        /// Special guardianship order.
        Guardianship = "SGORD",
        /// Another court order.
        OtherCourtOrder = "OTHCOURT",
        /// Something else.
        Other = "OTHR",
    }
}

impl ParentalEvidence {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::BirthCertificate => "Birth certificate",
            Self::Adoption => "Adoption certificate",
            Self::Agreement => "Parental responsibility agreement",
            Self::StepParentAgreement => "Step-parent parental responsibility agreement",
            Self::ParentalOrder => "Parental order",
            Self::Guardianship => "Special guardianship order",
            Self::OtherCourtOrder => "Another court order",
            Self::Other => "Something else",
        }
    }
}

coded! {
    /// Why a relationship came to stand where it does.
    Reason {
        /// Made, in force from the beginning.
        RoleCreated = "ROLE_CREATED",
        /// Brought into force.
        RoleActivated = "ROLE_ACTIVATED",
        /// Brought into force again.
        RoleReactivated = "ROLE_REACTIVATED",
        /// Stopped to keep somebody safe.
        DeactivatedSafeguarding = "ROLE_DEACTIVATED_SAFEGUARDING",
        /// The person asked for it to stop.
        DeactivatedPatientRequest = "ROLE_DEACTIVATED_PATIENT_REQUEST",
        /// Its last day has passed.
        DeactivatedEndDate = "ROLE_DEACTIVATED_END_DATE_REACHED",
        /// Not used for a long time.
        DeactivatedUnused = "ROLE_DEACTIVATED_INACTIVE_ROLE",
        /// The person died.
        DeactivatedPatientDeceased = "ROLE_DEACTIVATED_PATIENT_DECEASED",
        /// The carer died.
        DeactivatedProxyDeceased = "ROLE_DEACTIVATED_PROXY_DECEASED",
        /// They are no longer to each other what they were, such as after a child's birthday.
        DeactivatedChange = "ROLE_DEACTIVATED_CHANGE_IN_RELATIONSHIP",
        /// The carer can no longer decide for themselves.
        DeactivatedProxyCapacity = "ROLE_DEACTIVATED_PROXY_LACKS_CAPACITY",
        /// The carer misused it.
        DeactivatedMisuse = "ROLE_DEACTIVATED_MISUSE_OF_SYSTEM",
        /// The person moved to another practice.
        DeactivatedPatientMoved = "ROLE_DEACTIVATED_PATIENT_GP_TRANSFERRED",
        /// The carer moved to another practice.
        DeactivatedProxyMoved = "ROLE_DEACTIVATED_PROXY_GP_TRANSFERRED",
        /// The carer no longer lives in England or Wales.
        DeactivatedProxyAbroad = "ROLE_DEACTIVATED_PROXY_NOT_LIVING_IN_ENGLAND_OR_WALES",
        /// Stopped until somebody has looked at it.
        Suspended = "ROLE_SUSPENDED_PENDING_REVIEW",
        /// An application came in.
        ApplicationSubmitted = "APPLICATION_SUBMITTED",
        /// It came in again after it was refused.
        ApplicationResubmitted = "APPLICATION_RESUBMITTED",
        /// Whoever asked took it back.
        ApplicationWithdrawn = "APPLICATION_WITHDRAWN",
        /// Refused: not needed.
        RejectedNotNeeded = "APPLICATION_REJECTED_NOT_NEEDED",
        /// Refused: to keep somebody safe.
        RejectedSafeguarding = "APPLICATION_REJECTED_SAFEGUARDING",
        /// Refused: who the applicant is was not shown.
        RejectedIdentity = "APPLICATION_REJECTED_IDENTITY_NOT_VERIFIED",
        /// Refused: the person does not agree.
        RejectedNoConsent = "APPLICATION_REJECTED_NO_CONSENT",
        /// Refused: the applicant cannot decide for themselves.
        RejectedProxyCapacity = "APPLICATION_REJECTED_PROXY_LACKS_CAPACITY",
        /// Refused: the applicant does not live in England or Wales.
        RejectedProxyAbroad = "APPLICATION_REJECTED_PROXY_NOT_LIVING_IN_ENGLAND_OR_WALES",
        /// Refused: no law allows it.
        RejectedNoLegalBasis = "APPLICATION_REJECTED_NO_LEGAL_BASIS",
        /// Another reason, written out.
        Other = "OTHER",
    }
}

impl Reason {
    /// Whether it has to be written out too.
    #[must_use]
    pub const fn needs_text(self) -> bool {
        matches!(self, Self::Other)
    }

    /// The states to which it leads; more than one only for [`Reason::Other`].
    const fn leads_to(self) -> &'static [Status] {
        match self {
            Self::RoleCreated | Self::RoleActivated | Self::RoleReactivated => &[Status::Active],
            Self::DeactivatedSafeguarding
            | Self::DeactivatedPatientRequest
            | Self::DeactivatedEndDate
            | Self::DeactivatedUnused
            | Self::DeactivatedPatientDeceased
            | Self::DeactivatedProxyDeceased
            | Self::DeactivatedChange
            | Self::DeactivatedProxyCapacity
            | Self::DeactivatedMisuse
            | Self::DeactivatedPatientMoved
            | Self::DeactivatedProxyMoved
            | Self::DeactivatedProxyAbroad
            | Self::Suspended
            | Self::ApplicationWithdrawn => &[Status::Inactive],
            Self::ApplicationSubmitted | Self::ApplicationResubmitted => &[Status::Proposed],
            Self::RejectedNotNeeded
            | Self::RejectedSafeguarding
            | Self::RejectedIdentity
            | Self::RejectedNoConsent
            | Self::RejectedProxyCapacity
            | Self::RejectedProxyAbroad
            | Self::RejectedNoLegalBasis => &[Status::Rejected],
            Self::Other => &[Status::Active, Status::Rejected, Status::Inactive, Status::EnteredInError],
        }
    }
}

coded! {
    /// Who asks for a change.
    By {
        /// The person who is cared for.
        Person = "person",
        /// The carer.
        Carer = "carer",
        /// Staff of the practice.
        Practice = "practice",
        /// A rule that acts by itself.
        Rule = "rule",
    }
}

/// Why a change was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// From where it stands it cannot go there (`INVALID_STATE_TRANSITION`).
    #[error("the relationship cannot go from where it stands to there")]
    Illegal,
    /// The reason does not lead there (`INVALID_STATUS_REASON`).
    #[error("the reason does not fit the change")]
    Reason,
    /// The reason has to be written out (`MISSING_FREE_TEXT_FOR_OTHER`).
    #[error("the reason has to be written out")]
    Text,
    /// Not theirs to make.
    #[error("the change is not theirs to make")]
    NotTheirs,
}

/// Where a relationship stands, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Standing {
    /// Where.
    pub status: Status,
    /// Why.
    pub reason: Reason,
}

impl Standing {
    /// Whether it was stopped for the time being and may be taken up again.
    #[must_use]
    pub fn is_suspended(self) -> bool {
        self.status == Status::Inactive && self.reason == Reason::Suspended
    }

    /// Whether it is still of interest: asked for, in force or stopped for the time being.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self.status, Status::Proposed | Status::Active) || self.is_suspended()
    }

    /// Decides whether it may change to `to`.
    ///
    /// # Errors
    /// [`TransitionError`], the first that applies of: illegal, reason, text, not theirs.
    pub fn change(self, to: Self, text: Option<&str>, by: By) -> Result<Self, TransitionError> {
        let legal = match (self.status, to.status) {
            (Status::Proposed, Status::Active | Status::Rejected | Status::Inactive | Status::EnteredInError)
            | (Status::Active, Status::Inactive | Status::EnteredInError)
            | (Status::Rejected, Status::Proposed | Status::EnteredInError) => true,
            // What is over stays over; what was stopped for the time being may go on or end, and what its end date or a
            // long silence ended may be taken up again (DAPB3051 7.3, "easy reactivation").
            (Status::Inactive, Status::Active) => {
                matches!(self.reason, Reason::Suspended | Reason::DeactivatedEndDate | Reason::DeactivatedUnused)
            }
            (Status::Inactive, Status::Inactive) => self.is_suspended() && to.reason != Reason::Suspended,
            (Status::Inactive, Status::EnteredInError) => true,
            (_, _) => false,
        };
        if !legal {
            return Err(TransitionError::Illegal);
        }
        let fits = to.reason.leads_to().contains(&to.status)
            && match to.reason {
                Reason::RoleCreated | Reason::RoleActivated => self.status == Status::Proposed,
                Reason::RoleReactivated => self.status == Status::Inactive,
                Reason::ApplicationWithdrawn => self.status == Status::Proposed,
                Reason::ApplicationResubmitted => self.status == Status::Rejected,
                Reason::ApplicationSubmitted => false,
                Reason::Suspended => self.status == Status::Active,
                _ => true,
            };
        if !fits {
            return Err(TransitionError::Reason);
        }
        if to.reason.needs_text() && text.is_none_or(|text| text.trim().is_empty()) {
            return Err(TransitionError::Text);
        }
        let theirs = match by {
            By::Practice => true,
            // The person stops, suspends, resumes or withdraws; they do not decide an application.
            By::Person => matches!(
                to.reason,
                Reason::DeactivatedPatientRequest | Reason::Suspended | Reason::RoleReactivated | Reason::ApplicationWithdrawn
            ),
            // The carer takes up an invitation, gives up, or takes an application back.
            By::Carer => matches!(
                to.reason,
                Reason::RoleActivated | Reason::ApplicationWithdrawn | Reason::ApplicationResubmitted | Reason::DeactivatedChange
            ),
            // A rule stops, and takes back an invitation that nobody took up in time.
            By::Rule => to.status == Status::Inactive && !matches!(to.reason, Reason::Other | Reason::DeactivatedPatientRequest),
        };
        if theirs { Ok(to) } else { Err(TransitionError::NotTheirs) }
    }
}

/// A relationship as the decision about access needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// Which relationship.
    pub id: RelationshipId,
    /// Where it stands.
    pub standing: Standing,
    /// On what law it rests.
    pub legal_basis: LegalBasis,
    /// What it opens.
    pub scopes: Scopes,
    /// Entries of which sensitivity it opens.
    pub labels: Labels,
    /// Categories that the person hid from this carer.
    pub hidden: Categories,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day, if it has one.
    pub ends_on: Option<NaiveDate>,
    /// The first day on which a rule closes it, whether or not the rules have run since
    /// ([`crate::age_rules::closes_on`]).
    pub closes_on: Option<NaiveDate>,
}

impl Delegation {
    /// Whether it holds on this day (in London).
    #[must_use]
    pub fn is_in_force(&self, today: NaiveDate) -> bool {
        self.standing.status == Status::Active
            && self.starts_on <= today
            && self.ends_on.is_none_or(|end| today <= end)
            && self.closes_on.is_none_or(|closed| today < closed)
    }
}

/// After how long without use a relationship ends (DAPB3051 4.1.2).
pub const UNUSED: Months = Months::new(60);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(status: Status, reason: Reason) -> Standing {
        Standing { status, reason }
    }

    #[test]
    fn every_reason_has_a_state_and_no_state_is_left_without_one() {
        for status in Status::ALL {
            assert!(Reason::ALL.iter().any(|reason| reason.leads_to().contains(status)), "{status:?}");
        }
    }

    #[test]
    fn the_table_of_changes() {
        use Status::{Active, EnteredInError, Inactive, Proposed, Rejected};
        // From, why it stands there; where to: the first error, or that it may.
        let allowed = |from: Standing, to: Status| {
            Reason::ALL.iter().any(|reason| from.change(at(to, *reason), Some("because"), By::Practice).is_ok())
        };
        let table = [
            (at(Proposed, Reason::ApplicationSubmitted), [false, true, true, true, true]),
            (at(Active, Reason::RoleActivated), [false, false, false, true, true]),
            (at(Rejected, Reason::RejectedNotNeeded), [true, false, false, false, true]),
            (at(Inactive, Reason::Suspended), [false, true, false, true, true]),
            (at(Inactive, Reason::DeactivatedEndDate), [false, true, false, false, true]),
            (at(Inactive, Reason::DeactivatedSafeguarding), [false, false, false, false, true]),
            (at(Inactive, Reason::ApplicationWithdrawn), [false, false, false, false, true]),
            (at(EnteredInError, Reason::Other), [false, false, false, false, false]),
        ];
        for (from, expected) in table {
            for (to, expected) in [Proposed, Active, Rejected, Inactive, EnteredInError].into_iter().zip(expected) {
                assert_eq!(allowed(from, to), expected, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_reason_leads_where_it_says_and_another_reason_is_written_out() {
        let active = at(Status::Active, Reason::RoleActivated);
        assert_eq!(
            active.change(at(Status::Inactive, Reason::RejectedNoConsent), None, By::Practice),
            Err(TransitionError::Reason)
        );
        assert_eq!(active.change(at(Status::Inactive, Reason::Other), Some("  "), By::Practice), Err(TransitionError::Text));
        assert!(active.change(at(Status::Inactive, Reason::Other), Some("moved abroad"), By::Practice).is_ok());
    }

    #[test]
    fn nobody_decides_an_application_but_the_practice() {
        let asked = at(Status::Proposed, Reason::ApplicationSubmitted);
        for by in [By::Person, By::Rule] {
            for reason in Reason::ALL {
                for status in [Status::Active, Status::Rejected] {
                    assert!(asked.change(at(status, *reason), Some("x"), by).is_err(), "{by:?} {reason:?}");
                }
            }
        }
    }

    #[test]
    fn it_holds_from_its_first_day_to_its_last_while_it_is_active() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let mut held = Delegation {
            id: RelationshipId::from_uuid(uuid::Uuid::nil()),
            standing: at(Status::Active, Reason::RoleActivated),
            legal_basis: LegalBasis::Consent,
            scopes: Scopes::all(),
            labels: Labels::all(),
            hidden: Categories::NONE,
            starts_on: day(3),
            ends_on: Some(day(5)),
            closes_on: None,
        };
        assert_eq!([2, 3, 5, 6].map(|d| held.is_in_force(day(d))), [false, true, true, false]);
        let closed = Delegation { closes_on: Some(day(5)), ..held };
        assert_eq!([2, 3, 4, 5].map(|d| closed.is_in_force(day(d))), [false, true, true, false]);
        held.standing = at(Status::Inactive, Reason::Suspended);
        assert!(!held.is_in_force(day(4)));
    }
}
