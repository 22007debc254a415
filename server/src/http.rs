//! All of HTTP put together.

use crate::limit::{self, Limit, Refusing};
use crate::{middleware, session_store};
use app::ctx::session_cookie_name;
use app::state::{AppState, Assets};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::path::Path;
use tower::util::option_layer;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

/// Reads the names of the client's files.
///
/// # Errors
/// One plain sentence when the list is not there or cannot be read.
pub fn assets(site: &Path) -> Result<Assets, String> {
    let file = site.join("assets.json");
    let fault = |error: &dyn std::fmt::Display| format!("{} cannot be read: {error}", file.display());
    let text = std::fs::read_to_string(&file).map_err(|error| fault(&error))?;
    let list: serde_json::Value = serde_json::from_str(&text).map_err(|error| fault(&error))?;
    let name = |key: &str| list.get(key).and_then(serde_json::Value::as_str).map(|name| format!("/{name}")).unwrap_or_default();
    Ok(Assets { css: name("css"), js: name("js"), wasm: name("wasm") })
}

/// Everything that answers. The limit counts pages and forms; the client's files and the health checks it does not.
pub fn router(state: AppState, site: &Path, behind_proxy: bool, limit: Option<Limit>) -> Router {
    let secure = state.secure;
    let refusing = limit.map(|limit| Refusing { limit, page: app::pages::fixed::too_many(&state).into() });
    let unsure = Bytes::from(app::pages::fixed::unsure(&state));
    let sessions = SessionManagerLayer::new(session_store::Store(state.services.sessions.clone()))
        .with_name(session_cookie_name(secure))
        .with_secure(secure)
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd);
    let pages = app::routes::router(state.clone())
        .layer(from_fn_with_state(state.clone(), app::guard::frame))
        .layer(sessions)
        .layer(from_fn_with_state(unsure.clone(), app::guard::around_sessions))
        .layer(from_fn_with_state(secure, middleware::guarded_cookies))
        .layer(from_fn(middleware::user_agent))
        .layer(from_fn(middleware::steady))
        .layer(option_layer(refusing.map(|refusing| from_fn_with_state(refusing, limit::by_network))))
        .layer(from_fn_with_state(behind_proxy, middleware::peer_address))
        .layer(from_fn(middleware::same_origin))
        .layer(DefaultBodyLimit::max(app::forms::LARGEST))
        .layer(from_fn_with_state(unsure, middleware::patience))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .with_state(state.clone());
    let health = Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready)).with_state(state);
    Router::new()
        .merge(health)
        .merge(files(site))
        .fallback_service(pages)
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(secure, middleware::security_headers))
        .layer(from_fn(middleware::log))
}

/// Ready when the database answers and its migrations are this program's.
async fn ready(State(state): State<AppState>) -> Response {
    match state.services.core.store().ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], "not ready\n").into_response()
        }
    }
}

/// The client's files. Those under `/pkg` have names that change with their content, so they may be kept for ever.
fn files(site: &Path) -> Router {
    let served = |folder: &Path| ServeDir::new(folder).precompressed_br().precompressed_gzip();
    let for_ever = SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, |response: &Response<_>| {
        response.status().is_success().then(|| HeaderValue::from_static("public, max-age=31536000, immutable"))
    });
    let an_hour = SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, |response: &Response<_>| {
        response.status().is_success().then(|| HeaderValue::from_static("public, max-age=3600"))
    });
    let hashed = Router::new().nest_service("/pkg", served(&site.join("pkg")));
    let hashed = hashed.layer(for_ever).layer(from_fn(middleware::length_of_a_file));
    let mut named = Router::new();
    for file in std::fs::read_dir(site).into_iter().flatten().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let hidden = [".br", ".gz", ".json"].iter().any(|ending| name.ends_with(ending));
        if file.path().is_file() && !hidden {
            let service = tower_http::services::ServeFile::new(file.path()).precompressed_br().precompressed_gzip();
            named = named.route_service(&format!("/{name}"), service);
        }
    }
    hashed.merge(named.layer(an_hour))
}
