//! What a document shall say so that it says what is: the written JSON with the live values of what differs.
//!
//! The plan's comparison decides what differs, so what it takes for equal stays as it is written: order in sets, the
//! spelling of durations, names and ids. Members that the document lacks come where the table has them.

use super::render::Renderer;
use super::shared::Kept;
use entrant_model::reference::fold;
use entrant_model::spec::{Access, HandForm, absent_value};
use entrant_model::value::Json;
use entrant_model::wire::element_type;
use entrant_model::{MemberSpec, Object, Pointer, Type, TypeSpec, Value};
use entrant_plan::diff::{diff, set_key};
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
    for (index, member) in want.ty.members.iter().enumerate() {
        let differs =
            fields.iter().any(|field| field.path.0.first().is_some_and(|first| first == member.name));
        if !differs || member.access != Access::ReadWrite {
            continue;
        }
        let at = at.child(member.name);
        let key = match hand {
            Some((key, of)) if of == member.name => key,
            _ => member.name,
        };
        let id = entrant_model::MemberId(u8::try_from(index).unwrap_or(u8::MAX));
        let found = have.at(id).filter(|value| **value != Value::Null);
        let live = found.cloned().unwrap_or_else(|| absent_value(member, have));
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

fn is_variable(json: &Json) -> bool {
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
fn value(json: &mut Json, ty: &Type, want: &Value, have: &Value, at: &Pointer, renderer: &mut Renderer) {
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

/// Entries that are in both stay as they are written; the others go, and new ones come at the end. An entry that is a
/// variable stands for any number of entries, so then nothing can be told apart.
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
    let live: Vec<String> = have.iter().map(|value| set_key(of, value)).collect();
    let written: Vec<String> = want.iter().map(|value| set_key(of, value)).collect();
    let mut kept: Vec<Json> =
        list.drain(..).zip(&written).filter(|(_, key)| live.contains(key)).map(|(json, _)| json).collect();
    for (value, key) in have.iter().zip(&live) {
        if !written.contains(key) {
            kept.extend(renderer.value(of, value, at));
        }
    }
    *list = kept;
    true
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

fn object_differs(want: &Value, have: &Value) -> bool {
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

/// Elements that are the same stay, in their order; between them the others are changed one by one, and what is too
/// much or missing at the end of such a run goes or comes.
fn sequence(
    list: &mut Vec<Json>,
    (of, order_by): (&Type, &str),
    want: &[Value],
    have: &[Value],
    at: &Pointer,
    renderer: &mut Renderer,
) -> bool {
    if list.len() != want.len() || list.iter().any(is_variable) {
        return false;
    }
    // In the order that counts; written numbers may say another than the list.
    let mut written: Vec<(&Value, Json)> = want.iter().zip(list.drain(..)).collect();
    let numbered = |values: &[Value]| {
        values
            .iter()
            .all(|value| matches!(value.as_object().and_then(|o| o.get(order_by)), Some(Value::Int(_))))
    };
    let number = |value: &Value| match value.as_object().and_then(|o| o.get(order_by)) {
        Some(Value::Int(n)) => *n,
        _ => 0,
    };
    let says_numbers = !order_by.is_empty() && !want.is_empty() && numbered(want);
    if says_numbers {
        written.sort_by_key(|(value, _)| number(value));
    }
    let mut live: Vec<&Value> = have.iter().collect();
    if !order_by.is_empty() && numbered(have) {
        live.sort_by_key(|value| number(value));
    }
    let mut next: Vec<Json> = Vec::new();
    let pairs = side_by_side(&written, &live);
    for (mine, theirs) in pairs {
        let place = at.child(next.len().to_string());
        match (mine, theirs) {
            (Some(mine), Some(theirs)) => {
                let (wanted, mut json) = (written[mine].0, written[mine].1.clone());
                if object_differs(wanted, live[theirs]) {
                    element(&mut json, of, wanted, live[theirs], &place, renderer);
                }
                next.push(json);
            }
            (None, Some(theirs)) => {
                let shown = renderer.element(of, live[theirs], (order_by, says_numbers), &place);
                next.extend(shown);
            }
            _ => {}
        }
    }
    *list = next;
    true
}

fn element(json: &mut Json, of: &Type, want: &Value, have: &Value, at: &Pointer, renderer: &mut Renderer) {
    value(json, &element_type(of), want, have, at, renderer);
}

/// Which written element continues as which live one: equal ones by the longest common run, the rest by position.
fn side_by_side(written: &[(&Value, Json)], live: &[&Value]) -> Vec<(Option<usize>, Option<usize>)> {
    let same = |i: usize, j: usize| !object_differs(written[i].0, live[j]);
    let mut length = vec![vec![0_usize; live.len() + 1]; written.len() + 1];
    for i in (0..written.len()).rev() {
        for j in (0..live.len()).rev() {
            length[i][j] =
                if same(i, j) { length[i + 1][j + 1] + 1 } else { length[i + 1][j].max(length[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    loop {
        let (from, to) = (i, j);
        while i < written.len() && j < live.len() && !same(i, j) {
            if length[i + 1][j] >= length[i][j + 1] { i += 1 } else { j += 1 }
        }
        let is_end = i >= written.len() || j >= live.len();
        if is_end {
            (i, j) = (written.len(), live.len());
        }
        let (mine, theirs) = (from..i, to..j);
        for step in 0..mine.len().max(theirs.len()) {
            let one = Some(from + step).filter(|at| mine.contains(at));
            let other = Some(to + step).filter(|at| theirs.contains(at));
            pairs.push((one, other));
        }
        if is_end {
            return pairs;
        }
        pairs.push((Some(i), Some(j)));
        (i, j) = (i + 1, j + 1);
    }
}
