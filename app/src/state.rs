//! What every page can reach.

use service::Services;
use std::sync::Arc;

/// Shared by all requests. Clones are cheap.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub services: Arc<Services>,
    /// The names of the client's files.
    pub assets: Arc<Assets>,
    /// Who one can be, when this is a demonstration.
    pub demo: Option<Arc<Demo>>,
    /// Whether people reach the service by https, so that cookies are for https alone.
    pub secure: bool,
}

/// Addresses of the client's files; each holds a hash of its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The islands' JavaScript.
    pub js: String,
    /// The islands' WebAssembly.
    pub wasm: String,
}

/// A demonstration: made-up people whose sign-ins are shown to everybody. Only ever on a loopback address.
#[derive(Clone, Debug, Default)]
pub struct Demo {
    /// One password for all.
    pub password: String,
    /// Who one can be.
    pub people: Vec<DemoSignIn>,
    /// Who one can be at work.
    pub staff: Vec<DemoSignIn>,
}

/// One of the people one can be.
#[derive(Clone, Debug)]
pub struct DemoSignIn {
    /// The account's email address.
    pub email: String,
    /// Who they are, in one line.
    pub who: String,
}
