//! What the files declare.

use crate::address::Address;
use crate::diagnostic::Place;
use crate::kind::{Kind, Version};
use crate::reference::{Id, Reference};
use crate::value::Object;

/// One document of a file.
#[derive(Debug, Clone)]
pub struct Document {
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub body: Body,
}

/// What a document says.
#[derive(Debug, Clone)]
pub enum Body {
    /// An object that shall exist.
    Resource(Box<Resource>),
    /// An object that shall not, or that is no longer managed.
    Removed(Removed),
}

/// A declared object: the tool's own members, and Graph's.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The tool's own members.
    pub envelope: Envelope,
    /// What the body says; hand forms are Graph's form already, names are not yet ids.
    pub object: Object,
}

/// The members of a document that are the tool's own.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The kind.
    pub kind: Kind,
    /// The shape that is written, and so read, compared and sent.
    pub version: Version,
    /// The one object that the document means.
    pub pin: Option<Id>,
    /// Names that the object had before; one of them is still its name where it was not renamed yet.
    pub previous_names: Vec<String>,
    /// Whether it must not be deleted, also after the document is gone.
    pub protected: bool,
}

/// A place in which what no document declares is deleted: a catalog or an access package.
#[derive(Debug, Clone)]
pub struct Exclusive {
    /// The catalog or access package, as it is written.
    pub reference: Reference,
    /// Where the configuration says so.
    pub place: Place,
}

/// `kind: Removed`.
#[derive(Debug, Clone)]
pub struct Removed {
    /// The kind of the object.
    pub kind: Kind,
    /// What holds it, see [`Kind::parent`].
    pub parent: Reference,
    /// Its display name.
    pub display_name: String,
    /// What shall happen.
    pub action: RemovedAction,
}

/// What a `Removed` document asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovedAction {
    /// Delete the object, unless people hold access through it.
    Delete,
    /// Delete the object, also where people hold access through it.
    DeleteWithAssignments,
    /// Stop managing it and leave it as it is.
    Forget,
}

/// A declaration whose references are resolved: what the planner reads.
#[derive(Debug, Clone)]
pub struct Desired {
    /// Its address, catalog included.
    pub address: Address,
    /// Where it was declared.
    pub place: Place,
    /// What holds it, see [`Kind::parent`]: id and name. Without an id it is yet to be created.
    pub parent: Reference,
    /// What shall be.
    pub intent: Intent,
}

/// What a declaration asks for.
#[derive(Debug, Clone)]
pub enum Intent {
    /// The object shall exist and be so.
    Present {
        /// The tool's own members.
        envelope: Envelope,
        /// The object; every reference has its id.
        object: Object,
    },
    /// The object shall not exist, or is no longer managed.
    Removed(RemovedAction),
}
