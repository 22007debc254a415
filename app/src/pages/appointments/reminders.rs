//! How somebody is reminded.

use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{BackLink, Button, Choice, ErrorSummary, Form, Narrow, PageHeading, Radios};
use leptos::prelude::*;

/// How many days before, as they are chosen.
pub(crate) const DAYS: [(u16, &str); 5] =
    [(0, "On the day"), (1, "1 day before"), (2, "2 days before"), (3, "3 days before"), (7, "A week before")];

/// The form.
pub async fn show(ctx: Ctx) -> Answer {
    let now = ctx.services().appointments.reminders(&ctx.actor(), ctx.person()?).await?;
    let (form, whose) = (ctx.form("reminders").await?, ctx.whose());
    ctx.page(Head::form("Reminders", Place::Appointments, &form), || {
        let or_now = |field: &str, now: String| Some(form.value(field)).filter(|typed| !typed.is_empty()).unwrap_or(now);
        let by_mail = or_now("by_mail", if now.by_mail { "yes" } else { "no" }.to_owned());
        let days = or_now("days_before", now.days_before.to_string());
        let mail = vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
        let choices = DAYS.iter().map(|(days, words)| Choice::new(days.to_string(), *words)).collect();
        let to = whose.name.as_ref().map(|name| {
            view! { <p>{format!("Reminders go to {name}, at the email address of their own account.")}</p> }
        });
        view! {
            <Narrow>
                <BackLink href="/appointments" label="Back to appointments" />
                <ErrorSummary errors=form.errors() />
                <PageHeading
                    title="Reminders"
                    lead="We write before an appointment that is booked here. The message does not say with whom, or why."
                />
                {to}
                <Form action="/appointments/reminders">
                    <Radios
                        id="by_mail"
                        legend_text="Remind by email?"
                        choices=mail
                        inline=true
                        error=form.error("by_mail")
                        value=by_mail
                    />
                    <Radios
                        id="days_before"
                        legend_text="When?"
                        hint="At 9 in the morning, and earlier where that would be too late. Never at night."
                        choices=choices
                        error=form.error("days_before")
                        value=days
                    />
                    <Button>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}
