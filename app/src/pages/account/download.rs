//! Taking the record away.

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::shell::Place;
use crate::ui::{BackLink, Button, Inset, Narrow, PageHeading, Warning};
use leptos::prelude::*;

/// What is in the file, and the link to it. It is always the reader's own record, for whomever they act now.
pub async fn show(ctx: Ctx) -> Answer {
    ctx.reader()?.own.ok_or_else(Failure::not_found)?;
    let other = ctx.whose().name;
    let title = if other.is_some() { "Download your own record" } else { "Download your record" };
    ctx.page(Head::new(title, Place::Account), || {
        let read = if other.is_some() {
            view! { "To read your own record here, " <a href="/acting">"go back to it first"</a> "." }.into_any()
        } else {
            view! { "To read your record yourself, " <a href="/record">"look at it here"</a> "." }.into_any()
        };
        let not_theirs = other.map(|name| {
            let words = format!("You are looking after {name} now. This file is your own record, and not that of {name}.");
            view! { <Inset><p>{words}</p></Inset> }
        });
        view! {
            <Narrow>
                <BackLink href="/account" label="Back to your account" />
                <PageHeading
                    title=title
                    lead="One file with everything that care services have sent us about you, just as they sent it, and everything that you recorded here: readings with their photos, answers, goals, your list, your details and needs, and your own notes."
                />
                {not_theirs}
                <p>"It is made for other health apps and services, in the format that they share (FHIR). " {read}</p>
                <Warning title="Keep the file private">
                    <p>"Anyone who has it can read it. Do not save it on a computer that others use."</p>
                </Warning>
                <Button href="/account/export">"Download the file"</Button>
            </Narrow>
        }
    })
    .await
}
