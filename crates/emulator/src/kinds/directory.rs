//! Users, groups, service principals and applications: read alone, and the same in both versions. Users and groups
//! have properties that come only when they are selected.

use serde_json::{Map, Value};

use super::{Entity, Operations, Pointer, READ_ONLY, View, Write, contained, fill, no_navigation, text};
use crate::errors::{Result, invalid_model};
use crate::random::derived_guid;
use crate::shape::{Shape, Strictness, Ty, check_object, is_hidden, opt, req};

pub static USER: Entity = Entity {
    type_name: "user",
    collection: |_| "users",
    shape: |_| &USER_SHAPE,
    navigation: no_navigation,
    view,
    pointer: POINTER,
    on_request: &[
        "accountEnabled",
        "companyName",
        "createdDateTime",
        "creationType",
        "department",
        "deletedDateTime",
        "employeeId",
        "externalUserState",
        "userType",
    ],
    operations: Operations { seed: Some(|write, object| seed(&USER_SHAPE, write, object)), ..READ_ONLY },
};

pub static GROUP: Entity = Entity {
    type_name: "group",
    collection: |_| "groups",
    shape: |_| &GROUP_SHAPE,
    navigation: no_navigation,
    view,
    pointer: POINTER,
    on_request: &["resourceProvisioningOptions"],
    operations: Operations { seed: Some(seed_group), ..READ_ONLY },
};

pub static SERVICE_PRINCIPAL: Entity = Entity {
    type_name: "servicePrincipal",
    collection: |_| "servicePrincipals",
    shape: |_| &SERVICE_PRINCIPAL_SHAPE,
    navigation: no_navigation,
    view,
    pointer: POINTER,
    on_request: &[],
    operations: Operations {
        seed: Some(|write, object| {
            let mut principal = seed(&SERVICE_PRINCIPAL_SHAPE, write, object)?;
            complete_roles(&mut principal);
            Ok(principal)
        }),
        ..READ_ONLY
    },
};

pub static APPLICATION: Entity = Entity {
    type_name: "application",
    collection: |_| "applications",
    shape: |_| &APPLICATION_SHAPE,
    navigation: no_navigation,
    view,
    pointer: POINTER,
    on_request: &[],
    operations: Operations {
        seed: Some(|write, object| {
            let mut application = seed(&APPLICATION_SHAPE, write, object)?;
            complete_roles(&mut application);
            Ok(application)
        }),
        ..READ_ONLY
    },
};

pub static DIRECTORY_OBJECT: Entity = Entity {
    type_name: "directoryObject",
    collection: contained,
    shape: |_| &DIRECTORY_OBJECT_SHAPE,
    navigation: no_navigation,
    view: typed_view,
    pointer: POINTER,
    on_request: &[],
    operations: READ_ONLY,
};

static USER_SHAPE: Shape = Shape {
    type_name: "user",
    members: &[
        req("id", Ty::Text),
        opt("deletedDateTime", Ty::Instant),
        opt("displayName", Ty::Text),
        opt("givenName", Ty::Text),
        opt("surname", Ty::Text),
        opt("userPrincipalName", Ty::Text),
        opt("mail", Ty::Text),
        opt("mobilePhone", Ty::Text),
        req("businessPhones", Ty::List(&Ty::Text)),
        opt("jobTitle", Ty::Text),
        opt("officeLocation", Ty::Text),
        opt("preferredLanguage", Ty::Text),
        opt("accountEnabled", Ty::Bool),
        opt("companyName", Ty::Text),
        opt("createdDateTime", Ty::Instant),
        opt("creationType", Ty::Text),
        opt("department", Ty::Text),
        opt("employeeId", Ty::Text),
        opt("externalUserState", Ty::Text),
        opt("userType", Ty::Text),
    ],
};

static GROUP_SHAPE: Shape = Shape {
    type_name: "group",
    members: &[
        req("id", Ty::Text),
        opt("deletedDateTime", Ty::Instant),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("mail", Ty::Text),
        opt("mailEnabled", Ty::Bool),
        opt("mailNickname", Ty::Text),
        opt("securityEnabled", Ty::Bool),
        req("groupTypes", Ty::List(&Ty::Text)),
        opt("isAssignableToRole", Ty::Bool),
        opt("membershipRule", Ty::Text),
        opt("createdDateTime", Ty::Instant),
        opt("onPremisesSyncEnabled", Ty::Bool),
        req("resourceProvisioningOptions", Ty::List(&Ty::Text)),
        opt("visibility", Ty::Text),
    ],
};

static SERVICE_PRINCIPAL_SHAPE: Shape = Shape {
    type_name: "servicePrincipal",
    members: &[
        req("id", Ty::Text),
        opt("deletedDateTime", Ty::Instant),
        opt("accountEnabled", Ty::Bool),
        opt("appDisplayName", Ty::Text),
        opt("appId", Ty::Text),
        opt("appOwnerOrganizationId", Ty::Text),
        req("appRoleAssignmentRequired", Ty::Bool),
        req("appRoles", Ty::List(&Ty::Object(&APP_ROLE))),
        opt("description", Ty::Text),
        opt("displayName", Ty::Text),
        opt("servicePrincipalType", Ty::Text),
        req("tags", Ty::List(&Ty::Text)),
    ],
};

static APPLICATION_SHAPE: Shape = Shape {
    type_name: "application",
    members: &[
        req("id", Ty::Text),
        opt("deletedDateTime", Ty::Instant),
        opt("appId", Ty::Text),
        req("appRoles", Ty::List(&Ty::Object(&APP_ROLE))),
        opt("createdDateTime", Ty::Instant),
        opt("description", Ty::Text),
        opt("displayName", Ty::Text),
        req("identifierUris", Ty::List(&Ty::Text)),
        opt("signInAudience", Ty::Text),
    ],
};

static APP_ROLE: Shape = Shape {
    type_name: "appRole",
    members: &[
        opt("id", Ty::Text),
        req("allowedMemberTypes", Ty::List(&Ty::Text)),
        opt("description", Ty::Text),
        opt("displayName", Ty::Text),
        req("isEnabled", Ty::Bool),
        opt("origin", Ty::Text),
        opt("value", Ty::Text),
    ],
};

static DIRECTORY_OBJECT_SHAPE: Shape = Shape {
    type_name: "directoryObject",
    members: &[
        req("id", Ty::Text),
        opt("deletedDateTime", Ty::Instant),
        opt("displayName", Ty::Text),
        opt("mail", Ty::Text),
        opt("userPrincipalName", Ty::Text),
    ],
};

fn view(_view: &View, object: &Map<String, Value>) -> Map<String, Value> {
    object
        .iter()
        .filter(|(name, _)| !is_hidden(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Where the type is not known from the path, the object says what it is.
fn typed_view(view: &View, object: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = Map::new();
    if let Some((kind, _)) = view.tenant.directory_object(text(object, "id")) {
        let entity = kind.entity();
        shown.insert("@odata.type".to_owned(), format!("#microsoft.graph.{}", entity.type_name).into());
        let mut properties = (entity.view)(view, object);
        properties.retain(|name, _| !entity.on_request.contains(&name.as_str()));
        shown.extend(properties);
    }
    shown
}

/// Every property is kept under its own name.
const POINTER: Pointer = |_, name| Some(format!("/{name}"));

fn seed(shape: &'static Shape, write: &mut Write, object: Map<String, Value>) -> Result<Map<String, Value>> {
    let mut object = check_object(shape, object, None, Strictness::Seed)?;
    if text(&object, "displayName").is_empty() {
        return Err(invalid_model("/displayName", format!("a {} has a displayName", shape.type_name)));
    }
    if shape.type_name == "user" && text(&object, "userPrincipalName").is_empty() {
        return Err(invalid_model("/userPrincipalName", "a user has a userPrincipalName"));
    }
    if !object.contains_key("id") {
        let id = write.tenant.new_id();
        object.shift_insert(0, "id".to_owned(), id.into());
    }
    for member in shape.members {
        match member.ty {
            Ty::List(_) => fill(&mut object, member.name, Vec::<Value>::new()),
            Ty::Bool if !member.nullable => fill(&mut object, member.name, false),
            _ if !object.contains_key(member.name) => {
                object.insert(member.name.to_owned(), Value::Null);
            }
            _ => {}
        }
    }
    Ok(object)
}

/// `eligibleRoles: true` in a seed says that the group is under privileged identity management, which the group itself
/// does not show.
fn seed_group(write: &mut Write, mut object: Map<String, Value>) -> Result<Map<String, Value>> {
    let eligible = object.shift_remove("eligibleRoles");
    let mut group = seed(&GROUP_SHAPE, write, object)?;
    match eligible {
        None | Some(Value::Bool(false)) => {}
        Some(Value::Bool(true)) => {
            group.insert("kept:eligibleRoles".to_owned(), true.into());
        }
        Some(_) => return Err(invalid_model("/eligibleRoles", "a boolean is expected")),
    }
    Ok(group)
}

/// The roles that an application declares: enabled and for people, where a seed does not say.
fn complete_roles(object: &mut Map<String, Value>) {
    let of = text(object, "id").to_owned();
    for role in object.get_mut("appRoles").and_then(Value::as_array_mut).into_iter().flatten() {
        let Value::Object(role) = role else { continue };
        let id = derived_guid(&["appRole", &of, text(role, "value"), text(role, "displayName")]);
        fill(role, "id", id);
        fill(role, "isEnabled", true);
        fill(role, "allowedMemberTypes", vec![Value::from("User")]);
        let name = text(role, "displayName").to_owned();
        fill(role, "description", name);
        fill(role, "origin", "Application");
        fill(role, "value", Value::Null);
    }
}
