//! `accessPackageAssignment`: whether a policy is in use. Microsoft Graph v1.0 reference, "List
//! accessPackageAssignments".

use super::{READ, text};
use crate::error::Error;
use crate::http::Transport;
use crate::odata::{Request, equals};
use crate::page;
use entrant_model::value::Json;
use entrant_model::{Id, Version};
use std::collections::{BTreeMap, BTreeSet};

const PATH: &str = "identityGovernance/entitlementManagement/assignments";

/// States in which nobody has access. Every other state counts, also one that is newer than this: whoever
/// deletes a policy wants to hear of too many rather than too few.
const OVER: [&str; 2] = ["expired", "deliveryFailed"];

/// How many assignments stand through each policy, which comes beside its package; beside itself, a package stands for
/// all of its own. Packages are listed in batches,
/// each once. The outer error is of all of them.
pub(crate) async fn through_policies(
    transport: &Transport,
    policies: &[(Id, Id)],
) -> Result<Vec<Result<usize, Error>>, Error> {
    let packages: Vec<&Id> =
        policies.iter().map(|(package, _)| package).collect::<BTreeSet<_>>().into_iter().collect();
    // By package: the filter that is documented, and the only one open to a caller with catalog roles.
    let requests: Vec<_> = packages
        .iter()
        .map(|package| {
            let filter = equals("accessPackage/id", package.as_str());
            (
                Request::new(Version::V1, PATH)
                    .option("filter", &filter)
                    .option("expand", "assignmentPolicy"),
                READ,
            )
        })
        .collect();
    let mut by_package = BTreeMap::new();
    for (package, list) in packages.into_iter().zip(page::lists(transport, Version::V1, &requests).await?) {
        by_package.insert(package, list.map(|assignments| Standing::of(&assignments)));
    }
    let mut counts = Vec::with_capacity(policies.len());
    for (package, policy) in policies {
        counts.push(match by_package.get(package) {
            Some(Ok(standing)) if package == policy => Ok(standing.all),
            Some(Ok(standing)) if standing.is_by_policy => {
                Ok(standing.counts.get(policy).copied().unwrap_or_default())
            }
            // The policy was not expanded, so the server has to count.
            Some(Ok(_)) | None => by_filter(transport, policy).await,
            Some(Err(error)) => Err(error.clone()),
        });
    }
    Ok(counts)
}

/// The assignments of a package that stand.
struct Standing {
    all: usize,
    /// By policy.
    counts: BTreeMap<Id, usize>,
    /// Whether each of them says its policy.
    is_by_policy: bool,
}

impl Standing {
    fn of(assignments: &[Json]) -> Self {
        let mut standing = Self { all: 0, counts: BTreeMap::new(), is_by_policy: true };
        for assignment in assignments.iter().filter(|assignment| stands(assignment)) {
            standing.all += 1;
            match policy_of(assignment) {
                Some(policy) => *standing.counts.entry(policy).or_default() += 1,
                None => standing.is_by_policy = false,
            }
        }
        standing
    }
}

async fn by_filter(transport: &Transport, policy: &Id) -> Result<usize, Error> {
    let request =
        Request::new(Version::V1, PATH).option("filter", &equals("assignmentPolicy/id", policy.as_str()));
    Ok(page::list(transport, &request, READ).await?.iter().filter(|assignment| stands(assignment)).count())
}

fn policy_of(assignment: &Json) -> Option<Id> {
    assignment.get("assignmentPolicy").and_then(super::id)
}

fn stands(assignment: &Json) -> bool {
    let state = text(assignment, "state").unwrap_or_default();
    !OVER.iter().any(|over| state.eq_ignore_ascii_case(over))
}
