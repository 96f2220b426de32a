//! Which element of a list as read a wanted element continues, so that what the tables do not know stays
//! with the element that it belongs to.
//!
//! In a set the same one, in a map the one of the same key. In a sequence first the one that says the same,
//! then the one with the same text, value or approvers; the same place only where nothing was inserted or
//! removed.

use crate::diff::{in_order, set_key};
use entrant_model::reference::fold;
use entrant_model::wire::element_type;
use entrant_model::{Absent, Object, Type, Value};

/// For each wanted element the position in `have` of the one that it continues. No position stands twice.
pub fn pair(ty: &Type, want: &[Value], have: &[Value]) -> Vec<Option<usize>> {
    let of = element_type(ty);
    let mut found = vec![None; want.len()];
    match ty {
        Type::Set(_) => by(&mut found, want, have, |v| Some(set_key(&of, v))),
        Type::Map { key, .. } => {
            by(&mut found, want, have, |v| v.as_object().and_then(|o| o.text(key)).map(fold));
        }
        Type::Sequence { order_by, .. } => {
            by(&mut found, want, have, |v| Some(set_key(&of, v)));
            by(&mut found, want, have, identity);
            if want.len() == have.len() {
                by_place(&mut found, want, have, order_by);
            }
        }
        _ => {}
    }
    found
}

/// Pairs what is not paired yet and has the same key.
fn by(found: &mut [Option<usize>], want: &[Value], have: &[Value], key: impl Fn(&Value) -> Option<String>) {
    let keys: Vec<Option<String>> = have.iter().map(&key).collect();
    for (slot, element) in want.iter().enumerate() {
        if found[slot].is_some() {
            continue;
        }
        let Some(wanted) = key(element) else { continue };
        let free = |at: &usize| !found.contains(&Some(*at));
        found[slot] = (0..have.len()).filter(free).find(|at| keys[*at].as_ref() == Some(&wanted));
    }
}

/// Pairs what is left with what stands in the same place.
fn by_place(found: &mut [Option<usize>], want: &[Value], have: &[Value], order_by: &str) {
    let (wanted, held) = (in_order(want, order_by), in_order(have, order_by));
    for (w, h) in wanted.iter().zip(held) {
        let slot = want.iter().position(|v| std::ptr::eq(v, *w));
        let at = have.iter().position(|v| std::ptr::eq(v, h));
        if let (Some(slot), Some(at)) = (slot, at)
            && found[slot].is_none()
            && !found.contains(&Some(at))
        {
            found[slot] = Some(at);
        }
    }
}

/// What makes an element of a sequence the same one though other members changed: its required members, or
/// who stands in its sets.
fn identity(value: &Value) -> Option<String> {
    let object: &Object = value.as_object()?;
    let said = |required: bool| {
        let parts = object.said().filter(move |(member, value)| {
            !value.is_empty()
                && if required {
                    matches!(member.absent, Absent::Required)
                } else {
                    matches!(member.ty, Type::Set(_))
                }
        });
        parts
            .map(|(member, value)| match value {
                Value::List(list) => {
                    let mut keys: Vec<String> =
                        list.iter().map(|v| set_key(&element_type(&member.ty), v)).collect();
                    keys.sort();
                    format!("{}={}", member.name, keys.join(","))
                }
                other => format!("{}={}", member.name, set_key(&member.ty, other)),
            })
            .collect::<Vec<_>>()
    };
    let required = said(true);
    let parts = if required.is_empty() { said(false) } else { required };
    (!parts.is_empty()).then(|| format!("{}|{}", object.ty.name, parts.join("|")))
}
