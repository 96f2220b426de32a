//! An estate of which everything is declared: catalogs with their resources, packages with the roles that they give,
//! and policies; as documents, and as the seed of a tenant that holds what they declare.
//!
//! Both are written here by hand, each in its own words, so that "unchanged" is the tool's verdict and not ours.

use crate::figures::{batches, batches_of_names, pages};
use anyhow::Result;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// How large it is. Everything is spread evenly.
#[derive(Debug, Clone, Copy)]
pub struct Whole {
    /// Catalogs.
    pub catalogs: usize,
    /// Packages, in all catalogs together.
    pub packages: usize,
    /// Roles that packages give, of groups.
    pub roles: usize,
    /// Resources of catalogs, all of them groups.
    pub resources: usize,
    /// The groups of resources and others, who may ask for access.
    pub groups: usize,
    /// Policies, in all packages together.
    pub policies: usize,
}

impl Whole {
    /// Which resources a catalog has: every so many.
    fn resources_of(&self, catalog: usize) -> Vec<usize> {
        (catalog..self.resources).step_by(self.catalogs).collect()
    }

    /// Which groups a package gives membership of; all are resources of its catalog.
    fn roles_of(&self, package: usize) -> Vec<usize> {
        let there = self.resources_of(package % self.catalogs);
        let of_package = self.roles / self.packages + usize::from(package < self.roles % self.packages);
        (0..of_package).map(|role| there[(package / self.catalogs + role) % there.len()]).collect()
    }

    /// The group that may ask under a policy: first those that are no resource, so that each is named somewhere.
    fn requestors(&self, policy: usize) -> usize {
        (self.resources + policy) % self.groups
    }

    /// Writes a file for each catalog, with its packages and their policies.
    pub fn write_documents(&self, directory: &Path) -> Result<()> {
        fs::create_dir_all(directory)?;
        for catalog in 0..self.catalogs {
            let mut text = format!("kind: Catalog\ndisplayName: {}\nresources:\n", catalog_name(catalog));
            for group in self.resources_of(catalog) {
                let _ = writeln!(text, "  - group: {}", group_name(group));
            }
            for package in (catalog..self.packages).step_by(self.catalogs) {
                text.push_str(&self.package_document(catalog, package));
            }
            fs::write(directory.join(format!("catalog-{catalog:02}.yaml")), text)?;
        }
        Ok(())
    }

    fn package_document(&self, catalog: usize, package: usize) -> String {
        let mut text = format!(
            "---\nkind: AccessPackage\ncatalog: {}\ndisplayName: {}\ndescription: {TEXT}\nresourceRoleScopes:\n",
            catalog_name(catalog),
            package_name(package)
        );
        for group in self.roles_of(package) {
            let _ = writeln!(text, "  - group: {}", group_name(group));
        }
        text.push_str("assignmentPolicies:\n");
        for policy in (package..self.policies).step_by(self.packages) {
            let _ = write!(
                text,
                "  - displayName: Initial Policy {policy}
    description: {TEXT}
    allowedTargetScope: specificDirectoryUsers
    specificAllowedTargets: [{{group: {}}}]
    expiration: P90D
    requestorSettings: {{enableTargetsToSelfAddAccess: true}}
    requestApprovalSettings: null
",
                group_name(self.requestors(policy))
            );
        }
        text
    }

    /// A tenant that holds what the documents declare.
    pub fn seed(&self) -> Value {
        let groups = (0..self.groups)
            .map(|n| json!({ "id": id(GROUP, n), "displayName": group_name(n), "securityEnabled": true }));
        let catalogs = (0..self.catalogs).map(|n| {
            let resources =
                self.resources_of(n).into_iter().map(|group| json!({ "group": group_name(group) }));
            json!({
                "id": id(CATALOG, n),
                "displayName": catalog_name(n),
                "resources": resources.collect::<Vec<_>>(),
            })
        });
        let packages = (0..self.packages).map(|n| {
            let roles = self.roles_of(n).into_iter().map(|group| json!({ "group": group_name(group) }));
            json!({
                "id": id(PACKAGE, n),
                "displayName": package_name(n),
                "description": TEXT,
                "catalog": { "id": id(CATALOG, n % self.catalogs) },
                "resourceRoleScopes": roles.collect::<Vec<_>>(),
            })
        });
        let policies = (0..self.policies).map(|n| {
            let target = json!({
                "@odata.type": "#microsoft.graph.groupMembers",
                "groupId": id(GROUP, self.requestors(n)),
            });
            json!({
                "displayName": format!("Initial Policy {n}"),
                "description": TEXT,
                "accessPackage": { "id": id(PACKAGE, n % self.packages) },
                "allowedTargetScope": "specificDirectoryUsers",
                "specificAllowedTargets": [target],
                "expiration": { "type": "afterDuration", "duration": "P90D" },
                "requestorSettings": { "enableTargetsToSelfAddAccess": true },
            })
        });
        json!({
            "groups": groups.collect::<Vec<_>>(),
            "catalogs": catalogs.collect::<Vec<_>>(),
            "accessPackages": packages.collect::<Vec<_>>(),
            "assignmentPolicies": policies.collect::<Vec<_>>(),
        })
    }

    /// In how few requests it can be read, and why: names in filters, a list of resources for each catalog, each
    /// package with its roles, and the policies by pages.
    pub fn least(&self) -> (usize, String) {
        let names = batches_of_names(self.catalogs + self.packages);
        let groups = batches_of_names(self.groups);
        let (resources, roles) = (batches(self.catalogs), batches(self.packages));
        let policies = pages(self.policies);
        let arithmetic = format!(
            "catalogs and packages by name {names} + groups by name {groups} + resources {resources} + roles {roles} + {policies} pages of 100"
        );
        (names + groups + resources + roles + policies, arithmetic)
    }
}

const TEXT: &str = "Given for ninety days at a time.";

const GROUP: u32 = 0x2200_0000;
const CATALOG: u32 = 0xc000_0000;
const PACKAGE: u32 = 0xa000_0000;

fn id(kind: u32, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

fn group_name(number: usize) -> String {
    format!("Group {number:03}")
}

fn catalog_name(number: usize) -> String {
    format!("Catalog {number:02}")
}

fn package_name(number: usize) -> String {
    format!("Package {number:03}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_has_as_much_as_it_says_and_every_group_is_named() {
        let estate =
            Whole { catalogs: 32, packages: 179, roles: 233, resources: 244, groups: 359, policies: 182 };
        let resources: usize = (0..32).map(|catalog| estate.resources_of(catalog).len()).sum();
        let roles: Vec<Vec<usize>> = (0..179).map(|package| estate.roles_of(package)).collect();
        assert_eq!((resources, roles.iter().map(Vec::len).sum::<usize>()), (244, 233));
        assert!(roles.iter().all(|of| of.iter().collect::<BTreeSet<_>>().len() == of.len()));
        let mut named: BTreeSet<usize> = (0..182).map(|policy| estate.requestors(policy)).collect();
        named.extend((0..32).flat_map(|catalog| estate.resources_of(catalog)));
        assert_eq!(named.len(), 359);
    }
}
