//! One medicine: all that its sources say.

use super::list::lasts;
use super::reminders::new_page;
use super::{LIST, dose, in_a_row, order_page, title};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy;
use crate::pages::appointments::{Part, id_in, on_lines};
use crate::pages::record::plain;
use crate::routes;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, EntryList, EntryRow, Form, IconName, Inset, Narrow, PageHeading, Section, SummaryList,
    SummaryRow, TagKind,
};
use crate::words;
use chrono::NaiveDate;
use domain::medicine::{EndDay, Group, Standing};
use domain::when::{day_in_words, london_day};
use domain::{EntryId, OwnMedicineId};
use leptos::prelude::*;
use service::{ChangeSeen, MedicineSeen, MedicineSource, WarningSeen};

/// One that sources tell of.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let id = id_in::<EntryId>(path)?;
    of(ctx, |seen| seen.sources.iter().any(|source| source.entry == id)).await
}

/// One that was added.
pub async fn show_own(ctx: Ctx, path: Part) -> Answer {
    let id = id_in::<OwnMedicineId>(path)?;
    of(ctx, |seen| seen.own == Some(id)).await
}

async fn of(ctx: Ctx, is: impl Fn(&MedicineSeen) -> bool) -> Answer {
    let list = ctx.services().medicines.list(&ctx.actor(), ctx.person()?).await?;
    let (may_order, another) = (list.may_order, ctx.whose().name.is_some());
    let printed = list.whose;
    let seen = list.medicines.into_iter().find(|seen| is(seen)).ok_or_else(Failure::not_found)?;
    let reports = ctx.services().corrections.may_report(&ctx.actor(), ctx.person()?).await?;
    let (today, name, back) = (london_day(ctx.services().core.now()), seen.name.clone(), title(&ctx.whose()));
    let plain = plain::of_medicine(&ctx, &seen);
    ctx.page(Head::new(&name.clone(), Place::Medicines).of(&printed), || {
        let differ = seen.doses_differ.then(|| {
            view! {
                <Inset>
                    <p>"Not every place says the same of how it is taken. They are all below. Ask your practice or a pharmacist which is right."</p>
                </Inset>
            }
        });
        let stopped = seen.changes.first().filter(|_| seen.stopped_elsewhere).map(|change| {
            let told = format!("{}. Another place still lists it. Ask your practice or a pharmacist before you take more.", change.in_words());
            view! { <Inset><p>{told}</p></Inset> }
        });
        // Only of what somebody prescribed, where every place says the same of it.
        let all_agree = seen.group != Group::Stopped && !seen.stopped_elsewhere && !seen.doses_differ;
        let easy = (easy::is_on() && seen.own.is_none() && !seen.paused && all_agree)
            .then(|| view! { <p class="sh-lead">{easy::MEDICINE}</p> });
        let picture = easy::picture(IconName::Pill);
        let warnings = (!seen.warnings.is_empty()).then(|| {
            let all = seen.warnings.iter().map(warning).collect_view();
            view! {
                <Section title="Warnings">
                    {all}
                    <p>"Do not stop a medicine because of this. Ask your practice or a pharmacist if you have not talked about it."</p>
                </Section>
            }
        });
        let order = match seen.order {
            Some(Ok(())) => Some(view! { <Button href="/medicines/order">"Order it"</Button> }.into_any()),
            Some(Err(_)) if seen.may_be_early() => {
                Some(view! { <Button href="/medicines/order" kind=ButtonKind::Secondary>"Order it early"</Button> }.into_any())
            }
            _ => None,
        };
        let asked = seen.asked.map(|id| view! { <p class="sh-screen-only"><a href=order_page(id)>"See that order"</a></p> });
        let why_not = seen.why_not().filter(|_| seen.plan.is_some()).map(|why| view! { <p>{format!("{why}.")}</p> {asked} });
        let stop = seen.own.filter(|_| may_order && seen.group != Group::Stopped).map(|own| {
            view! {
                <Form action=format!("{LIST}/own/{own}/stop")>
                    <Button kind=ButtonKind::Secondary>"I do not take it any more"</Button>
                </Form>
            }
        });
        let remind = seen.remindable().filter(|_| may_order).map(|medicine| {
            view! { <p class="sh-screen-only"><a href=new_page(medicine)>{if another { "Set up a reminder to take it" } else { "Remind me to take it" }}</a></p> }
        });
        let sources = (!seen.sources.is_empty()).then(|| {
            let rows = seen.sources.iter().map(|source| source_row(source, today)).collect_view();
            view! {
                <Section title="Where this comes from">
                    <EntryList>{rows}</EntryList>
                    {reports.then(|| view! {
                        <p class="sh-screen-only">"Is something wrong? Open the line it is in, and choose \u{201c}Report a mistake\u{201d}."</p>
                    })}
                </Section>
            }
        });
        view! {
            <Narrow>
                <BackLink href=LIST label=format!("Back to {}", words::in_sentence(&back)) />
                {picture}
                <PageHeading title=name caption=seen.group.title() />
                {easy}
                {stopped}
                {differ}
                <SummaryList rows=facts(&seen, today) />
                {why_not}
                {order}
                {remind}
                {stop}
                <Changed changes=seen.changes.clone() />
                {warnings}
                {plain}
                {sources}
                <p>"Questions about it? Ask a pharmacist or your practice. For urgent help call " <a href="tel:111">"111"</a> "."</p>
            </Narrow>
        }
    })
    .await
}

fn facts(seen: &MedicineSeen, today: NaiveDate) -> Vec<SummaryRow> {
    let how = match seen.doses.is_empty() {
        true => "No source says".into_any(),
        false => dose(&seen.doses).into_any(),
    };
    let mut rows = vec![SummaryRow::new("How to take it", how)];
    let mut add = |key: &str, value: Option<String>| rows.extend(value.map(|value| SummaryRow::new(key, value)));
    add("What it is for", Some(seen.reasons.join(", ")).filter(|text| !text.is_empty()));
    let told = seen.changes.iter().any(|change| seen.why_changed.iter().all(|why| change.why.contains(why)));
    add("Why it changed", Some(seen.why_changed.join(", ")).filter(|text| !text.is_empty() && !told));
    add("Since", seen.started.map(|when| when.day_only()));
    add("Prescribed by", seen.author.clone());
    add("How much at a time", seen.quantity.clone());
    add("Last given", seen.last_issued.map(day_in_words));
    add("How long it lasts", lasts(seen, today));
    add("Review by", seen.review_on.map(day_in_words));
    add(
        "Ended",
        seen.ended.map(|ended| match ended {
            EndDay::On(day) => day_in_words(day),
            EndDay::By(day) => format!("By {}", day_in_words(day)),
        }),
    );
    add("Now", seen.paused.then(|| "Paused. Ask your practice before you take it again".to_owned()));
    rows
}

/// What changed, the newest first, in the words of the sources.
#[component]
fn Changed(changes: Vec<ChangeSeen>) -> impl IntoView {
    if changes.is_empty() {
        return ().into_any();
    }
    let differ = changes.iter().any(|change| !change.before.is_empty() && !change.after.is_empty());
    let differ = differ.then(|| {
        view! { <p>"These are the words of each place. Other words can mean the same dose: if you are not sure, ask a pharmacist or your practice."</p> }
    });
    view! {
        <Section title="What changed">
            {changes.iter().map(change).collect_view()}
            {differ}
        </Section>
    }
    .into_any()
}

fn change(seen: &ChangeSeen) -> impl IntoView + use<> {
    let source = view! { <a href=routes::entry(seen.entry)><bdi>{seen.in_words()}</bdi></a> };
    let mut rows = vec![SummaryRow::new("What", source)];
    let mut add = |key: &str, words: &[String]| {
        let words = words.join("\n");
        rows.extend((!words.is_empty()).then(|| SummaryRow::new(key, view! { <bdi>{on_lines(&words)}</bdi> })));
    };
    add("Instead of", seen.instead_of.as_slice());
    add("Dose before", &seen.before);
    add("Dose from then", &seen.after);
    add("Why", &seen.why);
    add("What it is for", &seen.reasons);
    add("Note", &seen.notes);
    view! { <SummaryList rows=rows /> }
}

/// What a source's system warned of, in its own words.
fn warning(seen: &WarningSeen) -> impl IntoView + use<> {
    let words = if seen.words.is_empty() { "No words are given".to_owned() } else { seen.words.clone() };
    let mut rows = vec![SummaryRow::new("What it says", view! { <bdi>{on_lines(&words)}</bdi> })];
    if let Some(severity) = seen.severity {
        rows.push(SummaryRow::new("How serious", severity.title()));
    }
    if !seen.done.is_empty() {
        rows.push(SummaryRow::new("What was done", view! { <bdi>{on_lines(&seen.done.join("\n"))}</bdi> }));
    }
    rows.push(SummaryRow::new("From", view! { <a href=routes::entry(seen.entry)><bdi>{seen.organisation.clone()}</bdi></a> }));
    view! { <SummaryList rows=rows /> }
}

fn source_row(source: &MedicineSource, today: NaiveDate) -> impl IntoView + use<> {
    let tag = match source.standing {
        Standing::Current => None,
        Standing::Paused => Some(("Paused".to_owned(), TagKind::Attention)),
        Standing::Ended if source.given_once => None,
        Standing::Ended => Some(("Ended".to_owned(), TagKind::Neutral)),
    };
    view! {
        <EntryRow
            title=if source.given_once { "Prescribed once".to_owned() } else { source.kind.clone() }
            href=routes::entry(source.entry)
            date=source.happened.map(|when| words::soon(when, today))
            datetime=source.happened.map(|when| when.to_string())
            text=in_a_row(&source.doses)
            source=source.organisation.clone()
            tag=tag
        />
    }
}
