//! What somebody measured for some days in a row, as their care team sees it.

use super::about::needs_box;
use super::emergency::EmergencyBand;
use super::readings::{not_checked, readings_page};
use super::{id_in, patient_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::islands::chart_view::charted;
use crate::pages::weeks::list::{after, lists};
use crate::pages::weeks::one::{result, said, so_far, stands};
use crate::pages::weeks::{days_in_words, table};
use crate::shell::Place;
use crate::ui::{BackLink, PageHeading};
use crate::whose::Whose;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use domain::{PersonId, WeekId};
use leptos::prelude::*;

/// Where they are.
pub(crate) fn weeks_page(person: PersonId) -> String {
    format!("{}/weeks", patient_page(person))
}

/// Every one.
pub async fn list(ctx: Ctx, path: Result<Path<String>, PathRejection>, Query(query): Query<Typed>) -> Answer {
    let (id, actor) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let seen = ctx.services().readings.weeks_after(&actor, id, after(&query)?).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let head = Head::new("Weeks and diaries", Place::People).of(&patient.person);
    let (name, now) = (patient.person.display_name, ctx.services().core.now());
    ctx.page(head, || {
        let whose = Whose::open(Some(name.clone()));
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=readings_page(id) label="Back to all readings" />
            {needs_box(&patient.needs, id)}
            <PageHeading title="Weeks and diaries" whose=name />
            {not_checked()}
            {lists(&seen, &weeks_page(id), &whose, now)}
        }
    })
    .await
}

/// One, with what it came to.
pub async fn one(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    let Ok(Path((id, week))) = path else { return Err(Failure::not_found()) };
    let (Ok(id), Ok(week)) = (id.parse::<PersonId>(), week.parse::<WeekId>()) else { return Err(Failure::not_found()) };
    let actor = ctx.staff()?;
    let seen = ctx.services().readings.week(&actor, id, week).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let (plan, said) = (seen.line.plan, said(&seen));
    let head = Head::new(plan.protocol.title(), Place::People).of(&seen.whose);
    ctx.page(if said.is_some() { head.with_island() } else { head }, || {
        let plan_now = seen.line.runs.then_some(seen.now);
        let body =
            if seen.line.runs { view! { {stands(&seen)} {so_far(&seen)} }.into_any() } else { result(&seen, false).into_any() };
        let inside = view! {
            {body}
            {table(&seen, false, plan_now)}
        };
        let inside = charted(said, inside.into_any());
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=weeks_page(id) label="Back to weeks and diaries" />
            {needs_box(&patient.needs, id)}
            <PageHeading title=plan.protocol.title() whose=seen.name.clone() lead=days_in_words(plan.first, plan.last) />
            {not_checked()}
            {inside}
        }
    })
    .await
}
