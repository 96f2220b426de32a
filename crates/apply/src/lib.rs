//! Executes a plan. Makes no choice of its own and keeps no journal: whoever runs it again after a crash plans
//! again from what Graph then shows.
//!
//! ```text
//! plan ─order─▶ what may run side by side ─run─▶ steps ─looks─▶ one request for many of them
//!
//! update:  read again ─▶ as it was planned? ─▶ PUT ─▶ read back until it is seen
//!                            └──────◀── no clear answer, and not to be seen
//! create:  turn ─▶ POST ─▶ (409 or no clear answer: look it up; none for long enough: once more) ─▶ read back
//! delete:  read again ─▶ as it was planned? nobody holds access? ─▶ DELETE ─▶ read until it is gone
//!                            └──────◀── no clear answer
//! ```
//!
//! A step that fails does not stop independent ones; a delete waits for the creates of its package, so that
//! nobody is left without a way in.

mod creates;
mod looks;
mod made;
mod object;
mod order;
pub mod output;
mod pause;
mod rival;
mod run;
mod step;

pub use run::apply;

use entrant_model::{Address, Id, Kind, Version};
use entrant_plan::{Action, Change};
use std::time::Duration;

/// How patient an apply is.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a write may take to be seen when it is read back.
    pub read_back: Duration,
    /// The first pause between two looks at an object; later ones are longer. Looks of several steps go together,
    /// and wait up to four times that for one another.
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
    /// A create has no clear answer. What it may have made is looked for, for so long at most; unless it shows, the
    /// create is sent again.
    Unclear(&'a Change, Duration),
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
    /// Written, but the service does not return these members as written: they are not supported here, or
    /// somebody else has changed them since.
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
