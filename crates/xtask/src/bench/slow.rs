//! A disk that takes long to say that what was written is there: strace holds every fdatasync back.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::load::Load;
use super::{On, Run, bars, is_page};
use crate::running::http::{cookie, get};
use crate::running::postgres::{GIVEN, Postgres};
use crate::running::server::{Product, Serving};
use crate::running::strace;

/// How much longer each takes (P2).
pub const LONGER: Duration = Duration::from_millis(4);

/// What is measured with it.
const WHAT: &str = "/record while fdatasync takes 4 ms longer";

impl Run<'_> {
    /// The record page while the disk is slow: the server's own where the database is a file, else that of a database server of its own.
    pub(super) fn slow_disk(&mut self, on: &mut On<'_>) -> Result<()> {
        self.begin(on.engine, "a disk that syncs slowly")?;
        if let Some(why) = strace::why_not() {
            self.not_run(&format!("P2: {WHAT}"), on.engine, why);
            return Ok(());
        }
        if on.engine == "SQLite" {
            let product = self.product((on.database)("slow")?);
            return self.pages_slowly(on.engine, &product, (Serving { demo: true, slower: Some(LONGER) }, None));
        }
        if std::env::var_os(GIVEN).is_some() {
            let why = format!("the disk of the server that {GIVEN} names cannot be made slow from here");
            self.not_run(&format!("P2: {WHAT}"), on.engine, why);
            return Ok(());
        }
        let mut postgres = Postgres::start_slowed(self.folder, LONGER)?;
        let (database, process) = (postgres.database("slow")?, postgres.process());
        let product = self.product(database);
        self.pages_slowly(on.engine, &product, (Serving::DEMONSTRATION, process))
    }

    fn pages_slowly(&mut self, engine: &'static str, product: &Product<'_>, serving: (Serving, Option<u32>)) -> Result<()> {
        product.command(["seed", "demo"].map(Path::new))?;
        self.with_server(product, serving, |run, server| {
            let (sessions, _) = server.sessions("")?;
            let what = format!("{WHAT}, {} people", sessions.len());
            let requests = sessions.iter().map(|session| get("/record", &cookie(session))).collect();
            let load = Load { address: server.address, connections: 32, requests, good: is_page };
            let measured = load.repeated(run.span, run.times)?;
            run.measured(&what, engine, 32, &measured, Some(bars::SLOW_DISK));
            Ok(())
        })
    }
}
