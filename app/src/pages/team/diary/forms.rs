//! The forms with which managers add to what can be booked.

use super::{SETTINGS, WhoIsAffected, whole_day};
use crate::api::diary::day_of;
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::{FormState, Typed};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Checkbox, Checkboxes, Choice, DateInput, DateParts, Details, ErrorSummary, Form, InputKind,
    PageHeading, Radios, Section, TextArea, TextInput, Warning, Width,
};
use domain::appointment::{Mode, ServiceKind, Specialty, Weekdays};
use domain::when::{london_day, weekday_in_words};
use leptos::prelude::*;
use service::Shown;

/// What stands in a form: what was typed or, while nothing has been, what is usual or is so now.
#[derive(Clone)]
pub struct Filled {
    form: FormState,
    usual: Typed,
}

impl Filled {
    /// A form, with what stands in it at first.
    pub(super) fn new(form: FormState, usual: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self { form, usual: usual.into_iter().map(|(field, value)| (field.to_owned(), value)).collect() }
    }

    pub(super) fn value(&self, field: &str) -> String {
        // Of boxes that were typed in nothing is sent where nothing is ticked.
        if self.form == FormState::default() {
            self.usual.get(field).cloned().unwrap_or_default()
        } else {
            self.form.value(field)
        }
    }

    fn ticked(&self, field: &str) -> bool {
        self.value(field) == "yes"
    }

    pub(super) fn error(&self, field: &str) -> Option<String> {
        self.form.error(field)
    }

    /// The three parts of a date.
    fn date(&self, field: &str) -> DateParts {
        let part = |part: &str| self.value(&format!("{field}_{part}"));
        DateParts::new(part("day"), part("month"), part("year"))
    }
}

#[component]
pub(super) fn Top(form: FormState, #[prop(into)] title: String, #[prop(optional)] lead: Option<String>) -> impl IntoView {
    view! {
        <BackLink href=SETTINGS label="Back to what can be booked" />
        <ErrorSummary errors=form.errors() />
        <PageHeading title=title lead=lead />
    }
}

/// A new service.
pub async fn service(ctx: Ctx) -> Answer {
    ctx.services().diary.may_manage(&ctx.staff()?).await?;
    let form = ctx.form("diary-service").await?;
    ctx.page(Head::form("Add a service", Place::Diary, &form), || {
        let kinds = ServiceKind::ALL.iter().map(|kind| Choice::new(kind.code(), kind.title())).collect();
        let usual = [("minutes", "10"), ("release", "at-once"), ("may_cancel", "yes"), ("cancel_hours", "2")];
        let filled = Filled::new(form.clone(), usual.map(|(field, value)| (field, value.to_owned())));
        view! {
            <Top form=form.clone() title="Add a service" />
            <Form action="/team/diary/services/new">
                <Radios id="kind" legend_text="What sort of service is it?" choices=kinds error=form.error("kind") value=form.value("kind") />
                <ServiceFields filled />
                <Button>"Add the service"</Button>
            </Form>
        }
    })
    .await
}

/// Everything about a service but what sort it is.
#[component]
pub(super) fn ServiceFields(filled: Filled, #[prop(optional)] length: Option<&'static str>) -> impl IntoView {
    let by_video =
        ["video_link", "video_test"].into_iter().any(|field| !filled.value(field).is_empty() || filled.error(field).is_some());
    let address = |id: &'static str, label: &'static str, hint: &'static str| {
        let (error, value) = (filled.error(id), filled.value(id));
        view! { <TextInput id=id label=label hint=hint.to_owned() autocomplete="off" error=error value=value /> }
    };
    let link = address(
        "video_link",
        "Where do people join?",
        "The address of the page, such as https://video.example.org/room. Leave it out if each is sent a link.",
    );
    let test = address(
        "video_test",
        "Where can they try it before?",
        "The address of a page that tests their camera and sound. You can leave this out.",
    );
    view! {
        <TextInput
            id="name"
            label="Name"
            hint="As people see it, such as GP appointment"
            autocomplete="off"
            error=filled.error("name")
            value=filled.value("name")
        />
        <TextArea
            id="about"
            label="What it is for"
            hint="You can leave this out."
            rows=3
            error=filled.error("about")
            value=filled.value("about")
        />
        <TextArea
            id="prepare"
            label="What to bring, and how to prepare"
            hint="You can leave this out."
            rows=3
            error=filled.error("prepare")
            value=filled.value("prepare")
        />
        <Details summary="Appointments by video" open=by_video>
            {link}
            {test}
        </Details>
        <TextInput
            id="minutes"
            label="How long is an appointment, in minutes?"
            hint=length.map(str::to_owned)
            kind=InputKind::Numeric
            width=Width::Four
            autocomplete="off"
            error=filled.error("minutes")
            value=filled.value("minutes")
        />
        <Who filled=filled.clone() />
        <Booking filled />
    }
}

/// For whom a service is.
#[component]
fn Who(filled: Filled) -> impl IntoView {
    let age = |id: &'static str, label: &'static str| {
        view! {
            <TextInput
                id=id
                label=label
                hint="In years. Leave it out if there is none."
                kind=InputKind::Numeric
                width=Width::Four
                autocomplete="off"
                error=filled.error(id)
                value=filled.value(id)
            />
        }
    };
    let (treats, wrong) = (filled.value("specialty"), filled.error("specialty"));
    let any = Choice::new("", "Any referral will do");
    let specialties = std::iter::once(any).chain(Specialty::ALL.iter().map(|one| Choice::new(one.code(), one.title()))).collect();
    view! {
        <Checkbox id="registered_only" label="Only for people whom you look after" value="yes" checked=filled.ticked("registered_only") />
        <Checkbox id="referral_needed" label="Only with a referral" value="yes" checked=filled.ticked("referral_needed") />
        <Details summary="For what the referral must be" open={!treats.is_empty()}>
            <Radios
                id="specialty"
                legend_text="What do you treat?"
                hint="People see you among those where they can go with a referral for it."
                choices=specialties
                error=wrong
                value=treats.clone()
            />
        </Details>
        {age("min_age", "Lowest age")}
        {age("max_age", "Highest age")}
    }
}

/// How a service is booked and given up.
#[component]
fn Booking(filled: Filled) -> impl IntoView {
    let releases = vec![
        Choice::new("at-once", "As soon as the clinic is in the diary"),
        Choice::new("days", "A number of days before"),
        Choice::new("day", "On the day itself"),
    ];
    let cancels = vec![Choice::new("yes", "Yes"), Choice::new("no", "No, they must ring")];
    view! {
        <Checkbox id="asks_reason" label="Ask what it is about" value="yes" checked=filled.ticked("asks_reason") />
        <Checkbox
            id="confirms"
            label="Each booking waits until you confirm it"
            hint="It comes to the work list."
            value="yes"
            checked=filled.ticked("confirms")
        />
        <Radios
            id="release"
            legend_text="From when can a time be booked?"
            choices=releases
            error=filled.error("release")
            value=filled.value("release")
        />
        <TextInput
            id="release_days"
            label="If some days before, how many?"
            kind=InputKind::Numeric
            width=Width::Four
            autocomplete="off"
            error=filled.error("release_days")
            value=filled.value("release_days")
        />
        <TextInput
            id="release_time"
            label="If on the day, from what time?"
            hint="Such as 08:00"
            width=Width::Ten
            autocomplete="off"
            error=filled.error("release_time")
            value=filled.value("release_time")
        />
        <Radios
            id="may_cancel"
            legend_text="Can people cancel and change it here?"
            choices=cancels
            inline=true
            value=filled.value("may_cancel")
        />
        <TextInput
            id="cancel_hours"
            label="Until how many hours before?"
            hint="0 means until it begins."
            kind=InputKind::Numeric
            width=Width::Four
            autocomplete="off"
            error=filled.error("cancel_hours")
            value=filled.value("cancel_hours")
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
                <PlaceFields filled=Filled::new(form.clone(), []) />
                <Button>"Add the place"</Button>
            </Form>
        }
    })
    .await
}

/// Where a place is, and how to reach it.
#[component]
pub(super) fn PlaceFields(filled: Filled) -> impl IntoView {
    view! {
        <TextInput id="name" label="Name" autocomplete="off" error=filled.error("name") value=filled.value("name") />
        <TextArea id="address" label="Street and town" rows=3 error=filled.error("address") value=filled.value("address") />
        <TextInput
            id="postcode"
            label="Postcode"
            width=Width::Ten
            autocomplete="off"
            error=filled.error("postcode")
            value=filled.value("postcode")
        />
        <TextArea
            id="directions"
            label="How to get there"
            hint="Such as the bus, where to park, and a way in without steps"
            rows=3
            error=filled.error("directions")
            value=filled.value("directions")
        />
        <TextInput
            id="phone"
            label="Phone number"
            hint="You can leave this out."
            width=Width::Twenty
            autocomplete="off"
            error=filled.error("phone")
            value=filled.value("phone")
        />
    }
}

/// Somebody new who holds clinics.
pub async fn practitioner(ctx: Ctx) -> Answer {
    ctx.services().diary.may_manage(&ctx.staff()?).await?;
    let form = ctx.form("diary-practitioner").await?;
    ctx.page(Head::form("Add somebody who holds clinics", Place::Diary, &form), || {
        view! {
            <Top form=form.clone() title="Add somebody who holds clinics" />
            <Form action="/team/diary/practitioners/new">
                <PractitionerFields filled=Filled::new(form.clone(), []) />
                <Button>"Add them"</Button>
            </Form>
        }
    })
    .await
}

/// What somebody is called, and their job.
#[component]
pub(super) fn PractitionerFields(filled: Filled) -> impl IntoView {
    view! {
        <TextInput
            id="name"
            label="Name"
            hint="As people are told it, such as Dr Amara Larkspur"
            autocomplete="off"
            error=filled.error("name")
            value=filled.value("name")
        />
        <TextInput
            id="job"
            label="Job"
            hint="Such as practice nurse"
            autocomplete="off"
            error=filled.error("job")
            value=filled.value("job")
        />
    }
}

/// A new clinic that recurs.
pub async fn recurring(ctx: Ctx) -> Answer {
    let actor = ctx.staff()?;
    let diary = &ctx.services().diary;
    diary.may_manage(&actor).await?;
    let (mut services, mut places) = (diary.services(&actor).await?, diary.places(&actor).await?);
    let mut people = diary.practitioners(&actor).await?;
    services.retain(|one| !one.ended);
    places.retain(|one| !one.ended);
    people.retain(|one| !one.ended);
    let form = ctx.form("diary-recurring").await?;
    ctx.page(Head::form("Add a clinic that recurs", Place::Diary, &form), || {
        if services.is_empty() || places.is_empty() || people.is_empty() {
            return view! {
                <Top form=form.clone() title="Add a clinic that recurs" />
                <p>"Add a service, a place and somebody who holds clinics first."</p>
            }
            .into_any();
        }
        let usual = [("mode", Mode::InPerson.code().to_owned())];
        let length = |minutes| format!("{minutes} minutes");
        let services =
            services.into_iter().map(|one| Choice::new(one.id.to_string(), one.name).hint(length(one.minutes))).collect();
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
                <When filled=Filled::new(form.clone(), usual) first=("First day", "Leave it out for today.") />
                <Button>"Add the clinic"</Button>
            </Form>
        }
        .into_any()
    })
    .await
}

/// How and when a clinic recurs.
#[component]
pub(super) fn When(filled: Filled, first: (&'static str, &'static str)) -> impl IntoView {
    let mode = filled.value("mode");
    let modes = Mode::ALL.iter().map(|mode| Choice::new(mode.code(), mode.title())).collect();
    let days =
        Weekdays::WEEK.into_iter().map(|day| Choice::new(Weekdays::default().with(day).code(), weekday_in_words(day))).collect();
    let ticked = filled.value("days").split_whitespace().map(str::to_owned).collect();
    let time = |id: &'static str, label: &'static str, hint: &'static str| {
        view! {
            <TextInput
                id=id
                label=label
                hint=hint
                width=Width::Ten
                autocomplete="off"
                error=filled.error(id)
                value=filled.value(id)
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
                error=filled.error(id)
                value=filled.value(id)
            />
        }
    };
    view! {
        <Radios id="mode" legend_text="How is it held?" choices=modes error=filled.error("mode") value=mode />
        <Checkboxes id="days" legend_text="On which days?" choices=days values=ticked error=filled.error("days") />
        {time("starts", "When does it begin?", "Such as 08:30")}
        {time("ends", "When does it end?", "Such as 12:00")}
        {number("minutes", "How long is an appointment, in minutes?", "Leave it out for what is usual for the service.")}
        {number("every_weeks", "Every how many weeks?", "Leave it out for every week.")}
        <DateInput
            id="from"
            legend_text=first.0
            hint=first.1
            value=filled.date("from")
            error=filled.error("from")
        />
        <DateInput
            id="until"
            legend_text="Last day"
            hint="Leave it out if it has none."
            value=filled.date("until")
            error=filled.error("until")
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
    let Shown { affected, seen } = ctx.services().diary.affected_by_closing(&actor, &[day]).await?;
    let today = london_day(ctx.services().core.now());
    ctx.page(Head::form("Close a day", Place::Diary, &form), || {
        let [of_day, month, year] = parts;
        view! {
            <BackLink href="/team/diary/closed/new" label="Back" />
            <ErrorSummary errors=form.errors() />
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
                <input type="hidden" name="seen" value=seen />
                <Button kind=ButtonKind::Warning>"Close the day"</Button>
            </Form>
        }
    })
    .await
}
