//! What went wrong with Graph, and what to do about it.
//!
//! No error ever holds the token, a query's values, or text of the server that a terminal would obey.

mod codes;

pub use codes::ALL as CODES;

use crate::http::Again;
use entrant_model::Code;
use entrant_model::text::visible;
use std::fmt;
use std::time::Duration;

/// A request that brought no answer to work with, or a setting under which none may be sent.
///
/// Displays as one line. [`help`](Error::help) says what to do.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct Error(Box<Details>);

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The address is no Graph that may be spoken to. No request was made.
    Target,
    /// There is no way to sign in to this target, or signing in failed. Graph got no request.
    SignIn,
    /// The token is of another tenant than the one that is meant, or does not say of which. Graph got no request.
    WrongTenant,
    /// The token is meant for Microsoft and would have left for this machine. No request was made.
    ForeignToken,
    /// What was asked has no meaning in Graph. No request was made.
    Unsupported,
    /// No connection came about, so nothing was received there.
    Unreachable,
    /// The connection broke before the answer was whole.
    Interrupted,
    /// No answer, or not all of it, in time. Includes 408, and a proxy's 499.
    Timeout,
    /// 400: Graph did not understand or did not accept it.
    BadRequest,
    /// 401: the token was not accepted.
    Unauthenticated,
    /// 403: a permission or role is missing.
    Forbidden,
    /// 404: Graph has no such object or no such address.
    NotFound,
    /// 409: something of that name exists, or Graph thinks so.
    Conflict,
    /// 429: too many requests.
    Throttled,
    /// 5xx: Graph failed.
    Server,
    /// 3xx: the server tried to send the request elsewhere. It was not followed.
    Redirect,
    /// A link to the next page pointed elsewhere. It was not followed.
    ForeignLink,
    /// A list that does not end.
    EndlessList,
    /// An answer above the size limit.
    TooLarge,
    /// An answer that is not what Graph sends: cut short, no JSON, or without what it must have.
    Malformed,
    /// Another HTTP status.
    Unexpected,
}

#[derive(Debug, Clone, Default)]
struct Details {
    kind: Option<ErrorKind>,
    call: Option<Call>,
    status: Option<u16>,
    cause: String,
    graph_code: Option<String>,
    graph_message: Option<String>,
    request_id: Option<String>,
    client_request_id: Option<String>,
    /// Whether the body was something else than Graph's error.
    is_foreign: bool,
    /// How long Graph asked to wait.
    retry_after: Option<Duration>,
    /// Whether the answer ended before its end.
    is_cut_short: bool,
    /// Whether what a write needs is not to be seen yet.
    is_not_yet: bool,
    again: Option<Again>,
    help: Vec<String>,
}

/// Which request it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// `GET`, …
    pub method: &'static str,
    /// The path of the URL. Never the query: it holds names.
    pub path: String,
    /// Whether it could have changed the tenant.
    pub writes: bool,
}

impl Call {
    /// Whether it changes or deletes what is there.
    pub const fn overwrites(&self) -> bool {
        self.writes && !matches!(self.method.as_bytes(), b"POST")
    }
}

/// What Graph said about a failure, each where it said it.
#[derive(Debug, Default)]
pub(crate) struct GraphSays {
    pub code: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
    /// Whether the body was something else: a web page, another program's words.
    pub is_foreign: bool,
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind.unwrap_or(ErrorKind::Unexpected)
    }

    /// The stable code that `entrant explain` knows.
    pub fn code(&self) -> &'static Code {
        codes::of(self.kind())
    }

    /// Whether the request may have taken effect although it failed: a write whose answer was lost, late,
    /// unreadable, 408, 409 or 5xx. Whoever repeats it looks first.
    pub fn is_unclear(&self) -> bool {
        self.0.call.as_ref().is_some_and(|call| call.writes)
            && matches!(
                self.kind(),
                ErrorKind::Interrupted
                    | ErrorKind::Timeout
                    | ErrorKind::Conflict
                    | ErrorKind::Server
                    | ErrorKind::TooLarge
                    | ErrorKind::Malformed
            )
    }

    /// Whether it was a write that was answered with a redirect. Graph does not redirect: whoever did may have passed it
    /// on before, and would do the same to a repetition.
    pub fn is_redirected_write(&self) -> bool {
        self.0.call.as_ref().is_some_and(|call| call.writes) && self.kind() == ErrorKind::Redirect
    }

    /// Whether it was a write that Graph has certainly not taken, and may take later.
    pub fn is_not_taken(&self) -> bool {
        self.0.call.as_ref().is_some_and(|call| call.writes)
            && matches!(self.kind(), ErrorKind::Throttled | ErrorKind::Unreachable)
    }

    /// Whether it was a write that needs what Graph does not show yet: an object that was just made, a resource in its
    /// catalog, a role of a resource. Nothing was done, and the same call may succeed later.
    pub fn is_not_yet(&self) -> bool {
        self.0.is_not_yet
    }

    /// The HTTP method, where there was a request.
    pub fn method(&self) -> Option<&'static str> {
        self.0.call.as_ref().map(|call| call.method)
    }

    /// The path of the URL, where there was a request.
    pub fn path(&self) -> Option<&str> {
        self.0.call.as_ref().map(|call| call.path.as_str())
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Graph's own code, such as `DuplicateKey`, made safe to print.
    pub fn graph_code(&self) -> Option<&str> {
        self.0.graph_code.as_deref()
    }

    /// Graph's own message, made safe to print.
    pub fn graph_message(&self) -> Option<&str> {
        self.0.graph_message.as_deref()
    }

    /// Graph's id of the request: what Microsoft's support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Our id of the request, as Graph's logs have it too.
    pub fn client_request_id(&self) -> Option<&str> {
        self.0.client_request_id.as_deref()
    }

    /// How long Graph asked to wait, where it did.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// When the same read may be asked for again, where it failed in passing and nobody has done so yet: only what
    /// [`look`](crate::Read::look) answers.
    pub fn again(&self) -> Option<Again> {
        self.0.again
    }

    /// What to do, one sentence each, the likeliest first.
    pub fn help(&self) -> &[String] {
        &self.0.help
    }

    /// An error before any request.
    pub(crate) fn local(kind: ErrorKind, cause: impl Into<String>) -> Self {
        Self(Box::new(Details { kind: Some(kind), cause: cause.into(), ..Details::default() }))
    }

    /// An error of one request.
    pub(crate) fn of(kind: ErrorKind, call: &Call, cause: impl Into<String>) -> Self {
        let mut error = Self::local(kind, cause);
        error.0.call = Some(call.clone());
        error
    }

    /// An object in a list, or one read alone, that lacks what it must have.
    pub(crate) fn incomplete(why: impl Into<String>) -> Self {
        Self::local(ErrorKind::Malformed, format!("Graph's answer is incomplete: {}", why.into()))
            .with_help(["It counts as unread. Run again; if it stays, the server is not Graph.".to_owned()])
    }

    /// Whether Graph says that an object is not there. A 404 of a proxy, or of an address that Graph does not
    /// know, says nothing of the object.
    pub(crate) fn is_absence(&self) -> bool {
        self.kind() == ErrorKind::NotFound && !self.0.is_foreign && !self.is_no_such_address()
    }

    /// Whether the body of a refusal is not Graph's.
    pub(crate) fn is_foreign(&self) -> bool {
        self.0.is_foreign
    }

    /// Whether Graph says that it has no such address: 400 or 404, and only the message tells.
    pub(crate) fn is_no_such_address(&self) -> bool {
        let message = self.graph_message().unwrap_or_default().to_ascii_lowercase();
        matches!(self.kind(), ErrorKind::BadRequest | ErrorKind::NotFound)
            && ["resource not found for the segment", "no http resource was found", "invalid version"]
                .iter()
                .any(|said| message.contains(said))
    }

    /// Whether Graph refused to add what, as it says, is there: 400, and only the message tells.
    pub(crate) fn is_already_there(&self) -> bool {
        let message = self.graph_message().unwrap_or_default().to_ascii_lowercase();
        self.kind() == ErrorKind::BadRequest && message.contains("already exist")
    }

    /// What a write needs, and Graph does not show yet.
    pub(crate) fn not_yet(cause: impl Into<String>) -> Self {
        Self::local(ErrorKind::NotFound, cause).until_it_shows()
    }

    /// A refusal that may be lifted by waiting.
    pub(crate) fn until_it_shows(mut self) -> Self {
        if !self.0.is_not_yet {
            self.0.is_not_yet = true;
            self.0.help = vec![
                "Graph shows what was just made after a while. Run again; if it stays, it was deleted meanwhile."
                    .to_owned(),
            ];
        }
        self
    }

    /// Whether the body ended too early, although nothing broke.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.0.is_cut_short
    }

    pub(crate) fn cut_short(mut self) -> Self {
        self.0.is_cut_short = true;
        self
    }

    pub(crate) fn with_again(mut self, again: Option<Again>) -> Self {
        self.0.again = again;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_help(mut self, help: impl IntoIterator<Item = String>) -> Self {
        self.0.help.extend(help);
        self
    }

    pub(crate) fn with_ids(mut self, request_id: Option<&str>, client_request_id: &str) -> Self {
        self.0.request_id = self.0.request_id.or_else(|| request_id.map(|id| limited(id, 128)));
        self.0.client_request_id = Some(client_request_id.to_owned());
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_graph(mut self, says: GraphSays) -> Self {
        self.0.is_foreign = says.is_foreign;
        self.0.graph_code = says.code.map(|code| limited(&code, 128));
        self.0.graph_message = says.message.map(|message| limited(&message, 2000));
        self.0.request_id = says.request_id.map(|id| limited(&id, 128));
        self
    }
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(call) = &self.call {
            write!(f, "{} {}: ", call.method, visible(&call.path))?;
        }
        f.write_str(&self.cause)?;
        match (&self.graph_code, &self.graph_message) {
            (Some(code), Some(message)) => write!(f, ": `{code}`, {message}")?,
            (Some(said), None) | (None, Some(said)) => write!(f, ": {said}")?,
            (None, None) => {}
        }
        match (&self.request_id, &self.client_request_id) {
            (Some(id), _) => write!(f, " (request-id {id})"),
            (None, Some(id)) => write!(f, " (client-request-id {id})"),
            (None, None) => Ok(()),
        }
    }
}

/// Text of a server for a person: nothing a terminal would obey, and no more than `most` characters.
fn limited(text: &str, most: usize) -> String {
    let mut shown = visible(text.trim());
    if let Some((at, _)) = shown.char_indices().nth(most) {
        shown.truncate(at);
        shown.push('…');
    }
    shown
}
