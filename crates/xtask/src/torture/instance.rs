//! A server as it is run for people, whose end is not always of its own choice.

use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::process;
use crate::running::http::{Connection, get};
use crate::running::server::Product;

/// What has not begun to serve within this never will.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where it logs, in the folder of the product.
pub const LOG: &str = "torture.log";

/// A server that runs. It is killed when it is dropped.
pub struct Instance {
    child: Option<Child>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Instance {
    /// Starts a server over what is in the database; gives it when it is ready, and how long that took.
    pub fn start(product: &Product<'_>, address: SocketAddr) -> Result<(Self, Duration)> {
        let log = OpenOptions::new().create(true).append(true).open(product.folder.join(LOG))?;
        let mut command = product.serving(Command::new(product.binary), address);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let began = Instant::now();
        let mut child = command.spawn().with_context(|| format!("{} cannot be run", product.binary.display()))?;
        let printed = child.stdout.take().context("the server has no output")?;
        let instance = Self { child: Some(child), address };
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let (mut printed, mut line) = (BufReader::new(printed), String::new());
            while printed.read_line(&mut line).is_ok_and(|read| read > 0) {
                if line.starts_with("Selfheal is ready") {
                    let _ = tell.send(());
                }
                line.clear();
            }
        });
        match told.recv_timeout(PATIENCE) {
            Ok(()) => {}
            Err(RecvTimeoutError::Disconnected) => bail!("the server ended before it served: see {LOG}"),
            Err(RecvTimeoutError::Timeout) => bail!("the server did not begin to serve within {} s", PATIENCE.as_secs()),
        }
        let mut connection = Connection::open(address)?;
        let status = connection.ask(&get("/readyz", ""))?.status;
        ensure!(status == 200, "the server says that it serves and is not ready: status {status}");
        Ok((instance, began.elapsed()))
    }

    /// Its number among the machine's processes.
    pub fn process(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    /// Ends it with SIGKILL, which it cannot prepare for.
    pub fn kill(mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Asks it to finish with SIGTERM.
    pub fn tell_to_stop(&self) -> Result<()> {
        process::signal("TERM", &[self.process()])
    }

    /// Waits until it has ended by itself; one that has not within `limit` is killed, and that is an error.
    pub fn ended(mut self, limit: Duration) -> Result<ExitStatus> {
        let mut child = self.child.take().context("the server does not run")?;
        let process = child.id();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let _ = tell.send(child.wait());
        });
        match told.recv_timeout(limit) {
            Ok(status) => Ok(status?),
            Err(_) => {
                process::signal("KILL", &[process])?;
                let _ = told.recv();
                bail!("the server had not ended {} s after it was told to stop", limit.as_secs())
            }
        }
    }

    /// Asks it to finish and waits until it has, as an operator does; its exit code must be 0.
    pub fn stop(self, limit: Duration) -> Result<Duration> {
        let began = Instant::now();
        self.tell_to_stop()?;
        let status = self.ended(limit)?;
        ensure!(status.success(), "the server that was told to stop ended with {status}");
        Ok(began.elapsed())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
