//! "I do not recognise this".

use super::queries::Asked;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::shell::Place;
use crate::ui::{BackLink, Button, ErrorSummary, Form, Inset, Narrow, PageHeading, SummaryList, SummaryRow, TextArea};
use crate::words;
use axum::extract::Path;
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::activity::{ActivityItem, ActorSeen};

/// Where a question about an event is asked.
#[must_use]
pub fn address(seq: i64) -> String {
    format!("/activity/{seq}/query")
}

/// What was done, and the form that asks about it; or what was asked about it before.
pub async fn show(ctx: Ctx, path: Result<Path<i64>, axum::extract::rejection::PathRejection>) -> Answer {
    let Path(seq) = path.map_err(|_| Failure::not_found())?;
    let (item, asked) = ctx.services().activity.event(&ctx.actor(), ctx.person()?, seq).await?;
    let form = ctx.form("query").await?;
    let (problems, wrong, typed) = (form.errors(), form.error("question"), form.value("question"));
    ctx.page(Head::form("Ask about this", Place::More, &form), || {
        let next = match (asked, item.actor == ActorSeen::You) {
            (Some(asked), _) => view! { <h2>"You asked about this"</h2> <Asked query=asked /> }.into_any(),
            (None, true) => view! {
                <Inset>
                    <p>
                        "This was done from your own account. If it was not you, "
                        <a href="/account/sign-ins">"see where you are signed in"</a> ", end what you do not know, and "
                        <a href="/account/password">"change your password"</a> "."
                    </p>
                </Inset>
            }
            .into_any(),
            (None, false) => view! {
                <Form action=address(seq)>
                    <TextArea
                        id="question"
                        label="What do you want to know?"
                        hint="For example: why did you look, I was not with you that day. Do not write about your health here."
                        error=wrong
                        value=typed
                    />
                    <Button>"Send your question"</Button>
                </Form>
                <p>"Whoever answers for this must reply. We write to you when there is an answer."</p>
            }
            .into_any(),
        };
        view! {
            <Narrow>
                <BackLink href="/activity" label="Back to who has looked" />
                <ErrorSummary errors=problems />
                <PageHeading title="Ask about this" />
                <SummaryList rows=facts(&item) />
                {next}
            </Narrow>
        }
    })
    .await
}

/// An event as facts.
pub(super) fn facts(item: &ActivityItem) -> Vec<SummaryRow> {
    vec![
        SummaryRow::new("Who", words::who(&item.actor)),
        SummaryRow::new("What they did", words::sentence(&words::what(item))),
        SummaryRow::new("When", instant_in_words(item.at)),
        SummaryRow::new("Why", words::why(item.purpose)),
    ]
}
