//! A request and a response as the service sees them: no sockets, so an HTTP request and one that
//! came inside a batch are the same thing.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::faults::Treatment;

/// Which of Graph's two versions was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    V1,
    Beta,
}

impl Version {
    pub fn segment(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }

    pub fn from_segment(segment: &str) -> Option<Self> {
        [Self::V1, Self::Beta].into_iter().find(|version| version.segment().eq_ignore_ascii_case(segment))
    }
}

/// A request whose caller has been recognised.
#[derive(Debug, Clone)]
pub struct Request {
    pub version: Version,
    /// Upper case.
    pub method: String,
    /// Percent-encoded as it came, without the version: `/groups/…`.
    pub path: String,
    /// Percent-encoded as it came, without `?`; empty where there was none.
    pub query: String,
    /// Of the headers, what the service looks at.
    pub content_type: Option<String>,
    pub consistency_level: Option<String>,
    /// As it came; empty where there was none.
    pub body: Vec<u8>,
    /// Scheme, host and port by which the caller reached us: next links must lead back there.
    pub origin: String,
    pub id: String,
    pub client_request_id: String,
    /// The bearer token.
    pub token: String,
    /// When the HTTP request came, before any latency.
    pub arrived: Instant,
    /// The id of the HTTP request, which for one in a batch is that of the batch.
    pub http_id: String,
    pub in_batch: bool,
    /// What faults have decided about it.
    pub treatment: Treatment,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    None,
    Json(Value),
    /// The answer to `$count`.
    Text(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    pub status: u16,
    /// The methods that would have been allowed, for a 405.
    pub allow: Option<String>,
    /// Headers that only a fault adds.
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
    pub ending: Ending,
    /// What a batch carried, in the order in which it was carried out.
    pub inner: Vec<Exchange>,
    /// The name of the fault that struck.
    pub fault: Option<String>,
    /// How much earlier the request came than a `Retry-After` allowed.
    pub early: Option<Duration>,
}

/// How much of an answer reaches the caller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ending {
    Whole,
    /// None, and the connection is closed.
    Closed,
    /// None, and the connection is reset.
    Reset,
    /// The first part of the body.
    Cut {
        /// How much of it, from 0 to below 1.
        keep: f64,
        /// Whether the length of the whole is promised.
        promised: bool,
    },
}

/// A request and its answer, for the logs.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    pub version: Version,
    pub method: String,
    /// With the version in front.
    pub path: String,
    pub query: String,
    pub request_body: Option<Value>,
    /// 0 where the connection ended without an answer.
    pub status: u16,
    pub response_body: Option<Value>,
    pub fault: Option<String>,
    pub early: Option<Duration>,
}

impl Exchange {
    pub fn new(request: &Request, response: &Response) -> Self {
        Self {
            version: request.version,
            method: request.method.clone(),
            path: format!("/{}{}", request.version.segment(), request.path),
            query: request.query.clone(),
            request_body: serde_json::from_slice(&request.body).ok(),
            status: match response.ending {
                Ending::Closed | Ending::Reset => 0,
                Ending::Whole | Ending::Cut { .. } => response.status,
            },
            response_body: match &response.body {
                Body::None => None,
                Body::Json(body) => Some(body.clone()),
                Body::Text(text) => Some(text.clone().into()),
            },
            fault: response.fault.clone(),
            early: response.early,
        }
    }
}

impl Request {
    /// The address that was asked for, without the query.
    pub fn uri(&self) -> String {
        format!("{}/{}{}", self.origin, self.version.segment(), self.path)
    }
}

impl Response {
    pub fn json(status: u16, body: Value) -> Self {
        Self { status, body: Body::Json(body), ..Self::no_content() }
    }

    pub fn no_content() -> Self {
        Self {
            status: 204,
            allow: None,
            headers: Vec::new(),
            body: Body::None,
            ending: Ending::Whole,
            inner: Vec::new(),
            fault: None,
            early: None,
        }
    }
}

/// Decodes `%41` and, in a query, `+`. `None` where an escape is broken or the result is not UTF-8.
pub fn percent_decode(text: &str, plus_is_space: bool) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let high = char::from(bytes.next()?).to_digit(16)?;
                let low = char::from(bytes.next()?).to_digit(16)?;
                decoded.push(u8::try_from(high * 16 + low).ok()?);
            }
            b'+' if plus_is_space => decoded.push(b' '),
            _ => decoded.push(byte),
        }
    }
    String::from_utf8(decoded).ok()
}
