//! Builds, checks, watches and measures the product: `cargo xtask --help`.

mod asvs;
mod bench;
mod budgets;
mod client;
mod dev;
mod process;
mod running;
mod sbom;
mod serverbin;
mod site;
mod style;
mod torture;
mod walls;
mod workspace;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::client::Weight;
use crate::serverbin::Profile;
use crate::workspace::Workspace;

/// The build driver.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the client, the style sheet and the static files into `<target>/site`, and the server.
    Build(Build),
    /// Build, serve, and do both again whenever a source file is saved.
    Dev {
        /// Passed on to `selfheal serve`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        serve: Vec<String>,
    },
    /// Check the walls between the crates, that both engines have the same migrations, and the table of ASVS.
    Ci,
    /// Write what the server is made of (CycloneDX 1.6, JSON) into a file, or onto standard output.
    Sbom {
        /// The file.
        #[arg(long)]
        out: Option<std::path::PathBuf>,
    },
    /// Weigh the client and the style sheet in `<target>/site` against their budgets.
    Budgets,
    /// Measure a release server: pages, sign-ins, imports and audit, on both engines.
    Bench(bench::Options),
    /// Kill the server, its database and its disk while people use it, and see whether anything is lost.
    Torture(torture::Options),
}

#[derive(Args)]
struct Build {
    /// Build the server optimised, as it is run for people.
    #[arg(long, conflicts_with = "debug_server")]
    release: bool,
    /// Build the server unoptimised, as it is run for tests (the default).
    #[arg(long)]
    debug_server: bool,
    /// Only what the browser downloads.
    #[arg(long, conflicts_with = "server_only")]
    client_only: bool,
    /// Only the server.
    #[arg(long)]
    server_only: bool,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<bool> {
    let workspace = Workspace::find()?;
    match task {
        Task::Build(build) => {
            if !build.server_only {
                site::build(&workspace, Weight::Small)?;
            }
            if !build.client_only {
                serverbin::build(&workspace, if build.release { Profile::Release } else { Profile::Debug })?;
            }
            Ok(true)
        }
        Task::Dev { serve } => dev::run(&workspace, &serve).map(|()| true),
        Task::Ci => walls::check(&workspace),
        Task::Sbom { out } => sbom::write(&workspace, out.as_deref()).map(|()| true),
        Task::Budgets => budgets::check(&workspace),
        Task::Bench(options) => bench::run(&workspace, &options).map(|()| true),
        Task::Torture(options) => torture::run(&workspace, &options),
    }
}

/// Prints one line for the person who ran the task.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
