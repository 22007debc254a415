//! Your summary: the record on one page, to print or to take along.

use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::pages::medicines::who;
use crate::pdf::Print;
use crate::shell::Place;
use crate::summary::{Part, parts};
use crate::ui::{BackLink, Details, EntryList, EntryRow, IconName, PageHeading, Section};
use crate::words;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{SummaryForm, SummarySeen};

/// Where it is.
pub(crate) const SUMMARY: &str = "/record/summary";
/// Where it is as a file.
const FILE: &str = "/record/summary/pdf";

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = ctx.services().summaries.read(&ctx.actor(), ctx.person()?, SummaryForm::Page).await?;
    let (whose, today) = (ctx.whose(), london_day(ctx.services().core.now()));
    let title = format!("{} summary", whose.title());
    ctx.page(Head::new(&title, Place::Record), || {
        let as_on = format!("As on {}.", day_in_words(today));
        let body = parts(&seen, &whose).into_iter().map(part).collect_view();
        let urgent = (!whose.is_another()).then(|| urgent(&seen));
        let partial = words::partial(&whose).map(|words| view! { <p><strong>{words}</strong></p> });
        let large = Print::LARGE.into_iter().enumerate().map(|(at, print)| {
            let between = if at == 0 { "" } else { ", " };
            view! { {between} <a href=format!("{FILE}?print={}", print.code())>{format!("{} point", print.code())}</a> }
        });
        let large = large.collect_view();
        view! {
            <BackLink href="/record" label="Back to the record" />
            {easy::picture(IconName::Document)}
            <PageHeading title=title.clone() lead=easy::say("What someone who treats you in a hurry asks first.", acts::SUMMARY) />
            <p><strong><bdi>{who(&seen.whose)}</bdi></strong> ". " {as_on}</p>
            {partial}
            <p class="sh-screen-only">"Print this page, or " <a href=FILE>"download it as a PDF"</a> "."</p>
            <p class="sh-screen-only">"As a PDF in large print: " {large} "."</p>
            {body}
            {urgent}
        }
    })
    .await
}

fn part(part: Part) -> AnyView {
    let rows: Vec<_> = part
        .facts
        .into_iter()
        .map(|fact| {
            let text = Some(fact.text).filter(|text| !text.is_empty());
            view! { <EntryRow title=fact.name href=fact.href text=text /> }
        })
        .collect();
    let list = (!rows.is_empty()).then(|| view! { <EntryList>{rows}</EntryList> });
    let note = part.note.map(|note| view! { <p>{note}</p> });
    view! { <Section title=part.title>{list} {note}</Section> }.into_any()
}

/// What of it services see that treat somebody in a hurry, as the person chose.
fn urgent(seen: &SummarySeen) -> impl IntoView + use<> {
    let chosen = match seen.fuller {
        Some(true) => "You said yes to the fuller summary.",
        Some(false) => "You said no to the fuller summary, so yours stays short.",
        None => "You have not said yet whether you want the fuller summary.",
    };
    view! {
        <Section title="Your NHS Summary Care Record">
            <p>"The NHS keeps a short summary for urgent care. It holds your medicines, allergies and bad reactions."</p>
            <p>"The fuller one also says which health problems you have, what treatment you had, and what matters to you."</p>
            <p><strong>{chosen}</strong> " " <a class="sh-screen-only" href="/sharing/services">"See or change your choice"</a></p>
            <Details summary="Who changes the NHS summary">
                <p>"Your GP practice does. Your choice here is written down and your care team can read it. If yours should be fuller \
                    or shorter, ask your practice."</p>
            </Details>
        </Section>
    }
}
