//! The machine, and what it can do at best at this moment: without that a figure means nothing.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::figures::{Times, grouped, micros, millis, per_second};

/// No more appends than this, however quick the disk.
const APPENDS: usize = 5000;

/// What a run is to be read by.
pub struct Calibration {
    /// Processes that wanted to run in the last minute, before this began.
    pub busy: String,
    /// The time of a 4 KiB append with fdatasync.
    pub append: Times,
    /// SHA-256 of 64 bytes a second, on one core.
    pub hashes: u64,
}

impl Calibration {
    /// Measures in the folder in which the databases will be.
    pub fn take(folder: &Path, span: Duration) -> Result<Self> {
        Ok(Self { busy: load_average(), append: appends(folder, span)?, hashes: hashes(span) })
    }
}

impl std::fmt::Display for Calibration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [p50, p99] = [50, 99].map(|percent| millis(self.append.percentile(percent)));
        let hashes = grouped(self.hashes);
        write!(f, "4 KiB append with fdatasync p50 {p50}, p99 {p99}; SHA-256 of 64 bytes {hashes}/s; load average {}", self.busy)
    }
}

/// The processor's model.
pub fn processor() -> String {
    named(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default())
}

/// Processes that wanted to run in the last minute.
fn load_average() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_owned()
}

fn named(info: &str) -> String {
    let named = info.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == "model name");
    named.map_or_else(|| "unknown".to_owned(), |(_, name)| name.trim().to_owned())
}

fn appends(folder: &Path, span: Duration) -> Result<Times> {
    let path = folder.join("append");
    let mut file = OpenOptions::new().create(true).append(true).open(&path).context("the temporary folder cannot be written")?;
    let (block, mut times, end) = ([7_u8; 4096], Vec::new(), Instant::now() + span);
    while times.len() < APPENDS {
        let began = Instant::now();
        if began >= end {
            break;
        }
        file.write_all(&block)?;
        file.sync_data()?;
        times.push(micros(began.elapsed()));
    }
    fs::remove_file(&path)?;
    Ok(Times::of(times))
}

fn hashes(span: Duration) -> u64 {
    const ROUND: u64 = 1000;
    let (mut block, mut count, began) = ([0_u8; 64], 0, Instant::now());
    while began.elapsed() < span {
        for _ in 0..ROUND {
            let digest = Sha256::digest(block);
            block[..32].copy_from_slice(&digest);
        }
        count += ROUND;
    }
    per_second(count, began.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_named_by_its_model() {
        assert_eq!(named("processor\t: 0\nmodel name\t: Some Chip @ 2 GHz\nflags\t: a b\n"), "Some Chip @ 2 GHz");
        assert_eq!(named(""), "unknown");
    }

    #[test]
    fn a_calibration_is_one_line() {
        let line = Calibration { busy: "1.92".to_owned(), append: Times::of(vec![200, 400]), hashes: 9_632_883 }.to_string();
        let expected = "4 KiB append with fdatasync p50 0.20 ms, p99 0.40 ms; SHA-256 of 64 bytes 9,632,883/s; load average 1.92";
        assert_eq!(line, expected);
    }

    #[test]
    fn appends_are_bounded_and_leave_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let times = appends(folder.path(), Duration::from_millis(20)).unwrap();
        assert!(times.count() > 0);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
