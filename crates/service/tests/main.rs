//! The use cases over both engines. One program, because each more would link all beneath them once more.
#![expect(
    clippy::duplicate_mod,
    reason = "an area takes what it needs of the town and the worlds of others, and adds to it what is its own"
)]

mod accounts;
mod appointments;
mod audit;
mod care_team;
mod carers;
mod medicines;
mod profile;
mod questionnaires;
mod readings;
mod record;
mod self_care;
mod sharing;

use std::fs;
use std::path::Path;

#[test]
fn every_area_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let line = format!("mod {name};");
        assert!(name == "main" || include_str!("main.rs").lines().any(|one| one == line), "main.rs does not name {name}");
    }
}
