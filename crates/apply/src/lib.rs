//! Executes a plan, step by step, in the plan's order. Makes no choice of its own and keeps no journal:
//! whoever runs it again after a crash plans again from what Graph then shows.
//!
//! ```text
//! update:  read again ─▶ as it was planned? ─▶ PUT ─▶ read back until it is seen
//!                            └──────◀── no clear answer, and not to be seen
//! create:  POST, one at a time ─▶ (409 or no clear answer: look it up; none for a minute: once more) ─▶ read back
//! delete:  read again ─▶ as it was planned? nobody holds access? ─▶ DELETE ─▶ read until it is gone
//!                            └──────◀── no clear answer
//! ```
//!
//! A step that fails does not stop independent ones; a delete waits for the creates of its package, so that
//! nobody is left without a way in.

pub mod output;
mod step;

use entrant_graph::{Read, Write};
use entrant_model::{Address, Id, Kind, Version};
use entrant_plan::{Action, Change, Plan};
use std::time::Duration;

/// How patient an apply is.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a write may take to be seen when it is read back.
    pub read_back: Duration,
    /// The first pause between two reads; it doubles up to sixteen times that.
    pub poll: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { read_back: Duration::from_mins(1), poll: Duration::from_millis(250) }
    }
}

/// What happens while a plan is executed.
#[derive(Debug)]
pub enum Event<'a> {
    /// A step begins.
    Started(&'a Change),
    /// A step has ended.
    Finished(&'a Change, &'a StepResult),
}

/// What became of a plan.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// One for each write of the plan, in order.
    pub steps: Vec<Step>,
}

/// What became of one change.
#[derive(Debug, Clone)]
pub struct Step {
    /// The object.
    pub address: Address,
    /// Its kind.
    pub kind: Kind,
    /// The shape that was written.
    pub version: Version,
    /// What was to be done.
    pub action: Action,
    /// The object's id, where it is known.
    pub id: Option<Id>,
    /// What became of it.
    pub result: StepResult,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepResult {
    /// Done and seen.
    Done {
        /// The object's id, where there is one.
        id: Option<Id>,
    },
    /// Not done; nothing was changed.
    Failed {
        /// Why, with what to do.
        message: String,
    },
    /// Not tried, because a step that it needs was not done.
    Blocked {
        /// The address of that step.
        by: String,
    },
    /// The write was sent and what became of it could not be seen.
    Unclear {
        /// Why, with what to do.
        message: String,
    },
    /// Written, but the service does not return these members as written: they are not supported here.
    NotSupported {
        /// The id of the object.
        id: Option<Id>,
        /// JSON Pointers of the members.
        paths: Vec<String>,
    },
    /// Written and seen, and the service changed something else with it.
    AlsoChanged {
        /// The id of the object.
        id: Option<Id>,
        /// What changed, a sentence each.
        what: Vec<String>,
    },
    /// Not tried, because the run was interrupted.
    NotDone,
}

impl StepResult {
    /// Whether the object is now as planned and nothing else was touched.
    pub const fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }
}

impl Outcome {
    /// Whether every step was done.
    pub fn is_complete(&self) -> bool {
        self.steps.iter().all(|s| s.result.is_done())
    }

    /// Whether the run was interrupted before its end.
    pub fn is_interrupted(&self) -> bool {
        self.steps.iter().any(|s| s.result == StepResult::NotDone)
    }
}

/// Executes the writes of a plan in their order.
///
/// `stop` is asked before each step; once it says yes, the rest is not tried. `on` is told of each step.
pub async fn apply<C: Read + Write + Sync>(
    plan: &Plan,
    client: &C,
    settings: &Settings,
    stop: &(dyn Fn() -> bool + Sync),
    on: &mut (dyn FnMut(Event<'_>) + Send),
) -> Outcome {
    let mut outcome = Outcome::default();
    for change in plan.writes() {
        let result = if stop() {
            StepResult::NotDone
        } else if let Some(by) = blocked_by(change, plan, &outcome) {
            StepResult::Blocked { by }
        } else {
            on(Event::Started(change));
            let result = match change.action {
                Action::Create => step::create(change, client, settings).await,
                Action::Update => step::update(change, client, settings).await,
                Action::Delete => step::delete(change, client, settings).await,
                Action::Keep => continue,
            };
            on(Event::Finished(change, &result));
            result
        };
        let id = match &result {
            StepResult::Done { id }
            | StepResult::NotSupported { id, .. }
            | StepResult::AlsoChanged { id, .. } => id.clone(),
            _ => None,
        };
        outcome.steps.push(Step {
            address: change.address.clone(),
            kind: change.kind,
            version: change.version,
            action: change.action,
            id: id.or_else(|| change.live.as_ref().map(|l| l.id.clone())),
            result,
        });
    }
    outcome
}

/// The step that this one needs and that was not done: a delete needs the creates of its package.
fn blocked_by(change: &Change, plan: &Plan, so_far: &Outcome) -> Option<String> {
    if change.action != Action::Delete {
        return None;
    }
    let creates = plan.writes().zip(&so_far.steps).filter(|(other, _)| other.action == Action::Create);
    creates
        .filter(|(other, step)| other.access_package == change.access_package && !step.result.is_done())
        .map(|(_, step)| step.address.to_string())
        .next()
}
