//! Findings as SARIF 2.1.0, for code scanning: a rule for each code, a result for each finding.
//!
//! The structure is OASIS's and so frozen; what of it is used is what GitHub reads.

use super::escape::sarif::{text, uri};
use super::findings::Finding;
use super::source::Sources;
use entrant_model::{Code, Place, Severity};
use entrant_plan::output::digest;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// GitHub takes so many locations of a result.
const RELATED: usize = 1_000;

/// Which run of the tool it is.
pub struct Run<'a> {
    /// What tells uploads of one repository apart: `entrant/plan/TENANT`.
    pub category: &'a str,
    /// The file or directory that a finding without a place is put on.
    pub fallback: &'a str,
    /// Makes of a file's path that of the repository.
    pub relative: &'a dyn Fn(&str) -> String,
}

/// The log of one run.
pub fn document(findings: &[Finding], sources: &mut Sources, run: &Run) -> Value {
    let codes: BTreeMap<&str, Code> = findings.iter().map(|f| (f.code.name, f.code)).collect();
    let rules: Vec<Value> = codes.values().map(rule).collect();
    let index: BTreeMap<&str, usize> = codes.keys().enumerate().map(|(index, name)| (*name, index)).collect();
    sources.look_up(findings.iter().flat_map(|finding| {
        finding.place.iter().chain(finding.policies.iter().take(RELATED).map(|policy| &policy.place))
    }));
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| result(finding, index.get(finding.code.name).copied().unwrap_or(0), sources, run))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "entrant",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "automationDetails": {"id": format!("{}/", run.category)},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(code: &Code) -> Value {
    let explanation = code.explanation.trim();
    let first = explanation.split("\n\n").next().unwrap_or_default();
    json!({
        "id": code.name,
        "shortDescription": {"text": text(first)},
        "fullDescription": {"text": text(first)},
        // Ours, not a tenant's: the Markdown is meant.
        "help": {"text": text(explanation), "markdown": explanation},
        "defaultConfiguration": {"level": level(code.severity)},
    })
}

fn result(finding: &Finding, rule: usize, sources: &mut Sources, run: &Run) -> Value {
    let physical = physical(finding.place.as_ref(), sources, run);
    // The title of a finding about a file is its rule, which is shown anyway.
    let is_titled = finding.address.is_some() || !finding.policies.is_empty();
    let message = match (is_titled, finding.policies.len().saturating_sub(RELATED)) {
        (false, _) => finding.message.clone(),
        (true, 0) => format!("{}\n{}", finding.title, finding.message),
        (true, hidden) => {
            format!("{}\n{}\n{hidden} more policies are not listed here.", finding.title, finding.message)
        }
    };
    let mut result = json!({
        "ruleId": finding.code.name,
        "ruleIndex": rule,
        "level": level(finding.level),
        "message": {"text": text(&message)},
        "locations": [{"physicalLocation": physical}],
    });
    if let Some(address) = &finding.address {
        // The same change is the same alert, wherever its document moves to.
        let print = digest(&json!([finding.code.name, address, finding.title]));
        result["partialFingerprints"] = json!({"entrantChange/v1": print});
        result["properties"] = json!({"address": address});
    }
    if !finding.policies.is_empty() {
        let addresses: Vec<&str> = finding.policies.iter().map(|policy| policy.address.as_str()).collect();
        let print = digest(&json!([finding.code.name, addresses, finding.title]));
        result["partialFingerprints"] = json!({"entrantChange/v1": print});
        result["properties"] = json!({"addresses": addresses});
        let related = finding.policies.iter().take(RELATED).enumerate().map(|(index, policy)| {
            let says = if policy.message.is_empty() { "" } else { ": " };
            json!({
                "id": index,
                "physicalLocation": self::physical(Some(&policy.place), sources, run),
                "message": {"text": text(&format!("{}{says}{}", policy.address, policy.message))},
            })
        });
        result["relatedLocations"] = Value::Array(related.collect());
    }
    result
}

fn physical(place: Option<&Place>, sources: &mut Sources, run: &Run) -> Value {
    match place.map(|place| sources.spot(place)) {
        Some(spot) if spot.line > 0 => json!({
            "artifactLocation": {"uri": uri(&(run.relative)(&spot.path))},
            "region": {"startLine": spot.line, "startColumn": spot.column},
        }),
        Some(spot) => json!({"artifactLocation": {"uri": uri(&(run.relative)(&spot.path))}}),
        None => json!({"artifactLocation": {"uri": uri(&(run.relative)(run.fallback))}}),
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
