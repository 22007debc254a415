//! A PostgreSQL server for one run, with its defaults: every commit is on the disk before it is answered.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use super::server::free_port;
use super::strace;
use crate::process;

/// The one that is there already, when this names it.
pub const GIVEN: &str = "SELFHEAL_BENCH_POSTGRES";

/// Within what a standby must have everything.
const FOLLOWS: Duration = Duration::from_secs(30);
/// PostgreSQL's user on Debian; the server refuses to run as root.
const USER: &str = "postgres";

/// A server on which databases can be made.
pub struct Postgres {
    /// Of a database that exists.
    url: String,
    psql: PathBuf,
    own: Option<Own>,
    /// A second one, which has all that the first has.
    standby: Option<Own>,
    made: Vec<String>,
}

/// A server of our own.
struct Own {
    child: Child,
    home: PathBuf,
    data: PathBuf,
    bin: PathBuf,
    port: u16,
    /// How much longer than its disk's each fdatasync takes.
    slower: Option<Duration>,
}

impl Own {
    /// Starts the server; gives its process when it takes connections.
    fn launch(bin: &Path, home: &Path, data: &Path, (port, slower): (u16, Option<Duration>)) -> Result<Child> {
        let mut server = match slower {
            Some(slower) => {
                let mut server = as_user(Path::new(strace::STRACE), home)?;
                server.args(strace::words(slower)).arg(bin.join("postgres"));
                server
            }
            None => as_user(&bin.join("postgres"), home)?,
        };
        server.arg("-D").arg(data).arg("-c").arg(format!("unix_socket_directories={}", home.display()));
        server.args(["-c", "listen_addresses=127.0.0.1", "-c", &format!("port={port}")]);
        let mut child = server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut log = BufReader::new(child.stderr.take().context("PostgreSQL has no log")?);
        let (mut line, mut said) = (String::new(), String::new());
        // A standby takes "read-only connections".
        while !line.contains("ready to accept ") {
            line.clear();
            if log.read_line(&mut line)? == 0 {
                let _ = child.wait();
                bail!("PostgreSQL did not start:\n{said}");
            }
            said += &line;
        }
        // What it writes from now on is read so that it need not wait, and dropped.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Ok(child)
    }

    /// Ends it at once, as a loss of power would, but for what the disk holds.
    fn halt(&mut self) {
        if let Ok(mut stop) = as_user(&self.bin.join("pg_ctl"), Path::new("/")) {
            process::succeeds(stop.args(["--mode=immediate", "--silent", "--wait", "stop", "--pgdata"]).arg(&self.data));
        }
        let _ = self.child.wait();
    }
}

impl Postgres {
    /// The server that the environment names, or a new one in this folder.
    pub fn start(folder: &Path) -> Result<Self> {
        match std::env::var(GIVEN) {
            Ok(url) => Ok(Self { url, psql: "psql".into(), own: None, standby: None, made: Vec::new() }),
            Err(_) => Self::start_own(folder),
        }
    }

    /// A new one in this folder, whatever the environment names: what is done to it, nobody else must feel.
    pub fn start_own(folder: &Path) -> Result<Self> {
        Self::start_new(folder, "postgres", None)
    }

    /// A new server, each fdatasync of which takes so much longer.
    pub fn start_slowed(folder: &Path, slower: Duration) -> Result<Self> {
        Self::start_new(folder, "postgres-slowed", Some(slower))
    }

    fn start_new(folder: &Path, name: &str, slower: Option<Duration>) -> Result<Self> {
        let bin = binaries()?;
        let (home, port) = (folder.join(name), free_port()?);
        fs::create_dir(&home)?;
        // PostgreSQL's user passes through the folder above and owns the one below.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o711))?;
        fs::set_permissions(&home, fs::Permissions::from_mode(0o700))?;
        let password = secret()?;
        let password_file = home.join("password");
        fs::write(&password_file, &password)?;
        if is_root()? {
            process::run(Command::new("chown").args(["--recursive", USER]).arg(&home))?;
        }
        let data = home.join("data");
        let mut initdb = as_user(&bin.join("initdb"), &home)?;
        initdb.args(["--username=selfheal", "--auth=password", "--encoding=UTF8", "--locale=C.UTF-8"]);
        initdb.arg("--pwfile").arg(&password_file).arg("--pgdata").arg(&data);
        process::read(&mut initdb)?;
        let child = Own::launch(&bin, &home, &data, (port, slower))?;
        let own = Own { child, home, data, bin: bin.clone(), port, slower };
        let url = format!("postgres://selfheal:{password}@127.0.0.1:{port}/postgres");
        Ok(Self { url, psql: bin.join("psql"), own: Some(own), standby: None, made: Vec::new() })
    }

    /// Makes an empty database and gives its address.
    pub fn database(&mut self, name: &str) -> Result<String> {
        let name = format!("selfheal_bench_{}_{name}", std::process::id());
        self.statement(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))?;
        let url = with_database(&self.url, &name)?;
        self.made.push(name);
        Ok(url)
    }

    /// The process that starts all others of the server, when it is ours.
    pub fn process(&self) -> Option<u32> {
        let pid = fs::read_to_string(self.own.as_ref()?.data.join("postmaster.pid")).ok()?;
        pid.lines().next()?.trim().parse().ok()
    }

    /// How it is set up where that matters.
    pub fn setting(&self, name: &str) -> Result<String> {
        Ok(self.statement(&format!("SHOW {name}"))?.trim().to_owned())
    }

    /// Ends a server of our own at once.
    pub fn halt(&mut self) -> Result<()> {
        self.own.as_mut().context("this PostgreSQL is not ours to stop")?.halt();
        Ok(())
    }

    /// Starts a server of our own again, where it was and with what it held.
    pub fn start_again(&mut self) -> Result<()> {
        let own = self.own.as_mut().context("this PostgreSQL is not ours to start")?;
        own.child = Own::launch(&own.bin, &own.home, &own.data, (own.port, own.slower))?;
        Ok(())
    }

    /// Starts a second server beside one of our own. From now on each commit is on the disk of both before it is answered.
    pub fn add_standby(&mut self) -> Result<()> {
        let own = self.own.as_ref().context("this PostgreSQL is not ours to copy")?;
        let (data, port) = (own.home.join("standby"), free_port()?);
        let mut copy = as_user(&own.bin.join("pg_basebackup"), &own.home)?;
        // What is copied is read again in this life of the machine alone; what comes after is kept as ever.
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream", "--no-password", "--no-sync"]);
        process::read(copy.arg("--pgdata").arg(&data).arg("--dbname").arg(&self.url))?;
        let child = Own::launch(&own.bin, &own.home, &data, (port, None))?;
        self.standby = Some(Own { child, home: own.home.clone(), data, bin: own.bin.clone(), port, slower: None });
        self.statement("ALTER SYSTEM SET synchronous_standby_names = '*'")?;
        self.statement("SELECT pg_reload_conf()")?;
        let began = Instant::now();
        while self.statement("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")?.trim() != "1" {
            ensure!(began.elapsed() < FOLLOWS, "the standby does not follow");
        }
        Ok(())
    }

    /// Has the standby take the place of the first server, which was ended: its own address leads to it.
    pub fn fail_over(&mut self) -> Result<()> {
        let mut standby = self.standby.take().context("PostgreSQL has no standby")?;
        let own = self.own.as_mut().context("this PostgreSQL is not ours to replace")?;
        let promoted = as_user(&own.bin.join("pg_ctl"), Path::new("/")).and_then(|mut promote| {
            process::read(promote.args(["--silent", "--wait", "promote", "--pgdata"]).arg(&standby.data))
        });
        // It is started anew at the address of the first.
        standby.halt();
        promoted?;
        own.data = standby.data;
        own.child = Own::launch(&own.bin, &own.home, &own.data, (own.port, own.slower))?;
        Ok(())
    }

    /// Every process of a server of our own, the one that starts all others first.
    pub fn processes(&self) -> Result<Vec<u32>> {
        let first = self.process().context("this PostgreSQL is not ours, or does not run")?;
        let started =
            fs::read_dir("/proc")?.flatten().filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok());
        Ok(std::iter::once(first).chain(started.filter(|process| parent(*process) == Some(first))).collect())
    }

    /// What started a server of our own: as root another program does, to start it as somebody else. It stops when the server is
    /// frozen, and does not go on by itself.
    pub fn starter(&self) -> Option<u32> {
        self.own.as_ref().map(|own| own.child.id())
    }

    /// Takes every connection that the server has left, and keeps them for as long as these processes live.
    pub fn take_connections(&self) -> Result<Vec<Child>> {
        const AT_ONCE: usize = 5;
        const MOST: usize = 500;
        let mut taken = Vec::new();
        while self.statement("SELECT 1").is_ok() {
            ensure!(taken.len() < MOST, "PostgreSQL has more than {MOST} connections");
            for _ in 0..AT_ONCE {
                let mut psql = Command::new(&self.psql);
                psql.args(["--no-psqlrc", "--quiet", &self.url]);
                // It waits for what is typed, which never comes.
                taken.push(psql.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
            }
        }
        Ok(taken)
    }

    /// Runs one statement and gives what it printed.
    pub fn statement(&self, statement: &str) -> Result<String> {
        let mut psql = Command::new(&self.psql);
        psql.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--command", statement, &self.url]);
        let output = psql.stdin(Stdio::null()).output().context("psql cannot be run")?;
        // Without the command line, which holds the password.
        ensure!(output.status.success(), "PostgreSQL refused: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(standby) = &mut self.standby {
            standby.halt();
        }
        match &mut self.own {
            Some(own) => own.halt(),
            None => {
                for name in std::mem::take(&mut self.made) {
                    let _ = self.statement(&format!("DROP DATABASE {name} WITH (FORCE)"));
                }
            }
        }
    }
}

/// The newest version that is installed.
fn binaries() -> Result<PathBuf> {
    let folders = fs::read_dir("/usr/lib/postgresql").context("PostgreSQL is not installed: run script/bootstrap --test")?;
    let versions = folders.flatten().filter_map(|folder| folder.file_name().to_string_lossy().parse::<u32>().ok());
    let newest = versions.max().context("PostgreSQL is not installed: run script/bootstrap --test")?;
    Ok(Path::new("/usr/lib/postgresql").join(newest.to_string()).join("bin"))
}

fn is_root() -> Result<bool> {
    Ok(process::read(Command::new("id").arg("-u"))?.trim() == "0")
}

fn as_user(program: &Path, folder: &Path) -> Result<Command> {
    let mut command = if is_root()? {
        let mut command = Command::new("runuser");
        command.args(["-u", USER, "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    Ok(command)
}

/// The process that started another.
fn parent(process: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}

/// 128 random bits.
fn secret() -> Result<String> {
    use std::io::Read as _;
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(hex::encode(bytes))
}

/// The same address with another database.
fn with_database(url: &str, name: &str) -> Result<String> {
    let (rest, query) = url.split_once('?').map_or((url, String::new()), |(rest, query)| (rest, format!("?{query}")));
    let (scheme, place) = rest.split_once("://").with_context(|| format!("{GIVEN} is not like postgres://USER@HOST/NAME"))?;
    let server = place.split('/').next().unwrap_or_default();
    Ok(format!("{scheme}://{server}/{name}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_an_address_is_replaced_and_nothing_else() {
        assert_eq!(with_database("postgres://u:p@127.0.0.1:5432/postgres", "x").unwrap(), "postgres://u:p@127.0.0.1:5432/x");
        assert_eq!(with_database("postgres://u@h/a?sslmode=require", "x").unwrap(), "postgres://u@h/x?sslmode=require");
        assert_eq!(with_database("postgres://h", "x").unwrap(), "postgres://h/x");
        assert!(with_database("h/a", "x").is_err());
    }
}
