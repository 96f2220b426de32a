//! `accessPackageAssignmentPolicy` in both versions. Microsoft Graph v1.0 and beta references,
//! "accessPackageAssignmentPolicy resource type" and its operations.
//!
//! Write rules: an update is a PUT that replaces the whole object, PATCH is not offered, and every body names
//! the package. The nested addresses that the metadata shows (`accessPackages/{id}/assignmentPolicies`) answer
//! 404 in practice, so policies are read from their own collection.

mod listing;
mod looking;

pub(crate) use listing::{Learnt, of_packages};
pub(crate) use looking::look;

use super::{READ, WRITE, id, is_of, object, text};
use crate::error::{Call, Error, ErrorKind};
use crate::http::{Answer, Outgoing, Transport};
use crate::odata::Request;
use crate::page;
use entrant_model::kinds::assignment_policy::table;
use entrant_model::live::{LiveObject, Wire};
use entrant_model::value::Json;
use entrant_model::{Id, Kind, Version, wire};
use futures_util::future::join_all;
use reqwest::Method;
use url::Url;

const fn path(version: Version) -> &'static str {
    match version {
        Version::V1 => "identityGovernance/entitlementManagement/assignmentPolicies",
        Version::Beta => "identityGovernance/entitlementManagement/accessPackageAssignmentPolicies",
    }
}

/// What to expand: a PUT is the object as read, so what was not read would be lost by it.
///
/// In v1.0 the package, questions and extension stages are navigation properties. In beta questions and
/// `accessPackageId` are plain, and the deprecated handlers stand beside the stages.
const fn expansion(version: Version) -> &'static str {
    match version {
        Version::V1 => "accessPackage,questions,customExtensionStageSettings($expand=customExtension)",
        Version::Beta => {
            "customExtensionStageSettings($expand=customExtension),customExtensionHandlers($expand=customExtension)"
        }
    }
}

/// [`expansion`] where the package is known.
const fn expansion_of_package(version: Version) -> &'static str {
    match version {
        Version::V1 => "questions,customExtensionStageSettings($expand=customExtension)",
        Version::Beta => expansion(version),
    }
}

/// The collections that the expansion brings.
const fn expanded(version: Version) -> &'static [&'static str] {
    match version {
        Version::V1 => &["questions", "customExtensionStageSettings"],
        Version::Beta => &["customExtensionStageSettings", "customExtensionHandlers"],
    }
}

/// One policy as it is now.
pub(crate) async fn by_id(
    transport: &Transport,
    version: Version,
    id: &Id,
) -> Result<Option<LiveObject>, Error> {
    let Some(json) = read(transport, version, id).await? else { return Ok(None) };
    whole(transport, version, id, json).await.map(Some)
}

/// Several policies as they are now, in few requests. The outer error is of all of them.
pub(crate) async fn by_ids(
    transport: &Transport,
    version: Version,
    ids: &[Id],
) -> Result<Vec<Result<Option<LiveObject>, Error>>, Error> {
    let requests: Vec<_> = ids.iter().map(|id| (one(version, id), READ)).collect();
    let answers = page::objects(transport, version, &requests).await?;
    let policies = ids.iter().zip(answers).map(async |(id, answer)| match present(answer)? {
        Some(json) => whole(transport, version, id, json).await.map(Some),
        None => Ok(None),
    });
    Ok(join_all(policies).await)
}

/// A policy that was read, with what its answer left out.
async fn whole(
    transport: &Transport,
    version: Version,
    id: &Id,
    mut json: Json,
) -> Result<LiveObject, Error> {
    is_of(id, &json)?;
    if package_of(version, &json).is_none() {
        ask_package(transport, version, id, &mut json).await?;
    }
    follow_expansions(transport, version, &mut json).await?;
    let Some(package) = package_of(version, &json) else {
        return Err(Error::incomplete(format!("the policy {id} came without its package")));
    };
    live(version, package, &json, Wire::new(&json))
}

/// Whether the version's collection is there.
pub(crate) async fn is_offered(transport: &Transport, version: Version) -> Result<bool, Error> {
    let request = Request::new(version, path(version)).option("top", "1");
    match page::get(transport, transport.url(&request)?, READ).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_absence() || error.is_no_such_address() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Creates a policy.
pub(crate) async fn create(
    transport: &Transport,
    version: Version,
    body: &Json,
) -> Result<LiveObject, Error> {
    let url = transport.url(&Request::new(version, path(version)))?;
    let (call, answer) = write(transport, Method::POST, url, Some(body)).await?;
    let json = object(&call, &answer)?;
    // What was created stands in the package that the body names, whether or not the answer repeats it.
    let package = package_of(version, &json).or_else(|| package_of(version, body));
    let created = package.ok_or_else(|| Error::incomplete("it does not name the package"));
    created
        .and_then(|package| live(version, package, &json, Wire::new(&json)))
        // Of this call, so that the outcome counts as unclear.
        .map_err(|error| answer.malformed(&call, &error.to_string()))
}

/// Replaces a policy: PUT, the only update that there is.
pub(crate) async fn replace(
    transport: &Transport,
    version: Version,
    id: &Id,
    body: &Json,
) -> Result<(), Error> {
    let url = transport.url(&Request::new(version, path(version)).segment(id.as_str()))?;
    write(transport, Method::PUT, url, Some(body)).await.map(|_| ())
}

/// Deletes a policy.
pub(crate) async fn delete(transport: &Transport, version: Version, id: &Id) -> Result<(), Error> {
    let url = transport.url(&Request::new(version, path(version)).segment(id.as_str()))?;
    match write(transport, Method::DELETE, url, None).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_absence() => Ok(()),
        Err(error) => Err(error),
    }
}

/// A policy with everything expanded that the service expands.
async fn read(transport: &Transport, version: Version, id: &Id) -> Result<Option<Json>, Error> {
    present(page::get(transport, transport.url(&one(version, id))?, READ).await)
}

/// One policy, everything expanded.
fn one(version: Version, id: &Id) -> Request {
    Request::new(version, path(version)).segment(id.as_str()).option("expand", expansion(version))
}

/// The object of an answer; `None` where Graph says that there is none.
fn present(answer: Result<(Call, Answer), Error>) -> Result<Option<Json>, Error> {
    match answer {
        Ok((call, answer)) => object(&call, &answer).map(Some),
        Err(error) if error.is_absence() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Asks for a policy's package at its own address, where the expansion did not bring it. Whether it came.
async fn ask_package(
    transport: &Transport,
    version: Version,
    id: &Id,
    json: &mut Json,
) -> Result<bool, Error> {
    let request = Request::new(version, path(version)).segment(id.as_str()).segment("accessPackage");
    match page::get(transport, transport.url(&request)?, READ).await {
        Ok((call, answer)) => {
            set_package(version, json, object(&call, &answer)?);
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Reads the rest of expanded collections that came with a link to more.
async fn follow_expansions(transport: &Transport, version: Version, json: &mut Json) -> Result<(), Error> {
    for member in expanded(version) {
        if let Some(link) = page::link_to_more(json, member)? {
            let request = Request::new(version, path(version));
            let more = page::continued(transport, &request, &link, READ).await?;
            if let Some(Json::Array(there)) = json.get_mut(*member) {
                there.extend(more);
            }
        }
    }
    Ok(())
}

fn missing(version: Version, json: &Json) -> Vec<&'static str> {
    expanded(version).iter().copied().filter(|member| json.get(member).is_none()).collect()
}

fn package_of(version: Version, json: &Json) -> Option<Id> {
    match version {
        Version::V1 => json.get("accessPackage").and_then(id),
        Version::Beta => text(json, "accessPackageId").filter(|id| !id.is_empty()).map(Id::new),
    }
}

fn set_package(version: Version, json: &mut Json, package: Json) {
    let Some(map) = json.as_object_mut() else { return };
    match version {
        Version::V1 => map.insert("accessPackage".to_owned(), package),
        Version::Beta => {
            map.insert("accessPackageId".to_owned(), package.get("id").cloned().unwrap_or(Json::Null))
        }
    };
}

fn live(version: Version, parent: Id, json: &Json, wire: Wire) -> Result<LiveObject, Error> {
    let (Some(id), Some(map)) = (id(json), json.as_object()) else {
        return Err(Error::incomplete("a policy came without its id"));
    };
    // Null is an answer, no member is none.
    let display_name = match map.get("displayName") {
        Some(Json::String(name)) => name.clone(),
        Some(Json::Null) => String::new(),
        _ => return Err(Error::incomplete(format!("the policy {id} came without its display name"))),
    };
    let object = wire::read(table(version), map);
    let unread = missing(version, json);
    let kind = Kind::AssignmentPolicy;
    Ok(LiveObject { kind, version, id, display_name, parent, object, wire, unread })
}

async fn write(
    transport: &Transport,
    method: Method,
    url: Url,
    body: Option<&Json>,
) -> Result<(Call, Answer), Error> {
    let name = match method {
        Method::POST => "POST",
        Method::PUT => "PUT",
        _ => "DELETE",
    };
    let call = Call { method: name, path: url.path().to_owned(), writes: true };
    let body = body.map(|body| body.to_string().into_bytes());
    let outgoing = Outgoing { method, url, body, call, permission: WRITE };
    let answer = transport.send(&outgoing).await?;
    Ok((outgoing.call, answer))
}
