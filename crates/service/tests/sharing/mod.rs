//! What people share with organisations, and what opens in an emergency, on both engines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod choosing;
mod emergencies;
mod letting_in;
mod planning;

use crate::care_team::{self, member_of, not_found, practice_and_hospital};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::record::{Category, Sensitivity};
use domain::team::StaffRole;
use domain::{AccountId, OrganisationId, PersonId};
use service::activity::ActivityItem;
use service::{ChoiceForm, ImportRequest, Mail, MailError, Mailer, OrganisationKind, ServiceError, Services, Which};
use std::io::Cursor;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::{MockClock, Place};
use uuid::Uuid;

/// Sam's number.
const SAM: &str = "9990000018";

#[derive(Default)]
struct Mailbox(Mutex<Vec<Mail>>);

#[async_trait::async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

/// Sam, of whom a practice and a hospital each hold a record, and whoever works there.
struct World {
    services: Services,
    clock: MockClock,
    practice: OrganisationId,
    hospital: OrganisationId,
    sam: Actor,
    person: PersonId,
    mails: Mailbox,
}

impl World {
    async fn at(place: &Place) -> Self {
        let clock = MockClock::default();
        let services = place.services(&clock);
        let (practice, hospital) = practice_and_hospital(&services).await;
        let person = import(&services, practice, &record("sam", SAM, "1980-03-31", "Asthma")).await;
        assert_eq!(import(&services, hospital, &record("h1", SAM, "1980-03-31", "Broken arm")).await, person);
        let account = care_team::account(&services, "sam@example.org").await;
        services.linking.link_in_person(&Actor::Operator, account, person).await.unwrap();
        Self { services, clock, practice, hospital, sam: citizen(account), person, mails: Mailbox::default() }
    }

    /// Somebody who works there, signed in.
    async fn member(&self, at: OrganisationId, role: StaffRole, name: &str) -> Actor {
        care_team::member(&self.services, at, role, name).await
    }

    /// Sam's problems as somebody sees them.
    async fn problems(&self, actor: &Actor) -> Vec<String> {
        let page = self.services.records.list(actor, self.person, Category::Problem, Which::All, None).await.unwrap();
        page.lines.into_iter().map(|line| line.title).collect()
    }

    /// Sam says how private every entry of the hospital is.
    async fn private(&self, label: Sensitivity) {
        let page = self.services.records.list(&self.sam, self.person, Category::Problem, Which::All, None).await.unwrap();
        let id = page.lines.into_iter().find(|line| line.title == "Broken arm").unwrap().id;
        self.services.hidings.relabel(&self.sam, self.person, id, Some(label)).await.unwrap();
    }

    async fn choose(&self, purpose: &str, kind: &str, labels: &str, notice: i32) -> Result<(), ServiceError> {
        self.services.sharing.choose(&self.sam, self.person, &choice(purpose, kind, labels, notice)).await
    }

    /// What Sam is told of who did what, newest first.
    async fn activity(&self) -> Vec<ActivityItem> {
        self.services.activity.of_record(&Actor::Operator, self.person, None).await.unwrap().0
    }

    async fn count(&self, action: Action) -> usize {
        self.activity().await.into_iter().filter(|item| item.action == action).count()
    }

    /// What was mailed to an address since the last time it was asked.
    async fn mails(&self, to: &str) -> Vec<Mail> {
        self.services.outbox.deliver_waiting(&self.mails, None).await.unwrap();
        let mut mails = self.mails.0.lock().unwrap();
        mails.drain(..).filter(|mail| mail.to == to).collect()
    }
}

fn citizen(id: AccountId) -> Actor {
    Actor::Account { id, assurance: Assurance::SecondStep }
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn choice(purpose: &str, kind: &str, labels: &str, notice_version: i32) -> ChoiceForm {
    ChoiceForm {
        purpose: purpose.to_owned(),
        kind: kind.to_owned(),
        labels: labels.to_owned(),
        notice_version,
        submission: submission(),
    }
}

/// The id of a form that was not sent before.
fn submission() -> String {
    static SENT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(SENT.fetch_add(1, Ordering::Relaxed).into()).to_string()
}

/// Somebody with one problem.
fn record(id: &str, nhs_number: &str, born: &str, problem: &str) -> String {
    format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[
        {{"resource":{{"resourceType":"Patient","id":"p{id}",
          "identifier":[{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{nhs_number}"}}],
          "name":[{{"family":"Rivers","given":["Sam"]}}],"gender":"female","birthDate":"{born}"}}}},
        {{"resource":{{"resourceType":"Condition","id":"c{id}","subject":{{"reference":"Patient/p{id}"}},
          "code":{{"text":"{problem}"}},"onsetDateTime":"2019-05-01","clinicalStatus":{{"coding":[{{"code":"active"}}]}}}}}}]}}"#
    )
}

async fn import(services: &Services, organisation: OrganisationId, bundle: &str) -> PersonId {
    let request = ImportRequest { organisation, expected: None };
    let report = services.imports.import(&Actor::Operator, Cursor::new(bundle.as_bytes().to_vec()), request).await.unwrap();
    assert_eq!(report.problems, vec![]);
    report.person
}

#[track_caller]
fn fields<T>(outcome: Result<T, ServiceError>) -> Vec<String> {
    match outcome.map(|_| ()) {
        Err(ServiceError::Fields(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
        other => panic!("{other:?}"),
    }
}
