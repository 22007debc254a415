//! Whether the table of OWASP ASVS 5.0 is whole, what the documents on security name is there, and they name every fuzz target.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Every item of levels 1 and 2 of ASVS 5.0.0, those of level 3 for access and caching, and others of level 3 that the table speaks of.
const ITEMS: &str = include_str!("asvs_items.txt");
/// The table.
const TABLE: &str = "docs/ASVS.md";
/// Where paths are named too.
const ALSO: &str = "docs/SECURITY.md";
/// How the table of fuzz targets begins there.
const FUZZED: &str = "| What comes in | Target |";
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
    let also = text(ALSO)?;
    found.extend(gone(ALSO, &also, &is_there));
    found.extend(unlike(&targets(root)?, &named_targets(&also)));
    Ok(found)
}

/// The fuzz targets that there are, each after its crate.
fn targets(root: &Path) -> Result<BTreeSet<(String, String)>> {
    let within = |place: &Path| {
        let files = fs::read_dir(place).with_context(|| format!("{} cannot be read", place.display()))?;
        files.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()
    };
    let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut found = BTreeSet::new();
    for place in within(&root.join("crates"))? {
        let folder = place.join("fuzz/fuzz_targets");
        if folder.is_dir() {
            found.extend(within(&folder)?.iter().map(|target| (name(&place), name(target))));
        }
    }
    Ok(found)
}

/// The fuzz targets that a document names, each after its crate: `crate`: `target`, `target`; `crate`: `target`.
fn named_targets(document: &str) -> BTreeSet<(String, String)> {
    let table = document.lines().skip_while(|line| !line.starts_with(FUZZED)).skip(2).take_while(|line| line.starts_with('|'));
    let mut named = BTreeSet::new();
    for part in table.filter_map(|row| row.split('|').nth(2)).flat_map(|cell| cell.split(';')) {
        let mut words = part.split('`').skip(1).step_by(2);
        if let Some(of) = words.next() {
            named.extend(words.map(|target| (of.to_owned(), target.to_owned())));
        }
    }
    named
}

/// How the fuzz targets that there are and those that are named differ.
fn unlike(there: &BTreeSet<(String, String)>, named: &BTreeSet<(String, String)>) -> Vec<String> {
    let unnamed = there.difference(named).map(|(of, target)| format!("{ALSO}: the fuzz target {target} of {of} is missing"));
    let unknown = named.difference(there).map(|(of, target)| format!("{ALSO}: there is no fuzz target {target} of {of}"));
    unnamed.chain(unknown).collect()
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

/// The paths that a document names and that are not there. What stands for several by a star is left out.
fn gone(name: &str, document: &str, is_there: &dyn Fn(&str) -> bool) -> Vec<String> {
    let each = paths(document).flat_map(spread);
    each.filter(|path| !is_there(path)).map(|path| format!("{name}: there is no {path}")).collect()
}

/// The paths for which one stands: `a/{b,c}` for `a/b` and `a/c`.
fn spread(path: &str) -> Vec<String> {
    match path.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
        Some((before, (words, after))) => words.split(',').map(|word| format!("{before}{word}{after}")).collect(),
        None => vec![path.to_owned()],
    }
}

/// What stands between backticks and is a path of the workspace, or a file at its top.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let is_path = |word: &&str| {
        let in_a_folder = FOLDERS.iter().any(|folder| word.starts_with(folder));
        let at_the_top = matches!(*word, "Cargo.toml" | "deny.toml" | "clippy.toml");
        (in_a_folder || at_the_top) && !word.contains(['*', ' ', ':']) && !word.contains("NAME")
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
        let document = "`server/tests/gone.rs`, `crates/{a,b}.rs`, `deny.toml`, `cargo xtask ci` and server/tests/no.rs\n";
        let is_there = |path: &str| matches!(path, "deny.toml" | "crates/a.rs");
        assert_eq!(
            gone("x", document, &is_there),
            ["server/tests/gone.rs", "crates/b.rs"].map(|path| format!("x: there is no {path}"))
        );
    }

    #[test]
    fn a_fuzz_target_that_is_not_named_and_one_that_is_not_there_are_told() {
        let named = named_targets(
            "| a | `x`: `y` |\n| What comes in | Target |\n|---|---|\n| A file | `trackers`: `any`, `zip` |\n\
             | Both | `store`: `one`; `trackers`: `one` |\n\n| b | `x`: `z` |\n",
        );
        let of = |targets: &[(&str, &str)]| -> BTreeSet<(String, String)> {
            targets.iter().map(|(of, target)| ((*of).to_owned(), (*target).to_owned())).collect()
        };
        assert_eq!(named, of(&[("trackers", "any"), ("trackers", "zip"), ("store", "one"), ("trackers", "one")]));
        let there = of(&[("trackers", "any"), ("trackers", "zip"), ("store", "one"), ("fhir", "read")]);
        assert_eq!(
            unlike(&there, &named),
            [
                "docs/SECURITY.md: the fuzz target read of fhir is missing",
                "docs/SECURITY.md: there is no fuzz target one of trackers"
            ]
        );
    }
}
