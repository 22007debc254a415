//! A booking that waits to be confirmed, as it stands on the work list.

use super::standing;
use crate::ctx::{Ctx, Failure};
use crate::pages::team::{patient_page, work_page};
use crate::ui::{Button, ButtonGroup, ButtonKind, Form, Section, SummaryList, SummaryRow};
use crate::words;
use domain::AppointmentId;
use domain::appointment::Status;
use domain::team::StaffRole;
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::WorkItem;

/// When, what and for whom, and the forms that confirm and decline it.
pub(in crate::pages::team) async fn booking(ctx: &Ctx, item: &WorkItem) -> Result<AnyView, Failure> {
    let booking = ctx.services().diary.booking(&ctx.staff()?, AppointmentId::from_uuid(item.about)).await?;
    let mut rows = vec![
        SummaryRow::new("Name", view! { <a href=patient_page(item.person)>{item.person_name.clone()}</a> }),
        SummaryRow::new("When", instant_in_words(booking.starts_at)),
        SummaryRow::new("Service", booking.service),
        SummaryRow::new("With", booking.practitioner),
        SummaryRow::new("Where", format!("{} ({})", booking.place, words::in_sentence(booking.mode.title()))),
        SummaryRow::new("Status", standing(booking.status)),
    ];
    if ctx.team()?.role == StaffRole::Clinician {
        let reason = if booking.reason.is_empty() { "None given".to_owned() } else { booking.reason };
        rows.push(SummaryRow::new("Reason", reason));
    }
    let action = format!("{}/booking", work_page(item.id));
    let (version, same_version) = (booking.version.to_string(), booking.version.to_string());
    let open = item.done.is_none() && booking.status == Status::Pending;
    let acts = open.then(|| {
        let (confirm, decline) = (action.clone(), action);
        view! {
            <Form action=confirm>
                <input type="hidden" name="decision" value="confirm" />
                <input type="hidden" name="version" value=version />
                <Button>"Confirm"</Button>
            </Form>
            <Form action=decline>
                <input type="hidden" name="decision" value="decline" />
                <input type="hidden" name="version" value=same_version />
                <p>"If you decline, the time is free again. The person is told by email, and not why."</p>
                <ButtonGroup>
                    <Button kind=ButtonKind::Warning>"Decline"</Button>
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
