//! The product as it is run, and the people who sign in to it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use super::cores::Cores;
use super::http::{Connection, cookie, get, post};
use super::strace;
use crate::dev;
use crate::process;

/// The program with the database that it works on.
pub struct Product<'a> {
    /// The server's binary.
    pub binary: &'a Path,
    /// The client's files.
    pub site: &'a Path,
    /// For its mail and log.
    pub folder: &'a Path,
    /// The database's address.
    pub database: String,
    /// How many connections to the database it holds, if not as many as it does by itself.
    pub pool: Option<u32>,
}

/// How a server serves.
#[derive(Clone, Copy, Default)]
pub struct Serving {
    /// The demonstration, whose people can sign in.
    pub demo: bool,
    /// Each fdatasync of its takes so much longer.
    pub slower: Option<Duration>,
}

impl Serving {
    /// The demonstration.
    pub const DEMONSTRATION: Self = Self { demo: true, slower: None };

    /// The last that is printed before it serves.
    const fn last_words(self) -> &'static str {
        if self.demo { "The second page shows the code" } else { "Selfheal is ready" }
    }
}

/// A server that runs.
pub struct Server {
    child: Option<Child>,
    /// Its number among the machine's processes; the child may be what makes its disk slow.
    process: u32,
    /// Where it listens.
    pub address: SocketAddr,
    /// Who can sign in.
    pub emails: Vec<String>,
    /// With which password.
    pub password: String,
    /// From the start of the process until it answered that it is ready.
    pub ready_after: Duration,
    /// Bytes of memory that it held then.
    pub idle: u64,
}

/// A port of this machine that nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Product<'_> {
    fn set_up(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SELFHEAL_")) {
            command.env_remove(name);
        }
        // By the environment, because the address may hold a password.
        command.env("SELFHEAL_DATABASE_URL", &self.database).env("SELFHEAL_LOG", "warn").current_dir(self.folder);
        // Everything that asks has one address.
        command.env("SELFHEAL_REQUESTS_PER_SECOND", "0");
        if let Some(pool) = self.pool {
            command.env("SELFHEAL_CONNECTIONS", pool.to_string());
        }
    }

    /// Runs one of the program's commands to its end; gives what it printed, and how long it took.
    pub fn command<'s>(&self, words: impl IntoIterator<Item = &'s Path>) -> Result<(String, Duration)> {
        self.run(Command::new(self.binary), words)
    }

    /// The same on the server's own core where there are several.
    pub fn command_alone<'s>(&self, cores: &Cores, words: impl IntoIterator<Item = &'s Path>) -> Result<(String, Duration)> {
        self.run(cores.server(self.binary), words)
    }

    fn run<'s>(&self, mut command: Command, words: impl IntoIterator<Item = &'s Path>) -> Result<(String, Duration)> {
        command.args(words);
        self.set_up(&mut command);
        let began = Instant::now();
        let printed = process::read(&mut command)?;
        Ok((printed, began.elapsed()))
    }

    /// The command that serves at this address, begun as `command` says.
    pub fn serving(&self, mut command: Command, address: SocketAddr) -> Command {
        self.set_up(&mut command);
        command.args(["serve", "--addr", &address.to_string(), "--mail"]);
        command.arg(format!("file:{}", self.folder.join("mail").display())).arg("--site").arg(self.site);
        command
    }

    /// Serves, on a core of its own where there are several.
    pub fn serve(&self, cores: &Cores, serving: Serving) -> Result<Server> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let log = self.folder.join("serve.log");
        let mut command = cores.server(self.binary);
        if let Some(slower) = serving.slower {
            command = strace::slowed(&command, slower);
        }
        let mut command = self.serving(command, address);
        if serving.demo {
            command.arg("--demo");
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log)?);
        let began = Instant::now();
        let mut child = command.spawn().with_context(|| format!("{} cannot be run", self.binary.display()))?;
        let printed = child.stdout.take().context("the server has no output")?;
        let process = child.id();
        let mut server = Server {
            child: Some(child),
            process,
            address,
            emails: Vec::new(),
            password: String::new(),
            ready_after: Duration::ZERO,
            idle: 0,
        };
        let announced = server.read_announcement(BufReader::new(printed), serving);
        announced.with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
        if serving.slower.is_some() {
            server.process = strace::traced(process)?;
        }
        let mut connection = Connection::open(address)?;
        let ready = connection.ask(&get("/readyz", ""))?;
        ensure!(ready.status == 200, "the server is not ready: status {}", ready.status);
        server.ready_after = began.elapsed();
        server.idle = memory(server.process).0;
        Ok(server)
    }
}

impl Server {
    /// Reads what a server prints before it serves: of a demonstration also who can sign in.
    fn read_announcement(&mut self, mut printed: impl std::io::BufRead + Send + 'static, serving: Serving) -> Result<()> {
        let mut line = String::new();
        while !line.starts_with(serving.last_words()) {
            line.clear();
            if printed.read_line(&mut line)? == 0 {
                bail!("the server ended before it served");
            }
            if let Some(password) = line.trim().strip_prefix("Password for all: ") {
                password.clone_into(&mut self.password);
            } else if let Some(email) = line.split_whitespace().next().filter(|word| word.contains('@')) {
                self.emails.push(email.to_owned());
            }
        }
        let says_who = !self.emails.is_empty() && !self.password.is_empty();
        ensure!(says_who || !serving.demo, "the server did not say who can sign in");
        std::thread::spawn(move || std::io::copy(&mut printed, &mut std::io::sink()));
        Ok(())
    }

    /// Its number among the machine's processes.
    pub const fn process(&self) -> u32 {
        self.process
    }

    /// Whether the child is what makes its disk slow.
    fn is_traced(child: &Child, process: u32) -> bool {
        child.id() != process
    }

    /// The sessions of all who can sign in and have a record, and that of whoever's address begins so.
    pub fn sessions(&self, wanted: &str) -> Result<(Vec<String>, Option<String>)> {
        let (mut sessions, mut found) = (Vec::new(), None);
        for email in &self.emails {
            let session = self.sign_in(email)?;
            if email.starts_with(wanted) {
                found.clone_from(&session);
            }
            sessions.extend(session);
        }
        ensure!(!sessions.is_empty(), "nobody of the demonstration has a record");
        Ok((sessions, found))
    }

    /// The request of the first step of a sign-in.
    pub fn first_step(&self, email: &str) -> Vec<u8> {
        post("/sign-in", "", &[("email", email), ("password", &self.password)])
    }

    /// Signs somebody in with both steps; gives their session, or `None` when their account opens no record.
    pub fn sign_in(&self, email: &str) -> Result<Option<String>> {
        let mut connection = Connection::open(self.address)?;
        let answer = connection.ask(&self.first_step(email))?;
        if answer.header("location") != Some("/sign-in/code") {
            return Ok(None);
        }
        let session = answer.session().context("the first step gave no session")?;
        let page = connection.ask(&get("/sign-in/code", &cookie(&session)))?;
        let Some(code) = shown_code(&String::from_utf8_lossy(page.body)) else { return Ok(None) };
        let answer = connection.ask(&post("/sign-in/code", &cookie(&session), &[("code", &code)]))?;
        ensure!(answer.status == 303, "the code was answered with status {}", answer.status);
        let session = answer.session().with_context(|| format!("the code of {email} gave no session"))?;
        let page = connection.ask(&get("/record", &cookie(&session)))?;
        Ok((page.status == 200).then_some(session))
    }

    /// Asks it to finish, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        if !Self::is_traced(&child, self.process) {
            return dev::stop(child);
        }
        // What makes the disk slow ends with it.
        strace::signal(self.process, "TERM");
        child.wait().map(drop).context("cannot stop the server")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            if Self::is_traced(&child, self.process) {
                strace::signal(self.process, "KILL");
            }
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The six digits that a demonstration's page shows.
fn shown_code(page: &str) -> Option<String> {
    let after = page.split_once("the code is now")?.1;
    let digits = after.split(|letter: char| !letter.is_ascii_digit()).find(|run| run.len() == 6)?;
    Some(digits.to_owned())
}

/// The files of a folder that hold bundles, in order, and how many bytes they are unpacked.
pub fn bundles(folder: &Path) -> Result<(Vec<PathBuf>, u64)> {
    let listing = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files: Vec<PathBuf> = listing
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "gz" || ending == "json"))
        .collect();
    files.sort();
    ensure!(!files.is_empty(), "{} holds no bundles", folder.display());
    let mut bytes = 0;
    for path in &files {
        let mut file = BufReader::new(File::open(path)?);
        let packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        bytes += if packed {
            std::io::copy(&mut flate2::bufread::GzDecoder::new(file), &mut std::io::sink())?
        } else {
            std::io::copy(&mut file, &mut std::io::sink())?
        };
    }
    Ok((files, bytes))
}

/// How many resources `selfheal import fhir` says that it took in.
pub fn imported(printed: &str) -> u64 {
    let reports = printed.lines().filter(|line| line.contains(": person "));
    let counts = reports.filter_map(|line| line.rsplit_once(": ")).flat_map(|(_, counts)| counts.split(", "));
    counts.filter_map(|count| count.split(' ').next()?.parse::<u64>().ok()).sum()
}

/// How many events `selfheal audit verify` says that it checked.
pub fn verified(printed: &str) -> Result<u64> {
    let words = printed.lines().find_map(|line| line.split_once(" events in ")).context("the audit was not verified")?;
    words.0.trim().parse().context("the audit's events were not counted")
}

/// Memory of a process, now and at its most, in bytes.
pub fn memory(process: u32) -> (u64, u64) {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib: Option<u64> = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
        kib.unwrap_or(0) * 1024
    };
    (field("VmRSS:"), field("VmHWM:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(text: &'static str, serving: Serving) -> Result<Server> {
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let (emails, password, ready_after) = (Vec::new(), String::new(), Duration::ZERO);
        let mut server = Server { child: None, process: 1, address, emails, password, ready_after, idle: 0 };
        server.read_announcement(text.as_bytes(), serving)?;
        Ok(server)
    }

    #[test]
    fn who_can_sign_in_is_read_from_what_the_server_prints() {
        let server = announced(
            "\nSelfheal is ready: http://127.0.0.1:1\n\n  a.b@example.org      A, 83: long\n  c@example.org   C\n\n\
             Password for all: purple meadow bee\nThe second page shows the code.\n\n",
            Serving::DEMONSTRATION,
        )
        .unwrap();
        assert_eq!(server.emails, ["a.b@example.org", "c@example.org"]);
        assert_eq!(server.password, "purple meadow bee");
        assert!(announced("Selfheal is ready\n", Serving::DEMONSTRATION).is_err());
        assert!(announced("\nSelfheal is ready: http://127.0.0.1:1\n", Serving::default()).unwrap().emails.is_empty());
        assert!(announced("\n", Serving::default()).is_err());
    }

    #[test]
    fn the_code_is_found_on_the_page() {
        let page = "<p>In this demonstration the code is now <!><strong>012345</strong> .</p>";
        assert_eq!(shown_code(page).unwrap(), "012345");
        assert_eq!(shown_code("<p>987654</p>"), None);
    }

    #[test]
    fn what_an_import_took_in_is_added_up() {
        let printed = "a: b.json.gz: person 01 (new): 12 added, 3 updated, 0 unchanged, 1 older than what was held\n  Results  12\n\
                       c.json.gz: person 02: 100 added, 0 updated, 0 unchanged, 0 older than what was held\n";
        assert_eq!(imported(printed), 116);
        assert_eq!(verified("1234 events in 5 chains were checked.\n").unwrap(), 1234);
        assert!(verified("").is_err());
    }
}
