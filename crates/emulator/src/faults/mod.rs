//! What goes wrong on purpose: a list of faults, read from a file, and the requests that each has
//! struck so far.
//!
//! Every request passes twice, alone or in a batch: [`Faults::before`] may answer in place of the
//! service or say how it is to be treated, [`Faults::after`] may take the answer away or dress it
//! up. Faults are tried in the order of the file; the first that answers is the one that counts.
//! None of them can change the tenant: what is lost, late or refused is lost, late or refused on
//! the way.

mod access;
mod file;
mod links;
mod replica;
mod select;
mod throttle;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::errors::{GraphError, no_http_resource, unauthenticated};
use crate::message::{Body, Ending, Request, Response};
use crate::service::refusal;
use links::Trap;
use select::{Counter, Select, print};
use throttle::{Bucket, Gate, RetryAfter, Throttle, http_date};

pub use access::{Role, refused};
pub use file::FaultsError;
pub use replica::Replica;

/// A faults file, read.
#[derive(Debug)]
pub struct Plan {
    seed: u64,
    /// How long after a refusal a request may arrive that had left before.
    grace: Duration,
    faults: Vec<Fault>,
}

#[derive(Debug)]
struct Fault {
    name: String,
    select: Select,
    what: What,
}

#[derive(Debug)]
enum What {
    PageSize {
        size: usize,
        /// Whether collections inside objects are cut, too.
        expanded: bool,
    },
    Throttle(Throttle),
    Lag(Lag),
    /// How long a resource request stays undone.
    Delivery(Lag),
    /// The origin systems whose resources show no roles of their own.
    EmptyRoles(Vec<String>),
    DuplicateKey {
        within: Duration,
    },
    LostAnswer {
        ways: Vec<Way>,
    },
    Fail {
        ways: Vec<Way>,
        retry_after: Option<RetryAfter>,
    },
    CutShort(CutShort),
    Caller(Arc<Role>),
    TokenExpiry(Lifetime),
    Redirect {
        status: u16,
        to: String,
    },
    NextLink(Trap),
    MissingMembers(Vec<String>),
    MissingVersion {
        status: u16,
    },
    /// How far the clock that an answer shows is ahead.
    Clock(SignedDuration),
}

/// How long a write stays unseen.
#[derive(Debug, Clone, Copy)]
pub enum Lag {
    Time(Duration),
    /// For so many reads of entitlement management.
    Reads(u64),
}

#[derive(Debug, Clone, Copy)]
enum Lifetime {
    Time(Duration),
    Requests(u64),
}

/// How a request goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Status(u16),
    Close,
    Reset,
}

#[derive(Debug, Clone, Copy)]
struct CutShort {
    /// The part of the body that is sent.
    keep: f64,
    /// Whether the length of the whole is promised, or that of the part.
    promised: bool,
}

/// How a request is to be treated on its way through the service.
#[derive(Debug, Clone, Default)]
pub struct Treatment {
    /// What a page holds at most, whatever the request asks for.
    pub page_size: Option<usize>,
    /// What a collection inside an object holds at most.
    pub expanded_size: Option<usize>,
    pub role: Option<Arc<Role>>,
    /// How long what it writes stays unseen.
    pub lag: Option<Lag>,
    /// How long after it is seen a resource request is carried out.
    pub delivery: Option<Lag>,
}

/// What was decided about a request before it is carried out.
#[derive(Default)]
pub struct Passage {
    pub treatment: Treatment,
    /// The answer, where there is nothing to carry out.
    pub instead: Option<Response>,
    /// The names of the faults that have struck.
    struck: Vec<String>,
    /// Those that have struck if the request turns out to be refused, and if it does not.
    role: Option<String>,
    lag: Option<String>,
    early: Option<Duration>,
}

/// A request that came before a `Retry-After` allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlyRequest {
    /// The method.
    pub method: String,
    /// Percent-encoded, with the version in front and without the query.
    pub path: String,
    /// The name of the fault that had asked for the wait.
    pub fault: String,
    /// How much too early.
    pub by: Duration,
}

/// Where requests that did not wait are noted.
pub type EarlyRequests = Arc<Mutex<Vec<EarlyRequest>>>;

/// How long a wait is remembered when it is over: longer than a request is held up by latency.
const MEMORY: Duration = Duration::from_secs(30);

/// The faults of an emulator that serves.
pub struct Faults {
    plan: Plan,
    state: Mutex<State>,
    early: EarlyRequests,
}

/// By the place of a fault in the file.
struct State {
    counters: Vec<Counter>,
    buckets: HashMap<usize, Bucket>,
    /// How many `Retry-After` a fault has written.
    written: HashMap<usize, u64>,
    /// For a fault, the waits that it asked of everybody, or of one request by its print.
    gates: HashMap<(usize, Option<u64>), Vec<Gate>>,
    /// Until when a bucket lets nothing through.
    shut: HashMap<usize, Instant>,
    /// For a fault and a token: when it was first seen, and how often.
    tokens: HashMap<(usize, String), (Instant, u64)>,
    creates: HashMap<usize, Creates>,
}

/// The creates under way, as one fault sees them.
#[derive(Default)]
struct Creates {
    /// The HTTP request, the create, and whether another was under way when it came.
    flying: Vec<(String, String, bool)>,
    last_end: Option<Instant>,
}

impl Faults {
    pub fn read(file: &Value) -> Result<Self, FaultsError> {
        let plan = file::read(file)?;
        let state = State {
            counters: plan.faults.iter().map(|_| Counter::default()).collect(),
            buckets: HashMap::new(),
            written: HashMap::new(),
            gates: HashMap::new(),
            shut: HashMap::new(),
            tokens: HashMap::new(),
            creates: HashMap::new(),
        };
        Ok(Self { plan, state: Mutex::new(state), early: EarlyRequests::default() })
    }

    pub fn early_requests(&self) -> EarlyRequests {
        Arc::clone(&self.early)
    }

    /// Whether readers need a tenant of their own.
    pub fn has_lag(&self) -> bool {
        self.plan.faults.iter().any(|fault| matches!(fault.what, What::Lag(_) | What::Delivery(_)))
    }

    /// An HTTP request has come; it is answered later.
    pub fn arrive(&self, request: &Request) {
        let mut state = self.state();
        for (index, fault) in self.plan.faults.iter().enumerate() {
            if let What::DuplicateKey { within } = fault.what
                && fault.select.matches(request)
            {
                state.take_off(index, request, within);
            }
        }
    }

    /// An HTTP request has its answer.
    pub fn leave(&self, http_id: &str) {
        let now = Instant::now();
        let mut state = self.state();
        let asked = state.gates.values_mut().flatten().filter(|gate| gate.http_id == http_id);
        asked.for_each(|gate| gate.told = Some(now));
        for creates in state.creates.values_mut() {
            let before = creates.flying.len();
            creates.flying.retain(|(http, ..)| http != http_id);
            if creates.flying.len() < before {
                creates.last_end = Some(now);
            }
        }
    }

    /// Decides about a request that is to be carried out.
    pub fn before(&self, request: &Request) -> Passage {
        let mut state = self.state();
        let mut passage = Passage { early: self.note_early(&state, request), ..Passage::default() };
        for (index, fault) in self.plan.faults.iter().enumerate() {
            if !fault.select.matches(request) {
                continue;
            }
            let name = || fault.name.clone();
            match &fault.what {
                What::PageSize { size, expanded } => {
                    if request.method == "GET" && self.strikes(&mut state, index, request).is_some() {
                        passage.treatment.page_size = Some(*size);
                        passage.treatment.expanded_size = expanded.then_some(*size);
                    }
                }
                What::Caller(role) => {
                    if self.strikes(&mut state, index, request).is_some() {
                        passage.treatment.role = Some(Arc::clone(role));
                        passage.role = Some(name());
                    }
                }
                What::Lag(lag) => {
                    if writes(request) && self.strikes(&mut state, index, request).is_some() {
                        passage.treatment.lag = Some(*lag);
                        passage.lag = Some(name());
                    }
                }
                What::Delivery(lag) => {
                    if requests_resource(request) && self.strikes(&mut state, index, request).is_some() {
                        passage.treatment.delivery = Some(*lag);
                        passage.lag = Some(name());
                    }
                }
                _ => {
                    if let Some(answer) = self.instead(&mut state, index, fault, request) {
                        passage.struck.push(name());
                        passage.instead = Some(answer);
                        break;
                    }
                }
            }
        }
        passage
    }

    /// The answer of a fault that keeps a request from being carried out.
    fn instead(&self, state: &mut State, index: usize, fault: &Fault, request: &Request) -> Option<Response> {
        match &fault.what {
            What::Throttle(throttle) if !is_batch(request) => {
                let now = Instant::now();
                let left = state.shut.get(&index).map(|opens| opens.saturating_duration_since(now));
                let shut = left.filter(|left| !left.is_zero());
                let wait = shut.or_else(|| {
                    let bucket = state.buckets.entry(index);
                    let bucket = bucket.or_insert_with(|| Bucket::full(throttle, now));
                    bucket.take(throttle, &request.method, now)
                })?;
                self.strikes(state, index, request)?;
                let least = if shut.is_some() { Duration::ZERO } else { throttle.retry_after.least };
                let (text, opens) =
                    state.ask(request, index, None, RetryAfter { least, ..throttle.retry_after }, wait);
                if shut.is_none() {
                    state.shut.insert(index, opens);
                }
                Some(Response { headers: vec![("Retry-After", text)], ..Way::Status(429).answer(request) })
            }
            What::DuplicateKey { within } if creates(request) => {
                let conflict = state.take_off(index, request, *within);
                (conflict && self.strikes(state, index, request).is_some())
                    .then(|| refuse(request, 409, "DuplicateKey", "A policy with this key exists already."))
            }
            What::Fail { ways, retry_after } => {
                let ways: Vec<Way> = ways.iter().copied().filter(|way| way.reaches(request)).collect();
                if ways.is_empty() {
                    return None;
                }
                let choice = self.strikes(state, index, request)?;
                let way = chosen(&ways, choice);
                let mut answer = way.answer(request);
                if let (Way::Status(status @ (429 | 503)), Some(retry_after)) = (way, retry_after) {
                    // Whoever is throttled is throttled as a whole; unavailable is one address.
                    let of = (status == 503).then(|| print(request));
                    let (text, _) = state.ask(request, index, of, *retry_after, Duration::ZERO);
                    answer.headers.push(("Retry-After", text));
                }
                Some(answer)
            }
            What::TokenExpiry(lifetime) if !request.in_batch => {
                let now = Instant::now();
                let seen = state.tokens.entry((index, request.token.clone())).or_insert((now, 0));
                seen.1 += 1;
                let expired = match lifetime {
                    Lifetime::Time(time) => now.duration_since(seen.0) >= *time,
                    Lifetime::Requests(requests) => seen.1 > *requests,
                };
                (expired && self.strikes(state, index, request).is_some()).then(|| {
                    refusal(request, &unauthenticated("Lifetime validation failed, the token is expired."))
                })
            }
            What::Redirect { status, to } => {
                self.strikes(state, index, request)?;
                let query = if request.query.is_empty() { "" } else { "?" };
                let version = request.version.segment();
                let location = format!("{to}/{version}{}{query}{}", request.path, request.query);
                let headers = vec![("Location", location)];
                Some(Response { status: *status, headers, ..Response::no_content() })
            }
            What::NextLink(trap) => Some(Response::json(200, trap.page(request)?)),
            What::MissingVersion { status } => {
                self.strikes(state, index, request)?;
                let error = if *status == 404 {
                    no_http_resource(&request.uri())
                } else {
                    let message = format!("Invalid version: {}", request.version.segment());
                    GraphError::new(400, "BadRequest", message)
                };
                Some(refusal(request, &error))
            }
            _ => None,
        }
    }

    /// Takes the answer away, dresses it up, or leaves it, and writes down which faults struck.
    pub fn after(&self, request: &Request, passage: Passage, mut response: Response) -> Response {
        let Passage { mut struck, role, lag, early, instead: _, treatment: _ } = passage;
        let is_carried_out = struck.is_empty();
        struck.extend(role.filter(|_| response.status == 403));
        struck.extend(lag.filter(|_| response.status < 400));
        if is_carried_out && response.status < 300 {
            let mut state = self.state();
            for (index, fault) in self.plan.faults.iter().enumerate() {
                if fault.select.matches(request)
                    && let Some(changed) = self.changed(&mut state, index, fault, request, &response)
                {
                    response = changed;
                    struck.push(fault.name.clone());
                }
            }
        }
        response.fault = (!struck.is_empty()).then(|| struck.join("+"));
        response.early = early;
        response
    }

    fn changed(
        &self,
        state: &mut State,
        index: usize,
        fault: &Fault,
        request: &Request,
        response: &Response,
    ) -> Option<Response> {
        match &fault.what {
            What::LostAnswer { ways } if changes(request) && response.ending == Ending::Whole => {
                let choice = self.strikes(state, index, request)?;
                // In a batch there is no connection to lose: somebody in between says so.
                let way = if request.in_batch { Way::Status(504) } else { chosen(ways, choice) };
                let lost = way.answer(request);
                Some(Response { inner: response.inner.clone(), ..lost })
            }
            What::CutShort(cut)
                if !request.in_batch
                    && matches!(response.body, Body::Json(_))
                    && response.ending == Ending::Whole =>
            {
                self.strikes(state, index, request)?;
                let ending = Ending::Cut { keep: cut.keep, promised: cut.promised };
                Some(Response { ending, ..response.clone() })
            }
            What::NextLink(trap) if request.method == "GET" => {
                let Body::Json(body) = &response.body else { return None };
                let mut body = body.clone();
                let set = trap.set(request, &mut body) && self.strikes(state, index, request).is_some();
                set.then(|| Response { body: Body::Json(body), ..response.clone() })
            }
            What::MissingMembers(names) if !is_batch(request) => {
                let Body::Json(body) = &response.body else { return None };
                let mut body = body.clone();
                let removed =
                    links::remove(&mut body, names) && self.strikes(state, index, request).is_some();
                removed.then(|| Response { body: Body::Json(body), ..response.clone() })
            }
            What::EmptyRoles(systems) if request.method == "GET" => {
                let Body::Json(body) = &response.body else { return None };
                let mut body = body.clone();
                let emptied = links::empty_roles(request, &mut body, systems)
                    && self.strikes(state, index, request).is_some();
                emptied.then(|| Response { body: Body::Json(body), ..response.clone() })
            }
            What::Clock(ahead) if !request.in_batch => {
                self.strikes(state, index, request)?;
                let shown = Timestamp::now().checked_add(*ahead).ok()?;
                let mut headers = response.headers.clone();
                headers.push(("Date", http_date(shown)));
                Some(Response { headers, ..response.clone() })
            }
            _ => None,
        }
    }

    fn strikes(&self, state: &mut State, index: usize, request: &Request) -> Option<u64> {
        let place = u64::try_from(index).unwrap_or_default();
        // So far apart that the sequences of two faults have nothing to do with one another.
        let seed = self.plan.seed.wrapping_add((place + 1).wrapping_mul(0xd1b5_4a32_d192_ed03));
        let select = &self.plan.faults.get(index)?.select;
        select.strikes(seed, state.counters.get_mut(index)?, request)
    }

    /// Whether the request should still be waiting; if so that is noted.
    fn note_early(&self, state: &State, request: &Request) -> Option<Duration> {
        let print = print(request);
        let faults = self.plan.faults.iter().enumerate().filter(|(_, fault)| fault.select.matches(request));
        let waits = faults.filter(|_| !is_batch(request)).filter_map(|(index, fault)| {
            let gates = [None, Some(print)].map(|of| state.gates.get(&(index, of)));
            let early = gates
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|gate| gate.early(request.arrived, self.plan.grace));
            Some((early.max()?, fault))
        });
        let (by, fault) = waits.max_by_key(|(by, _)| *by)?;
        let path = format!("/{}{}", request.version.segment(), request.path);
        let early = EarlyRequest { method: request.method.clone(), path, fault: fault.name.clone(), by };
        self.early.lock().unwrap_or_else(PoisonError::into_inner).push(early);
        Some(by)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Asks everybody, or whoever repeats one request, for a wait, and remembers it. Answers the
    /// header and when the wait is over.
    fn ask(
        &mut self,
        request: &Request,
        index: usize,
        of: Option<u64>,
        retry_after: RetryAfter,
        wait: Duration,
    ) -> (String, Instant) {
        let count = self.written.entry(index).or_default();
        let (text, wait) = retry_after.write(wait, *count);
        *count += 1;
        let now = Instant::now();
        let opens = now + wait;
        let gates = self.gates.entry((index, of)).or_default();
        gates.retain(|gate| gate.opens + MEMORY > now);
        gates.push(Gate { http_id: request.http_id.clone(), told: None, opens });
        (text, opens)
    }

    /// Whether another create was under way when this one came, or had just been.
    fn take_off(&mut self, index: usize, request: &Request, within: Duration) -> bool {
        if !creates(request) {
            return false;
        }
        let creates = self.creates.entry(index).or_default();
        if let Some((.., conflict)) = creates.flying.iter().find(|(_, id, _)| *id == request.id) {
            return *conflict;
        }
        let just = creates.last_end.is_some_and(|end| end.elapsed() < within);
        let conflict = just || !creates.flying.is_empty();
        creates.flying.push((request.http_id.clone(), request.id.clone(), conflict));
        conflict
    }
}

impl Way {
    /// Inside a batch there is no connection that could be dropped.
    fn reaches(self, request: &Request) -> bool {
        !request.in_batch || matches!(self, Self::Status(_))
    }

    fn answer(self, request: &Request) -> Response {
        match self {
            Self::Close => Response { ending: Ending::Closed, ..Response::no_content() },
            Self::Reset => Response { ending: Ending::Reset, ..Response::no_content() },
            Self::Status(status) => {
                let (code, message) = match status {
                    400 => ("BadRequest", "The request is refused."),
                    403 => ("UnAuthorized", "User is not authorized to perform the operation."),
                    408 => ("RequestTimeout", "The request timed out."),
                    429 => ("TooManyRequests", "Too many requests."),
                    500 => ("InternalServerError", "An internal server error has occurred."),
                    502 => ("BadGateway", "The service did not answer as it should."),
                    503 => ("ServiceUnavailable", "The service is temporarily unavailable."),
                    504 => ("GatewayTimeout", "The service did not answer in time."),
                    _ => ("BandwidthLimitExceeded", "The bandwidth limit has been exceeded."),
                };
                refuse(request, status, code, message)
            }
        }
    }
}

fn refuse(request: &Request, status: u16, code: &'static str, message: &str) -> Response {
    refusal(request, &GraphError::new(status, code, message))
}

fn chosen(ways: &[Way], choice: u64) -> Way {
    let count = u64::try_from(ways.len()).unwrap_or(1).max(1);
    let place = usize::try_from(choice % count).unwrap_or_default();
    ways.get(place).copied().unwrap_or(Way::Close)
}

fn is_batch(request: &Request) -> bool {
    request.path.trim_start_matches('/').eq_ignore_ascii_case("$batch")
}

/// Whether it can change something, by itself or by what it carries.
fn changes(request: &Request) -> bool {
    is_batch(request) || writes(request)
}

fn writes(request: &Request) -> bool {
    let reads = is_batch(request) || request.path.to_ascii_lowercase().ends_with("/getbyids");
    request.method != "GET" && !reads
}

fn creates(request: &Request) -> bool {
    request.method == "POST" && writes(request) && !request.path.ends_with("/$ref")
}

/// Whether it asks for a resource to be added to a catalog, changed or taken out.
fn requests_resource(request: &Request) -> bool {
    let path = request.path.to_ascii_lowercase();
    request.method == "POST" && (path.ends_with("resourcerequests"))
}
