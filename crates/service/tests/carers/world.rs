//! A person with a practice and an account, a carer with a record of their own, and a practice with staff.

use chrono::{NaiveDate, TimeDelta};
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::{AccountId, PersonId, RelationshipId};
use service::{
    Accepted, ApplyForm, CarerSeen, ImportRequest, InviteForm, Invited, Mail, MailError, Mailer, Organisation, OrganisationKind,
    ServiceError, Services, StaffForm,
};
use std::io::Cursor;
use std::sync::{Arc, Mutex};
use testkit::{MockClock, Place};
use uuid::Uuid;

const PASSWORD: &str = "otter umbrella quartz";
/// Edna's number.
pub const EDNA: &str = "9990000018";
/// Ada's.
pub const ADA: &str = "9990000026";
/// A child's.
pub const CHILD: &str = "9990000034";

#[derive(Clone, Default)]
struct Postbox(Arc<Mutex<Vec<Mail>>>);

#[async_trait::async_trait]
impl Mailer for Postbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

pub struct World {
    pub services: Services,
    pub clock: MockClock,
    pub practice: Organisation,
    pub edna: PersonId,
    pub edna_account: AccountId,
    pub ada: PersonId,
    pub ada_account: AccountId,
    postbox: Postbox,
}

pub fn citizen(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::SecondStep }
}

pub fn first_step(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::FirstStep }
}

/// The fields that something is wrong with.
#[track_caller]
pub fn fields<T>(outcome: Result<T, ServiceError>) -> Vec<String> {
    match outcome {
        Err(ServiceError::Fields(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
        Err(other) => panic!("no fields: {other:?}"),
        Ok(_) => panic!("it was done"),
    }
}

#[track_caller]
pub fn not_found<T>(outcome: Result<T, ServiceError>) {
    match outcome {
        Err(ServiceError::NotFound) => {}
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was done"),
    }
}

impl World {
    pub async fn new(place: &Place) -> Self {
        let clock = MockClock::default();
        let services = place.services(&clock);
        let practice = services
            .organisations
            .ensure(&Actor::Operator, "A81001", "Riverside Surgery", OrganisationKind::Practice)
            .await
            .unwrap();
        let mut world = Self {
            services,
            clock,
            practice,
            edna: PersonId::from_uuid(Uuid::nil()),
            edna_account: AccountId::from_uuid(Uuid::nil()),
            ada: PersonId::from_uuid(Uuid::nil()),
            ada_account: AccountId::from_uuid(Uuid::nil()),
            postbox: Postbox::default(),
        };
        let practice = world.practice.clone();
        world.edna = world.person(&practice, EDNA, "Hughes", "Edna", "1948-03-27", false).await;
        world.ada = world.person(&practice, ADA, "Stone", "Ada", "1980-05-02", false).await;
        world.edna_account = world.account("edna@example.org", Some(world.edna)).await;
        world.ada_account = world.account("ada@example.org", Some(world.ada)).await;
        world.mail().await;
        world
    }

    /// A person as an organisation's import tells of them; told again, they are changed.
    pub async fn person(&self, from: &Organisation, number: &str, family: &str, given: &str, born: &str, dead: bool) -> PersonId {
        let bundle = format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[{{"resource":{{"resourceType":"Patient","id":"p{number}",
            "identifier":[{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{number}"}}],
            "meta":{{"lastUpdated":"{}"}},
            "name":[{{"family":"{family}","given":["{given}"]}}],"birthDate":"{born}","deceasedBoolean":{dead}}}}}]}}"#,
            self.clock_now()
        );
        let request = ImportRequest { organisation: from.id, expected: None };
        let report = self.services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
        report.person
    }

    fn clock_now(&self) -> String {
        self.services.core.now().to_rfc3339()
    }

    pub async fn account(&self, email: &str, person: Option<PersonId>) -> AccountId {
        let id = self.services.accounts.create_confirmed(&Actor::Operator, email, PASSWORD, None).await.unwrap();
        if let Some(person) = person {
            self.services.linking.link_in_person(&Actor::Operator, id, person).await.unwrap();
        }
        id
    }

    /// Somebody at work at this organisation.
    pub async fn staff(&self, email: &str, role: &str, at: &Organisation) -> Actor {
        let id = self.account(email, None).await;
        let form = StaffForm { email: email.into(), name: "Bea Holt".into(), job: "Staff".into(), role: role.into() };
        let member = self.services.care_team.add(&Actor::Operator, at.id, &form).await.unwrap();
        self.mail().await;
        Actor::Staff { id, assurance: Assurance::SecondStep, member }
    }

    pub fn edna(&self) -> Actor {
        citizen(self.edna_account)
    }

    pub fn ada(&self) -> Actor {
        citizen(self.ada_account)
    }

    pub fn today(&self) -> NaiveDate {
        domain::when::london_day(self.services.core.now())
    }

    pub fn advance_days(&self, days: i64) {
        self.clock.advance(TimeDelta::days(days));
    }

    /// The mail sent since the last time this was asked, as (to, subject, body), in the order of the addresses.
    pub async fn mail(&self) -> Vec<Mail> {
        self.services.outbox.deliver_waiting(&self.postbox, None).await.unwrap();
        let mut mail = std::mem::take(&mut *self.postbox.0.lock().unwrap());
        mail.sort_by(|a, b| (&a.to, &a.body).cmp(&(&b.to, &b.body)));
        mail
    }

    /// Whom mail about carers was sent to since the last time it was asked for.
    pub async fn told(&self) -> Vec<String> {
        self.mail().await.into_iter().filter(|mail| mail.subject.starts_with("A message about")).map(|mail| mail.to).collect()
    }

    pub fn form(&self, email: &str) -> InviteForm {
        InviteForm {
            email: email.into(),
            name: "Ada Stone".into(),
            relation: "daughter".into(),
            scopes: "PRESCR APPT".into(),
            submission: self.services.core.new_id().to_string(),
            ..InviteForm::default()
        }
    }

    /// Invites Ada, and gives the token in her mail too.
    pub async fn invite(&self) -> (Invited, String) {
        let invited = self.services.carers.invite(&self.edna(), self.edna, &self.form("ada@example.org")).await.unwrap();
        (invited, self.token().await)
    }

    /// The token in the one mail with a link.
    pub async fn token(&self) -> String {
        let mail = self.mail().await;
        let (_, rest) = mail.iter().find_map(|mail| mail.body.split_once("?token=")).unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    }

    /// Ada acts for Edna.
    pub async fn acting(&self) -> RelationshipId {
        let (invited, token) = self.invite().await;
        let Accepted { relationship, .. } = self.services.carers.accept(&self.ada(), &token, &invited.code).await.unwrap();
        self.mail().await;
        relationship
    }

    pub fn application(&self, number: &str, born: [&str; 3], family: &str, basis: &str) -> ApplyForm {
        ApplyForm {
            nhs_number: number.into(),
            birth_date: born.map(str::to_owned),
            family_name: family.into(),
            relation: "mother".into(),
            legal_basis: basis.into(),
            evidence: "BRTH".into(),
            scopes: "APPT RECRD".into(),
            reason: "I book for them".into(),
            submission: self.services.core.new_id().to_string(),
        }
    }

    /// How one relationship stands, as Edna sees it.
    pub async fn seen(&self, id: RelationshipId) -> CarerSeen {
        self.services.carers.one(&self.edna(), self.edna, id).await.unwrap().0
    }

    /// What was done with somebody's record, the first first.
    pub async fn actions(&self, person: PersonId) -> Vec<Action> {
        let (items, _) = self.services.activity.of_record(&Actor::Operator, person, None).await.unwrap();
        items.into_iter().rev().map(|item| item.action).collect()
    }

    pub async fn count(&self, person: PersonId, action: Action) -> usize {
        self.actions(person).await.into_iter().filter(|one| *one == action).count()
    }

    /// Whether Ada may act for this person on her next click.
    pub async fn may_act(&self, person: PersonId) -> bool {
        match self.services.carers.acting(&self.ada(), person).await {
            Ok(_) => true,
            Err(ServiceError::NotFound) => false,
            Err(other) => panic!("{other:?}"),
        }
    }

    pub async fn verify(&self) {
        let found = self.services.activity.verify().await.unwrap();
        assert_eq!(found.faults, Vec::<String>::new());
    }
}
