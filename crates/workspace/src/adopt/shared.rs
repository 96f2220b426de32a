//! What a policy takes from its template and from the defaults of its catalog. Others take it too, so it is not written
//! anew for one of them: what the policy's own document would say beside it is offered.

use entrant_manifest::{Writer, Written, written};
use entrant_model::value::Json;
use entrant_model::{Origin, Pointer};
use entrant_plan::Change;
use serde_json::Map;
use std::collections::{BTreeMap, BTreeSet};

/// Members without which an open door has no lock.
const LOCKS: &[&str] = &["expiration", "durationInDays", "expirationDateTime", "requestApprovalSettings"];

/// Where the documents that a policy is put together from say its members. Empty for an object of one document.
#[derive(Debug, Default)]
pub struct Shared(BTreeMap<Pointer, Written>);

/// A member that is said elsewhere, and what would have to be said beside it.
#[derive(Debug)]
pub struct Kept {
    /// The member.
    pub path: Pointer,
    /// Where it is said.
    pub written: Written,
    /// What it is in the tenant.
    pub value: Json,
}

impl Shared {
    /// Where a member is said.
    pub fn says(&self, at: &Pointer) -> Option<&Written> {
        self.0.get(at)
    }
}

/// For each change, where the members that differ are said. Each file is read once.
pub fn of(changes: &[&Change]) -> Vec<Shared> {
    let put_together = |change: &&&Change| change.place.origin.is_some();
    let asked: Vec<_> =
        changes.iter().filter(put_together).map(|change| (&change.place, members(change))).collect();
    let mut found = written(&asked).into_iter().zip(&asked).map(|(found, (_, members))| {
        let said = members.iter().cloned().zip(found);
        Shared(said.filter_map(|(at, written)| Some((at, written?))).collect())
    });
    let of_change = |change: &&Change| match change.place.origin {
        Some(_) => found.next().unwrap_or_default(),
        None => Shared::default(),
    };
    changes.iter().map(of_change).collect()
}

/// The members that differ, with those that they are in.
fn members(change: &Change) -> Vec<Pointer> {
    let prefixes = |path: &Pointer| {
        let path = path.0.clone();
        (1..=path.len()).map(move |end| Pointer(path[..end].to_vec()))
    };
    let locks = LOCKS.iter().map(|name| Pointer::default().child(*name));
    let members: BTreeSet<Pointer> =
        change.fields.iter().flat_map(|field| prefixes(&field.path)).chain(locks).collect();
    members.into_iter().collect()
}

/// Who says it.
pub fn why(written: &Written, origin: Option<&Origin>) -> String {
    let name = |declared: Option<&std::sync::Arc<entrant_model::Declared>>| {
        entrant_model::text::visible(declared.map_or("", |declared| &declared.name))
    };
    let template = name(origin.and_then(|origin| origin.template.as_ref()));
    match written.by {
        Writer::Template => format!("the template `{template}` says it"),
        Writer::Document => format!("its document gives it to the template `{template}`"),
        Writer::Defaults => {
            let catalog = name(origin.and_then(|origin| origin.defaults.as_ref()));
            format!("the defaults of the catalog `{catalog}` say it")
        }
    }
}

/// What the policy's own document would say: the members that are kept, as YAML.
pub fn beside(kept: &[Kept]) -> String {
    let mut own = Map::new();
    for member in kept {
        nest(&mut own, &member.path.0, &member.value);
    }
    let blocks: Vec<String> =
        own.iter().map(|(name, value)| entrant_plan::yaml::block(name, value)).collect();
    blocks.join("\n")
}

fn nest(map: &mut Map<String, Json>, path: &[String], value: &Json) {
    match path {
        [] => {}
        [name] => {
            map.insert(name.clone(), value.clone());
        }
        [name, rest @ ..] => {
            let inner = map.entry(name.clone()).or_insert_with(|| Json::Object(Map::new()));
            if let Json::Object(inner) = inner {
                nest(inner, rest, value);
            }
        }
    }
}
