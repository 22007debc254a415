//! What every request passes through.

use crate::measures::UnderWay;
use crate::{refusals, session_store, traces};
use app::ctx::{OwnPolicy, PeerAddress};
use app::outcome;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use fhir::consent::Fault;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// What browsers may do with our pages: load what is ours, run what is ours, send forms to us, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
                      font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// How long a request may take before its sender is told to try again.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same where a large file is sent over a slow line. Its next bytes are waited for no longer than any other's.
const PATIENCE_WITH_A_FILE: Duration = Duration::from_secs(2 * 60 * 60);

/// The same with a photo, which is no larger than a slow line sends in that time.
const PATIENCE_WITH_A_PHOTO: Duration = Duration::from_secs(5 * 60);

/// Ends a request that takes too long, with this page.
pub async fn patience(State(page): State<Bytes>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let patience = match *request.method() == Method::POST {
        true if app::routes::takes_a_file(&path) => PATIENCE_WITH_A_FILE,
        true if app::routes::takes_a_photo(&path) => PATIENCE_WITH_A_PHOTO,
        _ => PATIENCE,
    };
    let answered = tokio::time::timeout(patience, next.run(request)).await;
    answered.unwrap_or_else(|_| app::guard::unsure(&path, page))
}

/// Headers that hold for every answer. What is signed in, or not marked otherwise, is never stored by anybody.
pub async fn security_headers(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = response.extensions().get::<OwnPolicy>().map_or(POLICY, |own| own.0);
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), \
         publickey-credentials-create=(self)",
    );
    if secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses a request that would change something and was sent by another site: `Sec-Fetch-Site` tells in every browser
/// of today, `Origin` in older ones. A request with neither is from no browser's form, and is refused too, but where programs tell
/// something with a secret, which no browser sends by itself.
pub async fn same_origin(request: Request, next: Next) -> Response {
    let told = outcome::is_told_at(request.uri().path());
    if told || matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) || is_same_origin(&request) {
        return next.run(request).await;
    }
    refusals::note(refusals::OTHER_SITE, &request);
    if outcome::is_asked_at(request.uri().path()) {
        return outcome::refusal(Fault::Forbidden, Some("This was sent from another site, so nothing was changed."));
    }
    (StatusCode::FORBIDDEN, "This form was sent from another site, so nothing was changed. Open Selfheal and try again.")
        .into_response()
}

fn is_same_origin(request: &Request) -> bool {
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let host = text(header::HOST).or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    match (text(header::ORIGIN), host) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host)),
        _ => false,
    }
}

/// Answers that must not tell whether an address has an account, or a number a record, come at the end of a step of this length: longer
/// than what any of them takes, so that what is done for one of them and not for another does not show in the time.
const STEP: Duration = Duration::from_millis(250);

/// Whether somebody names an address, or a number and a name, to a path who may not learn whether anybody has them.
fn may_not_tell(path: &str) -> bool {
    matches!(path, "/sign-in" | "/sign-in/reset" | "/register" | "/account/email" | "/link" | "/carer/apply")
}

/// Answers at the end of a step where a form named somebody who may be nobody. Whoever got in with the right password learned nothing,
/// and waits for nothing.
pub async fn steady(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if *request.method() != Method::POST || !may_not_tell(path) {
        return next.run(request).await;
    }
    let signs_in = path == "/sign-in";
    let began = tokio::time::Instant::now();
    let response = next.run(request).await;
    let goes_on = response.headers().get(header::LOCATION).is_some_and(|to| to.as_bytes() != b"/sign-in");
    if !(signs_in && goes_on) {
        tokio::time::sleep_until(began + whole_steps(began.elapsed())).await;
    }
    response
}

/// The end of the step in which something ends that took so long.
fn whole_steps(took: Duration) -> Duration {
    let steps = u32::try_from(took.as_millis() / STEP.as_millis() + 1).unwrap_or(u32::MAX);
    STEP * steps
}

/// The longest path of a file of the client, in bytes. File systems take no name longer than 255 and fail, instead of finding nothing.
const LONGEST_OF_A_FILE: usize = 200;

/// Answers that there is nothing at a path that is longer than that of any file of the client.
pub async fn length_of_a_file(request: Request, next: Next) -> Response {
    if request.uri().path().len() > LONGEST_OF_A_FILE {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

/// Sees to it that every cookie is guarded, also one that is taken away: browsers keep a `__Host-` cookie whose removal lacks `Secure`.
pub async fn guarded_cookies(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if secure && response.headers().contains_key(header::SET_COOKIE) {
        let cookies: Vec<HeaderValue> = response.headers().get_all(header::SET_COOKIE).iter().map(guarded).collect();
        response.headers_mut().remove(header::SET_COOKIE);
        for cookie in cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn guarded(cookie: &HeaderValue) -> HeaderValue {
    let Ok(said) = cookie.to_str() else { return cookie.clone() };
    let has = |word: &str| said.split(';').any(|part| part.trim().eq_ignore_ascii_case(word));
    let lacking = ["HttpOnly", "SameSite=Lax", "Secure"].into_iter().filter(|word| !has(word));
    let whole = lacking.fold(said.to_owned(), |whole, word| whole + "; " + word);
    HeaderValue::from_str(&whole).unwrap_or_else(|_| cookie.clone())
}

/// Puts the address a request comes from where the handlers find it.
pub async fn peer_address(State(behind_proxy): State<bool>, mut request: Request, next: Next) -> Response {
    let direct = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let told = behind_proxy.then(|| forwarded_for(request.headers())).flatten();
    let address = told.or(direct);
    if let Some(address) = address {
        request.extensions_mut().insert(PeerAddress(address));
    }
    next.run(request).await
}

/// The address that our own proxy added, which is the last one.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// Tells the session store what the browser calls itself, and whether the request counts as a use.
pub async fn user_agent(request: Request, next: Next) -> Response {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(400).collect();
    let uses = request.uri().path() != "/session-ended";
    session_store::USES.scope(uses, session_store::USER_AGENT.scope(agent, next.run(request))).await
}

/// One line of the log for each request, its counts and its span: its method, the shape of its path, its status and its time.
/// Never the path itself, which may hold an id, nor its query.
pub async fn log(request: Request, next: Next) -> Response {
    let (method, began) = (request.method().clone(), Instant::now());
    let path = request.uri().path();
    let known = app::routes::shape_of(method.as_str(), path);
    let (shape, under_way, span) = (known.unwrap_or("-"), UnderWay::begun(), traces::opened(request.headers(), known, &method));
    let response = next.run(request).await;
    under_way.answered(known, &method, response.status());
    if let Some(span) = span {
        span.answered(response.status());
    }
    let (status, micros) = (response.status().as_u16(), began.elapsed().as_micros());
    if response.status().is_server_error() {
        tracing::warn!(%method, shape, status, micros, "request");
    } else {
        tracing::debug!(%method, shape, status, micros, "request");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware::{from_fn, from_fn_with_state};
    use tower::ServiceExt;

    fn sent(headers: &[(&str, &str)]) -> bool {
        let request = headers.iter().fold(Request::post("/x"), |request, (name, value)| request.header(*name, *value));
        is_same_origin(&request.body(Body::empty()).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_is_ended_with_the_page_or_with_what_a_program_is_told() {
        let page = Bytes::from_static(b"<h1>the page</h1>");
        let router: Router = Router::new().fallback(std::future::pending::<()>).layer(from_fn_with_state(page, patience));
        for (path, kind, says) in
            [("/record", "text/html", "the page"), ("/fhir/R4/Consent", "application/fhir+json", "Look whether")]
        {
            let answer = router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.headers()[header::RETRY_AFTER], "10");
            assert!(answer.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with(kind), "{path}");
            let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
            assert!(String::from_utf8_lossy(&body).contains(says), "{path}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_is_traced_also_where_its_sender_leaves() {
        let mut spans = traces::begin(false).unwrap();
        let router: Router = Router::new().fallback(std::future::pending::<()>).layer(from_fn(log));
        let asked = router.oneshot(Request::get("/record").body(Body::empty()).unwrap());
        assert!(tokio::time::timeout(Duration::from_secs(1), asked).await.is_err());
        assert!(spans.try_recv().is_ok());
    }

    #[test]
    fn the_address_is_the_one_that_our_own_proxy_added() {
        let told = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            forwarded_for(&headers).map(|address| address.to_string())
        };
        assert_eq!(told(&["192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(told(&["192.0.2.1, 192.0.2.2"]).as_deref(), Some("192.0.2.2"));
        assert_eq!(told(&["192.0.2.1, 192.0.2.2", "192.0.2.3,2001:db8::4"]).as_deref(), Some("2001:db8::4"));
        assert_eq!(told(&["192.0.2.1", "unknown"]), None);
        assert_eq!(told(&[]), None);
    }

    #[tokio::test]
    async fn what_somebody_says_of_their_address_counts_for_nothing_where_there_is_no_proxy() {
        let echo = |request: Request| async move {
            let peer = request.extensions().get::<PeerAddress>().map(|peer| peer.0.to_string());
            peer.unwrap_or_default()
        };
        for (behind_proxy, address) in [(true, "192.0.2.1"), (false, "198.51.100.7")] {
            let router: Router = Router::new().fallback(echo).layer(from_fn_with_state(behind_proxy, peer_address));
            let mut request = Request::get("/").header("x-forwarded-for", "192.0.2.1").body(Body::empty()).unwrap();
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([198, 51, 100, 7], 4000))));
            let answer = router.oneshot(request).await.unwrap();
            let body = to_bytes(answer.into_body(), 100).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&body), address);
        }
    }

    #[test]
    fn what_took_longer_or_shorter_ends_with_its_step() {
        let steps = |millis| whole_steps(Duration::from_millis(millis)).as_millis();
        assert_eq!([0, 1, 249, 250, 251, 499, 500].map(steps), [250, 250, 250, 500, 500, 500, 750]);
    }

    #[test]
    fn a_cookie_that_is_taken_away_is_as_guarded_as_one_that_is_set() {
        let whole = |cookie: &'static str| guarded(&HeaderValue::from_static(cookie)).to_str().unwrap().to_owned();
        let set = "__Host-a=1; HttpOnly; SameSite=Lax; Secure; Path=/";
        assert_eq!(whole(set), set);
        let removed = "__Host-a=; Path=/; Max-Age=0";
        assert_eq!(whole(removed), format!("{removed}; HttpOnly; SameSite=Lax; Secure"));
    }

    #[test]
    fn a_form_of_another_site_is_refused() {
        assert!(sent(&[("sec-fetch-site", "same-origin")]));
        assert!(!sent(&[("sec-fetch-site", "cross-site")]));
        assert!(!sent(&[("sec-fetch-site", "same-site"), ("origin", "http://x"), ("host", "x")]));
        assert!(!sent(&[("sec-fetch-site", "none")]));
        assert!(sent(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")]));
        assert!(!sent(&[("origin", "http://evil.example"), ("host", "localhost:8080")]));
        assert!(!sent(&[("origin", "null"), ("host", "localhost:8080")]));
        assert!(!sent(&[("host", "localhost:8080")]));
    }
}
