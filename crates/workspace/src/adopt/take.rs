//! Takes the differences of one object into the text of its file, or says what of them is not taken and why.

use super::merge;
use super::render::{self, Renderer};
use super::shared::{self, Shared};
use super::{Adopted, Adoption, Instead, Left, Reading, left};
use crate::Options;
use entrant_manifest::write;
use entrant_model::facts::PolicyFacts;
use entrant_model::reference::fold;
use entrant_model::value::Json;
use entrant_model::{Diagnostic, Id, Kind, Object, Pointer, Version};
use entrant_plan::Change;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What taking a change needs to know.
pub(super) struct Taking<'a> {
    pub reading: &'a Reading<'a>,
    pub options: &'a Options,
    pub unique: &'a BTreeSet<Id>,
    pub declared: &'a BTreeMap<(Kind, String), String>,
}

/// Takes the differences of an object into its file; those of several where one document declares them all, as long as
/// it can say what each of them is.
pub(super) fn take(together: &[(&Change, Shared)], declared: usize, taking: &Taking, adopted: &mut Adopted) {
    let Some((change, _)) = together.first() else { return };
    let path = change.place.file.to_path_buf();
    let source = match adopted.files.get(&path) {
        Some(file) => file.after.clone(),
        None => match write::read(&path) {
            Ok(source) => source,
            Err(diagnostic) => return adopted.diagnostics.push(*diagnostic),
        },
    };
    let Some(json) = write::document(&path, &source, change.place.document) else { return };
    let mut merged = Vec::new();
    for (change, shared) in together {
        let mut json = json.clone();
        // What is declared inside another document stands there.
        let Some(Json::Object(own)) = json.pointer_mut(&change.place.pointer.to_string()) else {
            let why = "it is declared in a way that is not found again in its file".to_owned();
            adopted.left.push(left(change, Pointer::default(), why, None));
            continue;
        };
        let not_taken = merge(own, change, shared, taking);
        merged.push((json, not_taken));
    }
    let is_for_all = merged.len() == declared && merged.windows(2).all(|two| two[0].0 == two[1].0);
    if declared > 0 && !is_for_all {
        let why = format!(
            "its document stands for {declared} packages, which would not all say the same; leave this one out of \
             `forEachPackage`, and give it a document of its own: `entrant render` prints it"
        );
        let alone = together.iter().map(|(change, _)| left(change, Pointer::default(), why.clone(), None));
        return adopted.left.extend(alone);
    }
    let Some((json, _)) = merged.first() else { return };
    let Some(revised) = write::revise(&path, &source, change.place.document, json) else {
        return;
    };
    for ((change, _), (_, not_taken)) in together.iter().zip(&merged) {
        adopted.left.extend(not_taken.iter().cloned());
        adopted.left.extend(revised.refused.iter().map(|refused| refused_by(change, refused)));
    }
    if revised.text == source {
        return;
    }
    let (_, found) = taking.reading.text(&path, &revised.text);
    let (_, known) = taking.reading.text(&path, &source);
    let is_new = |found: &&Diagnostic| found.is_error() && !known.iter().any(|k| k.message == found.message);
    if let Some(error) = found.iter().find(is_new) {
        let why = format!("the document would not be valid: {}", error.message);
        return adopted.left.push(left(change, Pointer::default(), why, None));
    }
    let file = adopted
        .files
        .entry(path)
        .or_insert_with(|| Adoption { before: source.clone(), ..Adoption::default() });
    file.after = revised.text;
    file.lost.extend(revised.lost);
    for (change, _) in together {
        let is_left = |path: &Pointer| {
            adopted.left.iter().any(|left| left.address == change.address && path.0.starts_with(&left.path.0))
        };
        let taken: Vec<Pointer> =
            change.fields.iter().map(|field| &field.path).filter(|path| !is_left(path)).cloned().collect();
        if !taken.is_empty() {
            file.taken.push((change.address.clone(), taken));
        }
    }
}

/// Makes what a document says of an object say what it is; gives what of it cannot be said there.
fn merge(
    own: &mut serde_json::Map<String, Json>,
    change: &Change,
    shared: &Shared,
    taking: &Taking,
) -> Vec<Left> {
    let (Some(want), Some(live)) = (&change.desired, &change.live) else { return Vec::new() };
    let mut renderer = Renderer {
        unique: taking.unique,
        declared: taking.declared,
        pinned: taking.options.pinned,
        shared,
        left: Vec::new(),
        kept: Vec::new(),
    };
    let have = render::known(&live.object);
    merge::object(own, want, &have, &Pointer::default(), &mut renderer);
    forget_name(own, &have);
    write_the_lock(own, &have, &mut renderer);
    let unsayable = renderer.left.into_iter().map(|(path, why)| left(change, path, why, None));
    let origin = change.place.origin.as_deref();
    let kept = renderer.kept.iter().map(|kept| Left {
        source: Some((Arc::clone(&kept.written.file), kept.written.line)),
        ..left(change, kept.path.clone(), shared::why(&kept.written, origin), None)
    });
    let mut not_taken: Vec<Left> = unsayable.chain(kept).collect();
    // Said together, since members of one mapping go under one key.
    if let (Some(last), false) = (not_taken.last_mut(), renderer.kept.is_empty()) {
        last.instead = Some(Instead::Document(shared::beside(&renderer.kept)));
    }
    not_taken
}

/// What is not written because its value stands elsewhere in the document, or in the configuration.
fn refused_by(change: &Change, refused: &write::Refused) -> Left {
    let instead = match (&refused.source, &refused.value) {
        (write::Source::Anchor(shared), _) => Some(Instead::Aliases {
            anchor: shared.name.clone(),
            value: entrant_plan::yaml::flow(&shared.value),
            lines: shared.lines.clone(),
        }),
        (_, Some(value)) => Some(Instead::Document(in_place(&refused.path, value))),
        (_, None) => None,
    };
    let left = left(change, refused.path.clone(), refused.source.to_string(), Some(refused.line));
    Left { instead, ..left }
}

/// A value with its key, or as an entry of a list.
fn in_place(path: &Pointer, value: &Json) -> String {
    match path.0.last() {
        Some(key) if key.parse::<usize>().is_err() => entrant_plan::yaml::block(key, value),
        _ => format!("- {}", entrant_plan::yaml::flow(value)),
    }
}

/// A former name that is the name again is no former name.
fn forget_name(json: &mut serde_json::Map<String, Json>, have: &Object) {
    let Some(name) = have.text("displayName").map(fold) else { return };
    let Some(Json::Array(names)) = json.get_mut("previousNames") else { return };
    names.retain(|known| known.as_str().map(fold).as_ref() != Some(&name));
    if names.is_empty() {
        json.shift_remove("previousNames");
    }
}

/// Who opens the door writes the lock: where people may request by what was taken, the file says when access ends and
/// whether requests are approved.
fn write_the_lock(json: &mut serde_json::Map<String, Json>, have: &Object, renderer: &mut Renderer) {
    let is_policy = have.ty == entrant_model::kinds::assignment_policy::table(have.ty.version);
    if !is_policy || !PolicyFacts::of(have).may_request() {
        return;
    }
    let expiries: &[&str] = match have.ty.version {
        Version::V1 => &["expiration"],
        Version::Beta => &["durationInDays", "expirationDateTime"],
    };
    let mut missing = Vec::new();
    let is_said = |name: &str| {
        json.contains_key(name) || renderer.shared.says(&Pointer::default().child(name)).is_some()
    };
    if !expiries.iter().any(|name| is_said(name)) {
        missing.push(expiries[0]);
    }
    if !is_said("requestApprovalSettings") {
        missing.push("requestApprovalSettings");
    }
    for name in missing {
        let Some((id, member)) = have.ty.member(name) else { continue };
        let value = have.at(id).cloned().unwrap_or_else(|| entrant_model::spec::absent_value(member, have));
        let at = Pointer::default().child(name);
        if let Some(rendered) = renderer.member(member, &value, &at) {
            let says_nothing = rendered.as_object().is_some_and(serde_json::Map::is_empty);
            let shown = if says_nothing { Json::Null } else { rendered };
            merge::insert(json, have.ty, member, None, shown);
        }
    }
}
