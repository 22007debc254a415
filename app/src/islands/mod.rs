//! The only code that runs in the browser. Every page works without it.

#[cfg(feature = "hydrate")]
mod credentials;
#[cfg(feature = "hydrate")]
mod exchange;
pub mod passkey;
pub mod slot_picker;
