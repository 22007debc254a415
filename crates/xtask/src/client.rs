//! The half of the application that runs in the browser: Rust to WASM, its JavaScript bridge, and making both small.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::process;
use crate::say;
use crate::workspace::Workspace;

const TARGET: &str = "wasm32-unknown-unknown";

/// How much work goes into a small client.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As people download it: optimised for size through and through.
    Small,
    /// As its author tries it: compiled quickly, not optimised.
    Quick,
}

/// The client before it has its published names.
pub struct Client {
    /// The JavaScript that loads and drives the WASM; it names the WASM as [`WASM_NAME`].
    pub js: String,
    /// The WASM module.
    pub wasm: Vec<u8>,
    /// JavaScript that crates bring along: path below `./snippets/`, content.
    pub snippets: Vec<(PathBuf, Vec<u8>)>,
}

/// What the generated JavaScript calls its WASM.
pub const WASM_NAME: &str = "selfheal_bg.wasm";

/// Compiles the client and gives the path of the raw WASM.
pub fn compile(workspace: &Workspace, weight: Weight) -> Result<PathBuf> {
    let compiler = Compiler::find()?;
    let (profile, folder) = match weight {
        Weight::Small => ("client", "client"),
        Weight::Quick => ("dev", "debug"),
    };
    let target = compiler.target_folder(workspace);
    let mut command = workspace.cargo();
    compiler.set(&mut command);
    command.args(["rustc", "--package", "app", "--lib", "--crate-type", "cdylib", "--target", TARGET]);
    command.args(["--no-default-features", "--features", "hydrate"]);
    command.args(["--profile", profile, "--target-dir"]).arg(&target);
    process::run(&mut command)?;
    Ok(target.join(TARGET).join(folder).join("app.wasm"))
}

/// Writes the bridge and shrinks the WASM.
pub fn assemble(workspace: &Workspace, raw: &Path, weight: Weight) -> Result<Client> {
    let work = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(raw).out_name("selfheal").typescript(false).omit_default_module_path(false).web(true)?;
    if weight == Weight::Small {
        bindgen.remove_name_section(true).remove_producers_section(true);
    }
    bindgen.generate(work.path()).context("wasm-bindgen failed")?;

    let before = work.path().join(WASM_NAME);
    let after = work.path().join("small.wasm");
    let wasm = match weight {
        Weight::Quick => fs::read(&before)?,
        Weight::Small => {
            process::read(workspace.node("binaryen/bin/wasm-opt")?.args(WASM_OPT).arg(&before).arg("-o").arg(&after))?;
            fs::read(&after)?
        }
    };
    let js = fs::read_to_string(work.path().join("selfheal.js"))?;
    ensure!(js.contains(WASM_NAME), "wasm-bindgen's JavaScript no longer names {WASM_NAME}");
    let folder = work.path().join("snippets");
    let mut snippets = Vec::new();
    for path in crate::site::files_under(&folder)? {
        let content = fs::read(folder.join(&path))?;
        snippets.push((path, content));
    }
    Ok(Client { js, wasm, snippets })
}

/// What rustc emits for this target must be named, because the section that says so is gone by then.
const WASM_OPT: [&str; 11] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Where the standard library for WASM comes from.
enum Compiler {
    /// The toolchain in use has the target.
    Rustup,
    /// Debian's packages, for networks that do not reach rustup's servers: its own rustc compiles the standard library.
    Debian {
        /// The linker, such as `wasm-ld-22`.
        linker: String,
    },
}

impl Compiler {
    fn find() -> Result<Self> {
        if Self::has_target() {
            return Ok(Self::Rustup);
        }
        say(format!("adding the {TARGET} target"));
        if process::succeeds(Command::new("rustup").args(["target", "add", TARGET])) && Self::has_target() {
            return Ok(Self::Rustup);
        }
        match (Self::debian_linker(), Path::new("/usr/bin/rustc").exists()) {
            (Some(linker), true) => Ok(Self::Debian { linker }),
            _ => bail!(
                "this machine cannot compile for {TARGET}: `rustup target add {TARGET}` failed, \
                 and Debian's rustc-web, cargo-web, rust-web-src and lld-22 are not installed (script/bootstrap does both)"
            ),
        }
    }

    fn has_target() -> bool {
        process::read(Command::new("rustc").args(["--print", "sysroot"]))
            .is_ok_and(|sysroot| Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).join("lib").is_dir())
    }

    fn debian_linker() -> Option<String> {
        let names = fs::read_dir("/usr/bin").ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter(|name| name.starts_with("wasm-ld-")).max()
    }

    /// The two compilers' outputs do not mix.
    fn target_folder(&self, workspace: &Workspace) -> PathBuf {
        match self {
            Self::Rustup => workspace.client_target(),
            Self::Debian { .. } => workspace.target.join("client-debian"),
        }
    }

    fn set(&self, command: &mut Command) {
        if let Self::Debian { linker } = self {
            // The driver runs under rustup's cargo: name every part, or its own would be taken.
            *command = {
                let mut debian = Command::new("/usr/bin/cargo");
                if let Some(folder) = command.get_current_dir() {
                    debian.current_dir(folder);
                }
                debian
            };
            command.env_remove("RUSTUP_TOOLCHAIN").env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            command.arg("-Zbuild-std=std,panic_abort");
        }
    }
}
