//! The server's binary.

use std::path::PathBuf;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// How the server is compiled.
#[derive(Clone, Copy)]
pub enum Profile {
    /// Quick to compile.
    Debug,
    /// Quick to run.
    Release,
}

/// Compiles the server and gives the path of its binary.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let mut command = workspace.cargo();
    command.args(["build", "--package", "server", "--bin", "selfheal"]);
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => {
            command.arg("--release");
            "release"
        }
    };
    process::run(&mut command)?;
    Ok(workspace.target.join(folder).join("selfheal"))
}
