//! Custom workflow extensions of a catalog. One collection holds them all; beta shows the deprecated type under a
//! collection of its own as well. A PUT keeps what it leaves out, as the reference's example shows; so does a PATCH.

use serde_json::{Map, Value, json};

use super::{
    Entity, Kind, Operations, READ_ONLY, View, Write, fill, fill_origin, no_navigation, same_name, seeded,
    text,
};
use crate::errors::{GraphError, Result, invalid_model, not_found};
use crate::message::Version;
use crate::shape::{Shape, Strictness, Ty, check, opt, req};
use crate::store::Tenant;
use crate::values;

pub static ENTITY: Entity = Entity {
    type_name: "customCalloutExtension",
    collection: |version| match version {
        Version::V1 => "customWorkflowExtensions",
        Version::Beta => "accessPackageCustomWorkflowExtensions",
    },
    shape: |_| &REQUEST,
    navigation: no_navigation,
    view,
    pointer: |version, name| same_name(version, name, &["id", "displayName", "description"]),
    on_request: &[],
    operations: Operations {
        create: Some(create),
        replace: Some(change),
        update: Some(change),
        delete: Some(delete),
        seed: Some(|write, mut object| {
            seeded::refer(write.tenant, &mut object, "catalog", Kind::Catalog)?;
            let catalog = object.shift_remove("catalog").unwrap_or_default();
            write.parent = catalog["id"].as_str().map(str::to_owned);
            canonical(write, object, None, Strictness::Seed)
        }),
        ..READ_ONLY
    },
};

/// What an expanded read may put beside the id of an extension that is referred to.
pub const BESIDE_ID: &[&str] = &[
    "displayName",
    "description",
    "endpointConfiguration",
    "authenticationConfiguration",
    "clientConfiguration",
    "callbackConfiguration",
    "createdBy",
    "createdDateTime",
    "lastModifiedBy",
    "lastModifiedDateTime",
];

const DEPRECATED: &str = "#microsoft.graph.customAccessPackageWorkflowExtension";

static ENDPOINTS: &[&Shape] = &[
    &Shape {
        type_name: "logicAppTriggerEndpointConfiguration",
        members: &[
            opt("subscriptionId", Ty::Text),
            opt("resourceGroupName", Ty::Text),
            opt("logicAppWorkflowName", Ty::Text),
            opt("url", Ty::Text),
        ],
    },
    &Shape { type_name: "httpRequestEndpoint", members: &[opt("targetUrl", Ty::Text)] },
];

static AUTHENTICATIONS: &[&Shape] = &[
    &Shape { type_name: "azureAdPopTokenAuthentication", members: &[] },
    &Shape { type_name: "azureAdTokenAuthentication", members: &[opt("resourceId", Ty::Text)] },
];

static CLIENT: Shape = Shape {
    type_name: "customExtensionClientConfiguration",
    members: &[opt("maximumRetries", Ty::Int(0, 1)), opt("timeoutInMilliseconds", Ty::Int(200, 2000))],
};

/// The metadata says `timeoutDuration`, the reference's bodies say `durationBeforeTimeout`.
static CALLBACK: Shape = Shape {
    type_name: "customExtensionCallbackConfiguration",
    members: &[opt("timeoutDuration", Ty::Duration), opt("durationBeforeTimeout", Ty::Duration)],
};

static EXTENSIONS: Ty = Ty::Union(&[&REQUEST, &ASSIGNMENT, &OLD]);

static REQUEST: Shape =
    Shape { type_name: "accessPackageAssignmentRequestWorkflowExtension", members: &WITH_CALLBACK };

static ASSIGNMENT: Shape =
    Shape { type_name: "accessPackageAssignmentWorkflowExtension", members: &WITH_CALLBACK };

static OLD: Shape = Shape {
    type_name: "customAccessPackageWorkflowExtension",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("endpointConfiguration", Ty::Union(ENDPOINTS)),
        opt("authenticationConfiguration", Ty::Union(AUTHENTICATIONS)),
        opt("clientConfiguration", Ty::Object(&CLIENT)),
        opt("createdDateTime", Ty::Instant),
        opt("lastModifiedDateTime", Ty::Instant),
    ],
};

static WITH_CALLBACK: [crate::shape::Member; 11] = [
    req("id", Ty::Text),
    opt("displayName", Ty::Text),
    opt("description", Ty::Text),
    opt("endpointConfiguration", Ty::Union(ENDPOINTS)),
    opt("authenticationConfiguration", Ty::Union(AUTHENTICATIONS)),
    opt("clientConfiguration", Ty::Object(&CLIENT)),
    opt("callbackConfiguration", Ty::Object(&CALLBACK)),
    opt("createdBy", Ty::Text),
    opt("createdDateTime", Ty::Instant),
    opt("lastModifiedBy", Ty::Text),
    opt("lastModifiedDateTime", Ty::Instant),
];

/// The extensions of a catalog: those of the deprecated type, or the others.
pub fn of_catalog<'a>(tenant: &'a Tenant, catalog: &Value, deprecated: bool) -> Vec<&'a Value> {
    let mut extensions =
        tenant.children(Kind::CustomWorkflowExtension, catalog["id"].as_str().unwrap_or_default());
    extensions.retain(|extension| (extension["@odata.type"] == DEPRECATED) == deprecated);
    extensions
}

fn view(_view: &View, extension: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = extension.clone();
    shown.retain(|name, _| name != "catalog" && !name.starts_with("beta:"));
    shown
}

fn create(write: &mut Write, body: Map<String, Value>) -> Result<String> {
    let extension = canonical(write, unwrapped(body), None, Strictness::Write)?;
    Ok(write.tenant.put(Kind::CustomWorkflowExtension, extension).unwrap_or_default())
}

/// PUT and PATCH.
fn change(write: &mut Write, id: &str, body: Map<String, Value>) -> Result<()> {
    let Some(Value::Object(existing)) = write.tenant.get(Kind::CustomWorkflowExtension, id) else {
        return Err(not_found(ENTITY.type_name, id));
    };
    let existing = existing.clone();
    let changes = canonical(write, unwrapped(body), Some(&existing), Strictness::Write)?;
    if text(&changes, "@odata.type") != text(&existing, "@odata.type") {
        return Err(invalid_model("/@odata.type", "an extension stays of its type"));
    }
    let mut extension = existing;
    extension.extend(changes);
    extension.insert("lastModifiedDateTime".to_owned(), write.tenant.stamp().into());
    write.tenant.put(Kind::CustomWorkflowExtension, extension);
    Ok(())
}

/// One documented body wraps the object.
fn unwrapped(body: Map<String, Value>) -> Map<String, Value> {
    match body.get("value") {
        Some(Value::Object(wrapped)) if body.len() == 1 => wrapped.clone(),
        _ => body,
    }
}

/// A whole extension, or the members by which one that exists is changed.
fn canonical(
    write: &mut Write,
    mut body: Map<String, Value>,
    existing: Option<&Map<String, Value>>,
    strictness: Strictness,
) -> Result<Map<String, Value>> {
    // The reference writes this one type without `#`.
    if let Some(Value::Object(callback)) = body.get_mut("callbackConfiguration")
        && text(callback, "@odata.type") == "microsoft.graph.customExtensionCallbackConfiguration"
    {
        callback.insert("@odata.type".to_owned(), CALLBACK.odata_type().into());
    }
    // The collection of the deprecated type holds no other.
    if write.collection == "customAccessPackageWorkflowExtensions" && !body.contains_key("@odata.type") {
        body.shift_insert(0, "@odata.type".to_owned(), DEPRECATED.into());
    }
    let before = existing.cloned().map(Value::Object);
    let mut value = Value::Object(body);
    check(&EXTENSIONS, &mut value, &before.iter().collect::<Vec<_>>(), strictness, "")?;
    let Value::Object(mut extension) = value else {
        return Err(invalid_model("", "an object is expected"));
    };
    let is_named = !text(&extension, "displayName").is_empty();
    if !is_named && (existing.is_none() || extension.contains_key("displayName")) {
        return Err(invalid_model("/displayName", "an extension has a displayName"));
    }
    if let Some(Value::Object(callback)) = extension.get_mut("callbackConfiguration") {
        callback.insert("@odata.type".to_owned(), CALLBACK.odata_type().into());
        in_bounds(callback)?;
    }
    if existing.is_some() {
        for read_only in ["id", "createdBy", "createdDateTime", "lastModifiedBy", "lastModifiedDateTime"] {
            extension.shift_remove(read_only);
        }
        return Ok(extension);
    }
    let catalog = write.parent.clone().unwrap_or_default();
    if write.tenant.get(Kind::Catalog, &catalog).is_none() {
        return Err(not_found("accessPackageCatalog", &catalog));
    }
    extension.insert("catalog".to_owned(), json!({ "id": catalog }));
    fill_origin(write, &mut extension, strictness);
    let modified = extension.shift_remove("modifiedDateTime").unwrap_or_default();
    fill(&mut extension, "lastModifiedDateTime", modified);
    for unused in ["description", "clientConfiguration"] {
        fill(&mut extension, unused, Value::Null);
    }
    Ok(extension)
}

/// A callback is waited for between five minutes and fourteen days.
fn in_bounds(callback: &Map<String, Value>) -> Result<()> {
    for name in ["timeoutDuration", "durationBeforeTimeout"] {
        let Some(duration) = callback.get(name).and_then(Value::as_str) else { continue };
        let minutes = values::minutes(duration);
        if !minutes.is_some_and(|minutes| (5..=14 * 24 * 60).contains(&minutes)) {
            let sentence = "a callback is waited for between five minutes and fourteen days";
            return Err(invalid_model(format!("/callbackConfiguration/{name}"), sentence));
        }
    }
    Ok(())
}

fn delete(write: &mut Write, id: &str) -> Result<()> {
    let refers = |reference: &Value| {
        reference["customExtension"]["id"].as_str().is_some_and(|other| other.eq_ignore_ascii_case(id))
    };
    let in_use = write.tenant.list(Kind::AssignmentPolicy).any(|policy| {
        ["customExtensionStageSettings", "beta:customExtensionHandlers"]
            .into_iter()
            .filter_map(|name| policy.get(name)?.as_array())
            .flatten()
            .any(refers)
    });
    if in_use {
        return Err(GraphError::new(
            400,
            "CustomExtensionInUse",
            "The custom extension cannot be deleted while a policy refers to it.",
        ));
    }
    write.tenant.remove(Kind::CustomWorkflowExtension, id);
    Ok(())
}
