//! What programs ask in FHIR R4 (P3, P4): one of a person's readings, and twenty of them.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::load::Load;
use super::{ENTERING, On, Run, bars, charts};
use crate::running::http::{Answer, Connection, cookie, get};
use crate::running::page::holds;
use crate::running::server::{Server, Serving};

/// Twenty readings of a blood pressure.
const SEARCH: &str = "/fhir/R4/Observation?code=85354-9&_count=20";

impl Run<'_> {
    /// Reads and searches of several people, each with a session: there are no bearer tokens for reading a record.
    pub(super) fn fhir(&mut self, on: &mut On<'_>) -> Result<()> {
        let engine = on.engine;
        self.begin(engine, "what programs ask in FHIR")?;
        let product = self.product((on.database)("fhir")?);
        product.command(["seed", "demo"].map(Path::new))?;
        let demonstration = (Serving::DEMONSTRATION, on.process);
        self.with_server(&product, demonstration, |run, server| run.fhir_of(engine, server))
    }

    fn fhir_of(&mut self, engine: &'static str, server: &Server) -> Result<()> {
        let (sessions, _) = server.sessions("")?;
        let people = sessions.get(..ENTERING).with_context(|| format!("fewer than {ENTERING} people have a record"))?;
        let (mut reads, mut searches) = (Vec::new(), Vec::new());
        for session in people {
            charts::bring_in_few(server.address, session)?;
            let mut connection = Connection::open(server.address)?;
            let search = get(SEARCH, &cookie(session));
            let ids = found(connection.ask(&search)?.body)?;
            ensure!(ids.len() == 20, "{} readings were found, not 20", ids.len());
            reads.extend(ids.iter().map(|id| get(&format!("/fhir/R4/Observation/{id}"), &cookie(session))));
            searches.push(search);
        }
        let plan = [
            ("FHIR read of a reading, by session", reads, bars::FHIR_READ),
            ("FHIR search of 20 readings, by session", searches, bars::FHIR_SEARCH),
        ];
        for (what, requests, bar) in plan {
            let load = Load { address: server.address, connections: 32, requests, good: is_told };
            let measured = load.repeated(self.span, self.times)?;
            self.measured(what, engine, 32, &measured, Some(bar));
        }
        Ok(())
    }
}

/// A whole answer in which a reading is told.
fn is_told(answer: &Answer<'_>) -> bool {
    answer.status == 200 && answer.body.ends_with(b"}") && holds(answer.body, "\"Observation\"")
}

/// The ids of what a search found.
fn found(bundle: &[u8]) -> Result<Vec<String>> {
    let bundle: Value = serde_json::from_slice(bundle).context("a search was not answered in FHIR")?;
    let entries = bundle["entry"].as_array().context("a search found nothing")?;
    let ids = entries.iter().map(|entry| entry["resource"]["id"].as_str().map(ToOwned::to_owned));
    ids.collect::<Option<Vec<_>>>().context("what was found has no id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_of_what_was_found_are_read() {
        let bundle = br#"{"resourceType":"Bundle","entry":[{"resource":{"id":"a"}},{"resource":{"id":"b"}}]}"#;
        assert_eq!(found(bundle).unwrap(), ["a", "b"]);
        assert!(found(b"{}").is_err() && found(b"<html>").is_err() && found(br#"{"entry":[{}]}"#).is_err());
    }
}
