//! Use cases. Each takes the actor first, authorises before it loads, and does its work in one transaction: authorise,
//! load, decide, save, audit, enqueue. The only room that calls the store.

mod access;
mod accounts;
pub mod activity;
mod core;
mod error;
mod exports;
mod factors;
pub mod hashing;
mod imports;
mod limits;
mod linking;
mod mail;
mod organisations;
mod people;
mod ports;
mod records;
mod sessions;
mod sign_in;

pub use crate::core::{Core, Settings};
pub use accounts::{AccountDetails, AccountSummary, Accounts, Confirmation};
pub use activity::Activity;
pub use error::{FieldProblem, ServiceError};
pub use exports::Exports;
pub use factors::{AddedPasskey, AuthenticatorSetUp, DeviceSeen, Factors, PasskeySeen, SecondSteps, SignInOverview};
pub use hashing::{Hashing, PasswordCost};
pub use imports::{Expected, ImportProblem, ImportReport, ImportRequest, Imports};
pub use linking::{IssuedCode, LinkForm, Linked, LinkedPerson, Linking};
pub use mail::{Delivered, Outbox};
pub use organisations::{Organisation, OrganisationKind, Organisations};
pub use people::{People, PersonSummary};
pub use ports::{Clock, Mail, MailError, Mailer, Random, SystemClock, SystemRandom};
pub use records::{CategoryCount, Cursor, EntryLine, EntryPage, EntryView, Overview, Records, SourceSeen, VersionView, Which};
pub use sessions::{CurrentSession, LiveSession, Origin, Sessions, StoredSession};
pub use sign_in::{PasskeyChallenge, PasswordOutcome, SignIn, SignedIn};

/// Every use case, over one core.
#[derive(Clone)]
pub struct Services {
    /// Opening an account, its address and its password.
    pub accounts: Accounts,
    /// Second steps and trusted devices.
    pub factors: Factors,
    /// Linking an account to a record.
    pub linking: Linking,
    /// Mail that waits to be sent.
    pub outbox: Outbox,
    /// Browser sessions.
    pub sessions: Sessions,
    /// Signing in.
    pub sign_in: SignIn,
    /// The hashing that they share, so that its work can be counted.
    pub hashing: Hashing,
    /// Who did what.
    pub activity: Activity,
    /// Taking a record away.
    pub exports: Exports,
    /// Taking source data in.
    pub imports: Imports,
    /// Who gives care and supplies records.
    pub organisations: Organisations,
    /// Whose records are held.
    pub people: People,
    /// Reading a record.
    pub records: Records,
    /// What they share.
    pub core: Core,
}

impl Services {
    /// The use cases over this core.
    #[must_use]
    pub fn new(core: Core) -> Self {
        let hashing = Hashing::new(core.settings().password_cost, core.random());
        let passkeys = factors::Passkeys::new(&core.settings().public_url);
        let accounts = Accounts::new(core.clone(), hashing.clone());
        Self {
            factors: Factors::new(core.clone(), passkeys.clone()),
            linking: Linking::new(core.clone(), hashing.clone()),
            outbox: Outbox::new(core.clone()),
            sessions: Sessions::new(core.clone()),
            sign_in: SignIn::new(core.clone(), hashing.clone(), passkeys, accounts.clone()),
            accounts,
            hashing,
            activity: Activity::new(core.clone()),
            exports: Exports::new(core.clone()),
            imports: Imports::new(core.clone()),
            organisations: Organisations::new(core.clone()),
            people: People::new(core.clone()),
            records: Records::new(core.clone()),
            core,
        }
    }
}
