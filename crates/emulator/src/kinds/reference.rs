//! References from one object to others that have a life of their own: the packages and groups that a package is
//! incompatible with, the sponsors of a connected organization. Written by `$ref`, kept as a list of ids.

use serde_json::{Map, Value, json};

use super::{Kind, Navigation, Write, Writes};
use crate::errors::{GraphError, Result, bad_request, directory_not_found, not_found};
use crate::message::percent_decode;
use crate::store::Tenant;

/// The hosts by which Graph is known besides our own.
const HOSTS: [&str; 4] = [
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
];

/// Adds the object to which `@odata.id` leads.
pub fn add(
    write: &mut Write,
    kind: Kind,
    id: &str,
    navigation: &Navigation,
    body: &Map<String, Value>,
) -> Result<()> {
    let Writes::References(collections) = navigation.writes else {
        return Err(bad_request("There are no references here."));
    };
    let address = body.get("@odata.id").and_then(Value::as_str).filter(|_| body.len() == 1);
    let address =
        address.ok_or_else(|| bad_request("A reference is written as an object with @odata.id alone."))?;
    let (collection, target) = led_to(address, collections)
        .ok_or_else(|| bad_request(format!("@odata.id '{address}' does not lead to what can stand here.")))?;
    let target = existing(write.tenant, collection, &target)?;
    if kind == navigation.kind && target.eq_ignore_ascii_case(id) {
        return Err(bad_request("An object cannot refer to itself here."));
    }
    change(write, kind, id, navigation, |list| {
        if list.iter().any(|reference| is(&reference["id"], &target)) {
            return Err(GraphError::new(
                400,
                "Request_BadRequest",
                format!(
                    "One or more added object references already exist for the following modified properties: '{}'.",
                    navigation.name
                ),
            ));
        }
        list.push(json!({ "id": target }));
        Ok(())
    })
}

/// Takes a reference away.
pub fn remove(write: &mut Write, kind: Kind, id: &str, navigation: &Navigation, target: &str) -> Result<()> {
    change(write, kind, id, navigation, |list| {
        let before = list.len();
        list.retain(|reference| !is(&reference["id"], target));
        if list.len() < before { Ok(()) } else { Err(not_found(navigation.kind.entity().type_name, target)) }
    })
}

fn change(
    write: &mut Write,
    kind: Kind,
    id: &str,
    navigation: &Navigation,
    change: impl FnOnce(&mut Vec<Value>) -> Result<()>,
) -> Result<()> {
    let Some(Value::Object(object)) = write.tenant.get(kind, id) else {
        return Err(not_found(kind.entity().type_name, id));
    };
    let mut object = object.clone();
    let name = format!("kept:{}", navigation.name);
    let mut list = object.get(&name).and_then(Value::as_array).cloned().unwrap_or_default();
    change(&mut list)?;
    object.insert(name, list.into());
    write.tenant.put(kind, object);
    Ok(())
}

/// The collection and the id of an address such as `https://graph.microsoft.com/v1.0/groups/…`.
fn led_to<'a>(address: &str, collections: &[&'a str]) -> Option<(&'a str, String)> {
    let (scheme, rest) = address.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let ours =
        scheme == "http" && ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| host.starts_with(name));
    let microsofts = scheme == "https" && HOSTS.contains(&host);
    if !ours && !microsofts {
        return None;
    }
    let below = path.strip_prefix("v1.0/").or_else(|| path.strip_prefix("beta/"))?;
    collections.iter().find_map(|collection| {
        let head = below.get(..collection.len())?;
        let id = below.get(collection.len()..)?.strip_prefix('/')?;
        (head.eq_ignore_ascii_case(collection) && !id.is_empty() && !id.contains(['/', '?']))
            .then(|| Some((*collection, percent_decode(id, false)?)))?
    })
}

/// The id of an object that is there, as it is spelled there.
fn existing(tenant: &Tenant, collection: &str, id: &str) -> Result<String> {
    let found = match collection {
        "users" => tenant.get(Kind::User, id),
        "groups" => tenant.get(Kind::Group, id),
        "directoryObjects" => tenant.directory_object(id).map(|(_, object)| object),
        _ => {
            let found = tenant.get(Kind::AccessPackage, id).ok_or_else(|| not_found("accessPackage", id))?;
            Some(found)
        }
    };
    let found = found.and_then(|object| object["id"].as_str());
    found.map(str::to_owned).ok_or_else(|| directory_not_found(id))
}

fn is(value: &Value, text: &str) -> bool {
    value.as_str().is_some_and(|value| value.eq_ignore_ascii_case(text))
}
