//! The forms with which managers add to what can be booked.

use super::settings::weekday;
use super::{SETTINGS, WhoIsAffected, whole_day};
use crate::api::diary::day_of;
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::FormState;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Checkbox, Checkboxes, Choice, DateInput, ErrorSummary, Form, InputKind, PageHeading, Radios,
    Section, TextArea, TextInput, Warning, Width,
};
use domain::appointment::{Mode, ServiceKind, Weekdays};
use domain::when::london_day;
use leptos::prelude::*;

/// What was typed, or what is usual while nothing has been.
fn or_usual(form: &FormState, field: &str, usual: &str) -> String {
    if form.has_errors() { form.value(field) } else { usual.to_owned() }
}

#[component]
fn Top(form: FormState, #[prop(into)] title: String) -> impl IntoView {
    view! {
        <BackLink href=SETTINGS label="Back to what can be booked" />
        <ErrorSummary errors=form.errors() />
        <PageHeading title=title />
    }
}

/// A new service.
pub async fn service(ctx: Ctx) -> Answer {
    ctx.services().diary.may_manage(&ctx.staff()?).await?;
    let form = ctx.form("diary-service").await?;
    ctx.page(Head::form("Add a service", Place::Diary, &form), || {
        let kinds = ServiceKind::ALL.iter().map(|kind| Choice::new(kind.code(), kind.title())).collect();
        let ticked = |field: &str| form.value(field) == "yes";
        let (registered, referral) = (ticked("registered_only"), ticked("referral_needed"));
        let (asks, confirms) = (ticked("asks_reason"), ticked("confirms"));
        view! {
            <Top form=form.clone() title="Add a service" />
            <Form action="/team/diary/services/new">
                <Radios id="kind" legend_text="What sort of service is it?" choices=kinds error=form.error("kind") value=form.value("kind") />
                <TextInput
                    id="name"
                    label="Name"
                    hint="As people see it, such as GP appointment"
                    autocomplete="off"
                    error=form.error("name")
                    value=form.value("name")
                />
                <TextArea
                    id="about"
                    label="What it is for"
                    hint="You can leave this out."
                    rows=3
                    error=form.error("about")
                    value=form.value("about")
                />
                <TextArea
                    id="prepare"
                    label="What to bring, and how to prepare"
                    hint="You can leave this out."
                    rows=3
                    error=form.error("prepare")
                    value=form.value("prepare")
                />
                <TextInput
                    id="minutes"
                    label="How long is an appointment, in minutes?"
                    kind=InputKind::Numeric
                    width=Width::Four
                    autocomplete="off"
                    error=form.error("minutes")
                    value=or_usual(&form, "minutes", "10")
                />
                <Who form=form.clone() registered referral />
                <Booking form=form.clone() asks confirms />
                <Button>"Add the service"</Button>
            </Form>
        }
    })
    .await
}

/// For whom a service is.
#[component]
fn Who(form: FormState, registered: bool, referral: bool) -> impl IntoView {
    let age = |id: &'static str, label: &'static str| {
        view! {
            <TextInput
                id=id
                label=label
                hint="In years. Leave it out if there is none."
                kind=InputKind::Numeric
                width=Width::Four
                autocomplete="off"
                error=form.error(id)
                value=form.value(id)
            />
        }
    };
    view! {
        <Checkbox id="registered_only" label="Only for people whom you look after" value="yes" checked=registered />
        <Checkbox id="referral_needed" label="Only with a referral" value="yes" checked=referral />
        {age("min_age", "Lowest age")}
        {age("max_age", "Highest age")}
    }
}

/// How a service is booked and given up.
#[component]
fn Booking(form: FormState, asks: bool, confirms: bool) -> impl IntoView {
    let releases = vec![
        Choice::new("at-once", "As soon as the clinic is in the diary"),
        Choice::new("days", "A number of days before"),
        Choice::new("day", "On the day itself"),
    ];
    let cancels = vec![Choice::new("yes", "Yes"), Choice::new("no", "No, they must ring")];
    view! {
        <Checkbox id="asks_reason" label="Ask what it is about" value="yes" checked=asks />
        <Checkbox
            id="confirms"
            label="Each booking waits until you confirm it"
            hint="It comes to the work list."
            value="yes"
            checked=confirms
        />
        <Radios
            id="release"
            legend_text="From when can a time be booked?"
            choices=releases
            error=form.error("release")
            value=or_usual(&form, "release", "at-once")
        />
        <TextInput
            id="release_days"
            label="If some days before, how many?"
            kind=InputKind::Numeric
            width=Width::Four
            autocomplete="off"
            error=form.error("release_days")
            value=form.value("release_days")
        />
        <TextInput
            id="release_time"
            label="If on the day, from what time?"
            hint="Such as 08:00"
            width=Width::Ten
            autocomplete="off"
            error=form.error("release_time")
            value=form.value("release_time")
        />
        <Radios
            id="may_cancel"
            legend_text="Can people cancel and change it here?"
            choices=cancels
            inline=true
            value=or_usual(&form, "may_cancel", "yes")
        />
        <TextInput
            id="cancel_hours"
            label="Until how many hours before?"
            hint="0 means until it begins."
            kind=InputKind::Numeric
            width=Width::Four
            autocomplete="off"
            error=form.error("cancel_hours")
            value=or_usual(&form, "cancel_hours", "2")
        />
    }
}

/// A new place.
pub async fn place(ctx: Ctx) -> Answer {
    ctx.services().diary.may_manage(&ctx.staff()?).await?;
    let form = ctx.form("diary-place").await?;
    ctx.page(Head::form("Add a place", Place::Diary, &form), || {
        view! {
            <Top form=form.clone() title="Add a place" />
            <Form action="/team/diary/places/new">
                <TextInput id="name" label="Name" autocomplete="off" error=form.error("name") value=form.value("name") />
                <TextArea id="address" label="Street and town" rows=3 error=form.error("address") value=form.value("address") />
                <TextInput
                    id="postcode"
                    label="Postcode"
                    width=Width::Ten
                    autocomplete="off"
                    error=form.error("postcode")
                    value=form.value("postcode")
                />
                <TextArea
                    id="directions"
                    label="How to get there"
                    hint="Such as the bus, where to park, and a way in without steps"
                    rows=3
                    error=form.error("directions")
                    value=form.value("directions")
                />
                <TextInput
                    id="phone"
                    label="Phone number"
                    hint="You can leave this out."
                    width=Width::Twenty
                    autocomplete="off"
                    error=form.error("phone")
                    value=form.value("phone")
                />
                <Button>"Add the place"</Button>
            </Form>
        }
    })
    .await
}

/// Somebody new who holds clinics.
pub async fn practitioner(ctx: Ctx) -> Answer {
    ctx.services().diary.may_manage(&ctx.staff()?).await?;
    let form = ctx.form("diary-practitioner").await?;
    ctx.page(Head::form("Add somebody who holds clinics", Place::Diary, &form), || {
        view! {
            <Top form=form.clone() title="Add somebody who holds clinics" />
            <Form action="/team/diary/practitioners/new">
                <TextInput
                    id="name"
                    label="Name"
                    hint="As people are told it, such as Dr Amara Larkspur"
                    autocomplete="off"
                    error=form.error("name")
                    value=form.value("name")
                />
                <TextInput
                    id="job"
                    label="Job"
                    hint="Such as practice nurse"
                    autocomplete="off"
                    error=form.error("job")
                    value=form.value("job")
                />
                <Button>"Add them"</Button>
            </Form>
        }
    })
    .await
}

/// A new clinic that recurs.
pub async fn recurring(ctx: Ctx) -> Answer {
    let actor = ctx.staff()?;
    let diary = &ctx.services().diary;
    diary.may_manage(&actor).await?;
    let services = diary.services(&actor).await?;
    let (places, people) = (diary.places(&actor).await?, diary.practitioners(&actor).await?);
    let form = ctx.form("diary-recurring").await?;
    ctx.page(Head::form("Add a clinic that recurs", Place::Diary, &form), || {
        if services.is_empty() || places.is_empty() || people.is_empty() {
            return view! {
                <Top form=form.clone() title="Add a clinic that recurs" />
                <p>"Add a service, a place and somebody who holds clinics first."</p>
            }
            .into_any();
        }
        let services = services.into_iter().filter(|one| !one.ended);
        let services = services.map(|one| Choice::new(one.id.to_string(), one.name).hint(format!("{} minutes", one.minutes))).collect();
        let places = places.into_iter().map(|one| Choice::new(one.id.to_string(), one.name)).collect();
        let people = people.into_iter().map(|one| Choice::new(one.id.to_string(), one.name).hint(one.job)).collect();
        view! {
            <Top form=form.clone() title="Add a clinic that recurs" />
            <Form action="/team/diary/recurring/new">
                <Radios id="service" legend_text="Which service?" choices=services error=form.error("service") value=form.value("service") />
                <Radios id="place" legend_text="Where?" choices=places error=form.error("place") value=form.value("place") />
                <Radios
                    id="practitioner"
                    legend_text="Who holds it?"
                    choices=people
                    error=form.error("practitioner")
                    value=form.value("practitioner")
                />
                <When form=form.clone() />
                <Button>"Add the clinic"</Button>
            </Form>
        }
        .into_any()
    })
    .await
}

/// How and when a clinic recurs.
#[component]
fn When(form: FormState) -> impl IntoView {
    let modes = Mode::ALL.iter().map(|mode| Choice::new(mode.code(), mode.title())).collect();
    let days = Weekdays::WEEK.into_iter().map(|day| Choice::new(Weekdays::default().with(day).code(), weekday(day))).collect();
    let ticked = form.value("days").split_whitespace().map(str::to_owned).collect();
    let time = |id: &'static str, label: &'static str, hint: &'static str| {
        view! {
            <TextInput
                id=id
                label=label
                hint=hint
                width=Width::Ten
                autocomplete="off"
                error=form.error(id)
                value=form.value(id)
            />
        }
    };
    let number = |id: &'static str, label: &'static str, hint: &'static str| {
        view! {
            <TextInput
                id=id
                label=label
                hint=hint
                kind=InputKind::Numeric
                width=Width::Four
                autocomplete="off"
                error=form.error(id)
                value=form.value(id)
            />
        }
    };
    view! {
        <Radios id="mode" legend_text="How is it held?" choices=modes error=form.error("mode") value=or_usual(&form, "mode", "in-person") />
        <Checkboxes id="days" legend_text="On which days?" choices=days values=ticked error=form.error("days") />
        {time("starts", "When does it begin?", "Such as 08:30")}
        {time("ends", "When does it end?", "Such as 12:00")}
        {number("minutes", "How long is an appointment, in minutes?", "Leave it out for what is usual for the service.")}
        {number("every_weeks", "Every how many weeks?", "Leave it out for every week.")}
        <DateInput
            id="from"
            legend_text="First day"
            hint="Leave it out for today."
            value=form.date("from")
            error=form.error("from")
        />
        <DateInput
            id="until"
            legend_text="Last day"
            hint="Leave it out if it has none."
            value=form.date("until")
            error=form.error("until")
        />
    }
}

/// A day to close.
pub async fn closed(ctx: Ctx) -> Answer {
    ctx.services().diary.may_manage(&ctx.staff()?).await?;
    let form = ctx.form("diary-closed").await?;
    ctx.page(Head::form("Close a day", Place::Diary, &form), || {
        view! {
            <Top form=form.clone() title="Close a day" />
            <p>"If somebody has booked on that day, you see who before anything is cancelled."</p>
            <Form action="/team/diary/closed/new">
                <DateInput
                    id="day"
                    legend_text="Which day?"
                    hint="For example, 25 12 2026"
                    value=form.date("day")
                    error=form.error("day")
                />
                <TextInput
                    id="name"
                    label="Why"
                    hint="Such as Christmas Day. People see it."
                    autocomplete="off"
                    error=form.error("name")
                    value=form.value("name")
                />
                <Button>"Close the day"</Button>
            </Form>
        }
    })
    .await
}

/// Who is affected, before a day is closed on which somebody has booked. What was typed is in the session until then.
pub async fn closed_check(ctx: Ctx) -> Answer {
    let actor = ctx.staff()?;
    ctx.services().diary.may_manage(&actor).await?;
    let form = ctx.form("diary-closed-check").await?;
    let parts = ["day_day", "day_month", "day_year"].map(|part| form.value(part));
    let Some(day) = day_of(&parts) else { return Ok(ctx.go("/team/diary/closed/new")) };
    let affected = ctx.services().diary.affected_by_closing(&actor, day).await?;
    let today = london_day(ctx.services().core.now());
    ctx.page(Head::form("Close a day", Place::Diary, &form), || {
        let [of_day, month, year] = parts;
        view! {
            <BackLink href="/team/diary/closed/new" label="Back" />
            <PageHeading title="Close a day" lead=format!("{}: {}", whole_day(day), form.value("name")) />
            <Section title="Who is affected">
                <WhoIsAffected affected today />
            </Section>
            <Warning title="It cannot be taken back">
                <p>"All clinics of that day are cancelled. Everybody who has booked loses their appointment."</p>
            </Warning>
            <Form action="/team/diary/closed/new">
                <input type="hidden" name="day_day" value=of_day />
                <input type="hidden" name="day_month" value=month />
                <input type="hidden" name="day_year" value=year />
                <input type="hidden" name="name" value=form.value("name") />
                <input type="hidden" name="sure" value="yes" />
                <Button kind=ButtonKind::Warning>"Close the day"</Button>
            </Form>
        }
    })
    .await
}
