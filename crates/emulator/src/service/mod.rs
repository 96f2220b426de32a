//! From a path to what is done: the tenant behind its lock, the routes, and the answers.
//!
//! [`Service::answer`] is the one point that every request passes, whether it came by itself or in
//! a batch; faults strike there. Sockets, tokens and logs are
//! not known here. `path` reads an address, `objects` carries out what is asked of collections and
//! objects, `directory` what stands beside them.

mod directory;
mod objects;
mod path;

use std::cell::RefCell;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use self::path::segments;
use crate::errors::{
    GraphError, Result, bad_request, invalid_model, method_not_allowed, no_http_resource, unknown_segment,
};
use crate::faults::{Faults, Replica, Treatment};
use crate::kinds::{Kind, View, Write};
use crate::message::{Request, Response, Version};
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

pub const ENTITLEMENT_MANAGEMENT: &str = "identityGovernance/entitlementManagement";
const ROLE_MANAGEMENT: &str = "roleManagement/entitlementManagement";

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
            ["sites", ..] => self.sites(request, &segments),
            ["tenantrelationships", function] => self.other_tenant(request, function, &segments[1]),
            ["identitygovernance", "entitlementmanagement", "settings"] => self.settings(request),
            ["rolemanagement", "entitlementmanagement", collection, ..] => {
                let kind = named(&Kind::ROLE_MANAGEMENT, request.version, collection);
                let kind = kind.ok_or_else(|| unknown_segment(&segments[2].name))?;
                self.at(request, kind, &segments[2], &segments[3..])
            }
            ["identitygovernance", "entitlementmanagement", collection, below @ ..] => {
                let kind = named(&Kind::ENTITLEMENT, request.version, collection);
                let kind = kind.ok_or_else(|| unknown_segment(&segments[2].name))?;
                // The metadata has these addresses; the service does not.
                if below.contains(&"assignmentpolicies") || below.contains(&"accesspackageassignmentpolicies")
                {
                    return Err(no_http_resource(&request.uri()));
                }
                self.at(request, kind, &segments[2], &segments[3..])
            }
            [collection, ..] => {
                let kind = named(&Kind::DIRECTORY, request.version, collection);
                let kind = kind.ok_or_else(|| unknown_segment(&segments[0].name))?;
                self.at(request, kind, &segments[0], &segments[1..])
            }
            [] => Err(unknown_segment("")),
        }
    }

    /// Looks at the tenant as readers see it.
    fn read<T>(&self, answer: impl FnOnce(&View) -> Result<T>, request: &Request) -> Result<T> {
        let Some(replica) = &self.replica else { return self.read_back(answer, request) };
        let mut replica = replica.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = request.method == "GET" && request.path.contains("/entitlementManagement");
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
            expanded_size: request.treatment.expanded_size,
            root: format!("{}/{}", request.origin, request.version.segment()),
        };
        let answered = answer(&view);
        *random = shuffle.into_inner();
        answered
    }

    /// Changes the tenant, and stores it before anything is answered.
    fn write<T>(&self, request: &Request, change: impl FnOnce(&mut Write) -> Result<T>) -> Result<T> {
        let mut tenant = self.lock();
        let lock = |replica| Mutex::lock(replica).unwrap_or_else(PoisonError::into_inner);
        let unseen = self.replica.as_ref().map(|replica| lock(replica).unseen()).unwrap_or_default();
        let mut write =
            Write { tenant: &mut tenant, version: request.version, parent: None, collection: "", unseen };
        let changed = change(&mut write);
        let touched = tenant.take_touched();
        if let Some(replica) = &self.replica {
            let Treatment { lag, delivery, .. } = request.treatment;
            lock(replica).note(&tenant, touched, lag, delivery);
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

/// The kind whose collection has this name.
fn named(kinds: &[Kind], version: Version, collection: &str) -> Option<Kind> {
    let is_meant = |kind: &&Kind| (kind.entity().collection)(version).eq_ignore_ascii_case(collection);
    kinds.iter().find(is_meant).copied()
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

fn texts(value: Option<&Value>) -> Option<Vec<&str>> {
    value?.as_array()?.iter().map(Value::as_str).collect()
}
