//! A practice that decides about orders of medicines here, or in a GP system of its own; and people who are registered there
//! with two repeats.

use crate::gp_system::GpSystem;
use chrono::TimeDelta;
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::medicine::ItemStatus;
use domain::team::{StaffRole, WorkKind};
use domain::{OrderId, OrderItemId, OrganisationId, PersonId};
use gateway::breaker::Breaker;
use gateway::gp_prescriptions::GpPrescriptions;
use serde_json::{Value, json};
use service::{
    DecideForm, ImportRequest, ItemSeen, Mail, MailError, Mailer, OrderForm, OrderRulesForm, OrderSeen, Ordered, OrdersAsked,
    OrdersLooked, OrganisationKind, OutsideMark, ServiceError, Services, StaffForm, TakenBack,
};
use std::io::Cursor;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{MockClock, Place, SeededRandom};

pub const RAMIPRIL: &str = "Ramipril 5mg capsules";
pub const SALBUTAMOL: &str = "Salbutamol 100micrograms inhaler";
/// The system has another name for it.
pub const METFORMIN: &str = "Metformin 500mg tablets";
/// Nobody can say there which one is meant.
pub const ATENOLOL: &str = "Atenolol 50mg tablets";
/// By which the system knows what it has another name for.
pub const KNOWN_BY: (&str, &str) =
    ("https://fhir.nhs.uk/Id/prescription-order-item-number", "4857b9d3-b714-44b9-9e67-3df67275b785");
const NUMBERS: [&str; 2] = ["9000000009", "9000000017"];

/// Where the practice decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decides {
    Here,
    Outside,
}

#[derive(Clone)]
pub struct Citizen {
    pub person: PersonId,
    pub actor: Actor,
    pub number: String,
    pub email: String,
}

pub struct Village {
    pub services: Services,
    pub clock: MockClock,
    pub practice: OrganisationId,
    pub manager: Actor,
    pub clinician: Actor,
    pub system: GpSystem,
    pub decides: Decides,
    random: Mutex<u128>,
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
    let connect = GpPrescriptions::new(Some("secret".to_owned()), clock.clone(), SeededRandom::new(3)).unwrap();
    let connect = connect.within(Duration::from_millis(400));
    place.services_prescribing(clock, Breaker::new(connect, clock.clone()))
}

fn plan(id: &str, name: &str, of: usize) -> Value {
    json!({
        "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "plan", "authoredOn": "2026-01-12",
        "identifier": [{ "system": KNOWN_BY.0, "value": if name == METFORMIN { KNOWN_BY.1 } else { id } }],
        "subject": { "reference": format!("Patient/p{of}") }, "medicationCodeableConcept": { "text": name },
        "courseOfTherapyType": { "coding": [{ "code": "continuous" }] }, "dosageInstruction": [{ "text": "One a day" }],
    })
}

impl Village {
    pub async fn at(place: &Place, decides: Decides) -> Self {
        let clock = MockClock::default();
        let services = server(place, &clock);
        let system = GpSystem::with(&["m1", "m2"]).await;
        system.rename("", "new-m3", KNOWN_BY);
        let organisations = &services.organisations;
        let practice = organisations.ensure(&Actor::Operator, "A00001", "The Trevelyan Practice", OrganisationKind::Practice);
        let practice = practice.await.unwrap().id;
        let mut staff = Vec::new();
        for (email, role) in [("mara@example.org", StaffRole::Manager), ("gina@example.org", StaffRole::Clinician)] {
            let id = services.accounts.create_confirmed(&Actor::Operator, email, "lamp otter gravel", None).await.unwrap();
            let (name, job) = ("Somebody".to_owned(), "Job".to_owned());
            let form = StaffForm { email: email.to_owned(), name, job, role: role.code().to_owned() };
            let member = services.care_team.add(&Actor::Operator, practice, &form).await.unwrap();
            staff.push(Actor::Staff { id, assurance: Assurance::SecondStep, member });
        }
        let (manager, clinician) = (staff[0].clone(), staff[1].clone());
        let mail = Arc::default();
        let village = Self { services, clock, practice, manager, clinician, system, decides, random: Mutex::new(0), mail };
        match decides {
            Decides::Here => village.rule("yes").await,
            Decides::Outside => village.outside(Some(&village.system.url)).await.unwrap(),
        }
        village.mail().await;
        village
    }

    pub async fn outside(&self, url: Option<&str>) -> Result<(), ServiceError> {
        self.services.medicines.prescribe_outside(&Actor::Operator, self.practice, url).await
    }

    pub async fn rule(&self, takes: &str) {
        let medicines = &self.services.medicines;
        let version = medicines.rules(&self.manager).await.unwrap().version.to_string();
        let (takes_orders, asks_reason, early_days) = (takes.to_owned(), "no".to_owned(), "7".to_owned());
        let form = OrderRulesForm { takes_orders, asks_reason, early_days, version };
        medicines.change_rules(&self.manager, &form).await.unwrap();
    }

    pub async fn citizen(&self, which: usize) -> Citizen {
        let number = NUMBERS[which];
        let plan = |id: &str, name: &str| plan(id, name, which);
        let mut unnamed = plan("m4", ATENOLOL);
        unnamed["intent"] = json!("order");
        let resources = [
            json!({ "resourceType": "Patient", "id": format!("p{which}"), "birthDate": "1986-03-31",
                "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": number }],
                "name": [{ "family": format!("Rivers{which}"), "given": ["Sam"] }] }),
            plan("m1", RAMIPRIL),
            plan("m2", SALBUTAMOL),
            plan("m3", METFORMIN),
            unnamed,
        ];
        let entry: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entry }).to_string();
        let request = ImportRequest { organisation: self.practice, expected: None };
        let report = self.services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        let person = report.person;
        self.services.people.register(&Actor::Operator, person, self.practice).await.unwrap();
        let email = format!("rivers{which}@example.org");
        let id = self.services.accounts.create_confirmed(&Actor::Operator, &email, "lamp otter gravel", None).await.unwrap();
        self.services.linking.link_in_person(&Actor::Operator, id, person).await.unwrap();
        self.mail().await;
        Citizen { person, actor: Actor::Account { id, assurance: Assurance::SecondStep }, number: number.to_owned(), email }
    }

    pub async fn form(&self, who: &Citizen, names: &[&str]) -> OrderForm {
        // The last order is known by its time.
        self.clock.advance(TimeDelta::seconds(1));
        let all = self.services.medicines.list(&who.actor, who.person).await.unwrap().medicines;
        let of = all.iter().filter(|one| names.contains(&one.name.as_str())).map(|one| one.plan.unwrap().to_string());
        let medicines = of.collect::<Vec<_>>().join(" ");
        // Ids that no other form has, whatever was restarted in between.
        let mut number = self.random.lock().unwrap();
        *number += 1;
        let submission = uuid::Uuid::from_u128(*number).to_string();
        OrderForm { medicines, submission, note: "Thank you".to_owned(), ..OrderForm::default() }
    }

    pub async fn send(&self, who: &Citizen, form: &OrderForm) -> Result<Ordered, ServiceError> {
        self.services.medicines.order(&who.actor, who.person, form).await
    }

    pub async fn try_order(&self, who: &Citizen, names: &[&str]) -> Result<Ordered, ServiceError> {
        let form = self.form(who, names).await;
        self.send(who, &form).await
    }

    pub async fn order(&self, who: &Citizen, names: &[&str]) -> OrderId {
        let ordered = self.try_order(who, names).await.unwrap();
        assert!(!ordered.waits && !ordered.again, "{ordered:?}");
        ordered.orders[0]
    }

    /// Why a medicine cannot be ordered now.
    pub async fn why_not(&self, who: &Citizen, name: &str) -> Option<String> {
        let all = self.services.medicines.list(&who.actor, who.person).await.unwrap().medicines;
        all.into_iter().find(|one| one.name == name).unwrap().why_not()
    }

    pub async fn seen(&self, who: &Citizen, order: OrderId) -> OrderSeen {
        self.services.medicines.one_order(&who.actor, who.person, order).await.unwrap()
    }

    pub async fn item(&self, who: &Citizen, order: OrderId, name: &str) -> ItemSeen {
        self.seen(who, order).await.items.into_iter().find(|item| item.name == name).unwrap()
    }

    /// How the last order of a medicine stands, without a look at it.
    pub async fn stands(&self, who: &Citizen, name: &str) -> (ItemStatus, Option<OutsideMark>) {
        let all = self.services.medicines.orders(&who.actor, who.person).await.unwrap();
        let item = all.into_iter().flat_map(|order| order.items).find(|item| item.name == name).unwrap();
        (item.status, item.outside)
    }

    pub async fn cancel(&self, who: &Citizen, item: OrderItemId) -> Result<TakenBack, ServiceError> {
        self.services.medicines.cancel(&who.actor, who.person, item).await
    }

    /// The practice decides about one medicine, and the person can know it.
    pub async fn decide(&self, order: OrderId, name: &str, approves: bool, words: &'static str) {
        match self.decides {
            Decides::Here => {
                let medicines = &self.services.medicines;
                let seen = medicines.order_for_team(&self.clinician, order).await.unwrap();
                let item = seen.items.iter().find(|item| item.name == name).unwrap();
                let act = if approves { "approve" } else { "decline" }.to_owned();
                let form = DecideForm {
                    items: format!("{}:{}", item.id, item.version),
                    act,
                    words: words.to_owned(),
                    ..DecideForm::default()
                };
                medicines.decide(&self.clinician, order, &form).await.unwrap();
            }
            Decides::Outside => {
                let status = if approves { "completed" } else { "rejected" };
                let number = approves.then_some("CDT38E-Y765968-4FG3BQ");
                self.system.set(of(name), status, (!words.is_empty()).then_some(words), number);
                self.look(16).await;
            }
        }
    }

    /// What waits on the practice's list.
    pub async fn waiting(&self) -> Vec<WorkKind> {
        self.services.work.list(&self.manager).await.unwrap().into_iter().map(|item| item.kind).collect()
    }

    /// To whom mail about orders was sent since this was asked last.
    pub async fn mail(&self) -> Vec<String> {
        self.services.outbox.deliver_waiting(&Postbox(self.mail.clone()), None).await.unwrap();
        let mail = std::mem::take(&mut *self.mail.lock().unwrap());
        mail.into_iter().filter(|mail| mail.body.contains("/news")).map(|mail| mail.to).collect()
    }

    /// Asks what waits for an answer, after so many minutes.
    pub async fn later(&self, minutes: i64) -> OrdersAsked {
        self.clock.advance(TimeDelta::minutes(minutes));
        self.services.medicines.run_outside(&Actor::System).await.unwrap()
    }

    /// Asks how orders stand, after so many minutes.
    pub async fn look(&self, minutes: i64) -> OrdersLooked {
        self.clock.advance(TimeDelta::minutes(minutes));
        self.services.medicines.look_outside(&Actor::System).await.unwrap()
    }

    /// What the account of somebody's record tells of their orders, the first first.
    pub async fn noted(&self, who: &Citizen) -> Vec<String> {
        let (mut noted, mut before) = (Vec::new(), None);
        loop {
            let (items, next) = self.services.activity.of_record(&who.actor, who.person, before).await.unwrap();
            let of = items.into_iter().filter(|item| item.action == Action::OrderChanged);
            noted.extend(of.map(|item| item.detail["what"].clone()));
            before = next;
            if before.is_none() {
                noted.reverse();
                return noted;
            }
        }
    }

    pub async fn verify(&self) {
        assert_eq!(self.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }
}

/// What the system calls a medicine.
pub fn of(name: &str) -> &'static str {
    match name {
        RAMIPRIL => "m1",
        SALBUTAMOL => "m2",
        _ => "new-m3",
    }
}
