//! What stops if nobody stands behind a part in a policy: the group is empty, the user is gone, no sponsor is named.

use super::{Edge, Estate, Node, NodeId, Relation, Turn, What};
use crate::impact::phrase::{Sentence, say, time};
use entrant_model::Kind;
use entrant_model::facts::{Ladder, PolicyFacts, Timeout};
use std::collections::BTreeSet;

/// What is not documented of those who are asked where others cannot be found.
const IF_ASKED: &str = ", as far as Graph then asks the fallback";

/// What an approver, a reviewer, a manager of a catalog, a sponsor or somebody who requests for others leaves undone, if
/// nobody stands behind it. `None` for an edge that is none of these.
pub fn without(estate: &Estate, edge: &Edge) -> Option<Sentence> {
    let sentence = match &edge.relation {
        Relation::Approves { stage, turn } => {
            let facts = estate.nodes[edge.to].facts()?;
            approval(estate, edge, &facts, *stage, *turn)
        }
        Relation::Reviews { is_fallback } => {
            let facts = estate.nodes[edge.to].facts()?;
            review(estate, edge, &facts, *is_fallback)
        }
        Relation::RequestsForOthers => match others(estate, edge, &edge.relation) {
            Some(others) => say!["only ", others, " may still request it for others"],
            None => "nobody may request it for others".into(),
        },
        Relation::Administers { role } => match others(estate, edge, &edge.relation) {
            Some(others) => say!["the role is left to ", others],
            None => say![
                "nobody has the role ",
                Sentence::name(role.as_str()),
                " on the catalog; administrators of the tenant remain"
            ],
        },
        Relation::Sponsors { is_external } => match others(estate, edge, &edge.relation) {
            Some(others) => say!["the organization is left to ", others],
            None => unsponsored(estate, edge.to, *is_external),
        },
        _ => return None,
    };
    Some(sentence.then(".").capitalised())
}

/// An organization for which nobody speaks, and the policies that ask those who would.
fn unsponsored(estate: &Estate, organization: NodeId, is_external: bool) -> Sentence {
    let which = if is_external { "external" } else { "internal" };
    let asks = |policy: &NodeId| {
        estate.to(*policy).any(|edge| {
            matches!(edge.relation, Relation::Approves { .. })
                && sponsors(&estate.nodes[edge.from]) == Some(is_external)
        })
    };
    let people = estate.from(organization).filter(|edge| edge.relation == Relation::CountsAmong);
    let meaning = std::iter::once(organization).chain(people.map(|edge| edge.to));
    let policies: BTreeSet<NodeId> = meaning
        .flat_map(|who| estate.from(who))
        .filter(|edge| edge.relation.is_access())
        .map(|edge| edge.to)
        .filter(asks)
        .collect();
    let none = format!("the organization has no {which} sponsor");
    if policies.is_empty() {
        return say![none, ", whom no policy that is known asks"];
    }
    let policies: Vec<Sentence> = policies
        .into_iter()
        .map(|policy| {
            let package = estate.nodes[policy].holder.map(|package| estate.nodes[package].label.clone());
            say![estate.nodes[policy].label.clone(), " of ", package.unwrap_or_default()]
        })
        .collect();
    say![none, " to decide on requests of its users by ", Sentence::list(policies)]
}

/// Whether people are the sponsors of whose organization the requestor is: the external ones, or the internal ones.
pub fn sponsors(node: &Node) -> Option<bool> {
    match (node.what, node.name.as_str()) {
        (What::People, "external sponsors") => Some(true),
        (What::People, "internal sponsors") => Some(false),
        _ => None,
    }
}

/// Whether nobody else is there to do it, not even later.
pub fn is_alone(estate: &Estate, edge: &Edge) -> bool {
    let is_there = |relation: &Relation| others(estate, edge, relation).is_some();
    match &edge.relation {
        Relation::Approves { stage, turn: Turn::First } => {
            let turns = [Turn::First, Turn::Fallback, Turn::Escalation, Turn::EscalationFallback];
            !turns.into_iter().any(|turn| is_there(&Relation::Approves { stage: *stage, turn }))
        }
        Relation::Reviews { .. } => {
            ![false, true].into_iter().any(|is_fallback| is_there(&Relation::Reviews { is_fallback }))
        }
        Relation::RequestsForOthers | Relation::Administers { .. } | Relation::Sponsors { .. } => {
            !is_there(&edge.relation)
        }
        _ => false,
    }
}

fn approval(estate: &Estate, edge: &Edge, facts: &PolicyFacts, stage: usize, turn: Turn) -> Sentence {
    let asked = |turn| others(estate, edge, &Relation::Approves { stage, turn });
    let Some(found) = facts.stages.get(stage - 1) else { return Sentence::default() };
    let requests =
        if facts.approval_for_add && facts.may_request() { "requests" } else { "requests to extend" };
    let fate = match found.denial.filter(|denial| !denial.is_zero()) {
        Some(denial) => format!("are denied after {}", time(denial)),
        None => "stay without an answer".to_owned(),
    };
    let waited =
        found.escalation_after.filter(|after| !after.is_zero()).map_or_else(|| "some time".to_owned(), time);
    if let Some(others) = asked(turn) {
        return say![format!("{requests} are left to "), others];
    }
    let wait = |others| say![format!("{requests} wait {waited}, and are then left to "), others];
    let later = || match (asked(Turn::Escalation), asked(Turn::EscalationFallback)) {
        (Some(escalation), _) => wait(escalation),
        (None, Some(fallback)) => wait(fallback).then(IF_ASKED),
        (None, None) => format!("nobody decides, and {requests} {fate}").into(),
    };
    let nobody_else =
        || format!("{requests} without an answer after {waited} reach nobody else, and {fate}").into();
    match turn {
        Turn::First => match asked(Turn::Fallback) {
            Some(fallback) => say![format!("{requests} are left to "), fallback, IF_ASKED],
            None => later(),
        },
        Turn::Fallback => match asked(Turn::First) {
            Some(first) => say!["where Graph does not find ", first, ", ", later()],
            None => later(),
        },
        Turn::Escalation => match asked(Turn::EscalationFallback) {
            Some(fallback) => {
                say![format!("{requests} without an answer after {waited} are left to "), fallback, IF_ASKED]
            }
            None => nobody_else(),
        },
        Turn::EscalationFallback => match asked(Turn::Escalation) {
            Some(first) => {
                say!["where Graph does not find ", first, " after ", waited, ", nobody else decides"]
            }
            None => nobody_else(),
        },
    }
}

fn review(estate: &Estate, edge: &Edge, facts: &PolicyFacts, is_fallback: bool) -> Sentence {
    let asked = |is_fallback| others(estate, edge, &Relation::Reviews { is_fallback });
    let silence = match facts.review.as_ref().and_then(|review| review.timeout) {
        Some(Timeout::RemoveAccess) => "access is removed".into(),
        Some(Timeout::AcceptRecommendation) => "the system's recommendation decides".into(),
        Some(Timeout::KeepAccess) => "access stays".into(),
        Some(Timeout::Other(word)) => say!["the service does ", Sentence::name(word)],
        None => "it is not said what becomes of access".into(),
    };
    match (asked(is_fallback), is_fallback) {
        (Some(others), _) => say!["reviews are left to ", others],
        (None, false) => match asked(true) {
            Some(fallback) => say!["reviews are left to ", fallback, IF_ASKED],
            None => say!["nobody reviews access, and ", silence],
        },
        (None, true) => match asked(false) {
            Some(first) => {
                say!["where Graph does not find ", first, ", nobody reviews access, and ", silence]
            }
            None => say!["nobody reviews access, and ", silence],
        },
    }
}

/// Who else has this part in the same object.
fn others(estate: &Estate, edge: &Edge, relation: &Relation) -> Option<Sentence> {
    let others: Vec<Sentence> = estate
        .to(edge.to)
        .filter(|other| other.from != edge.from && other.relation == *relation)
        .map(|other| estate.nodes[other.from].label.clone())
        .collect();
    (!others.is_empty()).then(|| Sentence::list(others))
}

/// Why nobody may request by a policy whatever it says; `None` where its catalog does not stand in the way, as far as
/// that is known.
pub fn hindrance(estate: &Estate, policy: NodeId) -> Option<Sentence> {
    let facts = estate.nodes[policy].facts()?;
    let Node { label, object, .. } = &estate.nodes[estate.catalog(policy)?];
    let catalog = object.as_ref()?;
    debug_assert!(estate.nodes[policy].is(Kind::AssignmentPolicy));
    if !facts.may_request() {
        return None;
    }
    if catalog.text("state").is_some_and(|state| state.eq_ignore_ascii_case("unpublished")) {
        return Some(say![
            "Nobody may request it by this policy now: its catalog ",
            label.clone(),
            " is not published."
        ]);
    }
    let is_outside = facts.scope.rung().is_some_and(|(ladder, _)| ladder == Ladder::Outside);
    (is_outside && !catalog.flag("isExternallyVisible")).then(|| {
        say![
            "Nobody may request it by this policy now: its catalog ",
            label.clone(),
            " is not visible from outside."
        ]
    })
}
