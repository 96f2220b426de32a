//! What a resource is where it comes from: a group, an application, a site, or something of a system that is not
//! known here. It decides the resource's name and the roles that it has.

use serde_json::{Map, Value, json};

use super::{Kind, site};
use crate::random::derived_guid;
use crate::store::Tenant;

/// What the system of origin says of a resource.
pub struct Origin {
    pub display_name: Value,
    pub description: Value,
    /// Beta's word for the sort of resource.
    pub resource_type: String,
    pub url: Value,
    pub roles: Vec<OriginRole>,
    /// Whether it may be added to a catalog.
    pub may_be_added: bool,
}

pub struct OriginRole {
    pub name: String,
    pub description: Value,
    pub origin_id: String,
    /// `roleType`, where it is known.
    pub ty: Option<&'static str>,
}

pub const GROUP: &str = "AadGroup";
pub const APPLICATION: &str = "AadApplication";
pub const SITE: &str = "SharePointOnline";
const DIRECTORY_ROLE: &str = "DirectoryRole";

/// The role that an application without roles of its own has.
const DEFAULT_ACCESS: &str = "00000000-0000-0000-0000-000000000000";

/// `None`: the directory has no such object. What other systems have is not known, so anything is there.
pub fn find(tenant: &Tenant, system: &str, id: &str) -> Option<Origin> {
    match system {
        GROUP => tenant.get(Kind::Group, id).map(group),
        APPLICATION => tenant.get(Kind::ServicePrincipal, id).map(application),
        SITE => site::by_url(tenant, id).map(of_site),
        _ => Some(unknown(system, id)),
    }
}

/// For a seed, whose resources may outlive what they were made of.
pub fn unknown(system: &str, id: &str) -> Origin {
    let role = |name: &str, origin_id: String, ty| OriginRole {
        name: name.to_owned(),
        description: Value::Null,
        origin_id,
        ty,
    };
    let roles = match system {
        GROUP => vec![
            role("Member", format!("Member_{id}"), Some("active")),
            role("Owner", format!("Owner_{id}"), Some("active")),
        ],
        DIRECTORY_ROLE => vec![
            role("Active Member", "Active".to_owned(), Some("active")),
            role("Eligible Member", "Eligible".to_owned(), Some("eligible")),
        ],
        _ => vec![role("Member", format!("Member_{id}"), None)],
    };
    Origin {
        display_name: id.into(),
        description: Value::Null,
        resource_type: system.to_owned(),
        url: Value::Null,
        roles,
        may_be_added: true,
    }
}

/// Members and owners, also as what one may activate where the group is under privileged identity management.
/// Nobody can be put into a group whose membership follows a rule.
fn group(group: &Value) -> Origin {
    let id = group["id"].as_str().unwrap_or_default();
    let is =
        |word: &str| group["groupTypes"].as_array().is_some_and(|types| types.iter().any(|ty| ty == word));
    let mut roles = Vec::new();
    for (prefix, name, ty) in [("", "", "active"), ("Eligible", "Eligible ", "eligible")] {
        let eligible = group["isAssignableToRole"] == true || group["kept:eligibleRoles"] == true;
        for role in ["Member", "Owner"] {
            let by_rule = role == "Member" && is("DynamicMembership");
            if by_rule || (ty == "eligible" && !eligible) {
                continue;
            }
            roles.push(OriginRole {
                name: format!("{name}{role}"),
                description: Value::Null,
                origin_id: format!("{prefix}{role}_{id}"),
                ty: Some(ty),
            });
        }
    }
    Origin {
        display_name: group["displayName"].clone(),
        description: group["description"].clone(),
        resource_type: if is("Unified") { "O365 Group" } else { "Security Group" }.to_owned(),
        url: format!("https://account.activedirectory.windowsazure.com/r#/manageMembership?objectType=Group&objectId={id}")
            .into(),
        roles,
        // What is mastered elsewhere cannot be changed here.
        may_be_added: group["onPremisesSyncEnabled"] != true,
    }
}

/// The roles of an application that people may hold.
fn application(principal: &Value) -> Origin {
    let for_people = |role: &&Value| {
        let types = role["allowedMemberTypes"].as_array();
        role["isEnabled"] != false && types.is_none_or(|types| types.iter().any(|ty| ty == "User"))
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let roles = principal["appRoles"].as_array().into_iter().flatten().filter(for_people);
    let mut roles: Vec<OriginRole> = roles
        .map(|role| OriginRole {
            name: text(&role["displayName"]),
            description: role["description"].clone(),
            origin_id: text(&role["id"]),
            ty: None,
        })
        .collect();
    if roles.is_empty() {
        roles.push(OriginRole {
            name: "Default Access".to_owned(),
            description: Value::Null,
            origin_id: DEFAULT_ACCESS.to_owned(),
            ty: None,
        });
    }
    Origin {
        display_name: principal["displayName"].clone(),
        description: principal["description"].clone(),
        resource_type: "Application".to_owned(),
        url: Value::Null,
        roles,
        may_be_added: true,
    }
}

fn of_site(site: &Value) -> Origin {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let roles = site["kept:roles"].as_array().into_iter().flatten().map(|role| OriginRole {
        name: text(&role["displayName"]),
        description: role["description"].clone(),
        origin_id: text(&role["originId"]),
        ty: None,
    });
    Origin {
        display_name: site["displayName"].clone(),
        description: site["webUrl"].clone(),
        resource_type: "SharePoint Online Site".to_owned(),
        url: site["webUrl"].clone(),
        roles: roles.collect(),
        may_be_added: true,
    }
}

/// The roles as they are kept in the resource with this id. Their ids follow from it, so that they are the same
/// however often they are asked for.
pub fn roles(resource: &str, system: &str, roles: &[OriginRole]) -> Vec<Value> {
    let kept = |role: &OriginRole| {
        let mut kept = Map::new();
        kept.insert("id".to_owned(), derived_guid(&["role", resource, &role.origin_id]).into());
        kept.insert("displayName".to_owned(), role.name.as_str().into());
        kept.insert("description".to_owned(), role.description.clone());
        kept.insert("originSystem".to_owned(), system.into());
        kept.insert("originId".to_owned(), role.origin_id.as_str().into());
        if let Some(ty) = role.ty {
            kept.insert("type".to_owned(), ty.into());
        }
        kept.insert("kept:resource".to_owned(), json!({ "id": resource }));
        Value::Object(kept)
    };
    roles.iter().map(kept).collect()
}

/// The one scope of a resource: the whole of it.
pub fn root_scope(resource: &str, system: &str, origin_id: &str) -> Value {
    json!({
        "id": derived_guid(&["scope", resource, origin_id]),
        "displayName": "Root",
        "description": "Root Scope",
        "originSystem": system,
        "originId": origin_id,
        "isRootScope": true,
        "kept:resource": { "id": resource },
    })
}
