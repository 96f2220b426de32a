//! An estate as a graph of references: who may ask for what, who decides, what that gives. Pure, and known by names
//! alone: nothing has to be looked up for it.
//!
//! ```text
//! documents, live objects ─▶ Entry ─▶ names: which references mean one object ─▶ Node ─┐
//!                                     edges: what each object says of others  ─▶ Edge ─┴▶ Estate ─▶ drawings, the book
//!                                                                         select: a part of it ◀─┘
//! ```
//!
//! Only what is in force has an edge: no approver where no approval is needed, nobody who may ask where nobody may.
//! The order of the entries has no effect.

mod edges;
mod names;
mod select;
pub mod stops;

use crate::impact::objects::laid_over;
use crate::impact::phrase::{self, Sentence};
use crate::impact::sentence;
use entrant_model::address::encode;
use entrant_model::desired::Body;
use entrant_model::facts::PolicyFacts;
use entrant_model::{Document, Id, Kind, Object, Place};
use names::Names;
pub use select::Asked;
use std::collections::{BTreeMap, BTreeSet};

/// An object that a document declares, or that was read.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its kind.
    pub kind: Kind,
    /// What it says. References have a name or an id.
    pub object: Object,
    /// Its id, where it is known.
    pub id: Option<Id>,
    /// Where it is declared; `None` for what was read.
    pub place: Option<Place>,
}

impl Entry {
    /// What a document declares; `None` where it says that something shall go.
    pub fn declared(document: &Document) -> Option<Self> {
        let Body::Resource(resource) = &document.body else { return None };
        Some(Self {
            kind: resource.envelope.kind,
            object: resource.object.clone(),
            id: resource.envelope.pin.clone(),
            place: Some(document.place.clone()),
        })
    }
}

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// An object of this kind.
    Object(Kind),
    /// A site of `SharePoint`.
    Site,
    /// A resource of another system, such as a role of the directory.
    Resource,
    /// People who are told otherwise than by an object: by a rule, a scope, or what they are to a requestor.
    People,
}

impl What {
    /// The word of keys and of JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.as_str(),
            Self::Site => "Site",
            Self::Resource => "Resource",
            Self::People => "People",
        }
    }

    /// What a sentence calls it.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Object(Kind::AssignmentPolicy) => "policy",
            Self::Object(Kind::ServicePrincipal) => "application",
            Self::Object(kind) => kind.noun(),
            Self::Site => "site",
            Self::Resource => "resource",
            Self::People => "people",
        }
    }
}

/// What people are called who review their own access.
pub const WHOEVER_HAS_ACCESS: &str = "whoever has access";

/// The number of a node in its estate.
pub type NodeId = usize;

/// Something that others refer to, or that refers to others.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub what: What,
    /// What tells it from every other: the address of what documents declare, else one of the same form. What would
    /// mislead is percent-encoded; `#GUID` ends it where another has the same name.
    pub key: String,
    /// Its name as the files or the tenant have it, or its id.
    pub name: String,
    /// What a person calls it.
    pub label: Sentence,
    /// Its id, where it is known.
    pub id: Option<Id>,
    /// The catalog that holds it, or the package of a policy, where that is known.
    pub holder: Option<NodeId>,
    /// What it says; `None` where others refer to it and nothing more is known.
    pub object: Option<Object>,
    /// Where it is declared.
    pub place: Option<Place>,
}

impl Node {
    /// Whether it is of this kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.what == What::Object(kind)
    }

    /// Whether somebody could stand behind it: a user, a group, an application, or people who are told otherwise.
    pub const fn is_somebody(&self) -> bool {
        matches!(self.what, What::People | What::Object(Kind::User | Kind::Group | Kind::ServicePrincipal))
    }

    /// The facts of a policy.
    pub fn facts(&self) -> Option<PolicyFacts<'_>> {
        self.object.as_ref().filter(|_| self.is(Kind::AssignmentPolicy)).map(PolicyFacts::of)
    }

    /// What it does, as its document says it; `None` where nothing is known of it.
    pub fn sentence(&self) -> Option<Sentence> {
        let What::Object(kind) = self.what else { return None };
        Some(sentence::of_declared(kind, self.object.as_ref()?))
    }

    /// Whether it was read and no document declares it.
    pub const fn is_undeclared(&self) -> bool {
        self.object.is_some() && self.place.is_none()
    }
}

/// In which way approvers of a stage are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// First.
    First,
    /// Where those who are asked first cannot be found.
    Fallback,
    /// Where nobody has answered in time.
    Escalation,
    /// Where those who are asked then cannot be found.
    EscalationFallback,
}

/// What an edge says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Somebody may request access by a policy, for themselves.
    MayRequest,
    /// Somebody may be given access by a policy that others request.
    MayReceive,
    /// Administrators may assign access by a policy to somebody.
    MayBeAssigned,
    /// A policy gives access to whom a rule matches.
    IsGiven,
    /// Somebody may request access by a policy, for others.
    RequestsForOthers,
    /// Somebody decides on requests by a policy.
    Approves {
        /// The stage, from 1.
        stage: usize,
        /// How they are asked.
        turn: Turn,
    },
    /// Somebody reviews access by a policy.
    Reviews {
        /// Whether only where the others cannot be found.
        is_fallback: bool,
    },
    /// A policy lets people have a package.
    LetsHave,
    /// A policy runs a workflow extension.
    Runs {
        /// The stage of the request or assignment.
        stage: String,
    },
    /// A package gives a role of a resource.
    Gives {
        /// The role.
        role: String,
    },
    /// Who holds this package, or is in this group, may not request that package.
    Excludes,
    /// A catalog has a resource, which its packages may give.
    Offers,
    /// Somebody has a role on a catalog.
    Administers {
        /// The role.
        role: String,
    },
    /// Somebody speaks for an organization.
    Sponsors {
        /// Whether as one of its own people.
        is_external: bool,
    },
    /// The users of an organization are among these people.
    CountsAmong,
}

impl Relation {
    /// The word of JSON.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::MayRequest => "mayRequest",
            Self::MayReceive => "mayReceive",
            Self::MayBeAssigned => "mayBeAssigned",
            Self::IsGiven => "isGiven",
            Self::RequestsForOthers => "requestsForOthers",
            Self::Approves { .. } => "approves",
            Self::Reviews { .. } => "reviews",
            Self::LetsHave => "letsHave",
            Self::Runs { .. } => "runs",
            Self::Gives { .. } => "gives",
            Self::Excludes => "excludes",
            Self::Offers => "offers",
            Self::Administers { .. } => "administers",
            Self::Sponsors { .. } => "sponsors",
            Self::CountsAmong => "countsAmong",
        }
    }

    /// What it says, from what it leads from to what it leads to.
    pub fn words(&self) -> Sentence {
        match self {
            Self::MayRequest => "may request".into(),
            Self::MayReceive => "may receive".into(),
            Self::MayBeAssigned => "may be assigned".into(),
            Self::IsGiven => "is given".into(),
            Self::RequestsForOthers => "may request for others".into(),
            Self::Approves { stage, turn } => {
                let when = match turn {
                    Turn::First => "",
                    Turn::Fallback => ", if nobody is found",
                    Turn::Escalation => ", if nobody answers",
                    Turn::EscalationFallback => ", if nobody answers or is found",
                };
                format!("decides in stage {stage}{when}").into()
            }
            Self::Reviews { is_fallback: false } => "reviews".into(),
            Self::Reviews { is_fallback: true } => "reviews, if nobody is found".into(),
            Self::LetsHave => "lets have".into(),
            Self::Runs { stage } => Sentence::from("runs at ").then(Sentence::name(stage.as_str())),
            Self::Gives { role } => Sentence::from("gives ").then(Sentence::name(role.as_str())),
            Self::Excludes => "excludes".into(),
            Self::Offers => "has".into(),
            Self::Administers { role } => Sentence::from("is ").then(Sentence::name(role.as_str())),
            Self::Sponsors { is_external: false } => "is internal sponsor".into(),
            Self::Sponsors { is_external: true } => "is external sponsor".into(),
            Self::CountsAmong => "counts among".into(),
        }
    }

    /// Whether it lets somebody have access.
    pub const fn is_access(&self) -> bool {
        matches!(self, Self::MayRequest | Self::MayReceive | Self::MayBeAssigned | Self::IsGiven)
    }
}

/// A reference from one node to another.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Where it begins.
    pub from: NodeId,
    /// Where it leads.
    pub to: NodeId,
    /// What it says.
    pub relation: Relation,
    /// Where a document says it.
    pub place: Option<Place>,
}

/// Nodes and edges, each in an order of their own that no input decides.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    /// The nodes, by kind and key.
    pub nodes: Vec<Node>,
    /// The edges, by the nodes that they join.
    pub edges: Vec<Edge>,
    /// The edges that lead to each node.
    arriving: Vec<Vec<usize>>,
    /// What each node holds.
    held: Vec<Vec<NodeId>>,
}

impl Estate {
    /// The estate of these objects. What is declared and was read, too, is as declared; what its document leaves as it
    /// is, is as read.
    pub fn of(entries: Vec<Entry>) -> Self {
        let names = Names::of(&entries);
        let mut building = Building { names: &names, nodes: BTreeMap::new(), edges: Vec::new() };
        let mut entries: Vec<(names::Key, Entry)> =
            entries.into_iter().map(|entry| (names.of_entry(&entry), entry)).collect();
        // Declared ones first, so that what was read is laid below them.
        entries.sort_by(|a, b| {
            let rank = |entry: &Entry| (entry.place.is_none(), entry.place.clone(), entry.id.clone());
            (&a.0, rank(&a.1)).cmp(&(&b.0, rank(&b.1)))
        });
        for (key, entry) in entries {
            building.add(&key, entry);
        }
        let keys: Vec<names::Key> = building
            .nodes
            .iter()
            .filter(|(_, node)| node.object.is_some())
            .map(|(key, _)| key.clone())
            .collect();
        for key in keys {
            edges::of(&mut building, &key);
        }
        building.without_the_unused();
        building.finish()
    }

    /// Nodes and edges, each in order, and what leads where.
    fn indexed(nodes: Vec<Node>, edges: Vec<Edge>) -> Self {
        let mut arriving = vec![Vec::new(); nodes.len()];
        for (index, edge) in edges.iter().enumerate() {
            arriving[edge.to].push(index);
        }
        let mut held = vec![Vec::new(); nodes.len()];
        for (id, node) in nodes.iter().enumerate() {
            if let Some(holder) = node.holder {
                held[holder].push(id);
            }
        }
        Self { nodes, edges, arriving, held }
    }

    /// The edges that lead from a node.
    pub fn from(&self, node: NodeId) -> impl Iterator<Item = &Edge> {
        let start = self.edges.partition_point(|edge| edge.from < node);
        self.edges[start..].iter().take_while(move |edge| edge.from == node)
    }

    /// The edges that lead to a node.
    pub fn to(&self, node: NodeId) -> impl Iterator<Item = &Edge> {
        self.arriving[node].iter().map(|index| &self.edges[*index])
    }

    /// Where documents say what is in it.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        let nodes = self.nodes.iter().filter_map(|node| node.place.as_ref());
        nodes.chain(self.edges.iter().filter_map(|edge| edge.place.as_ref()))
    }

    /// The nodes of a kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().filter(move |(_, node)| node.is(kind))
    }

    /// What a node holds.
    pub fn held(&self, holder: NodeId) -> impl Iterator<Item = (NodeId, &Node)> {
        self.held[holder].iter().map(|id| (*id, &self.nodes[*id]))
    }

    /// The catalog that a node belongs to: itself, what holds it, or what holds that.
    pub fn catalog(&self, node: NodeId) -> Option<NodeId> {
        let mut at = Some(node);
        while let Some(id) = at {
            if self.nodes[id].is(Kind::Catalog) {
                return Some(id);
            }
            at = self.nodes[id].holder;
        }
        None
    }
}

/// A node while the estate is put together.
#[derive(Debug, Clone)]
struct Draft {
    what: What,
    name: Option<String>,
    label: Option<Sentence>,
    id: Option<Id>,
    holder: Option<names::Key>,
    object: Option<Object>,
    place: Option<Place>,
}

impl Draft {
    const fn new(what: What) -> Self {
        Self { what, name: None, label: None, id: None, holder: None, object: None, place: None }
    }
}

/// An estate that is being put together.
struct Building<'a> {
    names: &'a Names,
    nodes: BTreeMap<names::Key, Draft>,
    edges: Vec<(names::Key, names::Key, Relation, Option<Place>)>,
}

impl Building<'_> {
    fn add(&mut self, key: &names::Key, entry: Entry) {
        let holder = self.names.holder(&entry);
        if let Some(holder) = &holder {
            self.note(holder);
        }
        let draft = self.draft(key);
        draft.holder = holder.or_else(|| draft.holder.take());
        draft.id = draft.id.take().or(entry.id);
        let name = entry.object.text("displayName").map(str::to_owned);
        draft.name = match draft.object {
            Some(_) => draft.name.take().or(name),
            None => name.or_else(|| draft.name.take()),
        };
        draft.object = Some(match draft.object.take() {
            Some(declared) if declared.ty == entry.object.ty => laid_over(&declared, &entry.object),
            Some(declared) => declared,
            None => entry.object,
        });
        draft.place = draft.place.take().or(entry.place);
    }

    fn draft(&mut self, key: &names::Key) -> &mut Draft {
        let names = self.names;
        self.nodes.entry(key.clone()).or_insert_with(|| {
            let mut draft = Draft::new(key.what());
            draft.id = key.id().cloned();
            draft.name = names.name(key);
            draft.holder = names.holder_of(key);
            draft
        })
    }

    /// Notes what others refer to, and what holds that.
    fn note(&mut self, key: &names::Key) {
        self.draft(key);
        if let Some(holder) = self.nodes.get(key).and_then(|draft| draft.holder.clone()) {
            self.draft(&holder);
        }
    }

    /// Notes people or a resource that no object stands for.
    fn note_as(&mut self, key: &names::Key, name: &str, label: Option<Sentence>) {
        let draft = self.draft(key);
        draft.name = Some(name.to_owned());
        draft.label = label;
    }

    fn edge(&mut self, from: names::Key, to: names::Key, relation: Relation, place: Option<Place>) {
        self.edges.push((from, to, relation, place));
    }

    /// Takes out people among whom users of organizations count, where no policy means these.
    fn without_the_unused(&mut self) {
        let used: BTreeSet<names::Key> = self
            .edges
            .iter()
            .filter(|(.., relation, _)| *relation != Relation::CountsAmong)
            .flat_map(|(from, to, ..)| [from.clone(), to.clone()])
            .collect();
        self.edges.retain(|(_, to, relation, _)| *relation != Relation::CountsAmong || used.contains(to));
        self.nodes.retain(|key, draft| draft.what != What::People || used.contains(key));
    }

    fn finish(self) -> Estate {
        let Self { nodes, edges, .. } = self;
        let mut keyed: Vec<(What, String, names::Key)> =
            nodes.iter().map(|(key, draft)| (draft.what, shown_key(draft, &nodes), key.clone())).collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (_, key, _) in &keyed {
            *counts.entry(key.to_lowercase()).or_default() += 1;
        }
        for (_, shown, key) in &mut keyed {
            if counts.get(&shown.to_lowercase()).is_some_and(|count| *count > 1)
                && let Some(id) = key.id()
            {
                shown.extend(["#", id.as_str()]);
            }
        }
        keyed.sort_by_cached_key(|(what, shown, key)| (*what, shown.to_lowercase(), key.clone()));
        let numbers: BTreeMap<names::Key, NodeId> =
            keyed.iter().enumerate().map(|(number, (.., key))| (key.clone(), number)).collect();
        let made = keyed.into_iter().filter_map(|(what, shown, key)| {
            let draft = nodes.get(&key)?.clone();
            let holder = draft.holder.as_ref().and_then(|holder| numbers.get(holder)).copied();
            let name = draft.name.clone().or_else(|| draft.id.as_ref().map(ToString::to_string));
            let label = draft.label.clone().unwrap_or_else(|| label(what, &draft));
            let (id, object, place) = (draft.id, draft.object, draft.place);
            Some(Node { what, key: shown, name: name.unwrap_or_default(), label, id, holder, object, place })
        });
        let made: Vec<Node> = made.collect();
        let mut seen = BTreeSet::new();
        let mut all: Vec<Edge> = edges
            .into_iter()
            .filter_map(|(from, to, relation, place)| {
                Some(Edge { from: *numbers.get(&from)?, to: *numbers.get(&to)?, relation, place })
            })
            .collect();
        all.sort_by(|a, b| {
            let rank = |edge: &Edge| (edge.from, edge.to, edge.relation.clone(), edge.place.clone());
            rank(a).cmp(&rank(b))
        });
        all.retain(|edge| seen.insert((edge.from, edge.to, edge.relation.clone())));
        Estate::indexed(made, all)
    }
}

/// What a person calls a node: its name, or its id and that no name is known.
fn label(what: What, draft: &Draft) -> Sentence {
    match (&draft.name, &draft.id) {
        (Some(name), _) => Sentence::name(name.as_str()),
        (None, Some(id)) => phrase::unnamed(what.noun(), id.as_str()),
        (None, None) => Sentence::from("one without a name"),
    }
}

/// The key of a node: its kind, the names of what holds it, its own.
fn shown_key(draft: &Draft, nodes: &BTreeMap<names::Key, Draft>) -> String {
    let own = |draft: &Draft| match (&draft.name, &draft.id) {
        (Some(name), _) => encode(name),
        (None, Some(id)) => format!("#{id}"),
        (None, None) => String::new(),
    };
    if draft.what == What::Object(Kind::Settings) {
        return draft.what.as_str().to_owned();
    }
    let mut segments = vec![own(draft)];
    let mut holder = draft.holder.as_ref();
    while let Some(held_by) = holder.and_then(|holder| nodes.get(holder)) {
        segments.push(own(held_by));
        holder = held_by.holder.as_ref();
    }
    segments.push(draft.what.as_str().to_owned());
    segments.reverse();
    segments.join("/")
}
