//! `limits:` of the configuration: how much one run may change before somebody is asked.

use crate::config::{mapping, unknown_key};
use crate::context::{Context, Here, Path};
use crate::leaf;
use entrant_model::limits::{KindLimits, Limit, Limits};
use entrant_model::{Kind, Value};

/// The sorts of change, each with a sentence.
pub(crate) const SORTS: &[(&str, &str)] = &[
    ("deletions", "Objects that are deleted."),
    ("narrowing", "Existing objects whose change narrows access."),
    (
        "widening",
        "Existing objects whose change widens access, or does what cannot be told. New ones do not count.",
    ),
];

/// The members of one limit, each with a sentence.
pub(crate) const MEMBERS: &[(&str, &str)] = &[
    ("max", "The most of them in one run."),
    ("maxPercent", "The most of them in one run, of a hundred declared objects that exist."),
    ("minimum", "Among fewer declared objects than this, `maxPercent` is not looked at."),
];

/// The kinds that limits may be given for.
pub(crate) const KINDS: &[Kind] = &Kind::DECLARED;

/// The highest number that a limit takes; more than a tenant has objects.
pub(crate) const MOST: i64 = 1_000_000;

/// Reads the limits over those that hold without a word.
pub(crate) fn read(ctx: &mut Context, here: Here, limits: &mut Limits) {
    let keys: Vec<&str> = SORTS.iter().map(|(name, _)| *name).chain(["kinds"]).collect();
    for entry in mapping(ctx, here) {
        let path = Path::Key(here.path, &entry.key);
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        if entry.key == "kinds" {
            kinds(ctx, at, limits);
        } else if let Some(limit) = sort(&mut limits.total, &entry.key) {
            one(ctx, at, limit);
        } else {
            unknown_key(ctx, &path, entry, &keys);
        }
    }
}

fn kinds(ctx: &mut Context, here: Here, limits: &mut Limits) {
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.as_str()).collect();
    let sorts: Vec<&str> = SORTS.iter().map(|(name, _)| *name).collect();
    for entry in mapping(ctx, here) {
        let path = Path::Key(here.path, &entry.key);
        let Some(kind) = KINDS.iter().find(|kind| kind.as_str() == entry.key) else {
            unknown_key(ctx, &path, entry, &names);
            continue;
        };
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        for member in mapping(ctx, at) {
            let path = Path::Key(at.path, &member.key);
            let of_kind = limits.kinds.entry(*kind).or_insert(KindLimits::NONE);
            match sort(of_kind, &member.key) {
                Some(limit) => {
                    one(ctx, Here { path: &path, key: Some(member.key_span), node: &member.value }, limit);
                }
                None => unknown_key(ctx, &path, member, &sorts),
            }
        }
    }
}

fn sort<'l>(limits: &'l mut KindLimits, name: &str) -> Option<&'l mut Limit> {
    match name {
        "deletions" => Some(&mut limits.deletions),
        "narrowing" => Some(&mut limits.narrowing),
        "widening" => Some(&mut limits.widening),
        _ => None,
    }
}

fn one(ctx: &mut Context, here: Here, limit: &mut Limit) {
    let names: Vec<&str> = MEMBERS.iter().map(|(name, _)| *name).collect();
    for entry in mapping(ctx, here) {
        let path = Path::Key(here.path, &entry.key);
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        let most = if entry.key == "maxPercent" { 100 } else { MOST };
        if !names.contains(&&*entry.key) {
            unknown_key(ctx, &path, entry, &names);
            continue;
        }
        let Some(Value::Int(number)) = leaf::int(ctx, at, 0, most) else { continue };
        let Ok(number) = usize::try_from(number) else { continue };
        match &*entry.key {
            "max" => limit.max = Some(number),
            "maxPercent" => limit.max_percent = Some(number),
            _ => limit.minimum = number,
        }
    }
}
