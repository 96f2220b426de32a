//! An estate as a graph: what is drawn of it, in Mermaid or DOT, or all of it as JSON.
//!
//! A catalog is a cluster of its packages, their policies and its extensions. Who asks and who decides stands outside,
//! as does what is given.

pub mod dot;
pub mod mermaid;

use super::escape::label::{Label, Language};
use super::sentence;
use super::source::Sources;
use crate::report::LineDocument;
use entrant_model::Kind;
use entrant_model::text::{mixed_scripts, visible};
use entrant_plan::estate::{Edge, Estate, Node, NodeId, Relation, Turn, What};
use entrant_plan::impact::{Part, Sentence};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// What is drawn.
pub struct Drawing<'a> {
    estate: &'a Estate,
    /// Clusters: a catalog, and what stands in it.
    clusters: Vec<(NodeId, Vec<NodeId>)>,
    /// What stands outside.
    loose: Vec<NodeId>,
    edges: Vec<&'a Edge>,
}

impl<'a> Drawing<'a> {
    /// The drawing of an estate: without resources that no package gives, and without people who have no part in it.
    pub fn of(estate: &'a Estate) -> Self {
        let edges: Vec<&Edge> =
            estate.edges.iter().filter(|edge| edge.relation != Relation::Offers).collect();
        let joined: BTreeSet<NodeId> = edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
        let mut clusters = Vec::new();
        let mut loose = Vec::new();
        for (id, node) in estate.nodes.iter().enumerate() {
            if node.is(Kind::Catalog) {
                let mut inner: Vec<NodeId> = estate.held(id).map(|(id, _)| id).collect();
                inner.extend(inner.clone().into_iter().flat_map(|id| estate.held(id)).map(|(id, _)| id));
                inner.sort_unstable();
                // The catalog itself, where somebody has a role on it or nothing else would be drawn of it.
                if joined.contains(&id) || inner.is_empty() {
                    inner.insert(0, id);
                }
                clusters.push((id, inner));
            } else if estate.catalog(id).is_none()
                && !node.is(Kind::Settings)
                && (joined.contains(&id) || node.object.is_some())
            {
                loose.push(id);
            }
        }
        Self { estate, clusters, loose, edges }
    }

    /// How many arrows it has.
    pub fn arrows(&self) -> usize {
        self.edges.len()
    }

    fn node(&self, id: NodeId) -> &'a Node {
        &self.estate.nodes[id]
    }

    /// What an edge says. A policy of one stage has no number for it.
    fn words(&self, edge: &Edge) -> String {
        let relation = match &edge.relation {
            Relation::Approves { turn, .. } if is_single(self.estate, edge.to) => short(*turn),
            relation => relation.words(),
        };
        sentence::text(&relation)
    }

    /// Nodes that no document declares though one could, and that are known only because others refer to them or since
    /// they were read.
    fn undeclared(&self) -> BTreeSet<NodeId> {
        let could = |node: &Node| matches!(node.what, What::Object(kind) if Kind::DECLARED.contains(&kind));
        let all = self.clusters.iter().flat_map(|(_, inner)| inner).chain(&self.loose);
        all.copied().filter(|id| could(self.node(*id)) && self.node(*id).place.is_none()).collect()
    }
}

/// Whether a policy has one stage of approval.
pub fn is_single(estate: &Estate, policy: NodeId) -> bool {
    estate.nodes[policy].facts().is_some_and(|facts| facts.stages.len() == 1)
}

/// How somebody decides in the only stage.
pub fn short(turn: Turn) -> Sentence {
    match turn {
        Turn::First => "decides",
        Turn::Fallback => "decides, if nobody is found",
        Turn::Escalation => "decides, if nobody answers",
        Turn::EscalationFallback => "decides, if nobody answers or is found",
    }
    .into()
}

/// What a node is called: a name without quotes where that is all.
fn called(node: &Node) -> String {
    match node.label.parts() {
        [Part::Name(name)] => match mixed_scripts(name) {
            Some(scripts) => format!("{} (mixes {scripts} letters)", visible(name)),
            None => visible(name),
        },
        _ => sentence::text(&node.label),
    }
}

/// A node of a drawing: what it is, above what it is called.
fn label<L: Language>(node: &Node) -> Label<L> {
    let name = Label::new(&called(node));
    match node.what {
        // Their words say what they are.
        What::People => name,
        what => Label::new(what.noun()).above(&name),
    }
}

/// What `graph --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GraphDocument {
    /// The version of this structure.
    pub format_version: u32,
    /// The tool and its version.
    pub tool: String,
    /// Objects, people and resources.
    pub nodes: Vec<NodeDocument>,
    /// What they say of one another.
    pub edges: Vec<EdgeDocument>,
}

/// Something that others refer to, or that refers to others.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeDocument {
    /// What tells it from every other: the address of what a document may declare, else one of the same form.
    pub key: String,
    /// `AssignmentPolicy`, `AccessPackage`, `Catalog`, `ConnectedOrganization`, `WorkflowExtension`, `Group`, `User`,
    /// `ServicePrincipal`, `Site`, `Resource`, or `People` who are told by a rule, a scope or what they are to others.
    pub kind: String,
    /// Its name as the files or the tenant have it: escape it for where it goes.
    pub name: String,
    /// Its id, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The key of what holds it: the catalog of a package, the package of a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Where its document stands; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<LineDocument>,
    /// Whether it was read in the tenant and no document declares it.
    pub is_undeclared: bool,
    /// What it does, in one sentence, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence: Option<String>,
}

/// What one node says of another.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EdgeDocument {
    /// The key of the node where it begins.
    pub from: String,
    /// The key of the node to which it leads.
    pub to: String,
    /// `mayRequest`, `mayReceive`, `mayBeAssigned`, `isGiven`, `requestsForOthers`, `approves`, `reviews`, `letsHave`,
    /// `runs`, `gives`, `excludes`, `offers`, `administers`, `sponsors` or `countsAmong`.
    pub relation: String,
    /// The stage of approval, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<usize>,
    /// How an approver or reviewer is asked: `first`, `fallback`, `escalation` or `escalationFallback`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<String>,
    /// The role that is given or held, the stage at which an extension runs, `internal` or `external` of a sponsor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Where a document says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<LineDocument>,
}

/// The estate in its JSON structure.
pub fn document(estate: &Estate, tool: String, sources: &mut Sources) -> GraphDocument {
    sources.look_up(estate.places());
    let mut line = |place: &entrant_model::Place| {
        let spot = sources.spot(place);
        LineDocument { file: spot.path, line: spot.line }
    };
    let key = |id: NodeId| estate.nodes[id].key.clone();
    let nodes = estate.nodes.iter().enumerate().map(|(id, node)| NodeDocument {
        key: key(id),
        kind: node.what.as_str().to_owned(),
        name: node.name.clone(),
        id: node.id.as_ref().map(ToString::to_string),
        holder: node.holder.map(key),
        declared: node.place.as_ref().map(&mut line),
        is_undeclared: node.is_undeclared(),
        sentence: node.sentence().map(|sentence| sentence.about(&subject(estate, node)).to_string()),
    });
    let nodes = nodes.collect();
    let edges = estate.edges.iter().map(|edge| {
        let (stage, turn, detail) = details(&edge.relation);
        EdgeDocument {
            from: key(edge.from),
            to: key(edge.to),
            relation: edge.relation.as_str().to_owned(),
            stage,
            turn: turn.map(str::to_owned),
            detail: detail.map(str::to_owned),
            declared: edge.place.as_ref().map(&mut line),
        }
    });
    GraphDocument { format_version: 1, tool, nodes, edges: edges.collect() }
}

/// What the sentence of a node means by "it": the package of a policy, else the object itself.
pub fn subject(estate: &Estate, node: &Node) -> String {
    match node.holder {
        Some(holder) if node.is(Kind::AssignmentPolicy) => estate.nodes[holder].name.clone(),
        _ => node.name.clone(),
    }
}

fn details(relation: &Relation) -> (Option<usize>, Option<&'static str>, Option<&str>) {
    match relation {
        Relation::Approves { stage, turn } => {
            let turn = match turn {
                Turn::First => "first",
                Turn::Fallback => "fallback",
                Turn::Escalation => "escalation",
                Turn::EscalationFallback => "escalationFallback",
            };
            (Some(*stage), Some(turn), None)
        }
        Relation::Reviews { is_fallback } => {
            (None, Some(if *is_fallback { "fallback" } else { "first" }), None)
        }
        Relation::Runs { stage } => (None, None, Some(stage)),
        Relation::Gives { role } | Relation::Administers { role } => (None, None, Some(role)),
        Relation::Sponsors { is_external } => {
            (None, None, Some(if *is_external { "external" } else { "internal" }))
        }
        _ => (None, None, None),
    }
}
