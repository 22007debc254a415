//! Beginning a guided week: what it is, how to measure, and when to be reminded.

use super::paper::paper_page;
use super::{Part, WEEKS, protocol_in, start_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::forms::FormState;
use crate::pages::weeks::reminders::fields;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Choice, Details, ErrorSummary, Form, IconName, InputKind, Narrow, PageHeading, Radios, TextInput, Width,
};
use crate::words;
use domain::reading::week::{Protocol, Works, Zones};
use leptos::prelude::*;

/// The name of the form.
pub(crate) const FORM: &str = "week-start";

/// The page.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let protocol = protocol_in(path)?;
    let (reach, chooses) = ctx.services().readings.may_start(&ctx.actor(), ctx.person()?, protocol).await?;
    let (form, submission, whose) = (ctx.form(FORM).await?, ctx.submission(), ctx.whose());
    ctx.page(Head::form(protocol.title(), Place::Health, &form), || {
        let or = |field: &str, usual: &str| if form.value("sent").is_empty() { usual.to_owned() } else { form.value(field) };
        let length = lengths(protocol, &form);
        let zones = (protocol.works() == Works::Zones).then(|| zones(&form, &or));
        let begin = vec![Choice::new("today", "Today"), Choice::new("tomorrow", "Tomorrow")];
        let how = or("how", "mail").split_whitespace().map(ToOwned::to_owned).collect();
        let remind = match chooses {
            true => fields(&form, (or("times", protocol.times()), how), reach).into_any(),
            false => view! { <p>{format!("Only {} can choose to be reminded.", whose.person())}</p> }.into_any(),
        };
        let (errors, wrong, first) = (form.errors(), form.error("first"), or("first", "today"));
        view! {
            <Narrow>
                <BackLink href=WEEKS label="Back to weeks and diaries" />
                <ErrorSummary errors=errors />
                {easy::picture(IconName::Clipboard)}
                <PageHeading title=protocol.title() lead=protocol.about() />
                {acts::steps(&acts::BEGIN_WEEK)}
                {other_times(protocol)}
                {how_to(protocol, true)}
                {enough(protocol)}
                <ul class="nhsuk-list sh-screen-only">
                    <li><a href=format!("{WEEKS}/blank/{}", protocol.code())>"Print an empty diary"</a></li>
                    <li><a href=paper_page(protocol)>"Type in a paper diary"</a></li>
                </ul>
                <Form action=start_page(protocol) submission=submission>
                    <input type="hidden" name="sent" value="1" />
                    <Radios id="first" legend_text="When do you begin?" choices=begin error=wrong value=first />
                    {length}
                    {zones}
                    {remind}
                    <Button picture=IconName::Done>"Begin"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// The other way to measure the same thing, where there is one: at which times of a day is a choice.
fn other_times(protocol: Protocol) -> Option<AnyView> {
    let other = Protocol::ALL.iter().copied().find(|other| *other != protocol && other.measure() == protocol.measure())?;
    Some(
        view! {
            <h2 class="nhsuk-heading-s">"Choose when you measure"</h2>
            <ul class="nhsuk-list nhsuk-list--bullet">
                <li>{protocol.about()} " This is the one on this page."</li>
                <li><a href=start_page(other)>{other.about()}</a></li>
            </ul>
            <p>"Were you asked to measure after meals, or do you not know? Ask your diabetes team which one you need."</p>
        }
        .into_any(),
    )
}

fn lengths(protocol: Protocol, form: &FormState) -> AnyView {
    let usual = protocol.lengths().first().map(ToString::to_string).unwrap_or_default();
    if protocol.lengths().len() < 2 {
        return view! { <input type="hidden" name="length" value=usual /> }.into_any();
    }
    let mut days: Vec<u16> = protocol.lengths().to_vec();
    days.sort_unstable();
    let choices =
        days.into_iter().map(|days| Choice::new(days.to_string(), words::how_many(u64::from(days), "day", "days"))).collect();
    let value = Some(form.value("length")).filter(|typed| !typed.is_empty()).unwrap_or(usual);
    view! { <Radios id="length" legend_text="For how long?" choices=choices error=form.error("length") value=value /> }.into_any()
}

/// The fields of a personal best and its zones.
pub(crate) fn zones(form: &FormState, or: &impl Fn(&str, &str) -> String) -> AnyView {
    let (green, amber) = Zones::USUAL;
    let (best, green, amber) = (or("best", ""), or("green", &green.to_string()), or("amber", &amber.to_string()));
    view! {
        <TextInput
            id="best"
            label="Your personal best in L/min (if you know it)"
            hint="It stands in your asthma action plan. Without it we cannot say in which zone you are."
            kind=InputKind::Numeric
            width=Width::Ten
            error=form.error("best")
            value=best
        />
        <TextInput
            id="green"
            label="Green begins at this per cent of it"
            hint="Take both numbers from your own plan. Many plans use 80 and 50; some use 75 or 60."
            kind=InputKind::Numeric
            width=Width::Ten
            error=form.error("green")
            value=green
        />
        <TextInput
            id="amber"
            label="Amber begins at this per cent of it"
            kind=InputKind::Numeric
            width=Width::Ten
            error=form.error("amber")
            value=amber
        />
    }
    .into_any()
}

/// How to measure.
pub(crate) fn how_to(protocol: Protocol, open: bool) -> impl IntoView {
    let steps = protocol.how().iter().map(|step| view! { <li>{*step}</li> }).collect_view();
    view! {
        <Details summary="How to do it" open=open>
            <ol class="nhsuk-list nhsuk-list--number">{steps}</ol>
            <p class="nhsuk-hint">{format!("From {}.", protocol.source())}</p>
        </Details>
    }
}

/// What is enough for a result, where anything is asked.
pub(crate) fn enough(protocol: Protocol) -> Option<AnyView> {
    (protocol.least() > 0).then(|| {
        let days = protocol.least();
        view! {
            <p>
                {format!("We leave out the first day, because first readings are often higher. Then we need {days} days or more with both mornings and evenings.")}
            </p>
        }
        .into_any()
    })
}
