//! A guided week on paper: an empty diary to fill in, and a filled one to bring along.

use super::one::result;
use super::start::enough;
use super::{Part, day_name, days_in_words, protocol_in, start_page, table, week_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::pages::appointments::id_in;
use crate::shell::Place;
use crate::ui::{BackLink, Cell, DataTable, PageHeading};
use domain::profile::Setting;
use domain::reading::Advice;
use domain::reading::week::{Blank, Column, Protocol, on_paper};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;

/// An empty diary.
pub async fn blank(ctx: Ctx, path: Part) -> Answer {
    let protocol = protocol_in(path)?;
    let large = ctx.display().has(Setting::LargeText);
    ctx.page(Head::new(protocol.title(), Place::Health), || {
        let blank = if large { in_fewer_words(protocol) } else { protocol.blank() };
        let (head, rows) = if blank.turned { turned(&blank) } else { lines(&blank) };
        let scale = (!blank.scale.is_empty()).then(|| {
            let each: Vec<String> = blank.scale.iter().enumerate().map(|(at, words)| format!("{} = {words}", at + 1)).collect();
            view! { <p><strong>"Circle one number. "</strong> {format!("{}.", each.join(", "))}</p> }
        });
        let days = blank.days.map(|days| {
            let (first, last) = (to_fill_in("First day: ________________"), to_fill_in("Last day: ________________"));
            view! { <p>{format!("For {days} days. ")} {first} " " {last}</p> }
        });
        let advice = on_paper(protocol);
        // Each once, though much of it is from the same.
        let all = std::iter::once(protocol.source()).chain(advice.iter().map(|(_, advice)| advice.source));
        let mut sources: Vec<&str> = Vec::new();
        for source in all.flat_map(|source| source.split("; ")) {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        let steps = protocol.how().iter().map(|step| view! { <li>{*step}</li> }).collect_view();
        view! {
            <BackLink href=start_page(protocol) label=format!("Back to {}", protocol.title().to_lowercase()) />
            <div class="sh-diary sh-diary--empty">
                <PageHeading title=protocol.title() />
                <p class="sh-screen-only">"Print this page with the print button of your browser."</p>
                <p>{to_fill_in("Name: ________________________")} " " {to_fill_in("NHS number: ____________________")}</p>
                {days}
                <ol class="nhsuk-list nhsuk-list--number">{steps}</ol>
                {enough(protocol)}
                {scale}
                <DataTable caption=blank.caption head=head rows=rows />
                <div class="sh-diary__then">
                    {advice.iter().enumerate().map(|(at, (when, told))| {
                        let before = at.checked_sub(1).and_then(|before| advice.get(before));
                        let again = large && before.is_some_and(|(_, before)| before.emergency == told.emergency);
                        what_then(when, told, large, again)
                    }).collect_view()}
                </div>
                <p>"Nobody is watching what you write down here. If you feel unwell, call 111. In an emergency, call 999."</p>
                " "
                <p>"You can type it in later: in \u{201c}Weeks and diaries\u{201d} choose this diary, then \u{201c}Type in a paper diary\u{201d}."</p>
                <p class="nhsuk-hint">{format!("From {}.", sources.join("; "))}</p>
            </div>
        }
    })
    .await
}

/// The same for large print, where each line of a box costs a line of the sheet: with a column for each day the caption right above the
/// boxes says the unit, so that no line says it again.
fn in_fewer_words(protocol: Protocol) -> Blank {
    let mut blank = protocol.blank();
    let unit = format!(" ({})", protocol.measure().unit().shown);
    if blank.turned && blank.caption.ends_with(unit.as_str()) {
        for column in &mut blank.columns {
            column.title = column.title.replace(unit.as_str(), "");
        }
    }
    blank
}

/// A line of boxes for each day, or for whatever else has a line.
fn lines(blank: &Blank) -> (Vec<String>, Vec<Vec<Cell>>) {
    let head = std::iter::once(blank.first.to_owned()).chain(blank.columns.iter().map(|column| column.title.clone()));
    let row = |name: &String| -> Vec<Cell> {
        std::iter::once(Cell::new(name.clone())).chain(blank.columns.iter().map(empty)).collect()
    };
    (head.collect(), blank.lines.iter().map(row).collect())
}

/// The same with a column of boxes for each day, and room for its date above them.
fn turned(blank: &Blank) -> (Vec<String>, Vec<Vec<Cell>>) {
    let head = std::iter::once("When".to_owned()).chain(blank.lines.iter().cloned()).collect();
    let date: Vec<Cell> = std::iter::once(Cell::new("Date")).chain(blank.lines.iter().map(|_| Cell::new(""))).collect();
    let row = |column: &Column| -> Vec<Cell> {
        std::iter::once(Cell::new(column.title.clone())).chain(blank.lines.iter().map(|_| empty(column))).collect()
    };
    (head, std::iter::once(date).chain(blank.columns.iter().map(row)).collect())
}

/// Words with their line to write on, which stays beside them.
fn to_fill_in(words: &'static str) -> AnyView {
    view! { <span class="sh-diary__blank">{words}</span> }.into_any()
}

/// A box to write in.
fn empty(column: &Column) -> Cell {
    let holds = column.holds.iter().map(|word| view! { <span>{*word}</span> " " }).collect_view();
    Cell::new(view! { <span class="sh-diary__holds">{holds}</span> })
}

/// What to do about a single reading, beside the paper on which it is written. In `large` print not all of it is bold, because bold
/// words are wide, and signs that stand right above it are not said `again`.
fn what_then(when: &'static str, advice: &'static Advice, large: bool, again: bool) -> AnyView {
    let steps = advice.does.iter().map(|step| view! { <li>{*step}</li> }).collect_view();
    let emergency = (!advice.emergency.is_empty()).then(|| match (large, again) {
        (true, true) => view! { <p><strong>"Call 999 now"</strong> " for the same signs as just above."</p> }.into_any(),
        (true, false) => view! { <p><strong>"Call 999 now"</strong> {format!(" if {}.", advice.emergency)}</p> }.into_any(),
        (false, _) => view! { <p><strong>{format!("Call 999 now if {}.", advice.emergency)}</strong></p> }.into_any(),
    });
    view! {
        <div class="sh-diary__what">
            <h2 class="nhsuk-heading-s">{when}</h2>
            " "
            {emergency}
            <ol class="nhsuk-list nhsuk-list--number">{steps}</ol>
        </div>
    }
    .into_any()
}

/// A filled one.
pub async fn filled(ctx: Ctx, path: Part) -> Answer {
    let seen = ctx.services().readings.week(&ctx.actor(), ctx.person()?, id_in(path)?).await?;
    let (protocol, today) = (seen.line.plan.protocol, london_day(ctx.services().core.now()));
    ctx.page(Head::new(protocol.title(), Place::Health), || {
        let born = seen.whose.birth_date.map(|born| format!(", born {}", day_in_words(born)));
        let number = seen.whose.nhs_number.as_ref().map(|number| format!(", NHS number {number}"));
        let plan = &seen.line.plan;
        let outcome = (!seen.line.runs).then(|| result(&seen, false));
        view! {
            <BackLink href=week_page(seen.line.id) label=format!("Back to {}", protocol.title().to_lowercase()) />
            <div class="sh-diary">
                <PageHeading title=protocol.title() lead=days_in_words(plan.first, plan.last) />
                <p><strong><bdi>{seen.name.clone()}</bdi></strong> {born} {number}</p>
                <p>{format!("As on {} {}. Measured and written down at home; nobody has checked it.", day_name(today), today.format("%Y"))}</p>
                {outcome}
                {table(&seen, false, None)}
                <p class="nhsuk-hint">{format!("Measured as in {}.", protocol.source())}</p>
            </div>
        }
    })
    .await
}
