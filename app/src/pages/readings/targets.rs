//! What is agreed about readings: where they are wanted, who is told of what and when they look, and what came up.

use super::watch::{history, made_from, targets, who_watches};
use super::{LIST, reading_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::pages::appointments::on_lines;
use crate::shell::Place;
use crate::ui::{BackLink, Inset, PageHeading, Section};
use domain::reading::Colour;
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{AlertSeen, ReadingRuleSeen};

/// Where it is.
pub(crate) const PLAN: &str = "/readings/targets";

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let plan = ctx.services().readings.plan(&ctx.actor(), ctx.person()?).await?;
    let whose = ctx.whose();
    let title = format!("{} targets", whose.title());
    ctx.page(Head::new(&title, Place::Health).of(&plan.whose), || {
        let targets = targets(&plan.targets);
        let meals = plan.rules.iter().any(|one| one.condition.meal().is_some())
            || plan.targets.iter().any(|one| one.now.target.is_some_and(|target| target.has_meals()));
        let meals = meals.then(|| {
            view! {
                <Inset>
                    <p>"Some of this is about blood sugar before or after meals. Say when you took each reading: one that does not say so is compared with neither."</p>
                </Inset>
            }
        });
        let rules = plan.rules.iter().map(rule).collect_view();
        let rules = (!plan.rules.is_empty()).then(|| view! { <Section title="What they are told">{rules}</Section> });
        let alerts = plan.alerts.iter().map(alert).collect_view();
        let alerts = (!plan.alerts.is_empty()).then(|| view! { <Section title="What came up">{alerts}</Section> });
        view! {
            <BackLink href=LIST label="Back to all readings" />
            <PageHeading title=title.clone() lead="What is agreed with a care team about what is measured at home." />
            <Section title="Targets">{targets} {meals}</Section>
            {alerts}
            <Section title="Who is told">{who_watches(&plan.watch, None)}</Section>
            {rules}
        }
    })
    .await
}

/// "Blood pressure: Riverside Surgery is told at once when …".
fn rule(one: &ReadingRuleSeen) -> AnyView {
    let soon = if one.colour == Colour::Red { "at once" } else { "once a day" };
    let when = format!(" is told {soon} when {}.", one.condition.in_words(one.measure));
    let source = one.source.map(|source| made_from(source, one.is_changed));
    let set = format!("{} set this on {}. {}", one.by, day_in_words(london_day(one.at)), one.why);
    view! {
        <h3 class="nhsuk-heading-s">{one.measure.name()}</h3>
        <p><bdi>{one.organisation.clone()}</bdi> {when}</p>
        <p>"What to do then: " <bdi>{on_lines(&one.words)}</bdi></p>
        <p class="nhsuk-hint"><bdi>{on_lines(&set)}</bdi></p>
        {source}
    }
    .into_any()
}

fn alert(one: &AlertSeen) -> AnyView {
    let title = format!("{}: {}", one.measure.name(), one.found);
    let title = match one.reading {
        Some(id) => view! { <a href=reading_page(one.measure, id)>{title}</a> }.into_any(),
        None => title.into_any(),
    };
    let at = one.reading_then.as_ref().map_or(one.raised_at, |then| then.taken_at);
    let since = format!("On {}, because {}.", instant_in_words(at), one.rule_said);
    view! {
        <h3 class="nhsuk-heading-s">{title}</h3>
        <p>{since}</p>
        {history(one)}
    }
    .into_any()
}
