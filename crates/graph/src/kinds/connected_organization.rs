//! `connectedOrganization`. Microsoft Graph v1.0 reference, "List connectedOrganizations", "Get
//! connectedOrganization" and its like, "List externalSponsors", "List internalSponsors".

use super::look_up::Collection;
use super::{READ, directory, id, id_and_name, tenant, text};
use crate::error::{Error, ErrorKind};
use crate::http::Transport;
use crate::odata::Request;
use crate::page;
use crate::read::Found;
use entrant_model::value::Json;
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Id, Kind, Version};
use serde_json::json;

const PATH: &str = "identityGovernance/entitlementManagement/connectedOrganizations";

pub(crate) const COLLECTION: Collection =
    Collection { path: PATH, member: "displayName", option: None, permission: READ };

pub(crate) fn found(json: &Json) -> Result<Found, Error> {
    let (id, name) = id_and_name(json)?;
    Ok(Found { id, name, detail: domains(json) })
}

/// Every connected organization.
pub(crate) async fn list(transport: &Transport) -> Result<Vec<Json>, Error> {
    page::list(transport, &all(), READ).await
}

/// The path of all.
pub(crate) fn all() -> Request {
    Request::new(Version::V1, PATH)
}

/// The path of one.
pub(crate) fn one(id: &Id) -> Request {
    all().segment(id.as_str())
}

/// The path of its sponsors, external or internal.
pub(crate) fn sponsors(organization: &Id, member: &str) -> Request {
    one(organization).segment(member)
}

/// A sponsor of whom the answer does not say what it is: Graph may call it `directoryObject`.
pub(crate) fn unclear_sponsor(sponsor: &Json) -> Option<Id> {
    if directory::kind_of(sponsor).is_some() { None } else { id(sponsor) }
}

/// A sponsor as an element of such a part:
///
/// ```text
/// {"@odata.type": "#microsoft.graph.user", "id": …}
/// ```
pub(crate) fn sponsor_element(sponsor: &Json, kind: impl Fn(&Id) -> Option<Kind>) -> Result<Json, Error> {
    let Some(id) = id(sponsor) else { return Err(Error::incomplete("a sponsor came without its id")) };
    let kind = directory::kind_of(sponsor).or_else(|| kind(&id)).and_then(directory::type_of);
    let tag = format!("#microsoft.graph.{}", kind.unwrap_or("directoryObject"));
    Ok(json!({ ODATA_TYPE: tag, "id": id.as_str() }))
}

const TENANT: &str = "#microsoft.graph.azureActiveDirectoryTenant";
const DOMAIN: &str = "#microsoft.graph.domainIdentitySource";

/// The body of a create as Graph takes it, which wants a domain of a tenant instead of its id. A tenant whose domains
/// cannot be asked for stays as it is; the second value is why.
pub(crate) async fn to_create(transport: &Transport, body: &Json) -> Result<(Json, Option<Error>), Error> {
    let mut body = body.clone();
    let mut refused = None;
    let sources = body.get_mut("identitySources").and_then(Json::as_array_mut);
    for source in sources.into_iter().flatten().filter(|source| text(source, ODATA_TYPE) == Some(TENANT)) {
        match tenant::by_id(transport, text(source, "tenantId").unwrap_or_default()).await {
            Ok(Some(found)) => *source = json!({ ODATA_TYPE: DOMAIN, "domainName": found.default_domain }),
            Ok(None) => {}
            Err(error) if error.kind() == ErrorKind::Forbidden => refused = Some(error),
            Err(error) => return Err(error),
        }
    }
    Ok((body, refused))
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
