//! Setting up the second step, without which no record opens.

use crate::api::second_step::take_codes;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::guard::NEXT;
use crate::islands::passkey::PasskeyRegister;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Details, ErrorSummary, Form, InputKind, Inset, Narrow, PageHeading, QrCode, RecoveryCodes,
    Secret, Section, Steps, TextInput, Width,
};
use leptos::prelude::*;
use service::ServiceError;

/// Passkey or authenticator app.
pub async fn choose(ctx: Ctx) -> Answer {
    if ctx.reader()?.second_step_at.is_some() {
        return Ok(ctx.go("/account/factors"));
    }
    let factors = match ctx.services().factors.overview(&ctx.actor()).await {
        // There is a second step already: it is asked for.
        Err(ServiceError::NeedsSecondStep) => return Ok(ctx.go("/sign-in/code")),
        other => other?,
    };
    let passkeys = factors.passkeys_available;
    let mut head = Head::new("Add a second step", Place::Elsewhere);
    head.island = passkeys;
    ctx.page(head, || {
        let kind = if passkeys { ButtonKind::Secondary } else { ButtonKind::Primary };
        let passkey = passkeys.then(|| {
            view! {
                <PasskeyRegister>
                    <h2>"Use a passkey"</h2>
                    <p>
                        "The easiest way. You sign in with your fingerprint, your face or the PIN of this device. "
                        "There is nothing to type or to remember."
                    </p>
                </PasskeyRegister>
            }
        });
        view! {
            <Narrow>
                <Steps current=3 total=4 label="Add a second step" />
                <PageHeading
                    title="Add a second step"
                    lead="Somebody may guess or find out your password. With a second step they still cannot see your record."
                />
                {passkey}
                <Section title="Use an authenticator app">
                    <p>"An app on your phone shows a 6-digit code. You type it when you sign in. It works on every device."</p>
                    <Button kind=kind href="/second-step/authenticator">"Use an authenticator app"</Button>
                </Section>
                <Details summary="What if I lose my phone?">
                    <p>"We give you recovery codes to write down. Each of them lets you in once."</p>
                </Details>
            </Narrow>
        }
    })
    .await
}

/// Setting up an authenticator app: the key to put into it, and its first code.
pub async fn authenticator(ctx: Ctx) -> Answer {
    let first = ctx.reader()?.second_step_at.is_none();
    let set_up = match ctx.services().factors.begin_authenticator(&ctx.actor(), &ctx.current_session()).await {
        Ok(set_up) => set_up,
        Err(ServiceError::NeedsSecondStep) => return Ok(ctx.go("/sign-in/code")),
        Err(ServiceError::NeedsFreshSignIn) => {
            ctx.session.insert(NEXT, &ctx.path).await?;
            return Ok(ctx.go("/sign-in/again"));
        }
        Err(error) => return Err(Failure(error)),
    };
    let form = ctx.form("authenticator").await?;
    let place = if first { Place::Elsewhere } else { Place::Account };
    ctx.page(Head::form("Set up your authenticator app", place, &form), || {
        let above = if first {
            view! { <Steps current=3 total=4 label="Add a second step" /> }.into_any()
        } else {
            view! { <BackLink href="/account/factors" label="Back to sign-in and security" /> }.into_any()
        };
        let instead = first.then(|| view! { <p class="sh-screen-only"><a href="/second-step">"Choose another way"</a></p> });
        view! {
            <Narrow>
                {above}
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Set up your authenticator app" />
                {(!first)
                    .then(|| {
                        view! { <p>"Your recovery codes stop working when you finish here. We then show you new ones to write down."</p> }
                    })}
                <Section title="1. Open the app">
                    <p>"Any authenticator app will do, and many password managers have one. If you have none, look for “authenticator” in the app store of your phone."</p>
                </Section>
                <Section title="2. Add Selfheal to it">
                    <p>"In the app, choose to add an account. Then scan this picture:"</p>
                    <QrCode modules=set_up.qr label="QR code with the key for your authenticator app" />
                    <p><a href=set_up.url>"I am on my phone: open the app"</a></p>
                    <Details summary="I cannot scan it">
                        <p>"Type this key into the app. Capital letters do not matter."</p>
                        <Secret label="Key for your authenticator app" value=set_up.secret />
                    </Details>
                </Section>
                <Section title="3. Type the code that it shows">
                    <Form action="/second-step/authenticator">
                        <TextInput
                            id="code"
                            label="6-digit code"
                            hint="It changes every 30 seconds. If it has just changed, use the new one."
                            kind=InputKind::OneTimeCode
                            width=Width::Ten
                            error=form.error("code")
                        />
                        <Button>"Finish setting up"</Button>
                    </Form>
                    {instead}
                </Section>
            </Narrow>
        }
    })
    .await
}

/// New recovery codes, once.
pub async fn recovery_codes(ctx: Ctx) -> Answer {
    let kept = take_codes(&ctx).await?;
    let next = if kept.next.is_empty() { "/account/factors".to_owned() } else { kept.next };
    ctx.page(Head::new("Your recovery codes", Place::Elsewhere), || {
        let body = if kept.codes.is_empty() {
            view! {
                <PageHeading title="Your recovery codes" lead="We show them only once, and these have been shown." />
                <p>
                    "If you did not keep them, " <a href="/account/factors">"make new ones"</a>
                    ". The old ones then stop working."
                </p>
                <Button href=next>"Continue"</Button>
            }
            .into_any()
        } else {
            view! {
                <PageHeading
                    title="Keep your recovery codes"
                    lead="If you lose your phone or your passkey, one of these codes lets you in. Each works once."
                />
                <RecoveryCodes codes=kept.codes />
                <div class="sh-screen-only">
                    <Inset>
                        <p>"Print this page or write the codes down, and keep them somewhere safe. We cannot show them again."</p>
                    </Inset>
                </div>
                <Button href=next>"I have kept my codes"</Button>
            }
            .into_any()
        };
        view! { <Narrow>{body}</Narrow> }
    })
    .await
}
