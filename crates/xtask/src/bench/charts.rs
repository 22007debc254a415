//! Pages with a chart of very much. What it is made of is brought in from files first, as people do.

use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::process;
use crate::running::http::{Answer, Connection, cookie, form_with_file, get, post};
use crate::running::page::{hidden, holds};

/// What is asked for, and where it is.
pub const PAGES: [(&str, &str); 2] = [
    ("page with the chart of ten years of a blood pressure a day", "/readings/blood-pressure?span=all"),
    ("page with the chart of 90 days of blood sugar every 5 minutes", "/readings/blood-glucose?span=year"),
];
/// Where a file is sent.
const START: &str = "/readings/import";
/// How many days of blood pressure there are.
const DAYS: u64 = 3650;
/// How many readings of blood sugar there are: what a sensor tells in 90 days.
const SENSED: u64 = 90 * 24 * 12;
const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;
/// What is not added within this is a fault.
const PATIENCE: Duration = Duration::from_secs(180);

/// Whether it is a whole page with a chart drawn on it.
pub fn is_drawn(answer: &Answer<'_>) -> bool {
    answer.status == 200 && answer.body.ends_with(b"</html>") && holds(answer.body, "sh-chart__plot")
}

/// Brings ten years of blood pressure and 90 days of blood sugar in for whoever has this session.
pub fn bring_in(address: SocketAddr, session: &str) -> Result<()> {
    let now = now()?;
    let mut connection = Connection::open(address)?;
    let cookie = cookie(session);
    send(&mut connection, &cookie, "pressure.json", &pressure(now, DAYS))?;
    send(&mut connection, &cookie, "sugar.json", &sugar(now))
}

/// Brings forty days of blood pressure in for whoever has this session.
pub fn bring_in_few(address: SocketAddr, session: &str) -> Result<()> {
    send(&mut Connection::open(address)?, &cookie(session), "pressure.json", &pressure(now()?, 40))
}

/// Seconds since 1970.
fn now() -> Result<u64> {
    process::read(Command::new("date").arg("+%s"))?.trim().parse().context("the clock of this machine cannot be read")
}

/// Sends a file, says yes to what is in it, and waits until all of it is added.
fn send(connection: &mut Connection, cookie: &str, name: &str, content: &str) -> Result<()> {
    let page = connection.ask(&get(START, cookie))?;
    let whose = hidden(&String::from_utf8_lossy(page.body), "whose").context("the form does not say for whom it is")?.to_owned();
    let answer = connection.ask(&form_with_file(START, cookie, &[("whose", &whose)], ("file", name, content)))?;
    let to = answer.header("location").unwrap_or_default().to_owned();
    ensure!(
        answer.status == 303 && to.starts_with(START) && to != START,
        "a file was answered with status {} and a way to {to:?}",
        answer.status
    );
    let answer = connection.ask(&post(&format!("{to}/confirm"), cookie, &[("whose", &whose)]))?;
    ensure!(answer.status == 303, "a yes to a file was answered with status {}", answer.status);
    let began = Instant::now();
    loop {
        let page = connection.ask(&get(&to, cookie))?;
        if holds(page.body, "Your readings are added") {
            return Ok(());
        }
        let goes_on = page.status == 200 && holds(page.body, "Your readings are being added") && began.elapsed() < PATIENCE;
        ensure!(goes_on, "{name} was not added");
    }
}

fn pressure(now: u64, days: u64) -> String {
    let points = (1..=days).map(|day| {
        let top = 120 + day * 7 % 40;
        let (top, bottom) = (amount("systolic", top), amount("diastolic", top - 50));
        format!("{{{top},{bottom},{}}}", at(now - day * DAY))
    });
    format!("[{}]", points.collect::<Vec<_>>().join(",\n"))
}

fn amount(which: &str, mmhg: u64) -> String {
    format!("\"{which}_blood_pressure\":{{\"value\":{mmhg},\"unit\":\"mmHg\"}}")
}

fn sugar(now: u64) -> String {
    let points = (1..=SENSED).map(|place| {
        let tenths = 40 + place * 37 % 90;
        let value = format!("{}.{}", tenths / 10, tenths % 10);
        format!("{{\"blood_glucose\":{{\"value\":{value},\"unit\":\"mmol/L\"}},{}}}", at(now - place * 5 * MINUTE))
    });
    format!("[{}]", points.collect::<Vec<_>>().join(",\n"))
}

fn at(seconds: u64) -> String {
    format!("\"effective_time_frame\":{{\"date_time\":\"{}\"}}", instant(seconds))
}

/// "2026-11-29T22:20:05Z", of the seconds since 1970 (<https://howardhinnant.github.io/date_algorithms.html#civil_from_days>).
fn instant(seconds: u64) -> String {
    // Years begin in March, so that the day that some have and some have not is their last.
    let days = seconds / DAY + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    let of_day = seconds % DAY;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / MINUTE % 60, of_day % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_the_calendar_has_them() {
        let table = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_764_454_805, "2025-11-29T22:20:05Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ];
        for (seconds, expected) in table {
            assert_eq!(instant(seconds), expected);
        }
    }

    #[test]
    fn files_hold_a_point_for_each_reading() {
        let points = |text: String| serde_json::from_str::<Vec<serde_json::Value>>(&text).unwrap();
        let (pressure, sugar) = (points(pressure(1_800_000_000, DAYS)), points(sugar(1_800_000_000)));
        assert_eq!((pressure.len(), sugar.len()), (3650, 25_920));
        assert_eq!(pressure[0]["systolic_blood_pressure"]["value"], 127);
        assert_eq!(sugar[0]["blood_glucose"]["unit"], "mmol/L");
        assert_eq!(sugar[0]["effective_time_frame"]["date_time"], "2027-01-15T07:55:00Z");
    }

    #[test]
    fn a_page_without_a_chart_is_none() {
        let answer = |body| Answer { status: 200, head: "", body };
        assert!(is_drawn(&answer(b"<svg class=\"sh-chart__plot\"></svg></html>")));
        assert!(!is_drawn(&answer(b"<p>Nothing is recorded yet</p></html>")));
    }
}
