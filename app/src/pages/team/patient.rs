//! Somebody who was found: who they are, and what of their record is open to the reader.

use super::about::{about_page, needs_box, notes_page};
use super::diary::desk::{book_page, list_page};
use super::emergency::EmergencyBand;
use super::goals::goals_page;
use super::learn::learn_page;
use super::medicine_diary::diary_page;
use super::questionnaires::list_page as questionnaires_page;
use super::readings::readings_page;
use super::{id_in, identity_line, level, patient_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::pages::as_on_paper;
use crate::pages::record::narrow::SearchBox;
use crate::pages::record::overview::{how_much, in_short};
use crate::pages::record::{Says, icon, row_of};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Card, CardGroup, EntryList, Form, Level, PageHeading, Section, SummaryList,
    SummaryRow,
};
use crate::whose::Whose;
use crate::words;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::team::StaffRole;
use leptos::prelude::*;
use service::{EntryLine, Overview};

/// Who they are, what may be done for them, and their record as far as it is open.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = id_in(path)?;
    let actor = ctx.staff()?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let overview = match patient.opens.is_empty() {
        true => None,
        false => Some(ctx.services().records.overview_with_allergies(&actor, id).await?),
    };
    let role = ctx.team()?.role;
    // The name stays in the browser's history, which others may see.
    ctx.page(Head::new("A person", Place::People).named(&patient.person), || {
        let here = patient_page(id);
        let (identity, ask) = (format!("{here}/identity"), format!("{here}/identity/ask"));
        let account = match patient.accounts.as_slice() {
            [] => "Has no account that opens this record".to_owned(),
            [only] => level(*only).to_owned(),
            several => format!("{} accounts open this record", several.len()),
        };
        let summary = match patient.summary {
            _ if patient.no_summary => "They want no summary at all",
            Some(true) => "Yes, they want it",
            Some(false) => "No, they refuse it",
            None => "They have not chosen here. The NHS keeps it unless they said no elsewhere",
        };
        let needs = needs_box(&patient.needs, id);
        let about = (role != StaffRole::PrivacyOfficer).then(|| view! { <p class="sh-screen-only"><a href=about_page(id)>"What they say about themselves: needs, contact, whom to tell"</a></p> });
        let checks = patient.may_check.then(|| {
            view! {
                <ButtonGroup>
                    <Button href=identity kind=ButtonKind::Secondary>"Check who they are"</Button>
                </ButtonGroup>
                <Form action=ask>
                    <Button kind=ButtonKind::Secondary>"Put a check on the work list"</Button>
                </Form>
            }
        });
        // Nobody books for whom they see in an emergency only.
        let known = patient.may_check || patient.emergency_until.is_none();
        let books = (known && role != StaffRole::PrivacyOfficer).then(|| {
            view! {
                <ButtonGroup>
                    <Button href=book_page(id) kind=ButtonKind::Secondary>"Book an appointment"</Button>
                    <a class="sh-screen-only" href=list_page(id)>"Their appointments here"</a>
                </ButtonGroup>
            }
        });
        let record = match overview {
            Some((overview, allergies, marks)) => {
                let medicines = patient.opens.contains(&domain::record::Category::Medicine);
                let readings = patient.opens.contains(&domain::record::Category::Result);
                let readings = readings.then(|| view! { <p class="sh-screen-only"><a href=readings_page(id)>"Their readings from home"</a></p> });
                let questions = patient.opens.contains(&domain::record::Category::Result);
                let questions = questions.then(|| view! { <p class="sh-screen-only"><a href=questionnaires_page(id)>"Their questionnaires"</a></p> });
                let self_care = patient.opens.contains(&domain::record::Category::Result).then(|| {
                    view! {
                        <p class="sh-screen-only"><a href=goals_page(id)>"Their goals"</a></p>
                        <p class="sh-screen-only"><a href=learn_page(id)>"What they are given to read"</a></p>
                    }
                });
                let notes = patient.opens.contains(&domain::record::Category::Care);
                let notes = notes.then(|| view! { <p class="sh-screen-only"><a href=notes_page(id)>"Notes of their own"</a></p> });
                let diary = medicines.then(|| view! { <p class="sh-screen-only"><a href=diary_page(id)>"Their medicine diary, if they share it"</a></p> });
                view! {
                    {allergic(allergies, &Whose::at_work(patient.person.display_name.clone(), here.clone()).marked(marks.reported))}
                    <Record overview opens=patient.opens whose=Whose::at_work(patient.person.display_name.clone(), here.clone()) />
                    {readings}
                    {questions}
                    {self_care}
                    {diary}
                    {notes}
                }
                .into_any()
            }
            None => {
                let words = format!("Your role ({}) opens no part of anybody\u{2019}s record.", words::in_sentence(role.title()));
                view! { <Section title="Their record"><p>{words}</p></Section> }.into_any()
            }
        };
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href="/team/people" label="Back to finding somebody" />
            {needs}
            <PageHeading title=patient.person.display_name.clone() lead=identity_line(&patient.person) />
            {as_on_paper()}
            <SummaryList rows=vec![SummaryRow::new("Sign-in", account), SummaryRow::new("Fuller summary for urgent care", summary)] />
            {about}
            {books}
            {checks}
            {record}
        }
    })
    .await
}

/// What they are allergic to, by name, above everything else of their record; nothing where nothing is recorded, which its card says.
fn allergic(allergies: Vec<EntryLine>, whose: &Whose) -> Option<AnyView> {
    if allergies.is_empty() {
        return None;
    }
    let date = allergies.iter().any(|line| words::date_of(line).is_some());
    let rows = allergies.into_iter().map(|line| row_of(line, Says { kind: true, date }, whose)).collect_view();
    Some(view! { <Section title="Allergies"><EntryList>{rows}</EntryList></Section> }.into_any())
}

#[component]
fn Record(overview: Overview, opens: Vec<domain::record::Category>, whose: Whose) -> impl IntoView {
    let cards = overview
        .counts
        .into_iter()
        .filter(|count| opens.contains(&count.category))
        .map(|count| {
            view! {
                <Card
                    title=count.category.title()
                    href=whose.category(count.category)
                    count=how_much(&count)
                    text=in_short(&count, true)
                    icon=icon(count.category)
                    level=Level::Three
                />
            }
        })
        .collect_view();
    view! {
        <Section title="Their record">
            <p>"You see what your role opens and what this person shares. Every look is written down, and they can see it."</p>
            <SearchBox whose=whose.clone() />
            <p class="sh-screen-only"><a href=whose.timeline()>"See everything in the order of time"</a></p>
            <CardGroup>{cards}</CardGroup>
        </Section>
    }
}
