//! Somebody with medicines from two sources, whose practice takes orders.

use super::town::{Citizen, Town, at};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::team::WorkKind;
use domain::{EntryId, OrderId, OrganisationId, RelationshipId};
use serde_json::{Value, json};
use service::{
    DecideForm, Expected, ImportRequest, ItemSeen, MedicineSeen, MedicinesSeen, OrderForm, OrderRulesForm, OrderSeen,
    OrganisationKind, ServiceError, TeamOrder, WorkItem,
};
use std::io::Cursor;
use testkit::Place;

pub const SNOMED: &str = "http://snomed.info/sct";

/// It can be ordered now: it was given on 8 October for 28 days.
pub const RAMIPRIL: &str = "Ramipril 5mg capsules";
/// The same, and nothing says when it was given.
pub const SALBUTAMOL: &str = "Salbutamol 100micrograms inhaler";
/// It was given on 25 October for 28 days, so that it can be ordered from 15 November.
pub const METFORMIN: &str = "Metformin 500mg tablets";
/// It had to be reviewed by 1 October.
pub const SIMVASTATIN: &str = "Simvastatin 40mg tablets";
/// It has been given as often as it may.
pub const AMLODIPINE: &str = "Amlodipine 10mg tablets";
/// It is paused.
pub const FUROSEMIDE: &str = "Furosemide 40mg tablets";
/// The pharmacy gives it.
pub const LANSOPRAZOLE: &str = "Lansoprazole 30mg capsules";
/// It is for a week.
pub const AMOXICILLIN: &str = "Amoxicillin 500mg capsules";
/// A hospital gives it.
pub const METHOTREXATE: &str = "Methotrexate 2.5mg tablets";
/// It must not be taken.
pub const IBUPROFEN: &str = "Ibuprofen 400mg tablets";
/// It was stopped.
pub const ATENOLOL: &str = "Atenolol 50mg tablets";

/// What a form says.
pub const WORDS: &str = "Because I need it";

pub struct World {
    pub town: Town,
    pub hospital: OrganisationId,
    /// With the medicines.
    pub edna: Citizen,
}

/// A medicine of a source: what it is called, its code, and what else is said of it.
pub fn medicine(id: &str, name: &str, code: &str, more: &Value) -> Value {
    let mut all = json!({
        "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "plan", "subject": { "reference": "Patient/p1" },
        "medicationCodeableConcept": { "coding": [{ "system": SNOMED, "code": code, "display": name }], "text": name },
        "authoredOn": "2026-01-12",
    });
    for (field, value) in more.as_object().unwrap() {
        all[field] = value.clone();
    }
    all
}

pub fn dose(text: &str) -> Value {
    json!([{ "text": text }])
}

fn course(code: &str) -> Value {
    json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy", "code": code }] })
}

fn supply(days: u16) -> Value {
    json!({ "quantity": { "value": 28, "unit": "capsule" }, "expectedSupplyDuration": { "value": days, "code": "d" } })
}

fn repeat_information(parts: &[(&str, Value)]) -> Value {
    let parts: Vec<Value> = parts
        .iter()
        .map(|(url, value)| {
            let field = if value.is_string() { "valueDateTime" } else { "valueUnsignedInt" };
            json!({ "url": url, field: value })
        })
        .collect();
    json!([{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation", "extension": parts }])
}

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p1", "birthDate": "1948-03-27",
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990548609" }],
        "name": [{ "use": "official", "family": "Hughes", "given": ["Edna"] }],
    })
}

/// A repeat that lasts for 28 days.
pub fn repeat(id: &str, name: &str, code: &str, how: &str) -> Value {
    medicine(
        id,
        name,
        code,
        &json!({ "courseOfTherapyType": course("continuous"), "dosageInstruction": dose(how), "dispenseRequest": supply(28) }),
    )
}

/// One time that it was given.
pub fn issue(id: &str, name: &str, code: &str, on: &str) -> Value {
    let more = json!({ "intent": "order", "status": "completed", "authoredOn": on, "courseOfTherapyType": course("continuous") });
    medicine(id, name, code, &more)
}

fn with(mut resource: Value, field: &str, value: Value) -> Value {
    resource[field] = value;
    resource
}

fn of_practice() -> Vec<Value> {
    let gone = repeat_information(&[("numberOfPrescriptionsAllowed", json!(6)), ("numberOfPrescriptionsIssued", json!(6))]);
    let review = repeat_information(&[("authorisationExpiryDate", json!("2026-10-01"))]);
    vec![
        patient(),
        with(repeat("m1", RAMIPRIL, "101", "One capsule OD"), "reasonCode", json!([{ "text": "High blood pressure" }])),
        issue("m1a", RAMIPRIL, "101", "2026-10-08"),
        issue("m1b", RAMIPRIL, "101", "2026-09-10"),
        medicine(
            "m2",
            SALBUTAMOL,
            "102",
            &json!({ "courseOfTherapyType": course("continuous"), "dosageInstruction": dose("2 puffs when needed") }),
        ),
        repeat("m3", METFORMIN, "103", "One tablet with breakfast"),
        issue("m3a", METFORMIN, "103", "2026-10-25"),
        with(repeat("m4", SIMVASTATIN, "104", "One at night"), "extension", review),
        with(repeat("m5", AMLODIPINE, "105", "One each morning"), "extension", gone),
        with(repeat("m6", FUROSEMIDE, "106", "One each morning"), "status", json!("on-hold")),
        with(
            repeat("m7", LANSOPRAZOLE, "107", "One each morning"),
            "courseOfTherapyType",
            course("continuous-repeat-dispensing"),
        ),
        with(repeat("m8", AMOXICILLIN, "108", "One 3 times a day"), "courseOfTherapyType", course("acute")),
        with(repeat("m9", IBUPROFEN, "109", ""), "doNotPerform", json!(true)),
        with(
            with(repeat("m10", ATENOLOL, "110", "One each morning"), "status", json!("stopped")),
            "statusReason",
            json!({ "text": "Made her dizzy" }),
        ),
        json!({
            "resourceType": "AllergyIntolerance", "id": "a1", "patient": { "reference": "Patient/p1" },
            "clinicalStatus": { "coding": [{ "code": "active" }] }, "code": { "text": "Penicillin" },
        }),
    ]
}

fn of_hospital() -> Vec<Value> {
    let from = json!([{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/medicationrequest-category", "code": "discharge" }] }]);
    let mut ramipril = medicine(
        "h1",
        "RAMIPRIL 5 mg capsule",
        "101",
        &json!({ "category": from, "dosageInstruction": dose("Two capsules each morning") }),
    );
    let mut methotrexate =
        medicine("h2", "", "", &json!({ "category": from, "dosageInstruction": dose("4 tablets once a week") }));
    for (one, id) in [(&mut ramipril, "d1"), (&mut methotrexate, "d2")] {
        one.as_object_mut().unwrap().remove("medicationCodeableConcept");
        one["medicationReference"] = json!({ "reference": format!("Medication/{id}") });
    }
    let named = |id: &str, code: &str, name: &str| json!({ "resourceType": "Medication", "id": id, "code": { "coding": [{ "system": SNOMED, "code": code, "display": name }] } });
    vec![patient(), ramipril, methotrexate, named("d1", "101", "RAMIPRIL 5 mg capsule"), named("d2", "111", METHOTREXATE)]
}

impl World {
    pub async fn at(place: &Place) -> Self {
        let town = Town::at(place).await;
        let hospital = town.services.organisations.ensure(&Actor::Operator, "RH5A8", "Musgrove Park", OrganisationKind::Hospital);
        let hospital = hospital.await.unwrap().id;
        let person = take_in(&town, town.practice, None, &of_practice()).await;
        let person = take_in(&town, hospital, Some(Expected::Person(person)), &of_hospital()).await;
        town.services.people.register(&Actor::Operator, person, town.practice).await.unwrap();
        let edna = town.with_account("Hughes", person).await;
        let world = Self { town, hospital, edna };
        world.rule("yes", "no").await;
        world.town.mail().await;
        world
    }

    /// More from a source about her.
    pub async fn take_in(&self, from: OrganisationId, more: &[Value]) {
        let all: Vec<Value> = std::iter::once(patient()).chain(more.iter().cloned()).collect();
        take_in(&self.town, from, Some(Expected::Person(self.edna.person)), &all).await;
    }

    /// What the practice lets people do.
    pub async fn rule(&self, takes: &str, asks: &str) {
        let medicines = &self.town.services.medicines;
        let version = medicines.rules(&self.town.manager).await.unwrap().version;
        let form = OrderRulesForm {
            takes_orders: takes.to_owned(),
            asks_reason: asks.to_owned(),
            early_days: "7".to_owned(),
            version: version.to_string(),
        };
        medicines.change_rules(&self.town.manager, &form).await.unwrap();
    }

    /// Somebody who may do this for her.
    pub async fn carer(&self, name: &str, scopes: &str) -> (Citizen, RelationshipId) {
        let person = self.town.person(name, "1980-05-02").await;
        let carer = self.town.with_account(name, person).await;
        let relationship = self.town.let_act(&self.edna, &carer, scopes).await;
        (carer, relationship)
    }

    pub async fn list(&self, by: &Actor) -> MedicinesSeen {
        self.town.services.medicines.list(by, self.edna.person).await.unwrap()
    }

    /// The medicine of this name, as somebody sees it.
    pub async fn one(&self, by: &Actor, name: &str) -> MedicineSeen {
        let all = self.list(by).await.medicines;
        all.into_iter().find(|one| one.name == name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// The entry of hers that is ordered.
    pub async fn plan(&self, name: &str) -> EntryId {
        let one = self.one(&self.edna.actor, name).await;
        one.plan.unwrap_or_else(|| one.sources[0].entry)
    }

    /// A form for these, with an id of its own.
    pub async fn form(&self, names: &[&str]) -> OrderForm {
        let mut ids = Vec::new();
        for name in names {
            ids.push(self.plan(name).await.to_string());
        }
        OrderForm { medicines: ids.join(" "), submission: self.town.services.core.new_id().to_string(), ..OrderForm::default() }
    }

    pub async fn try_order(&self, by: &Actor, names: &[&str]) -> Result<OrderId, ServiceError> {
        let form = self.form(names).await;
        let ordered = self.town.services.medicines.order(by, self.edna.person, &form).await?;
        assert!(!ordered.again);
        Ok(ordered.orders[0])
    }

    /// Orders these for her.
    pub async fn order(&self, by: &Actor, names: &[&str]) -> OrderId {
        self.try_order(by, names).await.unwrap()
    }

    pub async fn orders(&self, by: &Actor) -> Vec<OrderSeen> {
        self.town.services.medicines.orders(by, self.edna.person).await.unwrap()
    }

    /// One medicine of an order, as she sees it.
    pub async fn item(&self, order: OrderId, name: &str) -> ItemSeen {
        let order = self.town.services.medicines.one_order(&self.edna.actor, self.edna.person, order).await.unwrap();
        order.items.into_iter().find(|item| item.name == name).unwrap()
    }

    /// An order, as the practice sees it.
    pub async fn at_work(&self, by: &Actor, order: OrderId) -> TeamOrder {
        self.town.services.medicines.order_for_team(by, order).await.unwrap()
    }

    /// What the practice sends to do this with these of an order, as they stand now.
    pub async fn decision(&self, order: OrderId, names: &[&str], act: &str, words: &str) -> DecideForm {
        let order = self.at_work(&self.town.reception, order).await;
        let of = order.items.iter().filter(|item| names.contains(&item.name.as_str()));
        let items: Vec<String> = of.map(|item| format!("{}:{}", item.id, item.version)).collect();
        assert_eq!(items.len(), names.len());
        DecideForm { items: items.join(" "), act: act.to_owned(), words: words.to_owned(), ..DecideForm::default() }
    }

    pub async fn decide(&self, by: &Actor, order: OrderId, names: &[&str], act: &str, words: &str) -> Result<(), ServiceError> {
        let form = self.decision(order, names, act, words).await;
        self.town.services.medicines.decide(by, order, &form).await
    }

    /// The orders that wait at the practice, the longest first.
    pub async fn waiting(&self) -> Vec<WorkItem> {
        let all = self.town.services.work.list(&self.town.reception).await.unwrap();
        all.into_iter().filter(|item| item.kind == WorkKind::MedicineOrder).collect()
    }

    /// How many events her record's chain holds.
    pub async fn events(&self) -> i64 {
        self.chain(self.edna.person.as_uuid()).await
    }

    pub async fn chain(&self, chain: uuid::Uuid) -> i64 {
        let mut tx = self.town.services.core.store().read().await.unwrap();
        store::audit::head(&mut tx, chain).await.unwrap().map_or(0, |(seq, _)| seq)
    }

    /// What the last event of her record was.
    pub async fn last(&self) -> (Action, Basis) {
        let mut tx = self.town.services.core.store().read().await.unwrap();
        let rows = store::audit::latest(&mut tx, self.edna.person.as_uuid(), i64::MAX, 1).await.unwrap();
        (Action::from_code(&rows[0].action).unwrap(), Basis::from_code(&rows[0].basis).unwrap())
    }

    /// To whom mail about an order was sent since any was asked for.
    pub async fn told(&self) -> Vec<String> {
        let mail = self.town.mail().await;
        // It says nothing of what is ordered, nor by whom.
        for one in &mail {
            let body = one.body.to_lowercase();
            assert!(!body.contains("ramipril") && !body.contains("hughes") && !body.contains("riverside"), "{}", one.body);
        }
        mail.into_iter().filter(|mail| mail.body.contains("/news")).map(|mail| mail.to).collect()
    }

    pub fn advance_days(&self, days: i64) {
        self.town.advance(TimeDelta::days(days));
    }

    pub fn set(&self, text: &str) {
        self.town.clock.set(at(text));
    }
}

async fn take_in(town: &Town, from: OrganisationId, expected: Option<Expected>, resources: &[Value]) -> domain::PersonId {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string();
    let request = ImportRequest { organisation: from, expected };
    let report = town.services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    report.person
}
