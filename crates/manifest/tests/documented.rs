//! Every documented body of a request for a policy, as it stands, with `kind` and `apiVersion` added.
//!
//! The examples stand beside the metadata that `ENTRANT_GRAPH_METADATA` names; without it nothing is tested,
//! which is said.

use entrant_manifest::{load, locate};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// Where the documentation itself slipped: the code, and the member that stands on its line.
const SLIPS: &[(&str, &[(&str, &str)])] = &[
    ("policy-003", &[("other-version", "expiration")]),
    ("policy-007", &[("other-version", "expiration"), ("unknown-key", "isOnBehalfAllowed")]),
];

#[test]
fn documented_bodies_are_documents() {
    let Some(metadata) = std::env::var_os("ENTRANT_GRAPH_METADATA") else {
        println!("skipped: ENTRANT_GRAPH_METADATA is not set");
        return;
    };
    let examples = PathBuf::from(metadata).join("../examples");
    let entries = fs::read_dir(&examples).unwrap_or_else(|e| panic!("{}: {e}", examples.display()));
    let mut checked = 0;
    for entry in entries {
        let path = entry.expect("readable").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with("policy-") {
            continue;
        }
        let example: Value = serde_json::from_slice(&fs::read(&path).expect("readable")).expect("JSON");
        let Value::Object(request) = &example["request"] else { continue };
        let mut document = serde_json::Map::new();
        document.insert("kind".to_owned(), "AssignmentPolicy".into());
        document.insert("apiVersion".to_owned(), example["version"].clone());
        document.extend(request.clone());
        checked += 1;

        let dir = tempfile::tempdir().expect("a directory");
        let text = serde_json::to_string_pretty(&document).expect("text");
        fs::write(dir.path().join("a.json"), text).expect("written");
        let loaded = load(dir.path(), None);
        let slips = SLIPS.iter().find(|(slip, _)| name.starts_with(slip)).map_or(&[][..], |(_, slips)| slips);
        let mut found = Vec::new();
        for diagnostic in loaded.diagnostics.iter().filter(|d| d.code.name != "pasted-members") {
            let location = diagnostic.place.as_ref().and_then(locate).expect("a place in the file");
            let line = location.source.lines().nth(location.line - 1).unwrap_or_default();
            found.push((diagnostic.code.name, line.trim().to_owned()));
        }
        assert_eq!(found.len(), slips.len(), "{name}: {found:?}");
        for ((code, line), (slip, member)) in found.iter().zip(slips) {
            assert!(code == slip && line.starts_with(&format!("\"{member}\"")), "{name}: {found:?}");
        }
        assert_eq!(loaded.documents.len(), usize::from(slips.is_empty()), "{name}");
    }
    assert!(checked >= 8, "{checked}");
}
