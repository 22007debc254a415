//! Somebody's goals, as their care team sees them; proposing one, and writing to one.

use super::about::needs_box;
use super::emergency::EmergencyBand;
use super::learn::learn_page;
use super::{id_in, patient_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::goals::list::row;
use crate::pages::goals::one::{comments, drawn, facts, history, state};
use crate::pages::goals::set::fields;
use crate::pages::goals::{as_told, careful};
use crate::pages::team::readings::not_checked;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Card, CardGroup, EmptyState, EntryList, ErrorSummary, Form, IconName, Level, Narrow,
    PageHeading, Section, TextArea,
};
use crate::whose::Whose;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::goal::Kind;
use domain::when::london_day;
use domain::{GoalId, PersonId};
use leptos::prelude::*;

/// The name of the form that proposes one.
pub(crate) const PROPOSE: &str = "goal-propose";
/// The name of the form that writes to one.
pub(crate) const COMMENT: &str = "goal-comment";

/// Where those of a person are.
pub(crate) fn goals_page(person: PersonId) -> String {
    format!("{}/goals", patient_page(person))
}

/// Where one is.
pub(crate) fn team_goal_page(person: PersonId, goal: GoalId) -> String {
    format!("{}/{goal}", goals_page(person))
}

/// Where one of this kind is proposed.
pub(crate) fn propose_page(person: PersonId, kind: &str) -> String {
    format!("{}/propose/{kind}", goals_page(person))
}

/// All of them.
pub async fn list(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (id, actor) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let seen = ctx.services().self_care.goals(&actor, id).await?;
    let needs = ctx.services().profile.beside(&actor, id).await?;
    ctx.page(Head::new("Goals", Place::People).of(&seen.whose), || {
        let rows: Vec<_> = seen.goals.iter().map(|goal| row(goal, team_goal_page(id, goal.id), as_told(goal))).collect();
        let rows = if rows.is_empty() {
            view! {
                <EmptyState title="No goal yet" icon=IconName::Heart>
                    <p>"Goals that this person sets stand here, as far as they share them."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! { <EntryList>{rows}</EntryList> }.into_any()
        };
        // Nobody is written to by whoever saw them in an emergency only.
        let propose = seen.emergency_until.is_none().then(|| {
            let cards = seen
                .kinds
                .iter()
                .map(|kind| view! { <Card title=kind.title() href=propose_page(id, kind.code()) level=Level::Three /> });
            let cards = cards.collect_view();
            view! { <Section title="Suggest a goal"><p>"They say yes or no to it."</p> <CardGroup>{cards}</CardGroup></Section> }
        });
        view! {
            <EmergencyBand person=id until=seen.emergency_until />
            <BackLink href=patient_page(id) label=format!("Back to {}", seen.person_name) />
            {needs_box(&needs, id)}
            <PageHeading title="Goals" whose=seen.person_name.clone() />
            {not_checked()}
            {rows}
            <div class="sh-screen-only">
                {propose}
                <p><a href=learn_page(id)>"What they are given to read"</a></p>
            </div>
        }
    })
    .await
}

/// One of them.
pub async fn one(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    let Ok(Path((id, goal))) = path else { return Err(Failure::not_found()) };
    let (Ok(id), Ok(goal)) = (id.parse::<PersonId>(), goal.parse::<GoalId>()) else { return Err(Failure::not_found()) };
    let actor = ctx.staff()?;
    let page = ctx.services().self_care.goal(&actor, id, goal).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let (form, submission) = (ctx.form(COMMENT).await?, ctx.submission());
    let today = london_day(ctx.services().core.now());
    ctx.page(Head::form("A goal", Place::People, &form).of(&page.whose), || {
        let whose = Whose::open(Some(patient.person.display_name.clone()));
        let write = patient.emergency_until.is_none().then(|| {
            let (error, value) = (form.error("note"), form.value("note"));
            view! {
                <Section title="Write to it">
                    <Form action=format!("{}/comment", team_goal_page(id, goal)) submission=submission>
                        <TextArea
                            id="note"
                            label="Your words"
                            hint="The person reads them with this goal. Nobody is mailed, and nobody watches for an answer."
                            rows=3
                            error=error
                            value=value
                        />
                        <Button kind=ButtonKind::Secondary>"Save"</Button>
                    </Form>
                </Section>
            }
        });
        let (goal, caption) = (&page.goal, patient.person.display_name.clone());
        let (title, lead, state, careful) = (goal.says.clone(), as_told(goal), state(goal), careful(&goal.cautions));
        let (facts, comments, history) = (facts(goal, &whose), comments(&page.comments), history(&page.history, &whose));
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=goals_page(id) label="Back to all goals" />
            <ErrorSummary errors=form.errors() />
            <Narrow>
                {needs_box(&patient.needs, id)}
                <PageHeading title=title caption=caption lead=lead />
                {state}
                {careful}
            </Narrow>
            {drawn(&page, today)}
            <Narrow>
                {facts}
                {comments}
                <div class="sh-screen-only">{write}</div>
                {history}
            </Narrow>
        }
    })
    .await
}

/// The form that proposes one.
pub async fn propose(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    let Ok(Path((id, kind))) = path else { return Err(Failure::not_found()) };
    let (Ok(id), Some(kind)) = (id.parse::<PersonId>(), Kind::from_code(&kind)) else { return Err(Failure::not_found()) };
    let patient = ctx.services().care_team.patient(&ctx.staff()?, id).await?;
    let reads = patient.opens.contains(&domain::record::Category::Result);
    if !reads || patient.emergency_until.is_some() {
        return Err(Failure::not_found());
    }
    let (form, submission) = (ctx.form(PROPOSE).await?, ctx.submission());
    ctx.page(Head::form("Suggest a goal", Place::People, &form), || {
        let action = propose_page(id, kind.code());
        view! {
            <Narrow>
                <BackLink href=goals_page(id) label="Back to all goals" />
                <ErrorSummary errors=form.errors() />
                {needs_box(&patient.needs, id)}
                <PageHeading
                    title="Suggest a goal"
                    caption=patient.person.display_name.clone()
                    lead=format!("{}. Fill it in as they would say it themselves.", kind.title())
                />
                <Form action=action submission=submission>
                    {fields(kind, &form)}
                    <Button>"Suggest it"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}
