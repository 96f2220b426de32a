//! The query part of an address, read for one kind in one version. An option or a name that is not
//! known is refused.

use super::evaluate::{Filter, find_property};
use super::filter::{self, Expr, Match, Op};
use crate::errors::{GraphError, Result, bad_request};
use crate::kinds::{Kind, Navigation};
use crate::message::{Version, percent_decode};

/// What is shown of an object.
#[derive(Default)]
pub struct Projection {
    /// `None`: every property that is shown by default.
    pub select: Option<Vec<String>>,
    pub expand: Vec<(&'static Navigation, Projection)>,
}

#[derive(Default)]
pub struct Query {
    pub filter: Option<Filter>,
    pub projection: Projection,
    pub top: Option<usize>,
    pub skip: usize,
    pub skip_token: Option<String>,
    pub count: bool,
    /// Properties, and whether each is descending.
    pub order: Vec<(String, bool)>,
}

/// Where a query stands decides what it may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Collection,
    /// `/$count` behind a collection.
    Count,
    Object,
}

/// What a page may hold at most.
const MAXIMUM_TOP: usize = 999;

pub fn parse(
    kind: Kind,
    version: Version,
    text: &str,
    place: Place,
    consistency_level: Option<&str>,
) -> Result<Query> {
    let mut query = Query::default();
    let mut seen = Vec::new();
    let mut advanced = false;
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = percent_decode(name, true).zip(percent_decode(value, true));
        let (name, value) = decoded.ok_or_else(|| bad_request("The query is not percent-encoded UTF-8."))?;
        let name = name.to_ascii_lowercase();
        if seen.contains(&name) {
            return Err(bad_request(format!("Query option '{name}' was specified more than once.")));
        }
        let allowed: &[&str] = match place {
            Place::Collection => {
                &["$filter", "$select", "$expand", "$top", "$skip", "$skiptoken", "$count", "$orderby"]
            }
            Place::Count => &["$filter"],
            Place::Object => &["$select", "$expand"],
        };
        if !allowed.contains(&name.as_str()) {
            return Err(bad_request(format!("The query parameter '{name}' is not supported.")));
        }
        match name.as_str() {
            "$filter" => {
                let expr = filter::parse(&value)?;
                advanced = is_advanced(&expr);
                query.filter = Some(Filter::bind(kind, version, expr)?);
            }
            "$select" => query.projection.select = Some(select(kind, version, &value)?),
            "$expand" => query.projection.expand = expand(kind, version, &value)?,
            "$top" => query.top = Some(number(&name, &value, 1, MAXIMUM_TOP)?),
            "$skip" => query.skip = number(&name, &value, 0, usize::MAX)?,
            "$skiptoken" => query.skip_token = Some(value),
            "$count" => {
                query.count = value.parse().map_err(|_| bad_request("$count takes true or false."))?;
            }
            _ => query.order = order(kind, version, &value)?,
        }
        seen.push(name);
    }
    if kind.is_directory() {
        let eventual = consistency_level.is_some_and(|level| level.eq_ignore_ascii_case("eventual"));
        let counted = query.count || place == Place::Count;
        if (advanced && !(eventual && counted)) || (place == Place::Count && !eventual) {
            return Err(GraphError::new(
                400,
                "Request_UnsupportedQuery",
                "The query needs the header 'ConsistencyLevel: eventual' and $count=true.",
            ));
        }
    }
    Ok(query)
}

/// What the directory answers only to those who accept a late answer.
fn is_advanced(expr: &Expr) -> bool {
    match expr {
        Expr::Or(left, right) | Expr::And(left, right) => is_advanced(left) || is_advanced(right),
        Expr::Not(_) | Expr::Compare(_, Op::Ne, _) => true,
        Expr::Match(kind, ..) => *kind != Match::StartsWith,
        Expr::Any(_, _, body) => is_advanced(body),
        Expr::Compare(..) | Expr::In(..) | Expr::True(_) => false,
    }
}

fn select(kind: Kind, version: Version, text: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for name in text.split(',').map(str::trim) {
        if name == "*" {
            let shape = (kind.entity().shape)(version);
            names.extend(shape.members.iter().map(|member| member.name.to_owned()));
        } else if let Some(navigation) = kind.navigation(version, name) {
            names.push(navigation.name.to_owned());
        } else {
            names.push(find_property(kind, version, name)?.name.to_owned());
        }
    }
    Ok(names)
}

fn expand(kind: Kind, version: Version, text: &str) -> Result<Vec<(&'static Navigation, Projection)>> {
    let mut expanded = Vec::new();
    for item in split(text, ',')? {
        let (name, options) = match item.split_once('(') {
            Some((name, options)) => {
                let inner = options.strip_suffix(')');
                (
                    name,
                    inner
                        .ok_or_else(|| bad_request("Invalid expand clause: a parenthesis is not closed."))?,
                )
            }
            None => (item, ""),
        };
        let name = name.trim();
        let navigation = kind.navigation(version, name).ok_or_else(|| {
            bad_request(format!(
                "Could not find a navigation property named '{name}' on type 'microsoft.graph.{}'.",
                kind.entity().type_name
            ))
        })?;
        let mut projection = Projection::default();
        for option in split(options, ';')?.into_iter().filter(|option| !option.trim().is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "$select" => projection.select = Some(select(navigation.kind, version, value)?),
                "$expand" => projection.expand = expand(navigation.kind, version, value)?,
                other => return Err(bad_request(format!("'{other}' is not supported inside $expand."))),
            }
        }
        expanded.push((navigation, projection));
    }
    Ok(expanded)
}

/// Splits outside parentheses.
fn split(text: &str, separator: char) -> Result<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (index, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => {
                depth = depth
                    .checked_sub(1)
                    .ok_or_else(|| bad_request("Invalid expand clause: a parenthesis is not opened."))?;
            }
            _ if letter == separator && depth == 0 => {
                parts.push(&text[start..index]);
                start = index + letter.len_utf8();
            }
            _ => {}
        }
        if depth > 8 {
            return Err(bad_request("Invalid expand clause: it is nested too deeply."));
        }
    }
    if depth > 0 {
        return Err(bad_request("Invalid expand clause: a parenthesis is not closed."));
    }
    parts.push(&text[start..]);
    Ok(parts)
}

fn order(kind: Kind, version: Version, text: &str) -> Result<Vec<(String, bool)>> {
    let mut order = Vec::new();
    for item in text.split(',') {
        let mut words = item.split_whitespace();
        let name = words.next().unwrap_or_default();
        let member = find_property(kind, version, name)?;
        let descending = match words.next() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(word) => return Err(bad_request(format!("'{word}' is not a direction of $orderby."))),
        };
        if words.next().is_some() {
            return Err(bad_request("Invalid orderby clause."));
        }
        order.push((member.name.to_owned(), descending));
    }
    Ok(order)
}

fn number(name: &str, value: &str, low: usize, high: usize) -> Result<usize> {
    let number = value.parse().ok().filter(|number| (low..=high).contains(number));
    number.ok_or_else(|| bad_request(format!("Invalid value '{value}' for {name} query option found.")))
}
