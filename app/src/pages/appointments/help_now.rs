//! What to do where an appointment is not quick enough. It is for everybody, signed in or not. What was chosen is health data:
//! it stays in the session, and in no address, until a booking is gone back to.

use super::book_page;
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::shell::Place;
use crate::ui::{Button, IconName, PageHeading, Warning};
use domain::appointment::{Flag, Urgency};
use domain::{AppointmentId, SlotId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use tower_sessions::session::Error;

/// Where the page is.
pub(crate) const PAGE: &str = "/appointments/help-now";
const KEY: &str = "help-now";

/// What somebody chose, and the booking that they can go back to.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Chosen {
    /// [`Flag`] by code.
    pub(crate) flag: String,
    /// The time that they were about to book.
    pub(crate) slot: SlotId,
    /// The appointment that they were about to change for it.
    pub(crate) old: Option<AppointmentId>,
}

/// Keeps what was chosen for the page.
///
/// # Errors
/// When the session cannot be written.
pub(crate) async fn keep(session: &Session, chosen: Chosen) -> Result<(), Error> {
    session.insert(KEY, chosen).await
}

/// Forgets what was chosen.
///
/// # Errors
/// When the session cannot be read or written.
pub(super) async fn forget(session: &Session) -> Result<(), Error> {
    if session.get_value(KEY).await?.is_some() {
        session.remove_value(KEY).await?;
    }
    Ok(())
}

/// The page, for what was chosen.
pub async fn show(ctx: Ctx) -> Answer {
    let chosen = ctx.session.get::<Chosen>(KEY).await?;
    let flag = chosen.as_ref().and_then(|chosen| Flag::from_code(&chosen.flag));
    let back = chosen.map_or_else(|| "/appointments/find".to_owned(), |chosen| book_page(chosen.slot, chosen.old));
    let is_urgent = flag.is_some_and(|flag| flag.urgency == Urgency::Urgent);
    // Whoever is about to end their life is told of nobody's medicines, and hears first that they are not alone.
    let alone = flag.is_some_and(|flag| flag.code == "self-harm");
    let (title, number) = if is_urgent { ("Call 111 now", "111") } else { ("Call 999 now", "999") };
    let whose = ctx.whose();
    ctx.page(Head::new(title, Place::Appointments), || {
        let chosen = flag.map(|flag| view! { <p>"You chose: " {flag.said(whose.is_another())} "."</p> });
        let what = if is_urgent {
            view! {
                <Warning title="Call 111, day or night. It is free">
                    <p>"They tell you where to get help, and can book it for you."</p>
                    <p>"You can also use " <a href="https://111.nhs.uk">"111 online"</a> "."</p>
                    <p>"If it gets worse while you wait, call " <a href="tel:999">"999"</a> "."</p>
                </Warning>
            }
            .into_any()
        } else {
            view! {
                <Warning title="Call 999, or go to A&E now">
                    <p>"Do not drive yourself. Ask somebody to drive you, or call 999 and ask for an ambulance."</p>
                    {(!alone).then(|| view! { <p>"Bring your medicines with you."</p> })}
                    <p>"If you cannot speak or hear on the phone, call 18000 in the Relay UK app."</p>
                </Warning>
            }
            .into_any()
        };
        let alive = alone.then(|| {
            let begins = match &whose.name {
                None => "You are not alone. If you are safe for now and want to talk, call ".to_owned(),
                Some(name) => format!("Stay with {name}. If they are safe for now and want to talk, they or you can call "),
            };
            view! {
                <p>
                    {begins} <a href="tel:111">"111"</a>
                    " and choose option 2, or call Samaritans on " <a href="tel:116123">"116\u{a0}123"</a> ", day or night."
                </p>
            }
        });
        view! {
            {easy::picture(IconName::Phone)}
            <PageHeading
                title=title
                lead=easy::say("An appointment is not quick enough for this. Nothing was booked.", acts::HELP_NOW)
            />
            <Button href=format!("tel:{number}") picture=IconName::Phone>{format!("Call {number}")}</Button>
            {alive}
            {chosen}
            {what}
            <p class="sh-screen-only"><a href=back>"I chose this by mistake"</a></p>
        }
    })
    .await
}
