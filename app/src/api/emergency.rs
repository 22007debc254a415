//! Opening a record in an emergency, closing it again, and looking at what was opened.

use super::field;
use crate::ctx::{Answer, Ctx};
use crate::forms::Typed;
use crate::pages::team::{id_in, patient_page};
use crate::words::clock;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::{EmergencyId, PersonId};
use service::EmergencyForm;

/// Opens a record.
pub async fn open(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let text = |name: &str| field(&typed, name).to_owned();
    let form = EmergencyForm {
        nhs_number: text("nhs_number"),
        day: text("birth_date_day"),
        month: text("birth_date_month"),
        year: text("birth_date_year"),
        reason: text("reason"),
        text: text("text"),
        submission: text("submission"),
    };
    match ctx.services().emergencies.open(&ctx.staff()?, &form).await {
        Ok(opened) => {
            let said = format!("The record is open until {}", clock(opened.until));
            ctx.done(&patient_page(opened.person), &said, Some("The person is told. Everything you look at is written down."))
                .await
        }
        Err(error) => ctx.send_back(error, "emergency", "/team/emergency", typed).await,
    }
}

/// Closes it before its time.
pub async fn close(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let person: PersonId = id_in(path)?;
    ctx.services().emergencies.close(&ctx.staff()?, person).await?;
    ctx.done("/team/people", "You closed the record", None).await
}

/// Notes that somebody who answers for privacy has looked at one.
pub async fn check(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: EmergencyId = id_in(path)?;
    ctx.services().emergencies.check(&ctx.staff()?, id).await?;
    ctx.done("/team/emergencies", "It is marked as looked at", None).await
}
