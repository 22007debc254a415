//! A record from end to end, on both engines: source data in, pages read, the whole out again.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod beside;
mod correcting;
mod documents;
mod encrypting;
mod exporting;
mod hiding;
mod importing;
mod previewing;
mod reading;
mod releasing;
mod results;
mod searching;
mod sources;
mod summarising;
mod timeline;
mod two_worlds;

use chrono::{DateTime, Utc};
use domain::access::{Actor, Assurance};
use domain::record::{Category, Sensitivity};
use domain::relationship::LegalBasis;
use domain::scope::{Labels, Scopes};
use domain::team::StaffRole;
use domain::when::london_day;
use domain::{AccountId, EntryId, MemberId, PersonId, RelationshipId};
use serde_json::{Value, json};
use service::{EntryLine, Expected, ImportReport, ImportRequest, Organisation, OrganisationKind, ServiceError, Services, Which};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;
use store::account::AccountRow;
use store::link::LinkRow;
use store::relationship::RelationshipRow;
use store::sharing::ChoiceRow;
use store::staff::MemberRow;
use testkit::{MockClock, Place};
use uuid::Uuid;

/// An operator's desk: the use cases, the clock and one source.
struct Desk {
    services: Services,
    clock: MockClock,
    practice: Organisation,
}

impl Desk {
    async fn at(place: &Place) -> Self {
        let clock = MockClock::default();
        let services = place.services(&clock);
        let practice = services
            .organisations
            .ensure(&Actor::Operator, "A81001", "Riverside Surgery", OrganisationKind::Practice)
            .await
            .unwrap();
        Self { services, clock, practice }
    }

    async fn import(&self, file: impl Into<Vec<u8>>) -> Result<ImportReport, ServiceError> {
        self.import_expecting(file, None).await
    }

    async fn import_expecting(&self, file: impl Into<Vec<u8>>, expected: Option<Expected>) -> Result<ImportReport, ServiceError> {
        self.import_from(&self.practice, file, expected).await
    }

    async fn import_from(
        &self,
        source: &Organisation,
        file: impl Into<Vec<u8>>,
        expected: Option<Expected>,
    ) -> Result<ImportReport, ServiceError> {
        let request = ImportRequest { organisation: source.id, expected };
        self.services.imports.import(&Actor::Operator, Cursor::new(file.into()), request).await
    }

    /// The export as text, and each of its resources as text by type and id.
    async fn export(&self, person: PersonId) -> (String, BTreeMap<(String, String), String>) {
        let mut out = Vec::new();
        self.services.exports.bundle(&Actor::Operator, person, &mut out).await.unwrap();
        let text = String::from_utf8(out).unwrap();
        let resources = resources_of(&text);
        (text, resources)
    }

    /// An account that may open these people's records.
    async fn account_of(&self, people: &[PersonId]) -> Actor {
        let id = self.services.core.new_id();
        let now = self.services.core.now();
        let people = people.to_vec();
        let opened: Result<(), store::StoreError> = self
            .services
            .core
            .store()
            .write(move |tx| {
                Box::pin(async move {
                    let row = AccountRow {
                        id,
                        email: format!("{id}@example.org"),
                        email_key: format!("{id}@example.org"),
                        email_confirmed_at: Some(now),
                        password_hash: None,
                        locked_until: None,
                        created_at: now,
                    };
                    store::account::insert(tx, &row).await?;
                    for person in people {
                        let link = LinkRow {
                            account_id: id,
                            person_id: person.as_uuid(),
                            relation: "self".to_owned(),
                            level: "linked".to_owned(),
                            evidence: "test".to_owned(),
                            linked_at: now,
                        };
                        store::link::insert(tx, &link).await?;
                    }
                    Ok(())
                })
            })
            .await;
        opened.unwrap();
        Actor::Account { id: AccountId::from_uuid(id), assurance: Assurance::SecondStep }
    }

    /// An account that acts for a person, and through which relationship.
    async fn carer_of(&self, person: PersonId, scopes: Scopes, labels: Labels) -> (Actor, RelationshipId) {
        self.carer_by(person, LegalBasis::Consent, scopes, labels).await
    }

    /// The same on another ground.
    async fn carer_by(&self, person: PersonId, basis: LegalBasis, scopes: Scopes, labels: Labels) -> (Actor, RelationshipId) {
        let actor = self.account_of(&[]).await;
        let (id, now) = (self.services.core.new_id(), self.services.core.now());
        let row = RelationshipRow {
            person_id: person.as_uuid(),
            id,
            carer_account_id: actor.account().map(|id| id.as_uuid()),
            carer_name: "Ann Carer".to_owned(),
            relation: "daughter".to_owned(),
            origin: "invited".to_owned(),
            legal_basis: basis.code().to_owned(),
            evidence: None,
            status: "active".to_owned(),
            reason: "ROLE_ACTIVATED".to_owned(),
            reason_text: None,
            scopes: scopes.to_string(),
            labels: labels.to_string(),
            starts_on: london_day(now),
            ends_on: None,
            review_on: None,
            organisation_id: None,
            last_used_on: None,
            decided_on: None,
            told_until: None,
            listed_on: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let store = self.services.core.store();
        let kept: Result<(), store::StoreError> =
            store.write(move |tx| Box::pin(async move { store::relationship::insert(tx, &row).await })).await;
        kept.unwrap();
        (actor, RelationshipId::from_uuid(id))
    }

    /// A clinician at work for an organisation.
    async fn clinician_at(&self, organisation: &Organisation) -> Actor {
        self.member_at(organisation, StaffRole::Clinician).await
    }

    /// Somebody in this role at work for an organisation.
    async fn member_at(&self, organisation: &Organisation, role: StaffRole) -> Actor {
        let account = self.account_of(&[]).await.account().unwrap();
        let row = MemberRow {
            id: self.services.core.new_id(),
            account_id: account.as_uuid(),
            organisation_id: organisation.id.as_uuid(),
            name: "Dr Anita Shah".to_owned(),
            job: "GP".to_owned(),
            role: role.code().to_owned(),
            created_at: self.services.core.now(),
            ended_at: None,
        };
        let member = MemberId::from_uuid(row.id);
        let store = self.services.core.store();
        let kept: Result<bool, store::StoreError> =
            store.write(move |tx| Box::pin(async move { store::staff::insert(tx, &row).await })).await;
        assert!(kept.unwrap());
        Actor::Staff { id: account, assurance: Assurance::SecondStep, member }
    }

    /// Notes what a person shares, for their own care, with organisations of a kind.
    async fn shares(&self, person: PersonId, kind: OrganisationKind, labels: Labels) {
        let core = &self.services.core;
        let row = ChoiceRow {
            person_id: person.as_uuid(),
            purpose: "direct-care".to_owned(),
            organisation_kind: kind.code().to_owned(),
            version: 1,
            labels: labels.to_string(),
            notice_version: 1,
            submission_id: core.new_id(),
            chosen_at: core.now(),
        };
        let kept: Result<bool, store::StoreError> =
            core.store().write(move |tx| Box::pin(async move { store::sharing::insert(tx, &row).await })).await;
        assert!(kept.unwrap());
    }

    /// Every line of a category as somebody sees it.
    async fn lines(&self, actor: &Actor, person: PersonId, category: Category) -> Vec<EntryLine> {
        self.services.records.list(actor, person, category, Which::All, None).await.unwrap().lines
    }

    /// The entry with this title, as its owner finds it.
    async fn titled(&self, person: PersonId, category: Category, title: &str) -> EntryId {
        let lines = self.lines(&Actor::Operator, person, category).await;
        lines.into_iter().find(|line| line.title == title).unwrap_or_else(|| panic!("no {title}")).id
    }

    /// How many events a chain has.
    async fn events(&self, chain: Uuid) -> i64 {
        let mut tx = self.services.core.store().read().await.unwrap();
        store::audit::head(&mut tx, chain).await.unwrap().map_or(0, |(seq, _)| seq)
    }

    /// How many people there are.
    async fn people(&self) -> usize {
        self.services.people.list(&Actor::Operator, None).await.unwrap().0.len()
    }

    async fn updated_at(&self, person: PersonId) -> DateTime<Utc> {
        let mut tx = self.services.core.store().read().await.unwrap();
        store::person::by_id(&mut tx, person).await.unwrap().unwrap().updated_at
    }
}

/// The texts of a Bundle's resources by type and id, byte for byte.
fn resources_of(bundle: &str) -> BTreeMap<(String, String), String> {
    #[derive(serde::Deserialize)]
    struct Bundle<'a> {
        #[serde(borrow)]
        entry: Vec<Entry<'a>>,
    }
    #[derive(serde::Deserialize)]
    struct Entry<'a> {
        #[serde(borrow)]
        resource: &'a serde_json::value::RawValue,
    }
    let bundle: Bundle<'_> = serde_json::from_str(bundle).unwrap();
    let mut found = BTreeMap::new();
    for entry in &bundle.entry {
        let text = entry.resource.get();
        let json: Value = serde_json::from_str(text).unwrap();
        let key = (json["resourceType"].as_str().unwrap().to_owned(), json["id"].as_str().unwrap().to_owned());
        assert_eq!(found.insert(key, text.to_owned()), None);
    }
    found
}

fn bundle(kind: &str, resources: &[Value]) -> String {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    json!({ "resourceType": "Bundle", "type": kind, "entry": entries }).to_string()
}

const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";

fn patient(id: &str, nhs_number: Option<&str>, family: &str, born: &str) -> Value {
    let identifiers: Vec<Value> = nhs_number.iter().map(|number| json!({ "system": NHS_NUMBER, "value": number })).collect();
    json!({
        "resourceType": "Patient", "id": id, "identifier": identifiers, "birthDate": born,
        "name": [{ "use": "official", "family": family, "given": ["Margaret"], "prefix": ["Mrs"] }],
    })
}

fn problem(id: &str, patient: &str, words: &str, status: &str, began: &str) -> Value {
    json!({
        "resourceType": "Condition", "id": id, "subject": { "reference": format!("Patient/{patient}") },
        "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": status }] },
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "38341003", "display": words }], "text": words },
        "onsetDateTime": began,
    })
}

fn weight(id: &str, patient: &str, at: &str, kilograms: &str) -> Value {
    let text = format!(
        r#"{{"resourceType":"Observation","id":"{id}","status":"final","subject":{{"reference":"Patient/{patient}"}},
        "code":{{"coding":[{{"system":"http://loinc.org","code":"29463-7","display":"Body weight"}}],"text":"Body weight"}},
        "effectiveDateTime":"{at}","valueQuantity":{{"value":{kilograms},"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

/// A form with these numbers.
fn reading(desk: &Desk, numbers: &[&str]) -> service::ReadingForm {
    service::ReadingForm {
        numbers: numbers.iter().map(|text| (*text).to_owned()).collect(),
        submission: desk.services.core.new_id().to_string(),
        ..service::ReadingForm::default()
    }
}

fn general() -> Labels {
    Labels::NONE.with(Sensitivity::General)
}

fn with(mut resource: Value, field: &str, value: Value) -> Value {
    resource[field] = value;
    resource
}

fn changed_at(resource: Value, at: &str) -> Value {
    with(resource, "meta", json!({ "lastUpdated": at }))
}

/// The files of people whom nobody here made up.
fn synthea() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/synthea");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".json.gz"))
        .collect();
    files.sort();
    assert_eq!(files.len(), 25);
    files
}

fn unpacked(path: &PathBuf) -> String {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(file), &mut text).unwrap();
    text
}

/// The one sentence with which something was refused.
fn sentence<T: std::fmt::Debug>(outcome: Result<T, ServiceError>) -> String {
    match outcome.unwrap_err() {
        ServiceError::Fields(problems) => problems.into_iter().map(|problem| problem.message).collect(),
        other => panic!("{other:?}"),
    }
}
