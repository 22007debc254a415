//! A server that is killed while pharmacies tell it where items stand, and while medicines are ordered and approved: what it said it
//! had taken is there, whole, and sent again it changes nothing.

use crate::medicines::tracking::{EDNA, SECRET, task};
use crate::medicines::world::{SALBUTAMOL, World};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Assurance};
use domain::audit::Action;
use domain::medicine::{DispenseStatus, DispenseStep, ItemStatus, QueuePart};
use domain::{OrderId, PersonId};
use serde_json::json;
use service::{ApproveForm, Core, NoDiaries, NoTracker, OrderForm, PasswordCost, Services, Settings, Tracking};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use store::{DatabaseUrl, Options, Store};
use testkit::{MockClock, Place, SeededRandom};
use uuid::Uuid;

/// Names the database to a process that is to be killed, and the round.
const DATABASE: &str = "SELFHEAL_TOLD_DATABASE";
const ROUND: &str = "SELFHEAL_TOLD_ROUND";
/// And who orders and approves there.
const WHO: &str = "SELFHEAL_TOLD_WHO";
/// After how many answers each process is killed.
const ROUNDS: [usize; 5] = [1, 7, 2, 25, 11];
const NUMBERS: [&str; 3] = ["04F4C2-A99968-7F717P", "24F5DA-A83008-7EFE6Z", "566946-B86044-FEFEFN"];

/// What is told as the `at`th: of two items of one prescription, out of order.
fn told(at: usize, now: DateTime<Utc>) -> (&'static str, [(String, DispenseStep); 2]) {
    let step = |of: usize| {
        let minutes = i64::try_from(of * 37 % 101).unwrap() + 1;
        DispenseStep { at: now - TimeDelta::minutes(minutes), status: DispenseStatus::ALL[of * 5 % DispenseStatus::ALL.len()] }
    };
    (NUMBERS[at % NUMBERS.len()], [(format!("i{}", at % 2), step(at)), (format!("i{}", at % 4), step(at + 1))])
}

async fn send(services: &Services, at: usize) {
    let (number, items) = told(at, services.core.now());
    let entry: Vec<_> =
        items.iter().map(|(item, step)| json!({ "resource": task(number, item, step.status, step.at) })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entry }).to_string();
    assert_eq!(services.prescriptions.push(Some(SECRET), None, bundle.as_bytes()).await.unwrap(), 2);
}

/// A server over this database, as it is after a start.
async fn server(database: &str, round: usize) -> Services {
    let store = Store::open(&database.parse::<DatabaseUrl>().unwrap(), Options::default()).await.unwrap();
    let settings = Settings {
        public_url: "http://localhost:8080".to_owned(),
        password_cost: PasswordCost::CHEAP,
        carer_rules: domain::age_rules::Rules::default(),
        texts: true,
    };
    let random = SeededRandom::new(3_000_000 + u64::try_from(round).unwrap());
    let tracking = Tracking { tracker: Box::new(NoTracker), push_secret: Some(SECRET.parse().unwrap()) };
    Services::new(Core::new(store, MockClock::default(), random, NoDiaries, settings).with_tracking(tracking))
}

/// Says what was done, to whoever is about to kill this.
fn say(what: &str, of: impl Display) {
    let line = format!("\n{what} {of} .\n");
    let mut out = std::io::stdout().lock();
    if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
        // Nobody is listening any more.
        std::process::exit(1);
    }
}

/// Tells without end, and says of each that was answered which it was.
async fn tell_until_killed(database: &str, round: usize) {
    let services = server(database, round).await;
    for at in round * 40.. {
        send(&services, at).await;
        say("taken", at);
    }
}

/// Who orders which medicine for whom, and who approves it; told to another process in one line.
struct Ordering {
    me: Actor,
    person: PersonId,
    clinician: Actor,
    entry: String,
}

impl Ordering {
    fn read(line: &str) -> Self {
        let words: Vec<&str> = line.split(' ').collect();
        let (id, clinician) = (words[0].parse().unwrap(), words[2].parse().unwrap());
        Self {
            me: Actor::Account { id, assurance: Assurance::SecondStep },
            person: words[1].parse().unwrap(),
            clinician: Actor::Staff { id: clinician, assurance: Assurance::SecondStep, member: words[3].parse().unwrap() },
            entry: words[4].to_owned(),
        }
    }

    /// A form that was given away once; what was given today may be ordered again by whoever says why.
    fn form(&self, submission: &str) -> OrderForm {
        let (early, early_reason) = (self.entry.clone(), "We travel".to_owned());
        OrderForm { early, early_reason, submission: submission.to_owned(), ..OrderForm::default() }
    }

    async fn order(&self, services: &Services, submission: &str) -> OrderId {
        services.medicines.order(&self.me, self.person, &self.form(submission)).await.unwrap().orders[0]
    }

    /// Approves what waits, as somebody does who has looked at it.
    async fn approve_all(&self, services: &Services) -> usize {
        let waits = services.medicines.queue(&self.clinician, QueuePart::All, None).await.unwrap().orders;
        let items = waits.iter().flat_map(|order| order.items.iter().map(move |item| (order, item)));
        let (mut all, mut looked) = (Vec::new(), Vec::new());
        for (order, item) in items {
            all.push(format!("{}:{}:{}", order.id, item.id, item.version));
            looked.push(item.id.to_string());
        }
        if all.is_empty() {
            return 0;
        }
        let form = ApproveForm { items: all.join(" "), looked: looked.join(" ") };
        services.medicines.approve(&self.clinician, &form).await.unwrap().approved
    }
}

/// Orders and approves without end, and says of each before and after it.
async fn order_until_killed(database: &str, round: usize, who: &Ordering) {
    let services = server(database, round).await;
    for at in 0_u128.. {
        let submission = Uuid::from_u128(u128::try_from(round).unwrap() * 1_000_000 + at + 1).to_string();
        say("sends", &submission);
        let order = who.order(&services, &submission).await;
        say("ordered", order);
        assert_eq!(who.approve_all(&services).await, 1);
        say("approved", order);
    }
}

/// Kills the process whatever happens to the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts a process that does what this test does without end, kills it after it has said so much, and gives all that it said.
fn said_before_kill(place: &Place, test: &str, (round, who): (usize, &str), answers: usize) -> Vec<(String, String)> {
    let (database, engine) = match &place.url {
        DatabaseUrl::Sqlite(path) => (format!("sqlite:{}", path.display()), "sqlite"),
        DatabaseUrl::Postgres(url) => (url.clone(), "postgres"),
    };
    let this = format!("medicines::killed::{test}::{engine}");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &this, "--nocapture"]).env(DATABASE, database).env(ROUND, round.to_string()).env(WHO, who);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Killed(child);
    let mut found = Vec::new();
    for line in BufReader::new(child.0.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // A line that the kill cut short has no full stop.
        if let [what @ ("taken" | "sends" | "ordered" | "approved"), of, "."] = line.split(' ').collect::<Vec<_>>().as_slice() {
            found.push(((*what).to_owned(), (*of).to_owned()));
            if found.len() == answers {
                // SIGKILL; what it said before still stands in the pipe and is read to its end.
                child.0.kill().unwrap();
            }
        }
    }
    assert!(found.len() >= answers, "the process ended by itself after {} answers", found.len());
    found
}

testkit::both_engines! {
    async fn what_was_taken_is_there_after_a_kill(place: &Place) {
        if let (Ok(database), Ok(round)) = (std::env::var(DATABASE), std::env::var(ROUND)) {
            return tell_until_killed(&database, round.parse().unwrap()).await;
        }
        let world = World::at(place).await;
        assert_eq!(EDNA.len(), 10);
        let tracking = Tracking { tracker: Box::new(NoTracker), push_secret: Some(SECRET.parse().unwrap()) };
        let services = place.services_tracking(&world.town.clock, tracking);
        let mut all = BTreeSet::new();
        for (round, answers) in ROUNDS.into_iter().enumerate() {
            let said = said_before_kill(place, "what_was_taken_is_there_after_a_kill", (round, ""), answers);
            all.extend(said.into_iter().map(|(_, at)| at.parse::<usize>().unwrap()));
            let seen = services.prescriptions.list(&world.edna.actor, world.edna.person).await.unwrap().prescriptions;
            for at in &all {
                let (number, items) = told(*at, services.core.now());
                let one = seen.iter().find(|one| one.number.as_str() == number).unwrap();
                for (_, step) in &items {
                    assert!(one.items.iter().any(|item| item.history.contains(step)), "round {round}: {at}");
                }
            }
            // Four items a prescription at most, whatever was cut off.
            assert!(seen.iter().all(|one| one.items.len() <= 4), "round {round}");
        }
        // Whoever heard no answer sends again, the last first.
        let (events, waiting) = (world.events().await, services.outbox.waiting().await.unwrap());
        for at in all.iter().rev() {
            send(&services, *at).await;
        }
        assert_eq!(world.events().await, events);
        // Each of the messages that tell of what stands there was written with it, and none is written again.
        assert_eq!(services.outbox.waiting().await.unwrap(), waiting);
        assert!(waiting > 0);
        world.town.verify().await;
    }

    async fn what_was_ordered_and_approved_is_there_once_after_a_kill(place: &Place) {
        if let (Ok(database), Ok(round), Ok(who)) = (std::env::var(DATABASE), std::env::var(ROUND), std::env::var(WHO)) {
            return order_until_killed(&database, round.parse().unwrap(), &Ordering::read(&who)).await;
        }
        let world = World::at(place).await;
        let (services, Actor::Staff { id, member, .. }) = (&world.town.services, &world.town.clinician) else { panic!("a clinician") };
        let line = format!("{} {} {id} {member} {}", world.edna.actor.account().unwrap(), world.edna.person, world.plan(SALBUTAMOL).await);
        let (who, mut all, mut told) = (Ordering::read(&line), BTreeSet::new(), 0);
        for (round, answers) in ROUNDS.into_iter().enumerate() {
            let said = said_before_kill(place, "what_was_ordered_and_approved_is_there_once_after_a_kill", (round, &line), answers);
            let of = |what: &str| said.iter().filter(|(one, _)| one == what).map(|(_, of)| of.clone()).collect::<Vec<_>>();
            let ordered: Vec<OrderId> = of("ordered").iter().map(|id| id.parse().unwrap()).collect();
            for id in of("approved").iter().map(|id| id.parse::<OrderId>().unwrap()) {
                assert_eq!(world.item(id, SALBUTAMOL).await.status, ItemStatus::Approved, "round {round}");
            }
            // What is open waits at the practice, and nothing else does.
            let open = world.orders(&who.me).await.iter().filter(|order| order.items[0].status.is_open()).count();
            assert!(open <= 1 && world.waiting().await.len() == open, "round {round}");
            // Whoever heard no answer sends again.
            let mut again = BTreeSet::new();
            for submission in of("sends") {
                again.insert(who.order(services, &submission).await);
            }
            assert!(again.len() == of("sends").len() && ordered.iter().all(|id| again.contains(id)), "round {round}");
            all.extend(again);
            who.approve_all(services).await;
            for id in &all {
                let order = services.medicines.one_order(&who.me, who.person, *id).await.unwrap();
                assert_eq!((order.items.len(), order.items[0].status), (1, ItemStatus::Approved), "round {round}");
            }
            assert!(world.waiting().await.is_empty());
            // The person was told of each once, and each is in the account of their record once.
            told += world.told().await.len();
            assert_eq!(told, all.len(), "round {round}");
            let mut tx = services.core.store().read().await.unwrap();
            let rows = store::audit::latest(&mut tx, who.person.as_uuid(), i64::MAX, 10_000).await.unwrap();
            let count = |action: Action| rows.iter().filter(|row| row.action == action.code()).count();
            assert_eq!((count(Action::MedicinesOrdered), count(Action::OrderDecided)), (all.len(), all.len()), "round {round}");
        }
        world.town.verify().await;
    }
}
