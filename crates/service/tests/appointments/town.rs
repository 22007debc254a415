//! A practice that can be booked, another one beside it, those who work there, and people with accounts.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::appointment::{Release, ServiceKind, Status};
use domain::audit::{Action, Basis};
use domain::person::Demographics;
use domain::team::StaffRole;
use domain::{
    AccountId, AppointmentId, OrganisationId, PersonId, PlaceId, PractitionerId, RelationshipId, ServiceId, SlotId, TemplateId,
};
use service::{
    AppointmentSeen, BookForm, Booked, ClinicSeen, CurrentSession, Delivered, InviteForm, Mail, MailError, Mailer,
    OrganisationKind, Origin, PlaceForm, PractitionerForm, SearchForm, ServiceError, ServiceForm, Services, SlotSeen, StaffForm,
    TemplateForm, TextMessage,
};
use std::sync::{Arc, Mutex};
use testkit::{MockClock, Phones, Place};

const PASSWORD: &str = "lamp otter gravel";

#[derive(Clone, Default)]
struct Postbox(Arc<Mutex<Vec<Mail>>>);

#[async_trait::async_trait]
impl Mailer for Postbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

/// Takes no mail.
pub struct NoMail;

#[async_trait::async_trait]
impl Mailer for NoMail {
    async fn send(&self, _: &Mail) -> Result<(), MailError> {
        Err(MailError("no route".to_owned()))
    }
}

/// Who holds clinics where, and what for.
#[derive(Clone, Copy)]
pub struct Offer {
    pub service: ServiceId,
    pub place: PlaceId,
    pub practitioner: PractitionerId,
}

/// Somebody with a record and an account of their own.
#[derive(Clone)]
pub struct Citizen {
    pub person: PersonId,
    pub actor: Actor,
    pub email: String,
}

pub struct Town {
    pub services: Services,
    pub clock: MockClock,
    pub practice: OrganisationId,
    pub other: OrganisationId,
    pub manager: Actor,
    pub reception: Actor,
    pub clinician: Actor,
    pub officer: Actor,
    /// Runs the other practice.
    pub stranger: Actor,
    /// GP appointments at the practice, each weekday from 9am to 10am, 10 minutes each, until a day before.
    pub gp: Offer,
    pub template: TemplateId,
    pub phones: Phones,
    postbox: Postbox,
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What is wrong: the fields and what is said beside each.
#[track_caller]
pub fn problems<T>(outcome: Result<T, ServiceError>) -> Vec<(String, String)> {
    match outcome {
        Err(ServiceError::Fields(problems)) => problems.into_iter().map(|problem| (problem.field, problem.message)).collect(),
        Err(other) => panic!("no fields: {other:?}"),
        Ok(_) => panic!("it was done"),
    }
}

/// The fields that something is wrong with.
#[track_caller]
pub fn fields<T>(outcome: Result<T, ServiceError>) -> Vec<String> {
    problems(outcome).into_iter().map(|(field, _)| field).collect()
}

/// Says that it is refused beside this field, in these words among others.
#[track_caller]
pub fn refused<T>(outcome: Result<T, ServiceError>, field: &str, words: &str) {
    let problems = problems(outcome);
    assert!(problems.len() == 1 && problems[0].0 == field && problems[0].1.contains(words), "{problems:?}");
}

#[track_caller]
pub fn not_found<T>(outcome: Result<T, ServiceError>) {
    match outcome {
        Err(ServiceError::NotFound) => {}
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was done"),
    }
}

pub fn service_form(kind: ServiceKind, name: &str) -> ServiceForm {
    ServiceForm {
        kind: kind.code().to_owned(),
        name: name.to_owned(),
        minutes: "10".to_owned(),
        registered_only: "yes".to_owned(),
        release: "at-once".to_owned(),
        cancel_hours: "24".to_owned(),
        ..ServiceForm::default()
    }
}

pub fn released(release: Release, form: ServiceForm) -> ServiceForm {
    match release {
        Release::AtOnce => form,
        Release::DaysBefore(days) => ServiceForm { release: "days".to_owned(), release_days: days.to_string(), ..form },
        Release::OnTheDay(minute) => {
            ServiceForm { release: "day".to_owned(), release_time: domain::appointment::clock_of(minute), ..form }
        }
    }
}

pub fn place_form(name: &str) -> PlaceForm {
    PlaceForm {
        name: name.to_owned(),
        address: "1 River Road, Taunton".to_owned(),
        postcode: "ta1 1aa".to_owned(),
        phone: "01823 000000".to_owned(),
        ..PlaceForm::default()
    }
}

pub fn practitioner_form(name: &str) -> PractitionerForm {
    PractitionerForm { name: name.to_owned(), job: "General practitioner".to_owned() }
}

pub fn template_form(offer: Offer, days: &str, from: &str, to: &str) -> TemplateForm {
    TemplateForm {
        service: offer.service.to_string(),
        place: offer.place.to_string(),
        practitioner: offer.practitioner.to_string(),
        mode: "in-person".to_owned(),
        days: days.to_owned(),
        starts: from.to_owned(),
        ends: to.to_owned(),
        ..TemplateForm::default()
    }
}

pub fn wanted(kind: ServiceKind) -> SearchForm {
    SearchForm { kind: kind.code().to_owned(), ..SearchForm::default() }
}

impl Town {
    pub async fn at(place: &Place) -> Self {
        Self::since(place, testkit::START).await
    }

    /// The same where it is this moment as it opens.
    pub async fn since(place: &Place, now: &str) -> Self {
        let clock = MockClock::default();
        clock.set(at(now));
        let services = place.services(&clock);
        let ensure = async |code: &str, name: &str| {
            services.organisations.ensure(&Actor::Operator, code, name, OrganisationKind::Practice).await.unwrap().id
        };
        let practice = ensure("Y90001", "Riverside Surgery").await;
        let other = ensure("Y90002", "Hilltop Practice").await;
        let member = async |at, role, name| member(&services, at, role, name).await;
        let manager = member(practice, StaffRole::Manager, "Mara Manager").await;
        let reception = member(practice, StaffRole::Reception, "Cleo Clerk").await;
        let clinician = member(practice, StaffRole::Clinician, "Dr Doe").await;
        let officer = member(practice, StaffRole::PrivacyOfficer, "Otto Officer").await;
        let stranger = member(other, StaffRole::Manager, "Hal Hilltop").await;
        let nothing = Offer {
            service: ServiceId::from_uuid(uuid::Uuid::nil()),
            place: PlaceId::from_uuid(uuid::Uuid::nil()),
            practitioner: PractitionerId::from_uuid(uuid::Uuid::nil()),
        };
        let mut town = Self {
            services,
            clock,
            practice,
            other,
            manager,
            reception,
            clinician,
            officer,
            stranger,
            gp: nothing,
            template: TemplateId::from_uuid(uuid::Uuid::nil()),
            phones: Phones::default(),
            postbox: Postbox::default(),
        };
        let form = ServiceForm { asks_reason: "yes".to_owned(), ..service_form(ServiceKind::Gp, "GP appointments") };
        town.gp = town.offer(&town.manager, &form, "Dr Ada Ray").await;
        town.template = town.template(&town.manager, &template_form(town.gp, "mon tue wed thu fri", "9:00", "10:00")).await;
        town.mail().await;
        town
    }

    /// Something that can be booked at the organisation of this manager; the place is the same for all of them.
    pub async fn offer(&self, manager: &Actor, form: &ServiceForm, practitioner: &str) -> Offer {
        let diary = &self.services.diary;
        let service = diary.add_service(manager, form).await.unwrap();
        let places = diary.places(manager).await.unwrap();
        let place = match places.first() {
            Some(place) => place.id,
            None => diary.add_place(manager, &place_form("Main building")).await.unwrap(),
        };
        let known = diary.practitioners(manager).await.unwrap().into_iter().find(|one| one.name == practitioner);
        let practitioner = match known {
            Some(known) => known.id,
            None => diary.add_practitioner(manager, &practitioner_form(practitioner)).await.unwrap(),
        };
        Offer { service, place, practitioner }
    }

    pub async fn template(&self, manager: &Actor, form: &TemplateForm) -> TemplateId {
        self.services.diary.add_template(manager, form).await.unwrap()
    }

    /// Somebody of 40 who is registered at the practice, signed in.
    pub async fn citizen(&self, name: &str) -> Citizen {
        self.born(name, "1986-03-31").await
    }

    pub async fn born(&self, name: &str, born: &str) -> Citizen {
        let person = self.person(name, born).await;
        self.services.people.register(&Actor::Operator, person, self.practice).await.unwrap();
        self.with_account(name, person).await
    }

    /// Somebody whom no practice looks after.
    pub async fn person(&self, name: &str, born: &str) -> PersonId {
        let who = Demographics {
            nhs_number: None,
            family_name: name.to_owned(),
            given_names: vec!["Sam".to_owned()],
            prefix: None,
            birth_date: Some(day(born)),
            gender: None,
            deceased: false,
        };
        self.services.people.create(&Actor::Operator, who).await.unwrap()
    }

    pub async fn with_account(&self, name: &str, person: PersonId) -> Citizen {
        let email = format!("{}@example.org", name.to_lowercase());
        let id = self.services.accounts.create_confirmed(&Actor::Operator, &email, PASSWORD, None).await.unwrap();
        self.services.linking.link_in_person(&Actor::Operator, id, person).await.unwrap();
        Citizen { person, actor: citizen(id), email }
    }

    /// Lets `carer` book for `who`, and nothing else.
    pub async fn let_book(&self, who: &Citizen, carer: &Citizen) -> RelationshipId {
        self.let_act(who, carer, "APPT").await
    }

    /// Lets `carer` do this for `who`.
    pub async fn let_act(&self, who: &Citizen, carer: &Citizen, scopes: &str) -> RelationshipId {
        let form = InviteForm {
            email: carer.email.clone(),
            name: "Somebody Near".to_owned(),
            relation: "daughter".to_owned(),
            scopes: scopes.to_owned(),
            submission: self.services.core.new_id().to_string(),
            ..InviteForm::default()
        };
        let invited = self.services.carers.invite(&who.actor, who.person, &form).await.unwrap();
        let mail = self.mail().await;
        let token = mail.iter().find_map(|mail| mail.body.split_once("?token=")).unwrap().1.split_whitespace().next().unwrap();
        let relationship = self.services.carers.accept(&carer.actor, token, &invited.code).await.unwrap().relationship;
        self.mail().await;
        relationship
    }

    /// The mail sent since this was asked last, in the order of the addresses.
    pub async fn mail(&self) -> Vec<Mail> {
        self.deliver().await;
        let mut mail = std::mem::take(&mut *self.postbox.0.lock().unwrap());
        mail.sort_by(|a, b| (&a.to, &a.body).cmp(&(&b.to, &b.body)));
        mail
    }

    /// One round of the outbox.
    pub async fn deliver(&self) -> Delivered {
        self.services.outbox.deliver_waiting(&self.postbox, Some(&self.phones)).await.unwrap()
    }

    /// The text messages that came since this was asked last, in the order of the numbers.
    pub async fn texts(&self) -> Vec<TextMessage> {
        self.deliver().await;
        let mut texts = self.phones.read();
        texts.sort_by(|a, b| (&a.to, &a.body).cmp(&(&b.to, &b.body)));
        texts
    }

    /// A session of somebody who has just signed in.
    pub fn session(&self) -> CurrentSession {
        CurrentSession { id_hash: [1; 32], fresh_at: Some(self.services.core.now()) }
    }

    /// Gives somebody's account this number for text messages.
    pub async fn give_number(&self, who: &Citizen, number: &str) {
        let mobiles = &self.services.mobiles;
        mobiles.ask(&who.actor, &self.session(), number, &Origin::new(None, "")).await.unwrap();
        let texts = self.texts().await;
        mobiles.confirm(&who.actor, texts.last().unwrap().body.split_whitespace().next().unwrap()).await.unwrap();
        self.mail().await;
    }

    /// To whom mail with this in it was sent since any was asked for.
    pub async fn told(&self, words: &str) -> Vec<String> {
        self.mail().await.into_iter().filter(|mail| mail.body.contains(words)).map(|mail| mail.to).collect()
    }

    /// Everything that is found, page after page.
    pub async fn found(&self, who: &Citizen, form: &SearchForm) -> Vec<SlotSeen> {
        let (mut slots, mut form) = (Vec::new(), form.clone());
        loop {
            let page = self.services.appointments.search(&who.actor, who.person, &form).await.unwrap();
            slots.extend(page.slots);
            match page.next {
                Some(next) => form.after = next,
                None => return slots,
            }
        }
    }

    /// The free GP time that begins then.
    pub async fn slot(&self, who: &Citizen, starts: &str) -> SlotId {
        let found = self.found(who, &wanted(ServiceKind::Gp)).await;
        found.into_iter().find(|slot| slot.starts_at == at(starts)).unwrap_or_else(|| panic!("{starts} is not free")).id
    }

    /// A whole form with an id of its own.
    pub fn form(&self, slot: SlotId) -> BookForm {
        BookForm {
            slot: slot.to_string(),
            reason: "My knee hurts".to_owned(),
            flag: "none".to_owned(),
            submission: self.services.core.new_id().to_string(),
            ..BookForm::default()
        }
    }

    pub async fn try_book(&self, by: &Actor, person: PersonId, slot: SlotId) -> Result<Booked, ServiceError> {
        self.services.appointments.book(by, person, &self.form(slot)).await
    }

    /// Books the GP time that begins then.
    pub async fn book(&self, who: &Citizen, starts: &str) -> AppointmentId {
        let slot = self.slot(who, starts).await;
        self.try_book(&who.actor, who.person, slot).await.unwrap().id
    }

    pub async fn list(&self, who: &Citizen) -> Vec<AppointmentSeen> {
        self.services.appointments.list(&who.actor, who.person).await.unwrap()
    }

    pub async fn one(&self, who: &Citizen, id: AppointmentId) -> AppointmentSeen {
        self.services.appointments.one(&who.actor, who.person, id).await.unwrap()
    }

    /// Where everything of somebody stands, the latest first.
    pub async fn standing(&self, who: &Citizen) -> Vec<(DateTime<Utc>, Status)> {
        self.list(who).await.into_iter().map(|one| (one.starts_at, one.status)).collect()
    }

    /// The clinic of the practice that begins then.
    pub async fn clinic(&self, starts: &str) -> ClinicSeen {
        let on = domain::when::london_day(at(starts));
        let clinics = self.services.diary.clinics(&self.reception, on, 1).await.unwrap();
        clinics.into_iter().find(|clinic| clinic.starts_at == at(starts)).unwrap()
    }

    /// What was done about appointments with somebody's record, and on what basis, the first first.
    pub async fn acts(&self, person: PersonId) -> Vec<(Action, Basis)> {
        let (items, more) = self.services.activity.of_record(&Actor::Operator, person, None).await.unwrap();
        assert_eq!(more, None);
        let about = |action: Action| {
            use Action::{AppointmentBooked, AppointmentCancelled, AppointmentChanged, AppointmentMoved};
            matches!(action, AppointmentBooked | AppointmentCancelled | AppointmentChanged | AppointmentMoved)
        };
        items.into_iter().rev().filter(|item| about(item.action)).map(|item| (item.action, item.basis)).collect()
    }

    pub async fn verify(&self) {
        assert_eq!(self.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }
}

pub fn citizen(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::SecondStep }
}

/// Somebody at work at an organisation.
pub async fn member(services: &Services, at: OrganisationId, role: StaffRole, name: &str) -> Actor {
    let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    let id = services.accounts.create_confirmed(&Actor::Operator, &email, PASSWORD, None).await.unwrap();
    let form = StaffForm { email, name: name.to_owned(), job: "Job".to_owned(), role: role.code().to_owned() };
    let member = services.care_team.add(&Actor::Operator, at, &form).await.unwrap();
    Actor::Staff { id, assurance: Assurance::SecondStep, member }
}
