//! How to sign in: passkeys, authenticator app, recovery codes, and the devices that do without a code.

use super::{counted, day};
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::FormState;
use crate::islands::passkey::PasskeyRegister;
use crate::shell::Place;
use crate::ui::{
    ActivityItem, ActivityList, BackLink, Button, ButtonKind, Details, ErrorSummary, FieldError, Form, PageHeading, Section,
    TextInput, Width,
};
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::{DeviceSeen, PasskeySeen};

/// Every way to sign in, each with what can be changed about it.
pub async fn show(ctx: Ctx) -> Answer {
    let factors = ctx.services().factors.overview(&ctx.actor()).await?;
    let renamed = ctx.form("passkey").await?;
    let removed = ctx.form("remove").await?;
    let mut errors = removed.errors();
    errors
        .extend(renamed.errors().into_iter().map(|error| FieldError::new(name_field(&renamed.value("passkey")), error.message)));

    let (passkeys, authenticator) = (factors.passkeys.len(), factors.authenticator_since);
    let only_one = passkeys + usize::from(authenticator.is_some()) <= 1;
    let mut head = Head::form("Sign-in and security", Place::Account, &renamed);
    head.island = factors.passkeys_available;
    head.has_errors = !errors.is_empty();
    ctx.page(head, || {
        let create = factors.passkeys_available.then(|| {
            let label = if passkeys == 0 { "A passkey is the easiest and safest way to sign in: with your fingerprint, your face or the PIN of this device." } else { "You can create another, for this device." };
            view! { <PasskeyRegister><p>{label}</p></PasskeyRegister> }
        });
        let list = (passkeys > 0).then(|| {
            let items = factors.passkeys.into_iter().map(|passkey| passkey_item(passkey, &renamed, only_one)).collect();
            view! { <ActivityList items=items /> }
        });
        let codes = usize::try_from(factors.recovery_codes_left).unwrap_or_default();
        let devices = if factors.devices.is_empty() {
            view! { <p>"There are none: every sign-in with your password asks for a code."</p> }.into_any()
        } else {
            let items = factors.devices.into_iter().map(device_item).collect();
            view! {
                <p>"These do not ask for a code after your password."</p>
                <ActivityList items=items />
            }
            .into_any()
        };
        view! {
            <BackLink href="/account" label="Back to your account" />
            <ErrorSummary errors=errors />
            <PageHeading title="Sign-in and security" lead="The ways into your account. Two are better than one: then you can lose one." />
            <div id="passkey">
                <Section title="Passkeys">
                    {(passkeys == 0).then(|| view! { <p>"You have no passkeys yet."</p> })}
                    {list}
                    {create}
                </Section>
            </div>
            <div id="authenticator">
                <Section title="Authenticator app">{authenticator_view(authenticator.map(day), only_one)}</Section>
            </div>
            <Section title="Recovery codes">
                <p>
                    {format!("You have {} left. ", counted(codes, "recovery code", "recovery codes"))}
                    "Each lets you in once if you lose your phone or your passkey. If you make new ones, your old ones stop working."
                </p>
                <Form action="/account/recovery-codes">
                    <Button kind=ButtonKind::Secondary>"Make new recovery codes"</Button>
                </Form>
            </Section>
            <Section title="Trusted devices">{devices}</Section>
        }
    })
    .await
}

/// The id of the field with a passkey's name.
fn name_field(passkey: &str) -> String {
    format!("name-{passkey}")
}

fn passkey_item(passkey: PasskeySeen, renamed: &FormState, only_one: bool) -> ActivityItem {
    let id = passkey.id.to_string();
    let here = renamed.value("passkey") == id;
    let error = if here { renamed.error("name") } else { None };
    let value = if here { renamed.value("name") } else { passkey.name.clone() };
    let used =
        passkey.last_used_at.map_or_else(|| "Not used yet".to_owned(), |at| format!("Last used on {}", instant_in_words(at)));
    let created = format!("Created on {}", day(passkey.created_at));
    let (field, shown) = (name_field(&id), passkey.name.clone());
    let summary = format!("Rename or remove {shown}");
    let remove = remove_passkey(id.clone(), passkey.name, only_one);
    ActivityItem::new(created, shown, "").why(used).act(view! {
        <Details summary=summary open=here>
            <Form action="/account/passkeys/rename">
                <input type="hidden" name="passkey" value=id />
                <TextInput id=field name="name" label="Name of this passkey" width=Width::Twenty error=error value=value />
                <Button kind=ButtonKind::Secondary>"Save name"</Button>
            </Form>
            {remove}
        </Details>
    })
}

fn remove_passkey(id: String, name: String, only_one: bool) -> AnyView {
    if only_one {
        return view! { <p>"This is your only second step. To remove it, add another first."</p> }.into_any();
    }
    view! {
        <Form action="/account/passkeys/remove">
            <input type="hidden" name="passkey" value=id />
            <Button kind=ButtonKind::Warning about=name>"Remove"</Button>
        </Form>
    }
    .into_any()
}

fn authenticator_view(since: Option<String>, only_one: bool) -> AnyView {
    let Some(since) = since else {
        return view! {
            <p>"An app on your phone shows a code to sign in with. It works on every device."</p>
            <Button kind=ButtonKind::Secondary href="/second-step/authenticator">"Set up an authenticator app"</Button>
        }
        .into_any();
    };
    let remove = if only_one {
        view! { <p>"This is your only second step. To remove it, create a passkey first."</p> }.into_any()
    } else {
        view! {
            <Details summary="Remove it">
                <p>"You then sign in with a passkey or a recovery code."</p>
                <Form action="/account/authenticator/remove">
                    <Button kind=ButtonKind::Warning>"Remove the authenticator app"</Button>
                </Form>
            </Details>
        }
        .into_any()
    };
    view! {
        <p>{format!("You set it up on {since}.")}</p>
        <Button kind=ButtonKind::Secondary href="/second-step/authenticator">"Move it to another phone or app"</Button>
        {remove}
    }
    .into_any()
}

fn device_item(device: DeviceSeen) -> ActivityItem {
    let until = format!("Trusted until {}", day(device.trusted_until));
    let about = device.label.clone();
    ActivityItem::new(until, device.label, "").why(format!("Last used on {}", instant_in_words(device.last_seen_at))).act(view! {
        <Form action="/account/devices/forget">
            <input type="hidden" name="device" value=device.id.to_string() />
            <Button kind=ButtonKind::Secondary about=about>"Ask for a code again"</Button>
        </Form>
    })
}
