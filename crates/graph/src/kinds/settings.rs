//! `entitlementManagementSettings`: one for each tenant. Microsoft Graph v1.0 reference, "Get
//! entitlementManagementSettings", "Update entitlementManagementSettings".

use crate::odata::Request;
use entrant_model::Version;

/// Its id and its name here: Graph gives it no name, and no id that says anything.
pub(crate) const NAME: &str = "settings";

/// Its path.
pub(crate) fn one() -> Request {
    Request::new(Version::V1, "identityGovernance/entitlementManagement/settings")
}
