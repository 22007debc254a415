//! The self-care plan: goals, what to measure and read, what helps, and what to do when readings are not as agreed, on one page that can
//! be printed.

use crate::ctx::{Answer, Ctx, Head};
use crate::pages::appointments::{on_lines, phone_link};
use crate::pages::goals::list::row as goal_row;
use crate::pages::goals::{GOALS, goal_page, how_it_goes};
use crate::pages::learn::{LEARN, given_row};
use crate::pages::readings::LIST;
use crate::pages::readings::targets::PLAN as TARGETS;
use crate::pages::readings::watch::{targets, who_watches};
use crate::pages::support::{SUPPORT, support_page};
use crate::pages::weeks::{WEEKS, days_in_words, week_page};
use crate::shell::Place;
use crate::ui::{BackLink, EntryList, EntryRow, PageHeading, Section};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{ReadingRuleSeen, SavedSeen, SelfCarePlan};

/// Where it is.
pub(crate) const PLAN: &str = "/self-care";

/// Where it is taken away, with everything else.
const DOWNLOAD: &str = "/account/download";

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let plan = ctx.services().self_care.plan(&ctx.actor(), ctx.person()?).await?;
    let (today, whose) = (london_day(ctx.services().core.now()), ctx.whose());
    let title =
        whose.name.as_ref().map_or_else(|| "My self-care plan".to_owned(), |_| format!("{} self-care plan", whose.title()));
    ctx.page(Head::new(&title, Place::Health).named(&plan.whose), || {
        let as_on = format!("As on {}.", day_in_words(today));
        let goals: Vec<_> = plan.goals.iter().map(|goal| goal_row(goal, goal_page(goal.id), how_it_goes(goal))).collect();
        let weeks: Vec<_> = plan.weeks.iter().map(|week| {
            let days = days_in_words(week.plan.first, week.plan.last);
            view! { <EntryRow title=week.plan.protocol.title() href=week_page(week.id) text=days /> }.into_any()
        }).collect();
        let reading: Vec<_> = plan.reading.iter().map(given_row).collect();
        let saved: Vec<_> = plan.saved.iter().map(saved).collect();
        // Nobody takes another's away.
        let own = (!whose.is_another()).then(|| {
            view! { <p class="sh-screen-only"><a href=DOWNLOAD>"Download your record, with goals, things to read and your list"</a></p> }
        });
        view! {
            <BackLink href=LIST label="Back to health" />
            <PageHeading title=title.clone() lead="Everything on one page." />
            <p><strong><bdi>{plan.whose.display_name.clone()}</bdi></strong> ". " {as_on}</p>
            <p class="sh-screen-only">"Print this page to have it at hand or to bring it along."</p>
            {part("Goals", goals, "No goal yet.", (GOALS, "Goals"))}
            {part("To measure", weeks, "Nothing is measured for a week or in a diary now.", (WEEKS, "Weeks and diaries"))}
            {part("To read", reading, "Nothing is waiting to be read.", (LEARN, "Things to read"))}
            {part("Who and what helps", saved, "No app or group is in the list yet.", (SUPPORT, "Apps and groups"))}
            {agreed(&plan)}
            {own}
        }
    })
    .await
}

fn part(title: &'static str, rows: Vec<AnyView>, none: &'static str, (href, all): (&'static str, &'static str)) -> AnyView {
    let body =
        if rows.is_empty() { view! { <p>{none}</p> }.into_any() } else { view! { <EntryList>{rows}</EntryList> }.into_any() };
    view! { <Section title=title>{body} <p class="sh-screen-only"><a href=href>{all}</a></p></Section> }.into_any()
}

/// Something in the list, with its number, so that it is of use on paper.
fn saved(one: &SavedSeen) -> AnyView {
    let entry = one.entry.as_deref();
    let when = entry.map(|entry| entry.hours.clone()).filter(|hours| !hours.is_empty());
    let acts = entry.map(|entry| {
        let call = (!entry.phone.is_empty()).then(|| view! { "Call " {phone_link(&entry.phone)} " \u{b7} " });
        let about = format!(" of {}", entry.name);
        view! { {call} <a href=support_page(&entry.id)>"Details" <span class="nhsuk-u-visually-hidden">{about}</span></a> }
            .into_any()
    });
    view! { <EntryRow title=one.name.clone() text=when acts=acts /> }.into_any()
}

/// Where readings are wanted, and what to do when they are not there.
fn agreed(plan: &SelfCarePlan) -> AnyView {
    let targets = targets(&plan.targets);
    let (rules, watch) = (plan.rules.iter().map(rule).collect_view(), who_watches(&plan.watch, None));
    view! {
        <Section title="Targets">{targets}</Section>
        <Section title="When readings are not as agreed">
            {rules}
            <p>"If you feel unwell, call " <a href="tel:111">"111"</a> ". In an emergency, call " <a href="tel:999">"999"</a> "."</p>
            {watch}
            <p class="sh-screen-only"><a href=TARGETS>"Targets, and who is told"</a></p>
        </Section>
    }
    .into_any()
}

/// "Blood pressure: when one reading is 180/120 or more. …".
fn rule(one: &ReadingRuleSeen) -> AnyView {
    let when = format!("When {}: ", one.condition.in_words(one.measure));
    view! {
        <h3 class="nhsuk-heading-s">{one.measure.name()}</h3>
        <p>{when} <strong><bdi>{on_lines(&one.words)}</bdi></strong></p>
    }
    .into_any()
}
