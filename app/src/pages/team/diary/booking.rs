//! What waits on the work list about the diary: a booking to be confirmed, one to which somebody may not come, a time for
//! somebody who waits, and what stands otherwise in the organisation's own system, or may.

use super::desk::{Chosen, find_page};
use super::{clinic_page, standing};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::pages::team::about::needs_box;
use crate::pages::team::{id_in, patient_page, work_page};
use crate::shell::Place;
use crate::ui::{BackLink, Button, ButtonGroup, ButtonKind, Form, PageHeading, Section, SummaryList, SummaryRow, Warning};
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use domain::appointment::Status;
use domain::team::{StaffRole, WorkKind};
use domain::when::instant_in_words;
use domain::{AppointmentId, SlotId, WorkItemId};
use leptos::prelude::*;
use service::{BookingSeen, WorkItem};

/// When, what and for whom.
fn facts(item: &WorkItem, booking: &BookingSeen) -> Vec<SummaryRow> {
    vec![
        SummaryRow::new("Name", view! { <a href=patient_page(item.person)>{item.person_name.clone()}</a> }),
        SummaryRow::new("When", instant_in_words(booking.starts_at)),
        SummaryRow::new("Service", booking.service.clone()),
        SummaryRow::new("With", booking.practitioner.clone()),
        SummaryRow::new("Where", format!("{} ({})", booking.place, words::in_sentence(booking.mode.title()))),
        SummaryRow::new("Status", standing(booking.status)),
    ]
}

/// An appointment to which somebody may not come, and the way to its clinic. Nobody here is told why.
pub(in crate::pages::team) async fn may_not_come(ctx: &Ctx, item: &WorkItem) -> Result<AnyView, Failure> {
    let booking = ctx.services().diary.booking(&ctx.staff()?, AppointmentId::from_uuid(item.about)).await?;
    let open = item.done.is_none() && booking.status.is_open();
    let what = open.then(|| {
        view! {
            <p>
                "We have been told that this person may not be able to come to this appointment. They still have it. Ask them, and change or cancel it if they cannot come."
            </p>
        }
    });
    let mut rows = facts(item, &booking);
    rows.push(SummaryRow::new("Clinic", view! { <a href=clinic_page(booking.clinic)>"See the clinic"</a> }));
    Ok(view! {
        <Section title="The appointment">
            {what}
            <SummaryList rows=rows />
        </Section>
    }
    .into_any())
}

/// An appointment of which we could not tell the person that it is cancelled, or changed.
pub(in crate::pages::team) async fn not_told(ctx: &Ctx, item: &WorkItem) -> Result<AnyView, Failure> {
    let booking = ctx.services().diary.booking(&ctx.staff()?, AppointmentId::from_uuid(item.about)).await?;
    let what = if booking.status == Status::Cancelled {
        "This appointment was cancelled. We could not tell this person, because they have no account. Ring them, and offer another time."
    } else {
        "Who holds this appointment has changed, or where it is. We could not tell this person, because they have no account. Ring them."
    };
    let what = item.done.is_none().then(|| view! { <p>{what}</p> });
    let mut rows = facts(item, &booking);
    rows.push(SummaryRow::new("Clinic", view! { <a href=clinic_page(booking.clinic)>"See the clinic"</a> }));
    let book = find_page(item.person, &booking.service_id.to_string(), &Chosen::default());
    let again = (item.done.is_none() && booking.status == Status::Cancelled)
        .then(|| view! { <Button href=book kind=ButtonKind::Secondary>"Book another time for them"</Button> });
    Ok(view! {
        <Section title="The appointment">
            {what}
            <SummaryList rows=rows />
            {again}
        </Section>
    }
    .into_any())
}

/// A time that opened, and the way to book it for whoever has waited longest.
pub(in crate::pages::team) async fn earlier(ctx: &Ctx, item: &WorkItem) -> Result<AnyView, Failure> {
    let (actor, diary, slot) = (ctx.staff()?, &ctx.services().diary, SlotId::from_uuid(item.about));
    let time = diary.free_time(&actor, slot).await?;
    let patient = patient_page(item.person);
    let Some(time) = time else {
        return Ok(view! { <p>"This time is not free any more."</p> }.into_any());
    };
    let old = diary.gives_up_for(&actor, item.person, slot).await?;
    let rows = vec![
        SummaryRow::new("When", instant_in_words(time.starts_at)),
        SummaryRow::new("Service", time.service),
        SummaryRow::new("With", time.practitioner),
        SummaryRow::new("Where", format!("{} ({})", time.place, words::in_sentence(time.mode.title()))),
    ];
    let chosen =
        Chosen { instead_of: old.map(|id| id.to_string()).unwrap_or_default(), slot: slot.to_string(), ..Chosen::default() };
    let (book, who) = (find_page(item.person, &time.service_id.to_string(), &chosen), item.person_name.clone());
    Ok(view! {
        <Section title="The time that is free">
            <SummaryList rows=rows />
            <p>
                <bdi>{who}</bdi>
                " has waited longest for an earlier time. Everybody who waits was told by email, and the first to take it gets it. Ring "
                "them if they may not have seen it."
            </p>
            <ButtonGroup>
                <Button href=book>"Book it for them"</Button>
                <a href=patient>"See this person"</a>
            </ButtonGroup>
        </Section>
    }
    .into_any())
}

/// What the organisation's own system gave no answer about for a day, does not have any more, or gave back in neither way.
pub(in crate::pages::team) async fn outside(ctx: &Ctx, item: &WorkItem) -> Result<AnyView, Failure> {
    let booking = ctx.services().diary.booking(&ctx.staff()?, AppointmentId::from_uuid(item.about)).await?;
    let stands = if booking.status == Status::Cancelled { "Not booked" } else { "It stands" };
    let rows = vec![
        SummaryRow::new("Name", view! { <a href=patient_page(item.person)>{item.person_name.clone()}</a> }),
        SummaryRow::new("When", instant_in_words(booking.starts_at)),
        SummaryRow::new("Service", booking.service),
        SummaryRow::new("With", booking.practitioner),
        SummaryRow::new("As the person sees it", stands),
    ];
    let told = match item.kind {
        WorkKind::OutsideMissing => {
            "Your own appointment system answered, and this is not in it. It may have been moved or taken out there. Look there, and \
             ring the person, who sees it as booked. If it does not take place, ask them to cancel it, or do it for them."
        }
        WorkKind::BothStand => {
            "This person changed an appointment for this one. Your own appointment system booked it, and then let us give back neither \
             this one nor the one before. They have both. Ring them, ask which one they need, and cancel the other in your system."
        }
        _ => {
            "We asked your own appointment system about this for a day, and it gave no certain answer. Look there how it stands. If that \
             is not what the person sees, put it right there, and ring them."
        }
    };
    Ok(view! {
        <Section title="What to look into">
            <SummaryList rows=rows />
            <p>{told}</p>
        </Section>
    }
    .into_any())
}

/// Where a booking is declined: from the work list, or from the page of its clinic.
pub(super) fn decline_page(id: AppointmentId, from: Option<WorkItemId>) -> String {
    let from = from.map(|item| format!("?work={item}")).unwrap_or_default();
    format!("/team/diary/bookings/{id}/decline{from}")
}

/// A booking that waits to be confirmed, before it is declined.
pub async fn decline(ctx: Ctx, path: Result<Path<String>, PathRejection>, Query(query): Query<Typed>) -> Answer {
    let booking = ctx.services().diary.booking(&ctx.staff()?, id_in(path)?).await?;
    let from = match query.get("work") {
        None => None,
        Some(item) => Some(item.parse::<WorkItemId>().map_err(|_| Failure::not_found())?),
    };
    if booking.status != Status::Pending {
        return Err(Failure::not_found());
    }
    let patient = ctx.services().care_team.patient(&ctx.staff()?, booking.person).await?;
    ctx.page(Head::new("Decline a booking", Place::Diary), || {
        let rows = vec![
            SummaryRow::new("Name", patient.person.display_name.clone()),
            SummaryRow::new("When", instant_in_words(booking.starts_at)),
            SummaryRow::new("Service", booking.service.clone()),
            SummaryRow::new("With", booking.practitioner.clone()),
        ];
        let (back, action) = match from {
            Some(item) => (work_page(item), format!("{}/booking", work_page(item))),
            None => (clinic_page(booking.clinic), format!("{}/note", clinic_page(booking.clinic))),
        };
        view! {
            <BackLink href=back label="Back" />
            {needs_box(&patient.needs, booking.person)}
            <PageHeading title="Decline a booking" />
            <SummaryList rows=rows />
            <Warning title="It cannot be taken back">
                <p>"The time is free again for others. The person is told by email, if they have an account, and not why."</p>
            </Warning>
            <Form action=action>
                <input type="hidden" name="decision" value="decline" />
                <input type="hidden" name="to" value=Status::Cancelled.code() />
                <input type="hidden" name="appointment" value=booking.appointment.to_string() />
                <input type="hidden" name="version" value=booking.version.to_string() />
                <Button kind=ButtonKind::Warning>"Decline the booking"</Button>
            </Form>
        }
    })
    .await
}

/// When, what and for whom, the form that confirms it, and the way to decline it.
pub(in crate::pages::team) async fn booking(ctx: &Ctx, item: &WorkItem) -> Result<AnyView, Failure> {
    let booking = ctx.services().diary.booking(&ctx.staff()?, AppointmentId::from_uuid(item.about)).await?;
    let mut rows = facts(item, &booking);
    if ctx.team()?.role == StaffRole::Clinician {
        let reason = if booking.reason.is_empty() { "None given".to_owned() } else { booking.reason.clone() };
        rows.push(SummaryRow::new("Reason", reason));
    }
    let action = format!("{}/booking", work_page(item.id));
    let open = item.done.is_none() && booking.status == Status::Pending;
    let decline = decline_page(booking.appointment, Some(item.id));
    let acts = open.then(|| {
        view! {
            <Form action=action>
                <input type="hidden" name="decision" value="confirm" />
                <input type="hidden" name="version" value=booking.version.to_string() />
                <ButtonGroup>
                    <Button>"Confirm"</Button>
                    <a href=decline>"Decline it"</a>
                </ButtonGroup>
            </Form>
        }
    });
    Ok(view! {
        <Section title="The booking">
            <SummaryList rows=rows />
            {acts}
        </Section>
    }
    .into_any())
}
