//! Which permissions planning and applying need, which other ones include them, which roles take their place for which
//! kind, and which are more than anybody should give this tool. Microsoft Graph permissions reference; each kind's
//! reference page, "Permissions".
//!
//! Tables and look-ups, no judgement of a caller: a role on a catalog takes the place of a permission, and no token
//! names it. A test holds `docs/permissions.md` to [`RIGHTS`].

use entrant_model::Kind;

/// One thing to be allowed to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Need {
    /// What for, after "to".
    pub purpose: &'static str,
    /// The least permission.
    pub least: &'static str,
    /// Others that include it, those that only read first.
    pub included_in: &'static [&'static str],
    /// Whether it is about the directory, where catalog roles do not help.
    pub is_directory: bool,
}

/// What `plan` needs.
pub static PLAN: [Need; 4] = [
    Need {
        purpose: "read catalogs, packages and policies",
        least: "EntitlementManagement.Read.All",
        included_in: &["EntitlementManagement.ReadWrite.All"],
        is_directory: false,
    },
    Need {
        purpose: "find groups by name",
        least: "GroupMember.Read.All",
        included_in: &[
            "Group.Read.All",
            "Directory.Read.All",
            "GroupMember.ReadWrite.All",
            "Group.ReadWrite.All",
            "Directory.ReadWrite.All",
        ],
        is_directory: true,
    },
    Need {
        purpose: "find users by name",
        least: "User.ReadBasic.All",
        included_in: &[
            "User.Read.All",
            "Directory.Read.All",
            "User.ReadWrite.All",
            "Directory.ReadWrite.All",
        ],
        is_directory: true,
    },
    Need {
        purpose: "find service principals by name",
        least: "Application.Read.All",
        included_in: &["Directory.Read.All", "Application.ReadWrite.All", "Directory.ReadWrite.All"],
        is_directory: true,
    },
];

/// What `apply` needs beyond [`PLAN`].
pub static APPLY: [Need; 1] = [Need {
    purpose: "write catalogs, packages and policies",
    least: "EntitlementManagement.ReadWrite.All",
    included_in: &[],
    is_directory: false,
}];

/// What is done to an object or a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is what its name says")]
pub enum Verb {
    Read,
    Create,
    /// Also deletes it; of a part, adds and removes elements.
    Change,
}

/// What it takes to do something to a kind of object, or to a part of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Right {
    /// The kind.
    pub kind: Kind,
    /// The part; empty for the object itself.
    pub part: &'static str,
    /// What is done.
    pub verb: Verb,
    /// The least permission, for the whole tenant.
    pub least: &'static str,
    /// The least role of entitlement management in its place; `None` where none is documented to do.
    pub role: Option<&'static str>,
}

const READER: Option<&str> = Some("Catalog reader");
const MANAGER: Option<&str> = Some("Access package manager");
const OWNER: Option<&str> = Some("Catalog owner");

const fn right(kind: Kind, part: &'static str, verb: Verb, role: Option<&'static str>) -> Right {
    let least = match verb {
        Verb::Read => "EntitlementManagement.Read.All",
        Verb::Create | Verb::Change => "EntitlementManagement.ReadWrite.All",
    };
    Right { kind, part, verb, least, role }
}

/// Every kind and part, each with what is done to it.
pub static RIGHTS: [Right; 31] = [
    right(Kind::Catalog, "", Verb::Read, READER),
    right(Kind::Catalog, "", Verb::Create, Some("Catalog creator")),
    right(Kind::Catalog, "", Verb::Change, OWNER),
    right(Kind::Catalog, "resources", Verb::Read, READER),
    right(Kind::Catalog, "resources", Verb::Change, OWNER),
    right(Kind::Catalog, "roleAssignments", Verb::Read, READER),
    right(Kind::Catalog, "roleAssignments", Verb::Change, OWNER),
    right(Kind::AccessPackage, "", Verb::Read, READER),
    right(Kind::AccessPackage, "", Verb::Create, MANAGER),
    right(Kind::AccessPackage, "", Verb::Change, MANAGER),
    right(Kind::AccessPackage, "resourceRoleScopes", Verb::Read, READER),
    right(Kind::AccessPackage, "resourceRoleScopes", Verb::Change, MANAGER),
    right(Kind::AccessPackage, "incompatibleAccessPackages", Verb::Read, READER),
    right(Kind::AccessPackage, "incompatibleAccessPackages", Verb::Change, MANAGER),
    right(Kind::AccessPackage, "incompatibleGroups", Verb::Read, READER),
    right(Kind::AccessPackage, "incompatibleGroups", Verb::Change, MANAGER),
    right(Kind::AssignmentPolicy, "", Verb::Read, READER),
    right(Kind::AssignmentPolicy, "", Verb::Create, MANAGER),
    right(Kind::AssignmentPolicy, "", Verb::Change, MANAGER),
    right(Kind::WorkflowExtension, "", Verb::Read, OWNER),
    right(Kind::WorkflowExtension, "", Verb::Create, OWNER),
    right(Kind::WorkflowExtension, "", Verb::Change, OWNER),
    right(Kind::ConnectedOrganization, "", Verb::Read, None),
    right(Kind::ConnectedOrganization, "", Verb::Create, None),
    right(Kind::ConnectedOrganization, "", Verb::Change, None),
    right(Kind::ConnectedOrganization, "externalSponsors", Verb::Read, None),
    right(Kind::ConnectedOrganization, "externalSponsors", Verb::Change, None),
    right(Kind::ConnectedOrganization, "internalSponsors", Verb::Read, None),
    right(Kind::ConnectedOrganization, "internalSponsors", Verb::Change, None),
    right(Kind::Settings, "", Verb::Read, None),
    right(Kind::Settings, "", Verb::Change, None),
];

/// What a caller without the permission for the whole tenant can do about a refusal, in a sentence.
pub(crate) fn advice(kind: Kind, part: &str, verb: Verb) -> Option<String> {
    let right = RIGHTS.iter().find(|right| (right.kind, right.part, right.verb) == (kind, part, verb))?;
    Some(match right.role {
        Some("Catalog creator") => {
            "An application or a user needs no such permission with the role Catalog creator.".to_owned()
        }
        Some(role) => {
            format!("An application or a user needs no such permission with the role {role} on the catalog.")
        }
        None => format!("No role on a catalog takes the place of {}.", right.least),
    })
}

/// Permissions with which an identity can take over a tenant or much of it.
static BROAD: [&str; 9] = [
    "RoleManagement.ReadWrite.Directory",
    "AppRoleAssignment.ReadWrite.All",
    "Application.ReadWrite.All",
    "Directory.ReadWrite.All",
    "Directory.AccessAsUser.All",
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "User.ReadWrite.All",
    "PrivilegedAccess.ReadWrite.AzureADGroup",
];

impl Need {
    /// The granted permission that meets it.
    pub fn met_by<'g>(&self, granted: &[&'g str]) -> Option<&'g str> {
        let find = |wanted: &str| granted.iter().copied().find(|given| given.eq_ignore_ascii_case(wanted));
        find(self.least).or_else(|| self.included_in.iter().find_map(|wanted| find(wanted)))
    }
}

/// Granted permissions that nothing here needs and that are dangerous to hold.
pub fn too_broad<'g>(granted: &[&'g str]) -> Vec<&'g str> {
    let is_broad = |given: &&'g str| BROAD.iter().any(|broad| given.eq_ignore_ascii_case(broad));
    granted.iter().copied().filter(is_broad).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_or_one_that_includes_it_meets_a_need() {
        assert_eq!(
            PLAN[0].met_by(&["EntitlementManagement.Read.All"]),
            Some("EntitlementManagement.Read.All")
        );
        assert_eq!(
            PLAN[0].met_by(&["User.Read", "entitlementmanagement.readwrite.all"]),
            Some("entitlementmanagement.readwrite.all")
        );
        assert_eq!(APPLY[0].met_by(&["EntitlementManagement.Read.All"]), None);
        assert_eq!(PLAN[1].met_by(&["Directory.Read.All"]), Some("Directory.Read.All"));
        assert_eq!(PLAN[1].met_by(&["User.Read.All"]), None);
    }

    #[test]
    fn every_declared_kind_and_part_has_its_rights() {
        for kind in Kind::DECLARED {
            let table = entrant_model::kinds::table(kind, entrant_model::Version::V1).expect("a table");
            let parts = table.members.iter().filter(|member| member.is_part).map(|member| member.name);
            // The catalog of an extension is part of its address.
            for part in parts.filter(|part| *part != "catalog").chain([""]) {
                for verb in [Verb::Read, Verb::Change] {
                    assert!(advice(kind, part, verb).is_some(), "{kind} {part} {verb:?}");
                }
            }
        }
        for (at, right) in RIGHTS.iter().enumerate() {
            let same =
                |other: &Right| (other.kind, other.part, other.verb) == (right.kind, right.part, right.verb);
            assert_eq!(RIGHTS.iter().position(same), Some(at), "{right:?} stands twice");
        }
    }

    #[test]
    fn no_need_is_met_by_what_is_too_broad_alone() {
        for need in PLAN.iter().chain(&APPLY) {
            assert!(too_broad(&[need.least]).is_empty(), "{}", need.least);
        }
        assert_eq!(too_broad(&["User.Read.All", "Group.ReadWrite.All"]), ["Group.ReadWrite.All"]);
    }
}
