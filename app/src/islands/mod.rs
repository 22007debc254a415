//! The only code that runs in the browser. Every page works without it.

#[cfg(feature = "hydrate")]
mod chart_reader;
pub mod chart_view;
#[cfg(feature = "hydrate")]
mod credentials;
#[cfg(feature = "hydrate")]
mod exchange;
#[cfg(feature = "hydrate")]
mod file_sender;
pub mod file_sending;
pub mod passkey;
pub mod slot_picker;
