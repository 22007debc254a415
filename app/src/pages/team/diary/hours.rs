//! Changing when clinics are: one that recurs from a day on, or one of a day. Who would lose an appointment is shown first.

use super::forms::{Filled, Top, When};
use super::settings::recurs;
use super::{WhoIsAffected, clinic_page, whole_day};
use crate::api::diary::{hours_form, template_form};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::FormState;
use crate::pages::team::id_in;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, ErrorSummary, Form, InputKind, PageHeading, Radios, Section, SummaryList, SummaryRow,
    TextInput, Warning, Width,
};
use crate::words;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::Datelike;
use domain::appointment::clock_of;
use domain::when::{london_day, minute_of_day};
use domain::{ClinicId, TemplateId};
use leptos::prelude::*;
use service::{ClinicSeen, Shown, TemplateSeen};

/// Everything that is typed about a clinic that recurs, and when it was to end as its page was shown.
const OF_RECURRING: [&str; 15] = [
    "place",
    "practitioner",
    "mode",
    "days",
    "starts",
    "ends",
    "minutes",
    "every_weeks",
    "from_day",
    "from_month",
    "from_year",
    "until_day",
    "until_month",
    "until_year",
    "was",
];
/// Everything that is typed about the hours of a clinic of one day.
const OF_CLINIC: [&str; 3] = ["starts", "ends", "minutes"];

/// Where a clinic that recurs is changed.
pub(crate) fn recurring_page(id: TemplateId) -> String {
    format!("/team/diary/recurring/{id}/change")
}

/// The name under which what was typed waits, and where it is typed.
pub(crate) fn recurring_form(id: TemplateId) -> (String, String) {
    (format!("diary-change-{id}"), recurring_page(id))
}

/// The same for the page that shows who is affected.
pub(crate) fn recurring_check(id: TemplateId) -> (String, String) {
    (format!("diary-change-check-{id}"), format!("/team/diary/recurring/{id}/check"))
}

/// Where the hours of a clinic of one day are changed.
pub(crate) fn hours_page(id: ClinicId) -> String {
    format!("{}/hours", clinic_page(id))
}

/// The name under which what was typed waits, and where it is typed.
pub(crate) fn hours_of(id: ClinicId) -> (String, String) {
    (format!("clinic-hours-{id}"), hours_page(id))
}

/// The same for the page that shows who is affected.
pub(crate) fn hours_check_of(id: ClinicId) -> (String, String) {
    (format!("clinic-hours-check-{id}"), format!("{}/hours/check", clinic_page(id)))
}

/// What was typed on the page before, to be sent with this one.
#[component]
fn Kept<'a>(form: &'a FormState, fields: &'static [&'static str]) -> impl IntoView + use<> {
    fields.iter().map(|field| view! { <input type="hidden" name=*field value=form.value(field) /> }).collect_view()
}

async fn template(ctx: &Ctx, id: TemplateId) -> Result<TemplateSeen, Failure> {
    let (actor, diary) = (ctx.staff()?, &ctx.services().diary);
    diary.may_manage(&actor).await?;
    diary.templates(&actor).await?.into_iter().find(|one| one.id == id).ok_or_else(Failure::not_found)
}

/// How a clinic that recurs is to be from a day on.
pub async fn recurring(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: TemplateId = id_in(path)?;
    let seen = template(&ctx, id).await?;
    let (actor, diary) = (ctx.staff()?, &ctx.services().diary);
    let (mut places, mut people) = (diary.places(&actor).await?, diary.practitioners(&actor).await?);
    places.retain(|one| !one.ended);
    people.retain(|one| !one.ended);
    let form = ctx.form(&recurring_form(id).0).await?;
    let today = london_day(ctx.services().core.now());
    let title = "Change a clinic that recurs";
    ctx.page(Head::form(title, Place::Diary, &form), || {
        let places = places.into_iter().map(|one| Choice::new(one.id.to_string(), one.name)).collect();
        let people = people.into_iter().map(|one| Choice::new(one.id.to_string(), one.name).hint(one.job)).collect();
        let was = seen.template.until.map(|day| day.to_string()).unwrap_or_default();
        let until = seen.template.until;
        let part = |part: Option<String>| part.unwrap_or_default();
        let filled = Filled::new(
            form.clone(),
            [
                ("place", seen.place_id.to_string()),
                ("practitioner", seen.practitioner_id.to_string()),
                ("mode", seen.mode.code().to_owned()),
                ("days", seen.template.days.code()),
                ("starts", clock_of(seen.template.starts)),
                ("ends", clock_of(seen.template.ends)),
                ("minutes", seen.template.minutes.to_string()),
                ("every_weeks", seen.template.every_weeks.to_string()),
                ("until_day", part(until.map(|day| day.day().to_string()))),
                ("until_month", part(until.map(|day| day.month().to_string()))),
                ("until_year", part(until.map(|day| day.year().to_string()))),
            ],
        );
        let (place, practitioner) = (filled.value("place"), filled.value("practitioner"));
        let (wrong_place, wrong_person) = (filled.error("place"), filled.error("practitioner"));
        view! {
            <Top form=form.clone() title=title lead=format!("{}: {}", seen.service, recurs(&seen.template, today)) />
            <p>
                "Until the day that you choose it stays as it is. Whoever has booked keeps their time, if it is still within the hours. If somebody has none, you see who before anything is cancelled. For another service, end this clinic and add one."
            </p>
            <Form action=recurring_page(id)>
                <input type="hidden" name="was" value=was />
                <Radios id="place" legend_text="Where?" choices=places error=wrong_place value=place />
                <Radios id="practitioner" legend_text="Who holds it?" choices=people error=wrong_person value=practitioner />
                <When filled first=("From which day on?", "Leave it out for tomorrow.") />
                <Button>"Save the change"</Button>
            </Form>
        }
    })
    .await
}

/// Who loses an appointment, before a clinic that recurs is changed. What was typed is in the session until then.
pub async fn recurring_affected(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: TemplateId = id_in(path)?;
    let seen = template(&ctx, id).await?;
    let (back_name, back) = recurring_form(id);
    let form = ctx.form(&recurring_check(id).0).await?;
    if form.value("starts").is_empty() {
        return Ok(ctx.go(&back));
    }
    let typed = OF_RECURRING.iter().map(|field| ((*field).to_owned(), form.value(field))).collect();
    let affected = ctx.services().diary.affected_by_change(&ctx.staff()?, id, &template_form(&typed)).await;
    let affected = match affected {
        Ok(affected) => affected,
        Err(error) => return ctx.send_back(error, &back_name, &back, typed).await,
    };
    let today = london_day(ctx.services().core.now());
    let title = "Change a clinic that recurs";
    ctx.page(Head::form(title, Place::Diary, &form), || {
        let rows =
            vec![SummaryRow::new("Service", seen.service.clone()), SummaryRow::new("Until now", recurs(&seen.template, today))];
        view! { <Affected form back title rows affected today action=recurring_page(id) fields=&OF_RECURRING /> }
    })
    .await
}

/// Who loses an appointment, and the button that goes on.
#[component]
fn Affected(
    form: FormState,
    back: String,
    title: &'static str,
    rows: Vec<SummaryRow>,
    affected: Shown,
    today: chrono::NaiveDate,
    action: String,
    fields: &'static [&'static str],
) -> impl IntoView {
    let Shown { affected, seen } = affected;
    view! {
        <BackLink href=back label="Back" />
        <ErrorSummary errors=form.errors() />
        <PageHeading title=title />
        <SummaryList rows />
        <Section title="Who has no time any more">
            <WhoIsAffected affected today />
        </Section>
        <Warning title="It cannot be taken back">
            <p>"These people lose their appointment. Everybody else keeps theirs."</p>
        </Warning>
        <Form action=action>
            <Kept form=&form fields />
            <input type="hidden" name="seen" value=seen />
            <Button kind=ButtonKind::Warning>"Save the change"</Button>
        </Form>
    }
}

fn clinic_rows(clinic: &ClinicSeen) -> Vec<SummaryRow> {
    vec![
        SummaryRow::new("Service", clinic.service.clone()),
        SummaryRow::new("Day", whole_day(clinic.day)),
        SummaryRow::new("Until now", format!("{} to {}", words::clock(clinic.starts_at), words::clock(clinic.ends_at))),
        SummaryRow::new("With", clinic.practitioner.clone()),
    ]
}

/// The hours of a clinic of one day.
pub async fn hours(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: ClinicId = id_in(path)?;
    let (actor, diary) = (ctx.staff()?, &ctx.services().diary);
    let (clinic, minutes) = diary.hours(&actor, id).await?;
    if clinic.cancelled || clinic.ends_at <= ctx.services().core.now() {
        return Err(Failure::not_found());
    }
    let form = ctx.form(&hours_of(id).0).await?;
    let title = "Change the hours of this clinic";
    ctx.page(Head::form(title, Place::Diary, &form), || {
        // What ends at midnight ends with its day.
        let ends = match (minute_of_day(clinic.ends_at), london_day(clinic.ends_at) > clinic.day) {
            (0, true) => 24 * 60,
            (minute, _) => minute,
        };
        let filled = Filled::new(
            form.clone(),
            [
                ("starts", clock_of(minute_of_day(clinic.starts_at))),
                ("ends", clock_of(ends)),
                ("minutes", minutes.map(|minutes| minutes.to_string()).unwrap_or_default()),
            ],
        );
        let time = |id: &'static str, label: &'static str, hint: &'static str| {
            let (error, value) = (filled.error(id), filled.value(id));
            view! { <TextInput id=id label=label hint=hint width=Width::Ten autocomplete="off" error=error value=value /> }
        };
        let starts = time("starts", "When does it begin?", "Such as 08:30");
        let ends = time("ends", "When does it end?", "Such as 12:00");
        let (wrong, minutes) = (filled.error("minutes"), filled.value("minutes"));
        view! {
            <BackLink href=clinic_page(id) label="Back to the clinic" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title=title lead="For this day alone." />
            <SummaryList rows=clinic_rows(&clinic) />
            <p>
                "Whoever has booked keeps their time, if it is still within the hours. If somebody has none, you see who before anything is cancelled."
            </p>
            <Form action=hours_page(id)>
                {starts}
                {ends}
                <TextInput
                    id="minutes"
                    label="How long is an appointment, in minutes?"
                    hint="Leave it out for what is usual for the service."
                    kind=InputKind::Numeric
                    width=Width::Four
                    autocomplete="off"
                    error=wrong
                    value=minutes
                />
                <Button>"Save the change"</Button>
            </Form>
        }
    })
    .await
}

/// Who loses an appointment, before a clinic of one day has other hours. What was typed is in the session until then.
pub async fn hours_affected(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: ClinicId = id_in(path)?;
    let (actor, diary) = (ctx.staff()?, &ctx.services().diary);
    let (clinic, _) = diary.hours(&actor, id).await?;
    let (back_name, back) = hours_of(id);
    let form = ctx.form(&hours_check_of(id).0).await?;
    if form.value("starts").is_empty() {
        return Ok(ctx.go(&back));
    }
    let typed = OF_CLINIC.iter().map(|field| ((*field).to_owned(), form.value(field))).collect();
    let affected = match diary.affected_by_hours(&actor, id, &hours_form(&typed)).await {
        Ok(affected) => affected,
        Err(error) => return ctx.send_back(error, &back_name, &back, typed).await,
    };
    let today = london_day(ctx.services().core.now());
    let title = "Change the hours of this clinic";
    ctx.page(Head::form(title, Place::Diary, &form), || {
        let mut rows = clinic_rows(&clinic);
        rows.push(SummaryRow::new("From now on", format!("{} to {}", form.value("starts"), form.value("ends"))));
        view! { <Affected form back title rows affected today action=hours_page(id) fields=&OF_CLINIC /> }
    })
    .await
}
