//! What a person downloads, against what they may be made to download. Pages are weighed by the browser tests.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::say;
use crate::site::{Assets, files_under};
use crate::workspace::Workspace;

/// A limit in bytes on the sum of some files as they travel (brotli).
struct Budget {
    what: &'static str,
    files: Vec<String>,
    limit: u64,
}

/// Prints each budget; true when none is exceeded.
pub fn check(workspace: &Workspace) -> Result<bool> {
    let site = workspace.site();
    let assets = Assets::read(&site)?;
    let mut client = vec![assets.js, assets.wasm];
    client.extend(own_scripts(&site)?);
    let budgets = [
        Budget { what: "client (JavaScript and WASM)", files: client, limit: 90_000 },
        Budget { what: "style sheet", files: vec![assets.css], limit: 18_000 },
    ];
    let mut kept = true;
    say(format!("{:<32} {:>12} {:>12}", "brotli, bytes", "weighs", "may weigh"));
    for budget in budgets {
        let size = weigh(&site, &budget.files)?;
        let within = size <= budget.limit;
        kept &= within;
        let note = if within { "" } else { "  TOO HEAVY" };
        say(format!("{:<32} {:>12} {:>12}{note}", budget.what, size, budget.limit));
    }
    Ok(kept)
}

/// The scripts that are published under their own names: pages load them beside the client.
fn own_scripts(site: &Path) -> Result<Vec<String>> {
    let names = files_under(site)?.into_iter().filter(|path| !path.starts_with("pkg"));
    let scripts = names.filter(|path| path.extension().is_some_and(|kind| kind == "js" || kind == "mjs"));
    Ok(scripts.map(|path| path.to_string_lossy().into_owned()).collect())
}

/// The sum of these files as they travel: a file that brotli would not make smaller has no compressed sibling.
fn weigh(site: &Path, files: &[String]) -> Result<u64> {
    files.iter().try_fold(0, |sum, file| {
        let path = site.join(file);
        let size = fs::metadata(site.join(format!("{file}.br"))).or_else(|_| fs::metadata(&path));
        Ok(sum + size.with_context(|| format!("{} is missing", path.display()))?.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_under_their_own_names_are_weighed_as_they_travel() {
        let site = tempfile::tempdir().unwrap();
        fs::create_dir(site.path().join("pkg")).unwrap();
        for (name, bytes) in
            [("a.js", 100), ("a.js.br", 40), ("a.js.gz", 50), ("b.mjs", 7), ("pkg/selfheal.0.js", 900), ("icon.svg", 9)]
        {
            fs::write(site.path().join(name), vec![b'x'; bytes]).unwrap();
        }
        let scripts = own_scripts(site.path()).unwrap();
        assert_eq!(scripts, ["a.js", "b.mjs"]);
        assert_eq!(weigh(site.path(), &scripts).unwrap(), 47);
        assert!(weigh(site.path(), &["gone.js".to_owned()]).is_err());
    }
}
