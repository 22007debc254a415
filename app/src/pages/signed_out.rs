//! After signing out.

use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{Button, Narrow, PageHeading};
use leptos::prelude::*;

/// Says that it is done, and what else to do on a shared computer.
pub async fn show(ctx: Ctx) -> Answer {
    ctx.page(Head::new("You are signed out", Place::Elsewhere), || {
        view! {
            <Narrow>
                <PageHeading title="You are signed out" lead="Nobody can see your record in this browser now." />
                <p>"If others use this computer, close the browser window too."</p>
                <Button href="/sign-in">"Sign in again"</Button>
            </Narrow>
        }
    })
    .await
}
