//! Every route with its door, in one table: what is not here does not exist, and a test walks all of it as each kind of
//! person.

use crate::guard::{self, Door};
use crate::state::AppState;
use crate::{api, pages};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};

/// One route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Its path; `{name}` stands for a part that varies.
    pub path: &'static str,
    /// What it asks of whoever comes.
    pub door: Door,
    /// The form that is sent here, and the page it stands on, where what was typed is worth keeping for after a sign-in.
    pub form: Option<(&'static str, &'static str)>,
}

macro_rules! routes {
    ($($method:ident $path:literal $door:ident $(keeps $form:literal on $page:literal)? => $handler:path;)*) => {
        /// Every route.
        pub const TABLE: &[Row] = &[$(Row {
            method: routes!(@word $method),
            path: $path,
            door: Door::$door,
            form: routes!(@form $($form $page)?),
        },)*];

        fn handlers() -> Vec<MethodRouter<AppState>> {
            vec![$($method($handler),)*]
        }
    };
    (@word get) => { "GET" };
    (@word post) => { "POST" };
    (@form) => { None };
    (@form $form:literal $page:literal) => { Some(($form, $page)) };
}

routes! {
    // Home and the record.
    get "/" Open => pages::home::show;
    get "/record" Record => pages::record::overview::show;
    get "/record/{category}" Record => pages::record::list::show;
    get "/record/entries/{id}" Record => pages::record::entry::show;
    get "/record/entries/{id}/versions/{version}" Record => pages::record::entry::show_version;
    get "/activity" Record => pages::activity::show;

    // Starting.
    get "/register" Open => pages::register::show;
    post "/register" Open => api::register::register;
    get "/register/sent" Open => pages::register::sent;
    get "/register/confirm" Open => pages::register::confirm;
    post "/register/confirm" Open => api::register::confirm;
    get "/link" SecondStep => pages::link::show;
    post "/link" SecondStep keeps "link" on "/link" => api::link::link;

    // Signing in and out.
    get "/sign-in" Open => pages::sign_in::show;
    post "/sign-in" Open => api::sign_in::password;
    get "/sign-in/code" FirstStep => pages::sign_in::code;
    post "/sign-in/code" FirstStep => api::sign_in::code;
    get "/sign-in/again" FirstStep => pages::sign_in::again;
    post "/sign-in/again" FirstStep => api::sign_in::again;
    post "/sign-in/passkey/start" Open => api::passkey::sign_in_start;
    post "/sign-in/passkey/finish" Open => api::passkey::sign_in_finish;
    get "/sign-in/reset" Open => pages::reset::ask;
    post "/sign-in/reset" Open => api::reset::ask;
    get "/sign-in/reset/sent" Open => pages::reset::sent;
    get "/sign-in/reset/new" Open => pages::reset::new;
    post "/sign-in/reset/new" Open => api::reset::set;
    post "/sign-out" Open => api::session::sign_out;
    get "/signed-out" Open => pages::signed_out::show;
    get "/session-ended" Open => api::session::ended;
    post "/session-ended" Open => api::session::leave;
    post "/session/stay" FirstStep => api::session::stay;
    post "/session/keep/{form}" FirstStep => api::session::keep;

    // The second step.
    get "/second-step" FirstStep => pages::second_step::choose;
    get "/second-step/authenticator" FirstStep => pages::second_step::authenticator;
    post "/second-step/authenticator" FirstStep => api::second_step::confirm_authenticator;
    get "/second-step/recovery-codes" SecondStep => pages::second_step::recovery_codes;
    post "/second-step/passkey/start" FirstStep => api::passkey::register_start;
    post "/second-step/passkey/finish" FirstStep => api::passkey::register_finish;

    // The account.
    get "/account" SecondStep => pages::account::overview::show;
    get "/account/sign-ins" SecondStep => pages::account::sign_ins::show;
    post "/account/sign-ins/end" SecondStep => api::account::end_sign_in;
    post "/account/sign-ins/end-others" SecondStep => api::account::end_other_sign_ins;
    post "/account/devices/forget" SecondStep => api::account::forget_device;
    get "/account/password" Fresh => pages::account::password::show;
    post "/account/password" Fresh => api::account::change_password;
    get "/account/email" Fresh => pages::account::email::show;
    post "/account/email" Fresh keeps "email" on "/account/email" => api::account::change_email;
    get "/account/email/confirm" Open => pages::account::email::confirm;
    post "/account/email/confirm" Open => api::account::confirm_email;
    get "/account/factors" Fresh => pages::account::factors::show;
    post "/account/passkeys/rename" Fresh keeps "passkey" on "/account/factors" => api::account::rename_passkey;
    post "/account/passkeys/remove" Fresh => api::account::remove_passkey;
    post "/account/authenticator/remove" Fresh => api::account::remove_authenticator;
    post "/account/recovery-codes" Fresh => api::account::new_recovery_codes;
    get "/account/download" Fresh => pages::account::download::show;
    get "/account/export" Fresh => api::account::export;

    // About the service.
    get "/help" Open => pages::about::help;
    get "/privacy" Open => pages::about::privacy;
    get "/accessibility" Open => pages::about::accessibility;
    get "/design" Open => pages::design::show;
}

/// All routes, each behind its door.
pub fn router(state: AppState) -> Router<AppState> {
    let mut router = Router::new();
    for (row, handler) in TABLE.iter().zip(handlers()) {
        let door = from_fn_with_state(state.clone(), move |state: State<AppState>, request: Request, next: Next| {
            guard::guard(row, state, request, next)
        });
        router = router.route(row.path, handler.layer(door));
    }
    router.fallback(pages::not_found::show)
}

/// Where an entry of the record is.
#[must_use]
pub fn entry(id: domain::EntryId) -> String {
    format!("/record/entries/{id}")
}

/// Where a category of the record is.
#[must_use]
pub fn category(category: domain::record::Category) -> String {
    format!("/record/{}", category.code())
}

/// A text as a value in an address.
#[must_use]
pub fn in_query(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The shape of a path, such as `/record/{category}`, for the log: a path itself may hold what must not be logged.
#[must_use]
pub fn shape_of(method: &str, path: &str) -> Option<&'static str> {
    let fits = |row: &&Row| {
        let (mut shape, mut parts) = (row.path.split('/'), path.split('/'));
        row.method == method
            && loop {
                match (shape.next(), parts.next()) {
                    (None, None) => break true,
                    (Some(word), Some(part)) if word.starts_with('{') && !part.is_empty() || word == part => {}
                    _ => break false,
                }
            }
    };
    TABLE.iter().find(fits).map(|row| row.path)
}
