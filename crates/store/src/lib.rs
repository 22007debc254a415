//! The only room that knows SQL. One text for each statement, run on SQLite or PostgreSQL; one file for each aggregate.
//!
//! Acts go through [`Store::write`], reads through [`Store::read`]. On SQLite every act passes one writer that folds
//! what arrives together into one durable commit; on PostgreSQL each act is a transaction of its own.

mod database_key;
mod database_url;
mod digest;
mod encrypting;
mod engine;
mod error;
pub mod medicine;
mod migrate;
mod writer;

pub mod access_query;
pub mod account;
pub mod appointment;
pub mod audit;
pub mod checkpoint;
pub mod correction;
pub mod device;
mod dialect;
pub mod diary;
pub mod dictionary;
pub mod document;
pub mod emergency;
pub mod factor;
pub mod goal;
pub mod health_connect;
pub mod hiding;
pub mod intake;
pub mod invitation;
pub mod let_in;
pub mod link;
pub mod linkage;
pub mod listing;
pub mod mailed_link;
pub mod mobile;
pub mod order_queue;
pub mod organisation;
pub mod outbox;
pub mod outside;
pub mod own_note;
pub mod person;
pub mod person_write;
pub mod pharmacy;
pub mod postcode;
pub mod prescribing;
pub mod prescription;
pub mod profile;
pub mod questionnaire;
pub mod reading;
pub mod reading_device;
pub mod reading_photo;
pub mod reading_rule;
pub mod record;
pub mod registration;
pub mod relationship;
pub mod release;
pub mod reminding;
pub mod self_care;
pub mod session;
pub mod sharing;
pub mod slot;
pub mod staff;
pub mod text_in;
pub mod throttle;
pub mod uptake;
pub mod visitor;
pub mod week;
pub mod work;

pub use database_key::{DatabaseKey, DatabaseKeyError};
pub use database_url::{DatabaseUrl, DatabaseUrlError};
pub use digest::TableDigest;
pub use encrypting::encrypt;
pub use engine::{Options, Standing, Store, Tx, close_encrypted};
pub use error::StoreError;
pub use futures::future::BoxFuture;
pub use migrate::schema_fingerprint;

/// Runs a body once on whichever engine the transaction belongs to, with `$c` bound to its connection.
macro_rules! on {
    ($tx:expr, $c:ident, $body:expr) => {
        match $tx {
            $crate::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on;

/// Runs a statement with what is bound to it, and gives how many rows it changed.
macro_rules! run {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::on!($tx, c, sqlx::query($sql)$(.bind($bind))*.execute(c).await.map(|done| done.rows_affected()))
    };
}
pub(crate) use run;

/// The id that a statement gives; `None` where it gives no row.
macro_rules! an_id {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::on!($tx, c, sqlx::query_as::<_, (uuid::Uuid,)>($sql)$(.bind($bind))*.fetch_optional(c).await)
            .map(|row| row.map(|(id,)| id))
    };
}
pub(crate) use an_id;

/// The people that a statement gives by their ids.
macro_rules! people {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::on!($tx, c, sqlx::query_as::<_, (uuid::Uuid,)>($sql)$(.bind($bind))*.fetch_all(c).await)
            .map(|rows| rows.into_iter().map(|(id,)| domain::PersonId::from_uuid(id)).collect::<Vec<_>>())
    };
}
pub(crate) use people;

/// Declares the SQL statements of a file, each a literal or a `concat!` of literals, and lists them so that a test can prepare
/// each on both engines.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*
        /// Every statement of this file by name.
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name),)*];
    };
}
pub(crate) use statements;

/// Every statement of the store by name, for the test that prepares each of them on both engines.
#[must_use]
pub fn all_statements() -> Vec<(&'static str, &'static str)> {
    [
        engine::STATEMENTS,
        access_query::STATEMENTS,
        appointment::STATEMENTS,
        audit::STATEMENTS,
        checkpoint::STATEMENTS,
        correction::STATEMENTS,
        link::STATEMENTS,
        account::STATEMENTS,
        device::STATEMENTS,
        diary::STATEMENTS,
        document::STATEMENTS,
        emergency::STATEMENTS,
        factor::STATEMENTS,
        goal::STATEMENTS,
        hiding::STATEMENTS,
        intake::STATEMENTS,
        invitation::STATEMENTS,
        let_in::STATEMENTS,
        linkage::STATEMENTS,
        listing::STATEMENTS,
        mailed_link::STATEMENTS,
        medicine::STATEMENTS,
        mobile::STATEMENTS,
        order_queue::STATEMENTS,
        organisation::STATEMENTS,
        outbox::STATEMENTS,
        outside::STATEMENTS,
        own_note::STATEMENTS,
        person::STATEMENTS,
        person_write::STATEMENTS,
        pharmacy::STATEMENTS,
        postcode::STATEMENTS,
        prescribing::STATEMENTS,
        prescription::STATEMENTS,
        profile::STATEMENTS,
        questionnaire::STATEMENTS,
        reading::STATEMENTS,
        reading_photo::STATEMENTS,
        reading_device::STATEMENTS,
        reading_rule::STATEMENTS,
        record::STATEMENTS,
        record::result::STATEMENTS,
        record::MORE_STATEMENTS[0],
        record::MORE_STATEMENTS[1],
        record::MORE_STATEMENTS[2],
        record::MORE_STATEMENTS[3],
        registration::STATEMENTS,
        reminding::STATEMENTS,
        relationship::STATEMENTS,
        release::STATEMENTS,
        self_care::STATEMENTS,
        session::STATEMENTS,
        sharing::STATEMENTS,
        slot::STATEMENTS,
        staff::STATEMENTS,
        text_in::STATEMENTS,
        throttle::STATEMENTS,
        uptake::STATEMENTS,
        visitor::STATEMENTS,
        week::STATEMENTS,
        work::STATEMENTS,
    ]
    .concat()
}
