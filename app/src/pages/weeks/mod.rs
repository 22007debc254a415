//! Guided weeks: what people measure for some days in a row, step by step, and what it comes to.

pub mod best;
pub mod end;
pub mod list;
pub mod one;
pub mod paper;
pub mod print;
pub mod reminders;
pub mod start;

use crate::ctx::Failure;
use crate::ui::{Cell, DataTable};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::{DateTime, NaiveDate, Utc};
use domain::WeekId;
use domain::reading::week::{NotCounted, Protocol, SittingSeen, State, Taken, diary_day};
use domain::reading::{Drawn, Meal, Measure};
use leptos::prelude::*;
use service::WeekSeen;
use std::collections::BTreeMap;

use super::readings::reading_page;

/// Where all of them are.
pub(crate) const WEEKS: &str = "/weeks";

/// Where one is.
pub(crate) fn week_page(id: WeekId) -> String {
    format!("{WEEKS}/{id}")
}

/// Where one is begun.
pub(crate) fn start_page(protocol: Protocol) -> String {
    format!("{WEEKS}/new/{}", protocol.code())
}

/// The part of an address that names a protocol or a week.
pub(crate) type Part = Result<Path<String>, PathRejection>;

/// The protocol that a path names.
pub(crate) fn protocol_in(path: Part) -> Result<Protocol, Failure> {
    path.ok().and_then(|Path(word)| Protocol::from_code(&word)).ok_or_else(Failure::not_found)
}

/// "Tuesday 3 November".
pub(crate) fn day_name(day: NaiveDate) -> String {
    format!("{} {}", day.format("%A"), day.format("%-d %B"))
}

/// "3 to 9 November 2026", "30 November to 6 December 2026".
pub(crate) fn days_in_words(first: NaiveDate, last: NaiveDate) -> String {
    let end = domain::when::day_in_words(last);
    if first == last {
        return end;
    }
    let same = |format: &str| first.format(format).to_string() == last.format(format).to_string();
    let begin = match (same("%Y"), same("%B %Y")) {
        (_, true) => first.format("%-d").to_string(),
        (true, false) => first.format("%-d %B").to_string(),
        (false, false) => domain::when::day_in_words(first),
    };
    format!("{begin} to {end}")
}

/// A reading in a cell: "142/88", "7.2 mmol/L", "Good".
pub(crate) fn value(measure: Measure, one: &Taken) -> String {
    let decimals = measure.parts().first().map_or(0, |part| part.decimals);
    match one.second {
        Some(second) if measure.drawn() == Drawn::Pair => format!("{}/{second}", one.first),
        _ => measure.in_words(measure.unit(), "", one.first.rounded(decimals), None),
    }
}

/// How a part of a day stands in a word, where nothing was measured.
fn state_in_words(protocol: Protocol, state: State) -> &'static str {
    match state {
        State::Later => "To come",
        State::Due | State::Late if protocol.asks_daily() => "Now",
        State::Before if protocol.asks_daily() => "Before it began",
        State::Missed if protocol.asks_daily() => "Missing",
        _ => "None noted",
    }
}

/// How many readings stand in one part of a day: a sensor tells hundreds.
const SHOWN: usize = 12;

fn more(all: usize) -> Option<String> {
    Some(all.saturating_sub(SHOWN)).filter(|more| *more > 0).map(|more| format!(" and {more} more"))
}

/// What does not count of a part of a day, in the order of time, together as far as it is for the same reason.
fn not_counted(protocol: Protocol, seen: &SittingSeen) -> Vec<(NotCounted, Vec<Taken>)> {
    let mut groups: Vec<(NotCounted, Vec<Taken>)> = Vec::new();
    for one in &seen.others {
        let why = seen.why_not(protocol, one);
        match groups.last_mut() {
            Some((before, all)) if *before == why => all.push(one.clone()),
            _ => groups.push((why, vec![one.clone()])),
        }
    }
    groups
}

/// What stands before readings that do not count, of which these are the so manieth.
fn why_not(protocol: Protocol, (place, why): (usize, NotCounted)) -> String {
    let begins = if place == 0 { " (does not count, " } else { "; " };
    format!("{begins}{}: ", why.in_words(protocol))
}

/// What the same device showed with the readings of a diary, by their instant.
type Shown = BTreeMap<DateTime<Utc>, Taken>;

/// What stands in a part of a day; `links` is whether each reading leads to its page.
fn part(protocol: Protocol, seen: &SittingSeen, (shown, links): (&Shown, bool)) -> AnyView {
    let measure = protocol.measure();
    if seen.counted.is_empty() && seen.others.is_empty() {
        return state_in_words(protocol, seen.state).into_any();
    }
    // An empty text would be written as a space: what says nothing is absent.
    // What is of another meal says of which, and does not fill this part of the day.
    let of_meal = |one: &Taken| {
        let words = Meal::answer_in_words(&one.settings).filter(|_| !seen.sitting.fits(&one.settings))?;
        Some(format!(" ({})", words.to_lowercase()))
    };
    let with = |one: &Taken| {
        let (other, with) = measure.shown_with().zip(shown.get(&one.at))?;
        Some(format!(" ({} {})", other.name_in_sentence(), with.first))
    };
    let lacks = match seen.state {
        State::Half | State::Done => None,
        state => Some(format!("{}. ", state_in_words(protocol, state))),
    };
    let missing = (seen.state == State::Half).then(|| format!(" ({} of {})", seen.counted.len(), protocol.each()));
    let others = not_counted(protocol, seen);
    let end = (!others.is_empty()).then_some(")");
    if !links {
        let said = |one: &Taken| {
            let parts = [Some(value(measure, one)), with(one), of_meal(one)];
            parts.into_iter().flatten().collect::<String>()
        };
        let row = |all: &[Taken]| {
            let said = all.iter().take(SHOWN).map(said).collect::<Vec<_>>().join(", ");
            format!("{said}{}", more(all.len()).unwrap_or_default())
        };
        let others: String = others
            .iter()
            .enumerate()
            .map(|(place, (why, all))| format!("{}{}", why_not(protocol, (place, *why)), row(all)))
            .collect();
        let (lacks, missing) = (lacks.unwrap_or_default(), missing.unwrap_or_default());
        return format!("{lacks}{}{missing}{others}{}", row(&seen.counted), end.unwrap_or_default()).into_any();
    }
    let row = |all: &[Taken]| {
        let each = all.iter().take(SHOWN).enumerate().map(|(at, one)| {
            view! { {(at > 0).then_some(", ")}<a href=reading_page(measure, one.id)>{value(measure, one)}</a>{with(one)}{of_meal(one)} }
        });
        view! { {each.collect_view()} {more(all.len())} }
    };
    let others = others.iter().enumerate().map(|(place, (why, all))| {
        view! { {why_not(protocol, (place, *why))} {row(all)} }
    });
    view! { {lacks} {row(&seen.counted)} {missing} {others.collect_view()} {end} }.into_any()
}

/// Every day and its parts as a table, with what was shown with each reading; while it goes on, without the days that are to come at this
/// instant.
pub(crate) fn table(seen: &WeekSeen, links: bool, now: Option<DateTime<Utc>>) -> impl IntoView + use<> {
    let (diary, shown) = (&seen.diary, &seen.shown);
    let protocol = diary.plan.protocol;
    let head = std::iter::once("Day").chain(protocol.sittings().iter().map(|sitting| sitting.title)).map(str::to_owned);
    let last = now.map_or(diary.plan.last, diary_day).max(diary.plan.first);
    let rows = diary.days.iter().filter(|day| day.on <= last).map(|day| {
        let name = day_name(day.on);
        let name = if day.dropped { format!("{name} (left out)") } else { name };
        std::iter::once(Cell::new(name))
            .chain(day.sittings.iter().map(|seen| Cell::new(part(protocol, seen, (shown, links)))))
            .collect()
    });
    let unit = match protocol == Protocol::HomePressure {
        true if shown.is_empty() => ", in mmHg",
        true => ", in mmHg, with the pulse in beats a minute",
        false => "",
    };
    view! { <DataTable caption=format!("What was measured{unit}") head=head.collect() rows=rows.collect() /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_said_once() {
        let said = |first: &str, last: &str| days_in_words(first.parse().unwrap(), last.parse().unwrap());
        assert_eq!(said("2026-11-03", "2026-11-09"), "3 to 9 November 2026");
        assert_eq!(said("2026-11-30", "2026-12-06"), "30 November to 6 December 2026");
        assert_eq!(said("2026-12-28", "2027-01-03"), "28 December 2026 to 3 January 2027");
        assert_eq!(said("2026-11-03", "2026-11-03"), "3 November 2026");
    }
}
