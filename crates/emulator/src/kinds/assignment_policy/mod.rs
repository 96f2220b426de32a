//! Assignment policies: `assignmentPolicies` in v1.0, `accessPackageAssignmentPolicies` in beta.
//!
//! A write is checked against the shape of its version (`v1`, `beta`), made canonical (`from_beta`),
//! held against the tenant (`check`) and completed (`complete`). PUT replaces; nothing of the old
//! policy stays but its id and who made it when. There is no PATCH.

mod beta;
mod check;
mod complete;
mod from_beta;
mod to_beta;
mod v1;

use serde_json::{Map, Value, json};

use super::{
    Entity, Kind, Navigation, Operations, READ_ONLY, View, Write, access_package, contained, fill_origin,
    no_navigation, same_name, seeded, text,
};
use crate::ExistingConnectedOrganizations;
use crate::errors::{Result, argument_null, invalid_model, not_found};
use crate::message::Version;
use crate::shape::{Shape, Strictness, UNKNOWN_FUTURE_VALUE, check_object, strip_hidden, unknown_members};
use crate::store::Tenant;

pub use from_beta::question as question_from_beta;
pub use to_beta::question as question_to_beta;
pub use v1::EXPIRATION;

/// The kinds of question, which attributes of resources ask too.
pub const QUESTIONS_V1: &[&Shape] = &[&v1::TEXT_QUESTION, &v1::CHOICE_QUESTION];
pub const QUESTIONS_BETA: &[&Shape] = &[&beta::TEXT_QUESTION, &beta::CHOICE_QUESTION];

pub static ENTITY: Entity = Entity {
    type_name: "accessPackageAssignmentPolicy",
    collection: |version| match version {
        Version::V1 => "assignmentPolicies",
        Version::Beta => "accessPackageAssignmentPolicies",
    },
    shape,
    navigation: |version| match version {
        Version::V1 => &NAVIGATION_V1,
        Version::Beta => &NAVIGATION_BETA,
    },
    view: |view, policy| match view.version {
        Version::V1 => view_v1(view, policy),
        Version::Beta => view_beta(view, policy),
    },
    pointer: |version, name| match (version, name) {
        (Version::V1, "allowedTargetScope") => None,
        (Version::Beta, "accessPackageId") => Some("/accessPackage/id".to_owned()),
        _ => same_name(
            version,
            name,
            &["id", "displayName", "description", "createdDateTime", "modifiedDateTime"],
        ),
    },
    on_request: &[],
    operations: Operations {
        create: Some(create),
        replace: Some(replace),
        delete: Some(|write, id| {
            write.tenant.remove(Kind::AssignmentPolicy, id);
            Ok(())
        }),
        seed: Some(seed),
        ..READ_ONLY
    },
};

pub static QUESTION: Entity = Entity {
    type_name: "accessPackageQuestion",
    collection: contained,
    shape: |_| &v1::TEXT_QUESTION,
    navigation: no_navigation,
    view: |view, question| present(view, question.clone()),
    pointer: |_, name| Some(format!("/{name}")),
    on_request: &[],
    operations: READ_ONLY,
};

pub static STAGE_SETTING: Entity = Entity {
    type_name: "customExtensionStageSetting",
    collection: contained,
    shape: |_| &v1::STAGE_SETTING,
    navigation: |_| &EXTENSION,
    view: view_stage,
    pointer: |_, name| Some(format!("/{name}")),
    on_request: &[],
    operations: READ_ONLY,
};

pub static HANDLER: Entity = Entity {
    type_name: "customExtensionHandler",
    collection: contained,
    shape: |_| &beta::HANDLER,
    navigation: |_| &EXTENSION,
    view: view_stage,
    pointer: |_, name| Some(format!("/{name}")),
    on_request: &[],
    operations: READ_ONLY,
};

const REVIEW_ENDS: &[&str] = &["keepAccess", "removeAccess", "acceptAccessRecommendation"];

const EXTENSION_STAGES: &[&str] = &[
    "assignmentRequestCreated",
    "assignmentRequestApproved",
    "assignmentRequestGranted",
    "assignmentRequestRemoved",
    "assignmentFourteenDaysBeforeExpiration",
    "assignmentOneDayBeforeExpiration",
];

/// Members whose order means nothing, in either version.
const SETS: &[&str] = &[
    "specificAllowedTargets",
    "onBehalfRequestors",
    "primaryApprovers",
    "fallbackPrimaryApprovers",
    "escalationApprovers",
    "fallbackEscalationApprovers",
    "primaryReviewers",
    "fallbackReviewers",
    "daysOfWeek",
    "localizations",
    "allowedRequestors",
    "reviewers",
    "localizedTexts",
    "issuers",
];

static NAVIGATION_V1: [Navigation; 4] = [
    Navigation::one("accessPackage", Kind::AccessPackage, its_package),
    Navigation::one("catalog", Kind::Catalog, its_catalog),
    Navigation::many("questions", Kind::Question, |_, policy| {
        policy["questions"].as_array().into_iter().flatten().collect()
    }),
    STAGE_SETTINGS,
];

static NAVIGATION_BETA: [Navigation; 4] = [
    Navigation::one("accessPackage", Kind::AccessPackage, its_package),
    Navigation::one("accessPackageCatalog", Kind::Catalog, its_catalog),
    STAGE_SETTINGS,
    Navigation::many("customExtensionHandlers", Kind::CustomExtensionHandler, |_, policy| {
        policy["beta:customExtensionHandlers"].as_array().into_iter().flatten().collect()
    }),
];

const STAGE_SETTINGS: Navigation =
    Navigation::many("customExtensionStageSettings", Kind::CustomExtensionStageSetting, |_, policy| {
        policy["customExtensionStageSettings"].as_array().into_iter().flatten().collect()
    });

static EXTENSION: [Navigation; 1] =
    [Navigation::one("customExtension", Kind::CustomWorkflowExtension, |tenant, setting| {
        let id = setting["customExtension"]["id"].as_str().unwrap_or_default();
        tenant.get(Kind::CustomWorkflowExtension, id).into_iter().collect()
    })];

fn shape(version: Version) -> &'static Shape {
    match version {
        Version::V1 => &v1::POLICY,
        Version::Beta => &beta::POLICY,
    }
}

fn its_package<'a>(tenant: &'a Tenant, policy: &'a Value) -> Vec<&'a Value> {
    let id = Kind::AssignmentPolicy.parent_of(policy).unwrap_or_default();
    tenant.get(Kind::AccessPackage, id).into_iter().collect()
}

fn its_catalog<'a>(tenant: &'a Tenant, policy: &'a Value) -> Vec<&'a Value> {
    let packages = its_package(tenant, policy).into_iter();
    packages.filter_map(|package| tenant.get(Kind::Catalog, package["catalog"]["id"].as_str()?)).collect()
}

fn create(write: &mut Write, body: Map<String, Value>) -> Result<String> {
    check::package_is_named(write.version, &body)?;
    let body = check_object(shape(write.version), body, None, Strictness::Write)?;
    check::body(write.version, &body)?;
    let mut policy = canonical(write.version, body);
    let named = package_id(&policy);
    let package = write.tenant.get(Kind::AccessPackage, &named);
    let package = package.ok_or_else(|| not_found("accessPackage", &named))?;
    policy.insert("accessPackage".to_owned(), json!({ "id": package["id"] }));
    check::canonical(write.tenant, &mut policy, None)?;
    complete::complete(write, &mut policy, false);
    fill_origin(write, &mut policy, Strictness::Write);
    Ok(write.tenant.put(Kind::AssignmentPolicy, policy).unwrap_or_default())
}

fn replace(write: &mut Write, id: &str, body: Map<String, Value>) -> Result<()> {
    let Some(Value::Object(existing)) = write.tenant.get(Kind::AssignmentPolicy, id) else {
        return Err(not_found(ENTITY.type_name, id));
    };
    let existing = existing.clone();
    let mut as_read = match write.version {
        Version::V1 => Value::Object(existing.clone()),
        Version::Beta => Value::Object(to_beta::to_beta(&existing)),
    };
    strip_hidden(&mut as_read);
    check::package_is_named(write.version, &body)?;
    let body = check_object(shape(write.version), body, Some(&as_read), Strictness::Write)?;
    check::body(write.version, &body)?;
    if body
        .get("id")
        .is_some_and(|written| !written.as_str().is_some_and(|written| written.eq_ignore_ascii_case(id)))
    {
        return Err(invalid_model("/id", "the body is of another policy"));
    }
    let mut policy = canonical(write.version, body);
    let same = access_package::same_id(&policy["accessPackage"], &existing["accessPackage"]);
    if !same {
        return Err(invalid_model("/accessPackage/id", "a policy stays in its package"));
    }
    check::canonical(write.tenant, &mut policy, existing["id"].as_str())?;
    complete::complete(write, &mut policy, false);
    for kept in ["accessPackage", "createdDateTime", "beta:createdBy"] {
        policy.insert(kept.to_owned(), existing[kept].clone());
    }
    policy.shift_insert(0, "id".to_owned(), existing["id"].clone());
    super::touch(write, &mut policy);
    write.tenant.put(Kind::AssignmentPolicy, policy);
    Ok(())
}

/// A seed is a v1.0 object as a live estate may hold it: unknown members, subjects that are gone.
/// The members that only beta has may stand in it under beta's names.
fn seed(write: &mut Write, mut object: Map<String, Value>) -> Result<Map<String, Value>> {
    seeded::refer(write.tenant, &mut object, "accessPackage", Kind::AccessPackage)?;
    let mut beta_only = Map::new();
    for name in ["verifiableCredentialSettings", "customExtensionHandlers", "createdBy", "modifiedBy"] {
        if let Some(value) = object.shift_remove(name) {
            beta_only.insert(name.to_owned(), value);
        }
    }
    let mut policy = check_object(&v1::POLICY, object, None, Strictness::Seed)?;
    let beta_only = check_object(&beta::POLICY, beta_only, None, Strictness::Seed)?;
    policy.extend(beta_only.into_iter().map(|(name, value)| (format!("beta:{name}"), value)));
    policy.shift_remove("catalog");
    let package = package_id(&policy);
    if package.is_empty() {
        return Err(argument_null("Id", "/accessPackage/id"));
    }
    if write.tenant.get(Kind::AccessPackage, &package).is_none() {
        return Err(not_found("accessPackage", &package));
    }
    if text(&policy, "displayName").is_empty() {
        return Err(invalid_model("/displayName", "a policy has a displayName"));
    }
    complete::complete(write, &mut policy, true);
    fill_origin(write, &mut policy, Strictness::Seed);
    Ok(policy)
}

/// A checked body in the form that the store keeps, without what only the service writes.
fn canonical(version: Version, mut body: Map<String, Value>) -> Map<String, Value> {
    let read_only = ["id", "createdDateTime", "modifiedDateTime", "createdBy", "modifiedBy", "catalog"];
    body.retain(|name, _| !read_only.contains(&name.as_str()));
    match version {
        Version::V1 => body,
        Version::Beta => from_beta::from_beta(&body),
    }
}

fn package_id(policy: &Map<String, Value>) -> String {
    policy.get("accessPackage").and_then(|package| package["id"].as_str()).unwrap_or_default().to_owned()
}

fn view_v1(view: &View, policy: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = Map::new();
    for name in [
        "id",
        "displayName",
        "description",
        "allowedTargetScope",
        "createdDateTime",
        "modifiedDateTime",
        "specificAllowedTargets",
        "automaticRequestSettings",
        "expiration",
        "requestorSettings",
        "requestApprovalSettings",
        "reviewSettings",
        "notificationSettings",
    ] {
        shown.insert(name.to_owned(), policy.get(name).cloned().unwrap_or_default());
    }
    if policy.contains_key("beta:scopeType") {
        let word = match view.existing_connected_organizations {
            ExistingConnectedOrganizations::AllConfiguredConnectedOrganizationUsers => {
                "allConfiguredConnectedOrganizationUsers"
            }
            ExistingConnectedOrganizations::NotSpecified => "notSpecified",
            ExistingConnectedOrganizations::UnknownFutureValue => UNKNOWN_FUTURE_VALUE,
        };
        shown.insert("allowedTargetScope".to_owned(), word.into());
    }
    let unknown = unknown_members(&v1::POLICY, policy).map(|(name, value)| (name.clone(), value.clone()));
    let mut shown = present(view, shown);
    shown.extend(unknown);
    shown
}

fn view_beta(view: &View, policy: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = to_beta::to_beta(policy);
    for navigation in ["customExtensionStageSettings", "customExtensionHandlers"] {
        shown.shift_remove(navigation);
    }
    let unknown: Vec<String> = unknown_members(&beta::POLICY, &shown).map(|(name, _)| name.clone()).collect();
    let mut aside = Map::new();
    for name in unknown {
        let value = shown.shift_remove(&name).unwrap_or_default();
        aside.insert(name, value);
    }
    let mut shown = present(view, shown);
    shown.extend(aside);
    shown
}

fn view_stage(_view: &View, setting: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = setting.clone();
    shown.shift_remove("customExtension");
    shown
}

/// The last touch before a policy is shown: nothing of the store's own, names of the objects that
/// subjects refer to, and sets in no particular order.
fn present(view: &View, shown: Map<String, Value>) -> Map<String, Value> {
    let mut shown = Value::Object(shown);
    strip_hidden(&mut shown);
    dress(view, &mut shown);
    match shown {
        Value::Object(shown) => shown,
        _ => Map::new(),
    }
}

fn dress(view: &View, value: &mut Value) {
    match value {
        Value::Object(object) => {
            describe(view, object);
            for (name, member) in object.iter_mut() {
                dress(view, member);
                if SETS.contains(&name.as_str())
                    && let Value::Array(items) = member
                {
                    *member = view.shuffled(std::mem::take(items));
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| dress(view, item)),
        _ => {}
    }
}

/// The service fills a subject's description with the display name of the object it refers to.
fn describe(view: &View, object: &mut Map<String, Value>) {
    let (kind, v1_id) = match text(object, "@odata.type") {
        "#microsoft.graph.singleUser" => (Kind::User, "userId"),
        "#microsoft.graph.groupMembers" => (Kind::Group, "groupId"),
        "#microsoft.graph.connectedOrganizationMembers" => {
            (Kind::ConnectedOrganization, "connectedOrganizationId")
        }
        "#microsoft.graph.singleServicePrincipal" => (Kind::ServicePrincipal, "servicePrincipalId"),
        _ => return,
    };
    let id = match view.version {
        Version::V1 => text(object, v1_id),
        Version::Beta => text(object, "id"),
    };
    let name = view.tenant.get(kind, id).map(|referred| referred["displayName"].clone());
    object.insert("description".to_owned(), name.unwrap_or_else(|| Value::Null));
}
