//! From names to objects, many at once: `in` filters of a few names each, all of them in few requests.
//!
//! Not every collection of every cloud is known to take `in`. So where it is refused, and for names that it did
//! not find, each is asked for by `eq`. A server may also ignore filters: what comes back is matched again here.

use super::{access_package, catalog, connected_organization, directory, text};
use crate::error::{Error, ErrorKind};
use crate::http::Transport;
use crate::odata::{Request, equals, one_of};
use crate::page;
use crate::read::Found;
use entrant_model::live::Package;
use entrant_model::reference::{fold, same_name};
use entrant_model::value::Json;
use entrant_model::{Kind, Version};
use std::collections::BTreeMap;

/// Names in one filter, and their bytes together: a URL has its limits.
const MAX_NAMES: usize = 15;
const MAX_BYTES: usize = 1500;

/// A collection in which names are looked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Collection {
    pub path: &'static str,
    /// The member that holds the name.
    pub member: &'static str,
    /// One query option beside the filter.
    pub option: Option<(&'static str, &'static str)>,
    pub permission: &'static str,
}

/// Names by collection, each folded beside how it is spelled.
type Wanted = BTreeMap<Collection, BTreeMap<String, String>>;
type Matches = BTreeMap<(Collection, String), Vec<Json>>;

/// The objects of these names, by kind and folded name. Each name has an entry.
pub(crate) async fn all(
    transport: &Transport,
    names: &[(Kind, String)],
) -> Result<BTreeMap<(Kind, String), Vec<Found>>, Error> {
    let mut wanted = Wanted::new();
    for (kind, name) in names {
        wanted.entry(collection(*kind, name)?).or_default().insert(fold(name), name.clone());
    }
    let matches = matching(transport, wanted).await?;
    let mut all = BTreeMap::new();
    for (kind, name) in names {
        let objects = matches.get(&(collection(*kind, name)?, fold(name))).map_or(&[][..], Vec::as_slice);
        let mut found = Vec::with_capacity(objects.len());
        for json in objects {
            found.push(match kind {
                Kind::ConnectedOrganization => connected_organization::found(json)?,
                Kind::Catalog => catalog::found(json)?,
                Kind::AccessPackage => {
                    let package = access_package::package(transport, json).await?;
                    Found { id: package.id, name: package.name, detail: package.catalog_name }
                }
                _ => directory::found(*kind, json)?,
            });
        }
        all.insert((*kind, fold(name)), found);
    }
    Ok(all)
}

/// The packages of these names, by folded name. Each name has an entry.
pub(crate) async fn packages(
    transport: &Transport,
    names: &[String],
) -> Result<BTreeMap<String, Vec<Package>>, Error> {
    let mut packages = BTreeMap::new();
    for (name, objects) in named(transport, access_package::COLLECTION, names).await? {
        let mut of_name = Vec::with_capacity(objects.len());
        for json in objects {
            of_name.push(access_package::package(transport, &json).await?);
        }
        packages.insert(name, of_name);
    }
    Ok(packages)
}

/// The objects of one collection that have these names, as Graph has them, by folded name. Each name has an entry.
pub(crate) async fn named(
    transport: &Transport,
    collection: Collection,
    names: &[String],
) -> Result<BTreeMap<String, Vec<Json>>, Error> {
    let spelled: BTreeMap<String, String> = names.iter().map(|name| (fold(name), name.clone())).collect();
    let matches = matching(transport, Wanted::from([(collection, spelled)])).await?;
    Ok(matches.into_iter().map(|((_, name), objects)| (name, objects)).collect())
}

fn collection(kind: Kind, name: &str) -> Result<Collection, Error> {
    match kind {
        Kind::ConnectedOrganization => Ok(connected_organization::COLLECTION),
        Kind::Catalog => Ok(catalog::COLLECTION),
        Kind::AccessPackage => Ok(access_package::COLLECTION),
        _ => directory::collection(kind, name),
    }
}

/// One look into a collection: by `in` for several names, by `eq` for one.
struct Look {
    collection: Collection,
    /// Folded, and as spelled.
    names: Vec<(String, String)>,
}

impl Look {
    fn request(&self) -> (Request, &'static str) {
        let Collection { path, member, option, permission } = self.collection;
        let filter = match self.names.as_slice() {
            [(_, one)] => equals(member, one),
            several => one_of(member, &several.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>()),
        };
        let request = Request::new(Version::V1, path).option("filter", &filter);
        (option.into_iter().fold(request, |request, (name, value)| request.option(name, value)), permission)
    }
}

async fn matching(transport: &Transport, wanted: Wanted) -> Result<Matches, Error> {
    let mut matches = Matches::new();
    let mut looks = Vec::new();
    for (collection, names) in wanted {
        looks.extend(in_parts(names).into_iter().map(|names| Look { collection, names }));
    }
    while !looks.is_empty() {
        let requests: Vec<_> = looks.iter().map(Look::request).collect();
        let lists = page::lists(transport, Version::V1, &requests).await?;
        let mut alone = Vec::new();
        for (look, list) in looks.into_iter().zip(lists) {
            let is_by_in = look.names.len() > 1;
            let objects = match list {
                Ok(objects) => objects,
                Err(error) if is_by_in && error.kind() == ErrorKind::BadRequest => Vec::new(),
                Err(error) => return Err(error),
            };
            for (folded, name) in look.names {
                let is_meant = |json: &&Json| same_name(text(json, look.collection.member), Some(&name));
                let meant: Vec<Json> = objects.iter().filter(is_meant).cloned().collect();
                if meant.is_empty() && is_by_in {
                    alone.push(Look { collection: look.collection, names: vec![(folded, name)] });
                } else {
                    matches.insert((look.collection, folded), meant);
                }
            }
        }
        looks = alone;
    }
    Ok(matches)
}

/// Names in parts that fit into one filter each.
fn in_parts(names: BTreeMap<String, String>) -> Vec<Vec<(String, String)>> {
    let mut parts: Vec<Vec<(String, String)>> = Vec::new();
    let mut bytes = 0;
    for (folded, name) in names {
        bytes += name.len();
        match parts.last_mut() {
            Some(part) if part.len() < MAX_NAMES && bytes <= MAX_BYTES => part.push((folded, name)),
            _ => {
                bytes = name.len();
                parts.push(vec![(folded, name)]);
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fit_into_a_url() {
        let names = |count: usize, length: usize| -> BTreeMap<String, String> {
            (0..count).map(|n| (format!("{n:04}"), "x".repeat(length))).collect()
        };
        let sizes = |names| in_parts(names).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(names(31, 10)), [15, 15, 1]);
        assert_eq!(sizes(names(5, 700)), [2, 2, 1]);
        assert_eq!(sizes(names(2, 5000)), [1, 1]);
        assert!(sizes(BTreeMap::new()).is_empty());
    }
}
