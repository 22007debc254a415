//! Who may come to a route at all. What they may see there, the services decide.

use crate::api::readings::form;
use crate::binding::{self, Binding};
use crate::ctx::{Ctx, Failure, is_ours};
use crate::forms::{self, Interrupted, Typed};
use crate::outcome;
use crate::routes::Row;
use crate::signed_in::ActingFor;
use crate::state::AppState;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use domain::reading::Measure;
use domain::record::Category;
use domain::scope::Scope;
use fhir::consent::Fault;
use service::{ServiceError, ToDo};

/// Where to go after signing in.
pub const NEXT: &str = "next";
/// The page on which a button was pressed that was not heard, because its sender had to show first who they are.
pub(crate) const PRESSED: &str = "pressed-on";
/// What a form is sent as.
const FORM: &str = "application/x-www-form-urlencoded";
/// How much of an interrupted form is kept, in bytes.
const KEPT: usize = 64 * 1024;

/// What a route asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// Nothing: the page is for everybody, signed in or not.
    Open,
    /// A sign-in with the first step at least.
    FirstStep,
    /// A sign-in with the second step too.
    SecondStep,
    /// The second step, not more than five minutes ago.
    Fresh,
    /// The second step, and a link to a person: the record opens.
    Record,
    /// The same, the second step not more than five minutes ago.
    FreshRecord,
    /// The second step, and a place in a care team.
    Team,
}

/// Lets in who may come, with the [`Ctx`] ready for the handler; sends others to where they can sign in, and back.
pub async fn guard(row: &'static Row, State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut ctx = match Ctx::from_request_parts(&mut parts, &state).await {
        Ok(ctx) => ctx,
        Err(failure) => return failure.into_response(),
    };
    let came_in = match still_acting(&mut ctx).await {
        Ok(true) => open(row.door, &mut ctx).await,
        // Whoever wants to leave is let go at once.
        _ if is_way_out(row) => Ok(()),
        // A program names whom it asks about, so it makes no difference for whom its reader acted.
        Ok(false) if outcome::is_asked_at(row.path) => open(row.door, &mut ctx).await,
        Ok(false) => return ctx.go("/acting/ended"),
        Err(failure) => Err(failure),
    };
    // What is kept until somebody has shown who they are has to be meant for whom it would be done then.
    let is_open_to_them = matches!(came_in, Ok(()) | Err(Failure(ServiceError::NeedsFreshSignIn)));
    let body = if is_open_to_them {
        match meant(row, &ctx, &parts, body).await {
            Ok(body) => body,
            Err(refusal) => return refusal,
        }
    } else {
        body
    };
    match came_in {
        Ok(()) => {
            let team = ctx.team.clone();
            parts.extensions.insert(ctx);
            let mut response = next.run(Request::from_parts(parts, body)).await;
            if let Some(place) = team {
                response.extensions_mut().insert(place);
            }
            response
        }
        Err(Failure(error)) => {
            if outcome::is_asked_at(row.path) {
                return ctx.failed(&error);
            }
            if row.door == Door::Team && matches!(error, ServiceError::NotFound) {
                return turn_away_from_work(&ctx, &error).await;
            }
            let kept = keep_for_later(row, &ctx, (&parts, &error), body).await;
            let mut response = kept.err().map_or_else(|| turn_away(&ctx, &error), IntoResponse::into_response);
            if ctx.signed_in.is_none() && parts.method == Method::POST && row.form.is_none() {
                response.extensions_mut().insert(SecondPress);
            }
            response
        }
    }
}

/// Whether a route ends the sign-in, so that it makes no difference for whom the reader acts.
fn is_way_out(row: &Row) -> bool {
    matches!((row.method, row.path), ("GET", "/leave") | ("POST", "/sign-out" | "/session-ended"))
}

/// Gives the body of a request back, unless it is a form that was made for somebody else: another account, another person
/// whom the reader looked after then, another place of work. That is refused with a page, and written down.
async fn meant(row: &Row, ctx: &Ctx, parts: &Parts, body: Body) -> Result<Body, Response> {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = parts.method == Method::POST && kind.starts_with(FORM);
    let Some(reader) = ctx.signed_in.as_ref().filter(|_| is_form && !is_way_out(row)) else { return Ok(body) };
    let Ok(bytes) = to_bytes(body, forms::LARGEST).await else { return Err(ctx.refused(StatusCode::PAYLOAD_TOO_LARGE)) };
    let sent: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).unwrap_or_default();
    let whose = sent.iter().find(|(field, _)| field == binding::FIELD).map(|(_, whose)| whose.as_str());
    let changed = whose.and_then(|whose| Binding::of(reader).changed_since(whose, row.door));
    match changed {
        None => Ok(Body::from(bytes)),
        Some(changed) => {
            let actor = if row.door == Door::Team { reader.staff() } else { None }.unwrap_or_else(|| reader.actor());
            let noted = ctx.services().activity.refuse_form(&actor).await;
            let told = about_typed(ctx, parts.uri.path(), &forms::gathered(sent));
            Err(noted.err().map_or_else(|| ctx.not_for_typed(changed, told), |error| ctx.failed(&error)))
        }
    }
}

/// What to do at once about what was typed in the form of a reading; nothing about any other form.
pub(crate) fn about_typed(ctx: &Ctx, path: &str, typed: &Typed) -> ToDo {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let measure = match parts.as_slice() {
        ["readings", measure, "new"] | ["readings", measure, _, "change"] => Measure::from_code(measure),
        _ => None,
    };
    let told = |measure| ctx.services().readings.about_typed_alone(measure, &form(measure, typed));
    measure.map(told).unwrap_or_default()
}

/// Asks, at each request of somebody who acts for another, whether they still may. When they may not, they are
/// themselves again, and `false` is answered.
async fn still_acting(ctx: &mut Ctx) -> Result<bool, Failure> {
    let Some(reader) = ctx.signed_in.as_ref() else { return Ok(true) };
    let Some(acting) = reader.acting.as_ref() else { return Ok(true) };
    match ctx.services().carers.acting(&reader.actor(), acting.person).await {
        Ok(may) => {
            let books = may.scopes.has(Scope::Appointments);
            let medicines = may.scopes.opens(Category::Medicine);
            let readings = may.scopes.has(Scope::Readings);
            if (acting.books, acting.medicines, acting.readings) != (books, medicines, readings) {
                let mut reader = reader.clone();
                reader.acting = Some(ActingFor { books, medicines, readings, ..acting.clone() });
                reader.update(&ctx.session).await?;
                ctx.signed_in = Some(reader);
            }
            Ok(true)
        }
        Err(ServiceError::NotFound) => {
            let mut reader = reader.clone();
            reader.acting = None;
            reader.update(&ctx.session).await?;
            ctx.signed_in = Some(reader);
            Ok(false)
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn open(door: Door, ctx: &mut Ctx) -> Result<(), Failure> {
    if door == Door::Open {
        return Ok(());
    }
    let Some(signed_in) = ctx.signed_in.clone() else { return Err(ServiceError::NotSignedIn.into()) };
    if door == Door::FirstStep {
        return Ok(());
    }
    if signed_in.second_step_at.is_none() {
        return Err(ServiceError::NeedsSecondStep.into());
    }
    match door {
        Door::Fresh if !signed_in.is_fresh(ctx.services().core.now()) => Err(ServiceError::NeedsFreshSignIn.into()),
        Door::Record | Door::FreshRecord => {
            ctx.person = Some(signed_in.subject().ok_or(Failure(ServiceError::NotFound))?);
            if door == Door::FreshRecord && !signed_in.is_fresh(ctx.services().core.now()) {
                return Err(ServiceError::NeedsFreshSignIn.into());
            }
            Ok(())
        }
        Door::Team => at_work(ctx).await,
        Door::Open | Door::FirstStep | Door::SecondStep | Door::Fresh => Ok(()),
    }
}

/// Asks, at each request for a page of a care team, whether the reader still has the place that they chose; a reader with
/// only one need not choose.
async fn at_work(ctx: &mut Ctx) -> Result<(), Failure> {
    let mut reader = ctx.reader()?.clone();
    if let Some(staff) = reader.staff() {
        match ctx.services().care_team.place(&staff).await {
            Ok(place) => {
                ctx.team = Some(place);
                return Ok(());
            }
            Err(ServiceError::NotFound) => {}
            Err(error) => return Err(Failure(error)),
        }
    }
    let mut places = ctx.services().care_team.places(&reader.actor()).await?;
    reader.working_as = None;
    if places.len() == 1 {
        ctx.team = places.pop();
        reader.working_as = ctx.team.as_ref().map(|place| place.member);
    }
    reader.update(&ctx.session).await?;
    ctx.signed_in = Some(reader);
    if ctx.team.is_some() { Ok(()) } else { Err(Failure(ServiceError::NotFound)) }
}

/// Somebody with several places has to choose one; to everybody else a care team's pages do not exist.
async fn turn_away_from_work(ctx: &Ctx, error: &ServiceError) -> Response {
    match error {
        ServiceError::NotFound => match ctx.services().care_team.places(&ctx.actor()).await {
            Ok(places) if !places.is_empty() => ctx.go("/team/choose"),
            Ok(_) => ctx.failed(error),
            Err(other) => ctx.failed(&other),
        },
        other => ctx.failed(other),
    }
}

fn turn_away(ctx: &Ctx, error: &ServiceError) -> Response {
    match error {
        // Signed in, but to an account that is linked to nobody yet.
        ServiceError::NotFound => ctx.go("/link"),
        other => ctx.failed(other),
    }
}

/// Remembers the page that was asked for, or the form that was sent, for after the sign-in.
async fn keep_for_later(row: &Row, ctx: &Ctx, (parts, error): (&Parts, &ServiceError), body: Body) -> Result<(), Failure> {
    if parts.method == Method::GET {
        if is_ours(&ctx.path) {
            ctx.session.insert(NEXT, &ctx.path).await?;
        }
        return Ok(());
    }
    // Whoever pressed a button has to press it again once they showed who they are, where it was.
    if row.form.is_none()
        && matches!(error, ServiceError::NeedsFreshSignIn)
        && let Some(page) = came_from(&parts.headers)
    {
        ctx.session.insert(PRESSED, page).await?;
        return Ok(ctx.session.insert(NEXT, page).await?);
    }
    let (Some((form, page)), Some(account)) = (row.form, owner(ctx).await?) else { return Ok(()) };
    let Ok(bytes) = to_bytes(body, KEPT).await else { return Ok(()) };
    let typed = forms::gathered(serde_urlencoded::from_bytes(&bytes).unwrap_or_default());
    let page = filled(page, row.path, parts.uri.path());
    let kept = Interrupted { account, form: form.to_owned(), page, typed };
    Ok(forms::interrupt(&ctx.session, kept).await?)
}

/// A page's path, with what varies in it as it stands in the path that was asked for by this route.
fn filled(page: &str, route: &str, asked: &str) -> String {
    let varying = route.split('/').zip(asked.split('/')).filter(|(name, _)| name.starts_with('{'));
    varying.fold(page.to_owned(), |page, (name, part)| page.replace(name, part))
}

/// The page of ours from which a form was sent, as the browser tells.
fn came_from(headers: &HeaderMap) -> Option<&str> {
    let (_, rest) = headers.get(header::REFERER)?.to_str().ok()?.split_once("://")?;
    rest.get(rest.find('/')?..).filter(|page| is_ours(page))
}

/// Whose form it is: the account still signed in, or the one whose session has just ended.
async fn owner(ctx: &Ctx) -> Result<Option<domain::AccountId>, Failure> {
    if let Some(signed_in) = &ctx.signed_in {
        return Ok(Some(signed_in.account));
    }
    let Some(id) = ctx.asked_session else { return Ok(None) };
    Ok(ctx.services().sessions.owner_of_expired(&session_hash(&id)).await?)
}

/// The SHA-256 of a session's id: all that the database knows of it.
#[must_use]
pub fn session_hash(id: &tower_sessions::session::Id) -> [u8; 32] {
    service::hashing::sha256(&id.0.to_be_bytes())
}

/// Whether a form could not even be read, or was not sent at all, which axum says in a bare line or not at all.
fn is_bare_refusal(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    response.status() == StatusCode::METHOD_NOT_ALLOWED || response.status().is_client_error() && kind.starts_with("text/plain")
}

/// Marks the answer to a form that came with a session that is over: it may be the second press of a button whose first
/// press has just changed the session's id.
#[derive(Clone, Copy)]
struct SecondPress;

/// Marks an answer that came through the frame. A fault without it is the sessions' own: what was done may stand, and the session could
/// not be saved.
#[derive(Clone, Copy)]
struct Framed;

/// The answer to a request of which nobody knows whether it was done: this page, or what a program is told.
#[must_use]
pub fn unsure(path: &str, page: Bytes) -> Response {
    let retry = [(header::RETRY_AFTER, "10")];
    if outcome::is_asked_at(path) {
        let said = "The service is busy. Look whether it was done, then try again in a minute.";
        return (retry, outcome::refusal(Fault::Busy, Some(said))).into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, retry, Html(page)).into_response()
}

/// Outside the sessions: gives their own fault, which is bare, its page; and a second press must not take away the cookie that the first
/// has just set.
pub async fn around_sessions(State(page): State<Bytes>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && response.extensions().get::<Framed>().is_none() {
        return unsure(&path, page);
    }
    if response.extensions().get::<SecondPress>().is_some() {
        response.headers_mut().remove(header::SET_COOKIE);
    }
    response
}

/// Around all routes: gives each failure its page, and each request with no route the page that says so.
pub async fn frame(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = framed(&state, request, next).await;
    response.extensions_mut().insert(Framed);
    response
}

async fn framed(state: &AppState, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let ctx = match Ctx::from_request_parts(&mut parts, state).await {
        Ok(ctx) => ctx,
        // Whoever waited for the database once need not wait for it again.
        Err(Failure(error)) => {
            let page = Ctx::unread(&parts, state).map(|ctx| ctx.failed(&error));
            return page.unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response());
        }
    };
    let response = next.run(Request::from_parts(parts, body)).await;
    // What fails at work is said at work.
    let ctx = Ctx { team: response.extensions().get::<service::Place>().cloned(), ..ctx };
    match response.extensions().get::<Failure>() {
        Some(Failure(error)) => ctx.failed(error),
        None if is_bare_refusal(&response) => ctx.refused(response.status()),
        None => response,
    }
}
