//! Which permissions planning and applying need, which other ones include them, which roles take their place for which
//! kind, and which are more than anybody should give this tool. Microsoft Graph permissions reference; each kind's
//! reference page, "Permissions".
//!
//! Tables and look-ups, no judgement of a caller: a role on a catalog takes the place of a permission, and no token
//! names that. The table of `docs/permissions.md` is [`table`], and `entrant doctor` prints [`RIGHTS`] kind by kind.

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

/// What `plan` needs beyond [`PLAN`] where documents name tenants of connected organizations by their domains.
pub static TENANTS: Need = Need {
    purpose: "look up other tenants by their domains",
    least: crate::kinds::tenant::READ,
    included_in: &[],
    is_directory: true,
};

/// A role of the directory that lets a signed-in user do whatever its delegated permissions allow here.
#[derive(Debug, PartialEq, Eq)]
pub struct DirectoryRole {
    /// Its name.
    pub name: &'static str,
    /// The id of its template, by which a token names it (`wids`).
    template: &'static str,
}

/// Microsoft Entra built-in roles; the reference pages of entitlement management, "Permissions".
static DIRECTORY_ROLES: [DirectoryRole; 2] = [
    DirectoryRole {
        name: "Identity Governance Administrator",
        template: "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e",
    },
    DirectoryRole { name: "Global Administrator", template: "62e90394-69f5-4237-9190-012177145e10" },
];

/// Which of these templates is a role that lets a user do everything here; the least of them.
pub fn directory_role(templates: &[&str]) -> Option<&'static DirectoryRole> {
    DIRECTORY_ROLES.iter().find(|role| templates.iter().any(|id| id.eq_ignore_ascii_case(role.template)))
}

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

/// What it takes to do something to a kind of object, or to parts of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Right {
    /// The kind.
    pub kind: Kind,
    /// The parts; none for the object itself.
    pub parts: &'static [&'static str],
    /// What is done.
    pub verbs: &'static [Verb],
    /// What an application needs beside the permission for the whole tenant, after it.
    application: &'static str,
    /// The same of a signed-in user.
    signed_in: &'static str,
    /// The least role of entitlement management in place of the permission; `None` where none is documented to do.
    pub role: Option<&'static str>,
    /// More of that role.
    role_more: &'static str,
}

const READ: &[Verb] = &[Verb::Read];
const CREATE: &[Verb] = &[Verb::Create];
const CHANGE: &[Verb] = &[Verb::Change];
const WRITE: &[Verb] = &[Verb::Create, Verb::Change];

const READER: Option<&str> = Some("Catalog reader");
const MANAGER: Option<&str> = Some("Access package manager");
const OWNER: Option<&str> = Some("Catalog owner");

const fn right(
    kind: Kind,
    parts: &'static [&'static str],
    verbs: &'static [Verb],
    signed_in: &'static str,
    role: Option<&'static str>,
    role_more: &'static str,
) -> Right {
    Right { kind, parts, verbs, application: "", signed_in, role, role_more }
}

const RESOURCES: &[&str] = &["resources"];
const ASSIGNMENTS: &[&str] = &["roleAssignments"];
const ROLES: &[&str] = &["resourceRoleScopes"];
const INCOMPATIBLE: &[&str] = &["incompatibleAccessPackages", "incompatibleGroups"];
const SPONSORS: &[&str] = &["externalSponsors", "internalSponsors"];

/// Every kind and part, each with what is done to it.
pub static RIGHTS: [Right; 23] = [
    right(Kind::Catalog, &[], READ, ", and a role that may read", READER, ": that catalog"),
    right(
        Kind::Catalog,
        &[],
        CREATE,
        ", and Catalog creator",
        Some("Catalog creator"),
        ", a role for the tenant",
    ),
    right(Kind::Catalog, &[], CHANGE, ", and Catalog owner", OWNER, ""),
    right(Kind::Catalog, RESOURCES, READ, "", READER, ""),
    Right {
        application: ", and rights over the resource, see below",
        ..right(
            Kind::Catalog,
            RESOURCES,
            CHANGE,
            ", and Catalog owner; owner of the group or application, or administrator of the site",
            OWNER,
            ", and rights over the resource",
        )
    },
    right(Kind::Catalog, ASSIGNMENTS, READ, "", READER, ": those of that catalog"),
    right(Kind::Catalog, ASSIGNMENTS, CHANGE, ", and Catalog owner", OWNER, ""),
    right(Kind::AccessPackage, &[], READ, "", READER, ": those of that catalog"),
    right(Kind::AccessPackage, &[], WRITE, ", and Access package manager", MANAGER, ""),
    right(Kind::AccessPackage, ROLES, READ, "", READER, ". The reference names Access package manager"),
    right(Kind::AccessPackage, ROLES, CHANGE, ", and Access package manager", MANAGER, ""),
    right(Kind::AccessPackage, INCOMPATIBLE, READ, "", READER, ""),
    right(Kind::AccessPackage, INCOMPATIBLE, CHANGE, ", and Access package manager", MANAGER, ""),
    right(
        Kind::AssignmentPolicy,
        &[],
        READ,
        ", and a role that may read",
        READER,
        ", Catalog owner, Access package manager: the list of the tenant is refused, and policies are read through the packages",
    ),
    right(
        Kind::AssignmentPolicy,
        &[],
        WRITE,
        ", and Catalog owner or Access package manager of the catalog",
        MANAGER,
        ", Catalog owner",
    ),
    right(Kind::WorkflowExtension, &[], READ, "", OWNER, ""),
    right(Kind::WorkflowExtension, &[], WRITE, ", and Catalog owner", OWNER, ""),
    right(Kind::ConnectedOrganization, &[], READ, "", None, ""),
    right(Kind::ConnectedOrganization, &[], WRITE, ADMINISTRATOR, None, ""),
    right(Kind::ConnectedOrganization, SPONSORS, READ, "", None, ""),
    right(Kind::ConnectedOrganization, SPONSORS, CHANGE, ADMINISTRATOR, None, ""),
    right(Kind::Settings, &[], READ, "", None, ""),
    right(Kind::Settings, &[], CHANGE, ADMINISTRATOR, None, ""),
];

const ADMINISTRATOR: &str = ", and Identity Governance Administrator";

/// What the page calls a kind.
pub const fn called(kind: Kind) -> &'static str {
    match kind {
        Kind::AssignmentPolicy => "assignment policies",
        Kind::AccessPackage => "access packages",
        Kind::Catalog => "catalogs",
        Kind::WorkflowExtension => "custom workflow extensions",
        Kind::ConnectedOrganization => "connected organizations",
        kind => kind.noun(),
    }
}

impl Right {
    /// The least permission for the whole tenant.
    pub fn need(&self) -> &'static Need {
        if self.verbs == READ { &PLAN[0] } else { &APPLY[0] }
    }

    /// What is done, in the words of the page: `update, delete`.
    pub fn words(&self) -> String {
        let words = self.verbs.iter().map(|verb| match verb {
            Verb::Read => "read",
            Verb::Create => "create",
            Verb::Change if !self.parts.is_empty() => "add, remove",
            // The settings of a tenant are always there.
            Verb::Change if self.kind == Kind::Settings => "update",
            Verb::Change => "update, delete",
        });
        words.collect::<Vec<_>>().join(", ")
    }

    fn cells(&self) -> [String; 5] {
        let parts: Vec<String> = self.parts.iter().map(|part| format!("`{part}`")).collect();
        let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        [
            format!("{}{parts}", called(self.kind)),
            self.words(),
            format!("`{}`{}", self.need().least, self.application),
            format!("the same, delegated{}", self.signed_in),
            format!("{}{}", self.role.unwrap_or("none documented"), self.role_more),
        ]
    }
}

/// The table of `docs/permissions.md`.
pub fn table() -> String {
    let mut text = String::from(
        "| what | verb | application permission | for a signed-in user | by a role on a catalog instead |\n| --- | --- | --- | --- | --- |\n",
    );
    let mut row = |cells: [String; 5]| text.extend(["| ", &cells.join(" | "), " |\n"]);
    let same = || "the same, delegated".to_owned();
    for right in &RIGHTS {
        row(right.cells());
        if right.kind == Kind::AssignmentPolicy && right.verbs == WRITE {
            let what = "assignments (is a policy in use?)".to_owned();
            row([
                what,
                "read".to_owned(),
                format!("`{}`", PLAN[0].least),
                same(),
                "by package alone".to_owned(),
            ]);
        }
    }
    for (what, need, role) in [
        ("groups by name", &PLAN[1], "none: the directory knows no catalogs"),
        ("users by name", &PLAN[2], "none"),
        ("service principals by name, and their roles", &PLAN[3], "none"),
        ("tenants of connected organizations by their domains, and whose a domain is", &TENANTS, "none"),
    ] {
        row([what.to_owned(), "read".to_owned(), format!("`{}`", need.least), same(), role.to_owned()]);
    }
    row([
        "names of ids (`getByIds`), and whether a sponsor is a user or a group".to_owned(),
        "read".to_owned(),
        "what the kind of object needs, or `Directory.Read.All`".to_owned(),
        same(),
        "none".to_owned(),
    ]);
    text
}

/// What a caller without the permission for the whole tenant can do about a refusal, in a sentence.
pub(crate) fn advice(kind: Kind, part: &str, verb: Verb) -> Option<String> {
    let is_of = |right: &&Right| {
        let is_part = if part.is_empty() { right.parts.is_empty() } else { right.parts.contains(&part) };
        right.kind == kind && is_part && right.verbs.contains(&verb)
    };
    let right = RIGHTS.iter().find(is_of)?;
    Some(match right.role {
        Some("Catalog creator") => {
            "An application or a user needs no such permission with the role Catalog creator.".to_owned()
        }
        Some(role) => {
            format!("An application or a user needs no such permission with the role {role} on the catalog.")
        }
        None => format!("No role on a catalog takes the place of {}.", right.need().least),
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
    fn a_role_of_the_directory_is_known_by_its_template() {
        let name = |templates: &[&str]| directory_role(templates).map(|role| role.name);
        let (global, governance) =
            ("62E90394-69F5-4237-9190-012177145E10", "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e");
        assert_eq!(name(&[global]), Some("Global Administrator"));
        assert_eq!(name(&[global, governance]), Some("Identity Governance Administrator"));
        assert_eq!(name(&["b79fbf4d-3ef9-4689-8143-76b194e85509"]), None);
    }

    #[test]
    fn every_declared_kind_and_part_has_its_rights() {
        for kind in Kind::DECLARED {
            let table = entrant_model::kinds::table(kind, entrant_model::Version::V1).expect("a table");
            let parts = table.members.iter().filter(|member| member.is_part()).map(|member| member.name);
            for part in parts.chain([""]) {
                for verb in [Verb::Read, Verb::Change] {
                    assert!(advice(kind, part, verb).is_some(), "{kind} {part} {verb:?}");
                }
            }
        }
        let each = RIGHTS.iter().flat_map(|right| {
            let parts = if right.parts.is_empty() { &[""][..] } else { right.parts };
            parts.iter().flat_map(move |part| right.verbs.iter().map(move |verb| (right.kind, *part, *verb)))
        });
        let each: Vec<_> = each.collect();
        for (at, right) in each.iter().enumerate() {
            assert_eq!(each.iter().position(|other| other == right), Some(at), "{right:?} stands twice");
        }
    }

    #[test]
    fn no_need_is_met_by_what_is_too_broad_alone() {
        for need in PLAN.iter().chain([&TENANTS]).chain(&APPLY) {
            assert!(too_broad(&[need.least]).is_empty(), "{}", need.least);
        }
        assert_eq!(too_broad(&["User.Read.All", "Group.ReadWrite.All"]), ["Group.ReadWrite.All"]);
    }
}
