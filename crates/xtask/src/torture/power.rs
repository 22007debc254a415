//! Loss of power: whatever a disk was not told to keep is gone.
//!
//! The database, or all of PostgreSQL, lies in a file system of its own, whose disk is a file. What a program writes there stays in the
//! memory of the machine until the program asks that it be kept, or until the system has time for it, and only then does it come into that
//! file. A copy of the file at the moment of a kill is therefore what a disk holds after a loss of power, and all goes on over the copy.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use super::disk::bring;
use super::kills::{self, Plan};
use super::report::Row;
use crate::running::postgres::Postgres;
use crate::running::server::Product;
use crate::{process, say};

/// What is done, in a few words.
pub const WHAT: &str = "loss of power at random moments";
/// Why it is left out where this machine does not allow it.
const NOT_HERE: &str = "this program may not mount a file as a disk of its own (run it as root, with mkfs.ext4)";
/// The disk of a PostgreSQL, in bytes.
const POSTGRES: u64 = 512 * 1024 * 1024;
/// How large its log grows before it is made short: there is room for the longest that this makes.
const LOG: &str = "ALTER SYSTEM SET max_wal_size = '128MB'";
/// What the disk holds beside three copies of the database: what is written meanwhile, and the file system itself.
const ROOM: u64 = 96 * 1024 * 1024;
/// How often it is copied at most, until nothing was written meanwhile.
const COPIES: usize = 5;
/// A file that nobody asks to be kept.
const UNKEPT: &str = "unkept";
/// What is in it.
const WORDS: [u8; 4096] = [7; 4096];

/// A disk that forgets. It is gone when this is dropped.
pub struct Disk {
    /// Where it is used.
    at: PathBuf,
    /// What it holds.
    image: PathBuf,
    losses: usize,
    forgotten: u64,
    /// The server that lies on it, where one does.
    postgres: Option<Postgres>,
}

impl Disk {
    /// One of this many bytes; `None` where this program may not make one.
    fn make(folder: &Path, bytes: u64) -> Result<Option<Self>> {
        let (at, image) = (folder.join("power"), folder.join("power-0.image"));
        let disk = Self { at, image, losses: 0, forgotten: 0, postgres: None };
        fs::create_dir(&disk.at)?;
        File::create(&disk.image)?.set_len(bytes)?;
        let is_made = process::succeeds(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&disk.image)) && disk.mount();
        Ok(is_made.then_some(disk))
    }

    /// One with a PostgreSQL of its own on it; `None` where this program may not make one.
    pub fn with_postgres(folder: &Path) -> Result<Option<Self>> {
        let Some(mut disk) = Self::make(folder, POSTGRES)? else { return Ok(None) };
        // Its user passes through.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o711))?;
        let postgres = Postgres::start_own(&disk.at)?;
        postgres.statement(LOG)?;
        postgres.statement("SELECT pg_reload_conf()")?;
        disk.postgres = Some(postgres);
        Ok(Some(disk))
    }

    /// Makes an empty database there and gives its address.
    pub fn database(&mut self, name: &str) -> Result<String> {
        self.postgres.as_mut().context("there is no PostgreSQL on this disk")?.database(name)
    }

    /// Puts it where it is used. Its own journal is written when somebody asks for it, and not every few seconds.
    fn mount(&self) -> bool {
        let mut mount = Command::new("mount");
        mount.args(["-t", "ext4", "-o", "loop,commit=600"]).arg(&self.image).arg(&self.at);
        process::succeeds(&mut mount)
    }

    fn unmount(&self) {
        if !process::succeeds(Command::new("umount").arg(&self.at)) {
            process::succeeds(Command::new("umount").arg("--lazy").arg(&self.at));
        }
    }

    /// Has what it holds so far kept.
    fn keep(&self) -> Result<()> {
        process::read(Command::new("sync").arg("--file-system").arg(&self.at)).map(drop)
    }

    /// Said before the power is lost: writes what nobody asks to be kept.
    pub fn will_lose_power(&self) -> Result<()> {
        fs::write(self.at.join(UNKEPT), WORDS).map_err(Into::into)
    }

    /// Loses power, when whoever wrote to it has been killed, and has it again.
    pub fn loses_power(&mut self) -> Result<()> {
        self.losses += 1;
        if let Some(postgres) = &mut self.postgres {
            postgres.halt()?;
        }
        let kept = self.image.with_file_name(format!("power-{}.image", self.losses));
        self.copy(&kept)?;
        self.unmount();
        fs::remove_file(&self.image)?;
        self.image = kept;
        ensure!(self.mount(), "the disk cannot be used after a loss of power");
        let unkept = self.at.join(UNKEPT);
        if !fs::read(&unkept).is_ok_and(|bytes| bytes == WORDS) {
            self.forgotten += 1;
        }
        if unkept.exists() {
            fs::remove_file(unkept)?;
        }
        match &mut self.postgres {
            Some(postgres) => postgres.start_again(),
            None => Ok(()),
        }
    }

    /// Copies what it holds at one moment: while nothing comes into it.
    fn copy(&self, to: &Path) -> Result<()> {
        for _ in 0..COPIES {
            process::read(Command::new("cp").args(["--reflink=never", "--sparse=always"]).arg(&self.image).arg(to))?;
            if process::succeeds(Command::new("cmp").arg("--silent").arg(&self.image).arg(to)) {
                return Ok(());
            }
        }
        bail!("the disk is written to when nobody does so any more")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.postgres.take());
        self.unmount();
    }
}

/// That it is left out on this machine, which is also said.
pub fn left_out(engine: &'static str) -> Row {
    say(format!("  left out: {NOT_HERE}"));
    Row { left_out: Some(NOT_HERE), ..Row::new(WHAT, engine) }
}

/// Takes the power from under a copy of this embedded database again and again, or leaves that out.
pub fn run(
    product: &Product<'_>,
    engine: &'static str,
    (sessions, address): (&[String], SocketAddr),
    database: &Path,
    plan: &Plan,
) -> Result<Row> {
    let bytes = fs::metadata(database)?.len() * 3 + ROOM;
    let Some(mut disk) = Disk::make(product.folder, bytes)? else {
        return Ok(left_out(engine));
    };
    let copy = disk.at.join("copy.db");
    bring(database, &copy)?;
    disk.keep()?;
    let product = Product { database: format!("sqlite:{}", copy.display()), ..*product };
    lose(&product, engine, (sessions, address), Some(&copy), (plan, &mut disk))
}

/// Takes the power from under a database that lies on this disk.
pub fn lose(
    product: &Product<'_>,
    engine: &'static str,
    (sessions, address): (&[String], SocketAddr),
    database: Option<&Path>,
    (plan, disk): (&Plan, &mut Disk),
) -> Result<Row> {
    let row = kills::run(product, engine, (sessions, address), database, plan, Some(&mut *disk))?;
    ensure!(disk.forgotten > 0, "the disk kept what nobody had asked it to keep, so this proves nothing");
    let note = format!("{}; {} times the disk had forgotten what nobody had asked it to keep", row.note, disk.forgotten);
    Ok(Row { what: WHAT, note, ..row })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether this machine allows all that a disk needs, found out without making one.
    fn may_mount() -> bool {
        let has_ext4 = fs::read_to_string("/proc/filesystems").is_ok_and(|kinds| kinds.contains("\text4\n"));
        has_ext4
            && process::succeeds(Command::new("mkfs.ext4").arg("-V"))
            && process::succeeds(Command::new("losetup").arg("--find"))
            && process::succeeds(Command::new("unshare").args(["--mount", "true"]))
    }

    #[test]
    fn what_is_kept_is_there_after_a_loss_of_power_and_what_is_not_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let Some(mut disk) = Disk::make(folder.path(), 32 * 1024 * 1024).unwrap() else {
            assert!(!may_mount(), "this machine allows a disk of its own, and none could be made");
            say(NOT_HERE);
            return;
        };
        for number in 1..=3 {
            let kept = File::create(disk.at.join(number.to_string())).unwrap();
            kept.sync_all().unwrap();
            disk.will_lose_power().unwrap();
            disk.loses_power().unwrap();
            assert!(disk.at.join(number.to_string()).exists());
        }
        assert!(disk.forgotten > 0, "nothing was forgotten");
    }
}
