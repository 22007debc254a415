//! What was proved, in a table.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::running::table::{Side, Table};

/// One proof, or that it failed.
pub struct Row {
    /// What was done.
    pub what: &'static str,
    /// On which engine.
    pub engine: &'static str,
    /// How often the server was killed or told to stop.
    pub kills: usize,
    /// How many acts were acknowledged.
    pub acknowledged: u64,
    /// How many were sent more than once with the same id.
    pub again: u64,
    /// How often it was looked whether something is as it must be.
    pub checks: u64,
    /// The longest that a start took until the server was ready.
    pub slowest_start: Option<Duration>,
    /// What else is to be known.
    pub note: String,
    /// What went wrong.
    pub fault: Option<String>,
    /// Why it was not done, where this machine does not allow it: nothing is proved then.
    pub left_out: Option<&'static str>,
}

impl Row {
    /// Without anything counted yet.
    pub const fn new(what: &'static str, engine: &'static str) -> Self {
        Self {
            what,
            engine,
            kills: 0,
            acknowledged: 0,
            again: 0,
            checks: 0,
            slowest_start: None,
            note: String::new(),
            fault: None,
            left_out: None,
        }
    }

    /// The same with what went wrong.
    pub fn failed(self, error: &anyhow::Error) -> Self {
        Self { fault: Some(format!("{error:#}")), ..self }
    }
}

/// Says so where one of them may not stand in a document: with a fault it proves the contrary, and left out it proves nothing.
pub fn prove(rows: &[Row]) -> Result<()> {
    for Row { what, engine, fault, left_out, .. } in rows {
        ensure!(fault.is_none() && left_out.is_none(), "{what}, {engine}: this was left out or has a fault");
    }
    Ok(())
}

/// The table of all of them.
pub fn table(rows: &[Row]) -> Table {
    let mut table = Table::new(&[
        ("What", Side::Left),
        ("Engine", Side::Left),
        ("Kills or stops", Side::Right),
        ("Acts acknowledged", Side::Right),
        ("Sent again", Side::Right),
        ("Checks", Side::Right),
        ("Slowest start", Side::Right),
        ("Outcome", Side::Left),
    ]);
    for row in rows {
        let outcome = match (&row.fault, row.left_out, row.note.as_str()) {
            // A fault may be of many lines, which a table has no place for.
            (Some(fault), _, _) => format!("FAULT: {}", fault.lines().next().unwrap_or_default().replace('|', "/")),
            (None, Some(why), _) => format!("left out: {why}"),
            (None, None, "") => "well".to_owned(),
            (None, None, note) => format!("well: {note}"),
        };
        table.row(vec![
            row.what.to_owned(),
            row.engine.to_owned(),
            row.kills.to_string(),
            row.acknowledged.to_string(),
            row.again.to_string(),
            row.checks.to_string(),
            row.slowest_start.map(|took| format!("{} ms", took.as_millis())).unwrap_or_default(),
            outcome,
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_said_in_one_line_of_the_table() {
        let well = Row { kills: 3, slowest_start: Some(Duration::from_millis(412)), ..Row::new("SIGKILL", "SQLite") };
        let broken = Row::new("SIGTERM", "SQLite").failed(&anyhow::anyhow!("lost | found\nmore"));
        let text = table(&[well, broken]).markdown();
        assert!(text.contains("| SIGKILL | SQLite | 3 | 0 | 0 | 0 | 412 ms | well |\n"), "{text}");
        assert!(text.contains("| FAULT: lost / found |\n") && !text.contains("more"), "{text}");
    }

    #[test]
    fn what_was_left_out_is_not_well_and_stands_in_no_document() {
        let well = || Row::new("SIGKILL", "SQLite");
        let left_out = || Row { left_out: Some("not allowed here"), ..Row::new("loss of power", "SQLite") };
        let text = table(&[well(), left_out()]).markdown();
        assert!(text.contains("| left out: not allowed here |\n"), "{text}");
        assert!(prove(&[well()]).is_ok());
        assert!(prove(&[well(), left_out()]).unwrap_err().to_string().starts_with("loss of power, SQLite: "));
        assert!(prove(&[well().failed(&anyhow::anyhow!("lost"))]).is_err());
    }
}
