//! Silence never changes access: where a document does not say a member that has an effect on who gets in,
//! and live differs from its default, `apply` refuses until the file says what is meant.

use super::{Guard, codes};
use crate::change::{Change, Field, Reason};
use crate::diff::in_order;
use crate::import::without_silence;
use crate::yaml::block;
use entrant_model::facts::PolicyFacts;
use entrant_model::hand::to_hand;
use entrant_model::spec::{Literal, Type};
use entrant_model::text::is_deceptive;
use entrant_model::value::Json;
use entrant_model::{Absent, Kind, MemberSpec, Object, Pointer, Reference, Value, Version};

/// A member that the document does not say and that has an effect on who gets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    /// The member.
    pub path: Pointer,
    /// What is.
    pub before: Option<Json>,
    /// The lines of YAML that keep what is.
    pub keep: String,
    /// The line of YAML that asks for the default instead.
    pub reset: String,
}

/// Why `apply` will not make this change, if silence would change access.
pub(super) fn guard(change: &Change) -> Option<Guard> {
    let live = &change.live.as_ref()?.object;
    let fields: Vec<Silent> = change
        .fields
        .iter()
        .filter(|f| f.reason == Some(Reason::NotWritten) && f.dimension.is_some())
        .filter(|f| !says_nothing(f, change, live))
        .map(|field| silent(field, live))
        .collect();
    if fields.is_empty() {
        return None;
    }
    let silent = match change.kind {
        Kind::AssignmentPolicy => with_lock(fields, change, live),
        _ => fields,
    };
    let sentence =
        "the document does not say what would change, and what it does not say never changes who gets in";
    Some(Guard { silent, ..Guard::of(change, codes::NOT_WRITTEN, sentence) })
}

/// Listed targets beside a scope that the document writes and that means everybody of a kind: they count for nothing.
fn says_nothing(field: &Field, change: &Change, live: &Object) -> bool {
    if change.kind != Kind::AssignmentPolicy {
        return false;
    }
    let is_list = match change.version {
        Version::V1 => matches!(field.path.0.as_slice(), [name] if name == "specificAllowedTargets"),
        Version::Beta => matches!(field.path.0.as_slice(), [.., name] if name == "allowedRequestors"),
    };
    let scope = change.desired.as_ref().map(|desired| PolicyFacts::of(desired).scope);
    is_list
        && scope.is_some_and(|scope| scope.rung().is_some() && !scope.is_specific())
        && !PolicyFacts::of(live).gives_by_rule()
}

/// The lock beside the door: whoever takes the live door in must also write its expiry and its approval, also
/// where those are at their defaults and so no difference.
fn with_lock(mut fields: Vec<Silent>, change: &Change, live: &Object) -> Vec<Silent> {
    if !PolicyFacts::of(live).may_request() {
        return fields;
    }
    let lock: &[(&str, &str)] = match change.version {
        Version::V1 => &[("expiration", "noExpiration"), ("requestApprovalSettings", "null")],
        Version::Beta => &[("durationInDays", "0"), ("requestApprovalSettings", "null")],
    };
    let desired = change.desired.as_ref();
    let is_said = |name: &str| desired.is_some_and(|d| d.get(name).is_some());
    for (name, word) in lock {
        let dated = *name == "durationInDays" && is_said("expirationDateTime");
        let listed = fields.iter().any(|f| f.path.0.first().is_some_and(|first| first == name));
        if !is_said(name) && !dated && !listed {
            let keep = format!("{name}: {word}");
            let path = Pointer::default().child(*name);
            fields.push(Silent { path, before: None, reset: keep.clone(), keep });
        }
    }
    fields
}

fn silent(field: &Field, live: &Object) -> Silent {
    let name = field.path.0.last().map_or("", String::as_str);
    let found = find(live, &field.path.0);
    let keep = found.map_or_else(
        || field.before.clone().unwrap_or(Json::Null),
        |(member, value)| to_hand(&member.ty, &without_silence(value), &as_written),
    );
    let reset = found.map_or_else(|| "null".to_owned(), |(member, _)| reset_word(member));
    Silent {
        path: field.path.clone(),
        before: field.before.clone(),
        keep: block(name, &keep),
        reset: format!("{name}: {reset}"),
    }
}

/// The member at a path of the live object, with its value.
fn find<'a>(object: &'a Object, path: &[String]) -> Option<(&'static MemberSpec, &'a Value)> {
    let (first, rest) = path.split_first()?;
    let (id, member) = object.ty.member(first)?;
    let value = object.at(id)?;
    let Some((index, rest)) = rest.split_first() else { return Some((member, value)) };
    match value {
        Value::Object(inner) => find(inner, &path[1..]),
        Value::List(list) => {
            let Type::Sequence { order_by, .. } = member.ty else { return None };
            let element = *in_order(list, order_by).get(index.parse::<usize>().ok()?)?;
            find(element.as_object()?, rest)
        }
        _ => None,
    }
}

/// A reference as a document writes it.
pub(super) fn as_written(reference: &Reference) -> Json {
    match (&reference.name, &reference.id) {
        (Some(name), None) => Json::from(&**name),
        // A name that would mislead a reader is no name to write.
        (Some(name), Some(_)) if !name.chars().any(is_deceptive) => Json::from(&**name),
        (_, Some(id)) => Json::from(id.as_str()),
        (None, None) => Json::Null,
    }
}

/// What to write for "the default, meant".
fn reset_word(member: &MemberSpec) -> String {
    match (member.absent, member.ty) {
        (Absent::Default(Literal::Bool(b)), _) => b.to_string(),
        (Absent::Default(Literal::Int(n)), _) => n.to_string(),
        (Absent::Default(Literal::Word(word)), _) => word.to_owned(),
        (_, Type::Object(ty)) => {
            let word = ty.shorthand.and_then(|s| s.words.first()).map(|(word, _)| *word);
            word.filter(|w| *w == "noExpiration").unwrap_or("null").to_owned()
        }
        (_, Type::Set(_) | Type::Map { .. } | Type::Sequence { .. }) => "[]".to_owned(),
        _ => "null".to_owned(),
    }
}
