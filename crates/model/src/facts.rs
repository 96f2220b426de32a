//! What a policy says, whatever its shape: one typed, read-only view that rules, sentences and impact read.
//!
//! Built by exhaustive match from either version's object (`v1`, `beta`), so that a misspelt member
//! cannot read as "neutral". A member that is not said reads as its default. Every member of the tables with
//! an impact dimension is in here; a test of `entrant-plan` changes each one and looks.

mod beta;
mod review;
mod scope;
mod subject;
mod v1;

pub use review::{Review, ReviewEnd, Rhythm, Timeout};
pub use scope::{Ladder, Scope};
pub use subject::{Subject, Who};

use crate::kind::Version;
use crate::reference::Reference;
use crate::time::{Duration, Instant};
use crate::value::{Object, Value};

/// What a policy says.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "each is one switch of Graph's")]
pub struct PolicyFacts<'a> {
    /// Who may receive access.
    pub scope: Scope<'a>,
    /// The listed targets.
    pub targets: Vec<Subject<'a>>,
    /// Whether whom the scope means may request for themselves.
    pub self_add: bool,
    /// Whether they may ask to extend their access.
    pub self_update: bool,
    /// Whether others may request for them.
    pub on_behalf_add: bool,
    /// Whether others may extend access for them.
    pub on_behalf_update: bool,
    /// Whether others may give access up for them.
    pub on_behalf_remove: bool,
    /// Those others.
    pub on_behalf_requestors: Vec<Subject<'a>>,
    /// Whether not even an administrator may assign (beta, with a scope of nobody).
    pub is_assignment_stopped: bool,
    /// Verified IDs that a requestor must present (beta).
    pub credentials: Vec<Credential<'a>>,
    /// Whether a rule gives access without requests.
    pub is_automatic: bool,
    /// Whether access is taken from whom the rule no longer matches.
    pub removes_leavers: bool,
    /// How long they keep it, where said.
    pub grace: Option<Duration>,
    /// When access ends.
    pub expiry: Expiry,
    /// Whether a request needs approval.
    pub approval_for_add: bool,
    /// Whether a request to extend needs approval.
    pub approval_for_update: bool,
    /// How the stages are taken.
    pub mode: Mode<'a>,
    /// The approval stages.
    pub stages: Vec<Stage<'a>>,
    /// Whether requestors must say why.
    pub requestor_justification: bool,
    /// Questions to requestors, in their order.
    pub questions: Vec<Question<'a>>,
    /// Reviews of whoever has access; `None` where there are none.
    pub review: Option<Review<'a>>,
    /// Workflow extensions by the stage at which they run.
    pub extensions: Vec<Extension<'a>>,
}

/// When access ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// Never.
    Never,
    /// So long after it was given.
    After(Duration),
    /// At this moment.
    At(Instant),
}

/// How approval stages are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode<'a> {
    /// One after the other, as many as there are.
    InTurn,
    /// All at once (beta).
    AtOnce,
    /// What the service makes of the other words, or of a word that contradicts the stages, is not documented.
    Other(&'a str),
}

/// One approval stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage<'a> {
    /// Who decides, fallbacks left out.
    pub primary: Vec<Subject<'a>>,
    /// Who decides where those cannot be found.
    pub fallback: Vec<Subject<'a>>,
    /// Whether it escalates.
    pub is_escalation_enabled: bool,
    /// Who decides after escalation, fallbacks left out.
    pub escalation: Vec<Subject<'a>>,
    /// Who decides after escalation where those cannot be found.
    pub escalation_fallback: Vec<Subject<'a>>,
    /// Time until denial, where said.
    pub denial: Option<Duration>,
    /// Time until escalation, where said.
    pub escalation_after: Option<Duration>,
    /// Whether approvers must say why.
    pub approver_justification: bool,
    /// Whether a workflow extension decides who approves.
    pub is_dynamic: bool,
}

impl<'a> Stage<'a> {
    /// Who decides: the first approvers, or the fallbacks where there are none.
    pub fn deciders(&self) -> Vec<Subject<'a>> {
        if self.primary.is_empty() { self.fallback.clone() } else { self.primary.clone() }
    }

    /// Who decides after escalation, or the fallbacks where there is nobody.
    pub fn escalators(&self) -> Vec<Subject<'a>> {
        if self.escalation.is_empty() { self.escalation_fallback.clone() } else { self.escalation.clone() }
    }

    /// Whether the request can reach escalation approvers: there are some, and they are asked before it is denied.
    pub fn can_escalate(&self) -> bool {
        let in_time = match (self.escalation_after, self.denial) {
            (Some(escalation), Some(denial)) => escalation < denial || denial.is_zero(),
            _ => true,
        };
        self.is_escalation_enabled && in_time && !self.escalators().is_empty()
    }
}

/// A question to requestors.
#[derive(Debug, Clone, PartialEq)]
pub struct Question<'a> {
    /// The question, in the default language.
    pub text: &'a str,
    /// Whether a request without an answer is refused.
    pub is_required: bool,
    /// What an answer must match.
    pub pattern: Option<&'a str>,
    /// The answers to choose from; none where it is answered with text.
    pub choices: Vec<&'a str>,
}

/// A Verified ID that a requestor must present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential<'a> {
    /// Its type.
    pub credential_type: &'a str,
    /// Who may have issued it, sorted.
    pub issuers: Vec<&'a str>,
}

/// A workflow extension that runs at one stage of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Extension<'a> {
    /// The stage.
    pub stage: &'a str,
    /// The extension.
    pub extension: Option<&'a Reference>,
    /// Whether it stands in beta's older list.
    pub is_handler: bool,
}

impl<'a> PolicyFacts<'a> {
    /// The facts of a policy in either shape.
    pub fn of(policy: &'a Object) -> Self {
        match policy.ty.version {
            Version::V1 => v1::facts(policy),
            Version::Beta => beta::facts(policy),
        }
    }

    /// Whether anybody may request access: the door is open. An automatic policy takes no requests, but it is
    /// one only with a rule.
    pub fn may_request(&self) -> bool {
        (self.self_add || self.on_behalf_add) && !self.gives_by_rule()
    }

    /// Whether access is given by a membership rule.
    pub fn gives_by_rule(&self) -> bool {
        self.is_automatic && self.targets.iter().any(|target| matches!(target.who, Who::Rule(_)))
    }

    /// Whether anybody may ask to extend access.
    pub const fn may_extend(&self) -> bool {
        self.self_update || self.on_behalf_update
    }
}

fn flag(object: Option<&Object>, name: &str) -> bool {
    object.is_some_and(|o| o.flag(name))
}

/// A switch that is on where it is not said.
fn flag_or_on(object: &Object, name: &str) -> bool {
    !matches!(object.get(name), Some(Value::Bool(false)))
}

fn objects<'a>(parent: Option<&'a Object>, name: &str) -> impl Iterator<Item = &'a Object> {
    parent.map_or(&[][..], |p| p.list(name)).iter().filter_map(Value::as_object)
}

fn subjects<'a>(parent: Option<&'a Object>, name: &str) -> Vec<Subject<'a>> {
    parent.map_or(&[][..], |p| p.list(name)).iter().map(Subject::of).collect()
}

const fn duration(value: Option<&Value>) -> Option<Duration> {
    match value {
        Some(Value::Duration(duration)) => Some(*duration),
        _ => None,
    }
}

const fn instant(value: Option<&Value>) -> Option<Instant> {
    match value {
        Some(Value::Instant(instant)) => Some(*instant),
        _ => None,
    }
}

fn count(value: Option<&Value>) -> Option<u64> {
    match value {
        Some(Value::Int(n)) => u64::try_from(*n).ok(),
        _ => None,
    }
}

/// Questions in their order: by `sequence` where all have one. `text` reads the question's text.
fn questions<'a>(policy: &'a Object, text: impl Fn(&'a Object) -> &'a str) -> Vec<Question<'a>> {
    let mut list: Vec<&Object> = objects(Some(policy), "questions").collect();
    let rank = |o: &Object| match o.get("sequence") {
        Some(Value::Int(n)) => Some(*n),
        _ => None,
    };
    if list.iter().all(|o| rank(o).is_some()) {
        list.sort_by_key(|o| rank(o));
    }
    let question = |o: &'a Object| Question {
        text: text(o),
        is_required: o.flag("isRequired"),
        pattern: o.text("regexPattern").filter(|p| !p.is_empty()),
        choices: objects(Some(o), "choices").map(|c| c.text("actualValue").unwrap_or_default()).collect(),
    };
    list.into_iter().map(question).collect()
}

/// Workflow extensions of one list, by stage.
fn extensions<'a>(policy: &'a Object, name: &str, is_handler: bool) -> Vec<Extension<'a>> {
    let mut list: Vec<Extension<'a>> = objects(Some(policy), name)
        .map(|o| Extension {
            stage: o.text("stage").unwrap_or_default(),
            extension: o.reference("customExtension"),
            is_handler,
        })
        .collect();
    list.sort_by_key(|e| e.stage.to_ascii_lowercase());
    list
}
