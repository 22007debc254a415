//! The `selfheal` program.

use clap::Parser;
use server::cli::{Cli, refused_secret};
use std::process::ExitCode;

#[tokio::main]
#[expect(clippy::print_stderr, reason = "what went wrong is said to whoever ran the command")]
async fn main() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(cli) => server::run(cli).await,
        Err(error) => Err(refused_secret(&error).unwrap_or_else(|| error.exit())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}
