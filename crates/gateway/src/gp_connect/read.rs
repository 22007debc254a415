//! Reads what GP Connect tells (FHIR STU3). What cannot be used of a list is left out; what is no list at all is not read.

use crate::interface::resources;
use chrono::{DateTime, Utc};
use domain::appointment::Mode;
use serde::Deserialize;
use serde_json::Value;
use service::{OutsideAppointment, OutsidePlace, OutsideSlot};
use std::collections::BTreeMap;

const DELIVERY: &str = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-DeliveryChannel-2";
const ROLE: &str = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-PractitionerRole-1";

#[derive(Deserialize)]
struct Reference {
    reference: Option<String>,
}

#[derive(Default, Deserialize)]
struct Concept {
    text: Option<String>,
    #[serde(default)]
    coding: Vec<Coding>,
}

impl Concept {
    fn words(&self) -> Option<&str> {
        self.text.as_deref().or_else(|| self.coding.iter().find_map(|coding| coding.display.as_deref()))
    }
}

#[derive(Deserialize)]
struct Coding {
    code: Option<String>,
    display: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extension {
    url: String,
    value_code: Option<String>,
    value_codeable_concept: Option<Concept>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Slot {
    id: String,
    status: String,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    schedule: Reference,
    #[serde(default)]
    service_type: Vec<Concept>,
    #[serde(default)]
    extension: Vec<Extension>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Schedule {
    service_category: Option<Concept>,
    #[serde(default)]
    actor: Vec<Reference>,
    #[serde(default)]
    extension: Vec<Extension>,
}

#[derive(Deserialize)]
struct Practitioner {
    #[serde(default)]
    name: Vec<HumanName>,
}

#[derive(Deserialize)]
struct HumanName {
    text: Option<String>,
    #[serde(default)]
    prefix: Vec<String>,
    #[serde(default)]
    given: Vec<String>,
    family: Option<String>,
}

#[derive(Deserialize)]
struct Location {
    id: String,
    name: Option<String>,
    address: Option<Address>,
    telecom: Option<OneOrMore<Telecom>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    #[serde(default)]
    line: Vec<String>,
    city: Option<String>,
    postal_code: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Telecom {
    system: Option<String>,
    value: Option<String>,
}

/// FHIR says a list; the examples of the specification have one alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

#[derive(Deserialize)]
struct Appointment {
    id: String,
    status: String,
    #[serde(default)]
    slot: Vec<Reference>,
}

fn parse<T: for<'a> Deserialize<'a>>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

/// The last two parts of a reference, such as `Slot/1584`, and of them the id.
fn target(reference: &Reference) -> Option<(&str, &str)> {
    let mut parts = reference.reference.as_deref()?.rsplit('/');
    let id = parts.next().filter(|id| !id.is_empty())?;
    Some((parts.next()?, id))
}

fn mode(extensions: &[Extension]) -> Option<Mode> {
    let said = extensions.iter().find(|one| one.url == DELIVERY).and_then(|one| one.value_code.as_deref());
    match said.map(str::to_lowercase).as_deref() {
        None | Some("in-person") => Some(Mode::InPerson),
        Some("telephone") => Some(Mode::Phone),
        Some("video") => Some(Mode::Video),
        // A visit at home, or what is not known here, cannot be booked as something else.
        Some(_) => None,
    }
}

fn role(extensions: &[Extension]) -> Option<String> {
    let concept = extensions.iter().find(|one| one.url == ROLE)?.value_codeable_concept.as_ref()?;
    concept.words().or_else(|| concept.coding.iter().find_map(|coding| coding.code.as_deref())).map(str::to_owned)
}

fn person(one: &Practitioner) -> String {
    let Some(name) = one.name.first() else { return String::new() };
    if let Some(text) = name.text.as_ref().filter(|text| !text.trim().is_empty()) {
        return text.clone();
    }
    let parts = name.prefix.iter().take(1).chain(&name.given).chain(&name.family);
    parts.map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn place(one: &Location) -> OutsidePlace {
    let telecom = match &one.telecom {
        None => Vec::new(),
        Some(OneOrMore::One(one)) => vec![one.clone()],
        Some(OneOrMore::More(more)) => more.clone(),
    };
    let phone = telecom.into_iter().find(|one| one.system.as_deref() == Some("phone")).and_then(|one| one.value);
    let (address, postcode) = one.address.as_ref().map_or_else(Default::default, |address| {
        let lines = address.line.iter().chain(&address.city).cloned().collect::<Vec<_>>().join(", ");
        (lines, address.postal_code.clone().unwrap_or_default())
    });
    OutsidePlace {
        id: Some(one.id.clone()),
        name: one.name.clone().unwrap_or_default(),
        address,
        postcode,
        phone: phone.unwrap_or_default(),
    }
}

/// The free slots of a bundle; `None` where it is no bundle.
pub fn slots(bundle: &Value) -> Option<Vec<OutsideSlot>> {
    let resources = resources(bundle)?;
    let by_id = |kind: &str| -> BTreeMap<&str, &Value> {
        let of_kind = resources.iter().filter(|(named, _)| *named == kind);
        of_kind.filter_map(|(_, value)| Some((value.get("id")?.as_str()?, *value))).collect()
    };
    let (schedules, people, places) = (by_id("Schedule"), by_id("Practitioner"), by_id("Location"));
    let read = |value: &Value| -> Option<OutsideSlot> {
        let slot: Slot = parse(value)?;
        if slot.status != "free" || slot.id.is_empty() {
            return None;
        }
        let schedule: Schedule =
            target(&slot.schedule).and_then(|(_, id)| schedules.get(id)).and_then(|value| parse(value)).unwrap_or_default();
        let actor = |kind: &str| schedule.actor.iter().filter_map(target).find(|(named, _)| *named == kind).map(|(_, id)| id);
        let practitioner = actor("Practitioner").and_then(|id| people.get(id)).and_then(|value| parse(value));
        let location: Option<Location> = actor("Location").and_then(|id| places.get(id)).and_then(|value| parse(value));
        let service = slot.service_type.iter().find_map(Concept::words);
        let service = service.or_else(|| schedule.service_category.as_ref().and_then(Concept::words));
        Some(OutsideSlot {
            mode: mode(&slot.extension)?,
            service: service.unwrap_or_default().to_owned(),
            practitioner: practitioner.as_ref().map(person).unwrap_or_default(),
            job: role(&schedule.extension).unwrap_or_default(),
            place: location.as_ref().map(place).unwrap_or_default(),
            id: slot.id,
            starts_at: slot.start,
            ends_at: slot.end,
        })
    };
    Some(resources.iter().filter(|(kind, _)| *kind == "Slot").filter_map(|(_, value)| read(value)).collect())
}

/// One appointment; `None` where it is none.
pub fn appointment(value: &Value) -> Option<OutsideAppointment> {
    if value.get("resourceType")?.as_str()? != "Appointment" {
        return None;
    }
    let read: Appointment = parse(value)?;
    let slots = read.slot.iter().filter_map(target).map(|(_, id)| id.to_owned()).collect();
    let cancelled = matches!(read.status.as_str(), "cancelled" | "entered-in-error");
    Some(OutsideAppointment { id: read.id, slots, cancelled }).filter(|read| !read.id.is_empty())
}

/// The appointments of a bundle; `None` where it is no bundle.
pub fn appointments(bundle: &Value) -> Option<Vec<OutsideAppointment>> {
    Some(resources(bundle)?.into_iter().filter_map(|(_, value)| appointment(value)).collect())
}

/// The version of a resource.
pub fn version(resource: &Value) -> Option<String> {
    resource.pointer("/meta/versionId").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// As the specification shows it, but for what is not read.
    fn bundle() -> Value {
        serde_json::from_str(include_str!("../../tests/gp_connect/slots.json")).unwrap()
    }

    #[test]
    fn the_example_of_the_specification_is_two_free_times() {
        let found = slots(&bundle()).unwrap();
        let first = &found[0];
        assert_eq!((found.len(), first.id.as_str(), first.mode), (2, "1584", Mode::InPerson));
        assert_eq!(first.starts_at.to_rfc3339(), "2016-08-15T10:30:00+00:00");
        assert_eq!((first.service.as_str(), found[1].service.as_str()), ("General GP Appointment", "NHS Health Check"));
        assert_eq!((first.practitioner.as_str(), first.job.as_str()), ("Mrs Sarah Black", "General Medical Practitioner"));
        let place = OutsidePlace {
            id: Some("17".to_owned()),
            name: "The Trevelyan Practice".to_owned(),
            address: "Trevelyan Square, Boar Ln, Leeds".to_owned(),
            postcode: "LS1 6AE".to_owned(),
            phone: "03003035678".to_owned(),
        };
        assert_eq!(first.place, place);
    }

    #[test]
    fn what_cannot_be_used_of_a_list_is_left_out() {
        let mut odd = bundle();
        let entries = odd["entry"].as_array_mut().unwrap();
        entries.push(json!({ "resource": { "resourceType": "Slot", "id": "1", "status": "busy", "schedule": {},
            "start": "2016-08-15T11:30:00+01:00", "end": "2016-08-15T11:40:00+01:00" } }));
        entries.push(json!({ "resource": { "resourceType": "Slot", "id": "2", "status": "free", "start": "yesterday" } }));
        entries.push(json!({ "resource": { "resourceType": "Slot", "id": "3", "status": "free", "schedule": {},
            "extension": [{ "url": DELIVERY, "valueCode": "Carrier-pigeon" }],
            "start": "2016-08-15T11:30:00+01:00", "end": "2016-08-15T11:40:00+01:00" } }));
        entries.push(json!({ "resource": { "resourceType": "Slot", "id": "4", "status": "free", "schedule": {},
            "start": "2016-08-15T11:30:00+01:00", "end": "2016-08-15T11:40:00+01:00" } }));
        entries.push(json!(7));
        let found = slots(&odd).unwrap();
        assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["1584", "1644", "4"]);
        assert_eq!(found[2].place, OutsidePlace::default());
        assert_eq!(slots(&json!({ "resourceType": "Bundle", "type": "searchset" })), Some(Vec::new()));
        assert_eq!(slots(&json!({ "resourceType": "OperationOutcome" })), None);
        assert_eq!(slots(&json!("Bundle")), None);
    }

    #[test]
    fn an_appointment_names_its_slots_wherever_they_are() {
        let one = json!({ "resourceType": "Appointment", "id": "9", "status": "booked", "slot": [
            { "reference": "Slot/1" }, { "reference": "https://gp.example/fhir/Slot/2" }, { "display": "none" }] });
        let read = appointment(&one).unwrap();
        assert_eq!((read.slots, read.cancelled), (vec!["1".to_owned(), "2".to_owned()], false));
        assert_eq!(appointment(&json!({ "resourceType": "Appointment", "status": "booked" })), None);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let word = prop_oneof![
            Just("Bundle"),
            Just("Slot"),
            Just("Schedule"),
            Just("Location"),
            Just("Practitioner"),
            Just("Appointment"),
            Just("free"),
            Just("Slot/1"),
            Just("/"),
            Just("2016-08-15T11:30:00+01:00"),
            Just("")
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            word.prop_map(Value::from)
        ];
        let key = prop_oneof![
            Just("resourceType"),
            Just("entry"),
            Just("resource"),
            Just("id"),
            Just("status"),
            Just("slot"),
            Just("schedule"),
            Just("reference"),
            Just("actor"),
            Just("extension"),
            Just("url"),
            Just("start"),
            Just("end"),
            Just("name")
        ];
        leaf.prop_recursive(6, 128, 8, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..8)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read_or_left(value in any_json()) {
            let _ = (slots(&value), appointments(&value), appointment(&value), version(&value));
            let listed = json!({ "resourceType": "Bundle", "entry": [{ "resource": value }] });
            prop_assert!(slots(&listed).is_some() && appointments(&listed).is_some());
        }
    }
}
