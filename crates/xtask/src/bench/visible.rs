//! How long it takes from sending a reading until a page shows it, as people enter one: its form, its one-time id, the page it leads to,
//! and the chart.

use std::net::SocketAddr;
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, ensure};

use super::figures::{Times, micros, per_second};
use super::load::Measured;
use crate::running::http::{Connection, cookie, form_with_file, get};
use crate::running::page::{hidden, holds};

/// The chart and the list of all of the measure.
const CHART: &str = "/readings/oxygen";
/// Where a reading of it is typed, and where it is sent.
const FORM: &str = "/readings/oxygen/new";
/// What is typed, in turn: as healthy people read it, so that nobody is told of it.
const NUMBERS: [&str; 4] = ["96", "97", "98", "99"];

/// How many readings each person enters. In all there must be fewer than the product takes of one person in a day, which is 200.
#[derive(Clone, Copy)]
pub struct Entries {
    /// Entered first and not counted.
    pub warm_up: usize,
    /// Counted.
    pub counted: usize,
}

/// What came of it.
pub struct Visible {
    /// Until the page of the reading was there.
    pub own_page: Measured,
    /// Until the page with the chart and the list was there too.
    pub chart: Measured,
}

/// What one person had to wait, in microseconds.
struct Waits {
    own_page: Vec<u64>,
    chart: Vec<u64>,
    /// When the first that counts was sent, and when the last was seen.
    between: (Instant, Instant),
}

/// Enters readings of all these people at once, each over a connection of their own. One that is not seen where it should be fails the
/// whole.
pub fn run(address: SocketAddr, sessions: &[String], entries: Entries) -> Result<Visible> {
    let all: Vec<Result<Waits>> = thread::scope(|scope| {
        let started: Vec<_> = sessions.iter().map(|session| scope.spawn(move || of_person(address, session, entries))).collect();
        started.into_iter().map(|one| one.join().unwrap_or_else(|_| Err(anyhow!("a connection's thread failed")))).collect()
    });
    let all = all.into_iter().collect::<Result<Vec<_>>>()?;
    let began = all.iter().map(|waits| waits.between.0).min().context("nobody enters anything")?;
    let ended = all.iter().map(|waits| waits.between.1).max().context("nobody enters anything")?;
    let (mut own_page, mut chart) = (Vec::new(), Vec::new());
    for waits in all {
        own_page.extend(waits.own_page);
        chart.extend(waits.chart);
    }
    let measured = |micros: Vec<u64>| {
        let times = Times::of(micros);
        let answers = times.count();
        Measured { rate: per_second(answers, ended - began), times, answers }
    };
    Ok(Visible { own_page: measured(own_page), chart: measured(chart) })
}

fn of_person(address: SocketAddr, session: &str, entries: Entries) -> Result<Waits> {
    let mut connection = Connection::open(address)?;
    let cookie = cookie(session);
    let (mut own_page, mut chart) = (Vec::with_capacity(entries.counted), Vec::with_capacity(entries.counted));
    let mut counted_from = None;
    for (place, number) in NUMBERS.into_iter().cycle().take(entries.warm_up + entries.counted).enumerate() {
        let form = connection.ask(&get(FORM, &cookie))?;
        ensure!(form.status == 200, "the form was answered with status {}", form.status);
        let page = String::from_utf8_lossy(form.body);
        let whose = hidden(&page, "whose").context("the form does not say for whom it is")?;
        let submission = hidden(&page, "submission").context("the form has no one-time id")?;
        // The same number comes again at once, and is another reading.
        let fields = [("whose", whose), ("submission", submission), ("value", number), ("sure", "yes"), ("note", "")];
        let request = form_with_file(FORM, &cookie, &fields, ("photo", "", ""));

        let sent = Instant::now();
        let answer = connection.ask(&request)?;
        let to = answer.header("location").unwrap_or_default().to_owned();
        ensure!(
            answer.status == 303 && to.starts_with(CHART) && to != FORM,
            "a reading was answered with status {} and a way to {to:?}",
            answer.status
        );
        let page = connection.ask(&get(&to, &cookie))?;
        let seen = Instant::now();
        ensure!(page.status == 200 && holds(page.body, &format!("{number}%")), "the page of a reading does not show it");
        let page = connection.ask(&get(CHART, &cookie))?;
        let charted = Instant::now();
        ensure!(
            page.status == 200 && holds(page.body, &format!("href=\"{to}\"")),
            "the list of readings does not show the newest"
        );

        if place >= entries.warm_up {
            counted_from.get_or_insert(sent);
            own_page.push(micros(seen - sent));
            chart.push(micros(charted - sent));
        }
    }
    let between = (counted_from.context("no reading is counted")?, Instant::now());
    Ok(Waits { own_page, chart, between })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    const READING: &str = "/readings/oxygen/0190";

    fn page(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    /// A product that takes a reading and shows it: on its page as `shown`, and in the list.
    fn product(shown: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                thread::spawn(move || {
                    let mut request = [0; 4096];
                    loop {
                        let length = stream.read(&mut request).unwrap_or_default();
                        if length == 0 {
                            return;
                        }
                        let asked = String::from_utf8_lossy(&request[..length]).into_owned();
                        let answer = match asked.lines().next().unwrap_or_default() {
                            "GET /readings/oxygen/new HTTP/1.1" => page(
                                "<input type=\"hidden\" name=\"whose\" value=\"a.b.c\"><input type=\"hidden\" name=\"submission\" value=\"7\">",
                            ),
                            "POST /readings/oxygen/new HTTP/1.1" => {
                                assert!(asked.contains("name=\"submission\"\r\n\r\n7\r\n"), "{asked}");
                                format!("HTTP/1.1 303 See Other\r\nLocation: {READING}\r\nContent-Length: 0\r\n\r\n")
                            }
                            "GET /readings/oxygen HTTP/1.1" => page(&format!("<a href=\"{READING}\">now</a>")),
                            _ => page(shown),
                        };
                        stream.write_all(answer.as_bytes()).unwrap();
                    }
                });
            }
        });
        address
    }

    const ENTRIES: Entries = Entries { warm_up: 1, counted: 3 };

    #[test]
    fn each_entry_that_counts_has_the_time_until_both_pages_show_it() {
        let sessions = ["session=a".to_owned(), "session=b".to_owned()];
        let visible = run(product("96% 97% 98% 99%"), &sessions, ENTRIES).unwrap();
        assert_eq!((visible.own_page.answers, visible.chart.answers), (6, 6));
        assert!(visible.own_page.times.percentile(50) <= visible.chart.times.percentile(50));
    }

    #[test]
    fn an_entry_that_is_not_seen_fails_the_measure() {
        let fault = run(product("96% 97%"), &["session=a".to_owned()], ENTRIES).err().unwrap().to_string();
        assert_eq!(fault, "the page of a reading does not show it");
    }
}
