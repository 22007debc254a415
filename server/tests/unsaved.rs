//! Sessions that cannot be saved, as on a full disk.

use crate::common::TestApp;
use axum::http::{StatusCode, header};

const SAM: &str = "sam@example.org";

/// Has the database refuse each session that is new, or that changes.
const REFUSED: &str = "CREATE TRIGGER not_begun BEFORE INSERT ON web_session BEGIN SELECT RAISE(ABORT, 'no room'); END; \
                       CREATE TRIGGER not_changed BEFORE UPDATE ON web_session BEGIN SELECT RAISE(ABORT, 'no room'); END";

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_cannot_be_saved_is_told_with_a_page_and_when_to_come_again() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    place.alter(REFUSED).await;
    // Where to go after the sign-in would be kept.
    let answer = app.browser().get("/record").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
    assert_eq!(answer.headers[header::RETRY_AFTER], "10");
    answer.says("<h1").says("look whether it was done").says("111").does_not_say("Nothing was changed");
    assert!(!answer.headers.contains_key(header::SET_COOKIE), "{:?}", answer.headers);
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_use_cannot_be_noted_is_read_all_the_same() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    app.account(SAM, Some(sam)).await;
    let mut browser = app.signed_in(SAM).await;
    // What was left for the first page has been said.
    browser.get("/help").await;
    place.alter(REFUSED).await;
    app.clock.set("2026-11-03T10:45:00Z".parse().unwrap());
    let page = browser.get("/help").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    // Who reads it was known.
    page.says("/sign-out");
    place.clear().await;
}
