//! Many connections that ask again as soon as they are answered, for a while.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};

use super::figures::{Times, micros, per_second};
use super::repeats::Repeated;
use crate::running::http::{Answer, Connection};

/// What a good answer looks like.
pub type Check = fn(&Answer<'_>) -> bool;

/// How long to ask.
#[derive(Clone, Copy)]
pub struct Span {
    /// Asked but not counted: caches fill and connections open.
    pub warm_up: Duration,
    /// Counted.
    pub counted: Duration,
}

/// What to ask.
pub struct Load {
    /// Of which server.
    pub address: SocketAddr,
    /// Over how many connections.
    pub connections: usize,
    /// The requests; each connection begins at another and goes through them.
    pub requests: Vec<Vec<u8>>,
    /// What a good answer looks like.
    pub good: Check,
}

/// What came of it.
#[derive(Debug)]
pub struct Measured {
    /// The times of the answers that came in the counted time.
    pub times: Times,
    /// Good answers a second.
    pub rate: u64,
    /// Good answers in all, the warm-up's too.
    pub answers: u64,
}

impl Load {
    /// Asks several times over; the worst counts.
    pub fn repeated(&self, span: Span, times: usize) -> Result<Repeated> {
        Repeated::of(&(0..times).map(|_| self.run(span)).collect::<Result<Vec<_>>>()?)
    }

    /// Asks. One answer that is not good, or none, fails the whole: a rate of refusals would say nothing.
    pub fn run(&self, span: Span) -> Result<Measured> {
        let connections = (0..self.connections).map(|_| Connection::open(self.address)).collect::<Result<Vec<_>>>()?;
        let began = Instant::now();
        let counted_from = began + span.warm_up;
        let end = counted_from + span.counted;
        let askers: Vec<_> = thread::scope(|scope| {
            let started: Vec<_> = connections
                .into_iter()
                .enumerate()
                .map(|(place, connection)| scope.spawn(move || self.ask(connection, place, counted_from, end)))
                .collect();
            started
                .into_iter()
                .map(|asker| asker.join().unwrap_or_else(|_| Err(anyhow!("a connection's thread failed"))))
                .collect()
        });
        let (mut micros, mut answers) = (Vec::new(), 0);
        for asker in askers {
            let (mut times, count) = asker?;
            micros.append(&mut times);
            answers += count;
        }
        let times = Times::of(micros);
        if times.count() == 0 {
            bail!("nothing was answered in {:?}", span.counted);
        }
        Ok(Measured { rate: per_second(times.count(), span.counted), times, answers })
    }

    fn ask(&self, mut connection: Connection, place: usize, from: Instant, end: Instant) -> Result<(Vec<u64>, u64)> {
        let (mut times, mut answers) = (Vec::with_capacity(64 * 1024), 0);
        let begin = place.checked_rem(self.requests.len()).context("there is nothing to ask")?;
        for request in self.requests.iter().cycle().skip(begin) {
            let asked = Instant::now();
            if asked >= end {
                break;
            }
            let answer = connection.ask(request)?;
            let answered = Instant::now();
            if !(self.good)(&answer) {
                let line = String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned();
                let location = answer.header("location").unwrap_or("nowhere else");
                bail!("{line} was answered with status {} and a way to {location}", answer.status);
            }
            answers += 1;
            // What was asked in the counted time's last moment and answered after it is not of that time.
            if asked >= from && answered <= end {
                times.push(micros(answered - asked));
            }
        }
        Ok((times, answers))
    }
}

/// Runs a load while another runs beside it; the other's requests are counted too.
pub fn beside(load: &Load, other: &Load, span: Span) -> Result<(Measured, Measured)> {
    thread::scope(|scope| {
        let other = scope.spawn(|| other.run(span));
        let measured = load.run(span);
        let other = other.join().map_err(|_| anyhow!("a load's thread failed"))?;
        Ok((measured?, other.context("the load beside it failed")?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::http::get;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    /// Answers everything with this status.
    fn server(status: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                thread::spawn(move || {
                    let mut request = [0; 1024];
                    while stream.read(&mut request).is_ok_and(|count| count > 0) {
                        stream.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 3\r\n\r\nok\n").as_bytes()).unwrap();
                    }
                });
            }
        });
        address
    }

    fn load(status: &'static str) -> Load {
        Load {
            address: server(status),
            connections: 3,
            requests: vec![get("/a", ""), get("/b", "")],
            good: |answer| answer.status == 200,
        }
    }

    const SPAN: Span = Span { warm_up: Duration::ZERO, counted: Duration::from_millis(50) };

    #[test]
    fn every_answer_of_the_counted_time_has_its_time() {
        let measured = load("200 OK").run(SPAN).unwrap();
        assert!(measured.times.count() > 0 && measured.times.count() <= measured.answers);
        assert_eq!(measured.rate, measured.times.count() * 20);
        let repeated = load("200 OK").repeated(SPAN, 2).unwrap();
        assert!(repeated.rate > 0 && repeated.p50 <= repeated.p99);
    }

    #[test]
    fn a_refusal_fails_the_measure_and_says_what_was_asked() {
        let fault = load("503 Service Unavailable").run(SPAN).unwrap_err().to_string();
        assert!(fault.contains("was answered with status 503") && fault.starts_with("GET /"), "{fault}");
    }
}
