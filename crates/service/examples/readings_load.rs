//! Fills an empty database with people who measured themselves for ten years, and asks for their charts over several connections. What is
//! drawn from an answer is a few hundred points, whatever it was made of.
#![expect(clippy::print_stdout, reason = "what it prints is its answer")]

mod load;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::person::Demographics;
use domain::reading::{Amount, Measure, Span};
use domain::when::london_day;
use domain::{AccountId, PersonId, ReadingId};
use load::{CONNECTIONS, Failed, PASSWORD};
use service::{Clock, Services, SystemClock};
use std::sync::Arc;
use std::time::Instant;
use store::StoreError;
use store::reading::{self, NewReading, Said};

/// A blood pressure each day of ten years.
const DAYS: i64 = 3653;
/// Blood sugar every five minutes of 90 days, as a sensor tells it.
const SENSED: i64 = 90 * 24 * 12;
/// How many readings one transaction writes down.
const AT_ONCE: usize = 2000;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let (services, counted) = load::open().await?;
    let began = Instant::now();
    let mut people = Vec::new();
    for number in 0..usize::try_from(CONNECTIONS)? {
        people.push(somebody(&services, number).await?);
    }
    let people = Arc::new(people);
    let made = i64::from(CONNECTIONS) * (DAYS + SENSED);
    load::filled(&services, began, made).await?;
    let asked = [
        ("ten years of a blood pressure a day", Measure::BloodPressure, Span::All),
        ("a year of it", Measure::BloodPressure, Span::Year),
        ("90 days of blood sugar every 5 minutes", Measure::Glucose, Span::Year),
        ("4 weeks of that", Measure::Glucose, Span::Month),
        ("7 days of that", Measure::Glucose, Span::Week),
        ("1 day of that", Measure::Glucose, Span::Day),
    ];
    for (what, measure, span) in asked {
        let (services, people) = (services.clone(), Arc::clone(&people));
        let found = move |number: usize, _| {
            let (services, people) = (services.clone(), Arc::clone(&people));
            async move {
                let (actor, person) = &people[number];
                Ok(services.readings.measure(actor, *person, (measure, span, None)).await?.chart.of)
            }
        };
        load::measure(what, counted, found).await?;
    }
    services.core.store().close().await;
    Ok(())
}

/// Somebody with an account, and all that they measured.
async fn somebody(services: &Services, number: usize) -> Result<(Actor, PersonId), Failed> {
    let who = Demographics {
        nhs_number: None,
        family_name: "Hughes".to_owned(),
        given_names: vec!["Edna".to_owned()],
        prefix: None,
        birth_date: None,
        gender: None,
        deceased: false,
    };
    let person = services.people.create(&Actor::Operator, who).await?;
    let id = services.accounts.create_confirmed(&Actor::Operator, &format!("edna{number}@example.org"), PASSWORD, None).await?;
    services.linking.link_in_person(&Actor::Operator, id, person).await?;
    let (now, by): (_, AccountId) = (SystemClock.now(), id);
    let pressure = (0..DAYS).map(|day| {
        let top = 120 + (day * 7) % 40;
        (Measure::BloodPressure, now - TimeDelta::days(day), top * 1000, Some((top - 50) * 1000))
    });
    let sugar =
        (0..SENSED).map(|place| (Measure::Glucose, now - TimeDelta::minutes(place * 5), 4000 + (place * 37) % 9000, None));
    let all: Vec<_> = pressure.chain(sugar).collect();
    for some in all.chunks(AT_ONCE) {
        let rows: Vec<_> =
            some.iter().map(|one| (ReadingId::from_uuid(services.core.new_id()), services.core.new_id(), *one)).collect();
        let written = services.core.store().write(move |tx| {
            Box::pin(async move {
                for (id, submission, (measure, at, first, second)) in rows {
                    let said = said(measure, at, first, second);
                    reading::add(tx, &NewReading { person, id, submission, measure, said, by, origin: None }, at).await?;
                }
                Ok::<_, StoreError>(())
            })
        });
        written.await?;
    }
    Ok((Actor::Account { id, assurance: Assurance::SecondStep }, person))
}

fn said(measure: Measure, taken_at: DateTime<Utc>, first: i64, second: Option<i64>) -> Said {
    let (first, second) = (Amount::from_thousandths(first), second.map(Amount::from_thousandths));
    Said {
        taken_at,
        taken_on: london_day(taken_at),
        first,
        second,
        unit: measure.unit().ucum,
        said: second.map_or_else(|| first.to_string(), |second| format!("{first}/{second}")),
        settings: String::new(),
        note: String::new(),
    }
}
