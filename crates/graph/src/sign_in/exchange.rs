//! The HTTP client under every credential: ours, so that signing in is held to what talking to Graph is held to.
//!
//! No redirect is followed, nothing but `https://` is spoken (but to the metadata service of the machine, for a
//! managed identity), and an answer is bounded in size and time. What a server said of a refusal is kept here,
//! since `azure_identity`'s errors quote answers, and an answer may hold a token.

use super::refuse;
use crate::error::Error;
use azure_core::error::{Error as AzureError, ErrorKind as AzureKind};
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Method, Request};
use entrant_model::value::Json;
use reqwest::Response;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::error::Error as _;
use std::fmt;
use std::net::Ipv4Addr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use url::{Host, Url};

/// Until a connection stands.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For one exchange, answer included.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of an answer. A token has some thousand.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// One HTTP client, what it may speak to, and what it was told last.
pub(super) struct Exchange {
    http: reqwest::Client,
    reach: Reach,
    refusal: Mutex<Option<Refusal>>,
}

/// Where requests may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// `https://` alone.
    Web,
    /// `http://` to a loopback or link-local address: a machine's own metadata service.
    Machine,
}

/// Why the last request brought nothing.
#[derive(Debug, Clone)]
pub(super) enum Refusal {
    /// The URL is none that may be spoken to.
    NotAllowed { host: String },
    /// No whole answer.
    Unreachable { host: String, why: String },
    /// An answer without a token.
    Refused { host: String, status: u16, code: Option<String>, message: Option<String> },
}

/// The HTTP client of a reach.
pub(super) fn http_client(reach: Reach) -> Result<reqwest::Client, Error> {
    hardened(reach)
        .build()
        .map_err(|error| refuse(format!("no HTTP client for signing in: {}", reason(&error)), []))
}

/// Its settings.
pub(super) fn hardened(reach: Reach) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT);
    match reach {
        Reach::Web => builder.https_only(true),
        // No proxy is on the way to the machine itself.
        Reach::Machine => builder.no_proxy(),
    }
}

impl Exchange {
    pub fn new(http: reqwest::Client, reach: Reach) -> Self {
        Self { http, reach, refusal: Mutex::new(None) }
    }

    /// Why the last request brought nothing; `None` where it brought something.
    pub fn refusal(&self) -> Option<Refusal> {
        self.locked().clone()
    }

    /// A JSON answer to a GET with a bearer token.
    pub async fn get(&self, url: Url, bearer: &str) -> azure_core::Result<Json> {
        let mut request = Request::new(url, Method::Get);
        request.insert_header("authorization", format!("Bearer {bearer}"));
        request.insert_header("accept", "application/json");
        let response = self.execute_request(&request).await?.try_into_raw_response().await?;
        if !response.status().is_success() {
            return Err(AzureError::with_message(AzureKind::Credential, "refused"));
        }
        Ok(serde_json::from_slice(response.body().as_ref())?)
    }

    fn allows(&self, url: &Url) -> bool {
        let is_near = |address: Ipv4Addr| address.is_loopback() || address.is_link_local();
        match (url.scheme(), self.reach) {
            ("https", _) => true,
            ("http", Reach::Machine) => match url.host() {
                Some(Host::Ipv4(address)) => is_near(address),
                Some(Host::Ipv6(address)) => address.is_loopback(),
                Some(Host::Domain(name)) => name == "localhost",
                None => false,
            },
            _ => false,
        }
    }

    fn fail(&self, kind: AzureKind, refusal: Refusal) -> AzureError {
        *self.locked() = Some(refusal);
        AzureError::with_message(kind, "no answer")
    }

    fn locked(&self) -> MutexGuard<'_, Option<Refusal>> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(&self, request: &Request, host: &str) -> azure_core::Result<Response> {
        let unreachable = |error: &reqwest::Error| {
            let kind = if error.is_connect() { AzureKind::Connection } else { AzureKind::Io };
            self.fail(kind, Refusal::Unreachable { host: host.to_owned(), why: reason(error) })
        };
        let method = match request.method() {
            Method::Post => reqwest::Method::POST,
            _ => reqwest::Method::GET,
        };
        let Body::Bytes(body) = request.body() else {
            return Err(AzureError::with_message(AzureKind::Other, "a body that is no bytes"));
        };
        let sent = self
            .http
            .request(method, request.url().clone())
            .headers(headers(request))
            .body(body.to_vec())
            .send();
        sent.await.map_err(|error| unreachable(&error))
    }
}

#[async_trait::async_trait]
impl HttpClient for Exchange {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        *self.locked() = None;
        let url = request.url();
        let host = url.host_str().unwrap_or_default().to_owned();
        if !self.allows(url) {
            return Err(self.fail(AzureKind::Other, Refusal::NotAllowed { host }));
        }
        let mut response = self.send(request, &host).await?;
        let status = response.status();
        let mut kept = Headers::new();
        for (name, value) in response.headers() {
            if let Ok(value) = value.to_str() {
                kept.insert(name.as_str().to_owned(), value.to_owned());
            }
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_ANSWER_BYTES => {
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => break,
                Ok(Some(_)) => {
                    let why = format!("its answer is larger than {MAX_ANSWER_BYTES} bytes");
                    return Err(self.fail(AzureKind::Other, Refusal::Unreachable { host, why }));
                }
                Err(error) => {
                    let why = reason(&error);
                    return Err(self.fail(AzureKind::Io, Refusal::Unreachable { host, why }));
                }
            }
        }
        if !status.is_success() {
            *self.locked() = Some(refusal(host, status.as_u16(), &body));
        }
        Ok(AsyncRawResponse::from_bytes(status.as_u16().into(), kept, body))
    }
}

/// What Entra says of a refusal (`error`, `error_description`), or GitHub and Azure DevOps (`message`).
fn refusal(host: String, status: u16, body: &[u8]) -> Refusal {
    let json: Json = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    let message = text("error_description").or_else(|| text("message"));
    Refusal::Refused { host, status, code: text("error"), message }
}

fn headers(request: &Request) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers().iter() {
        let pair = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value.as_str()));
        if let (Ok(name), Ok(mut value)) = pair {
            // Kept out of Debug output and of HTTP/2's compression tables.
            value.set_sensitive(matches!(name.as_str(), "authorization" | "x-identity-header" | "secret"));
            headers.insert(name, value);
        }
    }
    headers
}

/// The reason at the bottom of an error, without URLs.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut source = error.source();
    let mut reason = None;
    while let Some(inner) = source {
        reason = Some(inner.to_string());
        source = inner.source();
    }
    entrant_model::text::visible(reason.as_deref().unwrap_or("no reason given"))
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("reach", &self.reach).finish_non_exhaustive()
    }
}
