//! Connected organizations. Both versions show the same, beta also who made them; v1.0 answers a PATCH with 202
//! and the object. Identity sources are what an organization is made of, and stay; sponsors are references.

use serde_json::{Map, Value, json};

use super::{
    Entity, Kind, Navigation, Operations, READ_ONLY, View, Write, Writes, fill, fill_origin, inside, seeded,
    tenant_information, text, touch,
};
use crate::errors::{Result, invalid_model, not_found};
use crate::message::Version;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req, unknown_members};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "connectedOrganization",
    collection: |_| "connectedOrganizations",
    shape,
    navigation: |_| &NAVIGATION,
    view,
    pointer: |_, name| (!name.ends_with("By")).then(|| format!("/{name}")),
    on_request: &[],
    operations: Operations {
        create: Some(create),
        update: Some(update),
        update_answer: |version| match version {
            Version::V1 => 202,
            Version::Beta => 204,
        },
        delete: Some(|write, id| {
            write.tenant.remove(Kind::ConnectedOrganization, id);
            Ok(())
        }),
        seed: Some(seed),
        ..READ_ONLY
    },
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
    Navigation::many("externalSponsors", Kind::DirectoryObject, |tenant, organization| {
        sponsors(tenant, organization, "kept:externalSponsors")
    })
    .unordered()
    .with(Writes::References(SPONSORS)),
    Navigation::many("internalSponsors", Kind::DirectoryObject, |tenant, organization| {
        sponsors(tenant, organization, "kept:internalSponsors")
    })
    .unordered()
    .with(Writes::References(SPONSORS)),
];

/// Where a sponsor may be found.
const SPONSORS: &[&str] = &["users", "groups", "directoryObjects"];

fn shape(version: Version) -> &'static Shape {
    match version {
        Version::V1 => &V1,
        Version::Beta => &BETA,
    }
}

fn sponsors<'a>(tenant: &'a Tenant, organization: &'a Value, kept: &str) -> Vec<&'a Value> {
    let references = inside(organization, kept).into_iter();
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

fn create(write: &mut Write, body: Map<String, Value>) -> Result<String> {
    let checked = check_object(shape(write.version), body, None, Strictness::Write)?;
    let sources = checked.get("identitySources").and_then(Value::as_array);
    if sources.is_none_or(Vec::is_empty) {
        return Err(invalid_model("/identitySources", "an organization is made of its identity sources"));
    }
    let mut organization = canonical(write, checked, Strictness::Write)?;
    for source in organization.get_mut("identitySources").and_then(Value::as_array_mut).into_iter().flatten()
    {
        take_tenant(write.tenant, source)?;
    }
    Ok(write.tenant.put(Kind::ConnectedOrganization, organization).unwrap_or_default())
}

/// A domain that a tenant has registered means that tenant. The reference wants a domain in a create, also for a tenant;
/// of a tenant that the seed does not know nothing better could be sent.
fn take_tenant(tenant: &Tenant, source: &mut Value) -> Result<()> {
    let text = |member: &str| source[member].as_str().unwrap_or_default();
    let ty = text("@odata.type");
    let named = if ty.ends_with("Tenant") { "tenantId" } else { "domainName" };
    if !ty.ends_with("socialIdentitySource") && text(named).is_empty() {
        return Err(invalid_model(format!("/identitySources/{named}"), "the member is missing"));
    }
    let found = match ty {
        "#microsoft.graph.domainIdentitySource" => tenant_information::by_domain(tenant, text("domainName")),
        "#microsoft.graph.azureActiveDirectoryTenant"
            if tenant.get(Kind::TenantInformation, text("tenantId")).is_some() =>
        {
            return Err(invalid_model("/identitySources", "a tenant is given by a domain of it"));
        }
        _ => None,
    };
    if let Some(found) = found {
        *source = json!({
            "@odata.type": "#microsoft.graph.azureActiveDirectoryTenant",
            "displayName": found["displayName"],
            "tenantId": found["tenantId"],
        });
    }
    Ok(())
}

fn update(write: &mut Write, id: &str, body: Map<String, Value>) -> Result<()> {
    let Some(existing @ Value::Object(organization)) = write.tenant.get(Kind::ConnectedOrganization, id)
    else {
        return Err(not_found(ENTITY.type_name, id));
    };
    let mut organization = organization.clone();
    let mut changes = check_object(shape(write.version), body, Some(existing), Strictness::Write)?;
    if changes.get("displayName").is_some_and(|name| name.as_str().is_none_or(str::is_empty)) {
        return Err(invalid_model("/displayName", "a connected organization has a displayName"));
    }
    if changes.get("state").is_some_and(Value::is_null) {
        return Err(invalid_model("/state", "an organization is configured or proposed"));
    }
    let sources = changes.shift_remove("identitySources");
    if sources.is_some_and(|sources| !is_same_set(&sources, &existing["identitySources"])) {
        return Err(invalid_model("/identitySources", "they are set when the organization is made"));
    }
    for read_only in ["id", "createdDateTime", "modifiedDateTime", "createdBy", "modifiedBy"] {
        changes.shift_remove(read_only);
    }
    organization.extend(changes);
    touch(write, &mut organization);
    write.tenant.put(Kind::ConnectedOrganization, organization);
    Ok(())
}

fn is_same_set(left: &Value, right: &Value) -> bool {
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (left, right) = (items(left), items(right));
    left.len() == right.len() && left.iter().all(|item| right.contains(item))
}

fn canonical(
    write: &mut Write,
    checked: Map<String, Value>,
    strictness: Strictness,
) -> Result<Map<String, Value>> {
    let mut organization = checked;
    if text(&organization, "displayName").is_empty() {
        return Err(invalid_model("/displayName", "a connected organization has a displayName"));
    }
    for read_only in ["createdBy", "modifiedBy"] {
        organization.shift_remove(read_only);
    }
    fill(&mut organization, "state", "configured");
    fill(&mut organization, "identitySources", Vec::<Value>::new());
    fill_origin(write, &mut organization, strictness);
    Ok(organization)
}

/// In a seed the sponsors stand in the organization itself.
fn seed(write: &mut Write, mut object: Map<String, Value>) -> Result<Map<String, Value>> {
    let kinds = [Kind::User, Kind::Group];
    let mut sponsors = Vec::new();
    for name in ["externalSponsors", "internalSponsors"] {
        let written = object.shift_remove(name).unwrap_or_default();
        sponsors.push((name, seeded::references(write.tenant, &format!("/{name}"), &written, &kinds)?));
    }
    let checked = check_object(&V1, object, None, Strictness::Seed)?;
    let mut organization = canonical(write, checked, Strictness::Seed)?;
    for (name, list) in sponsors {
        organization.insert(format!("kept:{name}"), list.into());
    }
    Ok(organization)
}
