//! Guards: why `apply` will not run a plan, each with a code, a sentence and, where there is one, what lets it pass.
//!
//! ```text
//! Plan, Live, Rules ─▶ silence  in_use  holding  resources  immediate  resource_roles  absence
//!                      limits  small_listing ─▶ Guard ─▶ Plan::guards
//! ```
//!
//! One file a guard. They never stop `plan`. What lets one pass names objects or stands in a reviewed file: nothing
//! here asks for a switch that waves everything through. A guard is no part of what is done, so the plan's digest
//! does not cover it.

mod absence;
mod closing;
pub mod codes;
mod holding;
mod immediate;
mod in_use;
mod limits;
mod resource_roles;
mod resources;
mod silence;
mod small_listing;

pub use resources::{ROLES, emptied};
pub use silence::Silent;

use crate::change::{Action, Change, Plan};
use crate::impact::Sentence;
use entrant_model::address::Pattern;
use entrant_model::limits::Limits;
use entrant_model::text::{nearest, visible};
use entrant_model::{Address, Code, Diagnostic, Kind, Live, Place};
use std::collections::BTreeSet;

/// Why `apply` will not run the plan.
#[derive(Debug, Clone)]
pub struct Guard {
    /// A stable code, which `entrant explain` knows.
    pub code: Code,
    /// The object; `None` where it is about the whole plan.
    pub address: Option<Address>,
    /// Where its document stands.
    pub place: Option<Place>,
    /// Why, in one sentence. How many people it is about stands beside it.
    pub sentence: Sentence,
    /// How many people hold access through the object, where that was read and matters.
    pub people: Option<usize>,
    /// What lets it pass.
    pub lift: Lift,
    /// Members that the document must say.
    pub silent: Vec<Silent>,
    /// A document to write instead, as lines of YAML, with what it does.
    pub instead: Option<(&'static str, String)>,
}

/// What lets a guard pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lift {
    /// Nothing but another document.
    None,
    /// `--allow-immediate ADDRESS`.
    AllowImmediate,
    /// A saved plan that lists it and was approved, or `--allow-delete ADDRESS`.
    AllowDelete,
    /// `deleteWithAssignments: true` in the `Removed` document.
    WithAssignments,
    /// A part of the plan at a time.
    Parts,
    /// A higher limit of this name in `entrant.yaml`, or a part of the plan at a time; for deletions also
    /// `--allow-delete ADDRESS`.
    Limit(&'static str),
}

/// What guards go by.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// How much may change at once.
    pub limits: Limits,
    /// What was allowed by name.
    pub allowed: Allowed,
    /// The [keys](Address::key) of addresses that are known to have been there before.
    pub seen: BTreeSet<String>,
}

/// What a person allowed, object by object.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// Objects that may be deleted: they count towards no limit, and need no document.
    pub delete: Vec<Pattern>,
    /// Objects whose change may act on many people at once.
    pub immediate: Vec<Pattern>,
    /// Whatever is deleted because no document declares it: an approved plan lists it.
    pub absences: bool,
}

impl Guard {
    /// A guard about one change, which nothing lifts.
    fn of(change: &Change, code: Code, sentence: impl Into<Sentence>) -> Self {
        Self {
            address: Some(change.address.clone()),
            place: Some(change.place.clone()),
            ..Self::plan(code, sentence)
        }
    }

    /// A guard about the whole plan, which nothing lifts.
    fn plan(code: Code, sentence: impl Into<Sentence>) -> Self {
        Self {
            code,
            address: None,
            place: None,
            sentence: sentence.into().capitalised(),
            people: None,
            lift: Lift::None,
            silent: Vec::new(),
            instead: None,
        }
    }

    /// What to give or to write so that it passes, for a shell of POSIX; `None` where nothing does.
    pub fn lifted_by(&self) -> Option<String> {
        let address = || shell_word(&self.address.as_ref().map(ToString::to_string).unwrap_or_default());
        match self.lift {
            Lift::None => None,
            Lift::AllowDelete => Some(format!("--allow-delete {}", address())),
            Lift::AllowImmediate => Some(format!("--allow-immediate {}", address())),
            Lift::WithAssignments => {
                Some("`deleteWithAssignments: true` in the `Removed` document".to_owned())
            }
            Lift::Parts => Some(
                "fewer than five of them at a time with `--target ADDRESS`; for an emulator that was begun anew: delete `.entrant/known.json`"
                    .to_owned(),
            ),
            Lift::Limit(name) => {
                let named =
                    if name == "deletions" { "`--allow-delete ADDRESS` for some of them, " } else { "" };
                Some(format!(
                    "{named}a higher `limits: {name}` in `entrant.yaml`, or a part of the plan at a time with `--target`"
                ))
            }
        }
    }
}

/// One word of a POSIX shell, whatever it holds: names come from the tenant, and a person pastes this.
fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Fills in the guards of a plan. A diagnostic for each allowance that means nothing: it may be misspelt, and then
/// the object that was meant is not the one that was reviewed.
pub fn judge(plan: &mut Plan, live: &Live, rules: &Rules) -> Vec<Diagnostic> {
    let allowed = &rules.allowed;
    let mut guards: Vec<Guard> = plan.changes.iter().filter_map(silence::guard).collect();
    guards.extend(plan.changes.iter().filter_map(|change| in_use::guard(change, live)));
    guards.extend(holding::guards(plan, live));
    guards.extend(resources::guards(plan, live));
    for change in &plan.changes {
        guards.extend(immediate::guards(change, live, allowed));
        guards.extend(resource_roles::guards(change, live, allowed));
    }
    guards.extend(plan.changes.iter().filter_map(|change| absence::guard(change, allowed)));
    guards.extend(limits::guards(plan, rules));
    guards.extend(small_listing::guard(plan, &rules.seen));
    plan.guards = guards;
    let asked = [("--allow-delete", &allowed.delete), ("--allow-immediate", &allowed.immediate)];
    asked.into_iter().flat_map(|(flag, patterns)| unmatched(flag, patterns, plan)).collect()
}

/// Allowances that name neither a change of the plan nor a declared object.
fn unmatched(flag: &str, patterns: &[Pattern], plan: &Plan) -> Vec<Diagnostic> {
    let addresses = || {
        let changed = plan.changes.iter().map(|change| &change.address);
        changed.chain(plan.desired.iter().map(|declared| &declared.address))
    };
    let is_unmatched = |pattern: &&Pattern| !addresses().any(|address| pattern.matches(address));
    patterns
        .iter()
        .filter(is_unmatched)
        .map(|pattern| {
            let text = visible(pattern.as_str());
            let found = Diagnostic::new(
                codes::ALLOWANCE_UNMATCHED,
                format!("`{flag} {text}` names no object of this plan"),
            );
            let names: Vec<String> = addresses().map(ToString::to_string).collect();
            match nearest(pattern.as_str(), names.iter().map(String::as_str)) {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => found.help("`entrant plan` shows the addresses; `*` matches within a segment"),
            }
        })
        .collect()
}

fn is_allowed(patterns: &[Pattern], change: &Change) -> bool {
    patterns.iter().any(|pattern| pattern.matches(&change.address))
}

/// What a sentence calls the object of a change.
fn noun(change: &Change) -> &'static str {
    match change.kind {
        Kind::AssignmentPolicy => "policy",
        kind => kind.noun(),
    }
}

fn is_delete(change: &Change) -> bool {
    change.action == Action::Delete
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_word_of_a_shell() {
        assert_eq!(shell_word("a b"), "'a b'");
        assert_eq!(shell_word("$(x) `y` \"z\" it's"), r#"'$(x) `y` "z" it'\''s'"#);
    }
}
