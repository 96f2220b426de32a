//! Where the sites of a tenant with several geographies are: seeded, and read alone.

use serde_json::{Map, Value, json};

use super::{
    Entity, Kind, Navigation, Operations, READ_ONLY, View, Write, fill, fill_id, members, same_name, text,
};
use crate::errors::{Result, invalid_model};
use crate::message::Version;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "accessPackageResourceEnvironment",
    collection: |version| match version {
        Version::V1 => "resourceEnvironments",
        Version::Beta => "accessPackageResourceEnvironments",
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
    pointer: |version, name| {
        let shared = ["id", "displayName", "description", "originSystem", "originId", "isDefaultEnvironment"];
        same_name(version, name, &shared)
    },
    on_request: &[],
    operations: Operations { seed: Some(seed), ..READ_ONLY },
};

pub static V1: Shape = Shape {
    type_name: "accessPackageResourceEnvironment",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("originSystem", Ty::Text),
        opt("originId", Ty::Text),
        opt("isDefaultEnvironment", Ty::Bool),
        opt("connectionInfo", Ty::Object(&CONNECTION)),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedDateTime", Ty::Instant),
    ],
};

pub static BETA: Shape = Shape {
    type_name: "accessPackageResourceEnvironment",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        req("originSystem", Ty::Text),
        req("originId", Ty::Text),
        opt("isDefaultEnvironment", Ty::Bool),
        opt("connectionInfo", Ty::Object(&CONNECTION)),
        opt("createdBy", Ty::Text),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedBy", Ty::Text),
        opt("modifiedDateTime", Ty::Instant),
    ],
};

static CONNECTION: Shape = Shape { type_name: "connectionInfo", members: &[opt("url", Ty::Text)] };

static NAVIGATION_V1: [Navigation; 1] = [Navigation::many("resources", Kind::Resource, its_resources)];
static NAVIGATION_BETA: [Navigation; 1] =
    [Navigation::many("accessPackageResources", Kind::Resource, its_resources)];

/// The environments of a system.
pub fn of_system<'a>(tenant: &'a Tenant, system: &str) -> Vec<&'a Value> {
    let is_meant = |place: &&Value| place["originSystem"] == system;
    tenant.list(Kind::ResourceEnvironment).filter(is_meant).collect()
}

fn its_resources<'a>(tenant: &'a Tenant, place: &'a Value) -> Vec<&'a Value> {
    let is_here = |resource: &&Value| resource["kept:environment"]["id"] == place["id"];
    tenant.list(Kind::Resource).filter(is_here).collect()
}

fn view(view: &View, place: &Map<String, Value>) -> Map<String, Value> {
    let names = [
        "id",
        "displayName",
        "description",
        "originSystem",
        "originId",
        "isDefaultEnvironment",
        "connectionInfo",
        "createdDateTime",
        "modifiedDateTime",
    ];
    let mut shown = members(place, &names);
    if view.version == Version::Beta {
        shown.extend(["createdBy", "modifiedBy"].map(|name| (name.to_owned(), super::ACTOR.into())));
    }
    shown
}

fn seed(write: &mut Write, object: Map<String, Value>) -> Result<Map<String, Value>> {
    let mut place = check_object(&V1, object, None, Strictness::Seed)?;
    let origin = text(&place, "originId").to_owned();
    if origin.is_empty() {
        return Err(invalid_model(
            "/originId",
            "an environment has an originId, the address of its administration",
        ));
    }
    fill_id(write, &mut place);
    fill(&mut place, "originSystem", super::origin::SITE);
    fill(&mut place, "displayName", origin.as_str());
    fill(&mut place, "isDefaultEnvironment", false);
    fill(&mut place, "connectionInfo", json!({ "url": origin }));
    let now = write.tenant.stamp();
    fill(&mut place, "createdDateTime", now.clone());
    fill(&mut place, "modifiedDateTime", now);
    Ok(place)
}
