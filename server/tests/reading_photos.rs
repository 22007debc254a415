//! Photos of readings, as browsers without script use them.

use crate::common::{Answer, Browser, TestApp};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use domain::team::StaffRole;
use testkit::Place;

const SAM: &str = "sam@example.org";
const STRANGER: &str = "stranger@example.org";
const GP: &str = "gp@example.org";
const DESK: &str = "desk@example.org";

/// A picture of one pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00,
    0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0x00, 0x00, 0x03, 0x01, 0x01, 0x00, 0xc9, 0xfe, 0x92, 0xef, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// The value of the first hidden field with this name.
#[track_caller]
fn hidden(page: &Answer, name: &str) -> String {
    let at = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&at).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// Sends a form with a file in it, as a browser does.
async fn post(browser: &mut Browser, at: &str, fields: &[(&str, &str)], photo: Option<&[u8]>) -> Answer {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    let file = if photo.is_some() { "a.svg" } else { "" };
    body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"{file}\"\r\n").into_bytes());
    body.extend(b"Content-Type: image/svg+xml\r\n\r\n");
    body.extend(photo.unwrap_or_default());
    body.extend(b"\r\n--b--\r\n");
    let request =
        Request::post(at).header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    browser.send(request, Body::from(body)).await
}

/// Sends the form of a photo.
async fn send(browser: &mut Browser, at: &str, whose: &str, (bytes, words): (&[u8], &str)) -> Answer {
    let submission = hidden(&browser.get(at).await, "submission");
    post(browser, at, &[("whose", whose), ("submission", &submission), ("words", words)], Some(bytes)).await
}

testkit::both_engines! {
    async fn a_photo_is_added_looked_at_and_removed_by_its_person_alone(place: &Place) {
        let app = TestApp::over(place);
        let mut people = Vec::new();
        for (email, number, name) in [(SAM, "999 000 0018", "Rivers"), (STRANGER, "999 000 0026", "Stone")] {
            let person = app.person(number, name, "Asthma").await;
            app.account(email, Some(person)).await;
            people.push(person);
        }
        app.staff(GP, "Y90001", StaffRole::Clinician).await;
        app.staff(DESK, "Y90001", StaffRole::Reception).await;
        let (mut sam, mut stranger) = (app.signed_in(SAM).await, app.signed_in(STRANGER).await);
        let form = sam.get("/readings/symptoms/new").await;
        let fields = [("submission", &*hidden(&form, "submission")), ("value", "3"), ("note", "A rash")];
        let reading = sam.post("/readings/symptoms/new", &fields).await.location().to_owned();
        sam.get(&reading).await.says("Add a photo").does_not_say("<img");
        let at = format!("{reading}/photo");
        let page = sam.get(&at).await;
        page.says("type=\"file\"").says("multipart/form-data").says("We keep only the picture");
        let whose = hidden(&page, "whose");

        // What is wrong stands beside its field, and what was typed is kept.
        let to = send(&mut sam, &at, &whose, (b"<svg/>", "My <arm>")).await.location().to_owned();
        sam.get(&to).await.says("There is a problem").says("Choose a photo: a JPEG, PNG or WebP file").says("My &lt;arm&gt;");
        // A form that was made for somebody else does nothing.
        let theirs = hidden(&stranger.get("/readings/symptoms/new").await, "whose");
        assert_eq!(send(&mut sam, &at, &theirs, (PIXEL, "")).await.status, StatusCode::CONFLICT);
        sam.get(&reading).await.does_not_say("<img");

        let to = send(&mut sam, &at, &whose, (PIXEL, "My <arm>")).await.location().to_owned();
        let page = sam.get(&to).await;
        page.says("The photo is saved").says("alt=\"Photo added with this reading: My &lt;arm&gt;\"").says("You added it on");
        let (_, rest) = page.body.split_once("src=\"/readings/symptoms/").unwrap();
        let small = format!("/readings/symptoms/{}", rest.split('"').next().unwrap());
        let large = small.replace("/small", "/large");
        let photo_id = small.rsplit('/').nth(1).unwrap();
        for photo in [&small, &large] {
            let answer = sam.get(photo).await;
            let head = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
            assert_eq!((answer.status, head("content-type").as_str()), (StatusCode::OK, "image/jpeg"));
            assert!(head("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
            assert_eq!(head("content-disposition"), "inline; filename=\"photo.jpg\"");
            assert_eq!((head("x-content-type-options").as_str(), head("cache-control").as_str()), ("nosniff", "no-store"));
            assert_eq!(stranger.get(photo).await.status, StatusCode::NOT_FOUND);
            assert_eq!(app.browser().get(photo).await.location(), "/sign-in");
        }
        let mut gp = app.signed_in(GP).await;
        assert_eq!(gp.get(&small).await.location(), "/link");
        // Their care team sees it on a page of its own; who only books does not.
        let list = format!("/team/people/{}/readings/symptoms", people[0]);
        gp.get(&list).await.says("With a photo").says(&format!("/team/people/{}{reading}", people[0]));
        let page = gp.get(&format!("/team/people/{}{reading}", people[0])).await;
        page.says("Nobody has checked it").says("My &lt;arm&gt;").does_not_say("Remove the photo").does_not_say("Add a photo");
        for photo in [&small, &large] {
            let theirs = format!("/team/people/{}{photo}", people[0]);
            page.says(if photo.ends_with("small") { "<img" } else { "/large\"" });
            assert_eq!(gp.get(&theirs).await.headers["content-type"], "image/jpeg");
            assert_eq!(gp.get(&theirs.replace(&people[0].to_string(), &people[1].to_string())).await.status, StatusCode::NOT_FOUND);
            let mut desk = app.signed_in(DESK).await;
            assert_eq!(desk.get(&theirs).await.status, StatusCode::NOT_FOUND);
            app.clock.advance(TimeDelta::minutes(1));
        }
        assert_eq!(sam.get(&small.replace("/small", "/huge")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.get(&at).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.post(&format!("{at}/remove"), &[("whose", theirs.as_str()), ("photo", photo_id)]).await.status, StatusCode::NOT_FOUND);

        let page = sam.post_and_follow(&format!("{at}/remove"), &[("whose", whose.as_str()), ("photo", photo_id)]).await;
        page.says("The photo is removed").does_not_say("<img").says("Photos of before");
        assert_eq!(sam.get(&small).await.status, StatusCode::NOT_FOUND);
        // Pressed twice it is removed once.
        assert_eq!(sam.post(&format!("{at}/remove"), &[("whose", whose.as_str()), ("photo", photo_id)]).await.location(), reading);
        sam.get("/activity?own=yes").await.says("added a photo to a reading").says("removed the photo of a reading");
    }

    async fn a_photo_is_sent_with_the_entry_itself_and_asked_for_again_where_something_is_wrong(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account(SAM, Some(person)).await;
        let mut sam = app.signed_in(SAM).await;
        let new = "/readings/weight/new";
        let form = sam.get(new).await;
        form.says("multipart/form-data").says("accept=\"image/jpeg,image/png,image/webp\"").says("Add a note or a photo");
        let (whose, submission) = (hidden(&form, "whose"), hidden(&form, "submission"));
        let mut typed = vec![("whose", &*whose), ("submission", &*submission), ("value", "heavy"), ("note", "After <tea>")];
        let to = post(&mut sam, new, &typed, Some(PIXEL)).await.location().to_owned();
        sam.get(&to).await.says("Choose the photo again").says("value=\"heavy\"").says("After &lt;tea&gt;");
        typed[2].1 = "72";
        let to = post(&mut sam, new, &typed, Some(b"\0\0\0\x18ftypheic\0\0\0\0")).await.location().to_owned();
        sam.get(&to).await.says("Most Compatible").says("value=\"72\"");
        let one = post(&mut sam, new, &typed, Some(PIXEL)).await.location().to_owned();
        sam.get(&one).await.says("Your reading is saved").says("72 kg").says("<img");
        sam.get("/readings/weight").await.says("With a photo");
        // The same again is the same; without a photo, or as a form of before, it is a reading like any other.
        assert_eq!(post(&mut sam, new, &typed, Some(PIXEL)).await.location(), one);
        let submission = hidden(&sam.get(new).await, "submission");
        (typed[1].1, typed[2].1) = (&submission, "73");
        let two = post(&mut sam, new, &typed, None).await.location().to_owned();
        sam.get(&two).await.says("Your reading is saved").does_not_say("<img");
        // A form that was made for nobody, or that is cut off, does nothing.
        assert_eq!(post(&mut sam, new, &typed[1..], Some(PIXEL)).await.status, StatusCode::CONFLICT);
        let request = Request::post(new).header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, "multipart/form-data");
        assert_eq!(sam.send(request, Body::from("--b")).await.status, StatusCode::CONFLICT);
    }
}
