//! Build, serve, and again on every save. A build that fails leaves the last good server running.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context as _, Result};
use notify::{EventKind, RecursiveMode, Watcher as _};

use crate::client::Weight;
use crate::say;
use crate::serverbin::{self, Profile};
use crate::site;
use crate::workspace::Workspace;

const WATCHED: [&str; 5] = ["app", "server", "crates", "style", "public"];

/// An editor saves in several steps: wait until it has been quiet for this long.
const QUIET: Duration = Duration::from_millis(250);

/// Runs until interrupted; `serve` is passed on to `selfheal serve`.
pub fn run(workspace: &Workspace, serve: &[String]) -> Result<()> {
    let (sender, saved) = channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let changed = event.is_ok_and(|event| {
            matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_))
                && event.paths.iter().any(|path| is_source(path))
        });
        if changed {
            let _ = sender.send(());
        }
    })
    .context("cannot watch for changes")?;
    for folder in WATCHED {
        let folder = workspace.root.join(folder);
        if folder.is_dir() {
            watcher.watch(&folder, RecursiveMode::Recursive).with_context(|| format!("cannot watch {}", folder.display()))?;
        }
    }

    let mut server: Option<Child> = None;
    loop {
        match build(workspace) {
            Ok(binary) => {
                if let Some(old) = server.take() {
                    stop(old)?;
                }
                let mut command = Command::new(&binary);
                command.arg("serve").args(serve).current_dir(&workspace.root).env("SELFHEAL_SITE", workspace.site());
                server = Some(command.spawn().with_context(|| format!("cannot run {}", binary.display()))?);
            }
            Err(error) => say(format!("error: {error:#}\n(the last good build keeps running; waiting for a change)")),
        }
        wait(&saved)?;
    }
}

fn build(workspace: &Workspace) -> Result<std::path::PathBuf> {
    site::build(workspace, Weight::Quick)?;
    serverbin::build(workspace, Profile::Debug)
}

/// Waits for a save, and then for quiet.
fn wait(saved: &Receiver<()>) -> Result<()> {
    saved.recv().context("the watcher has stopped")?;
    while saved.recv_timeout(QUIET).is_ok() {}
    Ok(())
}

/// Asks the server to finish what it is doing, and waits until it has.
pub fn stop(mut server: Child) -> Result<()> {
    let asked = Command::new("kill").arg(server.id().to_string()).status().is_ok_and(|status| status.success());
    if !asked {
        // Ended by itself, or there is no `kill` here.
        let _ = server.kill();
    }
    server.wait().context("cannot stop the server")?;
    Ok(())
}

/// Editors' own files are not sources.
fn is_source(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !(name.starts_with('.') || name.ends_with('~') || name.ends_with(".swp") || name.ends_with(".tmp") || name == "4913")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_source_counts_and_an_editors_own_file_does_not() {
        assert!(is_source(Path::new("/x/app/src/lib.rs")));
        assert!(is_source(Path::new("/x/public/icon.svg")));
        for other in ["/x/app/src/.lib.rs.swp", "/x/app/src/lib.rs~", "/x/app/src/4913"] {
            assert!(!is_source(Path::new(other)), "{other}");
        }
    }
}
