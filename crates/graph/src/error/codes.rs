//! The stable codes of Graph errors, with the text of `entrant explain`.

use super::ErrorKind;
use entrant_model::{Code, Severity};

/// Every code, in the order of [`ErrorKind`].
pub static ALL: [&Code; 21] = [
    &TARGET,
    &SIGN_IN,
    &WRONG_TENANT,
    &FOREIGN_TOKEN,
    &UNSUPPORTED,
    &UNREACHABLE,
    &INTERRUPTED,
    &TIMEOUT,
    &BAD_REQUEST,
    &UNAUTHENTICATED,
    &FORBIDDEN,
    &NOT_FOUND,
    &CONFLICT,
    &THROTTLED,
    &SERVER,
    &REDIRECT,
    &FOREIGN_LINK,
    &ENDLESS_LIST,
    &TOO_LARGE,
    &MALFORMED,
    &UNEXPECTED,
];

pub(super) const fn of(kind: ErrorKind) -> &'static Code {
    match kind {
        ErrorKind::Target => &TARGET,
        ErrorKind::SignIn => &SIGN_IN,
        ErrorKind::WrongTenant => &WRONG_TENANT,
        ErrorKind::ForeignToken => &FOREIGN_TOKEN,
        ErrorKind::Unsupported => &UNSUPPORTED,
        ErrorKind::Unreachable => &UNREACHABLE,
        ErrorKind::Interrupted => &INTERRUPTED,
        ErrorKind::Timeout => &TIMEOUT,
        ErrorKind::BadRequest => &BAD_REQUEST,
        ErrorKind::Unauthenticated => &UNAUTHENTICATED,
        ErrorKind::Forbidden => &FORBIDDEN,
        ErrorKind::NotFound => &NOT_FOUND,
        ErrorKind::Conflict => &CONFLICT,
        ErrorKind::Throttled => &THROTTLED,
        ErrorKind::Server => &SERVER,
        ErrorKind::Redirect => &REDIRECT,
        ErrorKind::ForeignLink => &FOREIGN_LINK,
        ErrorKind::EndlessList => &ENDLESS_LIST,
        ErrorKind::TooLarge => &TOO_LARGE,
        ErrorKind::Malformed => &MALFORMED,
        ErrorKind::Unexpected => &UNEXPECTED,
    }
}

const fn code(name: &'static str, explanation: &'static str) -> Code {
    Code { name, severity: Severity::Error, explanation }
}

static TARGET: Code = code(
    "graph-address",
    "The address of Graph is not one that entrant speaks to.\n\nA token goes wherever the address points, so \
     the list is closed: Microsoft's clouds over `https://`, and loopback addresses with a port over \
     `http://` for an emulator.\n\n    --graph-url https://graph.microsoft.us\n    --graph-url \
     http://127.0.0.1:8080",
);
static SIGN_IN: Code = code(
    "graph-sign-in",
    "There is no way to sign in to this Graph, or signing in failed. Graph got no request.\n\nThe credential is \
     chosen from the environment: an access token, a client secret, a client certificate, a federated token, \
     Azure Pipelines, GitHub Actions, a managed identity, and Azure CLI last. Half of a credential is an error. \
     `-v` says which one was chosen and why, `entrant doctor` what it may do, and docs/sign-in.md which \
     variables there are.",
);
static WRONG_TENANT: Code = code(
    "graph-wrong-tenant",
    "The access token is of another tenant than the one that is meant, or it does not say of which. It was not \
     sent.\n\nThe tenant that is meant is the one of `entrant.yaml` (`--tenant NAME` where there are several), \
     else the one of `AZURE_TENANT_ID` or `ARM_TENANT_ID`. A plan for one tenant must never be applied to \
     another, so every token's `tid` is compared with it before a request leaves. On a loopback address nothing \
     is compared.",
);
static FOREIGN_TOKEN: Code = code(
    "graph-foreign-token",
    "The token in `ENTRANT_ACCESS_TOKEN` was issued for Microsoft, and Graph's address is on this \
     machine.\n\nAny program can listen on a loopback address, and with such a token it could act in your \
     tenant. So the token was not sent. Unset the variable: an emulator takes any text as its token.",
);
static UNSUPPORTED: Code = code(
    "graph-unsupported",
    "What was asked for has no meaning in Graph, such as a policy by its name without its package.",
);
static UNREACHABLE: Code = code(
    "graph-unreachable",
    "No connection to Graph came about, so nothing was read and nothing was written.\n\nOn a loopback \
     address, the emulator is not running or listens on another port: its first line of output is its \
     address. Elsewhere, look at the network, at DNS, and at `HTTPS_PROXY`.",
);
static INTERRUPTED: Code = code(
    "graph-interrupted",
    "The connection broke before the answer was whole.\n\nA partial answer is not used. A read can be \
     repeated; after a write the object is looked up first, since Graph may have done it.",
);
static TIMEOUT: Code = code(
    "graph-timeout",
    "Graph did not answer in time.\n\nA read can be repeated; after a write the object is looked up first, \
     since Graph may have done it.",
);
static BAD_REQUEST: Code = code(
    "graph-bad-request",
    "Graph did not accept the request (400).\n\nIts message rarely says which member it means. `InvalidModel` \
     means a wrong or missing `@odata.type`, a null where a list must be, or a structure of another version. \
     A text about review duration means that a review is longer than its recurrence.",
);
static UNAUTHENTICATED: Code = code(
    "graph-unauthenticated",
    "Graph did not accept the token (401): it is missing, expired, or meant for another cloud.\n\nAn emulator \
     that was started with `--token` takes that token alone: set `ENTRANT_ACCESS_TOKEN` to it.",
);
static FORBIDDEN: Code = code(
    "graph-forbidden",
    "The caller lacks a permission or a role (403).\n\nReading needs `EntitlementManagement.Read.All`, writing \
     `EntitlementManagement.ReadWrite.All`; names of users, groups and service principals need \
     `User.ReadBasic.All`, `GroupMember.Read.All` and `Application.Read.All`. A signed-in user also needs a \
     role, such as Identity Governance Administrator or Catalog owner. A refusal is never read as \"not \
     there\".",
);
static NOT_FOUND: Code = code(
    "graph-not-found",
    "Graph has no such object or no such address (404).\n\nWhere a whole collection is not found, the address \
     is not Graph's root, or this cloud does not offer that version.",
);
static CONFLICT: Code = code(
    "graph-conflict",
    "Graph says that something of that name exists (409).\n\nIt says so as well when several policies of a \
     package are created at once and none exists, so the object is looked up before anything is repeated.",
);
static THROTTLED: Code = code(
    "graph-throttled",
    "Too many requests (429). Nothing was done. Wait as long as the message says, then run again.",
);
static SERVER: Code = code(
    "graph-server-error",
    "Graph failed (5xx).\n\nRun again. If it stays, Microsoft's support wants the `request-id`. After a write \
     the object is looked up first, since Graph may have done it.",
);
static REDIRECT: Code = code(
    "graph-redirect",
    "The server tried to send the request elsewhere (3xx). It was not followed: the token goes to Graph and \
     nowhere else.\n\nGraph does not redirect these requests. A proxy or a sign-in page of the network may \
     stand in between.",
);
static FOREIGN_LINK: Code = code(
    "graph-foreign-link",
    "The link to the next page of a list pointed to another scheme, host, port or version. It was not \
     followed: the token goes to Graph and nowhere else. The list counts as unread.",
);
static ENDLESS_LIST: Code = code(
    "graph-endless-list",
    "A list does not end: a link came back that was followed before, or page after page brought nothing new. \
     The list counts as unread.",
);
static TOO_LARGE: Code = code(
    "graph-too-large",
    "An answer was larger than the limit. It was dropped, and what it held counts as unread.",
);
static MALFORMED: Code = code(
    "graph-malformed",
    "The answer is not what Graph sends: cut short, no JSON, or without a member that it must have.\n\nIt \
     counts as unread, never as empty. A web page instead of JSON means that a proxy or another program \
     answered.",
);
static UNEXPECTED: Code = code(
    "graph-unexpected-status",
    "The server answered with an HTTP status that Graph does not use for this request.",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_there_once() {
        let mut names: Vec<&str> = ALL.iter().map(|code| code.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
