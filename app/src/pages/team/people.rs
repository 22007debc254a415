//! Finding somebody among the organisation's own people.

use super::{identity_line, patient_page};
use crate::api::team::found_before;
use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{
    Button, Choice, DateInput, EmptyState, EntryList, EntryRow, ErrorSummary, Form, IconName, InputKind, Inset, PageHeading,
    Radios, Section, TextInput, Width,
};
use crate::words;
use domain::team::{SearchReason, StaffRole, TeamAsk, decide_in_team};
use leptos::prelude::*;
use service::PersonSummary;

/// The form, and whom the last search found.
pub async fn show(ctx: Ctx) -> Answer {
    let actor = ctx.staff()?;
    let place = ctx.team()?.clone();
    let post = domain::team::Post { member: place.member, organisation: place.organisation, role: place.role, ended: false };
    let may = decide_in_team(&actor, Some(&post), place.organisation, TeamAsk::FindPeople).is_ok();
    if !may {
        return ctx
            .page(Head::new("Find somebody", Place::People), || {
                view! {
                    <PageHeading title="Find somebody" />
                    <EmptyState title="Your role does not look for people" icon=IconName::People>
                        <p>"What you are asked about comes to you on the work list."</p>
                    </EmptyState>
                }
            })
            .await;
    }
    let form = ctx.form("find").await?;
    let found = match found_before(&ctx, place.member).await? {
        Some(ids) if !form.has_errors() => Some(ctx.services().care_team.found(&actor, &ids).await?),
        _ => None,
    };
    let birth_date = form.date("birth_date");
    let reasons = SearchReason::ALL.iter().map(|reason| Choice::new(reason.code(), reason.title())).collect();
    ctx.page(Head::form("Find somebody", Place::People, &form), || {
        let emergency = place.role == StaffRole::Clinician;
        let found = found.map(|found| view! { <Found found emergency /> });
        view! {
            <ErrorSummary errors=form.errors() />
            <PageHeading title="Find somebody" lead=format!("You find the people of whom {} holds a record.", place.organisation_name) />
            {found}
            <Form action="/team/people">
                <TextInput
                    id="nhs_number"
                    label="NHS number"
                    hint="10 digits, such as 999 123 4500. If you do not have it, use the name and date of birth."
                    kind=InputKind::Numeric
                    width=Width::Twenty
                    autocomplete="off"
                    error=form.error("nhs_number")
                    value=form.value("nhs_number")
                />
                <TextInput
                    id="name"
                    label="Name"
                    hint="The last name, or the first and last name"
                    autocomplete="off"
                    error=form.error("name")
                    value=form.value("name")
                />
                <DateInput
                    id="birth_date"
                    legend_text="Date of birth"
                    hint="For example, 31 3 1980"
                    error=form.error("birth_date")
                    value=birth_date
                />
                <Radios
                    id="reason"
                    legend_text="Why are you looking for them?"
                    hint="They can see that you looked, and why."
                    choices=reasons
                    error=form.error("reason")
                    value=form.value("reason")
                />
                <Button>"Find"</Button>
            </Form>
        }
    })
    .await
}

/// Whom the search found.
#[component]
fn Found(found: Vec<PersonSummary>, emergency: bool) -> impl IntoView {
    if found.is_empty() {
        let emergency =
            emergency.then(|| view! { <p class="sh-screen-only"><a href="/team/emergency">"This is an emergency"</a></p> });
        return view! {
            <Section title="Nobody found">
                <p>"Check the number, the name and the date of birth with the person. Somebody whose record is held elsewhere is not found here."</p>
                {emergency}
            </Section>
        }
        .into_any();
    }
    let title = words::how_many(u64::try_from(found.len()).unwrap_or_default(), "person found", "people found");
    let rows = found
        .into_iter()
        .map(|person| {
            view! {
                <EntryRow title=person.display_name.clone() href=patient_page(person.id) text=identity_line(&person) />
            }
        })
        .collect_view();
    view! {
        <Section title=title>
            <Inset>
                <p>"Ask them for their full name and date of birth before you go on."</p>
            </Inset>
            <EntryList>{rows}</EntryList>
        </Section>
    }
    .into_any()
}
