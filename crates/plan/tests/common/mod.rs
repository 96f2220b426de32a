//! What the tests of laws share: objects that the tables themselves generate.

#![allow(dead_code, reason = "each test uses a part of it")]

use entrant_model::kinds::assignment_policy::{beta, v1};
use entrant_model::spec::Access;
use entrant_model::time::{Date, Duration, Instant};
use entrant_model::value::{Json, Value};
use entrant_model::wire::element_type;
use entrant_model::{Absent, Id, Object, Reference, Type, TypeSpec};
use entrant_plan::diff::set_key;
use entrant_plan::impact::Effect;
use std::collections::BTreeSet;

/// A small generator: objects need no shrinking by structure, a seed tells them apart.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// A structure that says some of its members; as a document has it, or as Graph answers.
pub fn object(ty: &'static TypeSpec, dice: &mut Dice, as_document: bool) -> Object {
    let mut object = Object::new(ty);
    for member in ty.members {
        if member.access == Access::ReadOnly {
            continue;
        }
        let required = matches!(member.absent, Absent::Required);
        match dice.roll(6) {
            0 | 1 if !required => {}
            2 if !required => object.set(member.name, Value::Null),
            _ => object.set(member.name, value(&member.ty, dice, as_document)),
        }
    }
    if !as_document && dice.roll(3) == 0 {
        object.set_unknown([("xFuture".to_owned(), Json::from(dice.roll(9)))].into_iter().collect());
    }
    object
}

/// A value of this type.
pub fn value(ty: &Type, dice: &mut Dice, as_document: bool) -> Value {
    match ty {
        Type::Bool => Value::Bool(dice.roll(2) == 0),
        Type::Int { min, max } => Value::Int((min + i64::try_from(dice.roll(4)).unwrap()).min(*max)),
        Type::Text | Type::Rule => {
            Value::Text(["", "a", "b c", "ü"][usize::try_from(dice.roll(4)).unwrap()].into())
        }
        Type::Enum(spec) => {
            Value::word(spec.words[usize::try_from(dice.roll(spec.words.len() as u64)).unwrap()].word)
        }
        Type::Duration => Value::Duration(Duration::minutes(dice.roll(3) * 720)),
        Type::Instant => {
            Value::Instant(Instant::parse(&format!("2026-0{}-01T00:00:00Z", 1 + dice.roll(3))).unwrap())
        }
        Type::Date => Value::Date(Date::parse(&format!("2026-0{}-01", 1 + dice.roll(3))).unwrap()),
        Type::Ref(kind, _) => {
            let id = format!("{:08x}-0000-0000-0000-000000000000", dice.roll(4));
            Value::Ref(Box::new(Reference { id: Some(Id::new(&id)), ..Reference::live(*kind, &id) }))
        }
        Type::Object(ty) => Value::Object(Box::new(object(ty, dice, as_document))),
        Type::Union { spec, takes } => {
            let name = takes[usize::try_from(dice.roll(takes.len() as u64)).unwrap()];
            Value::Object(Box::new(object(spec.variant(name).unwrap().ty, dice, as_document)))
        }
        Type::Set(of) => {
            let mut list: Vec<Value> = (0..dice.roll(4)).map(|_| value(of, dice, as_document)).collect();
            list.sort_by_key(|v| set_key(of, v));
            list.dedup_by_key(|v| set_key(of, v));
            if dice.roll(2) == 0 {
                list.reverse();
            }
            Value::List(list.into())
        }
        Type::Map { key, of, .. } => {
            let mut list: Vec<Value> = Vec::new();
            for _ in 0..dice.roll(4) {
                let element = value(&Type::Object(of), dice, as_document);
                let name =
                    |v: &Value| v.as_object().and_then(|o| o.text(key)).unwrap_or_default().to_lowercase();
                if !list.iter().any(|v| name(v) == name(&element)) {
                    list.push(element);
                }
            }
            Value::List(list.into())
        }
        Type::Sequence { of, .. } => {
            Value::List((0..dice.roll(4)).map(|_| value(of, dice, as_document)).collect())
        }
    }
}

/// Reverses every set of an answer, and the order of its members.
pub fn shuffled(ty: &Type, json: &Json) -> Json {
    match (ty, json) {
        (Type::Object(ty), Json::Object(map)) => Json::Object(
            map.iter()
                .rev()
                .map(|(name, v)| {
                    (name.clone(), ty.member(name).map_or_else(|| v.clone(), |(_, m)| shuffled(&m.ty, v)))
                })
                .collect(),
        ),
        (Type::Set(_) | Type::Map { .. }, Json::Array(list)) => {
            Json::Array(list.iter().rev().cloned().collect())
        }
        _ => json.clone(),
    }
}

/// Either version's table of policies.
pub fn table(seed: u64) -> &'static TypeSpec {
    if seed.is_multiple_of(2) { &v1::POLICY } else { &beta::POLICY }
}

/// What two lists of effects must share to be the same: all but sentence and timing.
pub fn told(effects: &[Effect]) -> Vec<String> {
    let mut lines: Vec<String> = effects
        .iter()
        .map(|e| format!("{:?} {:?} {} {:?} -> {:?}", e.dimension, e.kind, e.code.name, e.before, e.after))
        .collect();
    lines.sort();
    lines
}

/// The effects with their sides swapped.
pub fn reversed(effects: &[Effect]) -> Vec<Effect> {
    let turn = |e: &Effect| Effect {
        kind: e.kind.reversed(),
        before: e.after.clone(),
        after: e.before.clone(),
        ..e.clone()
    };
    effects.iter().map(turn).collect()
}

/// The members with a dimension that a type reaches.
pub fn dimensions(ty: &'static TypeSpec, out: &mut BTreeSet<(&'static str, &'static str)>) {
    for member in ty.members {
        if member.access != Access::ReadWrite {
            continue;
        }
        if member.dimension.is_some() {
            out.insert((ty.name, member.name));
        }
        match element_type(&member.ty) {
            Type::Object(inner) => dimensions(inner, out),
            Type::Union { spec, takes } => {
                for name in takes {
                    dimensions(spec.variant(name).unwrap().ty, out);
                }
            }
            _ => {}
        }
    }
}

/// A type and one of its members.
pub type Member = (&'static str, &'static str);

/// The object with another value for one member that has a dimension, for each such member anywhere in it.
pub fn turned(object: &Object, dice: &mut Dice) -> Vec<(Member, Object)> {
    let mut out = Vec::new();
    let with = |name, value| {
        let mut copy = object.clone();
        copy.set(name, value);
        copy
    };
    for member in object.ty.members.iter().filter(|m| m.access == Access::ReadWrite) {
        if member.dimension.is_some() {
            let other = value(&member.ty, dice, true);
            out.push(((object.ty.name, member.name), with(member.name, other)));
        }
        match object.get(member.name) {
            Some(Value::Object(inner)) => {
                for (turned_member, inner) in turned(inner, dice) {
                    out.push((turned_member, with(member.name, Value::Object(Box::new(inner)))));
                }
            }
            Some(Value::List(list)) => {
                for (at, element) in list.iter().enumerate() {
                    let Value::Object(inner) = element else { continue };
                    for (turned_member, inner) in turned(inner, dice) {
                        let mut list = list.clone();
                        list[at] = Value::Object(Box::new(inner));
                        out.push((turned_member, with(member.name, Value::List(list))));
                    }
                }
            }
            _ => {}
        }
    }
    out
}
