//! A guided week on paper: an empty diary to fill in, and a filled one to bring along.

use super::one::result;
use super::start::enough;
use super::{Part, day_name, days_in_words, protocol_in, start_page, table, week_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::pages::appointments::id_in;
use crate::shell::Place;
use crate::ui::{BackLink, Cell, DataTable, PageHeading};
use domain::reading::Advice;
use domain::reading::week::on_paper;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;

/// An empty diary.
pub async fn blank(ctx: Ctx, path: Part) -> Answer {
    let protocol = protocol_in(path)?;
    ctx.page(Head::new(protocol.title(), Place::Health), || {
        let each = usize::from(protocol.blows()).max(protocol.each());
        let heads = protocol.sittings().iter().flat_map(|sitting| {
            (1..=each).map(move |at| if each > 1 { format!("{}, {at}", sitting.title) } else { sitting.title.to_owned() })
        });
        let head: Vec<String> = std::iter::once("Day and date".to_owned()).chain(heads).collect();
        let line = match protocol.measure().parts().len() > 1 {
            true => "____ / ____",
            // Of many columns each is narrow.
            false if protocol.sittings().len() > 4 => "____",
            false => "________",
        };
        let days = protocol.lengths().first().copied().unwrap_or_default();
        let rows = (1..=days).map(|day| {
            let blanks = (1..head.len()).map(|_| Cell::new(line));
            std::iter::once(Cell::new(format!("Day {day}: ________"))).chain(blanks).collect()
        });
        let rows = rows.collect();
        let steps = protocol.how().iter().map(|step| view! { <li>{*step}</li> }).collect_view();
        view! {
            <BackLink href=start_page(protocol) label=format!("Back to {}", protocol.title().to_lowercase()) />
            <div class="sh-diary sh-diary--empty">
                <PageHeading title=protocol.title() />
                <p class="sh-screen-only">"Print this page with the print button of your browser."</p>
                <p>"Name: ______________________________ NHS number: ____________________"</p>
                <ol class="nhsuk-list nhsuk-list--number">{steps}</ol>
                {enough(protocol)}
                <DataTable caption="Write down each one" head=head rows=rows />
                <p>"You can type it in later: in \u{201c}Weeks and diaries\u{201d} choose this diary, then \u{201c}Type in a paper diary\u{201d}."</p>
                <div class="sh-diary__then">
                    {on_paper(protocol).iter().map(|(when, advice)| what_then(when, advice)).collect_view()}
                </div>
                <p>"Nobody is watching what you write down here. If you feel unwell, call 111. In an emergency, call 999."</p>
                <p class="nhsuk-hint">{format!("From {}.", protocol.source())}</p>
            </div>
        }
    })
    .await
}

/// What to do about a single reading, beside the paper on which it is written.
fn what_then(when: &'static str, advice: &'static Advice) -> AnyView {
    let steps = advice.does.iter().map(|step| view! { <li>{*step}</li> }).collect_view();
    let emergency = (!advice.emergency.is_empty())
        .then(|| view! { <p><strong>{format!("Call 999 now if {}.", advice.emergency)}</strong></p> });
    view! {
        <h2 class="nhsuk-heading-s">{when}</h2>
        {emergency}
        <ol class="nhsuk-list nhsuk-list--number">{steps}</ol>
        <p class="nhsuk-hint">{format!("From {}.", advice.source)}</p>
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
