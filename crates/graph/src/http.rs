//! The transport: one client, one host, one place where a request leaves and where the token is put on it.
//!
//! It follows no redirect and takes no half answer for a whole one. What is repeated, and when, is `retry`'s.

mod batch;
mod failure;
mod limit;
mod retry;
mod retry_after;

use crate::claims;
use crate::error::{Call, Error, ErrorKind};
use crate::odata::Request;
use crate::sign_in;
use crate::target::Target;
use crate::token::{Token, TokenSource};
use crate::wait::Observer;
pub(crate) use batch::MAX_INNER;
use bytes::Bytes;
use entrant_model::Id;
use entrant_model::value::Json;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use reqwest::{Method, Response, StatusCode};
pub use retry::Again;
use retry::Pace;
use serde::Deserialize;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Limits of a client. The defaults suit Graph; tests shorten them.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Until a connection stands. 10 s.
    pub connect_timeout: Duration,
    /// Between two arrivals of bytes, the first included. 60 s: Graph's writes of entitlement management
    /// take long.
    pub read_timeout: Duration,
    /// For a whole request, answer included. 5 min.
    pub request_timeout: Duration,
    /// Bytes of one answer, decompressed. 256 MiB.
    pub max_answer_bytes: usize,
    /// Pages of one list. 50,000: more than one for each policy of a full tenant.
    pub max_pages: usize,
    /// The first pause before a repetition, on average twice as long as it turns out; it doubles with each
    /// failure. 500 ms.
    pub backoff: Duration,
    /// What that pause grows to. 10 s.
    pub longest_backoff: Duration,
    /// For a request with all its waits and repetitions: none begins later. 10 min, since Graph has been seen
    /// to ask for 315 s.
    pub deadline: Duration,
    /// Who hears of waits. Nobody.
    pub observer: Option<Arc<dyn Observer>>,
    /// The tenant whose tokens alone are sent to a Microsoft cloud, which takes none without it. None.
    pub tenant: Option<Id>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_mins(1),
            request_timeout: Duration::from_mins(5),
            max_answer_bytes: 256 << 20,
            max_pages: 50_000,
            backoff: Duration::from_millis(500),
            longest_backoff: Duration::from_secs(10),
            deadline: Duration::from_mins(10),
            observer: None,
            tenant: None,
        }
    }
}

/// What the requests of a client cost so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// HTTP requests sent, repeated ones included.
    pub http_requests: u64,
    /// Requests inside batches.
    pub inner_requests: u64,
    /// Bytes of answers' bodies, decompressed.
    pub bytes: u64,
    /// Requests that repeated an earlier one.
    pub retries: u64,
}

/// A request on its way: everything that a repetition would need.
pub(crate) struct Outgoing {
    pub method: Method,
    pub url: Url,
    pub body: Option<Vec<u8>>,
    pub call: Call,
    /// What the caller must be allowed to do, for the help of a 403.
    pub permission: &'static str,
}

/// An answer with a status of success.
pub(crate) struct Answer {
    /// One JSON text, or nothing.
    body: Bytes,
    request_id: Option<String>,
    client_request_id: String,
    /// What time it was for the server, as it says.
    date: Option<HeaderValue>,
}

/// One target, one pool of connections, one source of tokens.
pub(crate) struct Transport {
    http: reqwest::Client,
    target: Target,
    tokens: Arc<dyn TokenSource>,
    pub settings: Settings,
    pace: Pace,
    renewing: tokio::sync::Mutex<()>,
    http_requests: AtomicU64,
    inner_requests: AtomicU64,
    bytes: AtomicU64,
    /// Whether the server turned out to take no `$batch`.
    has_no_batch: AtomicBool,
    /// Answers to `$batch` in a row that nobody could read.
    unreadable_batches: AtomicUsize,
    /// How far the server's clock was ahead of this machine's at its last answer.
    skew: Mutex<Option<SignedDuration>>,
}

impl Transport {
    pub fn new(target: Target, tokens: Arc<dyn TokenSource>, settings: Settings) -> Result<Self, Error> {
        let http = http_client(&target, &settings).build().map_err(|error| {
            Error::local(ErrorKind::Unreachable, format!("no HTTP client: {}", failure::chain(&error)))
        })?;
        Self::over(http, target, tokens, settings)
    }

    /// Over an HTTP client made by [`http_client`].
    pub fn over(
        http: reqwest::Client,
        target: Target,
        tokens: Arc<dyn TokenSource>,
        settings: Settings,
    ) -> Result<Self, Error> {
        if target.cloud().is_some() && settings.tenant.is_none() {
            return Err(sign_in::no_tenant());
        }
        let (seed, _) = uuid::Uuid::new_v4().as_u64_pair();
        let pace = Pace::new(settings.clone(), !target.is_loopback(), seed);
        Ok(Self {
            http,
            target,
            tokens,
            settings,
            pace,
            renewing: tokio::sync::Mutex::new(()),
            http_requests: AtomicU64::new(0),
            inner_requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            has_no_batch: AtomicBool::new(false),
            unreadable_batches: AtomicUsize::new(0),
            skew: Mutex::new(None),
        })
    }

    /// The URL of a request.
    pub fn url(&self, request: &Request) -> Result<Url, Error> {
        let relative = request.relative_url();
        self.target.root().join(&relative).map_err(|error| {
            Error::local(ErrorKind::Unsupported, format!("no URL can be made of {relative}: {error}"))
        })
    }

    pub fn target(&self) -> &Target {
        &self.target
    }

    pub fn clock_skew(&self) -> Option<SignedDuration> {
        *locked(&self.skew)
    }

    /// See [`Pace::stop_waiting`].
    pub fn stop_waiting(&self) {
        self.pace.stop_waiting();
    }

    pub fn cost(&self) -> Cost {
        Cost {
            http_requests: self.http_requests.load(Ordering::Relaxed),
            inner_requests: self.inner_requests.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            retries: self.pace.retries(),
        }
    }

    /// Sends a request and waits for its whole answer, over as many attempts as [`Pace`] allows.
    ///
    /// A refused token is renewed once. A 401 did nothing, so the request, whatever its method, is sent again.
    pub async fn send(&self, outgoing: &Outgoing) -> Result<Answer, Error> {
        self.send_and(outgoing, |answer, _, _| answer).await
    }

    /// [`send`](Self::send), with what `read` makes of the answer. It gets when the request left and the token that
    /// it carried, and is done before another request may leave.
    async fn send_and<T>(
        &self,
        outgoing: &Outgoing,
        read: impl Fn(Answer, Instant, &Token) -> T,
    ) -> Result<T, Error> {
        let sent = Mutex::new(None);
        let call = &outgoing.call;
        let attempt = async |token: Token| {
            let left = Instant::now();
            let answer = self.attempt(outgoing, token.clone(), &sent).await?;
            Ok(read(answer, left, &token))
        };
        let run = || self.pace.run(call, || self.token(), &attempt);
        let outcome = run().await;
        let refused = match &outcome {
            Err(error) if error.kind() == ErrorKind::Unauthenticated => locked(&sent).take(),
            _ => None,
        };
        let Some(token) = refused else { return outcome };
        let renewing = Instant::now();
        if self.renew(&token).await? {
            retry::in_time(call, renewing, "another token")?;
            self.pace.count_retry();
            return run().await;
        }
        outcome.map_err(|error| match token.claims().and_then(|claims| claims.ends()) {
            Some(end) if end < Timestamp::now() => {
                error.with_help([format!("The token ended at {end}, and nothing renews it: get a new one.")])
            }
            _ => error,
        })
    }

    /// Whether there is another token than the refused one. Of several requests that were refused together, one
    /// renews it for all.
    async fn renew(&self, refused: &Token) -> Result<bool, Error> {
        let _one_at_a_time = self.renewing.lock().await;
        if self.tokens.token().await? != *refused {
            return Ok(true);
        }
        self.tokens.refresh().await
    }

    /// Sends a request once, and leaves the token that it carried in `sent`.
    async fn attempt(
        &self,
        outgoing: &Outgoing,
        token: Token,
        sent: &Mutex<Option<Token>>,
    ) -> Result<Answer, Error> {
        let call = &outgoing.call;
        if !self.target.owns(&outgoing.url) {
            return Err(Error::of(ErrorKind::ForeignLink, call, "the request would leave for another host"));
        }
        let client_request_id = uuid::Uuid::new_v4().to_string();
        let mut request = self.http.request(outgoing.method.clone(), outgoing.url.clone()).headers(headers(
            &token,
            &client_request_id,
            call,
        )?);
        if let Some(body) = &outgoing.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        *locked(sent) = Some(token.clone());
        self.http_requests.fetch_add(1, Ordering::Relaxed);
        let outcome = async {
            let response =
                request.send().await.map_err(|error| failure::transport(&self.target, call, &error))?;
            self.answer(outgoing, response, &client_request_id, &token).await
        };
        let answer = outcome.await.map_err(|error| error.with_ids(None, &client_request_id));
        tracing::debug!(
            method = call.method,
            path = call.path,
            client_request_id,
            request_id = answer.as_ref().map_or_else(|e| e.request_id(), |a| a.request_id.as_deref()),
            status = answer.as_ref().map_or_else(Error::status, |_| Some(200)),
            "request"
        );
        answer
    }

    async fn token(&self) -> Result<Token, Error> {
        let token = self.tokens.token().await?;
        self.check(&token)?;
        Ok(token)
    }

    /// An error where a token must not leave for the target.
    pub fn check(&self, token: &Token) -> Result<(), Error> {
        if self.target.is_loopback() && token.is_meant_for_microsoft() {
            let cause = format!(
                "not sent: the access token is meant for Microsoft, and {} is on this machine",
                self.target
            );
            return Err(Error::local(ErrorKind::ForeignToken, cause).with_help([
                "Unset ENTRANT_ACCESS_TOKEN, or set it to any other text: an emulator takes what it is given."
                    .to_owned(),
            ]));
        }
        match (self.target.cloud(), &self.settings.tenant) {
            (Some(cloud), Some(tenant)) => claims::check(token, cloud, tenant),
            _ => Ok(()),
        }
    }

    async fn answer(
        &self,
        outgoing: &Outgoing,
        response: Response,
        client_request_id: &str,
        token: &Token,
    ) -> Result<Answer, Error> {
        let call = &outgoing.call;
        let status = response.status();
        let headers = response.headers().clone();
        if let Some(date) = retry_after::date_of(&headers) {
            *locked(&self.skew) = Some(date.duration_since(Timestamp::now()));
        }
        let request_id = header(&headers, "request-id").map(|id| failure::scrub(id, token));
        if status.is_success() {
            let body = match self.body(call, response).await {
                // A write's answer may be empty; that a read's is not stands in its own check.
                Ok(body) if body.is_empty() && (call.writes || status == StatusCode::NO_CONTENT) => Ok(body),
                Ok(body) => failure::check_json(call, &headers, &body).map(|()| body),
                Err(error) => Err(error),
            };
            let body = body.map_err(|e| {
                e.with_status(status.as_u16()).with_ids(request_id.as_deref(), client_request_id)
            })?;
            let (body, date) = (body.into(), headers.get(DATE).cloned());
            return Ok(Answer { body, request_id, client_request_id: client_request_id.to_owned(), date });
        }
        if let Some(asked) = retry_after::retry_after(&headers, Timestamp::now()) {
            self.pace.heed(status.as_u16(), asked);
        }
        // What a refusal says is worth having, and no reason to fail otherwise: the status decides.
        let body = if status.is_redirection() { None } else { self.body(call, response).await.ok() };
        let error = failure::status(&self.target, outgoing, status, &headers, body.as_deref(), token);
        Err(error.with_ids(request_id.as_deref(), client_request_id))
    }

    /// The whole body, or an error: a body cut short is none.
    async fn body(&self, call: &Call, mut response: Response) -> Result<Vec<u8>, Error> {
        /// No more room than this for what is announced alone.
        const ROOM: u64 = 1 << 20;
        let room = response.content_length().unwrap_or_default().min(ROOM);
        let mut body = Vec::with_capacity(usize::try_from(room).unwrap_or_default());
        while let Some(chunk) =
            response.chunk().await.map_err(|error| failure::transport(&self.target, call, &error))?
        {
            self.bytes.fetch_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
            if body.len() + chunk.len() > self.settings.max_answer_bytes {
                return Err(failure::too_large(call, self.settings.max_answer_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl Answer {
    /// Graph's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The body, null where there is none.
    pub fn json(&self, call: &Call) -> Result<Json, Error> {
        if self.body.is_empty() { Ok(Json::Null) } else { self.read(call) }
    }

    /// What a type takes of the body.
    pub fn read<'a, T: Deserialize<'a>>(&'a self, call: &Call) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            // Line and column alone: the parser's text quotes the answer.
            let at = format!("line {}, column {}", error.line(), error.column());
            self.malformed(call, &format!("the answer has another form than expected ({at})"))
        })
    }

    /// The answer is not what `call` should bring.
    pub fn malformed(&self, call: &Call, why: &str) -> Error {
        self.with_ids(failure::malformed(call, why))
    }

    /// An error that this answer told of, with the ids of its request.
    pub fn with_ids(&self, error: Error) -> Error {
        error.with_ids(self.request_id.as_deref(), &self.client_request_id)
    }

    /// The ids of its request, for errors that are found when the answer is gone.
    pub fn ids(&self) -> Ids {
        Ids { request_id: self.request_id.clone(), client_request_id: self.client_request_id.clone() }
    }
}

/// By what Graph knows a request, and by what we do.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    request_id: Option<String>,
    client_request_id: String,
}

impl Ids {
    /// The error with these ids.
    pub fn on(&self, error: Error) -> Error {
        error.with_ids(self.request_id.as_deref(), &self.client_request_id)
    }
}

/// The settings of an HTTP client that speaks to this target alone.
pub(crate) fn http_client(target: &Target, settings: &Settings) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("entrant/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // A write is sent once. Whether anything is repeated is decided in `send`, nowhere below it.
        .retry(reqwest::retry::never())
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.read_timeout)
        .timeout(settings.request_timeout);
    if target.is_loopback() {
        // A proxy would take the token off this machine, and so would a name server that knows
        // `localhost` as something else. Port 0 stands for the URL's. No certificate is needed for `http://`, and
        // reading those of the machine takes longer than a request.
        builder.no_proxy().tls_certs_only([]).resolve_to_addrs(
            "localhost",
            &[SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))],
        )
    } else {
        builder.https_only(true)
    }
}

/// What a lock holds. Nothing here leaves it half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn headers(token: &Token, client_request_id: &str, call: &Call) -> Result<HeaderMap, Error> {
    let no_header =
        |_| Error::of(ErrorKind::SignIn, call, "the access token has characters that no header takes");
    let mut authorization =
        HeaderValue::from_str(&format!("Bearer {}", token.secret())).map_err(no_header)?;
    // Kept out of Debug output and of HTTP/2's compression tables.
    authorization.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, authorization);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert("client-request-id", HeaderValue::from_str(client_request_id).map_err(no_header)?);
    if !call.writes {
        // Without it Graph reports newer enum words as `unknownFutureValue`.
        headers.insert("prefer", HeaderValue::from_static("include-unknown-enum-members"));
    }
    Ok(headers)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
