//! What a page or a form's handler works with: the request, who is signed in, and the ways to answer.

use crate::binding::{Binding, Changed};
use crate::forms::{self, FormState, Interrupted, Typed};
use crate::guard::{self, session_hash};
use crate::outcome;
use crate::pages::readings::before_it_is_saved;
use crate::pages::who;
use crate::shell::{self, Document, Frame, IDLE_SECONDS, Place};
use crate::signed_in::SignedIn;
use crate::state::AppState;
use crate::ui::{Button, Inset, PageHeading};
use crate::whose::{self, Whose};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::PersonId;
use domain::access::{Actor, Assurance};
use domain::profile::Display;
use domain::when::london_day;
use leptos::prelude::*;
use service::{CurrentSession, FieldProblem, Origin, PersonSummary, ServiceError, Services, ToDo};
use tower_sessions::Session;
use tower_sessions::session::Id;

/// The longest path that is worth coming back to, in bytes.
const LONGEST_PATH: usize = 1024;
/// The name of the cookie that tells one browser from another.
const DEVICE_COOKIE: &str = "device";
/// The name of the cookie that says how pages look in a browser, for whoever is not signed in.
const DISPLAY_COOKIE: &str = "display";
/// How long both are kept, in seconds: a year.
const YEAR: u32 = 365 * 24 * 60 * 60;

/// The request of one reader.
#[derive(Clone)]
pub struct Ctx {
    /// What every page can reach.
    pub state: AppState,
    /// The browser's session.
    pub session: Session,
    /// Who is signed in, if anybody.
    pub signed_in: Option<SignedIn>,
    /// Whose record is open, once the guard has found it.
    pub person: Option<PersonId>,
    /// Where they are at work, once the guard has found that they still are.
    pub team: Option<service::Place>,
    /// The path asked for, with its query.
    pub path: String,
    /// Where the request comes from and what the browser calls itself.
    pub origin: Origin,
    /// The browser's own cookie, if it has one.
    pub device: Option<String>,
    /// How pages look in this browser, where somebody chose that in it.
    pub in_browser: Option<Display>,
    /// The id of the session that the browser asked for, which may have ended.
    pub asked_session: Option<Id>,
}

/// The address of the peer, put into the request by the server.
#[derive(Clone, Copy, Debug)]
pub struct PeerAddress(pub std::net::IpAddr);

impl FromRequestParts<AppState> for Ctx {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        if let Some(guarded) = parts.extensions.get::<Self>() {
            return Ok(guarded.clone());
        }
        let no_session = || Failure::internal("the request has no session");
        let unread = Self::unread(parts, state).ok_or_else(no_session)?;
        let signed_in = SignedIn::load(&unread.session).await?.filter(|reader| !reader.has_lapsed(state.services.core.now()));
        Ok(Self { signed_in, ..unread })
    }
}

impl Ctx {
    /// The request before it is known who sends it; `None` where it has not even a session to read that from.
    pub(crate) fn unread(parts: &Parts, state: &AppState) -> Option<Self> {
        Some(Self {
            state: state.clone(),
            session: parts.extensions.get::<Session>().cloned()?,
            signed_in: None,
            person: None,
            team: None,
            path: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            origin: Origin::new(
                parts.extensions.get::<PeerAddress>().map(|peer| peer.0),
                text_of(&parts.headers, &header::USER_AGENT),
            ),
            device: cookie(&parts.headers, &device_cookie_name(state.secure)),
            in_browser: cookie(&parts.headers, &display_cookie_name(state.secure)).map(|words| Display::read(&words)),
            asked_session: cookie(&parts.headers, session_cookie_name(state.secure)).and_then(|id| id.parse().ok()),
        })
    }
}

fn text_of(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().chars().take(400).collect()
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

/// The name of the session's cookie. The prefix makes browsers refuse one that was set by another host or without https.
#[must_use]
pub const fn session_cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

fn display_cookie_name(secure: bool) -> String {
    if secure { format!("__Host-{DISPLAY_COOKIE}") } else { DISPLAY_COOKIE.to_owned() }
}

fn device_cookie_name(secure: bool) -> String {
    if secure { format!("__Host-{DEVICE_COOKIE}") } else { DEVICE_COOKIE.to_owned() }
}

/// What a page is called and where it belongs.
#[derive(Clone, Debug, Default)]
pub struct Head<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its place.
    pub place: Place,
    /// Whether an island stands on it.
    pub island: bool,
    /// Whether leaving it alone would lose what is typed, so that without script it is not left by itself.
    pub typing: bool,
    /// Whether something is wrong with what was typed.
    pub has_errors: bool,
    /// Whose it is, as far as the reader may know, where what the page shows was read with that: it stands on paper.
    pub whose: Option<PersonSummary>,
    /// Whose it is, of a page that says that itself on its first sheet: it stands on the others.
    pub running: Option<String>,
}

impl<'a> Head<'a> {
    /// A page of this title and place.
    #[must_use]
    pub const fn new(title: &'a str, place: Place) -> Self {
        Self { title, place, island: false, typing: false, has_errors: false, whose: None, running: None }
    }

    /// A page with a form on it.
    #[must_use]
    pub fn form(title: &'a str, place: Place, form: &FormState) -> Self {
        Self { title, place, island: false, typing: true, has_errors: form.has_errors(), whose: None, running: None }
    }

    /// The same with an island on it.
    #[must_use]
    pub fn with_island(mut self) -> Self {
        self.island = true;
        self
    }

    /// The same of somebody: on paper it says whose it is, and on which day it was so.
    #[must_use]
    pub fn of(mut self, whose: &PersonSummary) -> Self {
        self.whose = Some(whose.clone());
        self
    }

    /// The same of somebody whom the page itself names on its first sheet: on paper the others name them too.
    #[must_use]
    pub fn named(mut self, whose: &PersonSummary) -> Self {
        self.running = Some(who(whose));
        self
    }
}

impl Ctx {
    /// The use cases.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.state.services
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.signed_in.as_ref().map_or(Actor::Nobody, SignedIn::actor)
    }

    /// Who acts at work.
    ///
    /// # Errors
    /// When nobody is at work; the guard sees to it that this does not happen on a route of a care team.
    pub fn staff(&self) -> Result<Actor, Failure> {
        self.signed_in.as_ref().and_then(SignedIn::staff).ok_or(Failure(ServiceError::NotFound))
    }

    /// Where they are at work.
    ///
    /// # Errors
    /// As [`Ctx::staff`].
    pub fn team(&self) -> Result<&service::Place, Failure> {
        self.team.as_ref().ok_or(Failure(ServiceError::NotFound))
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// When nobody is; the guard sees to it that this does not happen on a guarded route.
    pub fn reader(&self) -> Result<&SignedIn, Failure> {
        self.signed_in.as_ref().ok_or(Failure(ServiceError::NotSignedIn))
    }

    /// The session in which something is asked, as the services want to know it.
    #[must_use]
    pub fn current_session(&self) -> CurrentSession {
        let id_hash = self.session.id().map_or([0; 32], |id| session_hash(&id));
        CurrentSession { id_hash, fresh_at: self.signed_in.as_ref().map(|signed_in| signed_in.fresh_at) }
    }

    /// Signs in: the session gets a new id, the browser its device cookie if it has none, and the reader goes on to what
    /// they came for.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub async fn signed_in(&self, signed_in: &service::SignedIn) -> Answer {
        let (next, cookie) = self.begin(signed_in).await?;
        let mut response = self.go(&next);
        response.headers_mut().extend(cookie);
        Ok(response)
    }

    /// The same where something else than a page is answered: the page to go on to, and the header with the device cookie.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub async fn begin(&self, signed_in: &service::SignedIn) -> Result<(String, Option<(HeaderName, HeaderValue)>), Failure> {
        let second_step = signed_in.assurance == Assurance::SecondStep;
        let mut reader = SignedIn {
            account: signed_in.account,
            second_step_at: second_step.then_some(signed_in.at),
            began_at: signed_in.at,
            fresh_at: signed_in.at,
            own: None,
            acting: None,
            working_as: None,
            display: None,
        };
        reader.display = self.services().profile.display(&reader.actor()).await?;
        if second_step {
            let people = self.services().linking.people(&reader.actor()).await?;
            reader.own = people.first().map(|person| person.person);
        }
        self.store(&reader).await?;
        let cookie = signed_in.device_token.as_deref().and_then(|token| self.device_cookie(token));
        Ok((self.after_sign_in(&reader).await?, cookie))
    }

    /// Begins a sign-in in the session. What the session kept for whoever was signed in before, even if that has lapsed, is
    /// not for another reader.
    ///
    /// # Errors
    /// When the session cannot be read or written.
    pub async fn store(&self, reader: &SignedIn) -> Result<(), Failure> {
        if SignedIn::load(&self.session).await?.is_some_and(|before| before.account != reader.account) {
            forms::forget(&self.session).await?;
        }
        Ok(reader.store(&self.session).await?)
    }

    /// Where to go after signing in: back to a form that was interrupted, or to the page that was asked for. Whoever pressed a
    /// button there is told to press it again.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn after_sign_in(&self, reader: &SignedIn) -> Result<String, Failure> {
        if reader.second_step_at.is_none() {
            return Ok("/second-step".to_owned());
        }
        if let Some(page) = forms::resume(&self.session, reader.account).await? {
            return Ok(page);
        }
        let next = self.session.remove::<String>(guard::NEXT).await?.filter(|next| is_ours(next));
        let pressed = self.session.remove::<String>(guard::PRESSED).await?;
        if pressed.is_some() && pressed == next {
            forms::say_press_again(&self.session).await?;
        }
        Ok(next.unwrap_or_else(|| "/".to_owned()))
    }

    /// Whose record is open.
    ///
    /// # Errors
    /// When none is; the guard sees to it that this does not happen on a route of the record.
    pub fn person(&self) -> Result<PersonId, Failure> {
        self.person.ok_or(Failure(ServiceError::NotFound))
    }

    /// The reader's own record.
    ///
    /// # Errors
    /// When they have none, or act for somebody else now: then the page does not exist.
    pub fn own(&self) -> Result<PersonId, Failure> {
        let person = self.person()?;
        let own = self.reader()?.own == Some(person);
        if own { Ok(person) } else { Err(Failure::not_found()) }
    }

    /// Whether the reader sees and books the appointments of the person whose record is open.
    #[must_use]
    pub fn books(&self) -> bool {
        self.signed_in.as_ref().is_some_and(|reader| reader.acting.as_ref().map_or(reader.own.is_some(), |acting| acting.books))
    }

    /// Whether the reader sees and records the readings of the person whose record is open.
    #[must_use]
    pub fn records_readings(&self) -> bool {
        self.signed_in
            .as_ref()
            .is_some_and(|reader| reader.acting.as_ref().map_or(reader.own.is_some(), |acting| acting.readings))
    }

    /// Whose record is open, in words.
    #[must_use]
    pub fn whose(&self) -> Whose {
        Whose::open(self.signed_in.as_ref().and_then(|reader| reader.acting.as_ref()).map(|acting| acting.name.clone()))
    }

    fn frame(&self) -> Frame {
        if let Some(place) = &self.team {
            return Frame::Team(place.clone());
        }
        match &self.signed_in {
            None => Frame::SignedOut,
            Some(SignedIn { second_step_at: Some(_), acting: Some(acting), .. }) => Frame::Acting {
                name: acting.name.clone(),
                books: acting.books,
                medicines: acting.medicines,
                readings: acting.readings,
            },
            Some(SignedIn { second_step_at: Some(_), own: Some(_), .. }) => Frame::Record,
            Some(_) => Frame::Account,
        }
    }

    /// Answers with a page.
    ///
    /// # Errors
    /// When the session cannot be read, or the database fails.
    pub async fn page<V: IntoView + 'static>(&self, mut head: Head<'_>, body: impl FnOnce() -> V) -> Result<Response, Failure> {
        let mut printed = head.whose.take();
        let mut running = head.running.take();
        if printed.is_none() && running.is_none() {
            printed = Box::pin(self.on_paper()).await?;
        }
        running = running.or_else(|| printed.as_ref().map(who));
        let said = forms::said(&self.session).await?;
        let left_alone = (self.signed_in.is_some() && !head.typing).then(|| self.left_alone()).flatten();
        let mut response = Html(Document { printed, running, ..self.document(head, said) }.render(body)).into_response();
        if let Some(refresh) = left_alone {
            response.headers_mut().insert(header::REFRESH, refresh);
        }
        Ok(response)
    }

    /// Whose the page is, of those that were read without that. Nothing on a page of nobody, and on one that says it itself.
    async fn on_paper(&self) -> Result<Option<PersonSummary>, Failure> {
        let Some(person) = whose::on_paper(&self.path, self.person) else { return Ok(None) };
        let actor = if self.team.is_some() { self.staff()? } else { self.actor() };
        Ok(self.services().records.whose_beside(&actor, person).await?)
    }

    /// A page left alone ends the sign-in without script too, a moment after the script would have.
    fn left_alone(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("{}; url={}", IDLE_SECONDS + 5, shell::ended(&self.path))).ok()
    }

    fn document<'a>(
        &'a self,
        Head { title, place, island, has_errors, .. }: Head<'a>,
        said: Option<forms::Said>,
    ) -> Document<'a> {
        Document {
            title,
            place,
            frame: self.frame(),
            demo: self.state.demo.is_some(),
            island,
            path: &self.path,
            has_errors,
            said,
            printed: None,
            running: None,
            today: london_day(self.services().core.now()),
            binding: self.signed_in.as_ref().map(Binding::of),
            display: self.display(),
            assets: &self.state.assets,
        }
    }

    /// The state of a form that was sent back.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn form(&self, form: &str) -> Result<FormState, Failure> {
        Ok(forms::take(&self.session, form).await?)
    }

    /// A one-time id for a form, so that sending it twice does once what it does.
    #[must_use]
    pub fn submission(&self) -> String {
        self.services().core.new_id().to_string()
    }

    /// Goes on to another page.
    #[must_use]
    pub fn go(&self, path: &str) -> Response {
        Redirect::to(path).into_response()
    }

    /// Says what happened and goes on to another page.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub async fn done(&self, path: &str, title: &str, text: Option<&str>) -> Result<Response, Failure> {
        forms::say(&self.session, title, text).await?;
        Ok(self.go(path))
    }

    /// The same with how it is undone.
    ///
    /// # Errors
    /// As [`Ctx::done`].
    pub async fn done_undo(&self, path: &str, title: &str, text: &str, undo: forms::Undo) -> Result<Response, Failure> {
        forms::say_undo(&self.session, title, text, undo).await?;
        Ok(self.go(path))
    }

    /// Sends a form back to its page when something is wrong with it; any other failure is answered by its own page.
    ///
    /// # Errors
    /// The failure, when it is not about what was typed.
    pub async fn send_back(&self, error: ServiceError, form: &str, page: &str, typed: Typed) -> Result<Response, Failure> {
        let problems = match error {
            ServiceError::Fields(problems) => problems,
            ServiceError::TooMany(wait) => vec![FieldProblem::new("", too_many(wait))],
            ServiceError::NeedsFreshSignIn => return self.interrupted(form, page, typed).await,
            other => return Err(Failure(other)),
        };
        forms::keep(&self.session, form, problems, typed).await?;
        Ok(self.go(page))
    }

    /// Keeps a form whose sign-in is too old, and asks its owner to sign in again.
    ///
    /// # Errors
    /// When the session cannot be written.
    pub async fn interrupted(&self, form: &str, page: &str, typed: Typed) -> Result<Response, Failure> {
        let account = self.reader()?.account;
        let kept = Interrupted { account, form: form.to_owned(), page: page.to_owned(), typed };
        forms::interrupt(&self.session, kept).await?;
        Ok(self.go("/sign-in/again"))
    }

    /// The header that gives this browser a cookie of its own, by which a sign-in from a new one is noticed.
    #[must_use]
    pub fn device_cookie(&self, token: &str) -> Option<(HeaderName, HeaderValue)> {
        let (name, secure) = (device_cookie_name(self.state.secure), if self.state.secure { "; Secure" } else { "" });
        let value = format!("{name}={token}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&value).ok().map(|value| (header::SET_COOKIE, value))
    }

    /// The header that keeps how pages look in this browser.
    #[must_use]
    pub fn display_cookie(&self, display: Display) -> Option<(HeaderName, HeaderValue)> {
        let (name, secure) = (display_cookie_name(self.state.secure), if self.state.secure { "; Secure" } else { "" });
        let value = format!("{name}={}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{secure}", display.in_cookie());
        HeaderValue::from_str(&value).ok().map(|value| (header::SET_COOKIE, value))
    }

    /// How pages look for the reader: as their account chose, else as was chosen in this browser.
    #[must_use]
    pub fn display(&self) -> Display {
        self.signed_in.as_ref().and_then(|reader| reader.display).or(self.in_browser).unwrap_or(Display::NONE)
    }

    /// The page for a form that could not even be read: too large, cut off, or of another kind.
    #[must_use]
    pub fn refused(&self, status: StatusCode) -> Response {
        if outcome::is_asked_at(&self.path) {
            return outcome::unread(&self.path, status);
        }
        let text = match status {
            StatusCode::PAYLOAD_TOO_LARGE => "What you sent is too large. Nothing was changed. Go back and send less.",
            StatusCode::METHOD_NOT_ALLOWED => "This page cannot be opened that way. Nothing was changed.",
            _ => "What you sent did not arrive whole. Nothing was changed. Go back and send it again.",
        };
        self.problem(status, "There is a problem", text.to_owned())
    }

    /// The page for a form that was made for somebody else than whoever sends it now.
    #[must_use]
    pub fn not_for(&self, changed: Changed) -> Response {
        self.not_for_typed(changed, ToDo::new())
    }

    /// The same with what to do at once about what was typed in it: danger does not wait for the right page.
    #[must_use]
    pub(crate) fn not_for_typed(&self, changed: Changed, told: ToDo) -> Response {
        let acting = self.signed_in.as_ref().and_then(|reader| reader.acting.as_ref());
        let text = match (changed, acting) {
            (Changed::Account, _) => "Another account has signed in here since you opened that page.".to_owned(),
            (Changed::Person, Some(acting)) => {
                format!("You are looking after {} now. You opened that page for somebody else.", acting.name)
            }
            (Changed::Person, None) => "You are on your own pages now. You opened that page for somebody else.".to_owned(),
            (Changed::Work, _) => "You work somewhere else now than when you opened that page.".to_owned(),
        };
        let (title, text) = ("Nothing was sent", format!("{text} Nothing was changed."));
        let body = move || view! { {before_it_is_saved(&told, &Whose::open(None))} {problem(title, text)} };
        (StatusCode::CONFLICT, Html(self.document(Head::new(title, Place::Elsewhere), None).render(body))).into_response()
    }

    fn problem(&self, status: StatusCode, title: &'static str, text: String) -> Response {
        let body = || problem(title, text);
        (status, Html(self.document(Head::new(title, Place::Elsewhere), None).render(body))).into_response()
    }

    /// The page for a request that failed, or what a program is answered. The one table from failures to statuses of pages.
    #[must_use]
    pub fn failed(&self, error: &ServiceError) -> Response {
        if outcome::is_asked_at(&self.path) {
            return outcome::failed(&self.path, error);
        }
        let (status, title, text, retry) = match error {
            ServiceError::NotSignedIn => return self.go("/sign-in"),
            ServiceError::NeedsSecondStep => return self.go("/second-step"),
            ServiceError::NeedsFreshSignIn => return self.go("/sign-in/again"),
            ServiceError::NotFound => (
                StatusCode::NOT_FOUND,
                "Page not found",
                "If you typed the address, check that it is right. If you followed a link, what it led to may have moved."
                    .to_owned(),
                None,
            ),
            ServiceError::Fields(problems) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "There is a problem",
                problems.first().map(|problem| problem.message.clone()).unwrap_or_default(),
                None,
            ),
            ServiceError::TooMany(wait) => {
                (StatusCode::TOO_MANY_REQUESTS, "Too many attempts", too_many(*wait), Some(wait.num_seconds().max(1)))
            }
            ServiceError::Unavailable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Sorry, the service is busy",
                "Nothing was changed. Wait a minute, then try again.".to_owned(),
                Some(10),
            ),
            ServiceError::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Sorry, something went wrong",
                "Nothing was changed. It is our fault, and it has been noted. Try again later.".to_owned(),
                None,
            ),
        };
        if status.is_server_error() {
            tracing::error!(%error, "a request failed");
        }
        let mut response = self.problem(status, title, text);
        if let Some(seconds) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What stands on the page for a request that came to nothing.
pub(crate) fn problem(title: &'static str, text: String) -> impl IntoView {
    view! {
        <PageHeading title=title />
        <p>{text}</p>
        <Inset>
            <p>"For urgent medical help call 111. In an emergency call 999."</p>
        </Inset>
        <Button href="/">"Go to the first page"</Button>
    }
}

/// Whether an address is a page of this service, so that nobody can be led elsewhere by it.
#[must_use]
pub fn is_ours(path: &str) -> bool {
    path.len() <= LONGEST_PATH
        && path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(|c: char| c == '\\' || c.is_control())
}

pub(crate) fn too_many(wait: chrono::TimeDelta) -> String {
    let minutes = (wait.num_seconds().max(1) + 59) / 60;
    let minutes = if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") };
    format!("There were too many attempts. Wait {minutes}, then try again.")
}

/// Why a handler gave no page. The frame around the routes turns it into one.
#[derive(Clone, Debug)]
pub struct Failure(pub ServiceError);

impl Failure {
    /// A fault of this program.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self(ServiceError::internal(what))
    }

    /// Nothing there.
    #[must_use]
    pub const fn not_found() -> Self {
        Self(ServiceError::NotFound)
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self(error)
    }
}

impl From<tower_sessions::session::Error> for Failure {
    fn from(error: tower_sessions::session::Error) -> Self {
        Self(ServiceError::Unavailable(error.to_string()))
    }
}

impl IntoResponse for Failure {
    /// Carries the failure out to [`crate::guard::frame`], which has the request that its page needs.
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What browsers may do with an answer that is no page of ours, in place of the policy for pages. Only a handler can set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnPolicy(pub &'static str);

/// What a handler answers.
pub type Answer = Result<Response, Failure>;
