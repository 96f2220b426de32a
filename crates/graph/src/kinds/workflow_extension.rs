//! Custom workflow extensions of a catalog. Microsoft Graph v1.0 reference, "List customWorkflowExtensions".

use super::{READ, id_and_name, text};
use crate::error::Error;
use crate::http::Transport;
use crate::odata::Request;
use crate::page;
use crate::read::Found;
use entrant_model::{Id, Version};

pub(crate) async fn of_catalog(transport: &Transport, catalog: &Id) -> Result<Vec<Found>, Error> {
    let request = Request::new(Version::V1, "identityGovernance/entitlementManagement/catalogs")
        .segment(catalog.as_str())
        .segment("customWorkflowExtensions");
    let extensions = page::list(transport, &request, READ).await?;
    extensions
        .iter()
        .map(|json| {
            let (id, name) = id_and_name(json)?;
            // The type says at which stages it may stand.
            let tag = text(json, "@odata.type").unwrap_or_default();
            Ok(Found { id, name, detail: tag.strip_prefix("#microsoft.graph.").unwrap_or(tag).to_owned() })
        })
        .collect()
}
