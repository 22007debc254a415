//! Devices that may add readings by themselves.

use crate::readings::town::{Citizen, fields, not_found, refused};
use crate::readings::world::World;
use crate::readings::{add, form, how, taken};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::reading::{ImportState, Kept, Measure, Origin, Span};
use domain::record::Category;
use domain::team::WorkKind;
use domain::{PersonId, ReadingDeviceId};
use fhir::observation::Fault;
use serde_json::{Value, json};
use service::{
    DeviceAdded, DeviceCall, DeviceConnected, DeviceForm, DeviceRefusal, DeviceToken, HiddenFrom, ReadingSeen, RuleForm,
    ServiceError,
};
use std::collections::BTreeMap;
use testkit::Place;

const UCUM: &str = "http://unitsofmeasure.org";
const ALL: &str = "blood-pressure pulse blood-glucose weight oxygen steps";

/// A form that was not sent yet.
fn form_of(world: &World, name: &str, measures: &str) -> DeviceForm {
    let submission = world.town.services.core.new_id().to_string();
    DeviceForm { name: name.to_owned(), measures: measures.to_owned(), submission }
}

async fn connect(world: &World, who: &Citizen, measures: &str) -> DeviceToken {
    let form = form_of(world, " Cuff ", measures);
    match world.town.services.readings.add_device(&who.actor, world.edna.person, &form).await.unwrap() {
        DeviceConnected::Now(token) => token,
        DeviceConnected::Before(id) => panic!("{id} was connected before"),
    }
}

fn call(token: &str) -> DeviceCall<'_> {
    DeviceCall { token: Some(token), from: None }
}

fn concept(loinc: &str) -> Value {
    json!({ "coding": [{ "system": "http://loinc.org", "code": loinc }] })
}

fn quantity(value: f64, ucum: &str) -> Value {
    json!({ "value": value, "system": UCUM, "code": ucum })
}

fn observation(name: &str, at: &str, loinc: &str, value: f64, ucum: &str) -> Value {
    let mut it = json!({
        "resourceType": "Observation", "status": "final", "code": concept(loinc), "effectiveDateTime": at, "valueQuantity": quantity(value, ucum),
    });
    if !name.is_empty() {
        it["identifier"] = json!([{ "system": "urn:cuff", "value": name }]);
    }
    it
}

fn weight(name: &str, kilos: f64) -> Value {
    observation(name, "2026-11-02T08:00:00Z", "29463-7", kilos, "kg")
}

fn pressure(name: &str, top: f64, bottom: f64) -> Value {
    let mut it = observation(name, "2026-11-02T08:10:00Z", "85354-9", 0.0, "mm[Hg]");
    it.as_object_mut().unwrap().remove("valueQuantity");
    let part = |loinc: &str, value: f64| json!({ "code": concept(loinc), "valueQuantity": quantity(value, "mm[Hg]") });
    it["component"] = json!([part("8480-6", top), part("8462-4", bottom)]);
    it
}

async fn send(world: &World, token: &str, resource: &Value) -> Result<DeviceAdded, DeviceRefusal> {
    world.town.services.readings.device_adds(call(token), resource.to_string().as_bytes(), None).await
}

async fn put(world: &World, token: &str, id: &str, resource: &Value) -> Result<Option<DeviceAdded>, DeviceRefusal> {
    world.town.services.readings.device_changes(call(token), id, resource.to_string().as_bytes(), None).await
}

/// What was refused, and where.
#[track_caller]
fn fault<T: std::fmt::Debug>(outcome: Result<T, DeviceRefusal>) -> (Fault, String) {
    match outcome {
        Err(DeviceRefusal::Problems(problems)) => (problems[0].fault, problems[0].at.clone()),
        other => panic!("{other:?}"),
    }
}

async fn list(world: &World, measure: Measure) -> Vec<ReadingSeen> {
    let readings = &world.town.services.readings;
    readings.measure(&world.edna.actor, world.edna.person, (measure, Span::All, None)).await.unwrap().readings
}

async fn words(world: &World, measure: Measure) -> Vec<String> {
    list(world, measure).await.iter().map(ReadingSeen::in_words).collect()
}

async fn dies(world: &World) {
    let person = world.edna.person;
    let done = world.town.services.core.store().write(move |tx| {
        Box::pin(async move {
            let row = store::person_write::lock(tx, person).await?.unwrap();
            let who = domain::person::Demographics { deceased: true, ..row.demographics()? };
            store::person_write::update(tx, person, &who, row.updated_at).await
        })
    });
    assert!(done.await.unwrap());
}

testkit::both_engines! {
    async fn a_scale_sends_its_body_mass_index_and_a_meter_when_it_was_by_meals(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let token = connect(&world, &world.edna, "body-mass-index blood-glucose").await.token;
        send(&world, &token, &observation("b", "2026-11-02T08:00:00Z", "39156-5", 24.5, "kg/m2")).await.unwrap();
        let coded = |code: &str| json!({ "coding": [{ "system": "http://snomed.info/sct", "code": code }] });
        let mut sugar = observation("s", "2026-11-02T08:05:00Z", "14743-9", 7.2, "mmol/L");
        sugar["component"] = json!([{ "code": coded("309602000"), "valueCodeableConcept": coded("307165006") }]);
        send(&world, &token, &sugar).await.unwrap();
        let newest = readings.overview(me, person).await.unwrap().newest;
        let told: Vec<_> = newest.iter().map(|one| (one.in_words(), one.settings.as_str())).collect();
        assert_eq!(told, [("7.2 mmol/L".to_owned(), "meal=before"), ("24.5 kg/m²".to_owned(), "")]);
        let seen = readings.bmi(me, person).await.unwrap();
        assert!(seen.is_sent && seen.bmi.is_none(), "what is sent is not what is worked out");
        assert!(!readings.measure(me, person, (Measure::Bmi, Span::All, None)).await.unwrap().may_record);
        let sent = list(&world, Measure::Bmi).await.remove(0);
        not_found(readings.change(me, person, (sent.id, sent.version), &form(&world.town, &["22"])).await);
        assert_eq!(words(&world, Measure::Bmi).await, ["24.5 kg/m²"]);
        readings.remove(me, person, (sent.id, sent.version)).await.unwrap();
        assert!(list(&world, Measure::Bmi).await.is_empty());
    }

    async fn what_a_device_sends_makes_the_time_no_longer_for_which_signs_hold(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let token = connect(&world, &world.edna, ALL).await.token;
        let signs = async || town.services.readings.above_new(me, person, Measure::Glucose, &[]).await.unwrap().1.is_some();
        add(town, &world.edna, person, Measure::Glucose, &how(form(town, &["7"]), &[("signs", "yes")])).await;
        town.clock.advance(TimeDelta::minutes(25));
        let now = town.services.core.now().to_rfc3339();
        send(&world, &token, &observation("g", &now, "14743-9", 7.0, "mmol/L")).await.unwrap();
        assert!(signs().await, "within half an hour of what somebody told");
        town.clock.advance(TimeDelta::minutes(10));
        assert!(!signs().await, "a sensor measures on, whoever is there");
    }

    async fn what_a_cuff_sends_makes_the_time_longer_for_which_signs_hold(place: &Place) {
        let world = World::at(place).await;
        let (me, person, town) = (&world.edna.actor, world.edna.person, &world.town);
        let token = connect(&world, &world.edna, ALL).await.token;
        let signs = async || town.services.readings.above_new(me, person, Measure::BloodPressure, &[]).await.unwrap().1.is_some();
        add(town, &world.edna, person, Measure::BloodPressure, &how(form(town, &["150", "95"]), &[("signs", "yes")])).await;
        town.clock.advance(TimeDelta::minutes(25));
        let mut again = pressure("p", 130.0, 80.0);
        again["effectiveDateTime"] = json!(town.services.core.now().to_rfc3339());
        send(&world, &token, &again).await.unwrap();
        town.clock.advance(TimeDelta::minutes(25));
        assert!(signs().await, "somebody put it on and had it measure");
        town.clock.advance(TimeDelta::minutes(10));
        assert!(!signs().await, "another sitting");
    }

    async fn a_device_adds_a_reading_with_its_token_and_everything_is_written_down(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let before = world.events().await;
        let device = connect(&world, &world.edna, ALL).await;
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        assert!(device.token.len() > 50 && !format!("{device:?}").contains(&device.token), "256 bits, and in no log");
        let before = world.events().await;
        let added = send(&world, &device.token, &pressure("17", 142.0, 88.0)).await.unwrap();
        assert!(added.is_new && added.version == 1);
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingAdded, Basis::Own)));
        assert_eq!(added.resource["identifier"][0]["value"], "17");
        assert_eq!(added.resource["component"][0]["valueQuantity"]["value"], 142);
        let seen = &list(&world, Measure::BloodPressure).await[0];
        assert_eq!((seen.in_words(), seen.from_where(), seen.origin), ("142/88 mmHg".to_owned(), vec!["From a connected device (Cuff)".to_owned()], Some(Origin::Device)));
        let list_of = readings.devices(me, person).await.unwrap().0;
        let one = &list_of[0];
        assert_eq!((one.name.as_str(), one.added, one.used_at.is_some(), one.state), ("Cuff", 1, true, ImportState::Done));
        assert!(device.token.starts_with(&one.token_begins) && one.token_begins.len() < 24, "the token itself is kept nowhere");
        // It reads what it sent, and nothing else.
        let before = world.events().await;
        let again = readings.device_reads(call(&device.token), &added.id.to_string()).await.unwrap();
        assert_eq!(again.resource, added.resource);
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Read, Basis::Own)));
        let typed = add(&world.town, &world.edna, person, Measure::Weight, &form(&world.town, &["70"])).await;
        for id in [typed.to_string(), "nonsense".to_owned(), ReadingDeviceId::from_uuid(uuid::Uuid::nil()).to_string()] {
            let before = world.events().await;
            assert_eq!(fault(readings.device_reads(call(&device.token), &id).await).0, Fault::NotFound);
            assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Refused, Basis::Own)));
        }
        let other = connect(&world, &world.edna, ALL).await;
        assert_eq!(fault(readings.device_reads(call(&other.token), &added.id.to_string()).await).0, Fault::NotFound);
        // It is no file.
        assert_eq!(readings.imports(me, person).await.unwrap().0, vec![]);
        not_found(readings.import(me, (person, domain::ReadingImportId::from_uuid(device.id.as_uuid()))).await);
        not_found(readings.undo_import(me, (person, domain::ReadingImportId::from_uuid(device.id.as_uuid()))).await);
    }

    async fn the_same_is_one_reading_however_often_and_at_once(place: &Place) {
        let world = World::at(place).await;
        let readings = &world.town.services.readings;
        let device = connect(&world, &world.edna, ALL).await;
        let one = weight("1", 70.5);
        let (a, b, c) = tokio::join!(send(&world, &device.token, &one), send(&world, &device.token, &one), send(&world, &device.token, &one));
        let all = [a.unwrap(), b.unwrap(), c.unwrap()];
        assert_eq!(all.iter().filter(|added| added.is_new).count(), 1);
        assert!(all.iter().all(|added| added.id == all[0].id && added.resource == all[0].resource));
        // Without an identifier, what it says tells it from others.
        assert_eq!(send(&world, &device.token, &weight("", 70.5)).await.unwrap().id, all[0].id);
        let plain = observation("", "2026-11-02T09:00:00Z", "29463-7", 71.0, "kg");
        assert!(send(&world, &device.token, &plain).await.unwrap().is_new);
        assert!(!send(&world, &device.token, &plain).await.unwrap().is_new);
        // By its condition too.
        let conditional = async |header: &str| {
            let body = observation("", "2026-11-02T10:00:00Z", "29463-7", 72.0, "kg").to_string();
            readings.device_adds(call(&device.token), body.as_bytes(), Some(header)).await
        };
        assert!(conditional("identifier=urn:cuff|9").await.unwrap().is_new);
        assert!(!conditional("identifier=urn:cuff|9").await.unwrap().is_new);
        assert_eq!(fault(conditional("code=1").await).0, Fault::Structure);
        assert_eq!(words(&world, Measure::Weight).await, ["72 kg", "71 kg", "70.5 kg"]);
        // An identifier is of one reading; another under the same name, and the same under another, are refused.
        assert_eq!(fault(send(&world, &device.token, &weight("1", 75.0)).await), (Fault::Conflict, "Observation.identifier".to_owned()));
        assert_eq!(fault(send(&world, &device.token, &weight("2", 70.5)).await).0, Fault::Duplicate);
        // So is what somebody typed, and what somebody took out.
        let typed = taken(form(&world.town, &["142", "88"]), "2/11/2026", "8:10");
        add(&world.town, &world.edna, world.edna.person, Measure::BloodPressure, &typed).await;
        assert_eq!(fault(send(&world, &device.token, &pressure("3", 142.0, 88.0)).await).0, Fault::Duplicate);
        let seen = list(&world, Measure::Weight).await;
        readings.remove(&world.edna.actor, world.edna.person, (seen[2].id, 1)).await.unwrap();
        assert_eq!(fault(send(&world, &device.token, &weight("1", 70.5)).await).0, Fault::Duplicate);
        assert_eq!(fault(send(&world, &device.token, &weight("4", 70.5)).await).0, Fault::Duplicate);
        assert_eq!(words(&world, Measure::Weight).await, ["72 kg", "71 kg"]);
    }

    async fn what_was_sent_is_changed_and_taken_out_by_its_device_until_somebody_else_did(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let device = connect(&world, &world.edna, ALL).await;
        let added = send(&world, &device.token, &weight("1", 70.5)).await.unwrap();
        let id = added.id.to_string();
        let before = world.events().await;
        let changed = put(&world, &device.token, &id, &observation("1", "2026-11-02T08:00:00Z", "29463-7", 160.0, "[lb_av]")).await.unwrap().unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingChanged, Basis::Own)));
        assert_eq!((changed.version, changed.resource["status"].as_str()), (2, Some("amended")));
        let (seen, versions, _) = readings.one(me, person, (Measure::Weight, added.id)).await.unwrap();
        assert_eq!((seen.in_words().as_str(), seen.original.as_str(), versions[0].value.as_str()), ("72.6 kg", "160.0 lb", "70.5 kg"));
        // The same again changes nothing.
        let again = put(&world, &device.token, &id, &observation("1", "2026-11-02T08:00:00Z", "29463-7", 160.0, "[lb_av]")).await.unwrap().unwrap();
        assert_eq!(again.version, 2);
        for (resource, expected) in [
            (weight("2", 70.0), (Fault::Conflict, "Observation.identifier")),
            (pressure("1", 142.0, 88.0), (Fault::Conflict, "Observation.code")),
            (json!({ "resourceType": "Observation", "id": "x", "status": "entered-in-error" }), (Fault::Structure, "Observation.id")),
            (weight("1", 7000.0), (Fault::Value, "Observation.value")),
        ] {
            assert_eq!(fault(put(&world, &device.token, &id, &resource).await), (expected.0, expected.1.to_owned()));
        }
        let stale = readings.device_changes(call(&device.token), &id, weight("1", 71.0).to_string().as_bytes(), Some("W/\"1\"")).await;
        assert_eq!(fault(stale).0, Fault::Stale);
        let fresh = readings.device_changes(call(&device.token), &id, weight("1", 71.0).to_string().as_bytes(), Some("W/\"2\"")).await;
        assert_eq!(fresh.unwrap().unwrap().version, 3);
        // What the person says stands.
        readings.change(me, person, (added.id, 3), &taken(form(&world.town, &["69"]), "2/11/2026", "8:00")).await.unwrap();
        assert_eq!(fault(put(&world, &device.token, &id, &weight("1", 71.0)).await).0, Fault::Conflict);
        let error = json!({ "resourceType": "Observation", "id": id, "status": "entered-in-error" });
        assert_eq!(fault(put(&world, &device.token, &id, &error).await).0, Fault::Conflict);
        assert_eq!(fault(send(&world, &device.token, &error).await).0, Fault::Unsupported);
        let other = send(&world, &device.token, &observation("9", "2026-11-02T11:00:00Z", "29463-7", 73.0, "kg")).await.unwrap().id.to_string();
        let error = json!({ "resourceType": "Observation", "status": "entered-in-error" });
        assert_eq!(put(&world, &device.token, &other, &error).await.unwrap(), None);
        assert_eq!(world.last().await, (Action::ReadingChanged, Basis::Own));
        assert_eq!(fault(put(&world, &device.token, &other, &error).await).0, Fault::NotFound);
        assert_eq!(words(&world, Measure::Weight).await, ["69 kg"]);
        // What its device took out as wrong nobody puts back; what the person removed they do, and then it is theirs.
        let removed = async || readings.removed(me, person, (Measure::Weight, None)).await.unwrap().readings.len();
        assert_eq!(removed().await, 0);
        not_found(readings.put_back(me, person, (other.parse().unwrap(), 2)).await);
        let mine = send(&world, &device.token, &observation("10", "2026-11-02T12:00:00Z", "29463-7", 74.0, "kg")).await.unwrap().id;
        readings.remove(me, person, (mine, 1)).await.unwrap();
        assert_eq!((removed().await, fault(put(&world, &device.token, &mine.to_string(), &error).await).0), (1, Fault::NotFound));
        readings.put_back(me, person, (mine, 2)).await.unwrap();
        assert_eq!((removed().await, fault(put(&world, &device.token, &mine.to_string(), &error).await).0), (0, Fault::Conflict));
    }

    async fn what_is_counted_is_one_of_a_day(place: &Place) {
        let world = World::at(place).await;
        let device = connect(&world, &world.edna, ALL).await;
        let steps = |name: &str, day: &str, many: f64| observation(name, day, "55423-8", many, "{steps}");
        let first = send(&world, &device.token, &steps("a", "2026-11-01", 4000.0)).await.unwrap();
        assert_eq!(first.resource["effectiveDateTime"], "2026-11-01");
        assert_eq!(fault(send(&world, &device.token, &steps("b", "2026-11-01", 6000.0)).await), (Fault::Conflict, "Observation.effective".to_owned()));
        put(&world, &device.token, &first.id.to_string(), &steps("a", "2026-11-01", 6000.0)).await.unwrap();
        send(&world, &device.token, &steps("c", "2026-11-02", 100.0)).await.unwrap();
        let onto = put(&world, &device.token, &first.id.to_string(), &steps("a", "2026-11-02", 6000.0)).await;
        assert_eq!(fault(onto).0, Fault::Conflict);
        let other = connect(&world, &world.edna, ALL).await;
        assert_eq!(fault(send(&world, &other.token, &steps("a", "2026-11-02", 6000.0)).await).0, Fault::Duplicate);
        let all: Vec<_> = list(&world, Measure::Steps).await.into_iter().map(|one| (one.in_words(), one.kept)).collect();
        assert_eq!(all, [("100 steps".to_owned(), Kept::Day), ("6000 steps".to_owned(), Kept::Day)]);
    }

    async fn what_is_wrong_is_refused_and_written_down(place: &Place) {
        let world = World::at(place).await;
        let readings = &world.town.services.readings;
        let device = connect(&world, &world.edna, "weight blood-glucose").await;
        let about = |subject: Value| {
            let mut it = weight("1", 70.0);
            it["subject"] = subject;
            it
        };
        let nhs = "https://fhir.nhs.uk/Id/nhs-number";
        for (resource, expected) in [
            (json!({ "resourceType": "Patient" }), (Fault::Structure, "")),
            (observation("1", "2026-11-02T08:00:00Z", "0000-0", 70.0, "kg"), (Fault::Code, "Observation.code")),
            (observation("1", "2026-11-02T08:00:00Z", "2339-0", 7.2, "mmol/L"), (Fault::Value, "Observation.value.code")),
            (observation("1", "2026-12-02T08:00:00Z", "29463-7", 70.0, "kg"), (Fault::Value, "Observation.effective")),
            (weight("1", 7000.0), (Fault::Value, "Observation.value")),
            (pressure("1", 142.0, 88.0), (Fault::Forbidden, "Observation.code")),
            (about(json!({ "reference": format!("Patient/{}", world.town.citizen("Ray").await.person) })), (Fault::Forbidden, "Observation.subject")),
            (about(json!({ "identifier": { "system": nhs, "value": "9990000018" } })), (Fault::Forbidden, "Observation.subject")),
        ] {
            let before = world.events().await;
            assert_eq!(fault(send(&world, &device.token, &resource).await), (expected.0, expected.1.to_owned()), "{resource}");
            assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Refused, Basis::Own)));
        }
        for body in ["", "{", "[]"] {
            assert_eq!(fault(readings.device_adds(call(&device.token), body.as_bytes(), None).await).0, Fault::Structure);
        }
        assert!(list(&world, Measure::Weight).await.is_empty());
        for (name, subject) in [
            ("1", json!({ "reference": format!("https://selfheal/fhir/R4/Patient/{}", world.edna.person) })),
            ("2", json!({ "identifier": { "system": nhs, "value": "999 054 8609" } })),
        ] {
            let mut mine = about(subject);
            mine["identifier"] = json!([{ "value": name }]);
            mine["valueQuantity"]["value"] = json!(70 + name.len() + usize::from(name == "2"));
            assert!(send(&world, &device.token, &mine).await.unwrap().is_new);
        }
        // In the two units of sugar, each by its own code.
        send(&world, &device.token, &observation("3", "2026-11-02T08:00:00Z", "2339-0", 130.0, "mg/dL")).await.unwrap();
        send(&world, &device.token, &observation("4", "2026-11-02T09:00:00Z", "14743-9", 7.2, "mmol/L")).await.unwrap();
        assert_eq!(words(&world, Measure::Glucose).await, ["7.2 mmol/L", "130 mg/dL"]);
    }

    async fn a_batch_is_taken_entry_by_entry(place: &Place) {
        let world = World::at(place).await;
        let readings = &world.town.services.readings;
        let device = connect(&world, &world.edna, ALL).await;
        let entry = |resource: &Value| json!({ "resource": resource, "request": { "method": "POST", "url": "Observation" } });
        let bundle = |entries: Vec<Value>| json!({ "resourceType": "Bundle", "type": "batch", "entry": entries }).to_string();
        let sent = bundle(vec![entry(&weight("1", 70.0)), entry(&weight("2", 7000.0)), entry(&pressure("3", 142.0, 88.0)), entry(&weight("1", 70.0))]);
        let answers = readings.device_batch(call(&device.token), sent.as_bytes()).await.unwrap();
        let told: Vec<_> = answers.into_iter().map(|one| one.map(|added| added.is_new).ok()).collect();
        assert_eq!(told, [Some(true), None, Some(true), Some(false)]);
        assert_eq!(fault(readings.device_batch(call(&device.token), weight("1", 70.0).to_string().as_bytes()).await).0, Fault::Structure);
        let many = bundle(vec![entry(&weight("1", 70.0)); 101]);
        assert_eq!(fault(readings.device_batch(call(&device.token), many.as_bytes()).await).0, Fault::TooLarge);
    }

    async fn a_care_team_is_told_of_what_a_device_sends(place: &Place) {
        let world = World::at(place).await;
        let town = &world.town;
        let typed: BTreeMap<String, String> = [("words", "Ring us today"), ("why", "You have COPD"), ("colour", "red"), ("side", "below"), ("first", "92")]
            .map(|(field, said)| (field.to_owned(), said.to_owned())).into();
        let rule = RuleForm { kind: "single".to_owned(), typed, submission: town.services.core.new_id().to_string(), ready: "oxygen-very-low".to_owned(), ..RuleForm::default() };
        town.services.readings.add_rule(&town.clinician, world.edna.person, Measure::Oxygen, &rule).await.unwrap();
        town.advance(TimeDelta::hours(1));
        let device = connect(&world, &world.edna, ALL).await;
        let at = town.services.core.now().to_rfc3339();
        town.mail().await;
        send(&world, &device.token, &observation("1", &at, "2708-6", 90.0, "%")).await.unwrap();
        // The person is told that there is something, and not what; of more of the same they are not told again.
        let mail = town.mail().await;
        assert_eq!(mail.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [world.edna.email.as_str()]);
        let said = mail[0].body.to_lowercase();
        assert!(said.contains("asks you to do something") && !said.contains("oxygen") && !said.contains("riverside"), "{said}");
        town.advance(TimeDelta::minutes(10));
        let later = town.services.core.now().to_rfc3339();
        send(&world, &device.token, &observation("2", &later, "2708-6", 89.0, "%")).await.unwrap();
        assert!(town.mail().await.is_empty(), "once for one thing");
        let waiting = town.services.work.list(&town.clinician).await.unwrap();
        assert_eq!(waiting.iter().filter(|item| item.kind == WorkKind::ReadingAlert && item.urgent).count(), 1);
        let id = list(&world, Measure::Oxygen).await[0].id;
        let (seen, ..) = world.town.services.readings.one(&world.edna.actor, world.edna.person, (Measure::Oxygen, id)).await.unwrap();
        assert!(seen.advice.is_some(), "the general advice stands with it");
    }

    async fn a_stopped_device_is_unknown_and_all_that_it_sent_is_taken_out_as_one(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let device = connect(&world, &world.edna, ALL).await;
        let kept = send(&world, &device.token, &weight("1", 70.0)).await.unwrap();
        let amended = send(&world, &device.token, &observation("2", "2026-11-02T09:00:00Z", "29463-7", 71.0, "kg")).await.unwrap();
        put(&world, &device.token, &amended.id.to_string(), &observation("2", "2026-11-02T09:00:00Z", "29463-7", 71.5, "kg")).await.unwrap();
        send(&world, &device.token, &pressure("3", 142.0, 88.0)).await.unwrap();
        readings.change(me, person, (kept.id, 1), &taken(form(&world.town, &["69"]), "2/11/2026", "8:00")).await.unwrap();
        let before = world.events().await;
        readings.stop_device(me, (person, device.id)).await.unwrap();
        readings.stop_device(me, (person, device.id)).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        assert_eq!(fault(send(&world, &device.token, &weight("9", 72.0)).await).0, Fault::Login);
        assert_eq!(fault(readings.device_reads(call(&device.token), &kept.id.to_string()).await).0, Fault::Login);
        let (seen, still) = readings.device(me, (person, device.id)).await.unwrap();
        assert!(seen.stopped_at.is_some());
        assert_eq!(still.iter().map(|one| (one.measure, one.readings)).collect::<Vec<_>>(), [(Measure::BloodPressure, 1), (Measure::Weight, 2)]);
        let before = world.events().await;
        readings.undo_device(me, (person, device.id)).await.unwrap();
        readings.undo_device(me, (person, device.id)).await.unwrap();
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::ReadingsImported, Basis::Own)));
        assert_eq!(words(&world, Measure::Weight).await, ["69 kg"], "what somebody changed since stays, what the device changed goes");
        assert!(list(&world, Measure::BloodPressure).await.is_empty());
        assert_eq!(readings.device(me, (person, device.id)).await.unwrap().0.state, ImportState::Undone);
        // Another device may send the same again.
        let other = connect(&world, &world.edna, ALL).await;
        assert!(send(&world, &other.token, &pressure("3", 142.0, 88.0)).await.unwrap().is_new);
        // One that is taken out is stopped with it.
        readings.undo_device(me, (person, other.id)).await.unwrap();
        assert_eq!(fault(send(&world, &other.token, &weight("1", 72.0)).await).0, Fault::Login);
    }

    async fn a_device_may_no_more_than_whoever_let_it(place: &Place) {
        let world = World::at(place).await;
        let (person, readings) = (world.edna.person, &world.town.services.readings);
        let (reads, relationship) = world.carer("Stone", "READ").await;
        let (orders, _) = world.carer("Holt", "PRESCR").await;
        let stranger = world.town.citizen("Ray").await;
        let mine = connect(&world, &world.edna, ALL).await;
        let theirs = connect(&world, &reads, ALL).await;
        send(&world, &theirs.token, &weight("1", 70.0)).await.unwrap();
        assert_eq!(world.last().await, (Action::ReadingAdded, Basis::Carer));
        for who in [&orders, &stranger] {
            nothing_is_there(&world, &who.actor, person, theirs.id).await;
        }
        for staff in [&world.town.clinician, &world.town.reception, &world.town.stranger] {
            nothing_is_there(&world, staff, person, theirs.id).await;
        }
        nothing_is_there(&world, &stranger.actor, stranger.person, theirs.id).await;
        // A carer sees their own alone; the person sees both, and stops either.
        not_found(readings.device(&reads.actor, (person, mine.id)).await);
        not_found(readings.stop_device(&reads.actor, (person, mine.id)).await);
        assert_eq!(readings.devices(&reads.actor, person).await.unwrap().0.len(), 1);
        assert_eq!(readings.devices(&world.edna.actor, person).await.unwrap().0.len(), 2);
        // What is hidden from the carer, their device sends no more.
        let hidings = &world.town.services.hidings;
        hidings.hide_category(&world.edna.actor, person, Category::Result, HiddenFrom::Relationship(relationship)).await.unwrap();
        assert_eq!(fault(send(&world, &theirs.token, &weight("2", 71.0)).await).0, Fault::Forbidden);
        world.town.services.carers.end(&world.edna.actor, person, relationship).await.unwrap();
        let before = world.events().await;
        assert_eq!(fault(send(&world, &theirs.token, &weight("3", 72.0)).await).0, Fault::Forbidden);
        assert_eq!((world.events().await, world.last().await), (before + 1, (Action::Refused, Basis::Carer)));
        // The person stops it all the same.
        readings.stop_device(&world.edna.actor, (person, theirs.id)).await.unwrap();
        // Nothing goes into the record of somebody who has died.
        dies(&world).await;
        assert_eq!(fault(send(&world, &mine.token, &weight("4", 73.0)).await).0, Fault::Forbidden);
        let form = form_of(&world, "Cuff", "weight");
        refused(readings.add_device(&world.edna.actor, person, &form).await, "", "has died");
    }

    async fn tokens_are_not_guessed_and_devices_do_not_flood(place: &Place) {
        let world = World::at(place).await;
        let readings = &world.town.services.readings;
        let device = connect(&world, &world.edna, ALL).await;
        for _ in 0..30 {
            let nothing = readings.device_reads(DeviceCall { token: None, from: None }, "x").await;
            assert_eq!(fault(nothing).0, Fault::Login, "nothing said is no guess");
        }
        let mut last = None;
        for _ in 0..21 {
            last = Some(readings.device_reads(call("selfheal_device_guess"), "x").await.unwrap_err());
        }
        assert!(matches!(last, Some(DeviceRefusal::Other(ServiceError::TooMany(_)))), "{last:?}");
        assert!(send(&world, &device.token, &weight("1", 70.0)).await.is_ok(), "the right one is let in all the same");
        // A batch counts as often as it has entries.
        let entry = json!({ "resource": weight("1", 70.0), "request": { "method": "POST", "url": "Observation" } });
        let bundle = json!({ "resourceType": "Bundle", "type": "batch", "entry": vec![entry; 100] }).to_string();
        let mut batches = 0;
        while readings.device_batch(call(&device.token), bundle.as_bytes()).await.is_ok() {
            batches += 1;
        }
        assert_eq!(batches, 5);
        let over = send(&world, &device.token, &weight("2", 71.0)).await;
        assert!(matches!(over, Err(DeviceRefusal::Other(ServiceError::TooMany(wait))) if wait > TimeDelta::minutes(50)), "{over:?}");
        let other = connect(&world, &world.edna, ALL).await;
        assert!(send(&world, &other.token, &weight("2", 71.0)).await.is_ok(), "each device by itself");
        world.town.advance(TimeDelta::hours(2));
        assert!(send(&world, &device.token, &weight("3", 72.0)).await.is_ok());
    }

    async fn the_form_says_what_is_missing_and_there_are_not_endlessly_many(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        assert_eq!(fields(readings.add_device(me, person, &form_of(&world, "", "")).await), ["name", "measures"]);
        let mood = form_of(&world, &"x".repeat(61), "mood nonsense");
        assert_eq!(fields(readings.add_device(me, person, &mood).await), ["name", "measures"]);
        let open = readings.devices(me, person).await.unwrap().1;
        assert!(open.contains(&Measure::BloodPressure) && open.contains(&Measure::Steps) && !open.contains(&Measure::Mood));
        for _ in 0..20 {
            connect(&world, &world.edna, "weight").await;
        }
        let form = form_of(&world, "Cuff", "weight");
        refused(readings.add_device(me, person, &form).await, "", "20 devices may add readings already");
        refused(readings.add_device(me, person, &DeviceForm { submission: String::new(), ..form }).await, "", "The page was not whole");
    }

    async fn a_form_that_is_sent_twice_connects_one_device(place: &Place) {
        let world = World::at(place).await;
        let (me, person, readings) = (&world.edna.actor, world.edna.person, &world.town.services.readings);
        let form = form_of(&world, "Cuff", "weight");
        let before = world.events().await;
        // A double click: both at once.
        let (one, two) = tokio::join!(readings.add_device(me, person, &form), readings.add_device(me, person, &form));
        let (one, two) = match (one.unwrap(), two.unwrap()) {
            (DeviceConnected::Now(token), DeviceConnected::Before(id)) | (DeviceConnected::Before(id), DeviceConnected::Now(token)) => (token, id),
            other => panic!("{other:?}"),
        };
        assert_eq!((one.id, world.events().await), (two, before + 1));
        assert!(send(&world, &one.token, &weight("1", 70.0)).await.is_ok());
        // Also one that is stopped meanwhile is not connected anew, and stopping it twice is done once.
        for _ in 0..2 {
            readings.stop_device(me, (person, one.id)).await.unwrap();
        }
        for _ in 0..2 {
            readings.undo_device(me, (person, one.id)).await.unwrap();
        }
        let before = world.events().await;
        assert_eq!(readings.add_device(me, person, &form).await.unwrap(), DeviceConnected::Before(one.id));
        readings.stop_device(me, (person, one.id)).await.unwrap();
        assert_eq!(world.events().await, before);
        assert_eq!(readings.devices(me, person).await.unwrap().0.len(), 1);
        // Another form is another device.
        assert!(matches!(readings.add_device(me, person, &form_of(&world, "Cuff", "weight")).await.unwrap(), DeviceConnected::Now(_)));
    }
}

async fn nothing_is_there(world: &World, who: &Actor, person: PersonId, id: ReadingDeviceId) {
    let readings = &world.town.services.readings;
    let form = form_of(world, "Cuff", "weight");
    if person == world.edna.person {
        not_found(readings.devices(who, person).await);
        not_found(readings.add_device(who, person, &form).await);
    }
    not_found(readings.device(who, (person, id)).await);
    not_found(readings.stop_device(who, (person, id)).await);
    not_found(readings.undo_device(who, (person, id)).await);
}
