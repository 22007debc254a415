//! What of the waiting work came up of somebody's readings.

use super::readings::readings_page;
use super::targets::plan_page;
use super::{patient_page, work_page};
use crate::ctx::{Ctx, Failure};
use crate::forms::FormState;
use crate::pages::appointments::on_lines;
use crate::pages::readings::list::below;
use crate::pages::readings::measure;
use crate::pages::readings::watch::{history, target_line};
use crate::ui::{Button, Choice, EntryList, EntryRow, Form, Radios, Section, SummaryList, SummaryRow, TextArea};
use crate::whose::Whose;
use crate::words::{self, sentence};
use chrono::NaiveDate;
use domain::ReadingAlertId;
use domain::reading::{Advice, AlertAct, AlertState, Measure, Span};
use domain::team::StaffRole;
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{AlertPage, AlertSeen, DigestSeen, NewerSeen, ReadingSeen, ReadingSince, RuleSince, ServiceError, WorkItem};

/// The closing words that most need, for a clinician to change.
const LOOKED: &str = "We looked at these readings. Nothing needs to change.";

/// What whoever does not read readings, or no longer may, sees instead.
fn closed(role: StaffRole) -> AnyView {
    let words = if role == StaffRole::Clinician {
        "This is not open to you any more: the person is not looked after here now, or does not share it."
    } else {
        "Clinicians see what it says, and close it. You can give it to one of them."
    };
    view! { <p>{words}</p> }.into_any()
}

/// How many readings stand there; the others are one step further.
const LISTED: usize = 5;

/// Something red, its trend, and what to do with it; and the readings, to stand below all that can be done.
pub(super) async fn alert(ctx: &Ctx, item: &WorkItem, form: &FormState) -> Result<(AnyView, Option<AnyView>), Failure> {
    let role = ctx.team()?.role;
    if role != StaffRole::Clinician {
        return Ok((closed(role), None));
    }
    let id = ReadingAlertId::from_uuid(item.about);
    let page = match ctx.services().readings.alert(&ctx.staff()?, item.person, id).await {
        Ok(page) => page,
        Err(ServiceError::NotFound) => return Ok((closed(role), None)),
        Err(other) => return Err(Failure(other)),
    };
    let today = london_day(ctx.services().core.now());
    let AlertPage { alert, mut trend, newer: since, told, worst } = page;
    let newer = newer(&since, today);
    trend.readings.truncate(LISTED);
    trend.more = None;
    let all = format!("{}/{}", readings_page(item.person), alert.measure.code());
    let found = SummaryRow::new(alert.measure.clinical_name(), view! { <strong>{alert.found.clone()}</strong> });
    let mut rows = worst.as_ref().map_or_else(|| vec![found], worst_of);
    if let Some(then) = &alert.reading_then {
        let number = worst.as_ref().map(|_| format!("{}. ", alert.found)).unwrap_or_default();
        let taken = format!("{number}Taken {}", instant_in_words(then.taken_at));
        rows.push(SummaryRow::new("The newest reading that raised it", taken));
        rows.extend(Some(sentence(&then.how)).filter(|how| !how.is_empty()).map(|how| SummaryRow::new("Told with it", how)));
        let told_of_worst = worst.as_ref().map(|worst| worst.advice);
        rows.extend(Some(told_them(told)).filter(|_| told_of_worst != Some(told)));
    }
    let reading_now = alert.reading_since.as_ref().map(reading_now);
    rows.extend(reading_now.map(|now| SummaryRow::new("What became of that reading", view! { <strong>{now}</strong> })));
    rows.extend(newer.map(|newer| SummaryRow::new("Readings after that", newer)));
    rows.extend([
        SummaryRow::new("You wanted to know", format!("When {}", alert.rule_said)),
        SummaryRow::new("First came up", instant_in_words(alert.raised_at)),
    ]);
    // Whether they have read it is not known: it stands on the page of the reading as long as that and the rule are what they were.
    let asked = (!alert.words.trim().is_empty()).then(|| view! { <bdi>{on_lines(&alert.words)}</bdi> });
    rows.push(match asked {
        Some(words) => SummaryRow::new("What the rule asks of them", words),
        None => SummaryRow::new("What the rule asks of them", "Nothing"),
    });
    rows.extend(rule_now(&alert).map(|now| SummaryRow::new("The rule now", now)));
    let made = if alert.is_changed { "Changed from" } else { "Made from" };
    rows.extend(alert.source.map(|source| SummaryRow::new(made, source)));
    rows.extend(trend.target.as_ref().map(|target| SummaryRow::new("Their target", target_line(alert.measure, target))));
    let whose = Whose::open(Some(item.person_name.clone()));
    let acts = (alert.state != AlertState::Closed && item.done.is_none()).then(|| acts(item, alert.state, alert.version, form));
    let (history, others) = (history(&alert), format!("All their readings: {}", alert.measure.clinical_name()));
    let called: fn(Measure) -> &'static str = Measure::clinical_name;
    let picture = measure::picture(&trend, Span::Month, (&whose, called), today);
    let readings =
        (!trend.readings.is_empty()).then(|| measure::told(&trend, Span::Month, &readings_page(item.person), called, today));
    let facts = view! {
        <Section title="What came up">
            <SummaryList rows=rows />
            {history}
        </Section>
        <Section title="The last four weeks">{picture}</Section>
        {acts}
    };
    let below = view! {
        {readings}
        <p class="sh-screen-only"><a href=all>{others}</a></p>
        <p class="sh-screen-only"><a href=plan_page(item.person)>"Their targets and rules"</a></p>
        <p class="sh-screen-only"><a href=patient_page(item.person)>"Everything else about them"</a></p>
    };
    Ok((facts.into_any(), Some(below.into_any())))
}

/// What public guidance told the person on the page of a reading, or that it told nothing.
fn told_them(told: Option<&'static Advice>) -> SummaryRow {
    let title = told.map_or("Nothing to do at once", |advice| advice.title);
    SummaryRow::new("What the page told them", view! { <strong>{title}</strong> })
}

/// The worst reading that raised it, where that is not the newest: it is told first.
fn worst_of(worst: &ReadingSeen) -> Vec<SummaryRow> {
    let mut rows = vec![
        SummaryRow::new(worst.measure.clinical_name(), view! { <strong>{worst.in_words()}</strong> }),
        SummaryRow::new("The worst reading that raised it", format!("Taken {}", instant_in_words(worst.taken_at))),
    ];
    rows.extend(below(worst).map(|how| SummaryRow::new("Told with it", view! { <bdi>{how}</bdi> })));
    rows.push(told_them(worst.advice));
    rows
}

/// What was taken since, the newest first, each with how it was taken; nothing where nothing was.
fn newer(since: &NewerSeen, today: NaiveDate) -> Option<AnyView> {
    let lines = since.readings.iter().map(|one| {
        let how = Some(sentence(&one.measure.taken_in_words(&one.settings))).filter(|how| !how.is_empty());
        let how = how.map(|how| format!(". {how}")).unwrap_or_default();
        let line = format!(", {}{how}", words::in_sentence(&words::day_and_clock(one.taken_at, today)));
        view! { <li><strong>{one.in_words()}</strong> {line}</li> }
    });
    let lines = lines.collect_view();
    let more = taken_before(since.more, since.beyond).map(|more| view! { <li>{more}</li> });
    (!since.readings.is_empty()).then(|| view! { <ul class="nhsuk-list">{lines} {more}</ul> }.into_any())
}

/// How many more there are than are listed; of very many no number that was not counted.
fn taken_before(more: usize, beyond: bool) -> Option<String> {
    let many = words::grouped(u64::try_from(more).unwrap_or_default());
    match (more, beyond) {
        (0, _) => None,
        (_, true) => Some(format!("There are more than {many} more, which were taken before these.")),
        (1, _) => Some("There is 1 more, which was taken before these.".to_owned()),
        _ => Some(format!("There are {many} more, which were taken before these.")),
    }
}

/// What became of the newest reading since: what came up stands with the number as it was then.
fn reading_now(since: &ReadingSince) -> String {
    let changed = since.changed.as_ref().map(|(value, at)| format!("changed to {value} on {}", instant_in_words(*at)));
    let removed = since.removed_at.map(|at| format!("removed on {}", instant_in_words(at)));
    let both: Vec<String> = changed.into_iter().chain(removed).collect();
    format!("It was {}, after this came up.", both.join(", and "))
}

/// What became of the rule since: what came up stands under the rule as it was then.
fn rule_now(alert: &AlertSeen) -> Option<AnyView> {
    let now = match alert.since.as_ref()? {
        RuleSince::Ended => view! { <p>"It ended after this came up."</p> }.into_any(),
        RuleSince::Changed { said, colour, words, at } => {
            let on = day_in_words(london_day(*at));
            let changed = format!("It was changed on {on}, after this came up. Now: when {said}. {}.", colour.title());
            let words = (*words != alert.words).then(|| view! { <p>"It asks of them now: " <bdi>{on_lines(words)}</bdi></p> });
            view! { <p>{changed}</p> {words} }.into_any()
        }
    };
    Some(now)
}

fn acts(item: &WorkItem, state: AlertState, version: i32, form: &FormState) -> AnyView {
    let mut ways = Vec::new();
    if state == AlertState::New {
        ways.push(Choice::new(AlertAct::See.code(), "I have seen it").hint("The person reads that you saw it"));
    }
    ways.push(Choice::new(AlertAct::Act.code(), "I did something about it").hint("Write below what, for the person"));
    ways.push(Choice::new(AlertAct::Close.code(), "Close it").hint("What is recorded from then on is a new thing"));
    let (wrong, value) = (form.error("act"), form.value("act"));
    let (wrong_words, words, action) = (form.error("words"), form.value("words"), format!("{}/alert", work_page(item.id)));
    view! {
        <Section title="What to do">
            <Form action=action>
                <input type="hidden" name="version" value=version.to_string() />
                <Radios id="act" legend_text="What do you want to do?" choices=ways error=wrong value=value />
                <TextArea
                    id="words"
                    label="To the person"
                    hint="They read it as you write it, with your name."
                    rows=3
                    error=wrong_words
                    value=words
                />
                <Button>"Do this"</Button>
            </Form>
        </Section>
    }
    .into_any()
}

/// Everything amber since the day before, and closing it.
pub(super) async fn digest(ctx: &Ctx, item: &WorkItem, form: &FormState) -> Result<AnyView, Failure> {
    let role = ctx.team()?.role;
    if role != StaffRole::Clinician {
        return Ok(closed(role));
    }
    let all = match ctx.services().readings.digest(&ctx.staff()?, item.person).await {
        Ok(all) => all,
        Err(ServiceError::NotFound) => return Ok(closed(role)),
        Err(other) => return Err(Failure(other)),
    };
    let today = london_day(ctx.services().core.now());
    let after = after(&all, today);
    let rows = all.iter().map(|DigestSeen { alert: one, .. }| {
        let source = one.source.map(|source| format!("{}{source}", if one.is_changed { "Changed from " } else { "" }));
        let since = match one.since {
            Some(RuleSince::Changed { .. }) => ". The rule was changed after this came up",
            Some(RuleSince::Ended) => ". The rule ended after this came up",
            None => "",
        };
        let reading = one.reading_since.as_ref().map(|since| format!(". {}", reading_now(since).trim_end_matches('.')));
        let reading = reading.unwrap_or_default();
        let then = one.reading_then.as_ref();
        let how = then.map(|then| sentence(&then.how)).filter(|how| !how.is_empty()).map(|how| format!("{how}. "));
        let (how, at) = (how.unwrap_or_default(), then.map_or(one.raised_at, |then| then.taken_at));
        view! {
            <EntryRow
                title=format!("{}: {}", one.measure.clinical_name(), one.found)
                href=format!("{}/{}", readings_page(item.person), one.measure.code())
                date=words::day_and_clock(at, today)
                datetime=at.to_rfc3339()
                text=format!("{how}You wanted to know when {}{since}{reading}", one.rule_said)
                source=source
            />
        }
    });
    let rows = rows.collect_view();
    let seen: Vec<String> = all.iter().map(|one| format!("{}:{}", one.alert.id, one.alert.version)).collect();
    let close = (!all.is_empty() && item.done.is_none()).then(|| {
        let value = if form.has_errors() { form.value("words") } else { LOOKED.to_owned() };
        let (wrong, seen, action) = (form.error("words"), seen.join(" "), format!("{}/digest", work_page(item.id)));
        view! {
            <Section title="What to do">
                <Form action=action>
                    <input type="hidden" name="seen" value=seen />
                    <TextArea
                        id="words"
                        label="To the person"
                        hint="They read it as you write it, with your name."
                        rows=3
                        error=wrong
                        value=value
                    />
                    <Button>"Close all of these"</Button>
                </Form>
            </Section>
        }
    });
    let (patient, name) = (patient_page(item.person), item.person_name.clone());
    let none = all.is_empty().then(|| view! { <p>"All of it is closed."</p> });
    Ok(view! {
        <Section title="What came up">
            <p><a href=patient><bdi>{name}</bdi></a></p>
            <EntryList>{rows}</EntryList>
            {none}
        </Section>
        {after}
        {close}
    }
    .into_any())
}

/// What was measured after each of these, where anything was: who closes them reads it first.
fn after(all: &[DigestSeen], today: NaiveDate) -> Option<AnyView> {
    let row = |one: &DigestSeen| {
        let what = format!("{}: {}", one.alert.measure.clinical_name(), one.alert.found);
        newer(&one.newer, today).map(|newer| SummaryRow::new(what, newer))
    };
    let rows: Vec<SummaryRow> = all.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| view! { <Section title="Readings after these"><SummaryList rows=rows /></Section> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_no_number_is_told_that_was_not_counted() {
        assert_eq!(taken_before(0, false), None);
        assert_eq!(taken_before(1, false).as_deref(), Some("There is 1 more, which was taken before these."));
        assert_eq!(taken_before(1000, false).as_deref(), Some("There are 1,000 more, which were taken before these."));
        assert_eq!(taken_before(1000, true).as_deref(), Some("There are more than 1,000 more, which were taken before these."));
    }
}
