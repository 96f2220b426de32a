//! Laws of the diff and of bodies, on objects that the tables themselves generate: whatever a document says
//! and whatever Graph holds.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use entrant_model::kinds::assignment_policy::{beta, v1};
use entrant_model::spec::Access;
use entrant_model::time::{Date, Duration, Instant};
use entrant_model::value::{Json, Value};
use entrant_model::{Absent, Id, Object, Reference, Type, TypeSpec, wire};
use entrant_plan::body::{fingerprint, replace_body};
use entrant_plan::diff::{diff, set_key};
use proptest::prelude::*;

/// A small generator: objects need no shrinking by structure, a seed tells them apart.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn object(ty: &'static TypeSpec, dice: &mut Dice, as_document: bool) -> Object {
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

fn value(ty: &Type, dice: &mut Dice, as_document: bool) -> Value {
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

fn table(seed: u64) -> &'static TypeSpec {
    if seed.is_multiple_of(2) { &v1::POLICY } else { &beta::POLICY }
}

/// Reverses every set of an answer, and the order of its members.
fn shuffled(ty: &Type, json: &Json) -> Json {
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_object_does_not_differ_from_itself(seed in 1u64..) {
        let ty = table(seed);
        let object = object(ty, &mut Dice(seed), true);
        prop_assert_eq!(diff(&object, &object), vec![]);
    }

    #[test]
    fn what_was_created_is_as_declared(seed in 1u64..) {
        let ty = table(seed);
        let want = object(ty, &mut Dice(seed), true);
        let body = wire::create_body(&want);
        let have = wire::read(ty, body.as_object().unwrap());
        prop_assert_eq!(diff(&want, &have), vec![]);
    }

    #[test]
    fn an_update_makes_any_live_object_as_declared(seed in 1u64.., other in 1u64..) {
        let ty = table(seed);
        let want = object(ty, &mut Dice(seed), true);
        let live = wire::to_graph(&Type::Object(ty), &Value::Object(Box::new(object(ty, &mut Dice(other), false))));
        let body = replace_body(&want, &live);
        let have = wire::read(ty, body.as_object().unwrap());
        prop_assert_eq!(diff(&want, &have), vec![], "live {} body {}", live, body);
        // And after doing it again it is still so.
        let again = replace_body(&want, &body);
        prop_assert_eq!(diff(&want, &wire::read(ty, again.as_object().unwrap())), vec![]);
        // What the tables do not know at the top is untouched.
        prop_assert_eq!(body.get("xFuture"), live.get("xFuture"));
    }

    #[test]
    fn order_means_nothing_in_sets_and_among_members(seed in 1u64.., other in 1u64..) {
        let ty = table(seed);
        let want = object(ty, &mut Dice(seed), true);
        let live = wire::to_graph(&Type::Object(ty), &Value::Object(Box::new(object(ty, &mut Dice(other), false))));
        let turned = shuffled(&Type::Object(ty), &live);
        let read = |json: &Json| wire::read(ty, json.as_object().unwrap());
        let (straight, reversed) = (diff(&want, &read(&live)), diff(&want, &read(&turned)));
        for (a, b) in straight.iter().zip(&reversed) {
            prop_assert_eq!(a, b);
        }
        prop_assert_eq!(straight.len(), reversed.len());
        prop_assert_eq!(fingerprint(ty, &live), fingerprint(ty, &turned));
    }
}
