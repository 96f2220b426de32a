//! What a policy says, whatever its shape: one typed, read-only view that rules, sentences and impact read.
//!
//! Built by exhaustive match from either version's object, so that a misspelt member cannot read as
//! "neutral". A member that is not said reads as its default.

use crate::kind::Version;
use crate::time::{Duration, Instant};
use crate::value::{Object, Value};

/// Who may receive access, as rungs of ladders; `Other` is a word of a newer service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "v1.0's words; see the table for each")]
pub enum Scope {
    NotSpecified,
    SpecificDirectoryUsers,
    AllMemberUsers,
    AllDirectoryUsers,
    SpecificConnectedOrganizationUsers,
    AllConfiguredConnectedOrganizationUsers,
    /// Beta only.
    AllExistingConnectedOrganizationUsers,
    AllExternalUsers,
    SpecificDirectoryServicePrincipals,
    AllDirectoryServicePrincipals,
    AllDirectoryAgentIdentities,
    Other,
}

impl Scope {
    fn read(word: Option<&str>) -> Self {
        let Some(word) = word else { return Self::NotSpecified };
        match word.to_ascii_lowercase().as_str() {
            "notspecified" | "nosubjects" => Self::NotSpecified,
            "specificdirectoryusers" | "specificdirectorysubjects" => Self::SpecificDirectoryUsers,
            "allmemberusers" | "allexistingdirectorymemberusers" => Self::AllMemberUsers,
            "alldirectoryusers" | "allexistingdirectorysubjects" => Self::AllDirectoryUsers,
            "specificconnectedorganizationusers" | "specificconnectedorganizationsubjects" => {
                Self::SpecificConnectedOrganizationUsers
            }
            "allconfiguredconnectedorganizationusers" | "allconfiguredconnectedorganizationsubjects" => {
                Self::AllConfiguredConnectedOrganizationUsers
            }
            "allexistingconnectedorganizationsubjects" => Self::AllExistingConnectedOrganizationUsers,
            "allexternalusers" | "allexternalsubjects" => Self::AllExternalUsers,
            "specificdirectoryserviceprincipals" => Self::SpecificDirectoryServicePrincipals,
            "alldirectoryserviceprincipals" => Self::AllDirectoryServicePrincipals,
            "alldirectoryagentidentities" => Self::AllDirectoryAgentIdentities,
            _ => Self::Other,
        }
    }

    /// Whether the scope means listed targets.
    pub const fn is_specific(self) -> bool {
        matches!(
            self,
            Self::SpecificDirectoryUsers
                | Self::SpecificConnectedOrganizationUsers
                | Self::SpecificDirectoryServicePrincipals
        )
    }
}

/// When access ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// Never.
    Never,
    /// So long after it was given.
    After(Duration),
    /// At this moment.
    At(Instant),
}

/// One approval stage.
#[derive(Debug, Clone)]
pub struct Stage<'a> {
    /// Who decides, fallbacks left out.
    pub primary: Vec<&'a Value>,
    /// Who decides where those cannot be found.
    pub fallback: Vec<&'a Value>,
    /// Whether it escalates.
    pub is_escalation_enabled: bool,
    /// Who decides after escalation, fallbacks included.
    pub escalation: Vec<&'a Value>,
    /// Time until denial, where said.
    pub denial: Option<Duration>,
    /// Time until escalation, where said.
    pub escalation_after: Option<Duration>,
    /// Whether a workflow extension decides who approves.
    pub is_dynamic: bool,
}

/// What a policy says.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is one switch of Graph's")]
pub struct PolicyFacts<'a> {
    /// Who may receive access.
    pub scope: Scope,
    /// The listed targets.
    pub targets: &'a [Value],
    /// Whether whom the scope means may request for themselves.
    pub self_add: bool,
    /// Whether others may request for them.
    pub on_behalf_add: bool,
    /// Whether a rule gives access without requests.
    pub is_automatic: bool,
    /// When access ends.
    pub expiry: Expiry,
    /// Whether a request needs approval.
    pub approval_for_add: bool,
    /// Whether a request to extend needs approval.
    pub approval_for_update: bool,
    /// The approval stages.
    pub stages: Vec<Stage<'a>>,
    /// Whether access is reviewed.
    pub is_reviewed: bool,
}

impl<'a> PolicyFacts<'a> {
    /// The facts of a policy in either shape.
    pub fn of(policy: &'a Object) -> Self {
        match policy.ty.version {
            Version::V1 => Self::of_v1(policy),
            Version::Beta => Self::of_beta(policy),
        }
    }

    /// Whether anybody may request access: the door is open. An automatic policy takes no requests, but it is
    /// one only with a rule.
    pub fn may_request(&self) -> bool {
        let is_rule = |v: &Value| v.as_object().is_some_and(|o| o.ty.name == "attributeRuleMembers");
        let by_rule = self.is_automatic && self.targets.iter().any(is_rule);
        (self.self_add || self.on_behalf_add) && !by_rule
    }

    fn of_v1(policy: &'a Object) -> Self {
        let requestors = policy.object("requestorSettings");
        let approval = policy.object("requestApprovalSettings");
        let flag = |object: Option<&Object>, name| object.is_some_and(|o| o.flag(name));
        Self {
            scope: Scope::read(policy.text("allowedTargetScope")),
            targets: policy.list("specificAllowedTargets"),
            self_add: flag(requestors, "enableTargetsToSelfAddAccess"),
            on_behalf_add: flag(requestors, "enableOnBehalfRequestorsToAddAccess"),
            is_automatic: flag(policy.object("automaticRequestSettings"), "requestAccessForAllowedTargets"),
            expiry: policy.object("expiration").map_or(Expiry::Never, |e| {
                match (e.get("duration"), e.get("endDateTime")) {
                    (Some(Value::Duration(d)), _) => Expiry::After(*d),
                    (_, Some(Value::Instant(at))) => Expiry::At(*at),
                    _ => Expiry::Never,
                }
            }),
            approval_for_add: flag(approval, "isApprovalRequiredForAdd"),
            approval_for_update: flag(approval, "isApprovalRequiredForUpdate"),
            stages: objects(approval, "stages")
                .map(|stage| Stage {
                    primary: stage.list("primaryApprovers").iter().collect(),
                    fallback: stage.list("fallbackPrimaryApprovers").iter().collect(),
                    is_escalation_enabled: stage.flag("isEscalationEnabled"),
                    escalation: stage
                        .list("escalationApprovers")
                        .iter()
                        .chain(stage.list("fallbackEscalationApprovers"))
                        .collect(),
                    denial: duration(stage.get("durationBeforeAutomaticDenial")),
                    escalation_after: duration(stage.get("durationBeforeEscalation")),
                    is_dynamic: stage.ty.name == "accessPackageDynamicApprovalStage",
                })
                .collect(),
            is_reviewed: flag(policy.object("reviewSettings"), "isEnabled"),
        }
    }

    fn of_beta(policy: &'a Object) -> Self {
        let requestors = policy.object("requestorSettings");
        let approval = policy.object("requestApprovalSettings");
        let flag = |object: Option<&Object>, name| object.is_some_and(|o| o.flag(name));
        let scope = Scope::read(requestors.and_then(|r| r.text("scopeType")));
        Self {
            scope,
            targets: requestors.map_or(&[], |r| r.list("allowedRequestors")),
            self_add: flag(requestors, "acceptRequests") && scope != Scope::NotSpecified,
            on_behalf_add: false,
            is_automatic: false,
            expiry: match (policy.get("durationInDays"), policy.get("expirationDateTime")) {
                (_, Some(Value::Instant(at))) => Expiry::At(*at),
                (Some(Value::Int(days)), _) if *days > 0 => {
                    Expiry::After(Duration::days(days.unsigned_abs()))
                }
                _ => Expiry::Never,
            },
            approval_for_add: flag(approval, "isApprovalRequired"),
            approval_for_update: flag(approval, "isApprovalRequiredForExtension"),
            stages: objects(approval, "approvalStages")
                .map(|stage| {
                    let is_backup = |v: &&Value| v.as_object().is_some_and(|o| o.flag("isBackup"));
                    let (fallback, primary) = stage.list("primaryApprovers").iter().partition(is_backup);
                    Stage {
                        primary,
                        fallback,
                        is_escalation_enabled: stage.flag("isEscalationEnabled"),
                        escalation: stage.list("escalationApprovers").iter().collect(),
                        denial: count(stage.get("approvalStageTimeOutInDays")).map(Duration::days),
                        escalation_after: count(stage.get("escalationTimeInMinutes")).map(Duration::minutes),
                        is_dynamic: false,
                    }
                })
                .collect(),
            is_reviewed: flag(policy.object("accessReviewSettings"), "isEnabled"),
        }
    }
}

fn objects<'a>(parent: Option<&'a Object>, name: &str) -> impl Iterator<Item = &'a Object> {
    parent.map_or(&[][..], |p| p.list(name)).iter().filter_map(Value::as_object)
}

const fn duration(value: Option<&Value>) -> Option<Duration> {
    match value {
        Some(Value::Duration(duration)) => Some(*duration),
        _ => None,
    }
}

fn count(value: Option<&Value>) -> Option<u64> {
    match value {
        Some(Value::Int(n)) => u64::try_from(*n).ok(),
        _ => None,
    }
}
