//! The only code that runs in the browser. Every page works without it.

#[cfg(feature = "hydrate")]
mod credentials;
pub mod passkey;
