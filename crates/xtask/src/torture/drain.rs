//! SIGTERM while requests are under way.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::instance::Instance;
use super::kills::DRAIN;
use super::line::{Gate, Line};
use super::person::{has_notes, note};
use super::report::Row;
use crate::running::http::{Connection, get};
use crate::running::server::Product;

/// How many requests are under way.
const REQUESTS: usize = 8;
/// How long the server may take for its own, once it has given up what was under way.
const AFTER: Duration = Duration::from_secs(2);
/// An answer that does not come within this is lost.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tells the server to stop while somebody's forms have been sent by half.
pub fn run(
    product: &Product<'_>,
    engine: &'static str,
    (sessions, address): (&[String], SocketAddr),
    is_long: bool,
) -> Result<Row> {
    let (server, _) = Instance::start(product, address)?;
    let gate = Gate::new(Instant::now());
    let session = sessions.first().map(String::as_str).unwrap_or_default();
    let mut line = Line::new(address, session);
    let titles: Vec<String> = (1..=REQUESTS).map(|number| format!("Under way {number} ends")).collect();
    let requests = titles.iter().map(|title| note(&mut line, &gate, title)).collect::<Result<Vec<_>>>()?;
    let mut under_way = Vec::new();
    for request in &requests {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (first, second) = request.split_at(request.len() - 5);
        stream.write_all(first)?;
        under_way.push((stream, second));
    }
    ensure!(is_ready(address), "it is not ready");
    let began = Instant::now();
    server.tell_to_stop()?;
    // It takes no more.
    while TcpStream::connect(address).is_ok() {
        ensure!(began.elapsed() < PATIENCE, "a server that was told to stop goes on to take connections");
        std::thread::yield_now();
    }
    for (stream, rest) in &mut under_way {
        stream.write_all(rest)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer);
        let first = answer.lines().next().unwrap_or_default();
        ensure!(first.contains(" 303"), "a request under way was answered with {first:?}");
    }
    let status = server.ended(DRAIN)?;
    let took = began.elapsed();
    ensure!(status.success(), "the server that was told to stop ended with {status}");
    let (server, _) = Instance::start(product, address)?;
    let mut line = Line::new(address, session);
    has_notes(&mut line, &gate, &titles)?;
    let mut outcome = format!("{REQUESTS} requests under way were answered; it ended with code 0 after {} ms", took.as_millis());
    if is_long {
        let request = note(&mut line, &gate, "Never sent")?;
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(&request[..request.len() - 5])?;
        ensure!(is_ready(address), "it is not ready");
        let took = server.stop(DRAIN + AFTER)?;
        outcome += &format!("; with one that never ends after {} ms", took.as_millis());
    } else {
        server.stop(DRAIN)?;
    }
    let count = u64::try_from(REQUESTS)?;
    let row = Row::new("SIGTERM with requests under way", engine);
    Ok(Row { kills: 2, acknowledged: count, checks: 2 * count, note: outcome, ..row })
}

/// Answered after what was sent before: so the server has read that.
fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address) else { return false };
    connection.ask(&get("/readyz", "")).is_ok_and(|answer| answer.status == 200)
}
