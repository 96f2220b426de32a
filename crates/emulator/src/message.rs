//! A request and a response as the service sees them: no sockets, so an HTTP request and one that
//! came inside a batch are the same thing.

use serde_json::Value;

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
    pub body: Body,
    /// What a batch carried, in the order in which it was carried out.
    pub inner: Vec<Exchange>,
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
    pub status: u16,
    pub response_body: Option<Value>,
}

impl Exchange {
    pub fn new(request: &Request, response: &Response) -> Self {
        Self {
            version: request.version,
            method: request.method.clone(),
            path: format!("/{}{}", request.version.segment(), request.path),
            query: request.query.clone(),
            request_body: serde_json::from_slice(&request.body).ok(),
            status: response.status,
            response_body: match &response.body {
                Body::None => None,
                Body::Json(body) => Some(body.clone()),
                Body::Text(text) => Some(text.clone().into()),
            },
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
        Self { status, allow: None, body: Body::Json(body), inner: Vec::new() }
    }

    pub fn no_content() -> Self {
        Self { status: 204, allow: None, body: Body::None, inner: Vec::new() }
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
