//! A disk that takes long to say that what was written is there: strace holds every fdatasync back.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::figures::micros;
use super::http::{cookie, get};
use super::load::Load;
use super::postgres::{GIVEN, Postgres};
use super::server::{Product, Serving};
use super::{On, Run, bars, is_page};
use crate::process;

/// The program that holds them back.
pub const STRACE: &str = "strace";
/// How much longer each takes (P2).
pub const LONGER: Duration = Duration::from_millis(4);

/// Why it cannot be done here; `None` where it can.
pub fn why_not() -> Option<String> {
    let mut command = Command::new(STRACE);
    command.args(words(Duration::from_micros(1))).arg("true");
    (!process::succeeds(&mut command)).then(|| "strace is not installed, or may not be used here".to_owned())
}

/// What is measured with it.
const WHAT: &str = "/record while fdatasync takes 4 ms longer";

impl Run<'_> {
    /// The record page while the disk is slow: the server's own where the database is a file, else that of a database server of its own.
    pub(super) fn slow_disk(&mut self, on: &mut On<'_>) -> Result<()> {
        self.begin(on.engine, "a disk that syncs slowly")?;
        if let Some(why) = why_not() {
            self.not_run(&format!("P2: {WHAT}"), on.engine, why);
            return Ok(());
        }
        if on.engine == "SQLite" {
            let product = self.product((on.database)("slow")?);
            return self.pages_slowly(on.engine, &product, (Serving { demo: true, slower: Some(LONGER) }, None));
        }
        if std::env::var_os(GIVEN).is_some() {
            let why = format!("the disk of the server that {GIVEN} names cannot be made slow from here");
            self.not_run(&format!("P2: {WHAT}"), on.engine, why);
            return Ok(());
        }
        let mut postgres = Postgres::start_slowed(self.folder, LONGER)?;
        let (database, process) = (postgres.database("slow")?, postgres.process());
        let product = self.product(database);
        self.pages_slowly(on.engine, &product, (Serving::DEMONSTRATION, process))
    }

    fn pages_slowly(&mut self, engine: &'static str, product: &Product<'_>, serving: (Serving, Option<u32>)) -> Result<()> {
        product.command(["seed", "demo"].map(Path::new))?;
        self.with_server(product, serving, |run, server| {
            let (sessions, _) = server.sessions("")?;
            let what = format!("{WHAT}, {} people", sessions.len());
            let requests = sessions.iter().map(|session| get("/record", &cookie(session))).collect();
            let load = Load { address: server.address, connections: 32, requests, good: is_page };
            let measured = load.repeated(run.span, run.times)?;
            run.measured(&what, engine, 32, &measured, Some(bars::SLOW_DISK));
            Ok(())
        })
    }
}

/// What strace is told, before the program: nothing but these two calls is slower than without it.
pub fn words(slower: Duration) -> Vec<String> {
    let words = ["--follow-forks", "--seccomp-bpf", "--quiet=all", "--output=/dev/null", "--trace=fdatasync,fsync"];
    let held = format!("--inject=fdatasync,fsync:delay_exit={}", micros(slower));
    words.into_iter().map(ToOwned::to_owned).chain([held]).collect()
}

/// The same command with a slow disk.
pub fn slowed(command: &Command, slower: Duration) -> Command {
    let mut slowed = Command::new(STRACE);
    slowed.args(words(slower)).arg(command.get_program()).args(command.get_args());
    slowed
}

/// The process that strace, which is this process, has started.
pub fn traced(strace: u32) -> Result<u32> {
    let children = fs::read_to_string(format!("/proc/{strace}/task/{strace}/children")).unwrap_or_default();
    let first = children.split_whitespace().next().and_then(|child| child.parse().ok());
    first.context("what strace started cannot be found")
}

/// Sends a signal, such as `TERM`; one that has ended already hears none.
pub fn signal(process: u32, name: &str) {
    process::succeeds(Command::new("kill").arg(format!("-{name}")).arg(process.to_string()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_makes_sure_that_something_is_on_the_disk_is_held_back() {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", "0", "selfheal"]);
        let slowed = slowed(&command, LONGER);
        let words: Vec<_> = slowed.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        assert_eq!(slowed.get_program(), "strace");
        assert!(words.contains(&"--inject=fdatasync,fsync:delay_exit=4000".to_owned()), "{words:?}");
        assert!(words.ends_with(&["taskset", "--cpu-list", "0", "selfheal"].map(ToOwned::to_owned)), "{words:?}");
    }
}
