//! What was read from Graph, and how much of it was read.
//!
//! A plan may say "not there" of an object only if [`Coverage`] holds the place where it would be: a failed or
//! partial read is never "absent".

use crate::kind::{Kind, Version};
use crate::reference::{Id, Reference, fold};
use crate::value::{Json, Object};
use serde_json::value::{RawValue, to_raw_value};
use std::collections::{BTreeMap, BTreeSet};

/// An object as Graph showed it in one version.
#[derive(Debug, Clone)]
pub struct LiveObject {
    /// Its kind.
    pub kind: Kind,
    /// The shape in which it was read.
    pub version: Version,
    /// Its id.
    pub id: Id,
    /// Its display name.
    pub display_name: String,
    /// What holds it: the package of a policy, the catalog of a package, the [tenant](Id::tenant).
    pub parent: Id,
    /// What the table knows of it.
    pub object: Object,
    /// The answer itself, everything expanded: what a PUT starts from.
    pub wire: Wire,
    /// Members that were asked for and did not come back: unread, never empty. A PUT would lose what they
    /// hold.
    pub unread: Vec<&'static str>,
}

/// A JSON object as Graph sent it, kept as text: a tree of it would be ten times as large.
#[derive(Clone)]
pub struct Wire(Box<RawValue>);

impl Wire {
    /// The text of an object.
    ///
    /// # Panics
    ///
    /// Never: JSON can be written.
    pub fn new(json: &Json) -> Self {
        Self(to_raw_value(json).expect("JSON"))
    }

    /// An object's text as it came.
    pub fn of_text(text: Box<RawValue>) -> Self {
        Self(text)
    }

    /// The object, parsed anew.
    ///
    /// # Panics
    ///
    /// Never: it was read or written as JSON when this was made.
    pub fn json(&self) -> Json {
        serde_json::from_str(self.0.get()).expect("JSON")
    }
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.get())
    }
}

/// A package as read: what addresses need of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its id.
    pub id: Id,
    /// Its display name.
    pub name: String,
    /// Its catalog's id.
    pub catalog: Id,
    /// Its catalog's display name.
    pub catalog_name: String,
}

impl Package {
    /// A resolved reference to it.
    pub fn reference(&self) -> Reference {
        Reference {
            name: Some(self.name.as_str().into()),
            ..Reference::live(Kind::AccessPackage, self.id.as_str())
        }
    }
}

/// How much was read completely.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// By kind, shape and what holds the objects.
    whole: BTreeSet<(Kind, Version, Id)>,
    /// By kind and folded name.
    named: BTreeSet<(Kind, String)>,
}

impl Coverage {
    /// Every object of this kind that this one holds was read in this shape, to the last page.
    pub fn add_whole(&mut self, kind: Kind, version: Version, parent: Id) {
        self.whole.insert((kind, version, parent));
    }

    /// Every object of this kind and name was looked for, whatever holds it. In v1.0: names of policies are not looked
    /// for, their packages are read.
    pub fn add_named(&mut self, kind: Kind, name: &str) {
        self.named.insert((kind, fold(name)));
    }

    /// Whether every object of this kind that this one holds was read in this shape.
    pub fn holds_whole(&self, kind: Kind, version: Version, parent: &Id) -> bool {
        self.whole.contains(&(kind, version, parent.clone()))
    }

    /// Whether an object of this name that was not read in this shape is absent from what would hold it.
    pub fn holds(&self, kind: Kind, version: Version, parent: &Id, name: &str) -> bool {
        self.holds_whole(kind, version, parent)
            || (version == Version::V1 && !self.named.is_empty() && self.named.contains(&(kind, fold(name))))
    }
}

/// What an object looks like through the other version than its document's.
#[derive(Debug, Clone)]
pub enum OtherShape {
    /// As it was read.
    Read(Box<LiveObject>),
    /// The cloud does not offer that version.
    Unavailable,
}

/// How many people hold access through policies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignments {
    /// By the id of the policy; one that could not be counted is missing.
    pub counts: BTreeMap<Id, usize>,
    /// Whether the caller may not count some of them.
    pub is_partial: bool,
}

impl Assignments {
    /// Of one policy; `None` where it could not be counted.
    pub fn of(&self, policy: &Id) -> Option<usize> {
        self.counts.get(policy).copied()
    }
}

/// What tells an object of the directory from another of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// What it is, more closely than its kind: `security group`, the application of a service principal, the
    /// domains of an organization. May be empty. Text from the tenant.
    pub detail: String,
    /// When it was made, where that could be read.
    pub created: Option<crate::time::Instant>,
}

/// Everything that was read for one plan.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// Packages by id.
    pub packages: BTreeMap<Id, Package>,
    /// Policies in the shape in which their package was read. Several of one name are possible.
    pub policies: Vec<LiveObject>,
    /// Objects of the other kinds that documents declare: those that were looked for.
    pub objects: Vec<LiveObject>,
    /// The policies that a document may change, seen through the other version.
    pub other_shape: BTreeMap<Id, OtherShape>,
    /// How much was read.
    pub coverage: Coverage,
    /// How many people hold access through the policies that would be changed.
    pub assignments: Assignments,
    /// Names of the objects that live objects refer to. Ids that the directory no longer knows are missing.
    pub names: BTreeMap<Id, String>,
}
