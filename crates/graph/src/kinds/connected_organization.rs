//! `connectedOrganization`. Microsoft Graph v1.0 reference, "List connectedOrganizations".

use super::look_up::Collection;
use super::{READ, id_and_name, text};
use crate::error::Error;
use crate::http::Transport;
use crate::odata::Request;
use crate::page;
use crate::read::Found;
use entrant_model::value::Json;
use entrant_model::{Id, Version};

const PATH: &str = "identityGovernance/entitlementManagement/connectedOrganizations";

pub(crate) const COLLECTION: Collection =
    Collection { path: PATH, member: "displayName", option: None, permission: READ };

pub(crate) fn found(json: &Json) -> Result<Found, Error> {
    let (id, name) = id_and_name(json)?;
    Ok(Found { id, name, detail: domains(json) })
}

/// Every connected organization, unread members and all.
pub(crate) async fn all(transport: &Transport) -> Result<Vec<Json>, Error> {
    page::list(transport, &Request::new(Version::V1, PATH), READ).await
}

/// The path of one.
pub(crate) fn one(id: &Id) -> Request {
    Request::new(Version::V1, PATH).segment(id.as_str())
}

/// What tells two of one name apart: the domains or tenants that it stands for.
fn domains(json: &Json) -> String {
    let sources = json.get("identitySources").and_then(Json::as_array);
    let names = sources.into_iter().flatten().filter_map(|source| {
        text(source, "domainName")
            .or_else(|| text(source, "tenantId"))
            .or_else(|| text(source, "displayName"))
    });
    names.collect::<Vec<_>>().join(", ")
}
