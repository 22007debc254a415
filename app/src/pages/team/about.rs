//! What somebody says about themselves, as a care team reads it: what they need, how to reach them, whom to tell, and their notes.

use super::{id_in, identity_line, patient_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::pages::account::details::{about_rows, contact_rows, people_rows};
use crate::pages::account::needs::rows;
use crate::pages::record::notes::one;
use crate::shell::Place;
use crate::ui::{BackLink, EmptyState, IconName, Level, NeedsBox, PageHeading, Section, SummaryList};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::PersonId;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::TeamNeeds;

/// Where it is.
pub(crate) fn about_page(person: PersonId) -> String {
    format!("{}/about", patient_page(person))
}

/// Where the notes are that somebody wrote themselves.
pub(crate) fn notes_page(person: PersonId) -> String {
    format!("{}/notes", patient_page(person))
}

/// What stands above the name of somebody on every page of a care team about them; nothing where they need nothing, or did not say.
pub(crate) fn needs_box(needs: &TeamNeeds, person: PersonId) -> Option<AnyView> {
    let own = needs.person.as_ref().map(|(needs, _)| {
        let said = needs.in_short();
        match (said.is_empty(), needs.own_words.is_empty()) {
            (_, true) => said,
            (true, false) => format!("In their own words: {}", needs.own_words),
            (false, false) => format!("{said} In their own words: {}", needs.own_words),
        }
    });
    let carers = needs.carers.iter().map(|one| {
        let said = one.needs.in_short();
        let said = if said.is_empty() { one.needs.own_words.clone() } else { said };
        format!("{}, {}: {said}", one.name, one.relation)
    });
    let left = needs.person.as_ref().and_then(|(needs, _)| needs.left_to_people());
    let lines: Vec<String> = own.into_iter().filter(|line| !line.is_empty()).chain(left).chain(carers).collect();
    (!lines.is_empty())
        .then(|| view! { <NeedsBox lines=lines href=about_page(person) label="All that they say they need" /> }.into_any())
}

/// All of it.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: PersonId = id_in(path)?;
    let actor = ctx.staff()?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let details = ctx.services().profile.details(&actor, id).await?;
    ctx.page(Head::new("What somebody says about themselves", Place::People).of(&patient.person), || {
        let said = match patient.needs.person.as_ref() {
            None => view! { <p>"They have not said what they need. Ask them, and tell them that they can say it here."</p> }.into_any(),
            Some((needs, at)) => {
                let (rows, day) = (rows(needs, false), day_in_words(london_day(*at)));
                let list = match rows.is_empty() {
                    true => view! { <p>"They say that they need nothing in particular."</p> }.into_any(),
                    false => view! { <SummaryList rows=rows /> }.into_any(),
                };
                view! { {list} <p>{format!("They said so on {day}.")}</p> }.into_any()
            }
        };
        let carers = patient
            .needs
            .carers
            .iter()
            .map(|one| {
                let rows = rows(&one.needs, false);
                view! {
                    <Section title=format!("What {} needs ({})", one.name, one.relation)>
                        <SummaryList rows=rows />
                    </Section>
                }
            })
            .collect_view();
        let now = &details.now;
        let kept = match now.saved {
            Some((_, at)) => format!("They wrote this themselves, or somebody who acts for them, last on {}. Nobody has checked it.", day_in_words(london_day(at))),
            None => "They have written nothing here.".to_owned(),
        };
        let lists = now.saved.is_some().then(|| {
            view! {
                <SummaryList rows=contact_rows(&now.contact) />
                <h3>"Whom to tell"</h3>
                <SummaryList rows=people_rows(&now.people) />
                <h3>"Ethnic background and language"</h3>
                <SummaryList rows=about_rows(now) />
            }
        });
        view! {
            <BackLink href=patient_page(id) label="Back to this person" />
            {needs_box(&patient.needs, id)}
            <PageHeading title="What they say about themselves" whose=format!("{}. {}", patient.person.display_name, identity_line(&patient.person)) />
            <Section title="What they need">{said}</Section>
            {carers}
            <Section title="How to contact them, as they say">
                <p>{kept}</p>
                {lists}
            </Section>
        }
    })
    .await
}

/// The notes that they wrote themselves and let others read.
pub async fn notes(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: PersonId = id_in(path)?;
    let actor = ctx.staff()?;
    let seen = ctx.services().profile.notes(&actor, id).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    ctx.page(Head::new("Notes of a person\u{2019}s own", Place::People).of(&patient.person), || {
        let name = patient.person.display_name.clone();
        let body = match seen.notes.is_empty() {
            true => view! {
                <EmptyState title="No notes that you can read" icon=IconName::Pen>
                    <p>"They may have some that they keep to themselves."</p>
                </EmptyState>
            }
            .into_any(),
            false => {
                let shown = seen.notes.into_iter().map(|note| {
                    let entry = note.about.as_ref().map(|(entry, _)| format!("{}/entries/{entry}", patient_page(id)));
                    one(note, &name, (None, entry), Level::Two)
                });
                shown.collect_view().into_any()
            }
        };
        view! {
            <BackLink href=patient_page(id) label="Back to this person" />
            {needs_box(&patient.needs, id)}
            <PageHeading
                title="Notes of their own"
                lead=format!("{}. The person wrote these, no service did. Nobody has checked them.", patient.person.display_name)
            />
            {body}
        }
    })
    .await
}
