//! Letters and other files of a record, as browsers without script use them.

use crate::common::{Answer, TestApp};
use axum::http::StatusCode;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::PersonId;
use domain::access::Actor;
use domain::team::StaffRole;
use serde_json::{Value, json};
use service::{Expected, ImportRequest, OrganisationKind};
use std::io::Cursor;
use testkit::Place;

const SAM: &str = "sam@example.org";
const STRANGER: &str = "stranger@example.org";
const GP: &str = "gp@example.org";
const DESK: &str = "desk@example.org";
const CDA: &str = include_str!("../../crates/fhir/tests/documents/discharge.xml");

/// A picture, as PNG.
const PICTURE: &[u8] = include_bytes!("../../public/apple-touch-icon.png");

/// A PDF of one page with these words.
fn pdf(words: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 700 Td ({words}) Tj ET");
    let length = content.len();
    format!(
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n\
         4 0 obj\n<</Length {length}>>\nstream\n{content}\nendstream\nendobj\n\
         5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n\
         trailer\n<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n"
    )
    .into_bytes()
}

/// A scan of so many pages of 8 by 8 points, as TIFF (TIFF 6.0, section 2).
fn scan(pages: u32) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    for page in 1..=pages {
        let points = u32::try_from(bytes.len()).unwrap() + 2 + 8 * 12 + 4;
        let tags = [(256_u16, 8_u32), (257, 8), (258, 8), (259, 1), (262, 1), (273, points), (278, 8), (279, 64)];
        bytes.extend(8_u16.to_le_bytes());
        for (tag, value) in tags {
            bytes.extend(tag.to_le_bytes());
            let kind: u16 = if matches!(tag, 273 | 279) { 4 } else { 3 };
            bytes.extend(kind.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        let next = if page == pages { 0 } else { points + 64 };
        bytes.extend(next.to_le_bytes());
        bytes.extend([200_u8; 64]);
    }
    bytes
}

/// A letter with these files, each of a kind and its bytes.
fn letter(id: &str, title: &str, files: &[(&str, &[u8])]) -> Value {
    let content: Vec<Value> = files
        .iter()
        .map(|(kind, bytes)| json!({ "attachment": { "contentType": kind, "data": BASE64_STANDARD.encode(bytes) } }))
        .collect();
    json!({
        "resourceType": "DocumentReference", "id": id, "status": "current", "subject": { "reference": "Patient/p9990000018" },
        "type": { "text": "Clinic letter" }, "description": title, "date": "2026-11-03T10:00:00Z", "content": content,
    })
}

async fn import(app: &TestApp, person: PersonId, resources: &[Value]) {
    let operator = Actor::Operator;
    let organisation = app.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
    let organisation = organisation.await.unwrap().id;
    let entries: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string();
    let request = ImportRequest { organisation, expected: Some(Expected::Person(person)) };
    let report = app.services.imports.import(&operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
    assert_eq!(report.problems, vec![]);
}

/// The first address on a page that begins so.
#[track_caller]
fn link(page: &Answer, start: &str, ends: &str) -> String {
    let parts = page.body.split("href=\"").skip(1).filter_map(|part| part.split('"').next());
    let mut found = parts.filter(|href| href.starts_with(start) && href.ends_with(ends));
    found.next().unwrap_or_else(|| panic!("no {start}…{ends} in {}", page.body)).to_owned()
}

fn head<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers[name].to_str().unwrap()
}

testkit::both_engines! {
    async fn a_file_is_given_out_to_whom_its_entry_is_open_with_heads_that_let_nothing_run(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let other = app.person("999 000 0026", "Stone", "Gout").await;
        app.account(STRANGER, Some(other)).await;
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        app.staff(DESK, "Y90001", StaffRole::Reception).await;
        let page: &[u8] = b"<h1>Your eyes</h1><p onclick=\"steal()\">All <b>well</b>. <script>steal()</script><img src=https://track.example/x.gif></p>";
        let pdf: &[u8] = b"%PDF-1.4\n% a page that is a picture\n";
        import(&app, person, &[letter("d1", "Eyes & \"feet\"; ../x", &[("text/html", page), ("application/pdf", pdf)])]).await;
        let (mut sam, mut stranger) = (app.signed_in(SAM).await, app.signed_in(STRANGER).await);

        let list = sam.get("/record/documents").await;
        list.says("New").says("Mark all as read");
        let entry = link(&list, "/record/entries/", "");
        let shown = sam.get(&entry).await;
        shown.says("<strong><!>well<!></strong>").says("Pictures in this document are not shown here").says("Your eyes");
        shown.does_not_say("steal").does_not_say("track.example").does_not_say("onclick");
        shown.says("We could not take the words out of this PDF").says("ask Riverside Surgery");
        let at = |words: &str| shown.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", shown.body));
        assert!(at("sh-source") < at("Your eyes") && at("Your eyes") < at("Where this comes from"), "the letter stands before how it came");
        shown.says("How it came").says("The computer system of this GP surgery sent it");
        sam.get("/record/documents").await.does_not_say("Mark all as read");
        let found = sam.get("/record/search?q=well").await;
        found.says("In the letter or file").says("<mark class=\"sh-mark\">well</mark>").says(&entry).does_not_say("steal");
        stranger.get("/record/search?q=well").await.says("Nothing was found");

        let files = format!("{entry}/files/");
        let view = link(&shown, &files, "/view");
        let saved: Vec<String> = shown.body.split("href=\"").skip(1).filter_map(|part| part.split('"').next())
            .filter(|href| href.starts_with(&files) && !href.ends_with("/view")).map(str::to_owned).collect();
        let html = sam.get(&saved[0]).await;
        assert_eq!((html.status, head(&html, "content-type")), (StatusCode::OK, "text/html"));
        assert_eq!(head(&html, "content-disposition"), "attachment; filename=\"Eyes feet x.html\"");
        assert!(head(&html, "content-security-policy").starts_with("sandbox; default-src 'none'"));
        let looked = sam.get(&view).await;
        assert_eq!((head(&looked, "content-type"), head(&looked, "content-disposition")), ("application/pdf", "inline; filename=\"Eyes feet x.pdf\""));
        let policy = head(&looked, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src") && !policy.contains("sandbox"), "{policy}");
        for answer in [&html, &looked] {
            assert_eq!((head(answer, "x-content-type-options"), head(answer, "cache-control")), ("nosniff", "no-store"));
            assert_eq!(head(answer, "x-frame-options"), "DENY");
        }
        // A page keeps the policy of pages.
        assert!(head(&shown, "content-security-policy").contains("script-src 'self'"));

        assert_eq!(sam.get(&format!("{}/view", saved[0])).await.status, StatusCode::NOT_FOUND, "a page is not opened as one");
        for at in [&view, &saved[0], &entry] {
            assert_eq!(stranger.get(at).await.status, StatusCode::NOT_FOUND);
            assert_eq!(app.browser().get(at).await.location(), "/sign-in");
        }
        let (mut gp, mut desk) = (app.signed_in(GP).await, app.signed_in(DESK).await);
        let theirs = |at: &str| at.replacen("/record", &format!("/team/people/{person}"), 1);
        gp.get(&theirs(&entry)).await.says("<strong><!>well<!></strong>").says(&theirs(&view));
        assert_eq!(head(&gp.get(&theirs(&saved[0])).await, "content-type"), "text/html");
        assert_eq!(desk.get(&theirs(&saved[0])).await.status, StatusCode::NOT_FOUND);
        sam.get("/activity").await.says("opened or downloaded a file of your record");
    }

    async fn the_words_of_a_pdf_and_a_picture_stand_on_the_page_of_their_letter(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let words = pdf("Dear Sam, your skin is well. Come back next May.");
        import(&app, person, &[letter("d1", "Skin clinic", &[("application/pdf", words.as_slice()), ("image/png", PICTURE)])]).await;
        let mut sam = app.signed_in(SAM).await;
        let entry = link(&sam.get("/record/documents").await, "/record/entries/", "");
        let page = sam.get(&entry).await;
        page.says("The words of this PDF").says("Dear Sam, your skin is well. Come back next May.").says("Open the PDF");
        page.says("Open the picture").says("alt=\"Picture: Skin clinic\"").says("We cannot read words in pictures");
        page.does_not_say("We could not take the words out of this PDF");
        let files = format!("{entry}/files/");
        let views = page.body.split("href=\"").skip(1).filter_map(|part| part.split('"').next());
        let views: Vec<&str> = views.filter(|href| href.starts_with(&files) && href.ends_with("/view")).collect();
        let kinds = [("application/pdf", views[0]), ("image/jpeg", views[views.len() - 1])];
        for (kind, at) in kinds {
            let looked = sam.get(at).await;
            assert_eq!((looked.status, head(&looked, "content-type")), (StatusCode::OK, kind));
        }
        sam.get("/record/search?q=come+back").await.says("In the letter or file").says(&entry);
    }

    async fn a_scanned_letter_is_read_page_by_page_and_a_spoilt_one_is_said_to_be(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let other = app.person("999 000 0026", "Stone", "Gout").await;
        app.account(STRANGER, Some(other)).await;
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        let (whole, spoilt): (Vec<u8>, &[u8]) = (scan(3), b"II*\0\x08\0\0\0");
        import(&app, person, &[letter("d1", "Skin clinic", &[("image/tiff", whole.as_slice()), ("image/tiff", spoilt)])]).await;
        let (mut sam, mut stranger, mut gp) = (app.signed_in(SAM).await, app.signed_in(STRANGER).await, app.signed_in(GP).await);
        let entry = link(&sam.get("/record/documents").await, "/record/entries/", "");
        let page = sam.get(&entry).await;
        page.says("This is a scan: its pages are pictures").says("ask Riverside Surgery to read it to you").says("We could not open this scan");
        page.says("alt=\"Scanned page 1 of 3: Skin clinic\"").says("Page 1 of 3").says("Next page").says("Open this page of the scan");
        page.does_not_say("Page before").does_not_say("can be shown here");

        let next = link(&page, &format!("{entry}?file="), "").replace("&amp;", "&");
        let next = next.split('#').next().unwrap().to_owned();
        assert!(next.ends_with("page=2"), "{next}");
        let second = sam.get(&next).await;
        second.says("alt=\"Scanned page 2 of 3: Skin clinic\"").says("Page before").says("Next page");
        let last = sam.get(&next.replace("page=2", "page=3")).await;
        last.says("alt=\"Scanned page 3 of 3: Skin clinic\"").says("Page before").does_not_say("Next page");
        // What cannot be read, or is not there, is not asked for.
        for other in ["page=4", "page=0", "page=x", "page=-1"] {
            sam.get(&next.replace("page=2", other)).await.says("Page 1 of 3");
        }

        let view = link(&second, &format!("{entry}/files/"), "/view?page=2");
        let looked = sam.get(&view).await;
        assert_eq!((looked.status, head(&looked, "content-type")), (StatusCode::OK, "image/png"));
        assert_eq!(head(&looked, "content-disposition"), "inline; filename=\"Skin clinic page 2.png\"");
        assert!(head(&looked, "content-security-policy").starts_with("default-src 'none'"));
        assert_eq!((head(&looked, "x-content-type-options"), head(&looked, "cache-control")), ("nosniff", "no-store"));
        for other in ["page=0", "page=4", "page=21", "page=4294967295"] {
            assert_eq!(sam.get(&view.replace("page=2", other)).await.status, StatusCode::NOT_FOUND, "{other}");
        }
        for at in [&view, &next] {
            assert_eq!(stranger.get(at).await.status, StatusCode::NOT_FOUND);
        }
        let theirs = |at: &str| at.replacen("/record", &format!("/team/people/{person}"), 1);
        gp.get(&theirs(&next)).await.says("alt=\"Scanned page 2 of 3: Skin clinic\"").says(&theirs(&view));
        assert_eq!(head(&gp.get(&theirs(&view)).await, "content-type"), "image/png");
    }

    async fn an_earlier_version_of_a_letter_says_that_its_file_is_not_shown_and_whom_to_ask(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        for words in ["First words", "Other words"] {
            import(&app, person, &[letter("d1", "Your eyes", &[("text/plain", words.as_bytes())])]).await;
            app.clock.advance(chrono::TimeDelta::hours(1));
        }
        let mut sam = app.signed_in(SAM).await;
        let entry = link(&sam.get("/record/documents").await, "/record/entries/", "");
        let told = "The letter or file that came with this version is not shown here. Ask Riverside Surgery for it.";
        sam.get(&entry).await.says("Other words").does_not_say(told);
        sam.get(&format!("{entry}/versions/1")).await.says(told);
        let problem = link(&sam.get("/record/problems").await, "/record/entries/", "");
        sam.get(&problem).await.says("Asthma").does_not_say(told);
    }

    async fn in_easy_words_a_letter_has_its_picture_and_every_warning(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let pdf: &[u8] = b"%PDF-1.4\n% a page that is a picture\n";
        import(&app, person, &[letter("d1", "Your eyes", &[("application/pdf", pdf)])]).await;
        let mut sam = app.signed_in(SAM).await;
        sam.post("/account/display", &[("settings", "easy-read")]).await;
        let list = sam.get("/record/documents").await;
        list.says("These are letters. Open one to read it.").says("sh-easy-picture").says("Mark all as read");
        let shown = sam.get(&link(&list, "/record/entries/", "")).await;
        shown.says("This is a letter. Is it hard to read? Ask somebody to read it with you.").says("sh-easy-picture");
        shown.says("We could not take the words out of this PDF").says("Open the PDF");
    }

    async fn a_discharge_summary_shows_what_to_do_and_what_changed_first(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let later = |id: &str, title: &str| letter(id, title, &[("text/plain", b"Dear Sam\n\nAll well.".as_slice())]);
        import(&app, person, &[letter("d1", "Discharge summary", &[("application/hl7-cda+xml", CDA.as_bytes())]), later("d2", "Feet")]).await;
        let mut sam = app.signed_in(SAM).await;
        let list = sam.get("/record/documents").await;
        let entry = list.body.split("href=\"").skip(1).find(|part| part.contains(">Discharge summary<")).unwrap().split('"').next().unwrap().to_owned();
        let page = sam.get(&entry).await;
        let place = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", page.body));
        assert!(place("What you were told to do") < place("Changes to your medicines"));
        assert!(place("Changes to your medicines") < place("Plan and requested actions"));
        assert!(place("Plan and requested actions") < place(">Diagnoses<"));
        page.says("Apixaban 5 mg tablets, One twice a day").says("Bleeding risk with apixaban").says("A computer picked these out");
        page.says("This document is about").says("Margaret Ellis").says("scope=\"col\"");
        // What was not opened is still new; all can be marked at once.
        let list = sam.get("/record/documents").await;
        list.says("New").says("Mark all as read");
        let done = sam.post_and_follow("/record/documents/read", &[("whose", &hidden(&list, "whose"))]).await;
        done.says("All letters and documents are marked as read").does_not_say("Mark all as read");
        sam.get("/activity?own=yes").await.says("marked all letters and documents as read");
    }
}

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}
