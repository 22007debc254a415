//! Another password.

use crate::ctx::{Answer, Ctx, Head};
use crate::pages::register::new_password;
use crate::shell::Place;
use crate::ui::{BackLink, Button, ErrorSummary, Form, Narrow, PageHeading, PasswordInput};
use leptos::prelude::*;

/// The form: the password now, and the new one.
pub async fn show(ctx: Ctx) -> Answer {
    let form = ctx.form("password").await?;
    let email = ctx.services().accounts.details(&ctx.actor()).await?.email;
    ctx.page(Head::form("Change your password", Place::Account, &form), || {
        view! {
            <Narrow>
                <BackLink href="/account" label="Back to your account" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Change your password" lead="Every other browser that is signed in to your account will be signed out." />
                <Form action="/account/password">
                    // So that a password manager knows whose password it keeps.
                    <input type="hidden" autocomplete="username" value=email />
                    <PasswordInput id="current_password" label="Your password now" error=form.error("current_password") />
                    {new_password("New password", form.error("password"))}
                    <Button>"Save my new password"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}
