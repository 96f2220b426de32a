//! The roles and the scopes of a resource, which are kept inside it: what a package may give, and of what.

use serde_json::{Map, Value, json};

use super::{Entity, Kind, Navigation, READ_ONLY, View, contained, fill, inside, members, resource, text};
use crate::errors::{Result, invalid_model};
use crate::message::Version;
use crate::random::derived_guid;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req};
use crate::store::Tenant;

pub static ROLE: Entity = Entity {
    type_name: "accessPackageResourceRole",
    collection: contained,
    shape: |version| match version {
        Version::V1 => &ROLE_V1,
        Version::Beta => &ROLE_BETA,
    },
    navigation: its_resource,
    view: |_, role| {
        let mut shown = members(role, &["id", "displayName", "description", "originSystem", "originId"]);
        shown.extend(role.get("type").map(|ty| ("type".to_owned(), ty.clone())));
        shown
    },
    pointer: |_, name| Some(format!("/{name}")),
    on_request: &[],
    operations: READ_ONLY,
};

pub static SCOPE: Entity = Entity {
    type_name: "accessPackageResourceScope",
    collection: contained,
    shape: |version| match version {
        Version::V1 => &SCOPE_V1,
        Version::Beta => &SCOPE_BETA,
    },
    navigation: its_resource,
    view: view_scope,
    pointer: |_, name| Some(format!("/{name}")),
    on_request: &[],
    operations: READ_ONLY,
};

const ROLE_TYPES: &[&str] = &["active", "eligible", "application", "delegated"];

pub static ROLE_V1: Shape = Shape {
    type_name: "accessPackageResourceRole",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("originId", Ty::Text),
        opt("originSystem", Ty::Text),
        opt("type", Ty::Enum(ROLE_TYPES)),
        opt("resource", Ty::Object(&resource::V1)),
    ],
};

pub static ROLE_BETA: Shape = Shape {
    type_name: "accessPackageResourceRole",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("originId", Ty::Text),
        opt("originSystem", Ty::Text),
        opt("type", Ty::Enum(ROLE_TYPES)),
        opt("accessPackageResource", Ty::Object(&resource::BETA)),
    ],
};

pub static SCOPE_V1: Shape = Shape {
    type_name: "accessPackageResourceScope",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("originId", Ty::Text),
        opt("originSystem", Ty::Text),
        opt("isRootScope", Ty::Bool),
        opt("resource", Ty::Object(&resource::V1)),
    ],
};

pub static SCOPE_BETA: Shape = Shape {
    type_name: "accessPackageResourceScope",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("originId", Ty::Text),
        opt("originSystem", Ty::Text),
        opt("isRootScope", Ty::Bool),
        opt("roleOriginId", Ty::Text),
        opt("url", Ty::Text),
        opt("accessPackageResource", Ty::Object(&resource::BETA)),
    ],
};

static RESOURCE_V1: [Navigation; 1] = [Navigation::one("resource", Kind::Resource, owner)];
static RESOURCE_BETA: [Navigation; 1] = [Navigation::one("accessPackageResource", Kind::Resource, owner)];

fn its_resource(version: Version) -> &'static [Navigation] {
    match version {
        Version::V1 => &RESOURCE_V1,
        Version::Beta => &RESOURCE_BETA,
    }
}

/// The resource that has the role or the scope.
fn owner<'a>(tenant: &'a Tenant, part: &'a Value) -> Vec<&'a Value> {
    let id = part["kept:resource"]["id"].as_str().unwrap_or_default();
    tenant.get(Kind::Resource, id).into_iter().collect()
}

pub fn roles_of_catalog<'a>(tenant: &'a Tenant, catalog: &'a Value) -> Vec<&'a Value> {
    let resources = resource::of_catalog(tenant, catalog);
    resources.into_iter().flat_map(|resource| inside(resource, "kept:roles")).collect()
}

pub fn scopes_of_catalog<'a>(tenant: &'a Tenant, catalog: &'a Value) -> Vec<&'a Value> {
    let resources = resource::of_catalog(tenant, catalog);
    resources.into_iter().flat_map(|resource| inside(resource, "kept:scopes")).collect()
}

fn view_scope(view: &View, scope: &Map<String, Value>) -> Map<String, Value> {
    let names = ["id", "displayName", "description", "originSystem", "originId", "isRootScope"];
    let mut shown = members(scope, &names);
    if view.version == Version::Beta {
        shown.extend(["roleOriginId", "url"].map(|name| (name.to_owned(), Value::Null)));
    }
    shown
}

/// Roles or scopes that a seed gives to the resource with this id.
pub fn seed(resource: &str, system: &str, list: &Value, what: &str) -> Result<Vec<Value>> {
    let Value::Array(items) = list else {
        return Err(invalid_model(format!("/{what}s"), "a collection is expected"));
    };
    let shape = if what == "role" { &ROLE_V1 } else { &SCOPE_V1 };
    let mut kept = Vec::new();
    for item in items {
        let Value::Object(object) = item else {
            return Err(invalid_model(format!("/{what}s"), "an object is expected"));
        };
        let mut part = check_object(shape, object.clone(), None, Strictness::Seed)?;
        if text(&part, "originId").is_empty() {
            return Err(invalid_model(format!("/{what}s"), format!("a {what} has an originId")));
        }
        let id = derived_guid(&[what, resource, text(&part, "originId")]);
        fill(&mut part, "id", id);
        fill(&mut part, "displayName", if what == "role" { "Member" } else { "Root" });
        fill(&mut part, "originSystem", system);
        if what == "scope" {
            fill(&mut part, "isRootScope", true);
        }
        part.insert("kept:resource".to_owned(), json!({ "id": resource }));
        kept.push(Value::Object(part));
    }
    Ok(kept)
}
