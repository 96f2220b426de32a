//! Values and objects: what a document or a Graph answer says, typed by the tables.

use crate::reference::Reference;
use crate::spec::{MemberSpec, TypeSpec};
use crate::time::{Date, Duration, Instant};

/// JSON as it goes over the wire.
pub type Json = serde_json::Value;

/// The position of a member in its type's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MemberId(pub u8);

/// A structure: the members that were said, and those that the table does not know.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its table.
    pub ty: &'static TypeSpec,
    /// Members that were said (a written null included), in the table's order.
    members: Vec<(MemberId, Value)>,
    /// Members of a live object that the table does not know, as they came.
    pub unknown: serde_json::Map<String, Json>,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each holds what its name says; see `spec::Type`")]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Text(Box<str>),
    Enum(Word),
    Duration(Duration),
    Instant(Instant),
    Date(Date),
    Ref(Reference),
    Object(Box<Object>),
    List(Vec<Value>),
    /// A live value that is not of the table's type; kept as it came.
    Other(Box<Json>),
}

/// A word of an enum; words that the table does not know are kept as they came.
///
/// Compared without regard to case: v1.0 answers in camel case, beta text in Pascal case.
#[derive(Debug, Clone, Eq)]
pub enum Word {
    /// A documented word.
    Known(&'static str),
    /// A word of a newer service.
    Other(Box<str>),
}

impl Word {
    /// The word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(word) => word,
            Self::Other(word) => word,
        }
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.as_str().eq_ignore_ascii_case(other.as_str())
    }
}

impl Value {
    /// A word of a table's enum.
    pub const fn word(word: &'static str) -> Self {
        Self::Enum(Word::Known(word))
    }

    /// The structure, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements; none for null.
    pub fn elements(&self) -> &[Self] {
        match self {
            Self::List(list) => list,
            _ => &[],
        }
    }

    /// The text, word or rule, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Enum(word) => Some(word.as_str()),
            _ => None,
        }
    }

    /// Null, an empty list, or a structure in which nothing was said: four ways of saying nothing, one here.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(list) => list.is_empty(),
            Self::Object(object) => {
                object.members.iter().all(|(_, v)| v.is_empty()) && object.unknown.is_empty()
            }
            _ => false,
        }
    }
}

impl Object {
    /// A structure in which nothing is said yet.
    pub fn new(ty: &'static TypeSpec) -> Self {
        Self { ty, members: Vec::new(), unknown: serde_json::Map::new() }
    }

    /// A structure with these members; names that the table lacks are left out.
    pub fn with(ty: &'static TypeSpec, members: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        let mut object = Self::new(ty);
        for (name, value) in members {
            object.set(name, value);
        }
        object
    }

    /// What was said of a member; `None` where it is absent, `Some(Null)` where null was said.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let (id, _) = self.ty.member(name)?;
        self.at(id)
    }

    /// What was said of the member at this position.
    pub fn at(&self, id: MemberId) -> Option<&Value> {
        self.members.iter().find(|(m, _)| *m == id).map(|(_, v)| v)
    }

    /// Sets a member; a name that the table lacks changes nothing.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some((id, _)) = self.ty.member(name) {
            self.put(id, value);
        }
    }

    /// Sets the member at this position.
    pub fn put(&mut self, id: MemberId, value: Value) {
        match self.members.binary_search_by_key(&id, |(m, _)| *m) {
            Ok(at) => self.members[at].1 = value,
            Err(at) => self.members.insert(at, (id, value)),
        }
    }

    /// Removes a member and gives what it was.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let (id, _) = self.ty.member(name)?;
        let at = self.members.iter().position(|(m, _)| *m == id)?;
        Some(self.members.remove(at).1)
    }

    /// Members that were said, in the table's order.
    pub fn said(&self) -> impl Iterator<Item = (&'static MemberSpec, &Value)> {
        self.members.iter().map(|(id, value)| (&self.ty.members[usize::from(id.0)], value))
    }

    /// Members that were said, to change in place.
    pub fn said_mut(&mut self) -> impl Iterator<Item = (&'static MemberSpec, &mut Value)> {
        let ty = self.ty;
        self.members.iter_mut().map(move |(id, value)| (&ty.members[usize::from(id.0)], value))
    }

    /// The member's boolean; absent and null count as `false`.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true)))
    }

    /// The member's structure, where it is one.
    pub fn object(&self, name: &str) -> Option<&Self> {
        self.get(name)?.as_object()
    }

    /// The member's elements; none where it is absent or null.
    pub fn list(&self, name: &str) -> &[Value] {
        self.get(name).map_or(&[], Value::elements)
    }

    /// The member's text or word.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// The member's reference.
    pub fn reference(&self, name: &str) -> Option<&Reference> {
        match self.get(name)? {
            Value::Ref(reference) => Some(reference),
            _ => None,
        }
    }
}

impl PartialEq for Object {
    /// As said, member for member; `plan::diff` compares by meaning.
    fn eq(&self, other: &Self) -> bool {
        self.ty == other.ty && self.members == other.members && self.unknown == other.unknown
    }
}

/// Calls `visit` on every reference in `value`, with the JSON Pointer segments that lead to it.
pub fn each_reference<'a>(object: &'a Object, visit: &mut dyn FnMut(&[String], &'a Reference)) {
    fn walk<'a>(value: &'a Value, path: &mut Vec<String>, visit: &mut dyn FnMut(&[String], &'a Reference)) {
        match value {
            Value::Ref(reference) => visit(path, reference),
            Value::Object(object) => members(object, path, visit),
            Value::List(list) => {
                for (index, element) in list.iter().enumerate() {
                    path.push(index.to_string());
                    walk(element, path, visit);
                    path.pop();
                }
            }
            _ => {}
        }
    }
    fn members<'a>(
        object: &'a Object,
        path: &mut Vec<String>,
        visit: &mut dyn FnMut(&[String], &'a Reference),
    ) {
        for (spec, value) in object.said() {
            path.push(spec.name.to_owned());
            walk(value, path, visit);
            path.pop();
        }
    }
    members(object, &mut Vec::new(), visit);
}

/// Calls `change` on every reference in `object`, with the JSON Pointer segments that lead to it.
pub fn each_reference_mut(object: &mut Object, change: &mut dyn FnMut(&[String], &mut Reference)) {
    fn walk(value: &mut Value, path: &mut Vec<String>, change: &mut dyn FnMut(&[String], &mut Reference)) {
        match value {
            Value::Ref(reference) => change(path, reference),
            Value::Object(object) => members(object, path, change),
            Value::List(list) => {
                for (index, element) in list.iter_mut().enumerate() {
                    path.push(index.to_string());
                    walk(element, path, change);
                    path.pop();
                }
            }
            _ => {}
        }
    }
    fn members(
        object: &mut Object,
        path: &mut Vec<String>,
        change: &mut dyn FnMut(&[String], &mut Reference),
    ) {
        for (spec, value) in object.said_mut() {
            path.push(spec.name.to_owned());
            walk(value, path, change);
            path.pop();
        }
    }
    members(object, &mut Vec::new(), change);
}
