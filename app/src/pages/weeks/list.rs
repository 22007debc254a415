//! Every guided week: those that go on first, what can be begun, and what was.

use super::{WEEKS, days_in_words, start_page, week_page};
use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::forms::Typed;
use crate::pages::readings::watch::watched;
use crate::pages::readings::{LIST, holds_now};
use crate::shell::Place;
use crate::ui::{BackLink, Card, CardGroup, EntryList, EntryRow, IconName, Level, PageHeading, Pagination, Section, TagKind};
use crate::whose::Whose;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use domain::WeekId;
use domain::reading::week::WeekEnd;
use leptos::prelude::*;
use service::{WeekLine, WeeksSeen};

/// Where messages lead: their address says nothing of what is measured to whoever sees it.
pub async fn from_message(ctx: Ctx) -> Answer {
    Ok(ctx.go(WEEKS))
}

/// The page.
pub async fn show(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let seen = ctx.services().readings.weeks_after(&ctx.actor(), ctx.person()?, after(&query)?).await?;
    let (now, whose) = (ctx.services().core.now(), ctx.whose());
    ctx.page(Head::new("Weeks and diaries", Place::Health).of(&seen.whose), || {
        let begin = (!seen.can_start.is_empty()).then(|| {
            let cards = seen.can_start.iter().map(|protocol| {
                view! {
                    <Card title=protocol.title() href=start_page(*protocol) text=protocol.about() icon=IconName::Heart level=Level::Three />
                }
            });
            let cards = cards.collect_view();
            view! { <div class="sh-screen-only"><Section title="Begin"><CardGroup>{cards}</CardGroup></Section></div> }
        });
        let lead = "Measure at set times for some days. We say what to do next, and what it comes to.";
        view! {
            <BackLink href=LIST label="Back to all readings" />
            {easy::picture(IconName::Clipboard)}
            <PageHeading title="Weeks and diaries" lead=easy::say(lead, acts::WEEKS) />
            {seen.holds.as_ref().map(holds_now)}
            {lists(&seen, WEEKS, &whose, now)}
            {begin}
            {watched(&seen.watch, None, &whose)}
        }
    })
    .await
}

/// After which week an address asks the list to go on.
pub(crate) fn after(query: &Typed) -> Result<Option<WeekId>, Failure> {
    match field(query, "after") {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| Failure::not_found()),
    }
}

/// Those that go on, and those that were, for the person and for a care team.
pub(crate) fn lists(seen: &WeeksSeen, base: &str, whose: &Whose, now: DateTime<Utc>) -> AnyView {
    let (runs, past): (Vec<_>, Vec<_>) = seen.weeks.iter().partition(|line| line.runs);
    if seen.weeks.is_empty() && !seen.may_record && !seen.is_later {
        return view! { <p>{format!("There is nothing here that you can see for {}.", whose.person())}</p> }.into_any();
    }
    let list = |title: &'static str, lines: Vec<&WeekLine>| {
        (!lines.is_empty()).then(|| {
            let rows = lines.into_iter().map(|line| row(line, base, now)).collect_view();
            view! { <Section title=title><EntryList>{rows}</EntryList></Section> }
        })
    };
    let newer = seen.is_later.then(|| base.to_owned());
    let older = seen.more.map(|id| format!("{base}?after={id}"));
    view! { {list("Going on now", runs)} {list("Before", past)} <Pagination newer=newer older=older /> }.into_any()
}

fn row(line: &WeekLine, base: &str, now: DateTime<Utc>) -> AnyView {
    let (text, tag) = match (line.runs, line.ended) {
        (true, _) if line.paused => ("It is paused".to_owned(), Some(("Paused", TagKind::Attention))),
        (true, _) => match line.plan.day_number(now) {
            Some((day, of)) => (format!("Day {day} of {of}"), Some(("Going on", TagKind::Info))),
            None => (format!("Begins {}", super::day_name(line.plan.first)), None),
        },
        (false, Some(WeekEnd::Stopped)) => ("Ended early".to_owned(), None),
        (false, _) => ("See the result".to_owned(), None),
    };
    let href = if base == WEEKS { week_page(line.id) } else { format!("{base}/{}", line.id) };
    view! {
        <EntryRow
            title=line.plan.protocol.title()
            href=href
            date=days_in_words(line.plan.first, line.plan.last)
            datetime=line.plan.first.to_string()
            text=text
            tag=tag.map(|(label, kind)| (label.to_owned(), kind))
        />
    }
    .into_any()
}
