//! Readings: adding, changing and removing them.

use super::field;
use super::photos::Sent;
use crate::ctx::{Answer, Ctx};
use crate::forms::{FormState, Typed, Undo};
use crate::pages::readings::one::added_page;
use crate::pages::readings::record::{FORM, SAVED_BEFORE};
use crate::pages::readings::removed::{FORM as REMOVED_FORM, put_back_page, removed_page};
use crate::pages::readings::{LIST, OfMeasure, OfReading, add_page, measure_in, measure_page, reading_in, reading_page};
use crate::pages::team::readings::{
    ENTER_FORM, OfPatientsReading, TAKE_BACK_FORM, enter_page, of_patient, patients_reading, readings_page,
};
use axum::Form;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request};
use domain::reading::Measure;
use service::{EnterForm, ReadingForm, ReadingsAdded, SavedBefore, ServiceError, ShownWithForm};

pub(crate) fn form(measure: Measure, typed: &Typed) -> ReadingForm {
    let part = |name: &str| field(typed, name).to_owned();
    ReadingForm {
        numbers: measure.parts().iter().map(|part| field(typed, part.field).to_owned()).collect(),
        unit: part("unit"),
        sure: !field(typed, "sure").is_empty(),
        is_another: !field(typed, "another").is_empty(),
        asks_of_same: true,
        settings: measure.settings().iter().map(|setting| (setting.field.to_owned(), part(setting.field))).collect(),
        note: part("note"),
        day: ["day", "month", "year"].map(|part| field(typed, &format!("day_{part}")).to_owned()),
        time: part("time"),
        shown_with: measure.shown_with().map(|other| shown_with(other, typed, "")).unwrap_or_default(),
        submission: part("submission"),
    }
}

/// What was typed of what the same device showed with a reading; `suffix` is what stands behind the names of the fields of one reading
/// among several.
pub(super) fn shown_with(other: Measure, typed: &Typed, suffix: &str) -> ShownWithForm {
    let part = |name: &str| field(typed, &format!("{}{suffix}", ShownWithForm::field(other, name))).to_owned();
    ShownWithForm {
        number: other.parts().first().map(|one| part(one.field)).unwrap_or_default(),
        sure: !part("sure").is_empty(),
        settings: other.settings().iter().map(|setting| (setting.field.to_owned(), part(setting.field))).collect(),
    }
}

/// What stands in a form.
pub(crate) fn as_typed(measure: Measure, form: &FormState) -> ReadingForm {
    self::form(measure, form.all())
}

/// What was typed in a form that came back, so that nothing of it is kept; nothing of one that did not.
pub(crate) fn typed_again(measure: Measure, came_back: &FormState) -> Vec<ReadingForm> {
    if came_back.has_errors() { vec![as_typed(measure, came_back)] } else { Vec::new() }
}

/// Adds a reading, with its photo where one was sent, and leads to what to do about it.
pub async fn add(ctx: Ctx, path: OfMeasure, request: Request) -> Answer {
    let measure = measure_in(path)?;
    let Sent { typed, photo } = match Sent::read(&ctx, request).await? {
        Ok(sent) => sent,
        Err(refused) => return Ok(refused),
    };
    let (actor, person, form) = (ctx.actor(), ctx.person()?, form(measure, &typed));
    let with_photo = photo.is_some();
    match ctx.services().readings.add_with_photo(&actor, person, measure, &form, photo).await {
        Ok(ReadingsAdded { saved_before: Some(before), .. }) => {
            let page = format!("{}/change", reading_page(before.measure, before.id));
            let error = ServiceError::field("", saved_before(measure, before, with_photo));
            ctx.send_back(error, FORM, &page, as_of(before.measure, measure, typed)).await
        }
        Ok(added) => {
            let what = if added.shown_with.is_some() { "readings are" } else { "reading is" };
            let said = format!("{} {what} saved", ctx.whose().title());
            ctx.done(&added_page(&reading_page(measure, added.id), added), &said, None).await
        }
        Err(error) => ctx.send_back(error, FORM, &add_page(measure), typed).await,
    }
}

/// What is said where a form was saved before and says something else now.
fn saved_before(measure: Measure, before: SavedBefore, with_photo: bool) -> String {
    let other = measure.shown_with().filter(|_| before.leaves_other).map_or_else(String::new, |other| {
        format!(". The {} that you typed is not saved either: write it down after this", other.name_in_sentence())
    });
    let photo = if with_photo { ". Add the photo again where the reading is" } else { "" };
    format!("You saved this reading before, so what you typed now is not saved. Look at both below{other}{photo}")
}

/// What was typed in the form of a reading, as the form that changes what it saved before has it: that reading, or what the same device
/// showed with it.
fn as_of(saved: Measure, measure: Measure, mut typed: Typed) -> Typed {
    if saved != measure {
        let parts = saved.parts().iter().map(|part| part.field);
        let fields = parts.chain(saved.settings().iter().map(|setting| setting.field));
        let own = |name: &'static str| (name.to_owned(), field(&typed, &ShownWithForm::field(saved, name)).to_owned());
        typed = fields.map(own).collect();
    }
    typed.insert("version".to_owned(), SAVED_BEFORE.to_owned());
    typed
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
        Ok(measure) => {
            // It is removed as the next version.
            let version = field(&typed, "version").parse::<i32>().unwrap_or_default().saturating_add(1);
            let undo = Undo {
                action: put_back_page(measure, id),
                fields: vec![("version".to_owned(), version.to_string())],
                button: "Put it back".to_owned(),
            };
            let text = "It counts in no chart any more. You can put it back now, or later from the page of removed readings.";
            ctx.done_undo(&measure_page(LIST, measure), "You removed the reading", text, undo).await
        }
        Err(error) => ctx.send_back(error, "reading-remove", &reading_page(measure, id), typed).await,
    }
}

/// Puts one back that was removed.
pub async fn put_back(ctx: Ctx, path: OfReading, Form(typed): Form<Typed>) -> Answer {
    let (measure, id) = reading_in(path)?;
    let (actor, person) = (ctx.actor(), ctx.person()?);
    let put_back = match field(&typed, "version").parse() {
        Ok(version) => ctx.services().readings.put_back(&actor, person, (id, version)).await,
        Err(_) => Err(ServiceError::field("", "The page was not whole. Send it again")),
    };
    match put_back {
        Ok(measure) => ctx.done(&reading_page(measure, id), "The reading is back", Some("It counts in charts again.")).await,
        Err(error) => ctx.send_back(error, REMOVED_FORM, &removed_page(measure), typed).await,
    }
}

/// Enters one for somebody, at work.
pub async fn enter(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>, Form(typed): Form<Typed>) -> Answer {
    let (person, measure) = of_patient(path)?;
    let entered = EnterForm { reading: form(measure, &typed), how: field(&typed, "how").to_owned() };
    match ctx.services().readings.enter_for(&ctx.staff()?, person, measure, &entered).await {
        Ok(added) => {
            let page = format!("{}/{}", measure_page(&readings_page(person), measure), added.id);
            let (title, text) = match added.shown_with {
                Some(_) => ("The readings are saved", "The person sees them, with your name."),
                None => ("The reading is saved", "The person sees it, with your name."),
            };
            ctx.done(&added_page(&page, added), title, Some(text)).await
        }
        Err(error) => ctx.send_back(error, ENTER_FORM, &enter_page(person, measure), typed).await,
    }
}

/// Takes one back that was entered by mistake.
pub async fn take_back(ctx: Ctx, path: OfPatientsReading, Form(typed): Form<Typed>) -> Answer {
    let (person, measure, id) = patients_reading(path)?;
    let list = measure_page(&readings_page(person), measure);
    let version = field(&typed, "version").parse().unwrap_or_default();
    match ctx.services().readings.take_back(&ctx.staff()?, person, (measure, id), version).await {
        Ok(()) => ctx.done(&list, "You took the reading back", Some("The person does not see it any more.")).await,
        Err(error) => ctx.send_back(error, TAKE_BACK_FORM, &format!("{list}/{id}"), typed).await,
    }
}
