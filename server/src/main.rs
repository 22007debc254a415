//! The `selfheal` program.

use clap::Parser;
use server::cli::Cli;
use std::process::ExitCode;

#[tokio::main]
#[expect(clippy::print_stderr, reason = "what went wrong is said to whoever ran the command")]
async fn main() -> ExitCode {
    match server::run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
