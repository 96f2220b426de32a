//! `accessPackageCatalog`. Microsoft Graph v1.0 reference, "List catalogs", "Get accessPackageCatalog" and its like.
//!
//! Its resources and the roles on it are collections of their own: `resource`, `role_assignment`.

pub(crate) mod resource;
pub(crate) mod role_assignment;

pub(crate) use role_assignment::RoleDefinitions;

use super::look_up::Collection;
use super::{READ, id_and_name, text};
use crate::error::Error;
use crate::odata::Request;
use crate::read::Found;
use entrant_model::value::Json;
use entrant_model::{Id, Version};

const PATH: &str = "identityGovernance/entitlementManagement/catalogs";

pub(crate) const COLLECTION: Collection =
    Collection { path: PATH, member: "displayName", option: None, permission: READ };

/// The path of all.
pub(crate) fn all() -> Request {
    Request::new(Version::V1, PATH)
}

/// The path of one.
pub(crate) fn one(id: &Id) -> Request {
    all().segment(id.as_str())
}

pub(crate) fn found(json: &Json) -> Result<Found, Error> {
    let (id, name) = id_and_name(json)?;
    Ok(Found { id, name, detail: text(json, "catalogType").unwrap_or_default().to_owned() })
}
