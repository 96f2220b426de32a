//! What is read: everything that is wanted, in few requests, as far as the caller may see it.

use super::Wanted;
use super::known::Known;
use crate::progress::{Phase, Progress};
use entrant_graph::{Asked, Error, ErrorKind, Keep, Read};
use entrant_model::kinds::table;
use entrant_model::reference::same_name;
use entrant_model::value::Json;
use entrant_model::{Id, Kind, LiveObject, Version, Wire};
use futures_util::future::try_join4;
use std::collections::{BTreeMap, BTreeSet};

/// Objects whose parts are read together: as long as they are, all that Graph says of them is held.
const AT_ONCE: usize = 500;

/// What was read.
#[derive(Debug, Default)]
pub struct Tenant {
    /// Every catalog that the caller may see.
    pub catalogs: Vec<LiveObject>,
    /// Every package that the caller may see.
    pub packages: Vec<LiveObject>,
    /// The connected organizations.
    pub organizations: Vec<LiveObject>,
    /// The workflow extensions of every catalog.
    pub extensions: Vec<LiveObject>,
    /// The settings.
    pub settings: Vec<LiveObject>,
    /// Policies in v1.0.
    pub policies: Vec<LiveObject>,
    /// The same policies in beta, as far as they are asked for; none where the cloud has no beta.
    pub beta: BTreeMap<Id, LiveObject>,
    /// The objects that are imported, whatever their kind; the others are there to be named.
    pub selected: BTreeSet<Id>,
    /// Those of them that are yet to be made in this tenant: nothing can be pinned to their ids.
    pub new: BTreeSet<Id>,
    /// What is to be said of an object beside its document, as sentences.
    pub remarks: BTreeMap<Id, Vec<String>>,
    /// What is to be told of an object whose document is written, as sentences.
    pub notes: BTreeMap<Id, Vec<String>>,
    /// What could not be read, as sentences.
    pub unread: Vec<String>,
}

/// The display names of objects.
pub fn names_of(objects: &[LiveObject]) -> Vec<&str> {
    objects.iter().map(|object| object.display_name.as_str()).collect()
}

/// Reads what the tenant itself holds, without parts.
pub async fn roots<R: Read + Sync>(reader: &R) -> Result<Tenant, Error> {
    let tenant = [Id::tenant()];
    let (catalogs, packages, organizations, settings) = try_join4(
        reader.objects_in(Kind::Catalog, &tenant),
        allowed(reader.objects_in(Kind::AccessPackage, &tenant)),
        allowed(reader.objects_in(Kind::ConnectedOrganization, &tenant)),
        allowed(reader.objects_in(Kind::Settings, &tenant)),
    )
    .await?;
    let catalogs: Vec<LiveObject> = catalogs.into_values().flatten().collect();
    let ids: Vec<Id> = catalogs.iter().map(|catalog| catalog.id.clone()).collect();
    let packages = match packages {
        Some(packages) => packages,
        None => reader.objects_in(Kind::AccessPackage, &ids).await?,
    };
    let mut unread = Vec::new();
    let extensions = extensions(&catalogs, &ids, reader, &mut unread).await?;
    for (what, found) in [("connected organizations", &organizations), ("settings", &settings)] {
        if found.is_none() {
            unread.push(format!("the {what} may not be read by this identity, and have no documents"));
        }
    }
    let flat = |found: BTreeMap<Id, Vec<LiveObject>>| -> Vec<LiveObject> {
        found.into_values().flatten().map(textless).collect()
    };
    Ok(Tenant {
        catalogs,
        packages: flat(packages),
        organizations: flat(organizations.unwrap_or_default()),
        extensions: flat(extensions),
        settings: flat(settings.unwrap_or_default()),
        unread,
        ..Tenant::default()
    })
}

/// The workflow extensions of catalogs. Those of a catalog that the caller may not read are left out, and named.
async fn extensions<R: Read + Sync>(
    catalogs: &[LiveObject],
    ids: &[Id],
    reader: &R,
    unread: &mut Vec<String>,
) -> Result<BTreeMap<Id, Vec<LiveObject>>, Error> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    if let Some(found) = allowed(reader.objects_in(Kind::WorkflowExtension, ids)).await? {
        return Ok(found);
    }
    let mut extensions = BTreeMap::new();
    for catalog in catalogs {
        let one = std::slice::from_ref(&catalog.id);
        match allowed(reader.objects_in(Kind::WorkflowExtension, one)).await? {
            Some(found) => extensions.extend(found),
            None => unread.push(format!(
                "the workflow extensions of the catalog `{}` may not be read by this identity, and have no documents",
                catalog.display_name
            )),
        }
    }
    Ok(extensions)
}

/// `None` where the caller may not read it.
pub(super) async fn allowed<T>(read: impl Future<Output = Result<T, Error>>) -> Result<Option<T>, Error> {
    match read.await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::Forbidden => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads what is wanted with all that it holds.
pub async fn selected<R: Read + Sync>(
    tenant: &mut Tenant,
    wanted: &Wanted,
    known: &Known<'_>,
    reader: &R,
    progress: &dyn Progress,
) -> Result<(), Error> {
    let is_named =
        |name: &str, names: &[String]| names.iter().any(|named| same_name(Some(named), Some(name)));
    let catalogs: BTreeSet<Id> = tenant
        .catalogs
        .iter()
        .filter(|catalog| wanted.is_all() || is_named(&catalog.display_name, &wanted.catalogs))
        .map(|catalog| catalog.id.clone())
        .collect();
    let packages: BTreeSet<Id> = tenant
        .packages
        .iter()
        .filter(|package| {
            catalogs.contains(&package.parent) || is_named(&package.display_name, &wanted.packages)
        })
        .map(|package| package.id.clone())
        .collect();
    tenant.selected = catalogs.iter().chain(&packages).cloned().collect();
    if wanted.is_all() {
        let own = tenant.organizations.iter().chain(&tenant.settings);
        tenant.selected.extend(own.map(|object| object.id.clone()));
    }
    let extensions = tenant.extensions.iter().filter(|extension| catalogs.contains(&extension.parent));
    tenant.selected.extend(extensions.map(|extension| extension.id.clone()));
    parts(tenant, known, reader, progress).await?;
    // What v1.0 holds whole needs no second look.
    policies(tenant, &packages, with_more, reader, progress).await?;
    tenant.selected.extend(tenant.policies.iter().map(|policy| policy.id.clone()));
    Ok(())
}

/// Reads what the selected objects hold that no document declares yet.
pub async fn parts<R: Read + Sync>(
    tenant: &mut Tenant,
    known: &Known<'_>,
    reader: &R,
    progress: &dyn Progress,
) -> Result<(), Error> {
    let mut unread = Vec::new();
    let names: BTreeMap<Id, Vec<String>> =
        tenant.catalogs.iter().map(|catalog| (catalog.id.clone(), known.names(catalog, &[]))).collect();
    for (kind, objects) in [
        (Kind::Catalog, &mut tenant.catalogs),
        (Kind::AccessPackage, &mut tenant.packages),
        (Kind::ConnectedOrganization, &mut tenant.organizations),
    ] {
        let is_meant = |object: &&mut LiveObject| {
            let parent = names.get(&object.parent).map_or(&[][..], Vec::as_slice);
            tenant.selected.contains(&object.id) && !known.holds(object, parent, &[])
        };
        let meant: Vec<&mut LiveObject> = objects.iter_mut().filter(is_meant).collect();
        if !meant.is_empty() {
            progress.tell(Phase::Parts(meant.len()));
        }
        with_parts(kind, meant, reader, &mut unread).await?;
    }
    tenant.unread.extend(unread);
    Ok(())
}

/// An object of which nobody needs the answer itself.
fn textless(object: LiveObject) -> LiveObject {
    LiveObject { wire: Wire::new(&Json::Null), ..object }
}

/// A policy of which nobody needs the answer itself.
#[expect(clippy::unnecessary_wraps, reason = "one of those that keep a policy")]
pub fn without_text(policy: LiveObject) -> Option<LiveObject> {
    Some(textless(policy))
}

/// A policy in beta that says more than v1.0 shows.
fn with_more(policy: LiveObject) -> Option<LiveObject> {
    entrant_plan::import::has_more_than_v1(&policy).then(|| without_text(policy))?
}

/// Reads the policies of packages, in both shapes; of beta what `of_beta` keeps.
pub async fn policies<R: Read + Sync>(
    tenant: &mut Tenant,
    packages: &BTreeSet<Id>,
    of_beta: Keep,
    reader: &R,
    progress: &dyn Progress,
) -> Result<(), Error> {
    if packages.is_empty() {
        return Ok(());
    }
    progress.tell(Phase::Policies { packages: packages.len() });
    // One after the other, and of each policy only what is asked for: a large tenant shall fit into memory.
    // Whoever may not list all policies is refused that look, too, and reads them through their packages.
    let beta = match allowed(reader.has_version(Version::Beta)).await? {
        Some(false) => None,
        _ => allowed(reader.policies_kept(Version::Beta, packages, of_beta)).await?,
    };
    if beta.is_none() {
        tenant.unread.push(
            "policies were read in v1.0 alone: what only beta shows, such as a required Verified ID, is not seen"
                .to_owned(),
        );
    }
    let beta = beta.into_iter().flat_map(|listing| listing.policies);
    tenant.beta = beta.map(|policy| (policy.id.clone(), policy)).collect();
    tenant.policies = reader.policies_kept(Version::V1, packages, without_text).await?.policies;
    progress.tell(Phase::Read { policies: tenant.policies.len() });
    Ok(())
}

/// The members of a kind that are collections of their own.
fn parts_of(kind: Kind) -> Vec<&'static str> {
    let members = table(kind, Version::V1).map_or(&[][..], |table| table.members);
    members.iter().filter(|member| member.is_part()).map(|member| member.name).collect()
}

/// Reads these objects again with their parts. A part that the caller may not read is left out, and named.
async fn with_parts<R: Read + Sync>(
    kind: Kind,
    mut objects: Vec<&mut LiveObject>,
    reader: &R,
    unread: &mut Vec<String>,
) -> Result<(), Error> {
    let parts = parts_of(kind);
    let asked = |object: &LiveObject, parts: Vec<&'static str>| Asked {
        parent: object.parent.clone(),
        id: object.id.clone(),
        parts,
    };
    for objects in objects.chunks_mut(AT_ONCE) {
        let all: Vec<Asked> = objects.iter().map(|object| asked(object, parts.clone())).collect();
        let found = reader.objects(kind, &all).await?;
        for (object, found) in objects.iter_mut().zip(found) {
            match found {
                Ok(Some(found)) => **object = textless(found),
                Ok(None) => {}
                Err(error) if error.kind() == ErrorKind::Forbidden => {
                    for part in &parts {
                        let one = reader.objects(kind, &[asked(object, vec![part])]).await?;
                        match one.into_iter().next() {
                            Some(Ok(Some(found))) => {
                                if let Some(value) = found.object.get(part) {
                                    object.object.set(part, value.clone());
                                }
                            }
                            Some(Err(error)) if error.kind() == ErrorKind::Forbidden => {
                                unread.push(format!(
                                    "`{part}` of the {} `{}` may not be read by this identity, and is left out",
                                    kind.noun(),
                                    object.display_name
                                ));
                            }
                            Some(Err(error)) => return Err(error),
                            Some(Ok(None)) | None => {}
                        }
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}
