//! `accessPackage`. Microsoft Graph v1.0 reference, "List accessPackages", "Get accessPackage" and its like, "List
//! incompatibleAccessPackages", "List incompatibleGroups".
//!
//! The roles that it gives are a collection of their own: `role_scope`.

pub(crate) mod role_scope;

use super::look_up::Collection;
use super::{READ, catalog, id, id_and_name, is_of, object};
use crate::error::Error;
use crate::http::Transport;
use crate::odata::Request;
use crate::page;
use entrant_model::live::Package;
use entrant_model::value::Json;
use entrant_model::{Id, Version};
use serde_json::json;
use std::collections::BTreeMap;

pub(crate) const PATH: &str = "identityGovernance/entitlementManagement/accessPackages";

/// An address of a package begins with its catalog.
pub(crate) const EXPAND: &str = "catalog";

pub(crate) const COLLECTION: Collection =
    Collection { path: PATH, member: "displayName", option: Some(("expand", EXPAND)), permission: READ };

/// The path of all.
pub(crate) fn all() -> Request {
    Request::new(Version::V1, PATH)
}

/// The path of one package, for its name alone.
pub(crate) fn one(id: &Id) -> Request {
    all().segment(id.as_str())
}

/// The packages of these ids that there are, in few requests.
pub(crate) async fn by_ids(transport: &Transport, ids: &[Id]) -> Result<BTreeMap<Id, Package>, Error> {
    let requests: Vec<_> = ids.iter().map(|id| (one(id).option("expand", EXPAND), READ)).collect();
    let mut packages = BTreeMap::new();
    for (id, answer) in ids.iter().zip(page::objects(transport, Version::V1, &requests).await?) {
        match answer {
            Ok((call, answer)) => {
                let json = object(&call, &answer)?;
                is_of(id, &json)?;
                packages.insert(id.clone(), package(transport, &json).await?);
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
    let mut all = BTreeMap::new();
    for (asked, listed) in in_catalogs(transport, catalogs).await? {
        let mut packages = Vec::with_capacity(listed.len());
        for json in &listed {
            packages.push(package(transport, json).await?);
        }
        all.insert(asked, packages);
    }
    Ok(all)
}

/// [`of_catalogs`], as Graph has them, each with its catalog.
pub(crate) async fn in_catalogs(
    transport: &Transport,
    catalogs: &[Id],
) -> Result<BTreeMap<Id, Vec<Json>>, Error> {
    const MEMBER: &str = "accessPackages";
    let requests: Vec<_> =
        catalogs.iter().map(|id| (catalog::one(id).option("expand", MEMBER), READ)).collect();
    let answers = page::objects(transport, Version::V1, &requests).await?;
    let mut all = BTreeMap::new();
    for (asked, answer) in catalogs.iter().zip(answers) {
        let mut json = match answer {
            Ok((call, answer)) => object(&call, &answer)?,
            Err(error) if error.is_absence() => continue,
            Err(error) => return Err(error),
        };
        is_of(asked, &json)?;
        let (catalog, catalog_name) = id_and_name(&json)?;
        let Some(Json::Array(listed)) = json.get(MEMBER) else {
            return Err(Error::incomplete(format!("the catalog {asked} came without its packages")));
        };
        let mut listed = listed.clone();
        if let Some(link) = page::link_to_more(&mut json, MEMBER)? {
            listed.extend(page::continued(transport, &catalog::one(asked), &link, READ).await?);
        }
        for package in &mut listed {
            id_and_name(package)?;
            package["catalog"] = json!({ "id": catalog.as_str(), "displayName": catalog_name });
        }
        all.insert(asked.clone(), listed);
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
        id_and_name(&ask_catalog(transport, &id).await?)?
    };
    Ok(Package { id, name, catalog, catalog_name })
}

/// A package as Graph has it, with its catalog where that was not expanded although asked for.
pub(crate) async fn with_catalog(transport: &Transport, mut json: Json) -> Result<Json, Error> {
    if json.get("catalog").and_then(id).is_none() {
        let (id, _) = id_and_name(&json)?;
        json["catalog"] = ask_catalog(transport, &id).await?;
    }
    Ok(json)
}

async fn ask_catalog(transport: &Transport, package: &Id) -> Result<Json, Error> {
    let request = one(package).segment("catalog");
    let (call, answer) = page::get(transport, transport.url(&request)?, READ).await?;
    object(&call, &answer)
}

/// The path of what a package is incompatible with: packages, or groups.
pub(crate) fn incompatible(package: &Id, member: &str) -> Request {
    one(package).segment(member)
}

/// A package or group as an element of such a part.
pub(crate) fn incompatible_element(json: &Json) -> Result<Json, Error> {
    match id(json) {
        Some(id) => Ok(json!({ "id": id.as_str(), "displayName": json.get("displayName") })),
        None => Err(Error::incomplete("what a package is incompatible with came without its id")),
    }
}
