//! The diary of somebody's doses, where they share it with their care team.

use super::about::needs_box;
use super::emergency::EmergencyBand;
use super::{id_in, patient_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::Typed;
use crate::pages::medicines::diary::week;
use crate::pages::medicines::today::day_in;
use crate::shell::Place;
use crate::ui::{BackLink, Inset, PageHeading};
use crate::whose::Whose;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use domain::PersonId;
use domain::when::london_day;
use leptos::prelude::*;

/// Where it is.
pub(crate) fn diary_page(person: PersonId) -> String {
    format!("{}/medicine-diary", patient_page(person))
}

/// The week that is named, or this one.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>, Query(query): Query<Typed>) -> Answer {
    let (id, actor) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let diary = ctx.services().medicines.dose_diary_for_team(&actor, id, day_in(&query, "week")).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let head = Head::new("Medicine diary", Place::People).of(&patient.person);
    let (name, today) = (patient.person.display_name, london_day(ctx.services().core.now()));
    ctx.page(head, || {
        let whose = Whose::open(Some(name.clone()));
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=patient_page(id) label=format!("Back to {name}") />
            {needs_box(&patient.needs, id)}
            <PageHeading title="Medicine diary" whose=name />
            <Inset>
                <p>"The person, or somebody who acts for them, notes here what was taken. Nobody has checked it."</p>
            </Inset>
            {week(&diary, &whose, today, &diary_page(id), false)}
        }
    })
    .await
}
