//! All that is held of a person with 10,000 resources, written to a file (P12).

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::figures::{grouped, megabytes, millis, per_second};
use super::{On, Run, bars};

/// How many there are.
const RESOURCES: usize = 10_000;

impl Run<'_> {
    /// Brings the record in, and writes it out again: one process from its start to its end, with all cores.
    pub(super) fn export(&mut self, on: &mut On<'_>) -> Result<()> {
        self.begin(on.engine, "a full export")?;
        let product = self.product((on.database)("export")?);
        let file = self.folder.join("export-in.json");
        fs::write(&file, bundle().to_string())?;
        product.command([Path::new("migrate")])?;
        let (printed, _) = product.command(["import", "fhir"].map(Path::new).into_iter().chain([file.as_path()]))?;
        let person = person(&printed).context("the import did not say whose record it is")?;
        let (mut took, mut bytes) = (Duration::ZERO, 0);
        for _ in 0..self.times {
            let out = self.folder.join("export-out.json");
            let words = ["export", "fhir", person, "--out"].map(Path::new);
            let (printed, time) = product.command(words.into_iter().chain([out.as_path()]))?;
            ensure!(printed.starts_with(&format!("{RESOURCES} resources ")), "not all was exported: {}", printed.trim());
            (took, bytes) = (took.max(time), fs::metadata(&out)?.len());
            fs::remove_file(&out)?;
        }
        let count = u64::try_from(RESOURCES)?;
        let what = format!("full export of {} resources", grouped(count));
        let rate = format!("{} resources/s", grouped(per_second(count, took)));
        let note = format!("{}; {rate}, {}, whole process", bars::EXPORT.note(took), megabytes(bytes));
        self.figure(&what, on.engine, millis(took), note);
        Ok(())
    }
}

/// Whose record the import says that it took in.
fn person(printed: &str) -> Option<&str> {
    let (_, rest) = printed.lines().find_map(|line| line.split_once(": person "))?;
    rest.split([' ', ':']).next().filter(|id| !id.is_empty())
}

/// A patient and tests of blood.
fn bundle() -> Value {
    let patient = json!({
        "resourceType": "Patient", "id": "p1", "birthDate": "1948-03-27", "name": [{ "family": "Hughes", "given": ["Edna"] }],
    });
    let entries: Vec<Value> =
        std::iter::once(patient).chain((1..RESOURCES).map(test)).map(|one| json!({ "resource": one })).collect();
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
}

fn test(number: usize) -> Value {
    let (year, month, day) = (1980 + number / 220, number / 18 % 12 + 1, number % 28 + 1);
    json!({
        "resourceType": "Observation", "id": format!("o{number}"), "status": "final", "subject": { "reference": "Patient/p1" },
        "effectiveDateTime": format!("{year}-{month:02}-{day:02}T{:02}:{:02}:00Z", number % 24, number % 60),
        "code": { "coding": [{ "system": "http://loinc.org", "code": "718-7" }], "text": "Haemoglobin" },
        "valueQuantity": { "value": number % 90 + 80, "unit": "g/L" },
        "referenceRange": [{ "low": { "value": 110 }, "high": { "value": 160 } }],
        "note": [{ "text": format!("Taken in room {}", number % 40) }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_record_it_is_stands_in_what_the_import_prints() {
        assert_eq!(person("a.json: person 0192-ab (new): 12 added, 0 updated\n"), Some("0192-ab"));
        assert_eq!(person("a.json: person 0192-ab: 0 added, 12 updated\n"), Some("0192-ab"));
        assert_eq!(person("nothing\n"), None);
    }

    #[test]
    fn the_record_holds_as_many_resources_as_it_says() {
        let bundle = bundle();
        let entries = bundle["entry"].as_array().unwrap();
        assert_eq!((entries.len(), &entries[0]["resource"]["resourceType"]), (RESOURCES, &json!("Patient")));
        assert_eq!(entries[9999]["resource"]["id"], "o9999");
    }
}
