//! What is told of a server on `/metrics`: counts, and nothing of anybody.

use crate::common::{Browser, TestApp};
use app::routes::TABLE;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::access::Actor;
use domain::when::london_day;
use http_body_util::BodyExt;
use server::measures::{self, JOBS, Kind, MEASURES};
use server::seed::population;
use std::collections::{BTreeSet, VecDeque};
use testkit::Place;
use tower::ServiceExt;

/// So many pages are opened of each person's links.
const PAGES: usize = 60;

/// The text that Prometheus is told, on the listener that is for it alone.
async fn told(metrics: &Router) -> String {
    let response = metrics.clone().oneshot(Request::get("/metrics").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

/// A line that is no comment.
struct Sample<'a> {
    name: &'a str,
    labels: Vec<(&'a str, &'a str)>,
    value: f64,
}

fn samples(text: &str) -> Vec<Sample<'_>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = lines.map(|line| {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, within) = series.split_once('{').unwrap_or((series, ""));
        let (mut labels, mut rest) = (Vec::new(), within.strip_suffix('}').unwrap_or(within));
        while let Some((label, after)) = rest.split_once("=\"") {
            let (value, after) = after.split_once('"').unwrap();
            labels.push((label, value));
            rest = after.trim_start_matches(',');
        }
        Sample { name, labels, value: value.parse().unwrap() }
    });
    read.collect()
}

/// The sum of what has this name, and this label where one is given.
fn sum(text: &str, name: &str, label: Option<(&str, &str)>) -> f64 {
    let all = samples(text);
    let wanted = all.iter().filter(|one| one.name == name && label.is_none_or(|label| one.labels.contains(&label)));
    wanted.map(|one| one.value).sum()
}

/// Whether a label may have this value: each has its own list, which no request can add to.
fn is_closed(label: &str, value: &str) -> bool {
    match label {
        "route" => value == "other" || TABLE.iter().any(|row| row.path == value),
        "method" => ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"].contains(&value),
        "status" => ["1xx", "2xx", "3xx", "4xx", "5xx"].contains(&value),
        "le" => value == "+Inf" || value.parse::<f64>().is_ok(),
        "step" => ["password", "code", "recovery_code", "passkey"].contains(&value),
        "outcome" => {
            let words = ["signed_in", "second_step_to_follow", "refused", "too_many", "failed", "done", "sent", "given_up"];
            words.contains(&value) || ["answered", "left_alone"].contains(&value)
        }
        "job" => JOBS.contains(&value),
        "system" => ["appointments", "prescribing", "prescriptions"].contains(&value),
        "state" => ["in_use", "idle"].contains(&value),
        "channel" => ["mail", "text"].contains(&value),
        "version" => value == env!("CARGO_PKG_VERSION"),
        "engine" => ["SQLite", "PostgreSQL"].contains(&value),
        _ => false,
    }
}

/// Signs in as somebody of the demonstration, with a second step where they have one.
async fn signed_in(app: &TestApp, email: &str, password: &str) -> Browser {
    let mut browser = app.browser();
    let first = browser.post("/sign-in", &[("email", email), ("password", password)]).await;
    if first.location() == "/sign-in/code" {
        let code = app.code(email).await;
        let second = browser.post("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.body);
    }
    browser
}

/// Opens pages by their links, as somebody who looks around.
async fn look_around(browser: &mut Browser) -> usize {
    let (mut seen, mut next) = (BTreeSet::new(), VecDeque::from(["/".to_owned()]));
    while let Some(path) = next.pop_front() {
        if seen.len() >= PAGES || !seen.insert(path.clone()) {
            continue;
        }
        let answer = browser.get(&path).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        if let Some(to) = answer.headers.get("location") {
            next.push_back(to.to_str().unwrap().to_owned());
        }
        for link in answer.body.split("href=\"/").skip(1) {
            let link = format!("/{}", link.split(['"', '#']).next().unwrap_or_default().replace("&amp;", "&"));
            // Whoever leaves is signed out.
            if !link.starts_with("/pkg/") && !link.starts_with("/leave") && !seen.contains(&link) {
                next.push_back(link);
            }
        }
    }
    seen.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_anybody_is_told_after_the_demonstrations_people_looked_around() {
    let place = testkit::fresh("sqlite").await;
    let counts = measures::begin().unwrap();
    let app = TestApp::over(&place);
    let metrics = measures::router(counts, app.services.clone());
    let demo = server::seed_demo(&app.services).await.unwrap();
    for email in ["margaret.ellis@example.org", "amara.larkspur@example.org"] {
        let known = demo.people.iter().chain(&demo.staff).find(|one| one.email == email).unwrap();
        let mut browser = signed_in(&app, &known.email, &demo.password).await;
        assert!(look_around(&mut browser).await > 10);
    }
    let mut stranger = app.browser();
    let wrong = [("email", "margaret.ellis@example.org"), ("password", "not my password at all")];
    stranger.post("/sign-in", &wrong).await;
    // What a path says that is no page's is not told either, nor a method that nobody knows.
    stranger.get("/margaret.ellis@example.org/9990000018").await;
    stranger.send(Request::builder().method("MARGARET").uri("/record"), Body::empty()).await;

    let text = told(&metrics).await;
    let lower = text.to_lowercase();
    let mut who = BTreeSet::new();
    let population = population(london_day(app.services.core.now()));
    for person in &population.people {
        who.extend([
            person.email.clone(),
            person.family_name.clone(),
            person.birth_date.to_string(),
            person.practice_ods.clone(),
        ]);
        if let Some(number) = &person.nhs_number {
            who.extend([number.clone(), format!("{} {} {}", &number[..3], &number[3..6], &number[6..])]);
        }
        who.extend(person.bundles.iter().map(|bundle| bundle.source_name.clone()));
    }
    who.extend(population.staff.iter().flat_map(|one| [one.email.clone(), one.name.clone()]));
    who.extend(app.services.accounts.list(&Actor::Operator).await.unwrap().iter().map(|account| account.id.to_string()));
    let mut after = None;
    loop {
        let (people, next) = app.services.people.list(&Actor::Operator, after).await.unwrap();
        who.extend(people.iter().flat_map(|person| [person.id.to_string(), person.display_name.clone()]));
        after = next;
        if after.is_none() {
            break;
        }
    }
    who.insert("Margaret".to_owned());
    for word in who.iter().filter(|word| !word.is_empty()).map(|word| word.to_lowercase()) {
        assert!(!lower.contains(&word), "{word:?} is told of");
    }
    for Sample { name, labels, .. } in samples(&text) {
        for (label, value) in labels {
            assert!(is_closed(label, value), "{name}: {label} is {value:?}");
        }
    }
    place.clear().await;
}

testkit::both_engines! {
    async fn what_happens_is_counted_and_told_on_its_own_listener_alone(place: &Place) {
        let counts = measures::begin().unwrap();
        let app = TestApp::over(place);
        let metrics = measures::router(counts, app.services.clone());
        let person = app.person("999 000 0018", "Rivers", "Asthma").await;
        app.account("sam@example.org", Some(person)).await;
        let before = told(&metrics).await;
        let mut browser = app.signed_in("sam@example.org").await;
        browser.get("/record").await;
        // On the listener of the pages there is no such page.
        assert_eq!(app.browser().get("/metrics").await.status, StatusCode::NOT_FOUND);
        let after = told(&metrics).await;
        // Other tests of this process may count beside this one, but nothing takes away.
        let more = |name, label| sum(&after, name, Some(label)) - sum(&before, name, Some(label));
        assert!(more("selfheal_requests_total", ("route", "/record")) >= 1.0, "{after}");
        assert!(more("selfheal_requests_total", ("route", "other")) >= 1.0, "{after}");
        assert!(more("selfheal_request_seconds_count", ("route", "/record")) >= 1.0, "{after}");
        assert!(more("selfheal_sign_ins_total", ("outcome", "second_step_to_follow")) >= 1.0, "{after}");
        assert!(more("selfheal_sign_ins_total", ("outcome", "signed_in")) >= 1.0, "{after}");
        let of = |text: &str, name: &str| sum(text, name, None);
        assert!(of(&after, "selfheal_audit_events_total") > of(&before, "selfheal_audit_events_total"), "{after}");
        assert!(of(&after, "selfheal_database_wait_seconds_count") > of(&before, "selfheal_database_wait_seconds_count"));
        assert!(of(&after, "selfheal_database_act_seconds_count") > of(&before, "selfheal_database_act_seconds_count"));
        assert!((sum(&after, "selfheal_build_info", Some(("engine", place.store.engine_name()))) - 1.0).abs() < f64::EPSILON);
        assert!((of(&after, "selfheal_database_up") - 1.0).abs() < f64::EPSILON);
        assert!(of(&after, "process_resident_memory_bytes") > 1_000_000.0 && of(&after, "process_threads") >= 1.0);
        if place.store.engine_name() == "SQLite" {
            assert!(of(&after, "selfheal_database_wal_bytes") > 0.0);
            assert!(of(&after, "selfheal_database_acts_together_count") >= 1.0);
        }
        // Nothing is told that is not in the list, and so not in the handbook.
        for Sample { name, .. } in samples(&after) {
            let known = MEASURES.iter().any(|(measure, kind, _)| match kind {
                Kind::Histogram => ["_bucket", "_sum", "_count"].iter().any(|end| name.strip_suffix(end) == Some(*measure)),
                Kind::Counter | Kind::Gauge => name == *measure,
            });
            assert!(known, "{name}");
        }
    }
}

#[test]
fn the_handbook_tells_what_to_watch_of_each_measure() {
    let handbook = include_str!("../../docs/OPERATIONS.md");
    for (name, ..) in MEASURES {
        assert!(handbook.contains(&format!("`{name}`")), "{name} is not in docs/OPERATIONS.md");
    }
}
