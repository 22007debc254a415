//! Adding a medicine that somebody takes of their own accord.

use super::LIST;
use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{BackLink, Button, DateInput, ErrorSummary, Form, Narrow, PageHeading, TextArea, TextInput};
use leptos::prelude::*;

/// Where one is added.
pub(crate) const ADD: &str = "/medicines/add";

/// The form.
pub async fn add(ctx: Ctx) -> Answer {
    // Only those see it who may add.
    ctx.services().medicines.may_order(&ctx.actor(), ctx.person()?).await?;
    let form = ctx.form("own-medicine").await?;
    let submission = ctx.submission();
    ctx.page(Head::form("Add a medicine", Place::Medicines, &form), || {
        view! {
            <Narrow>
                <BackLink href=LIST label="Back to medicines" />
                <ErrorSummary errors=form.errors() />
                <PageHeading
                    title="Add a medicine"
                    lead="One that you buy yourself, such as a painkiller, a vitamin or a herbal remedy. It stands beside what services recorded."
                />
                <Form action=ADD submission=submission keep="own-medicine">
                    <TextInput id="name" label="Name" hint="As it is on the pack" error=form.error("name") value=form.value("name") />
                    <TextArea id="dose" label="How do you take it? (if you want)" rows=2 error=form.error("dose") value=form.value("dose") />
                    <TextArea id="reason" label="What for? (if you want)" rows=2 error=form.error("reason") value=form.value("reason") />
                    <DateInput
                        id="started_on"
                        legend_text="When did you begin? (if you know)"
                        error=form.error("started_on")
                        value=form.date("started_on")
                    />
                    <Button>"Add it"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}
