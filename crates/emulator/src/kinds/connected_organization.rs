//! Connected organizations: read alone. Both versions show the same, beta also who made them.

use serde_json::{Map, Value};

use super::{Entity, Kind, Navigation, Operations, READ_ONLY, View, fill, fill_origin, text};
use crate::errors::{Result, invalid_model};
use crate::message::Version;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req, unknown_members};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "connectedOrganization",
    collection: |_| "connectedOrganizations",
    shape: |version| match version {
        Version::V1 => &V1,
        Version::Beta => &BETA,
    },
    navigation: |_| &NAVIGATION,
    view,
    pointer: |_, name| (!name.ends_with("By")).then(|| format!("/{name}")),
    on_request: &[],
    operations: Operations { seed: Some(seed), ..READ_ONLY },
};

static SOURCES: Ty = Ty::Union(&[
    &Shape {
        type_name: "azureActiveDirectoryTenant",
        members: &[opt("displayName", Ty::Text), opt("tenantId", Ty::Text)],
    },
    &Shape {
        type_name: "crossCloudAzureActiveDirectoryTenant",
        members: &[opt("cloudInstance", Ty::Text), opt("displayName", Ty::Text), opt("tenantId", Ty::Text)],
    },
    &Shape {
        type_name: "domainIdentitySource",
        members: &[opt("displayName", Ty::Text), opt("domainName", Ty::Text)],
    },
    &Shape {
        type_name: "externalDomainFederation",
        members: &[opt("displayName", Ty::Text), opt("domainName", Ty::Text), opt("issuerUri", Ty::Text)],
    },
    &Shape {
        type_name: "socialIdentitySource",
        members: &[opt("displayName", Ty::Text), req("socialIdentitySourceType", Ty::Enum(&["facebook"]))],
    },
]);

static V1: Shape = Shape {
    type_name: "connectedOrganization",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("state", Ty::Enum(&["configured", "proposed"])),
        req("identitySources", Ty::List(&SOURCES)),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedDateTime", Ty::Instant),
        req("externalSponsors", Ty::List(&Ty::Reference(&[]))),
        req("internalSponsors", Ty::List(&Ty::Reference(&[]))),
    ],
};

static BETA: Shape = Shape {
    type_name: "connectedOrganization",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("description", Ty::Text),
        opt("state", Ty::Enum(&["configured", "proposed"])),
        req("identitySources", Ty::List(&SOURCES)),
        opt("createdBy", Ty::Text),
        opt("createdDateTime", Ty::Instant),
        opt("modifiedBy", Ty::Text),
        opt("modifiedDateTime", Ty::Instant),
    ],
};

static NAVIGATION: [Navigation; 2] = [
    Navigation {
        name: "externalSponsors",
        kind: Kind::DirectoryObject,
        many: true,
        routed: true,
        targets: |tenant, organization| sponsors(tenant, &organization["externalSponsors"]),
    },
    Navigation {
        name: "internalSponsors",
        kind: Kind::DirectoryObject,
        many: true,
        routed: true,
        targets: |tenant, organization| sponsors(tenant, &organization["internalSponsors"]),
    },
];

fn sponsors<'a>(tenant: &'a Tenant, references: &'a Value) -> Vec<&'a Value> {
    let references = references.as_array().into_iter().flatten();
    references.filter_map(|reference| Some(tenant.directory_object(reference["id"].as_str()?)?.1)).collect()
}

fn view(view: &View, organization: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = Map::new();
    let mut names = vec!["id", "displayName", "description", "state", "identitySources"];
    names.extend(["createdDateTime", "modifiedDateTime"]);
    for name in names {
        shown.insert(name.to_owned(), organization.get(name).cloned().unwrap_or_default());
    }
    if let Some(Value::Array(sources)) = organization.get("identitySources") {
        shown.insert("identitySources".to_owned(), view.shuffled(sources.clone()));
    }
    if view.version == Version::Beta {
        for (name, kept) in [("createdBy", "beta:createdBy"), ("modifiedBy", "beta:modifiedBy")] {
            shown.insert(name.to_owned(), organization.get(kept).cloned().unwrap_or_default());
        }
    }
    shown.extend(unknown_members(&V1, organization).map(|(name, value)| (name.clone(), value.clone())));
    shown
}

fn seed(write: &mut super::Write, object: Map<String, Value>) -> Result<Map<String, Value>> {
    let mut organization = check_object(&V1, object, None, Strictness::Seed)?;
    if text(&organization, "displayName").is_empty() {
        return Err(invalid_model("/displayName", "a connected organization has a displayName"));
    }
    fill(&mut organization, "state", "configured");
    for collection in ["identitySources", "externalSponsors", "internalSponsors"] {
        fill(&mut organization, collection, Vec::<Value>::new());
    }
    fill_origin(write, &mut organization, Strictness::Seed);
    Ok(organization)
}
