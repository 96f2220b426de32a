//! Sites: seeded, and looked up by address or by words. A site has groups that a package may put people
//! into; Graph shows them only as the roles of a resource.

use serde_json::{Map, Value, json};

use super::{Entity, Kind, Operations, READ_ONLY, View, Write, fill, members, no_navigation, text};
use crate::errors::{Result, invalid_model};
use crate::random::derived_guid;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req, unknown_members};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "site",
    collection: |_| "sites",
    shape: |_| &SHAPE,
    navigation: no_navigation,
    view,
    pointer: |_, name| Some(format!("/{name}")),
    on_request: &[],
    operations: Operations { seed: Some(seed), ..READ_ONLY },
};

static SHAPE: Shape = Shape {
    type_name: "site",
    members: &[
        req("id", Ty::Text),
        opt("displayName", Ty::Text),
        opt("name", Ty::Text),
        opt("description", Ty::Text),
        opt("webUrl", Ty::Text),
        opt("isPersonalSite", Ty::Bool),
        opt("createdDateTime", Ty::Instant),
        opt("lastModifiedDateTime", Ty::Instant),
    ],
};

/// The groups that every site has, by their usual numbers.
const ROLES: [(&str, &str); 3] = [("Owners", "3"), ("Visitors", "4"), ("Members", "5")];

/// The site with this address; a slash at the end says nothing.
pub fn by_url<'a>(tenant: &'a Tenant, url: &str) -> Option<&'a Value> {
    let wanted = url.trim_end_matches('/');
    let has = |site: &&Value| {
        site["webUrl"].as_str().is_some_and(|url| url.trim_end_matches('/').eq_ignore_ascii_case(wanted))
    };
    tenant.list(Kind::Site).find(has)
}

/// The site of a host at a path, which is that of the host where the path is empty.
pub fn by_address<'a>(tenant: &'a Tenant, host: &str, path: &str) -> Option<&'a Value> {
    by_url(tenant, format!("https://{host}/{}", path.trim_matches([':', '/'])).trim_end_matches('/'))
}

pub fn root(tenant: &Tenant) -> Option<&Value> {
    let is_root = |site: &&Value| {
        let address = site["webUrl"].as_str().unwrap_or_default().trim_end_matches('/');
        address.strip_prefix("https://").is_some_and(|rest| !rest.contains('/'))
    };
    tenant.list(Kind::Site).find(is_root)
}

/// Whether a search finds the site: by a word of its name or its address, `*` by any.
pub fn is_found(site: &Value, searched: &str) -> bool {
    let wanted = searched.trim_matches(['"', '*']).to_lowercase();
    let has = |name: &str| site[name].as_str().is_some_and(|text| text.to_lowercase().contains(&wanted));
    ["displayName", "name", "webUrl"].into_iter().any(has)
}

fn view(_: &View, site: &Map<String, Value>) -> Map<String, Value> {
    let names =
        ["id", "displayName", "name", "description", "webUrl", "createdDateTime", "lastModifiedDateTime"];
    let mut shown = members(site, &names);
    shown.extend(unknown_members(&SHAPE, site).map(|(name, value)| (name.clone(), value.clone())));
    shown
}

fn seed(write: &mut Write, mut object: Map<String, Value>) -> Result<Map<String, Value>> {
    let roles = object.shift_remove("roles");
    let mut site = check_object(&SHAPE, object, None, Strictness::Seed)?;
    let url = text(&site, "webUrl").to_owned();
    let address = url.strip_prefix("https://").unwrap_or_default();
    if address.is_empty() {
        return Err(invalid_model(
            "/webUrl",
            "a site has a webUrl, such as https://contoso.sharepoint.com/sites/x",
        ));
    }
    if by_url(write.tenant, &url).is_some() {
        return Err(invalid_model("/webUrl", "there is a site at this address"));
    }
    let host = address.split('/').next().unwrap_or_default();
    let name = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    if !site.contains_key("id") {
        let id = format!("{host},{},{}", derived_guid(&["site", &url]), derived_guid(&["web", &url]));
        site.shift_insert(0, "id".to_owned(), id.into());
    }
    fill(&mut site, "displayName", name.as_str());
    fill(&mut site, "name", name);
    let now = write.tenant.stamp();
    fill(&mut site, "createdDateTime", now.clone());
    fill(&mut site, "lastModifiedDateTime", now);
    site.insert("kept:roles".to_owned(), seed_roles(roles)?.into());
    Ok(site)
}

/// Names, which are numbered, or objects with the number as `originId`.
fn seed_roles(roles: Option<Value>) -> Result<Vec<Value>> {
    let wrong = || {
        invalid_model("/roles", "a list of names, or of objects with displayName and originId, is expected")
    };
    match roles {
        None => Ok(ROLES.iter().map(|(name, id)| json!({ "displayName": name, "originId": id })).collect()),
        Some(Value::Array(items)) => items
            .into_iter()
            .enumerate()
            .map(|(index, item)| match item {
                Value::String(name) => {
                    let usual =
                        ROLES.iter().find(|(usual, _)| *usual == name).map(|(_, id)| (*id).to_owned());
                    let id = usual.unwrap_or_else(|| (index + 6).to_string());
                    Ok(json!({ "displayName": name, "originId": id }))
                }
                item if item["displayName"].is_string() && item["originId"].is_string() => Ok(item),
                _ => Err(wrong()),
            })
            .collect(),
        Some(_) => Err(wrong()),
    }
}
