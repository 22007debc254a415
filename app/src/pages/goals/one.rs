//! One goal: how it goes, what to do next, and what was done with it.

use super::{GOALS, Part, careful, goal_page, how_it_goes, tag};
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::FormState;
use crate::pages::appointments::{id_in, on_lines};
use crate::pages::readings::measure::chart;
use crate::pages::readings::{LIST, add_page, by, measure_page};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Choice, Details, ErrorSummary, Form, Inset, Narrow, PageHeading, Radios, Section,
    SummaryList, SummaryRow, Tag, TextArea,
};
use crate::whose::Whose;
use chrono::NaiveDate;
use domain::goal::{CheckIn, State};
use domain::reading::Span;
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{CommentSeen, GoalEvent, GoalPage, GoalSeen, NotedBy};

/// The name of the form that says how the week went.
pub(crate) const CHECK_IN: &str = "goal-check-in";
/// The name of the forms that do something with it.
pub(crate) const ACT: &str = "goal-act";

/// The page.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let id = id_in(path)?;
    let page = ctx.services().self_care.goal(&ctx.actor(), ctx.person()?, id).await?;
    let (check, act, submission) = (ctx.form(CHECK_IN).await?, ctx.form(ACT).await?, ctx.submission());
    let (whose, today) = (ctx.whose(), london_day(ctx.services().core.now()));
    // What a goal says stays in the browser's history, which others may see.
    ctx.page(Head::form("A goal", Place::Health, &check).of(&page.whose), || {
        let goal = &page.goal;
        let here = goal_page(id);
        let active = goal.state == State::Active;
        let errors = if check.has_errors() { check.errors() } else { act.errors() };
        let said =
            (page.may_record && active && goal.kind.measure().is_none()).then(|| check_in(&here, goal, &check, submission));
        let add = goal.kind.measure().filter(|_| page.may_record && active);
        let add = add
            .map(|measure| view! { <Button href=add_page(measure)>{format!("Record {}", measure.name_in_sentence())}</Button> });
        let acts = page.may_record.then(|| acts(&here, goal));
        let remind = (page.may_record && active).then(|| remind(&here, goal, &whose));
        let (title, lead, state, careful) = (goal.says.clone(), how_it_goes(goal), state(goal), careful(&goal.cautions));
        let (facts, comments, history) = (facts(goal, &whose), comments(&page.comments), history(&page.history, &whose));
        view! {
            <BackLink href=GOALS label="Back to goals" />
            <ErrorSummary errors=errors />
            <Narrow>
                <PageHeading title=title lead=lead />
                {state}
                {careful}
                <div class="sh-screen-only">{said} {add}</div>
            </Narrow>
            {drawn(&page, today)}
            <Narrow>
                {facts}
                {comments}
                <div class="sh-screen-only">{acts} {remind}</div>
                {history}
            </Narrow>
        }
    })
    .await
}

/// Where it stands, and who proposed it.
pub(crate) fn state(goal: &GoalSeen) -> AnyView {
    let tag = tag(goal.state).map(|(label, kind)| view! { <p><Tag label=label kind=kind /></p> });
    let proposed = goal.proposed_by.as_ref().filter(|_| goal.state == State::Proposed);
    let proposed = proposed.map(|(by, at)| {
        let says = format!("{by}, {at}, suggests this goal.");
        view! { <Inset><p>{says}</p></Inset> }
    });
    view! { {tag} {proposed} }.into_any()
}

/// What is recorded, with where the goal is.
pub(crate) fn drawn(page: &GoalPage, today: NaiveDate) -> Option<AnyView> {
    let (measure, drawn, band) = page.chart.as_ref()?;
    drawn.average?;
    let (title, href) = (measure.name(), measure_page(LIST, *measure));
    let all = page.may_record.then(
        || view! { <p class="sh-screen-only"><a href=href>{format!("All readings of {}", measure.name_in_sentence())}</a></p> },
    );
    let picture = chart((*measure, None), drawn, (Span::Month, today), (*band, None));
    Some(view! { <Section title=title>{picture} {all}</Section> }.into_any())
}

/// What it says, line by line.
pub(crate) fn facts(goal: &GoalSeen, whose: &Whose) -> AnyView {
    let mut rows = Vec::new();
    if let Some(start) = goal.start {
        rows.push(SummaryRow::new("Where it began", goal.kind.number_in_words(start, &goal.unit)));
    }
    if let Some(day) = goal.by_on {
        rows.push(SummaryRow::new("By when", day_in_words(day)));
    }
    if !goal.why.is_empty() {
        rows.push(SummaryRow::new("Why it matters", view! { <bdi>{on_lines(&goal.why)}</bdi> }));
    }
    if !goal.first_step.is_empty() {
        rows.push(SummaryRow::new("First step", view! { <bdi>{goal.first_step.clone()}</bdi> }));
    }
    if let Some((how, at)) = goal.check_in {
        rows.push(SummaryRow::new("How it went last", format!("{}, {}", how.title(), day_in_words(london_day(at)))));
    }
    if let Some(who) = goal.reminds {
        let says = if who == NotedBy::You {
            "You get an email once a week".to_owned()
        } else {
            format!("{}, by email once a week", by(who, whose))
        };
        rows.push(SummaryRow::new("Reminder", says));
    }
    if rows.is_empty() { ().into_any() } else { view! { <SummaryList rows=rows /> }.into_any() }
}

/// What care teams wrote to it.
pub(crate) fn comments(all: &[CommentSeen]) -> Option<AnyView> {
    if all.is_empty() {
        return None;
    }
    let each = all.iter().map(|one| {
        let who = format!("{}, {}, {}", one.by, one.organisation, day_in_words(london_day(one.at)));
        let words = on_lines(&one.words);
        view! { <Inset><p><bdi>{words}</bdi></p> <p class="nhsuk-hint">{who}</p></Inset> }
    });
    let each = each.collect_view();
    Some(view! { <Section title="From your care team">{each}</Section> }.into_any())
}

fn check_in(here: &str, goal: &GoalSeen, form: &FormState, submission: String) -> AnyView {
    let choices = CheckIn::ALL.iter().map(|how| Choice::new(how.code(), how.title())).collect();
    let title = if goal.check_in.is_some() { "How is it going?" } else { "How did it go this week?" };
    let (how_error, how, note_error, note) = (form.error("how"), form.value("how"), form.error("note"), form.value("note"));
    let action = format!("{here}/check-in");
    view! {
        <Section title=title>
            <Form action=action submission=submission>
                <Radios id="how" legend_text="This week" choices=choices error=how_error value=how />
                <TextArea id="note" label="A note for yourself (if you want)" rows=2 error=note_error value=note />
                <Button>"Save"</Button>
            </Form>
        </Section>
    }
    .into_any()
}

/// What can be done with it now.
fn acts(here: &str, goal: &GoalSeen) -> AnyView {
    let button = |act: &'static str, words: &'static str, kind: ButtonKind| view! { <Button name="act" value=act kind=kind>{words}</Button> };
    let (version, action) = (goal.version.to_string(), format!("{here}/act"));
    let buttons = match goal.state {
        State::Proposed => view! {
            {button("accept", "Yes, I want this", ButtonKind::Primary)}
            {button("decline", "No, thank you", ButtonKind::Secondary)}
        }
        .into_any(),
        State::Active => view! {
            {button("reach", "I reached it", ButtonKind::Secondary)}
            {button("pause", "Pause it", ButtonKind::Secondary)}
            {button("let-go", "Let it go", ButtonKind::Secondary)}
        }
        .into_any(),
        State::Paused => view! {
            {button("resume", "Go on with it", ButtonKind::Primary)}
            {button("reach", "I reached it", ButtonKind::Secondary)}
            {button("let-go", "Let it go", ButtonKind::Secondary)}
        }
        .into_any(),
        State::Reached | State::LetGo => button("resume", "Take it up again", ButtonKind::Secondary).into_any(),
        State::Declined => return ().into_any(),
    };
    let change = matches!(goal.state, State::Active | State::Paused)
        .then(|| view! { <p class="sh-screen-only"><a href=format!("{here}/change")>"Change what it says"</a></p> });
    view! {
        <Form action=action>
            <input type="hidden" name="version" value=version />
            <ButtonGroup>{buttons}</ButtonGroup>
        </Form>
        {change}
    }
    .into_any()
}

fn remind(here: &str, goal: &GoalSeen, whose: &Whose) -> AnyView {
    let on = goal.reminds.is_none();
    let words = match goal.reminds {
        None => "We write only if you ask for it. The email says nothing of what your goal is.".to_owned(),
        Some(NotedBy::You) => "You get an email once a week, on the day on which you asked for it.".to_owned(),
        Some(who) => format!("{} gets an email once a week. If you stop it, nobody does.", by(who, whose)),
    };
    let (button, value) = if on { ("Remind me once a week", "yes") } else { ("Stop the reminder", "no") };
    let (action, version) = (format!("{here}/remind"), goal.version.to_string());
    view! {
        <Details summary="A reminder by email">
            <p>{words}</p>
            <Form action=action>
                <input type="hidden" name="version" value=version />
                <Button kind=ButtonKind::Secondary name="on" value=value>{button}</Button>
            </Form>
        </Details>
    }
    .into_any()
}

/// Everything that was done with it, the newest first.
pub(crate) fn history(all: &[GoalEvent], whose: &Whose) -> AnyView {
    let lines = all.iter().map(|one| {
        let note = (!one.note.is_empty()).then(|| view! { " “" <bdi>{on_lines(&one.note)}</bdi> "”" });
        view! { <li>{line(one, whose)} {note}</li> }
    });
    let lines = lines.collect_view();
    view! { <Details summary="Everything that was done with it"><ul class="nhsuk-list">{lines}</ul></Details> }.into_any()
}

/// "3 November 2026 at 10:40am: You set it: Walk 8000 steps a day.".
fn line(one: &GoalEvent, whose: &Whose) -> String {
    let who = match (&one.member, one.by) {
        (Some((name, at)), _) => format!("{name}, {at},"),
        (None, Some(who)) => by(who, whose),
        (None, None) => "Somebody".to_owned(),
    };
    let did = match one.what.as_str() {
        "set" => format!("set it: {}", one.said),
        "changed" => format!("changed it to: {}", one.said),
        "proposed" => format!("suggested it: {}", one.said),
        "accept" => "said yes to it".to_owned(),
        "decline" => "said no to it".to_owned(),
        "pause" => "paused it".to_owned(),
        "resume" => "went on with it".to_owned(),
        "reach" => "reached it".to_owned(),
        "let-go" => "let it go".to_owned(),
        "reminders-on" => "asked for a reminder once a week".to_owned(),
        "reminders-off" => "stopped the reminder".to_owned(),
        "comment" => "wrote".to_owned(),
        _ => format!("said how it went: {}", CheckIn::from_code(&one.said).map_or("", CheckIn::title)),
    };
    format!("{}: {who} {did}.", instant_in_words(one.at))
}
