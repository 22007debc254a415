//! Changing what can be booked: each form shows how it stands, and says so where somebody else has changed it meanwhile.

use super::forms::{Filled, PlaceFields, PractitionerFields, ServiceFields, Top};
use super::settings::terms;
use super::{part_page, whole_address};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::FormState;
use crate::pages::team::id_in;
use crate::shell::Place;
use crate::ui::{Button, Form, Section, SummaryList, SummaryRow};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::appointment::{Part, Release, clock_of};
use leptos::prelude::*;
use service::{PlaceSeen, PractitionerSeen, ServiceSeen};

/// The name under which what was typed about one of them waits.
#[must_use]
pub(crate) fn form_of(part: Part) -> String {
    format!("diary-{}", part.as_uuid())
}

/// How it stands now, for somebody who is told that another has just changed it.
fn now(form: &FormState, rows: Vec<SummaryRow>) -> Option<impl IntoView + use<>> {
    form.error("").map(|_| {
        view! {
            <Section title="As it is now">
                <SummaryList rows=rows />
            </Section>
            <p>"What you typed is in the form below. If you save it, it takes the place of what is there now."</p>
        }
    })
}

/// The form itself, and the way to end what it is about.
#[component]
fn Change(
    part: Part,
    version: i32,
    end: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let page = part_page(part);
    let ending = format!("{page}/end");
    view! {
        <p>"People who have booked see the change at once. We do not write to them about it."</p>
        <Form action=page>
            <input type="hidden" name="version" value=version.to_string() />
            {children()}
            <Button>"Save the change"</Button>
        </Form>
        <p class="sh-screen-only"><a href=ending>{end}</a></p>
    }
}

fn yes(is: bool) -> String {
    if is { "yes".to_owned() } else { String::new() }
}

fn number(number: Option<u16>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn service_fields(seen: &ServiceSeen) -> Vec<(&'static str, String)> {
    let (release, days, time) = match seen.terms.release {
        Release::AtOnce => ("at-once", None, String::new()),
        Release::DaysBefore(days) => ("days", Some(days), String::new()),
        Release::OnTheDay(minute) => ("day", None, clock_of(minute)),
    };
    let may_cancel = if seen.terms.may_cancel { "yes" } else { "no" };
    vec![
        ("name", seen.name.clone()),
        ("about", seen.about.clone()),
        ("prepare", seen.prepare.clone()),
        ("video_link", seen.video_link.clone()),
        ("video_test", seen.video_test.clone()),
        ("minutes", seen.minutes.to_string()),
        ("registered_only", yes(seen.terms.registered_only)),
        ("min_age", number(seen.terms.min_age)),
        ("max_age", number(seen.terms.max_age)),
        ("referral_needed", yes(seen.terms.referral_needed)),
        ("specialty", seen.terms.specialty.map(|one| one.code().to_owned()).unwrap_or_default()),
        ("asks_reason", yes(seen.asks_reason)),
        ("release", release.to_owned()),
        ("release_days", number(days)),
        ("release_time", time),
        ("may_cancel", may_cancel.to_owned()),
        ("cancel_hours", seen.terms.cancel_hours.to_string()),
        ("confirms", yes(seen.terms.confirms)),
    ]
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "None".to_owned() } else { text.to_owned() }
}

/// A service.
pub async fn service(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (id, actor) = (id_in(path)?, ctx.staff()?);
    ctx.services().diary.may_manage(&actor).await?;
    let known = ctx.services().diary.services(&actor).await?;
    let seen = known.into_iter().find(|one| one.id == id && !one.ended).ok_or_else(Failure::not_found)?;
    let part = Part::Service(id);
    let form = ctx.form(&form_of(part)).await?;
    ctx.page(Head::form("Change a service", Place::Diary, &form), || {
        let rows = vec![
            SummaryRow::new("Name", seen.name.clone()),
            SummaryRow::new("What it is for", or_none(&seen.about)),
            SummaryRow::new("What to bring", or_none(&seen.prepare)),
            SummaryRow::new("How long", format!("{} minutes", seen.minutes)),
            SummaryRow::new("Rules", terms(&seen.terms)),
            SummaryRow::new("Asks what it is about", if seen.asks_reason { "Yes" } else { "No" }),
        ];
        let filled = Filled::new(form.clone(), service_fields(&seen));
        let length = "This is for the clinics that you add from now on. Those that are there keep the length that they have.";
        view! {
            <Top form=form.clone() title="Change a service" lead=format!("{} ({})", seen.name, seen.kind.title()) />
            {now(&form, rows)}
            <Change part version=seen.version end="End this service">
                <ServiceFields filled=filled.clone() length />
            </Change>
        }
    })
    .await
}

/// A place.
pub async fn place(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (id, actor) = (id_in(path)?, ctx.staff()?);
    ctx.services().diary.may_manage(&actor).await?;
    let known = ctx.services().diary.places(&actor).await?;
    let seen: PlaceSeen = known.into_iter().find(|one| one.id == id && !one.ended).ok_or_else(Failure::not_found)?;
    let part = Part::Place(id);
    let form = ctx.form(&form_of(part)).await?;
    ctx.page(Head::form("Change a place", Place::Diary, &form), || {
        let rows = vec![
            SummaryRow::new("Name", seen.name.clone()),
            SummaryRow::new("Address", whole_address(&seen)),
            SummaryRow::new("How to get there", or_none(&seen.directions)),
            SummaryRow::new("Phone number", or_none(&seen.phone)),
        ];
        let fields = [
            ("name", seen.name.clone()),
            ("address", seen.address.clone()),
            ("postcode", seen.postcode.clone()),
            ("directions", seen.directions.clone()),
            ("phone", seen.phone.clone()),
        ];
        let filled = Filled::new(form.clone(), fields);
        view! {
            <Top form=form.clone() title="Change a place" lead=seen.name.clone() />
            {now(&form, rows)}
            <Change part version=seen.version end="End this place">
                <PlaceFields filled=filled.clone() />
            </Change>
        }
    })
    .await
}

/// Somebody who holds clinics.
pub async fn practitioner(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (id, actor) = (id_in(path)?, ctx.staff()?);
    ctx.services().diary.may_manage(&actor).await?;
    let known = ctx.services().diary.practitioners(&actor).await?;
    let seen: PractitionerSeen = known.into_iter().find(|one| one.id == id && !one.ended).ok_or_else(Failure::not_found)?;
    let part = Part::Practitioner(id);
    let form = ctx.form(&form_of(part)).await?;
    ctx.page(Head::form("Change somebody who holds clinics", Place::Diary, &form), || {
        let rows = vec![SummaryRow::new("Name", seen.name.clone()), SummaryRow::new("Job", seen.job.clone())];
        let filled = Filled::new(form.clone(), [("name", seen.name.clone()), ("job", seen.job.clone())]);
        view! {
            <Top form=form.clone() title="Change somebody who holds clinics" lead=seen.name.clone() />
            {now(&form, rows)}
            <Change part version=seen.version end="End their clinics">
                <PractitionerFields filled=filled.clone() />
            </Change>
        }
    })
    .await
}
