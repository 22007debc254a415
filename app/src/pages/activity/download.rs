//! Taking the account of who looked away.

use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{BackLink, Button, ButtonGroup, ButtonKind, Narrow, PageHeading, Warning};
use leptos::prelude::*;

/// What is in the files, and the links to them.
pub async fn show(ctx: Ctx) -> Answer {
    ctx.own()?;
    ctx.page(Head::new("Download who has looked", Place::More), || {
        view! {
            <Narrow>
                <BackLink href="/activity" label="Back to who has looked" />
                <PageHeading
                    title="Download who has looked"
                    lead="One file with everything that was done with your record here, what you did yourself too."
                />
                <p>"A table (CSV) opens in a spreadsheet. The other file is for health apps and services (FHIR)."</p>
                <Warning title="Keep the file private">
                    <p>"It says who looks after you and when. Do not save it on a computer that others use."</p>
                </Warning>
                <ButtonGroup>
                    <Button href="/activity/download/csv">"Download the table"</Button>
                    <Button href="/activity/download/fhir" kind=ButtonKind::Secondary>"Download for health apps"</Button>
                </ButtonGroup>
            </Narrow>
        }
    })
    .await
}
