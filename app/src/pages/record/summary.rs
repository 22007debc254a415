//! Your summary: the record on one page, to print or to take along.

use super::sources;
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::pages::who;
use crate::pdf::Print;
use crate::shell::Place;
use crate::summary::{Part, left_out, parts};
use crate::ui::{BackLink, Details, EntryList, EntryRow, IconName, PageHeading, Section, Tag, TagKind};
use crate::words;
use domain::consent::{SummaryChoice, SummaryLayer};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{AskedToCopy, SummaryForm, SummarySeen};

/// Where it is.
pub(crate) const SUMMARY: &str = "/record/summary";
/// Where it is as a file.
const FILE: &str = "/record/summary/pdf";

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = ctx.services().summaries.read(&ctx.actor(), ctx.person()?, SummaryForm::Page).await?;
    let (whose, today) = (ctx.whose(), london_day(ctx.services().core.now()));
    let title = format!("{} summary", whose.title());
    ctx.page(Head::new(&title, Place::Record).named(&seen.whose), || {
        let as_on = format!("As on {}.", day_in_words(today));
        let lead = format!("What someone who treats {} in a hurry asks first.", whose.person());
        let (own, parts) = (!whose.is_another(), parts(&seen, &whose));
        let urgent = own.then(|| urgent(&seen, &parts));
        let body = parts.into_iter().map(|one| part(one, own)).collect_view();
        let partial = words::partial(&whose).map(|words| view! { <p><strong>{words}</strong></p> });
        let late = sources::band(&seen.out_of_date, &whose);
        let large = Print::LARGE.into_iter().enumerate().map(|(at, print)| {
            let between = if at == 0 { "" } else { ", " };
            view! { {between} <a href=format!("{FILE}?print={}", print.code())>{format!("{} point", print.code())}</a> }
        });
        let large = large.collect_view();
        view! {
            <BackLink href="/record" label="Back to the record" />
            {easy::picture(IconName::Document)}
            <PageHeading title=title.clone() lead=easy::say(lead, acts::SUMMARY) />
            <p><strong><bdi>{who(&seen.whose)}</bdi></strong> ". " {as_on}</p>
            {partial}
            {late}
            <p class="sh-screen-only">"Print this page, or " <a href=FILE>"download it as a PDF"</a> "."</p>
            <p class="sh-screen-only">"As a PDF in large print: " {large} "."</p>
            <div class="sh-summary">{body} {urgent}</div>
        }
    })
    .await
}

/// One part; `own` where the reader is the person, who may want to know what of it an NHS summary holds.
fn part(part: Part, own: bool) -> AnyView {
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
    let layer = part.layer.filter(|_| own).map(|layer| {
        let (label, kind) = match layer {
            SummaryLayer::Core => ("Core NHS summary", TagKind::Info),
            SummaryLayer::Additional => ("Additional information", TagKind::Neutral),
        };
        view! { <p class="sh-screen-only"><Tag label=label kind=kind /></p> }
    });
    let more = left_out(part.left_out, part.under).map(|words| view! { <p>{words}</p> });
    view! { <Section title=part.title>{layer} {list} {note} {more}</Section> }.into_any()
}

/// What a choice of the core alone leaves out of what there is; nothing where it leaves out nothing.
fn not_in_the_core(parts: &[Part]) -> Option<String> {
    let left = parts.iter().filter(|part| part.layer == Some(SummaryLayer::Additional) && !part.facts.is_empty());
    let titles: Vec<String> = left.map(|part| words::in_sentence(part.title)).collect();
    (!titles.is_empty()).then(|| format!("The short one would leave out what is on this page about: {}.", titles.join("; ")))
}

/// What became of asking a practice to record the choice.
fn recorded(one: &AskedToCopy) -> String {
    match one.copied_at {
        Some(at) => format!("{} has said on {} that your choice is recorded.", one.organisation, day_in_words(london_day(at))),
        None => format!("We asked {} to record your choice. It has not said yet that it did.", one.organisation),
    }
}

/// What of it services see that treat somebody in a hurry, as the person chose.
fn urgent(seen: &SummarySeen, parts: &[Part]) -> impl IntoView + use<> {
    let chosen = match seen.choice {
        Some(SummaryChoice::Additional) => "You said yes to the fuller summary.",
        Some(SummaryChoice::CoreOnly) => "You said no to the fuller summary, so yours stays short.",
        Some(SummaryChoice::OptOut) => "You said that you want no NHS summary at all.",
        None => "You have not chosen here. If you have said nothing to your GP practice either, yours is the fuller summary.",
    };
    let asked = seen.asked.iter().map(|one| view! { <p>{recorded(one)}</p> }).collect_view();
    let left_out = not_in_the_core(parts).map(|words| view! { <p>{words}</p> });
    view! {
        <Section title="Your NHS Summary Care Record">
            <p class="sh-screen-only">"The NHS keeps a short summary for urgent care. It holds your medicines, allergies and bad reactions."</p>
            <p class="sh-screen-only">"The fuller one also says which health problems you have, what treatment you had, and what matters to you."</p>
            <p class="sh-screen-only">"We cannot see the summary that the NHS keeps. Your GP practice can tell you what is in it."</p>
            <p><strong>{chosen}</strong> " " <a class="sh-screen-only" href="/sharing/services">"See or change your choice"</a></p>
            {asked}
            <p class="sh-screen-only">
                "Above, what is of a kind that every NHS summary holds is marked \u{201c}Core NHS summary\u{201d}. What only the fuller one holds is \
                marked \u{201c}Additional information\u{201d}."
            </p>
            {left_out}
            <Details summary="Who changes the NHS summary">
                <p>"Your GP practice does. Your choice here is written down, and your practice is asked to record it, where it works here. \
                    If nothing above says that we asked it, ask your practice yourself."</p>
            </Details>
        </Section>
    }
}
