use super::*;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::DocumentId;
use domain::document::{DocumentKind, DocumentWords};
use domain::search::Piece;
use image::{ImageFormat, Rgb, RgbImage};
use service::{DocumentsSeen, FileForm, Scan, SearchAsked, SearchPage};
use tiff::encoder::TiffEncoder;
use tiff::encoder::colortype::Gray8;

const MARGARET: &str = "9990000018";

fn margaret() -> Value {
    patient("m1", Some(MARGARET), "Ellis", "1948-02-03")
}

fn data(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn letter(id: &str, title: &str, attachments: &[Value]) -> Value {
    let content: Vec<Value> = attachments.iter().map(|attachment| json!({ "attachment": attachment })).collect();
    json!({
        "resourceType": "DocumentReference", "id": id, "status": "current", "subject": { "reference": "Patient/m1" },
        "type": { "text": "Clinic letter" }, "description": title, "date": "2026-11-03T10:00:00Z", "content": content,
    })
}

fn text(words: &str) -> Value {
    json!({ "contentType": "text/plain; charset=utf-8", "data": data(words.as_bytes()) })
}

/// A PDF of one page with this content. Its table of contents is missing, as it is in many: readers make one.
fn pdf(content: &str) -> Vec<u8> {
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

/// A scan of so many pages, as TIFF.
fn scan(pages: u8) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    {
        let mut tiff = TiffEncoder::new(&mut file).unwrap();
        for page in 0..pages {
            tiff.write_image::<Gray8>(40, 60, &[200 + page; 40 * 60]).unwrap();
        }
    }
    file.into_inner()
}

async fn documents(desk: &Desk, actor: &Actor, person: PersonId, entry: EntryId) -> DocumentsSeen {
    desk.services.records.entry(actor, person, entry).await.unwrap().documents
}

async fn bytes(desk: &Desk, actor: &Actor, person: PersonId, of: (EntryId, DocumentId)) -> Result<Vec<u8>, ServiceError> {
    desk.services.records.document(actor, person, of, FileForm::Original).await.map(|out| out.bytes)
}

/// How many letters somebody has not read: the list and the overview say the same.
async fn unread(desk: &Desk, actor: &Actor, person: PersonId) -> usize {
    let records = &desk.services.records;
    let overview = records.overview(actor, person).await.unwrap();
    let told = overview.counts.iter().map(|one| one.unread).sum::<u64>();
    let listed = records.list(actor, person, Category::Document, Which::All, None).await.unwrap().unread.len();
    assert_eq!(u64::try_from(listed).unwrap(), told);
    listed
}

async fn look_for(desk: &Desk, actor: &Actor, person: PersonId, words: &str) -> SearchPage {
    let asked = SearchAsked { words: words.to_owned(), ..SearchAsked::default() };
    desk.services.records.search(actor, person, &asked).await.unwrap()
}

/// The names of what is found by the words as they are typed.
async fn found(desk: &Desk, actor: &Actor, person: PersonId, words: &str) -> Vec<String> {
    let page = look_for(desk, actor, person, words).await;
    assert!(!page.near, "{words}");
    page.found.into_iter().map(|one| one.line.title).collect()
}

testkit::both_engines! {
    async fn files_are_kept_as_they_came_shown_in_words_and_given_out_each_look_audited(place: &Place) {
        let desk = Desk::at(place).await;
        let rtf = br"{\rtf1\ansi Your \b left\b0  eye\par}";
        let page = b"<p onclick='x()'>Come <a href='javascript:y()'>again</a></p><script>z()</script>";
        let attachments = [
            json!({ "title": "The letter", "contentType": "application/rtf", "data": data(rtf) }),
            json!({ "contentType": "text/html", "url": "Binary/b1" }),
            json!({ "contentType": "application/pdf", "data": data(&pdf("BT /F1 12 Tf 72 700 Td (Dear Mrs Ellis, your eyes are well.) Tj ET")) }),
            json!({ "contentType": "application/pdf", "data": data(&pdf("0 0 100 100 re f")) }),
            json!({ "contentType": "application/zip", "title": "All", "data": data(b"PK\x03\x04\0") }),
            json!({ "contentType": "application/pdf", "url": "https://elsewhere.example/letter.pdf" }),
        ];
        let binary = json!({ "resourceType": "Binary", "id": "b1", "contentType": "text/html", "data": data(page) });
        let file = bundle("collection", &[margaret(), letter("d1", "Your eyes", &attachments), binary]);
        let person = desk.import(file.clone()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let entry = desk.titled(person, Category::Document, "Your eyes").await;
        let seen = documents(&desk, &me, person, entry).await;
        let kinds: Vec<_> = seen.files.iter().map(|file| (file.kind, file.words, file.is_here)).collect();
        use DocumentKind::{Html, Other, Pdf, Rtf};
        use DocumentWords::{NotSent, Read, Unread, Without};
        assert_eq!(kinds, [(Rtf, Read, true), (Html, Read, true), (Pdf, Read, true), (Pdf, Without, true), (Other, Unread, true), (Other, NotSent, false)]);
        let words: Vec<_> = seen.files.iter().map(|file| file.shown.as_ref().map(|shown| shown.text())).collect();
        assert_eq!(words[..3], [Some("Your left eye\n".to_owned()), Some("Come again\n".to_owned()), Some("Dear Mrs Ellis, your eyes are well.\n".to_owned())]);

        let before = desk.events(person.as_uuid()).await;
        assert_eq!(bytes(&desk, &me, person, (entry, seen.files[0].id)).await.unwrap(), rtf);
        let out = desk.services.records.document(&me, person, (entry, seen.files[1].id), FileForm::Original).await.unwrap();
        assert_eq!((&out.bytes[..], out.content_type.as_str(), out.name.as_str()), (&page[..], "text/html", "Your eyes.html"));
        let zip = desk.services.records.document(&me, person, (entry, seen.files[4].id), FileForm::Original).await.unwrap();
        assert_eq!((zip.content_type.as_str(), zip.name.as_str()), ("application/octet-stream", "All.zip"));
        let pdf = desk.services.records.document(&me, person, (entry, seen.files[2].id), FileForm::Looked).await.unwrap();
        assert_eq!(pdf.content_type, "application/pdf");
        assert_eq!(desk.events(person.as_uuid()).await, before + 4);
        // A page is never looked at as a page, and what was not sent is not there.
        for at in [1, 4, 5] {
            let looked = desk.services.records.document(&me, person, (entry, seen.files[at].id), FileForm::Looked).await;
            assert!(matches!(looked, Err(ServiceError::NotFound)), "{at}");
        }

        // The same again, and reading it again, changes nothing: not even the addresses of the files.
        desk.import(file).await.unwrap();
        desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
        assert_eq!(documents(&desk, &me, person, entry).await, seen);
    }

    async fn a_new_version_brings_its_own_files_and_is_new_again_to_each_reader(place: &Place) {
        let desk = Desk::at(place).await;
        let sent = |words: &str, at: &str| bundle("collection", &[margaret(), changed_at(letter("d1", "Plan", &[text(words)]), at)]);
        let person = desk.import(sent("First words", "2026-01-01T10:00:00Z")).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let entry = desk.titled(person, Category::Document, "Plan").await;
        assert_eq!((unread(&desk, &me, person).await, unread(&desk, &ann, person).await), (1, 1));
        let first = documents(&desk, &me, person, entry).await.files.remove(0);
        assert_eq!((unread(&desk, &me, person).await, unread(&desk, &ann, person).await), (0, 1));
        bytes(&desk, &ann, person, (entry, documents(&desk, &ann, person, entry).await.files[0].id)).await.unwrap();
        assert_eq!(unread(&desk, &ann, person).await, 0);

        desk.import(sent("Other words", "2026-02-01T10:00:00Z")).await.unwrap();
        assert_eq!((unread(&desk, &me, person).await, unread(&desk, &ann, person).await), (1, 1));
        assert!(matches!(bytes(&desk, &me, person, (entry, first.id)).await, Err(ServiceError::NotFound)));
        let seen = desk.services.records.entry_version(&me, person, entry, 2).await.unwrap();
        assert_eq!((seen.sender, seen.version), (OrganisationKind::Practice, 2));
        let changed = seen.versions.iter().find(|version| version.number == 2).and_then(|version| version.source_updated_at);
        assert_eq!(changed, Some("2026-02-01T10:00:00Z".parse().unwrap()));
        assert_eq!(unread(&desk, &me, person).await, 1);
        let before = desk.events(person.as_uuid()).await;
        desk.services.records.read_all_letters(&me, person).await.unwrap();
        desk.services.records.read_all_letters(&me, person).await.unwrap();
        assert_eq!(desk.events(person.as_uuid()).await, before + 2);
        assert_eq!((unread(&desk, &me, person).await, unread(&desk, &ann, person).await), (0, 1));
        let now = documents(&desk, &me, person, entry).await.files.remove(0);
        assert_eq!(bytes(&desk, &me, person, (entry, now.id)).await.unwrap(), b"Other words");
        assert_eq!(documents(&desk, &ann, person, entry).await.files[0].shown.as_ref().unwrap().text(), "Other words\n");
    }

    async fn letters_that_change_together_keep_the_bytes_of_which_any_tells(place: &Place) {
        let desk = Desk::at(place).await;
        let sent = |words: [&str; 3], at: &str| {
            let letters = ["d1", "d2", "d3"].into_iter().zip(words).map(|(id, words)| changed_at(letter(id, id, &[text(words)]), at));
            bundle("collection", &std::iter::once(margaret()).chain(letters).collect::<Vec<_>>())
        };
        let person = desk.import(sent(["One", "Two", "Three"], "2026-01-01T10:00:00Z")).await.unwrap().person;
        // The words of the first go on to the third, those of the second to the first.
        let words = ["Two", "Four", "One"];
        desk.import(sent(words, "2026-02-01T10:00:00Z")).await.unwrap();
        let me = desk.account_of(&[person]).await;
        for (id, words) in ["d1", "d2", "d3"].into_iter().zip(words) {
            let entry = desk.titled(person, Category::Document, id).await;
            let file = documents(&desk, &me, person, entry).await.files.remove(0);
            assert_eq!(bytes(&desk, &me, person, (entry, file.id)).await.unwrap(), words.as_bytes(), "{id}");
        }
    }

    async fn files_are_open_to_whom_their_entry_is_open_and_to_nobody_else(place: &Place) {
        let desk = Desk::at(place).await;
        let mental = |id: &str, title: &str| {
            with(letter(id, title, &[text("About my mood")]), "securityLabel", json!([{ "coding": [{ "code": "PSY" }] }]))
        };
        let secret = json!({
            "resourceType": "Binary", "id": "b9", "contentType": "text/plain", "data": data(b"Of somebody else"),
            "meta": { "security": [{ "code": "NOPAT" }] },
        });
        let labelled = json!({
            "resourceType": "Binary", "id": "b8", "contentType": "text/plain", "data": data(b"Beside it"),
            "meta": { "security": [{ "code": "PSY" }] },
        });
        let person = desk.import(bundle("collection", &[
            margaret(), mental("d1", "Mood"), letter("d2", "Feet", &[text("Well"), json!({ "url": "Binary/b9" }), json!({ "url": "Binary/b8" })]),
            secret, labelled,
            with(letter("d3", "Draft", &[text("Not yet")]), "docStatus", "preliminary".into()),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let stranger = desk.account_of(&[]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let mood = desk.titled(person, Category::Document, "Mood").await;
        let feet = desk.titled(person, Category::Document, "Feet").await;
        let of_mood = (mood, documents(&desk, &me, person, mood).await.files[0].id);
        // What must never be shown leaves no gap.
        let mine = documents(&desk, &me, person, feet).await.files;
        let words: Vec<_> = mine.iter().map(|file| file.shown.as_ref().unwrap().text()).collect();
        assert_eq!(words, ["Well\n", "Beside it\n"]);
        let theirs = documents(&desk, &ann, person, feet).await.files;
        assert_eq!(theirs.iter().map(|file| file.id).collect::<Vec<_>>(), [mine[0].id]);
        assert_eq!(bytes(&desk, &ann, person, (feet, mine[0].id)).await.unwrap(), b"Well");
        for (who, of) in [(&ann, of_mood), (&ann, (feet, mine[1].id)), (&stranger, (feet, mine[0].id)), (&me, (feet, of_mood.1)), (&me, (mood, mine[0].id))] {
            assert!(matches!(bytes(&desk, who, person, of).await, Err(ServiceError::NotFound)), "{who:?} {of:?}");
        }
        let named = desk.services.records.document(&me, person, of_mood, FileForm::Original).await.unwrap();
        assert!(!named.name.contains("Mood"), "{}", named.name);
        desk.services.hidings.hide_entry(&me, person, feet, service::HiddenFrom::All).await.unwrap();
        assert!(matches!(bytes(&desk, &ann, person, (feet, mine[0].id)).await, Err(ServiceError::NotFound)));
    }

    async fn letters_are_found_by_the_words_of_the_files_that_are_open_to_who_looks(place: &Place) {
        let desk = Desk::at(place).await;
        let rtf = |words: &str| json!({ "contentType": "application/rtf", "data": data(format!("{{\\rtf1\\ansi Dear \\b Margaret\\b0  {words}\\par}}").as_bytes()) });
        let page = |id: &str, label: &str, words: &str| json!({
            "resourceType": "Binary", "id": id, "contentType": "text/html", "data": data(format!("<h1>Clinic</h1><p>{words}</p>").as_bytes()),
            "meta": { "security": [{ "code": label }] },
        });
        let cda = include_str!("../../../fhir/tests/documents/discharge.xml");
        let eyes = [
            rtf("your left macula is thin"),
            json!({ "contentType": "application/pdf", "data": data(&pdf("BT /F1 12 Tf 72 700 Td (There is no glaucoma in either of your eyes.) Tj ET")) }),
        ];
        let sent = |files: &[Value], at: &str| changed_at(letter("d1", "Your eyes", files), at);
        let person = desk.import(bundle("collection", &[
            margaret(),
            sent(&eyes, "2026-01-01T10:00:00Z"),
            letter("d2", "Feet", &[json!({ "url": "Binary/b8" }), json!({ "url": "Binary/b9" })]),
            page("b8", "PSY", "You take sertraline"),
            page("b9", "NOPAT", "Her stepbrother rang"),
            with(letter("d3", "Mood", &[rtf("you take lithium")]), "securityLabel", json!([{ "coding": [{ "code": "PSY" }] }])),
            with(letter("d4", "Draft", &[rtf("unfinished")]), "docStatus", "preliminary".into()),
            letter("d5", "Discharge summary", &[json!({ "contentType": "application/hl7-cda+xml", "data": data(cda.as_bytes()) })]),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        for (words, mine, theirs) in [
            ("macula", vec!["Your eyes"], vec!["Your eyes"]),
            ("glauc", vec!["Your eyes"], vec!["Your eyes"]),
            ("eyes glaucoma margaret", vec!["Your eyes"], vec!["Your eyes"]),
            ("apixaban", vec!["Discharge summary"], vec!["Discharge summary"]),
            ("sertraline", vec!["Feet"], vec![]),
            ("lithium", vec!["Mood"], vec![]),
            ("stepbrother", vec![], vec![]),
            ("unfinished", vec![], vec![]),
            ("macula sertraline", vec![], vec![]),
        ] {
            assert_eq!(found(&desk, &me, person, words).await, mine, "{words}");
            assert_eq!(found(&desk, &ann, person, words).await, theirs, "{words}");
        }
        let page = look_for(&desk, &me, person, "macula").await;
        let (label, pieces) = page.found[0].context.clone().unwrap();
        let said: String = pieces.into_iter().map(|Piece { text, marked }| if marked { format!("[{text}]") } else { text }).collect();
        assert_eq!((label.as_str(), said.as_str()), ("In the letter or file", "Dear Margaret your left [macula] is thin"));
        // What is spelt like words that are not open to them says nothing either.
        let page = look_for(&desk, &ann, person, "sertralime").await;
        assert!(page.found.is_empty() && !page.near && page.next.is_none());
        assert!(look_for(&desk, &me, person, "sertralime").await.near);

        // Read again, it is found as before; a newer version is found by its own words alone.
        desk.services.imports.reindex(&Actor::Operator, person).await.unwrap();
        assert_eq!(found(&desk, &me, person, "glaucoma").await, ["Your eyes"]);
        desk.import(bundle("collection", &[margaret(), sent(&[rtf("you have a cataract")], "2026-02-01T10:00:00Z")])).await.unwrap();
        assert_eq!(found(&desk, &me, person, "cataract").await, ["Your eyes"]);
        assert!(found(&desk, &me, person, "macula").await.is_empty());
        let eyes = desk.titled(person, Category::Document, "Your eyes").await;
        desk.services.hidings.hide_entry(&me, person, eyes, service::HiddenFrom::All).await.unwrap();
        assert!(found(&desk, &ann, person, "cataract").await.is_empty());
        assert_eq!(found(&desk, &me, person, "cataract").await, ["Your eyes"]);
    }

    async fn a_discharge_summary_is_laid_out_and_one_that_is_not_for_the_person_is_not_there(place: &Place) {
        let desk = Desk::at(place).await;
        let cda = include_str!("../../../fhir/tests/documents/discharge.xml");
        let attached = |text: &str| json!({ "contentType": "application/hl7-cda+xml", "data": data(text.as_bytes()) });
        let marked = cda.replace("<confidentialityCode code=\"N\"", "<confidentialityCode code=\"V\"");
        let composition = json!({
            "resourceType": "Composition", "id": "c1", "status": "final", "title": "Summary of care", "subject": { "reference": "Patient/m1" },
            "section": [
                { "title": "Diagnoses", "text": { "div": "<div><ul><li>Low mood</li></ul></div>" }, "entry": [{ "reference": "Condition/p1" }] },
                { "title": "Plan", "text": { "div": "<div><p>See your GP</p></div>" } },
            ],
        });
        let low = with(problem("p1", "m1", "Low mood", "active", "2026-01-01"), "meta", json!({ "security": [{ "code": "PSY" }] }));
        let person = desk.import(bundle("collection", &[
            margaret(), letter("d1", "Discharge summary", &[attached(cda)]), letter("d2", "Kept from her", &[attached(&marked)]), composition, low,
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let (ann, _) = desk.carer_of(person, Scopes::all(), general()).await;
        let titles: Vec<String> = desk.lines(&me, person, Category::Document).await.into_iter().map(|line| line.title).collect();
        assert!(!titles.contains(&"Kept from her".to_owned()), "{titles:?}");
        let entry = desk.titled(person, Category::Document, "Discharge summary").await;
        let shown = documents(&desk, &me, person, entry).await.files.remove(0).shown.unwrap();
        assert_eq!(shown.sections[0].title.as_deref(), Some("Information and advice given"));
        assert_eq!(shown.discharge.unwrap().changes.len(), 3);
        // A Composition is told anew to everybody but its owner.
        let entry = desk.titled(person, Category::Document, "Summary of care").await;
        assert_eq!(documents(&desk, &me, person, entry).await.composed.unwrap().text(), "Diagnoses\nLow mood\nPlan\nSee your GP\n");
        assert_eq!(documents(&desk, &ann, person, entry).await.composed.unwrap().text(), "Plan\nSee your GP\n");
    }

    async fn a_picture_is_made_anew_and_a_spoilt_one_is_only_given_out(place: &Place) {
        let desk = Desk::at(place).await;
        let pixel: &[u8] = &[
            0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00,
            0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78,
            0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0x00, 0x00, 0x03, 0x01, 0x01, 0x00, 0xc9, 0xfe, 0x92, 0xef, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
            0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
        ];
        let report = json!({
            "resourceType": "DiagnosticReport", "id": "r1", "status": "final", "subject": { "reference": "Patient/m1" },
            "code": { "text": "Knee X-ray" },
            "presentedForm": [{ "contentType": "image/png", "data": data(pixel) }, { "contentType": "image/png", "data": data(&pixel[..20]) }],
        });
        let picture = json!({
            "resourceType": "Media", "id": "x1", "status": "completed", "subject": { "reference": "Patient/m1" },
            "view": { "text": "Knee from the side" }, "createdDateTime": "2026-11-03T10:00:00Z",
            "content": { "contentType": "image/png", "url": "Binary/b1" },
        });
        let binary = json!({ "resourceType": "Binary", "id": "b1", "contentType": "image/png", "data": data(pixel) });
        let person = desk.import(bundle("collection", &[margaret(), report, picture, binary])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let entry = desk.titled(person, Category::Result, "Knee X-ray").await;
        let files = documents(&desk, &me, person, entry).await.files;
        let records = &desk.services.records;
        let looked = records.document(&me, person, (entry, files[0].id), FileForm::Looked).await.unwrap();
        assert_eq!((looked.content_type.as_str(), looked.bytes[..2].to_vec()), ("image/jpeg", vec![0xff, 0xd8]));
        assert_eq!(bytes(&desk, &me, person, (entry, files[0].id)).await.unwrap(), pixel);
        assert!(matches!(records.document(&me, person, (entry, files[1].id), FileForm::Looked).await, Err(ServiceError::NotFound)));
        assert_eq!(bytes(&desk, &me, person, (entry, files[1].id)).await.unwrap(), pixel[..20]);
        // A picture that came by itself is shown in the same way.
        let entry = desk.titled(person, Category::Result, "Knee from the side").await;
        let files = documents(&desk, &me, person, entry).await.files;
        assert_eq!(files.iter().map(|file| (file.kind, file.is_here)).collect::<Vec<_>>(), [(DocumentKind::Image, true)]);
        let looked = records.document(&me, person, (entry, files[0].id), FileForm::Looked).await.unwrap();
        assert_eq!(looked.content_type, "image/jpeg");
    }

    async fn a_scan_is_shown_page_by_page_and_a_spoilt_one_is_only_given_out(place: &Place) {
        let desk = Desk::at(place).await;
        let whole = scan(3);
        let mut gif = Cursor::new(Vec::new());
        RgbImage::from_pixel(24, 16, Rgb([250, 0, 0])).write_to(&mut gif, ImageFormat::Gif).unwrap();
        let sent = |kind: &str, bytes: &[u8]| json!({ "contentType": kind, "data": data(bytes) });
        let attachments = [sent("image/tiff", &whole), sent("image/tiff", &whole[..200]), sent("image/gif", gif.get_ref()), sent("image/tiff", &scan(22))];
        let person = desk.import(bundle("collection", &[margaret(), letter("d1", "Your eyes", &attachments)])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let entry = desk.titled(person, Category::Document, "Your eyes").await;
        let files = documents(&desk, &me, person, entry).await.files;
        let kinds: Vec<_> = files.iter().map(|file| (file.kind, file.words, file.scan)).collect();
        use DocumentKind::{Image, Scan as Scanned};
        let (three, cut) = (Scan { pages: 3, more: false }, Scan { pages: 20, more: true });
        let none = DocumentWords::Without;
        assert_eq!(kinds, [(Scanned, none, Some(three)), (Scanned, none, None), (Image, none, None), (Scanned, none, Some(cut))]);

        let records = &desk.services.records;
        let before = desk.events(person.as_uuid()).await;
        let mut pages = Vec::new();
        for number in 1..=3 {
            let page = records.document(&me, person, (entry, files[0].id), FileForm::Page(number)).await.unwrap();
            assert_eq!((page.content_type.as_str(), page.name), ("image/png", format!("Your eyes page {number}.png")));
            assert!(page.bytes.starts_with(b"\x89PNG"));
            pages.push(page.bytes);
        }
        assert_eq!(desk.events(person.as_uuid()).await, before + 3);
        assert!(pages[0] != pages[1] && pages[1] != pages[2]);
        let first = records.document(&me, person, (entry, files[0].id), FileForm::Looked).await.unwrap();
        assert_eq!(first.bytes, pages[0]);
        let out = records.document(&me, person, (entry, files[0].id), FileForm::Original).await.unwrap();
        assert_eq!((out.content_type.as_str(), out.name.as_str(), out.bytes), ("image/tiff", "Your eyes.tif", whole.clone()));

        // A page that is not there, a file that ends too soon, and a picture, which has no pages.
        for (at, form) in [
            (0, FileForm::Page(0)),
            (0, FileForm::Page(4)),
            (1, FileForm::Looked),
            (1, FileForm::Page(1)),
            (2, FileForm::Page(1)),
            (3, FileForm::Page(21)),
        ] {
            let looked = records.document(&me, person, (entry, files[at].id), form).await;
            assert!(matches!(looked, Err(ServiceError::NotFound)), "{at} {form:?}");
        }
        assert_eq!(bytes(&desk, &me, person, (entry, files[1].id)).await.unwrap(), whole[..200]);
        let gif = records.document(&me, person, (entry, files[2].id), FileForm::Looked).await.unwrap();
        assert_eq!((gif.content_type.as_str(), gif.name.as_str()), ("image/jpeg", "Your eyes.jpg"));
    }
}
