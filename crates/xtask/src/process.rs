//! Running other programs.

use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail};

/// Runs `command` with its output on the terminal; an exit code other than 0 is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {}", name(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", name(command));
    }
    Ok(())
}

/// Runs `command` and gives what it wrote on standard output; on failure the error carries standard error.
pub fn read(command: &mut Command) -> Result<String> {
    let output = finish(command)?;
    if !output.status.success() {
        bail!("{} ended with {}\n{}", name(command), output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// True when `command` can be run and succeeds; what it prints is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    finish(command).is_ok_and(|output| output.status.success())
}

/// Sends this signal (`TERM`, `STOP`, …) to these processes.
pub fn signal(name: &str, processes: &[u32]) -> Result<()> {
    let numbers = processes.iter().map(ToString::to_string);
    read(Command::new("kill").arg(format!("-{name}")).args(numbers)).map(drop)
}

fn finish(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {}", name(command)))
}

/// The program and its first few words: `cargo build`, `node …/sass.js`.
fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args().take(1));
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
