//! Asking a server that may be killed at any moment.

use std::net::SocketAddr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::running::http::{Connection, cookie, form_with_file, get, post};

/// A server that is not up again within this is a fault.
const UP_AGAIN: Duration = Duration::from_secs(90);
/// How often one that says that it is busy is asked again, and after how long.
const BUSY: (u32, Duration) = (50, Duration::from_millis(100));

/// An answer, read to its end.
pub struct Page {
    /// Its status.
    pub status: u16,
    /// Where it leads to; empty where it does not.
    pub to: String,
    /// After how many seconds to ask again, where it says so.
    pub retry_after: Option<String>,
    /// Its body.
    pub body: String,
}

impl Page {
    /// Whether these words stand on it.
    pub fn says(&self, words: &str) -> bool {
        self.body.contains(words)
    }
}

/// One person's connection, with their session.
pub struct Line {
    /// Which server is asked.
    pub address: SocketAddr,
    cookie: String,
    connection: Option<Connection>,
}

impl Line {
    /// To this server, with this session.
    pub fn new(address: SocketAddr, session: &str) -> Self {
        Self { address, cookie: cookie(session), connection: None }
    }

    /// Another connection of the same person.
    pub fn another(&self) -> Self {
        Self { address: self.address, cookie: self.cookie.clone(), connection: None }
    }

    /// From now on to this server.
    pub fn turn_to(&mut self, address: SocketAddr) {
        (self.address, self.connection) = (address, None);
    }

    /// The request for a page.
    pub fn get(&self, path: &str) -> Vec<u8> {
        get(path, &self.cookie)
    }

    /// The request that sends a form.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        post(path, &self.cookie, fields)
    }

    /// The same of a form that takes a photo, without one.
    pub fn post_without_photo(&self, path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        form_with_file(path, &self.cookie, fields, ("photo", "", ""))
    }

    /// Sends a request once.
    pub fn ask(&mut self, request: &[u8]) -> Result<Page> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.address)?,
        };
        let answer = connection.ask(request)?;
        let header = |name: &str| answer.header(name).map(ToOwned::to_owned);
        let closes = header("connection").is_some_and(|says| says.eq_ignore_ascii_case("close"));
        let page = Page {
            status: answer.status,
            to: header("location").unwrap_or_default(),
            retry_after: header("retry-after"),
            body: String::from_utf8_lossy(answer.body).into_owned(),
        };
        self.connection = Some(connection).filter(|_| !closes);
        Ok(page)
    }

    /// Sends a request, and the very same again while its answer does not come because the server was killed, or because it is busy.
    ///
    /// # Errors
    /// When the server breaks a connection while it is not killed, or answers with a fault of its own.
    pub fn persist(&mut self, gate: &Gate, request: &[u8]) -> Result<Page> {
        let (mut broken, mut busy) = (None, 0);
        loop {
            let life = gate.life();
            match self.ask(request) {
                Ok(page) if page.status == 503 => {
                    busy += 1;
                    ensure!(busy <= BUSY.0, "the server was too busy {busy} times for {}", first_line(request));
                    gate.pause(BUSY.1);
                }
                Ok(page) => {
                    ensure!(page.status < 500, "{} was answered with status {}", first_line(request), page.status);
                    return Ok(page);
                }
                // A kept connection may have been closed while it was not used.
                Err(_) if broken.is_none_or(|before| before < life) && !gate.has_fallen(life) => broken = Some(life),
                Err(error) => {
                    gate.up_again(life).with_context(|| format!("{}: {error:#}", first_line(request)))?;
                }
            }
        }
    }
}

/// The method and the path of a request.
fn first_line(request: &[u8]) -> String {
    let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
    String::from_utf8_lossy(line).trim_end_matches(" HTTP/1.1").to_owned()
}

struct State {
    /// How often the server was started.
    life: u64,
    up: bool,
    over: bool,
}

/// Where those who ask learn that the server was killed, and wait until it is there again.
pub struct Gate {
    state: Mutex<State>,
    changed: Condvar,
    began: Instant,
}

impl Gate {
    /// For a server that is up.
    pub const fn new(began: Instant) -> Self {
        Self { state: Mutex::new(State { life: 1, up: true, over: false }), changed: Condvar::new(), began }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which of its lives the server is in, or was in last.
    pub fn life(&self) -> u64 {
        self.state().life
    }

    /// Said before it is killed.
    pub fn falls(&self) {
        self.state().up = false;
    }

    /// Said when it is ready again.
    pub fn rises(&self) {
        let mut state = self.state();
        (state.life, state.up) = (state.life + 1, true);
        self.changed.notify_all();
    }

    /// Said when nothing more is to be begun.
    pub fn end(&self) {
        self.state().over = true;
        self.changed.notify_all();
    }

    /// Whether nothing more is to be begun.
    pub fn is_over(&self) -> bool {
        self.state().over
    }

    /// Whether it has been killed in this life.
    fn has_fallen(&self, life: u64) -> bool {
        let state = self.state();
        !state.up || state.life > life
    }

    /// Waits until the server has a later life than this one.
    ///
    /// # Errors
    /// When it was not killed in this life, or is not up again in time.
    pub fn up_again(&self, life: u64) -> Result<()> {
        let state = self.state();
        if state.up && state.life == life {
            bail!("the server broke a connection while it ran");
        }
        let waits = |state: &mut State| !(state.over || state.up && state.life > life);
        let (state, _) = self.changed.wait_timeout_while(state, UP_AGAIN, waits).unwrap_or_else(PoisonError::into_inner);
        ensure!(state.up && state.life > life, "the server is not up again");
        Ok(())
    }

    /// Waits for a while.
    pub fn pause(&self, time: Duration) {
        let state = self.state();
        let until = Instant::now() + time;
        let waits = |_: &mut State| Instant::now() < until;
        drop(self.changed.wait_timeout_while(state, time, waits).unwrap_or_else(PoisonError::into_inner));
    }

    /// The time on the one clock of the histories, in microseconds.
    pub fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_breaks_without_a_kill_is_a_fault_and_after_one_is_waited_for() {
        let gate = Gate::new(Instant::now());
        assert!(gate.up_again(1).is_err());
        gate.falls();
        assert!(gate.has_fallen(1));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| gate.up_again(1).is_ok());
            gate.rises();
            assert!(waiting.join().unwrap());
        });
        assert_eq!(gate.life(), 2);
        assert!(gate.has_fallen(1) && !gate.has_fallen(2));
        gate.falls();
        gate.end();
        assert!(gate.is_over() && gate.up_again(2).is_err());
    }

    #[test]
    fn a_request_is_named_without_what_it_carries() {
        assert_eq!(first_line(&get("/record", "Cookie: session=secret\r\n")), "GET /record");
    }
}
