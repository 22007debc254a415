//! SIGTERM while requests are under way.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::instance::Instance;
use super::kills::DRAIN;
use super::line::{Gate, Line};
use super::person::{has_notes, note};
use super::report::Row;
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
        begin(&mut stream, first)?;
        under_way.push((stream, second));
    }
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
        stream.set_read_timeout(Some(PATIENCE))?;
        begin(&mut stream, &request[..request.len() - 5])?;
        let took = server.stop(DRAIN + AFTER)?;
        outcome += &format!("; with one that never ends after {} ms", took.as_millis());
    } else {
        server.stop(DRAIN)?;
    }
    let count = u64::try_from(REQUESTS)?;
    let row = Row::new("SIGTERM with requests under way", engine);
    Ok(Row { kills: 2, acknowledged: count, checks: 2 * count, note: outcome, ..row })
}

/// Sends the beginning of a request, and waits until the server says that it reads its form: so it is under way.
fn begin(stream: &mut TcpStream, request: &[u8]) -> Result<()> {
    const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
    stream.write_all(&expecting(request))?;
    let mut told = [0; GO_ON.len()];
    stream.read_exact(&mut told).context("the server does not say that it reads a form")?;
    ensure!(told.as_slice() == GO_ON, "a form was answered before it was sent: {:?}", String::from_utf8_lossy(&told));
    Ok(())
}

/// The same request by somebody who waits until they are told to go on.
fn expecting(request: &[u8]) -> Vec<u8> {
    let line = request.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    [&request[..line], &b"Expect: 100-continue\r\n"[..], &request[line..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_to_be_told_says_so_in_the_head_of_the_request() {
        let told = expecting(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\na=b");
        assert_eq!(told, b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nHost: localhost\r\n\r\na=b");
    }
}
