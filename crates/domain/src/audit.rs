//! The words of the account of who did what: one event for every read of, and every act on, a person's record or an
//! account.

use crate::record::coded;
use serde::{Deserialize, Serialize};

coded! {
    /// What was done.
    Action {
        /// A page of the record was shown.
        Read = "read",
        /// The record was exported.
        Export = "export",
        /// Source data was imported into the record.
        Import = "import",
        /// A linkage code was issued.
        LinkageIssued = "linkage-issued",
        /// An account was linked to the person's record.
        Linked = "linked",
        /// An attempt to link failed.
        LinkRefused = "link-refused",
        /// Somebody signed in to the account.
        SignedIn = "signed-in",
        /// A sign-in failed.
        SignInRefused = "sign-in-refused",
        /// The account was locked after too many failures.
        Locked = "locked",
        /// A session ended.
        SignedOut = "signed-out",
        /// The account was opened.
        Registered = "registered",
        /// The account's email address was confirmed or changed.
        EmailChanged = "email-changed",
        /// The password was changed or reset.
        PasswordChanged = "password-changed",
        /// A second step (passkey, authenticator, recovery codes) was added, changed or removed.
        FactorChanged = "factor-changed",
        /// Something asked for was refused.
        Refused = "refused",
    }
}

coded! {
    /// On what basis the actor acted.
    Basis {
        /// The person acting on their own record or account.
        Own = "self",
        /// The operator of the service, by command line.
        Operator = "operator",
        /// The service itself, as a job.
        System = "system",
        /// Nobody who could be told: before sign-in.
        Unknown = "unknown",
    }
}

coded! {
    /// Why it was done.
    Purpose {
        /// The person looking after their own health.
        OwnCare = "own-care",
        /// Keeping the account safe and in order.
        AccountCare = "account",
        /// Keeping the record up to date from its sources.
        RecordUpkeep = "record-upkeep",
        /// Running the service.
        Operations = "operations",
    }
}
