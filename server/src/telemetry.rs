//! The log: structured, and without personal data.

use crate::cli::{Common, LogFormat};
use tracing_subscriber::EnvFilter;

/// Starts the log on standard error, which leaves standard output to what a command prints.
///
/// # Errors
/// One plain sentence when the filter cannot be understood.
pub fn start(common: &Common) -> Result<(), String> {
    let filter = EnvFilter::try_new(&common.log).map_err(|_| format!("The log filter {:?} cannot be understood.", common.log))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match common.log_format {
        LogFormat::Pretty => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    started.map_err(|_| "The log could not be started.".to_owned())
}
