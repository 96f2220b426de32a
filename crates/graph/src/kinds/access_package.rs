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

const PATH: &str = "identityGovernance/entitlementManagement/accessPackages";
const CATALOGS: &str = "identityGovernance/entitlementManagement/catalogs";

/// An address of a package begins with its catalog.
const EXPAND: &str = "catalog";

pub(crate) const COLLECTION: Collection =
    Collection { path: PATH, member: "displayName", option: Some(("expand", EXPAND)), permission: READ };

pub(crate) const CATALOG_COLLECTION: Collection =
    Collection { path: CATALOGS, member: "displayName", option: None, permission: READ };

pub(crate) async fn by_id(transport: &Transport, id: &Id) -> Result<Option<Package>, Error> {
    let request = Request::new(Version::V1, PATH).segment(id.as_str()).option("expand", EXPAND);
    match page::get(transport, transport.url(&request)?, READ).await {
        Ok((call, answer)) => package(transport, &object(&call, &answer)?).await.map(Some),
        Err(error) if error.is_absence() => Ok(None),
        Err(error) => Err(error),
    }
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
