//! Access packages. Both versions call the collection `accessPackages`; beta names the catalog by
//! `catalogId`, v1.0 by a reference that is shown when expanded.

use serde_json::{Map, Value, json};

use super::{
    Entity, Kind, Navigation, Operations, READ_ONLY, View, Write, Writes, catalog, fill, fill_origin, inside,
    resource_role_scope, same_name, seeded, text, touch,
};
use crate::errors::{GraphError, Result, argument_null, invalid_model, not_found};
use crate::message::Version;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req, unknown_members};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "accessPackage",
    collection: |_| "accessPackages",
    shape,
    navigation: |version| match version {
        Version::V1 => &NAVIGATION_V1,
        Version::Beta => &NAVIGATION_BETA,
    },
    view,
    pointer: |version, name| match (version, name) {
        (Version::Beta, "catalogId") => Some("/catalog/id".to_owned()),
        _ => same_name(version, name, &["id", "displayName", "description", "isHidden"]),
    },
    on_request: &[],
    operations: Operations {
        create: Some(|write, body| {
            let checked = check_object(shape(write.version), body, None, Strictness::Write)?;
            let package = canonical(write, checked, Strictness::Write)?;
            Ok(write.tenant.put(Kind::AccessPackage, package).unwrap_or_default())
        }),
        update: Some(update),
        delete: Some(delete),
        seed: Some(seed),
        ..READ_ONLY
    },
};

/// What an expanded read may put beside the id of a package that is referred to.
pub const BESIDE_ID: &[&str] = &[
    "displayName",
    "description",
    "isHidden",
    "isRoleScopesVisible",
    "catalogId",
    "catalog",
    "accessPackageCatalog",
    "createdDateTime",
    "modifiedDateTime",
    "createdBy",
    "modifiedBy",
];

static V1: Shape = Shape {
    type_name: "accessPackage",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("isHidden", Ty::Bool),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedDateTime", Ty::Instant),
        opt("catalog", Ty::Reference(catalog::BESIDE_ID)),
    ],
};

static BETA: Shape = Shape {
    type_name: "accessPackage",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("isHidden", Ty::Bool),
        opt("isRoleScopesVisible", Ty::Bool),
        opt("catalogId", Ty::Text),
        opt("createdBy", Ty::Text),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedBy", Ty::Text),
        opt("modifiedDateTime", Ty::Instant),
    ],
};

static NAVIGATION_V1: [Navigation; 6] = [
    Navigation::one("catalog", Kind::Catalog, its_catalog),
    Navigation::many("assignmentPolicies", Kind::AssignmentPolicy, its_policies).unrouted(),
    Navigation::many("resourceRoleScopes", Kind::ResourceRoleScope, resource_role_scope::of_package)
        .unordered()
        .unordered()
        .with(Writes::Contained),
    INCOMPATIBLE_PACKAGES,
    INCOMPATIBLE_GROUPS,
    INCOMPATIBLE_WITH,
];

static NAVIGATION_BETA: [Navigation; 6] = [
    Navigation::one("accessPackageCatalog", Kind::Catalog, its_catalog),
    Navigation::many("accessPackageAssignmentPolicies", Kind::AssignmentPolicy, its_policies).unrouted(),
    Navigation::many(
        "accessPackageResourceRoleScopes",
        Kind::ResourceRoleScope,
        resource_role_scope::of_package,
    )
    .unordered()
    .with(Writes::Contained),
    INCOMPATIBLE_PACKAGES,
    INCOMPATIBLE_GROUPS,
    INCOMPATIBLE_WITH,
];

const INCOMPATIBLE_PACKAGES: Navigation =
    Navigation::many("incompatibleAccessPackages", Kind::AccessPackage, |tenant, package| {
        let references = inside(package, "kept:incompatibleAccessPackages").into_iter();
        references.filter_map(|other| tenant.get(Kind::AccessPackage, other["id"].as_str()?)).collect()
    })
    .unordered()
    .with(Writes::References(&["identityGovernance/entitlementManagement/accessPackages"]));

const INCOMPATIBLE_GROUPS: Navigation =
    Navigation::many("incompatibleGroups", Kind::Group, |tenant, package| {
        let references = inside(package, "kept:incompatibleGroups").into_iter();
        references.filter_map(|group| tenant.get(Kind::Group, group["id"].as_str()?)).collect()
    })
    .unordered()
    .with(Writes::References(&["groups"]));

const INCOMPATIBLE_WITH: Navigation =
    Navigation::many("accessPackagesIncompatibleWith", Kind::AccessPackage, |tenant, package| {
        let names_us = |other: &&Value| {
            inside(other, "kept:incompatibleAccessPackages").into_iter().any(|id| same_id(id, package))
        };
        tenant.list(Kind::AccessPackage).filter(names_us).collect()
    });

fn shape(version: Version) -> &'static Shape {
    match version {
        Version::V1 => &V1,
        Version::Beta => &BETA,
    }
}

fn its_catalog<'a>(tenant: &'a Tenant, package: &'a Value) -> Vec<&'a Value> {
    let id = Kind::AccessPackage.parent_of(package).unwrap_or_default();
    tenant.get(Kind::Catalog, id).into_iter().collect()
}

fn its_policies<'a>(tenant: &'a Tenant, package: &'a Value) -> Vec<&'a Value> {
    tenant.children(Kind::AssignmentPolicy, package["id"].as_str().unwrap_or_default())
}

fn view(view: &View, package: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = Map::new();
    let member = |name: &str| package.get(name).cloned().unwrap_or_default();
    for name in ["id", "displayName", "description", "isHidden"] {
        shown.insert(name.to_owned(), member(name));
    }
    if view.version == Version::Beta {
        shown.insert("isRoleScopesVisible".to_owned(), member("beta:isRoleScopesVisible"));
        let catalog_id = package.get("catalog").and_then(|catalog| catalog.get("id"));
        shown.insert("catalogId".to_owned(), catalog_id.cloned().unwrap_or_default());
        shown.insert("createdBy".to_owned(), member("beta:createdBy"));
        shown.insert("modifiedBy".to_owned(), member("beta:modifiedBy"));
    }
    for name in ["createdDateTime", "modifiedDateTime"] {
        shown.insert(name.to_owned(), member(name));
    }
    shown.extend(unknown_members(&V1, package).map(|(name, value)| (name.clone(), value.clone())));
    shown
}

fn canonical(
    write: &mut Write,
    body: Map<String, Value>,
    strictness: Strictness,
) -> Result<Map<String, Value>> {
    let mut package = renamed(body);
    if text(&package, "displayName").is_empty() {
        return Err(invalid_model("/displayName", "an access package has a displayName"));
    }
    let catalog = package.get("catalog").and_then(|catalog| catalog.get("id")).and_then(Value::as_str);
    let Some(catalog) = catalog else {
        return Err(argument_null("Id", "/catalog/id"));
    };
    if write.tenant.get(Kind::Catalog, catalog).is_none() {
        return Err(not_found("accessPackageCatalog", catalog));
    }
    fill(&mut package, "isHidden", false);
    fill(&mut package, "beta:isRoleScopesVisible", false);
    fill_origin(write, &mut package, strictness);
    Ok(package)
}

/// In a seed the roles and what it is incompatible with stand in the package itself.
fn seed(write: &mut Write, mut object: Map<String, Value>) -> Result<Map<String, Value>> {
    seeded::refer(write.tenant, &mut object, "catalog", Kind::Catalog)?;
    let scopes = object.shift_remove("resourceRoleScopes").unwrap_or_default();
    let packages = object.shift_remove("incompatibleAccessPackages").unwrap_or_default();
    let groups = object.shift_remove("incompatibleGroups").unwrap_or_default();
    let checked = check_object(&V1, object, None, Strictness::Seed)?;
    let mut package = canonical(write, checked, Strictness::Seed)?;
    let scopes = resource_role_scope::seed(write, &package, scopes)?;
    let packages =
        seeded::references(write.tenant, "/incompatibleAccessPackages", &packages, &[Kind::AccessPackage])?;
    let groups = seeded::references(write.tenant, "/incompatibleGroups", &groups, &[Kind::Group])?;
    for (name, list) in [
        ("kept:resourceRoleScopes", scopes),
        ("kept:incompatibleAccessPackages", packages),
        ("kept:incompatibleGroups", groups),
    ] {
        if !list.is_empty() {
            package.insert(name.to_owned(), list.into());
        }
    }
    Ok(package)
}

fn update(write: &mut Write, id: &str, body: Map<String, Value>) -> Result<()> {
    let Some(Value::Object(existing)) = write.tenant.get(Kind::AccessPackage, id) else {
        return Err(not_found(ENTITY.type_name, id));
    };
    let mut package = existing.clone();
    let existing = Value::Object(existing.clone());
    let body = check_object(shape(write.version), body, Some(&existing), Strictness::Write)?;
    let mut changes = renamed(body);
    if changes.get("displayName").is_some_and(|name| name.as_str().is_none_or(str::is_empty)) {
        return Err(invalid_model("/displayName", "an access package has a displayName"));
    }
    if changes.shift_remove("catalog").is_some_and(|catalog| !same_id(&catalog, &existing["catalog"])) {
        return Err(invalid_model("/catalog", "a package stays in its catalog"));
    }
    for read_only in ["id", "createdDateTime", "modifiedDateTime"] {
        changes.shift_remove(read_only);
    }
    package.extend(changes);
    touch(write, &mut package);
    write.tenant.put(Kind::AccessPackage, package);
    Ok(())
}

fn delete(write: &mut Write, id: &str) -> Result<()> {
    if !write.tenant.children(Kind::Assignment, id).is_empty() {
        return Err(GraphError::new(
            400,
            "AccessPackageHasAssignments",
            "The access package cannot be deleted while it has assignments.",
        ));
    }
    let policies: Vec<String> = write
        .tenant
        .children(Kind::AssignmentPolicy, id)
        .into_iter()
        .filter_map(|policy| Some(policy.get("id")?.as_str()?.to_owned()))
        .collect();
    for policy in policies {
        write.tenant.remove(Kind::AssignmentPolicy, &policy);
    }
    write.tenant.remove(Kind::AccessPackage, id);
    Ok(())
}

/// Whether two references mean one object.
pub fn same_id(left: &Value, right: &Value) -> bool {
    match (left["id"].as_str(), right["id"].as_str()) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
        _ => false,
    }
}

/// Beta's names become those of v1.0.
fn renamed(body: Map<String, Value>) -> Map<String, Value> {
    let mut package = Map::new();
    for (name, value) in body {
        match name.as_str() {
            "catalogId" if value.is_null() => None,
            "catalogId" => package.insert("catalog".to_owned(), json!({ "id": value })),
            "isRoleScopesVisible" => package.insert("beta:isRoleScopesVisible".to_owned(), value),
            "createdBy" | "modifiedBy" => None,
            _ => package.insert(name, value),
        };
    }
    package
}
