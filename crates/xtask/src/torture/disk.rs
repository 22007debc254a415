//! A disk that is full, that cannot be written to, and that does not keep what it is given, under an embedded database.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use super::instance::{Instance, LOG};
use super::kills::{DRAIN, whole};
use super::line::{Gate, Line, Page};
use super::person::{NOTE_FORM, has_notes, note, note_of};
use super::report::Row;
use crate::running::server::Product;
use crate::{process, say};

/// What is done, in a few words.
pub const WHAT: &str = "a disk that fails";
/// What the disk holds beside three copies of the database: itself, and the two by which it is looked through at the end.
const ROOM: u64 = 48 * 1024 * 1024;
/// How many notes are sent until one is refused, at most. Until then they go to room that the database had before.
const NOTES: usize = 400;
/// How long to wait until a fault is in place.
const IN_PLACE: Duration = Duration::from_secs(10);

/// A small disk in memory. It is gone when this is dropped.
struct Disk(PathBuf);

impl Disk {
    /// Of this many bytes; `None` where this program may not make one.
    fn make(at: PathBuf, bytes: u64) -> Result<Option<Self>> {
        fs::create_dir(&at)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes},mode=700"), "tmpfs"]).arg(&at);
        Ok(if process::succeeds(&mut mount) { Some(Self(at)) } else { None })
    }

    /// Lets it be written to, or not.
    fn allow(&self, writing: bool) -> Result<()> {
        let how = if writing { "remount,rw" } else { "remount,ro" };
        process::read(Command::new("mount").args(["-o", how]).arg(&self.0)).map(drop)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        process::succeeds(Command::new("umount").arg("--lazy").arg(&self.0));
    }
}

/// Somebody who writes notes for as long as they are taken.
struct Writer<'a> {
    line: Line,
    gate: &'a Gate,
    kind: &'static str,
    titles: Vec<String>,
    checks: u64,
}

impl<'a> Writer<'a> {
    fn new(line: Line, gate: &'a Gate, kind: &'static str) -> Self {
        Self { line, gate, kind, titles: Vec::new(), checks: 0 }
    }

    /// Writes one, which must be taken.
    fn write(&mut self) -> Result<()> {
        let title = format!("{} {} ends", self.kind, self.titles.len());
        let request = note(&mut self.line, self.gate, &title)?;
        let page = self.line.persist(self.gate, &request)?;
        ensure!(page.status == 303, "a note was answered with status {}", page.status);
        self.titles.push(title);
        self.checks += 1;
        Ok(())
    }

    /// Writes until one is refused, and looks whether that is said in words, and what goes on all the same.
    fn write_until_refused(&mut self) -> Result<()> {
        for _ in 0..NOTES {
            let request = self.line.get(NOTE_FORM);
            let form = self.line.ask(&request)?;
            if form.status != 200 {
                return self.is_refused(&form);
            }
            let title = format!("{} {} ends", self.kind, self.titles.len());
            let request = note_of(&self.line, &form.body, &title)?;
            let page = self.line.ask(&request)?;
            if page.status != 303 {
                return self.is_refused(&page);
            }
            self.titles.push(title);
            self.checks += 1;
        }
        bail!("{NOTES} notes were taken")
    }

    fn is_refused(&mut self, page: &Page) -> Result<()> {
        ensure!(page.status == 503, "what cannot be kept was answered with status {}", page.status);
        ensure!(page.retry_after.is_some() && page.says("</html>"), "what cannot be kept was refused without a page");
        // Whoever is not signed in has pages that are in no database.
        let mut stranger = Line::new(self.line.address, "");
        for path in ["/healthz", "/help"] {
            let request = stranger.get(path);
            let page = stranger.ask(&request)?;
            ensure!(page.status == 200, "{path} was answered with status {}", page.status);
        }
        self.checks += 3;
        Ok(())
    }

    /// Everything that was taken is there.
    fn look(&mut self) -> Result<()> {
        has_notes(&mut self.line, self.gate, &self.titles)?;
        self.checks += u64::try_from(self.titles.len())?;
        Ok(())
    }
}

fn left_out(row: Row, why: &'static str) -> Row {
    say(format!("  left out: {why}"));
    Row { left_out: Some(why), ..row }
}

/// Does all of it to a copy of this database, which nobody uses. What this machine does not allow is left out, and that is said.
pub fn run(
    product: &Product<'_>,
    engine: &'static str,
    (sessions, address): (&[String], SocketAddr),
    database: &Path,
) -> Result<Vec<Row>> {
    let bytes = fs::metadata(database)?.len() * 3 + ROOM;
    let Some(disk) = Disk::make(product.folder.join("disk"), bytes)? else {
        return Ok(vec![left_out(Row::new(WHAT, engine), "this program may not mount a disk of its own (run it as root)")]);
    };
    let copy = disk.0.join("copy.db");
    bring(database, &copy)?;
    let product = Product { database: format!("sqlite:{}", copy.display()), ..*product };
    let session = sessions.first().map(String::as_str).unwrap_or_default();
    let mut rows = vec![full(&product, engine, (session, address), &copy).context("the disk was full")?];
    rows.push(read_only(&product, engine, (session, address), (&disk, &copy)).context("the disk could not be written to")?);
    rows.push(unsynced(&product, engine, (session, address), &copy).context("the disk did not keep what was written")?);
    Ok(rows)
}

/// Copies a database that nobody uses, with what is beside it.
pub fn bring(database: &Path, copy: &Path) -> Result<()> {
    for ending in ["db", "audit-key", "audit-key.log"] {
        let (from, to) = (database.with_extension(ending), copy.with_extension(ending));
        if from.exists() {
            fs::copy(from, to)?;
        }
    }
    Ok(())
}

/// Takes all room that is left.
fn fill(file: &Path) -> Result<()> {
    let mut filler = File::create(file)?;
    for block in [vec![7_u8; 64 * 1024], vec![7_u8; 512]] {
        while filler.write_all(&block).is_ok() {}
    }
    Ok(())
}

fn full(product: &Product<'_>, engine: &'static str, (session, address): (&str, SocketAddr), database: &Path) -> Result<Row> {
    let (server, _) = Instance::start(product, address)?;
    let gate = Gate::new(Instant::now());
    let mut writer = Writer::new(Line::new(address, session), &gate, "Full");
    writer.write()?;
    let filler = database.with_extension("filler");
    fill(&filler)?;
    let refused = writer.write_until_refused();
    let request = writer.line.get("/record");
    let record = writer.line.ask(&request);
    fs::remove_file(&filler)?;
    refused?;
    let record = record?.status;
    ensure!(record == 200 || record == 503, "a record was answered with status {record}");
    writer.write().context("there was room again")?;
    writer.look()?;
    server.stop(DRAIN)?;
    let acknowledged = u64::try_from(writer.titles.len())?;
    let checks = writer.checks + whole(product, Some(database))?;
    let note = format!("a record was answered with {record} meanwhile");
    Ok(Row { kills: 1, acknowledged, checks, note, ..Row::new("a full disk", engine) })
}

fn read_only(
    product: &Product<'_>,
    engine: &'static str,
    (session, address): (&str, SocketAddr),
    (disk, database): (&Disk, &Path),
) -> Result<Row> {
    disk.allow(false)?;
    let log = product.folder.join(LOG);
    let before = fs::metadata(&log)?.len();
    let started = Instance::start(product, address);
    disk.allow(true)?;
    ensure!(started.is_err(), "the server serves what it cannot write to");
    let said = fs::read(&log)?.split_off(usize::try_from(before)?);
    let said = String::from_utf8_lossy(&said).into_owned();
    let sentence = said.lines().last().unwrap_or_default();
    ensure!(
        sentence.ends_with('.') && !said.contains("panicked"),
        "the server did not say in a sentence why it does not serve: {said}"
    );
    let (server, _) = Instance::start(product, address)?;
    let gate = Gate::new(Instant::now());
    let mut writer = Writer::new(Line::new(address, session), &gate, "Again");
    writer.write()?;
    writer.look()?;
    server.stop(DRAIN)?;
    let checks = 2 + writer.checks + whole(product, Some(database))?;
    let note = "the server says why it does not serve, and serves when it can be".to_owned();
    Ok(Row { kills: 1, acknowledged: 1, checks, note, ..Row::new("a disk that cannot be written to, at the start", engine) })
}

/// Has each fsync of a process fail for as long as this lives.
struct Unsynced(Child);

impl Unsynced {
    /// `None` where that cannot be done here.
    fn begin(process: u32) -> Result<Option<Self>> {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO", "-p"]);
        strace.arg(process.to_string()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let Ok(mut child) = strace.spawn() else { return Ok(None) };
        let said = child.stderr.take().context("strace has no output")?;
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        let failing = Self(child);
        let attached = told.recv_timeout(IN_PLACE).is_ok_and(|line| line.contains("attached"));
        Ok(attached.then_some(failing))
    }
}

impl Drop for Unsynced {
    fn drop(&mut self) {
        // Told to stop, it lets go of the process; killed, it might take it along.
        let _ = process::signal("INT", &[self.0.id()]);
        let _ = self.0.wait();
    }
}

fn unsynced(product: &Product<'_>, engine: &'static str, (session, address): (&str, SocketAddr), database: &Path) -> Result<Row> {
    let row = Row::new("a disk that does not keep what is written (fsync fails)", engine);
    let (server, _) = Instance::start(product, address)?;
    let gate = Gate::new(Instant::now());
    let mut writer = Writer::new(Line::new(address, session), &gate, "Kept");
    writer.write()?;
    let Some(failing) = Unsynced::begin(server.process())? else {
        server.stop(DRAIN)?;
        return Ok(left_out(row, "strace is not there, or may not attach to the server"));
    };
    writer.write_until_refused()?;
    drop(failing);
    // The disk says that all is well again, and is not believed.
    for _ in 0..3 {
        writer.write_until_refused()?;
    }
    let request = writer.line.get("/readyz");
    let ready = writer.line.ask(&request)?;
    ensure!(ready.status == 503, "after a failed fsync the server says that it is ready: status {}", ready.status);
    let acknowledged = u64::try_from(writer.titles.len())?;
    ensure!(acknowledged == 1, "{} notes were taken while no fsync was well", acknowledged - 1);
    server.kill()?;
    let (server, _) = Instance::start(product, address)?;
    writer.look()?;
    writer.write().context("it was started again")?;
    server.stop(DRAIN)?;
    let checks = 1 + writer.checks + whole(product, Some(database))?;
    let note = "nothing more is taken before a restart, and the server is not ready".to_owned();
    Ok(Row { kills: 2, acknowledged: acknowledged + 1, checks, note, ..row })
}
