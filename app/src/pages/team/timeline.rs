//! Somebody's record at work in the order of time, and the search in it: as far as it is open to whoever reads.

use super::about::needs_box;
use super::emergency::EmergencyBand;
use super::readings::readings_page;
use super::{id_in, patient_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::record::narrow::{Asked, SearchBox, Wrong};
use crate::pages::record::{search, timeline};
use crate::shell::Place;
use crate::ui::{BackLink, PageHeading, Section};
use crate::whose::Whose;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use domain::PersonId;
use domain::record::Category;
use domain::when::london_day;
use leptos::prelude::*;
use service::Patient;

/// Whom it is about, where any part of their record is open to the reader: what is not open looks like what does not exist.
async fn patient(ctx: &Ctx, person: PersonId) -> Result<(Patient, Whose), Failure> {
    let actor = ctx.staff()?;
    let patient = ctx.services().care_team.patient(&actor, person).await?;
    if patient.opens.is_empty() {
        return Err(Failure::not_found());
    }
    let whose = Whose::at_work(patient.person.display_name.clone(), patient_page(person));
    Ok((patient, whose))
}

/// The timeline, newest first.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let person: PersonId = id_in(path)?;
    let (patient, whose) = patient(&ctx, person).await?;
    let asked = Asked::read(query.as_deref());
    let mut page = ctx.services().records.timeline(&ctx.staff()?, person, asked.narrowing, asked.after).await?;
    let whose = whose.with_marks(std::mem::take(&mut page.marks));
    let now = ctx.services().core.now();
    // The name stays in the browser's history, which others may see.
    let head = Head { has_errors: asked.is_wrong(), ..Head::new("A record in the order of time", Place::People).of(&page.whose) };
    ctx.page(head, || {
        let days = timeline::listed(&asked, page, &whose, now);
        view! {
            <EmergencyBand person until=patient.emergency_until />
            <BackLink href=patient_page(person) label=format!("Back to {}", patient.person.display_name) />
            {needs_box(&patient.needs, person)}
            <Wrong asked=asked.clone() />
            <PageHeading title="Timeline" lead=format!("{}: what you may see, newest first.", patient.person.display_name) />
            <SearchBox whose=whose.clone() narrowing=asked.narrowing />
            {days}
            {beside(&patient, &whose, person)}
        }
    })
    .await
}

/// What is not on the timeline, and where it is.
fn beside(patient: &Patient, whose: &Whose, person: PersonId) -> impl IntoView + use<> {
    let people = patient.opens.contains(&Category::People).then(|| {
        view! { <li><a href=whose.category(Category::People)>"People and places in the record"</a></li> }
    });
    let readings = patient.opens.contains(&Category::Result).then(|| {
        view! { <li><a href=readings_page(person)>"Their readings from home"</a></li> }
    });
    (people.is_some() || readings.is_some()).then(|| {
        view! {
            <div class="sh-screen-only">
                <Section title="Not on this page">
                    <ul>{people}{readings}</ul>
                </Section>
            </div>
        }
    })
}

/// The search.
pub async fn find(ctx: Ctx, path: Result<Path<String>, PathRejection>, RawQuery(query): RawQuery) -> Answer {
    let person: PersonId = id_in(path)?;
    let (patient, whose) = patient(&ctx, person).await?;
    let asked = Asked::read(query.as_deref());
    let mut page = ctx.services().records.search(&ctx.staff()?, person, &search::looked_for(&asked)).await?;
    let whose = whose.with_marks(std::mem::take(&mut page.marks));
    let today = london_day(ctx.services().core.now());
    let head = Head { has_errors: asked.is_wrong(), ..Head::new("Search a record", Place::People).of(&patient.person) };
    ctx.page(head, || {
        let found = search::listed(&asked, page, &whose, today);
        view! {
            <EmergencyBand person until=patient.emergency_until />
            <BackLink href=patient_page(person) label=format!("Back to {}", patient.person.display_name) />
            {needs_box(&patient.needs, person)}
            <Wrong asked=asked.clone() />
            <PageHeading title=format!("Search {} record", whose.in_sentence()) lead="It finds only what you may see." />
            {found}
        }
    })
    .await
}
