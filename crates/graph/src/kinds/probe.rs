//! One read of each sort that planning needs, to see whether the caller may: what `entrant doctor` tries. Reads
//! one page and keeps nothing of it.

use super::{READ, connected_organization, settings};
use crate::error::Error;
use crate::http::Transport;
use crate::odata::Request;
use crate::page;
use entrant_model::Version;

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// The tenant's policies. "List assignmentPolicies".
    Policies,
    /// Packages with their policies: what a caller with catalog roles alone may read. "List accessPackages".
    Packages,
    /// A user.
    Users,
    /// A group.
    Groups,
    /// The connected organizations, which no role on a catalog shows. "List connectedOrganizations".
    Organizations,
    /// The tenant's settings, likewise. "Get entitlementManagementSettings".
    Settings,
    /// A service principal.
    ServicePrincipals,
}

/// What a read that succeeded brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// Whether there was anything to see.
    pub is_empty: bool,
    /// Graph's id of the request.
    pub request_id: Option<String>,
}

pub(crate) async fn read(transport: &Transport, probe: Probe) -> Result<Probed, Error> {
    let request = |path: &str| Request::new(Version::V1, path);
    let one = |path: &str| request(path).option("select", "id").option("top", "1");
    // `$top` is documented for the directory and not for entitlement management: there it is the first page.
    let (request, permission) = match probe {
        Probe::Policies => (
            request("identityGovernance/entitlementManagement/assignmentPolicies").option("select", "id"),
            READ,
        ),
        Probe::Packages => (
            request("identityGovernance/entitlementManagement/accessPackages")
                .option("expand", "assignmentPolicies"),
            READ,
        ),
        Probe::Organizations => (connected_organization::all(), READ),
        Probe::Settings => (settings::one(), READ),
        Probe::Users => (one("users"), "User.ReadBasic.All"),
        Probe::Groups => (one("groups"), "GroupMember.Read.All"),
        Probe::ServicePrincipals => (one("servicePrincipals"), "Application.Read.All"),
    };
    let (call, answer) = page::get(transport, transport.url(&request)?, permission).await?;
    let json = answer.json(&call)?;
    let request_id = answer.request_id().map(str::to_owned);
    if probe == Probe::Settings {
        return Ok(Probed { is_empty: !json.is_object(), request_id });
    }
    let Some(list) = json.get("value").and_then(|value| value.as_array()) else {
        return Err(answer.malformed(&call, "the answer is no list"));
    };
    Ok(Probed { is_empty: list.is_empty(), request_id })
}
