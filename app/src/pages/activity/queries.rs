//! The questions that a person asked about who looked, and the answers.

use super::query::facts;
use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{BackLink, EmptyState, IconName, PageHeading, Section, SummaryList, SummaryRow};
use crate::words;
use domain::when::{instant_in_words, london_day};
use leptos::prelude::*;
use service::activity::AccessQuery;

/// Every question, newest first.
pub async fn show(ctx: Ctx) -> Answer {
    let queries = ctx.services().activity.queries(&ctx.actor(), ctx.person()?).await?;
    let today = london_day(ctx.services().core.now());
    ctx.page(Head::new("Your questions about who looked", Place::More), || {
        let list = if queries.is_empty() {
            view! {
                <EmptyState title="You have not asked anything" icon=IconName::Eye>
                    <p>"When you do not recognise something in the list of who has looked, you can ask about it there."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            queries
                .into_iter()
                .map(|query| {
                    let title = format!("Asked {}", words::in_sentence(&words::day_and_clock(query.asked_at, today)));
                    view! { <Section title><SummaryList rows=facts(&query.event) /> <Asked query /></Section> }
                })
                .collect_view()
                .into_any()
        };
        view! {
            <BackLink href="/activity" label="Back to who has looked" />
            <PageHeading title="Your questions about who looked" />
            {list}
        }
    })
    .await
}

/// A question and what became of it.
#[component]
pub fn Asked(
    /// The question.
    query: AccessQuery,
) -> impl IntoView {
    let whom = query.organisation.unwrap_or_else(|| "The team that runs Selfheal".to_owned());
    let mut rows = vec![SummaryRow::new("Your question", paragraphs(&query.question))];
    match query.answer {
        Some((text, at)) => {
            rows.push(SummaryRow::new("Answer", paragraphs(&text)));
            rows.push(SummaryRow::new("Answered by", format!("{whom}, {}", instant_in_words(at))));
        }
        None => rows.push(SummaryRow::new("Answer", format!("{whom} has not answered yet. We write to you when they do."))),
    }
    view! { <SummaryList rows=rows /> }
}

/// Text of several lines, each a paragraph.
fn paragraphs(text: &str) -> impl IntoView + use<> {
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| view! { <p>{line.to_owned()}</p> }).collect_view()
}
