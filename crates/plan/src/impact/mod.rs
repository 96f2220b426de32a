//! Impact: what a change does to who gets in. A pure function of the facts before and after.
//!
//! ```text
//! PolicyFacts before ─┐   audience  automatic  approval  expiry     ┌─ Effect: dimension, widens | narrows |
//!                     ├─▶ justification  reviews  extensions ────────┤          unknown, code, sentence
//! PolicyFacts after ──┘                                             └─ Class: the worst of them
//!                                          package: what else remains in the package can make a closing unknown
//!
//! catalogs, packages, organizations, extensions, settings ─▶ objects ─▶ Effect, also of what they do to policies
//! ```
//!
//! Every function here is symmetric: with the sides swapped it gives the same effects, with widens and narrows
//! swapped. A gain never cancels a loss: both are effects. What is neither is no effect: neutral.

mod approval;
mod audience;
mod automatic;
pub mod codes;
mod expiry;
mod extensions;
mod headline;
mod justification;
pub mod objects;
mod package;
pub mod phrase;
mod reviews;
pub mod sentence;
mod sets;

pub use headline::{changes, headline, headline_of};
pub(crate) use package::after_change;
pub use package::in_package;
pub use phrase::{Part, Sentence};

use crate::change::Plan;
use entrant_model::facts::{PolicyFacts, Scope};
use entrant_model::value::Json;
use entrant_model::{Code, Dimension, Live};

/// Fills in the effects of every change of the plan. Unchanged objects cost nothing here.
pub fn fill(plan: &mut Plan, live: &Live) {
    package::fill(plan, live);
    objects::fill(plan, live);
}

/// One effect of a change on who gets in.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// What is affected.
    pub dimension: Dimension,
    /// In which direction.
    pub kind: EffectKind,
    /// A stable code, which `entrant explain` knows. It is the same in both directions.
    pub code: Code,
    /// What happens, as a clause that stands in a sentence.
    pub clause: Sentence,
    /// When it takes effect.
    pub when: When,
    /// What is; `None` for nothing.
    pub before: Option<Json>,
    /// What shall be; `None` for nothing.
    pub after: Option<Json>,
}

impl Effect {
    /// The whole sentence: the clause, and when it takes effect.
    pub fn sentence(&self) -> Sentence {
        self.clause.clone().ended().then(" (").then(self.when.words()).then(").").capitalised()
    }
}

/// The direction of an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EffectKind {
    /// More people get in, or more easily, or for longer.
    Widens,
    /// It cannot be told from the policies alone.
    Unknown,
    /// Fewer people get in, or less easily, or for less long.
    Narrows,
}

impl EffectKind {
    /// The word of plans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Widens => "widens",
            Self::Unknown => "unknown",
            Self::Narrows => "narrows",
        }
    }

    /// The direction with the sides swapped.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Widens => Self::Narrows,
            Self::Unknown => Self::Unknown,
            Self::Narrows => Self::Widens,
        }
    }
}

/// The class of a change or of a plan: its worst effect. The first is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the words are those of effects")]
pub enum Class {
    Widens,
    Unknown,
    Narrows,
    Neutral,
}

impl Class {
    /// The worst of these effects; neutral where there is none.
    pub fn of<'a>(effects: impl IntoIterator<Item = &'a Effect>) -> Self {
        let worst = effects.into_iter().map(|e| e.kind).min();
        match worst {
            Some(EffectKind::Widens) => Self::Widens,
            Some(EffectKind::Unknown) => Self::Unknown,
            Some(EffectKind::Narrows) => Self::Narrows,
            None => Self::Neutral,
        }
    }

    /// The word of plans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Widens => "widens",
            Self::Unknown => "unknown",
            Self::Narrows => "narrows",
            Self::Neutral => "neutral",
        }
    }
}

/// When an effect takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// With requests made from now on.
    NewRequests,
    /// With requests made from now on; nobody loses access by it.
    NewRequestsKeepingAccess,
    /// With requests made from now on; those that are under way keep the end that they were given.
    NewRequestsKeepingEnds,
    /// With assignments that an administrator makes from now on.
    NewAssignments,
    /// With assignments that an administrator makes from now on; nobody loses access by it.
    NewAssignmentsKeepingAccess,
    /// Without anybody asking.
    AtOnce,
    /// Without anybody asking, and with assignments that are made from now on.
    Holding,
    /// When those who manage a catalog make use of it.
    ByManagers,
    /// When a user from outside loses the last access.
    LastAccess,
    /// When reviews come next.
    NextReview,
}

impl When {
    /// The same of a policy that is deleted: what becomes of access through it is not documented.
    const fn of_deleted(self) -> Self {
        match self {
            Self::NewRequestsKeepingAccess => Self::NewRequests,
            Self::NewAssignmentsKeepingAccess => Self::NewAssignments,
            other => other,
        }
    }

    /// The words at the end of a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NewRequests => "new requests",
            Self::NewRequestsKeepingAccess => "new requests; whoever has access keeps it",
            Self::NewRequestsKeepingEnds => "new requests; pending and approved requests keep their old end",
            Self::NewAssignments => "new assignments",
            Self::NewAssignmentsKeepingAccess => "new assignments; whoever has access keeps it",
            Self::AtOnce => "at once, without a request",
            Self::Holding => "without a request; new assignments likewise",
            Self::ByManagers => "by packages and policies that they make or change",
            Self::LastAccess => "when somebody's last access ends",
            Self::NextReview => "at the next review",
        }
    }
}

/// The effects of a change, the worst first. A create has no `before`, a delete no `after`.
///
/// No policy is taken as the same policy with its doors closed: nobody in its scope, nothing by rule. So a
/// create widens by whom it lets in, and its approval, expiry and reviews are no narrowing of anything.
pub fn effects(before: Option<&PolicyFacts>, after: Option<&PolicyFacts>) -> Vec<Effect> {
    let mut out = Vec::new();
    match (before, after) {
        (Some(before), Some(after)) => compare(before, after, &mut out),
        (None, Some(after)) => compare(&closed(after), after, &mut out),
        (Some(before), None) => {
            compare(before, &closed(before), &mut out);
            for effect in &mut out {
                effect.when = effect.when.of_deleted();
            }
        }
        (None, None) => {}
    }
    sort(&mut out);
    out
}

/// Puts the worst first; within one direction by dimension.
fn sort(effects: &mut [Effect]) {
    effects.sort_by_key(|e| (e.kind, e.dimension));
}

fn compare(before: &PolicyFacts, after: &PolicyFacts, out: &mut Vec<Effect>) {
    audience::compare(before, after, out);
    automatic::compare(before, after, out);
    approval::compare(before, after, out);
    justification::compare(before, after, out);
    expiry::compare(before, after, out);
    reviews::compare(before, after, out);
    extensions::compare(before, after, out);
}

/// The policy as if it were not there.
fn closed<'a>(policy: &PolicyFacts<'a>) -> PolicyFacts<'a> {
    PolicyFacts {
        scope: Scope::NotSpecified,
        targets: Vec::new(),
        self_add: false,
        on_behalf_add: false,
        is_automatic: false,
        extensions: Vec::new(),
        ..policy.clone()
    }
}

/// The effect of a switch: `kind` is what switching it on does.
fn switch(before: bool, after: bool, on: EffectKind) -> Option<EffectKind> {
    match (before, after) {
        (false, true) => Some(on),
        (true, false) => Some(on.reversed()),
        _ => None,
    }
}
