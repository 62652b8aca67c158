//! What the app is built from, and the licence texts that have to come with it: a list that the UI shows.
//!
//! Crates that only build or test are left out, and so are the web view and what else the system brings.

use crate::{fingerprint::Fingerprint, place::Place, run};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

const APP: &str = "pizoo";
/// How the names of files with a licence or its notices begin.
const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "UNLICENSE", "COPYING", "COPYRIGHT", "NOTICE"];

/// Writes `ui/src/backend/generated/licences.json`, if something it lists changed since.
pub(crate) fn write(place: &Place) -> Result<()> {
    let file = place.ui().join("src/backend/generated/licences.json");
    let sources = ["Cargo.lock", "ui/package-lock.json", "src-tauri/xtask/src/licences.rs"];
    let made = Fingerprint::of(&sources.map(|name| place.root.join(name)), place.fingerprints().join("licences"))?;
    if made.is_current() && file.is_file() {
        return Ok(());
    }
    run::heading("licences", "of all that the app is built from");
    let mut list = List::default();
    list.add_crates(place)?;
    list.add_pages(place)?;
    list.add_livekit(place)?;
    fs::write(&file, list.into_json().to_string()).with_context(|| format!("cannot write {}", file.display()))?;
    made.keep()
}

#[derive(Default)]
struct List {
    /// By name, in lower case, and version.
    parts: BTreeMap<(String, String), Part>,
    texts: Vec<String>,
    known: HashMap<String, usize>,
}

/// What one licence is about.
struct Part {
    name: String,
    /// An SPDX expression, as its authors wrote it.
    licence: String,
    /// Places in the list of texts.
    texts: Vec<usize>,
}

impl List {
    fn add(&mut self, name: &str, version: &str, licence: &str, files: &[PathBuf]) -> Result<()> {
        let mut texts = Vec::with_capacity(files.len());
        for file in files {
            let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            // Many have the same one, apart from the ends of lines.
            let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim().to_owned();
            let next = self.texts.len();
            let place = *self.known.entry(text.clone()).or_insert(next);
            if place == next {
                self.texts.push(text);
            }
            texts.push(place);
        }
        let new = || Part { name: name.into(), licence: licence.into(), texts: Vec::new() };
        // A crate and a package of the pages may share a name.
        let part = self.parts.entry((name.to_lowercase(), version.into())).or_insert_with(new);
        for place in texts {
            if !part.texts.contains(&place) {
                part.texts.push(place);
            }
        }
        Ok(())
    }

    fn add_crates(&mut self, place: &Place) -> Result<()> {
        let target = run::output(run::program(place, "rustc").arg("-vV"))?;
        let target = target.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc tells no host")?;
        let told =
            run::output(run::cargo(place).args(["metadata", "--format-version=1", "--filter-platform", target]))?;
        let told: Value = serde_json::from_str(&told).context("cargo metadata is no JSON")?;
        let linked = linked(&told["resolve"]["nodes"], &told["packages"]);
        ensure!(linked.len() > 1, "cargo metadata does not know what {APP} is built from");
        for package in list(&told["packages"]) {
            let own = package["source"].is_null();
            if own || !linked.contains(text(&package["id"])) {
                continue;
            }
            let folder = Path::new(text(&package["manifest_path"])).parent().context("a package without a folder")?;
            let licence = package["license"].as_str().unwrap_or("");
            self.add(text(&package["name"]), text(&package["version"]), licence, &texts_in(folder)?)?;
        }
        Ok(())
    }

    fn add_pages(&mut self, place: &Place) -> Result<()> {
        let file = place.ui().join("package-lock.json");
        let lock = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let lock: Value = serde_json::from_str(&lock).with_context(|| format!("{} is no JSON", file.display()))?;
        for (key, package) in lock["packages"].as_object().into_iter().flatten() {
            let Some((_, name)) = key.rsplit_once("node_modules/") else { continue };
            if package["dev"] == true || package["optional"] == true {
                continue;
            }
            let files = texts_in(&place.ui().join(key)).context("run `cargo xtask setup` first")?;
            self.add(name, text(&package["version"]), text(&package["license"]), &files)?;
        }
        Ok(())
    }

    /// LiveKit's library, WebRTC in it: one text for all of its parts. A folder that somebody prepared may lack it.
    fn add_livekit(&mut self, place: &Place) -> Result<()> {
        let versions = folders(&place.cache.join("livekit-ffi"))?;
        let newest = versions.into_iter().max_by_key(|folder| numbers(folder));
        for folder in newest.iter().map(|folder| folders(folder)).collect::<Result<Vec<_>>>()?.concat() {
            let file = folder.join("LICENSE.md");
            if file.is_file() {
                let version = newest.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
                return self.add("LiveKit and WebRTC", &version, "Apache-2.0 AND BSD-3-Clause", &[file]);
            }
        }
        Ok(())
    }

    fn into_json(self) -> Value {
        let parts = self.parts.into_iter().map(|((_, version), Part { name, licence, texts })| {
            json!({ "name": name, "version": version, "licence": licence, "texts": texts })
        });
        json!({ "parts": parts.collect::<Vec<_>>(), "texts": self.texts })
    }
}

/// The packages that the app's own one needs to run, itself among them.
fn linked<'a>(nodes: &'a Value, packages: &'a Value) -> HashSet<&'a str> {
    let needs: HashMap<_, Vec<_>> = list(nodes)
        .iter()
        .map(|node| {
            let runs = |needed: &&Value| list(&needed["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            (text(&node["id"]), list(&node["deps"]).iter().filter(runs).map(|needed| text(&needed["pkg"])).collect())
        })
        .collect();
    let app = list(packages).iter().filter(|package| package["name"] == APP);
    let mut waiting: Vec<_> = app.map(|package| text(&package["id"])).collect();
    let mut found = HashSet::new();
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            waiting.extend(needs.get(id).into_iter().flatten());
        }
    }
    found
}

fn texts_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| file.is_file() && file.file_name().is_some_and(|name| is_text(&name.to_string_lossy())));
    files.sort();
    Ok(files)
}

fn is_text(name: &str) -> bool {
    let name = name.to_uppercase();
    let program = [".RS", ".JS", ".TS", ".JSON", ".TOML"].iter().any(|ending| name.ends_with(ending));
    !program && NAMES.iter().any(|start| name.starts_with(start))
}

/// Folders in a folder, which need not be there.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut found = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    found.retain(|path| path.is_dir());
    found.sort();
    Ok(found)
}

/// The numbers of a version, to compare it by.
fn numbers(folder: &Path) -> Vec<u64> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').map(|number| number.parse().unwrap_or(0)).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_runs_is_linked() {
        let nodes = json!([
            { "id": "app", "deps": [
                { "pkg": "runs", "dep_kinds": [{ "kind": null }, { "kind": "dev" }] },
                { "pkg": "builds", "dep_kinds": [{ "kind": "build" }] },
                { "pkg": "tests", "dep_kinds": [{ "kind": "dev" }] },
            ] },
            { "id": "runs", "deps": [{ "pkg": "deep", "dep_kinds": [{ "kind": null }] }] },
            { "id": "builds", "deps": [{ "pkg": "other", "dep_kinds": [{ "kind": null }] }] },
        ]);
        let packages = json!([{ "name": "pizoo", "id": "app" }, { "name": "runs", "id": "runs" }]);
        assert_eq!(linked(&nodes, &packages), HashSet::from(["app", "runs", "deep"]));
    }

    #[test]
    fn licences_are_told_from_programs() {
        for name in ["LICENSE", "license-mit", "LICENCE.txt", "COPYING.md", "NOTICE", "UNLICENSE"] {
            assert!(is_text(name), "{name}");
        }
        for name in ["license.rs", "licenses.json", "README.md", "src"] {
            assert!(!is_text(name), "{name}");
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(numbers(Path::new("x/1.10.0")) > numbers(Path::new("x/1.9.9")));
    }

    #[test]
    fn parts_of_one_name_and_version_lose_no_text() {
        let folder = std::env::temp_dir().join(format!("pizoo-names-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (one, two) = (folder.join("LICENSE-1"), folder.join("LICENSE-2"));
        fs::write(&one, "one").unwrap();
        fs::write(&two, "two").unwrap();
        let mut list = List::default();
        list.add("acorn", "1", "MIT", std::slice::from_ref(&one)).unwrap();
        list.add("acorn", "1", "MIT", &[one, two]).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(list.into_json()["parts"][0]["texts"], json!([0, 1]));
    }

    #[test]
    fn the_same_text_is_kept_once() {
        let folder = std::env::temp_dir().join(format!("pizoo-licences-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (unix, windows) = (folder.join("LICENSE"), folder.join("LICENSE-2"));
        fs::write(&unix, "one\ntwo\n").unwrap();
        fs::write(&windows, "one\r\ntwo").unwrap();
        let mut list = List::default();
        list.add("B", "1", "MIT", &[unix]).unwrap();
        list.add("a", "2", "MIT", &[windows]).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        let told = list.into_json();
        assert_eq!(told["texts"], json!(["one\ntwo"]));
        assert_eq!(told["parts"].as_array().map(Vec::len), Some(2));
        assert_eq!(told["parts"][0], json!({ "name": "a", "version": "2", "licence": "MIT", "texts": [0] }));
    }
}
