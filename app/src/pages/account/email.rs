//! Another email address.

use crate::ctx::{Answer, Ctx, Head};
use crate::forms::Typed;
use crate::shell::Place;
use crate::ui::{BackLink, Button, ErrorSummary, Form, InputKind, Narrow, PageHeading, TextInput};
use axum::extract::Query;
use leptos::prelude::*;

/// The form: the new address.
pub async fn show(ctx: Ctx) -> Answer {
    let form = ctx.form("email").await?;
    let email = ctx.services().accounts.details(&ctx.actor()).await?.email;
    ctx.page(Head::form("Change your email address", Place::Account, &form), || {
        view! {
            <Narrow>
                <BackLink href="/account" label="Back to your account" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Change your email address" />
                <p>"You sign in with " <strong>{email}</strong> " now."</p>
                <Form action="/account/email" keep="email">
                    <TextInput
                        id="email"
                        label="New email address"
                        hint="We send a link to it, to check that it is yours."
                        kind=InputKind::Email
                        autocomplete="email"
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

/// The link from the mail leads here.
pub async fn confirm(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let token = query.get("token").cloned().unwrap_or_default();
    let works = !token.is_empty() && ctx.services().accounts.email_change_works(&token).await?;
    let account = if ctx.signed_in.is_some() { ("/account", "Go to your account") } else { ("/sign-in", "Sign in") };
    ctx.page(Head::new("Change your email address", Place::Elsewhere), || {
        let body = if works {
            view! {
                <PageHeading title="Change your email address" lead="One press, and you sign in with this new address." />
                <Form action="/account/email/confirm">
                    <input type="hidden" name="token" value=token />
                    <Button>"Use my new email address"</Button>
                </Form>
            }
            .into_any()
        } else {
            view! {
                <PageHeading title="That link no longer works" lead="It may be more than 24 hours old, or was used before." />
                <p>"If you used it before, you sign in with your new email address already. If not, sign in with the old one and ask for a new link."</p>
                <Button href=account.0>{account.1}</Button>
            }
            .into_any()
        };
        view! { <Narrow>{body}</Narrow> }
    })
    .await
}
