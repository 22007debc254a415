//! The form of a goal.

use super::{GOALS, Part, careful, goal_page, kind_in, set_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::{FormState, Typed};
use crate::pages::appointments::id_in;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Choice, DateInput, ErrorSummary, Form, InputKind, Narrow, PageHeading, Radios, TextArea, TextInput, Width,
};
use chrono::Datelike;
use domain::goal::{Aim, Kind, Runs, State, cautions};
use domain::when::london_day;
use leptos::prelude::*;
use service::GoalSeen;

/// The name of the form.
pub(crate) const FORM: &str = "goal";

/// A new goal.
pub async fn add(ctx: Ctx, path: Part) -> Answer {
    let kind = kind_in(path)?;
    let about = ctx.services().self_care.may_set_goal(&ctx.actor(), ctx.person()?, kind).await?;
    let (form, submission) = (ctx.form(FORM).await?, ctx.submission());
    let runs = Runs { from: london_day(ctx.services().core.now()), by: None };
    ctx.page(Head::form(kind.title(), Place::Health, &form), || {
        // Whatever is wanted, this is to be known before.
        let careful = careful(&cautions(&Aim { kind, start: None, target: None }, runs, about));
        view! {
            <Narrow>
                <BackLink href=format!("{GOALS}/new") label="Back to what it is about" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=kind.title() />
                {careful}
                <Form action=set_page(kind) submission=submission keep=FORM>
                    {fields(kind, &form)}
                    <Button>"Set this goal"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// A goal that is changed.
pub async fn change(ctx: Ctx, path: Part) -> Answer {
    let id = id_in(path)?;
    let page = ctx.services().self_care.goal(&ctx.actor(), ctx.person()?, id).await?;
    let goal = page.goal;
    if !page.may_record || !matches!(goal.state, State::Active | State::Paused) {
        return Err(Failure::not_found());
    }
    let form = ctx.form(FORM).await?;
    let form = if form.has_errors() { form } else { FormState::typed(FORM, typed(&goal)) };
    ctx.page(Head::form("Change this goal", Place::Health, &form), || {
        let here = goal_page(id);
        view! {
            <Narrow>
                <BackLink href=here.clone() label="Back to the goal" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Change this goal" lead="What it said before is kept." />
                <Form action=format!("{here}/change")>
                    <input type="hidden" name="version" value=goal.version.to_string() />
                    {fields(goal.kind, &form)}
                    <Button>"Save the change"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// A goal as it was typed.
fn typed(goal: &GoalSeen) -> Typed {
    let number = |number: Option<_>| number.map(|number| goal.kind.as_typed(number, &goal.unit)).unwrap_or_default();
    let part = |part: fn(&chrono::NaiveDate) -> String| goal.by_on.as_ref().map(part).unwrap_or_default();
    [
        ("words", goal.words.clone()),
        ("start", number(goal.start)),
        ("target", number(goal.target)),
        ("unit", goal.unit.clone()),
        ("by_day", part(|day| day.day().to_string())),
        ("by_month", part(|day| day.month().to_string())),
        ("by_year", part(|day| day.year().to_string())),
        ("why", goal.why.clone()),
        ("first_step", goal.first_step.clone()),
    ]
    .into_iter()
    .map(|(field, value)| (field.to_owned(), value))
    .collect()
}

/// The fields of a goal, for the person and for a care team.
pub(crate) fn fields(kind: Kind, form: &FormState) -> AnyView {
    let (error, value) = (|field: &str| form.error(field), |field: &str| form.value(field));
    let what = if kind.measure().is_none() {
        view! { <TextInput id="words" label="What do you want to do?" hint=kind.example() error=error("words") value=value("words") /> }.into_any()
    } else {
        let units = (kind.units().len() > 1).then(|| {
            let choices = kind.units().iter().map(|unit| Choice::new(unit.ucum, unit.shown)).collect();
            let own = kind.units().first().map_or("", |unit| unit.ucum).to_owned();
            let now = Some(value("unit")).filter(|unit| !unit.is_empty()).unwrap_or(own);
            view! { <Radios id="unit" legend_text="In which unit?" inline=true choices=choices error=error("unit") value=now /> }
        });
        // Stones and pounds are two numbers with a space.
        let input = if units.is_some() { InputKind::Text } else { InputKind::Decimal };
        let hint = if units.is_some() {
            format!("{} Such as 80, or 12 8 for 12 stone 8 pounds", kind.example())
        } else {
            kind.example().to_owned()
        };
        view! {
            {units}
            <TextInput id="target" label="Your goal" hint=hint kind=input width=Width::Ten error=error("target") value=value("target") />
            <TextInput
                id="start"
                label="Where are you now? (if you want)"
                hint="Leave it empty to take it from what is recorded here."
                kind=input
                width=Width::Ten
                error=error("start")
                value=value("start")
            />
        }
        .into_any()
    };
    view! {
        {what}
        <DateInput id="by" legend_text="By when? (if you want)" hint="For example, 31 3 2027" error=error("by") value=form.date("by") />
        <TextArea id="why" label="Why does it matter to you? (if you want)" rows=3 error=error("why") value=value("why") />
        <TextInput
            id="first_step"
            label="What is your first step? (if you want)"
            hint=kind.first_step()
            error=error("first_step")
            value=value("first_step")
        />
    }
    .into_any()
}
