//! Reading what the declarations mean, and recording how much was read.

use entrant_graph::{Error, ErrorKind, Read};
use entrant_model::desired::Intent;
use entrant_model::live::OtherShape;
use entrant_model::value::each_reference;
use entrant_model::{Desired, Id, Kind, Live, Version};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::collections::{BTreeMap, BTreeSet};

/// How many reads are asked for at once. How many of them are under way is the client's to say.
pub const WIDTH: usize = 16;

/// Reads every policy of every package that a declaration names, in the declarations' shapes, and the names
/// of what those policies refer to.
pub async fn policies<R: Read + Sync>(desired: &[Desired], reader: &R, live: &mut Live) -> Result<(), Error> {
    let wanted: BTreeSet<(Version, Id)> = desired
        .iter()
        .filter_map(|d| {
            let version = match &d.intent {
                Intent::Present { envelope, .. } => envelope.version,
                Intent::Removed(_) => Version::V1,
            };
            Some((version, d.access_package.id.clone()?))
        })
        .collect();
    let read: Vec<_> = stream::iter(wanted)
        .map(|(version, package)| async move {
            let policies = reader.policies_of(version, &package).await?;
            Ok::<_, Error>((version, package, policies))
        })
        .buffered(WIDTH)
        .try_collect()
        .await?;
    for (version, package, policies) in read {
        live.policies.extend(policies);
        live.coverage.add_package(version, package);
    }
    let mut unnamed: BTreeSet<(Kind, Id)> = BTreeSet::new();
    for policy in &live.policies {
        each_reference(&policy.object, &mut |_, reference| {
            if let (None, Some(id)) = (&reference.name, &reference.id)
                && !live.names.contains_key(id)
                && reference.kind != Kind::AccessPackage
            {
                unnamed.insert((reference.kind, id.clone()));
            }
        });
    }
    let unnamed: Vec<(Kind, Id)> = unnamed.into_iter().collect();
    if !unnamed.is_empty() {
        live.names.extend(reader.names(&unnamed).await?.names);
    }
    for package in live.packages.values() {
        live.names.insert(package.id.clone(), package.name.clone());
    }
    Ok(())
}

/// Reads the objects that would be updated through the other version. One that is not there although the
/// cloud has that version is left out: then the plan refuses the update.
pub async fn other_shape<R: Read + Sync>(
    candidates: &[(Version, Id)],
    reader: &R,
    live: &mut Live,
) -> Result<(), Error> {
    let mut by_version: BTreeMap<Version, Vec<Id>> = BTreeMap::new();
    for (version, id) in candidates {
        by_version.entry(*version).or_default().push(id.clone());
    }
    let mut read = Vec::with_capacity(candidates.len());
    for (version, ids) in by_version {
        let policies = reader.policies_by_id(version, &ids).await?;
        read.extend(ids.into_iter().zip(policies).map(|(id, policy)| (version, id, policy)));
    }
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
        live.other_shape.insert(id, seen);
    }
    Ok(())
}

/// Whether this is how a service may answer to a version that it does not have.
fn may_be_unknown_version(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::BadRequest)
}
