//! The style sheet: Sass over the design tokens and `nhsuk-frontend`.

use anyhow::{Result, ensure};

use crate::process;
use crate::workspace::Workspace;

/// The file that brings in all the others.
pub const ENTRY: &str = "style/main.scss";

/// Compiles the style sheet, compressed.
pub fn compile(workspace: &Workspace) -> Result<String> {
    let entry = workspace.root.join(ENTRY);
    ensure!(entry.is_file(), "{ENTRY} is missing");
    let mut sass = workspace.node("sass/sass.js")?;
    sass.args(["--style=compressed", "--no-source-map", "--quiet-deps", "--load-path=node_modules"]).arg(entry);
    process::read(&mut sass)
}
