//! A server that is killed while people change their appointments: each has one of the two times, whole, and no time is lost.

use crate::appointments::town::{Citizen, Town, at, wanted};
use domain::access::{Actor, Assurance};
use domain::appointment::{ServiceKind, Status};
use domain::{AccountId, AppointmentId, PersonId};
use service::{BookForm, Core, NoDiaries, PasswordCost, Services, Settings};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use store::{DatabaseUrl, Options, Store};
use testkit::{MockClock, Place, SeededRandom};

/// Names the database to a process that is to be killed, the round, and those who change their appointments.
const DATABASE: &str = "SELFHEAL_MOVES_DATABASE";
const ROUND: &str = "SELFHEAL_MOVES_ROUND";
const PEOPLE: &str = "SELFHEAL_MOVES_PEOPLE";
/// After how many answers each process is killed.
const ROUNDS: [usize; 8] = [1, 9, 2, 33, 5, 17, 3, 60];
const CHANGERS: usize = 4;

/// Changes appointments without end, and says of each change that was answered which it was.
async fn change_until_killed(database: &str, round: u64, people: &str) {
    let store = Store::open(&database.parse::<DatabaseUrl>().unwrap(), Options::default()).await.unwrap();
    let settings = Settings {
        public_url: "http://localhost:8080".to_owned(),
        password_cost: PasswordCost::CHEAP,
        carer_rules: domain::age_rules::Rules::default(),
        texts: true,
    };
    let random = SeededRandom::new(1_000_000 + round);
    let services = Services::new(Core::new(store, MockClock::default(), random, NoDiaries, settings));
    let changers: Vec<_> = people
        .split(' ')
        .map(|who| {
            let (person, account) = who.split_once('/').unwrap();
            let (person, account): (PersonId, AccountId) = (person.parse().unwrap(), account.parse().unwrap());
            let (services, actor) = (services.clone(), Actor::Account { id: account, assurance: Assurance::SecondStep });
            tokio::spawn(async move {
                loop {
                    change(&services, &actor, person).await;
                }
            })
        })
        .collect();
    futures::future::join_all(changers).await;
}

/// Changes what somebody has for the next time that is free, or the first of them after the last, and says so.
async fn change(services: &Services, actor: &Actor, person: PersonId) {
    let appointments = &services.appointments;
    let listed = appointments.list(actor, person).await.unwrap();
    let old = listed.into_iter().find(|one| one.status == Status::Booked).unwrap();
    let free = appointments.search(actor, person, &wanted(ServiceKind::Gp)).await.unwrap().slots;
    // Tomorrow's can be taken, and not be given up any more.
    let mut free = free.into_iter().filter(|slot| slot.starts_at >= at("2026-11-05T00:00:00Z")).peekable();
    let first = free.peek().unwrap().id;
    let next = free.find(|slot| slot.starts_at > old.starts_at).map_or(first, |slot| slot.id);
    let form = BookForm {
        slot: next.to_string(),
        instead_of: old.id.to_string(),
        submission: services.core.new_id().to_string(),
        ..BookForm::default()
    };
    // Somebody else may have been quicker.
    if let Ok(booked) = appointments.book(actor, person, &form).await {
        let line = format!("\nchanged {person} {} .\n", booked.id);
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

/// Starts a process that changes appointments without end, kills it after so many answers, and gives all that it answered.
fn answered_before_kill(place: &Place, round: usize, people: &str, answers: usize) -> Vec<(PersonId, AppointmentId)> {
    let (database, engine) = match &place.url {
        DatabaseUrl::Sqlite(path) => (format!("sqlite:{}", path.display()), "sqlite"),
        DatabaseUrl::Postgres(url) => (url.clone(), "postgres"),
    };
    let this = format!("appointments::killed::a_change_that_is_killed_leaves_one_of_the_two_times::{engine}");
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &this, "--nocapture"]).env(DATABASE, database).env(ROUND, round.to_string()).env(PEOPLE, people);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Killed(child);
    let mut found = Vec::new();
    for line in BufReader::new(child.0.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // A line that the kill cut short has no full stop.
        if let ["changed", person, id, "."] = line.split(' ').collect::<Vec<_>>().as_slice() {
            found.push((person.parse().unwrap(), id.parse().unwrap()));
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
    async fn a_change_that_is_killed_leaves_one_of_the_two_times(place: &Place) {
        if let (Ok(database), Ok(round), Ok(people)) = (std::env::var(DATABASE), std::env::var(ROUND), std::env::var(PEOPLE)) {
            return change_until_killed(&database, round.parse().unwrap(), &people).await;
        }
        let town = Town::at(place).await;
        let mut changers: Vec<Citizen> = Vec::new();
        for number in 0..CHANGERS {
            let who = town.citizen(&format!("Rivers{number}")).await;
            town.book(&who, &format!("2026-11-05T09:{number}0:00Z")).await;
            changers.push(who);
        }
        let all = town.found(&changers[0], &wanted(ServiceKind::Gp)).await.len();
        let names: Vec<_> = changers.iter().map(|who| format!("{}/{}", who.person, who.actor.account().unwrap())).collect();
        for (round, answers) in ROUNDS.into_iter().enumerate() {
            let answered = answered_before_kill(place, round, &names.join(" "), answers);
            for who in &changers {
                let listed = town.list(who).await;
                let has: Vec<_> = listed.iter().filter(|one| one.status.is_open()).collect();
                assert_eq!(has.len(), 1, "round {round}");
                // What was answered last is what they have, unless they changed once more and did not hear of it.
                if let Some((_, last)) = answered.iter().rev().find(|(person, _)| *person == who.person) {
                    let kept = town.one(who, *last).await;
                    assert!(has[0].id == *last || kept.cancelled_by.as_deref() == Some("moved"), "round {round}");
                }
            }
            // Nobody holds a time that nobody has.
            assert_eq!(town.found(&changers[0], &wanted(ServiceKind::Gp)).await.len(), all, "round {round}");
        }
        town.verify().await;
    }
}
