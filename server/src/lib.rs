//! The process: command line, configuration, HTTP, sessions, jobs.

pub mod audit_files;
pub mod cli;
mod commands;
pub mod config;
pub mod http;
pub mod limit;
pub mod measures;
mod middleware;
mod open;
pub mod refusals;
pub mod seed;
pub mod seed_demo;
mod seed_profiles;
mod seed_readings;
mod serve;
pub mod session_store;
mod staff_commands;
mod telemetry;
mod traces;

use cli::{Cli, Command};
pub use seed_demo::seed_demo;

/// Does what the command line says.
///
/// # Errors
/// What went wrong, in one plain sentence (or one for each file or fault).
pub async fn run(cli: Cli) -> Result<(), String> {
    telemetry::start(&cli.common)?;
    let done = obey(&cli).await;
    store::close_encrypted().await;
    done
}

async fn obey(cli: &Cli) -> Result<(), String> {
    let common = &cli.common;
    match &cli.command {
        Command::Serve(args) => serve::run(common, args).await,
        Command::Check(args) => commands::check(common, args).await,
        Command::Migrate => commands::migrate(common).await,
        Command::Seed { what: cli::Seed::Demo } => commands::seed(common).await,
        Command::Seed { what: cli::Seed::Load(args) } => commands::seed_load(common, args).await,
        Command::Import { what: cli::Import::Fhir { files, source, source_name, source_kind, person } } => {
            let source = commands::SourceOrganisation { code: source, name: source_name.as_deref(), kind: source_kind };
            commands::import(common, files, source, person.as_deref()).await
        }
        Command::Export { what: cli::Export::Planning { out } } => commands::export_planning(common, out.as_deref()).await,
        Command::Export { what: cli::Export::Fhir { person, out } } => commands::export(common, person, out.as_deref()).await,
        Command::Postcodes { what: cli::Postcodes::Import { files } } => commands::import_postcodes(common, files).await,
        Command::Pharmacies { what: cli::Pharmacies::Load { file, close_many } } => {
            let closing = if *close_many { service::Closing::Any } else { service::Closing::Few };
            commands::load_pharmacies(common, file, closing).await
        }
        Command::Medicines { what: cli::Medicines::Load { files } } => commands::load_medicines(common, files).await,
        Command::Person { what } => commands::person(common, what).await,
        Command::Account { what } => commands::account(common, what).await,
        Command::Staff { what } => staff_commands::staff(common, what).await,
        Command::Team { what } => staff_commands::team(common, what).await,
        Command::Diary { what } => commands::diary(common, what).await,
        Command::Prescribing { what } => commands::prescribing(common, what).await,
        Command::Audit { what } => commands::audit(common, what).await,
        Command::Backup { file } => commands::backup(common, file).await,
        Command::Ready { addr } => commands::is_ready(*addr).await,
        Command::Verify => commands::digests(common).await,
        Command::Database { what: cli::Database::Encrypt { file, new_key_file } } => {
            commands::encrypt(common, file, new_key_file).await
        }
        Command::Restore { file } => commands::restore(common, file).await,
    }
}
