//! Where a document and a live object differ, member by member, by meaning.
//!
//! The table of the type decides everything: what absence means, which lists are sets, maps or sequences,
//! which members are compared at all. Both sides are compared as the table's `normalise` leaves them.
//!
//! Nearly every object of an estate is as declared, so nothing is copied, and no path or text is made, before a
//! difference is found.

use crate::change::{Field, Reason};
use entrant_model::hand::to_hand;
use entrant_model::reference::fold;
use entrant_model::spec::{Access, HandForm, absent_value};
use entrant_model::text::fold_rule;
use entrant_model::value::{Json, Unknown};
use entrant_model::wire::element_type;
use entrant_model::{Absent, MemberSpec, Object, Path, Pointer, Reference, Type, TypeSpec, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What the document asks to change of the live object. Empty: they mean the same.
///
/// `want` is as written, with references resolved; `have` is as read.
pub fn diff(want: &Object, have: &Object) -> Vec<Field> {
    let mut fields = Vec::new();
    members(want, have, &Path::Root, &mut fields);
    fields
}

/// Whether an object means the same without this member, which it says.
pub(crate) fn says_nothing(object: &Object, member: &MemberSpec, said: &Value) -> bool {
    let depends = |member: &MemberSpec| matches!(member.absent, Absent::Derived(_));
    if object.ty.normalise.is_some() || object.ty.members.iter().any(depends) {
        let mut without = object.clone();
        without.remove(member.name);
        return diff(&without, object).is_empty() && diff(object, &without).is_empty();
    }
    // No member means something else for what its siblings say, so the others need no look.
    let (said, absent) = (or_absent(Some(said), member, object), absent_value(member, object));
    let mut fields = Vec::new();
    typed(&member.ty, &absent, &said, &Path::Root, &mut fields);
    typed(&member.ty, &said, &absent, &Path::Root, &mut fields);
    fields.is_empty()
}

/// Every member that a new object says: the fields of a create.
pub fn described(object: &Object) -> Vec<Field> {
    object
        .said()
        .filter(|(member, value)| {
            member.access == Access::ReadWrite && (!value.is_empty() || is_variant(&member.ty, value))
        })
        .map(|(member, value)| Field {
            path: Pointer::default().child(member.name),
            before: None,
            after: Some(shown(&member.ty, value)),
            reason: None,
            dimension: member.dimension,
        })
        .collect()
}

fn members(want: &Object, have: &Object, path: &Path, out: &mut Vec<Field>) {
    let (want, have) = (normal(want), normal(have));
    for (index, member) in want.ty.members.iter().enumerate() {
        if member.access != Access::ReadWrite {
            continue;
        }
        let id = entrant_model::MemberId(u8::try_from(index).unwrap_or(u8::MAX));
        let (said, found) = (want.at(id), have.at(id));
        // What follows from siblings that are written is no silence.
        let is_derived = matches!(member.absent, Absent::Derived(_));
        let is_kept = matches!(member.absent, Absent::Kept | Absent::Required);
        if said.is_none() && (is_kept || (found.is_none() && !is_derived)) {
            continue;
        }
        let asked = or_absent(said, member, &want);
        let found = or_absent(found, member, &have);
        let reason = (said.is_none() && !is_derived).then_some(Reason::NotWritten);
        value(member, &asked, &found, &Path::Key(path, member.name), reason, out);
    }
}

/// What was said of a member, or what its absence means.
fn or_absent<'a>(said: Option<&'a Value>, member: &MemberSpec, siblings: &Object) -> Cow<'a, Value> {
    match said {
        Some(value) if *value != Value::Null => Cow::Borrowed(value),
        _ => Cow::Owned(absent_value(member, siblings)),
    }
}

/// The object as it is compared.
fn normal(object: &Object) -> Cow<'_, Object> {
    let Some(normalise) = object.ty.normalise else { return Cow::Borrowed(object) };
    let mut object = object.clone();
    normalise(&mut object);
    Cow::Owned(object)
}

fn value(
    member: &MemberSpec,
    want: &Value,
    have: &Value,
    path: &Path,
    reason: Option<Reason>,
    out: &mut Vec<Field>,
) {
    let start = out.len();
    typed(&member.ty, want, have, path, out);
    for field in &mut out[start..] {
        field.reason = field.reason.or(reason);
        field.dimension = field.dimension.or(member.dimension);
    }
}

fn typed(ty: &Type, want: &Value, have: &Value, path: &Path, out: &mut Vec<Field>) {
    let whole = |out: &mut Vec<Field>| {
        out.push(Field {
            path: path.pointer(),
            before: present(ty, have),
            after: present(ty, want),
            reason: None,
            dimension: None,
        });
    };
    match (ty, want, have) {
        (_, Value::Object(want), Value::Object(have)) if want.ty == have.ty => {
            let mut inner = Vec::new();
            members(want, have, path, &mut inner);
            if inner.is_empty() {
                return;
            }
            let scalar = |o: &Object| o.ty.shorthand.and_then(|s| (s.write)(o));
            match (scalar(want), scalar(have)) {
                (Some(a), Some(b)) if a != b => whole(out),
                _ => out.append(&mut inner),
            }
        }
        // Which variant it is says something, also where the variant has no members.
        (Type::Union { .. }, Value::Object(_), Value::Null | Value::Object(_))
        | (Type::Union { .. }, Value::Null, Value::Object(_)) => whole(out),
        (_, Value::Object(object), Value::Null) => {
            if differs_from_nothing(object, true) {
                whole(out);
            }
        }
        (_, Value::Null, Value::Object(object)) => {
            if differs_from_nothing(object, false) {
                whole(out);
            }
        }
        // Said alike is alike, whatever the lists mean; said differently may still be.
        (_, Value::List(a), Value::List(b)) if a == b => {}
        (Type::Set(of), _, _) => {
            if set_keys(of, want) != set_keys(of, have) && !is_same_but_kept(of, want, have) {
                let have = as_wanted(of, want, have);
                out.push(Field {
                    path: path.pointer(),
                    before: present(ty, &have),
                    after: present(ty, want),
                    reason: None,
                    dimension: None,
                });
            }
        }
        (Type::Map { key, of, .. }, Value::List(want), Value::List(have))
            if !want.is_empty() && !have.is_empty() =>
        {
            let (want, have) = (by_key(want, key), by_key(have, key));
            let keys: std::collections::BTreeSet<&String> = want.keys().chain(have.keys()).collect();
            for name in keys {
                let (w, h) = (want.get(name).copied(), have.get(name).copied());
                let shown_key = w.or(h).and_then(|v| v.as_object()?.text(key)).unwrap_or(name);
                element(&Type::Object(of), w, h, &Path::Key(path, shown_key), out);
            }
        }
        (Type::Sequence { of, order_by, .. }, Value::List(want), Value::List(have))
            if !want.is_empty() && !have.is_empty() =>
        {
            let (want, have) = (in_order(want, order_by), in_order(have, order_by));
            for index in 0..want.len().max(have.len()) {
                let (w, h) = (want.get(index).copied(), have.get(index).copied());
                element(of, w, h, &Path::Index(path, index), out);
            }
        }
        _ => {
            if !same_scalar(ty, want, have) {
                whole(out);
            }
        }
    }
}

/// An element that both lists have is compared; one that a list lacks differs, even where it says nothing.
fn element(ty: &Type, want: Option<&Value>, have: Option<&Value>, path: &Path, out: &mut Vec<Field>) {
    match (want, have) {
        (Some(want), Some(have)) => typed(ty, want, have, path, out),
        (want, have) => out.push(Field {
            path: path.pointer(),
            before: have.map(|v| shown(ty, v)),
            after: want.map(|v| shown(ty, v)),
            reason: None,
            dimension: None,
        }),
    }
}

/// Whether a structure differs from none. A wanted one does by any member that says something; a live one
/// by any that has a default and differs from it. What has no effect equals none on both sides.
fn differs_from_nothing(object: &Object, wanted: bool) -> bool {
    if object.ty.inert.is_some_and(|inert| inert(object)) {
        return false;
    }
    let nothing = Object::new(object.ty);
    let mut fields = Vec::new();
    if wanted {
        members(object, &nothing, &Path::Root, &mut fields);
    } else {
        members(&nothing, object, &Path::Root, &mut fields);
        let object = normal(object);
        let required = object.said().any(|(m, v)| matches!(m.absent, Absent::Required) && *v != Value::Null);
        return required || !fields.is_empty();
    }
    !fields.is_empty()
}

fn same_scalar(ty: &Type, want: &Value, have: &Value) -> bool {
    match (want, have) {
        (Value::Text(a), Value::Text(b)) if matches!(ty, Type::Rule) => fold_rule(a) == fold_rule(b),
        (Value::Duration(d), Value::Null) | (Value::Null, Value::Duration(d)) => d.is_zero(),
        (a, b) if is_nothing(a) && is_nothing(b) => true,
        (a, b) => a == b,
    }
}

/// Null, an empty list and an empty text say the same.
fn is_nothing(value: &Value) -> bool {
    value.is_empty() || matches!(value, Value::Text(text) if text.is_empty())
}

/// The elements of a keyed list by key, letter case aside.
fn by_key<'a>(list: &'a [Value], key: &str) -> BTreeMap<String, &'a Value> {
    list.iter().map(|v| (fold(v.as_object().and_then(|o| o.text(key)).unwrap_or_default()), v)).collect()
}

/// The elements of a sequence in their order: by the ordering member where all have one.
pub fn in_order<'a>(list: &'a [Value], order_by: &str) -> Vec<&'a Value> {
    let rank = |v: &Value| match v.as_object()?.get(order_by)? {
        Value::Int(n) => Some(*n),
        _ => None,
    };
    let mut elements: Vec<&Value> = list.iter().collect();
    if !order_by.is_empty() && list.iter().all(|v| rank(v).is_some()) {
        elements.sort_by_key(|v| rank(v));
    }
    elements
}

fn set_keys(of: &Type, value: &Value) -> Vec<String> {
    let mut keys: Vec<String> = value.elements().iter().map(|v| set_key(of, v)).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// A set with the wanted elements in the place of those that mean the same, so that what stays looks alike on both
/// sides.
fn as_wanted(of: &Type, want: &Value, have: &Value) -> Value {
    let want = by_identity(of, want);
    let as_wanted = |found: &Value| match want.get(&identity(of, found)) {
        Some(element) if is_same(of, element, found) => (*element).clone(),
        _ => found.clone(),
    };
    Value::List(have.elements().iter().map(as_wanted).collect())
}

/// Whether two sets hold the same elements, where an element that leaves a kept member out is the same with it.
fn is_same_but_kept(of: &Type, want: &Value, have: &Value) -> bool {
    let (want, have) = (by_identity(of, want), by_identity(of, have));
    want.len() == have.len()
        && want.iter().all(|(key, element)| have.get(key).is_some_and(|found| is_same(of, element, found)))
}

fn is_same(of: &Type, want: &Value, have: &Value) -> bool {
    let mut fields = Vec::new();
    typed(of, want, have, &Path::Root, &mut fields);
    fields.is_empty()
}

/// The elements of a set by what they are, whatever kept members they have.
pub fn by_identity<'a>(of: &Type, set: &'a Value) -> BTreeMap<String, &'a Value> {
    set.elements().iter().map(|element| (identity(of, element), element)).collect()
}

/// What makes an element of a set the one that it is, whatever kept members it has.
pub fn identity(of: &Type, element: &Value) -> String {
    let mut key = String::new();
    write_set_key(of, element, false, &mut key);
    key
}

/// What makes two elements of a set the same one: kind and compared members, defaults left out.
pub fn set_key(of: &Type, value: &Value) -> String {
    let mut key = String::new();
    write_set_key(of, value, true, &mut key);
    key
}

/// `with_kept`: also members that are compared only where they are written.
fn write_set_key(of: &Type, value: &Value, with_kept: bool, key: &mut String) {
    match value {
        Value::Object(object) => {
            let object = normal(object);
            key.push_str(object.ty.name);
            for (member, value) in object.said() {
                if member.access == Access::ReadWrite
                    && (with_kept || !matches!(member.absent, Absent::Kept))
                    && (!value.is_empty() || is_variant(&member.ty, value))
                    && *value != absent_value(member, &object)
                {
                    key.extend(["|", member.name, "="]);
                    write_set_key(&member.ty, value, with_kept, key);
                }
            }
        }
        Value::Ref(reference) => match &reference.id {
            Some(id) => key.push_str(id.as_str()),
            None => key.extend(["name:", &fold(reference.label())]),
        },
        Value::Enum(word) => key.push_str(&word.as_str().to_ascii_lowercase()),
        Value::Text(text) if matches!(of, Type::Rule) => key.push_str(&fold_rule(text)),
        other => key.push_str(&to_hand(of, other, &Reference::to_json).to_string()),
    }
}

/// The value as plans show it; `None` for nothing.
fn present(ty: &Type, value: &Value) -> Option<Json> {
    (!is_nothing(value) || is_variant(ty, value)).then(|| shown(ty, value))
}

/// Whether it is a variant of a union, which says something also where the variant has no members.
const fn is_variant(ty: &Type, value: &Value) -> bool {
    matches!((ty, value), (Type::Union { .. }, Value::Object(_)))
}

/// The value as plans show it: hand form, references as `{kind, name, id?}`, a set as a sorted list.
pub fn shown(ty: &Type, value: &Value) -> Json {
    match (ty, value) {
        (Type::Set(of), Value::List(list)) => {
            let mut elements: Vec<Json> = list.iter().map(|v| shown_element(of, v)).collect();
            elements.sort_by_cached_key(sort_key);
            elements.dedup();
            Json::Array(elements)
        }
        (Type::Map { key, value, of }, Value::List(list)) => shown_map(key, value, of, list),
        (_, Value::List(list)) => Json::Array(list.iter().map(|v| shown(&element_type(ty), v)).collect()),
        (_, Value::Object(object)) if object.ty.shorthand.and_then(|s| (s.write)(object)).is_none() => {
            shown_members(object)
        }
        _ => to_hand(ty, &known(value), &Reference::to_json),
    }
}

/// What a structure says, member by member, as plans show it.
pub fn shown_members(object: &Object) -> Json {
    let mut map = serde_json::Map::new();
    for (member, value) in object.said() {
        if member.access == Access::ReadWrite && (!value.is_empty() || is_variant(&member.ty, value)) {
            map.insert(member.name.to_owned(), shown(&member.ty, value));
        }
    }
    Json::Object(map)
}

/// A keyed list, sorted by key: a mapping where every element is just key and value, else a list.
fn shown_map(key: &str, value: &str, of: &'static TypeSpec, list: &[Value]) -> Json {
    let mut list: Vec<&Value> = list.iter().collect();
    list.sort_by_cached_key(|v| fold(v.as_object().and_then(|o| o.text(key)).unwrap_or_default()));
    let pairs: Option<serde_json::Map<String, Json>> = list
        .iter()
        .map(|element| {
            let object = element.as_object()?;
            let (_, member) = of.member(value)?;
            let plain = object.said().all(|(m, v)| m.name == key || m.name == value || v.is_empty());
            let shown = shown(&member.ty, object.get(value).unwrap_or(&Value::Null));
            plain.then(|| object.text(key).map(|k| (k.to_owned(), shown))).flatten()
        })
        .collect();
    match pairs {
        Some(pairs) if pairs.len() == list.len() => Json::Object(pairs),
        _ => Json::Array(list.iter().map(|v| shown(&Type::Object(of), v)).collect()),
    }
}

/// An element of a set: a subject that is a reference is shown as that reference, with what else it says.
fn shown_element(of: &Type, value: &Value) -> Json {
    let json = to_hand(of, &telling(value), &Reference::to_json);
    let (Type::Union { spec, .. }, Value::Object(object)) = (of, value) else { return json };
    let Some(HandForm::Key { key, .. }) = spec.variant(object.ty.name).map(|v| v.hand) else { return json };
    match json {
        Json::Object(mut map) => match map.shift_remove(key) {
            Some(Json::Object(mut reference)) => {
                reference.append(&mut map);
                Json::Object(reference)
            }
            Some(value) => {
                map.shift_insert(0, key.to_owned(), value);
                Json::Object(map)
            }
            None => Json::Object(map),
        },
        json => json,
    }
}

/// The value without members that the tables do not know: they are carried, not compared.
fn known(value: &Value) -> Cow<'_, Value> {
    match value {
        Value::Object(object) if object.unknown().next().is_some() => {
            let mut object = object.clone();
            object.set_unknown(Unknown::new());
            Cow::Owned(Value::Object(object))
        }
        other => Cow::Borrowed(other),
    }
}

/// The value without members that say nothing, or that the tables do not know.
fn telling(value: &Value) -> Cow<'_, Value> {
    let known = known(value);
    let Value::Object(object) = known.as_ref() else { return known };
    let is_silent =
        |member: &MemberSpec, value: &Value| matches!(member.absent, Absent::Kept) && value.is_empty();
    let silent = object.said().filter(|(member, value)| is_silent(member, value));
    let silent: Vec<&str> = silent.map(|(member, _)| member.name).collect();
    if silent.is_empty() {
        return known;
    }
    let mut object = object.clone();
    for name in silent {
        object.remove(name);
    }
    Cow::Owned(Value::Object(object))
}

/// Sets are sorted by name, then by the rest.
fn sort_key(json: &Json) -> (String, String) {
    let name = json.get("name").and_then(Json::as_str).or_else(|| json.as_str()).unwrap_or_default();
    (fold(name), json.to_string())
}
