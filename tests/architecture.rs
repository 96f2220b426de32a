//! The house rules, checked: who may import whom, what a crate must not touch, and what every file has.
//!
//! The table of ARCHITECTURE.md says the same in words; where the two differ, this one is in force. A new
//! crate, or a new owner of a dependency, is a line here and so a decision that a reviewer sees.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A crate of ours: which others it may import, and what its source must not contain.
struct House {
    package: &'static str,
    imports: &'static [&'static str],
    never: &'static [&'static [&'static str]],
}

/// Reads, writes or asks something outside its arguments.
const IO: &[&str] = &["std::fs", "std::net", "std::env", "std::process", "std::io", "File::open", "env::var"];
/// Talks to a person; that is the command line's alone.
const PRINTING: &[&str] = &["print!", "println!", "eprint!", "eprintln!", "stdout()", "stderr()"];
/// Waits, or knows what time it is.
const TIME: &[&str] =
    &["async fn", ".await", "tokio", "SystemTime", "Instant::now", "Timestamp::now", "Zoned::now"];
/// Has no order of its own, so that the same input could give other bytes.
const UNORDERED: &[&str] = &["HashMap", "HashSet"];
/// Knows the format of documents.
const YAML: &[&str] = &["serde_saphyr", "yaml_edit"];
/// Knows the addresses of Graph.
const URLS: &[&str] = &["identityGovernance", "graph.microsoft.com", "reqwest"];
/// Can change Graph.
const WRITING: &[&str] = &["Write", "create_policy", "replace_policy", "delete_policy"];

const HOUSE: &[House] = &[
    House { package: "entrant-model", imports: &[], never: &[IO, PRINTING, TIME, YAML, URLS] },
    House {
        package: "entrant-manifest",
        imports: &["entrant-model"],
        never: &[PRINTING, TIME, URLS, &["std::net", "std::process"]],
    },
    House {
        package: "entrant-graph",
        imports: &["entrant-model"],
        never: &[PRINTING, YAML, &["std::fs", "std::process"]],
    },
    House {
        package: "entrant-plan",
        imports: &["entrant-model"],
        never: &[IO, PRINTING, TIME, YAML, URLS, UNORDERED],
    },
    House {
        package: "entrant-workspace",
        imports: &["entrant-model", "entrant-manifest", "entrant-graph", "entrant-plan"],
        never: &[IO, PRINTING, YAML, URLS, WRITING],
    },
    House {
        package: "entrant-apply",
        imports: &["entrant-model", "entrant-plan", "entrant-graph"],
        never: &[IO, PRINTING, YAML, URLS],
    },
    House {
        package: "entrant-emulator",
        imports: &[],
        never: &[PRINTING, YAML, &["entrant_model", "entrant_graph"]],
    },
    House {
        package: "entrant-benchmark",
        imports: &[],
        never: &[&["entrant_model", "entrant_graph", "reqwest", "async fn"]],
    },
    House {
        package: "entrant",
        imports: &[
            "entrant-model",
            "entrant-manifest",
            "entrant-graph",
            "entrant-plan",
            "entrant-workspace",
            "entrant-apply",
            "entrant-emulator",
        ],
        never: &[],
    },
];

/// Dependencies that stay in one place, and the crates that may have them. Tests may have any but `anyhow`.
const OWNERS: &[(&str, &[&str])] = &[
    ("serde-saphyr", &["entrant-manifest", "entrant-benchmark"]),
    ("yaml-edit", &["entrant-manifest"]),
    ("jsonschema", &[]),
    ("reqwest", &["entrant-graph"]),
    ("azure_core", &["entrant-graph"]),
    ("azure_identity", &["entrant-graph"]),
    ("axum", &["entrant-emulator"]),
    ("tokio", &["entrant-graph", "entrant-apply", "entrant-emulator", "entrant"]),
    ("anyhow", &["entrant", "entrant-benchmark"]),
    ("clap", &["entrant"]),
    ("anstream", &["entrant"]),
    ("annotate-snippets", &["entrant"]),
    ("indicatif", &["entrant"]),
    ("similar", &["entrant"]),
    ("tracing-subscriber", &["entrant"]),
];

/// What a pure crate and its tests are built without.
const TLS: &[&str] = &["rustls", "aws-lc-rs", "aws-lc-sys", "ring", "native-tls", "openssl-sys"];

/// Files that may be longer than [`LONGEST`], with the reason.
const LONG: &[(&str, &str)] = &[];
const LONGEST: usize = 700;

/// Words that mark something undone; put together, so that this file does not hold them.
const UNDONE: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimple", "mented!(")];
const IGNORED: &str = concat!("#[ig", "nore");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Our packages as cargo sees them.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

/// Rust files below a folder.
fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

/// A path as it is written in a repository.
fn shown(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The code of a source file, line by line: without comments and without its tests.
fn code(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source
        .lines()
        .enumerate()
        .take_while(|(_, line)| !line.trim_start().starts_with("#[cfg(test)]"))
        .map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
        .filter(|(_, line)| !line.trim().is_empty())
}

/// Whether a word stands in a line as a word of its own.
fn holds(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let begins = !word.starts_with(part) || !before.is_some_and(part);
        let ends = !word.ends_with(part) || !after.is_some_and(part);
        begins && ends
    })
}

/// What a source must not contain, with line and word.
fn touches(house: &House, source: &str) -> Vec<(usize, &'static str)> {
    let words = || house.never.iter().copied().flatten().copied();
    code(source)
        .flat_map(|(number, line)| {
            words().filter(move |word| holds(line, word)).map(move |word| (number, word))
        })
        .collect()
}

fn nothing(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_crate_imports_what_it_may() {
    let packages = packages();
    let names: BTreeSet<&str> = packages.iter().map(|package| text(package, "name")).collect();
    let known: BTreeSet<&str> = HOUSE.iter().map(|house| house.package).collect();
    assert_eq!(names, known, "a crate lacks its line in this test, or a line its crate");
    let mut wrong = Vec::new();
    for package in &packages {
        let name = text(package, "name");
        let house = HOUSE.iter().find(|house| house.package == name).unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = text(dependency, "name");
            let is_test = text(dependency, "kind") == "dev";
            if known.contains(used) && !house.imports.contains(&used) {
                // A test may stand the emulator beside what it tests, and the command line's run the benchmark.
                let beside = is_test
                    && match used {
                        "entrant-emulator" => name != "entrant-model" && name != "entrant-plan",
                        "entrant-benchmark" => name == "entrant",
                        _ => false,
                    };
                if !beside {
                    wrong.push(format!("{name} must not import {used}"));
                }
            }
            let owners = OWNERS.iter().find(|(owned, _)| *owned == used).map(|(_, owners)| *owners);
            if owners.is_some_and(|owners| !owners.contains(&name)) && (!is_test || used == "anyhow") {
                wrong.push(format!("{name} must not depend on {used}"));
            }
        }
        let manifest = std::fs::read_to_string(text(package, "manifest_path")).unwrap();
        if !manifest.replace("\r\n", "\n").contains("[lints]\nworkspace = true") {
            wrong.push(format!("{name} does not take the workspace's lints"));
        }
    }
    nothing(&wrong);
}

#[test]
fn no_crate_touches_what_it_must_not() {
    let mut wrong = Vec::new();
    for house in HOUSE {
        let folder = match house.package {
            "entrant" => "cli",
            name => name.trim_start_matches("entrant-"),
        };
        let mut files = Vec::new();
        rust_files(&root().join("crates").join(folder).join("src"), &mut files);
        assert!(!files.is_empty(), "{} has no source", house.package);
        files.retain(|path| !shown(path).ends_with("/tests.rs") && !shown(path).contains("/src/tests/"));
        for path in files {
            let source = std::fs::read_to_string(&path).unwrap();
            for (line, word) in touches(house, &source) {
                wrong.push(format!("{}:{line}: {} must not use `{word}`", shown(&path), house.package));
            }
        }
    }
    nothing(&wrong);
}

/// Planning is built and tested without what Graph over HTTP needs, so its tests stay quick.
#[test]
fn planning_links_no_tls() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in lock.replace("\r\n", "\n").split("[[package]]").skip(1) {
        let quoted = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
        let name = package.lines().find(|line| line.starts_with("name = ")).map(quoted).unwrap();
        // `"name"`, or `"name version"` where there are several of a name; all of them count here.
        let uses = package.lines().filter(|line| line.starts_with(" \"")).map(quoted);
        let uses = uses.map(|used| used.split(' ').next().unwrap_or_default().to_owned());
        graph.entry(name).or_default().extend(uses);
    }
    let reached = |from: &str| {
        let mut reached = BTreeSet::new();
        let mut open = vec![from.to_owned()];
        while let Some(name) = open.pop() {
            if reached.insert(name.clone()) {
                open.extend(graph.get(&name).into_iter().flatten().cloned());
            }
        }
        reached
    };
    // The lock file's word for it is worth something: graph does link it.
    assert!(reached("entrant-graph").contains("rustls"));
    for name in ["entrant-plan", "entrant-model", "entrant-manifest"] {
        let linked: Vec<_> = reached(name).into_iter().filter(|used| TLS.contains(&used.as_str())).collect();
        assert!(linked.is_empty(), "{name} links {linked:?}");
    }
}

#[test]
fn every_file_says_what_it_is_and_leaves_nothing_undone() {
    let mut files = Vec::new();
    rust_files(&root().join("crates"), &mut files);
    rust_files(&root().join("tests"), &mut files);
    let mut wrong = Vec::new();
    let mut long = BTreeSet::new();
    for path in &files {
        let name = shown(path);
        let source = std::fs::read_to_string(path).unwrap();
        if !source.starts_with("//! ") {
            wrong.push(format!("{name} has no head comment"));
        }
        let lines = source.lines().count();
        if lines > LONGEST {
            long.insert(name.clone());
            if !LONG.iter().any(|(file, _)| *file == name) {
                wrong.push(format!("{name} has {lines} lines: is it two?"));
            }
        }
        for (index, line) in source.lines().enumerate() {
            let line_number = index + 1;
            for word in UNDONE.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{name}:{line_number}: `{word}`"));
            }
            if line.contains(IGNORED) {
                wrong.push(format!("{name}:{line_number}: an ignored test"));
            }
        }
    }
    for (name, _) in LONG.iter().filter(|(name, _)| !long.contains(*name)) {
        wrong.push(format!("{name} is on the list of long files and is not long"));
    }
    nothing(&wrong);
}

/// The reading of source can fail: code is found, comments, tests and longer words are not.
#[test]
fn a_breach_is_found() {
    let plan = HOUSE.iter().find(|house| house.package == "entrant-plan").unwrap();
    let source = "//! HashMap\nuse std::collections::HashMap;\nfn f(_: MyHashMapper) {} // tokio\n\
                  async fn g() { std::fs::read(\"x\"); }\n#[cfg(test)]\nmod tests { use tokio; }\n";
    assert_eq!(touches(plan, source), [(2, "HashMap"), (4, "std::fs"), (4, "async fn")]);
    let workspace = HOUSE.iter().find(|house| house.package == "entrant-workspace").unwrap();
    assert_eq!(touches(workspace, "use entrant_graph::{Read, Write};\nOverWrite;"), [(1, "Write")]);
}

/// Each kind has a file of its name, or a folder, wherever kinds have files.
#[test]
fn a_kind_is_a_file_of_one_name_in_each_crate() {
    let kinds = std::fs::read_dir(root().join("crates/model/src/kinds")).unwrap();
    let kinds: BTreeSet<String> = kinds
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert!(kinds.len() >= 6, "{kinds:?}");
    for folder in ["graph/src/kinds", "emulator/src/kinds", "plan/src/impact/objects"] {
        for kind in &kinds {
            // What a change of a policy does is the whole of `impact`.
            if folder.contains("impact") && kind == "assignment_policy" {
                continue;
            }
            let place = root().join("crates").join(folder);
            let is_there =
                place.join(format!("{kind}.rs")).is_file() || place.join(kind).join("mod.rs").is_file();
            assert!(is_there, "crates/{folder} has no {kind}");
        }
    }
}
