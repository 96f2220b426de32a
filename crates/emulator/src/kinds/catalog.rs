//! Catalogs: `catalogs` in v1.0, `accessPackageCatalogs` in beta, where `state` and `catalogType`
//! are text under other names and in another letter case.

use serde_json::{Map, Value};

use super::{
    Entity, Kind, Navigation, Operations, READ_ONLY, View, Write, Writes, fill, fill_origin, resource,
    resource_role, same_name, text, touch,
};
use crate::errors::{GraphError, Result, invalid_model, not_found};
use crate::message::Version;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req, unknown_members};

pub static ENTITY: Entity = Entity {
    type_name: "accessPackageCatalog",
    collection: |version| match version {
        Version::V1 => "catalogs",
        Version::Beta => "accessPackageCatalogs",
    },
    shape,
    navigation: |version| match version {
        Version::V1 => &NAVIGATION_V1,
        Version::Beta => &NAVIGATION_BETA,
    },
    view,
    pointer: |version, name| {
        same_name(version, name, &["id", "displayName", "description", "isExternallyVisible"])
    },
    on_request: &[],
    operations: Operations {
        create: Some(|write, body| {
            let checked = check_object(shape(write.version), body, None, Strictness::Write)?;
            let catalog = canonical(write, checked, Strictness::Write)?;
            Ok(write.tenant.put(Kind::Catalog, catalog).unwrap_or_default())
        }),
        update: Some(update),
        delete: Some(delete),
        seed: Some(|write, object| {
            let checked = check_object(&V1, object, None, Strictness::Seed)?;
            canonical(write, checked, Strictness::Seed)
        }),
        ..READ_ONLY
    },
};

/// What an expanded read may put beside the id of a catalog that is referred to.
pub const BESIDE_ID: &[&str] = &[
    "displayName",
    "description",
    "catalogType",
    "state",
    "catalogStatus",
    "isExternallyVisible",
    "createdDateTime",
    "modifiedDateTime",
    "createdBy",
    "modifiedBy",
];

const STATES: &[&str] = &["unpublished", "published"];
const TYPES: &[&str] = &["userManaged", "serviceDefault", "serviceManaged"];

static V1: Shape = Shape {
    type_name: "accessPackageCatalog",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("catalogType", Ty::Enum(TYPES)),
        opt("state", Ty::Enum(STATES)),
        opt("isExternallyVisible", Ty::Bool),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedDateTime", Ty::Instant),
    ],
};

static BETA: Shape = Shape {
    type_name: "accessPackageCatalog",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("catalogType", Ty::Words(&["UserManaged", "ServiceDefault", "ServiceManaged"])),
        opt("catalogStatus", Ty::Words(&["Unpublished", "Published"])),
        opt("isExternallyVisible", Ty::Bool),
        opt("createdBy", Ty::Text),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedBy", Ty::Text),
        opt("modifiedDateTime", Ty::Instant),
    ],
};

static NAVIGATION_V1: [Navigation; 5] = [
    PACKAGES,
    Navigation::many("customWorkflowExtensions", Kind::CustomWorkflowExtension, |tenant, catalog| {
        super::workflow_extension::of_catalog(tenant, catalog, false)
    })
    .with(Writes::Contained),
    Navigation::many("resources", Kind::Resource, resource::of_catalog).unordered(),
    Navigation::many("resourceRoles", Kind::ResourceRole, resource_role::roles_of_catalog).unordered(),
    Navigation::many("resourceScopes", Kind::ResourceScope, resource_role::scopes_of_catalog).unordered(),
];

static NAVIGATION_BETA: [Navigation; 6] = [
    PACKAGES,
    Navigation::many(
        "accessPackageCustomWorkflowExtensions",
        Kind::CustomWorkflowExtension,
        |tenant, catalog| super::workflow_extension::of_catalog(tenant, catalog, false),
    )
    .with(Writes::Contained),
    Navigation::many(
        "customAccessPackageWorkflowExtensions",
        Kind::CustomWorkflowExtension,
        |tenant, catalog| super::workflow_extension::of_catalog(tenant, catalog, true),
    )
    .with(Writes::Contained),
    Navigation::many("accessPackageResources", Kind::Resource, resource::of_catalog).unordered(),
    Navigation::many("accessPackageResourceRoles", Kind::ResourceRole, resource_role::roles_of_catalog)
        .unordered(),
    Navigation::many("accessPackageResourceScopes", Kind::ResourceScope, resource_role::scopes_of_catalog)
        .unordered(),
];

const PACKAGES: Navigation = Navigation::many("accessPackages", Kind::AccessPackage, |tenant, catalog| {
    tenant.children(Kind::AccessPackage, catalog["id"].as_str().unwrap_or_default())
});

fn shape(version: Version) -> &'static Shape {
    match version {
        Version::V1 => &V1,
        Version::Beta => &BETA,
    }
}

fn view(view: &View, catalog: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = Map::new();
    let member = |name: &str| catalog.get(name).cloned().unwrap_or_default();
    for name in ["id", "displayName", "description"] {
        shown.insert(name.to_owned(), member(name));
    }
    match view.version {
        Version::V1 => {
            for name in ["catalogType", "state"] {
                shown.insert(name.to_owned(), member(name));
            }
        }
        Version::Beta => {
            shown.insert("catalogType".to_owned(), pascal(text(catalog, "catalogType")).into());
            shown.insert("catalogStatus".to_owned(), pascal(text(catalog, "state")).into());
            shown.insert("createdBy".to_owned(), member("beta:createdBy"));
            shown.insert("modifiedBy".to_owned(), member("beta:modifiedBy"));
        }
    }
    for name in ["isExternallyVisible", "createdDateTime", "modifiedDateTime"] {
        shown.insert(name.to_owned(), member(name));
    }
    shown.extend(unknown_members(&V1, catalog).map(|(name, value)| (name.clone(), value.clone())));
    shown
}

fn canonical(
    write: &mut Write,
    body: Map<String, Value>,
    strictness: Strictness,
) -> Result<Map<String, Value>> {
    let mut catalog = renamed(body);
    if text(&catalog, "displayName").is_empty() {
        return Err(invalid_model("/displayName", "a catalog has a displayName"));
    }
    if matches!(strictness, Strictness::Write) {
        catalog.insert("catalogType".to_owned(), "userManaged".into());
    }
    fill(&mut catalog, "catalogType", "userManaged");
    fill(&mut catalog, "state", "published");
    fill(&mut catalog, "isExternallyVisible", false);
    fill_origin(write, &mut catalog, strictness);
    Ok(catalog)
}

fn update(write: &mut Write, id: &str, body: Map<String, Value>) -> Result<()> {
    let Some(Value::Object(existing)) = write.tenant.get(Kind::Catalog, id) else {
        return Err(not_found(ENTITY.type_name, id));
    };
    let mut catalog = existing.clone();
    let existing = Value::Object(existing.clone());
    let body = check_object(shape(write.version), body, Some(&existing), Strictness::Write)?;
    let mut changes = renamed(body);
    if changes.get("displayName").is_some_and(|name| name.as_str().is_none_or(str::is_empty)) {
        return Err(invalid_model("/displayName", "a catalog has a displayName"));
    }
    for read_only in ["id", "catalogType", "createdDateTime", "modifiedDateTime"] {
        changes.shift_remove(read_only);
    }
    catalog.extend(changes);
    touch(write, &mut catalog);
    write.tenant.put(Kind::Catalog, catalog);
    Ok(())
}

fn delete(write: &mut Write, id: &str) -> Result<()> {
    let catalog = write.tenant.get(Kind::Catalog, id);
    if catalog.is_some_and(|catalog| catalog["catalogType"] != "userManaged") {
        return Err(GraphError::new(400, "CatalogNotUserManaged", "A built-in catalog cannot be deleted."));
    }
    for (kind, what) in [
        (Kind::AccessPackage, "access packages"),
        (Kind::Resource, "resources"),
        (Kind::CustomWorkflowExtension, "custom extensions"),
    ] {
        if !write.tenant.children(kind, id).is_empty() {
            let message = format!("The catalog still has {what}.");
            return Err(GraphError::new(400, "CatalogNotEmpty", message));
        }
    }
    let assignments = write.tenant.children(Kind::RoleAssignment, id).into_iter();
    let assignments: Vec<String> =
        assignments.filter_map(|assignment| Some(assignment["id"].as_str()?.to_owned())).collect();
    for assignment in assignments {
        write.tenant.remove(Kind::RoleAssignment, &assignment);
    }
    write.tenant.remove(Kind::Catalog, id);
    Ok(())
}

/// Beta's names and letter case become those of v1.0.
fn renamed(body: Map<String, Value>) -> Map<String, Value> {
    let mut catalog = Map::new();
    for (name, value) in body {
        match (name.as_str(), value.as_str()) {
            ("catalogStatus", Some(word)) => catalog.insert("state".to_owned(), camel(word).into()),
            ("catalogType", Some(word)) => catalog.insert(name, camel(word).into()),
            ("createdBy" | "modifiedBy" | "catalogStatus", _) => None,
            _ => catalog.insert(name, value),
        };
    }
    catalog
}

/// `userManaged` as `UserManaged`.
pub fn pascal(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// `UserManaged` as `userManaged`.
pub fn camel(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}
