//! The search for appointments, asked through the use case itself: `crates/service/examples/search_load.rs`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::figures::{Times, per_second};
use super::load::Measured;
use crate::process;
use crate::workspace::Workspace;

/// The name of the program that asks.
const PROGRAM: &str = "search_load";

/// One line that the program prints.
#[derive(Deserialize)]
struct Line {
    what: String,
    /// How long the database took to fill.
    #[serde(default)]
    millis: u64,
    /// How many times can be booked then.
    #[serde(default)]
    slots: u64,
    #[serde(default)]
    connections: usize,
    /// How many times were found in all.
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
    /// How many times a search found on average.
    pub found: u64,
    /// What came of it.
    pub measured: Measured,
}

/// Compiles the program.
pub fn build(workspace: &Workspace) -> Result<PathBuf> {
    process::run(workspace.cargo().args(["build", "--release", "--package", "service", "--example", PROGRAM]))?;
    Ok(workspace.target.join("release/examples").join(PROGRAM))
}

/// What came of all of it.
pub struct Searched {
    /// How many times can be booked.
    pub slots: u64,
    /// How long it took to make them.
    pub took: Duration,
    /// The measures.
    pub asked: Vec<Asked>,
}

/// Fills the database and asks it.
pub fn run(program: &Path, database: &str, counted: Duration) -> Result<Searched> {
    let mut command = Command::new(program);
    // By the environment, because the address may hold a password.
    command.env("SELFHEAL_DATABASE_URL", database).arg(counted.as_secs().max(1).to_string());
    read(&process::read(&mut command)?, counted)
}

fn read(printed: &str, counted: Duration) -> Result<Searched> {
    let lines =
        printed.lines().map(serde_json::from_str).collect::<Result<Vec<Line>, _>>().context("the search was not measured")?;
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
    Ok(Searched { slots: filled.slots, took: Duration::from_millis(filled.millis), asked })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_measure_and_none_without_an_answer() {
        let filled = "{\"what\":\"filled\",\"millis\":1500,\"slots\":7}\n";
        let line = "{\"what\":\"as people ask\",\"connections\":8,\"found\":41,\"micros\":[300,100]}\n";
        let Searched { slots, took, asked } = read(&format!("{filled}{line}"), Duration::from_secs(2)).unwrap();
        assert_eq!((slots, took, asked.len()), (7, Duration::from_millis(1500), 1));
        assert_eq!((asked[0].connections, asked[0].found, asked[0].measured.rate), (8, 20, 1));
        assert_eq!(asked[0].measured.times.percentile(99), Duration::from_micros(300));
        for wrong in
            [String::new(), line.to_owned(), filled.to_owned(), format!("{filled}{{\"what\":\"x\"}}"), format!("{filled}failed")]
        {
            assert!(read(&wrong, Duration::from_secs(1)).is_err(), "{wrong}");
        }
    }
}
