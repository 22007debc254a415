//! Files made to do harm, sent to every place that takes files: photos of readings, imports of readings, and what comes with a record.
//! Each is made here, byte by byte.

use crate::common::{Answer, Browser, TestApp};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::access::{Actor, Assurance};
use domain::reading::Measure;
use domain::{AccountId, PersonId};
use flate2::Compression;
use flate2::Crc;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};
use service::{Expected, ImportRequest, OrganisationKind};
use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::path::Path;
use testkit::Place;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const SAM: &str = "sam@example.org";

/// What would run where a browser took any of these for a page.
const SCRIPT: &str = "<script>alert(1)</script>";

/// A part of a PNG (PNG, section 5.3).
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(data);
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes()[..], kind, data, &sum.sum().to_be_bytes()].concat()
}

/// A PNG that says that it is so large, in grey, with these bytes for its lines and this beside them.
fn png((width, height): (u32, u32), lines: &[u8], beside: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(lines).unwrap();
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let mut all = b"\x89PNG\r\n\x1a\n".to_vec();
    all.extend(chunk(b"IHDR", &head));
    if !beside.is_empty() {
        all.extend(chunk(b"tEXt", beside));
    }
    all.extend(chunk(b"IDAT", &packed.finish().unwrap()));
    all.extend(chunk(b"IEND", b""));
    all
}

/// A point of grey.
fn point(beside: &[u8]) -> Vec<u8> {
    png((1, 1), &[0, 200], beside)
}

/// A PNG of one point with a script in its words and a page behind its end.
fn png_and_page() -> Vec<u8> {
    [point(format!("Comment\0{SCRIPT}").as_bytes()), format!("<html><body>{SCRIPT}</body></html>").into_bytes()].concat()
}

/// The same as a JPEG, made of one that is whole: a comment (JPEG, B.2.4.5) and a page behind its end.
fn jpeg_and_page(whole: &[u8]) -> Vec<u8> {
    let words = format!("*/=1;{SCRIPT}");
    let length = u16::try_from(words.len() + 2).unwrap();
    let mut all = whole[..2].to_vec();
    all.extend([0xff, 0xfe]);
    all.extend(length.to_be_bytes());
    all.extend(words.as_bytes());
    all.extend(&whole[2..]);
    all.extend(format!("<html>{SCRIPT}</html>").as_bytes());
    all
}

/// A PDF that would run a script and start a program when it is opened, with a page before its first line.
fn pdf_that_runs() -> Vec<u8> {
    let content = "BT /F1 12 Tf 72 700 Td (Your letter) Tj ET";
    let length = content.len();
    format!(
        "<html>{SCRIPT}</html>\n%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>\
         /AA<</WC<</S/Launch/F(cmd.exe)>>>>/Names<</EmbeddedFiles<</Names[(x.exe)6 0 R]>>>>>>\nendobj\n\
         2 0 obj\n<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/Annots[<</Subtype/Link/A<</S/URI/URI(javascript:alert\\(1\\))>>>>]>>\nendobj\n\
         4 0 obj\n<</Length {length}>>\nstream\n{content}\nendstream\nendobj\n\
         5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n\
         6 0 obj\n<</Type/Filespec/F(x.exe)>>\nendobj\ntrailer\n<</Root 1 0 R/Size 7>>\nstartxref\n0\n%%EOF\n"
    )
    .into_bytes()
}

/// A TIFF whose only page says that the next page is itself (TIFF 6.0, section 2).
fn tiff_in_a_circle() -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    let tags = [(256_u16, 8_u32), (257, 8), (258, 8), (259, 1), (262, 1), (273, 110), (278, 8), (279, 64)];
    bytes.extend(8_u16.to_le_bytes());
    for (tag, value) in tags {
        bytes.extend(tag.to_le_bytes());
        let kind: u16 = if matches!(tag, 273 | 279) { 4 } else { 3 };
        bytes.extend(kind.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(8_u32.to_le_bytes());
    bytes.extend([200_u8; 64]);
    bytes
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Little that unpacks to much: 8 MB in a zip of some kilobytes, and that again in another.
fn zip_bomb() -> Vec<u8> {
    let much = [b"<HealthData>".to_vec(), vec![b' '; 8 << 20]].concat();
    let inner = zipped(&[("apple_health_export/export.xml", &much)]);
    assert!(inner.len() < 100_000, "{}", inner.len());
    zipped(&[("apple_health_export/export.xml", &much), ("inner.zip", &inner), ("../../../etc/cron.d/x", b"* * * * * root id")])
}

/// What is no picture that a photo is, each with what it is called and said to be.
fn no_photos() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    vec![
        ("a.gif", "image/gif", format!("GIF89a/*\x01\x00\x01\x00*/=1;alert(1);{SCRIPT}").into_bytes()),
        (
            "a.svg",
            "image/svg+xml",
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\">{SCRIPT}</svg>").into_bytes(),
        ),
        ("a.jpg", "image/jpeg", format!("<!doctype html><html>{SCRIPT}</html>").into_bytes()),
        ("a.jpg", "image/jpeg", pdf_that_runs()),
        ("a.jpg", "image/jpeg", zip_bomb()),
        ("a.tif", "image/tiff", tiff_in_a_circle()),
        ("../../a.php", "application/x-php", b"<?php system($_GET['x']); ?>".to_vec()),
        ("a.xml", "text/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>".to_vec()),
    ]
}

/// Pictures that say that they are larger than any camera's.
fn floods() -> Vec<Vec<u8>> {
    vec![png((60_000, 60_000), &[0; 64], b""), png((15_000, 15_000), &[0; 64], b""), png((u32::MAX >> 1, 1), &[0; 64], b"")]
}

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// Sends a form with a file in this field, as a browser does.
async fn post(browser: &mut Browser, at: &str, fields: &[(&str, &str)], file: (&str, &str, &str, &[u8])) -> Answer {
    let (field, name, kind, bytes) = file;
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--b7e1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    body.extend(format!("--b7e1\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n").into_bytes());
    body.extend(format!("Content-Type: {kind}\r\n\r\n").into_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--b7e1--\r\n");
    let request = Request::post(at)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b7e1");
    browser.send(request, Body::from(body)).await
}

fn head<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

async fn sam(app: &TestApp) -> (Browser, AccountId, PersonId) {
    let person = app.person("999 000 0018", "Rivers", "Asthma").await;
    let account = app.account(SAM, Some(person)).await;
    (app.signed_in(SAM).await, account, person)
}

/// A letter with these files, each of a kind and its bytes.
fn letter(title: &str, files: &[(&str, Vec<u8>)]) -> Value {
    let content: Vec<Value> = files
        .iter()
        .map(|(kind, bytes)| json!({ "attachment": { "contentType": kind, "data": BASE64_STANDARD.encode(bytes) } }))
        .collect();
    json!({
        "resourceType": "DocumentReference", "id": "d1", "status": "current", "subject": { "reference": "Patient/p9990000018" },
        "type": { "text": "Clinic letter" }, "description": title, "date": "2026-11-03T10:00:00Z", "content": content,
    })
}

/// Files of `app` that read a form's files, which this file sends to.
const READ_FILES: [&str; 2] = ["api/intake.rs", "api/photos.rs"];

#[test]
fn nothing_reads_files_of_forms_but_what_is_tried_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src");
    let (mut folders, mut found) = (vec![root.clone()], BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read_to_string(&path).is_ok_and(|text| text.contains("Multipart")) {
                found.insert(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(found, BTreeSet::from(READ_FILES.map(str::to_owned)));
}

testkit::both_engines! {
    async fn what_is_no_photo_is_refused_and_of_a_photo_only_the_picture_is_kept(place: &Place) {
        let app = TestApp::over(place);
        let (mut sam, account, person) = sam(&app).await;
        let form = sam.get("/readings/symptoms/new").await;
        let fields = [("submission", &*hidden(&form, "submission")), ("value", "3"), ("note", "A rash")];
        let reading = sam.post("/readings/symptoms/new", &fields).await.location().to_owned();
        let (at, new) = (format!("{reading}/photo"), "/readings/weight/new");
        let unfit: Vec<_> = no_photos().into_iter().map(|(name, kind, bytes)| (name, kind, bytes, "Choose a photo")).collect();
        let large = floods().into_iter().map(|bytes| ("a.png", "image/png", bytes, "too many pixels"));
        for (name, kind, bytes, words) in unfit.into_iter().chain(large) {
            for place in [at.as_str(), new] {
                let form = sam.get(place).await;
                let (whose, submission) = (hidden(&form, "whose"), hidden(&form, "submission"));
                let fields = [("whose", whose.as_str()), ("submission", submission.as_str()), ("value", "72")];
                let to = post(&mut sam, place, &fields, ("photo", name, kind, &bytes)).await.location().to_owned();
                assert_eq!(to, place, "{name} {kind} was taken");
                sam.get(&to).await.says("There is a problem").says(words).does_not_say(SCRIPT).does_not_say("root:");
            }
        }
        sam.get(&reading).await.does_not_say("<img");
        sam.get("/readings/weight").await.says("Nothing is recorded yet");

        // What is a picture, and something else too.
        let me = Actor::Account { id: account, assurance: Assurance::SecondStep };
        let mut sent = png_and_page();
        for round in 0..2 {
            let form = sam.get(&at).await;
            let (whose, submission) = (hidden(&form, "whose"), hidden(&form, "submission"));
            let fields = [("whose", whose.as_str()), ("submission", submission.as_str()), ("words", "")];
            let answer = post(&mut sam, &at, &fields, ("photo", "a.html", "text/html", &sent)).await;
            assert_eq!(answer.location(), reading, "round {round}");
            let page = sam.get(&reading).await;
            let (_, rest) = page.body.split_once("src=\"/readings/symptoms/").unwrap();
            let mut parts = rest.split('"').next().unwrap().split('/');
            let (id, photo) = (parts.next().unwrap().parse().unwrap(), parts.nth(1).unwrap().parse().unwrap());
            let kept = app.services.readings.photo(&me, person, (Measure::Symptom, id, photo), true).await.unwrap();
            assert!(kept.starts_with(&[0xff, 0xd8, 0xff]), "it is made anew");
            assert!(!kept.windows(6).any(|part| part == b"script" || part == b"<html>"), "round {round}");
            sent = jpeg_and_page(&kept);
        }
    }

    async fn what_holds_no_readings_is_refused_or_shown_as_words(place: &Place) {
        let app = TestApp::over(place);
        let (mut sam, ..) = sam(&app).await;
        let flood = floods().into_iter().map(|bytes| ("a.png", "image/png", bytes));
        let both = [("a.png", "image/png", png_and_page()), ("a.csv", "text/csv", format!("Date,{SCRIPT}\n2026-10-01,=cmd|'/C calc'!A1\n").into_bytes())];
        for (name, kind, bytes) in no_photos().into_iter().chain(flood).chain(both) {
            for name in [name, "a.zip", "export.xml", "a.csv", "a.json"] {
                let whose = hidden(&sam.get("/readings/import").await, "whose");
                let answer = post(&mut sam, "/readings/import", &[("whose", whose.as_str())], ("file", name, kind, &bytes)).await;
                let to = answer.location().to_owned();
                let page = sam.get(&to).await;
                assert_eq!(page.status, StatusCode::OK, "{name} {kind}");
                page.does_not_say(SCRIPT).does_not_say("root:");
                if to == "/readings/import" {
                    page.says("There is a problem");
                } else {
                    // A table of whatever: nothing is added before its columns are named.
                    sam.post(&format!("{to}/discard"), &[]).await;
                }
            }
        }
        sam.get("/readings").await.says("Nothing is recorded yet");
    }

    async fn what_comes_with_a_record_runs_nowhere(place: &Place) {
        let app = TestApp::over(place);
        let (mut sam, _, person) = sam(&app).await;
        let mut files: Vec<(&str, Vec<u8>)> = no_photos().into_iter().map(|(_, kind, bytes)| (kind, bytes)).collect();
        files.extend(floods().into_iter().map(|bytes| ("image/png", bytes)));
        files.push(("image/png", png_and_page()));
        files.push(("text/html", format!("<html><body onload=\"alert(1)\"><p>Your words</p>{SCRIPT}<iframe src=\"//evil.example\"></iframe></body></html>").into_bytes()));
        files.push(("application/pdf", pdf_that_runs()));
        files.push(("text/html; charset=utf-7", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-".to_vec()));
        let operator = Actor::Operator;
        let organisation = app.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
        let organisation = organisation.await.unwrap().id;
        let title = "Eyes\"; filename=\"x.html\r\nSet-Cookie: stolen=1; ../../../etc/passwd <b>";
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": letter(title, &files) }] }).to_string();
        let request = ImportRequest { organisation, expected: Some(Expected::Person(person)) };
        app.services.imports.import(&operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();

        let list = sam.get("/record/documents").await;
        let entry = list.body.split("href=\"").skip(1).filter_map(|part| part.split('"').next()).find(|href| href.starts_with("/record/entries/"));
        let entry = entry.unwrap_or_else(|| panic!("no entry in {}", list.body)).to_owned();
        let page = sam.get(&entry).await;
        page.says("Your words").does_not_say(SCRIPT).does_not_say("evil.example").does_not_say("onload=").does_not_say("javascript:").does_not_say("root:");
        let at = format!("{entry}/files/");
        let links: Vec<String> = page.body.split(['"']).filter(|part| part.starts_with(&at)).map(|part| part.replace("&amp;", "&")).collect();
        let (mut saved, mut looked) = (0, 0);
        for link in &links {
            let answer = sam.get(link).await;
            if answer.status == StatusCode::NOT_FOUND {
                assert!(link.contains("/view"), "{link} is not given out");
                continue;
            }
            assert_eq!(answer.status, StatusCode::OK, "{link}");
            assert_eq!((head(&answer, "x-content-type-options"), head(&answer, "cache-control")), ("nosniff", "no-store"));
            assert!(!answer.headers.contains_key(header::SET_COOKIE), "{link}");
            let (kind, policy) = (head(&answer, "content-type"), head(&answer, "content-security-policy"));
            let disposition = head(&answer, "content-disposition");
            let (how, name) = disposition.split_once("; filename=\"").unwrap();
            let name = name.strip_suffix('"').unwrap();
            assert!(name.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, ' ' | '-' | '.')) && name.matches('.').count() == 1, "{name}");
            if link.contains("/view") {
                looked += 1;
                assert!(matches!(kind, "application/pdf" | "image/jpeg" | "image/png"), "{kind}");
                assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
                assert_eq!(how, "inline");
                if kind.starts_with("image/") {
                    answer.does_not_say(SCRIPT);
                }
            } else {
                saved += 1;
                assert!(!matches!(kind, "image/svg+xml" | "text/xml" | "application/x-php" | "text/javascript"), "{kind}");
                assert!(policy.starts_with("sandbox; default-src 'none'"), "{policy}");
                assert_eq!(how, "attachment");
            }
        }
        assert!(saved >= files.len() - 2 && looked > 0, "{saved} and {looked} of {links:?}");
    }
}
