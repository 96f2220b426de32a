//! The resources of a catalog: read here, and made, changed and removed by resource requests alone. Roles and
//! scopes are kept inside; an object of the directory that is in two catalogs is two resources.

use serde_json::{Map, Value, json};

use super::{
    Entity, Kind, Navigation, Operations, READ_ONLY, View, Write, fill, fill_id, inside, members, origin,
    resource_attribute, resource_environment, resource_role, same_name, seeded, text,
};
use crate::errors::{Result, invalid_model};
use crate::message::Version;
use crate::random::derived_guid;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req, unknown_members};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "accessPackageResource",
    collection: |version| match version {
        Version::V1 => "resources",
        Version::Beta => "accessPackageResources",
    },
    shape,
    navigation: |version| match version {
        Version::V1 => &NAVIGATION_V1,
        Version::Beta => &NAVIGATION_BETA,
    },
    view,
    pointer: |version, name| {
        same_name(version, name, &["id", "displayName", "description", "originId", "originSystem"])
            .filter(|_| name != "attributes")
    },
    on_request: &[],
    operations: Operations { seed: Some(seed), ..READ_ONLY },
};

pub static V1: Shape = Shape {
    type_name: "accessPackageResource",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("originId", Ty::Text),
        opt("originSystem", Ty::Text),
        req("attributes", Ty::List(&Ty::Object(&resource_attribute::V1))),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedDateTime", Ty::Instant),
        opt("environment", Ty::Object(&resource_environment::V1)),
    ],
};

pub static BETA: Shape = Shape {
    type_name: "accessPackageResource",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("url", Ty::Text),
        opt("resourceType", Ty::Text),
        opt("originId", Ty::Text),
        opt("originSystem", Ty::Text),
        opt("isPendingOnboarding", Ty::Bool),
        opt("addedBy", Ty::Text),
        opt("addedOn", Ty::Instant),
        req("attributes", Ty::List(&Ty::Object(&resource_attribute::BETA))),
        opt("accessPackageResourceEnvironment", Ty::Object(&resource_environment::BETA)),
    ],
};

static NAVIGATION_V1: [Navigation; 3] = [
    Navigation::many("roles", Kind::ResourceRole, its_roles).unordered(),
    Navigation::many("scopes", Kind::ResourceScope, its_scopes),
    Navigation::one("environment", Kind::ResourceEnvironment, its_environment),
];

static NAVIGATION_BETA: [Navigation; 3] = [
    Navigation::many("accessPackageResourceRoles", Kind::ResourceRole, its_roles).unordered(),
    Navigation::many("accessPackageResourceScopes", Kind::ResourceScope, its_scopes),
    Navigation::one("accessPackageResourceEnvironment", Kind::ResourceEnvironment, its_environment),
];

pub fn shape(version: Version) -> &'static Shape {
    match version {
        Version::V1 => &V1,
        Version::Beta => &BETA,
    }
}

/// The resources of a catalog.
pub fn of_catalog<'a>(tenant: &'a Tenant, catalog: &Value) -> Vec<&'a Value> {
    tenant.children(Kind::Resource, catalog["id"].as_str().unwrap_or_default())
}

/// The resource of a catalog that is this object of this system.
pub fn by_origin<'a>(tenant: &'a Tenant, catalog: &str, system: &str, origin_id: &str) -> Option<&'a Value> {
    let is = |value: &Value, text: &str| value.as_str().is_some_and(|value| value.eq_ignore_ascii_case(text));
    let meant = |resource: &&Value| {
        is(&resource["originId"], origin_id) && (system.is_empty() || is(&resource["originSystem"], system))
    };
    tenant.children(Kind::Resource, catalog).into_iter().find(meant)
}

fn its_roles<'a>(_: &'a Tenant, resource: &'a Value) -> Vec<&'a Value> {
    inside(resource, "kept:roles")
}

fn its_scopes<'a>(_: &'a Tenant, resource: &'a Value) -> Vec<&'a Value> {
    inside(resource, "kept:scopes")
}

fn its_environment<'a>(tenant: &'a Tenant, resource: &'a Value) -> Vec<&'a Value> {
    let id = resource["kept:environment"]["id"].as_str().unwrap_or_default();
    tenant.get(Kind::ResourceEnvironment, id).into_iter().collect()
}

fn view(view: &View, resource: &Map<String, Value>) -> Map<String, Value> {
    let member = |name: &str| resource.get(name).cloned().unwrap_or_default();
    let mut shown = members(resource, &["id", "displayName", "description", "originSystem", "originId"]);
    let attributes = resource_attribute::shown(view.version, &member("attributes"));
    shown.insert("attributes".to_owned(), attributes);
    match view.version {
        Version::V1 => shown.extend(members(resource, &["createdDateTime", "modifiedDateTime"])),
        Version::Beta => {
            for (name, kept) in [
                ("url", "beta:url"),
                ("resourceType", "beta:resourceType"),
                ("addedBy", "beta:createdBy"),
                ("addedOn", "createdDateTime"),
            ] {
                shown.insert(name.to_owned(), member(kept));
            }
            shown.insert("isPendingOnboarding".to_owned(), false.into());
        }
    }
    shown.extend(unknown_members(&V1, resource).map(|(name, value)| (name.clone(), value.clone())));
    shown
}

/// Completes what is written with what the system of origin says. `written` has the names of v1.0.
pub fn canonical(
    write: &mut Write,
    written: &Map<String, Value>,
    catalog: &str,
    origin: &origin::Origin,
) -> Map<String, Value> {
    let mut resource = written.clone();
    let (system, origin_id) =
        (text(written, "originSystem").to_owned(), text(written, "originId").to_owned());
    resource.shift_remove("environment");
    fill_id(write, &mut resource);
    let id = text(&resource, "id").to_owned();
    // The directory's own name wins: nobody renames a group by adding it.
    let known = matches!(system.as_str(), origin::GROUP | origin::APPLICATION | origin::SITE);
    if known && !origin.display_name.is_null() {
        resource.insert("displayName".to_owned(), origin.display_name.clone());
    }
    fill(&mut resource, "displayName", origin.display_name.clone());
    fill(&mut resource, "description", origin.description.clone());
    fill(&mut resource, "attributes", Vec::<Value>::new());
    fill(&mut resource, "beta:resourceType", origin.resource_type.as_str());
    fill(&mut resource, "beta:url", origin.url.clone());
    let now = write.tenant.stamp();
    fill(&mut resource, "createdDateTime", now.clone());
    fill(&mut resource, "modifiedDateTime", now);
    fill(&mut resource, "beta:createdBy", super::ACTOR);
    fill(&mut resource, "kept:roles", origin::roles(&id, &system, &origin.roles));
    fill(&mut resource, "kept:scopes", vec![origin::root_scope(&id, &system, &origin_id)]);
    resource.insert("kept:catalog".to_owned(), json!({ "id": catalog }));
    resource
}

/// In a seed a resource says its catalog, and what it is by name or by id; roles and scopes may be given where
/// they are not what the origin would say.
fn seed(write: &mut Write, mut object: Map<String, Value>) -> Result<Map<String, Value>> {
    let catalog = object.shift_remove("catalog").unwrap_or_default();
    let catalog = seeded::find(write.tenant, "/catalog", &catalog, &[Kind::Catalog])?;
    seeded::take_origin(write.tenant, &mut object)?;
    let (roles, scopes) = (object.shift_remove("roles"), object.shift_remove("scopes"));
    let environment = object.shift_remove("environment");
    let mut checked = check_object(&V1, object, None, Strictness::Seed)?;
    for name in ["originSystem", "originId"] {
        if text(&checked, name).is_empty() {
            return Err(invalid_model(format!("/{name}"), format!("a resource has its {name}")));
        }
    }
    let (system, origin_id) =
        (text(&checked, "originSystem").to_owned(), text(&checked, "originId").to_owned());
    if by_origin(write.tenant, &catalog, &system, &origin_id).is_some() {
        return Err(invalid_model("/originId", "the catalog has this resource already"));
    }
    if !checked.contains_key("id") {
        let id = derived_guid(&["resource", &catalog, &system, &origin_id]);
        checked.shift_insert(0, "id".to_owned(), id.into());
    }
    let id = text(&checked, "id").to_owned();
    if let Some(roles) = roles {
        let roles = resource_role::seed(&id, &system, &roles, "role")?;
        checked.insert("kept:roles".to_owned(), roles.into());
    }
    if let Some(scopes) = scopes {
        let scopes = resource_role::seed(&id, &system, &scopes, "scope")?;
        checked.insert("kept:scopes".to_owned(), scopes.into());
    }
    if let Some(environment) = environment {
        let environment =
            seeded::find(write.tenant, "/environment", &environment, &[Kind::ResourceEnvironment])?;
        checked.insert("kept:environment".to_owned(), json!({ "id": environment }));
    }
    resource_attribute::complete(write, &mut checked);
    let origin = origin::find(write.tenant, &system, &origin_id);
    let origin = origin.unwrap_or_else(|| origin::unknown(&system, &origin_id));
    Ok(canonical(write, &checked, &catalog, &origin))
}
