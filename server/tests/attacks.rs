//! What somebody with ill intent sends, to the whole router: every route, every form, every part of an address. Who may come to a route
//! is tested in `routes.rs`, forms of old tabs in `binding.rs`, floods in `limit.rs`, files in `uploads.rs`, and what the log holds in
//! `log.rs`.

use crate::common::{Answer, Browser, PASSWORD, TestApp, is_get};
use app::ctx::PeerAddress;
use app::guard::Door;
use app::routes::{Row, TABLE};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use chrono::TimeDelta;
use domain::PersonId;
use domain::access::Actor;
use domain::record::Category;
use domain::team::StaffRole;
use service::Which;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};
use testkit::Place;
use tower::ServiceExt;

const SAM: &str = "sam@example.org";
const OTHER: &str = "other@example.org";
const GP: &str = "gp@example.org";
const COOKIE: &str = "__Host-session";

/// An id of nobody and nothing.
const NOBODY: &str = "019a5f00-0000-7000-8000-000000000000";

/// Routes that end the sign-in, so that nothing could be tried after them.
const ENDINGS: [&str; 4] = ["/sign-out", "/leave", "/session-ended", "/account/sign-ins/end-others"];

/// Where programs tell something with a secret of their own, which no browser sends by itself: the only ways in for what is of no site.
const OF_PROGRAMS: [(&str, &str); 5] = [
    ("POST", "/fhir/R4/prescription-status"),
    ("POST", "/texts/received"),
    ("POST", "/fhir/device/R4"),
    ("POST", "/fhir/device/R4/Observation"),
    ("PUT", "/fhir/device/R4/Observation/{id}"),
];

/// What is also typed into one field alone, with something harmless in the others.
const ALONE: &str = "a\0b";

/// What is typed into fields, and written into addresses, by those who try what happens. The last is a page elsewhere.
fn hostile(elsewhere: &str) -> Vec<String> {
    let mut all: Vec<String> = [
        "\0",
        ALONE,
        "a\r\nSet-Cookie: stolen=1",
        "'; DROP TABLE account; --",
        "\"><script>alert(1)</script>",
        "\u{202e}\u{feff}\u{fffe}",
        "-99999999999999999999",
        "1e308",
        "//evil.example/%2e%2e",
    ]
    .map(str::to_owned)
    .into();
    all.push("9".repeat(400));
    all.push("x".repeat(20_000));
    all.push(elsewhere.to_owned());
    all
}

/// Parameters that pages read.
const PARAMETERS: &[&str] = &[
    "after",
    "as",
    "before",
    "besides",
    "by",
    "category",
    "date",
    "day",
    "days",
    "desk",
    "dispenser",
    "entry",
    "file",
    "for",
    "from",
    "id",
    "instead_of",
    "kind",
    "label",
    "measure",
    "month",
    "near",
    "next",
    "of",
    "organisation",
    "own",
    "page",
    "part",
    "place",
    "postcode",
    "q",
    "ready",
    "sent",
    "show",
    "source",
    "span",
    "team",
    "text",
    "token",
    "topic",
    "which",
    "with",
    "words",
    "work",
];

/// A path of this route with this in place of each part whose name is given, and something that is right in place of the others.
fn path_with(row: &Row, of: &dyn Fn(&str) -> Option<String>) -> String {
    let part = |word: &str| {
        let Some(name) = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) else { return word.to_owned() };
        of(name).unwrap_or_else(|| {
            match name {
                "category" => "problems",
                "measure" | "protocol" | "kind" => "weight",
                "version" | "seq" | "page" => "1",
                "dispenser" => "FZZ01",
                "first" => "2026-11-03",
                "form" => "link",
                "questionnaire" => "phq-9",
                "article" => "sleep",
                "support" => "samaritans",
                "size" => "large",
                _ => NOBODY,
            }
            .to_owned()
        })
    };
    row.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn path_of(row: &Row) -> String {
    path_with(row, &|_| None)
}

/// A path of this route for a care team, with this person in it.
fn path_about(row: &Row, person: PersonId) -> String {
    path_with(row, &|name| (name == "id" && row.path.starts_with("/team/people/")).then(|| person.to_string()))
}

/// Sends what is no page's form.
async fn send(browser: &mut Browser, method: &str, path: &str, heads: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = heads.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    browser.send(request, body.into()).await
}

/// Sam with a record, somebody else with one, and a clinician of Sam's practice.
async fn people(app: &TestApp) -> (PersonId, PersonId) {
    let sam = app.person("999 000 0018", "Rivers", "Asthma").await;
    let other = app.person("999 000 0026", "Stone", "Gout").await;
    app.account(SAM, Some(sam)).await;
    app.account(OTHER, Some(other)).await;
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    (sam, other)
}

/// Whoever a route lets in.
struct Readers {
    sam: Browser,
    gp: Browser,
}

impl Readers {
    async fn of(app: &TestApp) -> Self {
        Self { sam: app.signed_in(SAM).await, gp: app.signed_in(GP).await }
    }

    fn of_row(&self, row: &Row) -> Browser {
        if row.door == Door::Team { self.gp.clone() } else { self.sam.clone() }
    }

    /// Whatever was tried was tried by somebody signed in: both still are.
    async fn are_still_signed_in(self) {
        let Self { mut sam, mut gp } = self;
        assert_eq!((sam.get("/account").await.status, gp.get("/team").await.status), (StatusCode::OK, StatusCode::OK));
    }
}

/// The tags of a page, without their brackets.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default())
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// What an attribute says.
fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// A form of a page.
struct Sendable {
    action: String,
    /// Names and values; `None` where something is typed.
    fields: Vec<(String, Option<String>)>,
}

impl Sendable {
    /// Every form of a page into which something is typed.
    fn all_of(page: &str) -> Vec<Self> {
        let mut found = Vec::new();
        for form in page.split("<form").skip(1).filter_map(|rest| rest.split("</form").next()) {
            let head = form.split('>').next().unwrap_or_default();
            let Some(action) = attribute(head, "action") else { continue };
            let left_out = head.contains("multipart") || ENDINGS.contains(&action) || !action.starts_with('/');
            if !head.contains("method=\"post\"") || left_out {
                continue;
            }
            let mut fields: Vec<(String, Option<String>)> = Vec::new();
            for tag in tags(form) {
                let Some(name) = attribute(tag, "name") else { continue };
                let kind = attribute(tag, "type").unwrap_or("text");
                let is_typed = tag.starts_with("textarea")
                    || tag.starts_with("input") && matches!(kind, "text" | "email" | "tel" | "search" | "password" | "number");
                let value = (!is_typed).then(|| plain(attribute(tag, "value").unwrap_or_default()));
                // Of several that are chosen from, the first.
                if !fields.iter().any(|(known, _)| known == name) {
                    fields.push((plain(name), value));
                }
            }
            if fields.iter().any(|(_, value)| value.is_none()) {
                found.push(Self { action: plain(action), fields });
            }
        }
        found
    }

    /// What is sent with this in every field, and, where it is asked for, with this in each by itself.
    fn filled(&self, with: &str, each: bool) -> Vec<Vec<(String, String)>> {
        let typed: Vec<usize> = (0..self.fields.len()).filter(|at| self.fields[*at].1.is_none()).collect();
        let fill = |is_hostile: &dyn Fn(usize) -> bool| {
            let one = |(at, (name, value)): (usize, &(String, Option<String>))| {
                let harmless = value.clone().unwrap_or_else(|| "70".to_owned());
                (name.clone(), if is_hostile(at) { with.to_owned() } else { harmless })
            };
            self.fields.iter().enumerate().map(one).collect::<Vec<_>>()
        };
        let mut all = vec![fill(&|at| typed.contains(&at))];
        if each && typed.len() > 1 {
            all.extend(typed.iter().map(|only| fill(&|at| at == *only)));
        }
        all
    }
}

/// Sends a form; gives the answer, and the page to which it leads.
async fn sent(browser: &mut Browser, action: &str, fields: &[(&str, &str)]) -> Vec<Answer> {
    let answer = browser.post(action, fields).await;
    if answer.status != StatusCode::SEE_OTHER {
        return vec![answer];
    }
    let page = browser.get(answer.location()).await;
    vec![answer, page]
}

/// Whether what was sent was not looked at, because so much had been sent before.
fn is_held_off(answers: &[Answer]) -> bool {
    let says = |answer: &Answer| answer.body.contains("There were too many attempts");
    answers.iter().any(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS || says(answer))
}

/// What is wrong with an answer to whatever was sent.
fn faults_of(answer: &Answer) -> Vec<String> {
    let mut faults = Vec::new();
    if answer.status.is_server_error() {
        faults.push(format!("{}", answer.status));
    }
    if let Some(to) = answer.headers.get(header::LOCATION) {
        let to = to.to_str().unwrap_or("what is no text");
        let is_ours = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n', '\0']);
        if !is_ours {
            faults.push(format!("it leads to {to:?}"));
        }
    }
    if let Some(to) = answer.headers.get(header::REFRESH).and_then(|to| to.to_str().ok())
        && to
            .split_once("url=")
            .is_none_or(|(_, to)| !to.starts_with("/session-ended?next=%2F") && !to.starts_with("/session-ended?next=/"))
    {
        faults.push(format!("it leads on to {to:?}"));
    }
    for name in answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-")) {
        faults.push(format!("it has the header {name}"));
    }
    for cookie in answer.headers.get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().unwrap_or_default();
        let guarded = ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"].iter().all(|word| cookie.contains(word));
        if !cookie.starts_with("__Host-") || !guarded || cookie.contains("Domain") || cookie.len() > 4096 {
            faults.push(format!("the cookie {cookie}"));
        }
    }
    if answer.body.contains("<script>alert(1)") {
        faults.push("what was sent runs".to_owned());
    }
    faults
}

#[track_caller]
fn none(faults: &[String]) {
    let first: Vec<&String> = faults.iter().take(30).collect();
    assert!(faults.is_empty(), "{} faults, of which the first: {first:#?}", faults.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_site_sends_is_refused_on_every_route_that_changes_something() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    people(&app).await;
    let readers = Readers::of(&app).await;
    let of_other_sites: [&[(&str, &str)]; 8] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8080")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://localhost:8080.evil.example")],
        &[("origin", "null")],
    ];
    let (mut faults, mut open) = (Vec::new(), BTreeSet::new());
    for row in TABLE.iter().filter(|row| !is_get(row.method)) {
        let path = path_of(row);
        if app::outcome::is_told_at(&path) {
            open.insert((row.method, row.path));
        }
        for heads in of_other_sites {
            let mut browser = readers.of_row(row);
            let before = browser.cookies.clone();
            let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
            all.extend(heads);
            let answer = send(&mut browser, row.method, &path, &all, "a=b").await;
            let what = || format!("{} {path} with {heads:?}: {}", row.method, answer.status);
            if app::outcome::is_told_at(&path) {
                // The cookies that went along open nothing.
                if !matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND) {
                    faults.push(what());
                }
            } else if answer.status != StatusCode::FORBIDDEN || browser.cookies != before {
                faults.push(what());
            }
        }
    }
    none(&faults);
    assert_eq!(open, BTreeSet::from(OF_PROGRAMS));
    // Not even the way out was taken.
    readers.are_still_signed_in().await;
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_no_route_has_does_nothing_and_gives_nothing_back() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    people(&app).await;
    let readers = Readers::of(&app).await;
    let mut faults = Vec::new();
    for row in TABLE {
        let path = path_of(row);
        for method in ["TRACE", "OPTIONS", "DELETE", "PUT", "PATCH", "PURGE"] {
            let has = TABLE.iter().any(|other| other.path == row.path && other.method == method);
            if has || ENDINGS.contains(&row.path) {
                continue;
            }
            let heads = [("sec-fetch-site", "same-origin"), ("origin", "https://evil.example"), ("x-told", "what-was-told")];
            let answer = send(&mut readers.of_row(row), method, &path, &heads, "").await;
            let refused = matches!(answer.status, StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_FOUND)
                || answer.status == StatusCode::UNAUTHORIZED && path.starts_with("/fhir/");
            if !refused || answer.body.contains("what-was-told") || !faults_of(&answer).is_empty() {
                faults.push(format!("{method} {path}: {} {:?}", answer.status, faults_of(&answer)));
            }
        }
    }
    none(&faults);
    // What HEAD is told is what GET is told, without the page.
    for path in ["/", "/record", "/sign-in", "/healthz"] {
        let mut browser = readers.sam.clone();
        let (head, get) = (send(&mut browser, "HEAD", path, &[], "").await, browser.get(path).await);
        assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path}");
        assert_eq!(head.headers[header::CACHE_CONTROL], get.headers[header::CACHE_CONTROL], "{path}");
    }
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_to_somebody_signed_in_is_stored_by_nobody_and_runs_nothing_of_its_own() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let (person, _) = people(&app).await;
    let readers = Readers::of(&app).await;
    let (mut faults, mut pages) = (Vec::new(), 0);
    for row in TABLE.iter().filter(|row| is_get(row.method) && !ENDINGS.contains(&row.path)) {
        let path = path_about(row, person);
        let answer = send(&mut readers.of_row(row), "GET", &path, &[("origin", "https://evil.example")], "").await;
        let mut found = faults_of(&answer);
        let head = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ] {
            if head(name) != value {
                found.push(format!("{name} is {:?}", head(name)));
            }
        }
        for name in ["server", "x-powered-by", "etag", "last-modified"] {
            if answer.headers.contains_key(name) && !path.starts_with("/fhir/") {
                found.push(format!("it has {name}"));
            }
        }
        let policy = head("content-security-policy");
        // Nothing stands on a page that would need a nonce: the policy names none, and lets nothing that stands there run.
        for word in [
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
        ] {
            if !policy.contains(word) {
                found.push(format!("its policy lacks {word}"));
            }
        }
        for word in ["unsafe-inline", "'unsafe-eval'", "*", "data:", "http:", "https:", "nonce-"] {
            if policy.contains(word) {
                found.push(format!("its policy has {word}"));
            }
        }
        let kind = head("content-type");
        if kind.starts_with("text/html") {
            pages += 1;
            if kind != "text/html; charset=utf-8" {
                found.push(format!("it is {kind}"));
            }
            for tag in tags(&answer.body) {
                let inline = tag.starts_with("script") && attribute(tag, "src").is_none_or(|src| !src.starts_with('/'));
                let styled = tag.starts_with("style") || attribute(tag, "style").is_some();
                let handler = tag.split_ascii_whitespace().skip(1).any(|word| word.starts_with("on") && word.contains("=\""));
                let loads =
                    ["img", "script", "link", "iframe", "object", "embed", "source"].iter().any(|name| tag.starts_with(name));
                let from = ["src", "href", "data"].iter().filter_map(|name| attribute(tag, name)).find(|to| !to.starts_with('/'));
                let runs = ["href", "action", "src"].iter().filter_map(|name| attribute(tag, name)).any(|to| {
                    let to = to.trim().to_ascii_lowercase();
                    to.starts_with("javascript:") || to.starts_with("data:") || to.starts_with("//")
                });
                if inline || styled || handler || runs || loads && from.is_some() {
                    found.push(format!("<{tag}>"));
                }
            }
        } else if !answer.body.is_empty() && kind.is_empty() {
            found.push("it does not say what it is".to_owned());
        }
        faults.extend(found.into_iter().map(|fault| format!("GET {path} ({}): {fault}", answer.status)));
    }
    none(&faults);
    assert!(pages > 100, "only {pages} pages were seen");
    place.clear().await;
}

testkit::both_engines! {
    async fn whatever_is_typed_into_any_form_breaks_nothing_runs_nowhere_and_is_fetched_by_nobody(place: &Place) {
        let app = TestApp::over(place);
        let (person, _) = people(&app).await;
        let Readers { mut sam, mut gp } = Readers::of(&app).await;
        // Whoever fetched what is typed would come here.
        let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
        elsewhere.set_nonblocking(true).unwrap();
        let url = format!("http://{}/x?of=selfheal", elsewhere.local_addr().unwrap());
        let (mut faults, mut forms, mut tried) = (Vec::new(), 0, 0);
        for row in TABLE.iter().filter(|row| is_get(row.method) && !ENDINGS.contains(&row.path)) {
            let browser = if row.door == Door::Team { &mut gp } else { &mut sam };
            let path = path_about(row, person);
            let page = browser.get(&path).await;
            for form in Sendable::all_of(&page.body) {
                forms += 1;
                for value in hostile(&url) {
                    for fields in form.filled(&value, value == ALONE) {
                        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                        // What one does to the sign-in is not felt by the next.
                        let mut answers = sent(&mut browser.clone(), &form.action, &fields).await;
                        let mut found = Vec::new();
                        if is_held_off(&answers) {
                            // Limits are tested elsewhere: here all of it is to come to what they keep safe.
                            found.extend(answers.iter().flat_map(faults_of));
                            place.alter("DELETE FROM throttle").await;
                            answers = sent(&mut browser.clone(), &form.action, &fields).await;
                            if is_held_off(&answers) {
                                found.push("it is held off also where no limit counts".to_owned());
                            }
                        }
                        found.extend(answers.iter().flat_map(faults_of));
                        tried += 1;
                        let shown: String = value.chars().take(30).collect();
                        faults.extend(found.into_iter().map(|fault| format!("{path} sends {shown:?} to {}: {fault}", form.action)));
                    }
                }
            }
        }
        none(&faults);
        assert!(forms > 15 && tried > 200, "only {forms} forms were seen, and {tried} things sent");
        app.services.outbox.deliver_waiting(&app.mail, None).await.unwrap();
        assert!(elsewhere.accept().is_err(), "somebody fetched what was typed");
        assert_eq!(app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn whatever_stands_in_an_address_breaks_nothing_and_leads_nowhere_else(place: &Place) {
        let app = TestApp::over(place);
        let (person, _) = people(&app).await;
        let readers = Readers::of(&app).await;
        let mut faults = Vec::new();
        let parts = ["a%00b", "%ff%fe", "..", "%2F%2Fevil.example", "%0d%0aSet-Cookie:%20a=b", "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
            "18446744073709551616"];
        let long = "9".repeat(500);
        for row in TABLE.iter().filter(|row| !ENDINGS.contains(&row.path)) {
            let mut asked = Vec::new();
            let names: Vec<&str> = row.path.split('/').filter_map(|word| word.strip_prefix('{')?.strip_suffix('}')).collect();
            for part in parts.iter().copied().chain([long.as_str()]) {
                asked.extend(names.iter().map(|only| path_with(row, &|name| (name == *only).then(|| part.to_owned()))));
            }
            if is_get(row.method) {
                let path = path_about(row, person);
                for value in hostile("http://127.0.0.1:9/").into_iter().filter(|value| value.len() < 1000) {
                    let all: Vec<(&str, &str)> = PARAMETERS.iter().map(|name| (*name, value.as_str())).collect();
                    asked.push(format!("{path}?{}", serde_urlencoded::to_string(all).unwrap()));
                }
                asked.push(format!("{path}?q=%ff%fe&after=%ff&=&&a&%00=%00&q=1&q=2"));
            }
            for path in asked {
                let answer = send(&mut readers.of_row(row), row.method, &path, &[("sec-fetch-site", "same-origin")], "").await;
                let shown: String = path.chars().take(120).collect();
                faults.extend(faults_of(&answer).into_iter().map(|fault| format!("{} {shown}: {fault}", row.method)));
            }
        }
        none(&faults);
        readers.are_still_signed_in().await;
    }

    async fn somebody_elses_things_things_of_another_kind_and_nothing_look_the_same(place: &Place) {
        let app = TestApp::over(place);
        let (_, theirs) = people(&app).await;
        let entry = async |person| {
            app.services.records.list(&Actor::Operator, person, Category::Problem, Which::All, None).await.unwrap().lines[0].id
        };
        let mut other = app.signed_in(OTHER).await;
        let form = other.get("/readings/weight/new").await;
        let mut fields = Sendable::all_of(&form.body.replace("multipart", "")).into_iter().flat_map(|form| form.fields);
        let submission = fields.find(|(name, _)| name == "submission").unwrap().1.unwrap();
        let saved = other.post("/readings/weight/new", &[("submission", submission.as_str()), ("value", "72")]).await;
        let reading = saved.location().rsplit('/').next().unwrap().to_owned();
        let account = app.services.accounts.create_confirmed(&Actor::Operator, "third@example.org", PASSWORD, None).await.unwrap();
        let ids = [entry(theirs).await.to_string(), reading, theirs.to_string(), account.to_string(),
            "zzqzz".to_owned(), format!("{NOBODY}0"), "9".repeat(300), "%7B%7D".to_owned()];
        let sam = app.signed_in(SAM).await;
        let (mut faults, mut rows) = (Vec::new(), 0);
        for row in TABLE {
            let within = ["{id}", "{entry}", "{file}", "{photo}", "{organisation}", "{desk}", "{response}"];
            let Some(name) = within.iter().rev().find(|name| row.path.contains(**name)).map(|name| name.trim_matches(['{', '}'])) else { continue };
            if row.door == Door::Team || row.path.starts_with("/fhir/device") {
                continue;
            }
            rows += 1;
            let ask = async |id: &str| {
                let path = path_with(row, &|part| (part == name).then(|| id.to_owned()));
                let heads = [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
                let answer = send(&mut sam.clone(), row.method, &path, &heads, "").await;
                // Where the page itself is stands in it once, for the way back after the sign-in ended.
                let body = match answer.body.split_once("data-ended=\"") {
                    Some((before, rest)) => format!("{before}{}", rest.split_once('"').map_or("", |(_, rest)| rest)),
                    None => answer.body.clone(),
                };
                let to = answer.headers.get(header::LOCATION).map(|to| to.to_str().unwrap().replace(id, ""));
                (answer.status, to, body.replace(id, ""))
            };
            let nothing = ask(NOBODY).await;
            if is_get(row.method) && nothing.0.is_success() {
                faults.push(format!("GET {}: there is something at an id of nothing", row.path));
            }
            // Whether something has the form of an id is no secret: what is sent to change something may be told that it has not.
            for id in ids.iter().filter(|id| id.len() == NOBODY.len() || nothing.0 == StatusCode::NOT_FOUND && is_get(row.method)) {
                let got = ask(id).await;
                if got != nothing {
                    let (status, to, body) = (got.0, got.1, got.2.len());
                    faults.push(format!("{} {} with {id}: {status} {to:?} {body} and not {} {:?} {}", row.method, row.path, nothing.0, nothing.1, nothing.2.len()));
                }
            }
        }
        none(&faults);
        assert!(rows > 40, "only {rows} routes were tried");
    }

    async fn an_address_with_an_account_is_answered_as_one_without(place: &Place) {
        let app = TestApp::over(place);
        people(&app).await;
        let answered = async |path: &str, fields: &[(&str, &str)], email: &str| {
            let mut browser = app.browser();
            let mut all = vec![("email", email)];
            all.extend(fields);
            let began = Instant::now();
            let answer = browser.post(path, &all).await;
            // Whatever there was to do, it is answered when a step ends.
            assert!(began.elapsed() >= Duration::from_millis(250), "{path}");
            let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            let next = browser.get(answer.location()).await;
            (answer.status, answer.location().to_owned(), names, next.status, next.body.replace(email, ""))
        };
        for (path, fields) in [
            ("/sign-in", vec![("password", "not the right one at all")]),
            ("/sign-in/reset", vec![]),
            ("/register", vec![("password", "harbour violin thistle")]),
        ] {
            let (known, unknown) = (answered(path, &fields, SAM).await, answered(path, &fields, "nob@example.org").await);
            assert_eq!(known, unknown, "{path}");
        }
    }

    async fn a_number_that_has_a_record_is_answered_as_one_that_has_none(place: &Place) {
        let app = TestApp::over(place);
        let (sam, _) = people(&app).await;
        app.services.linking.issue_code(&Actor::Operator, sam).await.unwrap();
        app.account("new@example.org", None).await;
        let mut browser = app.signed_in("new@example.org").await;
        let mut answered = async |number: &str, family: &str| {
            let fields = [
                ("nhs_number", number), ("family_name", family), ("birth_date_day", "31"), ("birth_date_month", "3"),
                ("birth_date_year", "1980"), ("code", "AAAAA-AAAAA"),
            ];
            let began = Instant::now();
            let answer = browser.post("/link", &fields).await;
            assert!(began.elapsed() >= Duration::from_millis(250), "{number} {family}");
            let next = browser.get(answer.location()).await;
            (answer.location().to_owned(), next.status, next.body.replace(number, "").replace(family, ""))
        };
        // Somebody with a letter and a wrong code, the same number with another name, and a number of nobody.
        let held = answered("999 000 0018", "Rivers").await;
        assert!(held.2.contains("We could not match these details"), "{}", held.2);
        assert_eq!(answered("999 000 0018", "Qwertz").await, held);
        assert_eq!(answered("999 000 0042", "Rivers").await, held);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_in_place_of_a_form_is_refused_without_a_fault() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let (person, _) = people(&app).await;
    let readers = Readers::of(&app).await;
    let many = (0..5000).fold(String::new(), |mut all, at| {
        let _ = write!(all, "f{at}={at}&");
        all
    });
    let deep = "[".repeat(20_000);
    let wide = format!("{{\"a\":[{}1]}}", "1,".repeat(50_000));
    let long = format!("email={}", "x".repeat(300_000));
    let form = "application/x-www-form-urlencoded";
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        (form, b"a=%ff&%fe=1&=&&&%zz=%".to_vec()),
        (form, b"a=\xff\xfe\x00\x01".to_vec()),
        (form, many.into_bytes()),
        (form, "a=1&".repeat(20_000).into_bytes()),
        (form, long.into_bytes()),
        ("application/json", deep.clone().into_bytes()),
        ("application/json", wide.into_bytes()),
        ("application/fhir+json", deep.into_bytes()),
        ("application/fhir+json", b"{\"resourceType\":\"Bundle\",\"entry\":null}".to_vec()),
        ("application/json-patch+json", b"[{\"op\":\"replace\",\"path\":\"/\",\"value\":{}}]".to_vec()),
        ("text/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>".to_vec()),
        ("multipart/form-data", b"--b\r\n".to_vec()),
        ("multipart/form-data; boundary=", b"--\r\n\r\n----".to_vec()),
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../x\"\r\n\r\n".to_vec(),
        ),
        ("text/plain; charset=utf-7", b"+ADw-script+AD4-".to_vec()),
        (";;;", b"\0".to_vec()),
        ("", Vec::new()),
    ];
    let mut faults = Vec::new();
    for row in TABLE.iter().filter(|row| !is_get(row.method) && !ENDINGS.contains(&row.path)) {
        let path = path_about(row, person);
        for (kind, body) in &bodies {
            let heads = [("sec-fetch-site", "same-origin"), ("content-type", *kind)];
            let answer = send(&mut readers.of_row(row), row.method, &path, &heads, body.clone()).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
            let mut found = faults_of(&answer);
            if answer.body.contains("root:") {
                found.push("a file was read".to_owned());
            }
            faults.extend(found.into_iter().map(|fault| format!("{} {path} {kind} {shown:?}: {fault}", row.method)));
        }
    }
    // Heads that are too long, or say what is not so.
    let long = "x".repeat(60_000);
    for (name, value) in [
        ("cookie", long.as_str()),
        ("cookie", "__Host-session=\"; __Host-session=%00; =; ;;"),
        ("user-agent", long.as_str()),
        ("accept-language", long.as_str()),
        ("accept-encoding", "gzip;q=99999999999999, br;q=-1, *;q=NaN"),
        ("range", "bytes=0-0,0-0,-1,99999999999999999999-"),
        ("if-none-match", "*"),
        ("if-modified-since", "Thu, 99 Jan 99999 99:99:99 GMT"),
        ("x-forwarded-for", "::ffff:999.1.1.1, <script>"),
        ("x-forwarded-host", "evil.example"),
        ("x-original-url", "/team"),
        ("x-http-method-override", "DELETE"),
        ("content-length", "-1"),
        ("transfer-encoding", "chunked, identity"),
    ] {
        for path in ["/", "/record", "/sign-in", "/pkg/x.css", "/healthz", "/fhir/R4/metadata"] {
            let answer = send(&mut readers.sam.clone(), "GET", path, &[(name, value)], "").await;
            let mut found = faults_of(&answer);
            if answer.body.contains("evil.example") {
                found.push("it names another host".to_owned());
            }
            faults.extend(found.into_iter().map(|fault| format!("{path} with {name}: {fault}")));
        }
    }
    none(&faults);
    readers.are_still_signed_in().await;
    place.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_but_the_clients_own_is_given_out() {
    let place = testkit::fresh("sqlite").await;
    let folder = place.folder.path().join("site");
    std::fs::create_dir_all(folder.join("pkg/inner")).unwrap();
    std::fs::write(folder.join("pkg/x.css"), "body{}").unwrap();
    std::fs::write(folder.join("robots.txt"), "User-agent: *\n").unwrap();
    std::fs::write(folder.join("assets.json"), "{\"kept\":\"to ourselves\"}").unwrap();
    std::fs::write(place.folder.path().join("secret.txt"), "kept to ourselves").unwrap();
    let app = TestApp::over(&place);
    let state = app::state::AppState {
        services: std::sync::Arc::new(app.services.clone()),
        assets: std::sync::Arc::default(),
        demo: None,
        secure: true,
    };
    let app = TestApp { router: server::http::router(state, &folder, false, None), ..app };
    let mut browser = app.browser();
    let mut get = async |path: &str| send(&mut browser, "GET", path, &[("accept-encoding", "identity")], "").await;
    assert_eq!(get("/pkg/x.css").await.body, "body{}");
    assert_eq!(get("/robots.txt").await.status, StatusCode::OK);
    // What is for those who build it is in a demonstration alone.
    assert_eq!(get("/design").await.status, StatusCode::NOT_FOUND);
    let long = format!("/pkg/{}", "x".repeat(300));
    let longer = format!("/pkg/{}.css", "%2e".repeat(2000));
    for path in [
        "/pkg/../secret.txt",
        "/pkg/../../secret.txt",
        "/pkg/%2e%2e/%2e%2e/secret.txt",
        "/pkg/..%2f..%2fsecret.txt",
        "/pkg/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/pkg/%252e%252e%252fsecret.txt",
        "/pkg/..%5c..%5csecret.txt",
        "/pkg/..\\..\\secret.txt",
        "/pkg/....//....//secret.txt",
        "/pkg/x.css/../../../secret.txt",
        "/pkg/x.css%00.txt",
        "/pkg/%00",
        "/pkg/%ff",
        "/pkg//etc/passwd",
        "/pkg/%2fetc%2fpasswd",
        "/pkg///evil.example/%2e%2e",
        "/pkg",
        "/pkg/",
        "/pkg/inner/",
        "/assets.json",
        "/%61ssets.json",
        "/secret.txt",
        "/../secret.txt",
        "/.git/config",
        "/selfheal.db",
        long.as_str(),
        longer.as_str(),
    ] {
        let answer = get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        answer.does_not_say("ourselves").does_not_say("root:").does_not_say("x.css");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{path}");
    }
    // A folder is led on to within this host.
    let folder = get("/pkg/inner").await;
    let to = folder.headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    assert!(to.is_none_or(|to| to.starts_with('/') && !to.starts_with("//")), "{}", folder.status);
    place.clear().await;
}

testkit::both_engines! {
    async fn nobody_is_signed_in_under_an_id_that_was_chosen_for_them(place: &Place) {
        let app = TestApp::over(place);
        people(&app).await;
        // One that was made up, one that is no id, and one that this server gave to somebody else before.
        let mut before = app.browser();
        before.get("/record").await;
        let given = before.cookies[COOKIE].clone();
        for chosen in ["AAAAAAAAAAAAAAAAAAAAAA".to_owned(), "admin".to_owned(), given] {
            let mut browser = app.browser();
            browser.cookies.insert(COOKIE.to_owned(), chosen.clone());
            browser.get("/record").await;
            browser.post("/sign-in", &[("email", SAM), ("password", PASSWORD)]).await;
            let first = browser.cookies[COOKIE].clone();
            let code = app.code(SAM).await;
            browser.post("/sign-in/code", &[("code", &code)]).await;
            let second = browser.cookies[COOKIE].clone();
            app.clock.advance(TimeDelta::minutes(8));
            let code = app.code(SAM).await;
            let again = browser.post("/sign-in/again", &[("password", PASSWORD), ("code", &code)]).await;
            assert!(again.headers.contains_key(header::SET_COOKIE), "a step up gives a new id");
            let third = browser.cookies[COOKIE].clone();
            assert!(chosen != first && first != second && second != third && chosen != third);
            assert_eq!(browser.get("/account").await.status, StatusCode::OK);
            for old in [&chosen, &first, &second] {
                let mut thief = app.browser();
                thief.cookies.insert(COOKIE.to_owned(), old.clone());
                assert_eq!(thief.get("/account").await.location(), "/sign-in");
            }
            // The way out ends it on the server, and the browser is told to forget.
            let out = browser.post("/sign-out", &[]).await;
            assert_eq!(out.location(), "/signed-out");
            assert_eq!(faults_of(&out), Vec::<String>::new());
            assert!(!browser.cookies.contains_key(COOKIE));
            assert_eq!(out.headers["cache-control"], "no-store");
            let mut thief = app.browser();
            thief.cookies.insert(COOKIE.to_owned(), third);
            assert_eq!(thief.get("/account").await.location(), "/sign-in");
            app.clock.advance(TimeDelta::minutes(1));
        }
    }

    async fn a_way_back_that_leads_elsewhere_is_taken_by_nobody(place: &Place) {
        let app = TestApp::over(place);
        people(&app).await;
        let elsewhere = ["//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https:/evil.example", "https://evil.example",
            "javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\r\nLocation: https://evil.example", " //evil.example", "evil.example",
            "@evil.example", ".evil.example", "/%0d%0aSet-Cookie: a=b\r\n"];
        let mut reader = app.signed_in(SAM).await;
        for (number, next) in elsewhere.into_iter().enumerate() {
            let path = format!("/session-ended?{}", serde_urlencoded::to_string([("next", next)]).unwrap());
            // Signed in, it would be gone to at once.
            assert_eq!(reader.get(&path).await.location(), "/", "{next:?}");
            // Else after signing in.
            let mut browser = app.browser();
            assert_eq!(browser.post(&path, &[]).await.location(), "/sign-in", "{next:?}");
            if number < 3 {
                app.clock.advance(TimeDelta::minutes(1));
                browser.post("/sign-in", &[("email", SAM), ("password", PASSWORD)]).await;
                let code = app.code(SAM).await;
                assert_eq!(browser.post("/sign-in/code", &[("code", &code)]).await.location(), "/", "{next:?}");
            }
        }
        // An address of this host that only looks like another stays on this host.
        for path in ["//evil.example/record", "/record//evil.example", "/%2F%2Fevil.example"] {
            let answer = send(&mut app.browser(), "GET", path, &[], "").await;
            assert_eq!(faults_of(&answer), Vec::<String>::new(), "{path}");
        }
    }

    async fn no_other_site_and_no_page_that_is_loaded_ahead_signs_anybody_out(place: &Place) {
        let app = TestApp::over(place);
        people(&app).await;
        let sam = app.signed_in(SAM).await;
        let not_meant: [&[(&str, &str)]; 5] = [
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-origin"), ("sec-purpose", "prefetch;prerender")],
            &[("sec-fetch-site", "cross-site"), ("sec-purpose", "prefetch")],
        ];
        for heads in not_meant {
            // Whoever may have meant it comes away all the same.
            let answer = send(&mut sam.clone(), "GET", "/leave", heads, "").await;
            assert!(answer.location().starts_with("https://www.bbc.co.uk/"), "{heads:?}");
            assert_eq!(sam.clone().get("/account").await.status, StatusCode::OK, "{heads:?}");
        }
        let meant = send(&mut sam.clone(), "GET", "/leave", &[("sec-fetch-site", "same-origin")], "").await;
        assert!(meant.headers["clear-site-data"].to_str().unwrap().contains("cache"));
        assert_eq!(sam.clone().get("/account").await.location(), "/sign-in");
    }

    async fn a_text_message_with_an_id_that_no_database_keeps_is_refused(place: &Place) {
        let app = TestApp::over(place);
        let secret = "whoever-hands-over-texts-says-this";
        let texting = service::Texting { number: "07700 900999".to_owned(), secret: secret.parse().unwrap() };
        let services = place.services_texting(&app.clock, texting);
        let state = app::state::AppState { services: std::sync::Arc::new(services), assets: std::sync::Arc::default(), demo: None, secure: true };
        let app = TestApp { router: server::http::router(state, place.folder.path(), false, None), ..app };
        let said = format!("Bearer {secret}");
        let heads = [("authorization", said.as_str()), ("content-type", "application/json")];
        for (id, status) in [("m1", StatusCode::NO_CONTENT), ("a\\u0000b", StatusCode::BAD_REQUEST), ("a\\nb", StatusCode::BAD_REQUEST)] {
            let message = format!("{{\"id\":\"{id}\",\"source_number\":\"447700900123\",\"message\":\"BP 142/88\",\"date_received\":\"2026-11-03T10:40:00Z\"}}");
            let answer = send(&mut app.browser(), "POST", "/texts/received", &heads, message).await;
            assert_eq!(answer.status, status, "{id}");
        }
    }

    async fn a_mail_leads_here_whatever_host_a_request_names(place: &Place) {
        let app = TestApp::over(place);
        people(&app).await;
        let request = Request::post("/sign-in/reset").header(header::HOST, "evil.example").header("x-forwarded-host", "evil.example");
        let request = request.header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut request = request.body(Body::from("email=sam%40example.org")).unwrap();
        request.extensions_mut().insert(PeerAddress([127, 0, 0, 1].into()));
        let answer = app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert!(answer.headers()[header::LOCATION].to_str().unwrap().starts_with("/sign-in"));
        // The whole link begins with the address that the operator gave.
        let link = app.mailed_link(SAM).await;
        assert!(link.contains("token=") && !link.contains("evil"), "{link}");
    }

    async fn what_is_typed_writes_no_head_of_a_mail(place: &Place) {
        let app = TestApp::over(place);
        people(&app).await;
        app.services.outbox.deliver_waiting(&app.mail, None).await.unwrap();
        for email in ["eve@example.org\r\nBcc: all@example.org", "eve@example.org\nSubject: x", "eve@example.org,all@example.org", "eve@example.org>\r\n\r\nx"] {
            for path in ["/register", "/sign-in/reset"] {
                let answer = app.browser().post(path, &[("email", email), ("password", PASSWORD)]).await;
                assert!(!answer.status.is_server_error(), "{path} {email:?}");
            }
        }
        let written = app.services.outbox.deliver_waiting(&app.mail, None).await.unwrap();
        assert_eq!(written, service::Delivered::default(), "a mail was written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cookie_password_or_letter_can_be_read_in_the_files_of_the_database() {
    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let oakes = app.person("999 000 0042", "Oakes", "Gout").await;
    let letter = app.services.linking.issue_code(&Actor::Operator, oakes).await.unwrap().code;
    app.account(SAM, None).await;
    // Typed for nothing, for an account that waits for its mail, and where it was asked again.
    let [mistyped, chosen, again] = ["mistyped walnut saddle", "chosen walnut saddle", "again walnut saddle"];
    app.browser().post("/sign-in", &[("email", SAM), ("password", mistyped)]).await;
    app.browser().post("/register", &[("email", "newer@example.org"), ("password", chosen)]).await;
    let mut sam = app.signed_in(SAM).await;
    let mut secrets: Vec<String> = [PASSWORD, mistyped, chosen, again].map(str::to_owned).into();
    secrets.extend(sam.cookies.values().cloned());
    let details = [
        ("nhs_number", "999 000 0042"),
        ("birth_date_day", "31"),
        ("birth_date_month", "3"),
        ("birth_date_year", "1980"),
        ("family_name", "Oakes"),
        ("code", letter.as_str()),
    ];
    assert_eq!(sam.post("/link", &details).await.location(), "/");
    app.clock.advance(TimeDelta::minutes(8));
    sam.post("/sign-in/again", &[("password", again), ("code", "000000")]).await;
    secrets.extend(sam.cookies.values().cloned());
    secrets.extend([letter.replace('-', ""), letter]);
    assert!(secrets.len() >= 8 && secrets.iter().all(|secret| secret.len() >= 10), "{} secrets", secrets.len());
    let mut files = String::new();
    for file in std::fs::read_dir(place.folder.path()).unwrap() {
        files.push_str(&String::from_utf8_lossy(&std::fs::read(file.unwrap().path()).unwrap()));
    }
    // What is no secret can be read there.
    assert!(files.contains(SAM) && files.contains("Gout"));
    for secret in secrets {
        assert!(!files.contains(&secret), "{secret}");
    }
    place.clear().await;
}

#[test]
fn what_is_wrong_is_found() {
    let answer = |location: Option<&'static str>, cookie: Option<&'static str>, body: &str| {
        let mut headers = HeaderMap::new();
        for (name, value) in [(header::LOCATION, location), (header::SET_COOKIE, cookie)] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        Answer { status: StatusCode::OK, headers, body: body.to_owned() }
    };
    assert_eq!(
        faults_of(&answer(Some("/record"), Some("__Host-x=1; HttpOnly; SameSite=Lax; Secure; Path=/"), "")),
        Vec::<String>::new()
    );
    for (location, cookie, body) in [
        (Some("//evil.example"), None, ""),
        (Some("https://evil.example"), None, ""),
        (Some("/\\evil.example"), None, ""),
        (None, Some("session=1; HttpOnly; SameSite=Lax; Secure; Path=/"), ""),
        (None, Some("__Host-x=1; SameSite=Lax; Secure; Path=/"), ""),
        (None, None, "<p><script>alert(1)</script>"),
    ] {
        assert_eq!(faults_of(&answer(location, cookie, body)).len(), 1, "{location:?} {cookie:?} {body}");
    }
    let page = "<form method=\"post\" action=\"/a?b&amp;c\"><input type=\"hidden\" name=\"h\" value=\"1\"><input name=\"t\"><textarea name=\"u\">\
                </textarea><select name=\"s\"><option value=\"x\"></select></form><form method=\"post\" action=\"/b\"><input type=\"hidden\" name=\"h\"></form>";
    let forms = Sendable::all_of(page);
    assert_eq!((forms.len(), forms[0].action.as_str()), (1, "/a?b&c"));
    assert_eq!(forms[0].filled("!", false).len(), 1);
    let filled = forms[0].filled("!", true);
    assert_eq!(filled.len(), 3);
    assert_eq!(filled[0].iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["1", "!", "!", ""]);
    assert_eq!(filled[1].iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["1", "!", "70", ""]);
}
