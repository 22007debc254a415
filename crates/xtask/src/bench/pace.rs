//! A fixed number of requests a second, whether or not those before have been answered (an open loop). What counts is the time since a
//! request was due: where the server falls behind, those that wait for a connection to be free wait in the figures too.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use super::figures::{Times, micros, per_second};
use super::load::Span;
use crate::running::http::{Answer, Connection};

/// What an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// What was asked for.
    Good,
    /// To be asked again later, as the answer says (503 with `Retry-After`).
    Later,
    /// Anything else.
    Bad,
}

/// Says what an answer is worth.
pub type Judge = fn(&Answer<'_>) -> Worth;

/// What to ask, and how often.
pub struct Paced {
    /// Of which server.
    pub address: SocketAddr,
    /// How many a second.
    pub rate: u64,
    /// Over at most so many connections at once.
    pub connections: usize,
    /// The requests, asked in turn.
    pub requests: Vec<Vec<u8>>,
    /// What an answer is worth.
    pub judge: Judge,
}

/// What came of it, of the requests that were due in the counted time; of several repeats the worst of each figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Good answers that came within the counted time, a second.
    pub rate: u64,
    /// Good answers.
    pub good: u64,
    /// Told to ask again later.
    pub later: u64,
    /// Answered otherwise, or not at all.
    pub bad: u64,
    /// Never asked, because every connection was busy until the end and as long again.
    pub unasked: u64,
    /// The time since they were due that half did not exceed, whatever the answer was.
    pub p50: Duration,
    /// The same of 99 of 100.
    pub p99: Duration,
    /// The longest.
    pub longest: Duration,
    /// Good answers in all, the warm-up's too.
    pub answers: u64,
}

impl Offered {
    /// The worst of each figure of both; what is counted is added up.
    pub fn worse(self, other: Self) -> Self {
        Self {
            rate: self.rate.min(other.rate),
            good: self.good + other.good,
            later: self.later + other.later,
            bad: self.bad + other.bad,
            unasked: self.unasked + other.unasked,
            p50: self.p50.max(other.p50),
            p99: self.p99.max(other.p99),
            longest: self.longest.max(other.longest),
            answers: self.answers + other.answers,
        }
    }
}

/// Two at once, several times over; the worst of each figure of each.
pub fn both(one: &Paced, other: &Paced, span: Span, times: usize) -> Result<(Offered, Offered)> {
    let run = || -> Result<(Offered, Offered)> {
        thread::scope(|scope| {
            let other = scope.spawn(|| other.run(span));
            let one = one.run(span);
            let other = other.join().map_err(|_| anyhow!("a load's thread failed"))?;
            Ok((one?, other?))
        })
    };
    let all = (0..times).map(|_| run()).collect::<Result<Vec<_>>>()?;
    let worst = all.into_iter().reduce(|(one, other), (next, beside)| (one.worse(next), other.worse(beside)));
    worst.context("nothing was measured")
}

/// When the request of this number is due, from the start.
fn due(number: u64, rate: u64) -> Duration {
    let nanos = u128::from(number) * 1_000_000_000 / u128::from(rate.max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Waits until then, and not at all when it is over.
fn wait_until(then: Instant) {
    loop {
        let left = then.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        // Nobody wakes it; it may end early all the same.
        thread::park_timeout(left);
    }
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    waits: Vec<u64>,
    in_time: u64,
    offered: Offered,
}

/// The times of a run.
#[derive(Clone, Copy)]
struct Clock {
    began: Instant,
    counted_from: Duration,
    end: Duration,
    /// What was not asked until then is not asked any more.
    give_up: Duration,
}

impl Paced {
    /// Asks. What is refused is counted and fails nothing: how a server behaves under more than it can carry is what is measured.
    pub fn run(&self, span: Span) -> Result<Offered> {
        let connections = (0..self.connections).map(|_| Connection::open(self.address)).collect::<Result<Vec<_>>>()?;
        let end = span.warm_up + span.counted;
        let clock = Clock { began: Instant::now(), counted_from: span.warm_up, end, give_up: end + span.counted };
        let next = &AtomicU64::new(0);
        let all: Vec<Result<Seen>> = thread::scope(|scope| {
            let started: Vec<_> =
                connections.into_iter().map(|connection| scope.spawn(move || self.ask(connection, next, clock))).collect();
            started.into_iter().map(|one| one.join().unwrap_or_else(|_| Err(anyhow!("a connection's thread failed")))).collect()
        });
        let (mut waits, mut in_time, mut sum) = (Vec::new(), 0, Offered::default());
        for seen in all {
            let mut seen = seen?;
            waits.append(&mut seen.waits);
            in_time += seen.in_time;
            sum = sum.worse(seen.offered);
        }
        let waits = Times::of(waits);
        let [p50, p99, longest] = [50, 99, 100].map(|percent| waits.percentile(percent));
        Ok(Offered { rate: per_second(in_time, span.counted), p50, p99, longest, ..sum })
    }

    /// The same several times over; the worst of each figure.
    pub fn repeated(&self, span: Span, times: usize) -> Result<Offered> {
        let all = (0..times).map(|_| self.run(span)).collect::<Result<Vec<_>>>()?;
        all.into_iter().reduce(Offered::worse).context("nothing was measured")
    }

    /// Takes the next that is due, as often as there is one.
    fn ask(&self, mut connection: Connection, next: &AtomicU64, clock: Clock) -> Result<Seen> {
        let mut seen = Seen::default();
        for (number, request) in self.numbered(next) {
            let due = due(number, self.rate);
            if due >= clock.end {
                return Ok(seen);
            }
            let counts = due >= clock.counted_from;
            wait_until(clock.began + due);
            if clock.began.elapsed() >= clock.give_up {
                if counts {
                    seen.offered.unasked += 1;
                    seen.waits.push(micros(clock.began.elapsed().saturating_sub(due)));
                }
                continue;
            }
            let worth = connection.ask(request).map(|answer| (self.judge)(&answer));
            let after = clock.began.elapsed();
            if worth.is_err() {
                connection = Connection::open(self.address)?;
            }
            let worth = worth.unwrap_or(Worth::Bad);
            seen.offered.answers += u64::from(worth == Worth::Good);
            if !counts {
                continue;
            }
            seen.waits.push(micros(after.saturating_sub(due)));
            match worth {
                Worth::Good => {
                    seen.offered.good += 1;
                    seen.in_time += u64::from(after <= clock.end);
                }
                Worth::Later => seen.offered.later += 1,
                Worth::Bad => seen.offered.bad += 1,
            }
        }
        Ok(seen)
    }

    /// The numbers that no other connection has taken, each with its request.
    fn numbered<'s>(&'s self, next: &'s AtomicU64) -> impl Iterator<Item = (u64, &'s [u8])> {
        let many = u64::try_from(self.requests.len()).unwrap_or(u64::MAX);
        std::iter::from_fn(move || {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let place = usize::try_from(number.checked_rem(many)?).ok()?;
            Some((number, self.requests.get(place)?.as_slice()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::http::get;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    #[test]
    fn requests_are_due_at_even_distances() {
        let millis = Duration::from_millis;
        assert_eq!([0, 1, 200, 201].map(|number| due(number, 200)), [millis(0), millis(5), millis(1000), millis(1005)]);
        assert_eq!(due(1, 3), Duration::from_nanos(333_333_333));
        assert_eq!(due(7, 0), Duration::from_secs(7));
    }

    #[test]
    fn of_repeats_the_worst_counts_and_what_was_counted_is_added_up() {
        let ms = Duration::from_millis;
        let one = Offered {
            rate: 90,
            good: 450,
            later: 1,
            p50: ms(2),
            p99: ms(9),
            longest: ms(10),
            answers: 500,
            ..Offered::default()
        };
        let other =
            Offered { rate: 80, good: 400, bad: 2, p50: ms(3), p99: ms(8), longest: ms(20), answers: 460, ..Offered::default() };
        let worst = one.worse(other);
        assert_eq!((worst.rate, worst.good, worst.later, worst.bad, worst.answers), (80, 850, 1, 2, 960));
        assert_eq!((worst.p50, worst.p99, worst.longest), (ms(3), ms(9), ms(20)));
    }

    /// Answers each request after this long, one at a time.
    fn server(takes: Duration) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 1024];
                while stream.read(&mut request).is_ok_and(|count| count > 0) {
                    wait_until(Instant::now() + takes);
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n").unwrap();
                }
            }
        });
        address
    }

    fn paced(takes: Duration) -> Paced {
        let judge = |answer: &Answer<'_>| if answer.status == 200 { Worth::Good } else { Worth::Bad };
        Paced { address: server(takes), rate: 100, connections: 1, requests: vec![get("/a", ""), get("/b", "")], judge }
    }

    const SPAN: Span = Span { warm_up: Duration::from_millis(50), counted: Duration::from_millis(200) };

    #[test]
    fn everything_that_is_due_is_asked_for_once() {
        let offered = paced(Duration::ZERO).run(SPAN).unwrap();
        assert_eq!((offered.good, offered.answers, offered.later, offered.bad, offered.unasked), (20, 25, 0, 0, 0));
    }

    #[test]
    fn a_server_that_falls_behind_cannot_hide_it() {
        // It carries 25 a second of 100: the closed loop of one connection would tell of 40 ms for each.
        let offered = paced(Duration::from_millis(40)).run(SPAN).unwrap();
        assert!(offered.p50 > Duration::from_millis(80), "{offered:?}");
        assert!(offered.unasked > 0 && offered.good + offered.unasked == 20, "{offered:?}");
        assert!(offered.rate < 30, "{offered:?}");
    }
}
