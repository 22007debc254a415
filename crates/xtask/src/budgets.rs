//! What a person downloads, against what they may be made to download. Pages are weighed by the browser tests.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::say;
use crate::site::Assets;
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
    let budgets = [
        Budget { what: "client (JavaScript and WASM)", files: vec![assets.js, assets.wasm], limit: 90_000 },
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

fn weigh(site: &Path, files: &[String]) -> Result<u64> {
    files.iter().try_fold(0, |sum, file| {
        let path = site.join(format!("{file}.br"));
        Ok(sum + fs::metadata(&path).with_context(|| format!("{} is missing", path.display()))?.len())
    })
}
