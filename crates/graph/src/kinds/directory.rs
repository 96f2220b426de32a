//! Users, groups and service principals: from a name to its objects, and from ids to names and kinds. Microsoft Graph
//! v1.0 reference, "List users", "List groups", "List servicePrincipals", "directoryObject: getByIds".

use super::look_up::Collection;
use super::{READ, access_package, catalog, connected_organization, id, object, text};
use crate::error::{Call, Error, ErrorKind};
use crate::http::{Answer, Outgoing, Transport};
use crate::odata::Request;
use crate::page;
use crate::read::{ApplicationRole, Found, Names};
use entrant_model::live::Description;
use entrant_model::time::Instant;
use entrant_model::value::Json;
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Id, Kind, Version};
use reqwest::Method;
use std::collections::{BTreeMap, BTreeSet};

/// How a kind of the directory is asked for.
struct Directory {
    path: &'static str,
    select: &'static str,
    permission: &'static str,
    /// Its word in `getByIds`.
    by_ids: &'static str,
}

const fn directory(kind: Kind) -> Option<Directory> {
    match kind {
        Kind::User => Some(Directory {
            path: "users",
            select: "id,userPrincipalName,displayName",
            permission: "User.ReadBasic.All",
            by_ids: "user",
        }),
        Kind::Group => Some(Directory {
            path: "groups",
            select: "id,displayName,securityEnabled,groupTypes",
            permission: "GroupMember.Read.All",
            by_ids: "group",
        }),
        Kind::ServicePrincipal => Some(Directory {
            path: "servicePrincipals",
            select: "id,displayName,appId",
            permission: "Application.Read.All",
            by_ids: "servicePrincipal",
        }),
        _ => None,
    }
}

/// Ids that one `getByIds` takes.
const MAX_IDS: usize = 1000;

/// Connected organizations up to which each is asked for alone; from then on the list is less.
const MAX_SINGLE_READS: usize = 3;

/// Where objects of a kind are looked for by this name: users by user principal name where it has an `@`.
pub(crate) fn collection(kind: Kind, name: &str) -> Result<Collection, Error> {
    let Some(Directory { path, select, permission, .. }) = directory(kind) else {
        return Err(Error::local(
            ErrorKind::Unsupported,
            format!("a {} cannot be found by its name alone", kind.noun()),
        ));
    };
    let member = if kind == Kind::User && name.contains('@') { "userPrincipalName" } else { "displayName" };
    Ok(Collection { path, member, option: Some(("select", select)), permission })
}

pub(crate) fn found(kind: Kind, json: &Json) -> Result<Found, Error> {
    let Some(id) = id(json) else { return Err(Error::incomplete("an object came without its id")) };
    let display_name = text(json, "displayName").unwrap_or_default();
    let (name, detail) = match kind {
        Kind::User => (text(json, "userPrincipalName").unwrap_or(display_name), display_name.to_owned()),
        Kind::ServicePrincipal => {
            (display_name, text(json, "appId").map(|app| format!("application {app}")).unwrap_or_default())
        }
        _ => (display_name, group_type(json).to_owned()),
    };
    Ok(Found { id, name: name.to_owned(), detail })
}

fn group_type(json: &Json) -> &'static str {
    let unified = json.get("groupTypes").and_then(Json::as_array).is_some_and(|types| {
        types.iter().filter_map(Json::as_str).any(|word| word.eq_ignore_ascii_case("Unified"))
    });
    match (unified, json.get("securityEnabled").and_then(Json::as_bool)) {
        (true, _) => "Microsoft 365 group",
        (false, Some(true)) => "security group",
        (false, Some(false)) => "distribution group",
        (false, None) => "",
    }
}

/// Names of objects of any kind that has an address of its own.
pub(crate) async fn names(transport: &Transport, ids: &[(Kind, Id)]) -> Result<Names, Error> {
    let mut names = Names::default();
    let wanted = |kinds: fn(Kind) -> bool| {
        let wanted: BTreeSet<&(Kind, Id)> = ids.iter().filter(|(kind, _)| kinds(*kind)).collect();
        wanted.into_iter().collect::<Vec<_>>()
    };
    // An id that is no GUID would fail the whole request; the directory has none such.
    let in_directory = wanted(|kind| directory(kind).is_some());
    let guids: Vec<_> = in_directory.into_iter().filter(|(_, id)| Id::guid(id.as_str()).is_some()).collect();
    for chunk in guids.chunks(MAX_IDS) {
        let (kinds, ids) = (chunk.iter().map(|(kind, _)| *kind), chunk.iter().map(|(_, id)| id));
        let objects = by_ids(transport, kinds, ids).await;
        collect(&mut names, objects)?;
    }
    let mut alone: Vec<(Request, &'static str)> = Vec::new();
    let organizations = wanted(|kind| kind == Kind::ConnectedOrganization);
    if organizations.len() > MAX_SINGLE_READS {
        let objects = connected_organization::list(transport).await.map(|all| {
            let asked = |json: &Json| id(json).is_some_and(|id| organizations.iter().any(|(_, o)| *o == id));
            all.into_iter().filter(asked).collect()
        });
        collect(&mut names, objects)?;
    } else {
        alone.extend(organizations.iter().map(|(_, id)| (connected_organization::one(id), READ)));
    }
    alone.extend(wanted(|kind| matches!(kind, Kind::AccessPackage | Kind::Catalog)).iter().map(
        |(kind, id)| {
            let is_catalog = *kind == Kind::Catalog;
            (if is_catalog { catalog::one(id) } else { access_package::one(id) }, READ)
        },
    ));
    for answer in page::objects(transport, Version::V1, &alone).await? {
        collect(&mut names, single(answer))?;
    }
    Ok(names)
}

/// What the objects are and when they were made. What cannot be read is missing.
pub(crate) async fn descriptions(
    transport: &Transport,
    ids: &[(Kind, Id)],
) -> Result<BTreeMap<Id, Description>, Error> {
    let asked: Vec<(Kind, (Request, &'static str))> =
        ids.iter().filter_map(|(kind, id)| Some((*kind, description(*kind, id)?))).collect();
    let (kinds, requests): (Vec<Kind>, Vec<_>) = asked.into_iter().unzip();
    let mut descriptions = BTreeMap::new();
    for (kind, answer) in kinds.into_iter().zip(page::objects(transport, Version::V1, &requests).await?) {
        let Ok((call, answer)) = answer else { continue };
        let json = object(&call, &answer)?;
        let Found { id, detail, .. } = match kind {
            Kind::ConnectedOrganization => connected_organization::found(&json)?,
            _ => found(kind, &json)?,
        };
        let created = text(&json, "createdDateTime").and_then(Instant::parse);
        descriptions.insert(id, Description { detail, created });
    }
    Ok(descriptions)
}

/// The look at one object; `None` for a kind that has none. The date of a service principal is in no version.
fn description(kind: Kind, id: &Id) -> Option<(Request, &'static str)> {
    if kind == Kind::ConnectedOrganization {
        return Some((connected_organization::one(id), READ));
    }
    let Directory { path, select, permission, .. } = directory(kind)?;
    let select = match kind {
        Kind::ServicePrincipal => select.to_owned(),
        _ => format!("{select},createdDateTime"),
    };
    let request = Request::new(Version::V1, path).segment(id.as_str()).option("select", &select);
    Some((request, permission))
}

/// Takes the names over. What the caller may not see, or the cloud does not offer, leaves a gap.
fn collect(names: &mut Names, objects: Result<Vec<Json>, Error>) -> Result<(), Error> {
    match objects {
        Ok(objects) => {
            for json in objects {
                let name = text(&json, "userPrincipalName").or_else(|| text(&json, "displayName"));
                if let (Some(id), Some(name)) = (id(&json), name) {
                    names.names.insert(id, name.to_owned());
                }
            }
            Ok(())
        }
        Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => {
            names.unreadable = true;
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// The kinds of the directory that its answers tell apart by `@odata.type`.
const KINDS: [Kind; 3] = [Kind::User, Kind::Group, Kind::ServicePrincipal];

/// What an object of the directory says that it is; `None` where it says no more than `directoryObject`.
pub(crate) fn kind_of(json: &Json) -> Option<Kind> {
    let tag = text(json, ODATA_TYPE)?;
    let tag = tag.trim_start_matches('#').strip_prefix("microsoft.graph.")?;
    KINDS.into_iter().find(|kind| type_of(*kind) == Some(tag))
}

/// Graph's name of a kind of the directory.
pub(crate) const fn type_of(kind: Kind) -> Option<&'static str> {
    match directory(kind) {
        Some(Directory { by_ids, .. }) => Some(by_ids),
        None => None,
    }
}

/// The kinds of these objects. Those that the directory does not know are missing.
pub(crate) async fn kinds(transport: &Transport, ids: &BTreeSet<Id>) -> Result<BTreeMap<Id, Kind>, Error> {
    let mut kinds = BTreeMap::new();
    for chunk in ids.iter().collect::<Vec<_>>().chunks(MAX_IDS) {
        for json in by_ids(transport, KINDS.into_iter(), chunk.iter().copied()).await? {
            if let (Some(id), Some(kind)) = (id(&json), kind_of(&json)) {
                kinds.insert(id, kind);
            }
        }
    }
    Ok(kinds)
}

/// The application roles of service principals, in few requests. One that is not there has no entry.
pub(crate) async fn application_roles(
    transport: &Transport,
    ids: &[Id],
) -> Result<BTreeMap<Id, Vec<ApplicationRole>>, Error> {
    let of = |id: &Id| {
        let request = Request::new(Version::V1, "servicePrincipals").segment(id.as_str());
        (request.option("select", "id,appRoles"), "Application.Read.All")
    };
    let requests: Vec<_> = ids.iter().map(of).collect();
    let mut roles = BTreeMap::new();
    for (id, answer) in ids.iter().zip(page::objects(transport, Version::V1, &requests).await?) {
        let json = match answer {
            Ok((call, answer)) => object(&call, &answer)?,
            Err(error) if error.is_absence() => continue,
            Err(error) => return Err(error),
        };
        let Some(defined) = json.get("appRoles").and_then(Json::as_array) else {
            return Err(Error::incomplete(format!("the service principal {id} came without its roles")));
        };
        let role = |json: &Json| {
            Some(ApplicationRole {
                id: super::id(json)?,
                display_name: text(json, "displayName").unwrap_or_default().to_owned(),
                value: text(json, "value").unwrap_or_default().to_owned(),
            })
        };
        roles.insert(id.clone(), defined.iter().filter_map(role).collect());
    }
    Ok(roles)
}

async fn by_ids(
    transport: &Transport,
    kinds: impl Iterator<Item = Kind>,
    ids: impl Iterator<Item = &Id>,
) -> Result<Vec<Json>, Error> {
    let ids: Vec<&str> = ids.map(Id::as_str).collect();
    let types: BTreeSet<&str> = kinds.filter_map(type_of).collect();
    let permission = "Directory.Read.All";
    let url = transport.url(&Request::new(Version::V1, "directoryObjects/getByIds"))?;
    let body = serde_json::json!({ "ids": ids, "types": types });
    // A POST that only reads.
    let call = Call { method: "POST", path: url.path().to_owned(), writes: false };
    let outgoing =
        Outgoing { method: Method::POST, url, body: Some(body.to_string().into()), call, permission };
    let answer = transport.send(&outgoing).await?;
    page::from_first(transport, Version::V1, &outgoing, answer).await
}

/// One object as a list of at most one: none where it is gone.
fn single(answer: Result<(Call, Answer), Error>) -> Result<Vec<Json>, Error> {
    match answer {
        Ok((call, answer)) => Ok(vec![object(&call, &answer)?]),
        Err(error) if error.is_absence() => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
