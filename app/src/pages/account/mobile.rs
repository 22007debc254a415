//! The mobile number for text messages.

use crate::api::field;
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::Typed;
use crate::shell::Place;
use crate::ui::{BackLink, Button, ButtonKind, ErrorSummary, Form, InputKind, Narrow, PageHeading, Section, TextInput, Width};
use axum::extract::Query;
use leptos::prelude::*;
use tower_sessions::Session;
use tower_sessions::session::Error;

/// The session's key for whether the reader came from the page of reminders.
const BACK: &str = "mobile-back";

/// Whether the reader came from the page of reminders, to which they then go back; that is said once.
///
/// # Errors
/// When the session cannot be read or written.
pub(crate) async fn from_reminders(session: &Session) -> Result<bool, Error> {
    Ok(session.remove::<bool>(BACK).await?.unwrap_or_default())
}

/// The form: a number, to which a code is sent; and removing the one that there is.
pub async fn show(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let reminders = field(&query, "back") == "reminders";
    if reminders {
        ctx.session.insert(BACK, true).await?;
    }
    let form = ctx.form("mobile").await?;
    let seen = ctx.services().mobiles.seen(&ctx.actor()).await?;
    ctx.page(Head::form("Mobile number for text messages", Place::Account, &form), || {
        let label = if seen.number.is_some() { "New mobile number" } else { "Mobile number" };
        let waiting = seen.waiting.filter(|_| seen.available).map(|number| {
            view! { <p class="sh-screen-only"><a href="/account/mobile/code">{format!("Enter the code that we sent to {number}")}</a></p> }
        });
        let (errors, error, value) = (form.errors(), form.error("number"), form.value("number"));
        let ask = if seen.available {
            view! {
                {waiting}
                <Form action="/account/mobile" keep="mobile">
                    <TextInput
                        id="number"
                        label=label
                        hint="We send a code to it, to check that it is yours. If it is from another country, begin with + and the country code."
                        kind=InputKind::Phone
                        autocomplete="tel"
                        width=Width::Twenty
                        error=error
                        value=value
                    />
                    <Button>"Send me the code"</Button>
                </Form>
            }
            .into_any()
        } else {
            view! { <p>"Whoever runs this service has not set up text messages. We write to you by email."</p> }.into_any()
        };
        let remove = seen.number.is_some().then(|| {
            view! {
                <Section title="Remove your number">
                    <p>"You then get no more text messages from us."</p>
                    <Form action="/account/mobile/remove">
                        <Button kind=ButtonKind::Warning>"Remove my number"</Button>
                    </Form>
                </Section>
            }
        });
        let readings = seen.readings.filter(|_| seen.number.is_some()).map(|(number, takes)| readings(number, takes));
        let (href, back) = match reminders {
            true => ("/appointments/reminders", "Back to reminders"),
            false => ("/account", "Back to your account"),
        };
        let now = seen.number.map(|number| {
            view! { <p>"We send text messages to " <strong>{number.to_string()}</strong> " now."</p> }
        });
        view! {
            <Narrow>
                <BackLink href=href label=back />
                <ErrorSummary errors=errors />
                <PageHeading
                    title="Mobile number for text messages"
                    lead="We can remind you of appointments by text message. It does not say with whom, or why."
                />
                {now}
                {ask}
                {readings}
                {remove}
            </Narrow>
        }
    })
    .await
}

/// Sending readings by text message.
fn readings(number: String, takes: bool) -> AnyView {
    let (says, does, button, kind) = match takes {
        true => (
            "We note the readings that you send from your mobile to ",
            "no",
            "Take no more readings by text",
            ButtonKind::Secondary,
        ),
        false => (
            "You can send us what you measure, and we note it. The number is ",
            "yes",
            "Let me send readings by text",
            ButtonKind::Primary,
        ),
    };
    view! {
        <Section title="Readings by text message">
            <p>{says} <strong>{number}</strong> "."</p>
            <p>"Write what it is and the number, such as:"</p>
            <ul>
                <li>"BP 142/88"</li>
                <li>"sugar 7.2 before tea"</li>
                <li>"weight 12st 4"</li>
                <li>"BP 142/88 at 8am"</li>
            </ul>
            <p>"If you took it earlier today, write the time. If not, the time that counts is when you send it."</p>
            <p>"We answer with what we noted and what to do about it, also in the words of your care team. Reply WRONG to take it out again, or STOP to send no more readings."</p>
            <p>"Anybody who uses your phone could add a reading. They would read our answer, and nothing else of your record."</p>
            <Form action="/account/mobile/readings">
                <input type="hidden" name="takes" value=does />
                <Button kind=kind>{button}</Button>
            </Form>
        </Section>
    }
    .into_any()
}

/// The code from the text message.
pub async fn code(ctx: Ctx) -> Answer {
    let form = ctx.form("mobile-code").await?;
    let seen = ctx.services().mobiles.seen(&ctx.actor()).await?;
    ctx.page(Head::form("Enter the code", Place::Account, &form), || {
        let (errors, error) = (form.errors(), form.error("code"));
        let body = match (seen.waiting, seen.number) {
            (Some(number), _) => view! {
                <PageHeading title="Enter the code" />
                <p>"We sent a text message with a code to " <strong>{number.to_string()}</strong> ". It can take a minute to come."</p>
                <Form action="/account/mobile/code">
                    <TextInput
                        id="code"
                        label="6-digit code"
                        hint="It works for 15 minutes."
                        kind=InputKind::OneTimeCode
                        width=Width::Ten
                        error=error
                    />
                    <Button>"Save my number"</Button>
                </Form>
                <p class="sh-screen-only"><a href="/account/mobile">"I got no code, or the number is wrong"</a></p>
            }
            .into_any(),
            (None, Some(number)) => view! {
                <PageHeading title="No code is needed now" />
                <p>"We send text messages to " <strong>{number.to_string()}</strong> "."</p>
                <Button href="/account">"Go to your account"</Button>
            }
            .into_any(),
            (None, None) => view! {
                <PageHeading title="That code no longer works" lead="A code works once, for 15 minutes." />
                <Button href="/account/mobile">"Ask for a new code"</Button>
            }
            .into_any(),
        };
        view! {
            <Narrow>
                <BackLink href="/account" label="Back to your account" />
                <ErrorSummary errors=errors />
                {body}
            </Narrow>
        }
    })
    .await
}
