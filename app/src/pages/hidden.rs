//! Everything that the person hid from those who look after them.

use crate::ctx::{Answer, Ctx, Head};
use crate::pages::record::privacy::{from, whom};
use crate::pages::sharing::{Part, Parts};
use crate::routes;
use crate::shell::Place;
use crate::ui::{Button, ButtonKind, Choice, EmptyState, Form, IconName, PageHeading, Radios, Section, SummaryList, SummaryRow};
use domain::record::Category;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{HiddenThing, HidingSeen};

/// The list, and the form that hides a whole kind.
pub async fn show(ctx: Ctx) -> Answer {
    let (actor, person, services) = (ctx.actor(), ctx.person()?, ctx.services());
    let hidings = services.hidings.of_person(&actor, person).await?;
    let carers = services.carers.of_person(&actor, person).await?;
    ctx.page(Head::new("What is hidden", Place::More), || {
        let list = if hidings.is_empty() {
            view! {
                <EmptyState title="Nothing is hidden" icon=IconName::Eye>
                    <p>"Open an entry of your record and choose \u{201c}Change who can see it\u{201d} to hide it."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            hidings.into_iter().map(hidden).collect_view().into_any()
        };
        let kinds = Category::SHOWN.iter().map(|category| Choice::new(category.code(), category.title())).collect();
        view! {
            <Parts here=Part::Hidden />
            <PageHeading
                title="What is hidden"
                lead="The people who look after you do not see these things, nor that they are hidden. You always see them."
            />
            {list}
            <Section title="Hide everything of a kind">
                <Form action="/sharing/hidden">
                    <Radios id="category" legend_text="What?" choices=kinds value=Category::Problem.code() />
                    <Radios id="from" legend_text="From whom?" choices=whom(&carers) value="all" />
                    <Button>"Hide all of it"</Button>
                </Form>
            </Section>
        }
    })
    .await
}

fn hidden(hiding: HidingSeen) -> impl IntoView {
    let shown_from = from(&hiding);
    let what = match &hiding.what {
        HiddenThing::Entry { id, title, kind, .. } => {
            let name = title.clone().or_else(|| kind.clone()).unwrap_or_else(|| "An entry that its source took back".to_owned());
            view! { <a href=routes::entry(*id)>{name}</a> }.into_any()
        }
        HiddenThing::Category(category) => view! { {format!("All of: {}", category.title())} }.into_any(),
    };
    let rows = vec![
        SummaryRow::new("What", what),
        SummaryRow::new("Hidden from", shown_from),
        SummaryRow::new("Since", day_in_words(london_day(hiding.since))),
    ];
    view! {
        <SummaryList rows=rows />
        <Form action="/sharing/hidden/show">
            <input type="hidden" name="hiding" value=hiding.id.to_string() />
            <Button kind=ButtonKind::Secondary>"Show it again"</Button>
        </Form>
    }
}
