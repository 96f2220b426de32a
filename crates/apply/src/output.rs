//! The outcome's JSON: one frozen object. Its schema is generated from these types into `schemas/`.

use crate::{Outcome, StepResult};
use entrant_plan::output::Summary;
use entrant_plan::saved::Difference;
use schemars::JsonSchema;
use serde::Serialize;

/// The version of this structure; a change that a reader could trip over raises it.
pub const FORMAT_VERSION: u32 = 1;

/// What became of a plan.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeDocument {
    /// The version of this structure.
    pub format_version: u32,
    /// The digest of the plan that was executed; of the approved one, where a plan file or a digest was given.
    pub plan_digest: String,
    /// One for each write, in the order in which they were tried.
    pub steps: Vec<StepDocument>,
    /// How many ended how.
    pub summary: OutcomeSummary,
    /// What the plan that was made afterwards would still do; absent where none could be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Remaining>,
    /// Why apply stopped before its first write, where the plan is not the one that was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<StoppedDocument>,
}

/// Why nothing was done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StoppedDocument {
    /// A stable code, which `entrant explain` knows: `stale-plan` or `other-digest`.
    pub code: String,
    /// Why, in one sentence.
    pub message: String,
    /// In what the plan as it is now goes beyond the approved one; empty where the approved one is not known.
    pub differences: Vec<Difference>,
}

/// What became of one change.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepDocument {
    /// The object.
    pub address: String,
    /// Its kind.
    pub kind: String,
    /// The shape that was written.
    pub api_version: String,
    /// `create`, `update` or `delete`.
    pub action: String,
    /// The object's id, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `done`, `failed`, `blocked`, `unclear`, `notSupported`, `alsoChanged` or `notDone`.
    pub result: String,
    /// Why, where it was not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// How many steps ended how.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeSummary {
    /// Done and seen.
    pub done: usize,
    /// Not done; nothing was changed.
    pub failed: usize,
    /// Not tried, because a step that they need was not done.
    pub blocked: usize,
    /// Written with an outcome that differs from the plan or could not be seen.
    pub unclear: usize,
    /// Not tried, because the run was interrupted.
    pub not_done: usize,
}

/// What is left to do.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Remaining {
    /// Objects to create.
    pub create: usize,
    /// Objects to update.
    pub update: usize,
    /// Objects to delete.
    pub delete: usize,
}

impl From<Summary> for Remaining {
    fn from(summary: Summary) -> Self {
        Self { create: summary.create, update: summary.update, delete: summary.delete }
    }
}

/// The outcome in its frozen structure.
pub fn document(outcome: &Outcome, plan_digest: &str, remaining: Option<Remaining>) -> OutcomeDocument {
    let mut summary = OutcomeSummary::default();
    for step in &outcome.steps {
        *match &step.result {
            StepResult::Done { .. } => &mut summary.done,
            StepResult::Failed { .. } => &mut summary.failed,
            StepResult::Blocked { .. } => &mut summary.blocked,
            StepResult::NotDone => &mut summary.not_done,
            StepResult::Unclear { .. } | StepResult::NotSupported { .. } | StepResult::AlsoChanged { .. } => {
                &mut summary.unclear
            }
        } += 1;
    }
    let steps = outcome.steps.iter().map(|step| StepDocument {
        address: step.address.to_string(),
        kind: step.kind.as_str().to_owned(),
        api_version: step.version.as_str().to_owned(),
        action: step.action.as_str().to_owned(),
        id: step.id.as_ref().map(ToString::to_string),
        result: word(&step.result).to_owned(),
        message: message(&step.result),
    });
    OutcomeDocument {
        format_version: FORMAT_VERSION,
        plan_digest: plan_digest.to_owned(),
        steps: steps.collect(),
        summary,
        remaining,
        stopped: None,
    }
}

/// The word of a result.
pub const fn word(result: &StepResult) -> &'static str {
    match result {
        StepResult::Done { .. } => "done",
        StepResult::Failed { .. } => "failed",
        StepResult::Blocked { .. } => "blocked",
        StepResult::Unclear { .. } => "unclear",
        StepResult::NotSupported { .. } => "notSupported",
        StepResult::AlsoChanged { .. } => "alsoChanged",
        StepResult::NotDone => "notDone",
    }
}

/// What a person reads of a result that is not simply done.
pub fn message(result: &StepResult) -> Option<String> {
    match result {
        StepResult::Done { .. } => None,
        StepResult::Failed { message } | StepResult::Unclear { message } => Some(message.clone()),
        StepResult::Blocked { by } => Some(format!("needs `{by}`, which was not done")),
        StepResult::NotSupported { paths, .. } => Some(format!(
            "written, but the service does not return these members as written; they are not supported here, or somebody else has changed them since: {}",
            paths.join(", ")
        )),
        StepResult::AlsoChanged { what, .. } => {
            Some(format!("written, and the service changed more with it: {}", what.join("; ")))
        }
        StepResult::NotDone => Some("not tried: the run was interrupted".to_owned()),
    }
}
