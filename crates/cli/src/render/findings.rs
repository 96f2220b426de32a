//! What a check or a plan has to say about lines of files, as one list, the worst first: what annotations and code
//! scanning show.

use super::grouped::{self, Group, Shared};
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
    /// The policies that one edit changes, where it is about one: each with its document and what is so of it.
    pub policies: Vec<Policy>,
}

/// One of the policies that an edit changes.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its address.
    pub address: String,
    /// Its document.
    pub place: Place,
    /// What is so of it alone; empty where all are alike.
    pub message: String,
}

/// The findings of a check.
pub fn of_diagnostics(diagnostics: &[Diagnostic]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = diagnostics.iter().map(of_diagnostic).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

/// The findings of a plan: why apply refuses, what was found on the way, and every effect on who gets in.
pub fn of_plan(plan: &Plan, groups: &[Group], diagnostics: &[Diagnostic]) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        grouped::guards(plan, groups).iter().map(|(group, alike)| of_guards(*group, alike)).collect();
    let mut effects: Vec<(EffectKind, Finding)> = Vec::new();
    for group in groups {
        match group.words() {
            None => {
                let change = group.first();
                effects.extend(change.impact.iter().map(|effect| (effect.kind, of_effect(change, effect))));
            }
            Some(words) => {
                let of_edit = group.effects();
                effects.extend(of_edit.iter().filter_map(|effect| of_edit_effect(group, &words, effect)));
            }
        }
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
        policies: Vec::new(),
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
        policies: Vec::new(),
    }
}

/// What one edit does to each of its policies.
fn of_edit_effect(group: &Group, words: &str, effect: &Shared<Effect>) -> Option<(EffectKind, Finding)> {
    let first = group.first();
    let (one, message, own) = match effect {
        Shared::Same(effect) => (*effect, sentence::text(&group.about(effect.sentence())), None),
        Shared::Each(each) => (*each.first()?, "Of each policy:".to_owned(), Some(each)),
    };
    let policies = group.changes.iter().enumerate().map(|(index, change)| Policy {
        address: change.address.to_string(),
        place: change.place.clone(),
        message: own.and_then(|each| each.get(index)).map_or_else(String::new, |effect| {
            sentence::text(&effect.sentence().about(change.subject_label()))
        }),
    });
    let finding = Finding {
        title: format!(
            "{} access: {} {} policies {words}",
            direction(one.kind),
            first.action.as_str(),
            group.changes.len()
        ),
        message,
        address: None,
        place: Some(group.place(Some(one.dimension))),
        policies: policies.collect(),
        ..of_effect(first, one)
    };
    Some((one.kind, finding))
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

/// Guards that say the same of the policies of one edit.
fn of_guards(group: Option<&Group>, alike: &[&Guard]) -> Finding {
    let finding = of_guard(alike[0]);
    if alike.len() == 1 {
        return finding;
    }
    let policies = alike.iter().filter_map(|guard| {
        Some(Policy {
            address: guard.address.as_ref()?.to_string(),
            place: guard.place.clone()?,
            message: String::new(),
        })
    });
    Finding {
        title: format!("apply refuses: {} policies alike", alike.len()),
        address: None,
        place: group.map(|group| group.place(None)),
        policies: policies.collect(),
        ..finding
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
        policies: Vec::new(),
    }
}
