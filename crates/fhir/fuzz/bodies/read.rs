//! Whatever a file holds, reading it neither panics nor goes beyond its limits.

use fhir::{Limits, map, read};
use std::io::Cursor;

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    let limits = Limits { max_bytes: 1 << 20, max_resources: 1000, ..Limits::default() };
    if let Ok(package) = read(Cursor::new(bytes), &limits) {
        assert!(package.resources.len() + package.problems.len() <= limits.max_resources);
        let _ = map::subject_of_package(&package);
    }
}
