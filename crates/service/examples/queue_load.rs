//! Fills an empty database with a practice at which 50,000 ordered medicines wait, and reads its queue over several connections as
//! those do who decide.
#![expect(clippy::print_stdout, reason = "what it prints is its answer")]

mod load;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::medicine::{ItemStatus, QueuePart};
use domain::person::Demographics;
use domain::team::{StaffRole, WorkKind};
use domain::{AccountId, EntryId, MemberId, OrderId, OrderItemId, OrganisationId, PersonId, WorkItemId};
use futures::{StreamExt, TryStreamExt, stream};
use load::{CONNECTIONS, Failed, PASSWORD};
use service::{Clock, ImportRequest, OrganisationKind, ServiceError, Services, StaffForm, SystemClock};
use std::io::Cursor;
use std::sync::Arc;
use std::time::Instant;
use store::medicine::{self, Change, NewItem, NewOrder};
use store::work::{self, NewWorkItem};
use store::{StoreError, Tx, record};

/// How many people ordered: 2 or 3 medicines each.
const ORDERS: usize = 20_000;
/// How many of them one transaction writes down.
const AT_ONCE: usize = 500;
/// Of how many people one is warned of by the practice's own system.
const WARNED: usize = 100;

/// The practice, once it is filled.
struct Practice {
    staff: Vec<Actor>,
    /// What waits, the longest first.
    waits: Vec<WorkItemId>,
    items: usize,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let (services, counted) = load::open().await?;
    let began = Instant::now();
    let practice = Arc::new(fill(&services).await?);
    load::filled(&services, began, practice.items).await?;
    let parts = [
        ("the first page", QueuePart::All, false),
        ("a page anywhere", QueuePart::All, true),
        ("what is prepared, from anywhere", QueuePart::Prepared, true),
        ("what has a question, from anywhere", QueuePart::Asked, true),
        ("what is to be looked at, from anywhere", QueuePart::Flagged, true),
    ];
    for (what, part, anywhere) in parts {
        let (services, practice) = (services.clone(), Arc::clone(&practice));
        let found = move |number: usize, turn: usize| {
            let (services, practice) = (services.clone(), Arc::clone(&practice));
            async move {
                // A prime, so that those who ask at once are far from one another; near the end a page would be short.
                let place = (turn * 7919 + number * 1237) % (practice.waits.len() * 9 / 10);
                let after = anywhere.then(|| practice.waits[place]);
                Ok(services.medicines.queue(&practice.staff[number], part, after).await?.orders.len())
            }
        };
        load::measure(what, counted, found).await?;
    }
    services.core.store().close().await;
    Ok(())
}

async fn fill(services: &Services) -> Result<Practice, Failed> {
    let at = services.organisations.ensure(&Actor::Operator, "Y90000", "Riverside Surgery", OrganisationKind::Practice).await?.id;
    let mut staff = Vec::new();
    for number in 0..usize::try_from(CONNECTIONS)? {
        let email = format!("gp{number}@example.org");
        let id = services.accounts.create_confirmed(&Actor::Operator, &email, PASSWORD, None).await?;
        let (name, job) = (format!("Dr Doe {number}"), "GP".to_owned());
        let form = StaffForm { email, name, job, role: StaffRole::Clinician.code().to_owned() };
        let member = services.care_team.add(&Actor::Operator, at, &form).await?;
        staff.push(Actor::Staff { id, assurance: Assurance::SecondStep, member });
    }
    let (Some(Actor::Staff { member, .. }), Some(orderer)) = (staff.first(), staff.first().and_then(Actor::account)) else {
        return Err("nobody works there".into());
    };
    let member = *member;
    let people: Vec<(PersonId, Vec<EntryId>)> =
        stream::iter(0..ORDERS).map(|number| somebody(services, at, number)).buffered(64).try_collect().await?;
    let (mut waits, mut items, began) = (Vec::new(), 0, SystemClock.now() - TimeDelta::days(14));
    for (part, some) in people.chunks(AT_ONCE).enumerate() {
        let orders: Vec<Order> = some
            .iter()
            .enumerate()
            .map(|(place, (person, entries))| {
                let number = part * AT_ONCE + place;
                // One a minute.
                let sent = began + TimeDelta::minutes(i64::try_from(number).unwrap_or_default());
                Order::of(services, (at, *person), entries, (orderer, member), (number, sent))
            })
            .collect();
        waits.extend(orders.iter().map(|order| order.work));
        items += orders.iter().map(|order| order.items.len()).sum::<usize>();
        services
            .core
            .store()
            .write(move |tx| {
                Box::pin(async move {
                    for order in orders {
                        order.write(tx).await?;
                    }
                    Ok::<_, StoreError>(())
                })
            })
            .await?;
    }
    Ok(Practice { staff, waits, items })
}

/// A person, with the entries about medicines that they can order; of one in [`WARNED`] the practice's system tells.
async fn somebody(services: &Services, at: OrganisationId, number: usize) -> Result<(PersonId, Vec<EntryId>), ServiceError> {
    if !number.is_multiple_of(WARNED) {
        let who = Demographics {
            nhs_number: None,
            family_name: format!("Rivers {number}"),
            given_names: vec!["Sam".to_owned()],
            prefix: None,
            birth_date: None,
            gender: None,
            deceased: false,
        };
        let entries = (0..3).map(|_| EntryId::from_uuid(services.core.new_id())).collect();
        return Ok((services.people.create(&Actor::Operator, who).await?, entries));
    }
    let plan = |id: usize| {
        format!(
            r#"{{"resource":{{"resourceType":"MedicationRequest","id":"m{number}-{id}","status":"active","intent":"plan",
            "subject":{{"reference":"Patient/p{number}"}},"medicationCodeableConcept":{{"text":"Medicine {id}"}},
            "courseOfTherapyType":{{"coding":[{{"code":"continuous"}}]}},"dosageInstruction":[{{"text":"One a day"}}]}}}}"#
        )
    };
    let plans = (0..3).map(plan).collect::<Vec<_>>().join(",");
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[{{"resource":{{"resourceType":"Patient","id":"p{number}",
        "name":[{{"family":"Rivers {number}","given":["Sam"]}}],"birthDate":"1980-03-31"}}}},{plans},
        {{"resource":{{"resourceType":"DetectedIssue","id":"w{number}","status":"final","patient":{{"reference":"Patient/p{number}"}},
        "detail":"May raise potassium","implicated":[{{"reference":"MedicationRequest/m{number}-0"}}]}}}}]}}"#
    );
    let request = ImportRequest { organisation: at, expected: None };
    let person = services.imports.import(&Actor::Operator, Cursor::new(bundle.into_bytes()), request).await?.person;
    let mut tx = services.core.store().read().await?;
    let entries = record::named_medicines(&mut tx, person).await?;
    Ok((person, entries.into_iter().map(|entry| EntryId::from_uuid(entry.id)).collect()))
}

/// What becomes of a medicine that waits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Nothing,
    Prepared,
    Asked,
}

/// An order that is to wait.
struct Order {
    new: NewOrder,
    items: Vec<(NewItem, Then)>,
    work: WorkItemId,
    by: MemberId,
    sent: DateTime<Utc>,
}

impl Order {
    /// Of ten orders three are prepared; of twenty, one is wanted early, one is of what was given too much of, and one has a
    /// question.
    fn of(
        services: &Services,
        (organisation, person): (OrganisationId, PersonId),
        entries: &[EntryId],
        (ordered_by, by): (AccountId, MemberId),
        (number, sent): (usize, DateTime<Utc>),
    ) -> Self {
        let then = match number % 20 {
            3..=8 => Then::Prepared,
            9 => Then::Asked,
            _ => Then::Nothing,
        };
        let early_reason = if number % 20 == 10 { "We travel".to_owned() } else { String::new() };
        let item = |(place, entry): (usize, &EntryId)| NewItem {
            id: OrderItemId::from_uuid(services.core.new_id()),
            entry: *entry,
            name: format!("Medicine {place}"),
            dose: "One to be taken each day, with a glass of water".to_owned(),
            quantity: "28 tablets".to_owned(),
            last_issued: None,
            runs_out: None,
            review_on: None,
            overused: number % 20 == 11,
            reason: String::new(),
            early_reason: early_reason.clone(),
        };
        let items = entries.iter().take(2 + number % 2).enumerate().map(item).map(|item| (item, then)).collect();
        let new = NewOrder {
            person,
            id: OrderId::from_uuid(services.core.new_id()),
            organisation,
            submission: services.core.new_id(),
            note: String::new(),
            channel: "self",
            ordered_by,
            dispenser: None,
            dispenser_once: false,
        };
        Self { new, items, work: WorkItemId::from_uuid(services.core.new_id()), by, sent }
    }

    async fn write(self, tx: &mut Tx) -> Result<(), StoreError> {
        let Self { new, items, work, by, sent } = self;
        medicine::insert(tx, &new, sent).await?;
        for (item, then) in &items {
            medicine::insert_item(tx, (new.person, new.id), item, sent).await?;
            let as_it_is = (item.id, 1);
            if *then == Then::Prepared {
                medicine::prepare(tx, new.person, as_it_is, by, sent).await?;
            } else if *then == Then::Asked {
                let asked = Change {
                    status: ItemStatus::Question,
                    question: "How often do you take it?",
                    reply: "",
                    answer: "",
                    decided: None,
                };
                medicine::change(tx, new.person, as_it_is, &asked).await?;
            }
        }
        let waits = NewWorkItem {
            organisation: new.organisation,
            team: None,
            kind: WorkKind::MedicineOrder,
            person: new.person,
            about: new.id.as_uuid(),
            urgent: false,
        };
        work::insert(tx, work, &waits, sent).await?;
        Ok(())
    }
}
