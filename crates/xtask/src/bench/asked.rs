//! What is asked through the use cases themselves: the programs in `crates/service/examples`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::figures::{Times, per_second};
use super::load::Measured;
use super::repeats::Repeated;
use crate::process;
use crate::workspace::Workspace;

/// A program that asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The search for appointments.
    Search,
    /// A practice's queue of orders of medicines.
    Queue,
    /// A person's list of medicines.
    Medicines,
    /// The charts of what a person measured.
    Readings,
    /// A file of an app, brought in and taken out again.
    Imports,
    /// The timeline and the search of a long record, and one of its results over time.
    Record,
    /// Many who want few times at once.
    Rush,
    /// The account of what many people did.
    Audit,
}

impl Program {
    const fn name(self) -> &'static str {
        match self {
            Self::Search => "search_load",
            Self::Queue => "queue_load",
            Self::Medicines => "medicines_load",
            Self::Readings => "readings_load",
            Self::Imports => "imports_load",
            Self::Record => "record_load",
            Self::Rush => "rush_load",
            Self::Audit => "audit_load",
        }
    }
}

/// One line that the program prints.
#[derive(Deserialize)]
struct Line {
    what: String,
    /// How long the database took to fill.
    #[serde(default)]
    millis: u64,
    /// How much there is then.
    #[serde(default)]
    made: u64,
    #[serde(default)]
    connections: usize,
    /// How much was found in all.
    #[serde(default)]
    found: u64,
    #[serde(default)]
    micros: Vec<u64>,
}

/// What was asked, over how many connections, and what came of it.
pub struct Asked {
    /// What was asked.
    pub what: String,
    /// Over how many connections.
    pub connections: usize,
    /// How much an answer held on average.
    pub found: u64,
    /// What came of it, of all repeats.
    pub measured: Repeated,
}

/// Compiles the programs; gives the folder in which they are.
pub fn build(workspace: &Workspace, programs: &[Program]) -> Result<PathBuf> {
    if !programs.is_empty() {
        let examples = programs.iter().flat_map(|program| ["--example", program.name()]);
        process::run(workspace.cargo().args(["build", "--release", "--package", "service"]).args(examples))?;
    }
    Ok(workspace.target.join("release/examples"))
}

/// What came of all of it.
pub struct Filled {
    /// How much there is to be found.
    pub made: u64,
    /// How long it took to make.
    pub took: Duration,
    /// The measures.
    pub asked: Vec<Asked>,
}

/// Fills the database and asks it, each measure so many times.
pub fn run(folder: &Path, program: Program, database: &str, (counted, times): (Duration, usize)) -> Result<Filled> {
    let mut command = Command::new(folder.join(program.name()));
    // By the environment, because the address may hold a password.
    command.env("SELFHEAL_DATABASE_URL", database).args([counted.as_secs().max(1).to_string(), times.to_string()]);
    read(&process::read(&mut command)?, counted)
}

/// Writes many people's events; gives how many.
pub fn audit(folder: &Path, database: &str) -> Result<u64> {
    let mut command = Command::new(folder.join(Program::Audit.name()));
    command.env("SELFHEAL_DATABASE_URL", database).args(["1", "1"]);
    written(&process::read(&mut command)?)
}

fn written(printed: &str) -> Result<u64> {
    let line: Line = serde_json::from_str(printed).context("no event was written")?;
    ensure!(line.what == "filled" && line.made > 0, "no event was written");
    Ok(line.made)
}

/// What was done with a file of readings, and how long it took.
#[derive(Deserialize)]
pub struct Step {
    /// `read`, `looked at`, `added`, `taken out`, or `memory`.
    pub what: String,
    #[serde(default)]
    millis: u64,
    /// How many bytes were read, or held in memory at most.
    #[serde(default)]
    pub bytes: u64,
    /// How many readings it was about.
    #[serde(default)]
    pub readings: u64,
}

impl Step {
    /// How long it took.
    pub const fn took(&self) -> Duration {
        Duration::from_millis(self.millis)
    }
}

/// A rush for times that can be booked.
#[derive(Deserialize)]
pub struct Round {
    /// How many people wanted one.
    pub people: u64,
    /// How many there were.
    pub slots: u64,
    /// How many were booked.
    pub booked: u64,
    /// How many attempts were told that the service is busy.
    pub busy: u64,
    micros_in_all: u64,
    micros: Vec<u64>,
}

impl Round {
    /// The attempts, from the first to the last answer.
    pub fn measured(&self) -> Measured {
        let times = Times::of(self.micros.clone());
        let answers = times.count();
        Measured { rate: per_second(answers, Duration::from_micros(self.micros_in_all)), times, answers }
    }
}

/// Makes people and times, and lets them rush for them so many times over.
pub fn rush(folder: &Path, database: &str, times: usize) -> Result<Vec<Round>> {
    let mut command = Command::new(folder.join(Program::Rush.name()));
    command.env("SELFHEAL_DATABASE_URL", database).args(["1".to_owned(), times.to_string()]);
    rounds(&process::read(&mut command)?)
}

fn rounds(printed: &str) -> Result<Vec<Round>> {
    let rounds = printed.lines().map(serde_json::from_str).collect::<Result<Vec<Round>, _>>().context("nothing was measured")?;
    ensure!(!rounds.is_empty(), "nobody rushed");
    let exact = |round: &Round| round.booked == round.slots && !round.micros.is_empty();
    ensure!(rounds.iter().all(exact), "not exactly as many were booked as there were");
    Ok(rounds)
}

/// Of several repeats the worst of each step, in the order of the first.
pub fn worst(repeats: Vec<Vec<Step>>) -> Vec<Step> {
    let worse = |mut worst: Vec<Step>, other: Vec<Step>| {
        for (one, other) in worst.iter_mut().zip(other) {
            // What was read and added is the same each time, but for the memory that it took.
            one.millis = one.millis.max(other.millis);
            one.bytes = one.bytes.max(other.bytes);
        }
        worst
    };
    repeats.into_iter().reduce(worse).unwrap_or_default()
}

/// Brings a made-up export of Apple Health of this size in, and takes it out again.
pub fn imports(folder: &Path, database: &str, megabytes: u64) -> Result<Vec<Step>> {
    let mut command = Command::new(folder.join(Program::Imports.name()));
    command.env("SELFHEAL_DATABASE_URL", database).args(["1".to_owned(), megabytes.to_string()]);
    steps(&process::read(&mut command)?)
}

fn steps(printed: &str) -> Result<Vec<Step>> {
    let steps = printed.lines().map(serde_json::from_str).collect::<Result<Vec<Step>, _>>().context("nothing was measured")?;
    let has = |what: &str| steps.iter().any(|step| step.what == what);
    ensure!(["read", "added", "taken out", "memory"].into_iter().all(has), "the file was not brought in and taken out again");
    Ok(steps)
}

fn read(printed: &str, counted: Duration) -> Result<Filled> {
    let lines = printed.lines().map(serde_json::from_str).collect::<Result<Vec<Line>, _>>().context("nothing was measured")?;
    let mut lines = lines.into_iter();
    let filled = lines.next().filter(|line| line.what == "filled").context("the database was not filled")?;
    // What is asked over as many connections, with what was found and what came of each repeat.
    let mut repeats: Vec<((String, usize), u64, Vec<Measured>)> = Vec::new();
    for line in lines {
        let times = Times::of(line.micros);
        let answers = times.count();
        ensure!(answers > 0, "nothing was answered: {}", line.what);
        let measured = Measured { rate: per_second(answers, counted), times, answers };
        let of = (line.what, line.connections);
        match repeats.iter_mut().find(|(before, ..)| *before == of) {
            Some((_, found, all)) => {
                *found += line.found;
                all.push(measured);
            }
            None => repeats.push((of, line.found, vec![measured])),
        }
    }
    let asked = repeats.into_iter().map(|((what, connections), found, all)| {
        let asked = |measured: Repeated| Asked { what, connections, found: found / measured.answers.max(1), measured };
        Repeated::of(&all).map(asked)
    });
    let asked = asked.collect::<Result<Vec<_>>>()?;
    ensure!(!asked.is_empty(), "nothing was asked");
    Ok(Filled { made: filled.made, took: Duration::from_millis(filled.millis), asked })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rush_in_which_too_few_or_too_many_are_booked_is_a_fault() {
        let line = |booked: u64| {
            format!("{{\"people\":9,\"slots\":2,\"booked\":{booked},\"busy\":1,\"micros_in_all\":500000,\"micros\":[7,9,8]}}\n")
        };
        let all = rounds(&line(2).repeat(2)).unwrap();
        let measured = all[1].measured();
        assert_eq!((all.len(), measured.rate, measured.answers), (2, 6, 3));
        for wrong in [String::new(), line(1), line(3), format!("{}{}", line(2), line(1))] {
            assert!(rounds(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_events_that_were_written_are_counted() {
        assert_eq!(written("{\"what\":\"filled\",\"millis\":1500,\"made\":7}\n").unwrap(), 7);
        assert!(written("").is_err() && written("{\"what\":\"filled\",\"made\":0}\n").is_err());
    }

    #[test]
    fn a_file_is_measured_whole_or_not_at_all() {
        let line = |what: &str| format!("{{\"what\":\"{what}\",\"millis\":1500,\"bytes\":7,\"readings\":3}}\n");
        let whole: String = ["read", "looked at", "added", "taken out", "memory"].map(line).concat();
        let all = steps(&whole).unwrap();
        assert_eq!((all.len(), all[0].took(), all[0].bytes, all[2].readings), (5, Duration::from_millis(1500), 7, 3));
        let other = steps(&whole.replace("1500", "1600").replace("\"bytes\":7", "\"bytes\":6")).unwrap();
        let worst = worst(vec![all, other]);
        assert_eq!((worst.len(), worst[1].took(), worst[1].bytes), (5, Duration::from_millis(1600), 7));
        for wrong in [String::new(), line("read"), format!("{whole}failed")] {
            assert!(steps(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_line_is_a_measure_and_none_without_an_answer() {
        let filled = "{\"what\":\"filled\",\"millis\":1500,\"made\":7}\n";
        let line = "{\"what\":\"as people ask\",\"connections\":8,\"found\":41,\"micros\":[300,100]}\n";
        let Filled { made, took, asked } = read(&format!("{filled}{line}"), Duration::from_secs(2)).unwrap();
        assert_eq!((made, took, asked.len()), (7, Duration::from_millis(1500), 1));
        assert_eq!((asked[0].connections, asked[0].found, asked[0].measured.rate), (8, 20, 1));
        assert_eq!(asked[0].measured.p99, Duration::from_micros(300));
        let slower = line.replace("[300,100]", "[400]");
        let asked = read(&format!("{filled}{line}{slower}"), Duration::from_secs(1)).unwrap().asked;
        assert_eq!((asked.len(), asked[0].found, asked[0].measured.rate, asked[0].measured.answers), (1, 27, 1, 3));
        assert_eq!(asked[0].measured.p99, Duration::from_micros(400));
        for wrong in
            [String::new(), line.to_owned(), filled.to_owned(), format!("{filled}{{\"what\":\"x\"}}"), format!("{filled}failed")]
        {
            assert!(read(&wrong, Duration::from_secs(1)).is_err(), "{wrong}");
        }
    }
}
