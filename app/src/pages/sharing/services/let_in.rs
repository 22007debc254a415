//! Letting in an organisation that holds nothing of the person's.

use crate::ctx::{Answer, Ctx, Head};
use crate::forms::FormState;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, ErrorSummary, FieldError, Form, Narrow, PageHeading, Radios, Section, SummaryList,
    SummaryRow, TextInput,
};
use axum::extract::Query;
use domain::when::day_in_words;
use leptos::prelude::*;
use serde::Deserialize;
use service::{LetIn, LetInFor, Organisation, ServiceError};

/// What was looked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Wanted {
    name: Option<String>,
}

/// Whom the person lets in, whom they found, and the form.
pub async fn show(ctx: Ctx, Query(wanted): Query<Wanted>) -> Answer {
    let (actor, person) = (ctx.actor(), ctx.person()?);
    let sharing = &ctx.services().sharing;
    let now = sharing.let_in_now(&actor, person).await?;
    let form = ctx.form("let-in").await?;
    let name = wanted.name.filter(|name| !name.is_empty()).or_else(|| Some(form.value("name")).filter(|name| !name.is_empty()));
    let (found, problem) = match name.as_deref().map(|name| sharing.organisations_named(&actor, person, name)) {
        None => (None, None),
        Some(found) => match found.await {
            Ok(found) => (Some(found), None),
            Err(ServiceError::Fields(problems)) => (None, problems.into_iter().next().map(|problem| problem.message)),
            Err(other) => return Err(other.into()),
        },
    };
    let submission = ctx.submission();
    let mut head = Head::form("Let a service in", Place::More, &form);
    head.has_errors |= problem.is_some();
    ctx.page(head, || {
        let mut errors = form.errors();
        errors.extend(problem.clone().map(|message| FieldError::new("name", message)));
        let choose = found.map(|found| match found.is_empty() {
            true => view! { <p>"We know of no service with this name. Check how they write it, or ask them for their code."</p> }
                .into_any(),
            false => chooser(found, name.clone().unwrap_or_default(), form.clone(), submission).into_any(),
        });
        view! {
            <Narrow>
                <BackLink href="/sharing/services" label="Back to what services can see" />
                <ErrorSummary errors=errors />
                <PageHeading
                    title="Let a service in"
                    lead="For a service that does not look after you yet, such as a clinic that you will visit. They can then find you and see what you share with services of their kind."
                />
                <form class="sh-form" method="get" action="/sharing/services/let-in">
                    <TextInput
                        id="name"
                        label="Name of the service"
                        hint="Such as a hospital, a clinic or a practice"
                        autocomplete="off"
                        error=problem
                        value=name.unwrap_or_default()
                    />
                    <Button kind=ButtonKind::Secondary>"Look for it"</Button>
                </form>
                {choose}
            </Narrow>
            {(!now.is_empty()).then(|| view! { <Section title="You let in">{now.into_iter().map(|one| row(one).into_any()).collect_view()}</Section> })}
        }
    })
    .await
}

fn chooser(found: Vec<Organisation>, name: String, form: FormState, submission: String) -> impl IntoView {
    let services =
        found.into_iter().map(|one| Choice::new(one.id.to_string(), one.name).hint(one.kind.title())).collect::<Vec<_>>();
    let how_long = LetInFor::ALL.into_iter().map(|one| Choice::new(one.code(), words(one))).collect::<Vec<_>>();
    view! {
        <Form action="/sharing/services/let-in" submission=submission keep="let-in">
            <input type="hidden" name="name" value=name />
            <Radios
                id="organisation"
                legend_text="Which service?"
                choices=services
                error=form.error("organisation")
                value=form.value("organisation")
            />
            <Radios
                id="how_long"
                legend_text="For how long?"
                choices=how_long
                error=form.error("how_long")
                value=form.value("how_long")
            />
            <Button>"Let them in"</Button>
        </Form>
    }
}

const fn words(how_long: LetInFor) -> &'static str {
    match how_long {
        LetInFor::Visit => "Today and tomorrow",
        LetInFor::Month => "A month",
        LetInFor::Year => "A year",
    }
}

fn row(one: LetIn) -> impl IntoView {
    let rows = vec![SummaryRow::new("Until the end of", day_in_words(one.ends_on))];
    let about = format!("{} out", one.organisation.name);
    view! {
        <h3 class="nhsuk-heading-s"><bdi>{one.organisation.name}</bdi></h3>
        <SummaryList rows=rows />
        <p class="sh-screen-only"><a href=format!("/sharing/preview/team/{}", one.organisation.id)>"See what they would see"</a></p>
        <Form action="/sharing/services/shut-out">
            <input type="hidden" name="organisation" value=one.organisation.id.to_string() />
            <Button kind=ButtonKind::Secondary about=about>"Shut them out"</Button>
        </Form>
    }
}
