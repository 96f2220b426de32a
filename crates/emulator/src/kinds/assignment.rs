//! Assignments: who holds a package, and by which policy. Read alone; the tool asks so as to know
//! whether a policy is in use. The two versions share hardly a name.

use serde_json::{Map, Value, json};

use super::{
    Entity, Kind, Navigation, Operations, READ_ONLY, View, Write, catalog::pascal, contained, fill,
    no_navigation, text,
};
use crate::errors::{Result, invalid_model, not_found};
use crate::message::Version;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req, unknown_members};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "accessPackageAssignment",
    collection: |version| match version {
        Version::V1 => "assignments",
        Version::Beta => "accessPackageAssignments",
    },
    shape: |version| match version {
        Version::V1 => &V1,
        Version::Beta => &BETA,
    },
    navigation: |version| match version {
        Version::V1 => &NAVIGATION_V1,
        Version::Beta => &NAVIGATION_BETA,
    },
    view,
    pointer: |version, name| match (version, name) {
        (_, "id") => Some("/id".to_owned()),
        (Version::V1, "assignmentState") => Some("/state".to_owned()),
        (Version::V1, _) => Some(format!("/{name}")),
        (Version::Beta, "accessPackageId") => Some("/accessPackage/id".to_owned()),
        (Version::Beta, "assignmentPolicyId") => Some("/assignmentPolicy/id".to_owned()),
        (Version::Beta, "targetId") => Some("/target/id".to_owned()),
        (Version::Beta, _) => None,
    },
    on_request: &[],
    operations: Operations { seed: Some(seed), ..READ_ONLY },
};

pub static SUBJECT: Entity = Entity {
    type_name: "accessPackageSubject",
    collection: contained,
    shape: |version| match version {
        Version::V1 => &SUBJECT_V1,
        Version::Beta => &SUBJECT_BETA,
    },
    navigation: no_navigation,
    view: subject_view,
    pointer: |version, name| match (version, name) {
        (Version::Beta, "type") => None,
        _ => Some(format!("/{name}")),
    },
    on_request: &[],
    operations: READ_ONLY,
};

const STATES: &[&str] = &["delivering", "partiallyDelivered", "delivered", "expired", "deliveryFailed"];

static V1: Shape = Shape {
    type_name: "accessPackageAssignment",
    members: &[
        req("id", Ty::Text),
        opt("state", Ty::Enum(STATES)),
        // The reference filters by this name in both versions.
        opt("assignmentState", Ty::Words(STATES)),
        opt("status", Ty::Text),
        opt("expiredDateTime", Ty::Instant),
        opt("schedule", Ty::Object(&SCHEDULE)),
        opt("accessPackage", Ty::Reference(&[])),
        opt("assignmentPolicy", Ty::Reference(&[])),
        opt("target", Ty::Object(&SUBJECT_V1)),
    ],
};

static BETA: Shape = Shape {
    type_name: "accessPackageAssignment",
    members: &[
        req("id", Ty::Text),
        opt("catalogId", Ty::Text),
        opt("accessPackageId", Ty::Text),
        opt("assignmentPolicyId", Ty::Text),
        opt("targetId", Ty::Text),
        opt("assignmentStatus", Ty::Text),
        opt("assignmentState", Ty::Words(STATES)),
        opt("isExtended", Ty::Bool),
        opt("expiredDateTime", Ty::Instant),
    ],
};

static SCHEDULE: Shape = Shape {
    type_name: "entitlementManagementSchedule",
    members: &[
        opt("startDateTime", Ty::Instant),
        opt("expiration", Ty::Object(&super::assignment_policy::EXPIRATION)),
    ],
};

static SUBJECT_V1: Shape = Shape {
    type_name: "accessPackageSubject",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("email", Ty::Text),
        opt("objectId", Ty::Text),
        opt("onPremisesSecurityIdentifier", Ty::Text),
        opt("principalName", Ty::Text),
        opt("subjectType", Ty::Enum(&["notSpecified", "user", "servicePrincipal"])),
    ],
};

static SUBJECT_BETA: Shape = Shape {
    type_name: "accessPackageSubject",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("email", Ty::Text),
        opt("objectId", Ty::Text),
        opt("onPremisesSecurityIdentifier", Ty::Text),
        opt("principalName", Ty::Text),
        opt("type", Ty::Text),
    ],
};

static NAVIGATION_V1: [Navigation; 3] = [
    Navigation::one("accessPackage", Kind::AccessPackage, its_package),
    Navigation::one("assignmentPolicy", Kind::AssignmentPolicy, its_policy),
    TARGET,
];

static NAVIGATION_BETA: [Navigation; 3] = [
    Navigation::one("accessPackage", Kind::AccessPackage, its_package),
    Navigation::one("accessPackageAssignmentPolicy", Kind::AssignmentPolicy, its_policy),
    TARGET,
];

const TARGET: Navigation =
    Navigation::one("target", Kind::Subject, |_, assignment| assignment.get("target").into_iter().collect());

fn its_package<'a>(tenant: &'a Tenant, assignment: &'a Value) -> Vec<&'a Value> {
    let id = assignment["accessPackage"]["id"].as_str().unwrap_or_default();
    tenant.get(Kind::AccessPackage, id).into_iter().collect()
}

fn its_policy<'a>(tenant: &'a Tenant, assignment: &'a Value) -> Vec<&'a Value> {
    let id = assignment["assignmentPolicy"]["id"].as_str().unwrap_or_default();
    tenant.get(Kind::AssignmentPolicy, id).into_iter().collect()
}

fn view(view: &View, assignment: &Map<String, Value>) -> Map<String, Value> {
    let member = |name: &str| assignment.get(name).cloned().unwrap_or_default();
    let reference = |name: &str| {
        assignment.get(name).and_then(|reference| reference.get("id")).cloned().unwrap_or_default()
    };
    let mut shown = Map::new();
    shown.insert("id".to_owned(), member("id"));
    match view.version {
        Version::V1 => {
            for name in ["state", "status", "expiredDateTime", "schedule"] {
                shown.insert(name.to_owned(), member(name));
            }
        }
        Version::Beta => {
            let package = view.tenant.get(Kind::AccessPackage, text_of(&reference("accessPackage")));
            let catalog = package.map(|package| package["catalog"]["id"].clone());
            shown.insert("catalogId".to_owned(), catalog.unwrap_or_default());
            shown.insert("accessPackageId".to_owned(), reference("accessPackage"));
            shown.insert("assignmentPolicyId".to_owned(), reference("assignmentPolicy"));
            shown.insert("targetId".to_owned(), reference("target"));
            shown.insert("assignmentStatus".to_owned(), member("status"));
            shown.insert("assignmentState".to_owned(), pascal(text(assignment, "state")).into());
            shown.insert("isExtended".to_owned(), false.into());
            shown.insert("expiredDateTime".to_owned(), member("expiredDateTime"));
        }
    }
    shown.extend(unknown_members(&V1, assignment).map(|(name, value)| (name.clone(), value.clone())));
    shown
}

fn subject_view(view: &View, subject: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = subject.clone();
    if view.version == Version::Beta
        && let Some(Value::String(word)) = shown.shift_remove("subjectType")
    {
        shown.insert("type".to_owned(), pascal(&word).into());
    }
    shown
}

fn seed(write: &mut Write, object: Map<String, Value>) -> Result<Map<String, Value>> {
    let mut assignment = check_object(&V1, object, None, Strictness::Seed)?;
    for (name, kind) in [("accessPackage", Kind::AccessPackage), ("assignmentPolicy", Kind::AssignmentPolicy)]
    {
        let id = assignment.get(name).and_then(|reference| reference["id"].as_str());
        let Some(id) = id else {
            return Err(invalid_model(format!("/{name}"), "an assignment says its package and its policy"));
        };
        if write.tenant.get(kind, id).is_none() {
            return Err(not_found(kind.entity().type_name, id));
        }
    }
    if !assignment.contains_key("id") {
        let id = write.tenant.new_id();
        assignment.shift_insert(0, "id".to_owned(), id.into());
    }
    fill(&mut assignment, "state", "delivered");
    let status = pascal(text(&assignment, "state"));
    fill(&mut assignment, "status", status);
    for unused in ["expiredDateTime", "schedule"] {
        fill(&mut assignment, unused, Value::Null);
    }
    let target = seed_target(write, assignment.get("target").cloned().unwrap_or_default());
    assignment.insert("target".to_owned(), target);
    Ok(assignment)
}

/// A target that names a user or service principal of the tenant by `objectId` shows what it is.
fn seed_target(write: &mut Write, target: Value) -> Value {
    let Value::Object(mut target) = target else { return json!({ "id": write.tenant.new_id() }) };
    let object_id = text(&target, "objectId").to_owned();
    if let Some((kind, object)) = write.tenant.directory_object(&object_id) {
        let name = object["displayName"].clone();
        let (mail, principal) = (object["mail"].clone(), object["userPrincipalName"].clone());
        fill(&mut target, "displayName", name);
        fill(&mut target, "email", mail);
        fill(&mut target, "principalName", principal);
        fill(&mut target, "subjectType", if kind == Kind::User { "user" } else { "servicePrincipal" });
    }
    if !target.contains_key("id") {
        let id = write.tenant.new_id();
        target.shift_insert(0, "id".to_owned(), id.into());
    }
    Value::Object(target)
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
