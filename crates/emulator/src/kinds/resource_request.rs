//! Resource requests: how a resource comes into a catalog, changes its attributes, and goes. A request is
//! carried out at once, or later where a fault says so; until then readers see it as accepted.

use serde_json::{Map, Value, json};

use super::catalog::{self, camel, pascal};
use super::{
    Entity, Kind, Navigation, Operations, READ_ONLY, View, Write, fill, fill_id, members, origin, resource,
    resource_attribute, resource_environment, resource_role_scope, same_name, text,
};
use crate::errors::{GraphError, Result, argument_null, invalid_model, not_found};
use crate::message::Version;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "accessPackageResourceRequest",
    collection: |version| match version {
        Version::V1 => "resourceRequests",
        Version::Beta => "accessPackageResourceRequests",
    },
    shape,
    navigation: |version| match version {
        Version::V1 => &NAVIGATION_V1,
        Version::Beta => &NAVIGATION_BETA,
    },
    view,
    pointer: |version, name| match (version, name) {
        (Version::Beta, "catalogId") => Some("/kept:catalog/id".to_owned()),
        _ => same_name(version, name, &["id"]),
    },
    on_request: &[],
    operations: Operations { create: Some(create), seed: Some(seed), ..READ_ONLY },
};

const TYPES: &[&str] = &["adminAdd", "adminUpdate", "adminRemove"];
const STATES: &[&str] = &["submitted", "delivering", "delivered", "deliveryFailed"];

static V1: Shape = Shape {
    type_name: "accessPackageResourceRequest",
    members: &[
        req("id", Ty::Text),
        opt("requestType", Ty::Enum(TYPES)),
        opt("state", Ty::Enum(STATES)),
        opt("createdDateTime", Ty::Instant),
        opt("catalog", Ty::Reference(catalog::BESIDE_ID)),
        opt("resource", Ty::Object(&resource::V1)),
    ],
};

static BETA: Shape = Shape {
    type_name: "accessPackageResourceRequest",
    members: &[
        req("id", Ty::Text),
        opt("catalogId", Ty::Text),
        opt("executeImmediately", Ty::Bool),
        opt("expirationDateTime", Ty::Instant),
        opt("isValidationOnly", Ty::Bool),
        opt("justification", Ty::Text),
        opt("requestState", Ty::Words(&["Submitted", "Delivering", "Delivered", "DeliveryFailed"])),
        opt("requestStatus", Ty::Text),
        opt("requestType", Ty::Words(&["AdminAdd", "AdminUpdate", "AdminRemove"])),
        opt("accessPackageResource", Ty::Object(&resource::BETA)),
    ],
};

static NAVIGATION_V1: [Navigation; 2] = [
    Navigation::one("catalog", Kind::Catalog, its_catalog),
    Navigation::one("resource", Kind::Resource, its_resource),
];

static NAVIGATION_BETA: [Navigation; 1] =
    [Navigation::one("accessPackageResource", Kind::Resource, its_resource)];

fn shape(version: Version) -> &'static Shape {
    match version {
        Version::V1 => &V1,
        Version::Beta => &BETA,
    }
}

fn its_catalog<'a>(tenant: &'a Tenant, request: &'a Value) -> Vec<&'a Value> {
    tenant
        .get(Kind::Catalog, Kind::ResourceRequest.parent_of(request).unwrap_or_default())
        .into_iter()
        .collect()
}

/// As it is, or, where it has been removed, as it was.
fn its_resource<'a>(tenant: &'a Tenant, request: &'a Value) -> Vec<&'a Value> {
    let kept = request.get("kept:resource").filter(|kept| kept.is_object());
    kept.map(|kept| tenant.get(Kind::Resource, kept["id"].as_str().unwrap_or_default()).unwrap_or(kept))
        .into_iter()
        .collect()
}

fn view(view: &View, request: &Map<String, Value>) -> Map<String, Value> {
    if view.version == Version::V1 {
        return members(request, &["id", "requestType", "state", "createdDateTime"]);
    }
    let member = |name: &str| request.get(name).cloned().unwrap_or_default();
    let mut shown = members(request, &["id"]);
    let catalog = request.get("kept:catalog").map(|catalog| catalog["id"].clone());
    shown.insert("catalogId".to_owned(), catalog.unwrap_or_default());
    shown.insert("requestType".to_owned(), pascal(text(request, "requestType")).into());
    shown.insert("requestState".to_owned(), pascal(text(request, "state")).into());
    let status = match text(request, "state") {
        "delivered" => "Fulfilled",
        "deliveryFailed" => "FulfillmentFailed",
        _ => "Accepted",
    };
    shown.insert("requestStatus".to_owned(), status.into());
    for name in ["executeImmediately", "isValidationOnly", "expirationDateTime", "justification"] {
        shown.insert(name.to_owned(), member(&format!("beta:{name}")));
    }
    shown
}

/// The request before it is carried out.
pub fn accepted(request: &Value) -> Value {
    let mut accepted = request.clone();
    if accepted.get("state").is_some() {
        accepted["state"] = "submitted".into();
    }
    accepted
}

fn create(write: &mut Write, mut body: Map<String, Value>) -> Result<String> {
    let bound = take_bound_environment(&mut body);
    let checked = check_object(shape(write.version), body, None, Strictness::Write)?;
    let mut request = renamed(checked);
    let Some(Value::Object(mut written)) = request.shift_remove("resource") else {
        return Err(argument_null("resource", "/resource"));
    };
    let catalog =
        request.shift_remove("catalog").and_then(|catalog| Some(catalog["id"].as_str()?.to_owned()));
    let catalog = catalog.ok_or_else(|| argument_null("Id", "/catalog/id"))?;
    if write.tenant.get(Kind::Catalog, &catalog).is_none() {
        return Err(not_found("accessPackageCatalog", &catalog));
    }
    if let Some(bound) = bound {
        written.insert("environment".to_owned(), json!({ "id": bound }));
    }
    let only_validated = request.get("beta:isValidationOnly") == Some(&Value::Bool(true));
    let after = match text(&request, "requestType") {
        "adminAdd" => added(write, &catalog, written)?,
        "adminUpdate" => changed(write, &catalog, &written)?,
        "adminRemove" => removed(write, &catalog, &written)?,
        _ => return Err(invalid_model("/requestType", "it says what is asked for")),
    };
    if !only_validated {
        match text(&request, "requestType") {
            "adminRemove" => write.tenant.remove(Kind::Resource, text(&after, "id")),
            _ => {
                write.tenant.put(Kind::Resource, after.clone());
            }
        }
    }
    for read_only in ["id", "state", "createdDateTime"] {
        request.shift_remove(read_only);
    }
    fill_id(write, &mut request);
    request.insert("state".to_owned(), "delivered".into());
    request.insert("createdDateTime".to_owned(), write.tenant.stamp().into());
    fill(&mut request, "beta:executeImmediately", false);
    fill(&mut request, "beta:isValidationOnly", false);
    request.insert("kept:catalog".to_owned(), json!({ "id": catalog }));
    request.insert("kept:resource".to_owned(), Value::Object(after));
    Ok(write.tenant.put(Kind::ResourceRequest, request).unwrap_or_default())
}

fn added(write: &mut Write, catalog: &str, mut written: Map<String, Value>) -> Result<Map<String, Value>> {
    let (system, id) = (text(&written, "originSystem").to_owned(), text(&written, "originId").to_owned());
    for (name, value) in [("originSystem", &system), ("originId", &id)] {
        if value.is_empty() {
            return Err(invalid_model(format!("/resource/{name}"), format!("a resource has its {name}")));
        }
    }
    if resource::by_origin(write.tenant, catalog, &system, &id).is_some() {
        return Err(GraphError::new(
            400,
            "ResourceAlreadyOnboarded",
            "The specified resource is already onboarded to ELM.",
        ));
    }
    let origin = origin::find(write.tenant, &system, &id).filter(|origin| origin.may_be_added);
    let origin = origin.ok_or_else(|| {
        GraphError::new(
            400,
            "ResourceNotFoundInOriginSystem",
            format!("The resource '{id}' cannot be found in {system}, or cannot be managed here."),
        )
    })?;
    let environment = environment(write.tenant, &written, &system)?;
    written.shift_remove("id");
    written.shift_remove("createdDateTime");
    written.shift_remove("modifiedDateTime");
    let mut resource = resource::canonical(write, &written, catalog, &origin);
    resource_attribute::complete(write, &mut resource);
    resource.insert("kept:environment".to_owned(), environment);
    Ok(resource)
}

/// The place of a site. Where there are several, the request has to say which.
fn environment(tenant: &Tenant, written: &Map<String, Value>, system: &str) -> Result<Value> {
    let there = resource_environment::of_system(tenant, system);
    let named = written.get("environment").filter(|named| named.is_object());
    let Some(named) = named else {
        let default = there.iter().find(|place| place["isDefaultEnvironment"] == true);
        return match (default, there.as_slice()) {
            (Some(place), _) => Ok(json!({ "id": place["id"] })),
            (None, []) => Ok(Value::Null),
            (None, [only]) => Ok(json!({ "id": only["id"] })),
            (None, _) => Err(invalid_model("/resource/environment", "there are several, and none is named")),
        };
    };
    let same = |left: &Value, right: &Value| match (left.as_str(), right.as_str()) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
        _ => false,
    };
    let found = there
        .into_iter()
        .find(|place| same(&place["id"], &named["id"]) || same(&place["originId"], &named["originId"]));
    let found = found.ok_or_else(|| not_found("accessPackageResourceEnvironment", text_of(named)))?;
    Ok(json!({ "id": found["id"] }))
}

fn text_of(environment: &Value) -> &str {
    environment["id"].as_str().or_else(|| environment["originId"].as_str()).unwrap_or_default()
}

fn changed(write: &mut Write, catalog: &str, written: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut resource = known(write.tenant, catalog, written)?;
    for name in ["description", "attributes"] {
        if let Some(value) = written.get(name).filter(|value| !value.is_null()) {
            resource.insert(name.to_owned(), value.clone());
        }
    }
    resource_attribute::complete(write, &mut resource);
    resource.insert("modifiedDateTime".to_owned(), write.tenant.stamp().into());
    Ok(resource)
}

fn removed(write: &Write, catalog: &str, written: &Map<String, Value>) -> Result<Map<String, Value>> {
    if text(written, "id").is_empty() {
        return Err(invalid_model("/resource/id", "a resource is removed by its id"));
    }
    let resource = known(write.tenant, catalog, written)?;
    if resource_role_scope::is_used(write.tenant, text(&resource, "id")) {
        let name = text(&resource, "displayName");
        return Err(GraphError::new(
            400,
            "InvalidDeleteResourceHasEntitlements",
            format!("The resource: {name} can not be deleted because there are active entitlements."),
        ));
    }
    Ok(resource)
}

/// The resource of the catalog that a body names by its id, or by where it comes from.
fn known(tenant: &Tenant, catalog: &str, written: &Map<String, Value>) -> Result<Map<String, Value>> {
    let id = text(written, "id");
    let found = if id.is_empty() {
        resource::by_origin(tenant, catalog, text(written, "originSystem"), text(written, "originId"))
    } else {
        tenant.get(Kind::Resource, id)
    };
    let found = found.filter(|resource| {
        let of = Kind::Resource.parent_of(resource);
        of.is_some_and(|of| of.eq_ignore_ascii_case(catalog))
    });
    let found = found.and_then(Value::as_object).cloned();
    found.ok_or_else(|| not_found("accessPackageResource", id))
}

/// `accessPackageResourceEnvironment@odata.bind`, which leads to an environment by its id.
fn take_bound_environment(body: &mut Map<String, Value>) -> Option<String> {
    ["resource", "accessPackageResource"].into_iter().find_map(|name| {
        let resource = body.get_mut(name)?.as_object_mut()?;
        let bound = ["environment@odata.bind", "accessPackageResourceEnvironment@odata.bind"]
            .into_iter()
            .find_map(|name| resource.shift_remove(name))?;
        Some(bound.as_str()?.rsplit('/').next()?.to_owned())
    })
}

/// Beta's names and letter case become those of v1.0.
fn renamed(body: Map<String, Value>) -> Map<String, Value> {
    let mut request = Map::new();
    for (name, value) in body {
        match (name.as_str(), value.as_str()) {
            ("catalogId", Some(id)) => request.insert("catalog".to_owned(), json!({ "id": id })),
            ("requestType", Some(word)) => request.insert(name, camel(word).into()),
            ("accessPackageResource", _) => request.insert("resource".to_owned(), beta_resource(value)),
            ("executeImmediately" | "isValidationOnly" | "expirationDateTime" | "justification", _) => {
                request.insert(format!("beta:{name}"), value)
            }
            ("catalogId" | "requestState" | "requestStatus", _) => None,
            _ => request.insert(name, value),
        };
    }
    request
}

fn beta_resource(value: Value) -> Value {
    let Value::Object(written) = value else { return value };
    let mut resource = Map::new();
    for (name, mut value) in written {
        match name.as_str() {
            "url" | "resourceType" => resource.insert(format!("beta:{name}"), value),
            "accessPackageResourceEnvironment" => resource.insert("environment".to_owned(), value),
            "isPendingOnboarding" | "addedBy" | "addedOn" => None,
            "attributes" => {
                resource_attribute::from_beta(&mut value);
                resource.insert(name, value)
            }
            _ => resource.insert(name, value),
        };
    }
    Value::Object(resource)
}

/// In a seed: what somebody asked for some time ago. Nothing is done about it.
fn seed(write: &mut Write, mut object: Map<String, Value>) -> Result<Map<String, Value>> {
    let catalog = object.shift_remove("catalog").unwrap_or_default();
    let catalog = super::seeded::find(write.tenant, "/catalog", &catalog, &[Kind::Catalog])?;
    let mut request = check_object(&V1, object, None, Strictness::Seed)?;
    let resource = request.shift_remove("resource").unwrap_or_default();
    fill_id(write, &mut request);
    fill(&mut request, "requestType", "adminAdd");
    fill(&mut request, "state", "delivered");
    let now = write.tenant.stamp();
    fill(&mut request, "createdDateTime", now);
    request.insert("kept:catalog".to_owned(), json!({ "id": catalog }));
    request.insert("kept:resource".to_owned(), resource);
    Ok(request)
}
