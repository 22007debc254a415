//! All goals: those that go on first.

use super::{GOALS, goal_page, how_it_goes, tag};
use crate::ctx::{Answer, Ctx, Head};
use crate::pages::readings::LIST;
use crate::pages::self_care::PLAN;
use crate::shell::Place;
use crate::ui::{BackLink, Button, Card, CardGroup, EmptyState, EntryList, EntryRow, IconName, PageHeading, Section};
use domain::goal::State;
use leptos::prelude::*;
use service::GoalSeen;

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = ctx.services().self_care.goals(&ctx.actor(), ctx.person()?).await?;
    let whose = ctx.whose();
    let title = whose.name.as_ref().map_or_else(|| "My goals".to_owned(), |_| format!("{} goals", whose.title()));
    ctx.page(Head::new(&title, Place::Health).of(&seen.whose), || {
        let (proposed, open) = (of(&seen.goals, &[State::Proposed]), of(&seen.goals, &[State::Active, State::Paused]));
        let over = of(&seen.goals, &[State::Reached, State::LetGo, State::Declined]);
        let empty = (proposed.is_empty() && open.is_empty()).then(|| {
            view! {
                <EmptyState title="No goal yet" icon=IconName::Heart>
                    <p>"A goal can be small. Pick one thing that matters, and one first step."</p>
                </EmptyState>
            }
        });
        let set = seen.may_record.then(|| view! { <Button href=format!("{GOALS}/new")>"Set a goal"</Button> });
        view! {
            <BackLink href=LIST label="Back to health" />
            <PageHeading title=title.clone() lead="What matters, how it goes, and what comes next." />
            {part("Suggested by a care team", &proposed)}
            {part("Going on", &open)}
            {empty}
            {set}
            {part("Before", &over)}
            <p class="sh-screen-only"><a href=PLAN>{format!("{} self-care plan", whose.title())}</a></p>
        }
    })
    .await
}

fn of<'g>(goals: &'g [GoalSeen], states: &[State]) -> Vec<&'g GoalSeen> {
    goals.iter().filter(|goal| states.contains(&goal.state)).collect()
}

fn part(title: &'static str, goals: &[&GoalSeen]) -> Option<AnyView> {
    if goals.is_empty() {
        return None;
    }
    let rows = goals.iter().map(|goal| row(goal, goal_page(goal.id), how_it_goes(goal))).collect_view();
    Some(view! { <Section title=title><EntryList>{rows}</EntryList></Section> }.into_any())
}

/// A goal in a list, for the person and for a care team; `text` is how it goes.
pub(crate) fn row(goal: &GoalSeen, href: String, text: String) -> AnyView {
    let source = goal.proposed_by.as_ref().map(|(by, at)| format!("Suggested by {by}, {at}"));
    view! { <EntryRow title=goal.says.clone() href=href text=text source=source tag=tag(goal.state) /> }.into_any()
}

/// What a goal can be about.
pub async fn kinds(ctx: Ctx) -> Answer {
    let kinds = ctx.services().self_care.kinds_to_set(&ctx.actor(), ctx.person()?).await?;
    ctx.page(Head::new("Set a goal", Place::Health), || {
        let cards = kinds.iter().map(|kind| view! { <Card title=kind.title() href=super::set_page(*kind) /> }).collect_view();
        view! {
            <BackLink href=GOALS label="Back to goals" />
            <PageHeading title="Set a goal" lead="What is it about?" />
            <CardGroup>{cards}</CardGroup>
        }
    })
    .await
}
