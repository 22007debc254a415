use super::*;
use crate::Package;
use crate::map::Names;
use proptest::prelude::*;
use serde_json::{Value, json};

const CDA: &str = include_str!("../../tests/documents/discharge.xml");

fn package(resources: &[Value]) -> Package {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string();
    crate::read(std::io::Cursor::new(bundle.into_bytes()), &crate::Limits::default()).unwrap()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.encode(bytes)
}

fn letter(content: Value) -> Value {
    json!({ "resourceType": "DocumentReference", "id": "d1", "status": "current", "content": [{ "attachment": content }] })
}

#[test]
fn a_file_is_what_it_holds() {
    use DocumentKind::{Cda, Html, Image, Other, Pdf, Rtf, Scan, Text};
    let cases: [(&[u8], Option<&str>, DocumentKind); 21] = [
        (b"%PDF-1.7\n", Some("text/html"), Pdf),
        (b"\x89PNG\r\n\x1a\n", None, Image),
        (b"\xff\xd8\xff\xe0", Some("application/pdf"), Image),
        (b"{\\rtf1 x}", Some("text/plain"), Rtf),
        (b"Dear Sir", Some("text/plain"), Text),
        (b"Dear Sir", None, Text),
        (b"<html><p>x", Some("text/html; charset=utf-8"), Html),
        (b"<!DOCTYPE html><p>x", None, Html),
        // What says that it is a PDF and is a page is not shown as one.
        (b"<html><script>", Some("application/pdf"), Other),
        (b"PK\x03\x04\0\0", Some("application/zip"), Other),
        (b"GIF89a\0", Some("image/gif"), Image),
        (b"BM\x36\x04\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Some("image/bmp"), Image),
        (b"BMI 27.1, blood pressure 120/80", Some("text/plain"), Text),
        (b"BMI 27.1, blood pressure 120/80", None, Text),
        (b"II*\0\x08\0\0\0", Some("image/tiff"), Scan),
        (b"MM\0*\0\0\0\x08", None, Scan),
        (b"II+\0\x08\0\0\0", Some("application/octet-stream"), Scan),
        (b"II* see below", None, Text),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Some("image/svg+xml"), Other),
        (b"{\"a\":1}", Some("application/json"), Other),
        (CDA.as_bytes(), Some("application/hl7-cda+xml"), Cda),
    ];
    for (bytes, content_type, kind) in cases {
        assert_eq!(kind_of(bytes, content_type), kind, "{content_type:?} {:?}", bytes.get(..5));
    }
}

#[test]
fn a_discharge_summary_is_laid_out_by_its_headings() {
    let shown = show(DocumentKind::Cda, CDA.as_bytes(), None, "Letter").unwrap();
    let discharge = shown.discharge.unwrap();
    let titles: Vec<_> = shown.sections.iter().filter_map(|section| section.title.as_deref()).collect();
    assert_eq!(titles[..3], ["Information and advice given", "Plan and requested actions", "Medications and medical devices"]);
    let changes: Vec<_> =
        discharge.changes.iter().map(|change| (change.became, change.says.as_str(), change.why.as_deref())).collect();
    assert_eq!(changes[0].0, Became::Started);
    assert!(changes.iter().any(|(became, says, why)| *became == Became::Stopped && says.starts_with("Aspirin") && why.is_some()));
    assert!(changes.iter().all(|(_, says, _)| !says.starts_with("Metformin")));
    assert!(shown.facts.iter().any(|fact| fact.label == "This document is about"));
    let (text, words) = text_of(DocumentKind::Cda, CDA.as_bytes(), None, &mut || true);
    assert_eq!(words, DocumentWords::Read);
    assert!(text.unwrap().contains("Atrial fibrillation"));
}

#[test]
fn a_letter_in_plain_text_with_headings_is_laid_out_too() {
    let text = "DISCHARGE SUMMARY\n\nDiagnoses:\nAtrial fibrillation\n\nMedicines:\nSTARTED: apixaban 5 mg\nMetformin 1 g\n\nActions for patient:\nBook a blood test";
    let shown = show(DocumentKind::Text, text.as_bytes(), Some("text/plain"), "Discharge summary").unwrap();
    let titles: Vec<_> = shown.sections.iter().filter_map(|section| section.title.as_deref()).collect();
    assert_eq!(titles, ["Actions for patient", "Medicines", "Diagnoses"]);
    assert_eq!(shown.discharge.unwrap().changes[0].says, "STARTED: apixaban 5 mg");
    // An ordinary letter stays in its order.
    let shown = plain("Dear Dr Larkspur\n\nPlan:\nSee again in a year", "Clinic letter");
    assert!(shown.discharge.is_none());
    assert_eq!(shown.text(), "Dear Dr Larkspur\nPlan\nSee again in a year\n");
}

#[test]
fn files_come_from_the_resource_or_a_binary_beside_it_and_from_nowhere_else() {
    let binary = json!({ "resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": base64(b"Hello") });
    let mut secret = binary.clone();
    (secret["id"], secret["meta"]) = ("b2".into(), json!({ "security": [{ "code": "NOPAT" }] }));
    let find = |content: Value| {
        let package = package(&[letter(content), binary.clone(), secret.clone()]);
        let names = Names::of(&package);
        attached(&package.resources[0], &names)
    };
    let inline = find(json!({ "title": "A letter", "contentType": "text/plain", "data": base64(b"Hi") }));
    assert_eq!((inline[0].title.as_deref(), inline[0].bytes.as_deref()), (Some("A letter"), Ok(&b"Hi"[..])));
    let beside = find(json!({ "url": "Binary/b1" }));
    assert_eq!((beside[0].binary.as_deref(), beside[0].content_type.as_deref()), (Some("b1"), Some("text/plain")));
    assert_eq!(beside[0].bytes.as_deref(), Ok(&b"Hello"[..]));
    let message = json!({ "resourceType": "Communication", "id": "m1", "status": "completed",
        "payload": [{ "contentString": "Hi" }, { "contentAttachment": { "url": "Binary/b1" } }, { "contentAttachment": { "url": "Binary/b2" } }] });
    let with_message = package(&[message, binary.clone(), secret.clone()]);
    let sent = attached(&with_message.resources[0], &Names::of(&with_message));
    assert_eq!(sent.iter().map(|file| file.bytes.as_deref()).collect::<Vec<_>>(), [Ok(&b"Hello"[..])]);
    assert_eq!(find(json!({ "url": "https://elsewhere.example/x.pdf" }))[0].bytes, Err(Fault::NotSent));
    assert_eq!(find(json!({ "data": "%%%" }))[0].bytes, Err(Fault::Damaged));
    assert_eq!(find(json!({ "url": "Binary/b2" })), []);
    let report = json!({ "resourceType": "DiagnosticReport", "id": "r1", "presentedForm": [{ "data": base64(b"x") }] });
    let package = package(&[report]);
    assert_eq!(attached(&package.resources[0], &Names::of(&package)).len(), 1);
}

#[test]
fn a_clinical_document_that_is_not_for_the_person_withholds_its_entry() {
    let marked = CDA.replace("<confidentialityCode code=\"N\"", "<confidentialityCode code=\"V\"");
    let release = |text: &str| {
        let content = json!({ "contentType": "application/hl7-cda+xml", "data": base64(text.as_bytes()) });
        let package = package(&[letter(content)]);
        crate::map::entry(&package.resources[0], &Names::of(&package)).unwrap().unwrap().release
    };
    assert_eq!(release(CDA), domain::record::Release::Released);
    assert_eq!(release(&marked), domain::record::Release::Withheld);
}

#[test]
fn a_composition_shows_its_sections_and_not_those_that_are_closed() {
    let section = |title: &str, code: &str, text: &str, entry: Option<&str>| {
        json!({
            "title": title,
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": code }] },
            "text": { "status": "generated", "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{text}</div>") },
            "entry": entry.map(|reference| vec![json!({ "reference": reference })]),
        })
    };
    let composition = json!({
        "resourceType": "Composition", "id": "c1", "status": "final", "title": "Discharge summary",
        "type": { "coding": [{ "code": "373942005" }] },
        "section": [
            section("Diagnoses", "887161000000102", "<p onclick='x()'>Depression</p>", Some("Condition/c9")),
            section("Plan and requested actions", "887201000000105", "<ul><li>See your GP</li></ul>", None),
        ],
    });
    let condition = json!({ "resourceType": "Condition", "id": "c9" });
    let package = package(&[composition, condition]);
    let own = super::composition(&package.resources[0], &Names::of(&package)).unwrap();
    assert_eq!(own.text(), "Plan and requested actions\nSee your GP\nDiagnoses\nDepression\n");
    assert!(own.discharge.is_some());
    let names = Names::open_among(&package.resources, |one| one.id != "c9");
    let other = super::composition(&package.resources[0], &names).unwrap();
    assert_eq!(other.text(), "Plan and requested actions\nSee your GP\n");
}

proptest! {
    #[test]
    fn any_bytes_are_shown_or_not(bytes in prop::collection::vec(any::<u8>(), 0..300), content_type in "(text/plain|text/html|text/xml|application/pdf|)(; charset=[a-z0-9-]{0,12})?") {
        let kind = kind_of(&bytes, Some(&content_type));
        if let Some(shown) = show(kind, &bytes, Some(&content_type), "Letter") {
            // Whatever was markup is words or gone.
            prop_assert!(shown.text().len() <= 4 * bytes.len() + 200);
        }
        let _ = text_of(kind, &bytes, Some(&content_type), &mut || true);
    }
}
