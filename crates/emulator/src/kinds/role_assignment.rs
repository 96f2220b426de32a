//! Who may do what in a catalog: the role assignments of entitlement management, and the built-in definitions of the
//! roles. They stand at `roleManagement`, and are the same in both versions.

use serde_json::{Map, Value, json};

use super::{
    Entity, Kind, Navigation, Operations, READ_ONLY, Write, fill_id, members, no_navigation, seeded, text,
};
use crate::errors::{GraphError, Result, bad_request, directory_not_found, invalid_model, not_found};
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "unifiedRoleAssignment",
    collection: |_| "roleAssignments",
    shape: |_| &ASSIGNMENT,
    navigation: |_| &NAVIGATION,
    view: |_, assignment| members(assignment, &["id", "principalId", "roleDefinitionId", "appScopeId"]),
    pointer: |_, name| Some(format!("/{name}")),
    on_request: &[],
    operations: Operations {
        create: Some(create),
        delete: Some(|write, id| {
            write.tenant.remove(Kind::RoleAssignment, id);
            Ok(())
        }),
        seed: Some(seed),
        ..READ_ONLY
    },
};

pub static DEFINITION: Entity = Entity {
    type_name: "unifiedRoleDefinition",
    collection: |_| "roleDefinitions",
    shape: |_| &DEFINITION_SHAPE,
    navigation: no_navigation,
    view: |_, definition| definition.clone(),
    pointer: |_, name| Some(format!("/{name}")),
    on_request: &[],
    operations: READ_ONLY,
};

static ASSIGNMENT: Shape = Shape {
    type_name: "unifiedRoleAssignment",
    members: &[
        req("id", Ty::Text),
        opt("principalId", Ty::Text),
        opt("roleDefinitionId", Ty::Text),
        opt("appScopeId", Ty::Text),
    ],
};

static DEFINITION_SHAPE: Shape = Shape {
    type_name: "unifiedRoleDefinition",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("isBuiltIn", Ty::Bool),
        opt("isEnabled", Ty::Bool),
        opt("templateId", Ty::Text),
        opt("version", Ty::Text),
    ],
};

static NAVIGATION: [Navigation; 2] = [
    Navigation::one("principal", Kind::DirectoryObject, |tenant, assignment| {
        let id = assignment["principalId"].as_str().unwrap_or_default();
        tenant.directory_object(id).map(|(_, object)| object).into_iter().collect()
    }),
    Navigation::one("roleDefinition", Kind::RoleDefinition, |tenant, assignment| {
        let id = assignment["roleDefinitionId"].as_str().unwrap_or_default();
        tenant.get(Kind::RoleDefinition, id).into_iter().collect()
    }),
];

/// The roles by id: the name that the service answers with, the name that people read, and what it allows.
const ROLES: [(&str, &str, &str, &[&str]); 5] = [
    (
        "ae79f266-94d4-4dab-b730-feca7e132178",
        "Catalog owner",
        "Catalog owner",
        &["microsoft.entitlementManagement/allEntities/allTasks"],
    ),
    (
        "44272f93-9762-48e8-af59-1b5351b1d6b3",
        "Catalog reader",
        "Catalog reader",
        &["microsoft.entitlementManagement/allEntities/Read"],
    ),
    (
        "7f480852-ebdc-47d4-87de-0d8498384a83",
        "AccessPackages manager",
        "Access package manager",
        &[
            "microsoft.entitlementManagement/AccessPackageCatalog/AccessPackage/allTasks",
            "microsoft.entitlementManagement/AccessPackageCatalog/allEntities/Read",
        ],
    ),
    (
        CREATOR,
        "Catalog creator",
        "Catalog creator",
        &["microsoft.entitlementManagement/AccessPackageCatalog/Create"],
    ),
    (
        "e2182095-804a-4656-ae11-64734e9b7ae5",
        "AccessPackage assignment manager",
        "Access package assignment manager",
        &[
            "microsoft.entitlementManagement/AccessPackageCatalog/AccessPackage/GrantRequests/allTasks",
            "microsoft.entitlementManagement/AccessPackageCatalog/AccessPackage/Grants/allTasks",
            "microsoft.entitlementManagement/AccessPackageCatalog/allEntities/Read",
        ],
    ),
];

/// The one role that is not of a catalog.
const CREATOR: &str = "ba92d953-d8e0-4e39-a797-0cbedb0a89e8";

/// How the scope of a catalog begins.
const CATALOG: &str = "/AccessPackageCatalog/";

/// Puts the built-in definitions into a tenant; they are no part of what is stored.
pub fn install(tenant: &mut Tenant) {
    for (id, name, _, actions) in ROLES {
        let definition = json!({
            "id": id,
            "displayName": name,
            "description": name,
            "isBuiltIn": true,
            "isEnabled": true,
            "templateId": id,
            "version": "1.0",
            "rolePermissions": [{ "allowedResourceActions": actions, "condition": null }],
        });
        if let Value::Object(definition) = definition {
            tenant.put(Kind::RoleDefinition, definition);
        }
    }
}

/// The id of the catalog in which a role is held.
pub fn catalog_of(assignment: &Value) -> Option<&str> {
    assignment["appScopeId"].as_str()?.strip_prefix(CATALOG)
}

fn create(write: &mut Write, body: Map<String, Value>) -> Result<String> {
    let mut assignment = check_object(&ASSIGNMENT, body, None, Strictness::Write)?;
    assignment.shift_remove("id");
    for name in ["principalId", "roleDefinitionId", "appScopeId"] {
        if text(&assignment, name).is_empty() {
            return Err(invalid_model(format!("/{name}"), "the member is missing"));
        }
    }
    let principal = text(&assignment, "principalId");
    match write.tenant.directory_object(principal) {
        Some((Kind::User | Kind::Group | Kind::ServicePrincipal, _)) => {}
        _ => return Err(directory_not_found(principal)),
    }
    let role = text(&assignment, "roleDefinitionId").to_owned();
    if write.tenant.get(Kind::RoleDefinition, &role).is_none() {
        return Err(not_found(DEFINITION.type_name, &role));
    }
    let scope = text(&assignment, "appScopeId").to_owned();
    match (scope.strip_prefix(CATALOG), role.eq_ignore_ascii_case(CREATOR)) {
        (Some(catalog), false) => {
            if write.tenant.get(Kind::Catalog, catalog).is_none() {
                return Err(not_found("accessPackageCatalog", catalog));
            }
        }
        (None, true) if scope == "/" => {}
        _ => return Err(bad_request(format!("The role cannot be assigned at the scope '{scope}'."))),
    }
    let same = |name: &str, other: &Value| {
        other[name].as_str().is_some_and(|text| text.eq_ignore_ascii_case(self::text(&assignment, name)))
    };
    let is_there = write
        .tenant
        .list(Kind::RoleAssignment)
        .any(|other| ["principalId", "roleDefinitionId", "appScopeId"].iter().all(|name| same(name, other)));
    if is_there {
        return Err(GraphError::new(409, "DuplicateKey", "The role assignment exists already."));
    }
    fill_id(write, &mut assignment);
    Ok(write.tenant.put(Kind::RoleAssignment, assignment).unwrap_or_default())
}

/// In a seed: as Graph has it, or `{catalog: …, role: …, user | group | servicePrincipal: …}`.
fn seed(write: &mut Write, mut object: Map<String, Value>) -> Result<Map<String, Value>> {
    if let Some(catalog) = object.shift_remove("catalog") {
        let catalog = seeded::find(write.tenant, "/catalog", &catalog, &[Kind::Catalog])?;
        object.insert("appScopeId".to_owned(), format!("{CATALOG}{catalog}").into());
    }
    if let Some(role) = object.shift_remove("role") {
        let named = role.as_str().unwrap_or_default();
        let is_meant = |(_, name, read, _): &&(&str, &str, &str, &[&str])| {
            name.eq_ignore_ascii_case(named) || read.eq_ignore_ascii_case(named)
        };
        let found = ROLES.iter().find(is_meant);
        let (id, ..) = found.ok_or_else(|| invalid_model("/role", format!("there is no role '{named}'")))?;
        object.insert("roleDefinitionId".to_owned(), (*id).into());
    }
    for word in ["user", "group", "servicePrincipal"] {
        if let Some(named) = object.shift_remove(word) {
            let id = seeded::find(write.tenant, &format!("/{word}"), &json!({ word: named }), &[])?;
            object.insert("principalId".to_owned(), id.into());
        }
    }
    let mut assignment = check_object(&ASSIGNMENT, object, None, Strictness::Seed)?;
    for name in ["principalId", "roleDefinitionId", "appScopeId"] {
        if text(&assignment, name).is_empty() {
            return Err(invalid_model(format!("/{name}"), "the member is missing"));
        }
    }
    if let Some(catalog) = text(&assignment, "appScopeId").strip_prefix(CATALOG)
        && write.tenant.get(Kind::Catalog, catalog).is_none()
    {
        return Err(not_found("accessPackageCatalog", catalog));
    }
    fill_id(write, &mut assignment);
    Ok(assignment)
}
