//! Who is told of readings, and what came up of them: the same words wherever readings are shown.

use super::nobody_watches;
use super::targets::PLAN;
use crate::pages::appointments::on_lines;
use crate::ui::{Inset, Level, SummaryList, SummaryRow, Warning};
use crate::whose::Whose;
use crate::words;
use chrono::{DateTime, Utc};
use domain::reading::{AlertAct, AlertState, Colour, Meal, Measure, Urgency};
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{AlertSeen, ReadingSeen, RuleFound, RuleTold, TargetSeen, TargetVersion, WatchSeen, Watched, Watcher};

/// "blood pressure, weight and pulse".
pub(crate) fn measures(all: &[Measure]) -> String {
    let names: Vec<String> = all.iter().map(|measure| measure.name_in_sentence()).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// When somebody of a care team looks, and that nobody does at other times.
pub(crate) fn when(one: &Watcher) -> AnyView {
    let now = (!one.now).then(|| view! { " " <strong>"Nobody is looking now."</strong> });
    let hours =
        format!("Somebody there looks on {}, not on bank holidays. At other times nobody is watching.", one.hours.in_words());
    view! { <p>{hours} {now}</p> }.into_any()
}

/// Who is told of readings, of one measure or of any, with the way to what is agreed.
pub(crate) fn watched(watch: &WatchSeen, of: Option<Measure>, whose: &Whose) -> AnyView {
    view! { {who_watches(watch, of)} <p class="sh-screen-only"><a href=PLAN>{format!("{} targets, and who is told", whose.title())}</a></p> }.into_any()
}

/// Who is told of readings, and when they look; with nobody, that nobody watches.
pub(crate) fn who_watches(watch: &WatchSeen, of: Option<Measure>) -> AnyView {
    if watch.by.is_empty() {
        return nobody_watches();
    }
    let each = watch.by.iter().map(|one| {
        let what = match of {
            Some(measure) => format!(" is told when {} is not as agreed.", measure.name_in_sentence()),
            None => format!(" is told when something is not as agreed: {}. Nobody watches the rest.", measures(&one.measures)),
        };
        view! { <p><bdi>{one.organisation.clone()}</bdi> {what}</p> {when(one)} }
    });
    let each = each.collect_view();
    view! {
        <Inset>
            {each}
            <p>
                "Do not wait for them if you are worried. If you feel unwell, call " <a href="tel:111">"111"</a> ". In an emergency, call "
                <a href="tel:999">"999"</a> "."
            </p>
        </Inset>
    }
    .into_any()
}

/// "below 135 over 85, set by Dr Larkspur, Riverside Surgery, on 3 November 2026".
pub(crate) fn target_line(measure: Measure, version: &TargetVersion) -> String {
    let says = version.target.map_or_else(|| "no target any more".to_owned(), |target| target.in_words(measure));
    format!("{says}, set by {}, {}, on {}", version.by, version.organisation, day_in_words(london_day(version.at)))
}

/// Where readings are wanted, a line for each measure.
pub(crate) fn targets(targets: &[TargetSeen]) -> AnyView {
    if targets.is_empty() {
        return view! { <p>"No care team has set a target."</p> }.into_any();
    }
    let row = |one: &TargetSeen| {
        let line = format!("{}. {}", words::sentence(&target_line(one.measure, &one.now)), one.now.why);
        SummaryRow::new(one.measure.name(), view! { <bdi>{line}</bdi> })
    };
    let rows: Vec<SummaryRow> = targets.iter().map(row).collect();
    view! { <SummaryList rows=rows /> }.into_any()
}

/// Where a reading is wanted, and whether it is there.
pub(super) fn about_target(seen: &ReadingSeen, whose: &Whose) -> Option<SummaryRow> {
    let version = seen.watched.target.as_ref()?;
    let target = version.target?;
    let meal = Meal::of(&seen.settings);
    let is = if target.has_meals() && meal.is_none() {
        "Say whether this was on waking, before or after a meal, to see whether it is in it."
    } else if target.holds_at(seen.measure, seen.first, seen.second, meal) {
        "This reading is in it."
    } else {
        "This reading is not in it."
    };
    let line = view! { <bdi>{target_line(seen.measure, version)}</bdi> ". " <strong>{is}</strong> };
    Some(SummaryRow::new(format!("{} target", whose.title()), line))
}

/// What care teams say of a reading: what to do, whom they told, and what came of it. `gravest` is how urgent the general advice is that
/// stands above.
pub(crate) fn came_up(watched: &Watched, gravest: Option<Urgency>) -> AnyView {
    view! { {teams_ask(watched, gravest)} {came_of_it(watched)} }.into_any()
}

/// The same without whom they told and what came of it.
pub(crate) fn teams_ask(watched: &Watched, gravest: Option<Urgency>) -> AnyView {
    watched.found.iter().map(|one| found(one, watched, gravest)).collect_view().into_any()
}

/// Whom care teams told of a reading, and what came of it.
pub(crate) fn came_of_it(watched: &Watched) -> AnyView {
    watched.alerts.iter().map(history).map(|lines| view! { <Inset>{lines}</Inset> }).collect_view().into_any()
}

/// From where a rule was taken, and that it says something else now where it does.
pub(crate) fn made_from(source: &str, is_changed: bool) -> AnyView {
    let how = if is_changed { "Changed from" } else { "Made from" };
    view! { <p class="nhsuk-hint">{format!("{how} {source}.")}</p> }.into_any()
}

fn found(one: &RuleFound, watched: &Watched, gravest: Option<Urgency>) -> AnyView {
    let said = format!("It is {}. They asked to be told when {}.", one.found, one.rule_said);
    let watcher = watched.watch.by.iter().find(|watcher| watcher.organisation == one.organisation);
    // What came of it says when they are told, where it stands there.
    let says_when = watched.alerts.iter().any(|alert| alert.organisation == one.organisation && alert.told_at.is_none());
    let waits = match (one.colour, watcher) {
        (Colour::Red, Some(watcher)) if !watcher.now => {
            format!("Nobody there looks at it now: they look on {}. Do not wait for them.", watcher.hours.in_words())
        }
        (Colour::Red, _) => "Do not wait for them if you feel unwell.".to_owned(),
        (Colour::Amber, _) if one.told == RuleTold::Waits && !says_when => "They are told once a day, in the morning.".to_owned(),
        (Colour::Amber, _) => String::new(),
    };
    let waits = match one.told {
        RuleTold::Not => "They are not told of this one. If you are worried, get in touch with them yourself.".to_owned(),
        RuleTold::Waits | RuleTold::Told => waits,
    };
    let waits = (!waits.is_empty()).then(|| view! { <p>{waits}</p> });
    let source = one.source.map(|source| made_from(source, one.is_changed));
    let is_after = one.colour.is_said_after_999(gravest);
    let is_said = is_after || one.colour.is_said_beside(gravest);
    let about = Some(RuleFound::about(one.of_average, gravest.is_some())).filter(|about| is_said && !about.is_empty());
    let about = about.map(|about| view! { <p>{about}</p> });
    let asks = is_said.then(|| {
        let words = view! { <bdi>{on_lines(&one.words)}</bdi> };
        if is_after { view! { <p>{words}</p> }.into_any() } else { view! { <p><strong>{words}</strong></p> }.into_any() }
    });
    let body = view! {
        {about}
        {asks}
        <p>{said}</p>
        {waits}
        {source}
    };
    let title = match (is_said, is_after) {
        (true, true) => format!("After you called 999: what {} asks you to do", one.organisation),
        (true, false) => format!("What {} asks you to do", one.organisation),
        (false, _) => format!("What {} wanted to know", one.organisation),
    };
    match one.colour {
        // Nothing stands beside the call to 999 that looks as urgent.
        Colour::Red if !is_after => view! { <Warning title=title level=Level::Two>{body}</Warning> }.into_any(),
        Colour::Red | Colour::Amber => view! { <Inset><h2 class="nhsuk-heading-s">{title}</h2> {body}</Inset> }.into_any(),
    }
}

/// Of what a care team was told, and when. What joined something that had come up was not told before it was written down, and what a
/// reading says since it was changed was not told at all.
fn told(alert: &AlertSeen) -> String {
    let Some(at) = alert.told_at else { return " is told of this once a day, in the morning.".to_owned() };
    if alert.reading_since.as_ref().is_some_and(|since| since.changed.is_some()) {
        let at = instant_in_words(told_on(alert, at));
        let found = &alert.found;
        return format!(
            " was told of {found} on {at}, before this reading was changed. They are not told of the change: they see it when they look."
        );
    }
    match alert.colour {
        Colour::Amber if told_on(alert, at) > at => {
            let at = instant_in_words(at);
            format!(" was told on {at} of what came up before this. They were not told of this one, but it stands on their list.")
        }
        Colour::Amber | Colour::Red => format!(" was told of this on {}.", instant_in_words(told_on(alert, at))),
    }
}

/// When a care team that was told that something came up could read of its newest reading.
fn told_on(alert: &AlertSeen, at: DateTime<Utc>) -> DateTime<Utc> {
    alert.reading_then.as_ref().map_or(at, |then| then.known.max(at))
}

/// Who was told of something that came up, who saw it, and what they did.
pub(crate) fn history(alert: &AlertSeen) -> AnyView {
    let told = told(alert);
    let acts = alert.acts.iter().map(|act| {
        let did = match act.act {
            AlertAct::See => "saw it",
            AlertAct::Act => "did something about it",
            AlertAct::Close => "closed it",
        };
        let words = (!act.words.is_empty()).then(|| view! { ": " <q><bdi>{on_lines(&act.words)}</bdi></q> });
        view! { <p><bdi>{act.by.clone()}</bdi> {format!(" {did} on {}", instant_in_words(act.at))} {words}</p> }
    });
    let acts = acts.collect_view();
    let nobody = (alert.state == AlertState::New && alert.told_at.is_some()).then(|| {
        let words = if alert.acts.is_empty() {
            "Nobody has said yet that they saw it."
        } else {
            "More came up since. Nobody has said yet that they saw that."
        };
        view! { <p>{words}</p> }
    });
    view! {
        <p><bdi>{alert.organisation.clone()}</bdi> {told}</p>
        {acts}
        {nobody}
    }
    .into_any()
}
