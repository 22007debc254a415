//! Readings: adding, changing and removing them.

use super::field;
use super::photos::Sent;
use crate::ctx::{Answer, Ctx};
use crate::forms::Typed;
use crate::pages::readings::record::FORM;
use crate::pages::readings::{LIST, OfMeasure, OfReading, add_page, measure_in, measure_page, reading_in, reading_page};
use axum::Form;
use axum::extract::Request;
use domain::reading::Measure;
use service::{ReadingForm, ServiceError};

fn form(measure: Measure, typed: &Typed) -> ReadingForm {
    let part = |name: &str| field(typed, name).to_owned();
    ReadingForm {
        numbers: measure.parts().iter().map(|part| field(typed, part.field).to_owned()).collect(),
        unit: part("unit"),
        sure: !field(typed, "sure").is_empty(),
        settings: measure.settings().iter().map(|setting| (setting.field.to_owned(), part(setting.field))).collect(),
        note: part("note"),
        day: ["day", "month", "year"].map(|part| field(typed, &format!("day_{part}")).to_owned()),
        time: part("time"),
        submission: part("submission"),
    }
}

/// Adds a reading, with its photo where one was sent, and leads to what to do about it.
pub async fn add(ctx: Ctx, path: OfMeasure, request: Request) -> Answer {
    let measure = measure_in(path)?;
    let Sent { typed, photo } = match Sent::read(&ctx, request).await? {
        Ok(sent) => sent,
        Err(refused) => return Ok(refused),
    };
    let (actor, person, form) = (ctx.actor(), ctx.person()?, form(measure, &typed));
    match ctx.services().readings.add_with_photo(&actor, person, measure, &form, photo).await {
        Ok(id) => ctx.done(&reading_page(measure, id), "Your reading is saved", None).await,
        Err(error) => ctx.send_back(error, FORM, &add_page(measure), typed).await,
    }
}

/// Changes one.
pub async fn change(ctx: Ctx, path: OfReading, Form(typed): Form<Typed>) -> Answer {
    let (measure, id) = reading_in(path)?;
    let (actor, person, page) = (ctx.actor(), ctx.person()?, reading_page(measure, id));
    let changed = match field(&typed, "version").parse() {
        Ok(version) => ctx.services().readings.change(&actor, person, (id, version), &form(measure, &typed)).await,
        Err(_) => Err(ServiceError::field("", "The page was not whole. Send it again")),
    };
    match changed {
        Ok(()) => ctx.done(&page, "Your change is saved", None).await,
        Err(error) => ctx.send_back(error, FORM, &format!("{page}/change"), typed).await,
    }
}

/// Removes one.
pub async fn remove(ctx: Ctx, path: OfReading, Form(typed): Form<Typed>) -> Answer {
    let (measure, id) = reading_in(path)?;
    let (actor, person) = (ctx.actor(), ctx.person()?);
    let removed = match field(&typed, "version").parse() {
        Ok(version) => ctx.services().readings.remove(&actor, person, (id, version)).await,
        Err(_) => Err(ServiceError::field("", "The page was not whole. Send it again")),
    };
    match removed {
        Ok(measure) => ctx.done(&measure_page(LIST, measure), "The reading is removed", None).await,
        Err(error) => ctx.send_back(error, "reading-remove", &reading_page(measure, id), typed).await,
    }
}
