//! Device, `DeviceUseStatement`: what somebody has in or on their body, or uses.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{Annotation, CodeableConcept, Lenient, List, Meta, Period, Reference, Timing, fhir};
use crate::words::{day, plain};
use domain::record::{Category, EntryFacts};

fhir! {
    DeviceJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        udi_carrier: List<Udi>,
        status: Option<String>,
        status_reason: List<CodeableConcept>,
        manufacturer: Option<String>,
        manufacture_date: Option<String>,
        expiration_date: Option<String>,
        lot_number: Option<String>,
        serial_number: Option<String>,
        device_name: List<NameOfDevice>,
        model_number: Option<String>,
        #[serde(rename = "type")]
        kind: Option<CodeableConcept>,
        patient: Option<Reference>,
        owner: Option<Reference>,
        note: List<Annotation>,
        safety: List<CodeableConcept>,
    }
    NameOfDevice { name: Option<String>, }
    Udi {
        device_identifier: Option<String>,
    }
    UseJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        timing_timing: Option<Timing>,
        timing_period: Option<Period>,
        timing_date_time: Option<String>,
        recorded_on: Option<String>,
        source: Option<Reference>,
        device: Option<Reference>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        body_site: Option<CodeableConcept>,
        note: List<Annotation>,
    }
}

/// Under which heading both stand.
const KIND: &str = "Implant or device";

/// What a device is that a person has; `None` for one that nobody has, such as the machine of a laboratory.
pub(super) fn device(received: &Received, names: &Names<'_>) -> Result<Option<EntryFacts>, MapError> {
    let json: DeviceJson = parse(received)?;
    if json.patient.is_none() {
        return Ok(None);
    }
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Procedure, KIND, json.meta.as_ref());
    let name = json.device_name.iter().find_map(|name| name.name.as_deref().and_then(plain));
    draft.about(json.kind.as_ref());
    draft.title_or(|| name.clone());
    in_use(&mut draft, json.status.as_deref());
    draft.place_or(|| around.name(json.owner.as_ref()));
    let title = draft.facts.title.clone();
    draft.add("Name", name.filter(|name| *name != title));
    draft.add("Made by", json.manufacturer.as_deref().and_then(plain));
    draft.add("Model", json.model_number.as_deref().and_then(plain));
    draft.add("Serial number", json.serial_number.as_deref().and_then(plain));
    draft.add("Batch number", json.lot_number.as_deref().and_then(plain));
    draft.add("Device number (UDI)", json.udi_carrier.iter().find_map(|udi| udi.device_identifier.as_deref().and_then(plain)));
    draft.add("Made on", json.manufacture_date.as_deref().map(day));
    draft.add("Use before", json.expiration_date.as_deref().map(day));
    draft.add_concepts("Safety", json.safety.iter());
    draft.add_concepts("Why it changed", json.status_reason.iter());
    draft.notes(&json.note, &around);
    Ok(Some(draft.done()))
}

/// That somebody uses a device, or used one.
pub(super) fn device_use(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: UseJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Procedure, KIND, json.meta.as_ref());
    draft.title_or(|| around.name(json.device.as_ref()));
    in_use(&mut draft, json.status.as_deref());
    draft.happened(json.timing_date_time.as_ref());
    draft.during(json.timing_period.as_ref());
    draft.recorded(json.recorded_on.as_ref());
    draft.by(around.behind(json.source.iter()));
    draft.add("When", json.timing_timing.as_ref().and_then(Timing::words));
    draft.add_concepts("Where on the body", json.body_site.iter());
    draft.add_concepts("Reason", json.reason_code.iter());
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    draft.notes(&json.note, &around);
    Ok(draft.done())
}

/// The status of a device (FHIR R4, device-status and device-statement-status). Of a procedure "active" and "completed" mean that it is
/// ordered and done; of a device they mean whether it is in use, which is said in words.
fn in_use(draft: &mut Draft, status: Option<&str>) {
    draft.status(status);
    let words = match draft.facts.status.as_deref() {
        Some("active") => "Yes",
        Some("completed") => "No longer",
        _ => return,
    };
    draft.facts.status = None;
    draft.add("In use", Some(words.to_owned()));
}
