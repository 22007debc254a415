//! Your record: how much there is of each category, and where it comes from.

use super::icon;
use crate::ctx::{Answer, Ctx, Head};
use crate::routes;
use crate::shell::Place;
use crate::ui::{Card, CardGroup, IconName, Level, PageHeading, Section, SummaryList, SummaryRow};
use crate::words;
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::{CategoryCount, SourceSeen};

/// The overview.
pub async fn show(ctx: Ctx) -> Answer {
    let overview = ctx.services().records.overview(&ctx.actor(), ctx.person()?).await?;
    let total: u64 = overview.counts.iter().map(|count| count.count).sum();
    let lead = match total {
        0 => "Nothing has been sent here about your health yet.".to_owned(),
        _ => format!("{} about your health, from the places that look after you.", words::how_many(total, "entry", "entries")),
    };
    ctx.page(Head::new("Your record", Place::Record), || {
        view! {
            <PageHeading title="Your record" lead=lead />
            <Categories counts=overview.counts />
            <Sources sources=overview.sources />
            <Section title="More">
                <CardGroup>
                    <Card
                        title="Download your record"
                        href="/account/download"
                        text="All of it as one file, to keep or to take to somebody else."
                        icon=IconName::Download
                        level=Level::Three
                    />
                    <Card
                        title="Who has looked at your record"
                        href="/activity"
                        text="Every look and every change, with its day and time."
                        icon=IconName::Eye
                        level=Level::Three
                    />
                </CardGroup>
            </Section>
        }
    })
    .await
}

/// A card for each category, with how many entries it has.
#[component]
pub(crate) fn Categories(counts: Vec<CategoryCount>) -> impl IntoView {
    let cards = counts
        .into_iter()
        .map(|count| {
            view! {
                <Card
                    title=count.category.title()
                    href=routes::category(count.category)
                    count=(count.count > 0).then(|| words::grouped(count.count))
                    text=in_short(&count)
                    icon=icon(count.category)
                    level=Level::Two
                />
            }
        })
        .collect_view();
    view! { <CardGroup>{cards}</CardGroup> }
}

/// "Latest: 3 November 2026"; "None known" when somebody wrote that there are none, which is more than nothing.
pub(crate) fn in_short(count: &CategoryCount) -> Option<String> {
    match (count.count, count.none_known) {
        (0, true) => Some("None known".to_owned()),
        (0, false) => Some("No information held".to_owned()),
        _ => count.latest.map(|when| format!("Latest: {}", when.day_only())),
    }
}

#[component]
fn Sources(sources: Vec<SourceSeen>) -> impl IntoView {
    let body = if sources.is_empty() {
        view! { <p>"No place has sent anything yet. Ask your GP practice when your record will be here."</p> }.into_any()
    } else {
        let rows = sources
            .into_iter()
            .map(|source| SummaryRow::new(source.organisation, format!("Last updated {}", instant_in_words(source.last_updated))))
            .collect();
        view! {
            <SummaryList rows=rows />
            <p>"What other places know about you is not here."</p>
        }
        .into_any()
    };
    view! { <Section title="Where your record comes from">{body}</Section> }
}
