//! `Write`: everything that can change a tenant. Each call is one request. A create is sent again only where Graph
//! refused it (429) or no connection came about; an update or a delete never is. After an unclear outcome, and before
//! an update or a delete is sent again, the caller looks.

use crate::error::Error;
use entrant_model::live::LiveObject;
use entrant_model::value::Json;
use entrant_model::{Id, Version};
use std::future::Future;

/// Writing to one Graph.
///
/// Where [`Error::is_unclear`] holds, the write may have taken effect.
pub trait Write: Sync {
    /// Creates a policy (POST) and gives what Graph answered. Members that only an expanded read brings are
    /// [unread](LiveObject::unread) in it.
    ///
    /// Microsoft Graph v1.0 and beta references, "Create accessPackageAssignmentPolicy".
    fn create_policy(
        &self,
        version: Version,
        body: &Json,
    ) -> impl Future<Output = Result<LiveObject, Error>> + Send;

    /// Replaces a policy (PUT): what the body lacks is lost.
    ///
    /// Microsoft Graph v1.0 and beta references, "Update accessPackageAssignmentPolicy".
    fn replace_policy(
        &self,
        version: Version,
        id: &Id,
        body: &Json,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Deletes a policy. A policy that is gone already (404) is done.
    ///
    /// Microsoft Graph v1.0 and beta references, "Delete accessPackageAssignmentPolicy".
    fn delete_policy(&self, version: Version, id: &Id) -> impl Future<Output = Result<(), Error>> + Send;
}
