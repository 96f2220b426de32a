//! What a document shall say so that it says what is: the written JSON with the live values of what differs.
//!
//! The plan's comparison decides what differs, so what it takes for equal stays as it is written: order in sets, the
//! spelling of durations, names and ids. Members that the document lacks come where the table has them.

use super::render::Renderer;
use super::sequence::sequence;
use super::shared::Kept;
use entrant_model::reference::fold;
use entrant_model::spec::{Absent, Access, HandForm, absent_value};
use entrant_model::value::Json;
use entrant_model::{MemberSpec, Object, Pointer, Type, TypeSpec, Value};
use entrant_plan::diff::{diff, set_key};
use entrant_plan::import::is_filled_in;
use serde_json::Map;
use std::collections::BTreeMap;

/// The key of a mapping that stands for a variable.
const VAR: &str = "var";

/// Puts into `json` what `have` says otherwise than `want`.
pub fn object(
    json: &mut Map<String, Json>,
    want: &Object,
    have: &Object,
    at: &Pointer,
    renderer: &mut Renderer,
) {
    members(json, want, have, None, at, renderer);
}

/// Where the members of a structure stand in the JSON: under their own names, but for one that the hand form gives.
type Hand = Option<(&'static str, &'static str)>;

fn members(
    json: &mut Map<String, Json>,
    want: &Object,
    have: &Object,
    hand: Hand,
    at: &Pointer,
    renderer: &mut Renderer,
) {
    let fields = diff(want, have);
    let mut comes_on = false;
    for (index, member) in want.ty.members.iter().enumerate() {
        let differs =
            fields.iter().any(|field| field.path.0.first().is_some_and(|first| first == member.name));
        if !differs || member.access != Access::ReadWrite {
            continue;
        }
        let at = at.child(member.name);
        let key = match hand {
            Some((key, of)) if of == member.name && json.contains_key(key) => key,
            _ => member.name,
        };
        let id = entrant_model::MemberId(u8::try_from(index).unwrap_or(u8::MAX));
        let found = have.at(id).filter(|value| **value != Value::Null);
        let live = found.cloned().unwrap_or_else(|| absent_value(member, have));
        comes_on |= live == Value::Bool(true);
        let wanted = want.at(id).cloned().unwrap_or_else(|| absent_value(member, want));
        match json.get_mut(key) {
            Some(written) if !written.is_null() => value(written, &member.ty, &wanted, &live, &at, renderer),
            Some(written) => {
                if let Some(shown) = renderer.member(member, &live, &at) {
                    *written = shown;
                }
            }
            None => add(json, (want.ty, member, hand), &wanted, &live, &at, renderer),
        }
    }
    if comes_on {
        times(json, have, hand, at, renderer);
    }
}

/// What a switch that came on works with: a time that nobody compares where no document says it, such as after how long
/// a request goes to the others.
fn times(json: &mut Map<String, Json>, have: &Object, hand: Hand, at: &Pointer, renderer: &mut Renderer) {
    let is_time = |member: &MemberSpec| {
        matches!(member.absent, Absent::Kept) && matches!(member.ty, Type::Duration | Type::Int { .. })
    };
    for (member, value) in have.said().filter(|(member, _)| is_time(member)) {
        if !json.contains_key(member.name) && !is_filled_in(member.name, value) {
            add(json, (have.ty, member, hand), value, value, &at.child(member.name), renderer);
        }
    }
}

/// A member that the document does not say: it is added, unless what the document is laid over says it. Of settings,
/// each member is looked at for itself.
fn add(
    json: &mut Map<String, Json>,
    (ty, member, hand): (&'static TypeSpec, &MemberSpec, Hand),
    want: &Value,
    have: &Value,
    at: &Pointer,
    renderer: &mut Renderer,
) {
    let shared = renderer.shared.says(at).cloned();
    if shared.is_some()
        && let (Value::Object(want), Value::Object(have)) = (want, have)
        && matches!(&member.ty, Type::Object(inner) if inner.shorthand.is_none())
    {
        let mut own = Map::new();
        members(&mut own, want, have, None, at, renderer);
        if !own.is_empty() {
            insert(json, ty, member, hand, Json::Object(own));
        }
        return;
    }
    let Some(value) = renderer.member(member, have, at) else { return };
    match shared {
        Some(written) => renderer.kept.push(Kept { path: at.clone(), written, value }),
        None => insert(json, ty, member, hand, value),
    }
}

pub(super) fn is_variable(json: &Json) -> bool {
    json.as_object().is_some_and(|map| map.len() == 1 && map.contains_key(VAR))
}

/// Puts a member where the table has it: after the nearest one before it that is written.
pub fn insert(
    json: &mut Map<String, Json>,
    ty: &'static TypeSpec,
    member: &MemberSpec,
    hand: Hand,
    shown: Json,
) {
    let before = ty.members.iter().take_while(|other| other.name != member.name);
    let key_of = |name: &'static str| match hand {
        Some((key, of)) if of == name => key,
        _ => name,
    };
    let at = before.filter_map(|other| json.keys().position(|key| key == key_of(other.name))).max();
    // Without any, after what says which document or which variant it is.
    let own = || json.keys().take_while(|key| ty.member(key).is_none()).count();
    let at = at.map_or_else(own, |at| at + 1);
    json.shift_insert(at.min(json.len()), member.name.to_owned(), shown);
}

/// Makes a written value say what is. Whatever cannot be done in parts is written anew.
pub(super) fn value(
    json: &mut Json,
    ty: &Type,
    want: &Value,
    have: &Value,
    at: &Pointer,
    renderer: &mut Renderer,
) {
    let is_done = match (ty, want, have, &mut *json) {
        (_, _, _, written) if is_variable(written) => false,
        (_, Value::Object(want), Value::Object(have), Json::Object(map)) if want.ty == have.ty => {
            members(map, want, have, hand_of(ty, want.ty), at, renderer);
            true
        }
        (Type::Set(of), Value::List(want), have, Json::Array(list)) => {
            set(list, of, want, have.elements(), at, renderer)
        }
        (Type::Map { key, value, of }, Value::List(want), have, Json::Object(map)) => {
            keyed(map, (key, value, of), want, have.elements(), at, renderer)
        }
        (Type::Map { key, of, .. }, Value::List(want), have, Json::Array(list)) => {
            keyed_list(list, (key, of), want, have.elements(), at, renderer)
        }
        (Type::Sequence { of, order_by, .. }, Value::List(want), have, Json::Array(list)) => {
            sequence(list, (of, order_by), want, have.elements(), at, renderer)
        }
        _ => false,
    };
    if !is_done && let Some(shown) = renderer.value(ty, have, at) {
        *json = shown;
    }
}

fn hand_of(ty: &Type, of: &'static TypeSpec) -> Hand {
    let Type::Union { spec, .. } = ty else { return None };
    match spec.variant(of.name)?.hand {
        HandForm::Key { key, member } => Some((key, member)),
        _ => None,
    }
}

/// Entries that are in both stay as they are written, and one of the same person or thing is changed in place; the
/// others go, and new ones come at the end. An entry that is a variable stands for any number of entries, so then
/// nothing can be told apart.
fn set(
    list: &mut Vec<Json>,
    of: &Type,
    want: &[Value],
    have: &[Value],
    at: &Pointer,
    renderer: &mut Renderer,
) -> bool {
    if list.len() != want.len() || list.iter().any(is_variable) {
        return with_variables(list, of, want, have, at, renderer);
    }
    let mut live: Vec<(String, &Value)> = Vec::new();
    for value in have {
        let key = set_key(of, value);
        // The service may give one twice.
        if !live.iter().any(|(known, _)| *known == key) {
            live.push((key, value));
        }
    }
    let mut stays: Vec<Option<&Value>> = Vec::new();
    for value in want {
        let key = set_key(of, value);
        let found = live.iter().position(|(known, _)| *known == key);
        stays.push(found.map(|found| live.remove(found).1));
    }
    // What says the same in other words is the same; what is about the same one is it, changed.
    for (value, stays) in want.iter().zip(&mut stays).filter(|(_, stays)| stays.is_none()) {
        let is_same = |(_, found): &(String, &Value)| !object_differs(value, found);
        let is_about = |(_, found): &(String, &Value)| who(value).is_some() && who(value) == who(found);
        let found = live.iter().position(is_same).or_else(|| live.iter().position(is_about));
        *stays = found.map(|found| live.remove(found).1);
    }
    let mut next = Vec::new();
    for ((mut json, wanted), found) in list.drain(..).zip(want).zip(stays) {
        let Some(found) = found else { continue };
        if object_differs(wanted, found) {
            value(&mut json, of, wanted, found, at, renderer);
        }
        next.push(json);
    }
    next.extend(live.into_iter().filter_map(|(_, found)| renderer.value(of, found, at)));
    *list = next;
    true
}

/// Whom or what an element is about: its variant, and the first member that it has to have.
pub(super) fn who(value: &Value) -> Option<(&'static str, Option<String>)> {
    let object = value.as_object()?;
    let required = object.ty.members.iter().find(|member| matches!(member.absent, Absent::Required));
    let key = required.and_then(|member| Some(set_key(&member.ty, object.get(member.name)?)));
    Some((object.ty.name, key))
}

/// A list with variables in it: what they stand for is kept where all of it is there, and the rest is put beside.
fn with_variables(
    list: &mut Vec<Json>,
    of: &Type,
    want: &[Value],
    have: &[Value],
    at: &Pointer,
    renderer: &mut Renderer,
) -> bool {
    let variables = list.iter().filter(|json| is_variable(json)).count();
    let Some(spliced) = (want.len() + variables).checked_sub(list.len()) else { return false };
    if variables != 1 {
        return false;
    }
    let position = list.iter().position(is_variable).unwrap_or_default();
    let (before, rest) = want.split_at(position.min(want.len()));
    let (of_variable, after) = rest.split_at(spliced.min(rest.len()));
    let live: Vec<String> = have.iter().map(|value| set_key(of, value)).collect();
    if of_variable.iter().any(|value| !live.contains(&set_key(of, value))) {
        return false;
    }
    let variable = list.remove(position);
    let own: Vec<Value> = before.iter().chain(after).cloned().collect();
    let known: Vec<String> = of_variable.iter().map(|value| set_key(of, value)).collect();
    let others: Vec<Value> =
        have.iter().filter(|value| !known.contains(&set_key(of, value))).cloned().collect();
    let kept_before = before.iter().filter(|value| live.contains(&set_key(of, value))).count();
    set(list, of, &own, &others, at, renderer);
    list.insert(kept_before.min(list.len()), variable);
    true
}

type Keyed<'a> = (&'a str, &'a str, &'static TypeSpec);

fn key_text(value: &Value, key: &str) -> String {
    value.as_object().and_then(|object| object.text(key)).unwrap_or_default().to_owned()
}

/// `{fr: …}`: keys that are gone go, others get the value that they have.
fn keyed(
    map: &mut Map<String, Json>,
    (key, member, of): Keyed,
    want: &[Value],
    have: &[Value],
    at: &Pointer,
    renderer: &mut Renderer,
) -> bool {
    let Some((_, spec)) = of.member(member) else { return false };
    let simple = |value: &Value| {
        value.as_object().is_some_and(|object| {
            object.said().all(|(m, v)| m.name == key || m.name == member || v.is_empty())
        })
    };
    if !have.iter().all(simple) || map.len() != want.len() {
        return false;
    }
    let live: BTreeMap<String, &Value> =
        have.iter().map(|value| (fold(&key_text(value, key)), value)).collect();
    map.retain(|name, _| live.contains_key(&fold(name)));
    for found in have {
        let name = key_text(found, key);
        let get = |value: &Value| {
            value.as_object().and_then(|object| object.get(member)).cloned().unwrap_or(Value::Null)
        };
        let wanted = want.iter().find(|value| fold(&key_text(value, key)) == fold(&name));
        match wanted {
            Some(wanted) => {
                let differs = object_differs(wanted, found);
                if let Some((_, written)) = map.iter_mut().find(|(key, _)| fold(key) == fold(&name))
                    && differs
                {
                    value(written, &spec.ty, &get(wanted), &get(found), &at.child(&name), renderer);
                }
            }
            None => {
                if let Some(shown) = renderer.value(&spec.ty, &get(found), &at.child(&name)) {
                    map.insert(name, shown);
                }
            }
        }
    }
    true
}

pub(super) fn object_differs(want: &Value, have: &Value) -> bool {
    match (want, have) {
        (Value::Object(want), Value::Object(have)) if want.ty == have.ty => !diff(want, have).is_empty(),
        (want, have) => want != have,
    }
}

/// A keyed list that is written as a list.
fn keyed_list(
    list: &mut Vec<Json>,
    (key, of): (&str, &'static TypeSpec),
    want: &[Value],
    have: &[Value],
    at: &Pointer,
    renderer: &mut Renderer,
) -> bool {
    if list.len() != want.len() || list.iter().any(is_variable) {
        return false;
    }
    let mut next = Vec::new();
    for (mut json, wanted) in list.drain(..).zip(want) {
        let name = key_text(wanted, key);
        let Some(found) = have.iter().find(|value| fold(&key_text(value, key)) == fold(&name)) else {
            continue;
        };
        if object_differs(wanted, found) {
            value(&mut json, &Type::Object(of), wanted, found, &at.child(&name), renderer);
        }
        next.push(json);
    }
    for found in have {
        let name = key_text(found, key);
        if !want.iter().any(|value| fold(&key_text(value, key)) == fold(&name)) {
            next.extend(renderer.value(&Type::Object(of), found, &at.child(&name)));
        }
    }
    *list = next;
    true
}
