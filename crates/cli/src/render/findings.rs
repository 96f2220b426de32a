//! What a check or a plan has to say about lines of files, as one list, the worst first: what annotations and code
//! scanning show.

use super::{guards_text, sentence};
use entrant_model::text::visible;
use entrant_model::{Code, Diagnostic, Place, Severity};
use entrant_plan::impact::{Effect, EffectKind};
use entrant_plan::{Change, Field, Guard, Plan};

/// One thing that a line of a file leads to.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What `entrant explain` knows it by.
    pub code: Code,
    /// How much it matters.
    pub level: Severity,
    /// What it is about, in a few words. Nothing deceptive is in it; it is not escaped for an output.
    pub title: String,
    /// What is so, in sentences. The same holds.
    pub message: String,
    /// The object, where it is about one.
    pub address: Option<String>,
    /// Where.
    pub place: Option<Place>,
}

/// The findings of a check.
pub fn of_diagnostics(diagnostics: &[Diagnostic]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = diagnostics.iter().map(of_diagnostic).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

/// The findings of a plan: why apply refuses, what was found on the way, and every effect on who gets in.
pub fn of_plan(plan: &Plan, diagnostics: &[Diagnostic]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = plan.guards.iter().map(of_guard).collect();
    let mut effects: Vec<(EffectKind, Finding)> = Vec::new();
    for change in &plan.changes {
        effects.extend(change.impact.iter().map(|effect| (effect.kind, of_effect(change, effect))));
    }
    // Stable: within one direction in the order of execution.
    effects.sort_by_key(|(kind, _)| *kind);
    findings.extend(effects.into_iter().map(|(_, finding)| finding));
    findings.extend(of_diagnostics(diagnostics));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

fn of_diagnostic(diagnostic: &Diagnostic) -> Finding {
    let sentences = diagnostic.notes.iter().chain(&diagnostic.help);
    let more: String = sentences.flat_map(|sentence| ["\n", sentence]).collect();
    Finding {
        code: diagnostic.code,
        level: diagnostic.severity,
        title: diagnostic.code.name.to_owned(),
        message: format!("{}{more}", diagnostic.message),
        address: None,
        place: diagnostic.place.clone(),
    }
}

fn of_effect(change: &Change, effect: &Effect) -> Finding {
    let address = change.address.to_string();
    Finding {
        code: effect.code,
        level: match effect.kind {
            EffectKind::Widens | EffectKind::Unknown => Severity::Warning,
            EffectKind::Narrows => Severity::Note,
        },
        title: format!("{} access: {} {address}", direction(effect.kind), change.action.as_str()),
        message: sentence::text(&effect.sentence().about(change.subject_label())),
        address: Some(address),
        place: Some(line_of(change, effect)),
    }
}

const fn direction(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::Widens => "widens",
        EffectKind::Unknown => "may change",
        EffectKind::Narrows => "narrows",
    }
}

/// The line of the document that has the effect, as far as the fields tell; else the document.
fn line_of(change: &Change, effect: &Effect) -> Place {
    let is_it = |field: &&Field| field.dimension == Some(effect.dimension) && field.reason.is_none();
    match change.fields.iter().find(is_it) {
        Some(field) if change.desired.is_some() => change.place.key(field.path.clone()),
        _ => change.place.clone(),
    }
}

fn of_guard(guard: &Guard) -> Finding {
    let members: Vec<String> = guard.silent.iter().map(|silent| visible(&silent.path.to_string())).collect();
    let address = guard.address.as_ref().map(ToString::to_string);
    let message = if members.is_empty() {
        let lift =
            guard.lifted_by().map(|lift| format!("\nTo let it pass, after a review: {}", visible(&lift)));
        let sentence = sentence::text(&guard.sentence.clone().then("."));
        format!("{sentence}{}{}", guards_text::people(guard), lift.unwrap_or_default())
    } else {
        format!(
            "The document does not say {}, and live differs from the default. What is not said never changes who gets in: write what shall be.",
            members.join(", ")
        )
    };
    Finding {
        code: guard.code,
        level: Severity::Error,
        title: format!("apply refuses: {}", address.as_deref().unwrap_or("the whole plan")),
        message,
        address,
        place: guard.place.clone(),
    }
}
