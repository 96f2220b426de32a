//! `Read`: everything that the tool asks of Graph. Nothing in it can change a tenant, so what plans takes
//! this trait and nothing else.
//!
//! A failed or partial read is an error or is named as unread; it is never "absent".

use crate::error::Error;
use crate::http::Again;
use entrant_model::live::{Description, LiveObject, Package};
use entrant_model::reference::fold;
use entrant_model::value::Json;
use entrant_model::{Id, Kind, Version};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

/// Reading from one Graph.
///
/// Lists are read to their last page, or the answer is an error.
pub trait Read: Sync {
    /// The access packages of these display names, in any catalog, letter case aside: by the
    /// [folded](entrant_model::reference::fold) name, each with its entry. Many names cost few requests.
    ///
    /// Microsoft Graph v1.0 reference, "List accessPackages".
    fn packages_by_name(
        &self,
        names: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, Vec<Package>>, Error>> + Send;

    /// [`packages_by_name`](Read::packages_by_name) for one name.
    fn packages_named(&self, name: &str) -> impl Future<Output = Result<Vec<Package>, Error>> + Send {
        async move {
            let mut packages = self.packages_by_name(&[name.to_owned()]).await?;
            Ok(packages.remove(&fold(name)).unwrap_or_default())
        }
    }

    /// The access packages of these ids, in few requests. An id that Graph does not know has no entry.
    ///
    /// Microsoft Graph v1.0 reference, "Get accessPackage".
    fn packages_by_id(&self, ids: &[Id])
    -> impl Future<Output = Result<BTreeMap<Id, Package>, Error>> + Send;

    /// The access packages of these catalogs, in few requests. A catalog that Graph does not know has no entry.
    ///
    /// Microsoft Graph v1.0 reference, "Get accessPackageCatalog".
    fn packages_of_catalogs(
        &self,
        catalogs: &[Id],
    ) -> impl Future<Output = Result<BTreeMap<Id, Vec<Package>>, Error>> + Send;

    /// Every policy of these packages in one version's shape, with everything expanded, in few requests.
    ///
    /// Members that did not come back although they were asked for stand in [`LiveObject::unread`].
    ///
    /// Microsoft Graph v1.0 and beta references, "List accessPackageAssignmentPolicies", "Get accessPackage".
    fn policies_in(
        &self,
        version: Version,
        packages: &BTreeSet<Id>,
    ) -> impl Future<Output = Result<Listing, Error>> + Send;

    /// [`policies_in`](Self::policies_in), of which no more is held than `keep` keeps of each.
    fn policies_kept(
        &self,
        version: Version,
        packages: &BTreeSet<Id>,
        keep: Keep,
    ) -> impl Future<Output = Result<Listing, Error>> + Send;

    /// A policy as Graph has it now; `None` where it has none of this id. Always asks Graph.
    ///
    /// A 403 is an error, not `None`, although Graph also answers 403 for a policy that was just deleted to
    /// a caller with catalog roles alone.
    ///
    /// Microsoft Graph v1.0 and beta references, "Get accessPackageAssignmentPolicy".
    fn policy(
        &self,
        version: Version,
        id: &Id,
    ) -> impl Future<Output = Result<Option<LiveObject>, Error>> + Send;

    /// [`policy`](Read::policy) for several ids, in their order and in few requests. The outer error is of all
    /// of them.
    fn policies_by_id(
        &self,
        version: Version,
        ids: &[Id],
    ) -> impl Future<Output = Result<Vec<Result<Option<LiveObject>, Error>>, Error>> + Send;

    /// Several looks at policies in their order and in few requests, each as [`policy`](Read::policy) or a list
    /// would bring it. Always asks Graph. A policy that is not there is an empty answer.
    ///
    /// A look that fails in passing is not repeated here: its error holds the leave to look [again](Error::again),
    /// which is handed back with the look, so that it can go together with others.
    fn look(
        &self,
        version: Version,
        looks: &[(Look, Option<Again>)],
    ) -> impl Future<Output = Vec<Result<Vec<LiveObject>, Error>>> + Send;

    /// Whether this cloud offers the version's assignment policies. One request of one object.
    fn has_version(&self, version: Version) -> impl Future<Output = Result<bool, Error>> + Send;

    /// Objects of these names, letter case aside: users by user principal name where the name has an `@`,
    /// everything else by display name. By kind and [folded](entrant_model::reference::fold) name, each with its
    /// entry. Many names cost few requests.
    ///
    /// Kinds: `User`, `Group`, `ServicePrincipal`, `ConnectedOrganization`, `Catalog`, `AccessPackage`.
    /// Others are [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported): their names mean nothing outside
    /// their parent.
    fn find_all(
        &self,
        names: &[(Kind, String)],
    ) -> impl Future<Output = Result<BTreeMap<(Kind, String), Vec<Found>>, Error>> + Send;

    /// [`find_all`](Read::find_all) for one name.
    fn find(&self, kind: Kind, name: &str) -> impl Future<Output = Result<Vec<Found>, Error>> + Send {
        async move {
            let mut found = self.find_all(&[(kind, name.to_owned())]).await?;
            Ok(found.remove(&(kind, fold(name))).unwrap_or_default())
        }
    }

    /// The custom workflow extensions of these catalogs, in few requests. Each catalog has an entry.
    ///
    /// Microsoft Graph v1.0 reference, "List customWorkflowExtensions".
    fn extensions_of(
        &self,
        catalogs: &[Id],
    ) -> impl Future<Output = Result<BTreeMap<Id, Vec<Found>>, Error>> + Send;

    /// Names of objects for display. What the caller may not see is counted, not an error: a plan is right
    /// without display names.
    ///
    /// Microsoft Graph v1.0 reference, "directoryObject: getByIds".
    fn names(&self, ids: &[(Kind, Id)]) -> impl Future<Output = Result<Names, Error>> + Send;

    /// What these objects are and when they were made, in few requests. What the caller may not see, or is not
    /// there, is missing: it is for display.
    ///
    /// Kinds as for [`find_all`](Read::find_all), packages and catalogs aside.
    ///
    /// Microsoft Graph v1.0 reference, "Get group", "Get user", "Get servicePrincipal", "Get connectedOrganization".
    fn describe(
        &self,
        ids: &[(Kind, Id)],
    ) -> impl Future<Output = Result<BTreeMap<Id, Description>, Error>> + Send;

    /// Objects of these names in the tenant, letter case aside, without their parts: by
    /// [folded](entrant_model::reference::fold) name, each with its entry. Many names cost few requests.
    ///
    /// Kinds: `Catalog`, `ConnectedOrganization`, and `AccessPackage`, in any catalog.
    ///
    /// Microsoft Graph v1.0 reference, "List catalogs", "List connectedOrganizations", "List accessPackages".
    fn objects_named(
        &self,
        kind: Kind,
        names: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, Vec<LiveObject>>, Error>> + Send;

    /// Objects of v1.0 in their order and in few requests, each with the parts asked for; `None` where Graph has
    /// none of this id. A part that was asked for and could not be read is an error. Always asks Graph. The outer
    /// error is of all of them.
    ///
    /// Kinds: `Settings`, `Catalog`, `ConnectedOrganization`, `WorkflowExtension`, `AccessPackage`.
    ///
    /// Microsoft Graph v1.0 reference, "Get accessPackageCatalog" and its like, "List resources", "List
    /// unifiedRoleAssignments", "List resourceRoleScopes", "List incompatibleAccessPackages", "List
    /// incompatibleGroups", "List externalSponsors", "List internalSponsors".
    fn objects(
        &self,
        kind: Kind,
        asked: &[Asked],
    ) -> impl Future<Output = Result<Vec<Result<Option<LiveObject>, Error>>, Error>> + Send;

    /// Every object of a kind in each of these parents, without parts. Each parent that exists has an entry.
    ///
    /// `AccessPackage` and `WorkflowExtension` are listed by catalog; with [`Id::tenant`] as the parent, every
    /// `Catalog`, `ConnectedOrganization` and `AccessPackage` of the tenant, and the one `Settings`.
    ///
    /// Microsoft Graph v1.0 reference, "List accessPackages", "List customWorkflowExtensions" and their like.
    fn objects_in(
        &self,
        kind: Kind,
        parents: &[Id],
    ) -> impl Future<Output = Result<BTreeMap<Id, Vec<LiveObject>>, Error>> + Send;

    /// The application roles of these service principals, in few requests. One that is not there has no entry.
    ///
    /// Microsoft Graph v1.0 reference, "Get servicePrincipal".
    fn application_roles(
        &self,
        ids: &[Id],
    ) -> impl Future<Output = Result<BTreeMap<Id, Vec<ApplicationRole>>, Error>> + Send;

    /// For roles that packages shall give, each an element of the part `resourceRoleScopes` with the catalog, in their
    /// order and in few requests: the names of the roles that its resource has in the catalog, where none is the wanted
    /// one. `None` where it has that role, and where it cannot be told.
    ///
    /// Microsoft Graph v1.0 reference, "List resources", "List resourceRoles".
    fn missing_roles(
        &self,
        wanted: &[(Id, Json)],
    ) -> impl Future<Output = Result<Vec<Option<Vec<String>>>, Error>> + Send;

    /// The tenants of Microsoft Entra that have registered these domains, in their order and in few requests; `None` for
    /// a domain that none has. The outer error is of all of them.
    ///
    /// Microsoft Graph v1.0 reference, "tenantRelationship: findTenantInformationByDomainName".
    fn tenants_of(
        &self,
        domains: &[String],
    ) -> impl Future<Output = Result<Vec<Result<Option<OtherTenant>, Error>>, Error>> + Send;

    /// How many assignments of a package stand through a policy: given, being given, or in a state that
    /// this version does not know. Expired ones and those that could not be given do not count.
    ///
    /// Microsoft Graph v1.0 reference, "List accessPackageAssignments".
    fn assignments_of(&self, package: &Id, policy: &Id) -> impl Future<Output = Result<usize, Error>> + Send;

    /// [`assignments_of`](Read::assignments_of) for several policies, each beside its package (a package beside itself
    /// stands for all assignments of it), in their order and in
    /// few requests: each package is listed once. The outer error is of all of them.
    fn assignments_through(
        &self,
        policies: &[(Id, Id)],
    ) -> impl Future<Output = Result<Vec<Result<usize, Error>>, Error>> + Send;
}

/// An object to read, and which of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What holds it; the catalog of an extension is part of its address.
    pub parent: Id,
    /// Its id.
    pub id: Id,
    /// Names of its members that are collections of their own.
    pub parts: Vec<&'static str>,
}

/// Another tenant of Microsoft Entra.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherTenant {
    /// Its id.
    pub id: Id,
    /// A domain of it. Text from outside: not yet safe for a terminal.
    pub default_domain: String,
}

/// A role that an application defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationRole {
    /// Its id: the `originId` of the role in a catalog.
    pub id: Id,
    /// What people read, and what entitlement management calls it. Text from the tenant.
    pub display_name: String,
    /// What the application's tokens say; may be empty. Text from the tenant.
    pub value: String,
}

/// What [`look`](Read::look) looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// The policy of this id.
    Policy(Id),
    /// The policies of a package that have this display name, letter case aside.
    Named {
        /// The package.
        package: Id,
        /// The display name.
        name: String,
    },
}

/// An object that a name found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: Id,
    /// The name that matched: user principal name of a user, display name of everything else.
    pub name: String,
    /// What tells it from another of the same name: a catalog, an application id, a display name. May be
    /// empty. Text from the tenant: not yet safe for a terminal.
    pub detail: String,
}

/// What is kept of a policy that was read; `None` where it is not needed.
pub type Keep = fn(LiveObject) -> Option<LiveObject>;

/// All policies of the packages that were asked for.
#[derive(Debug, Default)]
pub struct Listing {
    /// The policies.
    pub policies: Vec<LiveObject>,
    /// The answer to the list of the tenant's policies, where the caller may not read it and the packages were
    /// read instead.
    pub refused: Option<Error>,
}

/// Names that could be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// User principal names of users, display names of everything else. Ids that Graph does not know are
    /// missing.
    pub names: BTreeMap<Id, String>,
    /// Whether Graph refused some of them, so that a missing name need not mean a missing object.
    pub unreadable: bool,
}
