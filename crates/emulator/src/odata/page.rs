//! A collection as JSON: filtered, in order, one page of it, with a link to the next.
//!
//! The link holds an opaque token. It is bound to the query, so one that was taken from somewhere
//! else, or made up, is refused.

use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};

use super::evaluate::property;
use super::query::Query;
use super::render::{context_of, render};
use crate::errors::{Result, bad_request};
use crate::kinds::{Kind, View};
use crate::message::Request;

/// Answers a GET of a collection. `context` is what follows `$metadata#`.
pub fn collection(
    view: &View,
    request: &Request,
    kind: Kind,
    objects: Vec<&Value>,
    query: &Query,
    page_size: usize,
    context: &str,
) -> Result<Value> {
    let mut found = matching(view, objects, query);
    order(view, kind, &mut found, &query.order);
    let stable = stable_query(&request.query);
    let first = query.skip_token.is_none();
    let offset = match &query.skip_token {
        Some(token) => read_token(token, &request.path, &stable)
            .ok_or_else(|| bad_request("Skip token is not valid for this request."))?,
        None => query.skip,
    };
    let most = request.treatment.page_size.unwrap_or(usize::MAX);
    let size = query.top.unwrap_or(page_size).min(most).max(1);
    let total = found.len();
    let page: Vec<&Value> = found.into_iter().skip(offset).take(size).collect();
    let next = offset + page.len();

    let mut answer = Map::new();
    let version = request.version.segment();
    let shown = context_of(&query.projection);
    answer.insert(
        "@odata.context".to_owned(),
        format!("{}/{version}/$metadata#{context}{shown}", request.origin).into(),
    );
    if query.count && first {
        answer.insert("@odata.count".to_owned(), total.into());
    }
    if next < total {
        let token = write_token(next, &request.path, &stable);
        let joint = if stable.is_empty() { "" } else { "&" };
        let link = format!("{}/{version}{}?{stable}{joint}$skiptoken={token}", request.origin, request.path);
        answer.insert("@odata.nextLink".to_owned(), link.into());
    }
    let value = page.into_iter().map(|object| render(view, kind, object, &query.projection)).collect();
    answer.insert("value".to_owned(), value);
    Ok(Value::Object(answer))
}

pub fn matching<'a>(view: &View, objects: Vec<&'a Value>, query: &Query) -> Vec<&'a Value> {
    match &query.filter {
        Some(filter) => objects.into_iter().filter(|object| filter.matches(view, object)).collect(),
        None => objects,
    }
}

fn order(view: &View, kind: Kind, objects: &mut [&Value], order: &[(String, bool)]) {
    if order.is_empty() {
        return;
    }
    objects.sort_by(|left, right| {
        order.iter().fold(Ordering::Equal, |so_far, (name, descending)| {
            so_far.then_with(|| {
                let value = |object: &Value| sort_key(&property(view, kind, object, name));
                let order = value(left).cmp(&value(right));
                if *descending { order.reverse() } else { order }
            })
        })
    });
}

/// Null first, then by value; text without regard to letter case.
fn sort_key(value: &Value) -> (u8, i64, String) {
    match value {
        Value::Bool(flag) => (1, i64::from(*flag), String::new()),
        Value::Number(number) => (1, number.as_i64().unwrap_or_default(), String::new()),
        Value::String(text) => (1, 0, text.to_lowercase()),
        _ => (0, 0, String::new()),
    }
}

/// The query without what says where in the collection we are.
fn stable_query(query: &str) -> String {
    let moving = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        let name = name.replace("%24", "$");
        name == "$skiptoken" || name == "$skip"
    };
    query.split('&').filter(|pair| !pair.is_empty() && !moving(pair)).collect::<Vec<_>>().join("&")
}

fn write_token(offset: usize, path: &str, query: &str) -> String {
    let seal = seal(offset, path, query);
    let offset = u64::try_from(offset).unwrap_or(u64::MAX);
    format!("{:016x}{seal:016x}", offset ^ seal)
}

fn read_token(token: &str, path: &str, query: &str) -> Option<usize> {
    if token.len() != 32 || !token.is_ascii() {
        return None;
    }
    let (hidden, seal_text) = token.split_at(16);
    let claimed = u64::from_str_radix(seal_text, 16).ok()?;
    let offset = usize::try_from(u64::from_str_radix(hidden, 16).ok()? ^ claimed).ok()?;
    (seal(offset, path, query) == claimed).then_some(offset)
}

fn seal(offset: usize, path: &str, query: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (offset, path, query).hash(&mut hasher);
    hasher.finish()
}
