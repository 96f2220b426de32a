//! What an apply does and did, for a person.

use super::page::{Page, Tone, plain, span};
use super::plan_text::sign;
use entrant_apply::output::{OutcomeDocument, message};
use entrant_apply::{Outcome, StepResult};
use entrant_model::text::visible;
use entrant_plan::{Action, Change};

/// A step that has ended.
pub fn step(change: &Change, result: &StepResult, width: usize) -> String {
    let mut page = Page::new(width);
    let done = match (result, change.action) {
        (StepResult::Done { .. }, Action::Create) => "created",
        (StepResult::Done { .. }, Action::Update) => "updated",
        (StepResult::Done { .. }, Action::Delete) => "deleted",
        (StepResult::Done { .. }, Action::Keep) => "kept",
        (StepResult::Failed { .. }, _) => "FAILED",
        (StepResult::Blocked { .. }, _) => "BLOCKED",
        (StepResult::Unclear { .. }, _) => "UNCLEAR",
        (StepResult::NotSupported { .. }, _) => "NOT SUPPORTED",
        (StepResult::AlsoChanged { .. }, _) => "CHANGED MORE",
        (StepResult::NotDone, _) => "NOT DONE",
    };
    let (_, tone) = sign(change.action);
    let tone = if result.is_done() { tone } else { Tone::Changed };
    let lead = span(tone, format!("{done} "));
    page.marked(0, &[], 0, &lead, &[span(Tone::Strong, change.address.to_string())]);
    if let Some(message) = message(result) {
        page.line(2, &[plain(visible(&message))]);
    }
    page.into_text()
}

/// What became of the whole plan, and what is left.
pub fn summary(outcome: &Outcome, document: &OutcomeDocument, width: usize) -> String {
    let mut page = Page::new(width);
    page.gap();
    let untried: Vec<_> = outcome
        .steps
        .iter()
        .filter(|s| matches!(s.result, StepResult::NotDone | StepResult::Blocked { .. }))
        .collect();
    if !untried.is_empty() {
        page.line(0, &[plain("Not done:")]);
        for step in untried {
            let mut spans = vec![plain(format!("{} {}", step.action.as_str(), step.address))];
            if let StepResult::Blocked { .. } = step.result {
                let why = message(&step.result).unwrap_or_default();
                spans.push(span(Tone::Faint, format!(" ({})", visible(&why))));
            }
            page.line(2, &spans);
        }
    }
    let s = &document.summary;
    let counts = [
        (s.done, "done"),
        (s.failed, "failed"),
        (s.blocked, "blocked"),
        (s.unclear, "unclear or not as planned"),
        (s.not_done, "not tried"),
    ];
    let words: Vec<String> = counts
        .iter()
        .filter(|(count, word)| *count > 0 || *word == "done")
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    page.line(0, &[span(Tone::Strong, "Apply:"), plain(format!(" {}.", words.join(", ")))]);
    let rest = match &document.remaining {
        Some(r) if r.create + r.update + r.delete == 0 => {
            "Planned again: nothing is left. No changes: the tenant is as declared.".to_owned()
        }
        Some(r) => format!(
            "Planned again: {} to create, {} to update, {} to delete are left. Run `entrant plan` to see them.",
            r.create, r.update, r.delete
        ),
        None if outcome.is_interrupted() => {
            "Interrupted. Run `entrant apply` again: it goes on from what is there.".to_owned()
        }
        None => "What is left could not be planned. Run `entrant plan`.".to_owned(),
    };
    page.line(0, &[plain(rest)]);
    page.into_text()
}
