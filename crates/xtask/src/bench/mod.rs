//! Measures the product as it is run: one server, one database, and people who ask for pages over kept connections.
//! Only ever on this machine. `docs/PERFORMANCE.md` says what is measured and how.

mod asked;
mod bars;
mod charts;
mod figures;
mod http;
mod load;
mod machine;
mod postgres;
mod server;
mod table;
mod visible;

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
use self::http::{cookie, get};
use self::load::{Load, Measured, Span, beside};
use self::machine::{Calibration, Cores, load_average, memory};
use self::postgres::Postgres;
use self::server::{Product, Server, bundles, imported, verified};
use self::table::{Side, Table};
use self::visible::{Entries, Visible};
use crate::client::Weight;
use crate::serverbin::{self, Profile};
use crate::workspace::Workspace;
use crate::{process, say, site};

/// Whose record is the longest of the demonstration.
const LONGEST: &str = "arthur.";
/// How many people enter readings at once.
const ENTERING: usize = 8;
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
    /// One second for each measure instead of five.
    #[arg(long)]
    quick: bool,
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
}

impl Parts {
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
                &[Program::Search, Program::Queue, Program::Medicines, Program::Readings, Program::Imports, Program::Record]
            }
            Self::Pages => &[],
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
    rows: Vec<Row>,
}

/// Measures and prints; writes the document when asked to.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = match &options.binary {
        _ if !options.only.has_server() => PathBuf::new(),
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
        rows: Vec::new(),
    };
    let calibration = Calibration::take(folder.path(), counted / 2)?;
    let mut settings = Vec::new();
    if options.engine != Engines::Postgres {
        let address = |name: &str| Ok(format!("sqlite:{}", folder.path().join(name).with_extension("db").display()));
        run.engine("SQLite", address, None)?;
        settings.push("SQLite with WAL and synchronous=FULL".to_owned());
    }
    if options.engine != Engines::Sqlite {
        let mut postgres = Postgres::start(folder.path())?;
        let process = postgres.process();
        let (version, fsync, commit) =
            (postgres.setting("server_version")?, postgres.setting("fsync")?, postgres.setting("synchronous_commit")?);
        run.engine("PostgreSQL", |name| postgres.database(name), process)?;
        settings.push(format!("PostgreSQL {version} with fsync={fsync} and synchronous_commit={commit}"));
    }
    let machine = run.machine(&calibration, &settings);
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
    fn engine(
        &mut self,
        engine: &'static str,
        mut database: impl FnMut(&str) -> Result<String>,
        process: Option<u32>,
    ) -> Result<()> {
        if self.only.has_server() {
            self.product_of(engine, &mut database, process)?;
        }
        for program in self.only.programs() {
            match program {
                Program::Search => self.search(engine, &database("search")?)?,
                Program::Queue => self.queue(engine, &database("queue")?)?,
                Program::Medicines => self.medicines(engine, &database("medicines")?)?,
                Program::Readings => self.readings(engine, &database("readings")?)?,
                Program::Imports => self.imports(engine, &database("imports")?)?,
                Program::Record => self.record(engine, &database("record")?)?,
            }
        }
        Ok(())
    }

    /// The search among a million times, through the use case itself.
    fn search(&mut self, engine: &'static str, database: &str) -> Result<()> {
        say(format!("{engine}: the search for appointments"));
        let Filled { made, took, asked } = asked::run(self.programs, Program::Search, database, self.span.counted)?;
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
        say(format!("{engine}: a practice's queue of orders"));
        let Filled { made, asked, .. } = asked::run(self.programs, Program::Queue, database, self.span.counted)?;
        for one in asked {
            ensure!(one.found > 0, "the queue is empty: {}", one.what);
            let what = format!("queue of {} ordered medicines, {}", grouped(made), one.what);
            self.measured(&what, engine, one.connections, &one.measured, Some(bars::QUEUE));
        }
        Ok(())
    }

    /// The lists of people with many entries about medicines, through the use case itself.
    fn medicines(&mut self, engine: &'static str, database: &str) -> Result<()> {
        say(format!("{engine}: a person's list of medicines"));
        let Filled { asked, .. } = asked::run(self.programs, Program::Medicines, database, self.span.counted)?;
        for one in asked {
            ensure!(one.found > 0, "the list is empty: {}", one.what);
            let what = format!("list of medicines from 400 entries, {}", one.what);
            self.measured(&what, engine, one.connections, &one.measured, Some(bars::MEDICINES));
        }
        Ok(())
    }

    /// The charts of people who measured for long, through the use case itself.
    fn readings(&mut self, engine: &'static str, database: &str) -> Result<()> {
        say(format!("{engine}: a person's charts"));
        let Filled { asked, .. } = asked::run(self.programs, Program::Readings, database, self.span.counted)?;
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
        say(format!("{engine}: a long record"));
        let Filled { asked, .. } = asked::run(self.programs, Program::Record, database, self.span.counted)?;
        let mut short: BTreeMap<String, Duration> = BTreeMap::new();
        for one in asked {
            ensure!(one.found > 0, "nothing is found: {}", one.what);
            let half = one.measured.times.percentile(50);
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
    fn imports(&mut self, engine: &'static str, database: &str) -> Result<()> {
        say(format!("{engine}: a file of readings"));
        let size = if self.span.counted > Duration::from_secs(1) { 200 } else { 20 };
        let steps = asked::imports(self.programs, database, size)?;
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
    fn product_of(
        &mut self,
        engine: &'static str,
        mut database: impl FnMut(&str) -> Result<String>,
        process: Option<u32>,
    ) -> Result<()> {
        if self.only.has_pages() {
            say(format!("{engine}: import"));
            if self.bundles.is_dir() {
                self.import(engine, database("import")?)?;
            } else {
                say(format!("  left out: there is no folder {} (see --bundles)", self.bundles.display()));
            }
        }
        say(format!("{engine}: the demonstration"));
        let product = self.product(database("pages")?);
        product.command(["seed", "demo"].map(Path::new))?;
        let before = verified(&product.command(["audit", "verify"].map(Path::new))?.0)?;
        let aside: Vec<u32> = process.into_iter().chain([std::process::id()]).collect();
        aside.iter().try_for_each(|process| self.cores.keep_off_servers(*process, true))?;
        let written = product.serve(&self.cores).and_then(|server| {
            let written = self.demonstration(engine, &server);
            server.stop()?;
            written
        });
        aside.iter().try_for_each(|process| self.cores.keep_off_servers(*process, false))?;
        let written = written?;

        let (printed, took) = product.command(["audit", "verify"].map(Path::new))?;
        let events = verified(&printed)?;
        ensure!(events - before >= written, "{written} pages or entries were answered, but only {} events tell", events - before);
        if !self.only.has_pages() {
            return Ok(());
        }
        let rate = per_second(events, took);
        let note =
            format!("{} ({}); {} events, whole process", bars::VERIFY.words(), bars::VERIFY.verdict(rate, None), grouped(events));
        self.figure("audit chains verified", engine, format!("{} events/s", grouped(rate)), note);
        Ok(())
    }

    fn product(&self, database: String) -> Product<'a> {
        Product { binary: self.binary, site: self.site, folder: self.folder, database, pool: self.pool }
    }

    fn import(&mut self, engine: &'static str, database: String) -> Result<()> {
        let (files, bytes) = bundles(self.bundles)?;
        let product = self.product(database);
        product.command([Path::new("migrate")])?;
        let words = ["import", "fhir", "--source", "BENCH"].map(Path::new);
        let (printed, took) = product.command(words.into_iter().chain(files.iter().map(PathBuf::as_path)))?;
        let resources = imported(&printed);
        let rate = per_second(resources, took);
        let (mut what, bar) = (format!("import of {} FHIR bundles", files.len()), bars::IMPORT);
        let text = format!("{} resources/s", grouped(rate));
        self.figure(&what, engine, text, format!("{} ({}); {}", bar.words(), bar.verdict(rate, None), grouped(resources)));
        what += ", unpacked";
        let text = format!("{}/s", megabytes(per_second(bytes, took)));
        self.figure(&what, engine, text, format!("{} in {}", megabytes(bytes), millis(took)));
        Ok(())
    }

    /// Every measure of the demonstration; gives how many events there must be of it at least.
    fn demonstration(&mut self, engine: &'static str, server: &Server) -> Result<u64> {
        let (idle, _) = memory(server.process());
        let (mut sessions, mut longest) = (Vec::new(), None);
        for email in &server.emails {
            let session = server.sign_in(email)?;
            if email.starts_with(LONGEST) {
                longest.clone_from(&session);
            }
            sessions.extend(session);
        }
        let mut written = 0;
        if self.only.has_pages() {
            let longest = longest.context("nobody of the demonstration has the longest record")?;
            written += self.pages(engine, server, (&sessions, &longest, idle))?;
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
        let entries = if is_quick { Entries { warm_up: 5, counted: 25 } } else { Entries { warm_up: 20, counted: 150 } };
        let Visible { own_page, chart } = visible::run(server.address, people, entries)?;
        self.measured("entry of a reading to visible, on its own page", engine, ENTERING, &own_page, Some(bars::ENTRY));
        self.measured("entry of a reading to visible, then in chart and list", engine, ENTERING, &chart, None);
        let mut written = own_page.answers;

        let one = sessions.last().context("nobody has a record")?;
        charts::bring_in(server.address, one)?;
        for (what, page) in charts::PAGES {
            for (connections, bar) in [(1, Some(bars::READINGS)), (ENTERING, None)] {
                let requests = vec![get(page, &cookie(one))];
                let load = Load { address: server.address, connections, requests, good: charts::is_drawn };
                let measured = load.run(self.span)?;
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
            let ping = load(connections, vec![get("/healthz", "")], |answer| answer.status == 200).run(self.span)?;
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
            let measured = load(connections, requests, is_page).run(self.span)?;
            shown += measured.answers;
            self.measured(&what, engine, connections, &measured, bar);
            if bar.is_some() {
                let rate = format!("{} events/s", grouped(measured.rate));
                self.figure("audit events, durable before the page is sent", engine, rate, "one for each page above".to_owned());
            }
        }
        let packed = page("/record", sessions, "Accept-Encoding: gzip, br\r\n");
        let measured =
            load(32, packed, |answer| answer.status == 200 && answer.header("content-encoding").is_some()).run(self.span)?;
        shown += measured.answers;
        self.measured(&format!("/record, {people} people, compressed"), engine, 32, &measured, None);

        let (_, at_work) = memory(server.process());
        let steps: Vec<Vec<u8>> = server.emails.iter().map(|email| server.first_step(email)).collect();
        let sign_in =
            load(4, steps, |answer| answer.status == 303 && answer.header("location").is_some_and(|to| to != "/sign-in"));
        let measured = sign_in.run(self.span)?;
        self.measured("sign-in, the password's step", engine, 4, &measured, None);
        let (measured, _) = beside(&load(1, page("/record", sessions, ""), is_page), &sign_in, self.span)?;
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

    fn measured(&mut self, what: &str, engine: &'static str, connections: usize, measured: &Measured, bar: Option<Bar>) {
        let p99 = Some(measured.times.percentile(99));
        let over = if connections == 1 { "1 connection".to_owned() } else { format!("{connections} connections") };
        say(format!("  {what}, {over}: {}/s", grouped(measured.rate)));
        self.rows.push(Row {
            what: what.to_owned(),
            engine,
            connections: Some(connections),
            rate: Some(format!("{}/s", grouped(measured.rate))),
            p50: Some(measured.times.percentile(50)),
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
    fn machine(&self, calibration: &Calibration, settings: &[String]) -> Vec<String> {
        let place = if self.cores.are_pinned() {
            "the server on one core, everything else (the driver, PostgreSQL) on the others; imports have all"
        } else {
            "the server and the driver share the cores"
        };
        let append = &calibration.append;
        vec![
            format!("Machine: {} cores of {}; {place}.", self.cores.count(), calibration.processor),
            format!(
                "Calibration: 4 KiB append with fdatasync p50 {}, p99 {}; SHA-256 of 64 bytes {}/s; load average {} before the run, {} after.",
                millis(append.percentile(50)),
                millis(append.percentile(99)),
                grouped(calibration.hashes),
                calibration.busy,
                load_average()
            ),
            format!("Databases: {}; {} s counted for each measure.", settings.join("; "), self.span.counted.as_secs()),
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

/// A whole page, and not the way to the sign-in.
fn is_page(answer: &http::Answer<'_>) -> bool {
    answer.status == 200 && answer.body.ends_with(b"</html>")
}

fn write(path: &Path, machine: &[String], table: &Table) -> Result<()> {
    let day = process::read(Command::new("date").args(["--utc", "+%Y-%m-%d"].map(OsStr::new)))?;
    let lines: String = machine.iter().map(|line| format!("- {line}\n")).collect();
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let text = between(&text, &format!("Measured on {}.\n\n{lines}\n{}", day.trim(), table.markdown()))?;
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// The document with this between its two marks.
fn between(document: &str, text: &str) -> Result<String> {
    let parts = document.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.with_context(|| format!("{DOCUMENT} lacks the lines \"{BEGIN}\" and \"{END}\""))?;
    Ok(format!("{before}{BEGIN}\n\n{text}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_written_anew() {
        let first = between(&format!("# Speed\n{BEGIN}\nold\n{END}\n\nNotes.\n"), "new\n").unwrap();
        assert_eq!(first, format!("# Speed\n{BEGIN}\n\nnew\n\n{END}\n\nNotes.\n"));
        assert_eq!(between(&first, "new\n").unwrap(), first);
        assert!(between("# Speed\n", "new").is_err());
    }

    #[test]
    fn entries_are_measured_with_readings_and_need_the_server_without_its_pages() {
        assert!(Parts::Readings.has_server() && Parts::Readings.has_entries() && !Parts::Readings.has_pages());
        assert!(Parts::Pages.has_server() && Parts::Pages.has_pages() && !Parts::Pages.has_entries());
        assert!(Parts::All.has_pages() && Parts::All.has_entries() && !Parts::Search.has_server());
    }

    #[test]
    fn a_way_to_the_sign_in_is_no_page() {
        let answer = |status, body| http::Answer { status, head: "", body };
        assert!(is_page(&answer(200, b"<html></html>")));
        assert!(!is_page(&answer(200, b"<html>")));
        assert!(!is_page(&answer(303, b"</html>")));
    }
}
