//! What the server is made of, as a bill of materials: CycloneDX 1.6 (ECMA-424), JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use cargo_metadata::{DependencyKind, Metadata, Package, PackageId};
use serde_json::{Value, json};

use crate::say;
use crate::workspace::Workspace;

/// The crate whose program is shipped. The client is made of `app`, which it holds too.
const SHIPPED: &str = "server";

/// Writes the bill into a file, or onto standard output.
pub fn write(workspace: &Workspace, out: Option<&Path>) -> Result<()> {
    let text = serde_json::to_string_pretty(&bill(workspace)?)?;
    match out {
        Some(path) => fs::write(path, text + "\n").with_context(|| format!("{} cannot be written", path.display())),
        None => {
            say(text);
            Ok(())
        }
    }
}

/// The bill, with every feature on. It tells no time, so that the same sources give the same bill.
fn bill(workspace: &Workspace) -> Result<Value> {
    let metadata = workspace.graph()?;
    let lock = fs::read_to_string(workspace.root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let sums = checksums(&lock);
    let packages: BTreeMap<&PackageId, &Package> = metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let (shipped, reached) = reached(&metadata)?;
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    for (id, to) in &reached {
        let Some(package) = packages.get(id) else { continue };
        let on: Vec<String> = to.iter().filter_map(|id| packages.get(id)).map(|package| reference(package)).collect();
        dependencies.push(json!({ "ref": reference(package), "dependsOn": on }));
        if *id != shipped {
            components.push(component(package, "library", &sums));
        }
    }
    let own = packages.get(shipped).context("the program that is shipped is no package")?;
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": component(own, "application", &sums) },
        "components": components,
        "dependencies": dependencies,
    }))
}

/// Each package with those that it needs itself.
type Needs<'m> = BTreeMap<&'m PackageId, BTreeSet<&'m PackageId>>;

/// The package that is shipped, and all that it is made of, each with what it needs itself; without what only tests use.
fn reached(metadata: &Metadata) -> Result<(&PackageId, Needs<'_>)> {
    let resolve = metadata.resolve.as_ref().context("cargo metadata gave no graph")?;
    let mut ours = metadata.workspace_packages().into_iter();
    let shipped = &ours.find(|package| package.name.as_str() == SHIPPED).context("the crate that is shipped is gone")?.id;
    let nodes: BTreeMap<&PackageId, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut found = Needs::new();
    let mut waiting = vec![shipped];
    while let Some(id) = waiting.pop() {
        if found.contains_key(id) {
            continue;
        }
        let needs = nodes.get(id).into_iter().flat_map(|node| &node.deps);
        let built_in = needs.filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development));
        let to: BTreeSet<&PackageId> = built_in.map(|dep| &dep.pkg).collect();
        waiting.extend(to.iter().copied());
        found.insert(id, to);
    }
    Ok((shipped, found))
}

/// By what a package is known everywhere (package URL).
fn reference(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn component(package: &Package, kind: &str, sums: &BTreeMap<(String, String), String>) -> Value {
    let (name, version) = (package.name.to_string(), package.version.to_string());
    let mut component = json!({
        "type": kind,
        "bom-ref": reference(package),
        "name": name,
        "version": version,
        "purl": reference(package),
    });
    if let Some(fields) = component.as_object_mut() {
        if let Some(license) = &package.license {
            // Cargo allowed "MIT/Apache-2.0" once; SPDX says "OR".
            fields.insert("licenses".to_owned(), json!([{ "expression": license.replace('/', " OR ") }]));
        }
        if let Some(repository) = &package.repository {
            fields.insert("externalReferences".to_owned(), json!([{ "type": "vcs", "url": repository }]));
        }
        if let Some(sum) = sums.get(&(name, version)) {
            fields.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": sum }]));
        }
    }
    component
}

/// The SHA-256 of each package's archive, by name and version, as `Cargo.lock` has them.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |package: &str, key: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
        Some(line.trim_end_matches('"').to_owned())
    };
    let one = |package: &str| Some(((value(package, "name")?, value(package, "version")?), value(package, "checksum")?));
    lock.split("[[package]]").skip(1).filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_is_in_the_bill_and_what_tests_use_is_not() {
        let bill = bill(&Workspace::find().unwrap()).unwrap();
        assert_eq!(bill["metadata"]["component"]["name"], "server");
        let components = bill["components"].as_array().unwrap();
        let named = |name: &str| components.iter().find(|one| one["name"] == name);
        let axum = named("axum").unwrap();
        assert_eq!(
            (axum["hashes"][0]["content"].as_str().unwrap().len(), axum["licenses"][0]["expression"].as_str()),
            (64, Some("MIT"))
        );
        for ours in ["app", "domain", "service", "store", "gateway"] {
            assert!(named(ours).is_some(), "{ours}");
        }
        for tests in ["testkit", "xtask", "server"] {
            assert!(named(tests).is_none(), "{tests}");
        }
        let known: BTreeSet<&str> = components.iter().filter_map(|one| one["bom-ref"].as_str()).collect();
        assert_eq!(known.len(), components.len());
        for one in bill["dependencies"].as_array().unwrap() {
            assert!(one["dependsOn"].as_array().unwrap().iter().all(|to| known.contains(to.as_str().unwrap())), "{one}");
        }
    }

    #[test]
    fn sums_are_read_where_there_are_any() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"x\"\nchecksum = \"ff\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n";
        assert_eq!(checksums(lock), BTreeMap::from([(("a".to_owned(), "1.0.0".to_owned()), "ff".to_owned())]));
    }
}
