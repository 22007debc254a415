//! The folder of static files: names that carry their content's hash, compressed siblings, and the list that the
//! server reads.
//!
//! ```text
//! site/assets.json                  {"js": "pkg/selfheal.<hash>.js", "wasm": …, "css": …}
//! site/pkg/selfheal.<hash>.js       + .br + .gz
//! site/favicon.svg                  + .br + .gz; everything in public/ under its own name
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::client::{self, Weight};
use crate::say;
use crate::style;
use crate::workspace::Workspace;

/// What the server reads to know the published names; paths are relative to the site's folder.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    /// The client's JavaScript.
    pub js: String,
    /// The client's WASM, which the JavaScript loads.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

impl Assets {
    /// Reads `assets.json`.
    pub fn read(site: &Path) -> Result<Self> {
        let path = site.join(ASSETS);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}: run `cargo xtask build` first", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not as `cargo xtask build` writes it", path.display()))
    }
}

const ASSETS: &str = "assets.json";

/// Kinds of file that compress; pictures in raster formats already are.
const TEXT: [&str; 12] = ["css", "html", "ico", "js", "json", "map", "svg", "txt", "wasm", "webmanifest", "xml", "mjs"];

/// What was made from what: a part whose inputs are as they were is not made again.
#[derive(Default, Serialize, Deserialize)]
struct Memory {
    parts: BTreeMap<String, Part>,
}

#[derive(Default, Clone, Serialize, Deserialize)]
struct Part {
    /// The hash of all inputs.
    inputs: String,
    /// The files written, relative to the site.
    files: BTreeSet<PathBuf>,
    /// The published names.
    names: BTreeMap<String, String>,
}

/// Builds whatever has changed.
pub fn build(workspace: &Workspace, weight: Weight) -> Result<Assets> {
    let site = workspace.site();
    fs::create_dir_all(&site).with_context(|| format!("cannot make {}", site.display()))?;
    let memory_path = workspace.target.join("site.memory.json");
    let mut memory: Memory =
        fs::read(&memory_path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let squeeze = if weight == Weight::Small { Squeeze::Hard } else { Squeeze::Light };
    let tools = tools(workspace, weight)?;

    let raw = client::compile(workspace, weight)?;
    let wasm = fs::read(&raw).with_context(|| format!("cannot read {}", raw.display()))?;
    let client = memory.part(&site, "client", hash(&[&tools, &wasm]), || {
        let client = client::assemble(workspace, &raw, weight)?;
        let mut out = Out::new(&site, squeeze);
        let wasm = out.named("wasm", &client.wasm)?;
        let js = if client.snippets.is_empty() {
            client.js
        } else {
            let all: Vec<&[u8]> = client.snippets.iter().map(|(_, content)| content.as_slice()).collect();
            let folder = format!("snippets.{}", short(&hash(&all)));
            for (path, content) in &client.snippets {
                out.file(&Path::new("pkg").join(&folder).join(path), content)?;
            }
            client.js.replace("./snippets/", &format!("./{folder}/"))
        };
        let file = wasm.rsplit('/').next().unwrap_or(&wasm);
        let js = out.named("js", js.replace(client::WASM_NAME, file).as_bytes())?;
        Ok(out.done([("js", js), ("wasm", wasm)]))
    })?;

    let sources = folder_hash(&workspace.root.join("style"))?;
    let css = memory.part(&site, "css", hash(&[&tools, sources.as_bytes()]), || {
        let css = style::compile(workspace)?;
        let mut out = Out::new(&site, squeeze);
        let name = out.named("css", css.as_bytes())?;
        Ok(out.done([("css", name)]))
    })?;

    let public = workspace.root.join("public");
    let copies = memory.part(&site, "public", hash(&[&tools, folder_hash(&public)?.as_bytes()]), || {
        let mut out = Out::new(&site, squeeze);
        for path in files_under(&public)? {
            out.file(&path, &fs::read(public.join(&path))?)?;
        }
        Ok(out.done([]))
    })?;

    let name = |part: &Part, kind: &str| part.names.get(kind).cloned().unwrap_or_default();
    let assets = Assets { js: name(&client, "js"), wasm: name(&client, "wasm"), css: name(&css, "css") };
    write_if_other(&site.join(ASSETS), serde_json::to_string_pretty(&assets)?.as_bytes())?;
    let mut wanted: BTreeSet<PathBuf> = [&client, &css, &copies].into_iter().flat_map(|part| part.files.clone()).collect();
    wanted.insert(ASSETS.into());
    sweep(&site, &wanted)?;
    fs::write(&memory_path, serde_json::to_vec_pretty(&memory)?)?;
    Ok(assets)
}

impl Memory {
    /// The part as remembered when its inputs and its files are as they were; otherwise made anew.
    fn part(&mut self, site: &Path, name: &str, inputs: String, make: impl FnOnce() -> Result<Part>) -> Result<Part> {
        if let Some(part) = self.parts.get(name)
            && part.inputs == inputs
            && part.files.iter().all(|file| site.join(file).is_file())
        {
            return Ok(part.clone());
        }
        let start = Instant::now();
        let part = Part { inputs, ..make().with_context(|| format!("cannot build the {name} part of the site"))? };
        say(format!("    Finished site/{name} in {:.1} s", start.elapsed().as_secs_f64()));
        self.parts.insert(name.to_owned(), part.clone());
        Ok(part)
    }
}

/// How hard to compress.
#[derive(Clone, Copy)]
enum Squeeze {
    Hard,
    Light,
}

/// Writes files into the site and remembers which.
struct Out<'a> {
    site: &'a Path,
    squeeze: Squeeze,
    files: BTreeSet<PathBuf>,
}

impl<'a> Out<'a> {
    fn new(site: &'a Path, squeeze: Squeeze) -> Self {
        Self { site, squeeze, files: BTreeSet::new() }
    }

    /// Writes `pkg/selfheal.<hash>.<kind>` and gives that name.
    fn named(&mut self, kind: &str, content: &[u8]) -> Result<String> {
        let name = format!("pkg/selfheal.{}.{kind}", short(&hash(&[content])));
        self.file(Path::new(&name), content)?;
        Ok(name)
    }

    /// Writes a file and, where that makes it smaller, its compressed siblings.
    fn file(&mut self, path: &Path, content: &[u8]) -> Result<()> {
        self.write(path.to_owned(), content)?;
        let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        if TEXT.contains(&kind) {
            for (suffix, packed) in [("br", brotli(content, self.squeeze)?), ("gz", gzip(content, self.squeeze)?)] {
                if packed.len() < content.len() {
                    self.write(with_suffix(path, suffix), &packed)?;
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, path: PathBuf, content: &[u8]) -> Result<()> {
        write_if_other(&self.site.join(&path), content)?;
        self.files.insert(path);
        Ok(())
    }

    fn done<const N: usize>(self, names: [(&str, String); N]) -> Part {
        let names = names.into_iter().map(|(kind, name)| (kind.to_owned(), name)).collect();
        Part { inputs: String::new(), files: self.files, names }
    }
}

/// Whatever else decides the output: this program itself, the front-end packages, and how much is done.
fn tools(workspace: &Workspace, weight: Weight) -> Result<Vec<u8>> {
    let mut tools = fs::read(workspace.root.join("package-lock.json")).context("cannot read package-lock.json")?;
    tools.extend(folder_hash(&workspace.root.join("crates/xtask"))?.as_bytes());
    tools.extend(fs::read(workspace.root.join("Cargo.lock")).context("cannot read Cargo.lock")?);
    tools.push(u8::from(weight == Weight::Small));
    Ok(tools)
}

/// Deletes every file of the site that no part has made.
fn sweep(site: &Path, wanted: &BTreeSet<PathBuf>) -> Result<()> {
    for path in files_under(site)? {
        if !wanted.contains(&path) {
            fs::remove_file(site.join(&path))?;
        }
    }
    Ok(())
}

/// All files below a folder, relative to it, in order; none when it does not exist. Hidden files are not published.
pub fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if entry.file_type()?.is_dir() {
                waiting.push(entry.path());
            } else if let Ok(path) = entry.path().strip_prefix(folder) {
                found.push(path.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn folder_hash(folder: &Path) -> Result<String> {
    let mut hasher = Sha256::new();
    for path in files_under(folder)? {
        let content = fs::read(folder.join(&path)).with_context(|| format!("cannot read {}", path.display()))?;
        hasher.update(path.to_string_lossy().as_bytes());
        hasher.update([0]);
        hasher.update(Sha256::digest(&content));
    }
    Ok(hex::encode(hasher.finalize()))
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hex::encode(hasher.finalize())
}

/// The first 12 hex digits: enough to tell one build from another.
fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

/// Leaves a file alone that already has this content, so that its time of change says something.
fn write_if_other(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

fn brotli(content: &[u8], squeeze: Squeeze) -> Result<Vec<u8>> {
    let quality = match squeeze {
        Squeeze::Hard => 11,
        Squeeze::Light => 2,
    };
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, size_hint: content.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut out, &params)?;
    Ok(out)
}

fn gzip(content: &[u8], squeeze: Squeeze) -> Result<Vec<u8>> {
    let level = match squeeze {
        Squeeze::Hard => flate2::Compression::best(),
        Squeeze::Light => flate2::Compression::fast(),
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_published_name_carries_the_hash_of_its_content_and_has_compressed_siblings() {
        let site = site();
        let mut out = Out::new(site.path(), Squeeze::Hard);
        let css = "body{color:red}".repeat(20);
        let name = out.named("css", css.as_bytes()).unwrap();
        assert_eq!(name, "pkg/selfheal.cdaa09ed9046.css");
        let part = out.done([("css", name.clone())]);
        assert_eq!(part.files.len(), 3);
        let mut plain = Vec::new();
        let packed = fs::read(site.path().join(format!("{name}.br"))).unwrap();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut plain).unwrap();
        assert_eq!(plain, css.as_bytes());
    }

    #[test]
    fn a_part_whose_inputs_are_unchanged_is_not_made_again() {
        let site = site();
        let mut memory = Memory::default();
        let make = || {
            let mut out = Out::new(site.path(), Squeeze::Light);
            out.file(Path::new("a.txt"), b"one")?;
            Ok(out.done([]))
        };
        memory.part(site.path(), "p", "inputs".into(), make).unwrap();
        memory.part(site.path(), "p", "inputs".into(), || panic!("made again")).unwrap();
    }

    #[test]
    fn a_part_whose_file_has_gone_is_made_again() {
        let site = site();
        let mut memory = Memory::default();
        let make = || {
            let mut out = Out::new(site.path(), Squeeze::Light);
            out.file(Path::new("a.txt"), b"one")?;
            Ok(out.done([]))
        };
        memory.part(site.path(), "p", "inputs".into(), make).unwrap();
        fs::remove_file(site.path().join("a.txt")).unwrap();
        memory.part(site.path(), "p", "inputs".into(), make).unwrap();
        assert!(site.path().join("a.txt").is_file());
    }

    #[test]
    fn files_of_earlier_builds_are_swept_away() {
        let site = site();
        write_if_other(&site.path().join("pkg/selfheal.old.js"), b"old").unwrap();
        write_if_other(&site.path().join("pkg/selfheal.new.js"), b"new").unwrap();
        sweep(site.path(), &BTreeSet::from(["pkg/selfheal.new.js".into()])).unwrap();
        assert_eq!(files_under(site.path()).unwrap(), [PathBuf::from("pkg/selfheal.new.js")]);
    }
}
