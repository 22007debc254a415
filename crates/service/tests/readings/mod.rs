//! What people measure and note themselves, on both engines.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod charting;
mod devices;
mod entering;
mod importing;
mod paper;
mod photos;
mod recording;
mod removing;
mod rules;
mod seeing;
mod texting;
#[expect(dead_code, reason = "the town of appointments has more than is needed here")]
#[path = "../appointments/town.rs"]
mod town;
mod waiting;
mod weeks;
#[expect(dead_code, reason = "the world of medicines has more than is needed here")]
#[path = "../medicines/world.rs"]
mod world;

use domain::reading::Measure;
use domain::{PersonId, ReadingId};
use service::{ReadingForm, ShownWithForm};
use std::collections::BTreeMap;
use town::{Citizen, Town};

/// A form with these numbers.
fn form(town: &Town, numbers: &[&str]) -> ReadingForm {
    ReadingForm {
        numbers: numbers.iter().map(|text| (*text).to_owned()).collect(),
        submission: town.services.core.new_id().to_string(),
        ..ReadingForm::default()
    }
}

/// The same, taken at this time of this day.
fn taken(form: ReadingForm, day: &str, time: &str) -> ReadingForm {
    let mut parts = day.split('/').map(str::to_owned);
    ReadingForm { day: std::array::from_fn(|_| parts.next().unwrap()), time: time.to_owned(), ..form }
}

fn how(form: ReadingForm, settings: &[(&str, &str)]) -> ReadingForm {
    let settings: BTreeMap<String, String> =
        settings.iter().map(|(field, answer)| ((*field).to_owned(), (*answer).to_owned())).collect();
    ReadingForm { settings, ..form }
}

/// The same with the pulse that the same device showed.
fn with_pulse(form: ReadingForm, pulse: &str) -> ReadingForm {
    ReadingForm { shown_with: ShownWithForm { number: pulse.to_owned(), ..ShownWithForm::default() }, ..form }
}

async fn add(town: &Town, who: &Citizen, person: PersonId, measure: Measure, form: &ReadingForm) -> ReadingId {
    town.services.readings.add(&who.actor, person, measure, form).await.unwrap()
}
