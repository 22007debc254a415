//! A small world: a person with a record, a carer, a practice with staff, and strangers.

use domain::access::{Actor, Assurance, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::{AccountId, MemberId, PersonId, RelationshipId};
use service::activity::{AuditKey, Event, append};
use service::{ImportRequest, Mail, MailError, Mailer, Organisation, OrganisationKind, ServiceError, Services};
use std::io::Cursor;
use std::sync::Mutex;
use testkit::{MockClock, Place};

pub const PASSWORD: &str = "otter umbrella quartz";

pub struct World<'a> {
    pub place: &'a Place,
    pub services: Services,
    pub clock: MockClock,
    pub practice: Organisation,
    pub person: PersonId,
    pub sam: Actor,
}

#[derive(Default)]
pub struct Mailbox(pub Mutex<Vec<Mail>>);

#[async_trait::async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

/// The key of every test.
pub fn key() -> AuditKey {
    AuditKey::parse(&format!("selfheal-audit-key 1\n{}\n", "5e".repeat(32))).unwrap()
}

impl<'a> World<'a> {
    pub async fn at(place: &'a Place) -> Self {
        let clock = MockClock::default();
        let services = place.services(&clock);
        let practice = services
            .organisations
            .ensure(&Actor::Operator, "A81001", "Riverside Surgery", OrganisationKind::Practice)
            .await
            .unwrap();
        let bundle = r#"{"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"p1","name":[{"family":"Rivers","given":["Sam"]}],"birthDate":"1980-03-31"}},
            {"resource":{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"code":{"text":"Asthma"},
              "onsetDateTime":"2019-05-01","clinicalStatus":{"coding":[{"code":"active"}]}}}]}"#;
        let request = ImportRequest { organisation: practice.id, expected: None };
        let report = services.imports.import(&Actor::Operator, Cursor::new(bundle.as_bytes().to_vec()), request).await.unwrap();
        let account = services.accounts.create_confirmed(&Actor::Operator, "sam@example.org", PASSWORD, None).await.unwrap();
        services.linking.link_in_person(&Actor::Operator, account, report.person).await.unwrap();
        Self { place, services, clock, practice, person: report.person, sam: citizen(account) }
    }

    pub async fn account(&self, email: &str) -> AccountId {
        self.services.accounts.create_confirmed(&Actor::Operator, email, PASSWORD, None).await.unwrap()
    }

    /// Somebody who may act for the person, in this state.
    pub async fn carer(&self, email: &str, status: &str, reason: &str) -> (Actor, RelationshipId) {
        let (account, id) = (self.account(email).await, self.services.core.new_id());
        let sql = |id| self.place.id_in_sql(id);
        let insert = format!(
            "INSERT INTO relationship (person_id, id, carer_account_id, carer_name, relation, origin, legal_basis, status, reason, \
             scopes, labels, starts_on, version, created_at, updated_at) VALUES ({}, {}, {}, 'Ada Stone', 'daughter', 'invited', 'consent', \
             '{status}', '{reason}', 'RECRD COND', 'general', '2026-01-01', 1, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00')",
            sql(self.person.as_uuid()),
            sql(id),
            sql(account.as_uuid())
        );
        self.place.alter(&insert).await;
        (citizen(account), RelationshipId::from_uuid(id))
    }

    /// Somebody at work at this organisation.
    pub async fn staff(&self, email: &str, role: &str, at: &Organisation) -> (Actor, MemberId) {
        let (account, id) = (self.account(email).await, self.services.core.new_id());
        let sql = |id| self.place.id_in_sql(id);
        let insert = format!(
            "INSERT INTO staff_member (id, account_id, organisation_id, name, job, role, created_at) VALUES ({}, {}, {}, \
             'Dr Bea Holt', 'GP', '{role}', '2026-01-01T00:00:00+00:00')",
            sql(id),
            sql(account.as_uuid()),
            sql(at.id.as_uuid())
        );
        self.place.alter(&insert).await;
        let member = MemberId::from_uuid(id);
        (Actor::Staff { id: account, assurance: Assurance::SecondStep, member }, member)
    }

    pub async fn elsewhere(&self) -> Organisation {
        let ensured = self.services.organisations.ensure(&Actor::Operator, "B1", "Hill Surgery", OrganisationKind::Practice);
        ensured.await.unwrap()
    }

    /// A look at the record as by whoever may.
    pub async fn look(&self, actor: &Actor) -> bool {
        self.services.records.overview(actor, self.person).await.is_ok()
    }

    /// An event of this kind, as a use case appends it.
    pub async fn append(&self, event: Event) {
        let core = self.services.core.clone();
        let done: Result<(), ServiceError> =
            self.services.core.store().write(move |tx| Box::pin(async move { append(&core, tx, event).await })).await;
        done.unwrap();
    }

    /// A look of a carer's at the overview.
    pub async fn carer_looks(&self, carer: &Actor, relationship: RelationshipId) {
        let subject = Subject { relationship: Some(relationship), ..Subject::new(self.person, Basis::Carer) };
        self.append(Event::on_record(carer, subject, Action::Read, Purpose::Caring).about("page", "overview")).await;
    }

    /// A look of somebody's at work.
    pub async fn staff_looks(&self, staff: &Actor, at: &Organisation) {
        let subject = Subject { organisation: Some(at.id), ..Subject::new(self.person, Basis::CareTeam) };
        self.append(Event::on_record(staff, subject, Action::Read, Purpose::DirectCare).about("page", "overview")).await;
    }

    /// The mails that wait, each as its address and subject.
    pub async fn mails(&self) -> Vec<(String, String)> {
        let mailbox = Mailbox::default();
        self.services.outbox.deliver_waiting(&mailbox, None).await.unwrap();
        let mails = mailbox.0.lock().unwrap().clone();
        mails.into_iter().map(|mail| (mail.to, mail.subject)).collect()
    }
}

pub fn citizen(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::SecondStep }
}
