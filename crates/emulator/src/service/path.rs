//! What stands in a path: its segments, and the object that a key means.

use serde_json::Value;

use crate::errors::{GraphError, Result, bad_request, directory_not_found, not_found};
use crate::faults::{Role, refused};
use crate::kinds::{Kind, View};
use crate::message::{Request, percent_decode};

/// A part of a path: `accessPackages`, or `servicePrincipals(appId='…')`.
pub struct Segment {
    pub name: String,
    /// What stands in parentheses: the name of a key, empty where it is the id, and its value.
    pub key: Option<(String, String)>,
}

pub fn segments(path: &str) -> Result<Vec<Segment>> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            let segment = percent_decode(segment, false)
                .ok_or_else(|| bad_request("The path is not percent-encoded UTF-8."))?;
            let keyed = segment.strip_suffix(')').and_then(|segment| segment.split_once('('));
            Ok(match keyed {
                Some((name, key)) if !key.is_empty() => {
                    let (of, value) = key.split_once('=').unwrap_or(("", key));
                    let value =
                        value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value);
                    Segment { name: name.to_owned(), key: Some((of.to_owned(), value.replace("''", "'"))) }
                }
                _ => Segment { name: segment, key: None },
            })
        })
        .collect()
}

/// The object that a key means: its id, a user's principal name, or an alternate key.
pub fn find<'a>(view: &View<'a>, request: &Request, kind: Kind, key: &(String, String)) -> Result<&'a Value> {
    match by_key(view, kind, key) {
        Ok(object)
            if request.treatment.role.as_deref().is_none_or(|role| role.sees(view.tenant, kind, object)) =>
        {
            Ok(object)
        }
        Ok(_) => refused(),
        Err(error) => missing(request, kind, error),
    }
}

/// What is answered for an object that is not there: `error`, or a refusal where the caller may see some alone.
pub fn missing<T>(request: &Request, kind: Kind, error: GraphError) -> Result<T> {
    let is_scoped = request.treatment.role.as_deref().is_some_and(Role::is_scoped);
    if is_scoped && !kind.is_directory() && kind != Kind::ConnectedOrganization {
        return refused();
    }
    Err(error)
}

pub fn by_key<'a>(view: &View<'a>, kind: Kind, (of, value): &(String, String)) -> Result<&'a Value> {
    let by_property = |name: &str| {
        view.tenant
            .list(kind)
            .find(|object| object[name].as_str().is_some_and(|other| other.eq_ignore_ascii_case(value)))
    };
    let found = match (kind, of.as_str()) {
        (Kind::DirectoryObject, "" | "id") => view.tenant.directory_object(value).map(|(_, object)| object),
        (Kind::User, "") if value.contains('@') => by_property("userPrincipalName"),
        (_, "" | "id") => view.tenant.get(kind, value),
        (Kind::ServicePrincipal | Kind::Application, "appId") => by_property("appId"),
        _ => return Err(bad_request(format!("The key '{of}' is not a key of {}.", kind.entity().type_name))),
    };
    found.ok_or_else(|| {
        if kind.is_directory() {
            directory_not_found(value)
        } else {
            not_found(kind.entity().type_name, value)
        }
    })
}

/// The one of `targets` with this id.
pub fn child<'a>(kind: Kind, targets: Vec<&'a Value>, id: &str) -> Result<&'a Value> {
    let is_meant =
        |target: &&Value| target["id"].as_str().is_some_and(|other| other.eq_ignore_ascii_case(id));
    targets.into_iter().find(is_meant).ok_or_else(|| not_found(kind.entity().type_name, id))
}

pub fn id_of(object: &Value) -> String {
    object["id"].as_str().unwrap_or_default().to_owned()
}
