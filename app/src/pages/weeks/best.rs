//! The personal best of a diary of peak flow, while it goes on: changing it, and what it was.

use super::start::zones;
use super::{Part, week_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::appointments::id_in;
use crate::shell::Place;
use crate::ui::{BackLink, Button, Details, ErrorSummary, Form, Narrow, PageHeading};
use domain::reading::week::{Works, Zones};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{BestSeen, NotedBy};

/// The name of the form.
pub(crate) const FORM: &str = "week-best";

/// The page.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let seen = ctx.services().readings.week(&ctx.actor(), ctx.person()?, id_in(path)?).await?;
    let protocol = seen.line.plan.protocol;
    if !seen.line.runs || !seen.may_record || protocol.works() != Works::Zones {
        return Err(Failure::not_found());
    }
    let form = ctx.form(FORM).await?;
    ctx.page(Head::form("Personal best", Place::Health, &form), || {
        let sent = !form.value("sent").is_empty();
        let now = |field: &str| match (field, seen.zones) {
            ("best", Some(zones)) => zones.best.to_string(),
            ("green", Some(zones)) => zones.green.to_string(),
            ("amber", Some(zones)) => zones.amber.to_string(),
            _ => String::new(),
        };
        let or = |field: &str, usual: &str| match (sent, now(field)) {
            (true, _) => form.value(field),
            (false, now) if now.is_empty() => usual.to_owned(),
            (false, now) => now,
        };
        let (errors, fields, before) = (form.errors(), zones(&form, &or), before(&seen.bests));
        let (page, title) = (week_page(seen.line.id), protocol.title());
        view! {
            <Narrow>
                <BackLink href=page.clone() label=format!("Back to {}", title.to_lowercase()) />
                <ErrorSummary errors=errors />
                <PageHeading
                    title="Personal best"
                    caption=title
                    lead="Change it when your nurse or your plan gives you a new one. The zones of the whole diary are worked out with it."
                />
                <Form action=format!("{page}/best")>
                    <input type="hidden" name="sent" value="1" />
                    <input type="hidden" name="version" value=seen.version.to_string() />
                    {fields}
                    <Button>"Save"</Button>
                </Form>
                {before}
            </Narrow>
        }
    })
    .await
}

/// What it was before, the newest first.
pub(crate) fn before(all: &[BestSeen]) -> Option<AnyView> {
    let lines = all.iter().map(|one| {
        let was = one.zones.map_or_else(|| "None was known".to_owned(), in_words);
        let by = match one.by {
            NotedBy::You => "you",
            NotedBy::Person => "the person",
            NotedBy::Carer => "somebody who acts for them",
        };
        view! { <li>{format!("{was}, until {by} changed it on {}", day_in_words(london_day(one.at)))}</li> }
    });
    let lines = lines.collect_view();
    (!all.is_empty())
        .then(|| view! { <Details summary="What it was before"><ul class="nhsuk-list">{lines}</ul></Details> }.into_any())
}

/// "450 L/min, green from 80%, amber from 50%".
pub(crate) fn in_words(zones: Zones) -> String {
    format!("{} L/min, green from {}%, amber from {}%", zones.best, zones.green, zones.amber)
}
