//! `entrant doctor`: whether this run's identity can do its work, and what to do where it cannot. Reads a little,
//! writes nothing, and prints no token.

use crate::connection::Connection;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::render::checks::{self, Check, Mark};
use crate::session;
use crate::settings::Settings;
use anyhow::Result;
use entrant_graph::permissions::{self, APPLY, Need, PLAN, Right, TENANTS};
use entrant_graph::{Claims, Error, ErrorKind, Probe, Read as _};
use entrant_model::text::visible;
use entrant_model::{Diagnostic, Kind};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What is read, with what it is for.
const PROBES: [(Probe, &str); 7] = [
    (Probe::Policies, "the tenant's policies"),
    (Probe::Packages, "packages with their policies"),
    (Probe::Organizations, "connected organizations"),
    (Probe::Settings, "the tenant's settings"),
    (Probe::Groups, "groups"),
    (Probe::Users, "users"),
    (Probe::ServicePrincipals, "service principals"),
];

/// Clocks this far apart are worth a word.
const SKEW_TO_TELL: Duration = Duration::from_mins(1);
/// Clocks this far apart make tokens fail.
const SKEW_TO_FAIL: Duration = Duration::from_mins(5);

/// Looks at everything and prints what it saw.
pub async fn run(settings: &Settings) -> Result<Exit> {
    let (loaded, tenant) = session::load(settings)?;
    let interrupt = Interrupt::listen_in_time(settings);
    let connection = Connection::open(settings, tenant.as_ref()).await?;
    let mut checks = Vec::new();
    if loaded.diagnostics.iter().any(Diagnostic::is_error) {
        checks.push(
            Check::new(Mark::Warn, "the policy files have errors, or there are none")
                .help("`entrant validate` shows them; a tenant that `entrant.yaml` declares may be among what was not read"),
        );
    }
    let domain = entrant_workspace::domain_of_a_tenant(&loaded.documents);
    let examined = tokio::select! {
        () = examine(&connection, domain, &mut checks) => true,
        () = interrupt.asked() => false,
    };
    connection.close().await;
    if !examined {
        return Ok(interrupt.exit(Exit::Error));
    }
    settings.progress.clear();
    settings.terminal.data(&checks::render(&checks))?;
    let fails = checks.iter().any(|check| check.mark == Mark::Fail);
    Ok(if fails { Exit::Error } else { Exit::Done })
}

/// `domain` is one by which a document names a tenant.
async fn examine(connection: &Connection, domain: Option<&str>, checks: &mut Vec<Check>) {
    let target = connection.client.target();
    let place = target.cloud().map_or("on this machine", |cloud| cloud.name);
    let place = if connection.host == "emulator" { "inside this process" } else { place };
    // The port of a Graph inside this process says nothing to anybody.
    let address = if connection.host == "emulator" { "the emulator".to_owned() } else { target.to_string() };
    checks.push(Check::new(Mark::Ok, format!("Graph: {address} ({place})")));
    let sign_in = &connection.sign_in;
    let client_id = sign_in.client_id.as_ref().map(|id| format!(", as application {}", visible(id)));
    let credential = format!("credential: {}{}", sign_in.with, client_id.unwrap_or_default());
    checks.push(Check::new(Mark::Ok, credential));
    checks
        .extend(sign_in.passed_over.iter().map(|other| Check::new(Mark::Note, format!("not used: {other}"))));
    let tenant = connection.tenant.as_deref().map_or_else(|| "not said".to_owned(), visible);
    checks.push(Check::new(Mark::Ok, format!("tenant that is meant: {tenant}")));
    let token = match sign_in.tokens.token().await {
        Ok(token) => token,
        Err(error) => {
            checks.push(failed("signing in", &error));
            return;
        }
    };
    let claims = token.claims();
    if let Some(claims) = &claims {
        identity(claims, target.is_loopback(), checks);
    }
    // What a token may do elsewhere is of no interest, and no read would tell more.
    if let Err(error) = connection.client.check(&token) {
        checks.push(failed("using the token", &error));
        return;
    }
    rights(claims.as_ref(), domain, checks);
    if reads(connection, checks).await {
        tenants(connection, domain, checks).await;
    }
    clock(connection, checks);
}

/// Who the token stands for, and how long it is good.
fn identity(claims: &Claims, is_loopback: bool, checks: &mut Vec<Check>) {
    let id = claims.application_id().map_or_else(|| "without an id".to_owned(), visible);
    let name = claims.application_name().map(|name| format!("{} ", visible(name))).unwrap_or_default();
    checks.push(Check::new(
        Mark::Ok,
        match claims.user() {
            Some(user) if claims.is_delegated() => {
                format!("signed in as the user {}, through the application {name}({id})", visible(user))
            }
            _ => format!("signed in as the application {name}({id})"),
        },
    ));
    if let Some(tenant) = claims.tenant() {
        checks.push(Check::new(Mark::Ok, format!("tenant of the token: {}", visible(tenant))));
    }
    ending(claims, is_loopback, checks);
}

/// What the token says that it may do, and what that takes.
fn rights(claims: Option<&Claims>, domain: Option<&str>, checks: &mut Vec<Check>) {
    if let Some(claims) = claims {
        granted(claims, domain, checks);
        return;
    }
    checks.push(Check::new(
        Mark::Note,
        "the token is no JWT, so it does not say whom it stands for or what that one may do; the reads below tell",
    ));
    kind_by_kind(None, checks);
}

fn ending(claims: &Claims, is_loopback: bool, checks: &mut Vec<Check>) {
    let Some(end) = claims.ends() else { return };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    if end.as_second() > i64::try_from(now).unwrap_or(i64::MAX) {
        checks.push(Check::new(Mark::Ok, format!("the token is good until {end}")));
    } else {
        let mark = if is_loopback { Mark::Warn } else { Mark::Fail };
        checks.push(Check::new(mark, format!("the token ended at {end}")).help("get a new one"));
    }
}

/// The permissions that were granted, against those that are needed.
fn granted(claims: &Claims, domain: Option<&str>, checks: &mut Vec<Check>) {
    let (granted, kind) = if claims.is_delegated() {
        (claims.scopes(), "delegated permissions")
    } else {
        (claims.roles(), "application permissions")
    };
    let list = if granted.is_empty() {
        "none".to_owned()
    } else {
        granted.iter().map(|permission| visible(permission)).collect::<Vec<_>>().join(", ")
    };
    checks.push(Check::new(Mark::Ok, format!("granted {kind}: {list}")));
    let for_plan = PLAN.iter().chain(domain.map(|_| &TENANTS)).map(|need| ("plan", need));
    let needs = for_plan.chain(APPLY.iter().map(|need| ("apply", need)));
    checks.extend(needs.map(|(command, need)| met(command, need, &granted)));
    kind_by_kind(Some(&granted), checks);
    if claims.is_delegated() {
        checks.push(match permissions::directory_role(&claims.directory_roles()) {
            Some(role) => Check::new(Mark::Ok, format!("role in the directory: {}", role.name)),
            None => Check::new(
                Mark::Note,
                "a signed-in user also needs a role: Identity Governance Administrator, which this token does not name, or one on the catalog, such as Catalog owner, which no token names",
            ),
        });
    }
    for broad in permissions::too_broad(&granted) {
        checks.push(
            Check::new(Mark::Warn, format!("{} is far more than entrant needs", visible(broad)))
                .help("take it away: whoever gets hold of this identity can take over the tenant"),
        );
    }
}

fn met(command: &str, need: &Need, granted: &[&str]) -> Check {
    let purpose = format!("{command} may {}", need.purpose);
    match need.met_by(granted) {
        Some(by) if by.eq_ignore_ascii_case(need.least) => {
            Check::new(Mark::Ok, format!("{purpose}: {}", need.least))
        }
        Some(by) => {
            Check::new(Mark::Ok, format!("{purpose}: {}, which includes {}", visible(by), need.least))
        }
        None => {
            let lacking = Check::new(Mark::Warn, format!("{} is lacking, to {}", need.least, need.purpose))
                .help(format!("`entrant {command}`: grant {}, with admin consent", need.least));
            if need.is_directory {
                lacking.help("documents that give ids instead of names do without it")
            } else {
                lacking.help(
                    "an identity with roles on catalogs alone has no such permission, which is fine: what it may do shows when it does it",
                )
            }
        }
    }
}

/// What may be done to objects of each kind, and which role on a catalog would do where a permission is lacking; where it
/// is not known what was granted, what it takes. As the table of `docs/permissions.md` has it.
fn kind_by_kind(granted: Option<&[&str]>, checks: &mut Vec<Check>) {
    for kind in Kind::DECLARED {
        let rights = permissions::RIGHTS.iter().filter(|right| right.kind == kind);
        let (reads, writes): (Vec<&Right>, Vec<&Right>) =
            rights.partition(|right| right.verbs == [permissions::Verb::Read]);
        let mut said = Vec::new();
        let mut lacks = Vec::new();
        for (verb, rights) in [("read", &reads), ("write", &writes)] {
            let Some(need) = rights.first().map(|right| right.need()) else { continue };
            match granted.map(|granted| need.met_by(granted)) {
                Some(Some(by)) => said.push(format!("{verb} by {}", visible(by))),
                Some(None) => {
                    said.push(format!("{verb} not at all"));
                    lacks.push(format!("to {verb}: {}{}", need.least, by_role(rights)));
                }
                None => said.push(format!("{verb} takes {}{}", need.least, by_role(rights))),
            }
        }
        let mark = if granted.is_some() && lacks.is_empty() { Mark::Ok } else { Mark::Note };
        let check = Check::new(mark, format!("{}: {}", permissions::called(kind), said.join("; ")));
        checks.push(lacks.into_iter().fold(check, Check::help));
    }
}

/// The roles that take the place of a permission: `, or Catalog owner (update, delete; add, remove resources)`.
fn by_role(rights: &[&Right]) -> String {
    /// What is done, and to which parts.
    type Does<'a> = (String, Vec<&'a str>);
    let mut roles: Vec<(Option<&str>, Vec<Does>)> = Vec::new();
    for right in rights {
        let verbs = right.words();
        let at = roles.iter().position(|(role, _)| *role == right.role);
        let at = at.unwrap_or_else(|| {
            roles.push((right.role, Vec::new()));
            roles.len() - 1
        });
        let of_role = &mut roles[at].1;
        match of_role.iter_mut().find(|(known, parts)| *known == verbs && !parts.is_empty()) {
            Some((_, parts)) => parts.extend(right.parts),
            None => of_role.push((verbs, right.parts.to_vec())),
        }
    }
    let each = roles.into_iter().map(|(role, of)| {
        let Some(role) = role else { return "; no role on a catalog takes its place".to_owned() };
        let of = of.into_iter().map(|(verbs, parts)| match parts.as_slice() {
            [] => verbs,
            parts => format!("{verbs} {}", parts.join(", ")),
        });
        format!(", or {role} ({})", of.collect::<Vec<_>>().join("; "))
    });
    each.collect()
}

/// Tries each read that planning needs; whether others are worth a try.
async fn reads(connection: &Connection, checks: &mut Vec<Check>) -> bool {
    let mut list_refused = None;
    for (probe, what) in PROBES {
        match connection.client.probe(probe).await {
            Ok(probed) => {
                let id = probed.request_id.map(|id| format!(" (request-id {})", visible(&id)));
                let seen = if probed.is_empty { ", and there are none to see" } else { "" };
                let text = format!("reading {what} works{seen}{}", id.unwrap_or_default());
                checks.push(Check::new(Mark::Ok, text));
                if let (Probe::Packages, Some(error)) = (probe, list_refused.take()) {
                    checks.push(by_package(&error));
                }
            }
            // Whether that matters shows when packages are read.
            Err(error) if probe == Probe::Policies && error.kind() == ErrorKind::Forbidden => {
                list_refused = Some(error);
            }
            Err(error) if probe == Probe::Settings && error.kind() == ErrorKind::Forbidden => {
                checks.push(without_settings(&error));
            }
            Err(error) => {
                checks.push(failed(&format!("reading {what}"), &error));
                let is_for_this_alone = matches!(
                    error.kind(),
                    ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::BadRequest | ErrorKind::Malformed
                );
                if !is_for_this_alone {
                    checks.push(Check::new(Mark::Note, "the other reads were not tried"));
                    checks.extend(list_refused.map(|error| failed("reading the tenant's policies", &error)));
                    return false;
                }
            }
        }
    }
    checks.extend(list_refused.map(|error| failed("reading the tenant's policies", &error)));
    true
}

/// Looks up a tenant that a document names by a domain.
async fn tenants(connection: &Connection, domain: Option<&str>, checks: &mut Vec<Check>) {
    let Some(domain) = domain else { return };
    let found = connection.client.tenants_of(&[domain.to_owned()]).await;
    let found = found.map(|each| each.into_iter().next().unwrap_or(Ok(None)));
    let asked = format!("the tenant of the domain {}", visible(domain));
    checks.push(match found {
        Ok(Ok(Some(_))) => Check::new(Mark::Ok, format!("looking up {asked} works")),
        Ok(Ok(None)) => Check::new(Mark::Ok, format!("looking up {asked} works, and there is none")),
        Ok(Err(error)) | Err(error) => failed(&format!("looking up {asked}"), &error)
            .help("documents that give the tenant's id do without it"),
    });
}

/// What the list of policies refuses, packages may show: a caller with roles on catalogs.
fn by_package(error: &Error) -> Check {
    let id = error.request_id().map(|id| format!(", request-id {id}")).unwrap_or_default();
    Check::new(Mark::Warn, format!("the list of the tenant's policies is refused (403{id})")).help(
        "fine for a caller with roles on catalogs, whose policies are read through the packages that it may see; else grant EntitlementManagement.Read.All",
    )
}

/// The settings belong to the tenant, so no role on a catalog shows them.
fn without_settings(error: &Error) -> Check {
    let id = error.request_id().map(|id| format!(", request-id {id}")).unwrap_or_default();
    Check::new(Mark::Warn, format!("reading the tenant's settings is refused (403{id})"))
        .help("fine where no document is of the kind Settings; else grant EntitlementManagement.Read.All")
}

fn failed(what: &str, error: &Error) -> Check {
    let check = Check::new(Mark::Fail, format!("{what} fails [{}]: {error}", error.code().name));
    error.help().iter().fold(check, |check, help| check.help(help.as_str()))
}

fn clock(connection: &Connection, checks: &mut Vec<Check>) {
    let Some(skew) = connection.client.clock_skew() else { return };
    let apart = skew.unsigned_abs();
    let way = if skew.is_negative() { "ahead of" } else { "behind" };
    if apart <= SKEW_TO_TELL {
        checks.push(Check::new(Mark::Ok, "this machine's clock agrees with the server's"));
        return;
    }
    let mark = if apart > SKEW_TO_FAIL { Mark::Fail } else { Mark::Warn };
    // The server's clock shows whole seconds, and its answer took a while to come.
    let minutes = match (apart.as_secs() + 30) / 60 {
        1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    };
    checks.push(
        Check::new(mark, format!("this machine's clock is about {minutes} {way} the server's"))
            .help("set the clock: with more than 5 minutes between them tokens are refused"),
    );
}
