//! Ending a service, a place or somebody's clinics, and opening a closed day again: what that does is shown first.

use super::settings::recurs;
use super::{SETTINGS, WhoIsAffected, part_page, whole_day};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::pages::team::id_in;
use crate::shell::Place;
use crate::ui::{BackLink, Button, ButtonKind, ErrorSummary, Form, PageHeading, Section, SummaryList, SummaryRow, Warning};
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use chrono::NaiveDate;
use domain::appointment::Part;
use domain::when::london_day;
use leptos::prelude::*;
use service::Ending;

/// The name under which what went wrong waits.
#[must_use]
pub(crate) fn form_of(part: Part) -> String {
    format!("diary-end-{}", part.as_uuid())
}

/// Ending a service.
pub async fn service(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let part = Part::Service(id_in(path)?);
    show(ctx, part, "End this service", "Nobody can book it any more.").await
}

/// Ending a place.
pub async fn place(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let part = Part::Place(id_in(path)?);
    show(ctx, part, "End this place", "No clinic can be held there any more.").await
}

/// Ending somebody's clinics.
pub async fn practitioner(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let part = Part::Practitioner(id_in(path)?);
    show(ctx, part, "End their clinics", "No clinic can be added for them any more.").await
}

async fn show(ctx: Ctx, part: Part, title: &'static str, then: &'static str) -> Answer {
    let ending = ctx.services().diary.ending(&ctx.staff()?, part).await?;
    if ending.ended {
        return Err(Failure::not_found());
    }
    let form = ctx.form(&form_of(part)).await?;
    let today = london_day(ctx.services().core.now());
    let mut head = Head::new(title, Place::Diary);
    head.has_errors = form.has_errors();
    ctx.page(head, || {
        let Ending { name, recurring, clinics, affected, seen, .. } = ending;
        let ends = if recurring.is_empty() && clinics == 0 {
            view! { <p>"Nothing else ends: no clinic needs it."</p> }.into_any()
        } else {
            let rows: Vec<SummaryRow> = recurring
                .into_iter()
                .map(|one| {
                    let with = format!("{}, {}", one.practitioner, one.place);
                    SummaryRow::new(one.service, view! { {recurs(&one.template, today)} <br /> {with} })
                })
                .collect();
            let count = words::how_many(clinics, "clinic in the diary is cancelled", "clinics in the diary are cancelled");
            let recurring = (!rows.is_empty()).then(|| {
                view! {
                    <p>"These clinics that recur end too:"</p>
                    <SummaryList rows=rows />
                }
            });
            view! {
                {recurring}
                <p>{format!("{count}.")}</p>
            }
            .into_any()
        };
        view! {
            <BackLink href=part_page(part) label="Back" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title=title lead=name />
            <Section title="What else ends">{ends}</Section>
            <Section title="Who is affected">
                <WhoIsAffected affected today />
            </Section>
            <Warning title="It cannot be taken back">
                <p>{then} " Everybody who has booked loses their appointment."</p>
            </Warning>
            <Form action=format!("{}/end", part_page(part))>
                <input type="hidden" name="seen" value=seen />
                <Button kind=ButtonKind::Warning>{title}</Button>
            </Form>
        }
    })
    .await
}

/// Where a closed day is opened again.
pub(super) fn open_page(day: NaiveDate) -> String {
    format!("/team/diary/closed/open?day={day}")
}

/// What happens when a closed day is opened again.
pub async fn open(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let actor = ctx.staff()?;
    ctx.services().diary.may_manage(&actor).await?;
    let day: NaiveDate = query.get("day").and_then(|day| day.parse().ok()).ok_or_else(Failure::not_found)?;
    let closed = ctx.services().diary.closed_days(&actor).await?.into_iter().find(|closed| closed.day == day);
    let closed = closed.ok_or_else(Failure::not_found)?;
    ctx.page(Head::new("Open a day again", Place::Diary), || {
        view! {
            <BackLink href=SETTINGS label="Back to what can be booked" />
            <PageHeading title="Open a day again" lead=format!("{}: {}", whole_day(day), closed.name) />
            <p>"Clinics that recur are made for that day, if they were not in the diary before."</p>
            <p>
                "Clinics that were cancelled stay cancelled, and nobody gets an appointment back. To hold one of them after all, add a clinic that recurs with this day as its first and its last day."
            </p>
            <Form action="/team/diary/closed/open">
                <input type="hidden" name="day" value=day.to_string() />
                <Button>"Open the day"</Button>
            </Form>
        }
    })
    .await
}
