//! Whether the table of OWASP ASVS 5.0 is whole, and what the documents on security name is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Every item of levels 1 and 2 of ASVS 5.0.0, those of level 3 for access and caching, and others of level 3 that the table speaks of.
const ITEMS: &str = include_str!("asvs_items.txt");
/// The table.
const TABLE: &str = "docs/ASVS.md";
/// Where paths are named too.
const ALSO: &str = "docs/SECURITY.md";
/// How an item may stand.
const HELD: &str = "held";
const OTHERS: [&str; 4] = ["partly", "not met", "operator", "not applicable"];
/// Folders of the workspace: what begins so is a path in it.
const FOLDERS: [&str; 8] = ["app/", "crates/", "docs/", "end2end/", "public/", "script/", "server/", "style/"];

/// Reads both documents of the workspace; gives what is wrong.
pub fn faults(root: &Path) -> Result<Vec<String>> {
    let text = |name: &str| fs::read_to_string(root.join(name)).with_context(|| format!("{name} cannot be read"));
    let is_there = |path: &str| root.join(path).exists();
    let mut found = of_table(&text(TABLE)?, &is_there);
    found.extend(gone(ALSO, &text(ALSO)?, &is_there));
    Ok(found)
}

/// What is wrong with the table.
fn of_table(table: &str, is_there: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, item, _, status, how, place, _] = cells.as_slice() else { continue };
        if !item.starts_with(|first: char| first.is_ascii_digit()) {
            continue;
        }
        *rows.entry(*item).or_default() += 1;
        let is_known = *status == HELD || OTHERS.contains(status);
        if !is_known {
            found.push(format!("{TABLE}: {item} is {status:?}"));
        }
        if *status == HELD && paths(place).next().is_none() {
            found.push(format!("{TABLE}: {item} is held by nothing"));
        }
        if OTHERS.contains(status) && how.is_empty() {
            found.push(format!("{TABLE}: {item} does not say why it is {status}"));
        }
    }
    for item in ITEMS.lines() {
        match rows.get(item) {
            None => found.push(format!("{TABLE}: {item} is missing")),
            Some(1) => {}
            Some(times) => found.push(format!("{TABLE}: {item} stands {times} times")),
        }
    }
    let unknown = rows.keys().filter(|item| !ITEMS.lines().any(|known| known == **item));
    found.extend(unknown.map(|item| format!("{TABLE}: {item} is no item")));
    found.extend(gone(TABLE, table, is_there));
    found
}

/// The paths that a document names and that are not there. What stands for several, by braces or stars, is left out.
fn gone(name: &str, document: &str, is_there: &dyn Fn(&str) -> bool) -> Vec<String> {
    paths(document).filter(|path| !is_there(path)).map(|path| format!("{name}: there is no {path}")).collect()
}

/// What stands between backticks and is a path of the workspace, or a file at its top.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let is_path = |word: &&str| {
        let in_a_folder = FOLDERS.iter().any(|folder| word.starts_with(folder));
        let at_the_top = matches!(*word, "Cargo.toml" | "deny.toml" | "clippy.toml");
        (in_a_folder || at_the_top) && !word.contains(['{', '*', ' ', ':']) && !word.contains("NAME")
    };
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).filter(is_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(item: &str) -> String {
        format!("| {item} | 1 | held | | `server/tests/attacks.rs` |\n")
    }

    fn whole() -> String {
        ITEMS.lines().map(row).collect()
    }

    #[test]
    fn a_whole_table_has_no_fault() {
        assert!(ITEMS.lines().count() > 250);
        assert_eq!(of_table(&whole(), &|_| true), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_twice_or_without_a_reason_is_named() {
        let faults = |table: String| of_table(&table, &|_| true);
        assert_eq!(faults(whole().replace(&row("1.2.4"), "")), ["docs/ASVS.md: 1.2.4 is missing"]);
        assert_eq!(faults(whole() + &row("1.2.4")), ["docs/ASVS.md: 1.2.4 stands 2 times"]);
        assert_eq!(faults(whole() + &row("1.2.44")), ["docs/ASVS.md: 1.2.44 is no item"]);
        for (instead, says) in [
            ("| 1.2.4 | 1 | held | It is | |\n", "1.2.4 is held by nothing"),
            ("| 1.2.4 | 1 | not met | | |\n", "1.2.4 does not say why it is not met"),
            ("| 1.2.4 | 1 | fine | It is | |\n", "1.2.4 is \"fine\""),
        ] {
            assert_eq!(faults(whole().replace(&row("1.2.4"), instead)), [format!("docs/ASVS.md: {says}")]);
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let document = "`server/tests/gone.rs`, `crates/{a,b}`, `deny.toml`, `cargo xtask ci` and server/tests/no.rs\n";
        assert_eq!(gone("x", document, &|path| path == "deny.toml"), ["x: there is no server/tests/gone.rs"]);
    }
}
