//! Taking the record away.

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::shell::Place;
use crate::ui::{BackLink, Button, Narrow, PageHeading, Warning};
use leptos::prelude::*;

/// What is in the file, and the link to it.
pub async fn show(ctx: Ctx) -> Answer {
    ctx.reader()?.own.ok_or_else(Failure::not_found)?;
    ctx.page(Head::new("Download your record", Place::Account), || {
        view! {
            <Narrow>
                <BackLink href="/account" label="Back to your account" />
                <PageHeading
                    title="Download your record"
                    lead="One file with everything that care services have sent us about you, just as they sent it, and everything that you recorded here: readings with their photos, answers, goals, your list, your details and needs, and your own notes."
                />
                <p>
                    "It is made for other health apps and services, in the format that they share (FHIR). "
                    "To read your record yourself, " <a href="/record">"look at it here"</a> "."
                </p>
                <Warning title="Keep the file private">
                    <p>"Anyone who has it can read it. Do not save it on a computer that others use."</p>
                </Warning>
                <Button href="/account/export">"Download the file"</Button>
            </Narrow>
        }
    })
    .await
}
