//! What each fuzz target of this crate and of `domain` does, over what is kept and changes of it; and that every target of any crate is
//! called so.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]

#[path = "../../testkit/shared/changed.rs"]
mod changed;
#[path = "../fuzz/bodies/consent.rs"]
mod consent;
#[path = "../fuzz/bodies/document.rs"]
mod document;
#[path = "../fuzz/bodies/entry.rs"]
mod entry;
#[path = "../../domain/fuzz/bodies/questionnaire.rs"]
mod filled_in;
#[path = "../fuzz/bodies/observation.rs"]
mod observation;
#[path = "../fuzz/bodies/prescription_status.rs"]
mod prescription_status;
#[path = "../fuzz/bodies/questionnaire.rs"]
mod questionnaire;
#[path = "../fuzz/bodies/read.rs"]
mod read;
#[path = "../../domain/fuzz/bodies/texted.rs"]
mod texted;

use changed::over;
use std::fs;
use std::path::{Path, PathBuf};

const PRESSURE: &[u8] = br#"{"resourceType":"Observation","id":"1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"identifier":[{"system":"urn:cuff","value":"17"}],"effectiveDateTime":"2023-11-29T08:00:00Z","bodySite":{"coding":[{"system":"http://snomed.info/sct","code":"368208006"}]},"component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":142,"system":"http://unitsofmeasure.org","code":"mm[Hg]"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":88,"system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}"#;
const SUGAR: &[u8] = br#"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14743-9"}]},"effectiveDateTime":"2023-11-29T08:00:00Z","valueQuantity":{"value":7.2,"system":"http://unitsofmeasure.org","code":"mmol/L"},"component":[{"code":{"coding":[{"system":"http://snomed.info/sct","code":"309602000"}]},"valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"307165006"}]}}]}"#;
const CONDITION: &[u8] = br#"{"resourceType":"Condition","id":"2","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"195967001","display":"Asthma"}]},"subject":{"reference":"Patient/1"},"onsetDateTime":"2001-05"}"#;
const MEDICINE: &[u8] = br#"{"resourceType":"MedicationRequest","id":"3","status":"active","intent":"plan","medicationCodeableConcept":{"text":"Ramipril 5 mg"},"authoredOn":"2023-01-02","dosageInstruction":[{"text":"One a day"}]}"#;
const TASKS: &[u8] = br#"{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Task","id":"4d70678c-81e4-4ff4-8c67-17596fd0aa46","status":"in-progress","intent":"order","basedOn":[{"identifier":{"system":"https://fhir.nhs.uk/Id/prescription-order-number","value":"07A66F-A83008-1EEEA0"}}],"businessStatus":{"coding":[{"system":"https://fhir.nhs.uk/CodeSystem/task-businessStatus-nppt","code":"Ready to collect"}]},"focus":{"identifier":{"system":"https://fhir.nhs.uk/Id/prescription-order-item-number","value":"6989b7bd-8db6-428c-a593-4022e3044c00"}},"for":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9449304130"}},"lastModified":"2023-09-11T10:11:12Z","owner":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"C9Z1O"}}},"request":{"method":"POST","url":"Task"}}]}"#;
const PATCH: &[u8] = br#"[{"op":"replace","path":"/status","value":"inactive"}]"#;
const ASKED: [&[u8]; 5] = [
    include_bytes!("../../service/src/questionnaires/files/phq-9.json"),
    include_bytes!("../../service/src/questionnaires/files/gad-7.json"),
    include_bytes!("../../service/src/questionnaires/files/audit-c.json"),
    include_bytes!("../../service/src/questionnaires/files/carer-strain.json"),
    include_bytes!("../../service/src/questionnaires/files/falls-risk.json"),
];

#[test]
fn a_change_of_a_consent() {
    over(&[PATCH, include_bytes!("vrs/patches.json")], 2000, consent::run);
}

#[test]
fn a_letter_or_a_scan() {
    let summary = [&b"\x02"[..], include_bytes!("documents/discharge.xml")].concat();
    let kept: [&[u8]; 5] = [
        summary.as_slice(),
        b"\x00Dear Dr \xcf\xf0\n\n- one\n- two",
        b"\x01<html><body><h1>Letter</h1><p>Dear &amp; <table><tr><td>1</table>",
        b"\x04{\\rtf1\\ansi\\deff0 {\\b Letter}\\par \\u8217? \\'e9}",
        b"\x03%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    ];
    over(&kept, 200, document::run);
}

#[test]
fn a_resource_of_a_record() {
    over(&[PRESSURE, SUGAR, CONDITION, MEDICINE], 1500, entry::run);
}

#[test]
fn an_observation_of_a_device() {
    over(&[PRESSURE, SUGAR], 2000, observation::run);
}

#[test]
fn where_prescriptions_stand() {
    over(&[TASKS], 2000, prescription_status::run);
}

#[test]
fn a_file_of_a_questionnaire() {
    over(&ASKED, 400, questionnaire::run);
}

#[test]
fn answers_to_a_questionnaire() {
    over(&[b"0\n1\n2\n3\n0\n1\n2\n3\n0\n1", b"3\tmy own\nno\n\nyes\n2.5"], 1000, filled_in::run);
}

#[test]
fn a_file_of_a_record() {
    let head = &b"{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":"[..];
    let bundle = [head, PRESSURE, b"}]}"].concat();
    let lines = [PRESSURE, b"\n", CONDITION].concat();
    over(&[bundle.as_slice(), lines.as_slice(), MEDICINE], 1000, read::run);
}

#[test]
fn a_text_message() {
    let kept: [&[u8]; 5] =
        [b"BP 142/88", b"sugar 7.2 before tea", b"wieght 12st 4, steps 8000", b"bp 88 over 142 pulse 70 at rest", b"STOP"];
    over(&kept, 1500, texted::run);
}

fn within(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// Whether a file of tests takes in what is at this path, and calls it.
fn calls(tests: &str, path: &str) -> bool {
    let Some((_, after)) = tests.split_once(&format!("#[path = \"{path}\"]\nmod ")) else { return false };
    let Some((module, _)) = after.split_once(';') else { return false };
    after.contains(&format!("{module}::run"))
}

#[test]
fn what_every_fuzz_target_does_is_called_by_a_test() {
    let crates = within(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
    let tests: Vec<(String, String)> =
        crates.iter().filter_map(|place| Some((name(place), fs::read_to_string(place.join("tests/fuzzed.rs")).ok()?))).collect();
    let mut targets = 0;
    for place in crates.iter().filter(|place| place.join("fuzz").is_dir()) {
        let (of, listed) = (name(place), fs::read_to_string(place.join("fuzz/Cargo.toml")).unwrap());
        for target in within(&place.join("fuzz/fuzz_targets")) {
            let (target, text) = (name(&target), fs::read_to_string(&target).unwrap());
            assert!(listed.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{of}: {target} is built");
            assert!(text.contains(&format!("#[path = \"../bodies/{target}.rs\"]")), "{of}: {target} is a function of its own");
            assert!(text.contains("|bytes: &[u8]| body::run(bytes)"), "{of}: {target} does nothing else");
            let called = tests.iter().any(|(by, tests)| {
                let from = if *by == of { "..".to_owned() } else { format!("../../{of}") };
                calls(tests, &format!("{from}/fuzz/bodies/{target}.rs"))
            });
            assert!(called, "no test calls what the fuzz target {target} of {of} does");
            targets += 1;
        }
    }
    assert_eq!(targets, 18, "every target was looked at");
}
