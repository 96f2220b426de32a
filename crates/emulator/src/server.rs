//! HTTP: the listener on loopback, sign-in, the headers that every answer has, and the logs.
//!
//! What a path means is not known here; that is for `service`.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::extract::{ConnectInfo, Request as HttpRequest, State};
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response as HttpResponse};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::connection::{Line, Lines, breaking_off};
use crate::errors::{GraphError, bad_request, unauthenticated};
use crate::faults::{EarlyRequest, EarlyRequests, Faults, Treatment};
use crate::kinds::install;
use crate::message::{Body, Ending, Exchange, Request, Response, Version};
use crate::random::fresh_guid;
use crate::seed::{builtin_tenant, plant};
use crate::service::{Service, refusal};
use crate::state::StateFile;
use crate::store::Tenant;
use crate::values::full_instant;
use crate::{DEFAULT_TENANT_ID, Options, Origin, StartError};

/// An emulator that serves. Dropping it stops it without waiting for requests under way.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    url: String,
    tenant_id: String,
    origin: Origin,
    early: EarlyRequests,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

struct App {
    service: Service,
    token: Option<String>,
    latency: Duration,
    address: SocketAddr,
    access_log: Option<Mutex<File>>,
    exchanges: Option<Mutex<File>>,
}

/// No body that Graph takes here is anywhere near this.
const MAXIMUM_BODY: usize = 4 * 1024 * 1024;

/// Binds the address and serves on the current tokio runtime until [`Running::shutdown`], or until
/// the value is dropped.
pub async fn start(options: Options, address: SocketAddr) -> Result<Running, StartError> {
    if !address.ip().is_loopback() {
        return Err(StartError::NotLoopback(address));
    }
    let faults = options.faults.as_ref().map(Faults::read).transpose()?;
    let early = faults.as_ref().map(Faults::early_requests).unwrap_or_default();
    let access_log = options.access_log.as_deref().map(open_log).transpose()?;
    let exchanges = options.exchanges.as_deref().map(open_log).transpose()?;
    let (tenant, state, origin) = tenant(&options)?;
    let tenant_id = tenant.id.clone();
    let listener = TcpListener::bind(address).await.map_err(|source| StartError::Bind { address, source })?;
    let address = listener.local_addr().map_err(|source| StartError::Bind { address, source })?;
    let app = Arc::new(App {
        service: Service::new(
            tenant,
            state,
            options.existing_connected_organizations,
            options.page_size,
            options.random_seed,
            faults,
        ),
        token: options.token,
        latency: options.latency,
        address,
        access_log,
        exchanges,
    });
    let router = Router::new().fallback(handle).with_state(app);
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let stopped = async move {
            // A sender that is dropped stops the server just as one that sends.
            let _ = stopped.await;
        };
        // Serving ends by the signal alone; errors of single connections are handled inside.
        let service = router.into_make_service_with_connect_info::<Line>();
        let _ = axum::serve(Lines(listener), service).with_graceful_shutdown(stopped).await;
    });
    Ok(Running {
        address,
        url: format!("http://{address}"),
        tenant_id,
        origin,
        early,
        stop: Some(stop),
        task,
    })
}

impl Running {
    /// The root address, such as `http://127.0.0.1:49152`; the versions stand below it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address that was bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The id of the tenant that is served.
    pub fn tenant_id(&self) -> &str {
        &self.tenant_id
    }

    /// Where the tenant came from; [`Origin::StateInsteadOfSeed`] deserves a warning.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The requests that came before a `Retry-After` of a fault allowed, in the order in which they
    /// came.
    pub fn early_requests(&self) -> Vec<EarlyRequest> {
        self.early.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stops accepting, lets the requests under way finish, and releases the state file.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only if the server has ended already.
            let _ = stop.send(());
        }
        let _ = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn tenant(options: &Options) -> Result<(Tenant, Option<StateFile>, Origin), StartError> {
    let state = options.state_file.clone().map(StateFile::open).transpose()?;
    let stored = state.as_ref().map(StateFile::load).transpose()?.flatten();
    if let Some(mut tenant) = stored {
        install(&mut tenant);
        if let Some(id) = &options.tenant_id {
            tenant.id.clone_from(id);
        }
        let origin = if options.seed.is_some() { Origin::StateInsteadOfSeed } else { Origin::State };
        return Ok((tenant, state, origin));
    }
    let id = options.tenant_id.clone().unwrap_or_else(|| DEFAULT_TENANT_ID.to_owned());
    let mut tenant = Tenant::new(id, options.random_seed);
    let origin = if options.seed.is_some() { Origin::Seed } else { Origin::Builtin };
    plant(&mut tenant, options.seed.as_ref().unwrap_or(&builtin_tenant()))?;
    install(&mut tenant);
    if let Some(state) = &state {
        state.save(&tenant)?;
    }
    Ok((tenant, state, origin))
}

async fn handle(
    State(app): State<Arc<App>>,
    ConnectInfo(line): ConnectInfo<Line>,
    http: HttpRequest,
) -> HttpResponse {
    let arrived = Instant::now();
    let (head, body) = http.into_parts();
    let read = to_bytes(body, MAXIMUM_BODY).await;
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let path = head.uri.path();
    let (version, below) = split_version(path);
    let id = fresh_guid();
    let request = Request {
        version: version.unwrap_or(Version::V1),
        method: head.method.as_str().to_owned(),
        path: below.to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        content_type: header(CONTENT_TYPE.as_str()),
        consistency_level: header("consistencylevel"),
        body: read.as_ref().map(|body| body.to_vec()).unwrap_or_default(),
        origin: origin(
            &head.headers,
            head.uri.authority().map(axum::http::uri::Authority::as_str),
            app.address,
        ),
        client_request_id: header("client-request-id").unwrap_or_else(|| id.clone()),
        token: token(&head.headers).unwrap_or_default().to_owned(),
        arrived,
        http_id: id.clone(),
        in_batch: false,
        treatment: Treatment::default(),
        id,
    };
    let _flight = Flight::begin(&app, &request);
    tokio::time::sleep(app.latency).await;
    let accepted = authorize(&app, &head.headers).and_then(|()| match (read, version) {
        (Err(_), _) => Err(GraphError::new(413, "RequestEntityTooLarge", "The request is too large.")),
        (_, None) => Err(bad_request("Invalid version; there are v1.0 and beta.")),
        _ => Ok(()),
    });
    let raw_path = path.to_owned();
    // Answering may write the state file, which must not hold up other connections.
    let app = Arc::clone(&app);
    let answered = tokio::task::spawn_blocking(move || {
        let response = match accepted {
            Ok(()) => app.service.answer(&request),
            Err(error) => refusal(&request, &error),
        };
        log(&app, &raw_path, &request, &response);
        http_response(&request, response, &line)
    });
    answered.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// A request between its arrival and its answer; over as well when the caller hangs up.
struct Flight {
    app: Arc<App>,
    id: String,
}

impl Flight {
    fn begin(app: &Arc<App>, request: &Request) -> Self {
        app.service.arrive(request);
        Self { app: Arc::clone(app), id: request.http_id.clone() }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.app.service.leave(&self.id);
    }
}

/// `/v1.0/groups` as the version and `/groups`.
fn split_version(path: &str) -> (Option<Version>, &str) {
    let rest = path.strip_prefix('/').unwrap_or(path);
    let end = rest.find('/').unwrap_or(rest.len());
    (Version::from_segment(&rest[..end]), &rest[end..])
}

/// The host that the caller used, if it is a name of this machine; next links stay on it. Its port may be another's: of
/// a program in between that passes requests on.
fn origin(headers: &HeaderMap, authority: Option<&str>, address: SocketAddr) -> String {
    let host = authority.or_else(|| headers.get(HOST).and_then(|host| host.to_str().ok()));
    let ours = host.filter(|host| {
        let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
        let name = name.trim_matches(['[', ']']);
        let loopback = name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        port.parse::<u16>().is_ok() && (loopback || name.eq_ignore_ascii_case("localhost"))
    });
    ours.map_or_else(|| format!("http://{address}"), |host| format!("http://{host}"))
}

/// The bearer token, if there is one.
fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn authorize(app: &App, headers: &HeaderMap) -> Result<(), GraphError> {
    let token = token(headers).ok_or_else(|| unauthenticated("Access token is empty."))?;
    let accepted = match &app.token {
        Some(pinned) => pinned == token,
        None => token != "invalid",
    };
    if accepted { Ok(()) } else { Err(unauthenticated("Access token validation failure.")) }
}

fn http_response(request: &Request, response: Response, line: &Line) -> HttpResponse {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, value: &str| {
        // What a client sent as its id may not be a header value; then it is not echoed.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(HeaderName::from_static("request-id"), &request.id);
    put(HeaderName::from_static("client-request-id"), &request.client_request_id);
    if let Some(allow) = &response.allow {
        put(ALLOW, allow);
    }
    if response.status == 401 {
        put(WWW_AUTHENTICATE, "Bearer realm=\"\"");
    }
    for (name, value) in &response.headers {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            put(name, value);
        }
    }
    match response.ending {
        Ending::Whole | Ending::Cut { .. } => {}
        Ending::Closed => line.close(),
        Ending::Reset => line.reset(),
    }
    match response.body {
        Body::None => (status, headers).into_response(),
        Body::Json(body) => {
            put(
                CONTENT_TYPE,
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
            );
            let text = body.to_string();
            match response.ending {
                Ending::Cut { keep, promised } => {
                    let cut = cut(&text, keep);
                    if promised {
                        put(CONTENT_LENGTH, &text.len().to_string());
                        (status, headers, HttpBody::from_stream(breaking_off(cut))).into_response()
                    } else {
                        (status, headers, cut).into_response()
                    }
                }
                _ => (status, headers, text).into_response(),
            }
        }
        Body::Text(text) => {
            put(CONTENT_TYPE, "text/plain");
            (status, headers, text).into_response()
        }
    }
}

/// The first part of a text, whole letters and never all of it.
fn cut(text: &str, keep: f64) -> String {
    let letters = text.chars().count();
    let part = (0..letters).take_while(|index| as_f64(index + 1) <= as_f64(letters) * keep).count();
    text.chars().take(part.min(letters.saturating_sub(1))).collect()
}

fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn open_log(path: &Path) -> Result<Mutex<File>, StartError> {
    let opened = File::options().create(true).append(true).open(path);
    opened.map(Mutex::new).map_err(|source| StartError::Log { path: path.to_owned(), source })
}

fn log(app: &App, path: &str, request: &Request, response: &Response) {
    if app.access_log.is_none() && app.exchanges.is_none() {
        return;
    }
    let outer = Exchange { path: path.to_owned(), ..Exchange::new(request, response) };
    if let Some(file) = &app.access_log {
        let inner: Vec<Value> = response.inner.iter().map(|inner| access(inner).into()).collect();
        let mut line = Map::new();
        line.insert("time".to_owned(), full_instant(jiff::Timestamp::now()).into());
        line.extend(access(&outer));
        line.insert("inner".to_owned(), inner.into());
        append(file, &[Value::Object(line)]);
    }
    if let Some(file) = &app.exchanges {
        let lines: Vec<Value> = response.inner.iter().chain([&outer]).map(exchange).collect();
        append(file, &lines);
    }
}

fn access(exchange: &Exchange) -> Map<String, Value> {
    let mut line = Map::new();
    line.insert("method".to_owned(), exchange.method.as_str().into());
    line.insert("path".to_owned(), exchange.path.as_str().into());
    if !exchange.query.is_empty() {
        line.insert("query".to_owned(), exchange.query.as_str().into());
    }
    line.insert("status".to_owned(), exchange.status.into());
    if let Some(fault) = &exchange.fault {
        line.insert("fault".to_owned(), fault.as_str().into());
    }
    if let Some(early) = exchange.early {
        let milliseconds = u64::try_from(early.as_millis()).unwrap_or(u64::MAX);
        line.insert("earlyMs".to_owned(), milliseconds.into());
    }
    line
}

fn exchange(exchange: &Exchange) -> Value {
    json!({
        "version": exchange.version.segment(),
        "method": exchange.method,
        "path": exchange.path,
        "query": exchange.query,
        "requestBody": exchange.request_body,
        "status": exchange.status,
        "responseBody": exchange.response_body,
    })
}

/// A log that cannot be written must not change what is answered.
fn append(file: &Mutex<File>, lines: &[Value]) {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line.to_string());
        text.push('\n');
    }
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = file.write_all(text.as_bytes());
}
