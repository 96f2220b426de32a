//! Custom workflow extensions of a catalog. Microsoft Graph v1.0 reference, "List customWorkflowExtensions".

use super::{READ, id_and_name, text};
use crate::error::Error;
use crate::http::Transport;
use crate::odata::Request;
use crate::page;
use crate::read::Found;
use entrant_model::value::Json;
use entrant_model::{Id, Version};
use std::collections::BTreeMap;

/// The extensions of each catalog, in few requests.
pub(crate) async fn of_catalogs(
    transport: &Transport,
    catalogs: &[Id],
) -> Result<BTreeMap<Id, Vec<Found>>, Error> {
    let of = |catalog: &Id| {
        let request = Request::new(Version::V1, "identityGovernance/entitlementManagement/catalogs");
        (request.segment(catalog.as_str()).segment("customWorkflowExtensions"), READ)
    };
    let requests: Vec<_> = catalogs.iter().map(of).collect();
    let mut all = BTreeMap::new();
    for (catalog, list) in catalogs.iter().zip(page::lists(transport, Version::V1, &requests).await?) {
        all.insert(catalog.clone(), list?.iter().map(found).collect::<Result<_, Error>>()?);
    }
    Ok(all)
}

fn found(json: &Json) -> Result<Found, Error> {
    let (id, name) = id_and_name(json)?;
    // The type says at which stages it may stand.
    let tag = text(json, "@odata.type").unwrap_or_default();
    Ok(Found { id, name, detail: tag.strip_prefix("#microsoft.graph.").unwrap_or(tag).to_owned() })
}
