//! `accessPackageAssignment`: whether a policy is in use. Microsoft Graph v1.0 reference, "List
//! accessPackageAssignments".

use super::{READ, text};
use crate::error::Error;
use crate::http::Transport;
use crate::odata::{Request, equals};
use crate::page;
use entrant_model::value::Json;
use entrant_model::{Id, Version};

const PATH: &str = "identityGovernance/entitlementManagement/assignments";

/// States in which nobody has access. Every other state counts, also one that is newer than this: whoever
/// deletes a policy wants to hear of too many rather than too few.
const OVER: [&str; 2] = ["expired", "deliveryFailed"];

pub(crate) async fn through_policy(transport: &Transport, package: &Id, policy: &Id) -> Result<usize, Error> {
    // By package: the filter that is documented, and the only one open to a caller with catalog roles.
    let request = Request::new(Version::V1, PATH)
        .option("filter", &equals("accessPackage/id", package.as_str()))
        .option("expand", "assignmentPolicy");
    let assignments = page::list(transport, &request, READ).await?;
    let standing = || assignments.iter().filter(|assignment| stands(assignment));
    if standing().all(|assignment| policy_of(assignment).is_some()) {
        return Ok(standing().filter(|assignment| policy_of(assignment).as_ref() == Some(policy)).count());
    }
    // The policy was not expanded, so the server has to count.
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
