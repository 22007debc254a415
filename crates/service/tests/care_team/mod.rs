//! A care team at work, on both engines: who works where, whom they find, what they open, and what waits for them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod people;
mod staff;
mod work;

use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::team::StaffRole;
use domain::{AccountId, MemberId, OrganisationId, PersonId};
use service::{ImportRequest, OrganisationKind, ServiceError, Services, StaffForm};
use std::io::Cursor;
use testkit::{MockClock, Place};

const PASSWORD: &str = "lamp otter gravel";

/// Two organisations, each with people of its own, and whoever works there.
struct Town {
    services: Services,
    clock: MockClock,
    practice: OrganisationId,
    hospital: OrganisationId,
}

impl Town {
    async fn at(place: &Place) -> Self {
        let clock = MockClock::default();
        let services = place.services(&clock);
        let (practice, hospital) = practice_and_hospital(&services).await;
        Self { services, clock, practice, hospital }
    }

    async fn account(&self, email: &str) -> AccountId {
        account(&self.services, email).await
    }

    /// Somebody who works there, signed in.
    async fn member(&self, at: OrganisationId, role: StaffRole, name: &str) -> Actor {
        member(&self.services, at, role, name).await
    }

    /// Somebody of whom this organisation holds a record: a problem and a visit.
    async fn person(&self, at: OrganisationId, nhs_number: Option<&str>, family_name: &str) -> PersonId {
        let id: String = family_name.chars().filter(char::is_ascii_alphanumeric).collect();
        let number = nhs_number.map_or_else(String::new, |number| {
            format!(r#""identifier":[{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{}"}}],"#, number.replace(' ', ""))
        });
        let bundle = format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[
            {{"resource":{{"resourceType":"Patient","id":"p{id}",{number}
              "name":[{{"family":"{family_name}","given":["Sam","Alex"]}}],"birthDate":"1980-03-31"}}}},
            {{"resource":{{"resourceType":"Condition","id":"c{id}","subject":{{"reference":"Patient/p{id}"}},
              "code":{{"text":"Asthma"}},"onsetDateTime":"2019-05-01","clinicalStatus":{{"coding":[{{"code":"active"}}]}}}}}},
            {{"resource":{{"resourceType":"Encounter","id":"v{id}","status":"finished","subject":{{"reference":"Patient/p{id}"}},
              "class":{{"code":"AMB"}},"period":{{"start":"2026-10-01T09:00:00Z"}}}}}}]}}"#
        );
        let request = ImportRequest { organisation: at, expected: None };
        let report = self.services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
        assert_eq!(report.problems, vec![]);
        report.person
    }

    /// What is written down with a person, newest first.
    async fn actions(&self, person: PersonId) -> Vec<Action> {
        let (items, _) = self.services.activity.of_record(&Actor::Operator, person, None).await.unwrap();
        items.into_iter().map(|item| item.action).collect()
    }

    /// What is written down with an account, newest first.
    async fn own_actions(&self, actor: &Actor) -> Vec<Action> {
        let account = Actor::Account { id: actor.account().unwrap(), assurance: Assurance::SecondStep };
        let items = self.services.activity.of_account(&account).await.unwrap();
        items.into_iter().map(|item| item.action).collect()
    }
}

/// Two organisations, each with people of its own.
pub(crate) async fn practice_and_hospital(services: &Services) -> (OrganisationId, OrganisationId) {
    let ensure =
        async |code: &str, name: &str, kind| services.organisations.ensure(&Actor::Operator, code, name, kind).await.unwrap().id;
    let practice = ensure("Y90001", "Riverside Surgery", OrganisationKind::Practice).await;
    let hospital = ensure("Y9H01", "Prunella Vale Hospitals", OrganisationKind::Hospital).await;
    (practice, hospital)
}

/// An account that is ready to be used.
pub(crate) async fn account(services: &Services, email: &str) -> AccountId {
    services.accounts.create_confirmed(&Actor::Operator, email, PASSWORD, None).await.unwrap()
}

/// Somebody who works there, signed in.
pub(crate) async fn member(services: &Services, at: OrganisationId, role: StaffRole, name: &str) -> Actor {
    let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    let id = account(services, &email).await;
    let member = services.care_team.add(&Actor::Operator, at, &form(&email, role, name)).await.unwrap();
    Actor::Staff { id, assurance: Assurance::SecondStep, member }
}

fn form(email: &str, role: StaffRole, name: &str) -> StaffForm {
    StaffForm { email: email.to_owned(), name: name.to_owned(), job: "Job".to_owned(), role: role.code().to_owned() }
}

pub(crate) fn member_of(actor: &Actor) -> MemberId {
    match actor {
        Actor::Staff { member, .. } => *member,
        other => panic!("{other:?} is not at work"),
    }
}

fn fields<T>(outcome: Result<T, ServiceError>) -> Vec<(String, String)> {
    match outcome.map(|_| ()) {
        Err(ServiceError::Fields(problems)) => problems.into_iter().map(|problem| (problem.field, problem.message)).collect(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
pub(crate) fn not_found<T>(outcome: Result<T, ServiceError>) {
    let outcome = outcome.map(|_| ());
    assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
}
