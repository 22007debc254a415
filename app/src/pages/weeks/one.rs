//! One guided week: what to do now while it goes on, and what it came to when it has ended.

use super::start::{enough, how_to};
use super::{Part, WEEKS, best, day_name, days_in_words, start_page, table, value, week_page};
use crate::api::weeks;
use crate::ctx::{Answer, Ctx, Head};
use crate::easy;
use crate::forms::{FormState, Typed};
use crate::islands::chart_view::charted;
use crate::pages::appointments::id_in;
use crate::pages::readings::measure::{Wants, beside, moments_of};
use crate::pages::readings::record::{
    Asks, chosen, how, no_number, note, number, other_way, shown_with_number, sure, unit_in, units, when,
};
use crate::pages::readings::watch::{came_up, watched};
use crate::pages::readings::{add_page, before_it_is_saved, signs_before, what_to_do};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Cell, Checkbox, Choice, DataTable, Details, ErrorSummary, Form, IconName, InputKind, Inset,
    Level, LineChart, PageHeading, Radios, Section, Series, Spot, Strokes, TextInput, Warning, Width,
};
use crate::words;
use axum::extract::Query;
use chrono::{NaiveDate, TimeDelta};
use domain::reading::week::{
    Counts, MealSum, Mean, Outcome, Protocol, SittingSeen, State, TOGETHER, Taken, TargetOf, Verdict, Wanted, Works, Zone,
    diary_day, mean_if_pregnant, verdict, what_now,
};
use domain::reading::{self, Advice, Amount, Asked, Drawn, Meal, Measure, Point, Range, Span, Unit, Urgency, gaps, thin};
use domain::when::{day_in_words, instant_in_words, london_day, minute_in_words};
use domain::{ReadingId, WeekId};
use leptos::prelude::*;
use service::{IF_PAST, WeekSeen};
use std::cmp::{Ordering, Reverse};
use std::collections::HashSet;

/// The name of the form.
pub(crate) const FORM: &str = "week-reading";

/// Which readings were just saved, in an address.
const SAVED: &str = "saved";

/// Where one is after these readings were saved.
pub(crate) fn after(week: WeekId, saved: &[ReadingId]) -> String {
    let ids: Vec<String> = saved.iter().map(ToString::to_string).collect();
    format!("{}?{SAVED}={}", week_page(week), ids.join("."))
}

/// The page.
pub async fn show(ctx: Ctx, path: Part, Query(query): Query<Typed>) -> Answer {
    let saved: Vec<ReadingId> =
        query.get(SAVED).into_iter().flat_map(|ids| ids.split('.')).filter_map(|id| id.parse().ok()).collect();
    let form = ctx.form(FORM).await?;
    let typed = |protocol| form.has_errors().then(|| weeks::form(protocol, form.all()));
    let (actor, person, id) = (ctx.actor(), ctx.person()?, id_in(path)?);
    let mut seen = ctx.services().readings.week_and_typed(&actor, person, id, (&saved, typed)).await?;
    seen.unit = unit_in(seen.line.plan.protocol.measure(), &query).unwrap_or(seen.unit);
    let (submission, own) = (ctx.submission(), ctx.own().is_ok());
    let (protocol, whose, said) = (seen.line.plan.protocol, ctx.whose(), said(&seen));
    let head = Head::form(protocol.title(), Place::Health, &form).of(&seen.whose);
    ctx.page(if said.is_some() { head.with_island() } else { head }, || {
        let lead = match seen.line.plan.day_number(seen.now).filter(|_| seen.line.runs) {
            Some((day, of)) => format!("Day {day} of {of}"),
            None => days_in_words(seen.line.plan.first, seen.line.plan.last),
        };
        // What is typed now stands outside of what is exchanged for something new.
        let (now, body) = if seen.line.runs {
            (Some(running(&seen, &form, submission)), so_far(&seen))
        } else {
            (None, Some(view! { {result(&seen, own)} }.into_any()))
        };
        let (page, days) = (week_page(seen.line.id), table(&seen, seen.may_record, seen.line.runs.then_some(seen.now)));
        let acts = (seen.line.runs && seen.may_record).then(|| {
            let best = (protocol.works() == Works::Zones).then(|| {
                let says = seen.zones.map_or_else(
                    || "Add your personal best".to_owned(),
                    |zones| format!("Change the personal best ({})", best::in_words(zones)),
                );
                view! { <li><a href=format!("{page}/best")>{says}</a></li> }
            });
            let remind = match seen.reminded_too {
                Some(true) => Some("Change if we remind you too (by email)".to_owned()),
                Some(false) => Some("Be reminded too".to_owned()),
                None => seen.may_remind.then(|| reminded(&seen)),
            };
            let remind = remind.map(|says| view! { <li><a href=format!("{page}/reminders")>{says}</a></li> });
            view! {
                {best}
                {remind}
                <li><a href=format!("{page}/end")>{if seen.line.paused { "Go on, or end" } else { "Pause or end" }}</a></li>
            }
        });
        let inside = view! {
            {body}
            <Section title="Every day">
                {days}
            </Section>
        };
        let inside = charted(said, inside.into_any());
        view! {
            <BackLink href=WEEKS label="Back to weeks and diaries" />
            {before_it_is_saved(&seen.unkept, &whose)}
            <ErrorSummary errors=form.errors() />
            {easy::picture(IconName::Heart)}
            <PageHeading title=protocol.title() lead=lead />
            {to_do(&seen)}
            {came_up(&seen.watched, gravest(&seen))}
            {now}
            {inside}
            <ul class="nhsuk-list sh-screen-only">
                {acts}
                <li><a href=format!("{page}/print")>"Print this diary"</a></li>
            </ul>
            {watched(&seen.watched.watch, Some(protocol.measure()), &whose)}
        }
    })
    .await
}

/// Since when a reading is not of now.
const NOW: TimeDelta = TimeDelta::minutes(15);

/// How urgent the gravest of what there is to do at once is.
fn gravest(seen: &WeekSeen) -> Option<Urgency> {
    let shown = seen.shown_advice.as_ref().map(|(advice, _)| advice.urgency);
    seen.advice().map(|(advice, _)| advice.urgency).max(shown)
}

/// What to do at once about what was just saved and what was shown with it: the gravest first.
fn to_do(seen: &WeekSeen) -> AnyView {
    let measure = seen.line.plan.protocol.measure();
    let mut all: Vec<(&'static Advice, Measure, &Taken)> = Vec::new();
    all.extend(seen.advice().map(|(advice, about)| (advice, measure, about)));
    all.extend(measure.shown_with().zip(seen.shown_advice.as_ref()).map(|(other, (advice, about))| (*advice, other, about)));
    all.sort_by_key(|(advice, ..)| Reverse(advice.urgency));
    let signs = |about: &Taken| seen.signs.iter().find(|(id, _)| *id == about.id).map(|(_, signs)| signs_before(signs));
    let all = all.into_iter().map(|(advice, measure, about)| {
        view! {
            {past(seen, measure, about)}
            {what_to_do(advice)}
            {signs(about)}
            {earlier(seen, measure, about)}
        }
    });
    all.collect_view().into_any()
}

/// Before what to do about a reading of more than a day ago: which it is, and that it may be over.
fn past(seen: &WeekSeen, measure: Measure, about: &Taken) -> Option<AnyView> {
    seen.is_past(about).then(|| {
        let said = format!("{}, taken on {}.", value(measure, about), instant_in_words(about.at));
        view! { <p><strong>{said}</strong></p> <p>{IF_PAST}</p> }.into_any()
    })
}

/// That what to do is about a reading of a while ago, of this day or the one before.
fn earlier(seen: &WeekSeen, measure: Measure, about: &Taken) -> Option<AnyView> {
    (about.at < seen.now - NOW && !seen.is_past(about)).then(|| {
        let said = format!("This is about {}, written down for {}.", value(measure, about), instant_in_words(about.at));
        let again = (measure.choices().is_empty() && measure != Measure::Fall).then_some(" Measure again now.");
        view! { <Inset><p><strong>{said} {again}</strong></p></Inset> }.into_any()
    })
}

fn reminded(seen: &WeekSeen) -> String {
    let how = match (seen.by_mail, seen.by_text) {
        (false, false) => return "Set up reminders".to_owned(),
        (true, true) => "by email and text message",
        (true, false) => "by email",
        (false, true) => "by text message",
    };
    format!("Change reminders ({}, {how})", seen.times)
}

/// What to do now.
fn running(seen: &WeekSeen, form: &FormState, submission: String) -> AnyView {
    let protocol = seen.line.plan.protocol;
    let paused = seen
        .line
        .paused
        .then(|| view! { <Inset><p>"This is paused, so nobody is reminded. You can still record readings."</p></Inset> });
    let now = match seen.diary.now() {
        None => {
            let first = seen.line.plan.first;
            view! { <Section title="Now"><p>{format!("It begins on {}.", day_name(first))}</p></Section> }.into_any()
        }
        Some(part) if part.state == State::Done && seen.may_record && asks_again(seen, part) => {
            measure_again(seen, form, submission)
        }
        // Of what is measured as often as it is wanted there is always more.
        Some(part) if part.state == State::Done && protocol.counts() != Counts::Every => {
            done_for_now(seen, part, form, submission)
        }
        Some(part) if seen.may_record => ask(seen, part, form, submission),
        Some(_) => ().into_any(),
    };
    view! {
        {paused}
        {now}
        {stands(seen)}
    }
    .into_any()
}

/// Whether what to do about a reading of this part of the day is to measure again.
fn asks_again(seen: &WeekSeen, part: &SittingSeen) -> bool {
    let is_in_it = |about: &Taken| part.counted.iter().chain(&part.others).any(|one| one.id == about.id);
    seen.advice().is_some_and(|(advice, about)| advice.asks_again() && is_in_it(about))
}

/// The form of what is measured once more, where all that counts is there and what to do is to measure again.
fn measure_again(seen: &WeekSeen, form: &FormState, submission: String) -> AnyView {
    let protocol = seen.line.plan.protocol;
    let counts = format!(
        "Write it here also if it is better. The {} readings for the average are saved. This one is kept too, and we tell you what to do next.",
        protocol.each()
    );
    let entry = entry(seen, 1, (form, false), submission);
    view! {
        <Section title="Now: measure again">
            <Inset><p>"First do what it says at the top of this page. Then write here what it shows."</p></Inset>
            <p>{counts}</p>
            {how(protocol.measure())}
            {entry}
        </Section>
    }
    .into_any()
}

fn done_for_now(seen: &WeekSeen, part: &SittingSeen, form: &FormState, submission: String) -> AnyView {
    let once = seen.line.plan.protocol.sittings().len() == 1;
    let next = match seen.diary.next() {
        None => "This was the last. You can end it and see the result.".to_owned(),
        Some((on, _)) if once => format!("Next: {}.", day_name(on)),
        Some((on, next)) => {
            let part = words::in_sentence(next.sitting.title);
            let when = if on == diary_day(seen.now) { format!("this {part}") } else { format!("{}, {part}", day_name(on)) };
            format!("Next: {when}, from {}.", minute_in_words(next.sitting.from))
        }
    };
    let title = if once { "Done for today".to_owned() } else { format!("{}: done", part.sitting.title) };
    let open = form.has_errors();
    let earlier = seen.may_record.then(|| {
        let entry = entry(seen, seen.line.plan.protocol.each(), (form, true), submission);
        view! { <Details summary="Add what you took at another time" open=open>{entry}</Details> }
    });
    view! {
        <Section title=title>
            <p>{next}</p>
            {earlier}
        </Section>
    }
    .into_any()
}

/// The form of what is to be measured now.
fn ask(seen: &WeekSeen, part: &SittingSeen, form: &FormState, submission: String) -> AnyView {
    let protocol = seen.line.plan.protocol;
    let old = part.counted.last().filter(|one| protocol.each() > 1 && one.at < seen.now - TOGETHER);
    let missing = if old.is_some() { protocol.each() } else { protocol.each().saturating_sub(part.counted.len()).max(1) };
    let title =
        if protocol.sittings().len() > 1 { format!("Now: {}", words::in_sentence(part.sitting.title)) } else { "Now".to_owned() };
    let late = (part.state == State::Late && protocol.sittings().len() > 1).then(
        || view! { <p>{format!("It is later than usual. It still counts until {}.", minute_in_words(part.sitting.until))}</p> },
    );
    let entry = entry(seen, missing, (form, false), submission);
    let old = old.map(|one| {
        let said = format!(
            "{} was more than 30 minutes ago. Both are taken one after the other, so measure twice again.",
            value(protocol.measure(), one)
        );
        view! { <Inset><p>{said}</p></Inset> }
    });
    let is_half = missing < protocol.each();
    let advised = [seen.advice().map(|(advice, _)| advice), seen.shown_advice.as_ref().map(|(advice, _)| *advice)];
    let is_advised = is_half && advised.into_iter().flatten().any(Advice::comes_before_measuring);
    let half = is_half.then(|| {
        let uncounted = part.others.last().is_some_and(|other| part.counted.last().is_none_or(|one| other.at > one.at));
        let so_far = match uncounted {
            true => "The last reading does not count: it was less than a minute after the one before, or not taken sitting.",
            false => "The first reading is saved.",
        };
        let then = match (is_advised, uncounted) {
            // One wait stands on a page, and that is the longer one.
            (true, _) => "First do what it says at the top of this page. If you measure again after that, write it here.",
            (false, true) => "Wait at least 1 minute, and measure once more.",
            (false, false) => "Wait at least 1 minute after it, still sitting. Then measure again.",
        };
        view! { <Inset><p>{format!("{so_far} {then}")}</p></Inset> }
    });
    view! {
        <Section title=title>
            {late}
            {(!is_advised).then(|| how_to(protocol, false))}
            {half}
            {old}
            {how(protocol.measure())}
            {entry}
        </Section>
    }
    .into_any()
}

/// The form of so many readings; `earlier` is whether they were taken at another time than now.
fn entry(seen: &WeekSeen, many: usize, (form, earlier): (&FormState, bool), submission: String) -> AnyView {
    let protocol = seen.line.plan.protocol;
    let measure = protocol.measure();
    let typed_in = chosen(measure, form, seen.unit);
    let fields = if protocol.blows() > 1 { blows(protocol, form) } else { readings(protocol, many, (form, typed_in)) };
    let other = other_way(measure, typed_in, &week_page(seen.line.id));
    let no_number = no_number(measure, &add_page(measure));
    let is_taken = |field: &str| protocol.taken().iter().any(|(taken, _)| *taken == field);
    let asked = |asked: Asked| {
        let all = measure.settings().iter().filter(move |setting| setting.asked == asked && !is_taken(setting.field));
        let all = all.map(|setting| {
            let choices = setting.answers.iter().map(|(code, words)| Choice::new(*code, *words)).collect();
            view! { <Radios id=setting.field legend_text=setting.asks choices=choices value=form.value(setting.field) /> }
                .into_any()
        });
        all.collect::<Vec<AnyView>>()
    };
    let (open, apart) = (asked(Asked::Plain), asked(Asked::Apart));
    let is_open = form.error("note").is_some() || !form.value("note").is_empty();
    let (units, when, action) = (units(measure, form, seen.unit), when(form, earlier), week_page(seen.line.id));
    let written = note(measure, form);
    let note = match measure.note().is_empty() {
        true => view! { <Details summary="Add a note" open=is_open>{apart} {written}</Details> }.into_any(),
        false => written,
    };
    view! {
        <Form action=action submission=submission>
            <input type="hidden" name="protocol" value=protocol.code() />
            {fields}
            {other}
            {no_number}
            {units}
            {open}
            {note}
            {when}
            <Button>"Save"</Button>
        </Form>
    }
    .into_any()
}

/// So many readings, with the wait between them.
fn readings(protocol: Protocol, missing: usize, (form, typed_in): (&FormState, &Unit)) -> AnyView {
    let measure = protocol.measure();
    let one = |at: usize| {
        let suffix = if at == 0 { String::new() } else { format!("_{}", at + 1) };
        let numbers =
            measure.parts().iter().map(|part| number(measure, part, (form, ("", &suffix)), Some(typed_in))).collect_view();
        let shown_with = measure.shown_with().map(|other| shown_with_number(other, form, (Asks::New, suffix.as_str())));
        view! { {numbers} {sure(form, ("", &suffix))} {shown_with} }
    };
    if missing < 2 {
        return one(0).into_any();
    }
    let all = (0..missing).map(|at| {
        let legend = ["First reading", "Second reading"].get(at).copied().unwrap_or("Next reading");
        let wait = (at > 0).then(|| {
            view! { <Inset><p>"Now wait at least 1 minute. Stay sitting, and do not talk. You can save the first and come back."</p></Inset> }
        });
        view! {
            {wait}
            <fieldset class="nhsuk-fieldset">
                <legend class="nhsuk-fieldset__legend">{legend}</legend>
                {one(at)}
            </fieldset>
        }
    });
    view! { {all.collect_view()} {waited(form)} }.into_any()
}

/// Whether they waited, which two readings that are typed at once do not show.
pub(crate) fn waited(form: &FormState) -> AnyView {
    let (error, checked) = (form.error("waited"), !form.value("waited").is_empty());
    view! { <Checkbox id="waited" label="I waited at least 1 minute between the readings" error=error checked=checked /> }
        .into_any()
}

fn blows(protocol: Protocol, form: &FormState) -> AnyView {
    let measure = protocol.measure();
    let field = measure.parts().first().map_or("value", |part| part.field);
    let all = (0..protocol.blows()).map(|at| {
        let suffix = if at == 0 { String::new() } else { format!("_{}", at + 1) };
        let id = format!("{field}{suffix}");
        let (label, error, value) = (format!("Blow {} in {}", at + 1, measure.unit().shown), form.error(&id), form.value(&id));
        view! {
            <TextInput id=id label=label kind=InputKind::Numeric width=Width::Ten error=error value=value />
            {sure(form, ("", &suffix))}
        }
    });
    let all = all.collect_view();
    view! { <p>"Blow 3 times if you can, and write each. We keep the best. If you can only do 1 or 2, write those."</p> {all} }
        .into_any()
}

/// How far it is from a result.
pub(crate) fn stands(seen: &WeekSeen) -> Option<AnyView> {
    let (protocol, diary) = (seen.line.plan.protocol, &seen.diary);
    let whole = u64::try_from(diary.whole_days()).unwrap_or_default();
    let have = words::how_many(whole, "whole day", "whole days");
    let said = if protocol.works() == Works::Meals && diary.missing().next().is_some() {
        "What is missing need not be made up for. Each reading that is there counts.".to_owned()
    } else if protocol.least() == 0 {
        return None;
    } else if diary.is_valid() {
        format!(
            "There is enough for a result: {have} that count. It can end now. It is better to go on until {}.",
            day_name(seen.line.plan.last)
        )
    } else if !diary.can_be_valid(seen.now) {
        "There are not enough days left for a result. End it and begin again.".to_owned()
    } else {
        let lacks = words::how_many(u64::try_from(diary.lacks()).unwrap_or_default(), "whole day", "whole days");
        format!("So far: {have} that count. For a result {lacks} more are needed. The first day is left out.")
    };
    let missing: Vec<String> =
        diary.missing().map(|(on, part)| format!("{}, {}", day_name(on), words::in_sentence(part.sitting.title))).collect();
    let missing = (!missing.is_empty()).then(|| {
        let rows = missing.into_iter().map(|one| view! { <li>{one}</li> }).collect_view();
        view! { <Details summary="What is missing"><ul class="nhsuk-list nhsuk-list--bullet">{rows}</ul></Details> }
    });
    Some(view! { <Section title="How far you are"><p>{said}</p> {missing}</Section> }.into_any())
}

/// What it came to, for the person and for a care team; `own` is whether it can be taken away.
pub(crate) fn result(seen: &WeekSeen, own: bool) -> impl IntoView + use<> {
    let protocol = seen.line.plan.protocol;
    let valid = seen.diary.is_valid();
    let body = match (&seen.outcome, valid) {
        (Outcome::Average(Some(mean)), true) => average(seen, mean),
        (Outcome::Zones(counts, Some(mean)), true) => zones(seen, counts.as_ref(), mean),
        (Outcome::Meals(..), true) => meals(seen),
        (Outcome::Change(Some((first, last))), true) => {
            let (from, to) = (value(protocol.measure(), first), value(protocol.measure(), last));
            let change = (last.first.thousandths() - first.first.thousandths()).abs();
            let unit = protocol.measure().unit().shown;
            let said = match last.first.cmp(&first.first) {
                Ordering::Equal => format!("It is {to} at the end, as at the beginning."),
                more => {
                    let word = if more == Ordering::Greater { "more" } else { "less" };
                    format!("It went from {from} to {to}: {} {unit} {word}.", Amount::from_thousandths(change).rounded(1))
                }
            };
            view! { <p><strong>{said}</strong></p> }.into_any()
        }
        (Outcome::Answers(answers), true) => {
            let rows = answers.iter().map(|(words, many)| vec![Cell::new(*words), Cell::number(many.to_string())]).collect();
            let head = ["How you felt", "Days"].map(str::to_owned).to_vec();
            view! { <DataTable caption="How many days" head=head rows=rows /> }.into_any()
        }
        (Outcome::Total(total, days), true) => {
            let falls = words::how_many(u64::try_from(*total).unwrap_or_default(), "fall", "falls");
            let days = words::how_many(u64::try_from(*days).unwrap_or_default(), "day", "days");
            let said = if *total == 0 { "No fall was noted.".to_owned() } else { format!("{falls}, on {days}.") };
            view! {
                <p><strong>{said}</strong></p>
                <p>"Have you fallen twice or more in a year, were you hurt, or do you feel unsteady? Tell your GP practice. They can help you to fall less."</p>
                <p class="nhsuk-hint">"From NICE NG249, 1.1, and NHS: Falls."</p>
            }
            .into_any()
        }
        _ => nothing(seen),
    };
    let take = (own && valid && protocol == Protocol::HomePressure).then(|| {
        view! {
            <p class="sh-screen-only">
                <a href=format!("{}/observation", week_page(seen.line.id))>"Download the result for other systems (FHIR)"</a>
            </p>
        }
    });
    view! { <Section title="The result">{body} {take}</Section> {chart(seen)} }
}

fn nothing(seen: &WeekSeen) -> AnyView {
    let protocol = seen.line.plan.protocol;
    let lacks = words::how_many(u64::try_from(seen.diary.lacks()).unwrap_or_default(), "whole day", "whole days");
    let said = if protocol.least() == 0 && seen.diary.counted().next().is_some() {
        let needs = words::how_many(u64::try_from(protocol.least_readings()).unwrap_or_default(), "reading", "readings");
        format!("There is no result: it needs {needs} or more. What you measured stays among your readings.")
    } else if protocol.least() == 0 {
        "Nothing was measured, so there is no result.".to_owned()
    } else {
        format!("There is no result: {lacks} too few. An average of too few readings can mislead, so we show none.")
    };
    let again = (seen.may_record && !seen.line.runs).then(|| {
        view! { <div class="sh-screen-only"><Button href=start_page(protocol) kind=ButtonKind::Secondary>"Begin again"</Button></div> }
    });
    view! { <p>{said}</p> {enough(protocol)} {again} }.into_any()
}

fn pair(first: Amount, second: Option<Amount>) -> String {
    let measure = Measure::BloodPressure;
    measure.in_words(measure.unit(), "", first, second)
}

/// What a care team set after the last day of a week, which is no target of that week.
fn wanted_since(seen: &WeekSeen) -> Option<String> {
    let version = seen.team_since.as_ref()?;
    let (target, day) = (version.target?.in_words(Measure::BloodPressure), day_in_words(london_day(version.at)));
    Some(format!("Since then the care team has set this target: {target}, on {day}."))
}

/// Where an average is wanted, and who says so of each number.
fn wanted(seen: &WeekSeen) -> String {
    let since = wanted_since(seen);
    let (first, second) = (seen.target.first, seen.target.second);
    let words = |first: Range, second: Range| match (first, second) {
        (Range { low: None, high: Some(first), .. }, Range { low: None, high: Some(second), .. }) => {
            format!("below {}", pair(first, Some(second)))
        }
        _ => reading::Target { first, second, ..reading::Target::default() }.in_words(Measure::BloodPressure),
    };
    let mixed = |own: Wanted, other: &str, high: Wanted| {
        let own = if own == first { words(own.range, Range::default()) } else { words(Range::default(), own.range) };
        let high = high.range.high.map(|high| high.to_string()).unwrap_or_default();
        format!(
            "The target is: {own}, as the care team set it. It set none for the {other} number: the national guideline says below {high}."
        )
    };
    let with_since = |said: String| match &since {
        Some(since) => format!("{said} {since}"),
        None => said,
    };
    match (first.of, second.of) {
        (TargetOf::Guideline, TargetOf::Guideline) => {
            let older = first.range.high == Some(Amount::whole(145));
            let who = if older { "people of 80 and over" } else { "people under 80" };
            let target = words(first.range, second.range);
            let since = since.as_deref().unwrap_or("A care team may set another.");
            format!("The target is {target}: that of the national guideline for {who}. {since}")
        }
        (TargetOf::Team, TargetOf::Team) => {
            with_since(format!("The target is {}, as the care team set it.", words(first.range, second.range)))
        }
        (TargetOf::Team, TargetOf::Guideline) => with_since(mixed(first, "bottom", second)),
        (TargetOf::Guideline, TargetOf::Team) => with_since(mixed(second, "top", first)),
    }
}

fn average(seen: &WeekSeen, mean: &Mean) -> AnyView {
    let days =
        seen.diary.days.iter().filter(|day| !day.dropped && day.sittings.iter().any(|one| one.state == State::Done)).count();
    let how = format!(
        "It is the average of {} on {}, rounded to whole numbers. The first day is left out.",
        words::how_many(u64::try_from(mean.readings).unwrap_or_default(), "reading", "readings"),
        words::how_many(u64::try_from(days).unwrap_or_default(), "day", "days"),
    );
    let stands = verdict(mean, &seen.target, seen.about);
    let came_with = seen.diary.counted().filter_map(|one| seen.shown.get(&one.at));
    // After being active a pulse says nothing of one at rest.
    let with = Mean::of(Measure::Pulse, came_with.filter(|one| !one.is_after_activity())).map(|with| {
        let of = words::how_many(u64::try_from(with.readings).unwrap_or_default(), "reading", "readings");
        let said = Measure::Pulse.in_words(Measure::Pulse.unit(), "", with.first, None);
        view! { <p>{format!("The pulse was {said} on average, from {of} that came with it.")}</p> }
    });
    view! {
        <p>"The average blood pressure at home is " <strong>{pair(mean.first, mean.second)}</strong> "."</p>
        {(stands != Verdict::Child).then(|| view! { <p>{wanted(seen)}</p> })}
        {mean_if_pregnant(mean, seen.about).map(advised)}
        {advised(what_now(stands))}
        <p>{how}</p>
        {with}
    }
    .into_any()
}

/// What to do about a result, which is about more than one reading.
fn advised(advice: &'static Advice) -> AnyView {
    let steps = advice.does.iter().map(|step| view! { <li>{*step}</li> }).collect_view();
    let emergency = (!advice.emergency.is_empty())
        .then(|| view! { <p><strong>"Call " <a href="tel:999">"999"</a> " now if "</strong> {advice.emergency} "."</p> });
    let body = view! {
        {emergency}
        <ul class="nhsuk-list nhsuk-list--bullet">{steps}</ul>
        <p class="nhsuk-hint">{format!("From {}. It cannot replace advice from somebody who knows you.", advice.source)}</p>
    };
    match advice.urgency {
        Urgency::Emergency | Urgency::Now | Urgency::Soon => {
            view! { <Warning title=advice.title level=Level::Three>{body}</Warning> }.into_any()
        }
        Urgency::Note => view! { <Inset><h3 class="nhsuk-heading-s">{advice.title}</h3> {body}</Inset> }.into_any(),
    }
}

fn zones(seen: &WeekSeen, counts: Option<&[usize; 3]>, mean: &Mean) -> AnyView {
    let measure = seen.line.plan.protocol.measure();
    let shown = |amount: Amount| measure.in_words(measure.unit(), "", amount, None);
    let said = format!("The average is {}.", shown(mean.first));
    let Some((counts, zones)) = counts.zip(seen.zones) else {
        return view! {
            <p><strong>{said}</strong></p>
            <p>"Without a personal best there are no zones. Ask your asthma nurse for it, and for an action plan."</p>
        }
        .into_any();
    };
    let (green, amber) = zones.bounds();
    let names = [
        (Zone::Green, format!("{} or more", shown(green))),
        (Zone::Amber, format!("From {amber}, below {}", shown(green))),
        (Zone::Red, format!("Below {}", shown(amber))),
    ];
    let rows = names
        .iter()
        .zip(counts)
        .map(|((zone, bounds), many)| vec![Cell::new(zone.title()), Cell::new(bounds.clone()), Cell::number(many.to_string())]);
    let head = ["Zone", "From and to", "How often"].map(str::to_owned).to_vec();
    let plan = format!(
        "The zones are {} and {} per cent of a personal best of {}, as typed from a plan. If the action plan says otherwise, it holds.",
        zones.green,
        zones.amber,
        shown(zones.best)
    );
    view! {
        <p><strong>{said}</strong></p>
        <DataTable caption="How often in each zone" head=head rows=rows.collect() />
        <p>{plan}</p>
        <p>"Amber or red more than once or twice? Tell your GP practice or asthma nurse, also if you feel well."</p>
        <p class="nhsuk-hint">"From NHS: Peak flow test; Asthma."</p>
    }
    .into_any()
}

/// "Before a meal: 8.2 mmol/L on average, above the target (4 to 7 mmol/L)."
fn stands_to(team: &reading::Target, sum: &MealSum) -> Option<String> {
    let measure = Measure::Glucose;
    let (target, stands) = team.stands_at(measure, sum.mean.first, sum.meal?)?;
    let stands = match stands {
        Ordering::Less => "below",
        Ordering::Equal => "in",
        Ordering::Greater => "above",
    };
    let mean = measure.in_words(measure.unit(), "", measure.rounded(sum.mean.first), None);
    Some(format!("{}: {mean} on average, {stands} the target ({target}).", sum.when))
}

fn meals(seen: &WeekSeen) -> AnyView {
    let Outcome::Meals(sums, low) = &seen.outcome else { return ().into_any() };
    let rows = sums.iter().map(|sum| {
        let rounded = |amount: Amount| amount.rounded(1).to_string();
        vec![
            Cell::new(sum.when),
            Cell::number(sum.mean.readings.to_string()),
            Cell::number(rounded(sum.mean.first)),
            Cell::number(rounded(sum.lowest)),
            Cell::number(rounded(sum.highest)),
        ]
    });
    let head = ["When", "Readings", "Average", "Lowest", "Highest"].map(str::to_owned).to_vec();
    let low = match low {
        0 => "None was below 4 mmol/L.".to_owned(),
        many => format!(
            "{} below 4 mmol/L. Tell your diabetes team about each, and whether you felt it.",
            words::how_many(u64::try_from(*many).unwrap_or_default(), "reading was", "readings were")
        ),
    };
    let stands: Vec<String> = seen.team.iter().flat_map(|team| sums.iter().filter_map(move |sum| stands_to(team, sum))).collect();
    let targets = match stands.is_empty() {
        true => view! { <p>"Compare the averages with the targets that your diabetes team gave you."</p> }.into_any(),
        false => {
            let rows = stands.into_iter().map(|one| view! { <li>{one}</li> }).collect_view();
            view! {
                <ul class="nhsuk-list nhsuk-list--bullet">{rows}</ul>
                <p>"The care team set these targets. An average can hide a reading that is too low or too high, so look at the lowest and the highest too."</p>
            }
            .into_any()
        }
    };
    view! {
        <DataTable caption="Blood sugar in mmol/L" head=head rows=rows.collect() />
        <p><strong>{low}</strong></p>
        {targets}
        <p>"Do not change insulin or tablets by this page alone."</p>
        <p class="nhsuk-hint">"From NHS: Low blood sugar (hypoglycaemia); NICE NG17, 1.6."</p>
    }
    .into_any()
}

/// The most points that a chart holds.
const MOST_POINTS: usize = 300;

/// The chart of a week, as far as it has one: every reading of its days, drawn.
struct Drawing<'a> {
    seen: &'a WeekSeen,
    /// The readings, in the order of time.
    all: Vec<&'a Taken>,
    lowest: Amount,
    highest: Amount,
}

impl<'a> Drawing<'a> {
    /// None where nothing can be seen in a picture.
    fn of(seen: &'a WeekSeen) -> Option<Self> {
        let all: Vec<&Taken> = seen.diary.all().collect();
        if all.len() < 2 || seen.line.plan.protocol.measure().drawn() == Drawn::DayTotal {
            return None;
        }
        let (lowest, highest) = (all.iter().map(|one| one.first).min()?, all.iter().map(|one| one.first).max()?);
        Some(Self { seen, all, lowest, highest })
    }

    fn measure(&self) -> Measure {
        self.seen.line.plan.protocol.measure()
    }

    /// From how many of them the result is worked out, where there is one and it is not from all.
    fn counts(&self) -> String {
        let counted = self.seen.diary.counted().count();
        match self.seen.diary.is_valid() && counted < self.all.len() {
            true => format!(" The result is worked out from {counted} of them."),
            false => String::new(),
        }
    }

    /// "14 readings from 3 November 2026 to 9 November 2026. The result is worked out from 12 of them. The top number was from 121 to
    /// 150 mmHg."
    fn sentence(&self) -> String {
        let (measure, pair) = (self.measure(), self.measure().drawn() == Drawn::Pair);
        let last = self.all.last().map_or(self.seen.line.plan.last, |one| london_day(one.at));
        format!(
            "{} {}.{} {} from {} to {}.{}",
            words::how_many(u64::try_from(self.all.len()).unwrap_or_default(), "reading", "readings"),
            from_day_to_day(self.seen.line.plan.first, last),
            self.counts(),
            if pair { "The top number was" } else { "It was" },
            self.lowest,
            measure.in_words(measure.unit(), "", self.highest.rounded(1), None),
            if pair { " The dashed line is the bottom number." } else { "" },
        )
    }

    /// What is said at each spot: "Tuesday 3 November 2026, 8:10am: 142/88 mmHg", and how it was taken where that differs in a diary.
    fn spots(&self, kept: &[Point]) -> Vec<Spot> {
        let (measure, today) = (self.measure(), london_day(self.seen.now));
        let kept: HashSet<(i64, i64)> = kept.iter().map(|point| (point.at, point.high)).collect();
        let pair = measure.drawn() == Drawn::Pair;
        let says = |one: &&Taken| {
            let spot = (one.at.timestamp(), one.first.thousandths());
            let second = one.second.filter(|_| pair);
            let value = measure.in_words(measure.unit(), "", measure.rounded(one.first), second);
            let how = Some(measure.taken_in_words(&one.settings)).filter(|how| !pair && !how.is_empty());
            let how = how.map(|how| format!(" ({how})")).unwrap_or_default();
            kept.contains(&spot).then(|| (spot.0, spot.1, format!("{}: {value}{how}", words::day_and_clock(one.at, today))))
        };
        self.all.iter().filter_map(says).collect()
    }

    /// What is wanted of it, behind the readings, and in words.
    fn wanted(&self) -> Wants {
        let (seen, measure) = (self.seen, self.measure());
        let end = |end: Option<Amount>| end.map(Amount::thousandths);
        match seen.line.plan.protocol.works() {
            // The targets of adults say nothing of a child.
            Works::Average if !seen.about.is_child() => {
                let (first, second) = (seen.target.first.range, seen.target.second.range);
                let target = reading::Target { first, second, ..reading::Target::default() }.in_words(measure);
                Wants {
                    bands: [first, second].map(|range| (end(range.low), end(range.high))).to_vec(),
                    levels: Vec::new(),
                    words: format!(" The target for the average is {target}. The green marks show it, one for each number."),
                }
            }
            Works::Zones => seen.zones.map_or_else(Wants::default, |zones| Wants::zoned(measure, zones)),
            Works::Meals | Works::Change => seen.team.map_or_else(Wants::default, |team| self.wanted_by(team)),
            _ => Wants::default(),
        }
    }

    /// The same where nobody but a care team says it: what differs by meals is drawn from the lowest end to the highest, and counted for
    /// each reading by its own meal.
    fn wanted_by(&self, team: reading::Target) -> Wants {
        let (measure, range) = (self.measure(), team.spread());
        let within = self.all.iter().filter(|one| team.holds_at(measure, one.first, None, Meal::of(&one.settings))).count();
        let end = |end: Option<Amount>| end.map(Amount::thousandths);
        let shown = if range.is_open() { "" } else { " The green band shows it." };
        Wants {
            bands: [range].iter().filter(|range| !range.is_open()).map(|range| (end(range.low), end(range.high))).collect(),
            levels: Vec::new(),
            words: format!(
                " The target is {}, as the care team set it: {within} of {} {} in it.{shown}",
                team.in_words(measure),
                words::how_many(u64::try_from(self.all.len()).unwrap_or_default(), "reading", "readings"),
                if within == 1 { "is" } else { "are" },
            ),
        }
    }
}

/// "from 3 November 2026 to 9 November 2026", "on 3 November 2026".
fn from_day_to_day(first: NaiveDate, last: NaiveDate) -> String {
    match first == last {
        true => format!("on {}", day_in_words(first)),
        false => format!("from {} to {}", day_in_words(first), day_in_words(last)),
    }
}

/// Whether a week has its chart on its page: an average, as of blood pressure, is judged by nobody before its end.
fn is_drawn(seen: &WeekSeen) -> bool {
    !seen.line.runs || seen.line.plan.protocol.works() != Works::Average
}

/// What the chart of a week says in a sentence, where its page has one.
pub(crate) fn said(seen: &WeekSeen) -> Option<String> {
    Drawing::of(seen).filter(|_| is_drawn(seen)).map(|drawing| drawing.sentence())
}

/// The chart of a week that goes on, where its page has one.
pub(crate) fn so_far(seen: &WeekSeen) -> Option<AnyView> {
    if is_drawn(seen) { chart(seen) } else { None }
}

/// Every reading of its days, drawn.
fn chart(seen: &WeekSeen) -> Option<AnyView> {
    let drawing = Drawing::of(seen)?;
    let (all, measure) = (&drawing.all, drawing.measure());
    let at = |time: i64, amount: Amount| Point { at: time, low: amount.thousandths(), high: amount.thousandths() };
    let first: Vec<Point> = all.iter().map(|one| at(one.at.timestamp(), one.first)).collect();
    let second: Vec<Point> = all.iter().filter_map(|one| Some(at(one.at.timestamp(), one.second?))).collect();
    let (first, second) = (thin(&first, MOST_POINTS), thin(&second, MOST_POINTS));
    let spots = drawing.spots(&first);
    let lines = vec![Series { strokes: Strokes::Line, points: first }, Series { strokes: Strokes::Dashes, points: second }];
    let gaps = gaps(&all.iter().map(|one| (london_day(one.at), one.at.timestamp())).collect::<Vec<_>>());
    let (from, until) = seen.line.plan.span();
    let step = if measure.parts().first().is_some_and(|part| part.decimals > 0) { 100 } else { 1000 };
    let moments = moments_of((seen.line.plan.first, seen.line.plan.last), Span::Week);
    let Wants { bands, levels, words: wanted } = drawing.wanted();
    let words = format!("{}{wanted}", drawing.sentence());
    Some(
        view! {
            <Section title="Chart">
                <LineChart
                    span=(from.timestamp(), until.timestamp())
                    series=lines
                    finest=step
                    label=beside
                    moments=moments
                    bands=bands
                    levels=levels
                    gaps=gaps
                    spots=spots
                    words=words
                />
            </Section>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_of_one_day_says_it_once() {
        let said = |first: &str, last: &str| from_day_to_day(first.parse().unwrap(), last.parse().unwrap());
        assert_eq!(said("2026-11-03", "2026-11-03"), "on 3 November 2026");
        assert_eq!(said("2026-11-03", "2026-11-09"), "from 3 November 2026 to 9 November 2026");
    }
}
