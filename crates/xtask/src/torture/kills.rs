//! SIGKILL at random moments, while people do what they do.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail, ensure};

use super::history::{self, Op, Verdict};
use super::instance::{Instance, LOG};
use super::line::{Gate, Line};
use super::person::{Dice, Person, Story};
use super::power::Disk;
use super::report::Row;
use crate::running::server::{Product, verified};

/// How long a server may take to finish when it is told to.
pub const DRAIN: Duration = Duration::from_secs(25);
/// The longest that a server lives, and the shortest, in milliseconds.
const LIFE: (u64, u64) = (20, 1_500);
/// How many times everybody wants.
const WANTED: usize = 4;

/// How much of it.
pub struct Plan {
    /// No more kills than this.
    pub kills: usize,
    /// None is begun after this.
    pub time: Duration,
    /// What chance comes from.
    pub seed: u64,
    /// Within what a killed server must be ready again.
    pub ready_within: Duration,
}

/// Kills the server of these people again and again. `database` is the file of an embedded one; `disk`, where it lies on one that
/// loses power with each kill.
pub fn run(
    product: &Product<'_>,
    engine: &'static str,
    (sessions, address): (&[String], SocketAddr),
    database: Option<&Path>,
    plan: &Plan,
    disk: Option<&mut Disk>,
) -> Result<Row> {
    let (server, _) = Instance::start(product, address)?;
    let gate = Gate::new(Instant::now());
    let person = |(session, number): (&String, u32)| {
        // What PostgreSQL was told before the kill it may still be doing.
        Person::new(number, Line::new(address, session), &gate, plan.seed, database.is_some())
    };
    let mut people = sessions.iter().zip(1..).map(person).collect::<Result<Vec<_>>>()?;
    share_times(&mut people)?;
    let (tell, told) = mpsc::channel();
    let (server, starts, stories) = thread::scope(|scope| {
        let lives: Vec<_> = people
            .into_iter()
            .map(|person| {
                let tell = tell.clone();
                scope.spawn(move || {
                    let story = person.live();
                    if story.is_err() {
                        let _ = tell.send(());
                    }
                    story
                })
            })
            .collect();
        let killed = kill(product, server, &gate, plan, (&told, disk));
        gate.end();
        let stories = lives.into_iter().map(|life| life.join().unwrap_or_else(|_| Err(anyhow!("a person's thread failed"))));
        let stories = stories.collect::<Result<Vec<Story>>>();
        let (server, starts) = killed?;
        Ok::<_, anyhow::Error>((server, starts, stories?))
    })?;
    server.stop(DRAIN)?;
    let mut registers: BTreeMap<String, Vec<Op>> = BTreeMap::new();
    let mut row = Row::new("SIGKILL at random moments", engine);
    row.kills = starts.len();
    row.slowest_start = starts.iter().max().copied();
    for story in stories {
        row.acknowledged += story.acknowledged;
        row.again += story.again;
        row.checks += story.checks;
        for (key, ops) in story.registers {
            registers.entry(key).or_default().extend(ops);
        }
    }
    ensure!(row.acknowledged > 0, "nothing was acknowledged");
    row.checks += histories(&registers)?;
    row.checks += whole(product, database)?;
    if let Some(slowest) = row.slowest_start.filter(|slowest| *slowest > plan.ready_within) {
        bail!(
            "after a kill the server was ready after {} ms, and must be within {}",
            slowest.as_millis(),
            plan.ready_within.as_millis()
        );
    }
    row.note = format!("{} times and medicines were taken one after the other", registers.len());
    Ok(row)
}

/// Has everybody want the same few times.
fn share_times(people: &mut [Person<'_>]) -> Result<()> {
    let found = people.iter_mut().map(Person::bookable).collect::<Result<Vec<_>>>()?;
    let wanted = found.iter().find(|times| times.len() >= WANTED).map(|times| &times[..WANTED]);
    let wanted = wanted.context("nobody can book anything")?;
    for (person, theirs) in people.iter_mut().zip(&found) {
        if wanted.iter().all(|time| theirs.contains(time)) {
            person.wants(wanted);
        }
    }
    Ok(())
}

/// Kills and starts again; gives the last server, and how long each start took.
fn kill(
    product: &Product<'_>,
    mut server: Instance,
    gate: &Gate,
    plan: &Plan,
    (told, mut disk): (&Receiver<()>, Option<&mut Disk>),
) -> Result<(Instance, Vec<Duration>)> {
    let (began, mut starts, mut dice) = (Instant::now(), Vec::new(), Dice::new(plan.seed));
    while starts.len() < plan.kills && began.elapsed() < plan.time {
        let life = Duration::from_millis(LIFE.0 + dice.below(LIFE.1 - LIFE.0));
        if told.recv_timeout(life) != Err(RecvTimeoutError::Timeout) {
            // Somebody found a fault: it is said when all have ended.
            break;
        }
        let address = server.address;
        gate.falls();
        if let Some(disk) = disk.as_deref() {
            disk.will_lose_power()?;
        }
        server.kill()?;
        if let Some(disk) = disk.as_deref_mut() {
            disk.loses_power()?;
        }
        let (again, took) = Instance::start(product, address)?;
        server = again;
        starts.push(took);
        gate.rises();
    }
    Ok((server, starts))
}

/// Whether everything that happened to each register can have happened one after the other; gives how many acts that were.
fn histories(registers: &BTreeMap<String, Vec<Op>>) -> Result<u64> {
    let mut acts = 0;
    for (key, ops) in registers {
        match history::check(ops) {
            Verdict::Linearizable => acts += u64::try_from(ops.len())?,
            Verdict::Broken(at) => {
                let mut before: Vec<&Op> = ops.iter().filter(|op| op.called <= ops[at].ended.unwrap_or(u64::MAX)).collect();
                before.sort_by_key(|op| op.called);
                bail!("what happened to {key} cannot have happened one after the other: {:?}, after {before:?}", ops[at])
            }
            Verdict::TooMuch => bail!("what happened to {key} is too much to look through"),
        }
    }
    Ok(acts)
}

/// Whether the database is whole and the audit as it was written; gives how much was looked at. How many events there must be cannot be
/// told from here: each look at a record leaves one too.
pub fn whole(product: &Product<'_>, database: Option<&Path>) -> Result<u64> {
    let (printed, _) = product.command(["audit", "verify"].map(Path::new))?;
    ensure!(verified(&printed)? > 0, "the audit holds nothing");
    let log = fs::read_to_string(product.folder.join(LOG)).unwrap_or_default();
    ensure!(!log.contains("panicked"), "the server panicked: see its log\n{log}");
    let Some(database) = database else { return Ok(1) };
    // The file itself, byte for byte: restoring looks through all of it, and a copy that the engine makes would be mended by that.
    let (copy, restored) = (database.with_extension("copy"), database.with_extension("restored"));
    for ending in ["", "-wal", "-shm"] {
        let mut old = restored.clone().into_os_string();
        old.push(ending);
        let _ = fs::remove_file(old);
    }
    fs::copy(database, &copy)?;
    let again = Product { database: format!("sqlite:{}", restored.display()), ..*product };
    let (printed, _) = again.command([Path::new("restore"), copy.as_path()])?;
    ensure!(printed.contains("was restored"), "the database cannot be restored: {printed}");
    Ok(2)
}
