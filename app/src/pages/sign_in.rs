//! Signing in.

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::islands::passkey::PasskeySignIn;
use crate::shell::Place;
use crate::signed_in::SignedIn;
use crate::state::{Demo, DemoSignIn};
use crate::ui::{
    Button, ButtonKind, Checkbox, Details, ErrorSummary, Form, InputKind, Inset, Narrow, PageHeading, PasswordInput, TextInput,
    Width,
};
use axum::extract::Query;
use leptos::prelude::*;
use service::BesidePassword;

/// Email and password, or a passkey. A demonstration lists the people one can be.
pub async fn show(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    if ctx.signed_in.as_ref().is_some_and(|reader| reader.second_step_at.is_some()) {
        return Ok(ctx.go("/"));
    }
    let form = ctx.form("sign-in").await?;
    let passkeys = ctx.services().sign_in.passkeys_available();
    let email = match (form.value("email"), ctx.state.demo.is_some()) {
        (typed, false) => typed,
        (typed, true) if !typed.is_empty() => typed,
        (_, true) => query.get("as").cloned().unwrap_or_default(),
    };
    let demo = ctx.state.demo.clone();
    let mut head = Head::form("Sign in", Place::Elsewhere, &form);
    head.island = passkeys;
    ctx.page(head, || {
        view! {
            <Narrow>
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Sign in" />
                {passkeys.then(|| view! { <PasskeySignIn /> })}
                <Form action="/sign-in">
                    <TextInput
                        id="email"
                        label="Email address"
                        kind=InputKind::Email
                        autocomplete="username"
                        error=form.error("email")
                        value=email
                    />
                    <PasswordInput id="password" label="Password" error=form.error("password") />
                    <Button>"Sign in"</Button>
                </Form>
                <p class="sh-screen-only"><a href="/sign-in/reset">"I have forgotten my password"</a></p>
                <p>"New here? " <a href="/register">"Set up your account"</a></p>
            </Narrow>
            {demo.map(|demo| view! { <DemoPeople demo=(*demo).clone() /> })}
        }
    })
    .await
}

/// Who one can be in a demonstration.
#[component]
fn DemoPeople(demo: Demo) -> impl IntoView {
    let list = |people: Vec<DemoSignIn>| {
        let people = people.into_iter().map(|person| {
            let fill = format!("/sign-in?as={}#email", crate::routes::in_query(&person.email));
            view! {
                <li>
                    <a href=fill>{person.email}</a>
                    <span class="sh-source">{person.who}</span>
                </li>
            }
        });
        view! { <ul class="sh-people">{people.collect_view()}</ul> }
    };
    let (people, staff) = (list(demo.people), list(demo.staff));
    view! {
        <section class="sh-section" aria-labelledby="demo-people">
            <h2 class="sh-section__title" id="demo-people">"Who you can be in this demonstration"</h2>
            <p>
                "Everybody here is made up. Choose a person, then sign in with the password " <strong>{demo.password}</strong>
                ". The next page shows the code."
            </p>
            {people}
            <h3>"People who work there"</h3>
            {staff}
        </section>
    }
}

/// The code that works now, in a demonstration.
async fn demo_code(ctx: &Ctx, reader: &SignedIn) -> Result<Option<String>, Failure> {
    if ctx.state.demo.is_none() {
        return Ok(None);
    }
    let details = ctx.services().accounts.details(&reader.actor()).await?;
    Ok(ctx.services().sign_in.current_demo_code(&details.email).await?)
}

/// The same, shown.
fn code_of_demo(code: String) -> impl IntoView {
    view! {
        <Inset>
            <p>"In this demonstration the code is now " <strong>{code}</strong> "."</p>
        </Inset>
    }
}

/// The field of the code that the authenticator app shows, with what is wrong with it.
fn app_code(error: Option<String>) -> impl IntoView {
    view! {
        <TextInput
            id="code"
            label="6-digit code"
            hint="From your authenticator app"
            kind=InputKind::OneTimeCode
            width=Width::Ten
            error=error
        />
    }
}

/// The second step: a code from the authenticator app, or a recovery code.
pub async fn code(ctx: Ctx) -> Answer {
    let reader = ctx.reader()?.clone();
    if reader.second_step_at.is_some() {
        return Ok(ctx.go("/"));
    }
    let form = ctx.form("code").await?;
    let steps = ctx.services().sign_in.second_steps(reader.account).await?;
    if !steps.any() {
        return Ok(ctx.go("/second-step"));
    }
    let shown = demo_code(&ctx, &reader).await?;
    let passkey = steps.passkey && ctx.services().sign_in.passkeys_available();
    let (wrong_code, wrong_recovery_code) = (form.error("code"), form.error("recovery_code"));
    let mut head = Head::form("Enter your code", Place::Elsewhere, &form);
    head.island = passkey;
    ctx.page(head, || {
        let app = steps.authenticator.then(|| {
            view! {
                {shown.map(code_of_demo)}
                <Form action="/sign-in/code">
                    {app_code(wrong_code)}
                    <Checkbox
                        id="trust"
                        label="Do not ask for a code on this device for 30 days"
                        hint="Only on a device that nobody else uses"
                    />
                    <Button>"Continue"</Button>
                </Form>
            }
        });
        view! {
            <Narrow>
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Enter your code" lead="One more step keeps your record safe, even if somebody learns your password." />
                {passkey.then(|| view! { <PasskeySignIn /> })}
                {app}
                <Details summary="I cannot get a code" open=wrong_recovery_code.is_some()>
                    <p>"Use one of the recovery codes that you wrote down. Each works once."</p>
                    <Form action="/sign-in/code">
                        <TextInput id="recovery_code" label="Recovery code" kind=InputKind::LetterCode width=Width::Twenty error=wrong_recovery_code />
                        <Button kind=ButtonKind::Secondary>"Use a recovery code"</Button>
                    </Form>
                    <p>
                        "If you have none left, ask the reception of your practice. They check who you are, can have your second step reset, "
                        "and give you a new letter. Then sign in with your password, add a new second step and link your record again."
                    </p>
                </Details>
            </Narrow>
        }
    })
    .await
}

/// Asks for proof again before something that is protected opens or is changed.
pub async fn again(ctx: Ctx) -> Answer {
    let reader = ctx.reader()?.clone();
    if reader.second_step_at.is_none() {
        return Err(Failure(service::ServiceError::NeedsSecondStep));
    }
    let form = ctx.form("again").await?;
    let passkeys = ctx.services().sign_in.passkeys_available();
    let beside = ctx.services().sign_in.beside_password(&reader.actor(), ctx.device.as_deref()).await?;
    let shown = if beside == BesidePassword::Code { demo_code(&ctx, &reader).await? } else { None };
    let (wrong_password, wrong_code) = (form.error("password"), form.error("code"));
    let mut head = Head::form("Confirm it is you", Place::Account, &form);
    head.island = passkeys;
    ctx.page(head, || {
        let code = (beside == BesidePassword::Code).then(|| {
            view! {
                {shown.map(code_of_demo)}
                {app_code(wrong_code)}
            }
        });
        let passkey_alone = (beside == BesidePassword::Passkey).then(|| {
            view! {
                <p>
                    "Sign out, and sign in again with a recovery code. Your password is not enough here: you have a passkey and no authenticator app."
                </p>
            }
        });
        let by_password = passkey_alone.is_none().then(|| {
            view! {
                <Form action="/sign-in/again">
                    <PasswordInput id="password" label="Password" error=wrong_password />
                    {code}
                    <Button>"Continue"</Button>
                </Form>
            }
        });
        view! {
            <Narrow>
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Confirm it is you" lead="This part is protected. You stay signed in." />
                {passkeys.then(|| view! { <PasskeySignIn /> })}
                {passkey_alone}
                {by_password}
            </Narrow>
        }
    })
    .await
}
