//! Where things are.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};

/// The folders that the tasks read and write.
pub struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's output folder: `CARGO_TARGET_DIR` or `target`.
    pub target: PathBuf,
}

impl Workspace {
    /// Asks cargo, so that every way of moving the target folder is honoured.
    pub fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(|dir| Path::new(&dir).join("Cargo.toml"));
        let mut command = MetadataCommand::new();
        if let Some(manifest) = manifest {
            command.manifest_path(manifest);
        }
        let metadata = command.no_deps().exec().context("cargo metadata failed")?;
        Ok(Self { root: metadata.workspace_root.into_std_path_buf(), target: metadata.target_directory.into_std_path_buf() })
    }

    /// The whole graph of dependencies with every feature on.
    pub fn graph(&self) -> Result<Metadata> {
        let mut command = MetadataCommand::new();
        command.manifest_path(self.root.join("Cargo.toml")).features(CargoOpt::AllFeatures);
        command.exec().context("cargo metadata failed")
    }

    /// What the server serves as static files.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The client has a target folder of its own, so that it and the server neither wait for nor evict each other.
    pub fn client_target(&self) -> PathBuf {
        self.target.join("client")
    }

    /// A `node` command that runs `script`, a path under `node_modules`.
    pub fn node(&self, script: &str) -> Result<Command> {
        let script = self.root.join("node_modules").join(script);
        ensure!(script.is_file(), "{} is missing: run script/bootstrap", script.display());
        let mut command = Command::new("node");
        command.arg(script).current_dir(&self.root);
        Ok(command)
    }

    /// A cargo command without what the cargo that runs this program has put into the environment: build scripts
    /// watch some of those variables and would run again each time.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            let ours =
                ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_CRATE_NAME", "CARGO_BIN_NAME", "CARGO_PRIMARY_PACKAGE"];
            if name.starts_with("CARGO_PKG_") || ours.contains(&name.as_ref()) {
                command.env_remove(name.as_ref());
            }
        }
        command.current_dir(&self.root);
        command
    }
}
