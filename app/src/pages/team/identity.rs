//! Checking face to face who somebody is, and the letter that comes of it.

use super::about::needs_box;
use super::emergency::EmergencyBand;
use super::{id_in, identity_line, patient_page};
use crate::api::team::{DOWNLOAD_MINUTES, take_letter};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::letter as words;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Checkbox, Choice, ErrorSummary, Form, Inset, PageHeading, Radios, Section, SummaryList,
    SummaryRow,
};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::team::IdentityEvidence;
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::Letter;

/// The form to fill in with the person there.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = id_in(path)?;
    let actor = ctx.staff()?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    if !patient.may_check {
        return Err(Failure::not_found());
    }
    let colleagues = ctx.services().care_team.colleagues(&actor).await?;
    let form = ctx.form("identity").await?;
    let evidence = IdentityEvidence::ALL.iter().map(|kind| Choice::new(kind.code(), kind.title())).collect();
    let colleagues = colleagues
        .into_iter()
        .filter(|colleague| colleague.ended_at.is_none())
        .map(|colleague| Choice::new(colleague.member.to_string(), colleague.name).hint(colleague.job))
        .collect();
    ctx.page(Head::form("Check who they are", Place::People, &form), || {
        let next = if patient.accounts.is_empty() {
            "They have no account yet. You get a letter to print, with a code that opens their record."
        } else {
            "They have an account. It will be known that it is surely theirs."
        };
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=patient_page(id) label="Back to this person" />
            <ErrorSummary errors=form.errors() />
            {needs_box(&patient.needs, id)}
            <PageHeading title="Check who they are" lead=format!("{}. {}", patient.person.display_name, identity_line(&patient.person)) />
            <p>"Do this only with the person in front of you. " {next}</p>
            <Form action=format!("{}/identity", patient_page(id))>
                <Radios
                    id="evidence"
                    legend_text="What showed you who they are?"
                    hint="The name and the photo must fit the person and the record."
                    choices=evidence
                    error=form.error("evidence")
                    value=form.value("evidence")
                />
                <Radios
                    id="vouched_by"
                    legend_text="If a colleague knows them, who?"
                    hint="Leave this out if they showed you a document."
                    choices=colleagues
                    error=form.error("vouched_by")
                    value=form.value("vouched_by")
                />
                <Checkbox
                    id="seen"
                    label="I have seen this person and what they showed myself"
                    error=form.error("seen")
                    checked=form.value("seen") == "true"
                />
                <Button>"Write the check down"</Button>
            </Form>
        }
    })
    .await
}

/// The letter that the check made, once, to be printed.
pub async fn letter(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = id_in(path)?;
    // Whoever may not see the person sees no letter either.
    if !ctx.services().care_team.patient(&ctx.staff()?, id).await?.may_check {
        return Err(Failure::not_found());
    }
    let letter = take_letter(&ctx, id).await?;
    ctx.page(Head::new("Letter", Place::People), || match letter {
        Some(letter) => view! { <Printed letter /> }.into_any(),
        None => view! {
            <BackLink href=patient_page(id) label="Back to this person" />
            <PageHeading title="There is no letter to print" lead="A letter is shown and downloaded only once, so that nobody else reads the code." />
            <p>"If it was neither printed nor downloaded, check who the person is again. The letter before it then works no more."</p>
            <Button href=format!("{}/identity", patient_page(id))>"Check who they are"</Button>
        }
        .into_any(),
    })
    .await
}

#[component]
fn Printed(letter: Letter) -> impl IntoView {
    let back = patient_page(letter.person);
    let (register, number) = (words::register(&letter), words::number(&letter));
    let download = format!("{back}/letter/pdf");
    let [go_to, set_up] = words::GO_TO;
    view! {
        <BackLink href=back label="Back to this person" />
        <div class="sh-letter">
            <p class="sh-letter__from">{letter.organisation}</p>
            <PageHeading title=words::TITLE />
            <p>"Dear " <bdi>{letter.name}</bdi> ","</p>
            <p>{words::CHECKED}</p>
            <ol>
                <li>{go_to} <strong>{register}</strong> {set_up}</li>
                <li>{words::TYPE_IN}</li>
            </ol>
            <SummaryList rows=vec![
                SummaryRow::new(words::NUMBER, number),
                SummaryRow::new(words::CODE, view! { <strong class="sh-letter__code">{letter.code}</strong> }),
                SummaryRow::new(words::UNTIL, instant_in_words(letter.expires_at)),
            ] />
            <Inset>
                <p>{words::SECRET}</p>
            </Inset>
            <p>{words::HELP}</p>
        </div>
        <div class="sh-screen-only">
            <Section title="Print it now">
                <p>
                    "Use the print button of your browser, or download the letter as a PDF, which screen readers can read too. "
                    {format!("We cannot show this letter again. You can download it once, in the next {DOWNLOAD_MINUTES} minutes.")}
                </p>
                <Form action=download>
                    <Button kind=ButtonKind::Secondary>"Download as PDF"</Button>
                </Form>
            </Section>
        </div>
    }
}
