//! Policies as their packages bring them: the way of those who may not list all policies, and the way in beta, where no
//! filter by package is documented.

use super::super::{expansion_of_package, live, missing, present, set_package};
use super::{FEW, Learnt, Row, Rows, completed, is_cut};
use crate::error::Error;
use crate::http::Transport;
use crate::kinds::{READ, access_package, id, is_of};
use crate::odata::Request;
use crate::page;
use crate::read::Keep;
use entrant_model::value::Json;
use entrant_model::{Id, LiveObject, Version, Wire};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Packages that are read together with their policies: as long as they are, all that Graph says of them is held.
const AT_ONCE: usize = 500;

/// The policies of these packages, as far as `keep` keeps them. Where the list is refused and many are wanted, the
/// packages that the caller sees come as a list, and only those missing there one by one.
pub(super) async fn through(
    transport: &Transport,
    learnt: &Learnt,
    version: Version,
    wanted: &Arc<BTreeSet<Id>>,
    keep: Keep,
) -> Result<Vec<LiveObject>, Error> {
    let mut policies = Vec::new();
    let mut missing: Vec<&Id> = wanted.iter().collect();
    if wanted.len() > FEW && learnt.list_refused(version).load(Ordering::Relaxed) {
        let listed = listed_packages(transport, learnt, version, wanted, keep).await?;
        let seen: BTreeSet<Id> = listed.iter().map(|held| held.package.clone()).collect();
        missing.retain(|package| !seen.contains(*package));
        policies = all_of(transport, version, wanted, listed, keep).await?;
    }
    for packages in missing.chunks(AT_ONCE) {
        let held = single_packages(transport, learnt, version, packages, keep).await?;
        policies.extend(all_of(transport, version, wanted, held, keep).await?);
    }
    Ok(policies)
}

/// The policies of packages, those that came with the package and those behind a link.
async fn all_of(
    transport: &Transport,
    version: Version,
    wanted: &BTreeSet<Id>,
    packages: Vec<Held>,
    keep: Keep,
) -> Result<Vec<LiveObject>, Error> {
    let mut list = Vec::new();
    for Held { package, rows, more } in packages {
        list.extend(rows);
        if let Some(link) = more {
            let request = Request::new(version, access_package::PATH).segment(package.as_str());
            for policy in page::continued(transport, &request, &link, READ).await? {
                list.push(held_row(version, &package, policy)?.kept(keep));
            }
        }
    }
    let policies = completed(transport, version, wanted, Rows { of: None, is_certain: true, list }).await?;
    Ok(policies.into_iter().filter_map(keep).collect())
}

/// The policies that came with a package.
struct Held {
    package: Id,
    rows: Vec<Row>,
    /// The link to the rest of them.
    more: Option<String>,
}

/// Takes the policies out of a package that was asked for with them.
fn held(version: Version, package: Id, mut json: Json, keep: Keep) -> Result<Held, Error> {
    let member = policies_member(version);
    let Some(Json::Array(policies)) = json.get_mut(member).map(Json::take) else {
        return Err(Error::incomplete(format!("the package {package} came without its policies")));
    };
    let more = page::link_to_more(&mut json, member)?;
    let row = |policy| Ok(held_row(version, &package, policy)?.kept(keep));
    let rows = policies.into_iter().map(row).collect::<Result<_, Error>>()?;
    Ok(Held { package, rows, more })
}

/// A policy that came with its package: it does not name it, or only by its id.
fn held_row(version: Version, package: &Id, mut json: Json) -> Result<Row, Error> {
    set_package(version, &mut json, serde_json::json!({ "id": package.as_str() }));
    if !missing(version, &json).is_empty() || is_cut(version, &json) {
        return Ok(Row::Part(json));
    }
    Ok(Row::Whole(Box::new(live(version, package.clone(), &json, Wire::new(&json))?)))
}

/// The member of a package that holds its policies.
const fn policies_member(version: Version) -> &'static str {
    match version {
        Version::V1 => "assignmentPolicies",
        Version::Beta => "accessPackageAssignmentPolicies",
    }
}

/// Packages with their policies, and, where the service takes such a thing, with what these expand themselves.
fn with_policies(learnt: &Learnt, version: Version, request: Request) -> Request {
    let member = policies_member(version);
    if learnt.no_nested_expansion.load(Ordering::Relaxed) {
        request.option("expand", member)
    } else {
        request.option("expand", &format!("{member}($expand={})", expansion_of_package(version)))
    }
}

async fn listed_packages(
    transport: &Transport,
    learnt: &Learnt,
    version: Version,
    wanted: &Arc<BTreeSet<Id>>,
    keep: Keep,
) -> Result<Vec<Held>, Error> {
    let request = || with_policies(learnt, version, Request::new(version, access_package::PATH));
    let shared = Arc::clone(wanted);
    let read = move |text: &RawValue| {
        let Some((spelled, package)) = page::tree(text) else { return Ok(None) };
        let is_wanted = id(&package).filter(|id| shared.contains(id));
        let held = is_wanted.map(|id| held(version, id, package, keep)).transpose()?;
        Ok(Some((spelled, held)))
    };
    let packages = match page::list_as(transport, &request(), READ, read.clone()).await {
        Err(error) if learnt.is_of_nesting(&error) => {
            page::list_as(transport, &request(), READ, read).await?
        }
        packages => packages?,
    };
    Ok(packages.into_iter().flatten().collect())
}

async fn single_packages(
    transport: &Transport,
    learnt: &Learnt,
    version: Version,
    packages: &[&Id],
    keep: Keep,
) -> Result<Vec<Held>, Error> {
    let request = |id: &Id| {
        let package = Request::new(version, access_package::PATH).segment(id.as_str());
        (with_policies(learnt, version, package), READ)
    };
    let requests = || packages.iter().map(|id| request(id)).collect::<Vec<_>>();
    let mut answers = page::objects(transport, version, &requests()).await?;
    if answers.iter().any(|answer| answer.as_ref().is_err_and(|error| learnt.is_of_nesting(error))) {
        answers = page::objects(transport, version, &requests()).await?;
    }
    let mut found = Vec::new();
    for (id, answer) in packages.iter().zip(answers) {
        if let Some(package) = present(answer)? {
            is_of(id, &package)?;
            found.push(held(version, (*id).clone(), package, keep)?);
        }
    }
    Ok(found)
}
