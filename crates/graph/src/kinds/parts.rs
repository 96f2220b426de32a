//! Members that are collections of their own: read beside their object, changed by adding and removing elements.
//!
//! ```text
//! asked: objects and their parts ─▶ one list of GETs, in batches ─▶ rows as Graph has them
//!                                                                      │ what is a principal? getByIds, once
//!                                                                      ▼
//!                                                 elements, under the member's name in the object's JSON
//! ```
//!
//! Keys of elements that begin with `@entrant.` are ours: tables do not read them, and they tell a removal what Graph
//! calls the element. Where Graph refuses an add or a removal, a look tells whether it is done already.

use super::access_package::role_scope;
use super::catalog::RoleDefinitions;
use super::catalog::resource::{self, ID};
use super::catalog::role_assignment::{self, Known};
use super::{READ, access_package, connected_organization, directory, objects, text};
use crate::error::{Call, Error, ErrorKind};
use crate::http::{Answer, Transport};
use crate::odata::Request;
use crate::page;
use crate::permissions::Verb;
use crate::read::Asked;
use entrant_model::live::LiveObject;
use entrant_model::value::Json;
use entrant_model::{Id, Kind, Version};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Role assignments that are no element: of another definition, or of a principal that is gone.
const OTHER_ASSIGNMENTS: &str = "@entrant.otherRoleAssignments";

/// One part of one object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    pub kind: Kind,
    pub parent: &'a Id,
    pub id: &'a Id,
    pub member: &'a str,
}

/// What the elements of a part are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Resources,
    Roles,
    RoleScopes,
    Incompatible,
    Sponsors,
}

/// A part by its member, and its name as the table spells it.
const PARTS: [(Kind, &str, Of); 7] = [
    (Kind::Catalog, "resources", Of::Resources),
    (Kind::Catalog, "roleAssignments", Of::Roles),
    (Kind::AccessPackage, role_scope::MEMBER, Of::RoleScopes),
    (Kind::AccessPackage, "incompatibleAccessPackages", Of::Incompatible),
    (Kind::AccessPackage, "incompatibleGroups", Of::Incompatible),
    (Kind::ConnectedOrganization, "externalSponsors", Of::Sponsors),
    (Kind::ConnectedOrganization, "internalSponsors", Of::Sponsors),
];

fn of(kind: Kind, member: &str) -> Result<(&'static str, Of), Error> {
    let found = PARTS.iter().find(|(of_kind, name, _)| *of_kind == kind && *name == member);
    found.map(|(_, name, of)| (*name, *of)).ok_or_else(|| {
        Error::local(ErrorKind::Unsupported, format!("a {} has no part `{member}`", kind.noun()))
    })
}

/// An object to read: its requests, and the parts that come with it.
struct Wanted<'a> {
    asked: &'a Asked,
    whole: Request,
    /// Parts that are lists of their own.
    lists: Vec<(&'static str, Of, Request)>,
    /// Whether the roles of a package come with it.
    has_role_scopes: bool,
}

impl<'a> Wanted<'a> {
    fn new(kind: Kind, asked: &'a Asked) -> Result<Self, Error> {
        let (mut lists, mut has_role_scopes) = (Vec::new(), false);
        for part in &asked.parts {
            let (name, of) = of(kind, part)?;
            let request = match of {
                Of::Resources => resource::all(&asked.id),
                Of::Roles => role_assignment::all(&asked.id),
                Of::Incompatible => access_package::incompatible(&asked.id, name),
                Of::Sponsors => connected_organization::sponsors(&asked.id, name),
                Of::RoleScopes => {
                    has_role_scopes = true;
                    continue;
                }
            };
            lists.push((name, of, request));
        }
        let mut whole = objects::one(kind, &asked.parent, &asked.id)?;
        if kind == Kind::AccessPackage {
            let catalog = access_package::EXPAND;
            let roles = role_scope::EXPAND;
            let both = format!("{catalog},{roles}");
            whole = whole.option("expand", if has_role_scopes { &both } else { catalog });
        }
        Ok(Self { asked, whole, lists, has_role_scopes })
    }

    fn requests(&self) -> impl Iterator<Item = Request> {
        std::iter::once(&self.whole).chain(self.lists.iter().map(|(_, _, request)| request)).cloned()
    }
}

/// An object and the rows of its parts, as Graph has them.
struct Gathered {
    json: Json,
    parts: Vec<(&'static str, Of, Vec<Json>)>,
}

type Answers = Vec<Result<(Call, Answer), Error>>;

/// Objects with the parts asked for, in their order and in few requests.
pub(crate) async fn objects(
    transport: &Transport,
    roles: &RoleDefinitions,
    kind: Kind,
    asked: &[Asked],
) -> Result<Vec<Result<Option<LiveObject>, Error>>, Error> {
    let wanted = asked.iter().map(|asked| Wanted::new(kind, asked)).collect::<Result<Vec<_>, _>>()?;
    let requests: Vec<_> = wanted.iter().flat_map(Wanted::requests).map(|request| (request, READ)).collect();
    let mut answers = page::objects(transport, Version::V1, &requests).await?.into_iter();
    let of_each = wanted.iter().map(|wanted| {
        let answers = answers.by_ref().take(1 + wanted.lists.len()).collect();
        gather(transport, kind, wanted, answers)
    });
    let gathered = join_all(of_each.collect::<Vec<_>>()).await;
    let meaning = Meaning::of(transport, roles, &gathered).await;
    let finished = asked.iter().zip(gathered).map(|(asked, gathered)| {
        let Some(gathered) = gathered? else { return Ok(None) };
        objects::live(kind, &asked.parent, &meaning.assembled(&asked.id, gathered)?).map(Some)
    });
    Ok(finished.collect())
}

/// An object from its answers, those of its parts behind its own; `None` where there is none.
async fn gather(
    transport: &Transport,
    kind: Kind,
    wanted: &Wanted<'_>,
    answers: Answers,
) -> Result<Option<Gathered>, Error> {
    let mut answers = answers.into_iter();
    let mut json = match answers.next() {
        Some(Ok((call, answer))) => objects::read(kind, &call, &answer)?,
        Some(Err(error)) if error.is_absence() => return Ok(None),
        Some(Err(error)) => return Err(objects::advised(error, kind, "", Verb::Read)),
        None => return Err(Error::incomplete("an object came without an answer")),
    };
    json = objects::whole(transport, kind, &wanted.asked.parent, json).await?;
    let mut parts = Vec::with_capacity(wanted.asked.parts.len());
    for ((name, of, request), answer) in wanted.lists.iter().zip(answers) {
        let first = answer.map_err(|error| objects::advised(error, kind, name, Verb::Read))?;
        parts.push((*name, *of, page::listed(transport, request, first, READ).await?));
    }
    if wanted.has_role_scopes {
        let rows = expanded(transport, &wanted.whole, &mut json, role_scope::MEMBER).await?;
        parts.push((role_scope::MEMBER, Of::RoleScopes, rows));
    }
    Ok(Some(Gathered { json, parts }))
}

/// Takes an expanded collection out of its object, to its last page.
async fn expanded(
    transport: &Transport,
    request: &Request,
    json: &mut Json,
    member: &str,
) -> Result<Vec<Json>, Error> {
    let Some(Json::Array(mut rows)) = json.get_mut(member).map(Json::take) else {
        return Err(Error::incomplete(format!("an object came without its `{member}`")));
    };
    if let Some(link) = page::link_to_more(json, member)? {
        rows.extend(page::continued(transport, request, &link, READ).await?);
    }
    Ok(rows)
}

/// What ids in rows mean: which kind of object, which role.
struct Meaning<'a> {
    kinds: Result<BTreeMap<Id, Kind>, Error>,
    roles: Option<Result<&'a Known, Error>>,
}

impl<'a> Meaning<'a> {
    async fn of(
        transport: &Transport,
        roles: &'a RoleDefinitions,
        gathered: &[Result<Option<Gathered>, Error>],
    ) -> Self {
        let parts =
            || gathered.iter().filter_map(|gathered| gathered.as_ref().ok()?.as_ref()).flat_map(|g| &g.parts);
        let mut unclear = BTreeSet::new();
        for (_, of, rows) in parts() {
            match of {
                Of::Roles => unclear.extend(rows.iter().filter_map(role_assignment::unclear_principal)),
                Of::Sponsors => {
                    unclear.extend(rows.iter().filter_map(connected_organization::unclear_sponsor));
                }
                Of::Resources | Of::RoleScopes | Of::Incompatible => {}
            }
        }
        let kinds = directory::kinds(transport, &unclear).await;
        let has_roles = parts().any(|(_, of, rows)| *of == Of::Roles && !rows.is_empty());
        let roles = if has_roles { Some(roles.known(transport).await) } else { None };
        Self { kinds, roles }
    }

    /// The object's JSON with each part under its member's name.
    fn assembled(&self, id: &Id, gathered: Gathered) -> Result<Json, Error> {
        let Gathered { mut json, parts } = gathered;
        for (name, of, mut rows) in parts {
            if of == Of::Roles {
                rows.retain(|row| role_assignment::is_on(row, id));
            }
            let mut elements = Vec::with_capacity(rows.len());
            let mut others = Vec::new();
            for row in rows {
                match self.element(of, &row)? {
                    Some(element) => elements.push(element),
                    None => others.push(row),
                }
            }
            json[name] = elements.into();
            if !others.is_empty() {
                json[OTHER_ASSIGNMENTS] = others.into();
            }
        }
        Ok(json)
    }

    fn element(&self, of: Of, row: &Json) -> Result<Option<Json>, Error> {
        match of {
            Of::Resources => resource::element(row).map(Some),
            Of::RoleScopes => role_scope::element(row).map(Some),
            Of::Incompatible => access_package::incompatible_element(row).map(Some),
            Of::Sponsors => {
                self.needs_kind(connected_organization::unclear_sponsor(row))?;
                connected_organization::sponsor_element(row, |id| self.kind(id)).map(Some)
            }
            Of::Roles => {
                self.needs_kind(role_assignment::unclear_principal(row))?;
                let Some(known) = &self.roles else { return Ok(None) };
                Ok(role_assignment::element(row, known.as_ref().map_err(Error::clone)?, |id| self.kind(id)))
            }
        }
    }

    /// Fails where a kind is needed that could not be asked for.
    fn needs_kind(&self, unclear: Option<Id>) -> Result<(), Error> {
        match (&self.kinds, unclear) {
            (Err(error), Some(_)) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    fn kind(&self, id: &Id) -> Option<Kind> {
        self.kinds.as_ref().ok()?.get(id).copied()
    }
}

/// Adds an element. One that is there already is done.
pub(crate) async fn add(
    transport: &Transport,
    roles: &RoleDefinitions,
    part: Part<'_>,
    element: &Json,
) -> Result<(), Error> {
    let (_, of) = of(part.kind, part.member)?;
    let outcome = match of {
        Of::Resources => resource::add(transport, part.id, element).await,
        Of::Roles => role_assignment::add(transport, roles, part.id, element).await,
        Of::RoleScopes => role_scope::add(transport, part.parent, part.id, element).await,
        Of::Incompatible | Of::Sponsors => link(transport, part, of, element).await,
    };
    match outcome {
        // What Graph does not find is what was just made: the object itself, or what the element names.
        Err(error) if error.is_absence() => Err(error.until_it_shows()),
        // Somebody else's, which the part need not show yet. The caller looks.
        Err(error) if error.is_already_there() => Ok(()),
        // A caller with catalog roles alone is answered so for that, too.
        Err(error) if error.kind() == ErrorKind::Forbidden && is_hidden(transport, part).await => {
            Err(error.until_it_shows())
        }
        Err(error) => match is_there(transport, roles, part, &error, element).await {
            Some(true) => Ok(()),
            _ => Err(objects::advised(error, part.kind, part.member, Verb::Change)),
        },
        Ok(()) => Ok(()),
    }
}

/// Removes an element. One that is gone already is done, also with all that held it.
pub(crate) async fn remove(
    transport: &Transport,
    roles: &RoleDefinitions,
    part: Part<'_>,
    element: &Json,
) -> Result<(), Error> {
    let (_, of) = of(part.kind, part.member)?;
    let outcome = match of {
        Of::Incompatible | Of::Sponsors => unlink(transport, part, element).await,
        Of::Resources | Of::Roles | Of::RoleScopes => {
            let Some(id) = graph_id(transport, roles, part, element).await? else { return Ok(()) };
            match of {
                Of::Resources => resource::remove(transport, part.id, &id).await,
                Of::Roles => role_assignment::remove(transport, &id).await,
                _ => role_scope::remove(transport, part.id, &id).await,
            }
        }
    };
    match outcome {
        Err(error) if error.is_absence() => Ok(()),
        Err(error) => match is_there(transport, roles, part, &error, element).await {
            Some(false) => Ok(()),
            _ => Err(objects::advised(error, part.kind, part.member, Verb::Change)),
        },
        Ok(()) => Ok(()),
    }
}

/// What Graph calls an element: as it was read, else as it is read now. `None` where it is gone.
async fn graph_id(
    transport: &Transport,
    roles: &RoleDefinitions,
    part: Part<'_>,
    element: &Json,
) -> Result<Option<String>, Error> {
    if let Some(id) = text(element, ID) {
        return Ok(Some(id.to_owned()));
    }
    let there = elements(transport, roles, part).await?;
    let found = there.iter().find(|other| is_same(part, other, element));
    Ok(found.and_then(|found| text(found, ID)).map(str::to_owned))
}

/// Whether an element is in its part, after Graph refused to change that; `None` where that says nothing.
async fn is_there(
    transport: &Transport,
    roles: &RoleDefinitions,
    part: Part<'_>,
    error: &Error,
    element: &Json,
) -> Option<bool> {
    if error.status().is_none() || !matches!(error.kind(), ErrorKind::BadRequest | ErrorKind::Conflict) {
        return None;
    }
    let there = elements(transport, roles, part).await.ok()?;
    Some(there.iter().any(|other| is_same(part, other, element)))
}

/// Whether the object of a part cannot be seen. One that can, and whose part may not be changed, is refused for good.
async fn is_hidden(transport: &Transport, part: Part<'_>) -> bool {
    let Ok(request) = objects::one(part.kind, part.parent, part.id) else { return false };
    let answer = match transport.url(&request) {
        Ok(url) => page::get(transport, url, READ).await,
        Err(error) => Err(error),
    };
    answer.is_err_and(|error| error.is_absence() || error.kind() == ErrorKind::Forbidden)
}

/// The elements of a part as they are now; none where its object is gone.
async fn elements(
    transport: &Transport,
    roles: &RoleDefinitions,
    part: Part<'_>,
) -> Result<Vec<Json>, Error> {
    let (name, _) = of(part.kind, part.member)?;
    let asked = Asked { parent: part.parent.clone(), id: part.id.clone(), parts: vec![name] };
    let object = objects(transport, roles, part.kind, &[asked]).await?.into_iter().next();
    let Some(object) = object.transpose()?.flatten() else { return Ok(Vec::new()) };
    match object.wire.json().get_mut(name).map(Json::take) {
        Some(Json::Array(elements)) => Ok(elements),
        _ => Ok(Vec::new()),
    }
}

fn is_same(part: Part<'_>, a: &Json, b: &Json) -> bool {
    match of(part.kind, part.member) {
        Ok((_, Of::Resources)) => resource::is_same(a, b),
        Ok((_, Of::Roles)) => role_assignment::is_same(a, b),
        Ok((_, Of::RoleScopes)) => role_scope::is_same(a, b),
        _ => super::id(a).is_some_and(|id| super::id(b) == Some(id)),
    }
}

/// Links an object that stands elsewhere.
async fn link(transport: &Transport, part: Part<'_>, of: Of, element: &Json) -> Result<(), Error> {
    let other = linked(element)?;
    let request = match (of, part.member) {
        (Of::Incompatible, "incompatibleAccessPackages") => access_package::one(&other),
        (Of::Incompatible, _) => Request::new(Version::V1, "groups").segment(other.as_str()),
        _ if directory::kind_of(element) == Some(Kind::Group) => {
            Request::new(Version::V1, "groups").segment(other.as_str())
        }
        _ => Request::new(Version::V1, "users").segment(other.as_str()),
    };
    let body = json!({ "@odata.id": transport.url(&request)?.as_str() });
    let links = objects::one(part.kind, part.parent, part.id)?.segment(part.member).reference();
    objects::write(transport, Method::POST, &links, Some(&body)).await.map(|_| ())
}

async fn unlink(transport: &Transport, part: Part<'_>, element: &Json) -> Result<(), Error> {
    let links = objects::one(part.kind, part.parent, part.id)?.segment(part.member);
    let link = links.segment(linked(element)?.as_str()).reference();
    objects::write(transport, Method::DELETE, &link, None).await.map(|_| ())
}

fn linked(element: &Json) -> Result<Id, Error> {
    super::id(element)
        .ok_or_else(|| Error::local(ErrorKind::Unsupported, "the element names no object: it lacks its id"))
}
