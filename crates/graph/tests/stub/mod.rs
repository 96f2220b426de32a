//! A server that answers as a test tells it to, and remembers what it was asked. No Graph: each test says
//! what Graph would.

#![allow(dead_code, reason = "each test file uses its part")]

use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use axum::response::IntoResponse;
use entrant_graph::{Client, Error, FixedToken, Settings, Target, Token};
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub const CANARY: &str = "Canary-token-7c2e91";
pub const EM: &str = "identityGovernance/entitlementManagement";

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub raw_query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Seen {
    pub fn option(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// What was asked for, line by line and decoded: itself, or what the batch holds.
    pub fn requests(&self) -> Vec<String> {
        let Some(version) = self.path.strip_suffix("/$batch") else {
            let url = if self.raw_query.is_empty() {
                self.path.clone()
            } else {
                format!("{}?{}", self.path, self.raw_query)
            };
            return vec![format!("{} {}", self.method, decoded(&url))];
        };
        let inner = self.json()["requests"].as_array().expect("requests").clone();
        let line =
            |request: &Json| format!("GET {version}{}", decoded(request["url"].as_str().expect("a URL")));
        inner.iter().map(line).collect()
    }

    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

pub type Reply = Response<axum::body::Body>;

pub struct Stub {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Stub {
    pub async fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::start_on(listener, answer)
    }

    /// On a port that is known already: for answers that name it.
    pub fn start_on(listener: TcpListener, answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        let app = axum::Router::new().fallback(move |request: Request| {
            let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
            async move {
                let (parts, body) = request.into_parts();
                let raw_query = parts.uri.query().unwrap_or_default().to_owned();
                let seen = Seen {
                    method: parts.method.to_string(),
                    path: parts.uri.path().to_owned(),
                    query: url::form_urlencoded::parse(raw_query.as_bytes()).into_owned().collect(),
                    raw_query,
                    headers: parts.headers,
                    body: to_bytes(body, usize::MAX).await.expect("a body"),
                };
                log.lock().expect("the log").push(seen.clone());
                answer(&seen)
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("the log").clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }

    /// [`Seen::requests`] of all.
    pub fn requests(&self) -> Vec<String> {
        self.seen().iter().flat_map(Seen::requests).collect()
    }

    pub fn client(&self) -> Client {
        client(&self.url)
    }
}

/// A server of one behaviour below HTTP: reads a request's head, writes these bytes, closes.
pub async fn raw(bytes: &'static [u8], pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                tokio::time::sleep(pause).await;
                let _ = stream.write_all(bytes).await;
            });
        }
    });
    url
}

/// A server that answers each request by its line, such as `GET /v1.0/groups?$filter=displayName eq 'X'`, and its body,
/// with a status and a body; those inside a batch one by one.
pub fn by_line(
    answer: impl Fn(&str, &Json) -> (u16, Json) + Send + Sync + 'static,
) -> impl Fn(&Seen) -> Reply + Send + Sync {
    move |seen| {
        if !seen.path.ends_with("/$batch") {
            let body = serde_json::from_slice(&seen.body).unwrap_or_default();
            let (code, body) = answer(&seen.requests()[0], &body);
            return if code == 204 { no_content() } else { status(code, &body) };
        }
        let ids = seen.json()["requests"].as_array().expect("requests").clone();
        let responses = seen.requests().into_iter().zip(ids).map(|(line, inner)| {
            let (code, body) = answer(&line, &Json::Null);
            json!({"id": inner["id"], "status": code, "body": body})
        });
        ok(&json!({"responses": responses.collect::<Vec<_>>()}))
    }
}

fn decoded(url: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let options: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if options.is_empty() { path.to_owned() } else { format!("{path}?{}", options.join("&")) }
}

pub fn client(url: &str) -> Client {
    client_with(url, CANARY, impatient()).expect("a client")
}

/// Short enough for tests of what never comes.
pub fn impatient() -> Settings {
    Settings {
        connect_timeout: Duration::from_millis(500),
        read_timeout: Duration::from_millis(300),
        request_timeout: Duration::from_secs(2),
        max_answer_bytes: 64 << 10,
        max_pages: 20,
        backoff: Duration::from_millis(1),
        longest_backoff: Duration::from_millis(4),
        deadline: Duration::from_secs(2),
        ..Settings::default()
    }
}

pub fn client_with(url: &str, token: &str, settings: Settings) -> Result<Client, Error> {
    let token = Token::new(token).expect("a token");
    Client::new(Target::parse(url)?, Arc::new(FixedToken::given_or_made_up(Some(token))), settings)
}

pub fn ok(body: &Json) -> Reply {
    status(200, body)
}

pub fn status(status: u16, body: &Json) -> Reply {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("request-id", "rid-from-header")
        .body(body.to_string().into())
        .expect("a response")
}

pub fn list(values: &[Json]) -> Reply {
    ok(&json!({ "value": values }))
}

pub fn page(values: &[Json], next: &str) -> Reply {
    ok(&json!({ "value": values, "@odata.nextLink": next }))
}

pub fn fails(code: u16, graph_code: &str, message: &str) -> Reply {
    let inner = json!({ "innererror": { "request-id": "rid-inner" }, "date": "x" });
    status(code, &json!({ "error": { "code": graph_code, "message": message, "innerError": inner } }))
}

pub fn not_found() -> Reply {
    fails(404, "ResourceNotFound", "The resource could not be found.")
}

pub fn no_content() -> Reply {
    axum::http::StatusCode::NO_CONTENT.into_response()
}

/// That no error gives the token away, in any form of printing.
pub fn keeps_secret(error: &Error) {
    let shown = format!("{error}\n{error:?}\n{error:#?}\n{:?}", error.help()).to_lowercase();
    assert!(!shown.contains(&CANARY.to_lowercase()), "{shown}");
}
