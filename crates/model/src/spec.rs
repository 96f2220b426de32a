//! The tables: what each type's members are, what absence means, and what a change of them touches.
//!
//! One [`TypeSpec`] per type *and version* drives parsing, comparison, the bodies of writes, the JSON
//! Schema, the reference documentation and import. v1.0 and beta share no policy table. The tables
//! themselves stand under [`crate::kinds`].

use crate::kind::{Kind, Version};
use crate::value::{Object, Value};

/// A type of Graph in one version, or a part of one.
pub struct TypeSpec {
    /// Graph's name of the type, without namespace: `accessPackageApprovalStage`.
    pub name: &'static str,
    /// Which shape this is.
    pub version: Version,
    /// Members, in the order in which `fmt`, `import` and the reference print them.
    pub members: &'static [MemberSpec],
    /// Brings an object to the form in which it is compared, where a member's meaning depends on its
    /// siblings (listed in ARCHITECTURE.md).
    pub normalise: Option<fn(&mut Object)>,
    /// Whether an object of this type has no effect, so that it equals none (a review that is off).
    pub inert: Option<fn(&Object) -> bool>,
    /// The scalar form in which the object may be written by hand.
    pub shorthand: Option<&'static Shorthand>,
    /// One plain sentence for hovers and the reference.
    pub doc: &'static str,
}

impl TypeSpec {
    /// The member of this name and its position, by exact spelling.
    pub fn member(&self, name: &str) -> Option<(crate::value::MemberId, &'static MemberSpec)> {
        let index = self.members.iter().position(|m| m.name == name)?;
        // Tables hold at most 64 members; a test in `kinds` holds them to it.
        Some((crate::value::MemberId(u8::try_from(index).unwrap_or(u8::MAX)), &self.members[index]))
    }
}

impl std::fmt::Debug for TypeSpec {
    /// Its name: every object holds a table, and a table many others.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.version, self.name)
    }
}

impl PartialEq for TypeSpec {
    /// Two specs are the same one if name and version are.
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version && self.name == other.name
    }
}

/// One member of a type.
#[derive(Debug, Clone, Copy)]
pub struct MemberSpec {
    /// Graph's own spelling.
    pub name: &'static str,
    /// What it holds.
    pub ty: Type,
    /// What its absence from a document means.
    pub absent: Absent,
    /// Whether it is written and compared.
    pub access: Access,
    /// Whether every POST carries it, also where the document is silent.
    pub always_sent: bool,
    /// Where Graph holds it.
    pub home: Home,
    /// What a change of it touches; `None` has no effect on who gets in.
    pub dimension: Option<Dimension>,
    /// How the other version spells the same thing, as a dotted path; empty where it is the same word or
    /// there is none.
    pub counterpart: &'static str,
    /// Plain sentences for hovers and the reference: meaning, unit, what absence means.
    pub doc: &'static str,
    /// Where the fact comes from: a section of the Graph reference or metadata.
    pub source: &'static str,
}

/// Where Graph holds a member of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// In the body of the object.
    Body,
    /// In a collection of its own: read by a request of its own, and changed by adding and removing elements.
    Part,
    /// In the address of the object, which says it and never changes.
    Address,
}

/// The type of a value.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A 32-bit integer within `min..=max`.
    Int {
        /// Smallest allowed value.
        min: i64,
        /// Largest allowed value.
        max: i64,
    },
    /// Free text.
    Text,
    /// A membership rule: text in which runs of white space outside quotes are one.
    Rule,
    /// One of a list of words.
    Enum(&'static EnumSpec),
    /// An ISO 8601 duration.
    Duration,
    /// A UTC timestamp.
    Instant,
    /// A date without a time.
    Date,
    /// Another object, by id on the wire and by name or id in documents.
    Ref(Kind, RefForm),
    /// A structure.
    Object(&'static TypeSpec),
    /// One of several structures, told apart by `@odata.type`.
    Union {
        /// All variants that exist.
        spec: &'static UnionSpec,
        /// Graph names of the variants that this place takes.
        takes: &'static [&'static str],
    },
    /// A list whose order means nothing and that holds each element once.
    Set(&'static Type),
    /// A list of structures with a unique key.
    Map {
        /// The member that is the key.
        key: &'static str,
        /// The member that a hand-written `{key: value}` gives.
        value: &'static str,
        /// The structure.
        of: &'static TypeSpec,
    },
    /// A list whose order matters, with at most `max` elements.
    Sequence {
        /// The elements' type.
        of: &'static Type,
        /// The member that orders the elements where all have one; empty where position does.
        order_by: &'static str,
        /// Most elements allowed.
        max: usize,
    },
}

/// How a reference stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefForm {
    /// The id itself: `"groupId": "…"`.
    Id,
    /// A structure: `"accessPackage": {"id": "…"}`.
    Object,
}

/// What it means that a document does not say a member.
#[derive(Debug, Clone, Copy)]
pub enum Absent {
    /// The documented default, which has no effect on who gets in, or is the empty one.
    Default(Literal),
    /// What follows from the siblings: an approval mode from the number of stages.
    Derived(fn(&Object) -> Value),
    /// No documented default: compared and sent only where written.
    Kept,
    /// An empty list or structure.
    Empty,
    /// A mistake.
    Required,
}

/// A default value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal {
    /// Nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A word of the member's enum.
    Word(&'static str),
}

/// Who may write a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Written and compared.
    ReadWrite,
    /// The service fills it; ignored in documents, left out of bodies.
    ReadOnly,
    /// Sent where written, filled by the service, never compared (a subject's `description`).
    Unchecked,
}

/// What a change of a member touches; the words of a plan's `impact`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the words are the documentation; the guide explains each")]
pub enum Dimension {
    Requestors,
    External,
    Approval,
    Approvers,
    Fallbacks,
    Escalation,
    Justification,
    Expiry,
    Reviews,
    Automatic,
    OnBehalf,
    Schedule,
    Extensions,
    /// What a package gives: resources of catalogs and roles of packages.
    Resources,
    /// Who may change what: roles on catalogs.
    Administration,
}

impl Dimension {
    /// The word of plans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requestors => "requestors",
            Self::External => "external",
            Self::Approval => "approval",
            Self::Approvers => "approvers",
            Self::Fallbacks => "fallbacks",
            Self::Escalation => "escalation",
            Self::Justification => "justification",
            Self::Expiry => "expiry",
            Self::Reviews => "reviews",
            Self::Automatic => "automatic",
            Self::OnBehalf => "onBehalf",
            Self::Schedule => "schedule",
            Self::Extensions => "extensions",
            Self::Resources => "resources",
            Self::Administration => "administration",
        }
    }
}

/// An enum and its documented words.
#[derive(Debug)]
pub struct EnumSpec {
    /// Graph's name of the enum.
    pub name: &'static str,
    /// Documented words, without `unknownFutureValue`.
    pub words: &'static [EnumWord],
}

impl EnumSpec {
    /// The documented word that equals `text` without regard to case.
    pub fn find(&self, text: &str) -> Option<&'static EnumWord> {
        self.words.iter().find(|w| w.word.eq_ignore_ascii_case(text))
    }
}

/// One word of an enum.
#[derive(Debug, Clone, Copy)]
pub struct EnumWord {
    /// As documented.
    pub word: &'static str,
    /// One plain sentence for the hover.
    pub doc: &'static str,
    /// The other version's word for the same thing; empty where it is the same or there is none.
    pub counterpart: &'static str,
}

/// Structures told apart by `@odata.type`.
#[derive(Debug)]
pub struct UnionSpec {
    /// Graph's name of the base type.
    pub name: &'static str,
    /// The variants.
    pub variants: &'static [Variant],
    /// One plain sentence.
    pub doc: &'static str,
}

impl UnionSpec {
    /// The variant of this Graph name (`groupMembers`).
    pub fn variant(&self, graph_name: &str) -> Option<&'static Variant> {
        self.variants.iter().find(|v| v.ty.name == graph_name)
    }
    /// The variant that an object without `@odata.type` is, where there is one.
    pub fn untagged(&self) -> Option<&'static Variant> {
        self.variants.iter().find(|v| matches!(v.hand, HandForm::Untagged))
    }
}

/// One variant of a union.
#[derive(Debug)]
pub struct Variant {
    /// Its structure; `ty.name` is Graph's name.
    pub ty: &'static TypeSpec,
    /// How it is written by hand.
    pub hand: HandForm,
    /// Whether a body must carry `@odata.type`.
    pub tagged: bool,
}

/// How a variant is recognised and printed without `@odata.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandForm {
    /// `{group: Partner desk}`: a member's value under a shorter key.
    Key {
        /// The key in documents.
        key: &'static str,
        /// The member that it gives.
        member: &'static str,
    },
    /// The bare word `externalSponsors`; with other members `{externalSponsors: {}, isBackup: true}`.
    Word(&'static str),
    /// No tag, and this member is present (`choices`).
    ByMember(&'static str),
    /// No tag and nothing else: what an object without a tag is.
    Untagged,
    /// Only by `@odata.type`.
    Tag,
}

/// A scalar that stands for a structure, one to one.
pub struct Shorthand {
    /// Reads the scalar; `None` where it is not of this form.
    pub read: fn(&'static TypeSpec, &str) -> Option<Object>,
    /// Prints the scalar where the structure has such a form.
    pub write: fn(&Object) -> Option<String>,
    /// Fixed words among the forms, with a sentence each.
    pub words: &'static [(&'static str, &'static str)],
    /// A pattern (ECMA 262) that the other forms match; empty where words are all.
    pub pattern: &'static str,
    /// What an error says was expected: `a duration such as P90D, a timestamp, or noExpiration`.
    pub expects: &'static str,
}

impl std::fmt::Debug for Shorthand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shorthand").field("expects", &self.expects).finish_non_exhaustive()
    }
}

/// Any 32-bit integer.
pub const INT32: Type = Type::Int { min: i32::MIN as i64, max: i32::MAX as i64 };

/// A number of days or minutes, not below zero and without a documented bound.
pub const COUNT: Type = Type::Int { min: 0, max: i32::MAX as i64 };

/// A member of this name and type: optional, kept, read-write. The methods below refine it.
pub const fn member(name: &'static str, ty: Type) -> MemberSpec {
    MemberSpec {
        name,
        ty,
        absent: Absent::Kept,
        access: Access::ReadWrite,
        always_sent: false,
        home: Home::Body,
        dimension: None,
        counterpart: "",
        doc: "",
        source: "",
    }
}

impl MemberSpec {
    /// Whether it is a collection of its own in Graph.
    pub fn is_part(&self) -> bool {
        self.home == Home::Part
    }
}

#[allow(missing_docs, reason = "each sets the field of its name")]
impl MemberSpec {
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.absent = Absent::Required;
        self
    }
    #[must_use]
    pub const fn default(mut self, literal: Literal) -> Self {
        self.absent = Absent::Default(literal);
        self
    }
    #[must_use]
    pub const fn off(self) -> Self {
        self.default(Literal::Bool(false))
    }
    #[must_use]
    pub const fn on(self) -> Self {
        self.default(Literal::Bool(true))
    }
    #[must_use]
    pub const fn empty(mut self) -> Self {
        self.absent = Absent::Empty;
        self
    }
    #[must_use]
    pub const fn derived(mut self, from: fn(&Object) -> Value) -> Self {
        self.absent = Absent::Derived(from);
        self
    }
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.access = Access::ReadOnly;
        self
    }
    #[must_use]
    pub const fn unchecked(mut self) -> Self {
        self.access = Access::Unchecked;
        self
    }
    #[must_use]
    pub const fn sent(mut self) -> Self {
        self.always_sent = true;
        self
    }
    #[must_use]
    pub const fn part(mut self) -> Self {
        self.home = Home::Part;
        self
    }
    #[must_use]
    pub const fn in_address(mut self) -> Self {
        self.home = Home::Address;
        self
    }
    #[must_use]
    pub const fn touches(mut self, dimension: Dimension) -> Self {
        self.dimension = Some(dimension);
        self
    }
    #[must_use]
    pub const fn counterpart(mut self, other: &'static str) -> Self {
        self.counterpart = other;
        self
    }
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }
    #[must_use]
    pub const fn source(mut self, source: &'static str) -> Self {
        self.source = source;
        self
    }
}

/// A structure without hooks; fill the rest with struct update syntax where a type needs them.
pub const fn structure(
    name: &'static str,
    version: Version,
    doc: &'static str,
    members: &'static [MemberSpec],
) -> TypeSpec {
    TypeSpec { name, version, members, normalise: None, inert: None, shorthand: None, doc }
}

/// What a member is where nothing is said of it: its default, what follows from its siblings, or nothing.
pub fn absent_value(member: &MemberSpec, siblings: &Object) -> Value {
    match member.absent {
        Absent::Default(Literal::Bool(b)) => Value::Bool(b),
        Absent::Default(Literal::Int(n)) => Value::Int(n),
        Absent::Default(Literal::Word(word)) => Value::word(word),
        Absent::Derived(from) => from(siblings),
        Absent::Empty if matches!(member.ty, Type::Set(_) | Type::Map { .. } | Type::Sequence { .. }) => {
            Value::List(Box::default())
        }
        Absent::Default(Literal::Null) | Absent::Empty | Absent::Kept | Absent::Required => Value::Null,
    }
}
