//! Relationships as FHIR `Consent`, changes of them, and what is wrong with a change, held against the published examples of
//! the Validated Relationships Service API 1.27 (`vrs/`: NHS England, MIT licence, written as JSON).

#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not as it must be")]

use chrono::{DateTime, NaiveDate, Utc};
use domain::relationship::{LegalBasis, Reason, Status};
use domain::scope::{Scope, Scopes};
use fhir::consent::{Change, Fault, LONGEST_TEXT, MOST_BYTES, Party, Relationship, done, outcome, parse, resource, searchset};
use proptest::prelude::*;
use serde_json::{Value, json};

fn published(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn numbered(number: &str) -> Party {
    Party { nhs_number: Some(number.to_owned()), ..Party::default() }
}

/// The relationship of the published example of two adults.
fn adults() -> Relationship {
    Relationship {
        id: "WWCC67T1".to_owned(),
        version: 3,
        status: Status::Active,
        reason: Some(Reason::RoleCreated),
        reason_text: None,
        legal_basis: LegalBasis::CourtDeputy,
        scopes: Scopes::NONE,
        patient: numbered("9000000005"),
        carer: numbered("9000000010"),
        organisation: Some("G8101234".to_owned()),
        starts_on: day("2025-02-11"),
        ends_on: Some(day("2026-02-11")),
        decided_on: None,
        asked_at: at("2024-07-21T17:32:28Z"),
        updated_at: at("2025-02-17T14:30:00Z"),
    }
}

/// Takes out what the published examples do not have.
fn without_ours(consent: &mut Value) {
    consent["meta"].as_object_mut().unwrap().remove("versionId").unwrap();
    consent["provision"]["actor"][0].as_object_mut().unwrap().remove("role").unwrap();
}

#[test]
fn a_consent_is_as_it_is_published() {
    let examples = published(include_str!("vrs/bundles.json"));
    let mut expected = examples["single-consenting-adult-relationship"]["entry"][0]["resource"].clone();
    // Written with capitals there, and otherwise in the table of displays.
    expected["policyRule"]["coding"][0]["display"] = json!("Court appointed personal welfare deputy");
    let mut made = resource(&adults());
    without_ours(&mut made);
    assert_eq!(made, expected);

    let expected = &examples["filtered-relationships-status-inactive"]["entry"][1]["resource"];
    let mut made = resource(&Relationship {
        id: "ABCD12B3".to_owned(),
        status: Status::Inactive,
        reason: Some(Reason::Other),
        reason_text: Some("Patient would not respond to phone calls".to_owned()),
        legal_basis: LegalBasis::ParentalResponsibility,
        patient: numbered("9000000007"),
        carer: numbered("9000000017"),
        ..adults()
    });
    without_ours(&mut made);
    assert_eq!(&made, expected);
}

#[test]
fn a_bundle_is_as_it_is_published() {
    let examples = published(include_str!("vrs/bundles.json"));
    let expected = &examples["filtered-relationships-status-inactive"];
    let found = [0, 1].map(|place| expected["entry"][place]["resource"].clone()).to_vec();
    let base = "https://api.service.nhs.uk/validated-relationships/FHIR/R4/Consent";
    let mut made = searchset(base, "status=inactive", found, at("2026-01-16T14:00:00Z"));
    assert_eq!(made["link"][0]["url"], json!(format!("{base}?status=inactive")));
    made["link"] = expected["link"].clone();
    made["timestamp"] = json!("2026-01-16T14:00:00+00:00");
    assert_eq!(&made, expected);
    let nothing = searchset(base, "", Vec::new(), at("2026-01-16T14:00:00Z"));
    assert_eq!((&nothing["total"], &nothing["entry"]), (&json!(0), &json!([])));
}

#[test]
fn what_a_reader_is_not_told_is_not_there() {
    let made = resource(&Relationship {
        reason: None,
        organisation: None,
        ends_on: None,
        scopes: [Scope::Tests, Scope::Readings].into_iter().collect(),
        patient: Party { id: Some("019a5f00-0000-7000-8000-000000000001".to_owned()), ..Party::default() },
        carer: Party { name: Some("Ada Stone".to_owned()), ..Party::default() },
        decided_on: Some(day("2025-02-11")),
        ..adults()
    });
    assert!(made.get("extension").is_none() && made["provision"]["period"].get("end").is_none());
    assert_eq!(made["patient"]["identifier"]["value"], "urn:uuid:019a5f00-0000-7000-8000-000000000001");
    assert_eq!(made["performer"], json!([{ "display": "Ada Stone" }]));
    assert_eq!(made["verification"], json!([{ "verified": true, "verificationDate": "2025-02-11" }]));
    let codes = made["provision"]["code"].as_array().unwrap();
    assert_eq!(codes[0]["coding"][0]["code"], "TEST");
    assert_eq!(codes[1], json!({ "text": "see and add readings taken at home" }));
}

#[test]
fn every_fault_that_is_published_is_answered_as_published() {
    let examples = published(include_str!("vrs/outcomes.json"));
    let mut seen = 0;
    for (name, expected) in examples.as_object().unwrap() {
        if name.ends_with("success") {
            assert_eq!(&done(), expected);
            continue;
        }
        let code = expected["issue"][0]["details"]["coding"][0]["code"].as_str().unwrap();
        // Whoever decides is known from the sign-in, so that a grantor may be left out.
        if code == "MISSING_GRANTOR" {
            continue;
        }
        let fault = Fault::ALL.into_iter().find(|fault| fault.code() == code).unwrap_or_else(|| panic!("no {code}"));
        // What that service says of its tokens is said here of sign-ins.
        let said = (fault == Fault::AccessDenied).then_some("Missing or invalid OAuth 2.0 bearer token in request");
        assert_eq!(&outcome(fault, said), expected, "{name}");
        seen += 1;
    }
    assert_eq!(seen, 17);
}

#[test]
fn the_published_changes_are_read() {
    let examples = published(include_str!("vrs/patches.json"));
    let read = |name: &str| parse(examples[name].to_string().as_bytes());
    let last = Some(Some(day("2026-12-31")));
    let status = Change { status: Some(Status::Inactive), reason: Some(Reason::RoleCreated), ..Change::default() };
    assert_eq!(read("replace_status"), Ok(status));
    assert_eq!(read("replace_provision_end_date"), Ok(Change { ends_on: last, ..Change::default() }));
    let several =
        Change { status: Some(Status::Active), reason: Some(Reason::RoleActivated), ends_on: last, ..Change::default() };
    assert_eq!(read("multiple_updates"), Ok(several));
    // On what law somebody acts is not changed here.
    assert_eq!(read("replace_policy_rule"), Err(Fault::PatchPath));
}

fn because(code: &str) -> Value {
    json!({
        "url": "https://fhir.nhs.uk/England/StructureDefinition/Extension-England-Consent-Status-Reason",
        "valueCodeableConcept": { "coding": [{
            "system": "https://fhir.nhs.uk/England/CodeSystem/England-ConsentStatusReason", "code": code,
        }] },
    })
}

fn granted_by(reference: Value) -> Value {
    let mut extension = json!({ "url": "https://hl7.org/fhir/5.0/StructureDefinition/extension-Consent.grantor" });
    if !reference.is_null() {
        extension["valueReference"] = reference;
    }
    extension
}

#[test]
fn what_is_wrong_with_a_change_is_told_by_its_code() {
    let status = |value: Value| json!({ "op": "replace", "path": "/status", "value": value });
    let add = |value: Value| json!({ "op": "add", "path": "/extension/-", "value": value });
    let end = |value: Value| json!({ "op": "add", "path": "/provision/period/end", "value": value });
    let ods = "https://fhir.nhs.uk/Id/ods-organization-code";
    let mut long = because("OTHER");
    long["valueCodeableConcept"]["text"] = json!("x".repeat(LONGEST_TEXT + 1));
    let mut elsewhere = because("OTHER");
    elsewhere["valueCodeableConcept"]["coding"][0]["system"] = json!("https://example.org");
    let table = [
        (json!([]), Fault::PatchFormat),
        (json!({}), Fault::PatchFormat),
        (json!([["replace", "/status", "active"]]), Fault::PatchFormat),
        (json!([{ "op": "replace", "path": "/status" }]), Fault::PatchFormat),
        (json!([{ "op": "replace", "path": "/status", "value": null }]), Fault::PatchFormat),
        (json!([{ "op": "test", "path": "/status", "value": "active" }]), Fault::PatchFormat),
        (json!([{ "op": "move", "path": "/status", "from": "/id" }]), Fault::PatchFormat),
        (json!([{ "op": "replace", "path": "/patient", "value": "x" }]), Fault::PatchPath),
        (json!([{ "op": "remove", "path": "/status" }]), Fault::PatchPath),
        (json!([{ "op": "replace", "path": "/extension/-", "value": [] }]), Fault::PatchPath),
        (json!([status(json!("no-such")), add(json!([because("ROLE_CREATED")]))]), Fault::StatusCode),
        (json!([status(json!(7))]), Fault::StatusCode),
        (json!([status(json!("active"))]), Fault::StateTransition),
        (json!([status(json!("active")), status(json!("inactive"))]), Fault::DuplicatePatches),
        (json!([add(json!([because("NO_SUCH")]))]), Fault::StatusReason),
        (json!([add(json!([elsewhere]))]), Fault::StatusReason),
        (json!([add(json!([long]))]), Fault::StatusReason),
        (json!([add(json!([because("OTHER"), because("OTHER")]))]), Fault::DuplicatePatches),
        (json!([add(json!([]))]), Fault::PatchFormat),
        (json!([add(json!("x"))]), Fault::PatchFormat),
        (json!([add(json!({ "url": "https://example.org" }))]), Fault::Extension),
        (json!([end(json!("2026"))]), Fault::EndDate),
        (json!([end(json!("2026-02-30"))]), Fault::EndDate),
        (json!([end(json!("soon"))]), Fault::EndDate),
        (json!([add(granted_by(Value::Null))]), Fault::GrantorReference),
        (json!([add(granted_by(json!({})))]), Fault::GrantorIdentifier),
        (json!([add(granted_by(json!({ "identifier": { "value": "A1" } })))]), Fault::GrantorSystem),
        (json!([add(granted_by(json!({ "identifier": { "system": ods, "value": " " } })))]), Fault::GrantorValue),
    ];
    for (patch, fault) in table {
        assert_eq!(parse(patch.to_string().as_bytes()), Err(fault), "{patch}");
    }
    for text in ["", "[", "null", "x", "[{\"op\":\"add\",\"op\":\"add\",\"path\":\"/status\",\"value\":\"active\"}]"] {
        assert_eq!(parse(text.as_bytes()), Err(Fault::PatchFormat), "{text}");
    }
}

#[test]
fn a_change_beyond_the_limits_is_refused() {
    let text = format!("[{}]", " ".repeat(MOST_BYTES));
    assert_eq!(parse(text.as_bytes()), Err(Fault::TooLarge));
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(parse(nested(30_000).as_bytes()), Err(Fault::PatchFormat));
    let many = json!(vec![json!({ "op": "remove", "path": "/provision/period/end" }); 9]);
    assert_eq!(parse(many.to_string().as_bytes()), Err(Fault::PatchFormat));
    let wide = format!("[{{\"op\":\"add\",\"path\":\"/extension/-\",\"value\":[{}]}}]", "{},".repeat(2000));
    assert_eq!(parse(wide.as_bytes()), Err(Fault::PatchFormat));
}

#[test]
fn an_end_is_the_day_that_is_written() {
    for (text, read) in [
        ("2026-06-30", "2026-06-30"),
        ("2026-06-30T23:59:59Z", "2026-06-30"),
        ("2026-06-30T23:59:59+01:00", "2026-06-30"),
        ("2026-12-31T00:00:00.000Z", "2026-12-31"),
    ] {
        let patch = json!([{ "op": "add", "path": "/provision/period/end", "value": text }]);
        assert_eq!(parse(patch.to_string().as_bytes()).unwrap().ends_on, Some(Some(day(read))), "{text}");
    }
    let none = json!([{ "op": "remove", "path": "/provision/period/end" }]);
    assert_eq!(parse(none.to_string().as_bytes()).unwrap().ends_on, Some(None));
}

/// A change as somebody would send it.
fn written(change: &Change) -> Value {
    let mut operations = Vec::new();
    let mut extensions = Vec::new();
    if let Some(status) = change.status {
        operations.push(json!({ "op": "replace", "path": "/status", "value": status.code() }));
    }
    if let Some(reason) = change.reason {
        let mut extension = because(reason.code());
        if let Some(text) = &change.text {
            extension["valueCodeableConcept"]["text"] = json!(text);
        }
        extensions.push(extension);
    }
    if let Some(code) = &change.grantor {
        let system = "https://fhir.nhs.uk/Id/ods-organization-code";
        extensions.push(granted_by(json!({ "identifier": { "system": system, "value": code } })));
    }
    if !extensions.is_empty() {
        operations.push(json!({ "op": "add", "path": "/extension/-", "value": extensions }));
    }
    match change.ends_on {
        Some(Some(last)) => {
            operations.push(json!({ "op": "add", "path": "/provision/period/end", "value": last.to_string() }));
        }
        Some(None) => operations.push(json!({ "op": "remove", "path": "/provision/period/end" })),
        None => {}
    }
    Value::Array(operations)
}

fn changes() -> impl Strategy<Value = Change> {
    let text = proptest::option::of("[a-zA-Z0-9 ,.'\u{e9}\u{5d0}]{0,60}[a-z]");
    let ends_on = proptest::option::of(proptest::option::of(0_i32..20_000));
    let picked = (proptest::option::of(0..Status::ALL.len()), 0..Reason::ALL.len(), text, ends_on, any::<bool>());
    picked.prop_map(|(status, reason, text, ends_on, granted)| Change {
        status: status.map(|place| Status::ALL[place]),
        reason: Some(Reason::ALL[reason]),
        text: text.map(|text| text.trim().to_owned()),
        ends_on: ends_on.map(|last| last.map(|days| day("2000-01-01") + chrono::Days::new(u64::try_from(days).unwrap()))),
        grantor: granted.then(|| "A81001".to_owned()),
    })
}

proptest! {
    #[test]
    fn a_change_reads_as_it_was_written(change in changes()) {
        prop_assert_eq!(parse(written(&change).to_string().as_bytes()), Ok(change));
    }

    #[test]
    fn whatever_is_sent_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn whatever_is_made_of_a_change_is_read_or_refused(
        change in changes(), at in 0..600_usize, with in "[\\[\\]{}\",:a-z0-9\\\\]{0,3}"
    ) {
        let mut text = written(&change).to_string();
        let cut = at.min(text.len());
        if text.is_char_boundary(cut) {
            text.insert_str(cut, &with);
        }
        let _ = parse(text.as_bytes());
    }
}
