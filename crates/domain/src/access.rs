//! Who is acting, and what they may do: a pure decision over loaded facts.

use crate::audit::Basis;
use crate::record::{Category, Sensitivity};
use crate::relationship::{Delegation, LegalBasis};
use crate::scope::{Categories, Labels, Scope, Scopes};
use crate::team::{Membership, StaffRole};
use crate::{AccountId, MemberId, OrganisationId, PersonId, ReadingDeviceId, RelationshipId};
use chrono::NaiveDate;

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
    /// Somebody at work in a care team, signed in to an account.
    Staff {
        /// The account.
        id: AccountId,
        /// How surely they are who they say.
        assurance: Assurance,
        /// Their place at the organisation for which they work now.
        member: MemberId,
    },
    /// A device that an account let add readings: it may do that as far as the account may, and nothing else.
    Device {
        /// The account that let it.
        id: AccountId,
        /// The device.
        device: ReadingDeviceId,
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
            Self::Account { id, .. } | Self::Staff { id, .. } | Self::Device { id, .. } => Some(*id),
            Self::Operator | Self::System | Self::Nobody => None,
        }
    }

    /// How far they have signed in; `None` for whoever does not sign in.
    #[must_use]
    pub const fn assurance(&self) -> Option<Assurance> {
        match self {
            Self::Account { assurance, .. } | Self::Staff { assurance, .. } => Some(*assurance),
            Self::Device { .. } | Self::Operator | Self::System | Self::Nobody => None,
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

/// How the actor stands to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No link.
    None,
    /// It is their own record.
    Own,
    /// They act, acted or would act for the person.
    Carer(Delegation),
    /// They work for an organisation.
    Member(Membership),
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ask {
    /// Read the record, as far as the [`View`] that is answered goes.
    ReadRecord,
    /// See who has looked at the record.
    ReadActivity,
    /// Take the whole record away.
    ExportRecord,
    /// Decide who may act for the person or see their record, what they see of it, and how sensitive an entry is.
    ManageSharing,
    /// Add source data to the record.
    ImportRecord,
    /// Issue a linkage code for the person, link an account to them in person, or end such a link.
    IssueLinkageCode,
    /// Find the person, and see who they are.
    FindPerson,
    /// Note that it was checked who the person is.
    CheckIdentity,
    /// Decide whether somebody may act for the person.
    DecideCarers,
    /// Open the record in an emergency.
    OpenInEmergency,
    /// Answer a question about who looked at the record.
    AnswerAccessQuery,
    /// See what the person has booked, and had.
    SeeAppointments,
    /// Book, change and give up appointments, and check in.
    BookAppointments,
    /// Order repeat medicines, follow the orders and take them back; add medicines taken of one's own accord.
    OrderMedicines,
    /// Choose the pharmacy to which the person's prescriptions go: nobody chooses that for another.
    NominatePharmacy,
    /// See what the person measured and noted themselves. How sensitive each measure is stands in the view, among results.
    SeeReadings,
    /// Add to that, change and remove it.
    RecordReadings,
    /// Set where a care team wants it to be, and of what it wants to be told.
    SetReadingRules,
    /// Enter a reading for the person that they told a care team or that it measured, and take back what was so entered.
    EnterReadings,
    /// See what the person says about themselves: how to reach them, whom to tell, what they need.
    SeeProfile,
    /// Change that.
    KeepProfile,
    /// Report a mistake in an entry that is open to them, follow such a report and take it back.
    ReportMistake,
    /// Answer a report of a mistake in an entry that the organisation sent; what it sent itself is open for that, and nothing else.
    AnswerCorrection,
}

impl Ask {
    /// Every one.
    pub const ALL: [Self; 23] = [
        Self::ReadRecord,
        Self::ReadActivity,
        Self::ExportRecord,
        Self::ManageSharing,
        Self::ImportRecord,
        Self::IssueLinkageCode,
        Self::FindPerson,
        Self::CheckIdentity,
        Self::DecideCarers,
        Self::OpenInEmergency,
        Self::AnswerAccessQuery,
        Self::SeeAppointments,
        Self::BookAppointments,
        Self::OrderMedicines,
        Self::NominatePharmacy,
        Self::SeeReadings,
        Self::RecordReadings,
        Self::SetReadingRules,
        Self::EnterReadings,
        Self::SeeProfile,
        Self::KeepProfile,
        Self::ReportMistake,
        Self::AnswerCorrection,
    ];
}

/// For whom a part of the record is opened: what the person hid from them is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The person, or the operator for them: nothing is hidden from them.
    Owner,
    /// A carer.
    Carer(RelationshipId),
    /// Those who give care at an organisation; they always see what it supplied itself.
    Organisation(OrganisationId),
    /// The front desk of an organisation; who supplied it makes no difference to what a role opens.
    Desk(OrganisationId),
}

/// What part of a record is open: entries of which category and sensitivity, and for whom.
///
/// Whatever a source withholds is in no view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    open: [Labels; Category::ALL.len()],
    audience: Audience,
}

impl View {
    /// Everything: the person's own view.
    #[must_use]
    pub fn everything() -> Self {
        Self { open: [Labels::all(); Category::ALL.len()], audience: Audience::Owner }
    }

    fn of(audience: Audience, categories: Categories, labels: Labels) -> Self {
        let mut open = [Labels::NONE; Category::ALL.len()];
        for category in categories.iter() {
            open[category.place()] = labels;
        }
        Self { open, audience }
    }

    /// Whether entries of this category and sensitivity are in it.
    #[must_use]
    pub const fn opens(&self, category: Category, sensitivity: Sensitivity) -> bool {
        self.open[category.place()].has(sensitivity)
    }

    /// Whether anything of this category is in it.
    #[must_use]
    pub const fn has(&self, category: Category) -> bool {
        !self.open[category.place()].is_empty()
    }

    /// For whom it is.
    #[must_use]
    pub const fn audience(&self) -> Audience {
        self.audience
    }

    /// Whether it is the person's own view, from which nothing is hidden.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.audience == Audience::Owner
    }

    /// Each category and sensitivity in it.
    pub fn pairs(&self) -> impl Iterator<Item = (Category, Sensitivity)> {
        Category::ALL.iter().flat_map(move |category| self.open[category.place()].iter().map(move |label| (*category, label)))
    }

    /// Whether nothing is in it that is not in the other.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.open.iter().zip(other.open).all(|(mine, theirs)| mine.is_within(theirs))
    }
}

/// What is allowed, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// On what basis.
    pub basis: Basis,
    /// What part of the record is open.
    pub view: View,
    /// What of it a carer may do.
    pub scopes: Scopes,
}

impl Access {
    fn whole(basis: Basis) -> Self {
        Self { basis, view: View::everything(), scopes: Scopes::all() }
    }
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Allowed, on this basis, as far as this.
    Allow(Access),
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
    /// No link between the actor and the person.
    NotLinked,
    /// There was one, or will be, but it does not hold today.
    NotInForce,
    /// The link does not go so far.
    OutOfScope,
    /// Only the operator may.
    OperatorOnly,
}

/// Decides whether `actor`, standing so to the subject, may do what is asked on this day (in London).
///
/// The only place where access to a record is decided. Fail closed: what is not listed is refused.
#[must_use]
pub fn decide(actor: &Actor, standing: &Standing, ask: Ask, today: NaiveDate) -> Decision {
    match actor {
        Actor::Operator => Decision::Allow(Access::whole(Basis::Operator)),
        Actor::System if ask == Ask::ImportRecord => Decision::Allow(Access::whole(Basis::System)),
        Actor::System => Decision::Deny(Denial::OperatorOnly),
        Actor::Nobody => Decision::Deny(Denial::NotSignedIn),
        Actor::Account { assurance: Assurance::FirstStep, .. } | Actor::Staff { assurance: Assurance::FirstStep, .. } => {
            Decision::Deny(Denial::NeedsSecondStep)
        }
        // What it holds was given to it by somebody who had signed in with both steps.
        Actor::Device { .. } if ask != Ask::RecordReadings => Decision::Deny(Denial::OutOfScope),
        Actor::Account { assurance: Assurance::SecondStep, .. } | Actor::Device { .. } => match standing {
            Standing::Own => own(ask),
            Standing::Carer(delegation) => carer(delegation, ask, today),
            Standing::None | Standing::Member(_) => Decision::Deny(Denial::NotLinked),
        },
        Actor::Staff { assurance: Assurance::SecondStep, member, .. } => match standing {
            Standing::Member(place) if place.member == *member => staff(place, ask),
            _ => Decision::Deny(Denial::NotLinked),
        },
    }
}

/// Decides the same where there is no subject yet: only the operator and the service itself may act on everybody.
#[must_use]
pub fn decide_for_all(actor: &Actor, ask: Ask) -> Decision {
    decide(actor, &Standing::None, ask, NaiveDate::MIN)
}

fn own(ask: Ask) -> Decision {
    match ask {
        Ask::ReadRecord
        | Ask::ReadActivity
        | Ask::ExportRecord
        | Ask::ManageSharing
        | Ask::SeeAppointments
        | Ask::BookAppointments
        | Ask::OrderMedicines
        | Ask::NominatePharmacy
        | Ask::SeeReadings
        | Ask::RecordReadings
        | Ask::SeeProfile
        | Ask::KeepProfile
        | Ask::ReportMistake => Decision::Allow(Access::whole(Basis::Own)),
        Ask::ImportRecord
        | Ask::IssueLinkageCode
        | Ask::FindPerson
        | Ask::CheckIdentity
        | Ask::DecideCarers
        | Ask::OpenInEmergency
        | Ask::AnswerAccessQuery
        | Ask::SetReadingRules
        | Ask::EnterReadings
        | Ask::AnswerCorrection => Decision::Deny(Denial::OperatorOnly),
    }
}

fn carer(delegation: &Delegation, ask: Ask, today: NaiveDate) -> Decision {
    if !delegation.is_in_force(today) {
        return Decision::Deny(Denial::NotInForce);
    }
    let books = matches!(ask, Ask::SeeAppointments | Ask::BookAppointments);
    if books && delegation.scopes.has(Scope::Appointments) {
        let view = View::of(Audience::Carer(delegation.id), Categories::NONE, Labels::NONE);
        return Decision::Allow(Access { basis: Basis::Carer, view, scopes: delegation.scopes });
    }
    if matches!(ask, Ask::SeeReadings | Ask::RecordReadings) && delegation.scopes.has(Scope::Readings) {
        // What is measured at home is kept from whoever is kept from results.
        let results = Categories::NONE.with(Category::Result).without(delegation.hidden);
        let view = View::of(Audience::Carer(delegation.id), results, delegation.labels);
        return Decision::Allow(Access { basis: Basis::Carer, view, scopes: delegation.scopes });
    }
    // Who a person is stands in the main record. Whom the person only asked to help does not speak for them.
    let profile = match ask {
        Ask::SeeProfile => true,
        Ask::KeepProfile => delegation.legal_basis != LegalBasis::Consent,
        _ => false,
    };
    if profile && delegation.scopes.opens(Category::People) && !delegation.hidden.has(Category::People) {
        let people = Categories::NONE.with(Category::People);
        let view = View::of(Audience::Carer(delegation.id), people, delegation.labels);
        return Decision::Allow(Access { basis: Basis::Carer, view, scopes: delegation.scopes });
    }
    let orders = ask == Ask::OrderMedicines && delegation.scopes.has(Scope::Prescriptions);
    // A report speaks for the person as well.
    let reports = ask == Ask::ReportMistake && delegation.legal_basis != LegalBasis::Consent;
    if ask != Ask::ReadRecord && !orders && !reports {
        return Decision::Deny(Denial::OutOfScope);
    }
    let categories: Categories = delegation.scopes.iter().flat_map(|scope: Scope| scope.categories().iter().copied()).collect();
    let view = View::of(Audience::Carer(delegation.id), categories.without(delegation.hidden), delegation.labels);
    Decision::Allow(Access { basis: Basis::Carer, view, scopes: delegation.scopes })
}

fn staff(place: &Membership, ask: Ask) -> Decision {
    use StaffRole::{Clinician, Manager, PrivacyOfficer, Reception};
    if place.ended {
        return Decision::Deny(Denial::NotInForce);
    }
    let allow = |basis, categories, labels| {
        let audience = if place.role == Clinician { Audience::Organisation } else { Audience::Desk };
        let view = View::of(audience(place.organisation), categories, labels);
        Decision::Allow(Access { basis, view, scopes: Scopes::NONE })
    };
    let nothing = |basis| allow(basis, Categories::NONE, Labels::NONE);
    // Whomever it looks after, and whoever let it in.
    let everyday = match (place.own_person, place.let_in) {
        (true, _) => Some(Basis::CareTeam),
        (false, true) => Some(Basis::LetIn),
        (false, false) => None,
    };
    let refuse = Decision::Deny(if everyday.is_some() { Denial::OutOfScope } else { Denial::NotLinked });
    match (ask, place.role) {
        (Ask::ReadRecord | Ask::SeeReadings, Clinician) => match (place.emergency, everyday) {
            // An emergency takes nothing away of what is shared with them anyway.
            (Some(labels), Some(_)) => {
                let either = labels.iter().chain(place.shared.iter()).collect();
                allow(Basis::Emergency, Categories::all(), either)
            }
            (Some(labels), None) => allow(Basis::Emergency, Categories::all(), labels),
            (None, Some(basis)) => allow(basis, Categories::all(), place.shared),
            (None, None) => refuse,
        },
        // Whoever is there in an emergency only does not come back to look.
        (Ask::SetReadingRules | Ask::EnterReadings, Clinician) => {
            everyday.map_or(refuse, |basis| allow(basis, Categories::all(), place.shared))
        }
        // The front desk sees when somebody comes and with whom, and who they are.
        (Ask::ReadRecord, Reception) => everyday.map_or(refuse, |basis| {
            let desk = Categories::NONE.with(Category::Visit).with(Category::People);
            allow(basis, desk, place.shared.and(Labels::NONE.with(Sensitivity::General)))
        }),
        (Ask::FindPerson | Ask::SeeAppointments | Ask::BookAppointments, Reception | Clinician | Manager) => {
            everyday.map_or(refuse, nothing)
        }
        // Whoever meets somebody has to know what they need, whatever they share of their record.
        (Ask::SeeProfile, Reception | Clinician | Manager) => match (place.emergency, everyday) {
            (_, Some(basis)) => nothing(basis),
            (Some(_), None) if place.role == Clinician => nothing(Basis::Emergency),
            _ => refuse,
        },
        (Ask::IssueLinkageCode | Ask::CheckIdentity, Reception | Clinician | Manager) if place.own_person => {
            nothing(Basis::CareTeam)
        }
        (Ask::DecideCarers, Clinician | Manager) if place.own_person => nothing(Basis::CareTeam),
        (Ask::OpenInEmergency, Clinician) => nothing(Basis::Emergency),
        // Only where the organisation looked is it asked, so this is not about whose record it holds.
        (Ask::AnswerAccessQuery, PrivacyOfficer | Manager) => nothing(Basis::CareTeam),
        // The same of whoever sent an entry: it is open to them because they sent it, also once the person has left.
        (Ask::AnswerCorrection, Clinician) => nothing(Basis::CareTeam),
        _ => refuse,
    }
}

/// The subject of a request together with how the actor stands to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Whose record.
    pub person: PersonId,
    /// On what basis it is open.
    pub basis: Basis,
    /// Through which relationship, where a carer acts.
    pub relationship: Option<RelationshipId>,
    /// For which organisation, where staff act.
    pub organisation: Option<OrganisationId>,
}

impl Subject {
    /// Somebody on this basis, through no relationship and for no organisation.
    #[must_use]
    pub const fn new(person: PersonId, basis: Basis) -> Self {
        Self { person, basis, relationship: None, organisation: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relationship::{Reason, Standing as Stands, Status};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    fn account(assurance: Assurance) -> Actor {
        Actor::Account { id: AccountId::from_uuid(Uuid::nil()), assurance }
    }

    fn at_work(assurance: Assurance) -> Actor {
        Actor::Staff { id: AccountId::from_uuid(Uuid::nil()), assurance, member: MemberId::from_uuid(Uuid::nil()) }
    }

    fn delegation(status: Status, reason: Reason) -> Delegation {
        Delegation {
            id: RelationshipId::from_uuid(Uuid::nil()),
            standing: Stands { status, reason },
            legal_basis: LegalBasis::Consent,
            scopes: Scopes::all(),
            labels: Labels::all(),
            hidden: Categories::NONE,
            starts_on: today(),
            ends_on: None,
            closes_on: None,
        }
    }

    fn place(role: StaffRole) -> Membership {
        Membership {
            member: MemberId::from_uuid(Uuid::nil()),
            organisation: OrganisationId::from_uuid(Uuid::nil()),
            role,
            ended: false,
            own_person: true,
            let_in: false,
            shared: Labels::all(),
            emergency: None,
        }
    }

    /// What the decision is, as one letter: `+` allowed, `.` anything else.
    fn row(actor: &Actor, standing: Standing) -> String {
        let allowed = |ask| matches!(decide(actor, &standing, ask, today()), Decision::Allow(_));
        Ask::ALL.into_iter().map(|ask| if allowed(ask) { '+' } else { '.' }).collect()
    }

    #[test]
    fn every_actor_by_every_ask() {
        let in_force = Standing::Carer(delegation(Status::Active, Reason::RoleActivated));
        let in_law = Standing::Carer(Delegation {
            legal_basis: LegalBasis::ParentalResponsibility,
            ..delegation(Status::Active, Reason::RoleActivated)
        });
        let suspended = Standing::Carer(delegation(Status::Inactive, Reason::Suspended));
        let asked = Standing::Carer(delegation(Status::Proposed, Reason::ApplicationSubmitted));
        let (citizen, first, staff) =
            (account(Assurance::SecondStep), account(Assurance::FirstStep), at_work(Assurance::SecondStep));
        let device = Actor::Device { id: AccountId::from_uuid(Uuid::nil()), device: ReadingDeviceId::from_uuid(Uuid::nil()) };
        let member = |role| Standing::Member(place(role));
        let elsewhere = |role| Standing::Member(Membership { own_person: false, ..place(role) });
        let let_in = |role| Standing::Member(Membership { own_person: false, let_in: true, ..place(role) });
        let gone = Standing::Member(Membership { ended: true, ..place(StaffRole::Clinician) });
        // Read, activity, export, sharing, import, code, find, identity, carers, emergency, query, appointments seen and booked,
        // medicines ordered, a pharmacy nominated, readings seen and recorded, rules about them set,
        // readings entered for the person, what they say of themselves seen and kept, mistakes reported, and such reports answered.
        let table = [
            (&Actor::Nobody, Standing::None, "......................."),
            (&Actor::Nobody, Standing::Own, "......................."),
            (&first, Standing::Own, "......................."),
            (&first, in_force, "......................."),
            (&citizen, Standing::None, "......................."),
            (&citizen, Standing::Own, "++++.......++++++..+++."),
            (&citizen, in_force, "+..........+++.++..+..."),
            (&citizen, in_law, "+..........+++.++..+++."),
            (&citizen, suspended, "......................."),
            (&citizen, asked, "......................."),
            // Working somewhere opens nothing to the account as a citizen, nor the other way round.
            (&citizen, member(StaffRole::Clinician), "......................."),
            (&device, Standing::Own, "................+......"),
            (&device, in_force, "................+......"),
            (&device, suspended, "......................."),
            (&device, Standing::None, "......................."),
            (&device, member(StaffRole::Clinician), "......................."),
            (&staff, Standing::Own, "......................."),
            (&staff, in_force, "......................."),
            (&staff, Standing::None, "......................."),
            (&at_work(Assurance::FirstStep), member(StaffRole::Clinician), "......................."),
            (&staff, member(StaffRole::Reception), "+....+++...++......+..."),
            (&staff, member(StaffRole::Clinician), "+....+++++.++..+.+++..+"),
            (&staff, member(StaffRole::PrivacyOfficer), "..........+............"),
            (&staff, member(StaffRole::Manager), ".....++++.+++......+..."),
            (&staff, elsewhere(StaffRole::Reception), "......................."),
            (&staff, elsewhere(StaffRole::Clinician), ".........+............+"),
            (&staff, elsewhere(StaffRole::Manager), "..........+............"),
            (&staff, let_in(StaffRole::Reception), "+.....+....++......+..."),
            (&staff, let_in(StaffRole::Clinician), "+.....+..+.++..+.+++..+"),
            (&staff, let_in(StaffRole::Manager), "......+...+++......+..."),
            (&staff, let_in(StaffRole::PrivacyOfficer), "..........+............"),
            (&staff, gone, "......................."),
            (&Actor::Operator, Standing::None, "+++++++++++++++++++++++"),
            (&Actor::System, Standing::None, "....+.................."),
        ];
        for (actor, standing, expected) in table {
            assert_eq!(row(actor, standing), expected, "{actor:?} {standing:?}");
        }
    }

    #[test]
    fn a_place_at_one_organisation_is_no_place_at_another() {
        let other = Membership { member: MemberId::from_uuid(Uuid::max()), ..place(StaffRole::Clinician) };
        assert_eq!(row(&at_work(Assurance::SecondStep), Standing::Member(other)), ".".repeat(Ask::ALL.len()));
    }

    fn view(standing: Standing) -> Option<View> {
        let actor = if matches!(standing, Standing::Member(_)) { at_work } else { account };
        match decide(&actor(Assurance::SecondStep), &standing, Ask::ReadRecord, today()) {
            Decision::Allow(access) => Some(access.view),
            Decision::Deny(_) => None,
        }
    }

    #[test]
    fn the_front_desk_sees_no_more_than_who_comes_when() {
        let desk = view(Standing::Member(place(StaffRole::Reception))).unwrap();
        assert!(matches!(desk.audience(), Audience::Desk(_)), "what the organisation supplied itself is not open to every role");
        assert!(desk.opens(Category::Visit, Sensitivity::General));
        assert!(!desk.opens(Category::Visit, Sensitivity::Mental));
        assert!(!desk.has(Category::Problem) && !desk.has(Category::Medicine) && !desk.has(Category::Result));
    }

    fn scopes() -> impl Strategy<Value = Scopes> {
        proptest::sample::subsequence(Scope::ALL, 0..=Scope::ALL.len()).prop_map(|some| some.into_iter().collect())
    }

    fn labels() -> impl Strategy<Value = Labels> {
        proptest::sample::subsequence(Sensitivity::ALL, 0..=Sensitivity::ALL.len()).prop_map(|some| some.into_iter().collect())
    }

    fn categories() -> impl Strategy<Value = Categories> {
        proptest::sample::subsequence(Category::ALL, 0..=Category::ALL.len()).prop_map(|some| some.into_iter().collect())
    }

    proptest! {
        #[test]
        fn a_restriction_never_widens_what_a_carer_sees(
            (scopes, fewer_scopes) in (scopes(), scopes()),
            (labels, fewer_labels) in (labels(), labels()),
            (hidden, more_hidden) in (categories(), categories()),
        ) {
            let before = Delegation { scopes, labels, hidden, ..delegation(Status::Active, Reason::RoleActivated) };
            let after = Delegation {
                scopes: scopes.and(fewer_scopes),
                labels: labels.and(fewer_labels),
                hidden: hidden.iter().chain(more_hidden.iter()).collect(),
                ..before
            };
            let (wide, narrow) = (view(Standing::Carer(before)).unwrap(), view(Standing::Carer(after)).unwrap());
            prop_assert!(narrow.is_within(&wide));
            prop_assert!(narrow.pairs().all(|(category, label)| labels.has(label) && !hidden.has(category)));
        }

        #[test]
        fn a_restriction_never_widens_what_a_team_sees(
            shared in labels(), fewer in labels(), role in proptest::sample::select(StaffRole::ALL),
            own_person in any::<bool>(), let_in in any::<bool>(), still_in in any::<bool>(),
        ) {
            let before = Membership { shared, own_person, let_in, ..place(role) };
            let after = Membership { shared: shared.and(fewer), let_in: let_in && still_in, ..before };
            match (view(Standing::Member(before)), view(Standing::Member(after))) {
                (Some(wide), Some(narrow)) => prop_assert!(narrow.is_within(&wide)),
                (None, narrow) => prop_assert!(narrow.is_none()),
                (Some(_), None) => {}
            }
        }

        #[test]
        fn an_emergency_opens_no_more_than_the_person_lets_it_and_takes_nothing_away(
            shared in labels(), opened in labels(), fewer in labels(), own_person in any::<bool>(),
        ) {
            let before = Membership { own_person, shared, ..place(StaffRole::Clinician) };
            let emergency = Membership { emergency: Some(opened), ..before };
            let narrower = Membership { emergency: Some(opened.and(fewer)), ..before };
            let (wide, narrow) = (view(Standing::Member(emergency)).unwrap(), view(Standing::Member(narrower)).unwrap());
            prop_assert!(narrow.is_within(&wide));
            match view(Standing::Member(before)) {
                Some(everyday) => prop_assert!(everyday.is_within(&narrow)),
                None => prop_assert!(wide.pairs().all(|(_, label)| opened.has(label))),
            }
        }

        #[test]
        fn an_end_only_ends(ends in proptest::option::of(0_u64..40)) {
            let ends_on = ends.map(|days| today() + chrono::Days::new(days) - chrono::Days::new(20));
            let held = Delegation { ends_on, ..delegation(Status::Active, Reason::RoleActivated) };
            let open = ends_on.is_none_or(|end| end >= today());
            prop_assert_eq!(view(Standing::Carer(held)).is_some(), open);
        }
    }
}
