//! From a path to what is done: the tenant behind its lock, the routes, and the answers.
//!
//! [`Service::answer`] is the one point that every request passes, whether it came by itself or in
//! a batch; faults strike there. Sockets, tokens and logs are
//! not known here.

use std::cell::RefCell;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use crate::errors::{
    GraphError, Result, bad_request, directory_not_found, invalid_model, method_not_allowed,
    no_http_resource, not_found, unknown_segment,
};
use crate::faults::{Faults, Replica, Role, refused};
use crate::kinds::{Kind, View, Write};
use crate::message::{Body, Request, Response, Version, percent_decode};
use crate::odata::page::{collection, matching};
use crate::odata::query::{Place, Projection, Query, parse};
use crate::odata::render::{context_of, render, with_context};
use crate::random::Random;
use crate::state::StateFile;
use crate::store::Tenant;
use crate::values::whole_seconds;
use crate::{ExistingConnectedOrganizations, batch};

pub struct Service {
    tenant: Mutex<Tenant>,
    shuffle: Mutex<Random>,
    state: Option<StateFile>,
    existing_connected_organizations: ExistingConnectedOrganizations,
    page_size: usize,
    faults: Option<Faults>,
    /// What readers see, where faults keep writes from showing at once.
    replica: Option<Mutex<Replica>>,
}

/// A part of a path: `accessPackages`, or `servicePrincipals(appId='…')`.
struct Segment {
    name: String,
    /// What stands in parentheses: the name of a key, empty where it is the id, and its value.
    key: Option<(String, String)>,
}

const ENTITLEMENT_MANAGEMENT: &str = "identityGovernance/entitlementManagement";

impl Service {
    pub fn new(
        mut tenant: Tenant,
        state: Option<StateFile>,
        existing_connected_organizations: ExistingConnectedOrganizations,
        page_size: usize,
        random_seed: u64,
        faults: Option<Faults>,
    ) -> Self {
        // What was planted is nothing that readers have to wait for.
        tenant.take_touched();
        let lags = faults.as_ref().is_some_and(Faults::has_lag);
        Self {
            replica: lags.then(|| Mutex::new(Replica::of(&tenant))),
            faults,
            tenant: Mutex::new(tenant),
            // Another sequence than that of the ids, so that reading changes no id.
            shuffle: Mutex::new(Random(!random_seed)),
            state,
            existing_connected_organizations,
            page_size,
        }
    }

    /// Answers one request. Never fails: what goes wrong is an answer too.
    pub fn answer(&self, request: &Request) -> Response {
        let carry_out =
            |request: &Request| self.route(request).unwrap_or_else(|error| refusal(request, &error));
        let Some(faults) = &self.faults else { return carry_out(request) };
        let mut passage = faults.before(request);
        let response = passage.instead.take().unwrap_or_else(|| {
            carry_out(&Request { treatment: passage.treatment.clone(), ..request.clone() })
        });
        faults.after(request, passage, response)
    }

    /// An HTTP request has come; it is answered later.
    pub fn arrive(&self, request: &Request) {
        self.faults.iter().for_each(|faults| faults.arrive(request));
    }

    /// An HTTP request has its answer, or nobody waits for it any more.
    pub fn leave(&self, http_id: &str) {
        self.faults.iter().for_each(|faults| faults.leave(http_id));
    }

    fn route(&self, request: &Request) -> Result<Response> {
        let segments = segments(&request.path)?;
        let names: Vec<String> = segments.iter().map(|segment| segment.name.to_ascii_lowercase()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match names.as_slice() {
            ["$batch"] => batch::run(self, request),
            ["organization"] => self.organization(request),
            ["directoryobjects", "getbyids"] => self.get_by_ids(request),
            ["directoryobjects", _] => self.at(request, Kind::DirectoryObject, &segments[0], &segments[1..]),
            ["identitygovernance", "entitlementmanagement", collection, below @ ..] => {
                let is_meant = |kind: &Kind| {
                    (kind.entity().collection)(request.version).eq_ignore_ascii_case(collection)
                };
                let kind = Kind::ENTITLEMENT.into_iter().find(is_meant);
                let kind = kind.ok_or_else(|| unknown_segment(&segments[2].name))?;
                // The metadata has these addresses; the service does not.
                if below.contains(&"assignmentpolicies") || below.contains(&"accesspackageassignmentpolicies")
                {
                    return Err(no_http_resource(&request.uri()));
                }
                self.at(request, kind, &segments[2], &segments[3..])
            }
            [collection, ..] => {
                let is_meant = |kind: &Kind| {
                    (kind.entity().collection)(request.version).eq_ignore_ascii_case(collection)
                };
                let kind = Kind::DIRECTORY.into_iter().find(is_meant);
                let kind = kind.ok_or_else(|| unknown_segment(&segments[0].name))?;
                self.at(request, kind, &segments[0], &segments[1..])
            }
            [] => Err(unknown_segment("")),
        }
    }

    /// A collection of the tenant, or something below it.
    fn at(&self, request: &Request, kind: Kind, first: &Segment, below: &[Segment]) -> Result<Response> {
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
        if request.method != "GET" && role.is_some_and(|role| !role.may_write(written(kind, request, below)))
        {
            return refused();
        }
        let Some(key) = key else {
            let asked = percent_decode(&request.query, true).unwrap_or_default();
            if request.method == "GET" && role.is_some_and(|role| !role.may_list(kind, &asked)) {
                return refused();
            }
            return match (request.method.as_str(), below) {
                ("GET", []) => self.read(
                    |view| {
                        let query = read_query(request, kind, Place::Collection)?;
                        let objects = visible(view, kind, role, &query);
                        let page =
                            collection(view, request, kind, objects, &query, self.page_size, &context)?;
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
                ("POST", []) if kind.entity().operations.create.is_some() => {
                    self.create(request, kind, None, &context)
                }
                _ => Err(refuse_method(request)),
            };
        };
        if below.is_empty() {
            return self.object(request, kind, key, &context);
        }
        if let [navigation] = below
            && request.method == "POST"
            && let Some(navigation) = kind.navigation(request.version, &navigation.name)
            && navigation.many
            && navigation.kind.entity().operations.create.is_some()
        {
            let parent = self.read(|view| Ok(id_of(find(view, request, kind, key)?)), request)?;
            return self.create(request, navigation.kind, Some(parent), navigation.name);
        }
        if let [navigation, id] = below
            && request.method == "DELETE"
            && let Some(navigation) = kind.navigation(request.version, &navigation.name)
            && let Some(delete) = navigation.kind.entity().operations.delete
            && navigation.routed
        {
            let target = self.read(
                |view| {
                    let parent = find(view, request, kind, key)?;
                    let child = child(navigation.kind, (navigation.targets)(view.tenant, parent), &id.name)?;
                    Ok(id_of(child))
                },
                request,
            )?;
            self.write(request, None, |write| delete(write, &target))?;
            return Ok(Response::no_content());
        }
        if request.method != "GET" {
            return Err(refuse_method(request));
        }
        self.read(
            |view| {
                let object = find(view, request, kind, key)?;
                self.below(view, request, kind, object, below)
            },
            request,
        )
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
        match request.method.as_str() {
            "GET" => self
                .read(|view| entity(view, request, kind, find(view, request, kind, key)?, context), request),
            "PUT" if let Some(replace) = operations.replace => {
                let body = body(request)?;
                let id = self.read(|view| Ok(id_of(find(view, request, kind, key)?)), request)?;
                self.write(request, None, |write| {
                    may_put(write, request, kind, &body)?;
                    replace(write, &id, body)
                })?;
                self.read_back(|view| shown(view, request, kind, &id, context, 200), request)
            }
            "PATCH" if let Some(update) = operations.update => {
                let body = body(request)?;
                let id = self.read(|view| Ok(id_of(find(view, request, kind, key)?)), request)?;
                self.write(request, None, |write| {
                    may_put(write, request, kind, &body)?;
                    update(write, &id, body)
                })?;
                Ok(Response::no_content())
            }
            "DELETE" if let Some(delete) = operations.delete => {
                let id = self.read(|view| Ok(id_of(find(view, request, kind, key)?)), request)?;
                self.write(request, None, |write| match write.tenant.get(kind, &id) {
                    // It is shown still, but it is gone.
                    None => Err(not_found(kind.entity().type_name, &id)),
                    Some(_) => delete(write, &id),
                })?;
                Ok(Response::no_content())
            }
            _ => Err(refuse_method(request)),
        }
    }

    fn create(
        &self,
        request: &Request,
        kind: Kind,
        parent: Option<String>,
        context: &str,
    ) -> Result<Response> {
        let body = body(request)?;
        let Some(create) = kind.entity().operations.create else {
            return Err(refuse_method(request));
        };
        let id = self.write(request, parent, |write| {
            may_put(write, request, kind, &body)?;
            create(write, body)
        })?;
        self.read_back(|view| shown(view, request, kind, &id, context, 201), request)
    }

    fn organization(&self, request: &Request) -> Result<Response> {
        if request.method != "GET" {
            return Err(refuse_method(request));
        }
        let id = self.lock().id.clone();
        let context = format!("{}/{}/$metadata#organization", request.origin, request.version.segment());
        let domains = json!([{ "name": "contoso.com", "isDefault": true, "isInitial": false }]);
        let organization = json!({ "id": id, "displayName": "Contoso", "verifiedDomains": domains });
        Ok(Response::json(200, json!({ "@odata.context": context, "value": [organization] })))
    }

    fn get_by_ids(&self, request: &Request) -> Result<Response> {
        if request.method != "POST" {
            return Err(refuse_method(request));
        }
        let body = body(request)?;
        let unknown = body.keys().find(|name| !["ids", "types"].contains(&name.as_str()));
        if let Some(name) = unknown {
            return Err(bad_request(format!("The parameter '{name}' is not one of getByIds.")));
        }
        let ids =
            texts(body.get("ids")).ok_or_else(|| bad_request("ids must be a collection of strings."))?;
        if ids.is_empty() || ids.len() > 1000 {
            return Err(bad_request("ids must hold between 1 and 1000 ids."));
        }
        let types = match body.get("types") {
            None | Some(Value::Null) => Vec::new(),
            types => texts(types).ok_or_else(|| bad_request("types must be a collection of strings."))?,
        };
        self.read(
            |view| {
                let wanted = |kind: Kind| {
                    types.is_empty()
                        || types.iter().any(|name| {
                            name.eq_ignore_ascii_case(kind.entity().type_name)
                                || name.eq_ignore_ascii_case("directoryObject")
                        })
                };
                let found = ids.iter().filter_map(|id| view.tenant.directory_object(id));
                let shown: Vec<Value> = found
                    .filter(|(kind, _)| wanted(*kind))
                    .map(|(_, object)| render(view, Kind::DirectoryObject, object, &Projection::default()))
                    .collect();
                let context = format!("{}/$metadata#directoryObjects", view.root);
                Ok(Response::json(200, json!({ "@odata.context": context, "value": view.shuffled(shown) })))
            },
            request,
        )
    }

    /// Looks at the tenant as readers see it.
    fn read<T>(&self, answer: impl FnOnce(&View) -> Result<T>, request: &Request) -> Result<T> {
        let Some(replica) = &self.replica else { return self.read_back(answer, request) };
        let mut replica = replica.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = request.method == "GET" && request.path.contains(ENTITLEMENT_MANAGEMENT);
        self.look(replica.seen(counts), answer, request)
    }

    /// Looks at the tenant as it is: a write is answered with what it has made.
    fn read_back<T>(&self, answer: impl FnOnce(&View) -> Result<T>, request: &Request) -> Result<T> {
        self.look(&self.lock(), answer, request)
    }

    fn look<T>(
        &self,
        tenant: &Tenant,
        answer: impl FnOnce(&View) -> Result<T>,
        request: &Request,
    ) -> Result<T> {
        let mut random = self.shuffle.lock().unwrap_or_else(PoisonError::into_inner);
        let shuffle = RefCell::new(random.clone());
        let view = View {
            tenant,
            version: request.version,
            existing_connected_organizations: self.existing_connected_organizations,
            shuffle: &shuffle,
            root: format!("{}/{}", request.origin, request.version.segment()),
        };
        let answered = answer(&view);
        *random = shuffle.into_inner();
        answered
    }

    /// Changes the tenant, and stores it before anything is answered.
    fn write<T>(
        &self,
        request: &Request,
        parent: Option<String>,
        change: impl FnOnce(&mut Write) -> Result<T>,
    ) -> Result<T> {
        let mut tenant = self.lock();
        let changed = change(&mut Write { tenant: &mut tenant, version: request.version, parent });
        let touched = tenant.take_touched();
        if let Some(replica) = &self.replica {
            let mut replica = replica.lock().unwrap_or_else(PoisonError::into_inner);
            replica.note(&tenant, touched, request.treatment.lag);
        }
        let changed = changed?;
        if let Some(state) = &self.state {
            state
                .save(&tenant)
                .map_err(|error| GraphError::new(500, "generalException", error.to_string()))?;
        }
        Ok(changed)
    }

    fn lock(&self) -> MutexGuard<'_, Tenant> {
        // A panic elsewhere leaves the tenant whole: objects are put in place in one step.
        self.tenant.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer that says what was wrong.
pub fn refusal(request: &Request, error: &GraphError) -> Response {
    let now = whole_seconds(jiff::Timestamp::now());
    let body = error.body(&now, &request.id, &request.client_request_id);
    let allow = (error.status == 405).then(|| allowed(request));
    Response { allow, ..Response::json(error.status, body) }
}

/// The body as a JSON object; its content type has to say so.
pub fn body(request: &Request) -> Result<Map<String, Value>> {
    let content_type = request.content_type.as_deref().unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(GraphError::new(
            415,
            "UnsupportedMediaType",
            format!("The request entity's media type '{media_type}' is not supported for this resource."),
        ));
    }
    match crate::json::read(&request.body) {
        Some(Value::Object(body)) => Ok(body),
        Some(_) => Err(invalid_model("", "an object is expected")),
        None => Err(bad_request(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
        )),
    }
}

fn refuse_method(request: &Request) -> GraphError {
    method_not_allowed(&request.method)
}

/// What could have been asked instead: by how deep the path is, which is all that `Allow` needs.
fn allowed(request: &Request) -> String {
    let segments = segments(&request.path).unwrap_or_default();
    let policies = segments.get(2).is_some_and(|segment| {
        (Kind::AssignmentPolicy.entity().collection)(request.version).eq_ignore_ascii_case(&segment.name)
    });
    match (segments.len(), policies) {
        (4, true) => "GET, PUT, DELETE".to_owned(),
        (3, true) => "GET, POST".to_owned(),
        _ => "GET".to_owned(),
    }
}

fn segments(path: &str) -> Result<Vec<Segment>> {
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
fn find<'a>(view: &View<'a>, request: &Request, kind: Kind, key: &(String, String)) -> Result<&'a Value> {
    let found = by_key(view, kind, key);
    match &request.treatment.role {
        Some(role) if role.is_scoped() && !kind.is_directory() && kind != Kind::ConnectedOrganization => {
            match found {
                Ok(object) if role.sees(view.tenant, kind, object) => Ok(object),
                _ => refused(),
            }
        }
        _ => found,
    }
}

fn by_key<'a>(view: &View<'a>, kind: Kind, (of, value): &(String, String)) -> Result<&'a Value> {
    let by_property = |name: &str| {
        view.tenant
            .list(kind)
            .find(|object| object[name].as_str().is_some_and(|other| other.eq_ignore_ascii_case(value)))
    };
    let found = match (kind, of.as_str()) {
        (Kind::DirectoryObject, "" | "id") => view.tenant.directory_object(value).map(|(_, object)| object),
        (Kind::User, "") if value.contains('@') => by_property("userPrincipalName"),
        (_, "" | "id") => view.tenant.get(kind, value),
        (Kind::ServicePrincipal, "appId") => by_property("appId"),
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

/// The objects of a collection that the caller may see, without those that the filter cannot mean.
fn visible<'a>(view: &View<'a>, kind: Kind, role: Option<&Role>, query: &Query) -> Vec<&'a Value> {
    let candidates = query.filter.as_ref().and_then(|filter| filter.candidates(view.tenant));
    let mut objects = candidates.unwrap_or_else(|| view.tenant.list(kind).collect());
    objects.retain(|object| role.is_none_or(|role| role.sees(view.tenant, kind, object)));
    objects
}

/// Refuses what the caller's role does not reach.
fn may_put(write: &Write, request: &Request, kind: Kind, body: &Map<String, Value>) -> Result<()> {
    match &request.treatment.role {
        Some(role) if !role.may_put(write.tenant, kind, body) => refused(),
        _ => Ok(()),
    }
}

/// The kind that a write below an object is about.
fn written(kind: Kind, request: &Request, below: &[Segment]) -> Kind {
    let navigation = below.first().and_then(|first| kind.navigation(request.version, &first.name));
    navigation.map_or(kind, |navigation| navigation.kind)
}

fn child<'a>(kind: Kind, targets: Vec<&'a Value>, id: &str) -> Result<&'a Value> {
    let is_meant =
        |target: &&Value| target["id"].as_str().is_some_and(|other| other.eq_ignore_ascii_case(id));
    targets.into_iter().find(is_meant).ok_or_else(|| not_found(kind.entity().type_name, id))
}

fn read_query(request: &Request, kind: Kind, place: Place) -> Result<Query> {
    parse(kind, request.version, &request.query, place, request.consistency_level.as_deref())
}

fn entity(view: &View, request: &Request, kind: Kind, object: &Value, context: &str) -> Result<Response> {
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
    let response = entity(view, &Request { query: String::new(), ..request.clone() }, kind, object, context)?;
    Ok(Response { status, ..response })
}

fn count(found: &[&Value]) -> Response {
    Response { body: Body::Text(found.len().to_string()), ..Response::json(200, Value::Null) }
}

fn context_root(kind: Kind, version: Version) -> String {
    let collection = (kind.entity().collection)(version);
    match kind {
        Kind::DirectoryObject => "directoryObjects".to_owned(),
        kind if kind.is_directory() => collection.to_owned(),
        _ => format!("{ENTITLEMENT_MANAGEMENT}/{collection}"),
    }
}

fn id_of(object: &Value) -> String {
    object["id"].as_str().unwrap_or_default().to_owned()
}

fn texts(value: Option<&Value>) -> Option<Vec<&str>> {
    value?.as_array()?.iter().map(Value::as_str).collect()
}
