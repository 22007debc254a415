//! A server that is killed while pharmacies tell it where items stand: what it said it had taken is there, whole, and sent again it
//! changes nothing.

use crate::tracking::{EDNA, SECRET, task};
use crate::world::World;
use chrono::{DateTime, TimeDelta, Utc};
use domain::medicine::{DispenseStatus, DispenseStep};
use serde_json::json;
use service::{Core, NoDiaries, NoTracker, PasswordCost, Services, Settings, Tracking};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use store::{DatabaseUrl, Options, Store};
use testkit::{MockClock, Place, SeededRandom};

/// Names the database to a process that is to be killed, and the round.
const DATABASE: &str = "SELFHEAL_TOLD_DATABASE";
const ROUND: &str = "SELFHEAL_TOLD_ROUND";
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

/// Tells without end, and says of each that was answered which it was.
async fn tell_until_killed(database: &str, round: usize) {
    let store = Store::open(&database.parse::<DatabaseUrl>().unwrap(), Options::default()).await.unwrap();
    let settings = Settings {
        public_url: "http://localhost:8080".to_owned(),
        password_cost: PasswordCost::CHEAP,
        carer_rules: domain::age_rules::Rules::default(),
        texts: true,
    };
    let random = SeededRandom::new(3_000_000 + u64::try_from(round).unwrap());
    let tracking = Tracking { tracker: Box::new(NoTracker), push_secret: Some(SECRET.parse().unwrap()) };
    let services = Services::new(Core::new(store, MockClock::default(), random, NoDiaries, settings).with_tracking(tracking));
    for at in round * 40.. {
        send(&services, at).await;
        let line = format!("\ntaken {at} .\n");
        let mut out = std::io::stdout().lock();
        if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
            // Nobody is listening any more.
            std::process::exit(1);
        }
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

/// Starts a process that tells without end, kills it after so many answers, and gives all that it answered.
fn answered_before_kill(place: &Place, round: usize, answers: usize) -> Vec<usize> {
    let (database, engine) = match &place.url {
        DatabaseUrl::Sqlite(path) => (format!("sqlite:{}", path.display()), "sqlite"),
        DatabaseUrl::Postgres(url) => (url.clone(), "postgres"),
    };
    let this = format!("killed::what_was_taken_is_there_after_a_kill::{engine}");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &this, "--nocapture"]).env(DATABASE, database).env(ROUND, round.to_string());
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Killed(child);
    let mut found = Vec::new();
    for line in BufReader::new(child.0.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // A line that the kill cut short has no full stop.
        if let ["taken", at, "."] = line.split(' ').collect::<Vec<_>>().as_slice() {
            found.push(at.parse().unwrap());
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
            all.extend(answered_before_kill(place, round, answers));
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
}
