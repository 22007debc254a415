//! PostgreSQL frozen, stopped, with its connections killed, without one that is left, and lost with a standby that takes over, under a
//! server that goes on.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use super::instance::Instance;
use super::kills::{DRAIN, whole};
use super::line::{Gate, Line, Page};
use super::person::{has_notes, note};
use super::report::Row;
use crate::process;
use crate::running::postgres::Postgres;
use crate::running::server::Product;

/// What is done, in a few words.
pub const WHAT: &str = "PostgreSQL frozen, stopped, killed, full, lost to its standby";
/// Within what all must be well again when the database is.
const RECOVERED: Duration = Duration::from_secs(30);
/// How many connections it has at last: more than the server holds.
const CONNECTIONS: u32 = 30;
/// All connections but the one that asks for them.
const BACKENDS: &str = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
/// How often each is asked.
const TIMES: usize = 2;

/// Somebody who asks while the database is not well.
struct Asker<'a> {
    line: Line,
    gate: &'a Gate,
    /// Within what a request must be answered, whatever the database does.
    in_time: Duration,
    titles: Vec<String>,
    checks: u64,
    slowest: Duration,
}

/// Does all of it to a PostgreSQL of our own, in which this database is. Each request must be answered within `in_time`.
pub fn run(
    product: &Product<'_>,
    engine: &'static str,
    (sessions, address): (&[String], SocketAddr),
    postgres: &mut Postgres,
    in_time: Duration,
) -> Result<Row> {
    let (server, _) = Instance::start(product, address)?;
    let gate = Gate::new(Instant::now());
    let session = sessions.first().map(String::as_str).unwrap_or_default();
    let line = Line::new(address, session);
    let mut asker = Asker { line, gate: &gate, in_time, titles: Vec::new(), checks: 0, slowest: Duration::ZERO };
    asker.write()?;

    frozen(postgres, &mut asker).context("PostgreSQL was frozen")?;
    asker.recovers().context("PostgreSQL was frozen and goes on")?;

    // For what comes last; it holds from the next start.
    postgres.statement(&format!("ALTER SYSTEM SET max_connections = {CONNECTIONS}"))?;
    postgres.halt()?;
    let refused = asker.is_refused();
    postgres.start_again()?;
    refused.context("PostgreSQL was stopped")?;
    asker.recovers().context("PostgreSQL was stopped and started again")?;

    postgres.statement(&format!("SELECT pg_terminate_backend(pid) {BACKENDS}"))?;
    asker.is_answered().context("the connections of PostgreSQL were ended")?;
    asker.recovers().context("the connections of PostgreSQL were ended")?;

    let pids = postgres.statement(&format!("SELECT pid {BACKENDS}"))?;
    let killed: u32 = pids.lines().next().context("the server has no connection to PostgreSQL")?.trim().parse()?;
    process::signal("KILL", &[killed])?;
    asker.is_answered().context("a process of PostgreSQL was killed")?;
    asker.recovers().context("a process of PostgreSQL was killed")?;

    without_connections(postgres, &server, &mut asker).context("PostgreSQL had no connection left")?;
    asker.recovers().context("PostgreSQL has connections again")?;

    postgres.add_standby()?;
    asker.write()?;
    postgres.halt()?;
    let refused = asker.is_refused();
    postgres.fail_over()?;
    refused.context("PostgreSQL was lost")?;
    asker.recovers().context("PostgreSQL was lost and its standby took over")?;

    server.stop(DRAIN)?;
    let acknowledged = u64::try_from(asker.titles.len())?;
    let checks = asker.checks + acknowledged + whole(product, None)?;
    let note = format!("refused or answered within {} ms", asker.slowest.as_millis());
    Ok(Row { kills: 6, acknowledged, checks, note, ..Row::new(WHAT, engine) })
}

/// Takes every connection away, for as long as it takes to ask.
fn without_connections(postgres: &Postgres, server: &Instance, asker: &mut Asker<'_>) -> Result<()> {
    // While it stands still it does not take new ones.
    process::signal("STOP", &[server.process()])?;
    let ended = postgres.statement(&format!("SELECT pg_terminate_backend(pid) {BACKENDS}"));
    let taken = ended.and_then(|_| postgres.take_connections());
    process::signal("CONT", &[server.process()])?;
    let taken = taken?;
    let refused = asker.is_refused();
    for mut one in taken {
        let _ = one.kill();
        one.wait()?;
    }
    refused
}

/// Freezes all of it for as long as it takes to ask.
fn frozen(postgres: &Postgres, asker: &mut Asker<'_>) -> Result<()> {
    let processes = postgres.processes()?;
    // The first starts all others: with it frozen no more come, and one that has just ended is no fault.
    for one in &processes {
        let _ = process::signal("STOP", &[*one]);
    }
    let refused = asker.is_refused();
    for one in processes.into_iter().chain(postgres.starter()) {
        let _ = process::signal("CONT", &[one]);
    }
    refused
}

impl Asker<'_> {
    /// The answer to a request, which must come in time.
    fn in_time(&mut self, path: &str) -> Result<Page> {
        let (request, began) = (self.line.get(path), Instant::now());
        let page = self.line.ask(&request).with_context(|| format!("{path} was not answered"))?;
        let took = began.elapsed();
        self.slowest = self.slowest.max(took);
        ensure!(took <= self.in_time, "{path} was answered after {} ms, with status {}", took.as_millis(), page.status);
        self.checks += 1;
        Ok(page)
    }

    /// A page that needs the database is refused with words and with when to come back, the server is alive and not ready.
    fn is_refused(&mut self) -> Result<()> {
        for _ in 0..TIMES {
            for path in ["/record", "/readyz"] {
                let page = self.in_time(path)?;
                ensure!(page.status == 503, "{path} was answered with status {}", page.status);
                ensure!(page.retry_after.is_some(), "{path} does not say when to come back");
                ensure!(!page.body.trim().is_empty(), "{path} was refused without a word");
            }
            let page = self.in_time("/healthz")?;
            ensure!(page.status == 200, "the server is not alive: status {}", page.status);
        }
        Ok(())
    }

    /// A page is there, or is refused in that way; nothing else.
    fn is_answered(&mut self) -> Result<()> {
        for _ in 0..TIMES {
            let page = self.in_time("/record")?;
            let is_refused = page.status == 503 && page.retry_after.is_some();
            ensure!(page.status == 200 || is_refused, "/record was answered with status {}", page.status);
        }
        Ok(())
    }

    /// By itself it is ready again, what was written is there, and more can be written.
    fn recovers(&mut self) -> Result<()> {
        let began = Instant::now();
        while self.in_time("/readyz")?.status != 200 {
            if began.elapsed() > RECOVERED {
                bail!("the server is not ready again after {} s", RECOVERED.as_secs());
            }
            self.gate.pause(Duration::from_millis(100));
        }
        self.write()?;
        has_notes(&mut self.line, self.gate, &self.titles)
    }

    fn write(&mut self) -> Result<()> {
        let title = format!("Database {} ends", self.titles.len());
        let request = note(&mut self.line, self.gate, &title)?;
        let page = self.line.persist(self.gate, &request)?;
        ensure!(page.status == 303, "a note was answered with status {}", page.status);
        self.titles.push(title);
        Ok(())
    }
}
