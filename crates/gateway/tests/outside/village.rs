//! A practice that keeps its appointments here, or in a GP system of its own; and people who are registered there.

use crate::gp_system::GpSystem;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::appointment::{ServiceKind, Status};
use domain::person::Demographics;
use domain::team::StaffRole;
use domain::{AppointmentId, NhsNumber, OrganisationId, PersonId, SlotId};
use gateway::breaker::Breaker;
use gateway::gp_connect::GpConnect;
use service::{
    BookForm, Booked, GivenUp, Mail, MailError, Mailer, OrganisationKind, OutsideDone, PlaceForm, PractitionerForm, SearchForm,
    ServiceError, ServiceForm, Services, StaffForm, TemplateForm,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{MockClock, Place, SeededRandom};

pub const NINE: &str = "2026-11-05T09:00:00Z";
pub const TEN_PAST: &str = "2026-11-05T09:10:00Z";
pub const TWENTY_PAST: &str = "2026-11-05T09:20:00Z";
const NUMBERS: [&str; 4] = ["9000000009", "9000000017", "9000000025", "9000000033"];

/// Where the practice keeps its appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    Here,
    Outside,
}

#[derive(Clone)]
pub struct Citizen {
    pub person: PersonId,
    pub actor: Actor,
    pub number: String,
}

pub struct Village {
    pub services: Services,
    pub clock: MockClock,
    pub practice: OrganisationId,
    pub manager: Actor,
    pub system: GpSystem,
    pub keeps: Keeps,
    random: Arc<Mutex<u64>>,
    mail: Arc<Mutex<Vec<Mail>>>,
}

#[derive(Clone)]
struct Postbox(Arc<Mutex<Vec<Mail>>>);

#[async_trait::async_trait]
impl Mailer for Postbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[track_caller]
pub fn said<T>(outcome: Result<T, ServiceError>) -> String {
    match outcome {
        Err(ServiceError::Fields(problems)) => problems.into_iter().map(|problem| problem.message).collect(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was done"),
    }
}

/// A server over this database, as it is after a start.
pub fn server(place: &Place, clock: &MockClock) -> Services {
    let connect = GpConnect::new(Some("secret".to_owned()), clock.clone(), SeededRandom::new(3)).unwrap();
    let connect = connect.within(Duration::from_millis(400));
    place.services_with(clock, Breaker::new(connect, clock.clone()))
}

impl Village {
    /// Three times on a Thursday, two days after the clock starts.
    pub async fn at(place: &Place, keeps: Keeps) -> Self {
        let clock = MockClock::default();
        let services = server(place, &clock);
        let system = GpSystem::with(&[NINE, TEN_PAST, TWENTY_PAST]).await;
        let organisations = &services.organisations;
        let practice = organisations
            .ensure(&Actor::Operator, "A00001", "The Trevelyan Practice", OrganisationKind::Practice)
            .await
            .unwrap()
            .id;
        let email = "mara@example.org";
        let id = services.accounts.create_confirmed(&Actor::Operator, email, "lamp otter gravel", None).await.unwrap();
        let role = StaffRole::Manager.code().to_owned();
        let form = StaffForm { email: email.to_owned(), name: "Mara Manager".to_owned(), job: "Manager".to_owned(), role };
        let member = services.care_team.add(&Actor::Operator, practice, &form).await.unwrap();
        let manager = Actor::Staff { id, assurance: Assurance::SecondStep, member };
        let (random, mail) = Default::default();
        let village = Self { services, clock, practice, manager, system, keeps, random, mail };
        match keeps {
            Keeps::Here => village.diary().await,
            Keeps::Outside => {
                let appointments = &village.services.appointments;
                appointments.keep_outside(&Actor::Operator, practice, Some(&village.system.url)).await.unwrap();
                assert_eq!(appointments.refresh_outside(&Actor::System).await.unwrap().told, 1);
            }
        }
        village.mail().await;
        village.system.asked();
        village
    }

    async fn diary(&self) {
        let diary = &self.services.diary;
        let service = ServiceForm {
            kind: "gp".to_owned(),
            name: "General GP Appointment".to_owned(),
            minutes: "10".to_owned(),
            registered_only: "yes".to_owned(),
            release: "at-once".to_owned(),
            may_cancel: "yes".to_owned(),
            cancel_hours: "0".to_owned(),
            ..ServiceForm::default()
        };
        let service = diary.add_service(&self.manager, &service).await.unwrap();
        let place = PlaceForm {
            name: "The Trevelyan Practice".to_owned(),
            address: "Trevelyan Square, Leeds".to_owned(),
            postcode: "LS1 6AE".to_owned(),
            phone: "03003035678".to_owned(),
            ..PlaceForm::default()
        };
        let place = diary.add_place(&self.manager, &place).await.unwrap();
        let practitioner = PractitionerForm { name: "Mrs Sarah Black".to_owned(), job: "GP".to_owned() };
        let practitioner = diary.add_practitioner(&self.manager, &practitioner).await.unwrap();
        let template = TemplateForm {
            service: service.to_string(),
            place: place.to_string(),
            practitioner: practitioner.to_string(),
            mode: "in-person".to_owned(),
            days: "thu".to_owned(),
            starts: "9:00".to_owned(),
            ends: "9:30".to_owned(),
            until: ["5".to_owned(), "11".to_owned(), "2026".to_owned()],
            ..TemplateForm::default()
        };
        diary.add_template(&self.manager, &template).await.unwrap();
    }

    pub async fn citizen(&self, which: usize) -> Citizen {
        let number = NUMBERS[which];
        let who = Demographics {
            nhs_number: Some(number.parse::<NhsNumber>().unwrap()),
            family_name: format!("Rivers{which}"),
            given_names: vec!["Sam".to_owned()],
            prefix: None,
            birth_date: Some("1986-03-31".parse().unwrap()),
            gender: None,
            deceased: false,
        };
        let person = self.services.people.create(&Actor::Operator, who).await.unwrap();
        self.services.people.register(&Actor::Operator, person, self.practice).await.unwrap();
        let email = format!("rivers{which}@example.org");
        let id = self.services.accounts.create_confirmed(&Actor::Operator, &email, "lamp otter gravel", None).await.unwrap();
        self.services.linking.link_in_person(&Actor::Operator, id, person).await.unwrap();
        self.mail().await;
        Citizen { person, actor: Actor::Account { id, assurance: Assurance::SecondStep }, number: number.to_owned() }
    }

    /// When times are free, as somebody finds them.
    pub async fn free(&self, who: &Citizen) -> Vec<DateTime<Utc>> {
        self.slots(who).await.into_iter().map(|(_, at)| at).collect()
    }

    async fn slots(&self, who: &Citizen) -> Vec<(SlotId, DateTime<Utc>)> {
        let form = SearchForm { kind: ServiceKind::Gp.code().to_owned(), ..SearchForm::default() };
        let found = self.services.appointments.search(&who.actor, who.person, &form).await.unwrap();
        found.slots.into_iter().map(|slot| (slot.id, slot.starts_at)).collect()
    }

    pub async fn slot(&self, who: &Citizen, starts: &str) -> SlotId {
        let found = self.slots(who).await;
        found.into_iter().find(|(_, begins)| *begins == at(starts)).unwrap_or_else(|| panic!("{starts} is not free")).0
    }

    /// When a free time ends.
    pub async fn ends(&self, who: &Citizen, starts: &str) -> DateTime<Utc> {
        let form = SearchForm { kind: ServiceKind::Gp.code().to_owned(), ..SearchForm::default() };
        let found = self.services.appointments.search(&who.actor, who.person, &form).await.unwrap();
        found.slots.into_iter().find(|slot| slot.starts_at == at(starts)).unwrap().ends_at
    }

    /// Another practice with a system of its own.
    pub async fn neighbour(&self, code: &str) {
        let system = GpSystem::with(&[NINE]).await;
        let organisations = &self.services.organisations;
        let other = organisations.ensure(&Actor::Operator, code, "Another", OrganisationKind::Practice).await.unwrap().id;
        self.services.appointments.keep_outside(&Actor::Operator, other, Some(&system.url)).await.unwrap();
    }

    /// The same, that waits for ten seconds for an answer.
    pub fn patient(mut self, place: &Place) -> Self {
        // A server that starts anew gives ids by the time of its start.
        self.clock.advance(TimeDelta::minutes(1));
        let connect = GpConnect::new(None, self.clock.clone(), SeededRandom::new(5)).unwrap().within(Duration::from_secs(10));
        self.services = place.services_with(&self.clock, connect);
        self
    }

    pub fn form(&self, slot: SlotId) -> BookForm {
        // Ids that no other form has, whatever was restarted in between.
        let mut number = self.random.lock().unwrap();
        *number += 1;
        BookForm {
            slot: slot.to_string(),
            reason: "My knee hurts".to_owned(),
            flag: "none".to_owned(),
            submission: uuid::Uuid::from_u128(u128::from(*number)).to_string(),
            ..BookForm::default()
        }
    }

    pub async fn send(&self, who: &Citizen, form: &BookForm) -> Result<Booked, ServiceError> {
        self.services.appointments.book(&who.actor, who.person, form).await
    }

    pub async fn try_book(&self, who: &Citizen, starts: &str) -> Result<Booked, ServiceError> {
        let slot = self.slot(who, starts).await;
        self.send(who, &self.form(slot)).await
    }

    pub async fn book(&self, who: &Citizen, starts: &str) -> AppointmentId {
        let booked = self.try_book(who, starts).await.unwrap();
        assert!(!booked.pending && !booked.asked, "{booked:?}");
        booked.id
    }

    pub async fn change(&self, who: &Citizen, old: AppointmentId, starts: &str) -> Result<Booked, ServiceError> {
        let slot = self.slot(who, starts).await;
        self.send(who, &BookForm { instead_of: old.to_string(), ..self.form(slot) }).await
    }

    pub async fn cancel(&self, who: &Citizen, id: AppointmentId) -> Result<GivenUp, ServiceError> {
        self.services.appointments.cancel(&who.actor, who.person, id, "I am better").await
    }

    /// Where what somebody has stands, the first first.
    pub async fn list(&self, who: &Citizen) -> Vec<(DateTime<Utc>, Status)> {
        let seen = self.services.appointments.list(&who.actor, who.person).await.unwrap();
        seen.into_iter().rev().map(|one| (one.starts_at, one.status)).collect()
    }

    /// What takes place, or may.
    pub async fn open(&self, who: &Citizen) -> Vec<DateTime<Utc>> {
        self.list(who).await.into_iter().filter(|(_, status)| status.is_open()).map(|(at, _)| at).collect()
    }

    pub async fn mail(&self) -> Vec<String> {
        self.services.outbox.deliver_waiting(&Postbox(self.mail.clone()), None).await.unwrap();
        std::mem::take(&mut *self.mail.lock().unwrap()).into_iter().map(|mail| mail.to).collect()
    }

    /// Asks what waits for an answer, after so many minutes.
    pub async fn later(&self, minutes: i64) -> OutsideDone {
        self.clock.advance(TimeDelta::minutes(minutes));
        self.services.appointments.run_outside(&Actor::System).await.unwrap()
    }

    /// Copies the free times again.
    pub async fn refresh(&self) -> service::Refreshed {
        self.clock.advance(TimeDelta::minutes(6));
        self.services.appointments.refresh_outside(&Actor::System).await.unwrap()
    }

    /// What people stand for in the GP system is what they see here.
    pub async fn agrees(&self, people: &[&Citizen]) {
        if self.keeps == Keeps::Here {
            return;
        }
        let mut here = Vec::new();
        for who in people {
            here.extend(self.open(who).await.into_iter().map(|at| (who.number.clone(), at)));
        }
        here.sort_by_key(|(_, at)| *at);
        assert_eq!(self.system.standing(), here);
    }

    pub async fn verify(&self) {
        assert_eq!(self.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }
}
