//! What people say about themselves as FHIR R4 resources: pure. Each says by a tag that the person said it and nobody checked it.
//!
//! How to reach somebody, whom to tell, ethnic background and language are a `Patient` by UK Core, beside those of the sources. Each
//! need is a `Flag` of the Reasonable Adjustment Digital Flag (NHS England, `RA-Flag`), each disability a `Condition` of it
//! (`RA-Condition`). A note is a `Communication`: something that the person says to whoever reads it. An `Observation` would stand
//! among results, and a `DocumentReference` among letters.
//! A mistake that somebody reported is a `Task` that the source of the entry is asked to do.

use crate::own::{By, NHS_NUMBER, ORIGIN, SNOMED, Subject, meta, performer, reference, time};
use chrono::{DateTime, NaiveDate, Utc};
use domain::correction::State;
use domain::profile::{AdjustmentCategory, Contact, ContactDetails, Ethnicity, Impairment, Language, Needs, Way};
use serde_json::{Value, json};

/// The category of every flag about reasonable adjustments.
const FLAG: &str = "https://fhir.nhs.uk/England/CodeSystem/PatientFlagCategory";
/// What sort of adjustment it is.
const ADJUSTMENT: &str = "https://fhir.nhs.uk/England/CodeSystem/RA-FlagCategory";
/// Where somebody is disabled.
const IMPAIRMENT: &str = "https://fhir.nhs.uk/England/CodeSystem/RA-ConditionCode";
const ETHNIC_CATEGORY: &str = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory";
const ETHNIC_CODES: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland";
const INTERPRETER: &str = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";
const ROLES: &str = "http://terminology.hl7.org/CodeSystem/v2-0131";
/// Whether others may read a note: a word of ours.
const READERS: &str = "https://selfheal.example/fhir/StructureDefinition/note-readers";

/// What somebody says of how to reach them and who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said<'a> {
    /// Its id, a UUID.
    pub id: String,
    /// The family name and the given names by which the record is known.
    pub name: (&'a str, &'a [String]),
    /// How they are reached.
    pub contact: ContactDetails,
    /// Whom to tell.
    pub people: Vec<Contact>,
    /// Their ethnic background.
    pub ethnicity: Option<Ethnicity>,
    /// Their main language.
    pub language: Option<Language>,
    /// Its name, where it is none of the list; else empty.
    pub other_language: &'a str,
    /// Whether they need an interpreter.
    pub interpreter: bool,
    /// Which version it is.
    pub version: i32,
    /// When they said so.
    pub at: DateTime<Utc>,
}

/// What somebody wrote down for themself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    /// Its id, a UUID.
    pub id: String,
    /// What it is called; may be empty.
    pub title: &'a str,
    /// What it says.
    pub words: &'a str,
    /// Of which day it is.
    pub day: NaiveDate,
    /// The resource that it is about, as its source names it, and what that is called.
    pub about: Option<(&'a str, &'a str)>,
    /// Those who may see what it is about may read it too.
    pub shared: bool,
    /// Who wrote it.
    pub by: By,
    /// When it was written or changed last.
    pub at: DateTime<Utc>,
    /// Which version it is.
    pub version: i32,
}

/// A medicine that somebody takes of their own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnMedicine<'a> {
    /// Its id, a UUID.
    pub id: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// How it is taken; may be empty.
    pub dose: &'a str,
    /// What for; may be empty.
    pub reason: &'a str,
    /// From which day, and to which.
    pub days: (Option<NaiveDate>, Option<NaiveDate>),
    /// Who added it.
    pub by: By,
    /// When.
    pub at: DateTime<Utc>,
    /// Which version it is.
    pub version: i32,
}

/// A mistake that somebody reported in an entry of their record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported<'a> {
    /// Its id, a UUID.
    pub id: String,
    /// Where it stands.
    pub state: State,
    /// The resource that it is about, as its source names it, and what that is called.
    pub about: Option<(String, String)>,
    /// The source, by name: it is to answer.
    pub organisation: &'a str,
    /// What is wrong.
    pub wrong: &'a str,
    /// What it should say; may be empty.
    pub should_say: &'a str,
    /// Why they think so; may be empty.
    pub why: &'a str,
    /// Who reported it.
    pub by: By,
    /// When.
    pub reported_at: DateTime<Utc>,
    /// When it came to where it stands.
    pub changed_at: DateTime<Utc>,
    /// Which version it is.
    pub version: i32,
    /// Each state that it reached, with what was said, who of the source said it, and when.
    pub said: Vec<(State, String, Option<String>, DateTime<Utc>)>,
}

fn telecom(contact: &ContactDetails) -> Vec<Value> {
    let mut all = Vec::new();
    let mut add = |system: &str, value: &str, usage: &str, best: bool| {
        let mut point = json!({ "system": system, "value": value, "use": usage });
        if best {
            point["rank"] = json!(1);
        }
        all.push(point);
    };
    let best = |ways: &[Way]| contact.preferred.is_some_and(|way| ways.contains(&way));
    if let Some(number) = &contact.mobile {
        add("phone", number.as_str(), "mobile", best(&[Way::Phone]));
        if best(&[Way::Text]) {
            add("sms", number.as_str(), "mobile", true);
        }
    }
    if let Some(number) = &contact.phone {
        add("phone", number.as_str(), "home", best(&[Way::Phone]) && contact.mobile.is_none());
    }
    if !contact.email.is_empty() {
        add("email", &contact.email, "home", best(&[Way::Email]));
    }
    all
}

/// How to reach somebody, whom to tell and who they are, as a FHIR R4 `Patient` (UK Core).
#[must_use]
pub fn patient(subject: &Subject, said: &Said<'_>) -> Value {
    let (family, given) = said.name;
    let mut it = json!({
        "resourceType": "Patient",
        "id": said.id,
        "meta": meta(said.version, said.at),
        "name": [{ "use": "official", "family": family, "given": given }],
    });
    if let Some(number) = &subject.nhs_number {
        it["identifier"] = json!([{ "system": NHS_NUMBER, "value": number }]);
    }
    let mut extensions = Vec::new();
    if let Some(ethnicity) = said.ethnicity {
        let coding = json!({ "system": ETHNIC_CODES, "code": ethnicity.code(), "display": ethnicity.display() });
        extensions.push(json!({ "url": ETHNIC_CATEGORY, "valueCodeableConcept": { "coding": [coding] } }));
    }
    if said.interpreter {
        extensions.push(json!({ "url": INTERPRETER, "valueBoolean": true }));
    }
    if !extensions.is_empty() {
        it["extension"] = json!(extensions);
    }
    let contact = &said.contact;
    if !contact.address.is_empty() || contact.postcode.is_some() {
        let mut address = json!({ "use": "home", "line": contact.address });
        if let Some(postcode) = &contact.postcode {
            address["postalCode"] = json!(postcode.as_str());
        }
        it["address"] = json!([address]);
    }
    let telecom = telecom(contact);
    if !telecom.is_empty() {
        it["telecom"] = json!(telecom);
    }
    if let Some(language) = said.language {
        let text = if said.other_language.is_empty() { language.title() } else { said.other_language };
        let mut concept = json!({ "text": text });
        if let Some(code) = language.bcp_47() {
            concept["coding"] = json!([{ "system": "urn:ietf:bcp:47", "code": code }]);
        }
        it["communication"] = json!([{ "language": concept, "preferred": true }]);
    }
    if !said.people.is_empty() {
        let people = said.people.iter().map(|one| {
            let (code, display) = if one.next_of_kin { ("N", "Next-of-Kin") } else { ("C", "Emergency Contact") };
            json!({
                "relationship": [{ "coding": [{ "system": ROLES, "code": code, "display": display }], "text": one.relation }],
                "name": { "text": one.name },
                "telecom": [{ "system": "phone", "value": one.phone.as_str() }],
            })
        });
        it["contact"] = people.collect();
    }
    it
}

/// What somebody needs: a FHIR R4 `Flag` for each need, and a `Condition` for each disability; nothing of who would rather not say.
/// `said` is the id of what they said, who said it, and when.
#[must_use]
pub fn flags(subject: &Subject, needs: &Needs, (id, by, at): (&str, By, DateTime<Utc>)) -> Vec<Value> {
    let flag = |word: &str, category: AdjustmentCategory, code: Value| {
        json!({
            "resourceType": "Flag",
            "id": format!("{id}-{word}"),
            "meta": meta(1, at),
            "status": "active",
            "category": [
                { "coding": [{ "system": FLAG, "code": "NRAF", "display": "National Reasonable Adjustments Flag" }] },
                { "coding": [{ "system": ADJUSTMENT, "code": category.code, "display": category.display }] },
            ],
            "code": code,
            "subject": reference(subject),
            "period": { "start": time(at) },
            "author": performer(subject, by),
        })
    };
    let concept = |code: &str, display: &str, text: &str| json!({ "coding": [{ "system": SNOMED, "code": code, "display": display }], "text": text });
    let chosen =
        needs.chosen.iter().map(|need| flag(need.code(), need.category(), concept(need.snomed(), need.display(), need.title())));
    let mut all: Vec<Value> = chosen.collect();
    if let Some((language, words)) = needs.interpreter.zip(needs.interpreter_in_words()) {
        let code =
            json!({ "coding": [{ "system": SNOMED, "code": language.interpreter_needed() }], "text": format!("Needs {words}") });
        all.push(flag("interpreter", AdjustmentCategory::of_interpreter(language), code));
    }
    if !needs.own_words.is_empty() {
        all.push(flag("own-words", AdjustmentCategory::BESPOKE, json!({ "text": needs.own_words })));
    }
    let impairments = needs.impairments.iter().filter(|one| **one != Impairment::NotSaid).map(|one| {
        json!({
            "resourceType": "Condition",
            "id": format!("{id}-impairment-{}", one.code()),
            "meta": meta(1, at),
            "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active" }] },
            "verificationStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "unconfirmed" }] },
            "category": [{ "coding": [{ "system": ORIGIN, "code": "self-recorded" }], "text": "Self-recorded" }],
            "code": { "coding": [{ "system": IMPAIRMENT, "code": one.code(), "display": one.display() }], "text": one.title() },
            "subject": reference(subject),
            "recordedDate": time(at),
            "asserter": performer(subject, by),
        })
    });
    all.extend(impairments);
    all
}

/// A note as a FHIR R4 `Communication`.
#[must_use]
pub fn note(subject: &Subject, note: &Note<'_>) -> Value {
    let mut it = json!({
        "resourceType": "Communication",
        "id": note.id,
        "meta": meta(note.version, note.at),
        "extension": [{ "url": READERS, "valueCode": if note.shared { "shared" } else { "private" } }],
        "status": "completed",
        "category": [{ "coding": [{ "system": ORIGIN, "code": "self-recorded" }], "text": "A note of the person\u{2019}s own" }],
        "subject": reference(subject),
        "sent": note.day.to_string(),
        "sender": performer(subject, note.by),
        "payload": [{ "contentString": note.words }],
    });
    if !note.title.is_empty() {
        it["topic"] = json!({ "text": note.title });
    }
    if let Some((reference, title)) = note.about {
        it["about"] = json!([{ "reference": reference, "display": title }]);
    }
    it
}

/// A medicine that somebody takes of their own accord as a FHIR R4 `MedicationStatement`, which says by its category that the
/// person said so.
#[must_use]
pub fn own_medicine(subject: &Subject, medicine: &OwnMedicine<'_>) -> Value {
    let (from, to) = medicine.days;
    let mut it = json!({
        "resourceType": "MedicationStatement",
        "id": medicine.id,
        "meta": meta(medicine.version, medicine.at),
        "status": if to.is_some() { "stopped" } else { "active" },
        "category": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/medication-statement-category",
            "code": "patientspecified",
            "display": "Patient Specified",
        }] },
        "medicationCodeableConcept": { "text": medicine.name },
        "subject": reference(subject),
        "dateAsserted": time(medicine.at),
        "informationSource": performer(subject, medicine.by),
    });
    let days =
        [("start", from), ("end", to)].into_iter().filter_map(|(name, day)| Some((name.to_owned(), json!(day?.to_string()))));
    let period: serde_json::Map<String, Value> = days.collect();
    if !period.is_empty() {
        it["effectivePeriod"] = Value::Object(period);
    }
    if !medicine.dose.is_empty() {
        it["dosage"] = json!([{ "text": medicine.dose }]);
    }
    if !medicine.reason.is_empty() {
        it["reasonCode"] = json!([{ "text": medicine.reason }]);
    }
    it
}

/// A mistake that somebody reported as a FHIR R4 `Task` that the source of the entry is asked to do.
#[must_use]
pub fn report(subject: &Subject, reported: &Reported<'_>) -> Value {
    let status = match reported.state {
        State::ToSend => "draft",
        State::Sent | State::ByLetter => "requested",
        State::WithOrganisation => "received",
        State::Accepted => "accepted",
        State::Declined | State::HeardDeclined => "rejected",
        State::Corrected | State::HeardCorrected => "completed",
        State::Withdrawn => "cancelled",
    };
    let mut it = json!({
        "resourceType": "Task",
        "id": reported.id,
        "meta": meta(reported.version, reported.changed_at),
        "status": status,
        "businessStatus": { "text": reported.state.title() },
        "intent": "proposal",
        "code": { "coding": [{ "system": ORIGIN, "code": "mistake-reported" }], "text": "A mistake that was reported in an entry" },
        "description": reported.wrong,
        "for": reference(subject),
        "authoredOn": time(reported.reported_at),
        "lastModified": time(reported.changed_at),
        "requester": performer(subject, reported.by),
        "owner": { "display": reported.organisation },
    });
    if let Some((reference, title)) = &reported.about {
        it["focus"] = json!({ "reference": reference, "display": title });
    }
    let asked = [("What it should say", reported.should_say), ("Why they think so", reported.why)];
    let asked: Vec<Value> = asked
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(what, words)| json!({ "type": { "text": what }, "valueString": words }))
        .collect();
    if !asked.is_empty() {
        it["input"] = json!(asked);
    }
    let notes = reported.said.iter().filter(|(_, words, ..)| !words.is_empty()).map(|(_, words, name, at)| {
        let mut note = json!({ "time": time(*at), "text": words });
        if let Some(name) = name {
            note["authorString"] = json!(name);
        }
        note
    });
    let notes: Vec<Value> = notes.collect();
    if !notes.is_empty() {
        it["note"] = json!(notes);
    }
    it
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::profile::{Need, PhoneNumber};
    use std::collections::BTreeSet;

    fn at() -> DateTime<Utc> {
        "2026-11-04T08:01:00Z".parse().unwrap()
    }

    fn sam() -> Subject {
        Subject { nhs_number: Some("9990000018".to_owned()), name: "Sam Rivers".to_owned() }
    }

    #[test]
    fn what_somebody_says_of_themself_is_a_patient_beside_those_of_the_sources() {
        let number = |text: &str| PhoneNumber::parse(text).unwrap();
        let said = Said {
            id: "019a5f00-0000-7000-8000-000000000000".to_owned(),
            name: ("Rivers", &["Sam".to_owned()]),
            contact: ContactDetails {
                address: vec!["14 Mill Lane".to_owned(), "Otley".to_owned()],
                postcode: Some(domain::appointment::Postcode::parse("ls213aa").unwrap()),
                mobile: Some(number("07700 900123")),
                phone: Some(number("01632 960001")),
                email: "sam@example.org".to_owned(),
                preferred: Some(Way::Text),
            },
            people: vec![Contact {
                name: "Ann".to_owned(),
                relation: "daughter".to_owned(),
                phone: number("07700 900456"),
                next_of_kin: true,
            }],
            ethnicity: Some(Ethnicity::MixedOther),
            language: Some(Language::Polish),
            other_language: "",
            interpreter: true,
            version: 2,
            at: at(),
        };
        let it = patient(&sam(), &said);
        for (pointer, value) in [
            ("/meta/tag/0/code", json!("self-recorded")),
            ("/identifier/0/value", json!("9990000018")),
            ("/extension/0/valueCodeableConcept/coding/0/code", json!("G")),
            ("/extension/1/valueBoolean", json!(true)),
            ("/address/0/line/1", json!("Otley")),
            ("/address/0/postalCode", json!("LS21 3AA")),
            ("/telecom/1/system", json!("sms")),
            ("/telecom/1/rank", json!(1)),
            ("/communication/0/language/coding/0/code", json!("pl")),
            ("/contact/0/relationship/0/coding/0/code", json!("N")),
            ("/contact/0/relationship/0/text", json!("daughter")),
        ] {
            assert_eq!(it.pointer(pointer), Some(&value), "{pointer} {it}");
        }
    }

    #[test]
    fn a_need_is_a_flag_with_its_code_and_a_disability_a_condition() {
        let needs = Needs {
            chosen: BTreeSet::from([Need::Print24]),
            interpreter: Some(Language::Bsl),
            impairments: BTreeSet::from([Impairment::Hearing]),
            own_words: "A chair with arms".to_owned(),
            ..Needs::default()
        };
        let all = flags(&sam(), &needs, ("019a5f00-0000-7000-8000-000000000000", By::Carer, at()));
        let kinds: Vec<_> = all.iter().map(|one| one["resourceType"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["Flag", "Flag", "Flag", "Condition"]);
        let codes: Vec<_> = all.iter().map(|one| one.pointer("/code/coding/0/code").and_then(Value::as_str)).collect();
        assert_eq!(codes, [Some("957351000000102"), Some("204331000000107"), None, Some("2")]);
        let categories: Vec<_> = all.iter().filter_map(|one| one.pointer("/category/1/coding/0/code")).collect();
        assert_eq!(categories, ["004", "002", "011"]);
        assert_eq!(all[0].pointer("/author/type"), Some(&json!("RelatedPerson")));
        let unsaid = Needs { impairments: BTreeSet::from([Impairment::NotSaid]), ..Needs::default() };
        assert!(flags(&sam(), &unsaid, ("x", By::Person, at())).is_empty());
    }

    #[test]
    fn a_medicine_of_ones_own_says_that_the_person_said_so() {
        let one = OwnMedicine {
            id: "019a5f00-0000-7000-8000-000000000000",
            name: "Ibuprofen 200mg tablets",
            dose: "When my knee hurts",
            reason: "",
            days: (NaiveDate::from_ymd_opt(2026, 11, 3), None),
            by: By::Person,
            at: at(),
            version: 1,
        };
        let it = own_medicine(&sam(), &one);
        assert_eq!(it.pointer("/category/coding/0/code"), Some(&json!("patientspecified")));
        assert_eq!(it.pointer("/effectivePeriod"), Some(&json!({ "start": "2026-11-03" })));
        assert_eq!((it["status"].as_str(), it.get("reasonCode")), (Some("active"), None));
        let stopped = own_medicine(&sam(), &OwnMedicine { days: (None, NaiveDate::from_ymd_opt(2026, 11, 4)), ..one });
        assert_eq!(stopped["status"], "stopped");
    }

    #[test]
    fn a_note_says_whose_words_it_is_and_what_it_is_about() {
        let one = Note {
            id: "019a5f00-0000-7000-8000-000000000000".to_owned(),
            title: "",
            words: "It hurts less",
            day: NaiveDate::from_ymd_opt(2026, 11, 3).unwrap(),
            about: Some(("Condition/c1", "Gout")),
            shared: false,
            by: By::Person,
            at: at(),
            version: 1,
        };
        let it = note(&sam(), &one);
        assert_eq!(it.pointer("/payload/0/contentString"), Some(&json!("It hurts less")));
        assert_eq!(it.pointer("/about/0/reference"), Some(&json!("Condition/c1")));
        assert_eq!(it.pointer("/extension/0/valueCode"), Some(&json!("private")));
        assert_eq!(it.pointer("/sender/identifier/value"), Some(&json!("9990000018")));
        assert!(it.get("topic").is_none());
        assert_eq!(note(&sam(), &Note { title: "My knee", ..one })["topic"]["text"], "My knee");
    }

    #[test]
    fn a_mistake_that_was_reported_is_a_task_for_its_source() {
        let reported = Reported {
            id: "019a5f00-0000-7000-8000-000000000000".to_owned(),
            state: State::Declined,
            about: Some(("Condition/c1".to_owned(), "Asthma".to_owned())),
            organisation: "Riverside Surgery",
            wrong: "I never had it",
            should_say: "",
            why: "Another doctor said so",
            by: By::Person,
            reported_at: at(),
            changed_at: at(),
            version: 3,
            said: vec![
                (State::Sent, String::new(), None, at()),
                (State::Declined, "You had it in 2019".to_owned(), Some("Dr Shah".to_owned()), at()),
            ],
        };
        let it = report(&sam(), &reported);
        for (pointer, value) in [
            ("/status", json!("rejected")),
            ("/focus/reference", json!("Condition/c1")),
            ("/owner/display", json!("Riverside Surgery")),
            ("/description", json!("I never had it")),
            ("/input/0/valueString", json!("Another doctor said so")),
            ("/note/0/authorString", json!("Dr Shah")),
            ("/note/0/text", json!("You had it in 2019")),
        ] {
            assert_eq!(it.pointer(pointer), Some(&value), "{pointer}");
        }
        assert_eq!(it.pointer("/note/1"), None);
        assert_eq!(it.pointer("/input/1"), None);
        assert_eq!(report(&sam(), &Reported { state: State::ToSend, ..reported })["status"], "draft");
    }
}
