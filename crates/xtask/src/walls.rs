//! A crate is a wall: what must not be seen from inside is not among its dependencies. See `docs/ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use cargo_metadata::{DependencyKind, Metadata};

use crate::asvs;
use crate::say;
use crate::site::files_under;
use crate::workspace::Workspace;

/// Who depends on whom, by name, without what only tests use.
#[derive(Default)]
struct Graph {
    /// Our own crates.
    ours: BTreeSet<String>,
    /// Each crate's direct dependencies.
    edges: BTreeMap<String, BTreeSet<String>>,
}

/// One rule about one crate.
enum Wall {
    /// Of our own crates it may use these directly, and no others.
    UsesOnly(&'static [&'static str]),
    /// It must not reach these, however long the way; crates named in `except_through` may be passed on the way to them.
    NeverReaches { far: &'static [&'static str], except_through: &'static [&'static str] },
    /// Only these crates may use it directly.
    UsedOnlyBy(&'static [&'static str]),
}

const WALLS: [(&str, Wall); 13] = [
    ("domain", Wall::UsesOnly(&[])),
    ("domain", Wall::NeverReaches { far: &["tokio", "sqlx", "sqlx-core", "axum", "leptos"], except_through: &[] }),
    ("fhir", Wall::UsesOnly(&["domain"])),
    ("fhir", Wall::NeverReaches { far: &["tokio", "sqlx", "sqlx-core", "axum", "leptos"], except_through: &[] }),
    ("trackers", Wall::UsesOnly(&["domain"])),
    ("trackers", Wall::NeverReaches { far: &["tokio", "sqlx", "sqlx-core", "axum", "leptos"], except_through: &[] }),
    ("store", Wall::UsesOnly(&["domain"])),
    ("service", Wall::UsesOnly(&["domain", "fhir", "store", "trackers"])),
    ("gateway", Wall::UsesOnly(&["domain", "service"])),
    ("app", Wall::NeverReaches { far: &["store", "sqlx", "sqlx-core"], except_through: &["service"] }),
    ("sqlx", Wall::UsedOnlyBy(&["store", "testkit"])),
    // What fetches anything: so nothing that is typed or imported is fetched but by an adapter.
    ("reqwest", Wall::UsedOnlyBy(&["gateway"])),
    ("testkit", Wall::UsedOnlyBy(&[])),
];

/// Prints what is wrong; true when nothing is.
pub fn check(workspace: &Workspace) -> Result<bool> {
    let mut breaches = Graph::read(&workspace.graph()?)?.breaches(&WALLS);
    breaches.extend(unequal_migrations(&workspace.root.join("crates/store/migrations"))?);
    breaches.extend(asvs::faults(&workspace.root)?);
    for breach in &breaches {
        say(format!("wall: {breach}"));
    }
    if breaches.is_empty() {
        say(format!("{} walls stand; both engines have the same migrations; the table of ASVS is whole", WALLS.len()));
    }
    Ok(breaches.is_empty())
}

impl Graph {
    fn read(metadata: &Metadata) -> Result<Self> {
        let names: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package.name.to_string())).collect();
        let mut graph = Self {
            ours: metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect(),
            ..Self::default()
        };
        let resolve = metadata.resolve.as_ref().context("cargo metadata gave no graph")?;
        for node in &resolve.nodes {
            let Some(from) = names.get(&node.id) else { continue };
            let outside_tests =
                node.deps.iter().filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development));
            let to = outside_tests.filter_map(|dep| names.get(&dep.pkg).cloned());
            graph.edges.entry(from.clone()).or_default().extend(to);
        }
        Ok(graph)
    }

    fn direct(&self, name: &str) -> impl Iterator<Item = &str> {
        self.edges.get(name).into_iter().flatten().map(String::as_str)
    }

    fn breaches(&self, walls: &[(&str, Wall)]) -> Vec<String> {
        let mut found = Vec::new();
        for (name, wall) in walls {
            match wall {
                Wall::UsesOnly(allowed) => {
                    let beyond = self.direct(name).filter(|to| self.ours.contains(*to) && !allowed.contains(to));
                    found.extend(beyond.map(|to| format!("{name} must not depend on {to}")));
                }
                Wall::NeverReaches { far, except_through } => {
                    let ways = far.iter().filter_map(|to| self.way(name, to, except_through));
                    found.extend(
                        ways.map(|way| format!("{name} must not reach {}: {}", way.last().unwrap_or(name), way.join(" -> "))),
                    );
                }
                Wall::UsedOnlyBy(allowed) => {
                    let users = self.ours.iter().filter(|user| self.direct(user).any(|to| to == *name));
                    let beyond = users.filter(|user| !allowed.contains(&user.as_str()));
                    found.extend(beyond.map(|user| format!("{user} must not depend on {name}")));
                }
            }
        }
        found
    }

    /// The shortest way from one crate to another that passes none of `closed`.
    fn way<'a>(&'a self, from: &'a str, to: &str, closed: &[&str]) -> Option<Vec<&'a str>> {
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut edge = vec![from];
        while !edge.is_empty() {
            let mut next = Vec::new();
            for here in edge {
                for there in self.direct(here) {
                    if there == from || closed.contains(&there) || came_from.contains_key(there) {
                        continue;
                    }
                    came_from.insert(there, here);
                    if there == to {
                        let back = std::iter::successors(Some(there), |step| came_from.get(step).copied());
                        let mut way: Vec<_> = back.collect();
                        way.reverse();
                        return Some(way);
                    }
                    next.push(there);
                }
            }
            edge = next;
        }
        None
    }
}

/// Each migration exists once per engine, under the same file name.
fn unequal_migrations(folder: &Path) -> Result<Vec<String>> {
    let engines = ["sqlite", "postgres"];
    let mut names = Vec::new();
    for engine in engines {
        names.push(files_under(&folder.join(engine))?.into_iter().collect::<BTreeSet<_>>());
    }
    let mut found = Vec::new();
    for (mine, other) in [(0, 1), (1, 0)] {
        let (Some(here), Some(there)) = (names.get(mine), names.get(other)) else { continue };
        for only in here.difference(there) {
            found.push(format!("migration {} exists for {} but not for {}", only.display(), engines[mine], engines[other]));
        }
    }
    if names.iter().all(BTreeSet::is_empty) {
        found.push(format!("no migrations in {}", folder.display()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        let ours = ["domain", "fhir", "store", "service", "gateway", "app", "server", "testkit"];
        Graph {
            ours: ours.map(str::to_owned).into(),
            edges: edges.iter().map(|(from, to)| ((*from).to_owned(), to.iter().map(|to| (*to).to_owned()).collect())).collect(),
        }
    }

    const SOUND: [(&str, &[&str]); 10] = [
        ("domain", &["chrono"]),
        ("fhir", &["domain"]),
        ("store", &["domain", "sqlx"]),
        ("sqlx", &["sqlx-core"]),
        ("sqlx-core", &["tokio"]),
        ("service", &["domain", "fhir", "store"]),
        ("gateway", &["service", "lettre"]),
        ("app", &["domain", "service", "leptos"]),
        ("server", &["app", "gateway", "service", "store"]),
        ("testkit", &["service", "store"]),
    ];

    fn with(extra: (&'static str, &'static [&'static str])) -> Vec<String> {
        let mut edges = SOUND.to_vec();
        edges.retain(|(from, _)| *from != extra.0);
        edges.push(extra);
        graph(&edges).breaches(&WALLS)
    }

    #[test]
    fn a_sound_house_has_no_breach() {
        assert_eq!(graph(&SOUND).breaches(&WALLS), Vec::<String>::new());
    }

    #[test]
    fn pages_must_not_use_the_store_directly() {
        assert_eq!(
            with(("app", &["domain", "service", "store"])),
            [
                "app must not reach store: app -> store",
                "app must not reach sqlx: app -> store -> sqlx",
                "app must not reach sqlx-core: app -> store -> sqlx -> sqlx-core",
            ]
        );
    }

    #[test]
    fn pages_must_not_reach_sql_by_way_of_another_crate() {
        assert_eq!(with(("leptos", &["sqlx-core"])), ["app must not reach sqlx-core: app -> leptos -> sqlx-core"]);
    }

    #[test]
    fn the_rules_must_not_do_io_however_far_away() {
        assert_eq!(
            with(("chrono", &["tokio"])),
            [
                "domain must not reach tokio: domain -> chrono -> tokio",
                "fhir must not reach tokio: fhir -> domain -> chrono -> tokio",
            ]
        );
    }

    #[test]
    fn the_store_must_not_look_back_at_the_service() {
        assert_eq!(with(("store", &["domain", "service", "sqlx"])), ["store must not depend on service"]);
    }

    #[test]
    fn only_the_store_knows_sql() {
        assert_eq!(with(("gateway", &["service", "sqlx"])), ["gateway must not depend on sqlx"]);
    }

    #[test]
    fn only_adapters_fetch() {
        assert_eq!(with(("service", &["domain", "fhir", "store", "reqwest"])), ["service must not depend on reqwest"]);
    }

    #[test]
    fn what_tests_use_is_not_shipped() {
        assert_eq!(with(("server", &["app", "testkit"])), ["server must not depend on testkit"]);
    }

    #[test]
    fn a_crate_in_a_circle_does_not_hang_the_check() {
        assert_eq!(with(("chrono", &["time"])).len(), 0);
        let circle = graph(&[("domain", &["a"]), ("a", &["b"]), ("b", &["a", "domain"])]);
        assert_eq!(circle.breaches(&WALLS), Vec::<String>::new());
    }

    #[test]
    fn a_migration_of_one_engine_alone_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["sqlite/0001_first.sql", "postgres/0001_first.sql", "sqlite/0002_second.sql"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        assert_eq!(
            unequal_migrations(folder.path()).unwrap(),
            ["migration 0002_second.sql exists for sqlite but not for postgres"]
        );
    }
}
