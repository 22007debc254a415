//! The limit on requests of every kind by network.

use crate::common::{Answer, Browser, TestApp};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use server::limit::Limit;
use std::num::NonZeroU32;
use std::time::Duration;

/// Asks as our proxy would for somebody at this address.
async fn get(browser: &mut Browser, address: &str, path: &str) -> Answer {
    browser.send(Request::get(path).header("x-forwarded-for", address), Body::empty()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_over_its_limit_is_told_when_to_come_again_and_the_others_notice_nothing() {
    let place = testkit::fresh("sqlite").await;
    std::fs::write(place.folder.path().join("robots.txt"), "User-agent: *\n").unwrap();
    let limit = Limit::one_in(Duration::from_secs(3600), NonZeroU32::new(3).unwrap()).unwrap();
    let app = TestApp::limited(&place, limit);
    let mut browser = app.browser();
    for path in ["/help", "/nowhere", "/record"] {
        let answer = get(&mut browser, "2001:db8:1:2::3", path).await;
        assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
    }
    let refused = get(&mut browser, "2001:db8:1:2:4:5:6:7", "/help").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=3600).contains(&wait), "{wait}");
    assert_eq!(refused.headers[header::CACHE_CONTROL], "no-store");
    refused.says("<h1").says("Too many requests").says("/pkg/x.css").says("111");
    let form = Request::post("/sign-in").header("sec-fetch-site", "same-origin").header("x-forwarded-for", "2001:db8:1:2::3");
    assert_eq!(browser.send(form, Body::from("email=a&password=b")).await.status, StatusCode::TOO_MANY_REQUESTS);
    let noted = server::refusals::since_last();
    for path in ["/help", "/sign-in"] {
        assert!(noted.contains(&("too many requests of one network", path, 1)), "{noted:?}");
    }
    assert!(server::refusals::since_last().is_empty());
    for path in ["/healthz", "/readyz", "/robots.txt"] {
        assert_eq!(get(&mut browser, "2001:db8:1:2::3", path).await.status, StatusCode::OK, "{path}");
    }
    for other in ["2001:db8:1:3::3", "192.0.2.1"] {
        assert_eq!(get(&mut browser, other, "/help").await.status, StatusCode::OK, "{other}");
    }
    place.clear().await;
}
