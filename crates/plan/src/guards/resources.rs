//! Resources that would leave a catalog while packages of it give roles of them. Graph refuses that, after it has done
//! half of the rest.

use super::{Guard, codes};
use crate::change::{Action, Change, Plan};
use crate::impact::objects::{after_change, titled_resource};
use crate::impact::phrase::{Sentence, some};
use crate::parts;
use entrant_model::reference::fold;
use entrant_model::{Id, Kind, Live, Object, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The part of a package that gives roles of resources.
pub const ROLES: &str = "resourceRoleScopes";

/// The catalogs out of which a plan takes resources: what their packages give has to be read.
pub fn emptied(plan: &Plan) -> BTreeSet<Id> {
    let is_emptied = |change: &&Change| !leaving(change).is_empty();
    let catalogs = plan.writes().filter(is_emptied);
    catalogs.filter_map(|change| Some(change.live.as_ref()?.id.clone())).collect()
}

pub(super) fn guards(plan: &Plan, live: &Live) -> Vec<Guard> {
    plan.writes().filter_map(|change| guard(change, plan, live)).collect()
}

fn guard(change: &Change, plan: &Plan, live: &Live) -> Option<Guard> {
    let catalog = &change.live.as_ref()?.id;
    let leaving = leaving(change);
    if leaving.is_empty() {
        return None;
    }
    let mut used: BTreeMap<Origin, (&Object, BTreeSet<String>)> = BTreeMap::new();
    for (package, object) in packages(catalog, plan, live) {
        for role in object.list(ROLES).iter().filter_map(Value::as_object) {
            let origin = Origin::of(role);
            if let Some(resource) = leaving.iter().find(|resource| Origin::of(resource) == origin) {
                used.entry(origin).or_insert((*resource, BTreeSet::new())).1.insert(package.clone());
            }
        }
    }
    let clause = |(resource, packages): (&Object, BTreeSet<String>)| {
        let mut packages: Vec<String> = packages.into_iter().collect();
        packages.sort_by_cached_key(|name| fold(name));
        let packages = some(packages.into_iter().map(Sentence::name).collect());
        titled_resource(resource).then(" (by ").then(packages).then(")")
    };
    let clauses: Vec<Sentence> = used.into_values().map(clause).collect();
    (!clauses.is_empty()).then(|| {
        let sentence = Sentence::from("packages still give roles of what would leave this catalog: ");
        Guard::of(change, codes::RESOURCE_IN_USE, sentence.then(some(clauses)))
    })
}

/// The resources that go while their catalog stays.
fn leaving(change: &Change) -> Vec<&Object> {
    let (Some(desired), Some(live)) = (&change.desired, &change.live) else { return Vec::new() };
    if change.kind != Kind::Catalog || change.action != Action::Update {
        return Vec::new();
    }
    let goes = parts::changes(desired, Some(live))
        .iter()
        .any(|part| part.member == parts::RESOURCES && !part.remove.is_empty());
    if !goes {
        return Vec::new();
    }
    let stay: BTreeSet<Origin> =
        desired.list(parts::RESOURCES).iter().filter_map(Value::as_object).map(Origin::of).collect();
    let there = live.object.list(parts::RESOURCES).iter().filter_map(Value::as_object);
    there.filter(|resource| !stay.contains(&Origin::of(resource))).collect()
}

/// The packages of a catalog as they will be, by name.
fn packages(catalog: &Id, plan: &Plan, live: &Live) -> Vec<(String, Object)> {
    let changes: BTreeMap<&Id, &Change> = plan
        .writes()
        .filter(|change| change.kind == Kind::AccessPackage)
        .filter_map(|change| Some((&change.live.as_ref()?.id, change)))
        .collect();
    let is_here = |kind: Kind, parent: Option<&Id>| kind == Kind::AccessPackage && parent == Some(catalog);
    let there = live.objects.iter().filter(|object| is_here(object.kind, Some(&object.parent)));
    let mut all: Vec<(String, Object)> = there
        .filter_map(|package| match changes.get(&package.id) {
            Some(change) => Some((package.display_name.clone(), after_change(change)?)),
            None => Some((package.display_name.clone(), package.object.clone())),
        })
        .collect();
    let is_made =
        |change: &&Change| change.action == Action::Create && is_here(change.kind, change.parent.id.as_ref());
    all.extend(
        plan.writes()
            .filter(is_made)
            .filter_map(|change| Some((change.address.segments.last()?.clone(), change.desired.clone()?))),
    );
    all
}

/// Where a resource, or the resource of a role, comes from.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Origin(String, String);

impl Origin {
    fn of(object: &Object) -> Self {
        let system = match object.ty.name {
            "groupResource" | "groupRole" => "group",
            "applicationResource" | "applicationRole" => "application",
            "siteResource" | "siteRole" => "site",
            _ => object.text("originSystem").unwrap_or_default(),
        };
        let id = match object.reference("originId") {
            Some(reference) => reference.id.as_ref().map(Id::as_str).unwrap_or_default(),
            None => object.text("originId").unwrap_or_default(),
        };
        Self(fold(system), fold(id.trim_end_matches('/')))
    }
}
