//! `accessPackage`, and the catalog that holds it. Microsoft Graph v1.0 reference, "List accessPackages",
//! "Get accessPackage", "List catalogs".

use super::look_up::Collection;
use super::{READ, id_and_name, object};
use crate::error::Error;
use crate::http::Transport;
use crate::odata::Request;
use crate::page;
use crate::read::Found;
use entrant_model::live::Package;
use entrant_model::value::Json;
use entrant_model::{Id, Version};
use std::collections::BTreeMap;

pub(crate) const PATH: &str = "identityGovernance/entitlementManagement/accessPackages";
const CATALOGS: &str = "identityGovernance/entitlementManagement/catalogs";

/// An address of a package begins with its catalog.
const EXPAND: &str = "catalog";

pub(crate) const COLLECTION: Collection =
    Collection { path: PATH, member: "displayName", option: Some(("expand", EXPAND)), permission: READ };

pub(crate) const CATALOG_COLLECTION: Collection =
    Collection { path: CATALOGS, member: "displayName", option: None, permission: READ };

/// The packages of these ids that there are, in few requests.
pub(crate) async fn by_ids(transport: &Transport, ids: &[Id]) -> Result<BTreeMap<Id, Package>, Error> {
    let requests: Vec<_> = ids.iter().map(|id| (one(id).option("expand", EXPAND), READ)).collect();
    let mut packages = BTreeMap::new();
    for (id, answer) in ids.iter().zip(page::objects(transport, Version::V1, &requests).await?) {
        match answer {
            Ok((call, answer)) => {
                packages.insert(id.clone(), package(transport, &object(&call, &answer)?).await?);
            }
            Err(error) if error.is_absence() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(packages)
}

/// The packages of these catalogs, in few requests. A catalog that is not there has no entry.
pub(crate) async fn of_catalogs(
    transport: &Transport,
    catalogs: &[Id],
) -> Result<BTreeMap<Id, Vec<Package>>, Error> {
    const MEMBER: &str = "accessPackages";
    let requests: Vec<_> =
        catalogs.iter().map(|id| (one_catalog(id).option("expand", MEMBER), READ)).collect();
    let answers = page::objects(transport, Version::V1, &requests).await?;
    let mut all = BTreeMap::new();
    for (id, answer) in catalogs.iter().zip(answers) {
        let json = match answer {
            Ok((call, answer)) => object(&call, &answer)?,
            Err(error) if error.is_absence() => continue,
            Err(error) => return Err(error),
        };
        let (catalog, catalog_name) = id_and_name(&json)?;
        let Some(Json::Array(listed)) = json.get(MEMBER) else {
            return Err(Error::incomplete(format!("the catalog {id} came without its packages")));
        };
        let mut listed = listed.clone();
        if let Some(Json::String(link)) = json.get(format!("{MEMBER}@odata.nextLink")) {
            listed.extend(page::continued(transport, &one_catalog(id), link, READ).await?);
        }
        let mut packages = Vec::with_capacity(listed.len());
        for package in &listed {
            let (id, name) = id_and_name(package)?;
            packages.push(Package { id, name, catalog: catalog.clone(), catalog_name: catalog_name.clone() });
        }
        all.insert(id.clone(), packages);
    }
    Ok(all)
}

/// A package that was listed or read, with its catalog.
pub(crate) async fn package(transport: &Transport, json: &Json) -> Result<Package, Error> {
    let (id, name) = id_and_name(json)?;
    let expanded = json.get("catalog").filter(|catalog| catalog.is_object()).map(id_and_name);
    let (catalog, catalog_name) = if let Some(Ok(catalog)) = expanded {
        catalog
    } else {
        // Not expanded, although asked for.
        let request = Request::new(Version::V1, PATH).segment(id.as_str()).segment("catalog");
        let (call, answer) = page::get(transport, transport.url(&request)?, READ).await?;
        id_and_name(&object(&call, &answer)?)?
    };
    Ok(Package { id, name, catalog, catalog_name })
}

pub(crate) fn catalog_found(json: &Json) -> Result<Found, Error> {
    let (id, name) = id_and_name(json)?;
    Ok(Found { id, name, detail: super::text(json, "catalogType").unwrap_or_default().to_owned() })
}

/// The path of one package, for its name alone.
pub(crate) fn one(id: &Id) -> Request {
    Request::new(Version::V1, PATH).segment(id.as_str())
}

/// The path of one catalog, for its name alone.
pub(crate) fn one_catalog(id: &Id) -> Request {
    Request::new(Version::V1, CATALOGS).segment(id.as_str())
}
