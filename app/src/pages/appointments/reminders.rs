//! How somebody is reminded.

use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{BackLink, Button, Choice, ErrorSummary, Form, Inset, Narrow, PageHeading, Radios};
use leptos::prelude::*;

/// How many days before, as they are chosen.
pub(crate) const DAYS: [(u16, &str); 5] =
    [(0, "On the day"), (1, "1 day before"), (2, "2 days before"), (3, "3 days before"), (7, "A week before")];

/// The form.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = ctx.services().appointments.reminders(&ctx.actor(), ctx.person()?).await?;
    let now = seen.choice;
    let reach = seen.reach();
    let (form, whose) = (ctx.form("reminders").await?, ctx.whose());
    ctx.page(Head::form("Reminders", Place::Appointments, &form), || {
        let or_now = |field: &str, now: String| Some(form.value(field)).filter(|typed| !typed.is_empty()).unwrap_or(now);
        let word = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let (by_mail, by_text) = (or_now("by_mail", word(now.by_mail)), or_now("by_text", word(now.by_text)));
        let days = or_now("days_before", now.days_before.to_string());
        let yes_or_no = || vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
        let choices = DAYS.iter().map(|(days, words)| Choice::new(days.to_string(), *words)).collect();
        let to = whose.name.as_ref().map(|name| {
            view! {
                <p>
                    {format!("Reminders go to {name}, at the email address and the mobile number of their own account. ")}
                    "If they have no account, they go by email to whoever booked the appointment."
                </p>
            }
        });
        let text = match (seen.can_text, seen.texts, &whose.name) {
            (true, ..) => view! {
                <Radios
                    id="by_text"
                    legend_text="Remind by text message?"
                    choices=yes_or_no()
                    inline=true
                    error=form.error("by_text")
                    value=by_text
                />
            }
            .into_any(),
            (false, true, None) => view! {
                <input type="hidden" name="by_text" value="no" />
                <p id="by_text">
                    "To be reminded by text message, " <a href="/account/mobile?back=reminders">"add your mobile number"</a> " first."
                </p>
            }
            .into_any(),
            (false, true, Some(name)) => view! {
                <input type="hidden" name="by_text" value="no" />
                <p id="by_text">
                    {format!("{name} can get text messages too, once there is a mobile number in their own account.")}
                </p>
            }
            .into_any(),
            (false, false, _) => view! { <input type="hidden" name="by_text" value="no" /> }.into_any(),
        };
        view! {
            <Narrow>
                <BackLink href="/appointments" label="Back to appointments" />
                <ErrorSummary errors=form.errors() />
                <PageHeading
                    title="Reminders"
                    lead="We write before an appointment that is booked here. The message does not say with whom, or why."
                />
                {(!reach).then(|| view! { <Inset><p>{format!("No reminder reaches {} now.", whose.person())}</p></Inset> })}
                {to}
                <Form action="/appointments/reminders">
                    <Radios
                        id="by_mail"
                        legend_text="Remind by email?"
                        choices=yes_or_no()
                        inline=true
                        error=form.error("by_mail")
                        value=by_mail
                    />
                    {text}
                    <Radios
                        id="days_before"
                        legend_text="When?"
                        hint="At 9 in the morning, and earlier where that would be too late. Never at night. What is booked a short time before comes with a later reminder, or with none."
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
