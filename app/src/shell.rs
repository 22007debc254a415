//! The HTML document around every page.

use crate::binding::Binding;
use crate::forms::Said;
use crate::pages::{AsOn, who_on_paper};
use crate::state::Assets;
use crate::ui::{
    Band, BandBar, Button, ButtonKind, DemoBanner, Footer, FooterLink, Form, Header, Main, NavItem, Notice, SkipLink,
    TimeoutDialog,
};
use chrono::NaiveDate;
use domain::profile::Display;
use domain::team::StaffRole;
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use service::PersonSummary;
use std::sync::Arc;

/// The five places, as far as they exist, and more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// What is next and what is new.
    Home,
    /// What is known about me.
    Record,
    /// When and where next.
    Appointments,
    /// What they take, and ordering more.
    Medicines,
    /// What they measure and note themselves.
    Health,
    /// Everything else of one's own.
    More,
    /// The account.
    Account,
    /// What waits for a care team.
    Work,
    /// The orders of medicines that wait at a practice.
    Orders,
    /// The clinics of a practice.
    Diary,
    /// Whom a care team looks for.
    People,
    /// Who works in a care team.
    Staff,
    /// None of them.
    #[default]
    Elsewhere,
}

/// How far the reader is signed in, as far as the frame of a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Not at all.
    SignedOut,
    /// Half way, or to an account that is linked to nobody: no places to go yet.
    Account,
    /// To their own record.
    Record,
    /// To the record of somebody for whom they act.
    Acting {
        /// The name by which pages call them.
        name: String,
        /// Whether the reader sees and books their appointments.
        books: bool,
        /// Whether the reader sees their medicines.
        medicines: bool,
        /// Whether the reader sees their readings.
        readings: bool,
    },
    /// At work in a care team.
    Team(service::Place),
}

/// Everything that a document is made of.
pub struct Document<'a> {
    /// Its title, without the name of the product.
    pub title: &'a str,
    /// Which place it belongs to.
    pub place: Place,
    /// What the frame shows.
    pub frame: Frame,
    /// Whether it says that what it shows is made up.
    pub demo: bool,
    /// Whether an island stands on it, so that it needs the client.
    pub island: bool,
    /// Where to go back to after signing in again.
    pub path: &'a str,
    /// Whether something is wrong with what was typed.
    pub has_errors: bool,
    /// What happened just now.
    pub said: Option<Said>,
    /// Whose it is, where it says so on paper.
    pub printed: Option<PersonSummary>,
    /// Whose it is, as each sheet of it after the first says on paper.
    pub running: Option<String>,
    /// The day on which it is made, in London.
    pub today: NaiveDate,
    /// For whom it is made; every form on it carries this.
    pub binding: Option<Binding>,
    /// How it looks for its reader: its classes, and short words where they want these.
    pub display: Display,
    /// The client's files.
    pub assets: &'a Assets,
}

/// Where a page that was left alone leads, and from there back to this path.
#[must_use]
pub fn ended(path: &str) -> String {
    format!("/session-ended?next={}", crate::routes::in_query(path))
}

/// Seconds without a request after which a sign-in ends (NHS login, "session management": 30 minutes).
pub const IDLE_SECONDS: u32 = 30 * 60;
/// How many seconds earlier the script ends it, while the server still knows whose typing is to be kept: the server
/// notes a request at most once a minute.
const SCRIPT_EARLIER: u32 = 90;
/// Seconds before that at which the reader is warned, where script runs.
const WARNING_SECONDS: u32 = 2 * 60;

impl Document<'_> {
    /// Renders the whole document. Nothing of it is reactive: it is rendered once, to text.
    pub fn render<V: IntoView + 'static>(self, body: impl FnOnce() -> V) -> String {
        let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
        let html = owner.with(|| {
            if let Some(context) = Owner::current_shared_context() {
                context.set_is_hydrating(false);
            }
            if let Some(binding) = self.binding.clone() {
                provide_context(binding);
            }
            provide_context(self.display);
            provide_context(AsOn(self.today));
            self.view(body()).to_html()
        });
        owner.unset();
        format!("<!DOCTYPE html>{html}")
    }

    fn view<V: IntoView + 'static>(self, body: V) -> impl IntoView + use<V> {
        let title =
            if self.has_errors { format!("Error: {} – Selfheal", self.title) } else { format!("{} – Selfheal", self.title) };
        let signed_in = self.frame != Frame::SignedOut;
        let ended = ended(self.path);
        let timer = signed_in.then(|| {
            view! {
                <script
                    type="module"
                    src="/session.js"
                    id="session-timer"
                    data-warn=(IDLE_SECONDS - SCRIPT_EARLIER - WARNING_SECONDS).to_string()
                    data-end=(IDLE_SECONDS - SCRIPT_EARLIER).to_string()
                    data-ended=ended
                ></script>
            }
        });
        let client = self.island.then(|| {
            view! {
                <script
                    type="module"
                    src="/islands.js"
                    id="islands"
                    data-js=self.assets.js.clone()
                    data-wasm=self.assets.wasm.clone()
                ></script>
            }
        });
        let home = NavItem::new("/", "Home", self.place == Place::Home);
        let record = NavItem::new("/record", "Record", self.place == Place::Record);
        let appointments = NavItem::new("/appointments", "Appointments", self.place == Place::Appointments);
        let medicines = NavItem::new("/medicines", "Medicines", self.place == Place::Medicines);
        let health = NavItem::new("/readings", "Health", self.place == Place::Health);
        let nav = match self.frame {
            Frame::Record => {
                vec![home, record, appointments, medicines, health, NavItem::new("/more", "More", self.place == Place::More)]
            }
            Frame::Acting { books, medicines: sees, readings, .. } => {
                let more = [books.then_some(appointments), sees.then_some(medicines), readings.then_some(health)];
                [home, record].into_iter().chain(more.into_iter().flatten()).collect()
            }
            Frame::Team(ref at) => {
                let cares = at.role != StaffRole::PrivacyOfficer;
                let orders = cares.then(|| NavItem::new("/team/orders", "Orders", self.place == Place::Orders));
                let diary = cares.then(|| NavItem::new("/team/diary", "Diary", self.place == Place::Diary));
                let work = NavItem::new("/team", "Work", self.place == Place::Work);
                let people = NavItem::new("/team/people", "People", self.place == Place::People);
                let staff = NavItem::new("/team/staff", "Staff", self.place == Place::Staff);
                [Some(work), orders, diary, Some(people), Some(staff)].into_iter().flatten().collect()
            }
            Frame::SignedOut | Frame::Account => Vec::new(),
        };
        let header = if signed_in {
            view! { <Header nav=nav account_href="/account" sign_out="/sign-out" /> }.into_any()
        } else {
            view! { <Header /> }.into_any()
        };
        let band = match self.frame {
            Frame::Acting { name, .. } => Some((Band::LookingAfter { name }, "/acting")),
            Frame::Team(place) => {
                let role = crate::words::in_sentence(place.role.title());
                Some((Band::AtWork { organisation: place.organisation_name, role, name: place.name }, "/team/choose"))
            }
            Frame::SignedOut | Frame::Account | Frame::Record => None,
        };
        let band = band.map(|(band, change)| view! { <BandBar band change /> });
        let links = vec![
            FooterLink::new("/help", "Help"),
            FooterLink::new("/privacy", "Privacy"),
            FooterLink::new("/accessibility", "Accessibility"),
            FooterLink::new("/account/display", "Text size and display"),
        ];
        let said = self.said.map(|said| {
            let undo = said.undo.map(|undo| {
                let fields = undo.fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
                let fields = fields.collect_view();
                view! { <Form action=undo.action>{fields} <Button kind=ButtonKind::Secondary>{undo.button}</Button></Form> }
            });
            view! { <Notice title=said.title text=said.text>{undo}</Notice> }
        });
        let (printed, running) = (self.printed.as_ref().map(who_on_paper), self.running);
        let classes = (!self.display.is_none()).then(|| self.display.classes());
        view! {
            <html lang="en-GB" class=classes data-whose=running>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <title>{title}</title>
                    <meta name="color-scheme" content="light dark" />
                    <meta name="robots" content="noindex" />
                    <meta name="format-detection" content="telephone=no" />
                    <link rel="stylesheet" href=self.assets.css.clone() />
                    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                    <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                    <link rel="manifest" href="/site.webmanifest" />
                    <script type="module" src="/leave.js"></script>
                    {timer}
                    {client}
                </head>
                <body>
                    <SkipLink />
                    {self.demo.then(|| view! { <DemoBanner /> })}
                    {header}
                    {band}
                    {printed}
                    <Main>
                        {said}
                        {body}
                    </Main>
                    <Footer links=links />
                    {signed_in.then(|| view! { <TimeoutDialog stay="/session/stay" /> })}
                </body>
            </html>
        }
    }
}
