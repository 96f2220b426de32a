//! An estate of any size, the same one for the same numbers: as documents, and as the seed of a tenant that
//! holds what they declare.
//!
//! Both are written here by hand, each in its own words, so that "unchanged" is the tool's verdict and not ours.

use anyhow::Result;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

/// How large an estate is, and how its documents refer to things.
#[derive(Debug, Clone, Copy)]
pub struct Estate {
    pub catalogs: usize,
    /// Spread over the catalogs.
    pub packages: usize,
    /// Spread over the packages.
    pub policies: usize,
    pub groups: usize,
    pub users: usize,
    /// References are ids instead of names.
    pub by_id: bool,
    /// So many templates say what policies have in common; none: each policy says everything itself.
    pub templates: usize,
}

/// What a policy's number decides.
struct Numbers {
    policy: usize,
    package: usize,
    catalog: usize,
    target: usize,
    user: usize,
    /// What decides about approval, reviews and the end: itself, or its template.
    style: usize,
}

const TEXT: &str = "Members of the group may ask for it, for ninety days at a time.";

/// What people write above a document. Nothing of it is in Graph.
const COMMENT: &str = "\
# yaml-language-server: $schema=../schemas/entrant.schema.json
#
# Owned by the team that runs the application behind this package; ask there before anything is changed here.
# The group is filled from the personnel system every night, so nobody adds members to it by hand. Who leaves
# the group keeps access until it ends, at the latest after ninety days. Extensions are asked for in the portal.
";

impl Estate {
    fn numbers(&self, policy: usize) -> Numbers {
        let package = policy % self.packages;
        Numbers {
            policy,
            package,
            catalog: package % self.catalogs,
            target: policy % self.groups,
            user: policy / APPROVED % self.users,
            style: if self.templates == 0 { policy } else { policy % self.templates },
        }
    }

    /// For how many days access is given.
    const fn days(&self, style: usize) -> usize {
        if self.templates == 0 { 90 } else { 30 + style }
    }

    /// Writes the documents of these policies into `directory`, so many in each file. Says how many bytes.
    pub fn write_documents(&self, directory: &Path, which: Range<usize>, a_file: usize) -> Result<u64> {
        fs::create_dir_all(directory)?;
        let mut bytes = 0;
        if self.templates > 0 {
            let text =
                (0..self.templates).map(|style| self.template(style)).collect::<Vec<_>>().join("---\n");
            bytes += text.len() as u64;
            fs::write(directory.join("templates.yaml"), text)?;
        }
        for from in which.clone().step_by(a_file) {
            let to = (from + a_file).min(which.end);
            let text = (from..to).map(|policy| self.document(policy)).collect::<Vec<_>>().join("---\n");
            bytes += text.len() as u64;
            fs::write(directory.join(format!("policies-{from:05}.yaml")), text)?;
        }
        Ok(bytes)
    }

    fn template(&self, style: usize) -> String {
        let days = self.days(style);
        let instead = if is_approved(style) { "  instead: {type: user}\n" } else { "" };
        let mut text = format!(
            "{COMMENT}kind: PolicyTemplate
name: {}
parameters:
  who: {{type: group}}
{instead}policy:
  description: {TEXT}
  allowedTargetScope: specificDirectoryUsers
  specificAllowedTargets: [{{group: {{param: who}}}}]
  expiration: P{days}D
  requestorSettings: {{enableTargetsToSelfAddAccess: true, enableTargetsToSelfUpdateAccess: true}}
",
            template_name(style),
        );
        if is_approved(style) {
            text.push_str(
                "  requestApprovalSettings:
    isApprovalRequiredForAdd: true
    isApprovalRequiredForUpdate: true
    stages:
      - durationBeforeAutomaticDenial: P14D
        isApproverJustificationRequired: true
        primaryApprovers: [{manager: 1}]
        fallbackPrimaryApprovers: [{user: {param: instead}}]
",
            );
        } else {
            text.push_str("  requestApprovalSettings: null\n");
        }
        text.push_str(if is_reviewed(style) {
            "  reviewSettings:
    isEnabled: true
    isSelfReview: false
    primaryReviewers: [{group: {param: who}}]
    expirationBehavior: removeAccess
    schedule: {recurrence: quarterly, expiration: P25D}
"
        } else {
            "  reviewSettings: null\n"
        });
        text
    }

    /// A policy that leaves to its template what others have as well.
    fn short_document(&self, policy: usize) -> String {
        let Numbers { package, catalog, target, user, style, .. } = self.numbers(policy);
        let instead =
            if is_approved(style) { format!(", instead: {}", user_name(user)) } else { String::new() };
        format!(
            "{COMMENT}kind: AssignmentPolicy
accessPackage: {{catalog: {}, name: {}}}
displayName: {}
template: {}
with: {{who: {}{instead}}}
",
            catalog_name(catalog),
            package_name(package),
            policy_name(policy),
            template_name(style),
            group_name(target),
        )
    }

    fn document(&self, policy: usize) -> String {
        if self.templates > 0 {
            return self.short_document(policy);
        }
        let Numbers { package, catalog, target, user, .. } = self.numbers(policy);
        let group = |number: usize| {
            if self.by_id { id(GROUP, number) } else { group_name(number) }
        };
        let package = if self.by_id {
            format!("{{id: {}}}", id(PACKAGE, package))
        } else {
            format!("{{catalog: {}, name: {}}}", catalog_name(catalog), package_name(package))
        };
        let user = if self.by_id { id(USER, user) } else { user_name(user) };
        let mut text = format!(
            "{COMMENT}kind: AssignmentPolicy
accessPackage: {package}
displayName: {}
description: {TEXT}
allowedTargetScope: specificDirectoryUsers
specificAllowedTargets:
  - {{group: {}}}
# A quarter of a year; people may ask to extend it.
expiration: P90D
requestorSettings:
  enableTargetsToSelfAddAccess: true
  enableTargetsToSelfUpdateAccess: true
",
            policy_name(policy),
            group(target),
        );
        if is_approved(policy) {
            let _ = write!(
                text,
                "requestApprovalSettings:
  isApprovalRequiredForAdd: true
  isApprovalRequiredForUpdate: true
  stages:
    - durationBeforeAutomaticDenial: P14D
      isApproverJustificationRequired: true
      primaryApprovers: [{{manager: 1}}]
      # For people who have no manager in the directory.
      fallbackPrimaryApprovers: [{{user: {user}}}]
"
            );
        } else {
            text.push_str(
                "# Whoever is in the group was approved for it already.\nrequestApprovalSettings: null\n",
            );
        }
        if is_reviewed(policy) {
            let _ = write!(
                text,
                "reviewSettings:
  isEnabled: true
  isSelfReview: false
  primaryReviewers: [{{group: {}}}]
  expirationBehavior: removeAccess
  schedule: {{recurrence: quarterly, expiration: P25D}}
",
                group(target)
            );
        } else {
            text.push_str("reviewSettings: null\n");
        }
        text
    }

    /// A tenant with everything but policies, and with those of these numbers. `change` may alter each.
    pub fn seed(&self, which: Range<usize>, change: impl Fn(usize, &mut Value)) -> Value {
        let named = |count: usize, kind: u32, name: fn(usize) -> String| -> Vec<Value> {
            (0..count).map(|n| json!({ "id": id(kind, n), "displayName": name(n) })).collect()
        };
        let users: Vec<Value> = (0..self.users)
            .map(|n| {
                let name = user_name(n);
                json!({ "id": id(USER, n), "displayName": name, "userPrincipalName": name })
            })
            .collect();
        let mut packages = named(self.packages, PACKAGE, package_name);
        for (number, package) in packages.iter_mut().enumerate() {
            package["catalog"] = json!({ "id": id(CATALOG, number % self.catalogs) });
        }
        let policies: Vec<Value> = which
            .map(|number| {
                let mut policy = self.policy(number);
                change(number, &mut policy);
                policy
            })
            .collect();
        json!({
            "users": users,
            "groups": named(self.groups, GROUP, group_name),
            "catalogs": named(self.catalogs, CATALOG, catalog_name),
            "accessPackages": packages,
            "assignmentPolicies": policies,
        })
    }

    /// As Graph v1.0 has it.
    fn policy(&self, policy: usize) -> Value {
        let Numbers { policy, package, target, user, style, .. } = self.numbers(policy);
        let group = |number: usize| json!({ "@odata.type": "#microsoft.graph.groupMembers", "groupId": id(GROUP, number) });
        let review = json!({
            "isEnabled": true,
            "isSelfReview": false,
            "isRecommendationEnabled": true,
            "isReviewerJustificationRequired": true,
            "expirationBehavior": "removeAccess",
            "primaryReviewers": [group(target)],
            "fallbackReviewers": [],
            "schedule": {
                "startDateTime": "2024-03-01T08:00:00Z",
                "expiration": { "type": "afterDuration", "duration": "P25D" },
                "recurrence": {
                    "pattern": { "type": "absoluteMonthly", "interval": 3 },
                    "range": { "type": "noEnd", "startDate": "2024-03-01" },
                },
            },
        });
        let approval = json!({
            "isApprovalRequiredForAdd": true,
            "isApprovalRequiredForUpdate": true,
            "stages": [{
                "durationBeforeAutomaticDenial": "P14D",
                "isApproverJustificationRequired": true,
                "isEscalationEnabled": false,
                "primaryApprovers": [
                    { "@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1 },
                ],
                "fallbackPrimaryApprovers": [
                    { "@odata.type": "#microsoft.graph.singleUser", "userId": id(USER, user) },
                ],
            }],
        });
        json!({
            "id": id(POLICY, policy),
            "displayName": policy_name(policy),
            "description": TEXT,
            "accessPackage": { "id": id(PACKAGE, package) },
            "allowedTargetScope": "specificDirectoryUsers",
            "specificAllowedTargets": [group(target)],
            "expiration": { "type": "afterDuration", "duration": format!("P{}D", self.days(style)) },
            "requestorSettings": {
                "enableTargetsToSelfAddAccess": true,
                "enableTargetsToSelfUpdateAccess": true,
            },
            "requestApprovalSettings": if is_approved(style) { approval } else { Value::Null },
            "reviewSettings": if is_reviewed(style) { review } else { Value::Null },
        })
    }

    /// The address of a policy, as `--target` takes it.
    pub fn address(&self, policy: usize) -> String {
        let Numbers { package, catalog, .. } = self.numbers(policy);
        format!(
            "AssignmentPolicy/{}/{}/{}",
            catalog_name(catalog),
            package_name(package),
            policy_name(policy)
        )
    }
}

const USER: u32 = 0x1100_0000;
const GROUP: u32 = 0x2200_0000;
const CATALOG: u32 = 0xc000_0000;
const PACKAGE: u32 = 0xa000_0000;
const POLICY: u32 = 0xb000_0000;

fn id(kind: u32, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

/// One policy of so many has approval, one review.
const APPROVED: usize = 4;
const REVIEWED: usize = 8;

fn is_approved(policy: usize) -> bool {
    policy.is_multiple_of(APPROVED)
}

fn is_reviewed(policy: usize) -> bool {
    policy.is_multiple_of(REVIEWED)
}

fn user_name(number: usize) -> String {
    format!("user{number:05}@contoso.com")
}

fn group_name(number: usize) -> String {
    format!("Group {number:05}")
}

fn catalog_name(number: usize) -> String {
    format!("Catalog {number:03}")
}

fn package_name(number: usize) -> String {
    format!("Package {number:05}")
}

fn template_name(number: usize) -> String {
    format!("template-{number:02}")
}

fn policy_name(number: usize) -> String {
    format!("Policy {number:05}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn an_estate_uses_all_that_it_has_and_names_nothing_twice() {
        let estate = Estate {
            catalogs: 3,
            packages: 7,
            policies: 40,
            groups: 5,
            users: 4,
            by_id: false,
            templates: 0,
        };
        let seed = estate.seed(0..40, |_, _| {});
        let policies = seed["assignmentPolicies"].as_array().expect("a list");
        let of = |pointer: &str| -> BTreeSet<String> {
            policies.iter().map(|policy| policy.pointer(pointer).expect(pointer).to_string()).collect()
        };
        assert_eq!((of("/id").len(), of("/accessPackage/id").len()), (40, 7));
        assert_eq!(of("/specificAllowedTargets/0/groupId").len(), 5);
        let approver = "/requestApprovalSettings/stages/0/fallbackPrimaryApprovers/0/userId";
        let approvers: BTreeSet<_> =
            policies.iter().filter_map(|policy| policy.pointer(approver)?.as_str()).collect();
        assert_eq!(approvers.len(), 4);
        let addresses: BTreeSet<String> = (0..40).map(|policy| estate.address(policy)).collect();
        assert_eq!(addresses.len(), 40);
    }
}
