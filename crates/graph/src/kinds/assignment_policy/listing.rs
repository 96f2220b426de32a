//! The policies of many packages with the fewest requests: a read is planned like a query, from how much is
//! wanted and what the caller may see.
//!
//! ```text
//!                 few packages ─────────────▶ Filters (beta: Packages)
//! how many wanted? ┤                                        │
//!                 many ─▶ how many are there? ─▶ Tenant     │
//!                                    │             │        │
//!                                    └─ 403 ───────┴─ 403 ──┴──▶ Packages, and for this client from now on
//! ```
//!
//! * `Tenant`: the list of all policies, everything expanded. Its pages come one after the other.
//! * `Filters`: that list filtered by package, in batches side by side. In v1.0 alone: in beta no such filter is
//!   documented.
//! * `Packages`: packages with their policies expanded. Microsoft's reference names this way for callers with
//!   catalog or package roles alone, who are refused the list.

mod packages;

use super::{
    expanded, expansion, follow_expansions, live, missing, one, package_of, path, present, set_package,
};
use crate::error::{Error, ErrorKind};
use crate::http::Transport;
use crate::kinds::{READ, id, is_of, object};
use crate::odata::{Request, equals};
use crate::page;
use crate::read::{Keep, Listing};
use entrant_model::kinds::assignment_policy::{package_member, table};
use entrant_model::reference::same_name;
use entrant_model::value::Json;
use entrant_model::{Id, Kind, LiveObject, Object, Value, Version, Wire, wire};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Packages up to which nobody needs to know how many policies there are: two batches.
const FEW: usize = 40;
/// Objects of a page where the service decides. What this service does is not documented; 100 is usual.
const PAGE: usize = 100;
/// Requests in a batch, and batches that are under way side by side.
const BATCH: usize = 20;
const SIDE_BY_SIDE: usize = 8;
/// What a round trip weighs beside a request.
const ROUND_TRIP: usize = 4;
/// Requests inside batches that weigh as much as one: each is throttled by itself.
const INNER_PER_REQUEST: usize = 10;

/// What a client learnt of what its caller may see and its server can do.
#[derive(Default)]
pub(crate) struct Learnt {
    /// The list of policies, of v1.0 and of beta, is not for this caller.
    list_refused: [AtomicBool; 2],
    /// An expansion inside an expansion is refused.
    no_nested_expansion: AtomicBool,
}

impl Learnt {
    fn list_refused(&self, version: Version) -> &AtomicBool {
        &self.list_refused[usize::from(version == Version::Beta)]
    }

    /// Whether the list of policies was refused before.
    pub(super) fn may_not_list(&self, version: Version) -> bool {
        self.list_refused(version).load(Ordering::Relaxed)
    }

    /// The list of policies was refused.
    pub(super) fn refuse_list(&self, version: Version) {
        self.list_refused(version).store(true, Ordering::Relaxed);
    }

    /// Whether the service may have refused a request for the expansion inside an expansion. From now on none is
    /// asked for.
    fn is_of_nesting(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::BadRequest && !self.no_nested_expansion.swap(true, Ordering::Relaxed)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route {
    Tenant,
    Filters,
    Packages,
}

/// The policies of these packages, whole, in one version's shape, as far as `keep` keeps them. It sees each as it is read,
/// and may see one again that it has kept.
pub(crate) async fn of_packages(
    transport: &Transport,
    learnt: &Learnt,
    version: Version,
    packages: &BTreeSet<Id>,
    keep: Keep,
) -> Result<Listing, Error> {
    let wanted = Arc::new(packages.clone());
    let refused = match route(transport, learnt, version, packages.len()).await {
        Ok(Route::Packages) => None,
        Ok(route) => match list(transport, route, version, &wanted, keep).await {
            Err(error) if error.kind() == ErrorKind::Forbidden => Some(error),
            answer => return answer,
        },
        Err(error) if error.kind() == ErrorKind::Forbidden => Some(error),
        Err(error) => return Err(error),
    };
    if refused.is_some() {
        learnt.refuse_list(version);
    }
    let policies = packages::through(transport, learnt, version, &wanted, keep).await?;
    Ok(Listing { policies, refused })
}

/// The cheapest way to so many packages.
async fn route(
    transport: &Transport,
    learnt: &Learnt,
    version: Version,
    wanted: usize,
) -> Result<Route, Error> {
    let by_package = match version {
        Version::V1 => Route::Filters,
        Version::Beta => Route::Packages,
    };
    if learnt.list_refused(version).load(Ordering::Relaxed) {
        return Ok(Route::Packages);
    }
    if wanted <= FEW {
        return Ok(by_package);
    }
    let is_cheaper = |total: usize| {
        let pages = total.div_ceil(PAGE).max(1);
        let batches = wanted.div_ceil(BATCH);
        let inner = wanted / INNER_PER_REQUEST;
        pages + ROUND_TRIP * pages <= batches + inner + ROUND_TRIP * batches.div_ceil(SIDE_BY_SIDE)
    };
    Ok(if count(transport, version).await?.is_some_and(is_cheaper) { Route::Tenant } else { by_package })
}

/// How many policies the tenant has, where the service says.
async fn count(transport: &Transport, version: Version) -> Result<Option<usize>, Error> {
    let request = Request::new(version, path(version)).option("count", "true").option("top", "1");
    match page::get(transport, transport.url(&request)?, READ).await {
        Ok((call, answer)) => {
            let total = answer.json(&call)?.get("@odata.count").and_then(Json::as_u64);
            Ok(total.and_then(|total| usize::try_from(total).ok()))
        }
        // Not every service counts.
        Err(error) if matches!(error.kind(), ErrorKind::BadRequest | ErrorKind::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A policy of a list.
pub(super) enum Row {
    Whole(Box<LiveObject>),
    /// Of this package, and not kept.
    Dropped(Id),
    /// Of a package that nobody asked for.
    Elsewhere,
    /// Something that was asked for is missing.
    Part(Json),
}

impl Row {
    /// What `keep` keeps of it, as far as it came whole.
    fn kept(self, keep: Keep) -> Self {
        let Self::Whole(policy) = self else { return self };
        let package = policy.parent.clone();
        keep(*policy).map_or(Self::Dropped(package), |policy| Self::Whole(Box::new(policy)))
    }
}

/// Policies as one list gave them.
pub(super) struct Rows {
    /// The package that was asked for, where it was one.
    pub of: Option<Id>,
    /// Whether they stand in that package for certain, or by a filter that a server may ignore.
    pub is_certain: bool,
    pub list: Vec<Row>,
}

/// Reads a policy's text while other pages are on their way; `None` where it is no object.
pub(super) fn read_row(
    version: Version,
    wanted: &BTreeSet<Id>,
    text: &RawValue,
) -> Result<Option<page::Row<Row>>, Error> {
    if let Some(Ordinary { id, parent, display_name, object }) = ordinary(version, text) {
        if !wanted.contains(&parent) {
            return Ok(Some((Some(id), Row::Elsewhere)));
        }
        let kind = Kind::AssignmentPolicy;
        let (own, wire, unread) = (Id::new(&id), Wire::of_text(text.to_owned()), Vec::new());
        let policy = LiveObject { kind, version, id: own, display_name, parent, object, wire, unread };
        return Ok(Some((Some(id), Row::Whole(Box::new(policy)))));
    }
    let Some((id, json)) = page::tree(text) else { return Ok(None) };
    let row = match package_of(version, &json) {
        Some(package) if !wanted.contains(&package) => Row::Elsewhere,
        Some(package) if missing(version, &json).is_empty() && !is_cut(version, &json) => {
            Row::Whole(Box::new(live(version, package, &json, Wire::of_text(text.to_owned()))?))
        }
        _ => Row::Part(json),
    };
    Ok(Some((id, row)))
}

/// A policy that came with everything that was asked for, as nearly all do.
struct Ordinary {
    /// As it is spelled.
    id: String,
    parent: Id,
    display_name: String,
    object: Object,
}

/// Reads an ordinary policy without making a tree of it; `None` where one has to be looked at.
fn ordinary(version: Version, text: &RawValue) -> Option<Ordinary> {
    let (id, object) = wire::from_text(table(version), text)?;
    let id = id.filter(|id| !id.is_empty())?;
    let parent = object.reference(package_member(version))?.id.clone()?;
    let display_name = match object.get("displayName")? {
        Value::Text(name) => name.to_string(),
        Value::Null => String::new(),
        _ => return None,
    };
    let is_whole = !parent.as_str().is_empty() && expanded(version).iter().all(|member| has(&object, member));
    is_whole.then_some(Ordinary { id, parent, display_name, object })
}

/// Whether a member came, of those that the table knows and others.
fn has(object: &Object, member: &str) -> bool {
    object.get(member).is_some() || object.unknown().any(|(name, _)| name == member)
}

/// Whether an expanded collection came with a link to more.
fn is_cut(version: Version, json: &Json) -> bool {
    expanded(version).iter().any(|member| json.get(format!("{member}@odata.nextLink")).is_some())
}

async fn list(
    transport: &Transport,
    route: Route,
    version: Version,
    wanted: &Arc<BTreeSet<Id>>,
    keep: Keep,
) -> Result<Listing, Error> {
    let all = Request::new(version, path(version));
    let shared = Arc::clone(wanted);
    let (observer, count) = (transport.settings.observer.clone(), Arc::new(AtomicUsize::new(0)));
    let read = move |text: &RawValue| {
        let count = count.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(observer) = observer.as_ref().filter(|_| count.is_multiple_of(PAGE)) {
            observer.listed(count);
        }
        Ok(read_row(version, &shared, text)?.map(|(id, row)| (id, row.kept(keep))))
    };
    let mut policies = Vec::new();
    if route == Route::Tenant {
        let rows = page::list_as(transport, &all.option("expand", expansion(version)), READ, read).await?;
        let rows = Rows { of: None, is_certain: false, list: rows };
        policies = completed(transport, version, wanted, rows).await?;
    } else {
        let by_package = |package: &Id| {
            let filter = equals("accessPackage/id", package.as_str());
            (all.clone().option("filter", &filter).option("expand", expansion(version)), READ)
        };
        let requests: Vec<_> = wanted.iter().map(by_package).collect();
        let lists = page::lists_as(transport, version, &requests, read).await?;
        for (package, rows) in wanted.iter().zip(lists) {
            let rows = Rows { of: Some(package.clone()), is_certain: false, list: rows? };
            policies.extend(completed(transport, version, wanted, rows).await?);
        }
    }
    policies = policies.into_iter().filter_map(keep).collect();
    Ok(Listing { policies, refused: None })
}

/// Makes each policy whole, or says that it cannot be. What is missing is asked for at the policy's own address;
/// members that the first of them does not bring there either are not asked for again.
pub(super) async fn completed(
    transport: &Transport,
    version: Version,
    wanted: &BTreeSet<Id>,
    Rows { of, is_certain, list }: Rows,
) -> Result<Vec<LiveObject>, Error> {
    let (mut policies, mut parts) = (Vec::new(), Vec::new());
    let mut was_filtered = of.is_some();
    for row in list {
        match row {
            // A list that was asked for one package and holds policies of others was not filtered.
            Row::Whole(policy) if of.as_ref().is_some_and(|of| *of != policy.parent) => {
                was_filtered = false;
            }
            Row::Whole(policy) => policies.push(*policy),
            Row::Dropped(package) => was_filtered &= of.as_ref().is_none_or(|of| *of == package),
            Row::Elsewhere => was_filtered = false,
            Row::Part(json) => parts.push((policy_id(&json)?, json)),
        }
    }
    let lacks_package = |json: &Json| !is_certain && package_of(version, json).is_none();
    let first = parts.iter().position(|(_, json)| lacks_package(json) || !missing(version, json).is_empty());
    if let Some(first) = first {
        parts.swap(0, first);
        let rest = parts.split_off(1);
        let mut again = read_again(transport, version, parts).await?;
        let never_come: Vec<&str> = again.first().map(|(_, json)| missing(version, json)).unwrap_or_default();
        let brings_package = again.first().is_none_or(|(_, json)| !lacks_package(json));
        let is_worth_it = |json: &Json| {
            brings_package && lacks_package(json)
                || missing(version, json).iter().any(|member| !never_come.contains(member))
        };
        let (worth, done): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(_, json)| is_worth_it(json));
        again.extend(read_again(transport, version, worth).await?);
        again.extend(done);
        parts = again;
    }
    if parts.iter().any(|(_, json)| lacks_package(json)) {
        ask_packages(transport, version, &mut parts).await?;
    }
    for (id, mut json) in parts {
        match package_of(version, &json) {
            Some(package) if of.as_ref().map_or(!wanted.contains(&package), |of| *of != package) => continue,
            Some(_) => {}
            None => match &of {
                Some(of) if is_certain || was_filtered => {
                    set_package(version, &mut json, serde_json::json!({ "id": of.as_str() }));
                }
                _ => return Err(Error::incomplete(format!("the policy {id} came without its package"))),
            },
        }
        follow_expansions(transport, version, &mut json).await?;
        if let Some(package) = package_of(version, &json) {
            policies.push(live(version, package, &json, Wire::new(&json))?);
        }
    }
    Ok(policies)
}

fn policy_id(json: &Json) -> Result<Id, Error> {
    id(json).ok_or_else(|| Error::incomplete("a policy came without its id"))
}

/// The policies at their own addresses; those deleted since they were listed are left out.
async fn read_again(
    transport: &Transport,
    version: Version,
    parts: Vec<(Id, Json)>,
) -> Result<Vec<(Id, Json)>, Error> {
    let requests: Vec<_> = parts.iter().map(|(id, _)| (one(version, id), READ)).collect();
    let answers = page::objects(transport, version, &requests).await?;
    let mut again = Vec::with_capacity(parts.len());
    for ((id, listed), answer) in parts.into_iter().zip(answers) {
        if let Some(mut json) = present(answer)? {
            is_of(&id, &json)?;
            // What was known of its package is not forgotten.
            if package_of(version, &json).is_none()
                && let Some(package) = package_of(version, &listed)
            {
                set_package(version, &mut json, serde_json::json!({ "id": package.as_str() }));
            }
            again.push((id, json));
        }
    }
    Ok(again)
}

/// Asks for the packages of policies at addresses of their own: of the first, and where there is such an address
/// of the others.
async fn ask_packages(
    transport: &Transport,
    version: Version,
    parts: &mut [(Id, Json)],
) -> Result<(), Error> {
    let mut lacking: Vec<&mut (Id, Json)> =
        parts.iter_mut().filter(|(_, json)| package_of(version, json).is_none()).collect();
    let (first, rest) = lacking.split_at_mut(1);
    for part in [first, rest] {
        let of = |(id, _): &(Id, Json)| (one_package(version, id), READ);
        let requests: Vec<_> = part.iter().map(|part| of(part)).collect();
        let answers = page::objects(transport, version, &requests).await?;
        for ((_, json), answer) in part.iter_mut().map(|part| &mut **part).zip(answers) {
            match answer {
                Ok((call, answer)) => set_package(version, json, object(&call, &answer)?),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

fn one_package(version: Version, id: &Id) -> Request {
    Request::new(version, path(version)).segment(id.as_str()).segment("accessPackage")
}

/// The policies of this name in a package, as they are now. In beta by the documented filter, since the list of
/// the package would be the list of the tenant.
pub(super) async fn named(
    transport: &Transport,
    learnt: &Learnt,
    version: Version,
    package: &Id,
    name: &str,
) -> Result<Vec<LiveObject>, Error> {
    let wanted = BTreeSet::from([package.clone()]);
    let refused = learnt.list_refused(version);
    if version == Version::Beta && !refused.load(Ordering::Relaxed) {
        let request = Request::new(version, path(version)).option("filter", &equals("displayName", name));
        let of_package = wanted.clone();
        let read = move |text: &RawValue| read_row(version, &of_package, text);
        let rows = page::list_as(transport, &request.option("expand", expansion(version)), READ, read).await;
        match rows {
            Err(error) if error.kind() == ErrorKind::Forbidden => refused.store(true, Ordering::Relaxed),
            rows => {
                let rows = Rows { of: None, is_certain: false, list: rows? };
                return Ok(of_name(completed(transport, version, &wanted, rows).await?, name));
            }
        }
    }
    Ok(of_name(of_packages(transport, learnt, version, &wanted, Some).await?.policies, name))
}

pub(super) fn of_name(mut policies: Vec<LiveObject>, name: &str) -> Vec<LiveObject> {
    policies.retain(|policy| same_name(Some(&policy.display_name), Some(name)));
    policies
}
