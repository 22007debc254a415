//! Who can act for the person, who is asked, and who could before.

use super::{can, page_of, tag, until};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::pages::sharing::{Part, Parts};
use crate::shell::Place;
use crate::ui::{Button, Details, EmptyState, EntryList, EntryRow, IconName, PageHeading, Section, SummaryList, SummaryRow, Tag};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{CarerSeen, CarerStage};

/// The list.
pub async fn show(ctx: Ctx) -> Answer {
    let people = ctx.services().carers.of_person(&ctx.actor(), ctx.person()?).await?;
    let (now, before): (Vec<CarerSeen>, Vec<CarerSeen>) =
        people.into_iter().partition(|one| !matches!(one.stage, CarerStage::Over | CarerStage::Refused | CarerStage::Lapsed));
    let (acting, asked): (Vec<CarerSeen>, Vec<CarerSeen>) =
        now.into_iter().partition(|one| matches!(one.stage, CarerStage::InForce | CarerStage::Stopped));
    ctx.page(Head::new("People who can act for you", Place::More), || {
        let nobody = acting.is_empty().then(|| {
            view! {
                <EmptyState title="Nobody can act for you" icon=IconName::People>
                    <p>"You can let somebody you trust see parts of your record, or do things for you. You choose which, and for how long."</p>
                </EmptyState>
            }
        });
        let acting = acting.into_iter().map(|one| person(one).into_any()).collect_view();
        let asked = (!asked.is_empty()).then(|| {
            view! {
                <Section title="Asked, and not yet decided">
                    <EntryList>{asked.into_iter().map(|one| row(one).into_any()).collect_view()}</EntryList>
                </Section>
            }
        });
        let before = (!before.is_empty()).then(|| {
            let count = u64::try_from(before.len()).unwrap_or_default();
            let summary = format!("Before: {}", crate::words::how_many(count, "person or request", "people or requests"));
            view! {
                <Details summary=summary>
                    <EntryList>{before.into_iter().map(|one| row(one).into_any()).collect_view()}</EntryList>
                </Details>
            }
        });
        let lead = "You decide who, what they can see and do, and for how long. You can stop any of them at any moment.";
        view! {
            <Parts here=Part::People />
            {easy::picture(IconName::People)}
            <PageHeading title="People who can act for you" lead=easy::say(lead, acts::PEOPLE) />
            {nobody}
            {acting}
            <Button href="/sharing/people/invite">"Invite somebody"</Button>
            {asked}
            {before}
            <p>"Everything they look at or do is in the list of " <a href="/activity">"who has looked"</a> "."</p>
        }
    })
    .await
}

/// Somebody who can act for the person, or could if they were not stopped.
fn person(one: CarerSeen) -> impl IntoView {
    let used = one.last_used_on.map_or_else(|| "Not yet".to_owned(), day_in_words);
    let (label, kind) = tag(one.stage);
    let title = format!("{}, your {}", one.name, one.relation);
    let change = view! { <a href=page_of(one.id)>{format!("Change or stop what {} can do", one.name)}</a> };
    let rows = vec![
        SummaryRow::new("Now", view! { <Tag label=label kind=kind /> }),
        SummaryRow::new("They can", can(one.scopes)),
        SummaryRow::new("Last day", until(&one)),
        SummaryRow::new("Last looked", used),
    ];
    view! {
        <Section title=title>
            <SummaryList rows=rows />
            <p>{change}</p>
        </Section>
    }
}

fn row(one: CarerSeen) -> impl IntoView {
    let date = london_day(one.asked_at);
    let text = format!("Your {}. They could {}", one.relation, can(one.scopes));
    view! {
        <EntryRow
            title=one.name.clone()
            href=page_of(one.id)
            date=format!("Asked on {}", day_in_words(date))
            datetime=date.format("%Y-%m-%d").to_string()
            text=text
            tag=Some(tag(one.stage))
        />
    }
}
