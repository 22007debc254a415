//! A record opened in an emergency: the form for it, the band that says so, and the list for those who answer for privacy.

use super::patient_page;
use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, DateInput, EmptyState, ErrorSummary, Form, Icon, IconName, InputKind, PageHeading,
    Radios, Section, SummaryList, SummaryRow, TextArea, TextInput, Warning, Width,
};
use crate::words;
use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::emergency::EmergencyReason;
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::EmergencySeen;

/// The form.
pub async fn show(ctx: Ctx) -> Answer {
    ctx.services().emergencies.may_open(&ctx.staff()?).await?;
    let (form, submission) = (ctx.form("emergency").await?, ctx.submission());
    let birth_date = form.date("birth_date");
    let reasons = EmergencyReason::ALL.iter().map(|reason| Choice::new(reason.code(), reason.title())).collect();
    ctx.page(Head::form("Open a record in an emergency", Place::People, &form), || {
        view! {
            <ErrorSummary errors=form.errors() />
            <BackLink href="/team/people" label="Back to finding somebody" />
            <PageHeading title="Open a record in an emergency" />
            <Warning title="Only to keep somebody safe now">
                <p>"The record opens for you for 4 hours. The person is told at once who opened it and why."</p>
                <p>"Your privacy officer sees it too, and will look at every one. What the person keeps closed stays closed."</p>
            </Warning>
            <Form action="/team/emergency">
                <input type="hidden" name="submission" value=submission />
                <TextInput
                    id="nhs_number"
                    label="NHS number"
                    hint="10 digits, such as 999 123 4500"
                    kind=InputKind::Numeric
                    width=Width::Twenty
                    autocomplete="off"
                    error=form.error("nhs_number")
                    value=form.value("nhs_number")
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
                    legend_text="Why do you have to open it?"
                    choices=reasons
                    error=form.error("reason")
                    value=form.value("reason")
                />
                <TextArea
                    id="text"
                    label="What happened, in your words"
                    hint="10 to 500 characters. Your privacy officer reads this."
                    error=form.error("text")
                    value=form.value("text")
                />
                <Button kind=ButtonKind::Warning>"Open the record"</Button>
            </Form>
        }
    })
    .await
}

/// On every page of a person whose record is open in an emergency: until when, and the way to close it.
#[component]
pub(super) fn EmergencyBand(
    /// Whose record.
    person: PersonId,
    /// Until when; nothing is shown where it is not open in an emergency.
    until: Option<DateTime<Utc>>,
) -> impl IntoView {
    until.map(|until| {
        view! {
            <aside class="sh-emergency" aria-label="Emergency">
                <p class="sh-emergency__words">
                    <Icon name=IconName::Alert />
                    <strong>{format!("Opened in an emergency until {}", words::clock(until))}</strong>
                </p>
                <Form action=format!("{}/emergency/close", patient_page(person))>
                    <Button kind=ButtonKind::Secondary about="that you opened in an emergency">"Close the record"</Button>
                </Form>
            </aside>
        }
    })
}

/// What was opened in emergencies, for those who answer for privacy.
pub async fn list(ctx: Ctx) -> Answer {
    let seen = ctx.services().emergencies.list(&ctx.staff()?).await?;
    let now = ctx.services().core.now();
    ctx.page(Head::new("Opened in emergencies", Place::Work), || {
        let body = if seen.is_empty() {
            view! {
                <EmptyState title="None" icon=IconName::Clipboard>
                    <p>"Nobody at your organisation has opened a record in an emergency."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            seen.into_iter().map(|one| listed(one, now).into_any()).collect_view().into_any()
        };
        view! {
            <BackLink href="/team" label="Back to work" />
            <PageHeading
                title="Opened in emergencies"
                lead="Records that your colleagues opened without looking after the person. Look at each, and ask if it was not right."
            />
            {body}
        }
    })
    .await
}

fn listed(one: EmergencySeen, now: DateTime<Utc>) -> impl IntoView {
    let until = if one.ends_at > now { "Open until" } else { "Closed" };
    let checked = match &one.checked {
        Some((by, at)) => format!("{by}, {}", instant_in_words(*at)),
        None => "Nobody yet".to_owned(),
    };
    let rows = vec![
        SummaryRow::new("Opened", instant_in_words(one.began_at)),
        SummaryRow::new("By", format!("{}, {}", one.by, one.job)),
        SummaryRow::new("Why", one.reason.title()),
        SummaryRow::new("In their words", one.text),
        SummaryRow::new(until, instant_in_words(one.ends_at)),
        SummaryRow::new("Looked at by", checked),
    ];
    let about = format!("about {}", one.person_name);
    let own = (one.mine && one.checked.is_none())
        .then(|| view! { <p>"You opened this record yourself, so somebody else has to look at why."</p> });
    let act = (!one.mine && one.checked.is_none()).then(|| {
        view! {
            <Form action=format!("/team/emergencies/{}/checked", one.id)>
                <Button kind=ButtonKind::Secondary about=about>"I have looked at this"</Button>
            </Form>
        }
    });
    view! {
        <Section title=one.person_name>
            <SummaryList rows=rows />
            {own}
            {act}
        </Section>
    }
}
