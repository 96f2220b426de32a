//! Which permissions planning and applying need, which other ones include them, and which are more than anybody
//! should give this tool. Microsoft Graph permissions reference; each kind's reference page, "Permissions".
//!
//! A table and a look-up, no judgement of a caller: a role on a catalog takes the place of a permission, and no
//! token names it.

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
        purpose: "read packages and policies",
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
    purpose: "write policies",
    least: "EntitlementManagement.ReadWrite.All",
    included_in: &[],
    is_directory: false,
}];

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
    fn no_need_is_met_by_what_is_too_broad_alone() {
        for need in PLAN.iter().chain(&APPLY) {
            assert!(too_broad(&[need.least]).is_empty(), "{}", need.least);
        }
        assert_eq!(too_broad(&["User.Read.All", "Group.ReadWrite.All"]), ["Group.ReadWrite.All"]);
    }
}
