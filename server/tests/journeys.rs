//! What people do, from the first page to the last, as a browser without script does it.

use crate::common::{PASSWORD, TestApp};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use domain::access::Actor;
use testkit::Place;

testkit::both_engines! {
    async fn a_newcomer_registers_confirms_links_and_reads_their_record(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "O'Neill-Ångström", "Asthma").await;
        let code = app.services.linking.issue_code(&Actor::Operator, person).await.unwrap().code;
        let mut browser = app.browser();
        browser.get("/").await.says("Selfheal");
        let email = "sam@example.org";
        browser.post_and_follow("/register", &[("email", email), ("password", PASSWORD)]).await.says("Check your email");
        let link = app.mailed_link(email).await;
        browser.get(&link).await.says("Confirm my email address");
        let token = link.split_once("token=").unwrap().1;
        browser.post_and_follow("/register/confirm", &[("token", token)]).await.says("Your email address is confirmed");
        let to = browser.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await.location().to_owned();
        assert_eq!(to, "/second-step");
        browser.get("/record").await;
        let page = browser.get("/second-step/authenticator").await;
        let secret = page.body.split("secret=").nth(1).unwrap().split(['&', '"']).next().unwrap();
        let first = testkit::authenticator_code(secret, &app.clock);
        let codes = browser.post_and_follow("/second-step/authenticator", &[("code", &first)]).await;
        codes.says("recovery");
        browser.get("/link").await.says("Link your record");
        let form = [
            ("nhs_number", "9990000018"), ("birth_date_day", "31"), ("birth_date_month", "3"), ("birth_date_year", "1980"),
            ("family_name", "oneill angstrom"), ("code", "AAAAA-AAAAA"),
        ];
        let wrong = browser.post_and_follow("/link", &form).await;
        wrong.says("There is a problem").says("value=\"9990000018\"").says("value=\"oneill angstrom\"");
        let mut right = form;
        right[5].1 = &code;
        browser.post_and_follow("/link", &right).await.says("Your record is linked");
        browser.get("/record").await.says("Health problems");
        browser.get("/record/problems").await.says("Asthma");
        browser.get("/activity").await.says("You");
        assert_eq!(app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn a_summary_is_read_and_taken_along(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        app.account("other@example.org", None).await;
        let mut sam = app.signed_in("sam@example.org").await;
        sam.get("/record").await.says("href=\"/record/summary\"");
        sam.get("/").await.says("Newly arrived in your record").does_not_say("Newest in");
        let page = sam.get("/record/summary").await;
        page.says("Asthma").says("Nothing is recorded here. That does not mean that you have none.").does_not_say("You may not see all").says("The record names nobody");
        page.says("999 000 0018").says("If you have said nothing to your GP practice either, yours is the fuller summary.").says("/record/summary/pdf");
        // What explains stays on the screen, so that a usual summary is one sheet.
        page.says("class=\"sh-screen-only\">We cannot see the summary that the NHS keeps");
        let file = sam.get("/record/summary/pdf").await;
        assert!(file.status == StatusCode::OK && file.body.starts_with("%PDF-1.7"));
        assert_eq!(file.headers["content-type"], "application/pdf");
        assert_eq!(file.headers["cache-control"], "no-store");
        assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"selfheal-summary-20"));
        sam.get("/activity?own=yes").await.says("looked at the summary of your record").says("downloaded the summary of your record");
        let mut other = app.signed_in("other@example.org").await;
        for path in ["/record/summary", "/record/summary/pdf"] {
            other.get(path).await.does_not_say("Asthma").does_not_say("%PDF");
        }
    }

    async fn a_form_sent_after_the_sign_in_ended_is_given_back_after_signing_in_again(place: &Place) {
        let app = TestApp::over(place);
        app.account("sam@example.org", None).await;
        app.account("other@example.org", None).await;
        let late = async || {
            let mut browser = app.signed_in("sam@example.org").await;
            app.clock.advance(TimeDelta::minutes(31));
            let late = browser.post("/link", &[("family_name", "Zoë 🌿"), ("nhs_number", "999"), ("code", "SECRET")]).await;
            assert_eq!(late.location(), "/sign-in");
            browser
        };
        let mut browser = late().await;
        // Somebody else at the same computer does not get it.
        browser.post("/sign-in", &[("email", "other@example.org"), ("password", PASSWORD)]).await;
        let code = app.code("other@example.org").await;
        browser.post_and_follow("/sign-in/code", &[("code", &code)]).await.does_not_say("Zoë");
        let mut same = late().await;
        same.post("/sign-in", &[("email", "sam@example.org"), ("password", PASSWORD)]).await;
        let code = app.code("sam@example.org").await;
        let page = same.post_and_follow("/sign-in/code", &[("code", &code)]).await;
        page.says("We kept what you typed").says("Zoë 🌿").does_not_say("SECRET");
    }

    async fn the_page_asked_for_is_where_signing_in_leads(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        let mut browser = app.browser();
        assert_eq!(browser.get("/record/problems").await.location(), "/sign-in");
        browser.post("/sign-in", &[("email", "sam@example.org"), ("password", PASSWORD)]).await;
        let code = app.code("sam@example.org").await;
        assert_eq!(browser.post("/sign-in/code", &[("code", &code)]).await.location(), "/record/problems");
    }

    async fn signing_out_ends_the_session_on_the_server_too(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        let mut browser = app.signed_in("sam@example.org").await;
        let mut thief = browser.clone();
        assert_eq!(thief.get("/record").await.status, StatusCode::OK);
        let out = browser.post("/sign-out", &[]).await;
        assert_eq!(out.location(), "/signed-out");
        assert!(out.headers["clear-site-data"].to_str().unwrap().contains("cache"));
        assert_eq!(thief.get("/record").await.location(), "/sign-in");
    }

    async fn every_entry_read_is_in_the_account_of_who_looked(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        let mut browser = app.signed_in("sam@example.org").await;
        let count = async || app.services.activity.of_record(&Actor::Operator, person, None).await.unwrap().0.len();
        let before = count().await;
        for path in ["/", "/record", "/record/problems", "/activity"] {
            assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
        }
        // Four pages, and the look of this test itself.
        assert_eq!(count().await, before + 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_id_changes_at_each_step_and_its_cookie_is_well_guarded() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    app.account("sam@example.org", None).await;
    let mut browser = app.browser();
    browser.get("/link").await;
    let before = browser.cookies["__Host-session"].clone();
    let first = browser.post("/sign-in", &[("email", "sam@example.org"), ("password", PASSWORD)]).await;
    let cookie = first.headers[header::SET_COOKIE].to_str().unwrap();
    for word in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(word), "{word} in {cookie}");
    }
    let between = browser.cookies["__Host-session"].clone();
    let code = app.code("sam@example.org").await;
    browser.post("/sign-in/code", &[("code", &code)]).await;
    let after = browser.cookies["__Host-session"].clone();
    assert!(before != between && between != after && before != after);
    for old in [before, between] {
        browser.cookies.insert("__Host-session".to_owned(), old);
        assert_eq!(browser.get("/link").await.location(), "/sign-in");
    }
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_that_protect_it() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let mut browser = app.browser();
    for path in ["/", "/sign-in", "/nowhere", "/healthz", "/readyz"] {
        let answer = browser.get(path).await;
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(!header("content-security-policy").contains("unsafe-inline"), "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        for inline in [" style=", "<style", "onclick=", "<noscript"] {
            answer.does_not_say(inline);
        }
    }
    let elsewhere = Request::post("/sign-in").header("sec-fetch-site", "cross-site");
    assert_eq!(browser.send(elsewhere, Body::empty()).await.status, StatusCode::FORBIDDEN);
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_too_large_or_of_another_kind_is_refused_without_a_fault() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let mut browser = app.browser();
    let large = Request::post("/sign-in")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = browser.send(large, Body::from("email=".to_owned() + &"x".repeat(3 << 20))).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    answer.says("What you sent is too large").says("</html>");
    let opened = browser.get("/sign-out").await;
    assert_eq!(opened.status, StatusCode::METHOD_NOT_ALLOWED);
    opened.says("cannot be opened that way");
    let json = Request::post("/sign-in").header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, "application/json");
    assert!(browser.send(json, Body::from("{}")).await.status.is_client_error());
    let broken = Request::post("/sign-in")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = browser.send(broken, Body::from("%ff%fe&&==&a=%zz")).await;
    assert!(!answer.status.is_server_error(), "{}", answer.status);
    place.clear().await;
}

testkit::both_engines! {
    async fn a_forgotten_page_does_not_sign_out_one_that_is_in_use(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        let mut browser = app.signed_in("sam@example.org").await;
        app.clock.advance(TimeDelta::minutes(20));
        assert_eq!(browser.get("/record").await.status, StatusCode::OK);
        app.clock.advance(TimeDelta::minutes(10));
        assert_eq!(browser.get("/session-ended?next=%2Frecord").await.location(), "/record");
        app.clock.advance(TimeDelta::minutes(16));
        assert_eq!(browser.get("/session-ended?next=%2Frecord").await.location(), "/sign-in");
        assert_eq!(browser.get("/record").await.location(), "/sign-in");
    }

    async fn a_script_that_sees_every_tab_left_alone_ends_the_sign_in_and_keeps_what_was_typed(place: &Place) {
        let app = TestApp::over(place);
        app.account("sam@example.org", None).await;
        let mut browser = app.signed_in("sam@example.org").await;
        assert_eq!(browser.post("/session/keep/email", &[("email", "Zoë 🌿 half")]).await.status, StatusCode::NO_CONTENT);
        let ended = browser.post_and_follow("/session-ended?next=%2Faccount%2Femail", &[]).await;
        ended.says("You are signed out");
        assert_eq!(browser.get("/account").await.location(), "/sign-in");
        browser.post("/sign-in", &[("email", "sam@example.org"), ("password", PASSWORD)]).await;
        let code = app.code("sam@example.org").await;
        browser.post_and_follow("/sign-in/code", &[("code", &code)]).await.says("We kept what you typed").says("Zoë 🌿 half");
        // Of a form in which nothing was typed nothing is kept, and nobody pressed its button.
        assert_eq!(browser.post("/session/keep/email", &[("email", ""), ("submission", "x")]).await.status, StatusCode::NO_CONTENT);
        browser.post_and_follow("/session-ended?next=%2Faccount%2Femail", &[]).await.says("You are signed out");
        app.clock.advance(TimeDelta::minutes(1));
        browser.post("/sign-in", &[("email", "sam@example.org"), ("password", PASSWORD)]).await;
        let code = app.code("sam@example.org").await;
        let page = browser.post_and_follow("/sign-in/code", &[("code", &code)]).await;
        page.says("New email address").does_not_say("We kept what you typed").does_not_say("Press the button again");
    }

    async fn a_sign_in_ends_after_twelve_hours_however_often_it_is_confirmed(place: &Place) {
        let app = TestApp::over(place);
        app.account("sam@example.org", None).await;
        let mut browser = app.signed_in("sam@example.org").await;
        for _ in 0..25 {
            app.clock.advance(TimeDelta::minutes(28));
            let code = app.code("sam@example.org").await;
            let again = browser.post("/sign-in/again", &[("password", PASSWORD), ("code", &code)]).await;
            assert!(!["/sign-in", "/sign-in/again"].contains(&again.location()));
        }
        app.clock.advance(TimeDelta::minutes(25));
        assert_eq!(browser.get("/account").await.location(), "/sign-in");
    }

    async fn a_second_press_does_not_take_away_what_the_first_has_won(place: &Place) {
        let app = TestApp::over(place);
        app.account("sam@example.org", None).await;
        let mut browser = app.browser();
        browser.post("/sign-in", &[("email", "sam@example.org"), ("password", PASSWORD)]).await;
        let code = app.code("sam@example.org").await;
        let mut second = browser.clone();
        browser.post("/sign-in/code", &[("code", &code)]).await;
        let won = browser.cookies["__Host-session"].clone();
        let late = second.post("/sign-in/code", &[("code", &code)]).await;
        assert!(!late.headers.contains_key(header::SET_COOKIE));
        assert_eq!(late.location(), "/sign-in");
        browser.cookies.insert("__Host-session".to_owned(), won);
        assert_eq!(browser.get("/sign-in").await.location(), "/");
    }

    async fn nobody_is_led_elsewhere_after_signing_in(place: &Place) {
        let app = TestApp::over(place);
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        for next in ["%2F%09%2Fevil.example", "%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil.example", "%2F%00"] {
            let mut browser = app.browser();
            browser.get(&format!("/session-ended?next={next}")).await;
            browser.post("/sign-in", &[("email", "sam@example.org"), ("password", PASSWORD)]).await;
            let code = app.code("sam@example.org").await;
            assert_eq!(browser.post("/sign-in/code", &[("code", &code)]).await.location(), "/", "{next}");
            app.clock.advance(TimeDelta::minutes(1));
        }
    }
}
