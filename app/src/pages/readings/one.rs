//! One reading: what it says, what to do about it, and what it was before.

use super::photo::{beside_it, photo_page};
use super::watch::{about_target, came_up, who_watches};
use super::{LIST, add_page};
use super::{OfReading, by, measure_page, reading_in, reading_page, what_to_do};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::pages::appointments::on_lines;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Details, ErrorSummary, Form, IconName, Narrow, PageHeading, SummaryList,
    SummaryRow,
};
use crate::whose::Whose;
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::{EnteredBy, ReadingSeen, ReadingVersion};

/// The page.
pub async fn show(ctx: Ctx, path: OfReading) -> Answer {
    let (measure, id) = reading_in(path)?;
    let (seen, versions, may_record) = ctx.services().readings.one(&ctx.actor(), ctx.person()?, (measure, id)).await?;
    let (form, whose) = (ctx.form("reading-remove").await?, ctx.whose());
    ctx.page(Head::form(measure.name(), Place::Health, &form), || {
        let here = reading_page(measure, id);
        let (rows, before) = (rows(&seen, &whose), said_before(&versions, &whose));
        // Whatever it says, nobody must think that the care team reads it; what a rule found says itself who is told.
        let watch = seen.watched.found.is_empty().then(|| who_watches(&seen.watched.watch, Some(measure)));
        // What is worked out is typed by nobody; one that a device sent can be removed.
        let may_type = may_record && !measure.is_worked_out();
        let acts = may_record.then(|| {
            let (change, remove) = (format!("{here}/change"), format!("{here}/remove"));
            let typed = may_type.then(|| {
                view! {
                    <ButtonGroup>
                        <Button href=add_page(measure)>"Add another reading"</Button>
                        <Button href=change kind=ButtonKind::Secondary>"Change it"</Button>
                    </ButtonGroup>
                }
            });
            view! {
                {typed}
                <Details summary="Remove this reading">
                    <p>"It counts in no chart any more, and no care team sees it. You can put it back later."</p>
                    <Form action=remove>
                        <input type="hidden" name="version" value=seen.version.to_string() />
                        <Button kind=ButtonKind::Warning>"Remove it"</Button>
                    </Form>
                </Details>
            }
        });
        view! {
            <Narrow>
                <BackLink href=measure_page(LIST, measure) label=format!("Back to {}", measure.name_in_sentence()) />
                <ErrorSummary errors=form.errors() />
                {easy::picture(IconName::Heart)}
                <PageHeading title=measure.name() lead=(easy::is_on() && may_type).then_some(acts::READING) />
                {seen.advice.map(what_to_do)}
                {came_up(&seen.watched)}
                {watch}
                <SummaryList rows=rows />
                {acts}
                {beside_it(&seen, &photo_page(measure, id), may_record, &whose)}
                {before}
            </Narrow>
        }
    })
    .await
}

/// "Jo Okoro, High Street Surgery".
fn of_team(entered: &EnteredBy) -> String {
    format!("{}, {}", entered.name, entered.organisation)
}

/// Everything that a reading says.
pub(crate) fn rows(seen: &ReadingSeen, whose: &Whose) -> Vec<SummaryRow> {
    let mut rows = vec![
        SummaryRow::new("Reading", view! { <strong>{seen.in_words()}</strong> }),
        SummaryRow::new("Taken", instant_in_words(seen.taken_at)),
    ];
    if let Some(own) = seen.in_own_unit() {
        rows.insert(1, SummaryRow::new("In the usual unit", own));
    }
    rows.extend(about_target(seen, whose));
    rows.extend(seen.zones.map(|zones| {
        let said = format!("{} (personal best {})", zones.of(seen.first).title(), zones.best);
        SummaryRow::new("Zone", said)
    }));
    rows.extend(seen.taken_how().into_iter().map(|(asks, answer)| SummaryRow::new(asks, answer)));
    if !seen.note.is_empty() {
        rows.push(SummaryRow::new("Note", view! { <bdi>{on_lines(&seen.note)}</bdi> }));
    }
    rows.extend(
        Some(seen.from_where().join(". ")).filter(|from| !from.is_empty()).map(|from| SummaryRow::new("Where from", from)),
    );
    if !seen.original.is_empty() {
        rows.push(SummaryRow::new("As it was written there", seen.original.clone()));
    }
    let added_by = seen.entered.as_ref().map_or_else(|| by(seen.by, whose), of_team);
    rows.push(SummaryRow::new("Added by", view! { <bdi>{added_by}</bdi> ", " {instant_in_words(seen.added_at)} }));
    rows.extend(seen.entered.as_ref().map(|entered| SummaryRow::new("How they know it", entered.how.in_words())));
    rows
}

/// What it said before it was changed.
pub(crate) fn said_before(versions: &[ReadingVersion], whose: &Whose) -> Option<AnyView> {
    let lines = versions.iter().map(|old| {
        let who = old.entered.as_ref().map_or_else(|| by(old.by, whose), of_team);
        if old.is_removed {
            let said = format!("{who} removed it on {}.", instant_in_words(old.at));
            return view! { <li><bdi>{said}</bdi></li> }.into_any();
        }
        let note = (!old.note.is_empty()).then(|| view! { " Note: " <bdi>{old.note.clone()}</bdi> });
        let how: String = old.how.iter().map(|(asks, answer)| format!(" {asks} {answer}.")).collect();
        let said = format!(
            "{}, taken {}.{how} {who} wrote this on {}.",
            old.value,
            instant_in_words(old.taken_at),
            instant_in_words(old.at)
        );
        view! { <li><bdi>{said}</bdi> {note}</li> }.into_any()
    });
    let lines = lines.collect_view();
    (!versions.is_empty())
        .then(|| view! { <Details summary="What it said before"><ul class="nhsuk-list">{lines}</ul></Details> }.into_any())
}
