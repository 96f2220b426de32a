//! The report beside a plan: where documents stand and what the run cost. What the plan's digest must not
//! cover stands here.

use crate::render::source::Sources;
use entrant_plan::Plan;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What `plan --report FILE` writes.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportDocument {
    /// The version of this structure.
    pub format_version: u32,
    /// The digest of the plan that it belongs to.
    pub plan_digest: String,
    /// Where the document of each address stands.
    pub locations: BTreeMap<String, LineDocument>,
    /// How many people hold access through each policy that is changed, by its address, as far as that could be read.
    pub assignments: BTreeMap<String, usize>,
    /// What the run cost.
    pub cost: CostDocument,
}

/// A line of a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LineDocument {
    /// The file, with `/`.
    pub file: String,
    /// From 1.
    pub line: usize,
}

/// What a run cost.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CostDocument {
    /// HTTP requests sent, repeated ones included.
    pub http_requests: u64,
    /// Requests inside batches.
    pub inner_requests: u64,
    /// Bytes of answers' bodies, decompressed.
    pub bytes: u64,
    /// Requests that repeated an earlier one.
    pub retries: u64,
    /// From the first file read to the finished plan.
    pub seconds: f64,
}

/// The report of a plan.
pub fn document(plan: &Plan, digest: &str, cost: CostDocument, sources: &mut Sources) -> ReportDocument {
    sources.look_up(plan.desired.iter().map(|declared| &declared.place));
    let locations = plan.desired.iter().map(|declared| {
        let spot = sources.spot(&declared.place);
        (declared.address.to_string(), LineDocument { file: spot.path, line: spot.line })
    });
    let assignments = plan.changes.iter().filter_map(|change| {
        let people = plan.assignments.of(&change.live.as_ref()?.id)?;
        Some((change.address.to_string(), people))
    });
    ReportDocument {
        format_version: 1,
        plan_digest: digest.to_owned(),
        locations: locations.collect(),
        assignments: assignments.collect(),
        cost,
    }
}
