//! Fills an empty database with the account of what a thousand people did: 350 events of each, as use cases append them, everybody's next
//! before anybody's next but one. Prints how long it took and how many there are.
#![expect(clippy::print_stdout, reason = "what it prints is its answer")]

#[expect(dead_code, reason = "nothing is asked for a while here")]
mod load;

use domain::access::{Actor, Assurance, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::{AccountId, PersonId};
use load::Failed;
use service::activity::{Event, append};
use service::{Core, ServiceError};
use std::time::Instant;

/// Whose chains there are.
const PEOPLE: usize = 1000;
/// How many events each of them has.
const EACH: usize = 350;
/// How many people's events are written in one transaction.
const TOGETHER: usize = 25;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let (services, _) = load::open().await?;
    let core = &services.core;
    let began = Instant::now();
    let people: Vec<(Actor, PersonId)> = (0..PEOPLE)
        .map(|_| {
            let account = AccountId::from_uuid(core.new_id());
            (Actor::Account { id: account, assurance: Assurance::SecondStep }, PersonId::from_uuid(core.new_id()))
        })
        .collect();
    let writers: Vec<_> = people
        .chunks(PEOPLE.div_ceil(usize::try_from(load::CONNECTIONS)?))
        .map(|some| {
            let (core, some) = (core.clone(), some.to_vec());
            tokio::spawn(async move { write(&core, &some).await })
        })
        .collect();
    for writer in writers {
        writer.await??;
    }
    load::filled(&services, began, PEOPLE * EACH).await?;
    services.core.store().close().await;
    Ok(())
}

/// Writes all events of these people.
async fn write(core: &Core, people: &[(Actor, PersonId)]) -> Result<(), ServiceError> {
    for _ in 0..EACH {
        for some in people.chunks(TOGETHER) {
            let (own, events): (Core, Vec<Event>) = (core.clone(), some.iter().map(look).collect());
            let act = core.store().write(move |tx| {
                Box::pin(async move {
                    for event in events {
                        append(&own, tx, event).await?;
                    }
                    Ok::<_, ServiceError>(())
                })
            });
            act.await?;
        }
    }
    Ok(())
}

/// Somebody's look at their own record.
fn look((actor, person): &(Actor, PersonId)) -> Event {
    Event::on_record(actor, Subject::new(*person, Basis::Own), Action::Read, Purpose::OwnCare).about("page", "overview")
}
