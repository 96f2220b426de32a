//! Collections and the objects in them: what can be asked of a path, and the answer.

use serde_json::{Map, Value};

use super::path::{Segment, by_key, child, find, id_of, missing};
use super::{ENTITLEMENT_MANAGEMENT, ROLE_MANAGEMENT, Service, body, refuse_method};
use crate::errors::{Result, no_http_resource, not_found, unknown_segment};
use crate::faults::{Role, refused};
use crate::kinds::{Kind, Navigation, View, Write, Writes, reference, resource_request};
use crate::message::{Body, Request, Response, Version, percent_decode};
use crate::odata::page::{collection, matching};
use crate::odata::query::{Place, Query, parse};
use crate::odata::render::{context_of, render, with_context};

/// A collection below an object, for a write.
struct Below<'a> {
    kind: Kind,
    key: &'a (String, String),
    navigation: &'static Navigation,
}

impl Service {
    /// A collection of the tenant, or something below it.
    pub(super) fn at(
        &self,
        request: &Request,
        kind: Kind,
        first: &Segment,
        below: &[Segment],
    ) -> Result<Response> {
        let by_segment;
        let (key, below) = match (&first.key, below) {
            (Some(key), _) => (Some(key), below),
            (None, [id, rest @ ..]) if id.name != "$count" => {
                by_segment = (String::new(), id.name.clone());
                (Some(&by_segment), rest)
            }
            _ => (None, below),
        };
        let context = context_root(kind, request.version);
        let role = request.treatment.role.as_deref();
        if request.method != "GET"
            && role.is_some_and(|role| !role.may_write(written(kind, request, below), key.is_none()))
        {
            return refused();
        }
        let Some(key) = key else { return self.whole(request, kind, below, &context) };
        if below.is_empty() {
            return self.object(request, kind, key, &context);
        }
        if request.method == "GET" {
            return self.read(
                |view| {
                    let object = find(view, request, kind, key)?;
                    self.below(view, request, kind, object, below)
                },
                request,
            );
        }
        let (name, rest) = below.split_first().ok_or_else(|| unknown_segment(""))?;
        let navigation = kind.navigation(request.version, &name.name).filter(|navigation| navigation.routed);
        let navigation = navigation.ok_or_else(|| unknown_segment(&name.name))?;
        self.write_below(request, &Below { kind, key, navigation }, rest)
    }

    /// A collection as a whole.
    fn whole(&self, request: &Request, kind: Kind, below: &[Segment], context: &str) -> Result<Response> {
        let role = request.treatment.role.as_deref();
        let asked = percent_decode(&request.query, true).unwrap_or_default();
        if request.method == "GET" && role.is_some_and(|role| !role.may_list(kind, &asked)) {
            return refused();
        }
        match (request.method.as_str(), below) {
            ("GET", []) => self.read(
                |view| {
                    let query = read_query(request, kind, Place::Collection)?;
                    let objects = visible(view, kind, role, &query);
                    let page = collection(view, request, kind, objects, &query, self.page_size, context)?;
                    Ok(Response::json(200, page))
                },
                request,
            ),
            ("GET", [_count]) => self.read(
                |view| {
                    let query = read_query(request, kind, Place::Count)?;
                    Ok(count(&matching(view, visible(view, kind, role, &query), &query)))
                },
                request,
            ),
            ("POST", []) if let Some(create) = kind.entity().operations.create => {
                let body = body(request)?;
                let id = self.write(request, |write| {
                    may_put(write, request, kind, &body)?;
                    create(write, body)
                })?;
                self.read_back(|view| shown(view, request, kind, &id, context, 201), request)
            }
            _ => Err(refuse_method(request)),
        }
    }

    /// What is reached from an object by navigation.
    fn below(
        &self,
        view: &View,
        request: &Request,
        kind: Kind,
        object: &Value,
        path: &[Segment],
    ) -> Result<Response> {
        let Some((first, rest)) = path.split_first() else {
            return Err(unknown_segment(""));
        };
        let navigation = kind.navigation(view.version, &first.name).filter(|navigation| navigation.routed);
        let navigation = navigation.ok_or_else(|| unknown_segment(&first.name))?;
        let targets = (navigation.targets)(view.tenant, object);
        let context =
            format!("{}('{}')/{}", context_root(kind, view.version), id_of(object), navigation.name);
        match rest {
            [] if navigation.many => {
                let query = read_query(request, navigation.kind, Place::Collection)?;
                let page =
                    collection(view, request, navigation.kind, targets, &query, self.page_size, &context)?;
                Ok(Response::json(200, page))
            }
            [segment] if navigation.many && segment.name == "$count" => {
                let query = read_query(request, navigation.kind, Place::Count)?;
                Ok(count(&matching(view, targets, &query)))
            }
            [] => {
                let target = targets.first().ok_or_else(|| not_found(navigation.name, &id_of(object)))?;
                entity(view, request, navigation.kind, target, &context)
            }
            [id, rest @ ..] if navigation.many => {
                let target = child(navigation.kind, targets, &id.name)?;
                if rest.is_empty() {
                    entity(view, request, navigation.kind, target, &context)
                } else {
                    self.below(view, request, navigation.kind, target, rest)
                }
            }
            rest => {
                let target = targets.first().ok_or_else(|| not_found(navigation.name, &id_of(object)))?;
                self.below(view, request, navigation.kind, target, rest)
            }
        }
    }

    /// One object of a collection of the tenant.
    fn object(
        &self,
        request: &Request,
        kind: Kind,
        key: &(String, String),
        context: &str,
    ) -> Result<Response> {
        let operations = &kind.entity().operations;
        let id = || self.read(|view| Ok(id_of(find(view, request, kind, key)?)), request);
        match request.method.as_str() {
            "GET" => self
                .read(|view| entity(view, request, kind, find(view, request, kind, key)?, context), request),
            "PUT" if let Some(replace) = operations.replace => {
                let body = body(request)?;
                let id = id()?;
                self.write(request, |write| {
                    may_put(write, request, kind, &body)?;
                    replace(write, &id, body)
                })?;
                self.read_back(|view| shown(view, request, kind, &id, context, 200), request)
            }
            "PATCH" if let Some(update) = operations.update => {
                let body = body(request)?;
                let id = id()?;
                self.write(request, |write| {
                    may_put(write, request, kind, &body)?;
                    update(write, &id, body)
                })?;
                match (operations.update_answer)(request.version) {
                    204 => Ok(Response::no_content()),
                    status => {
                        self.read_back(|view| shown(view, request, kind, &id, context, status), request)
                    }
                }
            }
            "DELETE" if let Some(delete) = operations.delete => {
                let id = id()?;
                self.write(request, |write| match write.tenant.get(kind, &id) {
                    // It is shown still, but it is gone.
                    None => missing(request, kind, not_found(kind.entity().type_name, &id)),
                    Some(_) => delete(write, &id),
                })?;
                Ok(Response::no_content())
            }
            _ => Err(refuse_method(request)),
        }
    }

    /// A write below an object: of what it contains, or of its references.
    fn write_below(&self, request: &Request, place: &Below, rest: &[Segment]) -> Result<Response> {
        let Below { kind, key, navigation } = place;
        let names: Vec<&str> = rest.iter().map(|segment| segment.name.as_str()).collect();
        let parent = self.read(|view| Ok(id_of(find(view, request, *kind, key)?)), request)?;
        match (navigation.writes, request.method.as_str(), names.as_slice()) {
            (Writes::References(_), "POST", ["$ref"]) => {
                let body = body(request)?;
                self.write(request, |write| reference::add(write, *kind, &parent, navigation, &body))?;
                Ok(Response::no_content())
            }
            (Writes::References(_), "DELETE", [target, "$ref"]) => {
                self.write(request, |write| reference::remove(write, *kind, &parent, navigation, target))?;
                Ok(Response::no_content())
            }
            (Writes::Contained, "POST", []) => {
                self.contained(request, place, &parent, None, 201, |write, _, body| {
                    let create = navigation.kind.entity().operations.create;
                    create.ok_or_else(|| refuse_method(request)).and_then(|create| create(write, body))
                })
            }
            (Writes::Contained, "PUT", [id])
                if let Some(replace) = navigation.kind.entity().operations.replace =>
            {
                self.contained(request, place, &parent, Some(id), 200, |write, id, body| {
                    replace(write, id, body).map(|()| id.to_owned())
                })
            }
            (Writes::Contained, "PATCH", [id])
                if let Some(update) = navigation.kind.entity().operations.update =>
            {
                self.contained(request, place, &parent, Some(id), 204, |write, id, body| {
                    update(write, id, body).map(|()| id.to_owned())
                })
            }
            (Writes::Contained, "DELETE", [id])
                if let Some(delete) = navigation.kind.entity().operations.delete =>
            {
                let target = self.child_id(request, place, id)?;
                self.write(request, |write| {
                    within(write, navigation, &parent);
                    delete(write, &target)
                })?;
                Ok(Response::no_content())
            }
            // Metadata has it; the service does not.
            (_, "DELETE", [_]) if navigation.kind == Kind::Resource => Err(no_http_resource(&request.uri())),
            _ => Err(refuse_method(request)),
        }
    }

    /// Makes or changes an object that belongs to another.
    fn contained(
        &self,
        request: &Request,
        place: &Below,
        parent: &str,
        id: Option<&str>,
        status: u16,
        change: impl FnOnce(&mut Write, &str, Map<String, Value>) -> Result<String>,
    ) -> Result<Response> {
        let navigation = place.navigation;
        let body = body(request)?;
        let id = id.map(|id| self.child_id(request, place, id)).transpose()?.unwrap_or_default();
        let id = self.write(request, |write| {
            may_put(write, request, navigation.kind, &body)?;
            within(write, navigation, parent);
            change(write, &id, body)
        })?;
        if status == 204 {
            return Ok(Response::no_content());
        }
        let root = context_root(place.kind, request.version);
        let context = format!("{root}('{parent}')/{}", navigation.name);
        self.read_back(
            |view| {
                let parent = by_key(view, place.kind, &(String::new(), parent.to_owned()))?;
                let made = child(navigation.kind, (navigation.targets)(view.tenant, parent), &id)?;
                let plain = Request { query: String::new(), ..request.clone() };
                let response = entity(view, &plain, navigation.kind, made, &context)?;
                Ok(Response { status, ..response })
            },
            request,
        )
    }

    fn child_id(&self, request: &Request, place: &Below, id: &str) -> Result<String> {
        self.read(
            |view| {
                let parent = find(view, request, place.kind, place.key)?;
                let targets = (place.navigation.targets)(view.tenant, parent);
                Ok(id_of(child(place.navigation.kind, targets, id)?))
            },
            request,
        )
    }
}

/// Says to a write in which object's collection it is.
fn within(write: &mut Write, navigation: &'static Navigation, parent: &str) {
    write.parent = Some(parent.to_owned());
    write.collection = navigation.name;
}

/// The objects of a collection that the caller may see, without those that the filter cannot mean.
pub fn visible<'a>(view: &View<'a>, kind: Kind, role: Option<&Role>, query: &Query) -> Vec<&'a Value> {
    let candidates = query.filter.as_ref().and_then(|filter| filter.candidates(view.tenant));
    let mut objects = candidates.unwrap_or_else(|| view.tenant.list(kind).collect());
    objects.retain(|object| role.is_none_or(|role| role.sees(view.tenant, kind, object)));
    objects
}

/// Refuses what the caller's role does not reach.
pub fn may_put(write: &Write, request: &Request, kind: Kind, body: &Map<String, Value>) -> Result<()> {
    match &request.treatment.role {
        Some(role) if !role.may_put(write.tenant, kind, body) => refused(),
        Some(role) if kind == Kind::ResourceRequest => role.owns(write.tenant, body),
        _ => Ok(()),
    }
}

/// The kind that a write below an object is about; a reference is part of the object that has it.
fn written(kind: Kind, request: &Request, below: &[Segment]) -> Kind {
    let navigation = below.first().and_then(|first| kind.navigation(request.version, &first.name));
    match navigation {
        Some(navigation) if matches!(navigation.writes, Writes::Contained) => navigation.kind,
        _ => kind,
    }
}

pub fn read_query(request: &Request, kind: Kind, place: Place) -> Result<Query> {
    parse(kind, request.version, &request.query, place, request.consistency_level.as_deref())
}

pub fn entity(view: &View, request: &Request, kind: Kind, object: &Value, context: &str) -> Result<Response> {
    let query = read_query(request, kind, Place::Object)?;
    let shown = render(view, kind, object, &query.projection);
    let context = format!("{}/$metadata#{context}{}/$entity", view.root, context_of(&query.projection));
    Ok(Response::json(200, with_context(context, shown)))
}

/// The answer to a write: the object without anything expanded.
fn shown(
    view: &View,
    request: &Request,
    kind: Kind,
    id: &str,
    context: &str,
    status: u16,
) -> Result<Response> {
    let object = by_key(view, kind, &(String::new(), id.to_owned()))?;
    let accepted = request.treatment.delivery.map(|_| resource_request::accepted(object));
    let object = accepted.as_ref().unwrap_or(object);
    let response = entity(view, &Request { query: String::new(), ..request.clone() }, kind, object, context)?;
    Ok(Response { status, ..response })
}

fn count(found: &[&Value]) -> Response {
    Response { body: Body::Text(found.len().to_string()), ..Response::json(200, Value::Null) }
}

pub fn context_root(kind: Kind, version: Version) -> String {
    let collection = (kind.entity().collection)(version);
    match kind {
        Kind::DirectoryObject => "directoryObjects".to_owned(),
        Kind::RoleAssignment | Kind::RoleDefinition => format!("{ROLE_MANAGEMENT}/{collection}"),
        kind if Kind::ENTITLEMENT.contains(&kind) => format!("{ENTITLEMENT_MANAGEMENT}/{collection}"),
        _ => collection.to_owned(),
    }
}
