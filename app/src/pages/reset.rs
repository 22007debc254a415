//! A forgotten password.

use crate::ctx::{Answer, Ctx, Head};
use crate::forms::Typed;
use crate::pages::register::new_password;
use crate::shell::Place;
use crate::ui::{BackLink, Button, Details, ErrorSummary, Form, InputKind, Narrow, PageHeading, TextInput};
use axum::extract::Query;
use leptos::prelude::*;

/// Asks for the address to send a link to.
pub async fn ask(ctx: Ctx) -> Answer {
    let form = ctx.form("reset").await?;
    ctx.page(Head::form("Choose a new password", Place::Elsewhere, &form), || {
        view! {
            <Narrow>
                <BackLink href="/sign-in" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Choose a new password" lead="We send a link to your email address. It works for 30 minutes." />
                <Form action="/sign-in/reset">
                    <TextInput
                        id="email"
                        label="Email address"
                        kind=InputKind::Email
                        autocomplete="username"
                        error=form.error("email")
                        value=form.value("email")
                    />
                    <Button>"Send me the link"</Button>
                </Form>
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
                <PageHeading title="Check your email" lead="If there is an account with that address, we have sent it a link." />
                <p>"The link works once, for 30 minutes."</p>
                <Details summary="No message?">
                    <p>"Look in your junk or spam folder. It can take a few minutes."</p>
                    <p>"If nothing comes, you may have used another address. " <a href="/sign-in/reset">"Try again"</a> "."</p>
                </Details>
            </Narrow>
        }
    })
    .await
}

/// The link from the mail leads here.
pub async fn new(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let token = query.get("token").cloned().unwrap_or_default();
    let works = ctx.services().accounts.reset_works(&token).await?;
    let form = ctx.form("new-password").await?;
    ctx.page(Head::form("Choose a new password", Place::Elsewhere, &form), || {
        let body = if works {
            view! {
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Choose a new password" />
                <p>"You still need your second step (passkey, code or recovery code) when you sign in."</p>
                <Form action="/sign-in/reset/new">
                    <input type="hidden" name="token" value=token />
                    {new_password("New password", form.error("password"))}
                    <Button>"Save my new password"</Button>
                </Form>
            }
            .into_any()
        } else {
            view! {
                <PageHeading title="That link no longer works" lead="It may be more than 30 minutes old, or was used before." />
                <Button href="/sign-in/reset">"Send me a new link"</Button>
            }
            .into_any()
        };
        view! { <Narrow>{body}</Narrow> }
    })
    .await
}
