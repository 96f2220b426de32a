//! The faults file, read strictly: what it may say, and a sentence for whatever else it says.
//!
//! This is the one place that knows the names of the file; `docs/emulator.md` shows each with an
//! example. What a fault does is for the other modules.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::access::{Extent, Level, Role};
use super::links::Trap;
use super::select::Select;
use super::throttle::{Form, RetryAfter, Throttle};
use super::{CutShort, Fault, Lag, Lifetime, Plan, Way, What};
use crate::message::Version;

/// Why a faults file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the faults file{}: {problem}", place(.at))]
pub struct FaultsError {
    /// Where in the file, such as `faults[2].probability`; empty for the file as a whole.
    pub at: String,
    /// What is wrong there.
    pub problem: String,
}

type Result<T> = std::result::Result<T, FaultsError>;

/// The kinds of fault, as the file calls them.
const KINDS: [&str; 16] = [
    "pageSize",
    "throttle",
    "lag",
    "delivery",
    "emptyRoles",
    "duplicateKey",
    "lostAnswer",
    "fail",
    "cutShort",
    "caller",
    "tokenExpiry",
    "redirect",
    "nextLink",
    "missingMembers",
    "missingVersion",
    "clock",
];

/// What can go wrong before anything is done, apart from the two ways to drop a connection.
const FAILURES: [u64; 9] = [400, 403, 408, 429, 500, 502, 503, 504, 509];

/// How long after a refusal a request may still arrive that had left before: half a round trip.
const GRACE: u64 = 50;

/// Reads a faults file.
pub fn read(file: &Value) -> Result<Plan> {
    let mut top = Fields::new(String::new(), file)?;
    let seed = top.whole("seed")?.unwrap_or(1);
    let grace = Duration::from_millis(top.whole("graceMilliseconds")?.unwrap_or(GRACE));
    let mut faults = Vec::new();
    if let Some(list) = top.take("faults") {
        let list = list.as_array().ok_or_else(|| top.wrong("faults", "a list of faults is expected"))?;
        for (index, item) in list.iter().enumerate() {
            faults.push(fault(format!("faults[{index}]"), item)?);
        }
    }
    top.finish()?;
    Ok(Plan { seed, grace, faults })
}

fn fault(at: String, item: &Value) -> Result<Fault> {
    let mut fields = Fields::new(at, item)?;
    let kind = fields.needed_text("fault")?;
    if !KINDS.contains(&kind.as_str()) {
        let problem = format!("there is no fault '{kind}'; there are {}", KINDS.join(", "));
        return Err(fields.wrong("fault", problem));
    }
    let name = fields.text("name")?.unwrap_or_else(|| kind.clone());
    let select = select(&mut fields)?;
    let what = match kind.as_str() {
        "pageSize" => What::PageSize {
            size: page_size(&mut fields)?,
            expanded: fields.boolean("expanded")?.unwrap_or(false),
        },
        "throttle" => What::Throttle(throttle(&mut fields)?),
        "lag" => What::Lag(lag(&mut fields)?),
        "delivery" => What::Delivery(lag(&mut fields)?),
        "emptyRoles" => What::EmptyRoles(
            fields.texts("originSystem")?.unwrap_or_else(|| vec!["AadApplication".to_owned()]),
        ),
        "duplicateKey" => What::DuplicateKey { within: fields.milliseconds("withinMilliseconds")? },
        "lostAnswer" => What::LostAnswer { ways: ways(&mut fields, &[504], &[Way::Close])? },
        "fail" => fail(&mut fields)?,
        "cutShort" => What::CutShort(cut_short(&mut fields)?),
        "caller" => What::Caller(Arc::new(role(&mut fields)?)),
        "tokenExpiry" => What::TokenExpiry(lifetime(&mut fields)?),
        "redirect" => redirect(&mut fields)?,
        "nextLink" => What::NextLink(trap(&mut fields)?),
        "clock" => What::Clock(clock(&mut fields)?),
        "missingMembers" => What::MissingMembers(fields.needed_texts("members")?),
        _ => What::MissingVersion { status: fields.status("status", &[400, 404])?.unwrap_or(400) },
    };
    if kind == "missingVersion" && select.version.is_none() {
        return Err(fields.wrong("version", "the version that does not exist is missing"));
    }
    fields.finish()?;
    Ok(Fault { name, select, what })
}

fn select(fields: &mut Fields) -> Result<Select> {
    let version = match fields.text("version")? {
        None => None,
        Some(word) => match Version::from_segment(&word) {
            Some(version) => Some(version),
            None => return Err(fields.wrong("version", "there are v1.0 and beta")),
        },
    };
    let methods = fields.texts("method")?.unwrap_or_default();
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    if let Some(method) = methods.iter().find(|method| !known.contains(&method.as_str())) {
        return Err(fields.wrong("method", format!("'{method}' is none of {}", known.join(", "))));
    }
    let paths = fields.texts("path")?.unwrap_or_default();
    let probability = fields.number("probability")?.unwrap_or(1.0);
    if !(0.0..=1.0).contains(&probability) {
        return Err(fields.wrong("probability", "a number from 0 to 1 is expected"));
    }
    let nth = fields.wholes("nth")?.unwrap_or_default();
    if nth.contains(&0) {
        return Err(fields.wrong("nth", "the first request is number 1"));
    }
    Ok(Select {
        methods,
        paths: paths.iter().map(|path| path.trim_start_matches('/').to_ascii_lowercase()).collect(),
        version,
        token: fields.text("token")?,
        in_batch: fields.boolean("inBatch")?,
        probability,
        nth,
        after: fields.whole("after")?.unwrap_or(0),
        times: fields.whole("times")?,
    })
}

fn page_size(fields: &mut Fields) -> Result<usize> {
    let size = fields.whole("size")?.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
    size.ok_or_else(|| fields.wrong("size", "how many objects a page holds, 1 or more"))
}

fn throttle(fields: &mut Fields) -> Result<Throttle> {
    let positive = |fields: &mut Fields, name: &'static str| {
        let number = fields.number(name)?.filter(|number| *number > 0.0);
        number.ok_or_else(|| fields.wrong(name, "a number above 0 is expected"))
    };
    let capacity = positive(fields, "capacity")?;
    let refill = positive(fields, "refillPerSecond")?;
    let costs = match fields.take("cost") {
        None => vec![(None, 1.0)],
        Some(Value::Object(by_method)) => {
            let mut costs = Vec::new();
            for (method, cost) in by_method {
                let cost = cost.as_f64().ok_or_else(|| fields.wrong("cost", "a cost is a number"))?;
                costs.push((Some(method.clone()), cost));
            }
            costs.push((None, 1.0));
            costs
        }
        Some(cost) => {
            let cost = cost.as_f64();
            let cost = cost.ok_or_else(|| fields.wrong("cost", "a number, or numbers by method"))?;
            vec![(None, cost)]
        }
    };
    if costs.iter().any(|(_, cost)| *cost < 0.0 || *cost > capacity) {
        return Err(fields.wrong("cost", "a cost is between 0 and the capacity"));
    }
    let retry_after =
        retry_after(fields)?.unwrap_or(RetryAfter { form: Form::Seconds, least: Duration::ZERO });
    Ok(Throttle { capacity, refill, costs, retry_after })
}

fn retry_after(fields: &mut Fields) -> Result<Option<RetryAfter>> {
    let least = fields.whole("retryAfterMilliseconds")?;
    let form = match fields.text("retryAfter")?.as_deref() {
        None if least.is_none() => return Ok(None),
        None | Some("seconds") => Form::Seconds,
        Some("fraction") => Form::Fraction,
        Some("date") => Form::Date,
        Some("rotate") => Form::Rotate,
        Some(_) => return Err(fields.wrong("retryAfter", "there are seconds, fraction, date and rotate")),
    };
    Ok(Some(RetryAfter { form, least: Duration::from_millis(least.unwrap_or(0)) }))
}

fn lag(fields: &mut Fields) -> Result<Lag> {
    match (fields.whole("milliseconds")?, fields.whole("reads")?) {
        (Some(milliseconds), None) => Ok(Lag::Time(Duration::from_millis(milliseconds))),
        (None, Some(reads)) => Ok(Lag::Reads(reads)),
        _ => Err(fields.wrong("", "either milliseconds or reads says how long a write stays unseen")),
    }
}

fn lifetime(fields: &mut Fields) -> Result<Lifetime> {
    match (fields.whole("milliseconds")?, fields.whole("requests")?) {
        (Some(milliseconds), None) => Ok(Lifetime::Time(Duration::from_millis(milliseconds))),
        (None, Some(requests)) => Ok(Lifetime::Requests(requests)),
        _ => Err(fields.wrong("", "either milliseconds or requests says how long a token lives")),
    }
}

fn fail(fields: &mut Fields) -> Result<What> {
    let ways = ways(fields, &FAILURES, &[Way::Status(503)])?;
    let retry_after = retry_after(fields)?;
    if retry_after.is_some() && !ways.iter().any(|way| matches!(way, Way::Status(429 | 503))) {
        return Err(fields.wrong("retryAfter", "it stands beside 429 and 503 alone"));
    }
    Ok(What::Fail { ways, retry_after })
}

/// One way or several in which a request goes wrong: `503`, `close`, `[500, reset]`.
fn ways(fields: &mut Fields, statuses: &[u64], otherwise: &[Way]) -> Result<Vec<Way>> {
    let Some(written) = fields.take("answer") else { return Ok(otherwise.to_vec()) };
    let list = written.as_array().map_or(std::slice::from_ref(written), Vec::as_slice);
    let way = |item: &Value| match (item.as_str(), item.as_u64()) {
        (Some("close"), _) => Some(Way::Close),
        (Some("reset"), _) => Some(Way::Reset),
        (_, Some(status)) if statuses.contains(&status) => u16::try_from(status).ok().map(Way::Status),
        _ => None,
    };
    let ways: Option<Vec<Way>> = list.iter().map(way).collect();
    ways.filter(|ways| !ways.is_empty()).ok_or_else(|| {
        let statuses: Vec<String> = statuses.iter().map(u64::to_string).collect();
        fields.wrong("answer", format!("one or several of {}, close, reset", statuses.join(", ")))
    })
}

fn cut_short(fields: &mut Fields) -> Result<CutShort> {
    let keep = fields.number("keep")?.unwrap_or(0.5);
    if !(0.0..1.0).contains(&keep) {
        return Err(fields.wrong("keep", "the part of the body that is sent, from 0 to below 1"));
    }
    let promised = match fields.text("how")?.as_deref() {
        None | Some("connection") => true,
        Some("body") => false,
        Some(_) => return Err(fields.wrong("how", "there are connection and body")),
    };
    Ok(CutShort { keep, promised })
}

fn role(fields: &mut Fields) -> Result<Role> {
    let word = fields.needed_text("role")?;
    let catalogs = fields.texts("catalogs")?;
    let owns = fields.texts("owns")?;
    let writes = match word.as_str() {
        "tenantReader" | "catalogReader" => Level::Nothing,
        "packageManager" => Level::Packages,
        "tenantWriter" | "catalogOwner" => Level::All,
        _ => {
            let problem =
                "there are tenantReader, tenantWriter, catalogReader, packageManager and catalogOwner";
            return Err(fields.wrong("role", problem));
        }
    };
    let extent = match (word.starts_with("tenant"), catalogs) {
        (true, None) => Extent::Tenant,
        (true, Some(_)) => {
            return Err(fields.wrong("catalogs", "a role of the whole tenant names no catalogs"));
        }
        (false, Some(catalogs)) => Extent::Catalogs(catalogs),
        (false, None) => {
            return Err(fields.wrong("catalogs", "the names or ids of the catalogs are missing"));
        }
    };
    if owns.is_some() && writes != Level::All {
        return Err(fields.wrong("owns", "only one who may change a catalog adds resources to it"));
    }
    Ok(Role { extent, writes, owns })
}

fn redirect(fields: &mut Fields) -> Result<What> {
    let status = fields.status("status", &[301, 302, 303, 307, 308])?.unwrap_or(302);
    let to = fields.needed_text("to")?;
    Ok(What::Redirect { status, to: origin(fields, "to", &to)? })
}

fn trap(fields: &mut Fields) -> Result<Trap> {
    let word = fields.needed_text("link")?;
    let to = fields.text("to")?;
    match (word.as_str(), to) {
        ("origin", Some(to)) => Ok(Trap::Origin(origin(fields, "to", &to)?)),
        ("origin", None) => Err(fields.wrong("to", "where the link leads is missing")),
        ("version", None) => Ok(Trap::Version),
        ("self", None) => Ok(Trap::Itself),
        ("endless", None) => Ok(Trap::Endless),
        ("version" | "self" | "endless", Some(_)) => Err(fields.wrong("to", "only `link: origin` has it")),
        _ => Err(fields.wrong("link", "there are origin, version, self and endless")),
    }
}

/// `https://evil.example:8443`
fn origin(fields: &Fields, name: &'static str, text: &str) -> Result<String> {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#']) => Ok(text.to_owned()),
        _ => Err(fields.wrong(name, "scheme, host and port are expected, such as http://127.0.0.1:9")),
    }
}

/// How far a clock goes wrong at most: a day.
const CLOCK: f64 = 86_400.0;

/// How far the service's clock is ahead; negative where it is behind.
fn clock(fields: &mut Fields) -> Result<SignedDuration> {
    let seconds = fields.number("seconds")?.filter(|seconds| seconds.abs() <= CLOCK);
    let seconds = seconds.ok_or_else(|| fields.wrong("seconds", "seconds, a day at most, are expected"))?;
    Ok(SignedDuration::from_secs_f64(seconds))
}

fn place(at: &str) -> String {
    if at.is_empty() { String::new() } else { format!(", {at}") }
}

/// An object whose members are taken one by one; whatever nobody asked for is unknown.
struct Fields<'a> {
    at: String,
    members: &'a Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    fn new(at: String, value: &'a Value) -> Result<Self> {
        match value {
            Value::Object(members) => Ok(Self { at, members, known: Vec::new() }),
            _ => Err(FaultsError { at, problem: "an object is expected".to_owned() }),
        }
    }

    fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.members.get(name)
    }

    fn wrong(&self, name: &str, problem: impl Into<String>) -> FaultsError {
        let dot = if self.at.is_empty() || name.is_empty() { "" } else { "." };
        FaultsError { at: format!("{}{dot}{name}", self.at), problem: problem.into() }
    }

    fn read<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.take(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.wrong(name, expected)),
        }
    }

    fn whole(&mut self, name: &'static str) -> Result<Option<u64>> {
        self.read(name, "a whole number is expected", Value::as_u64)
    }

    fn wholes(&mut self, name: &'static str) -> Result<Option<Vec<u64>>> {
        self.read(name, "a whole number or a list of them is expected", |value| match value {
            Value::Array(items) => items.iter().map(Value::as_u64).collect(),
            value => value.as_u64().map(|number| vec![number]),
        })
    }

    fn milliseconds(&mut self, name: &'static str) -> Result<Duration> {
        Ok(Duration::from_millis(self.whole(name)?.unwrap_or(0)))
    }

    fn number(&mut self, name: &'static str) -> Result<Option<f64>> {
        self.read(name, "a number is expected", Value::as_f64)
    }

    fn boolean(&mut self, name: &'static str) -> Result<Option<bool>> {
        self.read(name, "true or false is expected", Value::as_bool)
    }

    fn text(&mut self, name: &'static str) -> Result<Option<String>> {
        self.read(name, "text is expected", |value| value.as_str().map(str::to_owned))
    }

    fn needed_text(&mut self, name: &'static str) -> Result<String> {
        self.text(name)?.ok_or_else(|| self.wrong(name, "it is missing"))
    }

    /// A text or a list of them.
    fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>> {
        self.read(name, "a text or a list of them is expected", |value| match value {
            Value::Array(items) if !items.is_empty() => {
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
            }
            value => value.as_str().map(|text| vec![text.to_owned()]),
        })
    }

    fn needed_texts(&mut self, name: &'static str) -> Result<Vec<String>> {
        self.texts(name)?.ok_or_else(|| self.wrong(name, "it is missing"))
    }

    fn status(&mut self, name: &'static str, allowed: &[u64]) -> Result<Option<u16>> {
        let words: Vec<String> = allowed.iter().map(u64::to_string).collect();
        let expected = format!("one of {} is expected", words.join(", "));
        self.read(name, &expected, |value| {
            let status = value.as_u64().filter(|status| allowed.contains(status))?;
            u16::try_from(status).ok()
        })
    }

    fn finish(self) -> Result<()> {
        let known = &self.known;
        match self.members.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(self.wrong(name, format!("unknown key; there are {}", known.join(", ")))),
        }
    }
}
