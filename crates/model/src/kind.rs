//! The kinds of object, named after Graph v1.0 collections, and the two API versions.

use std::fmt;

/// A version of Microsoft Graph, and so of the shape of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Version {
    /// `v1.0`, the default.
    #[default]
    V1,
    /// `beta`: some of it has no v1.0 form.
    Beta,
}

impl Version {
    /// The segment of the URL and the value of `apiVersion`: `v1.0` or `beta`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::V1 => Self::Beta,
            Self::Beta => Self::V1,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A kind of object: one that documents declare, or one that they refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `accessPackageAssignmentPolicy`: who may request a package, who approves, when it ends, who reviews.
    AssignmentPolicy,
    /// `accessPackage`.
    AccessPackage,
    /// `accessPackageCatalog`.
    Catalog,
    /// `connectedOrganization`.
    ConnectedOrganization,
    /// A custom workflow extension of a catalog.
    WorkflowExtension,
    /// `entitlementManagementSettings`: the tenant's settings, of which there is one.
    Settings,
    /// The tenant itself: what holds catalogs, organizations and settings.
    Tenant,
    /// A group of the directory.
    Group,
    /// A user of the directory.
    User,
    /// A service principal of the directory.
    ServicePrincipal,
}

impl Kind {
    /// The kinds that documents declare, parents before what they hold.
    pub const DECLARED: [Self; 6] = [
        Self::Settings,
        Self::Catalog,
        Self::ConnectedOrganization,
        Self::WorkflowExtension,
        Self::AccessPackage,
        Self::AssignmentPolicy,
    ];

    /// The declared kind of this name, letter case aside.
    pub fn declared(name: &str) -> Option<Self> {
        Self::DECLARED.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(name))
    }

    /// The kind of what holds an object of this kind and within which its name is to be unique.
    #[must_use]
    pub const fn parent(self) -> Self {
        match self {
            Self::AssignmentPolicy => Self::AccessPackage,
            Self::AccessPackage | Self::WorkflowExtension => Self::Catalog,
            _ => Self::Tenant,
        }
    }

    /// The segments of an address after the kind, as usage shows them: `CATALOG/PACKAGE/POLICY`.
    pub const fn segments(self) -> &'static [&'static str] {
        match self {
            Self::AssignmentPolicy => &["CATALOG", "PACKAGE", "POLICY"],
            Self::AccessPackage => &["CATALOG", "PACKAGE"],
            Self::WorkflowExtension => &["CATALOG", "EXTENSION"],
            Self::Catalog => &["CATALOG"],
            Self::ConnectedOrganization => &["ORGANIZATION"],
            _ => &[],
        }
    }

    /// The word that documents, addresses and plans use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AssignmentPolicy => "AssignmentPolicy",
            Self::AccessPackage => "AccessPackage",
            Self::Catalog => "Catalog",
            Self::ConnectedOrganization => "ConnectedOrganization",
            Self::WorkflowExtension => "WorkflowExtension",
            Self::Settings => "Settings",
            Self::Tenant => "Tenant",
            Self::Group => "Group",
            Self::User => "User",
            Self::ServicePrincipal => "ServicePrincipal",
        }
    }

    /// What a sentence calls it: `access package`, `group`, …
    pub const fn noun(self) -> &'static str {
        match self {
            Self::AssignmentPolicy => "assignment policy",
            Self::AccessPackage => "access package",
            Self::Catalog => "catalog",
            Self::ConnectedOrganization => "connected organization",
            Self::WorkflowExtension => "workflow extension",
            Self::Settings => "settings",
            Self::Tenant => "tenant",
            Self::Group => "group",
            Self::User => "user",
            Self::ServicePrincipal => "service principal",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
