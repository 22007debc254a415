//! What the log holds while people use everything: who did what is in the audit, and nobody is named in the log, also where it tells most.

use crate::common::{PASSWORD, TestApp, is_get};
use app::guard::Door;
use app::routes::TABLE;
use axum::body::Body;
use axum::http::Request;
use domain::access::Actor;
use domain::team::StaffRole;
use std::io;
use std::sync::{Arc, Mutex};

const SAM: &str = "sam.rivers@example.org";
const GP: &str = "gp.ellis@example.org";
/// Routes that end the sign-in.
const ENDINGS: [&str; 3] = ["/sign-out", "/leave", "/session-ended"];

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_named_whatever_they_do() {
    let kept = Kept::default();
    let writer = kept.clone();
    let ours = "server=trace,app=trace,service=trace,store=trace,gateway=trace,fhir=trace,domain=trace,debug";
    tracing_subscriber::fmt().with_env_filter(ours).with_ansi(false).with_writer(move || writer.clone()).try_init().unwrap();

    let place = testkit::fresh("sqlite").await;
    let app = TestApp::over(&place);
    let person = app.person("999 000 0018", "Xanthopoulos-Rivers", "Haemochromatosis").await;
    let code = app.services.linking.issue_code(&Actor::Operator, person).await.unwrap().code;
    app.account(SAM, Some(person)).await;
    app.staff(GP, "Y90001", StaffRole::Clinician).await;
    let mut secrets = vec![code];

    // Somebody new, and what they mistype.
    let mut newcomer = app.browser();
    newcomer.post("/register", &[("email", "newcomer@example.org"), ("password", PASSWORD)]).await;
    let link = app.mailed_link("newcomer@example.org").await;
    secrets.push(link.split_once("token=").unwrap().1.to_owned());
    newcomer.get(&link).await;
    newcomer.post("/register/confirm", &[("token", &secrets[1])]).await;
    newcomer.post("/sign-in", &[("email", SAM), ("password", "not-the-passphrase-at-all")]).await;
    newcomer.post("/sign-in/reset", &[("email", SAM)]).await;
    newcomer.post("/sign-in", &[("email", "not an address at all"), ("password", "Zephyrine")]).await;

    // Everything there is to be looked at, and what is sent to all routes without a meaning.
    let (mut sam, mut gp) = (app.signed_in(SAM).await, app.signed_in(GP).await);
    for row in TABLE.iter().filter(|row| !ENDINGS.contains(&row.path)) {
        let browser = if row.door == Door::Team { &mut gp } else { &mut sam };
        let path = row.path.replace("{id}", &person.to_string()).replace("{category}", "problems").replace("{measure}", "weight");
        let path = if is_get(row.method) { format!("{path}?q=Haemochromatosis&name=Xanthopoulos&token=Zephyrine") } else { path };
        let path = path.replace(['{', '}'], "");
        let request = Request::builder().method(row.method).uri(path).header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/x-www-form-urlencoded").header("user-agent", "Zephyrine/1.0");
        let fields = if row.path.starts_with("/account/") {
            ""
        } else {
            "note=Zephyrine&words=Zephyrine&nhs_number=9990000018&email=sam.rivers%40example.org"
        };
        browser.send(request, Body::from(fields)).await;
    }
    secrets.extend(sam.cookies.values().chain(gp.cookies.values()).filter(|value| value.len() > 15).cloned());
    gp.post("/team/people", &[("nhs_number", "999 000 0018"), ("reason", "care")]).await;
    sam.post("/account/details/contact", &[("address", "1 Zephyrine Row"), ("postcode", "ZE1 0AA")]).await;
    sam.get("/record/search?q=Haemochromatosis").await;
    sam.get(&format!("/record/entries/{person}")).await;
    sam.post("/sign-in/again", &[("password", "Zephyrine")]).await;
    let foreign = Request::post("/sign-in?token=Zephyrine").header("sec-fetch-site", "cross-site");
    sam.send(foreign, Body::from("email=sam.rivers%40example.org")).await;
    server::refusals::tell();
    app.services.outbox.deliver_waiting(&app.mail, Some(&app.phones)).await.unwrap();

    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.lines().filter(|line| line.contains("shape=")).count() > 200, "{} lines", log.lines().count());
    let refused = log.lines().filter(|line| line.contains("requests were refused")).collect::<Vec<_>>();
    let told = |line: &&str| ["sent from another site", "/sign-in", "times=1"].iter().all(|word| line.contains(word));
    assert!(refused.len() == 1 && refused.iter().all(told), "{refused:?}");
    let about = [
        "9990000018",
        "999 000 0018",
        "Xanthopoulos",
        "Haemochromatosis",
        "Zephyrine",
        "sam.rivers",
        "gp.ellis",
        "newcomer@",
        "ZE1 0AA",
        PASSWORD,
        "not-the-passphrase",
    ];
    for word in about.into_iter().chain(secrets.iter().map(String::as_str)) {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(word)).take(3).collect();
        assert!(lines.is_empty(), "{word}: {lines:#?}");
    }
    place.clear().await;
}
