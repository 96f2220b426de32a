//! `docs/emulator.md`: every example in it is one that the emulator takes, and none is missing.

use entrant_emulator::{Options, start};
use serde_json::Value;

use crate::harness::loopback;

fn manual() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/emulator.md");
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn every_example_works() {
    let manual = manual();
    let mut kinds = Vec::new();
    let (mut seeds, mut files) = (0, 0);
    for block in manual.split("```yaml\n").skip(1) {
        let text = block.split("```").next().unwrap();
        let value: Value = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{text}{error}"));
        let options = if let Some(faults) = value.get("faults") {
            files += 1;
            for fault in faults.as_array().unwrap() {
                kinds.push(fault["fault"].as_str().unwrap().to_owned());
            }
            Options { faults: Some(value), ..Options::default() }
        } else {
            seeds += 1;
            Options { seed: Some(value), ..Options::default() }
        };
        start(options, loopback()).await.unwrap_or_else(|error| panic!("{text}{error}"));
    }
    assert_eq!((seeds, files), (2, 17));
    kinds.sort();
    kinds.dedup();
    let mut headings: Vec<&str> = manual.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    headings.sort_unstable();
    assert_eq!(kinds, headings, "each fault has its section, and an example in it");
}

#[tokio::test]
async fn every_fault_has_its_section() {
    let faults = serde_json::json!({"faults": [{"fault": "none"}]});
    let refused = start(Options { faults: Some(faults), ..Options::default() }, loopback()).await;
    let refused = refused.unwrap_err().to_string();
    let kinds = refused.split("there are ").nth(1).unwrap();
    let manual = manual();
    for kind in kinds.split(", ") {
        assert!(manual.contains(&format!("\n### {kind}\n")), "{kind}");
    }
}
