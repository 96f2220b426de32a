//! From what a request came to, to an [`Error`] that says what to do. Decides nothing about repeating.

use super::retry_after::retry_after;
use super::{Outgoing, header};
use crate::error::{Call, Error, ErrorKind, GraphSays};
use crate::target::Target;
use crate::token::Token;
use entrant_model::text::visible;
use entrant_model::value::Json;
use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use serde::de::IgnoredAny;
use std::error::Error as _;
use std::io;
use std::time::Duration;

/// A shorter wait is over before anybody runs again.
const WORTH_SAYING: Duration = Duration::from_secs(1);

/// A status other than success, with what Graph said about it.
pub(super) fn status(
    target: &Target,
    outgoing: &Outgoing,
    status: StatusCode,
    headers: &HeaderMap,
    body: Option<&[u8]>,
    token: &Token,
) -> Error {
    let call = &outgoing.call;
    let kind = kind(status);
    let reason = status.canonical_reason().unwrap_or("unknown status");
    let says = graph_says(body, token);
    let mut cause = format!("the server answered {} {reason}", status.as_u16());
    if kind == ErrorKind::Redirect {
        // The host alone: a path or query of the link could hold anything.
        let host = header(headers, LOCATION.as_str()).and_then(|link| target.root().join(link).ok());
        let host = host.as_ref().and_then(url::Url::host_str).map(|h| scrub(&visible(h), token));
        cause = format!(
            "the server tried to redirect the request ({} {reason}{}); it was not followed",
            status.as_u16(),
            host.map(|h| format!(", to {h}")).unwrap_or_default()
        );
    }
    let wait = retry_after(headers, Timestamp::now());
    let mut help = help(kind, target, outgoing, wait, &says);
    if let Some(wait) = wait.filter(|wait| kind != ErrorKind::Throttled && *wait >= WORTH_SAYING) {
        help.insert(0, format!("It asks for {} s without requests: wait, then run again.", in_seconds(wait)));
    }
    Error::of(kind, call, cause)
        .with_status(status.as_u16())
        .with_graph(says)
        .with_retry_after(wait)
        .with_help(help)
}

fn kind(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        300..=399 => ErrorKind::Redirect,
        400 => ErrorKind::BadRequest,
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        408 | 499 => ErrorKind::Timeout,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::Throttled,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Unexpected,
    }
}

/// Graph's error body, whatever of it is there; `None` for one that was cut short. `innerError` is also
/// spelt `innererror`, and nests.
fn graph_says(body: Option<&[u8]>, token: &Token) -> GraphSays {
    let json = body.and_then(|body| serde_json::from_slice::<Json>(body).ok()).unwrap_or_default();
    let error = json.get("error").unwrap_or(&Json::Null);
    let text = |name: &str| {
        error.get(name).and_then(Json::as_str).filter(|t| !t.is_empty()).map(|t| scrub(t, token))
    };
    let mut request_id = None;
    let mut inner = error;
    while let Some(deeper) = inner.get("innerError").or_else(|| inner.get("innererror")) {
        inner = deeper;
        request_id = inner.get("request-id").and_then(Json::as_str).or(request_id);
    }
    GraphSays {
        code: text("code"),
        message: text("message"),
        request_id: request_id.map(|id| scrub(id, token)),
        is_foreign: !body.is_some_and(<[u8]>::is_empty) && !error.is_object(),
    }
}

/// A server's text without the token, should it have sent the token back. Letter case aside: a host name
/// comes in lower case.
pub(super) fn scrub(text: &str, token: &Token) -> String {
    let (lower, secret) = (text.to_ascii_lowercase(), token.secret().to_ascii_lowercase());
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(at) = lower[from..].find(&secret) {
        clean.push_str(&text[from..from + at]);
        clean.push('…');
        from += at + secret.len();
    }
    clean.push_str(&text[from..]);
    clean
}

fn help(
    kind: ErrorKind,
    target: &Target,
    outgoing: &Outgoing,
    wait: Option<Duration>,
    says: &GraphSays,
) -> Vec<String> {
    let call = &outgoing.call;
    match kind {
        ErrorKind::Unauthenticated if target.is_loopback() => vec![
            "Set ENTRANT_ACCESS_TOKEN to the token that the server expects; an emulator started with \
             `--token` takes that one alone, without it any but `invalid`."
                .to_owned(),
        ],
        ErrorKind::Unauthenticated => vec![format!(
            "The token is missing, expired or meant for another cloud than {target}; sign in again."
        )],
        ErrorKind::Forbidden => vec![
            format!("The caller needs the permission {}.", outgoing.permission),
            "A signed-in user needs a role as well, such as Identity Governance Administrator.".to_owned(),
        ],
        ErrorKind::NotFound if call.writes => vec!["It was deleted since it was read; plan again.".to_owned()],
        ErrorKind::NotFound => vec![
            format!("Check that {target} is the root of Graph: the address is given without a version."),
            "Some clouds do not offer beta, and some not entitlement management.".to_owned(),
        ],
        ErrorKind::Conflict => vec![
            "Something of that name may exist, or Graph was busy with another write; plan again to see.".to_owned(),
        ],
        ErrorKind::Throttled => vec![match wait {
            Some(wait) => format!("Too many requests: wait {} s, then run again.", in_seconds(wait)),
            None => "Too many requests: wait a few minutes, then run again.".to_owned(),
        }],
        ErrorKind::Server | ErrorKind::Timeout => vec![again(call)],
        ErrorKind::BadRequest if says.code.is_none() && says.message.is_none() => {
            vec![format!("It gave no reason. Check that {target} is the root of Graph.")]
        }
        ErrorKind::BadRequest if says.code.as_deref() == Some("InvalidModel") => vec![
            "Graph does not say which member it means: look at each `@odata.type`, at nulls where a list must \
             be, and at members of the other API version."
                .to_owned(),
        ],
        ErrorKind::Redirect => vec![format!(
            "Graph does not redirect: look for a proxy or a sign-in page in front of {target}, and at the address."
        )],
        ErrorKind::Unexpected => vec![format!("Check that {target} is the root of Graph.")],
        _ => Vec::new(),
    }
}

/// Seconds, with milliseconds where there are some.
fn in_seconds(wait: Duration) -> f64 {
    (wait.as_secs_f64() * 1000.0).round() / 1000.0
}

fn again(call: &Call) -> String {
    if call.writes {
        "It may have been done: plan again to see.".to_owned()
    } else {
        "Nothing was changed. Run again; if it stays, Microsoft's support wants the request-id.".to_owned()
    }
}

/// A request without a whole answer.
pub(super) fn transport(target: &Target, call: &Call, error: &reqwest::Error) -> Error {
    let why = chain(error);
    if error.is_connect() {
        let cause = match io_kind(error) {
            Some(io::ErrorKind::ConnectionRefused) => {
                format!("nothing listens on {}", target.authority())
            }
            _ if error.is_timeout() => format!("no connection to {} in time", target.authority()),
            _ => format!("no connection to {} ({why})", target.authority()),
        };
        let help = if target.is_loopback() {
            "Is it running, and is the port right? `entrant emulator serve` prints its address as its first line; \
             `--emulator` needs no server."
        } else {
            "Look at the network, at DNS, and at HTTPS_PROXY if there is a proxy."
        };
        return Error::of(ErrorKind::Unreachable, call, cause).with_help([help.to_owned()]);
    }
    if error.is_timeout() {
        return Error::of(
            ErrorKind::Timeout,
            call,
            format!("no whole answer from {} in time", target.authority()),
        )
        .with_help([again(call)]);
    }
    Error::of(
        ErrorKind::Interrupted,
        call,
        format!("the connection broke before the answer was whole ({why})"),
    )
    .with_help([again(call)])
}

/// The reason at the bottom of an error, without URLs: theirs hold names.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut source = error.source();
    let mut reason = None;
    while let Some(inner) = source {
        reason = Some(inner.to_string());
        source = inner.source();
    }
    visible(reason.as_deref().unwrap_or("no reason given"))
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        source = inner.source();
    }
    None
}

/// Whether a body is JSON, and why not. Builds nothing of it.
pub(super) fn check_json(call: &Call, headers: &HeaderMap, body: &[u8]) -> Result<(), Error> {
    // What is skipped in bytes is not looked at, so that a text inside might be none.
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(malformed(call, "the answer is no JSON (it is not UTF-8)"));
    };
    serde_json::from_str::<IgnoredAny>(text).map(|_| ()).map_err(|error| {
        let content_type = header(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
        let why = if body.is_empty() {
            "the answer is empty".to_owned()
        } else if content_type.contains("html") || text.trim_start().starts_with('<') {
            "the answer is a web page, not JSON".to_owned()
        } else if error.is_eof() {
            "the answer is cut short".to_owned()
        } else {
            // Line and column alone: the parser's text quotes the answer.
            format!("the answer is no JSON (line {}, column {})", error.line(), error.column())
        };
        let error_of_call = malformed(call, &why);
        if error.is_eof() { error_of_call.cut_short() } else { error_of_call }
    })
}

pub(super) fn malformed(call: &Call, why: &str) -> Error {
    Error::of(ErrorKind::Malformed, call, why).with_help([if call.writes {
        again(call)
    } else {
        "It counts as unread. Another program or a proxy may answer at this address.".to_owned()
    }])
}

pub(super) fn too_large(call: &Call, limit: usize) -> Error {
    Error::of(ErrorKind::TooLarge, call, format!("the answer is larger than {limit} bytes"))
        .with_help(["It counts as unread.".to_owned()])
}
