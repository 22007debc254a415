//! One reading: what it says, what to do about it, and what it was before.

use super::photo::{beside_it, photo_page};
use super::watch::{about_target, came_of_it, teams_ask, who_watches};
use super::{LIST, add_page};
use super::{OfReading, by, measure_page, reading_in, reading_page, signs_before, what_to_do, written_for};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::forms::Typed;
use crate::pages::appointments::on_lines;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Details, ErrorSummary, Form, IconName, Narrow, PageHeading, Section, SummaryList,
    SummaryRow,
};
use crate::whose::Whose;
use axum::extract::Query;
use domain::access::Actor;
use domain::reading::Advice;
use domain::when::{instant_in_words, which_of_two};
use domain::{PersonId, ReadingId};
use leptos::prelude::*;
use service::{EnteredBy, ReadingSeen, ReadingVersion, ReadingsAdded, ServiceError, SignsBefore, Watched};
use std::cmp::Reverse;

/// What an address calls the reading that the same device showed with the one of its page.
const WITH: &str = "with";

/// Where one is after a form added readings: on the page of the first, which says as well what to do about what was shown with it.
pub(crate) fn added_page(page: &str, added: ReadingsAdded) -> String {
    added.shown_with.map_or_else(|| page.to_owned(), |other| format!("{page}?{WITH}={other}"))
}

/// What the same device showed with a reading, where its address names it, and it is of the same time still.
pub(crate) async fn shown_with(
    ctx: &Ctx,
    (actor, person): (&Actor, PersonId),
    seen: &ReadingSeen,
    query: &Typed,
) -> Result<Option<ReadingSeen>, Failure> {
    let id = query.get(WITH).and_then(|id| id.parse::<ReadingId>().ok());
    let Some((other, id)) = seen.measure.shown_with().zip(id) else { return Ok(None) };
    match ctx.services().readings.one(actor, person, (other, id)).await {
        Ok((with, ..)) => Ok(Some(with).filter(|with| with.taken_at == seen.taken_at)),
        // It was removed since.
        Err(ServiceError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What to do at once about readings of one form, and what care teams ask of each: the gravest first.
pub(crate) fn to_do(all: &[&ReadingSeen]) -> AnyView {
    let mut advised: Vec<(&'static Advice, Option<&SignsBefore>)> =
        all.iter().filter_map(|seen| Some((seen.advice?, seen.signs.as_ref()))).collect();
    advised.sort_by_key(|(advice, _)| Reverse(advice.urgency));
    let gravest = advised.first().map(|(advice, _)| advice.urgency);
    let advised =
        advised.into_iter().map(|(advice, signs)| view! { {what_to_do(advice)} {signs.map(signs_before)} }).collect_view();
    let asked = by_colour(all).into_iter().map(|watched| teams_ask(watched, gravest)).collect_view();
    view! { {advised} {asked} }.into_any()
}

/// What care teams found of each reading: of each, what is red stands first.
fn by_colour<'a>(all: &[&'a ReadingSeen]) -> Vec<&'a Watched> {
    let mut watched: Vec<&Watched> = all.iter().map(|seen| &seen.watched).collect();
    watched.sort_by_key(|watched| Reverse(watched.found.first().map(|found| found.colour)));
    watched
}

/// Whom care teams told of readings of one form, and what came of it: nothing to do, so it stands below what each reading says.
pub(crate) fn done_about(all: &[&ReadingSeen]) -> AnyView {
    by_colour(all).into_iter().map(came_of_it).collect_view().into_any()
}

/// Who is told of a reading, and of what was shown with it: whatever they say, nobody must think that the care team reads them. What a
/// rule found says itself who is told.
fn who_is_told(seen: &ReadingSeen, with: Option<&ReadingSeen>) -> Option<AnyView> {
    let Some(with) = with else {
        return seen.watched.found.is_empty().then(|| who_watches(&seen.watched.watch, Some(seen.measure)));
    };
    let mut watch = seen.watched.watch.clone();
    watch.by.extend(with.watched.watch.by.iter().filter(|one| !seen.watched.watch.by.contains(one)).cloned());
    let found = [seen, with].iter().filter(|one| !one.watched.found.is_empty()).count();
    (found == 0 || (found == 1 && !watch.by.is_empty())).then(|| who_watches(&watch, None))
}

/// What was shown with a reading, with the way to it.
pub(crate) fn beside_it_shown(with: &ReadingSeen, page: String, whose: &Whose) -> AnyView {
    let mut rows = vec![SummaryRow::new("Reading", view! { <strong>{with.in_words()}</strong> })];
    rows.extend(about_target(with, whose));
    rows.extend(with.taken_how().into_iter().map(|(asks, answer)| SummaryRow::new(asks, answer)));
    let name = with.measure.name_in_sentence();
    view! {
        <Section title=format!("{} shown with it", with.measure.name())>
            <SummaryList rows=rows />
            <p class="sh-screen-only"><a href=page>{format!("Look at the {name} reading by itself")}</a></p>
        </Section>
    }
    .into_any()
}

/// The page.
pub async fn show(ctx: Ctx, path: OfReading, Query(query): Query<Typed>) -> Answer {
    let (measure, id) = reading_in(path)?;
    let (actor, person) = (ctx.actor(), ctx.person()?);
    let (seen, versions, may_record, _, printed) =
        ctx.services().readings.one_and_typed(&actor, person, (measure, id), &[]).await?;
    let with = shown_with(&ctx, (&actor, person), &seen, &query).await?;
    let (form, whose) = (ctx.form("reading-remove").await?, ctx.whose());
    ctx.page(Head::form(measure.name(), Place::Health, &form).of(&printed), || {
        let here = reading_page(measure, id);
        let (rows, before) = (rows(&seen, &whose), said_before(&versions, &whose));
        let (said, done) = {
            let all: Vec<&ReadingSeen> = std::iter::once(&seen).chain(&with).collect();
            let speaks = all.iter().any(|seen| seen.advice.is_some() || !seen.watched.found.is_empty());
            let to_whom = whose.name.as_deref().filter(|_| speaks).map(written_for);
            (view! { {to_whom} {to_do(&all)} }.into_any(), done_about(&all))
        };
        let title = match &whose.name {
            Some(_) => format!("{} {}", whose.title(), measure.name_in_sentence()),
            None => measure.name().to_owned(),
        };
        let watch = who_is_told(&seen, with.as_ref());
        let with = with.as_ref().map(|with| beside_it_shown(with, reading_page(with.measure, with.id), &whose));
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
                <PageHeading title=title lead=(easy::is_on() && may_type).then_some(acts::READING) />
                {said}
                <SummaryList rows=rows />
                {done}
                {watch}
                {with}
                <div class="sh-screen-only">{acts}</div>
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
        SummaryRow::new("Taken", format!("{}{}", instant_in_words(seen.taken_at), which_of_two(seen.taken_at))),
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
