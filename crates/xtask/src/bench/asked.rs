//! What is asked through the use cases themselves: the programs in `crates/service/examples`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::figures::{Times, per_second};
use super::load::Measured;
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
    /// What came of it.
    pub measured: Measured,
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

/// Fills the database and asks it.
pub fn run(folder: &Path, program: Program, database: &str, counted: Duration) -> Result<Filled> {
    let mut command = Command::new(folder.join(program.name()));
    // By the environment, because the address may hold a password.
    command.env("SELFHEAL_DATABASE_URL", database).arg(counted.as_secs().max(1).to_string());
    read(&process::read(&mut command)?, counted)
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
    let asked = |line: Line| {
        let times = Times::of(line.micros);
        let answers = times.count();
        ensure!(answers > 0, "nothing was answered: {}", line.what);
        let measured = Measured { rate: per_second(answers, counted), times, answers };
        Ok(Asked { what: line.what, connections: line.connections, found: line.found / answers, measured })
    };
    let asked = lines.map(asked).collect::<Result<Vec<_>>>()?;
    ensure!(!asked.is_empty(), "nothing was asked");
    Ok(Filled { made: filled.made, took: Duration::from_millis(filled.millis), asked })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_measured_whole_or_not_at_all() {
        let line = |what: &str| format!("{{\"what\":\"{what}\",\"millis\":1500,\"bytes\":7,\"readings\":3}}\n");
        let whole: String = ["read", "looked at", "added", "taken out", "memory"].map(line).concat();
        let all = steps(&whole).unwrap();
        assert_eq!((all.len(), all[0].took(), all[0].bytes, all[2].readings), (5, Duration::from_millis(1500), 7, 3));
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
        assert_eq!(asked[0].measured.times.percentile(99), Duration::from_micros(300));
        for wrong in
            [String::new(), line.to_owned(), filled.to_owned(), format!("{filled}{{\"what\":\"x\"}}"), format!("{filled}failed")]
        {
            assert!(read(&wrong, Duration::from_secs(1)).is_err(), "{wrong}");
        }
    }
}
