//! What a caller may see and do. Without a role a caller may do everything, as one does who has
//! `EntitlementManagement.ReadWrite.All`.
//!
//! A caller of some catalogs sees those, and what belongs to them or to their packages. For the
//! rest the answer is 403, and never 404: what such a caller may not see and what is not there (or
//! was just deleted) look the same.

use serde_json::{Map, Value};

use crate::errors::{GraphError, Result};
use crate::kinds::Kind;
use crate::store::Tenant;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub extent: Extent,
    pub writes: Level,
    /// What the caller may add to a catalog and take out of it: names or ids in the directory, or
    /// origin systems. `None`: anything.
    pub owns: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    Tenant,
    /// Names or ids of catalogs.
    Catalogs(Vec<String>),
}

/// What a caller may change where it sees something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Nothing,
    /// Packages, with their roles, and policies.
    Packages,
    /// The catalog too: its resources, extensions and role assignments.
    All,
}

impl Role {
    pub fn is_scoped(&self) -> bool {
        self.extent != Extent::Tenant
    }

    /// Whether the caller may change whatever there is.
    pub fn writes_all(&self) -> bool {
        self.writes == Level::All && !self.is_scoped()
    }

    /// Whether something of this kind may be written. `whole`: the collection at the root is meant,
    /// as when an object is made.
    pub fn may_write(&self, kind: Kind, whole: bool) -> bool {
        let needed = match kind {
            Kind::AccessPackage | Kind::AssignmentPolicy | Kind::ResourceRoleScope => Level::Packages,
            Kind::ResourceRequest | Kind::CustomWorkflowExtension | Kind::RoleAssignment => Level::All,
            Kind::Catalog if !whole => Level::All,
            _ => return self.writes_all(),
        };
        self.writes >= needed
    }

    /// Whether the collection at the root may be listed. `query` is decoded.
    pub fn may_list(&self, kind: Kind, query: &str) -> bool {
        let says = |text: &str| query.to_ascii_lowercase().contains(text);
        match kind {
            Kind::AssignmentPolicy => !self.is_scoped(),
            Kind::Assignment => !self.is_scoped() || says("accesspackage/id"),
            Kind::RoleAssignment => !self.is_scoped() || says("appscopeid"),
            _ => true,
        }
    }

    pub fn sees(&self, tenant: &Tenant, kind: Kind, object: &Value) -> bool {
        let Extent::Catalogs(wanted) = &self.extent else { return true };
        let catalog = match kind {
            Kind::Catalog => object["id"].as_str(),
            Kind::AccessPackage
            | Kind::CustomWorkflowExtension
            | Kind::Resource
            | Kind::ResourceRequest
            | Kind::RoleAssignment => kind.parent_of(object),
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
            Kind::AccessPackage | Kind::ResourceRequest => (Kind::Catalog, "catalog", "catalogId"),
            Kind::AssignmentPolicy => (Kind::AccessPackage, "accessPackage", "accessPackageId"),
            Kind::RoleAssignment => (Kind::Catalog, "", "appScopeId"),
            _ => return true,
        };
        let named = body.get(reference).and_then(|reference| reference.get("id")).or_else(|| body.get(id));
        let Some(named) = named.and_then(Value::as_str) else { return true };
        let named = named.rsplit('/').next().unwrap_or_default();
        !self.is_scoped() || tenant.get(parent, named).is_some_and(|object| self.sees(tenant, parent, object))
    }

    /// Refuses a resource request about something that is not the caller's.
    pub fn owns(&self, tenant: &Tenant, body: &Map<String, Value>) -> Result<()> {
        let Some(owned) = &self.owns else { return Ok(()) };
        let written = body.get("resource").or_else(|| body.get("accessPackageResource"));
        let written = written.cloned().unwrap_or_default();
        let known = written["id"].as_str().and_then(|id| tenant.get(Kind::Resource, id));
        let resource = known.unwrap_or(&written);
        let origin = resource["originId"].as_str().unwrap_or_default();
        let directory = tenant.directory_object(origin).map(|(_, object)| object);
        let names = [
            resource["originSystem"].as_str(),
            Some(origin),
            directory.and_then(|object| object["displayName"].as_str()),
        ];
        let is_owned = names
            .into_iter()
            .flatten()
            .any(|name| owned.iter().any(|owned| owned.eq_ignore_ascii_case(name)));
        if is_owned {
            return Ok(());
        }
        Err(GraphError::new(400, "CallerNotResourceOwner", "The caller is not the resource owner."))
    }
}

/// The refusal, by the code that users have met.
pub fn refused<T>() -> Result<T> {
    Err(GraphError::new(403, "UnAuthorized", "User is not authorized to perform the operation."))
}
