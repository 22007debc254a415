//! The form of a reading.

use super::photo::file;
use super::{
    LIST, OfMeasure, OfReading, add_page, before_it_is_saved, measure_in, measure_page, nobody_watches_yet, reading_in,
    reading_page, what_to_do,
};
use crate::api::readings::{as_typed, typed_again};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::forms::{FormState, Typed};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Cell, Checkbox, Choice, DataTable, DateInput, Details, ErrorSummary, Form, IconName, InputKind, Inset,
    Narrow, PageHeading, Radios, Section, TextArea, TextInput, Width,
};
use axum::extract::Query;
use chrono::{DateTime, Datelike, Utc};
use domain::appointment::clock_of;
use domain::reading::{Asked, Measure, OutOfRange, Part, Setting, Unit, off_meter};
use domain::when::{london_day, minute_of_day};
use leptos::prelude::*;
use service::{ReadingSeen, ShownWithForm, SignsBefore};

/// The name of the form.
pub(crate) const FORM: &str = "reading";

/// The version in a form that is none of a reading: it comes from the page on which that was saved before.
pub(crate) const SAVED_BEFORE: &str = "0";

/// A new reading.
pub async fn add(ctx: Ctx, path: OfMeasure, Query(query): Query<Typed>) -> Answer {
    let measure = measure_in(path)?;
    let last = ctx.services().readings.may_record(&ctx.actor(), ctx.person()?, measure).await?;
    let unit = unit_in(measure, &query).unwrap_or(last);
    let (form, submission) = (ctx.form(FORM).await?, ctx.submission());
    let shown = query.get(METER).and_then(|text| off_meter(measure, text)).filter(|_| !form.has_errors());
    let form = shown.map_or(form, |shown| FormState::typed(FORM, shown_by_meter(measure, shown)));
    let typed = if shown.is_some() { vec![as_typed(measure, &form)] } else { typed_again(measure, &form) };
    let (told, signs, printed) = ctx.services().readings.above_new(&ctx.actor(), ctx.person()?, measure, &typed).await?;
    // What was said before is in what to do about what was typed, where that says the same.
    let signs = signs.filter(|before| !told.iter().any(|(_, advice)| advice.title == before.advice.title));
    let title = format!("Record {}", measure.name_in_sentence());
    let (heading, whose) = (title.clone(), ctx.whose());
    ctx.page(Head::form(&title, Place::Health, &form).of(&printed), || {
        view! {
            <Narrow>
                <BackLink href=measure_page(LIST, measure) label=format!("Back to {}", measure.name_in_sentence()) />
                {before_it_is_saved(&told, &whose)}
                <ErrorSummary errors=form.errors() />
                {easy::picture(IconName::Heart)}
                <PageHeading title=heading />
                {signs.map(signs_hold)}
                {how(measure)}
                <Form action=add_page(measure) submission=submission keep=FORM files=true>
                    {fields(measure, &form, unit, Asks::New)}
                    {nobody_watches_yet()}
                    <Button picture=IconName::Done>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// That signs were told of with a reading of just before, and what to do about it: the next one takes nothing back.
fn signs_hold(told: SignsBefore) -> AnyView {
    view! {
        {what_to_do(told.advice)}
        <Inset>
            <p>{told.held.in_words(told.by_reader)}</p>
            <p>"That still counts, whatever the next reading is."</p>
        </Inset>
    }
    .into_any()
}

/// How to do it, in easy words: a number is read somewhere, anything else is chosen from a list.
pub(crate) fn how(measure: Measure) -> Option<AnyView> {
    let chosen = !measure.choices().is_empty();
    acts::steps(if chosen { &acts::CHOOSE_READING } else { &acts::READ_NUMBER })
}

/// A reading that is changed.
pub async fn change(ctx: Ctx, path: OfReading) -> Answer {
    let (measure, id) = reading_in(path)?;
    let (actor, person) = (ctx.actor(), ctx.person()?);
    let form = ctx.form(FORM).await?;
    let again = typed_again(measure, &form);
    let (seen, _, may_record, told, printed) =
        ctx.services().readings.one_and_typed(&actor, person, (measure, id), &again).await?;
    if !may_record || measure.is_worked_out() {
        return Err(crate::ctx::Failure::not_found());
    }
    let form = match form.has_errors() {
        // Where it said no time, it is of when it was saved.
        true if form.value("version") == SAVED_BEFORE => form.or_typed(when_taken(&seen)),
        true => form,
        false => FormState::typed(FORM, typed(&seen)),
    };
    let title = format!("Change this {} reading", measure.name_in_sentence());
    let (heading, whose) = (title.clone(), ctx.whose());
    ctx.page(Head::form(&title, Place::Health, &form).of(&printed), || {
        let here = reading_page(measure, id);
        view! {
            <Narrow>
                <BackLink href=here.clone() label="Back to the reading" />
                {before_it_is_saved(&told, &whose)}
                <ErrorSummary errors=form.errors() />
                {easy::picture(IconName::Pen)}
                <PageHeading title=heading lead="What it said before is kept." />
                {both_versions(&seen, &form)}
                <Form action=format!("{here}/change")>
                    <input type="hidden" name="version" value=seen.version.to_string() />
                    {fields(measure, &form, seen.unit, Asks::Change)}
                    {nobody_watches_yet()}
                    <Button>"Save the change"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// What is saved now beside what was typed, where the reading was changed while its form was open, or where the form comes from the page
/// on which it was saved before: sent again, the form takes the place of what is saved.
fn both_versions(seen: &ReadingSeen, form: &FormState) -> Option<AnyView> {
    let opened = form.value("version").parse::<i32>().ok().filter(|_| form.has_errors())?;
    if opened == seen.version {
        return None;
    }
    let saved = typed(seen);
    let saved = answers(seen.measure, |field| saved.get(field).cloned().unwrap_or_default());
    let cell = |text: String| match text.is_empty() {
        true => Cell::new("Nothing"),
        false => Cell::new(view! { <bdi>{text}</bdi> }),
    };
    let rows: Vec<Vec<Cell>> = saved
        .into_iter()
        .zip(answers(seen.measure, |field| form.value(field)))
        .filter(|((_, saved), (_, typed))| saved != typed)
        .map(|((what, saved), (_, typed))| vec![Cell::new(what), cell(saved), cell(typed)])
        .collect();
    let is_before = form.value("version") == SAVED_BEFORE;
    (!rows.is_empty()).then(|| {
        let why = match is_before {
            true => format!(
                "You saved {} from this page before. What you typed now is not saved. This is where the two differ.",
                seen.in_words()
            ),
            false => "This reading was changed while you had it open. What you typed is not saved. This is where the two differ."
                .to_owned(),
        };
        let another = is_before.then(|| {
            let href = add_page(seen.measure);
            view! { <p>"If it is another reading, "<a href=href>"write it down on a new page"</a>"."</p> }.into_any()
        });
        let head = ["What", "Saved now", "What you typed"].map(str::to_owned).to_vec();
        view! {
            <Section title="Two versions of this reading">
                <p>{why}</p>
                <DataTable caption="What is saved, and what you typed" head=head rows=rows />
                <p>"To keep what is saved now, go back to the reading. To save what you typed in its place, use the form below."</p>
                {another}
            </Section>
        }
        .into_any()
    })
}

/// What a form of a reading says, in words, each with what was asked; `value` is what stands in a field.
fn answers(measure: Measure, value: impl Fn(&str) -> String) -> Vec<(&'static str, String)> {
    let number = |part: &Part| {
        let typed = value(part.field).trim().to_owned();
        let place = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let words = place.and_then(|place| measure.choices().get(place));
        (part.label, words.map_or(typed, |words| (*words).to_owned()))
    };
    let answer = |setting: &Setting| {
        let typed = value(setting.field);
        let words = setting.answers.iter().find(|(code, _)| **code == *typed).map(|(_, words)| (*words).to_owned());
        (setting.asks, words.unwrap_or_default())
    };
    let mut all: Vec<(&'static str, String)> = measure.parts().iter().map(number).collect();
    let unit = measure.unit_of(&value("unit")).unwrap_or_else(|| measure.unit());
    all.push(("Unit", unit.shown.to_owned()));
    all.extend(measure.settings().iter().map(answer));
    let day = ["day_day", "day_month", "day_year"].map(|field| value(field).trim().to_owned());
    all.push(("Day", day.join("/")));
    all.push(("Time", value("time").trim().to_owned()));
    all.push(("Note", value("note").trim().to_owned()));
    all
}

/// A reading as its form would hold it.
fn typed(seen: &ReadingSeen) -> Typed {
    let parts = seen.measure.parts();
    let mut typed: Typed = parts
        .iter()
        .zip(seen.said.splitn(parts.len(), '/'))
        .map(|(part, said)| (part.field.to_owned(), said.to_owned()))
        .collect();
    let settings = seen.settings.split(' ').filter_map(|one| one.split_once('='));
    typed.extend(settings.map(|(field, answer)| (field.to_owned(), answer.to_owned())));
    typed.extend(when_taken(seen));
    typed.insert("unit".to_owned(), seen.unit.ucum.to_owned());
    typed.insert("note".to_owned(), seen.note.clone());
    typed
}

/// When a reading was taken, as its form would hold it.
fn when_taken(seen: &ReadingSeen) -> Typed {
    let (day, clock) = day_and_time(seen.taken_at);
    let clock = ("time", clock);
    day.into_iter().chain([clock]).map(|(field, part)| (field.to_owned(), part)).collect()
}

fn day_and_time(at: DateTime<Utc>) -> ([(&'static str, String); 3], String) {
    let day = london_day(at);
    let parts =
        [("day_day", day.day().to_string()), ("day_month", day.month().to_string()), ("day_year", day.year().to_string())];
    (parts, clock_of(minute_of_day(at)))
}

/// What a form asks of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// A new one, with a photo.
    New,
    /// One that is changed.
    Change,
    /// A new one that somebody at work enters.
    AtWork,
}

pub(crate) fn fields(measure: Measure, form: &FormState, unit: &Unit, asks: Asks) -> AnyView {
    let (changing, with_photo) = (asks == Asks::Change, asks == Asks::New);
    let typed_in = chosen(measure, form, unit);
    let keypad = with_photo.then_some(typed_in);
    // Whose it is, nobody at work is told by "your".
    let called = |part: &Part| match asks == Asks::AtWork && part.label.starts_with("Your ") {
        true => Part { label: measure.name(), ..*part },
        false => *part,
    };
    let numbers = measure.parts().iter().map(|part| number(measure, &called(part), (form, ("", "")), keypad)).collect_view();
    let other = if with_photo { other_way(measure, typed_in, &add_page(measure)) } else { None };
    let no_number = if with_photo { no_number(measure, &add_page(measure)) } else { None };
    let shown_with = measure.shown_with().filter(|_| !changing);
    // What is most of the point stands open; the rest is one tap away.
    let is_apart = measure.settings().iter().any(|setting| setting.asked == Asked::Apart);
    let first = [Some(settings(measure, form, Asked::Plain)), (!measure.note().is_empty()).then(|| note(measure, form))];
    let rest = [
        is_apart.then(|| settings(measure, form, Asked::Apart)),
        shown_with.map(|other| shown_with_how(other, form)),
        measure.note().is_empty().then(|| note(measure, form)),
        with_photo.then(|| file("Photo (if you want)", form)),
    ];
    let is_filled = |field: &str| !form.value(field).is_empty();
    let open = changing
        || form.error("note").is_some()
        || form.error("photo").is_some()
        || is_filled("note")
        || measure.settings().iter().any(|one| one.asked == Asked::Apart && is_filled(one.field))
        || shown_with.is_some_and(|other| other.settings().iter().any(|one| is_filled(&ShownWithForm::field(other, one.field))));
    let summary = match (is_apart, measure.note().is_empty()) {
        (true, _) if !with_photo => "Say how it was taken, or add a note",
        (false, _) if !with_photo => "Add a note",
        (true, true) => "Say how it was taken, or add a note or a photo",
        (true, false) => "Say how it was taken, or add a photo",
        (false, true) => "Add a note or a photo",
        (false, false) => "Add a photo",
    };
    let more = rest.iter().any(Option::is_some);
    let more = more.then(|| view! { <Details summary=summary open=open>{Vec::from(rest)}</Details> });
    view! {
        {numbers}
        {other}
        {no_number}
        {sure(form, ("", ""))}
        {shown_with.map(|other| shown_with_number(other, form, (asks, "")))}
        {units(measure, form, unit)}
        {Vec::from(first)}
        {more}
        {when(form, changing)}
    }
    .into_any()
}

/// The number that the same device may show with a reading, such as the pulse beside a blood pressure; `suffix` is what stands behind the
/// names of the fields of one reading among several.
pub(crate) fn shown_with_number(other: Measure, form: &FormState, (asks, suffix): (Asks, &str)) -> AnyView {
    let monitor = if asks == Asks::AtWork { "the monitor" } else { "your monitor" };
    let number = other.parts().iter().map(|part| {
        let id = format!("{}{suffix}", ShownWithForm::field(other, part.field));
        let (error, value) = (form.error(&id), form.value(&id));
        let label = format!("{}, if {monitor} shows it", other.name());
        view! { <TextInput id=id label=label hint=part.hint kind=InputKind::Numeric width=Width::Ten error=error value=value /> }
    });
    let number = number.collect_view();
    let before = ShownWithForm::field(other, "");
    view! { {number} {sure(form, (before.as_str(), suffix))} }.into_any()
}

/// How it was taken. Of signs the form of the reading itself asks.
fn shown_with_how(other: Measure, form: &FormState) -> AnyView {
    let all = other.settings().iter().filter(|setting| setting.field != "signs").map(|setting| {
        let id = ShownWithForm::field(other, setting.field);
        let choices = setting.answers.iter().map(|(code, words)| Choice::new(*code, *words)).collect();
        let (asks, value) = (format!("{}. {}", other.name(), setting.asks), form.value(&id));
        view! { <Radios id=id legend_text=asks choices=choices value=value /> }
    });
    all.collect_view().into_any()
}

/// Asked where what was typed is unlikely; `around` is what stands before and behind the names of the fields of one reading among
/// several.
pub(crate) fn sure(form: &FormState, around: (&str, &str)) -> Option<AnyView> {
    let id = format!("{}sure{}", around.0, around.1);
    let (error, checked) = (form.error(&id), !form.value(&id).is_empty());
    // Two on one form are told apart by their words.
    let is_pulse = around.0 == ShownWithForm::field(Measure::Pulse, "");
    let label = if is_pulse { "Yes, this is the pulse that it showed" } else { "Yes, this is what it showed" };
    (error.is_some() || checked).then(|| view! { <Checkbox id=id label=label error=error checked=checked /> }.into_any())
}

/// What an address calls what a meter shows in place of a number.
const METER: &str = "meter";

/// A form with what a meter shows in place of the number.
fn shown_by_meter(measure: Measure, shown: OutOfRange) -> Typed {
    measure.parts().iter().map(|part| (part.field.to_owned(), shown.shown().to_owned())).collect()
}

/// The way to what to do about that, for a keypad has no letters: `page` is that of the form.
pub(crate) fn no_number(measure: Measure, page: &str) -> Option<AnyView> {
    let link = |shown: OutOfRange| {
        let shown = shown.shown();
        let href = format!("{page}?{METER}={shown}");
        off_meter(measure, shown).map(|_| view! { <li><a href=href>{format!("My meter shows {shown}")}</a></li> })
    };
    let links: Vec<_> = [OutOfRange::Low, OutOfRange::High].into_iter().filter_map(link).collect();
    (!links.is_empty()).then(|| view! { <ul class="nhsuk-list">{links}</ul> }.into_any())
}

/// What an address calls the unit in which a form is to be filled in.
const UNIT: &str = "unit";

/// The unit that an address asks for, where the measure has it.
pub(crate) fn unit_in(measure: Measure, query: &Typed) -> Option<&'static Unit> {
    query.get(UNIT).and_then(|ucum| measure.unit_of(ucum))
}

/// The unit in which a form is filled in: the one that was chosen, else this.
pub(crate) fn chosen<'a>(measure: Measure, form: &FormState, last: &'a Unit) -> &'a Unit {
    measure.unit_of(&form.value("unit")).unwrap_or(last)
}

/// The way from numbers that are typed on a keypad to two with a space between, and back: `page` is that of the form.
pub(crate) fn other_way(measure: Measure, unit: &Unit, page: &str) -> Option<AnyView> {
    let pair = measure.units().iter().find(|one| one.pair.is_some())?;
    let other = if unit.pair.is_some() { measure.unit() } else { pair };
    let href = format!("{page}?{UNIT}={}", crate::routes::in_query(other.ucum));
    Some(view! { <p class="sh-screen-only"><a href=href>{format!("I use {}", other.shown)}</a></p> }.into_any())
}

/// In which unit, where there are several; the one that was used last is chosen.
pub(crate) fn units(measure: Measure, form: &FormState, last: &Unit) -> Option<AnyView> {
    if measure.units().len() < 2 {
        return None;
    }
    let choices = measure.units().iter().map(|unit| Choice::new(unit.ucum, unit.shown)).collect();
    let value = Some(form.value("unit")).filter(|unit| !unit.is_empty()).unwrap_or_else(|| last.ucum.to_owned());
    let pair = measure.units().iter().find(|unit| unit.pair.is_some());
    let hint = pair.map(|unit| format!("For {}, write two numbers with a space between", unit.shown));
    let error = form.error("unit");
    Some(view! { <Radios id="unit" legend_text="Unit" hint=hint choices=choices value=value error=error /> }.into_any())
}

fn settings(measure: Measure, form: &FormState, asked: Asked) -> AnyView {
    // What was told unasked can be changed, and is not lost where something else is.
    let is_told = |setting: &Setting| setting.asked == Asked::Told && !form.value(setting.field).is_empty();
    let is_asked = |setting: &&Setting| setting.asked == asked || (asked == Asked::Plain && is_told(setting));
    let all = measure.settings().iter().filter(is_asked).map(|setting| {
        let choices = setting.answers.iter().map(|(code, words)| Choice::new(*code, *words)).collect();
        view! { <Radios id=setting.field legend_text=setting.asks choices=choices value=form.value(setting.field) /> }
    });
    all.collect_view().into_any()
}

pub(crate) fn note(measure: Measure, form: &FormState) -> AnyView {
    let label = match (measure.note(), measure.needs_note()) {
        ("", _) => "Note (if you want)".to_owned(),
        (asks, true) => asks.to_owned(),
        (asks, false) => format!("{asks} (if you want)"),
    };
    let hint = measure.needs_note().then_some("Use the same words each time, so that we can show you how it changes.");
    view! { <TextArea id="note" label=label hint=hint rows=2 error=form.error("note") value=form.value("note") /> }.into_any()
}

pub(crate) fn when(form: &FormState, changing: bool) -> AnyView {
    let filled = ["time", "day_day", "day_month", "day_year"].iter().any(|field| !form.value(field).is_empty());
    let (day, time) = (form.error("day"), form.error("time"));
    let (summary, open) =
        if changing { ("When it was taken", true) } else { ("It was not now", filled || day.is_some() || time.is_some()) };
    let (date, clock) = (form.date("day"), form.value("time"));
    view! {
        <Details summary=summary open=open>
            <DateInput id="day" legend_text="Day" error=day value=date />
            <TextInput id="time" label="Time" hint="Such as 8:30am or 20:30" error=time value=clock width=Width::Ten />
        </Details>
    }
    .into_any()
}

/// The field of a number. A phone shows a keypad for it where the unit that it is typed in is known, and is written with one number.
pub(crate) fn number(
    measure: Measure,
    part: &Part,
    (form, around): (&FormState, (&str, &str)),
    typed_in: Option<&Unit>,
) -> AnyView {
    let id = format!("{}{}{}", around.0, part.field, around.1);
    let (error, value) = (form.error(&id), form.value(&id));
    if !measure.choices().is_empty() {
        // The best first, as people read down a list.
        let choices =
            measure.choices().iter().enumerate().rev().map(|(at, words)| Choice::new((at + 1).to_string(), *words)).collect();
        return view! { <Radios id=id legend_text=part.label choices=choices error=error value=value /> }.into_any();
    }
    let unit = if measure.units().len() == 1 { measure.unit().shown } else { "" };
    let label =
        if unit.is_empty() || part.label.ends_with('?') { part.label.to_owned() } else { format!("{} in {unit}", part.label) };
    let label = if unit.starts_with("out of") { part.label.to_owned() } else { label };
    let hint = (!part.hint.is_empty()).then_some(part.hint);
    // Stones and pounds need a space, which a numeric pad has not.
    let any = || measure.units().iter().any(|unit| unit.pair.is_some());
    let pair = typed_in.map_or_else(any, |unit| unit.pair.is_some());
    let kind = if pair {
        InputKind::Text
    } else if part.decimals == 0 {
        InputKind::Numeric
    } else {
        InputKind::Decimal
    };
    view! { <TextInput id=id label=label hint=hint kind=kind width=Width::Ten error=error value=value /> }.into_any()
}
