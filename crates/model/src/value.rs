//! Values and objects: what a document or a Graph answer says, typed by the tables.
//!
//! An estate of 25,000 policies is some three million of these, twice, so each is as small as it can be without
//! a trick: a value takes 24 bytes and no more, lists and structures have no spare room, and what is rarely
//! there is boxed.

use crate::path::Path;
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
    /// Which members were said (a written null included): bit `n` is the member at position `n`.
    said: u64,
    /// Their values, in the table's order.
    values: Box<[Value]>,
    /// Members of a live object that the table does not know, as they came.
    unknown: Option<Box<Unknown>>,
}

/// Members that a table does not know, as they came.
pub type Unknown = serde_json::Map<String, Json>;

// See the head of this file.
const _: () = assert!(size_of::<Value>() <= 24 && size_of::<Object>() <= 40);

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
    Ref(Box<Reference>),
    Object(Box<Object>),
    List(Box<[Value]>),
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
        let (one, other) = (self.as_str(), other.as_str());
        // Mostly both are of one table.
        std::ptr::eq(one, other) || one.eq_ignore_ascii_case(other)
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
            Self::Object(object) => object.values.iter().all(Self::is_empty) && object.unknown.is_none(),
            _ => false,
        }
    }
}

impl Object {
    /// A structure in which nothing is said yet.
    pub fn new(ty: &'static TypeSpec) -> Self {
        Self { ty, said: 0, values: Box::default(), unknown: None }
    }

    /// A structure with these members; names that the table lacks are left out.
    pub fn with(ty: &'static TypeSpec, members: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        let known = members.into_iter().filter_map(|(name, value)| Some((ty.member(name)?.0, value)));
        Self::of(ty, known.collect())
    }

    /// A structure with the members at these positions. Where one stands twice, the last counts.
    pub fn of(ty: &'static TypeSpec, mut members: Vec<(MemberId, Value)>) -> Self {
        if !members.is_sorted_by(|a, b| a.0 < b.0) {
            members.reverse();
            members.sort_by_key(|(id, _)| *id);
            members.dedup_by_key(|(id, _)| *id);
        }
        let said = members.iter().fold(0, |said, (id, _)| said | bit(*id));
        Self { ty, said, values: members.into_iter().map(|(_, value)| value).collect(), unknown: None }
    }

    /// What was said of a member; `None` where it is absent, `Some(Null)` where null was said.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let (id, _) = self.ty.member(name)?;
        self.at(id)
    }

    /// What was said of the member at this position.
    pub fn at(&self, id: MemberId) -> Option<&Value> {
        if self.said & bit(id) == 0 { None } else { self.values.get(self.rank(id)) }
    }

    /// How many members before this one were said: where its value stands.
    fn rank(&self, id: MemberId) -> usize {
        // At most 64.
        (self.said & (bit(id) - 1)).count_ones() as usize
    }

    /// Sets a member; a name that the table lacks changes nothing.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some((id, _)) = self.ty.member(name) {
            self.put(id, value);
        }
    }

    /// Sets the member at this position.
    pub fn put(&mut self, id: MemberId, value: Value) {
        let at = self.rank(id);
        if self.said & bit(id) != 0 {
            self.values[at] = value;
            return;
        }
        let mut values = Vec::with_capacity(self.values.len() + 1);
        values.extend(std::mem::take(&mut self.values));
        values.insert(at, value);
        self.values = values.into();
        self.said |= bit(id);
    }

    /// Removes a member and gives what it was.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let (id, _) = self.ty.member(name)?;
        if self.said & bit(id) == 0 {
            return None;
        }
        let mut values = std::mem::take(&mut self.values).into_vec();
        let value = values.remove(self.rank(id));
        self.values = values.into();
        self.said &= !bit(id);
        Some(value)
    }

    /// Members that the table does not know, as they came.
    pub fn unknown(&self) -> impl Iterator<Item = (&String, &Json)> {
        self.unknown.iter().flat_map(|unknown| unknown.iter())
    }

    /// Sets the members that the table does not know.
    pub fn set_unknown(&mut self, unknown: Unknown) {
        self.unknown = (!unknown.is_empty()).then(|| Box::new(unknown));
    }

    /// The positions of the members that were said, in order.
    fn positions(&self) -> impl Iterator<Item = usize> + use<> {
        let mut rest = self.said;
        std::iter::from_fn(move || {
            let at = (rest != 0).then(|| rest.trailing_zeros() as usize);
            rest &= rest.wrapping_sub(1);
            at
        })
    }

    /// Members that were said, in the table's order.
    pub fn said(&self) -> impl Iterator<Item = (&'static MemberSpec, &Value)> {
        self.positions().zip(&self.values).map(|(at, value)| (&self.ty.members[at], value))
    }

    /// Members that were said, to change in place.
    pub fn said_mut(&mut self) -> impl Iterator<Item = (&'static MemberSpec, &mut Value)> {
        let ty = self.ty;
        self.positions().zip(&mut self.values).map(|(at, value)| (&ty.members[at], value))
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
        self.ty == other.ty
            && self.said == other.said
            && self.values == other.values
            && self.unknown == other.unknown
    }
}

/// The bit of a member's position.
const fn bit(id: MemberId) -> u64 {
    // A test in `kinds` holds the tables to 64 members.
    1 << (id.0 & 63)
}

/// Calls `visit` on every reference in `object`, with the way to it.
pub fn each_reference<'a>(object: &'a Object, visit: &mut dyn FnMut(&Path, &'a Reference)) {
    fn walk<'a>(value: &'a Value, path: &Path, visit: &mut dyn FnMut(&Path, &'a Reference)) {
        match value {
            Value::Ref(reference) => visit(path, reference),
            Value::Object(object) => members(object, path, visit),
            Value::List(list) => {
                for (index, element) in list.iter().enumerate() {
                    walk(element, &Path::Index(path, index), visit);
                }
            }
            _ => {}
        }
    }
    fn members<'a>(object: &'a Object, path: &Path, visit: &mut dyn FnMut(&Path, &'a Reference)) {
        for (spec, value) in object.said() {
            walk(value, &Path::Key(path, spec.name), visit);
        }
    }
    members(object, &Path::Root, visit);
}

/// Calls `change` on every reference in `object`, with the way to it.
pub fn each_reference_mut(object: &mut Object, change: &mut dyn FnMut(&Path, &mut Reference)) {
    fn walk(value: &mut Value, path: &Path, change: &mut dyn FnMut(&Path, &mut Reference)) {
        match value {
            Value::Ref(reference) => change(path, reference),
            Value::Object(object) => members(object, path, change),
            Value::List(list) => {
                for (index, element) in list.iter_mut().enumerate() {
                    walk(element, &Path::Index(path, index), change);
                }
            }
            _ => {}
        }
    }
    fn members(object: &mut Object, path: &Path, change: &mut dyn FnMut(&Path, &mut Reference)) {
        for (spec, value) in object.said_mut() {
            walk(value, &Path::Key(path, spec.name), change);
        }
    }
    members(object, &Path::Root, change);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::assignment_policy::v1::REQUESTORS;

    fn names(object: &Object) -> Vec<(&'static str, bool)> {
        object.said().map(|(member, value)| (member.name, *value == Value::Bool(true))).collect()
    }

    #[test]
    fn members_stand_in_the_order_of_the_table_however_they_were_said() {
        let ids: Vec<MemberId> = (0..8).map(MemberId).collect();
        let (first, third, last) = (ids[0], ids[2], ids[7]);
        let given = vec![
            (last, Value::Bool(true)),
            (third, Value::Bool(false)),
            (first, Value::Bool(true)),
            (third, Value::Bool(true)),
        ];
        let name = |id: MemberId| REQUESTORS.members[usize::from(id.0)].name;
        let expected = [(name(first), true), (name(third), true), (name(last), true)];
        let mut one_by_one = Object::new(&REQUESTORS);
        for (id, value) in given.clone() {
            one_by_one.put(id, value);
        }
        let at_once = Object::of(&REQUESTORS, given);
        assert_eq!(names(&one_by_one), expected);
        assert_eq!(names(&at_once), expected);
        assert_eq!(one_by_one, at_once);
    }

    #[test]
    fn what_was_removed_is_not_said() {
        let mut object = Object::with(
            &REQUESTORS,
            REQUESTORS.members.iter().map(|member| (member.name, Value::Bool(true))),
        );
        for (at, member) in REQUESTORS.members.iter().enumerate() {
            assert_eq!(object.remove(member.name), Some(Value::Bool(true)));
            assert_eq!(object.remove(member.name), None);
            assert_eq!(object.get(member.name), None);
            assert_eq!(object.said().count(), REQUESTORS.members.len() - at - 1);
        }
        assert!(Value::Object(Box::new(object)).is_empty());
    }
}
