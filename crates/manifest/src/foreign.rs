//! What other tools call members, so that whoever rewrites their configuration is told the word that is meant: Terraform's
//! `azuread` and `microsoft365dsc`, and words that people make up.

/// A word, in lower case and without what separates its parts; the member that is meant, and what to write.
type Word = (&'static str, &'static str, &'static str);

const WORDS: &[Word] = &[
    ("policies", "assignmentPolicies", "write `assignmentPolicies`"),
    ("accesspackageassignmentpolicies", "assignmentPolicies", "write `assignmentPolicies`"),
    ("resourceroles", "resourceRoleScopes", "write `resourceRoleScopes: [{group: …}]`"),
    ("accesspackageresourcerolescopes", "resourceRoleScopes", "write `resourceRoleScopes: [{group: …}]`"),
    ("hidden", "isHidden", "write `isHidden`"),
    ("catalogid", "catalog", "write `catalog`, by its name or as `{id: …}`"),
    ("published", "state", "write `state: published`, or `unpublished`"),
    ("catalogstatus", "state", "write `state: published`, or `unpublished`"),
    ("externallyvisible", "isExternallyVisible", "write `isExternallyVisible`"),
    ("owners", "roleAssignments", "write `roleAssignments: [{user: …, role: owner}]`"),
    ("scopetype", "allowedTargetScope", "write `allowedTargetScope`"),
    ("requestor", "specificAllowedTargets", "write `specificAllowedTargets: [{group: …}]`"),
    ("requestors", "specificAllowedTargets", "write `specificAllowedTargets: [{group: …}]`"),
    ("durationindays", "expiration", "write `expiration: P30D` for that many days"),
    ("duration", "expiration", "write `expiration: P30D`"),
    ("expirationdate", "expiration", "write `expiration: 2027-01-31T00:00:00Z`"),
    ("approvalsettings", "requestApprovalSettings", "write `requestApprovalSettings`"),
    ("approvalrequired", "isApprovalRequiredForAdd", "write `isApprovalRequiredForAdd`"),
    ("approvalrequiredforextension", "isApprovalRequiredForUpdate", "write `isApprovalRequiredForUpdate`"),
    ("approvalstage", "stages", "write `stages`, a list"),
    ("approvalstages", "stages", "write `stages`"),
    ("approvaltimeoutindays", "durationBeforeAutomaticDenial", "write `durationBeforeAutomaticDenial: P14D`"),
    ("approvers", "primaryApprovers", "write `primaryApprovers`"),
    ("primaryapprover", "primaryApprovers", "write `primaryApprovers`, a list"),
    ("alternativeapprover", "escalationApprovers", "write `escalationApprovers`, a list"),
    ("alternativeapprovalenabled", "isEscalationEnabled", "write `isEscalationEnabled`"),
    ("enablealternativeapprovalindays", "durationBeforeEscalation", "write `durationBeforeEscalation: P7D`"),
    ("assignmentreviewsettings", "reviewSettings", "write `reviewSettings`"),
    ("accessreviewsettings", "reviewSettings", "write `reviewSettings`"),
    ("reviewfrequency", "schedule", "write `schedule: {recurrence: quarterly}`"),
    ("frequency", "schedule", "write `schedule: {recurrence: quarterly}`"),
    ("reviewer", "primaryReviewers", "write `primaryReviewers`, a list"),
    ("reviewers", "primaryReviewers", "write `primaryReviewers`"),
    (
        "reviewtype",
        "isSelfReview",
        "write `isSelfReview: true` for `Self`; else `isSelfReview: false` and `primaryReviewers`",
    ),
    ("accessreviewtimeoutbehavior", "expirationBehavior", "write `expirationBehavior`"),
    ("question", "questions", "write `questions`, a list"),
    ("domain", "identitySources", "write `identitySources: [{domain: …}]`"),
    ("domainname", "identitySources", "write `identitySources: [{domain: …}]`"),
    ("tenantid", "identitySources", "write `identitySources: [{tenant: …}]`"),
    ("sponsors", "internalSponsors", "write `internalSponsors`, or `externalSponsors`"),
];

/// What to write instead of a word of another tool, where the member that is meant `exists`.
pub(crate) fn help(key: &str, exists: impl Fn(&str) -> bool) -> Option<&'static str> {
    let word: String =
        key.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
    WORDS.iter().find(|(foreign, member, _)| *foreign == word && exists(member)).map(|(.., help)| *help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_exists_and_is_in_the_advice() {
        let reference = crate::reference_doc();
        for (word, member, help) in WORDS {
            assert!(reference.contains(&format!("`{member}`")), "{word}: there is no {member}");
            assert!(help.contains(member), "{word}: {help}");
        }
    }
}
