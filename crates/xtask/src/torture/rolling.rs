//! Two servers over one PostgreSQL, each of which is stopped and started while the other serves.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};

use super::instance::Instance;
use super::kills::{DRAIN, whole};
use super::line::{Gate, Line, Page};
use super::person::{NOTE_FORM, has_notes, note_of};
use super::report::Row;
use crate::running::server::Product;

/// How many people ask at once.
const PEOPLE: usize = 4;
/// How often each of the two is restarted.
const ROUNDS: usize = 2;
/// How many notes one person writes at most: fewer than a list holds.
const NOTES: usize = 120;
/// A request that neither of the two answers within this is lost.
const LOST: Duration = Duration::from_secs(10);
/// How long to wait before both are asked again.
const BETWEEN: Duration = Duration::from_millis(20);

/// What one person asked, and was answered.
struct Asked {
    answered: u64,
    turned: u64,
    titles: Vec<String>,
}

/// Restarts both, one after the other.
pub fn run(product: &Product<'_>, engine: &'static str, (sessions, addresses): (&[String], [SocketAddr; 2])) -> Result<Row> {
    let (first, _) = Instance::start(product, addresses[0])?;
    let (second, _) = Instance::start(product, addresses[1])?;
    let gate = Gate::new(Instant::now());
    let (stops, asked) = thread::scope(|scope| {
        let asking: Vec<_> = sessions
            .iter()
            .take(PEOPLE)
            .enumerate()
            .map(|(number, session)| {
                let gate = &gate;
                scope.spawn(move || ask(number, session, addresses, gate))
            })
            .collect();
        let restarted = restart(product, first, second, &gate);
        gate.end();
        let asked = asking.into_iter().map(|one| one.join().unwrap_or_else(|_| Err(anyhow!("a person's thread failed"))));
        let asked = asked.collect::<Result<Vec<Asked>>>();
        Ok::<_, anyhow::Error>((restarted?, asked?))
    })?;
    let mut row = Row::new("two servers, restarted in turn", engine);
    let (server, _) = Instance::start(product, addresses[0])?;
    let mut turned = 0;
    for (asked, session) in asked.iter().zip(sessions) {
        ensure!(asked.answered > 0, "somebody was answered nothing");
        has_notes(&mut Line::new(addresses[0], session), &gate, &asked.titles)?;
        let notes = u64::try_from(asked.titles.len())?;
        (row.acknowledged, row.checks, turned) = (row.acknowledged + notes, row.checks + notes, turned + asked.turned);
    }
    server.stop(DRAIN)?;
    row.kills = stops;
    row.checks += whole(product, None)?;
    let answered: u64 = asked.iter().map(|asked| asked.answered).sum();
    row.note = format!("{answered} requests, {turned} of them by the other server, none lost");
    Ok(row)
}

/// Stops and starts each in turn, and at last stops both; gives how often one was stopped.
fn restart(product: &Product<'_>, first: Instance, second: Instance, gate: &Gate) -> Result<usize> {
    let (mut servers, mut stops) = ([Some(first), Some(second)], 0);
    for _ in 0..ROUNDS {
        for place in &mut servers {
            gate.pause(Duration::from_millis(500));
            let Some(server) = place.take() else { bail!("a server is not there any more") };
            let address = server.address;
            server.stop(DRAIN)?;
            stops += 1;
            *place = Some(Instance::start(product, address)?.0);
        }
    }
    gate.pause(Duration::from_millis(500));
    // Nobody asks any more before both are stopped.
    gate.end();
    for server in servers.into_iter().flatten() {
        gate.pause(BETWEEN);
        server.stop(DRAIN)?;
        stops += 1;
    }
    Ok(stops)
}

/// Writes notes and looks at the record, at one of the two, until it is over.
fn ask(number: usize, session: &str, addresses: [SocketAddr; 2], gate: &Gate) -> Result<Asked> {
    let mut line = Line::new(addresses[number % 2], session);
    let mut asked = Asked { answered: 0, turned: 0, titles: Vec::new() };
    while !gate.is_over() {
        if asked.titles.len() >= NOTES {
            let request = line.get("/record");
            if let Some(page) = answer(&mut line, addresses, gate, &request, &mut asked)? {
                ensure!(page.status == 200, "a record was answered with status {}", page.status);
            }
            continue;
        }
        let request = line.get(NOTE_FORM);
        let Some(form) = answer(&mut line, addresses, gate, &request, &mut asked)? else { break };
        let title = format!("Rolling {} of {number} ends", asked.titles.len());
        let request = note_of(&line, &form.body, &title)?;
        let Some(page) = answer(&mut line, addresses, gate, &request, &mut asked)? else { break };
        ensure!(page.status == 303, "a note was answered with status {}", page.status);
        asked.titles.push(title);
    }
    Ok(asked)
}

/// The answer of either of the two; `None` when it is over before there is one.
fn answer(line: &mut Line, addresses: [SocketAddr; 2], gate: &Gate, request: &[u8], asked: &mut Asked) -> Result<Option<Page>> {
    let began = Instant::now();
    loop {
        let why = match line.ask(request) {
            Ok(page) if page.status < 500 => {
                asked.answered += 1;
                return Ok(Some(page));
            }
            Ok(page) => format!("status {}", page.status),
            Err(error) => format!("{error:#}"),
        };
        if gate.is_over() {
            return Ok(None);
        }
        ensure!(began.elapsed() < LOST, "a request was lost, for neither server answered: {why}");
        let other = if line.address == addresses[0] { addresses[1] } else { addresses[0] };
        line.turn_to(other);
        asked.turned += 1;
        gate.pause(BETWEEN);
    }
}
