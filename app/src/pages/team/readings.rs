//! What somebody measured and noted themselves, as their care team sees it.

use super::about::needs_box;
use super::emergency::EmergencyBand;
use super::targets::plan_page;
use super::weeks::weeks_page;
use super::{id_in, identity_line, patient_page};
use crate::api::readings::typed_again;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::{FormState, Typed};
use crate::pages::readings::bmi::{TITLE, sent, worked_out};
use crate::pages::readings::list::newest;
use crate::pages::readings::measure::{asked, body};
use crate::pages::readings::one::{beside_it_shown, done_about, rows, said_before, shown_with, to_do};
use crate::pages::readings::photo::beside_it;
use crate::pages::readings::record::{Asks, fields};
use crate::pages::readings::{measure_page, to_say_before_it_is_saved};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, Details, ErrorSummary, Form, Inset, Narrow, PageHeading, Radios, Section, SummaryList,
};
use crate::whose::Whose;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use domain::reading::{Entered, Measure};
use domain::when::london_day;
use domain::{PersonId, ReadingId};
use leptos::prelude::*;
use service::{EnterPage, ReadingSeen};

/// The name of the form in which a reading is entered for somebody.
pub(crate) const ENTER_FORM: &str = "reading-enter";
/// The name of the form that takes one back.
pub(crate) const TAKE_BACK_FORM: &str = "reading-take-back";

/// The person, the measure and the reading in a path.
pub(crate) type OfPatientsReading = Result<Path<(String, String, String)>, PathRejection>;

/// The person and the measure that a path names.
pub(crate) fn of_patient(path: Result<Path<(String, String)>, PathRejection>) -> Result<(PersonId, Measure), Failure> {
    let Ok(Path((id, word))) = path else { return Err(Failure::not_found()) };
    id.parse().ok().zip(Measure::from_code(&word)).ok_or_else(Failure::not_found)
}

/// The person, the measure and the reading that a path names.
pub(crate) fn patients_reading(path: OfPatientsReading) -> Result<(PersonId, Measure, ReadingId), Failure> {
    let Ok(Path((id, word, reading))) = path else { return Err(Failure::not_found()) };
    match (id.parse(), Measure::from_code(&word), reading.parse()) {
        (Ok(id), Some(measure), Ok(reading)) => Ok((id, measure, reading)),
        _ => Err(Failure::not_found()),
    }
}

/// Where it is.
pub(crate) fn readings_page(person: PersonId) -> String {
    format!("{}/readings", patient_page(person))
}

pub(crate) fn not_checked() -> impl IntoView {
    view! {
        <Inset>
            <p>"The person, or somebody who acts for them, measured and wrote this down. Nobody has checked it."</p>
        </Inset>
    }
}

/// The newest of each measure.
pub async fn list(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (id, actor) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let seen = ctx.services().readings.overview(&actor, id).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let (name, now) = (patient.person.display_name, ctx.services().core.now());
    ctx.page(Head::new("Readings from home", Place::People).of(&seen.whose), || {
        let whose = Whose::open(Some(name.clone()));
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=patient_page(id) label=format!("Back to {name}") />
            {needs_box(&patient.needs, id)}
            <PageHeading title="Readings from home" whose=name />
            {not_checked()}
            {newest(&seen, &readings_page(id), (&whose, Measure::clinical_name), now)}
            <div class="sh-screen-only">
                {seen.may_enter.then(|| to_enter(id, &seen.open))}
                <p><a href=weeks_page(id)>"Their weeks and diaries"</a></p>
                <p><a href=plan_page(id)>"Targets and rules"</a></p>
            </div>
        }
    })
    .await
}

/// One measure with its chart.
pub async fn measure(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>, Query(query): Query<Typed>) -> Answer {
    let (id, measure) = of_patient(path)?;
    let (actor, asked) = (ctx.staff()?, asked(measure, &query)?);
    let seen = ctx.services().readings.measure(&actor, id, asked).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let (name, today) = (patient.person.display_name, london_day(ctx.services().core.now()));
    ctx.page(Head::new("Readings from home", Place::People).with_island().of(&seen.whose), || {
        let whose = Whose::open(Some(name.clone()));
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=readings_page(id) label="Back to all readings" />
            {needs_box(&patient.needs, id)}
            <PageHeading title=measure.clinical_name() whose=name />
            {seen.may_enter.then(|| view! { <Button href=enter_page(id, measure)>"Enter a reading for them"</Button> })}
            {not_checked()}
            {body(&seen, asked.span, &readings_page(id), (&whose, Measure::clinical_name), today)}
            {matches!(measure, Measure::Weight | Measure::Height | Measure::Bmi).then(|| view! { <p class="sh-screen-only"><a href=bmi_page(id)>"Their body mass index (BMI)"</a></p> })}
        }
    })
    .await
}

/// What can be entered for them.
fn to_enter(person: PersonId, open: &[Measure]) -> AnyView {
    let links = open
        .iter()
        .map(|measure| view! { <li><a href=enter_page(person, *measure)>{measure.clinical_name()}</a></li> })
        .collect_view();
    view! {
        <Details summary="Enter a reading for them">
            <p>"What they tell you by phone, or what you measure when they are with you. They see it, with your name."</p>
            <ul class="nhsuk-list">{links}</ul>
        </Details>
    }
    .into_any()
}

/// Where a reading is entered for somebody.
pub(crate) fn enter_page(person: PersonId, measure: Measure) -> String {
    format!("{}/new", measure_page(&readings_page(person), measure))
}

/// The form in which a reading is entered for somebody.
pub async fn enter(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    let (id, measure) = of_patient(path)?;
    let (form, submission) = (ctx.form(ENTER_FORM).await?, ctx.submission());
    let typed = typed_again(measure, &form);
    let EnterPage { patient, unit, to_do } = ctx.services().readings.entering(&ctx.staff()?, id, measure, &typed).await?;
    let title = format!("Enter {}", measure.name_in_sentence());
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::People, &form), || {
        let who = identity_line(&patient.person);
        let choices = Entered::ALL.iter().map(|how| Choice::new(how.code(), how.asked())).collect();
        let (error, value) = (form.error("how"), form.value("how"));
        let list = measure_page(&readings_page(id), measure);
        let another = as_another(&form);
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <Narrow>
                <BackLink href=list label=format!("Back to {}", measure.name_in_sentence()) />
                {to_say_before_it_is_saved(&to_do, &patient.person.display_name)}
                <ErrorSummary errors=form.errors() />
                {needs_box(&patient.needs, id)}
                <PageHeading title=heading lead=patient.person.display_name.clone() />
                <p>"Check that this is the right person. Ask somebody on the phone for their date of birth."</p>
                <p><bdi>{who}</bdi></p>
                <Form action=enter_page(id, measure) submission=submission keep=ENTER_FORM>
                    <Radios id="how" legend_text="How do you know it?" error=error value=value choices=choices />
                    {fields(measure, &form, unit, Asks::AtWork)}
                    <Button>"Save"</Button>
                    {another}
                </Form>
            </Narrow>
        }
    })
    .await
}

/// What is asked where there is a reading of the same time, and the one press that says that this is another. It stands behind the other
/// button, which is the one of the return key: whoever puts a number right and presses that is asked again. Once it was said, it is not
/// asked again because something else is wrong.
fn as_another(form: &FormState) -> Option<AnyView> {
    let Some(asked) = form.error("another") else {
        let was_said = !form.value("another").is_empty();
        return was_said.then(|| view! { <input type="hidden" name="another" value="yes" /> }.into_any());
    };
    let asked = view! {
        <div class="nhsuk-form-group nhsuk-form-group--error" id="another" tabindex="-1">
            <p class="nhsuk-error-message">
                <span class="nhsuk-u-visually-hidden">"Error: "</span>
                {asked}
            </p>
            <Button kind=ButtonKind::Secondary name="another" value="yes">"Save it as another reading"</Button>
        </div>
    };
    Some(asked.into_any())
}

/// What to say to somebody whose readings were just entered: what guidance advises, and what came up by the rules of care teams.
fn to_say(all: &[&ReadingSeen], name: &str) -> Option<AnyView> {
    let says_any =
        |seen: &&ReadingSeen| seen.advice.is_some() || !seen.watched.found.is_empty() || !seen.watched.alerts.is_empty();
    let entered: Vec<&ReadingSeen> = all.iter().copied().filter(|seen| seen.entered.is_some()).collect();
    if !entered.iter().any(says_any) {
        return None;
    }
    let page = if entered.len() > 1 { "the pages of these readings" } else { "the page of this reading" };
    let said = format!("This is what {name} reads on {page}. Say it to them, or to whoever is with them.");
    let body = view! { <p>{said}</p> {to_do(&entered)} {done_about(&entered)} };
    Some(view! { <Section title="What to say to them">{body}</Section> }.into_any())
}

fn bmi_page(person: PersonId) -> String {
    format!("{}/bmi", readings_page(person))
}

/// Their body mass index.
pub async fn bmi(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (id, actor) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let seen = ctx.services().readings.bmi(&actor, id).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let (name, today) = (patient.person.display_name, london_day(ctx.services().core.now()));
    ctx.page(Head::new(TITLE, Place::People).of(&seen.whose), || {
        let whose = Whose::open(Some(name.clone()));
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <BackLink href=readings_page(id) label="Back to all readings" />
            {needs_box(&patient.needs, id)}
            <PageHeading title=TITLE whose=name />
            {not_checked()}
            {worked_out(&seen, &whose, today)}
            {seen.is_sent.then(|| sent(&readings_page(id)))}
        }
    })
    .await
}

/// One reading, with its photo.
pub async fn one(ctx: Ctx, path: OfPatientsReading, Query(query): Query<Typed>) -> Answer {
    let (id, measure, reading) = patients_reading(path)?;
    let actor = ctx.staff()?;
    let (seen, versions, _) = ctx.services().readings.one(&actor, id, (measure, reading)).await?;
    let with = shown_with(&ctx, (&actor, id), &seen, &query).await?;
    let patient = ctx.services().care_team.patient(&actor, id).await?;
    let form = ctx.form(TAKE_BACK_FORM).await?;
    let head = Head::form(measure.clinical_name(), Place::People, &form).of(&patient.person);
    let name = patient.person.display_name;
    ctx.page(head, || {
        let (whose, list) = (Whose::open(Some(name.clone())), measure_page(&readings_page(id), measure));
        let said = to_say(&std::iter::once(&seen).chain(&with).collect::<Vec<_>>(), &name);
        let with = with.as_ref().map(|with| {
            let page = format!("{}/{}", measure_page(&readings_page(id), with.measure), with.id);
            beside_it_shown(with, page, &whose)
        });
        view! {
            <EmergencyBand person=id until=patient.emergency_until />
            <Narrow>
                <BackLink href=list.clone() label=format!("Back to {}", measure.name_in_sentence()) />
                <ErrorSummary errors=form.errors() />
                {needs_box(&patient.needs, id)}
                <PageHeading title=measure.clinical_name() whose=name.clone() />
                {seen.entered.is_none().then(not_checked)}
                {said}
                <SummaryList rows=rows(&seen, &whose) />
                {with}
                <div class="sh-screen-only">{take_back(&seen, &format!("{list}/{reading}/remove"))}</div>
                {beside_it(&seen, &format!("{list}/{reading}/photo"), false, &whose)}
                {said_before(&versions, &whose)}
            </Narrow>
        }
    })
    .await
}

/// The form that takes back what was entered by mistake.
fn take_back(seen: &ReadingSeen, action: &str) -> Option<AnyView> {
    let (version, action) = (seen.version.to_string(), action.to_owned());
    seen.entered.as_ref().filter(|entered| entered.may_take_back).map(|_| {
        view! {
            <Details summary="Take this reading back">
                <p>"If it is wrong, or was entered for the wrong person. It counts in no chart any more, and that you took it back stays in the account of who did what."</p>
                <Form action=action>
                    <input type="hidden" name="version" value=version />
                    <Button kind=ButtonKind::Warning>"Take it back"</Button>
                </Form>
            </Details>
        }
        .into_any()
    })
}
