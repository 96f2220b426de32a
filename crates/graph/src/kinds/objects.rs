//! Objects that are read, created, updated and deleted alike, whatever their kind: where each kind's stand, and how an
//! answer becomes a live object. v1.0 alone. Their parts are `parts`' business.
//!
//! | kind | its collection | update |
//! | --- | --- | --- |
//! | `Settings` | none: there is one | PATCH |
//! | `Catalog`, `ConnectedOrganization`, `AccessPackage` | of the tenant | PATCH |
//! | `WorkflowExtension` | of its catalog | PUT |

use super::look_up::{self, Collection};
use super::{
    READ, WRITE, access_package, catalog, connected_organization, id, object, settings, workflow_extension,
};
use crate::error::{Call, Error, ErrorKind};
use crate::http::{Answer, Outgoing, Transport};
use crate::odata::Request;
use crate::page;
use crate::permissions::{self, Verb};
use entrant_model::kinds::table;
use entrant_model::live::{LiveObject, Wire};
use entrant_model::value::Json;
use entrant_model::{Id, Kind, Version, wire};
use reqwest::Method;
use serde_json::json;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Objects of these names, by folded name. Each name has an entry.
pub(crate) async fn named(
    transport: &Transport,
    kind: Kind,
    names: &[String],
) -> Result<BTreeMap<String, Vec<LiveObject>>, Error> {
    let mut found = BTreeMap::new();
    for (name, objects) in look_up::named(transport, by_name(kind)?, names).await? {
        found.insert(name, all_live(transport, kind, &Id::tenant(), objects).await?);
    }
    Ok(found)
}

/// Every object in these parents. Each parent that exists has an entry.
pub(crate) async fn in_parents(
    transport: &Transport,
    kind: Kind,
    parents: &[Id],
) -> Result<BTreeMap<Id, Vec<LiveObject>>, Error> {
    let tenant = Id::tenant();
    let holders: Vec<Id> = parents.iter().filter(|parent| **parent != tenant).cloned().collect();
    let mut listed = match kind {
        Kind::AccessPackage => access_package::in_catalogs(transport, &holders).await?,
        Kind::WorkflowExtension => workflow_extension::in_catalogs(transport, &holders).await?,
        _ if holders.is_empty() => BTreeMap::new(),
        _ => return Err(unsupported(kind, "listed by what holds it")),
    };
    if parents.contains(&tenant) {
        listed.insert(tenant, in_tenant(transport, kind).await?);
    }
    let mut found = BTreeMap::new();
    for (parent, objects) in listed {
        let objects = all_live(transport, kind, &parent, objects).await?;
        found.insert(parent, objects);
    }
    Ok(found)
}

async fn in_tenant(transport: &Transport, kind: Kind) -> Result<Vec<Json>, Error> {
    let request = match kind {
        Kind::Settings => {
            let (call, answer) = page::get(transport, transport.url(&settings::one())?, READ).await?;
            return Ok(vec![read(kind, &call, &answer)?]);
        }
        Kind::Catalog => catalog::all(),
        Kind::ConnectedOrganization => connected_organization::all(),
        Kind::AccessPackage => access_package::all().option("expand", access_package::EXPAND),
        _ => return Err(unsupported(kind, "listed for the whole tenant")),
    };
    page::list(transport, &request, READ).await
}

/// Creates an object and gives what Graph answered.
pub(crate) async fn create(
    transport: &Transport,
    kind: Kind,
    parent: &Id,
    body: &Json,
) -> Result<LiveObject, Error> {
    let request = collection(kind, parent)?;
    let mut sent = to_graph(kind, body);
    let mut unknown_domains = None;
    if kind == Kind::ConnectedOrganization {
        let (body, refused) = connected_organization::to_create(transport, body).await?;
        (sent, unknown_domains) = (Cow::Owned(body), refused);
    }
    let outcome = write(transport, Method::POST, &request, Some(&sent)).await;
    let (call, answer) = outcome.map_err(|error| match &unknown_domains {
        Some(why) if error.kind() == ErrorKind::BadRequest => error.with_help([format!(
            "Graph makes an organization of a domain of the tenant, which could not be asked for ({why}). Write {{domain: …}} instead of {{tenant: …}}, or grant that permission."
        )]),
        _ => advised(error, kind, "", Verb::Create),
    })?;
    let mut json = object(&call, &answer)?;
    match kind {
        Kind::AccessPackage if json.get("catalog").and_then(id).is_none() => {
            json["catalog"] =
                body.get("catalog").cloned().unwrap_or_else(|| json!({ "id": parent.as_str() }));
        }
        Kind::WorkflowExtension => json = workflow_extension::from_graph(json, parent),
        _ => {}
    }
    // Of this call, so that the outcome counts as unclear.
    live(kind, parent, &json).map_err(|error| answer.malformed(&call, &error.to_string()))
}

/// Updates an object.
pub(crate) async fn update(
    transport: &Transport,
    kind: Kind,
    parent: &Id,
    id: &Id,
    body: &Json,
) -> Result<(), Error> {
    let method = if kind == Kind::WorkflowExtension { Method::PUT } else { Method::PATCH };
    let outcome = write(transport, method, &one(kind, parent, id)?, Some(&to_graph(kind, body))).await;
    outcome.map(|_| ()).map_err(|error| advised(error, kind, "", Verb::Change))
}

/// A body of the tables as Graph takes it.
fn to_graph(kind: Kind, body: &Json) -> Cow<'_, Json> {
    match kind {
        Kind::WorkflowExtension => Cow::Owned(workflow_extension::to_graph(body)),
        _ => Cow::Borrowed(body),
    }
}

/// Deletes an object.
pub(crate) async fn delete(transport: &Transport, kind: Kind, parent: &Id, id: &Id) -> Result<(), Error> {
    // Also says that there is nothing to delete of a kind that cannot be created.
    collection(kind, parent)?;
    match write(transport, Method::DELETE, &one(kind, parent, id)?, None).await {
        Err(error) if !error.is_absence() => Err(advised(error, kind, "", Verb::Change)),
        _ => Ok(()),
    }
}

/// A refusal, with which role would do.
pub(super) fn advised(error: Error, kind: Kind, part: &str, verb: Verb) -> Error {
    match permissions::advice(kind, part, verb) {
        Some(advice) if error.kind() == ErrorKind::Forbidden => error.with_help([advice]),
        _ => error,
    }
}

/// One request that can change the tenant.
pub(super) async fn write(
    transport: &Transport,
    method: Method,
    request: &Request,
    body: Option<&Json>,
) -> Result<(Call, Answer), Error> {
    let name = match method {
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        _ => "DELETE",
    };
    let url = transport.url(request)?;
    let call = Call { method: name, path: url.path().to_owned(), writes: true };
    let body = body.map(|body| body.to_string().into_bytes());
    let outgoing = Outgoing { method, url, body, call, permission: WRITE };
    let answer = transport.send(&outgoing).await?;
    Ok((outgoing.call, answer))
}

/// The path of one object, for what it is without its parts.
pub(super) fn one(kind: Kind, parent: &Id, id: &Id) -> Result<Request, Error> {
    match kind {
        Kind::Settings => Ok(settings::one()),
        Kind::Catalog => Ok(catalog::one(id)),
        Kind::ConnectedOrganization => Ok(connected_organization::one(id)),
        Kind::WorkflowExtension => Ok(workflow_extension::one(parent, id)),
        Kind::AccessPackage => Ok(access_package::one(id)),
        _ => Err(unsupported(kind, "read or written like this")),
    }
}

/// Where objects of a kind are created.
fn collection(kind: Kind, parent: &Id) -> Result<Request, Error> {
    match kind {
        Kind::Catalog => Ok(catalog::all()),
        Kind::ConnectedOrganization => Ok(connected_organization::all()),
        Kind::WorkflowExtension => Ok(workflow_extension::all(parent)),
        Kind::AccessPackage => Ok(access_package::all()),
        _ => Err(unsupported(kind, "created or deleted")),
    }
}

/// Where objects of a kind are found by name.
fn by_name(kind: Kind) -> Result<Collection, Error> {
    match kind {
        Kind::Catalog => Ok(catalog::COLLECTION),
        Kind::ConnectedOrganization => Ok(connected_organization::COLLECTION),
        Kind::AccessPackage => Ok(access_package::COLLECTION),
        _ => Err(unsupported(kind, "found by its name alone")),
    }
}

/// The object of an answer.
pub(super) fn read(kind: Kind, call: &Call, answer: &Answer) -> Result<Json, Error> {
    if kind != Kind::Settings {
        return object(call, answer);
    }
    // There is one, and nothing relies on its id.
    match answer.json(call)? {
        json @ Json::Object(_) => Ok(json),
        _ => Err(answer.malformed(call, "the answer is no object")),
    }
}

async fn all_live(
    transport: &Transport,
    kind: Kind,
    parent: &Id,
    objects: Vec<Json>,
) -> Result<Vec<LiveObject>, Error> {
    let mut all = Vec::with_capacity(objects.len());
    for mut json in objects {
        json = whole(transport, kind, parent, json).await?;
        all.push(live(kind, parent, &json)?);
    }
    Ok(all)
}

/// What was listed or read of an object, as the tables have it and with what holds it.
pub(super) async fn whole(transport: &Transport, kind: Kind, parent: &Id, json: Json) -> Result<Json, Error> {
    match kind {
        Kind::AccessPackage => access_package::with_catalog(transport, json).await,
        Kind::WorkflowExtension => Ok(workflow_extension::from_graph(json, parent)),
        _ => Ok(json),
    }
}

/// A live object from all that was read of it.
pub(super) fn live(kind: Kind, parent: &Id, json: &Json) -> Result<LiveObject, Error> {
    let (Some(table), Some(map)) = (table(kind, Version::V1), json.as_object()) else {
        return Err(unsupported(kind, "read"));
    };
    let (id, display_name) = if kind == Kind::Settings {
        (Id::new(settings::NAME), settings::NAME.to_owned())
    } else {
        let Some(id) = id(json) else { return Err(Error::incomplete("an object came without its id")) };
        // Null is an answer, no member is none.
        let Some(name) = map.get("displayName").filter(|name| name.is_string() || name.is_null()) else {
            return Err(Error::incomplete(format!("the object {id} came without its display name")));
        };
        (id, name.as_str().unwrap_or_default().to_owned())
    };
    let parent = match kind {
        Kind::AccessPackage => match json.get("catalog").and_then(super::id) {
            Some(catalog) => catalog,
            None => return Err(Error::incomplete(format!("the package {id} came without its catalog"))),
        },
        Kind::WorkflowExtension => parent.clone(),
        _ => Id::tenant(),
    };
    let object = wire::read(table, map);
    let (version, wire) = (Version::V1, Wire::new(json));
    Ok(LiveObject { kind, version, id, display_name, parent, object, wire, unread: Vec::new() })
}

fn unsupported(kind: Kind, what: &str) -> Error {
    Error::local(ErrorKind::Unsupported, format!("a {} cannot be {what}", kind.noun()))
}
