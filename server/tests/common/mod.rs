//! A whole server without a socket, and a browser without a screen.

use app::ctx::PeerAddress;
use app::state::{AppState, Assets};
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::access::Actor;
use domain::team::StaffRole;
use domain::{AccountId, PersonId};
use http_body_util::BodyExt;
use server::limit::Limit;
use service::{ImportRequest, Mail, MailError, Mailer, OrganisationKind, PlainWords, PrescribingSystem, Services, StaffForm};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex};
use testkit::{MockClock, Phones, Place};
use tower::ServiceExt;

pub const PASSWORD: &str = "otter umbrella quartz";

/// The server, with the clock in the test's hand.
pub struct TestApp {
    pub router: Router,
    pub services: Services,
    pub clock: MockClock,
    pub mail: Mailbox,
    pub phones: Phones,
}

/// Keeps what was sent.
#[derive(Clone, Default)]
pub struct Mailbox(Arc<Mutex<Vec<Mail>>>);

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

impl TestApp {
    pub fn over(place: &Place) -> Self {
        Self::with(place, false, None)
    }

    /// The same, where a proxy tells the addresses and each network has its limit.
    pub fn limited(place: &Place, limit: Limit) -> Self {
        Self::with(place, true, Some(limit))
    }

    /// The same, where practices may decide about orders of medicines in this system.
    pub fn prescribing(place: &Place, system: impl PrescribingSystem) -> Self {
        let clock = MockClock::default();
        let services = place.services_prescribing(&clock, system);
        Self::of(place, (clock, services), false, None)
    }

    /// The same, with these plain words.
    pub fn explaining(place: &Place, plain_words: PlainWords) -> Self {
        let clock = MockClock::default();
        let services = place.services(&clock).with_plain_words(plain_words);
        Self::of(place, (clock, services), false, None)
    }

    fn with(place: &Place, behind_proxy: bool, limit: Option<Limit>) -> Self {
        let clock = MockClock::default();
        let services = place.services(&clock);
        Self::of(place, (clock, services), behind_proxy, limit)
    }

    fn of(place: &Place, (clock, services): (MockClock, Services), behind_proxy: bool, limit: Option<Limit>) -> Self {
        let assets = Assets { css: "/pkg/x.css".to_owned(), js: "/pkg/x.js".to_owned(), wasm: "/pkg/x.wasm".to_owned() };
        let state = AppState { services: Arc::new(services.clone()), assets: Arc::new(assets), demo: None, secure: true };
        let router = server::http::router(state, place.folder.path(), behind_proxy, limit);
        Self { router, services, clock, mail: Mailbox::default(), phones: Phones::default() }
    }

    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new() }
    }

    /// Delivers what waits, and gives the link in the newest mail to this address.
    pub async fn mailed_link(&self, to: &str) -> String {
        self.services.outbox.deliver_waiting(&self.mail, None).await.unwrap();
        let mails = self.mail.0.lock().unwrap().clone();
        let mail = mails.iter().rev().find(|mail| mail.to == to).unwrap_or_else(|| panic!("no mail to {to}: {mails:?}"));
        let at = mail.body.find("http://localhost:8080/").unwrap_or_else(|| panic!("no link in {}", mail.body));
        let link = mail.body[at + "http://localhost:8080".len()..].split_whitespace().next().unwrap();
        link.to_owned()
    }

    /// Delivers what waits, and gives the code in the one text message that came, to this number.
    pub async fn texted_code(&self, to: &str) -> String {
        self.services.outbox.deliver_waiting(&self.mail, Some(&self.phones)).await.unwrap();
        let texts = self.phones.read();
        assert!(texts.len() == 1 && texts[0].to == to, "{texts:?}");
        texts[0].body.split_whitespace().next().unwrap().to_owned()
    }

    /// A person with a small record; every person has one problem of this title.
    pub async fn person(&self, nhs_number: &str, family_name: &str, problem: &str) -> PersonId {
        let operator = Actor::Operator;
        let organisation =
            self.services.organisations.ensure(&operator, "Y90001", "Riverside Surgery", OrganisationKind::Practice);
        let organisation = organisation.await.unwrap().id;
        let id = nhs_number.replace(' ', "");
        let bundle = format!(
            r#"{{"resourceType":"Bundle","type":"collection","entry":[
            {{"resource":{{"resourceType":"Patient","id":"p{id}",
              "identifier":[{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{id}"}}],
              "name":[{{"family":"{family_name}","given":["Sam"]}}],"birthDate":"1980-03-31"}}}},
            {{"resource":{{"resourceType":"Condition","id":"c{id}","subject":{{"reference":"Patient/p{id}"}},
              "code":{{"text":"{problem}"}},"onsetDateTime":"2019-05-01","clinicalStatus":{{"coding":[{{"code":"active"}}]}}}}}}]}}"#
        );
        let request = ImportRequest { organisation, expected: None };
        let report = self.services.imports.import(&operator, Cursor::new(bundle.into_bytes()), request).await.unwrap();
        assert_eq!(report.problems, vec![]);
        report.person
    }

    /// An account with an authenticator, linked or not.
    pub async fn account(&self, email: &str, person: Option<PersonId>) -> AccountId {
        let secret = format!("a secret of {email} that is long").into_bytes();
        let account = self.services.accounts.create_confirmed(&Actor::Operator, email, PASSWORD, Some(secret)).await.unwrap();
        if let Some(person) = person {
            self.services.linking.link_in_person(&Actor::Operator, account, person).await.unwrap();
        }
        account
    }

    /// An account that works at the organisation of this code, which is made when it is not there.
    pub async fn staff(&self, email: &str, organisation: &str, role: StaffRole) -> AccountId {
        let operator = Actor::Operator;
        let at = self.services.organisations.ensure(&operator, organisation, organisation, OrganisationKind::Practice);
        let at = at.await.unwrap().id;
        let account = self.account(email, None).await;
        let form = StaffForm {
            email: email.to_owned(),
            name: format!("Name of {}", role.code()),
            job: role.title().to_owned(),
            role: role.code().to_owned(),
        };
        self.services.care_team.add(&operator, at, &form).await.unwrap();
        account
    }

    /// The code that the account's authenticator shows.
    pub async fn code(&self, email: &str) -> String {
        self.services.sign_in.current_demo_code(email).await.unwrap().unwrap()
    }

    /// A browser that has signed in with both steps.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let first = browser.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(first.location(), "/sign-in/code");
        let code = self.code(email).await;
        let second = browser.post("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.body);
        browser
    }
}

/// Keeps cookies as a browser does.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[header::LOCATION].to_str().unwrap()
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{text:?} is not in {} {}", self.status, self.body);
        self
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} is in {} {}", self.status, self.body);
        self
    }
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(serde_urlencoded::to_string(fields).unwrap())).await
    }

    /// Posts, follows where it leads, and gives that page.
    pub async fn post_and_follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let to = self.post(path, fields).await.location().to_owned();
        self.get(&to).await
    }

    pub async fn send(&mut self, request: Builder, body: Body) -> Answer {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let mut request = request.header(header::HOST, "localhost:8080");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(PeerAddress([127, 0, 0, 1].into()));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") || value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

/// Whether a method is safe.
pub fn is_get(method: &str) -> bool {
    method == Method::GET.as_str()
}
