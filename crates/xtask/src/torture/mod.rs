//! Kills the server, its database and its disk while people of the demonstration use it, and looks whether anything that was
//! acknowledged is lost, done twice or done by half. Only ever on this machine. `docs/RELIABILITY.md` says what is proved and how.

mod database;
mod disk;
mod drain;
mod history;
mod instance;
mod kills;
mod line;
mod person;
mod power;
mod report;
mod rolling;

use std::fs::{self, File};
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum};

use self::instance::LOG;
use self::kills::Plan;
use self::power::Disk;
use self::report::Row;
use crate::client::Weight;
use crate::running::cores::Cores;
use crate::running::document::between;
use crate::running::postgres::Postgres;
use crate::running::server::{Product, Serving};
use crate::serverbin::{self, Profile};
use crate::workspace::Workspace;
use crate::{process, say, site};

/// How many people do something at once.
const PEOPLE: usize = 6;
/// The document that is regenerated between these two lines.
const DOCUMENT: &str = "docs/RELIABILITY.md";
const BEGIN: &str = "<!-- written by `cargo xtask torture --long --write` from here -->";
const END: &str = "<!-- to here -->";

/// What to do to it, and how long.
#[derive(Args)]
pub struct Options {
    /// On which engine; on both when left out.
    #[arg(long, value_enum)]
    engine: Option<Engine>,
    /// As many kills as fit into a minute (the default).
    #[arg(long, conflicts_with = "long")]
    short: bool,
    /// 200 kills and 50 losses of power on each engine.
    #[arg(long)]
    long: bool,
    /// What of it.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Torture this server instead of building one.
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// What chance comes from; printed at the start.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Within how many milliseconds a killed server must be ready again. A debug build is not what people run: give it more.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 2_000)]
    ready_within: u64,
    /// Within how many milliseconds a request must be answered while the database is not well. A debug build may take longer.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 2_000)]
    answer_within: u64,
    /// Also write what came of it into docs/RELIABILITY.md.
    #[arg(long, requires = "long", conflicts_with_all = ["only", "engine"])]
    write: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// SIGKILL at random moments.
    Kills,
    /// A loss of power at random moments; in the long form only, or when it is named.
    Power,
    /// SIGTERM with requests under way.
    Drain,
    /// Two servers over one PostgreSQL, restarted in turn.
    Rolling,
    /// PostgreSQL frozen, stopped, killed, without a connection that is left, and lost to its standby.
    Database,
    /// A disk that is full, cannot be written to, or does not keep what is written; in the long form only, or when it is named.
    Disk,
}

/// What a run needs on each engine.
struct Run<'a> {
    options: &'a Options,
    binary: &'a Path,
    site: &'a Path,
    folder: &'a Path,
    seed: u64,
    rows: Vec<Row>,
}

/// Does it and prints what came of it; gives whether all is well.
pub fn run(workspace: &Workspace, options: &Options) -> Result<bool> {
    let binary = match &options.binary {
        Some(binary) => fs::canonicalize(binary).with_context(|| format!("{} is not there", binary.display()))?,
        None => {
            site::build(workspace, Weight::Small)?;
            serverbin::build(workspace, Profile::Release)?
        }
    };
    let folder = tempfile::Builder::new().prefix("selfheal-torture-").tempdir()?;
    let seed = options.seed.map_or_else(any_seed, Ok)?;
    say(format!("seed {seed}"));
    let site = workspace.site();
    let mut run = Run { options, binary: &binary, site: &site, folder: folder.path(), seed, rows: Vec::new() };
    let begun = "the demonstration";
    if options.engine != Some(Engine::Postgres)
        && let Err(error) = run.sqlite()
    {
        run.rows.push(Row::new(begun, Engine::Sqlite.name()).failed(&error));
    }
    if options.engine != Some(Engine::Sqlite)
        && let Err(error) = run.postgres()
    {
        run.rows.push(Row::new(begun, Engine::Postgres.name()).failed(&error));
    }
    ensure!(!run.rows.is_empty(), "there is nothing of that on this engine");
    let table = report::table(&run.rows);
    say(format!("\n{}", table.aligned()));
    let faults: Vec<&Row> = run.rows.iter().filter(|row| row.fault.is_some()).collect();
    for row in &faults {
        say(format!("{}, {}: {}", row.what, row.engine, row.fault.as_deref().unwrap_or_default()));
    }
    if options.write && faults.is_empty() {
        report::prove(&run.rows).with_context(|| format!("{DOCUMENT} was not written"))?;
        write(&workspace.root.join(DOCUMENT), &table.markdown(), seed)?;
        say(format!("{DOCUMENT} was written"));
    }
    Ok(faults.is_empty())
}

impl<'a> Run<'a> {
    fn does(&self, part: Part) -> bool {
        self.options.only.is_none_or(|only| only == part)
    }

    /// Of what is done in the long form only, or when it is named.
    fn does_if_long(&self, part: Part) -> bool {
        self.does(part) && (self.is_long() || self.options.only.is_some())
    }

    /// How much of kills.
    const fn plan(&self, kills: usize, time: Duration) -> Plan {
        Plan { kills, time, seed: self.seed, ready_within: Duration::from_millis(self.options.ready_within) }
    }

    /// How much of losses of power.
    const fn plan_of_losses(&self) -> Plan {
        if self.is_long() { self.plan(50, Duration::from_secs(900)) } else { self.plan(usize::MAX, Duration::from_secs(40)) }
    }

    const fn is_long(&self) -> bool {
        self.options.long && !self.options.short
    }

    fn sqlite(&mut self) -> Result<()> {
        if ![Part::Power, Part::Kills, Part::Drain, Part::Disk].into_iter().any(|part| self.does(part)) {
            return Ok(());
        }
        let folder = self.folder.join("sqlite");
        fs::create_dir(&folder)?;
        let file = folder.join("torture.db");
        let product = self.product(&folder, format!("sqlite:{}", file.display()));
        let sessions = self.sessions(&product, Engine::Sqlite)?;
        if self.does_if_long(Part::Power) {
            let (engine, address) = (Engine::Sqlite.name(), self.address(0)?);
            say(format!("{engine}: losses of power"));
            let plan = self.plan_of_losses();
            let done = power::run(&product, engine, (&sessions, address), &file, &plan);
            self.keep(&product, done, Row::new(power::WHAT, engine));
        }
        self.on(&product, Engine::Sqlite, &sessions, Some(&file))?;
        if self.does_if_long(Part::Disk) {
            let (engine, address) = (Engine::Sqlite.name(), self.address(0)?);
            say(format!("{engine}: a disk that fails"));
            match disk::run(&product, engine, (&sessions, address), &file) {
                Ok(rows) => self.rows.extend(rows),
                Err(error) => self.keep(&product, Err(error), Row::new(disk::WHAT, engine)),
            }
        }
        Ok(())
    }

    fn postgres(&mut self) -> Result<()> {
        if self.options.only == Some(Part::Disk) {
            return Ok(());
        }
        let folder = self.folder.join("postgresql");
        fs::create_dir(&folder)?;
        // Ours alone: it is stopped and killed.
        let mut postgres = Postgres::start_own(self.folder)?;
        if self.does_if_long(Part::Power)
            && let Err(error) = self.postgres_without_power()
        {
            self.rows.push(Row::new(power::WHAT, Engine::Postgres.name()).failed(&error));
        }
        if self.options.only == Some(Part::Power) {
            return Ok(());
        }
        let product = self.product(&folder, postgres.database("torture")?);
        let sessions = self.sessions(&product, Engine::Postgres)?;
        self.on(&product, Engine::Postgres, &sessions, None)?;
        let engine = Engine::Postgres.name();
        if self.does(Part::Rolling) {
            say(format!("{engine}: two servers, restarted in turn"));
            let addresses = [self.address(0)?, self.address(1)?];
            let done = rolling::run(&product, engine, (&sessions, addresses));
            self.keep(&product, done, Row::new("two servers, restarted in turn", engine));
        }
        if self.does(Part::Database) {
            say(format!("{engine}: frozen, stopped, killed, full, lost to its standby"));
            let address = self.address(0)?;
            let in_time = Duration::from_millis(self.options.answer_within);
            let done = database::run(&product, engine, (&sessions, address), &mut postgres, in_time);
            self.keep(&product, done, Row::new(database::WHAT, engine));
        }
        Ok(())
    }

    /// Losses of power under another PostgreSQL, on a disk that forgets. Its user must be able to pass through the folder, which is of this
    /// database alone: what is signed of its audit lies there.
    fn postgres_without_power(&mut self) -> Result<()> {
        let engine = Engine::Postgres.name();
        say(format!("{engine}: losses of power"));
        let folder = self.folder.join("postgresql-power");
        fs::create_dir(&folder)?;
        let Some(mut disk) = Disk::with_postgres(&folder)? else {
            self.rows.push(power::left_out(engine));
            return Ok(());
        };
        let product = self.product(&folder, disk.database("torture")?);
        let sessions = self.sessions(&product, Engine::Postgres)?;
        let (address, plan) = (self.address(0)?, self.plan_of_losses());
        let done = power::lose(&product, engine, (&sessions, address), None, (&plan, &mut disk));
        self.keep(&product, done, Row::new(power::WHAT, engine));
        Ok(())
    }

    /// What is done on both engines.
    fn on(&mut self, product: &Product<'_>, engine: Engine, sessions: &[String], file: Option<&Path>) -> Result<()> {
        let (name, address) = (engine.name(), self.address(0)?);
        if self.does(Part::Kills) {
            let short = Duration::from_secs(if engine == Engine::Sqlite { 40 } else { 10 });
            let (kills, time) = if self.is_long() { (200, Duration::from_secs(3_600)) } else { (usize::MAX, short) };
            let plan = self.plan(kills, time);
            say(format!("{name}: kills"));
            let done = kills::run(product, name, (sessions, address), file, &plan, None);
            self.keep(product, done, Row::new("SIGKILL at random moments", name));
        }
        if self.does(Part::Drain) {
            say(format!("{name}: told to stop"));
            let done = drain::run(product, name, (sessions, address), self.is_long());
            self.keep(product, done, Row::new("SIGTERM with requests under way", name));
        }
        Ok(())
    }

    /// Keeps what came of one; of a fault with the end of the server's log.
    fn keep(&mut self, product: &Product<'_>, done: Result<Row>, row: Row) {
        self.rows.push(done.unwrap_or_else(|error| {
            let log = fs::read_to_string(product.folder.join(LOG)).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            say(format!("the end of the server's log:\n{}", lines[lines.len().saturating_sub(20)..].join("\n")));
            row.failed(&error)
        }));
    }

    fn product<'p>(&self, folder: &'p Path, database: String) -> Product<'p>
    where
        'a: 'p,
    {
        Product { binary: self.binary, site: self.site, folder, database, pool: None }
    }

    /// Signs people in. Their sessions outlive the server, as they must.
    fn sessions(&self, product: &Product<'_>, engine: Engine) -> Result<Vec<String>> {
        say(format!("{}: the demonstration", engine.name()));
        let server = product.serve(&Cores::find(), Serving::DEMONSTRATION)?;
        let mut sessions = Vec::new();
        for email in &server.emails {
            sessions.extend(server.sign_in(email)?);
            if sessions.len() == PEOPLE {
                break;
            }
        }
        server.stop()?;
        ensure!(sessions.len() == PEOPLE, "fewer than {PEOPLE} people have a record");
        Ok(sessions)
    }

    /// An address that nobody listens on. It is below those that the machine gives to whoever connects: a server that is killed must
    /// find its own again.
    fn address(&self, place: u16) -> Result<SocketAddr> {
        let first = 20_000 + u16::try_from(self.seed % 10_000)?;
        let mut free = (first..first + 1_000).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
        let port = free.nth(place.into()).context("no port is free")?;
        Ok(SocketAddr::from(([127, 0, 0, 1], port)))
    }
}

fn any_seed() -> Result<u64> {
    let mut bytes = [0; 8];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn write(path: &Path, table: &str, seed: u64) -> Result<()> {
    let day = process::read(Command::new("date").args(["--utc", "+%Y-%m-%d"]))?;
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let text = between(&text, (DOCUMENT, BEGIN, END), &format!("Run on {}, with the seed {seed}.\n\n{table}", day.trim()))?;
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_a_place_for_the_report() {
        let document = include_str!("../../../../docs/RELIABILITY.md");
        assert!(between(document, (DOCUMENT, BEGIN, END), "new\n").unwrap().contains(&format!("{BEGIN}\n\nnew\n\n{END}\n")));
    }
}
