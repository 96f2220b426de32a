//! Reading what the declarations mean, and recording how much was read.

use crate::progress::{Phase, Progress};
use entrant_graph::{Asked, Error, ErrorKind, Read};
use entrant_model::desired::Intent;
use entrant_model::live::{Assignments, OtherShape, Package};
use entrant_model::reference::{fold, same_name};
use entrant_model::value::each_reference;
use entrant_model::{Desired, Id, Kind, Live, LiveObject, RemovedAction, Version};
use entrant_plan::{guards, parts};
use futures_util::future::{try_join, try_join_all};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The packages whose policies have to be read, by the shape in which they are declared.
pub type Wanted = BTreeMap<Version, BTreeSet<Id>>;

/// The packages that the declarations name.
pub fn wanted(desired: &[Desired]) -> Wanted {
    let mut wanted = Wanted::new();
    for declared in desired.iter().filter(|declared| declared.address.kind == Kind::AssignmentPolicy) {
        let version = match &declared.intent {
            Intent::Present { envelope, .. } => envelope.version,
            Intent::Removed(_) => Version::V1,
        };
        if let Some(package) = &declared.parent.id {
            wanted.entry(version).or_default().insert(package.clone());
        }
    }
    wanted
}

/// Every policy of the wanted packages.
pub async fn policies<R: Read + Sync>(
    wanted: &Wanted,
    reader: &R,
    progress: &dyn Progress,
) -> Result<Vec<LiveObject>, Error> {
    let packages = wanted.values().flatten().collect::<BTreeSet<_>>().len();
    if packages > 0 {
        progress.tell(Phase::Policies { packages });
    }
    let mut policies = Vec::new();
    for (version, packages) in wanted {
        let listing = reader.policies_in(*version, packages).await?;
        if let Some(refused) = listing.refused {
            progress.tell(Phase::Note(format!(
                "The list of the tenant's policies was refused; they are read through their packages ({refused})"
            )));
        }
        if policies.is_empty() {
            policies = listing.policies;
        } else {
            policies.extend(listing.policies);
        }
        progress.tell(Phase::Read { policies: policies.len() });
    }
    Ok(policies)
}

/// Takes over what was read, and how much that was.
pub fn record(live: &mut Live, wanted: Wanted, policies: Vec<LiveObject>) {
    live.policies = policies;
    for (version, packages) in wanted {
        for package in packages {
            live.coverage.add_whole(Kind::AssignmentPolicy, version, package);
        }
    }
}

/// The objects whose parts are declared: what has to be asked for of each, by kind.
pub type Parts = BTreeMap<Kind, Vec<Asked>>;

/// What the declarations say of parts of live objects.
pub fn wanted_parts(desired: &[Desired], live: &Live) -> Parts {
    let mut wanted = Parts::new();
    let kept = live.objects.iter().map(|object| (object.kind, &object.parent, object));
    let kept: Vec<_> = kept.collect();
    for declared in desired.iter().filter(|declared| declared.address.kind != Kind::AssignmentPolicy) {
        let (parts, pin, previous) = match &declared.intent {
            Intent::Present { envelope, object } => {
                (parts::said(object), envelope.pin.as_ref(), envelope.previous_names.as_slice())
            }
            Intent::Removed(action) => (parts::goes_with(declared.address.kind, *action), None, &[][..]),
        };
        let Some(parent) = declared.parent.id.as_ref().filter(|_| !parts.is_empty()) else { continue };
        let own = declared.address.segments.last().map_or("", String::as_str);
        let is_called = |name: &str| {
            same_name(Some(own), Some(name))
                || previous.iter().any(|former| same_name(Some(former), Some(name)))
        };
        let is_meant = |found: &LiveObject| match pin {
            Some(pin) => found.id == *pin,
            None => is_called(&found.display_name),
        };
        let found = kept.iter().filter(|(kind, holder, found)| {
            *kind == declared.address.kind && *holder == parent && is_meant(found)
        });
        for (kind, holder, found) in found {
            let asked = Asked { parent: (*holder).clone(), id: found.id.clone(), parts: parts.clone() };
            wanted.entry(*kind).or_default().push(asked);
        }
    }
    wanted
}

/// Reads those objects with their parts.
pub async fn with_parts<R: Read + Sync>(
    wanted: &Parts,
    reader: &R,
    progress: &dyn Progress,
) -> Result<Vec<LiveObject>, Error> {
    let count = wanted.values().map(Vec::len).sum();
    if count > 0 {
        progress.tell(Phase::Parts(count));
    }
    let read = wanted.iter().map(|(kind, asked)| reader.objects(*kind, asked));
    let mut objects = Vec::with_capacity(count);
    for found in try_join_all(read).await? {
        for object in found {
            objects.extend(object?);
        }
    }
    Ok(objects)
}

/// The catalogs that shall go.
pub fn going(desired: &[Desired], live: &Live) -> Vec<Id> {
    let is_going = |declared: &&Desired| {
        let is_deleted = matches!(
            declared.intent,
            Intent::Removed(RemovedAction::Delete | RemovedAction::DeleteWithAssignments)
        );
        is_deleted && declared.address.kind == Kind::Catalog
    };
    let names = desired.iter().filter(is_going).filter_map(|declared| declared.address.segments.last());
    let names: BTreeSet<String> = names.map(|name| fold(name)).collect();
    let is_meant =
        |object: &&LiveObject| object.kind == Kind::Catalog && names.contains(&fold(&object.display_name));
    live.objects.iter().filter(is_meant).map(|catalog| catalog.id.clone()).collect()
}

/// The packages that shall go: their policies would go with them, whether documents speak of these or not.
pub fn going_packages(desired: &[Desired], live: &Live) -> Vec<Package> {
    let mut going = Vec::new();
    for declared in desired.iter().filter(|declared| declared.address.kind == Kind::AccessPackage) {
        let is_deleted = matches!(
            declared.intent,
            Intent::Removed(RemovedAction::Delete | RemovedAction::DeleteWithAssignments)
        );
        let (Some(catalog), [catalog_name, name]) = (&declared.parent.id, &*declared.address.segments) else {
            continue;
        };
        let is_meant = |found: &&LiveObject| {
            found.kind == Kind::AccessPackage
                && found.parent == *catalog
                && same_name(Some(&found.display_name), Some(name))
        };
        going.extend(live.objects.iter().filter(|found| is_deleted && is_meant(found)).map(|found| {
            Package {
                id: found.id.clone(),
                name: found.display_name.clone(),
                catalog: catalog.clone(),
                catalog_name: catalog_name.clone(),
            }
        }));
    }
    going
}

/// What these catalogs hold, whether documents say so or not: Graph deletes none that holds a package or an extension.
pub async fn held_in<R: Read + Sync>(catalogs: &[Id], reader: &R) -> Result<Vec<LiveObject>, Error> {
    if catalogs.is_empty() {
        return Ok(Vec::new());
    }
    let (packages, extensions) = try_join(
        reader.objects_in(Kind::AccessPackage, catalogs),
        reader.objects_in(Kind::WorkflowExtension, catalogs),
    )
    .await?;
    Ok(packages.into_values().chain(extensions.into_values()).flatten().collect())
}

/// What the packages of these catalogs give, where that is not known already.
pub async fn given_in<R: Read + Sync>(
    catalogs: &BTreeSet<Id>,
    live: &Live,
    reader: &R,
) -> Result<Vec<LiveObject>, Error> {
    if catalogs.is_empty() {
        return Ok(Vec::new());
    }
    let catalogs: Vec<Id> = catalogs.iter().cloned().collect();
    let is_read = |id: &Id| {
        let known = live.objects.iter().find(|object| object.id == *id);
        known.is_some_and(|object| object.object.get(guards::ROLES).is_some())
    };
    let packages = reader.objects_in(Kind::AccessPackage, &catalogs).await?;
    let asked: Vec<Asked> = packages
        .into_values()
        .flatten()
        .filter(|package| !is_read(&package.id))
        .map(|package| Asked { parent: package.parent, id: package.id, parts: vec![guards::ROLES] })
        .collect();
    let mut given = Vec::with_capacity(asked.len());
    for package in reader.objects(Kind::AccessPackage, &asked).await? {
        given.extend(package?);
    }
    Ok(given)
}

/// Takes over what was read of packages, in the place of what is known of them.
pub fn record_given(live: &mut Live, given: Vec<LiveObject>) {
    let read: BTreeSet<&Id> = given.iter().map(|object| &object.id).collect();
    live.objects.retain(|object| !read.contains(&object.id));
    live.objects.extend(given);
}

/// Takes over what was read of them, but what is known better already.
pub fn record_held(live: &mut Live, held: Vec<LiveObject>) {
    let known: BTreeSet<Id> = live.objects.iter().map(|object| object.id.clone()).collect();
    live.objects.extend(held.into_iter().filter(|object| !known.contains(&object.id)));
}

/// Takes the place of what was read of the same objects without their parts. One that is gone since is gone.
pub fn record_parts(live: &mut Live, wanted: &Parts, objects: Vec<LiveObject>) {
    let asked: BTreeSet<&Id> = wanted.values().flatten().map(|asked| &asked.id).collect();
    live.objects.retain(|object| !asked.contains(&object.id));
    live.objects.extend(objects);
}

/// The names of what live policies refer to, those of the declarations' own references aside: these are known.
pub async fn names<R: Read + Sync>(desired: &[Desired], reader: &R, live: &mut Live) -> Result<(), Error> {
    let names = &mut live.names;
    // Of a large estate every name is met many times.
    let mut known: HashSet<&Id> = HashSet::new();
    for package in live.packages.values() {
        names.insert(package.id.clone(), package.name.clone());
        known.insert(&package.id);
    }
    for declared in desired {
        let Intent::Present { object, .. } = &declared.intent else { continue };
        each_reference(object, &mut |_, reference| {
            if let (Some(id), Some(name)) = (&reference.id, &reference.name)
                && known.insert(id)
            {
                names.insert(id.clone(), name.to_string());
            }
        });
    }
    let mut unnamed: BTreeSet<(Kind, Id)> = BTreeSet::new();
    for policy in live.policies.iter().chain(&live.objects) {
        each_reference(&policy.object, &mut |_, reference| {
            if let (None, Some(id)) = (&reference.name, &reference.id)
                && !known.contains(id)
                && !(reference.kind == Kind::AccessPackage && policy.kind == Kind::AssignmentPolicy)
            {
                unnamed.insert((reference.kind, id.clone()));
            }
        });
    }
    let unnamed: Vec<(Kind, Id)> = unnamed.into_iter().collect();
    if !unnamed.is_empty() {
        names.extend(reader.names(&unnamed).await?.names);
    }
    Ok(())
}

/// Reads the objects that would be updated or deleted through the other version. One that is not there although the
/// cloud has that version is left out: then the plan refuses the update.
pub async fn other_shape<R: Read + Sync>(
    candidates: &[(Version, Id)],
    reader: &R,
) -> Result<BTreeMap<Id, OtherShape>, Error> {
    let mut by_version: BTreeMap<Version, Vec<Id>> = BTreeMap::new();
    for (version, id) in candidates {
        by_version.entry(*version).or_default().push(id.clone());
    }
    let mut read = Vec::with_capacity(candidates.len());
    for (version, ids) in by_version {
        let policies = reader.policies_by_id(version, &ids).await?;
        read.extend(ids.into_iter().zip(policies).map(|(id, policy)| (version, id, policy)));
    }
    let mut all = BTreeMap::new();
    for (version, id, policy) in read {
        let seen = match policy {
            Ok(Some(policy)) => OtherShape::Read(Box::new(policy)),
            // Whether the object is missing or the version: the collection tells.
            Ok(None) if reader.has_version(version).await? => continue,
            Err(error) if !may_be_unknown_version(&error) || reader.has_version(version).await? => {
                return Err(error);
            }
            Ok(None) | Err(_) => OtherShape::Unavailable,
        };
        all.insert(id, seen);
    }
    Ok(all)
}

/// How many people hold access through each of these policies, which come beside their packages. What the caller may
/// not read is counted as unread, not as nobody; any other failure is an error.
pub async fn assignments<R: Read + Sync>(
    policies: &[(Id, Id)],
    reader: &R,
    progress: &dyn Progress,
) -> Result<Assignments, Error> {
    let mut assignments = Assignments::default();
    if policies.is_empty() {
        return Ok(assignments);
    }
    progress.tell(Phase::Assignments(policies.len()));
    let counts = match reader.assignments_through(policies).await {
        Ok(counts) => counts,
        Err(error) if is_refused(&error) => vec![Err(error)],
        Err(error) => return Err(error),
    };
    let mut refused = None;
    for ((_, policy), count) in policies.iter().zip(counts) {
        match count {
            Ok(count) => {
                assignments.counts.insert(policy.clone(), count);
            }
            Err(error) if is_refused(&error) => refused = refused.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    if let Some(error) = refused {
        assignments.is_partial = true;
        progress.tell(Phase::Note(format!("Who holds access could not be read for all policies ({error})")));
    }
    Ok(assignments)
}

/// Whether this is how a service answers to a caller that may not read, or lacks what is asked for.
fn is_refused(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::BadRequest)
}

/// Whether this is how a service may answer to a version that it does not have.
fn may_be_unknown_version(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::BadRequest)
}
