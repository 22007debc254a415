//! When and how a guided week reminds.

use super::{Part, week_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::FormState;
use crate::pages::appointments::id_in;
use crate::shell::Place;
use crate::ui::{BackLink, Button, Checkbox, Checkboxes, Choice, ErrorSummary, Form, Narrow, PageHeading, TextInput};
use leptos::prelude::*;
use service::{Reach, WeekSeen};

/// The name of the form.
pub(crate) const FORM: &str = "week-reminders";

/// The page.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let seen = ctx.services().readings.week(&ctx.actor(), ctx.person()?, id_in(path)?).await?;
    if let Some(wants) = seen.reminded_too {
        return too(ctx, &seen, wants).await;
    }
    if !seen.may_remind {
        return Err(Failure::not_found());
    }
    let form = ctx.form(FORM).await?;
    ctx.page(Head::form("Reminders", Place::Health, &form), || {
        let sent = !form.value("sent").is_empty();
        let now = [("mail", seen.by_mail), ("text", seen.by_text)];
        let now = now.iter().filter(|(_, on)| *on).map(|(word, _)| (*word).to_owned()).collect();
        let how = if sent { form.value("how").split_whitespace().map(ToOwned::to_owned).collect() } else { now };
        let times = if sent { form.value("times") } else { seen.times.clone() };
        let (page, title) = (week_page(seen.line.id), seen.line.plan.protocol.title());
        let (errors, fields) = (form.errors(), fields(&form, (times, how), seen.reach).into_any());
        view! {
            <Narrow>
                <BackLink href=page.clone() label=format!("Back to {}", title.to_lowercase()) />
                <ErrorSummary errors=errors />
                <PageHeading title="Reminders" caption=title />
                <Form action=format!("{page}/reminders")>
                    <input type="hidden" name="sent" value="1" />
                    <input type="hidden" name="version" value=seen.version.to_string() />
                    {fields}
                    <Button>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// The same for somebody who acts for the person: whether they are reminded as well.
async fn too(ctx: Ctx, seen: &WeekSeen, wants: bool) -> Answer {
    let (page, title) = (week_page(seen.line.id), seen.line.plan.protocol.title());
    let (times, name) = (seen.times.clone(), seen.name.clone());
    ctx.page(Head::new("Reminders", Place::Health), || {
        view! {
            <Narrow>
                <BackLink href=page.clone() label=format!("Back to {}", title.to_lowercase()) />
                <PageHeading title="Reminders" caption=title />
                <p>{format!("{name} chooses how they are reminded. You can be reminded too, at the same times: {times}.")}</p>
                <Form action=format!("{page}/reminders")>
                    <input type="hidden" name="too" value="1" />
                    <Checkbox
                        id="wants"
                        label="Email me when it is time to measure"
                        hint="The email says nothing of what is measured, or for whom. You get none while it is paused."
                        checked=wants
                    />
                    <Button>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// The fields of reminders.
pub(crate) fn fields(form: &FormState, (times, how): (String, Vec<String>), reach: Reach) -> impl IntoView + use<> {
    let text = reach.can_text.then(|| Choice::new("text", "By text message"));
    let choices = std::iter::once(Choice::new("mail", "By email")).chain(text).collect();
    let more = (reach.own_account && reach.texts && !reach.can_text)
        .then(|| view! { <p>"For text messages, add a mobile number to your account first."</p> });
    view! {
        <Checkboxes
            id="how"
            legend_text="How do we remind you?"
            hint="Choose none to get no reminders. They say nothing of what you measure."
            choices=choices
            values=how
            error=form.error("how")
        />
        {more}
        <TextInput
            id="times"
            label="At which times?"
            hint="From 7am to 10pm, with commas between. Choose times that you can keep."
            error=form.error("times")
            value=times
        />
    }
}
