//! The people who work for an organisation, and what their work lets them do.

use crate::access::{Actor, Assurance, Denial};
use crate::audit::Purpose;
use crate::record::coded;
use crate::scope::Labels;
use crate::{MemberId, OrganisationId};

coded! {
    /// What somebody does at an organisation.
    StaffRole {
        /// The front desk: who somebody is, appointments, letters with codes.
        Reception = "reception",
        /// Gives care.
        Clinician = "clinician",
        /// Answers for who looked at what.
        PrivacyOfficer = "privacy-officer",
        /// Runs the team: who works in it, and what waits.
        Manager = "manager",
    }
}

impl StaffRole {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Reception => "Reception",
            Self::Clinician => "Clinician",
            Self::PrivacyOfficer => "Privacy officer",
            Self::Manager => "Manager",
        }
    }
}

coded! {
    /// What waits for a team.
    WorkKind {
        /// Somebody asks to act for a person.
        CarerApplication = "carer-application",
        /// A person does not recognise somebody who looked at their record.
        AccessQuery = "access-query",
        /// Who a person is has to be checked, face to face.
        IdentityCheck = "identity-check",
        /// A booking has to be confirmed.
        Booking = "booking",
        /// An earlier time is free, and people wait for one.
        EarlierTime = "earlier-time",
        /// The organisation's own appointment system gave no certain answer.
        OutsideDiary = "outside-diary",
        /// What is booked in the organisation's own appointment system is not to be found there.
        OutsideMissing = "outside-missing",
        /// A change left somebody with both times: the organisation's own system gave back neither.
        BothStand = "both-stand",
        /// Somebody may not be able to come to an appointment.
        MayNotCome = "may-not-come",
        /// Somebody's appointment was cancelled or changed, and we could not tell them.
        NotTold = "not-told",
        /// Repeat medicines were ordered.
        MedicineOrder = "medicine-order",
        /// An order of medicines of which the organisation's own prescribing system gave no certain answer.
        OutsideOrder = "outside-order",
        /// An answer in a questionnaire may tell of danger to life.
        QuestionnaireAlert = "questionnaire-alert",
        /// A reading, or a silence, of which a care team wanted to be told at once.
        ReadingAlert = "reading-alert",
        /// What came up about somebody's readings since the day before.
        ReadingDigest = "reading-digest",
        /// A result of which the person should hear from somebody before they read it.
        ResultComment = "result-comment",
        /// A person reports a mistake in an entry that the organisation sent.
        Correction = "correction",
        /// A person changed how to reach them or whom to tell, which the organisation's own system does not know.
        ContactChange = "contact-change",
        /// A person chose what their NHS Summary Care Record holds, which the practice's own system has to be told.
        SummaryChoice = "summary-choice",
    }
}

impl WorkKind {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::CarerApplication => "Somebody asks to act for a patient",
            Self::AccessQuery => "A question about who looked",
            Self::IdentityCheck => "An identity check",
            Self::Booking => "A booking to confirm",
            Self::EarlierTime => "An earlier time for somebody who waits",
            Self::OutsideDiary => "Your own system gave no answer",
            Self::OutsideMissing => "Not to be found in your own system",
            Self::BothStand => "Somebody has both times of a change",
            Self::MayNotCome => "Somebody may not be able to come",
            Self::NotTold => "Somebody to ring about their appointment",
            Self::MedicineOrder => "An order of repeat medicines",
            Self::OutsideOrder => "An order that your own system may not have",
            Self::QuestionnaireAlert => "An answer to look at now",
            Self::ReadingAlert => "A reading to look at now",
            Self::ReadingDigest => "Readings of the last day to look at",
            Self::ResultComment => "A result to write about first",
            Self::Correction => "A mistake reported in a record",
            Self::ContactChange => "New contact details to copy",
            Self::SummaryChoice => "A choice about the Summary Care Record to record",
        }
    }

    /// Whether whoever deals with it says when it is done; otherwise it ends with its answer.
    #[must_use]
    pub const fn ends_by_hand(self) -> bool {
        matches!(
            self,
            Self::IdentityCheck
                | Self::EarlierTime
                | Self::OutsideDiary
                | Self::OutsideMissing
                | Self::BothStand
                | Self::MayNotCome
                | Self::NotTold
                | Self::OutsideOrder
                | Self::QuestionnaireAlert
                | Self::ContactChange
                | Self::SummaryChoice
        )
    }

    /// Whether somebody in this role may say that it is done: of danger to life only whoever may read the answer.
    #[must_use]
    pub const fn may_be_ended_by(self, role: StaffRole) -> bool {
        self.ends_by_hand() && (!matches!(self, Self::QuestionnaireAlert) || matches!(role, StaffRole::Clinician))
    }

    /// Whether somebody in this role sees it and deals with it: only those who may do what it asks for.
    #[must_use]
    pub const fn is_for(self, role: StaffRole) -> bool {
        match self {
            Self::CarerApplication | Self::QuestionnaireAlert => matches!(role, StaffRole::Clinician | StaffRole::Manager),
            // A manager sees that they wait, and nothing of what they say.
            Self::ReadingAlert | Self::ReadingDigest | Self::ResultComment | Self::Correction => {
                matches!(role, StaffRole::Clinician | StaffRole::Manager)
            }
            Self::AccessQuery => matches!(role, StaffRole::PrivacyOfficer | StaffRole::Manager),
            Self::IdentityCheck
            | Self::Booking
            | Self::EarlierTime
            | Self::OutsideDiary
            | Self::OutsideMissing
            | Self::BothStand
            | Self::MayNotCome
            | Self::NotTold
            | Self::MedicineOrder
            | Self::OutsideOrder
            | Self::ContactChange
            | Self::SummaryChoice => {
                matches!(role, StaffRole::Reception | StaffRole::Clinician | StaffRole::Manager)
            }
        }
    }
}

coded! {
    /// Why a member of staff looks for somebody.
    SearchReason {
        /// To give care.
        Care = "care",
        /// To help them at the desk or on the phone.
        Desk = "desk",
        /// To check who they are.
        Identity = "identity",
        /// To decide who may act for them.
        Carers = "carers",
    }
}

impl SearchReason {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Care => "To give care",
            Self::Desk => "To help them at the desk or on the phone",
            Self::Identity => "To check who they are",
            Self::Carers => "To decide who may act for them",
        }
    }

    /// Why it was done, as the account of who did what says it.
    #[must_use]
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::Care | Self::Desk => Purpose::DirectCare,
            Self::Identity | Self::Carers => Purpose::Checking,
        }
    }
}

coded! {
    /// What showed, face to face, who somebody is.
    IdentityEvidence {
        /// A passport, with a face like theirs.
        Passport = "passport",
        /// A driving licence with a photograph.
        DrivingLicence = "driving-licence",
        /// A national identity card or a residence permit with a photograph.
        IdentityCard = "identity-card",
        /// A bank card, and a letter with their name and address.
        BankCardAndLetter = "bank-card-and-letter",
        /// A colleague knows them and says so.
        Vouched = "vouched",
    }
}

impl IdentityEvidence {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Passport => "Passport",
            Self::DrivingLicence => "Driving licence with a photo",
            Self::IdentityCard => "Identity card or residence permit with a photo",
            Self::BankCardAndLetter => "Bank card, and a letter with their name and address",
            Self::Vouched => "A colleague knows them well and says who they are",
        }
    }
}

/// Somebody's place at an organisation, with what binds the organisation to the subject, as the decision about access
/// needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which place.
    pub member: MemberId,
    /// Where.
    pub organisation: OrganisationId,
    /// As what.
    pub role: StaffRole,
    /// They no longer work there.
    pub ended: bool,
    /// The person is one of the organisation's own: it holds a record of them.
    pub own_person: bool,
    /// The person let the organisation in although it holds nothing of theirs, and that holds today.
    pub let_in: bool,
    /// What the person shares with an organisation of this kind for their care.
    pub shared: Labels,
    /// What is open to this member in an emergency, until it ends.
    pub emergency: Option<Labels>,
}

/// Somebody's place at an organisation by itself, where no person is the subject yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Post {
    /// Which place.
    pub member: MemberId,
    /// Where.
    pub organisation: OrganisationId,
    /// As what.
    pub role: StaffRole,
    /// They no longer work there.
    pub ended: bool,
}

/// What is asked within an organisation, about no one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TeamAsk {
    /// See the team's own pages: what waits, and who works there.
    SeeTeam,
    /// Deal with what waits, of this kind.
    DoWork(WorkKind),
    /// Look for a person.
    FindPeople,
    /// Give and end places, and make teams.
    ManageStaff,
    /// Open a record in an emergency, whosever it is.
    OpenInEmergency,
    /// See what was opened in emergencies, and note that it was looked at.
    CheckEmergencies,
    /// See the clinics and who comes to them, and note who came.
    SeeDiary,
    /// Say what can be booked, where, with whom and when.
    ManageDiary,
    /// Decide whether a medicine that was ordered is given: only those may who prescribe.
    DecideMedicines,
    /// Say what people may order.
    ManageMedicines,
    /// Say whether the team is told of answers in questionnaires that may tell of danger to life.
    ManageQuestionnaires,
    /// Say about which results somebody writes to people before they read them.
    ManageResults,
}

/// Decides whether `actor`, who holds this place, may do this at this organisation.
///
/// It opens no record: that is [`crate::access::decide`]'s. Fail closed: what is not listed is refused.
///
/// # Errors
/// [`Denial`], for the log and the audit; outside it looks like "not found".
pub fn decide_in_team(actor: &Actor, post: Option<&Post>, at: OrganisationId, ask: TeamAsk) -> Result<(), Denial> {
    use StaffRole::{Clinician, Manager, PrivacyOfficer, Reception};
    let (assurance, member) = match actor {
        Actor::Operator if ask == TeamAsk::ManageStaff => return Ok(()),
        Actor::Operator | Actor::System | Actor::Account { .. } | Actor::Device { .. } => return Err(Denial::NotLinked),
        Actor::Nobody => return Err(Denial::NotSignedIn),
        Actor::Staff { assurance, member, .. } => (*assurance, *member),
    };
    if assurance != Assurance::SecondStep {
        return Err(Denial::NeedsSecondStep);
    }
    let Some(post) = post.filter(|post| post.member == member && post.organisation == at) else { return Err(Denial::NotLinked) };
    if post.ended {
        return Err(Denial::NotInForce);
    }
    let allowed = match (ask, post.role) {
        (TeamAsk::SeeTeam, Reception | Clinician | PrivacyOfficer | Manager) => true,
        (TeamAsk::DoWork(kind), role) => kind.is_for(role),
        // Whoever answers for looks has no need to look for people.
        (TeamAsk::FindPeople, Reception | Clinician | Manager) => true,
        (TeamAsk::ManageStaff, Manager) => true,
        (TeamAsk::OpenInEmergency, Clinician) => true,
        (TeamAsk::CheckEmergencies, PrivacyOfficer | Manager) => true,
        (TeamAsk::SeeDiary, Reception | Clinician | Manager) => true,
        (TeamAsk::ManageDiary | TeamAsk::ManageMedicines | TeamAsk::ManageQuestionnaires | TeamAsk::ManageResults, Manager) => {
            true
        }
        (TeamAsk::DecideMedicines, Clinician) => true,
        (TeamAsk::SeeDiary | TeamAsk::ManageDiary | TeamAsk::DecideMedicines | TeamAsk::ManageMedicines, _) => false,
        (TeamAsk::ManageQuestionnaires | TeamAsk::ManageResults, _) => false,
        (TeamAsk::FindPeople | TeamAsk::ManageStaff | TeamAsk::OpenInEmergency | TeamAsk::CheckEmergencies, _) => false,
    };
    if allowed { Ok(()) } else { Err(Denial::OutOfScope) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AccountId;
    use uuid::Uuid;

    fn here() -> OrganisationId {
        OrganisationId::from_uuid(Uuid::nil())
    }

    fn at_work(assurance: Assurance) -> Actor {
        Actor::Staff { id: AccountId::from_uuid(Uuid::nil()), assurance, member: MemberId::from_uuid(Uuid::nil()) }
    }

    fn post(role: StaffRole) -> Post {
        Post { member: MemberId::from_uuid(Uuid::nil()), organisation: here(), role, ended: false }
    }

    const ASKS: [TeamAsk; 21] = [
        TeamAsk::SeeTeam,
        TeamAsk::DoWork(WorkKind::CarerApplication),
        TeamAsk::DoWork(WorkKind::AccessQuery),
        TeamAsk::DoWork(WorkKind::IdentityCheck),
        TeamAsk::FindPeople,
        TeamAsk::ManageStaff,
        TeamAsk::OpenInEmergency,
        TeamAsk::CheckEmergencies,
        TeamAsk::DoWork(WorkKind::Booking),
        TeamAsk::SeeDiary,
        TeamAsk::ManageDiary,
        TeamAsk::DoWork(WorkKind::MayNotCome),
        TeamAsk::DoWork(WorkKind::MedicineOrder),
        TeamAsk::DecideMedicines,
        TeamAsk::ManageMedicines,
        TeamAsk::DoWork(WorkKind::OutsideOrder),
        TeamAsk::DoWork(WorkKind::ReadingAlert),
        TeamAsk::DoWork(WorkKind::ReadingDigest),
        TeamAsk::DoWork(WorkKind::ResultComment),
        TeamAsk::ManageResults,
        TeamAsk::DoWork(WorkKind::Correction),
    ];

    fn row(actor: &Actor, post: Option<Post>, at: OrganisationId) -> String {
        ASKS.into_iter().map(|ask| if decide_in_team(actor, post.as_ref(), at, ask).is_ok() { '+' } else { '.' }).collect()
    }

    #[test]
    fn every_role_by_every_ask() {
        let staff = at_work(Assurance::SecondStep);
        let first = at_work(Assurance::FirstStep);
        let citizen = Actor::Account { id: AccountId::from_uuid(Uuid::nil()), assurance: Assurance::SecondStep };
        let gone = Post { ended: true, ..post(StaffRole::Manager) };
        let another = Post { member: MemberId::from_uuid(Uuid::max()), ..post(StaffRole::Manager) };
        // Team, applications, queries, identity checks, finding, staff, opening in emergencies, checking them, bookings, diary,
        // changing it, who may not come, orders of medicines, deciding about them, their rules, orders that did not arrive elsewhere,
        // readings to look at now and each day, results to write about, and which those are, mistakes that were reported.
        let table = [
            (&staff, Some(post(StaffRole::Reception)), "+..++...++.++..+....."),
            (&staff, Some(post(StaffRole::Clinician)), "++.++.+.++.+++.++++.+"),
            (&staff, Some(post(StaffRole::PrivacyOfficer)), "+.+....+............."),
            (&staff, Some(post(StaffRole::Manager)), "++++++.++++++.+++++++"),
            (&staff, Some(gone), "....................."),
            (&staff, Some(another), "....................."),
            (&staff, None, "....................."),
            (&first, Some(post(StaffRole::Manager)), "....................."),
            (&citizen, Some(post(StaffRole::Manager)), "....................."),
            (&Actor::Nobody, Some(post(StaffRole::Manager)), "....................."),
            (&Actor::System, None, "....................."),
            (&Actor::Operator, None, ".....+..............."),
        ];
        for (actor, post, expected) in table {
            assert_eq!(row(actor, post, here()), expected, "{actor:?} {post:?}");
        }
    }

    #[test]
    fn a_manager_of_one_organisation_is_nobody_at_another() {
        let elsewhere = OrganisationId::from_uuid(Uuid::max());
        assert_eq!(row(&at_work(Assurance::SecondStep), Some(post(StaffRole::Manager)), elsewhere), ".".repeat(ASKS.len()));
    }

    #[test]
    fn danger_to_life_is_for_those_who_give_care_and_a_manager_says_whether_they_are_told() {
        let may = |role, ask| decide_in_team(&at_work(Assurance::SecondStep), Some(&post(role)), here(), ask).is_ok();
        let (work, rule) = (TeamAsk::DoWork(WorkKind::QuestionnaireAlert), TeamAsk::ManageQuestionnaires);
        let of = |ask| StaffRole::ALL.iter().copied().filter(|role| may(*role, ask)).collect::<Vec<_>>();
        assert_eq!(of(work), [StaffRole::Clinician, StaffRole::Manager]);
        assert_eq!(of(rule), [StaffRole::Manager]);
        // Whoever manages sees that it waits, cannot read what, and so does not end it.
        let ends = |kind: WorkKind| StaffRole::ALL.iter().copied().filter(|role| kind.may_be_ended_by(*role)).collect::<Vec<_>>();
        assert_eq!(ends(WorkKind::QuestionnaireAlert), [StaffRole::Clinician]);
        assert!(ends(WorkKind::IdentityCheck).contains(&StaffRole::Manager) && ends(WorkKind::Booking).is_empty());
    }

    #[test]
    fn the_front_desk_copies_what_people_say_and_says_when_it_is_done() {
        for kind in [WorkKind::ContactChange, WorkKind::SummaryChoice] {
            let ends = |role: &StaffRole| kind.may_be_ended_by(*role) && kind.is_for(*role);
            let all: Vec<_> = StaffRole::ALL.iter().copied().filter(ends).collect();
            assert_eq!(all, [StaffRole::Reception, StaffRole::Clinician, StaffRole::Manager]);
        }
    }

    #[test]
    fn everything_that_waits_is_somebodys() {
        for kind in WorkKind::ALL {
            assert!(kind.is_for(StaffRole::Manager), "{kind:?}");
        }
    }
}
