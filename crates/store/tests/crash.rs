//! What was answered is there after the process was killed in mid-load, and the database is whole.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

use chrono::DateTime;
use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use store::audit::AuditRow;
use store::organisation::OrganisationRow;
use store::{DatabaseUrl, Options, Store, StoreError, Tx, audit, organisation};
use uuid::Uuid;

/// Names the database to a process that is to be killed, and which round it is.
const DATABASE: &str = "SELFHEAL_CRASH_DATABASE";
const ROUND: &str = "SELFHEAL_CRASH_ROUND";
const THIS: &str = "every_act_that_was_answered_survives_a_kill_in_mid_load";
/// After how many answers each process is killed.
const ROUNDS: [usize; 16] = [1, 7, 40, 150, 400, 2, 33, 900, 5, 90, 260, 11, 600, 64, 3, 128];
const WORKERS: u128 = 24;
const CHAINS: u128 = 3;

/// The hash of an event in this test: from the one before and its id, so that a gap or a change shows.
fn link(before: &[u8], id: Uuid) -> Vec<u8> {
    before.iter().zip(id.as_bytes().iter().cycle()).map(|(a, b)| a.wrapping_mul(31).wrapping_add(*b)).collect()
}

/// One act of two parts that must stand or fall together: an event in a chain, and an organisation of the same id.
async fn act(tx: &mut Tx, chain: Uuid, id: Uuid, fail: bool) -> Result<i64, StoreError> {
    let at = DateTime::from_timestamp(1_793_000_000, 0).unwrap();
    let place = audit::take_place(tx, chain).await?;
    let row = AuditRow {
        chain_id: chain,
        seq: place.seq,
        id,
        at,
        actor_kind: "system".to_owned(),
        actor_id: None,
        subject_id: None,
        action: "import".to_owned(),
        basis: "system".to_owned(),
        purpose: "operations".to_owned(),
        detail: "{}".to_owned(),
        hash: link(&place.before, id),
    };
    audit::append(tx, &row).await?;
    let row =
        OrganisationRow { id, code: id.to_string(), name: "A surgery".repeat(20), kind: "practice".to_owned(), created_at: at };
    assert!(organisation::insert(tx, &row).await?);
    if fail { Err(StoreError::corrupt("refused on purpose")) } else { Ok(place.seq) }
}

/// Acts without end, and says of each act that was answered which it was.
async fn act_until_killed(database: &str, round: u128) {
    let store = Store::open(&database.parse().unwrap(), Options::default()).await.unwrap();
    let workers: Vec<_> = (0..WORKERS)
        .map(|worker| {
            let (store, chain) = (store.clone(), Uuid::from_u128(worker % CHAINS + 1));
            tokio::spawn(async move {
                for number in 0_u128.. {
                    let id = Uuid::from_u128((round << 96) | (worker << 64) | number);
                    let fail = number % 5 == 4;
                    let answer = store.write(move |tx| Box::pin(async move { act(tx, chain, id, fail).await })).await;
                    match answer {
                        Ok(seq) if !fail => {
                            let line = format!("\ndone {chain} {seq} {id} .\n");
                            let mut out = std::io::stdout().lock();
                            if out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_err() {
                                // Nobody is listening any more.
                                std::process::exit(1);
                            }
                        }
                        Err(_) if fail => {}
                        other => panic!("{other:?}"),
                    }
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
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

/// Starts a process that acts without end, kills it after so many answers, and gives everything that it was answered.
fn answered_before_kill(database: &str, round: usize, answers: usize) -> Vec<(Uuid, i64, Uuid)> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", THIS, "--nocapture"]).env(DATABASE, database).env(ROUND, round.to_string());
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut child = Killed(child);
    let mut found = Vec::new();
    for line in BufReader::new(child.0.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // A line that the kill cut short has no full stop.
        if let ["done", chain, seq, id, "."] = line.split(' ').collect::<Vec<_>>().as_slice() {
            found.push((chain.parse().unwrap(), seq.parse().unwrap(), id.parse().unwrap()));
            if found.len() == answers {
                // SIGKILL; what it said before still stands in the pipe and is read to its end.
                child.0.kill().unwrap();
            }
        }
    }
    assert!(found.len() >= answers, "the process ended by itself after {} answers", found.len());
    found
}

/// Every event of every chain by its place, after a check that no chain has a gap.
async fn chains(tx: &mut Tx) -> BTreeMap<(Uuid, i64), Uuid> {
    let mut events = BTreeMap::new();
    for chain in (1..=CHAINS).map(Uuid::from_u128) {
        let (mut seq, mut hash) = (0, vec![0; 32]);
        loop {
            let rows = audit::oldest(tx, chain, seq, 1000).await.unwrap();
            if rows.is_empty() {
                break;
            }
            for row in rows {
                assert_eq!(row.seq, seq + 1, "an event is missing");
                assert_eq!(row.hash, link(&hash, row.id), "an event does not follow from the one before");
                (seq, hash) = (row.seq, row.hash);
                events.insert((chain, seq), row.id);
            }
        }
        assert_eq!(
            audit::head(tx, chain).await.unwrap().unwrap_or((0, vec![0; 32])),
            (seq, hash),
            "the chain's end is not where it was left"
        );
    }
    assert_eq!(audit::headless(tx).await.unwrap(), 0);
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_act_that_was_answered_survives_a_kill_in_mid_load() {
    if let (Ok(database), Ok(round)) = (std::env::var(DATABASE), std::env::var(ROUND)) {
        return act_until_killed(&database, round.parse().unwrap()).await;
    }
    let place = testkit::fresh("sqlite").await;
    let DatabaseUrl::Sqlite(path) = &place.url else { panic!("an embedded database") };
    let database = format!("sqlite://{}", path.display());
    assert_eq!(database.parse::<DatabaseUrl>().unwrap(), place.url);
    place.store.close().await;
    let mut answered = BTreeMap::new();
    for (round, answers) in ROUNDS.into_iter().enumerate() {
        let database = database.clone();
        let new = tokio::task::spawn_blocking(move || answered_before_kill(&database, round + 1, answers)).await.unwrap();
        answered.extend(new.into_iter().map(|(chain, seq, id)| ((chain, seq), id)));

        let store = Store::open(&place.url, Options::default()).await.unwrap();
        store.ready().await.unwrap();
        store.integrity().await.unwrap();
        let mut tx = store.read().await.unwrap();
        let events = chains(&mut tx).await;
        for (at, id) in &answered {
            assert_eq!(events.get(at), Some(id), "round {round}: an act that was answered is not there");
        }
        let organisations: HashSet<Uuid> = organisation::all(&mut tx).await.unwrap().into_iter().map(|row| row.id).collect();
        assert_eq!(organisations, events.into_values().collect(), "round {round}: half an act is there");
        drop(tx);
        store.close().await;
    }
    assert!(answered.len() >= ROUNDS.into_iter().sum());
    place.clear().await;
}
