//! The plan as data: everything `apply` needs and everything a reviewer reads.

use crate::guards::Guard;
use crate::impact::{Class, Effect};
use entrant_model::live::{Assignments, Description, LiveObject};
use entrant_model::value::Json;
use entrant_model::{Address, Desired, Dimension, Id, Kind, Object, Place, Pointer, Reference, Version};
use std::collections::BTreeMap;

/// A plan: what will be done, in the order in which it will be done.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What will be done, and what a document asks to forget. Objects without a difference are only counted.
    pub changes: Vec<Change>,
    /// Declared objects that are as declared.
    pub unchanged: Vec<Address>,
    /// Live policies of the packages that documents name, which no document declares. Those that take
    /// requests come first.
    pub unmanaged: Vec<Unmanaged>,
    /// Why `apply` would not run this plan (exit 4). Guards never stop `plan`. [`guards::judge`](crate::guards::judge)
    /// fills them in.
    pub guards: Vec<Guard>,
    /// How many people hold access through what is changed, as far as that could be read. It is of the moment, so it
    /// is no part of the plan's JSON.
    pub assignments: Assignments,
    /// What is known of the objects that names bring in: see [`crate::introduced`]. For display.
    pub descriptions: BTreeMap<Id, Description>,
    /// The resolved declarations, by address: what `configDigest` is of.
    pub desired: Vec<Desired>,
}

impl Plan {
    /// Changes that write to Graph.
    pub fn writes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|c| c.action != Action::Keep)
    }

    /// Whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.writes().next().is_none()
    }

    /// The worst effect of all changes; `None` where nothing is written.
    pub fn class(&self) -> Option<Class> {
        self.writes().filter_map(Change::class).min()
    }
}

/// What is done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// POST.
    Create,
    /// PUT.
    Update,
    /// DELETE.
    Delete,
    /// Nothing; said because a document asks for it (`action: forget`).
    Keep,
}

impl Action {
    /// The word of plans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Keep => "keep",
        }
    }
}

/// One object's change.
#[derive(Debug, Clone)]
pub struct Change {
    /// The object's address.
    pub address: Address,
    /// Its kind.
    pub kind: Kind,
    /// The shape in which it is compared and written.
    pub version: Version,
    /// What is done.
    pub action: Action,
    /// What holds it, see [`Kind::parent`]. Without an id it is yet to be created.
    pub parent: Reference,
    /// What shall be; `None` for a delete.
    pub desired: Option<Object>,
    /// What was read; `None` for a create.
    pub live: Option<LiveObject>,
    /// What an update or a delete found: see [`crate::fingerprint`].
    pub fingerprint: BTreeMap<String, String>,
    /// What differs, in the table's order.
    pub fields: Vec<Field>,
    /// Effects on who gets in, the worst first.
    pub impact: Vec<Effect>,
    /// A sentence where the action needs one.
    pub reason: Option<String>,
    /// Whether it is deleted because no document declares it and its place is owned exclusively.
    pub by_absence: bool,
    /// Whether it is deleted also where people hold access through it: its document says so.
    pub with_assignments: bool,
    /// Where the document stands. Not part of the plan's JSON.
    pub place: Place,
}

impl Change {
    /// The worst effect; `None` where nothing is written.
    pub fn class(&self) -> Option<Class> {
        (self.action != Action::Keep).then(|| Class::of(&self.impact))
    }

    /// What its sentences mean by "it": the package of a policy, else the object itself.
    pub fn subject_label(&self) -> &str {
        match self.kind {
            Kind::AssignmentPolicy => self.parent.label(),
            kind => self.address.segments.last().map_or(kind.noun(), String::as_str),
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Where, in Graph's shape.
    pub path: Pointer,
    /// What is, in names; `None` for nothing.
    pub before: Option<Json>,
    /// What shall be, in names; `None` for nothing.
    pub after: Option<Json>,
    /// Why it differs, where the document does not say so itself.
    pub reason: Option<Reason>,
    /// What a change of it touches.
    pub dimension: Option<Dimension>,
}

/// Why a field differs though no document wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The document does not say the member, and live differs from its default.
    NotWritten,
}

impl Reason {
    /// The words of plans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotWritten => "not written",
        }
    }
}

/// A live object that no document declares.
#[derive(Debug, Clone)]
pub struct Unmanaged {
    /// Its address; with `#GUID` where another live object has the same.
    pub address: String,
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: Id,
    /// Whether anybody may request access through it.
    pub takes_requests: bool,
}
