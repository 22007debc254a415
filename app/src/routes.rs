//! Every route with its door, in one table: what is not here does not exist, and a test walks all of it as each kind of
//! person.

use crate::guard::{self, Door};
use crate::state::AppState;
use crate::{api, pages};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{MethodRouter, get, patch, post, put};

/// One route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// `GET`, `POST`, `PATCH` or `PUT`.
    pub method: &'static str,
    /// Its path; `{name}` stands for a part that varies.
    pub path: &'static str,
    /// What it asks of whoever comes.
    pub door: Door,
    /// The form that is sent here, and the page it stands on, where what was typed is worth keeping for after a sign-in. What varies in
    /// the page's path varies in this one too.
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
    (@word patch) => { "PATCH" };
    (@word put) => { "PUT" };
    (@form) => { None };
    (@form $form:literal $page:literal) => { Some(($form, $page)) };
}

routes! {
    // Home and the record.
    get "/" Open => pages::home::show;
    get "/record" Record => pages::record::overview::show;
    get "/record/summary" Record => pages::record::summary::show;
    get "/record/summary/pdf" Record => api::summary::download;
    get "/record/results" Record => pages::record::results::show;
    get "/record/timeline" Record => pages::record::timeline::show;
    get "/record/search" Record => pages::record::search::show;
    get "/record/sources" Record => pages::record::sources::show;
    get "/record/notes" Record => pages::record::notes::list;
    get "/record/notes/new" Record => pages::record::notes::add;
    post "/record/notes/new" Record keeps "own-note" on "/record/notes/new" => api::profile::write_note;
    get "/record/notes/{id}" Record => pages::record::notes::show;
    get "/record/notes/{id}/change" Record => pages::record::notes::change;
    post "/record/notes/{id}/change" Record => api::profile::change_note;
    post "/record/notes/{id}/remove" Record => api::profile::remove_note;
    get "/record/mistakes" Record => pages::record::mistakes::list;
    get "/record/mistakes/{id}" Record => pages::record::mistakes::show;
    post "/record/mistakes/{id}/withdraw" Record => api::corrections::withdraw;
    get "/record/mistakes/{id}/letter" Record => api::corrections::letter;
    post "/record/mistakes/{id}/letter" Record => api::corrections::write_down;
    post "/record/documents/read" Record => api::documents::read_all;
    get "/record/{category}" Record => pages::record::list::show;
    get "/record/results/choices" Record => pages::record::release::choices;
    post "/record/results/choices" Record => api::release::choose;
    get "/record/results/waiting/{id}" Record => pages::record::release::ready;
    post "/record/results/waiting/{id}" Record => api::release::ready;
    get "/record/entries/{id}" Record => pages::record::entry::show;
    get "/record/entries/{id}/files/{file}" Record => api::documents::download;
    get "/record/entries/{id}/files/{file}/view" Record => api::documents::look;
    get "/record/entries/{id}/versions/{version}" Record => pages::record::entry::show_version;
    get "/record/entries/{id}/mistake" Record => pages::record::mistakes::report;
    post "/record/entries/{id}/mistake" Record => api::corrections::report;
    get "/record/entries/{id}/trend" Record => pages::record::trend::show;
    get "/record/entries/{id}/privacy" Record => pages::record::privacy::show;
    post "/record/entries/{id}/hide" Record => api::privacy::hide_entry;
    post "/record/entries/{id}/show" FreshRecord => api::privacy::show_entry;
    post "/record/entries/{id}/label" FreshRecord keeps "label" on "/record/entries/{id}/privacy" => api::privacy::relabel;
    get "/sharing/hidden" FreshRecord => pages::hidden::show;
    post "/sharing/hidden" Record => api::privacy::hide_category;
    post "/sharing/hidden/show" FreshRecord => api::privacy::show_again;
    get "/sharing/preview/draft" Record => pages::preview::overview;
    get "/sharing/preview/draft/timeline" Record => pages::preview::timeline;
    get "/sharing/preview/draft/{category}" Record => pages::preview::list;
    get "/sharing/preview/draft/entries/{entry}" Record => pages::preview::entry;
    get "/sharing/preview/team/{organisation}" Record => pages::preview::overview;
    get "/sharing/preview/team/{organisation}/timeline" Record => pages::preview::timeline;
    get "/sharing/preview/team/{organisation}/{category}" Record => pages::preview::list;
    get "/sharing/preview/team/{organisation}/entries/{entry}" Record => pages::preview::entry;
    get "/sharing/preview/desk/{desk}" Record => pages::preview::overview;
    get "/sharing/preview/desk/{desk}/timeline" Record => pages::preview::timeline;
    get "/sharing/preview/desk/{desk}/{category}" Record => pages::preview::list;
    get "/sharing/preview/desk/{desk}/entries/{entry}" Record => pages::preview::entry;
    get "/sharing/preview/{id}" Record => pages::preview::overview;
    get "/sharing/preview/{id}/timeline" Record => pages::preview::timeline;
    get "/sharing/preview/{id}/{category}" Record => pages::preview::list;
    get "/sharing/preview/{id}/entries/{entry}" Record => pages::preview::entry;
    get "/more" Record => pages::more::show;
    get "/activity" Record => pages::activity::show;
    get "/activity/queries" Record => pages::activity::queries::show;
    get "/activity/{seq}/query" Record => pages::activity::query::show;
    post "/activity/{seq}/query" Record => api::activity::ask;
    post "/activity/tell" Record => api::activity::tell;
    get "/activity/download" Record => pages::activity::download::show;
    get "/activity/download/csv" Record => api::activity::csv;
    get "/activity/download/fhir" Record => api::activity::fhir;

    // Appointments.
    get "/appointments" Record => pages::appointments::list::show;
    get "/appointments/find" Record => pages::appointments::find::show;
    get "/appointments/help-now" Open => pages::appointments::help_now::show;
    get "/appointments/referrals" Record => pages::appointments::referrals::list;
    get "/appointments/referrals/{id}" Record => pages::appointments::referrals::show;
    get "/appointments/reminders" Record => pages::appointments::reminders::show;
    post "/appointments/reminders" Record => api::appointments::remind;
    post "/appointments/book" Record keeps "book" on "/appointments/find" => api::appointments::book;
    get "/appointments/slots/{id}" Record => pages::appointments::book::slot;
    post "/appointments/slots/{id}/hold" Record => api::appointments::hold;
    get "/appointments/slots/{id}/book" Record => pages::appointments::book::show;
    get "/appointments/{id}" Record => pages::appointments::one::show;
    get "/appointments/{id}/calendar" Record => api::appointments::calendar;
    get "/appointments/{id}/cancel" Record => pages::appointments::one::cancel;
    post "/appointments/{id}/cancel" Record => api::appointments::cancel;
    post "/appointments/{id}/check-in" Record => api::appointments::check_in;
    post "/appointments/{id}/wait" Record => api::appointments::wait;

    // Medicines.
    get "/medicines" Record => pages::medicines::list::show;
    get "/news" Record => pages::medicines::list::from_message;
    get "/medicines/card" Record => pages::medicines::card::show;
    get "/medicines/add" Record => pages::medicines::own::add;
    post "/medicines/add" Record keeps "own-medicine" on "/medicines/add" => api::medicines::add;
    get "/medicines/own/{id}" Record => pages::medicines::one::show_own;
    post "/medicines/own/{id}/stop" Record => api::medicines::stop;
    get "/medicines/order" Record => pages::medicines::order::show;
    post "/medicines/order" Record keeps "medicine-order" on "/medicines/order" => api::medicines::choose;
    get "/medicines/order/check" Record => pages::medicines::order::check;
    post "/medicines/order/check" Record keeps "medicine-check" on "/medicines/order/check" => api::medicines::send;
    get "/medicines/orders" Record => pages::medicines::orders::list;
    get "/medicines/orders/{id}" Record => pages::medicines::orders::show;
    post "/medicines/orders/{id}/cancel" Record => api::medicines::cancel;
    post "/medicines/orders/{id}/reply" Record => api::medicines::reply;
    get "/medicines/today" Record => pages::medicines::today::show;
    post "/medicines/today" Record => api::reminders::dose;
    get "/reminders" Record => pages::medicines::today::from_message;
    get "/medicines/reminders" Record => pages::medicines::reminders::list;
    post "/medicines/reminders" Record => api::reminders::choose;
    get "/medicines/reminders/new" Record => pages::medicines::reminders::add;
    post "/medicines/reminders/new" Record keeps "dose-reminder" on "/medicines/reminders/new" => api::reminders::add;
    get "/medicines/reminders/{id}" Record => pages::medicines::reminders::show;
    post "/medicines/reminders/{id}" Record => api::reminders::change;
    post "/medicines/reminders/{id}/end" Record => api::reminders::end;
    get "/medicines/diary" Record => pages::medicines::diary::show;
    post "/medicines/diary" Record => api::reminders::share;
    post "/medicines/order/pharmacy" Record => api::pharmacy::for_order;
    get "/medicines/pharmacy" Record => pages::medicines::pharmacy::mine::show;
    get "/medicines/pharmacy/find" Record => pages::medicines::pharmacy::find::show;
    get "/medicines/pharmacy/withdraw" Record => pages::medicines::pharmacy::mine::withdraw;
    post "/medicines/pharmacy/withdraw" Record => api::pharmacy::withdraw;
    get "/medicines/pharmacy/{dispenser}" Record => pages::medicines::pharmacy::one::show;
    get "/medicines/pharmacy/{dispenser}/nominate" Record => pages::medicines::pharmacy::one::nominate;
    post "/medicines/pharmacy/{dispenser}/nominate" Record => api::pharmacy::nominate;
    get "/medicines/prescriptions" Record => pages::medicines::prescriptions::list;
    get "/medicines/prescriptions/{id}" Record => pages::medicines::prescriptions::show;
    get "/medicines/prescriptions/{id}/token" Record => pages::medicines::prescriptions::token;
    get "/medicines/{id}" Record => pages::medicines::one::show;

    // Readings.
    get "/readings" Record => pages::readings::list::show;
    get "/readings/import" Record => pages::readings::import::start;
    post "/readings/import" Record => api::intake::send;
    get "/readings/import/{id}" Record => pages::readings::import::show;
    post "/readings/import/{id}/columns" Record => api::intake::columns;
    post "/readings/import/{id}/confirm" Record => api::intake::confirm;
    post "/readings/import/{id}/undo" Record => api::intake::undo;
    post "/readings/import/{id}/discard" Record => api::intake::discard;
    get "/readings/devices" Record => pages::readings::devices::list;
    get "/readings/devices/new" Record => pages::readings::devices::add;
    post "/readings/devices/new" Record keeps "reading-device" on "/readings/devices/new" => api::devices::add;
    get "/readings/devices/{id}" Record => pages::readings::devices::show;
    post "/readings/devices/{id}/stop" Record => api::devices::stop;
    post "/readings/devices/{id}/undo" Record => api::devices::undo;
    get "/readings/bmi" Record => pages::readings::bmi::show;
    get "/readings/targets" Record => pages::readings::targets::show;
    get "/readings/{measure}" Record => pages::readings::measure::show;
    get "/readings/{measure}/new" Record => pages::readings::record::add;
    post "/readings/{measure}/new" Record => api::readings::add;
    get "/readings/{measure}/removed" Record => pages::readings::removed::show;
    get "/readings/{measure}/{id}" Record => pages::readings::one::show;
    get "/readings/{measure}/{id}/change" Record => pages::readings::record::change;
    post "/readings/{measure}/{id}/change" Record => api::readings::change;
    post "/readings/{measure}/{id}/remove" Record => api::readings::remove;
    post "/readings/{measure}/{id}/put-back" Record => api::readings::put_back;
    get "/readings/{measure}/{id}/photo" Record => pages::readings::photo::form;
    post "/readings/{measure}/{id}/photo" Record => api::photos::send;
    post "/readings/{measure}/{id}/photo/remove" Record => api::photos::remove;
    get "/readings/{measure}/{id}/photo/{photo}/{size}" Record => api::photos::show;

    // Guided weeks.
    get "/week" Record => pages::weeks::list::from_message;
    get "/weeks" Record => pages::weeks::list::show;
    get "/weeks/new/{protocol}" Record => pages::weeks::start::show;
    post "/weeks/new/{protocol}" Record => api::weeks::start;
    get "/weeks/blank/{protocol}" Record => pages::weeks::print::blank;
    get "/weeks/paper/{protocol}" Record => pages::weeks::paper::day;
    post "/weeks/paper/{protocol}" Record => api::weeks::paper_day;
    get "/weeks/paper/{protocol}/{first}" Record => pages::weeks::paper::lines;
    post "/weeks/paper/{protocol}/{first}" Record => api::weeks::paper;
    get "/weeks/{id}" Record => pages::weeks::one::show;
    post "/weeks/{id}" Record => api::weeks::record;
    get "/weeks/{id}/print" Record => pages::weeks::print::filled;
    get "/weeks/{id}/end" Record => pages::weeks::end::show;
    post "/weeks/{id}/end" Record => api::weeks::change;
    get "/weeks/{id}/reminders" Record => pages::weeks::reminders::show;
    post "/weeks/{id}/reminders" Record => api::weeks::remind;
    get "/weeks/{id}/best" Record => pages::weeks::best::show;
    post "/weeks/{id}/best" Record => api::weeks::change_best;
    get "/weeks/{id}/observation" Record => api::weeks::observation;
    // Questionnaires.
    get "/questionnaires" Record => pages::questionnaires::list::show;
    get "/questionnaires/{questionnaire}" Record => pages::questionnaires::one::show;
    post "/questionnaires/{questionnaire}" Record => api::questionnaires::begin;
    get "/questionnaires/{questionnaire}/{response}" Record => pages::questionnaires::response::show;
    get "/questionnaires/{questionnaire}/{response}/help" Record => pages::questionnaires::fill::help;
    get "/questionnaires/{questionnaire}/{response}/check" Record => pages::questionnaires::fill::check;
    post "/questionnaires/{questionnaire}/{response}/check" Record => api::questionnaires::finish;
    get "/questionnaires/{questionnaire}/{response}/pages/{page}" Record => pages::questionnaires::fill::page;
    post "/questionnaires/{questionnaire}/{response}/pages/{page}" Record => api::questionnaires::save;

    // Goals, and what else helps people to look after themselves.
    get "/self-care" Record => pages::self_care::show;
    get "/goals" Record => pages::goals::list::show;
    get "/goals/new" Record => pages::goals::list::kinds;
    get "/goals/new/{kind}" Record => pages::goals::set::add;
    post "/goals/new/{kind}" Record => api::self_care::set_goal;
    get "/goals/{id}" Record => pages::goals::one::show;
    get "/goals/{id}/change" Record => pages::goals::set::change;
    post "/goals/{id}/change" Record => api::self_care::change_goal;
    post "/goals/{id}/act" Record => api::self_care::act_on_goal;
    post "/goals/{id}/check-in" Record => api::self_care::check_in;
    post "/goals/{id}/remind" Record => api::self_care::remind_of_goal;
    get "/learn" Record => pages::learn::list;
    get "/learn/{article}" Record => pages::learn::article;
    post "/learn/{article}" Record => api::self_care::answer_article;
    get "/support" Record => pages::support::find;
    get "/support/{support}" Record => pages::support::show;
    post "/support/{support}" Record => api::self_care::keep_support;

    // Starting.
    get "/register" Open => pages::register::show;
    post "/register" Open => api::register::register;
    get "/register/sent" Open => pages::register::sent;
    get "/register/confirm" Open => pages::register::confirm;
    post "/register/confirm" Open => api::register::confirm;
    get "/link" SecondStep => pages::link::show;
    post "/link" SecondStep keeps "link" on "/link" => api::link::link;

    // Acting for somebody else.
    get "/acting" SecondStep => pages::acting::show;
    post "/acting" SecondStep => api::acting::change;
    get "/acting/ended" SecondStep => pages::acting::ended;

    // People who act for the reader, and the reader acting for others.
    get "/sharing/people" Record => pages::sharing::people::list::show;
    get "/sharing/people/invite" FreshRecord => pages::sharing::people::invite::show;
    post "/sharing/people/invite" FreshRecord keeps "invite" on "/sharing/people/invite" => api::carers::invite;
    get "/sharing/people/invited" Record => pages::sharing::people::invite::invited;
    get "/sharing/people/{id}" Record => pages::sharing::people::one::show;
    post "/sharing/people/{id}/change" FreshRecord keeps "carer" on "/sharing/people/{id}" => api::carers::change;
    post "/sharing/people/{id}/stop" Record => api::carers::stop;
    post "/sharing/people/{id}/start" FreshRecord keeps "carer" on "/sharing/people/{id}" => api::carers::start;
    get "/sharing/people/{id}/end" Record => pages::sharing::people::one::end;
    post "/sharing/people/{id}/end" Record => api::carers::end;
    get "/sharing/services" Record => pages::sharing::services::choices::show;
    post "/sharing/services" Record => api::sharing::choose;
    get "/sharing/services/let-in" Record => pages::sharing::services::let_in::show;
    post "/sharing/services/let-in" FreshRecord keeps "let-in" on "/sharing/services/let-in" => api::sharing::let_in;
    post "/sharing/services/shut-out" Record => api::sharing::shut_out;
    get "/sharing/services/receipts" Record => pages::sharing::services::receipts::show;
    get "/carer" SecondStep => pages::carer::show;
    get "/carer/invitation" Open => pages::carer::invitation;
    post "/carer/invitation" SecondStep => api::carers::accept;
    get "/carer/apply" SecondStep => pages::carer::apply;
    post "/carer/apply" SecondStep keeps "apply" on "/carer/apply" => api::carers::apply;
    get "/carer/apply/sent" SecondStep => pages::carer::sent;
    post "/carer/withdraw" SecondStep => api::carers::withdraw;
    post "/carer/give-up" SecondStep => api::carers::give_up;

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
    get "/leave" Open => api::session::leave_site;
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
    get "/account/sign-ins" Fresh => pages::account::sign_ins::show;
    post "/account/sign-ins/end" Fresh => api::account::end_sign_in;
    post "/account/sign-ins/end-others" Fresh => api::account::end_other_sign_ins;
    post "/account/devices/forget" SecondStep => api::account::forget_device;
    get "/account/password" Fresh => pages::account::password::show;
    post "/account/password" Fresh => api::account::change_password;
    get "/account/email" Fresh => pages::account::email::show;
    post "/account/email" Fresh keeps "email" on "/account/email" => api::account::change_email;
    get "/account/email/confirm" Open => pages::account::email::confirm;
    post "/account/email/confirm" Open => api::account::confirm_email;
    get "/account/mobile" Fresh => pages::account::mobile::show;
    post "/account/mobile" Fresh keeps "mobile" on "/account/mobile" => api::account::send_mobile_code;
    get "/account/mobile/code" SecondStep => pages::account::mobile::code;
    post "/account/mobile/code" SecondStep => api::account::confirm_mobile;
    post "/account/mobile/remove" Fresh => api::account::remove_mobile;
    post "/account/mobile/readings" Fresh => api::account::take_readings_by_text;
    get "/account/factors" Fresh => pages::account::factors::show;
    post "/account/passkeys/rename" Fresh keeps "passkey" on "/account/factors" => api::account::rename_passkey;
    post "/account/passkeys/remove" Fresh => api::account::remove_passkey;
    post "/account/authenticator/remove" Fresh => api::account::remove_authenticator;
    post "/account/recovery-codes" Fresh => api::account::new_recovery_codes;
    get "/account/download" Fresh => pages::account::download::show;
    get "/account/export" Fresh => api::account::export;

    get "/account/details" Record => pages::account::details::show;
    get "/account/details/contact" Record => pages::account::details::contact;
    post "/account/details/contact" Record keeps "details-contact" on "/account/details/contact" => api::profile::contact;
    get "/account/details/people" Record => pages::account::details::people;
    post "/account/details/people" Record keeps "details-people" on "/account/details/people" => api::profile::people;
    get "/account/details/about" Record => pages::account::details::about;
    post "/account/details/about" Record keeps "details-about" on "/account/details/about" => api::profile::about;
    get "/account/details/history" Record => pages::account::details::history;
    get "/account/needs" SecondStep => pages::account::needs::show;
    get "/account/needs/change" SecondStep => pages::account::needs::change;
    post "/account/needs/change" SecondStep keeps "needs" on "/account/needs/change" => api::profile::save_needs;
    get "/account/display" Open => pages::account::display::show;
    post "/account/display" Open => api::profile::display;

    // A care team at work.
    get "/team/choose" SecondStep => pages::team::choose::show;
    post "/team/choose" SecondStep => api::team::choose;
    get "/team" Team => pages::team::work::list;
    get "/team/work/{id}" Team => pages::team::work::show;
    post "/team/work/{id}/claim" Team => api::team::claim;
    post "/team/work/{id}/medicines" Team => api::medicines::decide;
    post "/team/work/{id}/alert" Team => api::targets::answer_alert;
    post "/team/work/{id}/digest" Team => api::targets::close_digest;
    post "/team/work/{id}/correction" Team => api::corrections::answer;
    post "/team/work/{id}/result" Team => api::release::comment;
    get "/team/results" Team => pages::team::results::rules;
    post "/team/results" Team => api::release::rules;
    get "/team/plain-words" Team => pages::team::plain_words::show;
    get "/team/orders" Team => pages::team::orders::show;
    post "/team/orders" Team => api::medicines::choose_waiting;
    get "/team/orders/check" Team => pages::team::orders::check;
    post "/team/orders/check" Team => api::medicines::approve;
    get "/team/medicines" Team => pages::team::medicines::rules;
    post "/team/medicines" Team => api::medicines::rules;
    post "/team/work/{id}/release" Team => api::team::release;
    post "/team/work/{id}/assign" Team => api::team::assign;
    post "/team/work/{id}/pass" Team => api::team::pass;
    post "/team/work/{id}/note" Team => api::team::note;
    post "/team/work/{id}/done" Team => api::team::done;
    post "/team/work/{id}/decide" Team => api::team::decide;
    post "/team/work/{id}/answer" Team => api::team::answer;
    post "/team/work/{id}/booking" Team => api::diary::decide;
    get "/team/diary" Team => pages::team::diary::day::show;
    get "/team/diary/clinics/{id}" Team => pages::team::diary::clinic::show;
    post "/team/diary/clinics/{id}/note" Team => api::diary::note;
    get "/team/diary/clinics/{id}/change" Team => pages::team::diary::clinic::change;
    post "/team/diary/clinics/{id}/change" Team => api::diary::change_clinic;
    get "/team/diary/clinics/{id}/hours" Team => pages::team::diary::hours::hours;
    post "/team/diary/clinics/{id}/hours" Team => api::diary::change_hours;
    get "/team/diary/clinics/{id}/hours/check" Team => pages::team::diary::hours::hours_affected;
    get "/team/diary/clinics/{id}/cancel" Team => pages::team::diary::clinic::cancel;
    post "/team/diary/clinics/{id}/cancel" Team => api::diary::cancel_clinic;
    get "/team/diary/bookings/{id}/decline" Team => pages::team::diary::booking::decline;
    get "/team/diary/settings" Team => pages::team::diary::settings::show;
    get "/team/diary/services/new" Team => pages::team::diary::forms::service;
    post "/team/diary/services/new" Team => api::diary::add_service;
    get "/team/diary/services/{id}" Team => pages::team::diary::change::service;
    post "/team/diary/services/{id}" Team => api::diary::change_service;
    get "/team/diary/services/{id}/end" Team => pages::team::diary::ending::service;
    post "/team/diary/services/{id}/end" Team => api::diary::end_service;
    get "/team/diary/places/new" Team => pages::team::diary::forms::place;
    post "/team/diary/places/new" Team => api::diary::add_place;
    get "/team/diary/places/{id}" Team => pages::team::diary::change::place;
    post "/team/diary/places/{id}" Team => api::diary::change_place;
    get "/team/diary/places/{id}/end" Team => pages::team::diary::ending::place;
    post "/team/diary/places/{id}/end" Team => api::diary::end_place;
    get "/team/diary/practitioners/new" Team => pages::team::diary::forms::practitioner;
    post "/team/diary/practitioners/new" Team => api::diary::add_practitioner;
    get "/team/diary/practitioners/{id}" Team => pages::team::diary::change::practitioner;
    post "/team/diary/practitioners/{id}" Team => api::diary::change_practitioner;
    get "/team/diary/practitioners/{id}/end" Team => pages::team::diary::ending::practitioner;
    post "/team/diary/practitioners/{id}/end" Team => api::diary::end_practitioner;
    get "/team/diary/recurring/new" Team => pages::team::diary::forms::recurring;
    post "/team/diary/recurring/new" Team => api::diary::add_recurring;
    get "/team/diary/recurring/{id}/change" Team => pages::team::diary::hours::recurring;
    post "/team/diary/recurring/{id}/change" Team => api::diary::change_recurring;
    get "/team/diary/recurring/{id}/check" Team => pages::team::diary::hours::recurring_affected;
    get "/team/diary/recurring/{id}/end" Team => pages::team::diary::settings::end;
    post "/team/diary/recurring/{id}/end" Team => api::diary::end_recurring;
    get "/team/diary/closed/new" Team => pages::team::diary::forms::closed;
    post "/team/diary/closed/new" Team => api::diary::close_day;
    get "/team/diary/closed/check" Team => pages::team::diary::forms::closed_check;
    get "/team/diary/closed/holidays" Team => pages::team::diary::holidays::show;
    post "/team/diary/closed/holidays" Team => api::diary::close_holidays;
    get "/team/diary/closed/holidays/check" Team => pages::team::diary::holidays::check;
    get "/team/diary/closed/open" Team => pages::team::diary::ending::open;
    post "/team/diary/closed/open" Team => api::diary::open_day;
    get "/team/uptake" Team => pages::team::diary::uptake::show;
    get "/team/people" Team => pages::team::people::show;
    post "/team/people" Team => api::team::find;
    get "/team/people/{id}" Team => pages::team::patient::show;
    get "/team/people/{id}/about" Team => pages::team::about::show;
    get "/team/people/{id}/notes" Team => pages::team::about::notes;
    get "/team/people/{id}/record/{category}" Team => pages::team::record::list;
    get "/team/people/{id}/timeline" Team => pages::team::timeline::show;
    get "/team/people/{id}/search" Team => pages::team::timeline::find;
    get "/team/people/{id}/entries/{entry}" Team => pages::team::record::entry;
    get "/team/people/{id}/entries/{entry}/trend" Team => pages::record::trend::show_team;
    get "/team/people/{id}/entries/{entry}/files/{file}" Team => api::documents::download_team;
    get "/team/people/{id}/entries/{entry}/files/{file}/view" Team => api::documents::look_team;
    get "/team/people/{id}/readings" Team => pages::team::readings::list;
    get "/team/people/{id}/readings/bmi" Team => pages::team::readings::bmi;
    get "/team/people/{id}/readings/{measure}" Team => pages::team::readings::measure;
    get "/team/people/{id}/readings/{measure}/new" Team => pages::team::readings::enter;
    post "/team/people/{id}/readings/{measure}/new" Team => api::readings::enter;
    get "/team/people/{id}/readings/{measure}/{reading}" Team => pages::team::readings::one;
    post "/team/people/{id}/readings/{measure}/{reading}/remove" Team => api::readings::take_back;
    get "/team/people/{id}/readings/{measure}/{reading}/photo/{photo}/{size}" Team => api::photos::show_team;
    get "/team/people/{id}/weeks" Team => pages::team::weeks::list;
    get "/team/people/{id}/weeks/{week}" Team => pages::team::weeks::one;
    get "/team/questionnaires" Team => pages::team::questionnaires::rules;
    post "/team/questionnaires" Team => api::questionnaires::rules;
    get "/team/people/{id}/questionnaires" Team => pages::team::questionnaires::list;
    post "/team/people/{id}/questionnaires" Team => api::questionnaires::ask;
    post "/team/people/{id}/questionnaires/withdraw" Team => api::questionnaires::withdraw;
    get "/team/people/{id}/questionnaires/{response}" Team => pages::team::questionnaires::one;
    get "/team/people/{id}/goals" Team => pages::team::goals::list;
    get "/team/people/{id}/goals/propose/{kind}" Team => pages::team::goals::propose;
    post "/team/people/{id}/goals/propose/{kind}" Team => api::self_care::propose_goal;
    get "/team/people/{id}/goals/{goal}" Team => pages::team::goals::one;
    post "/team/people/{id}/goals/{goal}/comment" Team => api::self_care::comment_goal;
    get "/team/people/{id}/learn" Team => pages::team::learn::list;
    post "/team/people/{id}/learn" Team => api::self_care::give_article;
    post "/team/people/{id}/learn/withdraw" Team => api::self_care::withdraw_article;
    get "/team/people/{id}/targets" Team => pages::team::targets::show;
    get "/team/people/{id}/targets/{measure}" Team => pages::team::targets::target;
    post "/team/people/{id}/targets/{measure}" Team => api::targets::set_target;
    get "/team/people/{id}/watch-hours" Team => pages::team::targets::watch_hours;
    post "/team/people/{id}/watch-hours" Team => api::targets::set_hours;
    get "/team/people/{id}/rules" Team => pages::team::targets::show;
    post "/team/people/{id}/rules" Team => api::targets::add_rule;
    get "/team/people/{id}/rules/new" Team => pages::team::rules::add;
    get "/team/people/{id}/rules/{rule}" Team => pages::team::rules::change;
    post "/team/people/{id}/rules/{rule}" Team => api::targets::change_rule;
    post "/team/people/{id}/rules/{rule}/end" Team => api::targets::end_rule;
    get "/team/people/{id}/medicine-diary" Team => pages::team::medicine_diary::show;
    get "/team/people/{id}/identity" Team => pages::team::identity::show;
    post "/team/people/{id}/identity" Team => api::team::check_identity;
    post "/team/people/{id}/identity/ask" Team => api::team::ask_identity_check;
    get "/team/people/{id}/letter" Team => pages::team::identity::letter;
    post "/team/people/{id}/letter/pdf" Team => api::team::download_letter;
    get "/team/people/{id}/appointments" Team => pages::team::diary::desk::list;
    post "/team/people/{id}/appointments" Team => api::diary::book;
    get "/team/people/{id}/appointments/find" Team => pages::team::diary::desk::find;
    get "/team/people/{id}/appointments/{appointment}/cancel" Team => pages::team::diary::desk::cancel;
    post "/team/people/{id}/appointments/{appointment}/cancel" Team => api::diary::cancel;
    post "/team/people/{id}/emergency/close" Team => api::emergency::close;
    get "/team/emergency" Team => pages::team::emergency::show;
    post "/team/emergency" Team => api::emergency::open;
    get "/team/emergencies" Team => pages::team::emergency::list;
    post "/team/emergencies/{id}/checked" Team => api::emergency::check;
    get "/team/staff" Team => pages::team::staff::show;
    post "/team/staff" Team => api::team::add_staff;
    post "/team/staff/end" Team => api::team::end_staff;
    get "/team/staff/{id}" Team => pages::team::staff::one;
    post "/team/staff/{id}" Team => api::team::change_staff;
    post "/team/staff/{id}/teams" Team => api::team::change_teams;
    post "/team/teams" Team => api::team::add_team;

    // For programs: docs/API.md.
    get "/fhir/R4/metadata" Open => api::recorded::metadata;
    get "/fhir/R4/Consent" SecondStep => api::consent::search;
    get "/fhir/R4/Consent/{id}" SecondStep => api::consent::read;
    patch "/fhir/R4/Consent/{id}" SecondStep => api::consent::change;
    post "/fhir/device/R4" Open => api::observations::batch;
    post "/fhir/device/R4/Observation" Open => api::observations::create;
    get "/fhir/device/R4/Observation/{id}" Open => api::observations::read;
    put "/fhir/device/R4/Observation/{id}" Open => api::observations::change;
    get "/fhir/R4/Observation" SecondStep => api::recorded::observations;
    get "/fhir/R4/Observation/{id}" SecondStep => api::recorded::observation;
    get "/fhir/R4/QuestionnaireResponse" SecondStep => api::recorded::responses;
    get "/fhir/R4/QuestionnaireResponse/{id}" SecondStep => api::recorded::response;
    get "/fhir/R4/Flag" SecondStep => api::recorded::flags;
    get "/fhir/R4/Flag/{id}" SecondStep => api::recorded::flag;
    post "/fhir/R4/prescription-status" Open => api::prescriptions::push;
    post "/texts/received" Open => api::texts::receive;

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

/// Whether a file is sent to this path, which takes as long as the line of whoever sends it.
#[must_use]
pub fn takes_a_file(path: &str) -> bool {
    path == pages::readings::import::START
}

/// Whether a photo may be sent to this path, with the form that it stands in.
#[must_use]
pub fn takes_a_photo(path: &str) -> bool {
    path.starts_with("/readings/") && (path.ends_with("/photo") || path.ends_with("/new"))
}

/// Where an entry of the record is.
#[must_use]
pub fn entry(id: domain::EntryId) -> String {
    format!("/record/entries/{id}")
}

/// Where a file of an entry is, from where the entry is.
#[must_use]
pub fn file(entry: &str, id: domain::DocumentId) -> String {
    format!("{entry}/files/{id}")
}

/// Where it is looked at.
#[must_use]
pub fn file_view(entry: &str, id: domain::DocumentId) -> String {
    format!("{entry}/files/{id}/view")
}

/// Where a page of a scan is looked at.
#[must_use]
pub fn file_page(entry: &str, id: domain::DocumentId, page: u32) -> String {
    format!("{entry}/files/{id}/view?page={page}")
}

/// Where the entry is with this page of one of its scans.
#[must_use]
pub fn turned_to(entry: &str, id: domain::DocumentId, page: u32) -> String {
    format!("{entry}?file={id}&page={page}#file-{id}")
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
