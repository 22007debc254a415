//! A whole population, made by the program itself (`selfheal seed load`): people of it and entries of theirs are drawn when they are asked
//! for. The record page (P1), start and memory (P10), and how both grow with the number of entries (P11).

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::figures::{grouped, megabytes, millis, per_second, tenths};
use super::load::Load;
use super::repeats::Repeated;
use super::{On, Parts, Run, bars, is_page};
use crate::running::http::{cookie, get};
use crate::running::server::{Product, Server, Serving, memory};

/// Entries for each person.
const EACH: u64 = 200;
/// How many of the people have an account with a session.
const ACCOUNTS: u64 = 400;
/// How many requests are drawn for a measure.
const DRAWN: usize = 1024;
/// That with which P10 is held.
const MILLION: u64 = 1_000_000;

/// Somebody of the population, as `seed load` writes them down.
#[derive(Deserialize)]
pub struct Key {
    /// The `Cookie` header of their session.
    pub cookie: String,
    /// Some of their entries, by id.
    #[serde(default)]
    pub entries: Vec<String>,
}

/// A database that holds a population.
pub struct Population<'a> {
    /// The program with it.
    pub product: Product<'a>,
    /// Of whom there are sessions.
    pub keys: Vec<Key>,
    /// How many entries there are.
    entries: u64,
    took: Duration,
}

/// What was measured with so many entries.
struct Measures {
    entries: u64,
    record: Repeated,
    entry: Repeated,
    /// Bytes of memory that the server held at most until the record page had been asked for over 32 connections.
    at_work: u64,
}

impl<'a> Run<'a> {
    /// How many entries there are in turn.
    fn sizes(&self) -> Vec<u64> {
        match (self.times, self.is_full, self.only) {
            (1, ..) if self.only == Parts::Start => vec![MILLION / 10],
            (1, ..) => vec![MILLION / 100, MILLION / 10],
            (_, _, Parts::Start) => vec![MILLION],
            (_, true, _) => vec![MILLION / 10, MILLION, 10 * MILLION],
            (_, false, _) => vec![MILLION / 10, MILLION],
        }
    }

    /// Everything that is measured with populations of several sizes.
    pub(super) fn populations(&mut self, on: &mut On<'_>) -> Result<()> {
        let mut all: Vec<Measures> = Vec::new();
        for entries in self.sizes() {
            self.begin(on.engine, &format!("a population with {} entries", grouped(entries)))?;
            let Some(population) = self.populated(on, "population", entries)? else { return Ok(()) };
            all.push(self.population(on, &population)?);
        }
        let Some((few, more)) = all.split_first() else { return Ok(()) };
        for many in more {
            let (of, beside) = (grouped(many.entries), grouped(few.entries));
            for (what, few, many) in
                [("/record", few.record.p99, many.record.p99), ("an entry's page", few.entry.p99, many.entry.p99)]
            {
                let what = format!("{what}, p99 with {of} entries beside {beside}");
                let note = format!("{}; {} beside {}", bars::growth(few, many), millis(many), millis(few));
                self.figure(&what, on.engine, format!("{} times as long", tenths(many, few)), note);
            }
        }
        Ok(())
    }

    /// A new database with a population; `None`, and a row that says why, where the program cannot make one.
    pub(super) fn populated(&mut self, on: &mut On<'_>, name: &str, entries: u64) -> Result<Option<Population<'a>>> {
        let product = self.product((on.database)(&format!("{name}_{entries}"))?);
        let (help, _) = product.command(["seed", "--help"].map(Path::new))?;
        if !help.lines().any(|line| line.split_whitespace().next() == Some("load")) {
            let what = format!("{name} of {} entries", grouped(entries));
            self.not_run(&what, on.engine, "this server cannot make one: it has no `seed load`".to_owned());
            return Ok(None);
        }
        let keys = self.folder.join(format!("keys-{}-{name}-{entries}", on.engine));
        let people = entries.div_ceil(EACH);
        let [people, accounts, many] = [people, ACCOUNTS.min(people), entries].map(|number| PathBuf::from(number.to_string()));
        let words = ["seed", "load", "--people"].map(Path::new).into_iter().chain([people.as_path(), Path::new("--entries")]);
        let words =
            words.chain([many.as_path(), Path::new("--accounts"), accounts.as_path(), Path::new("--keys"), keys.as_path()]);
        let (printed, took) = product.command(words)?;
        let entries = made(&printed)?;
        let keys = read_keys(&fs::read_to_string(&keys).context("the population has no keys")?)?;
        Ok(Some(Population { product, keys, entries, took }))
    }

    fn population(&mut self, on: &On<'_>, population: &Population<'_>) -> Result<Measures> {
        let (engine, entries) = (on.engine, population.entries);
        let among = format!("among {} entries", grouped(entries));
        let made = per_second(entries, population.took);
        let note =
            format!("{} in {}, whole process; a million a minute are asked for", grouped(entries), millis(population.took));
        self.figure(&format!("population made, {among}"), engine, format!("{} entries/s", grouped(made)), note);

        let (mut slowest, mut idle) = (Duration::ZERO, 0);
        for _ in 1..self.times {
            let started = self.with_server(&population.product, (Serving::default(), on.process), |_, server| {
                Ok((server.ready_after, server.idle))
            })?;
            (slowest, idle) = (slowest.max(started.0), idle.max(started.1));
        }
        self.with_server(&population.product, (Serving::default(), on.process), |run, server| {
            (slowest, idle) = (slowest.max(server.ready_after), idle.max(server.idle));
            let measures = run.among(engine, server, population)?;
            // As many as were asked for are made to within one in a hundred.
            let is_million = entries >= MILLION / 100 * 99;
            let holds = |note: String| if is_million { note } else { "P10 asks for it with 1,000,000 entries".to_owned() };
            let what = format!("start until ready, {among}");
            run.figure(&what, engine, millis(slowest), holds(bars::START.note(slowest)));
            run.figure(&format!("memory when idle, {among}"), engine, megabytes(idle), holds(bars::IDLE.note(idle)));
            let (what, most) = (format!("memory at most under the load of P1, {among}"), measures.at_work);
            run.figure(&what, engine, megabytes(most), holds(bars::AT_WORK.note(most)));
            Ok(measures)
        })
    }

    fn among(&mut self, engine: &'static str, server: &Server, population: &Population<'_>) -> Result<Measures> {
        let mut draw = Draw::new()?;
        let records: Vec<Vec<u8>> = (0..DRAWN).filter_map(|_| record_page(&population.keys, &mut draw)).collect();
        let entries: Vec<Vec<u8>> = (0..DRAWN).filter_map(|_| entry_page(&population.keys, &mut draw)).collect();
        ensure!(!records.is_empty() && !entries.is_empty(), "nobody of the population has an entry");
        let among = format!("of people drawn among {} entries", grouped(population.entries));
        let load = |requests: Vec<Vec<u8>>| Load { address: server.address, connections: 32, requests, good: is_page };
        let record = load(records.clone()).repeated(self.span, self.times)?;
        let (_, at_work) = memory(server.process());
        let what = format!("/record {among}");
        self.measured(&what, engine, 32, &record, Some(bars::RECORD_PAGE));
        self.offered_pages(&what, engine, server, (records, record.rate))?;
        let entry = load(entries).repeated(self.span, self.times)?;
        self.measured(&format!("an entry's page {among}"), engine, 32, &entry, None);
        Ok(Measures { entries: population.entries, record, entry, at_work })
    }
}

/// The record page of somebody.
pub fn record_page(keys: &[Key], draw: &mut Draw) -> Option<Vec<u8>> {
    draw.of(keys).map(|key| get("/record", &cookie(&key.cookie)))
}

/// The page of one of somebody's entries; `None` where they have none.
fn entry_page(keys: &[Key], draw: &mut Draw) -> Option<Vec<u8>> {
    let key = draw.of(keys)?;
    let entry = draw.of(&key.entries)?;
    Some(get(&format!("/record/entries/{entry}"), &cookie(&key.cookie)))
}

/// Draws (`SplitMix64`, Steele, Lea and Flood 2014), each time from another beginning.
pub struct Draw(u64);

impl Draw {
    /// From the system's randomness.
    pub fn new() -> Result<Self> {
        let mut seed = [0; 8];
        File::open("/dev/urandom")?.read_exact(&mut seed)?;
        Ok(Self(u64::from_le_bytes(seed)))
    }

    fn drawn(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of these, each as likely; `None` of none.
    fn of<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        let many = u64::try_from(all.len()).ok()?;
        all.get(usize::try_from(self.drawn().checked_rem(many)?).ok()?)
    }
}

/// How many entries `seed load` says that it made.
fn made(printed: &str) -> Result<u64> {
    let parts = printed.lines().filter(|line| line.contains(" people, ")).flat_map(|line| line.split(", "));
    let entries = parts.filter_map(|part| part.strip_suffix(" entries")).find_map(|number| number.parse().ok());
    entries.context("the population was not counted")
}

fn read_keys(lines: &str) -> Result<Vec<Key>> {
    let keys = lines.lines().map(serde_json::from_str).collect::<Result<Vec<Key>, _>>().context("a key cannot be read")?;
    ensure!(!keys.is_empty(), "nobody of the population can be asked for");
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_read_from_what_is_printed() {
        let printed = "1000 people, 100000 entries, 20 accounts in 6.1 seconds: 16393 entries/s\n";
        assert_eq!(made(printed).unwrap(), 100_000);
        assert!(made("20 accounts\n").is_err());
    }

    #[test]
    fn keys_are_read_and_what_is_not_known_of_them_is_left_out() {
        let lines =
            "{\"cookie\":\"session=a\",\"person\":\"1\",\"entries\":[\"x\"],\"results\":[]}\n{\"cookie\":\"session=b\"}\n";
        let keys = read_keys(lines).unwrap();
        assert_eq!((keys.len(), keys[0].entries.len(), keys[1].cookie.as_str()), (2, 1, "session=b"));
        assert!(read_keys("").is_err() && read_keys("{}\n").is_err());
        let mut draw = Draw(7);
        let page = String::from_utf8(entry_page(&keys[..1], &mut draw).unwrap()).unwrap();
        assert!(page.starts_with("GET /record/entries/x HTTP/1.1\r\n") && page.contains("\r\nCookie: session=a\r\n"), "{page}");
        assert_eq!(entry_page(&keys[1..], &mut draw), None);
    }

    #[test]
    fn everybody_is_drawn_about_as_often() {
        let (mut draw, all) = (Draw(1), [0_usize, 1, 2, 3]);
        let mut often = [0; 4];
        for _ in 0..4000 {
            often[*draw.of(&all).unwrap()] += 1;
        }
        assert!(often.iter().all(|many| (900..1100).contains(many)), "{often:?}");
        assert_eq!(draw.of::<u8>(&[]), None);
    }
}
