//! The whole server in tests, as browsers, other programs and operators meet it. One program, because each more would link all of the
//! server once more. Some tests set what belongs to a whole process (`log` where the log goes): `cargo nextest` runs each in a process
//! of its own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not as it must be")]

mod acting;
mod activity;
mod appointments;
mod attacks;
mod audit_command;
mod binding;
mod care_team;
mod carers;
mod charts;
mod common;
mod consent;
mod consent_api;
mod corrections;
mod demonstration;
mod devices;
mod diary;
mod documents;
mod imports;
mod journeys;
mod kept_readings;
mod limit;
mod log;
mod measures;
mod medicine_reminders;
mod medicines;
mod mobile;
mod pharmacies;
mod plain_words;
mod prescriptions;
mod previews;
mod printed;
mod profile;
mod program;
mod questionnaires;
mod reading_photos;
mod reading_rules;
mod recorded_api;
mod result_release;
mod results;
mod rights;
mod routes;
mod seed_load;
mod self_care;
mod teams;
mod timeline;
mod unsaved;
mod uploads;
mod waiting;
mod walk;
mod weeks;

use std::fs;
use std::path::Path;

#[test]
fn every_file_of_this_folder_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let line = format!("mod {name};");
        assert!(name == "main" || include_str!("main.rs").lines().any(|one| one == line), "main.rs does not name {name}");
    }
}
