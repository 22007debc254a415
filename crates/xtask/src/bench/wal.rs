//! How large the write-ahead log of an embedded database becomes while people read and write and somebody reads for long (P13).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use super::figures::{grouped, megabytes, micros, millis};
use super::load::{Load, Span};
use super::population::{Draw, Population, record_page};
use super::visible::{self, Entries};
use super::{ENTERING, On, Run, bars, is_page};
use crate::running::server::{Product, Server, Serving};

/// Entries in the database.
const ENTRIES: u64 = 100_000;
/// How often it is looked how large the log is.
const LOOK: Duration = Duration::from_millis(50);
/// Over how many connections pages are asked for.
const READERS: usize = 16;

/// What was done beside the load.
#[derive(Default)]
struct Beside {
    /// How many long reads ended.
    reads: u64,
    /// The longest of them, in microseconds.
    longest: u64,
}

impl Run<'_> {
    /// How long the load goes on.
    fn mixed_for(&self) -> Duration {
        match (self.times, self.is_full) {
            (1, _) => Duration::from_secs(10),
            (_, true) => Duration::from_secs(600),
            (_, false) => Duration::from_secs(60),
        }
    }

    /// The largest that the log is while pages are read, each of which writes an event, readings are entered, and one process after the
    /// other copies the whole database or reads all of the audit.
    pub(super) fn wal(&mut self, on: &mut On<'_>) -> Result<()> {
        if on.engine != "SQLite" {
            let why = "it is about the log beside an embedded database: no reader holds back that of PostgreSQL, which its max_wal_size rules";
            self.not_run("P13: write-ahead log under long readers", on.engine, why.to_owned());
            return Ok(());
        }
        self.begin(on.engine, "the write-ahead log under long readers")?;
        let Some(population) = self.populated(on, "wal", ENTRIES)? else { return Ok(()) };
        self.with_server(&population.product, (Serving::default(), None), |run, server| run.mixed(on.engine, server, &population))
    }

    fn mixed(&mut self, engine: &'static str, server: &Server, population: &Population<'_>) -> Result<()> {
        let (product, counted) = (&population.product, self.mixed_for());
        let log = log_of(&product.database).context("the database is no file")?;
        let mut draw = Draw::new()?;
        let requests: Vec<Vec<u8>> = (0..1024).filter_map(|_| record_page(&population.keys, &mut draw)).collect();
        let load = Load { address: server.address, connections: READERS, requests, good: is_page };
        let span = Span { warm_up: Duration::ZERO, counted };
        let sessions: Vec<String> = population.keys.iter().take(ENTERING).map(|key| key.cookie.clone()).collect();
        let copy = self.folder.join("wal-copy.db");
        let largest = AtomicU64::new(0);
        let (stop_looking, looking) = mpsc::channel::<()>();
        let (stop_reading, reading) = mpsc::channel::<()>();
        let (measured, beside, entered) = thread::scope(|scope| {
            let largest = &largest;
            let looker = scope.spawn(move || look(&log, largest, &looking));
            let reader = scope.spawn(|| read_for_long(product, &copy, reading));
            let enterer = scope.spawn(|| visible::run(server.address, &sessions, Entries { warm_up: 1, counted: 150 }));
            let measured = load.run(span);
            // Who hears it has ended when nobody is left to tell it.
            drop((stop_looking, stop_reading));
            let failed = |what: &'static str| anyhow!("{what} failed");
            looker.join().map_err(|_| failed("looking at the log"))?;
            let beside = reader.join().map_err(|_| failed("reading for long"))?;
            let entered = enterer.join().map_err(|_| failed("entering readings"))?;
            anyhow::Ok((measured, beside, entered))
        })?;
        let (measured, beside, entered) = (measured?, beside?, entered?);
        let largest = largest.load(Ordering::Relaxed);
        let what = format!("write-ahead log at most, in {} s of mixed load with long readers", counted.as_secs());
        let note = format!(
            "{}; {} pages of p99 {}, {} readings entered; {} long reads, the longest {}",
            bars::LOG.note(largest),
            grouped(measured.answers),
            millis(measured.times.percentile(99)),
            grouped(entered.own_page.answers),
            grouped(beside.reads),
            millis(Duration::from_micros(beside.longest))
        );
        self.figure(&what, engine, megabytes(largest), note);
        Ok(())
    }
}

/// The log beside the database at this address.
fn log_of(database: &str) -> Option<PathBuf> {
    database.strip_prefix("sqlite:").map(|path| PathBuf::from(format!("{path}-wal")))
}

/// Looks at how large the log is, until nobody is left to tell it to stop.
fn look(log: &Path, largest: &AtomicU64, stop: &Receiver<()>) {
    while stop.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        largest.fetch_max(fs::metadata(log).map_or(0, |log| log.len()), Ordering::Relaxed);
    }
}

/// Copies the whole database and reads all of the audit in turn, until nobody is left to tell it to stop.
fn read_for_long(product: &Product<'_>, copy: &Path, stop: Receiver<()>) -> Result<Beside> {
    let mut beside = Beside::default();
    while stop.recv_timeout(Duration::ZERO) == Err(RecvTimeoutError::Timeout) {
        let began = Instant::now();
        if beside.reads.is_multiple_of(2) {
            product.command([Path::new("backup"), copy])?;
            fs::remove_file(copy)?;
        } else {
            product.command(["audit", "verify"].map(Path::new))?;
        }
        beside.reads += 1;
        beside.longest = beside.longest.max(micros(began.elapsed()));
    }
    Ok(beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_lies_beside_the_database() {
        assert_eq!(log_of("sqlite:/tmp/a.db"), Some(PathBuf::from("/tmp/a.db-wal")));
        assert_eq!(log_of("postgres://h/a"), None);
    }

    #[test]
    fn the_largest_is_kept_until_nobody_is_left_to_say_stop() {
        let folder = tempfile::tempdir().unwrap();
        let (log, largest) = (folder.path().join("a.db-wal"), AtomicU64::new(0));
        fs::write(&log, [0; 4096]).unwrap();
        let (stop, stopped) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let (log, largest) = (&log, &largest);
            let looker = scope.spawn(move || look(log, largest, &stopped));
            while largest.load(Ordering::Relaxed) == 0 {
                thread::yield_now();
            }
            fs::write(log, [0; 7]).unwrap();
            drop(stop);
            looker.join().unwrap();
        });
        assert_eq!(largest.load(Ordering::Relaxed), 4096);
    }
}
