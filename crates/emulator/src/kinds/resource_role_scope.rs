//! The roles that a package gives: each a role of a resource of the package's catalog, and a scope of that
//! resource. They are kept inside the package; their id is that of the role and that of the scope.

use serde_json::{Map, Value, json};

use super::{
    Entity, Kind, Navigation, Operations, READ_ONLY, View, Write, inside, members, resource, resource_role,
    seeded, text,
};
use crate::errors::{GraphError, Result, argument_null, invalid_model, not_found};
use crate::message::Version;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "accessPackageResourceRoleScope",
    collection: |version| match version {
        Version::V1 => "resourceRoleScopes",
        Version::Beta => "accessPackageResourceRoleScopes",
    },
    shape,
    navigation: |version| match version {
        Version::V1 => &NAVIGATION_V1,
        Version::Beta => &NAVIGATION_BETA,
    },
    view,
    pointer: |_, name| ["id", "createdDateTime"].contains(&name).then(|| format!("/{name}")),
    on_request: &[],
    operations: Operations { create: Some(create), delete: Some(delete), ..READ_ONLY },
};

static V1: Shape = Shape {
    type_name: "accessPackageResourceRoleScope",
    members: &[
        req("id", Ty::Text),
        opt("createdDateTime", Ty::Instant),
        opt("role", Ty::Object(&resource_role::ROLE_V1)),
        opt("scope", Ty::Object(&resource_role::SCOPE_V1)),
    ],
};

static BETA: Shape = Shape {
    type_name: "accessPackageResourceRoleScope",
    members: &[
        req("id", Ty::Text),
        opt("createdBy", Ty::Text),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedBy", Ty::Text),
        opt("modifiedDateTime", Ty::Instant),
        opt("accessPackageResourceRole", Ty::Object(&resource_role::ROLE_BETA)),
        opt("accessPackageResourceScope", Ty::Object(&resource_role::SCOPE_BETA)),
    ],
};

static NAVIGATION_V1: [Navigation; 2] = [
    Navigation::one("role", Kind::ResourceRole, its_role),
    Navigation::one("scope", Kind::ResourceScope, its_scope),
];

static NAVIGATION_BETA: [Navigation; 2] = [
    Navigation::one("accessPackageResourceRole", Kind::ResourceRole, its_role),
    Navigation::one("accessPackageResourceScope", Kind::ResourceScope, its_scope),
];

const KEPT: &str = "kept:resourceRoleScopes";

fn shape(version: Version) -> &'static Shape {
    match version {
        Version::V1 => &V1,
        Version::Beta => &BETA,
    }
}

pub fn of_package<'a>(_: &'a Tenant, package: &'a Value) -> Vec<&'a Value> {
    inside(package, KEPT)
}

/// Whether a package gives a role of the resource.
pub fn is_used(tenant: &Tenant, resource: &str) -> bool {
    let gives = |role: &&Value| is(&role["kept:resource"]["id"], resource);
    tenant.list(Kind::AccessPackage).any(|package| inside(package, KEPT).iter().any(gives))
}

fn its_role<'a>(tenant: &'a Tenant, given: &'a Value) -> Vec<&'a Value> {
    part(tenant, given, "kept:roles", &given["kept:role"]["id"])
}

fn its_scope<'a>(tenant: &'a Tenant, given: &'a Value) -> Vec<&'a Value> {
    part(tenant, given, "kept:scopes", &given["kept:scope"]["id"])
}

fn part<'a>(tenant: &'a Tenant, given: &Value, list: &str, id: &Value) -> Vec<&'a Value> {
    let resource = given["kept:resource"]["id"].as_str().unwrap_or_default();
    let resource = tenant.get(Kind::Resource, resource);
    resource
        .into_iter()
        .flat_map(|resource| inside(resource, list))
        .filter(|part| part["id"] == *id)
        .collect()
}

fn view(view: &View, given: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = members(given, &["id", "createdDateTime"]);
    if view.version == Version::Beta {
        let member = |name: &str| given.get(name).cloned().unwrap_or_default();
        shown.insert("createdBy".to_owned(), member("beta:createdBy"));
        shown.insert("modifiedBy".to_owned(), member("beta:createdBy"));
        shown.insert("modifiedDateTime".to_owned(), member("createdDateTime"));
    }
    shown
}

fn create(write: &mut Write, body: Map<String, Value>) -> Result<String> {
    let body = check_object(shape(write.version), body, None, Strictness::Write)?;
    let (role, scope, of) = match write.version {
        Version::V1 => ("role", "scope", "resource"),
        Version::Beta => ("accessPackageResourceRole", "accessPackageResourceScope", "accessPackageResource"),
    };
    let needed =
        |name: &str| body.get(name).and_then(Value::as_object).ok_or_else(|| argument_null(name, ""));
    let (role, scope) = (needed(role)?, needed(scope)?);
    let resource = role.get(of).and_then(Value::as_object).ok_or_else(|| argument_null(of, ""))?;
    let named = text(resource, "id");
    if named.is_empty() {
        return Err(invalid_model(format!("/{of}/id"), "the role's resource is named by its id"));
    }
    let id = write.parent.clone().unwrap_or_default();
    let Some(Value::Object(package)) = write.tenant.get(Kind::AccessPackage, &id) else {
        return Err(not_found("accessPackage", &id));
    };
    let mut package = package.clone();
    let catalog = package.get("catalog").cloned().unwrap_or_default();
    let key = (Kind::Resource, named.to_ascii_lowercase());
    let known = write.tenant.get(Kind::Resource, named).filter(|_| !write.unseen.contains(&key));
    let known = known.ok_or_else(role_not_found)?;
    if known["kept:catalog"]["id"] != catalog["id"] {
        return Err(GraphError::new(
            400,
            "ResourceNotInCatalog",
            "The resource is not in the catalog of the access package.",
        ));
    }
    agrees(resource, known, &["originId", "originSystem"])?;
    let given = given(known, role, scope)?;
    let new = given["id"].as_str().unwrap_or_default().to_owned();
    let mut list = package.get(KEPT).and_then(Value::as_array).cloned().unwrap_or_default();
    if list.iter().any(|other| is(&other["id"], &new)) {
        return Err(GraphError::new(409, "DuplicateKey", "The access package gives this role already."));
    }
    let mut given = given;
    given["createdDateTime"] = write.tenant.stamp().into();
    list.push(given);
    package.insert(KEPT.to_owned(), list.into());
    write.tenant.put(Kind::AccessPackage, package);
    Ok(new)
}

/// The role of the resource that is meant, and its scope.
fn given(resource: &Value, role: &Map<String, Value>, scope: &Map<String, Value>) -> Result<Value> {
    let origin = text(role, "originId");
    if origin.is_empty() {
        return Err(invalid_model("/role/originId", "a role is named by its originId"));
    }
    let found = inside(resource, "kept:roles").into_iter().find(|role| is(&role["originId"], origin));
    let found = found.ok_or_else(role_not_found)?;
    let id = text(role, "id");
    // Beta lists roles that no package gives yet with an id of zeros.
    if !id.is_empty() && !is(&found["id"], id) && id != "00000000-0000-0000-0000-000000000000" {
        return Err(role_not_found());
    }
    agrees(role, found, &["originSystem"])?;
    let (id, origin) = (text(scope, "id"), text(scope, "originId"));
    let means = |scope: &&Value| {
        (id.is_empty() || is(&scope["id"], id)) && (origin.is_empty() || is(&scope["originId"], origin))
    };
    if id.is_empty() && origin.is_empty() {
        return Err(invalid_model("/scope/originId", "a scope is named by its originId"));
    }
    let scope_found = inside(resource, "kept:scopes").into_iter().find(means);
    let scope_found =
        scope_found.ok_or_else(|| GraphError::new(404, "ScopeNotFound", "The scope was not found."))?;
    agrees(scope, scope_found, &["originSystem"])?;
    let (role, scope) = (found["id"].clone(), scope_found["id"].clone());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(json!({
        "id": format!("{}_{}", text(&role), text(&scope)),
        "createdDateTime": null,
        "beta:createdBy": super::ACTOR,
        "kept:resource": { "id": resource["id"] },
        "kept:role": { "id": role },
        "kept:scope": { "id": scope },
    }))
}

/// What a body says besides the id has to be so.
fn agrees(written: &Map<String, Value>, known: &Value, names: &[&str]) -> Result<()> {
    for name in names {
        let said = text(written, name);
        if !said.is_empty() && !is(&known[*name], said) {
            return Err(invalid_model(format!("/{name}"), format!("the {name} is another")));
        }
    }
    Ok(())
}

fn delete(write: &mut Write, id: &str) -> Result<()> {
    let parent = write.parent.clone().unwrap_or_default();
    let Some(Value::Object(package)) = write.tenant.get(Kind::AccessPackage, &parent) else {
        return Err(not_found("accessPackage", &parent));
    };
    let mut package = package.clone();
    let list = package.get_mut(KEPT).and_then(Value::as_array_mut);
    let before = list.as_ref().map_or(0, |list| list.len());
    let left = list.map(|list| {
        list.retain(|given| !is(&given["id"], id));
        list.len()
    });
    if left.is_none_or(|left| left == before) {
        return Err(not_found(ENTITY.type_name, id));
    }
    write.tenant.put(Kind::AccessPackage, package);
    Ok(())
}

/// The roles that a package of a seed gives, each `{group | application | site: …, role?: …}`, an origin, or as
/// Graph shows it.
pub fn seed(write: &mut Write, package: &Map<String, Value>, list: Value) -> Result<Vec<Value>> {
    let items = match list {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items,
        _ => return Err(invalid_model("/resourceRoleScopes", "a collection is expected")),
    };
    let catalog = package.get("catalog").and_then(|catalog| catalog["id"].as_str()).unwrap_or_default();
    let now = package.get("createdDateTime").cloned().unwrap_or_default();
    let mut kept = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let place = format!("/resourceRoleScopes/{index}");
        let (resource, role) = meant(write.tenant, catalog, item, &place)?;
        let scopes = inside(resource, "kept:scopes");
        let scope = scopes.first().and_then(|scope| scope.as_object()).cloned().unwrap_or_default();
        let role = role.as_object().cloned().unwrap_or_default();
        let mut given = given(resource, &role, &scope)?;
        given["createdDateTime"].clone_from(&now);
        kept.push(given);
    }
    Ok(kept)
}

fn meant<'a>(tenant: &'a Tenant, catalog: &str, item: Value, place: &str) -> Result<(&'a Value, &'a Value)> {
    let wrong = |sentence: &str| invalid_model(place, sentence);
    let Value::Object(mut item) = item else { return Err(wrong("an object is expected")) };
    let mut role = item.shift_remove("role");
    if let Some(Value::Object(written)) = &role {
        // As Graph shows it: the role says its resource.
        let resource = written.get("resource").and_then(Value::as_object).cloned().unwrap_or_default();
        item.extend(resource.into_iter().filter(|(name, _)| name == "originId" || name == "originSystem"));
        role = written.get("originId").cloned();
    }
    seeded::take_origin(tenant, &mut item)?;
    let found = resource::by_origin(tenant, catalog, text(&item, "originSystem"), text(&item, "originId"));
    let found = found.ok_or_else(|| wrong("the catalog has no such resource"))?;
    let wanted = role.as_ref().and_then(Value::as_str).unwrap_or("Member");
    let means = |role: &&Value| is(&role["displayName"], wanted) || is(&role["originId"], wanted);
    let role = inside(found, "kept:roles").into_iter().find(means);
    Ok((found, role.ok_or_else(|| wrong("the resource has no such role"))?))
}

fn role_not_found() -> GraphError {
    GraphError::new(404, "RoleNotFound", "The role was not found.")
}

fn is(value: &Value, text: &str) -> bool {
    value.as_str().is_some_and(|value| value.eq_ignore_ascii_case(text))
}
