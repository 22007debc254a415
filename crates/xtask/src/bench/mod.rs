//! Measures the product as it is run: one server, one database, and people who ask for pages over kept connections.
//! Only ever on this machine. `docs/PERFORMANCE.md` says what is measured and how.

mod asked;
mod audit;
mod bars;
mod charts;
mod export;
mod fhir;
mod figures;
mod load;
mod machine;
mod pace;
mod population;
mod repeats;
mod rush;
mod signins;
mod slow;
mod visible;
mod wal;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum};

use self::asked::{Filled, Program};
use self::bars::Bar;
use self::figures::{grouped, megabytes, millis, per_second, tenths};
use self::load::{Load, Span, beside};
use self::machine::{Calibration, processor};
use self::pace::{Offered, Paced, Worth};
use self::repeats::Repeated;
use self::visible::{Entries, Visible};
use crate::client::Weight;
use crate::running::cores::Cores;
use crate::running::document::between;
use crate::running::http::{self, Connection, cookie, get};
use crate::running::postgres::Postgres;
use crate::running::server::{Product, Server, Serving, bundles, imported, memory, verified};
use crate::running::table::{Side, Table};
use crate::serverbin::{self, Profile};
use crate::workspace::Workspace;
use crate::{process, say, site};

/// Whose record is the longest of the demonstration.
const LONGEST: &str = "arthur.";
/// How many people enter readings at once.
const ENTERING: usize = 8;
/// Over how many connections pages are asked for at a fixed rate: more than wait at once where the rate can be carried.
const OFFERED_OVER: usize = 128;
/// The document that is regenerated between these two lines.
const DOCUMENT: &str = "docs/PERFORMANCE.md";
const BEGIN: &str = "<!-- written by `cargo xtask bench --write` from here -->";
const END: &str = "<!-- to here -->";

/// What to measure, and how long.
#[derive(Args)]
pub struct Options {
    /// On which engine.
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// What of it.
    #[arg(long, value_enum, default_value = "all")]
    only: Parts,
    /// One second for each measure instead of five, and each measured once instead of three times.
    #[arg(long)]
    quick: bool,
    /// Also what takes hours: a population with 10 million entries, and 10 minutes of mixed load.
    #[arg(long, conflicts_with = "quick")]
    full: bool,
    /// Measure this server instead of building one.
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// How many connections to the database the server holds, if not as many as it does by itself.
    #[arg(long, value_name = "NUMBER")]
    pool: Option<u32>,
    /// The folder of FHIR bundles to import.
    #[arg(long, value_name = "FOLDER")]
    bundles: Option<PathBuf>,
    /// Also write the figures into docs/PERFORMANCE.md.
    #[arg(long, conflicts_with_all = ["quick", "only"])]
    write: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Parts {
    All,
    /// The import, and the pages of the demonstration.
    Pages,
    /// The search for appointments.
    Search,
    /// A practice's queue of orders of medicines.
    Queue,
    /// A person's list of medicines.
    Medicines,
    /// What a person measures: until an entry is seen, charts, and files of it.
    Readings,
    /// A file of what an app measured.
    Imports,
    /// The timeline and the search of a long record, and one of its results over time.
    Record,
    /// 200 sign-ins a second, and other pages meanwhile.
    Signins,
    /// The record page on a disk that syncs slowly.
    Slow,
    /// What programs ask in FHIR.
    Fhir,
    /// Many who want few appointments at once.
    Rush,
    /// People drawn from populations of several sizes: pages, start and memory.
    Population,
    /// The same of one with a million entries alone.
    Start,
    /// All of a large record written to a file.
    Export,
    /// How large the write-ahead log becomes.
    Wal,
    /// How quickly the audit is verified.
    Audit,
}

impl Parts {
    /// Whether this is measured.
    fn has(self, part: Self) -> bool {
        self == Self::All || self == part
    }

    /// Whether anything is that needs the server's binary.
    fn has_binary(self) -> bool {
        self.has_server() || self.programs().is_empty() || self == Self::Audit
    }

    /// Whether the server itself is measured.
    const fn has_server(self) -> bool {
        self.has_pages() || self.has_entries()
    }

    /// Whether its pages are, and the import.
    const fn has_pages(self) -> bool {
        matches!(self, Self::All | Self::Pages)
    }

    /// Whether it is measured how soon an entry is seen.
    const fn has_entries(self) -> bool {
        matches!(self, Self::All | Self::Readings)
    }

    /// The programs that ask the use cases themselves.
    const fn programs(self) -> &'static [Program] {
        match self {
            Self::All => {
                const ALL: &[Program] = &[
                    Program::Search,
                    Program::Queue,
                    Program::Medicines,
                    Program::Readings,
                    Program::Imports,
                    Program::Record,
                    Program::Rush,
                    Program::Audit,
                ];
                ALL
            }
            Self::Pages | Self::Signins | Self::Slow | Self::Fhir | Self::Population | Self::Start | Self::Export | Self::Wal => {
                &[]
            }
            Self::Rush => &[Program::Rush],
            Self::Audit => &[Program::Audit],
            Self::Search => &[Program::Search],
            Self::Queue => &[Program::Queue],
            Self::Medicines => &[Program::Medicines],
            Self::Readings => &[Program::Readings, Program::Imports],
            Self::Imports => &[Program::Imports],
            Self::Record => &[Program::Record],
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engines {
    Sqlite,
    Postgres,
    Both,
}

/// One measure of the table.
struct Row {
    what: String,
    engine: &'static str,
    connections: Option<usize>,
    rate: Option<String>,
    p50: Option<Duration>,
    p99: Option<Duration>,
    note: String,
}

/// Everything measured in a run.
struct Run<'a> {
    only: Parts,
    binary: &'a Path,
    /// The folder of the programs that ask the use cases themselves.
    programs: &'a Path,
    site: &'a Path,
    folder: &'a Path,
    bundles: &'a Path,
    pool: Option<u32>,
    cores: Cores,
    span: Span,
    /// How often each measure is taken.
    times: usize,
    /// Also what takes hours.
    is_full: bool,
    /// How many answers a second /healthz gave, of each server that was started.
    healthz: Vec<u64>,
    rows: Vec<Row>,
}

/// An engine, and how to get an empty database of it by a name.
struct On<'d> {
    engine: &'static str,
    database: &'d mut dyn FnMut(&str) -> Result<String>,
    /// The process that starts all others of the database's server, when it is ours.
    process: Option<u32>,
}

/// Measures and prints; writes the document when asked to.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = match &options.binary {
        _ if !options.only.has_binary() => PathBuf::new(),
        Some(binary) => fs::canonicalize(binary).with_context(|| format!("{} is not there", binary.display()))?,
        None => {
            site::build(workspace, Weight::Small)?;
            serverbin::build(workspace, Profile::Release)?
        }
    };
    let programs = asked::build(workspace, options.only.programs())?;
    let folder = tempfile::Builder::new().prefix("selfheal-bench-").tempdir()?;
    let counted = Duration::from_secs(if options.quick { 1 } else { 5 });
    let given = options.bundles.as_ref().map(fs::canonicalize).transpose()?;
    let mut run = Run {
        only: options.only,
        binary: &binary,
        programs: &programs,
        site: &workspace.site(),
        folder: folder.path(),
        bundles: &given.unwrap_or_else(|| workspace.root.join("../shared/data/synthea")),
        pool: options.pool,
        cores: Cores::find(),
        span: Span { warm_up: counted / 5, counted },
        times: if options.quick { 1 } else { 3 },
        is_full: options.full,
        healthz: Vec::new(),
        rows: Vec::new(),
    };
    let calibration = Calibration::take(folder.path(), counted / 2)?;
    let mut settings = Vec::new();
    if options.engine != Engines::Postgres {
        let mut address =
            |name: &str| -> Result<String> { Ok(format!("sqlite:{}", folder.path().join(name).with_extension("db").display())) };
        run.engine(&mut On { engine: "SQLite", database: &mut address, process: None })?;
        settings.push("SQLite with WAL and synchronous=FULL".to_owned());
    }
    if options.engine != Engines::Sqlite {
        let mut postgres = Postgres::start(folder.path())?;
        let process = postgres.process();
        let (version, fsync, commit) =
            (postgres.setting("server_version")?, postgres.setting("fsync")?, postgres.setting("synchronous_commit")?);
        let mut address = |name: &str| postgres.database(name);
        run.engine(&mut On { engine: "PostgreSQL", database: &mut address, process })?;
        settings.push(format!("PostgreSQL {version} with fsync={fsync} and synchronous_commit={commit}"));
    }
    if options.only == Parts::All {
        let why = "`cargo xtask budgets` and the browser tests weigh styles and scripts; Lighthouse is no part of this program";
        run.not_run("P8, P9: styles, scripts, Lighthouse", "", why.to_owned());
    }
    let after = Calibration::take(folder.path(), counted / 2)?;
    let machine = run.machine((&calibration, &after), &settings);
    let table = run.table();
    say(format!("\n{}\n{}", machine.join("\n"), table.aligned()));
    if options.write {
        write(&workspace.root.join(DOCUMENT), &machine, &table)?;
        say(format!("{DOCUMENT} was written"));
    }
    Ok(())
}

impl<'a> Run<'a> {
    /// Everything on one engine.
    fn engine(&mut self, on: &mut On<'_>) -> Result<()> {
        if self.only.has_server() {
            self.product_of(on)?;
        }
        if self.only.has(Parts::Signins) {
            self.sign_ins(on)?;
        }
        if self.only.has(Parts::Slow) {
            self.slow_disk(on)?;
        }
        if self.only.has(Parts::Fhir) {
            self.fhir(on)?;
        }
        if self.only.has(Parts::Population) || self.only == Parts::Start {
            self.populations(on)?;
        }
        if self.only.has(Parts::Export) {
            self.export(on)?;
        }
        if self.only.has(Parts::Wal) {
            self.wal(on)?;
        }
        for program in self.only.programs() {
            let engine = on.engine;
            match program {
                Program::Search => self.search(engine, &(on.database)("search")?)?,
                Program::Queue => self.queue(engine, &(on.database)("queue")?)?,
                Program::Medicines => self.medicines(engine, &(on.database)("medicines")?)?,
                Program::Readings => self.readings(engine, &(on.database)("readings")?)?,
                Program::Imports => self.imports(on)?,
                Program::Record => self.record(engine, &(on.database)("record")?)?,
                Program::Rush => self.rush(on)?,
                Program::Audit => self.audit(on)?,
            }
        }
        Ok(())
    }

    /// Says what is measured now, and what the machine can do at this moment.
    fn begin(&self, engine: &str, what: &str) -> Result<()> {
        say(format!("{engine}: {what}\n  calibration: {}", Calibration::take(self.folder, self.span.counted / 10)?));
        Ok(())
    }

    /// Serves, with everything else kept off the server's core, and does this with it.
    fn with_server<T>(
        &mut self,
        product: &Product<'_>,
        (serving, process): (Serving, Option<u32>),
        act: impl FnOnce(&mut Self, &Server) -> Result<T>,
    ) -> Result<T> {
        let aside: Vec<u32> = process.into_iter().chain([std::process::id()]).collect();
        aside.iter().try_for_each(|process| self.cores.keep_off_servers(*process, true))?;
        let done = product.serve(&self.cores, serving).and_then(|server| {
            let done = self.calibrate(&server).and_then(|()| act(self, &server));
            server.stop()?;
            done
        });
        aside.iter().try_for_each(|process| self.cores.keep_off_servers(*process, false))?;
        done
    }

    /// How many answers a second a server gives at best: a page that asks nobody and nothing.
    fn calibrate(&mut self, server: &Server) -> Result<()> {
        let good: load::Check = |answer| answer.status == 200;
        let load = Load { address: server.address, connections: 32, requests: vec![get("/healthz", "")], good };
        let measured = load.run(Span { warm_up: self.span.counted / 20, counted: self.span.counted / 5 })?;
        say(format!("  calibration: /healthz over 32 connections {}/s", grouped(measured.rate)));
        self.healthz.push(measured.rate);
        Ok(())
    }

    /// The search among a million times, through the use case itself.
    fn search(&mut self, engine: &'static str, database: &str) -> Result<()> {
        self.begin(engine, "the search for appointments")?;
        let Filled { made, took, asked } = asked::run(self.programs, Program::Search, database, (self.span.counted, self.times))?;
        let rate = format!("{}/s", grouped(per_second(made, took)));
        self.figure(
            "times that can be booked, made by managers' forms",
            engine,
            rate,
            format!("{} in {}", grouped(made), millis(took)),
        );
        for one in asked {
            // What finds nothing looks through everything: it shows the worst, not what people do.
            let bar = (one.found > 0).then_some(bars::SEARCH);
            let what = format!("appointment search among {} times, {}", grouped(made), one.what);
            self.measured(&what, engine, one.connections, &one.measured, bar);
        }
        Ok(())
    }

    /// A practice's queue, through the use case itself.
    fn queue(&mut self, engine: &'static str, database: &str) -> Result<()> {
        self.begin(engine, "a practice's queue of orders")?;
        let Filled { made, asked, .. } = asked::run(self.programs, Program::Queue, database, (self.span.counted, self.times))?;
        for one in asked {
            ensure!(one.found > 0, "the queue is empty: {}", one.what);
            let what = format!("queue of {} ordered medicines, {}", grouped(made), one.what);
            self.measured(&what, engine, one.connections, &one.measured, Some(bars::QUEUE));
        }
        Ok(())
    }

    /// The lists of people with many entries about medicines, through the use case itself.
    fn medicines(&mut self, engine: &'static str, database: &str) -> Result<()> {
        self.begin(engine, "a person's list of medicines")?;
        let Filled { asked, .. } = asked::run(self.programs, Program::Medicines, database, (self.span.counted, self.times))?;
        for one in asked {
            ensure!(one.found > 0, "the list is empty: {}", one.what);
            let what = format!("list of medicines from 400 entries, {}", one.what);
            self.measured(&what, engine, one.connections, &one.measured, Some(bars::MEDICINES));
        }
        Ok(())
    }

    /// The charts of people who measured for long, through the use case itself.
    fn readings(&mut self, engine: &'static str, database: &str) -> Result<()> {
        self.begin(engine, "a person's charts")?;
        let Filled { asked, .. } = asked::run(self.programs, Program::Readings, database, (self.span.counted, self.times))?;
        for one in asked {
            ensure!(one.found > 0, "the list is empty: {}", one.what);
            let what = format!("chart of {}", one.what);
            self.measured(&what, engine, one.connections, &one.measured, Some(bars::READINGS));
        }
        Ok(())
    }

    /// The timeline, the lists and the search of people with long records and with short ones, and one of their results over time, through
    /// the use cases themselves; and how much longer what both were asked takes of the long ones.
    fn record(&mut self, engine: &'static str, database: &str) -> Result<()> {
        self.begin(engine, "a long record")?;
        let Filled { asked, .. } = asked::run(self.programs, Program::Record, database, (self.span.counted, self.times))?;
        let mut short: BTreeMap<String, Duration> = BTreeMap::new();
        for one in asked {
            ensure!(one.found > 0, "nothing is found: {}", one.what);
            let half = one.measured.p50;
            let (entries, what) = match one.what.strip_prefix("100: ") {
                Some(what) => ("100", what),
                None => ("10,000", one.what.as_str()),
            };
            let bar = Some(bars::RECORD);
            self.measured(&format!("record of {entries} entries, {what}"), engine, one.connections, &one.measured, bar);
            if entries == "100" {
                short.insert(what.to_owned(), half);
            } else if let Some(short) = short.get(what) {
                let figure = format!("{} times as long", tenths(half, *short));
                let note = "p50 of 10,000 entries beside that of 100".to_owned();
                self.figure(&format!("record, {what}"), engine, figure, note);
            }
        }
        Ok(())
    }

    /// A made-up export of Apple Health: read as it comes in, looked at, added and taken out again.
    fn imports(&mut self, on: &mut On<'_>) -> Result<()> {
        let engine = on.engine;
        self.begin(engine, "a file of readings")?;
        let size = if self.span.counted > Duration::from_secs(1) { 200 } else { 20 };
        let mut repeats = Vec::new();
        for turn in 0..self.times {
            repeats.push(asked::imports(self.programs, &(on.database)(&format!("imports_{turn}"))?, size)?);
        }
        let steps = asked::worst(repeats);
        let held = steps.iter().find(|step| step.what == "memory").map_or(0, |step| step.bytes);
        for step in &steps {
            let what = format!("file of Apple Health, {}", step.what);
            let (rate, note) = match step.what.as_str() {
                "memory" => continue,
                "read" => (
                    format!("{}/s", megabytes(per_second(step.bytes, step.took()))),
                    format!("{} in {}; at most {} of memory", megabytes(step.bytes), millis(step.took()), megabytes(held)),
                ),
                "looked at" => (millis(step.took()), format!("{} readings were found", grouped(step.readings))),
                _ => (
                    format!("{}/s", grouped(per_second(step.readings, step.took()))),
                    format!("{} readings in {}", grouped(step.readings), millis(step.took())),
                ),
            };
            self.figure(&what, engine, rate, note);
        }
        Ok(())
    }

    /// What the server itself is measured by: the import, and the demonstration.
    fn product_of(&mut self, on: &mut On<'_>) -> Result<()> {
        let engine = on.engine;
        if self.only.has_pages() {
            if self.bundles.is_dir() {
                self.import(on)?;
            } else {
                let why = format!("there is no folder {} (see --bundles)", self.bundles.display());
                self.not_run("P5: import of FHIR bundles", engine, why);
            }
        }
        self.begin(engine, "the demonstration")?;
        let product = self.product((on.database)("pages")?);
        product.command(["seed", "demo"].map(Path::new))?;
        let before = verified(&product.command(["audit", "verify"].map(Path::new))?.0)?;
        let demonstration = (Serving::DEMONSTRATION, on.process);
        let written = self.with_server(&product, demonstration, |run, server| run.demonstration(engine, server))?;

        let events = verified(&product.command(["audit", "verify"].map(Path::new))?.0)?;
        ensure!(events - before >= written, "{written} pages or entries were answered, but only {} events tell", events - before);
        Ok(())
    }

    fn product(&self, database: String) -> Product<'a> {
        Product { binary: self.binary, site: self.site, folder: self.folder, database, pool: self.pool }
    }

    fn import(&mut self, on: &mut On<'_>) -> Result<()> {
        self.begin(on.engine, "import")?;
        let (files, bytes) = bundles(self.bundles)?;
        let (mut took, mut resources) = (Duration::ZERO, 0);
        for turn in 0..self.times {
            let product = self.product((on.database)(&format!("import_{turn}"))?);
            product.command([Path::new("migrate")])?;
            let words = ["import", "fhir", "--source", "BENCH"].map(Path::new);
            let (printed, time) = product.command(words.into_iter().chain(files.iter().map(PathBuf::as_path)))?;
            (took, resources) = (took.max(time), imported(&printed));
        }
        let rate = per_second(resources, took);
        let (mut what, bar) = (format!("import of {} FHIR bundles", files.len()), bars::IMPORT);
        let text = format!("{} resources/s", grouped(rate));
        let note = format!("{} ({}); {}", bar.words(), bar.verdict(rate, None), grouped(resources));
        self.figure(&what, on.engine, text, note);
        what += ", unpacked";
        let text = format!("{}/s", megabytes(per_second(bytes, took)));
        self.figure(&what, on.engine, text, format!("{} in {}", megabytes(bytes), millis(took)));
        Ok(())
    }

    /// Every measure of the demonstration; gives how many events there must be of it at least.
    fn demonstration(&mut self, engine: &'static str, server: &Server) -> Result<u64> {
        let (sessions, longest) = server.sessions(LONGEST)?;
        let mut written = 0;
        if self.only.has_pages() {
            let longest = longest.context("nobody of the demonstration has the longest record")?;
            written += self.pages(engine, server, (&sessions, &longest, server.idle))?;
        }
        if self.only.has_entries() {
            written += self.entries(engine, server, &sessions)?;
        }
        Ok(written)
    }

    /// How soon people see what they enter, and how soon a chart of much; gives how many events tell of it at least.
    fn entries(&mut self, engine: &'static str, server: &Server, sessions: &[String]) -> Result<u64> {
        say(format!("{engine}: readings that are entered"));
        let people = sessions.get(..ENTERING).with_context(|| format!("fewer than {ENTERING} people have a record"))?;
        let is_quick = self.span.counted <= Duration::from_secs(1);
        // Each enters fewer than 200 in all.
        let entries = if is_quick { Entries { warm_up: 5, counted: 25 } } else { Entries { warm_up: 10, counted: 50 } };
        let (mut own_pages, mut in_charts) = (Vec::new(), Vec::new());
        for _ in 0..self.times {
            let Visible { own_page, chart } = visible::run(server.address, people, entries)?;
            own_pages.push(own_page);
            in_charts.push(chart);
        }
        let (own_page, chart) = (Repeated::of(&own_pages)?, Repeated::of(&in_charts)?);
        self.measured("entry of a reading to visible, on its own page", engine, ENTERING, &own_page, Some(bars::ENTRY));
        self.measured("entry of a reading to visible, then in chart and list", engine, ENTERING, &chart, None);
        let mut written = own_page.answers;

        let one = sessions.last().context("nobody has a record")?;
        charts::bring_in(server.address, one)?;
        for (what, page) in charts::PAGES {
            for (connections, bar) in [(1, Some(bars::READINGS)), (ENTERING, None)] {
                let requests = vec![get(page, &cookie(one))];
                let load = Load { address: server.address, connections, requests, good: charts::is_drawn };
                let measured = load.repeated(self.span, self.times)?;
                written += measured.answers;
                self.measured(what, engine, connections, &measured, bar);
            }
        }
        Ok(written)
    }

    /// Every measure of pages, for the people with these sessions, one of whom has the longest record, of a server that held so much memory
    /// when idle; gives how many audited pages were shown.
    fn pages(
        &mut self,
        engine: &'static str,
        server: &Server,
        (sessions, longest, idle): (&[String], &String, u64),
    ) -> Result<u64> {
        let one = std::slice::from_ref(longest);
        let people = sessions.len();
        let page = |path: &str, sessions: &[String], more: &str| -> Vec<Vec<u8>> {
            sessions.iter().map(|session| get(path, &(cookie(session) + more))).collect()
        };
        let load = |connections: usize, requests: Vec<Vec<u8>>, good: load::Check| Load {
            address: server.address,
            connections,
            requests,
            good,
        };
        let mut shown = 0;

        for connections in [1, 32] {
            let ping =
                load(connections, vec![get("/healthz", "")], |answer| answer.status == 200).repeated(self.span, self.times)?;
            self.measured("/healthz, for comparison", engine, connections, &ping, None);
        }
        let plan = [
            ("/record".to_owned(), 1, page("/record", one, ""), None),
            (format!("/record, {people} people"), 32, page("/record", sessions, ""), Some(bars::RECORD_PAGE)),
            ("/record, all one person's".to_owned(), 32, page("/record", one, ""), None),
            ("/record/results, 20 of a long list".to_owned(), 1, page("/record/results", one, ""), None),
            ("/record/results, 20 of a long list".to_owned(), 32, page("/record/results", one, ""), None),
            ("/medicines, worked out at each look".to_owned(), 1, page("/medicines", one, ""), None),
            ("/medicines, worked out at each look".to_owned(), 32, page("/medicines", one, ""), None),
        ];
        for (what, connections, requests, bar) in plan {
            let measured = load(connections, requests.clone(), is_page).repeated(self.span, self.times)?;
            shown += measured.answers;
            self.measured(&what, engine, connections, &measured, bar);
            if bar.is_some() {
                shown += self.offered_pages(&what, engine, server, (requests, measured.rate))?;
                let rate = format!("{} events/s", grouped(measured.rate));
                self.figure("audit events, durable before the page is sent", engine, rate, "one for each page above".to_owned());
            }
        }
        let packed = page("/record", sessions, "Accept-Encoding: gzip, br\r\n");
        let measured = load(32, packed, |answer| answer.status == 200 && answer.header("content-encoding").is_some())
            .repeated(self.span, self.times)?;
        shown += measured.answers;
        self.measured(&format!("/record, {people} people, compressed"), engine, 32, &measured, None);

        let packed = get("/record", &(cookie(longest) + "Accept-Encoding: br\r\n"));
        let mut connection = Connection::open(server.address)?;
        let answer = connection.ask(&packed)?;
        ensure!(answer.header("content-encoding") == Some("br"), "the record page was not compressed");
        let weight = u64::try_from(answer.body.len())?;
        shown += 1;
        self.figure("/record, HTML as it travels (brotli)", engine, bars::size(weight), bars::PAGE.note(weight));

        let (_, at_work) = memory(server.process());
        let steps: Vec<Vec<u8>> = server.emails.iter().map(|email| server.first_step(email)).collect();
        let sign_in =
            load(4, steps, |answer| answer.status == 303 && answer.header("location").is_some_and(|to| to != "/sign-in"));
        let measured = sign_in.repeated(self.span, self.times)?;
        self.measured("sign-in, the password's step", engine, 4, &measured, None);
        let pages = load(1, page("/record", sessions, ""), is_page);
        let all = (0..self.times).map(|_| beside(&pages, &sign_in, self.span).map(|(pages, _)| pages));
        let all = all.collect::<Result<Vec<_>>>()?;
        let measured = Repeated::of(&all)?;
        shown += measured.answers;
        self.measured("/record while 4 sign in", engine, 1, &measured, Some(bars::BESIDE_SIGN_INS));

        let (_, most) = memory(server.process());
        let note = "P10 asks for 300 ms with 1 million entries".to_owned();
        self.figure("start until ready, with the demonstration's records", engine, millis(server.ready_after), note);
        let note = "P10: 40 MB idle, 150 MB at work".to_owned();
        self.figure("memory when idle; at most for pages", engine, format!("{}; {}", megabytes(idle), megabytes(at_work)), note);
        self.figure("memory at most, sign-ins too", engine, megabytes(most), String::new());
        Ok(shown)
    }

    /// The record page asked for at a fixed rate: that of the floor, and three quarters of what the closed loop carried. Gives how many
    /// pages were shown.
    fn offered_pages(
        &mut self,
        what: &str,
        engine: &'static str,
        server: &Server,
        (requests, carried): (Vec<Vec<u8>>, u64),
    ) -> Result<u64> {
        let mut shown = 0;
        for (name, rate) in [("the floor's", bars::RECORD_PAGE.least()), ("three quarters of the above,", carried * 3 / 4)] {
            let (address, requests) = (server.address, requests.clone());
            let paced = Paced { address, rate, connections: OFFERED_OVER, requests, judge: judge_page };
            let offered = paced.repeated(self.span, self.times)?;
            shown += offered.answers;
            let what = format!("{what}, {name} {}/s offered", grouped(rate));
            self.offered(&what, engine, &paced, &offered, &bars::RECORD_PAGE_OFFERED.note(offered.p99));
        }
        Ok(shown)
    }

    /// A measure of what was asked at a fixed rate; its times are from when a request was due.
    fn offered(&mut self, what: &str, engine: &'static str, paced: &Paced, offered: &Offered, note: &str) {
        say(format!("  {what}: {}/s answered", grouped(offered.rate)));
        let Offered { good, later, bad, unasked, longest, .. } = *offered;
        let counts = [(good, "answered"), (later, "told to come back"), (bad, "failed"), (unasked, "never asked")];
        let counts = counts.into_iter().filter(|(many, _)| *many > 0).map(|(many, what)| format!("{} {what}", grouped(many)));
        let counts = counts.collect::<Vec<_>>().join(", ");
        self.rows.push(Row {
            what: what.to_owned(),
            engine,
            connections: Some(paced.connections),
            rate: Some(format!("{}/s", grouped(offered.rate))),
            p50: Some(offered.p50),
            p99: Some(offered.p99),
            note: format!("{note}; longest {}; {counts}", millis(longest)),
        });
    }

    /// What could not be measured, and why.
    fn not_run(&mut self, what: &str, engine: &'static str, why: String) {
        say(format!("  {what}: not run: {why}"));
        let (what, rate) = (what.to_owned(), Some("not run".to_owned()));
        self.rows.push(Row { what, engine, connections: None, rate, p50: None, p99: None, note: why });
    }

    fn measured(&mut self, what: &str, engine: &'static str, connections: usize, measured: &Repeated, bar: Option<Bar>) {
        let p99 = Some(measured.p99);
        let over = if connections == 1 { "1 connection".to_owned() } else { format!("{connections} connections") };
        say(format!("  {what}, {over}: {}/s", grouped(measured.rate)));
        self.rows.push(Row {
            what: what.to_owned(),
            engine,
            connections: Some(connections),
            rate: Some(format!("{}/s", grouped(measured.rate))),
            p50: Some(measured.p50),
            p99,
            note: bar.map_or_else(String::new, |bar| format!("{} ({})", bar.words(), bar.verdict(measured.rate, p99))),
        });
    }

    fn figure(&mut self, what: &str, engine: &'static str, figure: String, note: String) {
        say(format!("  {what}: {figure}"));
        let (what, rate) = (what.to_owned(), Some(figure));
        self.rows.push(Row { what, engine, connections: None, rate, p50: None, p99: None, note });
    }

    /// The machine and its calibration, a line each.
    fn machine(&self, (before, after): (&Calibration, &Calibration), settings: &[String]) -> Vec<String> {
        let place = if self.cores.are_pinned() {
            "the server on one core, everything else (the driver, PostgreSQL) on the others; imports have all"
        } else {
            "the server and the driver share the cores"
        };
        let least = self.healthz.iter().min().zip(self.healthz.iter().max());
        let healthz = match least {
            Some((least, most)) if least == most => format!("{}/s", grouped(*least)),
            Some((least, most)) => format!("{} to {}/s, of {} servers", grouped(*least), grouped(*most), self.healthz.len()),
            None => "not asked, because no server was measured".to_owned(),
        };
        let times = if self.times == 1 { "once".to_owned() } else { format!("{} times, the worst of each figure", self.times) };
        vec![
            format!("Machine: {} cores of {}; {place}.", self.cores.count(), processor()),
            format!("Calibration before the run: {before}."),
            format!("Calibration after the run: {after}."),
            format!("Calibration at each server's start: /healthz over 32 connections {healthz}."),
            format!("Databases: {}; {} s counted for each measure, {times}.", settings.join("; "), self.span.counted.as_secs()),
        ]
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&[
            ("What", Side::Left),
            ("Engine", Side::Left),
            ("Connections", Side::Right),
            ("Measured", Side::Right),
            ("p50", Side::Right),
            ("p99", Side::Right),
            ("Bar", Side::Left),
        ]);
        for row in &self.rows {
            table.row(vec![
                row.what.clone(),
                row.engine.to_owned(),
                row.connections.map(|count| count.to_string()).unwrap_or_default(),
                row.rate.clone().unwrap_or_default(),
                row.p50.map(millis).unwrap_or_default(),
                row.p99.map(millis).unwrap_or_default(),
                row.note.clone(),
            ]);
        }
        table
    }
}

/// What a page that is asked for at a fixed rate is worth.
fn judge_page(answer: &http::Answer<'_>) -> Worth {
    match answer.status {
        200 if is_page(answer) => Worth::Good,
        503 if answer.header("retry-after").is_some() => Worth::Later,
        _ => Worth::Bad,
    }
}

/// A whole page, and not the way to the sign-in.
fn is_page(answer: &http::Answer<'_>) -> bool {
    answer.status == 200 && answer.body.ends_with(b"</html>")
}

fn write(path: &Path, machine: &[String], table: &Table) -> Result<()> {
    let day = process::read(Command::new("date").args(["--utc", "+%Y-%m-%d"].map(OsStr::new)))?;
    let lines: String = machine.iter().map(|line| format!("- {line}\n")).collect();
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let text = between(&text, (DOCUMENT, BEGIN, END), &format!("Measured on {}.\n\n{lines}\n{}", day.trim(), table.markdown()))?;
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_measured_with_readings_and_need_the_server_without_its_pages() {
        assert!(Parts::Readings.has_server() && Parts::Readings.has_entries() && !Parts::Readings.has_pages());
        assert!(Parts::Pages.has_server() && Parts::Pages.has_pages() && !Parts::Pages.has_entries());
        assert!(Parts::All.has_pages() && Parts::All.has_entries() && !Parts::Search.has_server());
        assert!(Parts::All.has_binary() && Parts::Slow.has_binary() && !Parts::Search.has_binary());
        assert!(Parts::Audit.has_binary() && !Parts::Audit.has_server());
        assert!(Parts::All.has(Parts::Slow) && Parts::Slow.has(Parts::Slow) && !Parts::Pages.has(Parts::Slow));
    }

    #[test]
    fn a_page_offered_may_be_put_off_but_not_without_saying_for_how_long() {
        let judge = |status, head, body| judge_page(&http::Answer { status, head, body });
        let later = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10";
        assert_eq!(judge(200, "", b"<html></html>"), Worth::Good);
        assert_eq!(judge(503, later, b"</html>"), Worth::Later);
        assert_eq!([judge(503, "", b"</html>"), judge(303, "", b""), judge(200, "", b"<html>")], [Worth::Bad; 3]);
    }

    #[test]
    fn a_way_to_the_sign_in_is_no_page() {
        let answer = |status, body| http::Answer { status, head: "", body };
        assert!(is_page(&answer(200, b"<html></html>")));
        assert!(!is_page(&answer(200, b"<html>")));
        assert!(!is_page(&answer(303, b"</html>")));
    }
}
