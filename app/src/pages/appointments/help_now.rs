//! What to do where an appointment is not quick enough. Nothing of it is about a person, so it is for everybody,
//! signed in or not, and nothing is kept of it.

use super::book_page;
use crate::api::field;
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::Typed;
use crate::shell::Place;
use crate::ui::{Button, PageHeading, Warning};
use axum::extract::Query;
use domain::SlotId;
use domain::appointment::{Flag, Urgency};
use leptos::prelude::*;

/// The page, for what was chosen.
pub async fn show(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let flag = Flag::from_code(field(&query, "flag"));
    let back = field(&query, "slot").parse::<SlotId>().map_or_else(|_| "/appointments/find".to_owned(), |id| book_page(id, None));
    let is_urgent = flag.is_some_and(|flag| flag.urgency == Urgency::Urgent);
    let title = if is_urgent { "Call 111 now" } else { "Call 999 now" };
    ctx.page(Head::new(title, Place::Appointments), || {
        let chosen = flag.map(|flag| view! { <p>"You chose: " {flag.words} "."</p> });
        let what = if is_urgent {
            view! {
                <Warning title="Call 111, day or night. It is free">
                    <p>"They tell you where to get help, and can book it for you."</p>
                    <p>"You can also use " <a href="https://111.nhs.uk">"111 online"</a> "."</p>
                    <p>"If it gets worse while you wait, call " <a href="tel:999">"999"</a> "."</p>
                </Warning>
                <Button href="tel:111">"Call 111"</Button>
            }
            .into_any()
        } else {
            view! {
                <Warning title="Call 999, or go to A&E now">
                    <p>"Do not drive yourself. Ask somebody to drive you, or call 999 and ask for an ambulance."</p>
                    <p>"Take any medicines that you use with you."</p>
                    <p>"If you cannot speak or hear on the phone, text 18000 with the Relay UK app."</p>
                </Warning>
                <Button href="tel:999">"Call 999"</Button>
            }
            .into_any()
        };
        let alive = flag.is_some_and(|flag| flag.code == "self-harm").then(|| {
            view! {
                <p>
                    "You are not alone. If you are safe for now and want to talk, call " <a href="tel:111">"111"</a>
                    " and choose option 2, or call Samaritans on " <a href="tel:116123">"116 123"</a> ", day or night."
                </p>
            }
        });
        view! {
            <PageHeading title=title lead="An appointment is not quick enough for this. Nothing was booked." />
            {chosen}
            {what}
            {alive}
            <p><a href=back>"I chose this by mistake"</a></p>
        }
    })
    .await
}
