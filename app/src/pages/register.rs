//! Opening an account.

use crate::ctx::{Answer, Ctx, Head};
use crate::forms::Typed;
use crate::shell::Place;
use crate::ui::{Button, Details, ErrorSummary, Form, InputKind, Inset, Narrow, PageHeading, PasswordInput, Steps, TextInput};
use axum::extract::Query;
use leptos::prelude::*;

/// The field of a password that is not yet anybody's.
pub(crate) fn new_password(label: &'static str, error: Option<String>) -> impl IntoView {
    view! {
        <PasswordInput
            id="password"
            label=label
            hint="8 characters or more. 3 words that do not belong together are easy to remember and hard to guess."
            new=true
            error=error
        />
    }
}

/// The form: an address and a password.
pub async fn show(ctx: Ctx) -> Answer {
    let form = ctx.form("register").await?;
    ctx.page(Head::form("Set up your account", Place::Elsewhere, &form), || {
        view! {
            <Narrow>
                <ErrorSummary errors=form.errors() />
                <Steps current=1 total=4 label="Your email address" />
                <PageHeading title="Set up your account" lead="It takes about 3 minutes. Have the letter from your practice with you." />
                <Form action="/register">
                    <TextInput
                        id="email"
                        label="Email address"
                        hint="We send a link to it, to check that it is yours. If somebody else reads your mail, use an address of your own."
                        kind=InputKind::Email
                        autocomplete="email"
                        error=form.error("email")
                        value=form.value("email")
                    />
                    {new_password("Choose a password", form.error("password"))}
                    <Button>"Send me the link"</Button>
                </Form>
                <p>"Have you an account? " <a href="/sign-in">"Sign in"</a></p>
            </Narrow>
        }
    })
    .await
}

/// What to do next: look for the mail.
pub async fn sent(ctx: Ctx) -> Answer {
    ctx.page(Head::new("Check your email", Place::Elsewhere), || {
        view! {
            <Narrow>
                <Steps current=2 total=4 label="Confirm your email address" />
                <PageHeading title="Check your email" lead="We have sent you a message with a link. Open it to go on." />
                <p>"The link works for 24 hours. You can open it on this device or on another one."</p>
                <Details summary="No message?">
                    <p>"Look in your junk or spam folder. It can take a few minutes."</p>
                    <p>
                        "If nothing comes, the address may have a mistake in it. " <a href="/register">"Go back and try again"</a> "."
                    </p>
                </Details>
            </Narrow>
        }
    })
    .await
}

/// The link from the mail leads here. Opening it changes nothing, because mail programs open links too: a press does.
pub async fn confirm(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let token = query.get("token").cloned().unwrap_or_default();
    let works = ctx.services().accounts.confirmation_works(&token).await?;
    ctx.page(Head::new("Confirm your email address", Place::Elsewhere), || {
        let body = if works {
            view! {
                <PageHeading title="Confirm your email address" lead="One press, and this address is yours to sign in with." />
                <Form action="/register/confirm">
                    <input type="hidden" name="token" value=token />
                    <Button>"Confirm my email address"</Button>
                </Form>
            }
            .into_any()
        } else {
            view! {
                <PageHeading title="That link no longer works" lead="It may be more than 24 hours old, or was used before." />
                <Inset>
                    <p>"If you used it before, your address is confirmed and you can sign in."</p>
                </Inset>
                <Button href="/sign-in">"Sign in"</Button>
                <p class="sh-screen-only"><a href="/register">"Send me a new link"</a></p>
            }
            .into_any()
        };
        view! { <Narrow>{body}</Narrow> }
    })
    .await
}
