//! Devices that may add readings by themselves: all of them, connecting one, and one with what it did.

use super::import::found;
use super::{LIST as READINGS, by};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Checkboxes, Choice, CodeBlock, Details, EmptyState, EntryList, EntryRow, ErrorSummary, Form,
    IconName, Inset, Narrow, PageHeading, Secret, Section, SummaryList, SummaryRow, TagKind, TextInput, Width,
};
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use chrono::NaiveDate;
use domain::ReadingDeviceId;
use domain::reading::{ImportState, Measure};
use domain::when::{instant_in_words, london_day};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use service::DeviceOfReadings;

/// Where all of them are.
pub(crate) const LIST: &str = "/readings/devices";
/// Where one is connected.
pub(crate) const ADD: &str = "/readings/devices/new";
/// The name of its form.
pub(crate) const ADD_FORM: &str = "reading-device";
/// The name of the forms with nothing but a button.
pub(crate) const ACT_FORM: &str = "reading-device-act";
/// What the address of a device says after the form that connected it was sent a second time.
pub(crate) const AGAIN: &str = "again";
/// The session's key for [`NewToken`].
pub(crate) const TOKEN: &str = "new-device-token";

/// A token that was just made, until it has been shown.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NewToken {
    /// Of which device.
    pub(crate) device: ReadingDeviceId,
    /// The token.
    pub(crate) token: String,
}

/// The device in a path.
pub(crate) type OfDevice = Result<Path<String>, PathRejection>;

/// The device that a path names.
pub(crate) fn device_in(path: OfDevice) -> Result<ReadingDeviceId, Failure> {
    path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)
}

/// Where a device is.
pub(crate) fn device_page(id: ReadingDeviceId) -> String {
    format!("{LIST}/{id}")
}

fn readings(many: u64) -> String {
    words::how_many(many, "reading", "readings")
}

/// "Blood pressure, pulse".
fn measures(device: &DeviceOfReadings) -> String {
    let names = device.measures.iter().enumerate();
    let names = names.map(|(at, one)| if at == 0 { one.name().to_owned() } else { one.name_in_sentence() });
    names.collect::<Vec<_>>().join(", ")
}

fn row(device: &DeviceOfReadings, today: NaiveDate) -> AnyView {
    let used =
        device.used_at.map_or_else(|| "Not used yet".to_owned(), |at| format!("Last used {}", words::day_and_clock(at, today)));
    let tag = device.stopped_at.map(|_| ("Stopped".to_owned(), TagKind::Neutral));
    view! {
        <EntryRow
            title=device.name.clone()
            href=device_page(device.id)
            value=(device.added > 0).then(|| readings(device.added))
            text=format!("{}. {used}", measures(device))
            tag=tag
        />
    }
    .into_any()
}

/// All devices.
pub async fn list(ctx: Ctx) -> Answer {
    let (devices, _, whose) = ctx.services().readings.devices(&ctx.actor(), ctx.person()?).await?;
    let today = london_day(ctx.services().core.now());
    let title = "Devices that may add readings";
    ctx.page(Head::new(title, Place::Health).of(&whose), || {
        let (stopped, live): (Vec<_>, Vec<_>) = devices.iter().partition(|device| device.stopped_at.is_some());
        let rows = |some: &[&DeviceOfReadings]| some.iter().map(|device| row(device, today)).collect_view();
        let all = if live.is_empty() {
            view! {
                <EmptyState title="No device is connected" icon=IconName::Heart>
                    <p>"Most people do not need one. You can type a reading in, or send a file from an app."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let rows = rows(&live);
            view! { <EntryList>{rows}</EntryList> }.into_any()
        };
        let before = (!stopped.is_empty()).then(|| {
            let rows = rows(&stopped);
            view! { <Section title="Stopped"><EntryList>{rows}</EntryList></Section> }
        });
        view! {
            <Narrow>
                <BackLink href=READINGS label="Back to all readings" />
                <PageHeading
                    title=title
                    lead="A device or an app can send readings by itself. It cannot see anything else, and you can stop it at any time."
                />
                {all}
                <Button href=ADD>"Connect a device"</Button>
                {before}
            </Narrow>
        }
    })
    .await
}

/// The form for a new one.
pub async fn add(ctx: Ctx) -> Answer {
    let (_, open, printed) = ctx.services().readings.devices(&ctx.actor(), ctx.person()?).await?;
    let (form, whose, submission) = (ctx.form(ADD_FORM).await?, ctx.whose(), ctx.submission());
    let title = "Connect a device";
    ctx.page(Head::form(title, Place::Health, &form).of(&printed), || {
        let choices: Vec<Choice> = open.iter().map(|measure: &Measure| Choice::new(measure.code(), measure.name())).collect();
        let chosen: Vec<String> = form.value("measures").split(' ').map(str::to_owned).collect();
        let into = whose.name.as_ref().map(|name| {
            let words = format!("Its readings go into the record of {name}. Connect only a device that {name} uses.");
            view! { <Inset><p>{words}</p></Inset> }
        });
        let (errors, error, value) = (form.errors(), form.error("name"), form.value("name"));
        view! {
            <Narrow>
                <BackLink href=LIST label="Back to devices" />
                <ErrorSummary errors=errors />
                <PageHeading title=title lead="You get a secret token. Type or paste it into the device or its app." />
                {into}
                <Form action=ADD submission=submission keep=ADD_FORM>
                    <TextInput
                        id="name"
                        label="What do you call it?"
                        hint="So that you know it again, such as “Blood pressure cuff”."
                        width=Width::Twenty
                        error=error
                        value=value
                    />
                    <Checkboxes
                        id="measures"
                        legend_text="What may it send?"
                        hint="Choose only what this device measures."
                        error=form.error("measures")
                        choices=choices
                        values=chosen
                    />
                    <Button>"Connect the device"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// The token, if it waits to be shown. It is forgotten with this.
async fn take_token(ctx: &Ctx, id: ReadingDeviceId) -> Result<Option<String>, Failure> {
    let Some(kept) = ctx.session.get::<NewToken>(TOKEN).await?.filter(|kept| kept.device == id) else { return Ok(None) };
    ctx.session.remove_value(TOKEN).await?;
    Ok(Some(kept.token))
}

/// What somebody reads whose form was sent a second time.
fn once(is_shown: bool) -> AnyView {
    let lost = (!is_shown).then(|| {
        view! { <p>"Its token was shown the first time. If you did not copy it, stop this device and connect it again."</p> }
    });
    view! { <Inset><p>"This device was connected already. We did not connect it twice."</p> {lost}</Inset> }.into_any()
}

/// One device.
pub async fn show(ctx: Ctx, path: OfDevice, Query(query): Query<Typed>) -> Answer {
    let id = device_in(path)?;
    let (device, still) = ctx.services().readings.device(&ctx.actor(), (ctx.person()?, id)).await?;
    let (form, whose, token) = (ctx.form(ACT_FORM).await?, ctx.whose(), take_token(&ctx, id).await?);
    let address = format!("{}/fhir/device/R4/Observation", ctx.services().core.settings().public_url);
    ctx.page(Head::form(&device.name, Place::Health, &form), || {
        let again = query.contains_key(AGAIN).then(|| once(token.is_some()));
        let token = token.map(|token| {
            view! {
                <Section title="Its token">
                    <p><strong>"Copy it now. We cannot show it again."</strong></p>
                    <Secret label="Token of this device" value=token />
                    <p>"Whoever has it can add readings as this device. Give it to nobody else."</p>
                    <p>"Send readings to this address, as FHIR R4:"</p>
                    <CodeBlock label="Address for readings" text=address />
                </Section>
            }
        });
        let used = device.used_at.map_or_else(|| "Not yet".to_owned(), instant_in_words);
        let mut rows = vec![
            SummaryRow::new("May send", measures(&device)),
            SummaryRow::new("Last used", used),
            SummaryRow::new("Readings added", words::grouped(device.added)),
            SummaryRow::new("Token begins with", device.token_begins.clone()),
            SummaryRow::new("Connected by", format!("{}, {}", by(device.by, &whose), instant_in_words(device.made_at))),
        ];
        rows.extend(device.stopped_at.map(|at| SummaryRow::new("Stopped", instant_in_words(at))));
        let heading = device.name.clone();
        view! {
            <BackLink href=LIST label="Back to devices" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title=heading />
            {again}
            {token}
            <SummaryList rows=rows />
            {sent(&device, &still)}
            {acts(&device, !still.is_empty())}
        }
    })
    .await
}

/// What is there of what it sent.
fn sent(device: &DeviceOfReadings, still: &[service::FoundSeen]) -> AnyView {
    let says = match device.state {
        ImportState::Undoing => Some("What it sent is being taken out. You can leave this page. It goes on without you."),
        ImportState::Undone => Some("What it sent was taken out again, but for what somebody changed since."),
        _ => None,
    };
    let shown = (!still.is_empty()).then(|| found(still, "Sent and still here", false));
    let nobody = (device.stopped_at.is_none()).then(|| {
        view! {
            <Inset>
                <p>"Nobody looks at each reading as it comes in. If a number worries you, call your GP or 111."</p>
            </Inset>
        }
    });
    view! {
        {says.map(|says| view! { <p>{says}</p> })}
        {shown}
        {nobody}
    }
    .into_any()
}

/// Stopping it, and taking out what it sent.
fn acts(device: &DeviceOfReadings, has_readings: bool) -> AnyView {
    let here = device_page(device.id);
    let stop = device.stopped_at.is_none().then(|| {
        let action = format!("{here}/stop");
        view! {
            <Details summary="Stop this device">
                <p>"It can send nothing more. What it sent stays. To use it again, connect it again."</p>
                <Form action=action>
                    <Button kind=ButtonKind::Warning>"Stop this device"</Button>
                </Form>
            </Details>
        }
    });
    let undo = (has_readings && device.state == ImportState::Done).then(|| {
        let action = format!("{here}/undo");
        let also = if device.stopped_at.is_none() { "The device is stopped too. " } else { "" };
        view! {
            <Details summary="Take out all that it sent">
                <p>{format!("{also}Everything that it sent goes, but for what somebody changed since.")}</p>
                <Form action=action>
                    <Button kind=ButtonKind::Warning>"Take out all that it sent"</Button>
                </Form>
            </Details>
        }
    });
    view! { {stop} {undo} }.into_any()
}
