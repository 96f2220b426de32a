//! How a seed names things for people: a group by its name, a user by the principal name, a site by its address.
//! Graph's own form, by id, is understood as well.

use serde_json::{Map, Value, json};

use super::{Kind, origin, site};
use crate::errors::{Result, invalid_model};
use crate::store::Tenant;

/// The words by which a seed says what sort of object of the directory it means.
const WORDS: [(&str, &[Kind]); 4] = [
    ("user", &[Kind::User]),
    ("group", &[Kind::Group]),
    ("application", &[Kind::ServicePrincipal]),
    ("servicePrincipal", &[Kind::ServicePrincipal]),
];

/// The id of the one object that a text (an id or a name), `{id: …}`, `{displayName: …}` or `{group: …}` means.
pub fn find(tenant: &Tenant, place: &str, value: &Value, kinds: &[Kind]) -> Result<String> {
    if let Some(object) = value.as_object() {
        for (word, kinds) in WORDS {
            if let Some(named) = object.get(word) {
                return find(tenant, place, named, kinds);
            }
        }
    }
    let named = value.as_str().or_else(|| value["id"].as_str()).or_else(|| value["displayName"].as_str());
    let named = named.ok_or_else(|| invalid_model(place, "a name or {id: …} is expected"))?;
    let by_id = kinds.iter().find_map(|kind| tenant.get(*kind, named));
    let mut found: Vec<&Value> = by_id.into_iter().collect();
    if found.is_empty() {
        for kind in kinds {
            for member in ["displayName", "userPrincipalName"] {
                found.extend(tenant.having(*kind, member, named).unwrap_or_default());
            }
        }
    }
    match found.as_slice() {
        [one] => Ok(one["id"].as_str().unwrap_or_default().to_owned()),
        [] => Err(invalid_model(place, format!("there is no '{named}'"))),
        _ => Err(invalid_model(place, format!("there are several '{named}'"))),
    }
}

/// Puts `{id: …}` in the place of whatever names an object there.
pub fn refer(tenant: &Tenant, object: &mut Map<String, Value>, member: &str, kind: Kind) -> Result<()> {
    let Some(value) = object.get(member) else { return Ok(()) };
    if value.is_string() || value.get("displayName").is_some_and(|_| value.get("id").is_none()) {
        let id = find(tenant, &format!("/{member}"), value, &[kind])?;
        object.insert(member.to_owned(), json!({ "id": id }));
    }
    Ok(())
}

/// A list of references.
pub fn references(tenant: &Tenant, place: &str, list: &Value, kinds: &[Kind]) -> Result<Vec<Value>> {
    let items = match list {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items,
        _ => return Err(invalid_model(place, "a collection is expected")),
    };
    let refer = |item: &Value| match item.as_object() {
        // By id alone, as Graph has it; what it leads to may be gone.
        Some(object) if object.contains_key("id") => Ok(json!({ "id": object["id"] })),
        _ => Ok(json!({ "id": find(tenant, place, item, kinds)? })),
    };
    items.iter().map(refer).collect()
}

/// Puts `originSystem` and `originId` in the place of `group`, `application` or `site`.
pub fn take_origin(tenant: &Tenant, object: &mut Map<String, Value>) -> Result<()> {
    for (word, kind, system) in [
        ("group", Some(Kind::Group), origin::GROUP),
        ("application", Some(Kind::ServicePrincipal), origin::APPLICATION),
        ("site", None, origin::SITE),
    ] {
        let Some(named) = object.shift_remove(word) else { continue };
        let place = format!("/{word}");
        let id = if let Some(kind) = kind {
            find(tenant, &place, &named, &[kind])?
        } else {
            let address = named.as_str().unwrap_or_default();
            let found = site::by_url(tenant, address);
            let found = found.and_then(|site| site["webUrl"].as_str()).map(str::to_owned);
            found.ok_or_else(|| invalid_model(place, format!("there is no site '{address}'")))?
        };
        object.insert("originSystem".to_owned(), system.into());
        object.insert("originId".to_owned(), id.into());
    }
    Ok(())
}
