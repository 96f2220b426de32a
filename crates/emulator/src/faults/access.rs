//! What a caller may see and do. Without a role a caller may do everything, as one does who has
//! `EntitlementManagement.ReadWrite.All`.
//!
//! A caller of some catalogs sees those, their packages and what belongs to the packages. For the
//! rest the answer is 403, and never 404: what such a caller may not see and what is not there (or
//! was just deleted) look the same.

use serde_json::{Map, Value};

use crate::errors::{GraphError, Result};
use crate::kinds::Kind;
use crate::store::Tenant;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub extent: Extent,
    /// In catalogs: packages and policies alone.
    pub writes: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    Tenant,
    /// Names or ids of catalogs.
    Catalogs(Vec<String>),
}

impl Role {
    pub fn is_scoped(&self) -> bool {
        self.extent != Extent::Tenant
    }

    pub fn may_write(&self, kind: Kind) -> bool {
        let granted = matches!(kind, Kind::AccessPackage | Kind::AssignmentPolicy);
        self.writes && (granted || !self.is_scoped())
    }

    /// Whether the collection at the root may be listed. `query` is decoded.
    pub fn may_list(&self, kind: Kind, query: &str) -> bool {
        let by_package = query.to_ascii_lowercase().contains("accesspackage/id");
        match kind {
            Kind::AssignmentPolicy => !self.is_scoped(),
            Kind::Assignment => !self.is_scoped() || by_package,
            _ => true,
        }
    }

    pub fn sees(&self, tenant: &Tenant, kind: Kind, object: &Value) -> bool {
        let Extent::Catalogs(wanted) = &self.extent else { return true };
        let catalog = match kind {
            Kind::Catalog => object["id"].as_str(),
            Kind::AccessPackage | Kind::CustomWorkflowExtension => kind.parent_of(object),
            Kind::AssignmentPolicy | Kind::Assignment => kind
                .parent_of(object)
                .and_then(|package| tenant.get(Kind::AccessPackage, package))
                .and_then(|package| Kind::AccessPackage.parent_of(package)),
            _ => return true,
        };
        let Some(catalog) = catalog.and_then(|id| tenant.get(Kind::Catalog, id)) else { return false };
        let is = |member: &str, wanted: &str| {
            catalog[member].as_str().is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        wanted.iter().any(|wanted| is("id", wanted) || is("displayName", wanted))
    }

    /// Whether what is to be made, or what an object is to become, belongs where the caller may
    /// write. A body that does not say where it belongs is for others to refuse.
    pub fn may_put(&self, tenant: &Tenant, kind: Kind, body: &Map<String, Value>) -> bool {
        let (parent, reference, id) = match kind {
            Kind::AccessPackage => (Kind::Catalog, "catalog", "catalogId"),
            Kind::AssignmentPolicy => (Kind::AccessPackage, "accessPackage", "accessPackageId"),
            _ => return true,
        };
        let named = body.get(reference).and_then(|reference| reference.get("id")).or_else(|| body.get(id));
        let Some(named) = named.and_then(Value::as_str) else { return true };
        !self.is_scoped() || tenant.get(parent, named).is_some_and(|object| self.sees(tenant, parent, object))
    }
}

/// The refusal, by the code that users have met.
pub fn refused<T>() -> Result<T> {
    Err(GraphError::new(403, "UnAuthorized", "User is not authorized to perform the operation."))
}
