//! `Write`: everything that can change a tenant. Each call is one write; those of parts look for what the write must
//! name before it. A create is sent again only where Graph refused it (429) or no connection came about; an update or
//! a delete never is. After an unclear outcome, and before an update or a delete is sent again, the caller looks.

use crate::error::Error;
use entrant_model::live::LiveObject;
use entrant_model::value::Json;
use entrant_model::{Id, Kind, Version};
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

    /// Creates an object of v1.0 (POST) and gives what Graph answered, without parts.
    ///
    /// Kinds: `Catalog`, `ConnectedOrganization`, `WorkflowExtension`, `AccessPackage`. There is one `Settings`, and
    /// it cannot be created.
    ///
    /// Microsoft Graph v1.0 reference, "Create accessPackageCatalog" and its like.
    fn create_object(
        &self,
        kind: Kind,
        parent: &Id,
        body: &Json,
    ) -> impl Future<Output = Result<LiveObject, Error>> + Send;

    /// Updates an object of v1.0. PATCH: what the body lacks stays. PUT for `WorkflowExtension`: what the body lacks
    /// is lost.
    ///
    /// Microsoft Graph v1.0 reference, "Update accessPackageCatalog" and its like.
    fn update_object(
        &self,
        kind: Kind,
        parent: &Id,
        id: &Id,
        body: &Json,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Deletes an object of v1.0. One that is gone already (404) is done.
    ///
    /// Microsoft Graph v1.0 reference, "Delete accessPackageCatalog" and its like.
    fn delete_object(
        &self,
        kind: Kind,
        parent: &Id,
        id: &Id,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Adds one element to a part, in the form in which [`Read::objects`](crate::Read::objects) gives it. One that is
    /// there already is done. Graph may show a resource in a catalog, or a role in a package, only later: the caller
    /// looks. Where what the element needs does not show yet, [`Error::is_not_yet`] holds and nothing was done.
    ///
    /// Microsoft Graph v1.0 reference, "Create accessPackageResourceRequest", "Create unifiedRoleAssignment", "Create
    /// accessPackageResourceRoleScope", "Add accessPackage to incompatibleAccessPackages" and its like.
    fn add_element(
        &self,
        kind: Kind,
        parent: &Id,
        id: &Id,
        member: &str,
        element: &Json,
    ) -> impl Future<Output = Result<(), Error>> + Send;

    /// Removes one element from a part, given as it was read. One that is gone already is done. A resource may go only
    /// later: the caller looks.
    ///
    /// Microsoft Graph v1.0 reference, "Create accessPackageResourceRequest", "Delete unifiedRoleAssignment", "Delete
    /// accessPackageResourceRoleScope", "Remove accessPackage from incompatibleAccessPackages" and its like.
    fn remove_element(
        &self,
        kind: Kind,
        parent: &Id,
        id: &Id,
        member: &str,
        element: &Json,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}
