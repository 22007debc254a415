//! Inviting somebody to act for the person.

use super::fields::{LabelsField, LastDayField, LookButton, ScopesField};
use crate::api::carers::{Code, take_code};
use crate::ctx::{Answer, Ctx, Head};
use crate::drafts;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, Choice, Details, ErrorSummary, Form, InputKind, Inset, Narrow, PageHeading, Radios, Secret,
    Section, TextInput, Width,
};
use domain::scope::{Labels, Scope, Scopes};
use domain::when::instant_in_words;
use leptos::prelude::*;

/// What stands with the question whether somebody makes the person do it.
const PRIVATE: &str = "You do not have to answer. Nobody who acts for you can ever see what you say here.";
/// The same where the form came back without the answer.
const PRIVATE_AGAIN: &str = "We do not keep your answer to this. Choose again. You do not have to answer. Nobody who acts for you can ever see what you say here.";

/// The form.
pub async fn show(ctx: Ctx) -> Answer {
    // Only the person, and nobody who acts for them, gets so far.
    ctx.services().carers.of_person(&ctx.actor(), ctx.person()?).await?;
    let form = drafts::form(&ctx, "invite", "/sharing/people/invite").await?;
    let submission = ctx.submission();
    let private = if form.all().is_empty() { PRIVATE } else { PRIVATE_AGAIN };
    let first = Scopes::NONE.with(Scope::Prescriptions);
    ctx.page(Head::form("Invite somebody to act for you", Place::More, &form), || {
        let pressed = vec![
            Choice::new("no", "No, it is my own choice"),
            Choice::new("yes", "Yes"),
            Choice::new("rather-not", "I would rather not say"),
        ];
        view! {
            <Narrow>
                <BackLink href="/sharing/people" label="Back to the people who can act for you" />
                <ErrorSummary errors=form.errors() />
                <PageHeading
                    title="Invite somebody to act for you"
                    lead="They get a link by email. You tell them a code yourself. They need both, and an account of their own."
                />
                <Form action="/sharing/people/invite" submission=submission keep="invite">
                    <input type="hidden" name="sent" value="1" />
                    <TextInput id="name" label="Their name" error=form.error("name") value=form.value("name") />
                    <TextInput
                        id="relation"
                        label="What are they to you?"
                        hint="For example, daughter, friend or neighbour"
                        width=Width::Twenty
                        error=form.error("relation")
                        value=form.value("relation")
                    />
                    <TextInput
                        id="email"
                        label="Their email address"
                        hint="The message does not say your name or anything about your health."
                        kind=InputKind::Email
                        error=form.error("email")
                        value=form.value("email")
                    />
                    <ScopesField form=form.clone() now=first legend="What may they see and do for you?" />
                    <LabelsField form=form.clone() now=Labels::NONE />
                    <LastDayField form=form.clone() />
                    <Radios
                        id="pressed"
                        legend_text="Is somebody making you do this?"
                        hint=private
                        choices=pressed
                    />
                    <ButtonGroup>
                        <Button>"Send the invitation"</Button>
                        <LookButton />
                    </ButtonGroup>
                </Form>
                <Details summary="Get help if you do not feel safe">{help_numbers()}</Details>
            </Narrow>
        }
    })
    .await
}

/// Who can help somebody who is made to share.
fn help_numbers() -> impl IntoView {
    view! {
        <p>
            "National Domestic Abuse Helpline, for women, free, day and night: " <a href="tel:08082000247">"0808 2000 247"</a> "."
        </p>
        <p>"Hourglass, for older people, free: " <a href="tel:08088088141">"0808 808 8141"</a> "."</p>
        <p>"If you are in danger now, call " <a href="tel:999">"999"</a> "."</p>
        <p>"You can also talk to somebody at your GP practice in private."</p>
    }
}

/// What to do next: tell the code. It is shown once.
pub async fn invited(ctx: Ctx) -> Answer {
    ctx.own()?;
    let kept = take_code(&ctx).await?;
    ctx.page(Head::new("Tell them the code", Place::More), || {
        let body = match kept {
            Some(Code { code, name, expires_at, needs_help }) => {
                let help = needs_help.then(|| view! { <Section title="If you do not feel safe">{help_numbers()}</Section> });
                view! {
                    <PageHeading
                        title=format!("Tell {name} this code")
                        lead="Tell them yourself, face to face or by phone. Do not send it by email."
                    />
                    <Secret label="Code to tell" value=code />
                    <p>
                        "We have sent them a link. With the link and the code they can start. The link works until "
                        {instant_in_words(expires_at)} "."
                    </p>
                    <Inset>
                        <p>"Write the code down now. We cannot show it again."</p>
                    </Inset>
                    {help}
                }
                .into_any()
            }
            None => view! {
                <PageHeading title="The code has been shown" lead="We show it only once." />
                <p>"If you did not write it down, take the invitation back and send a new one."</p>
            }
            .into_any(),
        };
        view! {
            <Narrow>
                {body}
                <Button href="/sharing/people">"Go on"</Button>
            </Narrow>
        }
    })
    .await
}
