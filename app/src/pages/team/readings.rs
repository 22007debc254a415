//! What somebody measured and noted themselves, as their care team sees it.

use super::emergency::EmergencyBand;
use super::targets::plan_page;
use super::weeks::weeks_page;
use super::{id_in, patient_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::pages::readings::bmi::{TITLE, worked_out};
use crate::pages::readings::list::newest;
use crate::pages::readings::measure::{asked, body};
use crate::pages::readings::measure_page;
use crate::pages::readings::one::{rows, said_before};
use crate::pages::readings::photo::beside_it;
use crate::shell::Place;
use crate::ui::{BackLink, Inset, Narrow, PageHeading, SummaryList};
use crate::whose::Whose;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use domain::reading::Measure;
use domain::when::london_day;
use domain::{PersonId, ReadingId};
use leptos::prelude::*;

/// Where it is.
pub(crate) fn readings_page(person: PersonId) -> String {
    format!("{}/readings", patient_page(person))
}

pub(crate) fn not_checked() -> impl IntoView {
    view! {
        <Inset>
            <p>"The person, or somebody who acts for them, measured and wrote this down. Nobody has checked it."</p>
        </Inset>
    }
}

/// The newest of each measure.
pub async fn list(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (id, actor) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let seen = ctx.services().readings.overview(&actor, id).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let (name, today) = (patient.person.display_name, london_day(ctx.services().core.now()));
    ctx.page(Head::new("Readings from home", Place::People), || {
        let whose = Whose::open(Some(name.clone()));
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=patient_page(id) label=format!("Back to {name}") />
            <PageHeading title="Readings from home" lead=name />
            {not_checked()}
            {newest(&seen, &readings_page(id), &whose, today)}
            <p><a href=weeks_page(id)>"Their weeks and diaries"</a></p>
            <p><a href=plan_page(id)>"Targets and rules"</a></p>
        }
    })
    .await
}

/// One measure with its chart.
pub async fn measure(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>, Query(query): Query<Typed>) -> Answer {
    let Ok(Path((id, word))) = path else { return Err(Failure::not_found()) };
    let (Ok(id), Some(measure)) = (id.parse::<PersonId>(), Measure::from_code(&word)) else { return Err(Failure::not_found()) };
    let (actor, asked) = (ctx.staff()?, asked(measure, &query)?);
    let seen = ctx.services().readings.measure(&actor, id, asked).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let (name, today) = (patient.person.display_name, london_day(ctx.services().core.now()));
    ctx.page(Head::new("Readings from home", Place::People).with_island(), || {
        let whose = Whose::open(Some(name.clone()));
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=readings_page(id) label="Back to all readings" />
            <PageHeading title=measure.name() lead=name />
            {not_checked()}
            {body(&seen, asked.span, &readings_page(id), &whose, today)}
            {matches!(measure, Measure::Weight | Measure::Height).then(|| view! { <p><a href=bmi_page(id)>"Their body mass index (BMI)"</a></p> })}
        }
    })
    .await
}

fn bmi_page(person: PersonId) -> String {
    format!("{}/bmi", readings_page(person))
}

/// Their body mass index.
pub async fn bmi(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (id, actor) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let seen = ctx.services().readings.bmi(&actor, id).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let (name, today) = (patient.person.display_name, london_day(ctx.services().core.now()));
    ctx.page(Head::new(TITLE, Place::People), || {
        let whose = Whose::open(Some(name.clone()));
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=readings_page(id) label="Back to all readings" />
            <PageHeading title=TITLE lead=name />
            {not_checked()}
            {worked_out(&seen, &whose, today)}
        }
    })
    .await
}

/// One reading, with its photo.
pub async fn one(ctx: Ctx, path: Result<Path<(String, String, String)>, PathRejection>) -> Answer {
    let Ok(Path((id, word, reading))) = path else { return Err(Failure::not_found()) };
    let (Ok(id), Some(measure), Ok(reading)) = (id.parse::<PersonId>(), Measure::from_code(&word), reading.parse::<ReadingId>())
    else {
        return Err(Failure::not_found());
    };
    let actor = ctx.staff()?;
    let (seen, versions, _) = ctx.services().readings.one(&actor, id, (measure, reading)).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let name = patient.person.display_name;
    ctx.page(Head::new(measure.name(), Place::People), || {
        let (whose, list) = (Whose::open(Some(name.clone())), measure_page(&readings_page(id), measure));
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <Narrow>
                <BackLink href=list.clone() label=format!("Back to {}", measure.name_in_sentence()) />
                <PageHeading title=measure.name() lead=name />
                {not_checked()}
                <SummaryList rows=rows(&seen, &whose) />
                {beside_it(&seen, &format!("{list}/{reading}/photo"), false, &whose)}
                {said_before(&versions, &whose)}
            </Narrow>
        }
    })
    .await
}
