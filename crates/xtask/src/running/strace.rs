//! A disk that takes long to say that what was written is there: strace holds every fdatasync back.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::process;

/// The program that holds them back.
pub const STRACE: &str = "strace";

/// Why it cannot be done here; `None` where it can.
pub fn why_not() -> Option<String> {
    let mut command = Command::new(STRACE);
    command.args(words(Duration::from_micros(1))).arg("true");
    (!process::succeeds(&mut command)).then(|| "strace is not installed, or may not be used here".to_owned())
}

/// What strace is told, before the program: nothing but these two calls is slower than without it.
pub fn words(slower: Duration) -> Vec<String> {
    let words = ["--follow-forks", "--seccomp-bpf", "--quiet=all", "--output=/dev/null", "--trace=fdatasync,fsync"];
    let held = format!("--inject=fdatasync,fsync:delay_exit={}", slower.as_micros());
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
        let slowed = slowed(&command, Duration::from_millis(4));
        let words: Vec<_> = slowed.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        assert_eq!(slowed.get_program(), "strace");
        assert!(words.contains(&"--inject=fdatasync,fsync:delay_exit=4000".to_owned()), "{words:?}");
        assert!(words.ends_with(&["taskset", "--cpu-list", "0", "selfheal"].map(ToOwned::to_owned)), "{words:?}");
    }
}
