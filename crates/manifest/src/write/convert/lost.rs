//! What the beta shape can say and that of v1.0 cannot.

use entrant_model::facts::PolicyFacts;
use entrant_model::kinds::assignment_policy::beta;
use entrant_model::spec::EnumSpec;
use entrant_model::{Object, Pointer};

/// Why a document stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The value that has no form in v1.0; empty where it is the document.
    pub at: Pointer,
    /// Why, as a clause.
    pub why: String,
}

impl Lost {
    /// Why the document as a whole stays.
    pub(super) fn document(why: impl Into<String>) -> Self {
        Self { at: Pointer::default(), why: why.into() }
    }
}

/// What the policy says that v1.0 has no form for.
pub(super) fn of(policy: &Object) -> Vec<Lost> {
    let facts = PolicyFacts::of(policy);
    let mut lost = Vec::new();
    let mut say = |path: &[&str], why: &str| {
        let at = Pointer(path.iter().map(|&step| step.to_owned()).collect());
        lost.push(Lost { at, why: why.to_owned() });
    };
    if policy
        .object("requestorSettings")
        .and_then(|r| r.text("scopeType"))
        .is_some_and(|word| has_no_other(&beta::SCOPE, word))
    {
        say(
            &["requestorSettings", "scopeType"],
            "`scopeType: AllExistingConnectedOrganizationSubjects`: v1.0 has no scope that counts organizations in every state",
        );
    }
    if facts.is_assignment_stopped {
        say(
            &["requestorSettings"],
            "`acceptRequests` is not true with a scope of nobody: v1.0 cannot stop administrators from assigning",
        );
    }
    if !facts.credentials.is_empty() {
        say(
            &["verifiableCredentialSettings"],
            "`verifiableCredentialSettings`: v1.0 cannot ask for a Verified ID",
        );
    }
    if !policy.list("customExtensionHandlers").is_empty() {
        say(
            &["customExtensionHandlers"],
            "`customExtensionHandlers`: v1.0 has the newer `customExtensionStageSettings` alone, with other extensions",
        );
    }
    let approval = policy.object("requestApprovalSettings");
    let mode = approval.and_then(|a| a.text("approvalMode")).unwrap_or_default();
    let stages = approval.map_or(0, |a| a.list("approvalStages").len());
    let derived = ["NoApproval", "SingleStage", "Serial"][stages.min(2)];
    if !mode.is_empty() && mode != derived {
        say(
            &["requestApprovalSettings", "approvalMode"],
            &format!("`approvalMode: {mode}`: in v1.0 the stages follow one another, and there is no mode"),
        );
    }
    if let Some(review) = policy.object("accessReviewSettings") {
        let is_said = |name: &str| review.get(name).is_some_and(|value| !value.is_empty());
        if is_said("isAgenticExperienceEnabled") {
            say(
                &["accessReviewSettings", "isAgenticExperienceEnabled"],
                "`isAgenticExperienceEnabled`: v1.0 does not have it",
            );
        }
        let first =
            review.list("reviewers").iter().any(|r| r.as_object().is_some_and(|r| !r.flag("isBackup")));
        if review.text("reviewerType") == Some("Manager") && first {
            say(
                &["accessReviewSettings", "reviewers"],
                "reviewers beside `reviewerType: Manager` that are no backups: what v1.0 has for them is not documented",
            );
        }
        if review.text("reviewerType") == Some("Self") && !review.list("reviewers").is_empty() {
            say(
                &["accessReviewSettings", "reviewers"],
                "reviewers beside `reviewerType: Self`: a self-review of v1.0 has none",
            );
        }
    }
    lost
}

fn has_no_other(spec: &EnumSpec, word: &str) -> bool {
    spec.find(word).is_some_and(|word| word.counterpart.is_empty())
}
