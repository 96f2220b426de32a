//! The v1.0 shape. Facts: the Graph v1.0 reference of `accessPackageAssignmentPolicy` and its parts, and
//! its metadata of August 2026.

use super::{APPROVER_VISIBILITY, EXTENSION_STAGE, REVIEW_TIMEOUT, paired, review_is_off, word};
use crate::kind::{Kind, Version};
use crate::spec::Dimension::{
    Approval, Approvers, Automatic, Escalation, Expiry, Extensions, Fallbacks, Justification, OnBehalf,
    Requestors, Reviews,
};
use crate::spec::Literal::{Int, Null, Word};
use crate::spec::{
    EnumSpec, HandForm, MemberSpec, RefForm, Shorthand, Type, TypeSpec, UnionSpec, Variant, member, structure,
};
use crate::time::{Duration, Instant};
use crate::value::{Object, Value};

const REFERENCE: &str = "Graph v1.0 reference, accessPackageAssignmentPolicy";
const STAGE_REFERENCE: &str = "Graph v1.0 reference, accessPackageApprovalStage";
const REVIEW_REFERENCE: &str = "Graph v1.0 reference, accessPackageAssignmentReviewSettings";
const REQUESTOR_REFERENCE: &str = "Graph v1.0 reference, accessPackageAssignmentRequestorSettings";
const SCHEDULE_REFERENCE: &str = "Graph v1.0 reference, entitlementManagementSchedule";
const QUESTION_REFERENCE: &str = "Graph v1.0 reference, accessPackageQuestion";
const SUBJECT_REFERENCE: &str = "Graph v1.0 reference, subjectSet";
const METADATA: &str = "Graph v1.0 metadata, August 2026";

/// `accessPackageAssignmentPolicy`, v1.0.
pub static POLICY: TypeSpec = structure(
    "accessPackageAssignmentPolicy",
    Version::V1,
    "A policy of an access package: who may request it, who approves, when access ends, who reviews it.",
    &[
        member("id", Type::Text).read_only().doc("The policy's id, made by the service."),
        member("accessPackage", Type::Ref(Kind::AccessPackage, RefForm::Object))
            .required()
            .sent()
            .counterpart("accessPackageId")
            .doc("The access package that the policy belongs to: its name, `{catalog: …, name: …}` or `{id: …}`. A policy cannot move to another package.")
            .source(REFERENCE),
        member("displayName", Type::Text)
            .required()
            .doc("The policy's name. It is unique within its package and, with the package, says which policy the document means.")
            .source(REFERENCE),
        member("description", Type::Text)
            .doc("What the policy is for, as requestors and administrators read it. Left out, the live text stays.")
            .source(REFERENCE),
        member("allowedTargetScope", Type::Enum(&SCOPE))
            .default(Word("notSpecified"))
            .touches(Requestors)
            .counterpart("requestorSettings.scopeType")
            .doc("Who may receive access through this policy. Left out, it is `notSpecified`: nobody but whom an administrator assigns.")
            .source(REFERENCE),
        member("specificAllowedTargets", Type::Set(&TARGET))
            .empty()
            .sent()
            .touches(Requestors)
            .counterpart("requestorSettings.allowedRequestors")
            .doc("The people, groups, organizations or service principals that a `specific…` scope means. Order does not matter. Left out, there are none.")
            .source(REFERENCE),
        member("automaticRequestSettings", Type::Object(&AUTOMATIC))
            .empty()
            .touches(Automatic)
            .doc("Gives and takes access by a membership rule, without requests. Left out or null, the policy works by request.")
            .source(REFERENCE),
        member("expiration", Type::Object(&EXPIRATION))
            .empty()
            .touches(Expiry)
            .counterpart("durationInDays")
            .doc("When access ends: a duration such as `P90D` or `PT2H`, a UTC timestamp, or `noExpiration`. Where people may request, it must be written.")
            .source(REFERENCE),
        member("requestorSettings", Type::Object(&REQUESTORS))
            .empty()
            .touches(Requestors)
            .doc("Who may ask, for themselves or for others. Left out, nobody may ask.")
            .source(REFERENCE),
        member("requestApprovalSettings", Type::Object(&APPROVAL))
            .empty()
            .touches(Approval)
            .doc("Whether and by whom requests are approved. Null means that no approval is needed. Where people may request, it must be written.")
            .source(REFERENCE),
        member("reviewSettings", Type::Object(&REVIEW))
            .empty()
            .touches(Reviews)
            .counterpart("accessReviewSettings")
            .doc("Recurring reviews of whoever has access. Null means no reviews.")
            .source(REFERENCE),
        member("notificationSettings", Type::Object(&NOTIFICATION))
            .counterpart("accessPackageNotificationSettings")
            .doc("E-mail to requestors and approvers. Left out, it stays as it is; not every cloud has it.")
            .source(METADATA),
        member("questions", Type::Sequence { of: &QUESTION, order_by: "sequence", max: usize::MAX })
            .empty()
            .touches(Justification)
            .doc("Questions that a requestor answers, in the order in which they are asked. Left out, there are none.")
            .source(QUESTION_REFERENCE),
        member("customExtensionStageSettings", Type::Map { key: "stage", value: "customExtension", of: &STAGE_SETTING })
            .empty()
            .touches(Extensions)
            .doc("Workflow extensions (Logic Apps) that run at stages of a request, at most one a stage. Left out, there are none.")
            .source("Graph v1.0 reference, customExtensionStageSetting"),
        member("catalog", Type::Text).read_only().doc("The catalog of the package, filled by the service."),
        member("createdDateTime", Type::Instant).read_only().doc("When the policy was made, UTC, filled by the service."),
        member("modifiedDateTime", Type::Instant).read_only().doc("When the policy was last changed, UTC, filled by the service."),
    ],
);

/// Who may receive access. Fact sheet §6.3.
pub static SCOPE: EnumSpec = EnumSpec {
    name: "allowedTargetScope",
    words: &[
        paired("notSpecified", "NoSubjects", "Nobody may request; administrators assign."),
        paired(
            "specificDirectoryUsers",
            "SpecificDirectorySubjects",
            "The users and groups of this directory in `specificAllowedTargets`.",
        ),
        paired(
            "specificConnectedOrganizationUsers",
            "SpecificConnectedOrganizationSubjects",
            "Users of the connected organizations in `specificAllowedTargets`.",
        ),
        word("specificDirectoryServicePrincipals", "The service principals in `specificAllowedTargets`."),
        paired(
            "allMemberUsers",
            "AllExistingDirectoryMemberUsers",
            "Every member of this directory, guests left out.",
        ),
        paired(
            "allDirectoryUsers",
            "AllExistingDirectorySubjects",
            "Every user of this directory, guests included.",
        ),
        word("allDirectoryServicePrincipals", "Every service principal of this directory."),
        paired(
            "allConfiguredConnectedOrganizationUsers",
            "AllConfiguredConnectedOrganizationSubjects",
            "Users of every connected organization in state configured.",
        ),
        paired(
            "allExternalUsers",
            "AllExternalSubjects",
            "Users of every connected organization and anybody else from outside.",
        ),
        word("allDirectoryAgentIdentities", "Every agent identity of this directory."),
    ],
};

/// `accessPackageAssignmentRequestorSettings`.
pub static REQUESTORS: TypeSpec = structure(
    "accessPackageAssignmentRequestorSettings",
    Version::V1,
    "Who may ask, for themselves or for others.",
    &[
        member("enableTargetsToSelfAddAccess", Type::Bool)
            .off()
            .touches(Requestors)
            .counterpart("acceptRequests")
            .doc("Whether whom the scope allows may request access for themselves. Left out: no.")
            .source(REQUESTOR_REFERENCE),
        member("enableTargetsToSelfUpdateAccess", Type::Bool)
            .off()
            .touches(Expiry)
            .counterpart("canExtend")
            .doc("Whether they may ask to extend or change their access. Left out: no.")
            .source(REQUESTOR_REFERENCE),
        member("enableTargetsToSelfRemoveAccess", Type::Bool)
            .doc("Whether they may give their access up. Left out, it stays as it is.")
            .source(REQUESTOR_REFERENCE),
        member("allowCustomAssignmentSchedule", Type::Bool)
            .doc("Whether they may ask for a start and end of their own, within the expiration. Left out, it stays as it is.")
            .source(REQUESTOR_REFERENCE),
        member("enableOnBehalfRequestorsToAddAccess", Type::Bool)
            .off()
            .touches(OnBehalf)
            .doc("Whether the on-behalf requestors may request access for others. Left out: no.")
            .source(REQUESTOR_REFERENCE),
        member("enableOnBehalfRequestorsToUpdateAccess", Type::Bool)
            .off()
            .touches(OnBehalf)
            .doc("Whether they may change others' access. Left out: no.")
            .source(REQUESTOR_REFERENCE),
        member("enableOnBehalfRequestorsToRemoveAccess", Type::Bool)
            .off()
            .touches(OnBehalf)
            .doc("Whether they may remove others' access. Left out: no.")
            .source(REQUESTOR_REFERENCE),
        member("onBehalfRequestors", Type::Set(&ON_BEHALF))
            .empty()
            .touches(OnBehalf)
            .doc("Who may ask for others. Order does not matter. Left out, nobody.")
            .source(REQUESTOR_REFERENCE),
    ],
);

/// `accessPackageAssignmentApprovalSettings`.
pub static APPROVAL: TypeSpec = structure(
    "accessPackageAssignmentApprovalSettings",
    Version::V1,
    "Whether and by whom requests are approved.",
    &[
        member("isApprovalRequiredForAdd", Type::Bool)
            .off()
            .touches(Approval)
            .counterpart("isApprovalRequired")
            .doc("Whether a request for access needs approval. Left out: no.")
            .source("Graph v1.0 reference, accessPackageAssignmentApprovalSettings"),
        member("isApprovalRequiredForUpdate", Type::Bool)
            .off()
            .touches(Approval)
            .counterpart("isApprovalRequiredForExtension")
            .doc("Whether a request to extend or change access needs approval. Left out: no.")
            .source("Graph v1.0 reference, accessPackageAssignmentApprovalSettings"),
        member("isRequestorJustificationRequired", Type::Bool)
            .off()
            .touches(Justification)
            .doc("Whether requestors must say why they need access. Left out: no.")
            .source(METADATA),
        member("stages", Type::Sequence { of: &STAGE, order_by: "", max: 3 })
            .empty()
            .sent()
            .touches(Approval)
            .counterpart("approvalStages")
            .doc("The approval stages, one after the other, at most three. Left out, there are none.")
            .source("Graph v1.0 reference, accessPackageAssignmentApprovalSettings"),
    ],
);

static STAGE: Type = Type::Union {
    spec: &STAGES,
    takes: &["accessPackageApprovalStage", "accessPackageDynamicApprovalStage"],
};

/// The two forms of an approval stage.
pub static STAGES: UnionSpec = UnionSpec {
    name: "accessPackageApprovalStage",
    doc: "One stage of approval.",
    variants: &[
        Variant { ty: &PLAIN_STAGE, hand: HandForm::Untagged, tagged: false },
        Variant { ty: &DYNAMIC_STAGE, hand: HandForm::Tag, tagged: true },
    ],
};

const STAGE_MEMBERS: &[MemberSpec] = &[
    member("durationBeforeAutomaticDenial", Type::Duration)
        .counterpart("approvalStageTimeOutInDays")
        .doc("How long approvers have before the request is denied: an ISO 8601 duration in whole days, such as `P14D`. Left out, it stays as it is.")
        .source(STAGE_REFERENCE),
    member("isApproverJustificationRequired", Type::Bool)
        .off()
        .touches(Justification)
        .doc("Whether approvers must say why they decide so. Left out: no.")
        .source(STAGE_REFERENCE),
    member("primaryApprovers", Type::Set(&APPROVER))
        .empty()
        .sent()
        .touches(Approvers)
        .doc("Who decides; one of them is enough. Order does not matter.")
        .source(STAGE_REFERENCE),
    member("fallbackPrimaryApprovers", Type::Set(&APPROVER))
        .empty()
        .sent()
        .touches(Fallbacks)
        .doc("Who decides where the primary approvers cannot be found, such as a manager or sponsor that nobody has. Left out, nobody.")
        .source(STAGE_REFERENCE),
    member("isEscalationEnabled", Type::Bool)
        .off()
        .touches(Escalation)
        .doc("Whether the request goes to the escalation approvers when nobody has decided in time. Left out: no.")
        .source(STAGE_REFERENCE),
    member("durationBeforeEscalation", Type::Duration)
        .touches(Escalation)
        .counterpart("escalationTimeInMinutes")
        .doc("How long until escalation: an ISO 8601 duration such as `P8D`, shorter than the time before denial; `PT0S` where escalation is off. Left out, it stays as it is.")
        .source(STAGE_REFERENCE),
    member("escalationApprovers", Type::Set(&APPROVER))
        .empty()
        .sent()
        .touches(Escalation)
        .doc("Who decides after escalation. Left out, nobody.")
        .source(STAGE_REFERENCE),
    member("fallbackEscalationApprovers", Type::Set(&APPROVER))
        .empty()
        .sent()
        .touches(Fallbacks)
        .doc("Who decides where the escalation approvers cannot be found. Left out, nobody.")
        .source(STAGE_REFERENCE),
    member("approverInformationVisibility", Type::Enum(&APPROVER_VISIBILITY))
        .doc("Whether requestors see who approves. Left out, it stays as it is; not every cloud has it.")
        .source(METADATA),
];

static PLAIN_STAGE: TypeSpec =
    structure("accessPackageApprovalStage", Version::V1, "A stage with named approvers.", STAGE_MEMBERS);
static DYNAMIC_STAGE: TypeSpec = structure(
    "accessPackageDynamicApprovalStage",
    Version::V1,
    "A stage whose approvers a workflow extension decides when the request is made.",
    STAGE_MEMBERS,
);

/// `accessPackageAutomaticRequestSettings`.
pub static AUTOMATIC: TypeSpec = TypeSpec {
    inert: Some(|object| !object.flag("requestAccessForAllowedTargets")),
    ..structure(
        "accessPackageAutomaticRequestSettings",
        Version::V1,
        "Gives and takes access by a membership rule, without requests.",
        &[
            member("requestAccessForAllowedTargets", Type::Bool)
                .off()
                .touches(Automatic)
                .doc("Whether everyone whom the rule matches is given access. Left out: no.")
                .source("Graph v1.0 reference, accessPackageAutomaticRequestSettings"),
            member("removeAccessWhenTargetLeavesAllowedTargets", Type::Bool)
                .off()
                .touches(Automatic)
                .doc("Whether whoever no longer matches loses access. Left out: no.")
                .source("Graph v1.0 reference, accessPackageAutomaticRequestSettings"),
            member("gracePeriodBeforeAccessRemoval", Type::Duration)
                .default(Null)
                .touches(Automatic)
                .doc("How long access stays after somebody no longer matches: an ISO 8601 duration such as `P7D`. Left out, it ends at once.")
                .source("Graph v1.0 reference, accessPackageAutomaticRequestSettings"),
        ],
    )
};

/// `expirationPattern`: the end of access, and the length of one review.
pub static EXPIRATION: TypeSpec = TypeSpec {
    normalise: Some(drop_unused_expiration),
    shorthand: Some(&EXPIRATION_SCALAR),
    ..structure(
        "expirationPattern",
        Version::V1,
        "When something ends: after a duration, at a moment, or never.",
        &[
            member("type", Type::Enum(&EXPIRATION_TYPE))
                .required()
                .touches(Expiry)
                .doc("Which of the four ways of ending is meant.")
                .source("Graph v1.0 reference, expirationPattern"),
            member("duration", Type::Duration)
                .default(Null)
                .touches(Expiry)
                .doc("With `afterDuration`: how long, as an ISO 8601 duration such as `P90D` or `PT2H`.")
                .source("Graph v1.0 reference, expirationPattern"),
            member("endDateTime", Type::Instant)
                .default(Null)
                .touches(Expiry)
                .doc("With `afterDateTime`: the moment, as a UTC timestamp such as `2027-01-31T00:00:00Z`.")
                .source("Graph v1.0 reference, expirationPattern"),
        ],
    )
};

static EXPIRATION_TYPE: EnumSpec = EnumSpec {
    name: "expirationPatternType",
    words: &[
        word("notSpecified", "Nothing is said: it does not end."),
        word("noExpiration", "It does not end."),
        word("afterDateTime", "It ends at `endDateTime`."),
        word("afterDuration", "It ends after `duration`."),
    ],
};

static EXPIRATION_SCALAR: Shorthand = Shorthand {
    read: |ty, text| {
        if text == "noExpiration" {
            return Some(Object::with(ty, [("type", Value::word("noExpiration"))]));
        }
        if let Some(duration) = Duration::parse(text) {
            return Some(Object::with(
                ty,
                [("type", Value::word("afterDuration")), ("duration", Value::Duration(duration))],
            ));
        }
        let instant = Instant::parse(text)?;
        Some(Object::with(
            ty,
            [("type", Value::word("afterDateTime")), ("endDateTime", Value::Instant(instant))],
        ))
    },
    write: |object| match (object.text("type")?, object.get("duration"), object.get("endDateTime")) {
        ("noExpiration" | "notSpecified", ..) => Some("noExpiration".to_owned()),
        ("afterDuration", Some(Value::Duration(duration)), _) => Some(duration.to_string()),
        ("afterDateTime", _, Some(Value::Instant(instant))) => Some(instant.to_string()),
        _ => None,
    },
    words: &[("noExpiration", "It does not end.")],
    pattern: r"^(P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?|\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))$",
    expects: "a duration such as `P90D` or `PT2H`, a timestamp such as `2027-01-31T00:00:00Z`, or `noExpiration`",
};

/// Members that the type does not use say nothing; never ending is the same as saying nothing.
fn drop_unused_expiration(object: &mut Object) {
    let ty = object.text("type").map(str::to_ascii_lowercase);
    match ty.as_deref() {
        Some("afterduration") => {
            object.remove("endDateTime");
        }
        Some("afterdatetime") => {
            object.remove("duration");
        }
        Some("noexpiration" | "notspecified") => {
            for name in ["type", "duration", "endDateTime"] {
                object.remove(name);
            }
        }
        _ => {}
    }
}

/// `accessPackageAssignmentReviewSettings`.
pub static REVIEW: TypeSpec = TypeSpec {
    inert: Some(review_is_off),
    ..structure(
        "accessPackageAssignmentReviewSettings",
        Version::V1,
        "Recurring reviews of whoever has access.",
        &[
            member("isEnabled", Type::Bool)
                .off()
                .touches(Reviews)
                .doc("Whether access is reviewed. Left out: no.")
                .source(REVIEW_REFERENCE),
            member("isSelfReview", Type::Bool)
                .off()
                .touches(Reviews)
                .counterpart("reviewerType")
                .doc("Whether everyone reviews their own access. Left out: no.")
                .source(REVIEW_REFERENCE),
            member("primaryReviewers", Type::Set(&REVIEWER))
                .empty()
                .touches(Reviews)
                .counterpart("reviewers")
                .doc("Who reviews, where it is no self-review. Order does not matter.")
                .source(REVIEW_REFERENCE),
            member("fallbackReviewers", Type::Set(&REVIEWER))
                .empty()
                .touches(Reviews)
                .doc("Who reviews where the primary reviewers cannot be found. Left out, nobody.")
                .source(REVIEW_REFERENCE),
            member("expirationBehavior", Type::Enum(&REVIEW_TIMEOUT))
                .touches(Reviews)
                .counterpart("accessReviewTimeoutBehavior")
                .doc("What happens to access that nobody reviewed in time. Left out, it stays as it is.")
                .source(REVIEW_REFERENCE),
            member("isRecommendationEnabled", Type::Bool)
                .on()
                .touches(Reviews)
                .counterpart("isAccessRecommendationEnabled")
                .doc("Whether reviewers see the system's recommendations. Left out: yes.")
                .source(REVIEW_REFERENCE),
            member("isReviewerJustificationRequired", Type::Bool)
                .on()
                .touches(Reviews)
                .counterpart("isApprovalJustificationRequired")
                .doc("Whether reviewers must say why they decide so. Left out: yes.")
                .source(REVIEW_REFERENCE),
            member("schedule", Type::Object(&SCHEDULE))
                .empty()
                .touches(Reviews)
                .doc("When reviews begin, how often they come, how long each is open.")
                .source(REVIEW_REFERENCE),
        ],
    )
};

/// `entitlementManagementSchedule`.
pub static SCHEDULE: TypeSpec = structure(
    "entitlementManagementSchedule",
    Version::V1,
    "When reviews begin, how often they come, how long each is open.",
    &[
        member("startDateTime", Type::Instant)
            .doc("When the first review begins, as a UTC timestamp. Left out, the service's value stays.")
            .source(SCHEDULE_REFERENCE),
        member("expiration", Type::Object(&EXPIRATION))
            .empty()
            .touches(Reviews)
            .counterpart("durationInDays")
            .doc("How long one review is open: a duration such as `P25D`.")
            .source(SCHEDULE_REFERENCE),
        member("recurrence", Type::Object(&RECURRENCE))
            .empty()
            .touches(Reviews)
            .counterpart("recurrenceType")
            .doc("How often reviews come: `weekly`, `monthly`, `quarterly`, `halfyearly` or `annual`, or Graph's full recurrence.")
            .source(SCHEDULE_REFERENCE),
    ],
);

/// `patternedRecurrence`.
pub static RECURRENCE: TypeSpec = TypeSpec {
    shorthand: Some(&RECURRENCE_SCALAR),
    ..structure(
        "patternedRecurrence",
        Version::V1,
        "How often something comes.",
        &[
            member("pattern", Type::Object(&PATTERN))
                .empty()
                .touches(Reviews)
                .doc("The rhythm. Reviews take `weekly` and `absoluteMonthly` with an interval.")
                .source("Graph v1.0 reference, patternedRecurrence"),
            member("range", Type::Object(&RANGE))
                .empty()
                .touches(Reviews)
                .doc("From when to when. Left out, it has no end.")
                .source("Graph v1.0 reference, patternedRecurrence"),
        ],
    )
};

static RECURRENCE_SCALAR: Shorthand = Shorthand {
    read: |ty, text| {
        let (rhythm, interval) = RHYTHMS.iter().find(|(word, ..)| *word == text).map(|(_, r, i)| (*r, *i))?;
        let pattern =
            Object::with(&PATTERN, [("type", Value::word(rhythm)), ("interval", Value::Int(interval))]);
        let range = Object::with(&RANGE, [("type", Value::word("noEnd"))]);
        Some(Object::with(
            ty,
            [("pattern", Value::Object(Box::new(pattern))), ("range", Value::Object(Box::new(range)))],
        ))
    },
    write: |object| {
        let pattern = object.object("pattern")?;
        let endless = object.object("range").is_none_or(|range| {
            range.said().all(|(m, v)| match m.name {
                "type" => v.as_text().is_some_and(|t| t.eq_ignore_ascii_case("noEnd")),
                "numberOfOccurrences" => *v == Value::Int(0),
                _ => v.is_empty(),
            })
        });
        let plain = pattern.said().all(|(m, v)| {
            matches!(m.name, "type" | "interval" | "firstDayOfWeek" | "index")
                || v.is_empty()
                || *v == Value::Int(0)
        });
        let Some(Value::Int(interval)) = pattern.get("interval") else { return None };
        let rhythm = pattern.text("type")?;
        let (rhythm, interval) =
            if rhythm == "absoluteYearly" { ("absoluteMonthly", interval * 12) } else { (rhythm, *interval) };
        let word = RHYTHMS.iter().find(|(_, r, i)| r.eq_ignore_ascii_case(rhythm) && *i == interval)?.0;
        (endless && plain).then(|| word.to_owned())
    },
    words: &[
        ("weekly", "Every week."),
        ("monthly", "Every month."),
        ("quarterly", "Every three months."),
        ("halfyearly", "Every six months."),
        ("annual", "Every twelve months."),
    ],
    pattern: "",
    expects: "`weekly`, `monthly`, `quarterly`, `halfyearly` or `annual`",
};

const RHYTHMS: &[(&str, &str, i64)] = &[
    ("weekly", "weekly", 1),
    ("monthly", "absoluteMonthly", 1),
    ("quarterly", "absoluteMonthly", 3),
    ("halfyearly", "absoluteMonthly", 6),
    ("annual", "absoluteMonthly", 12),
];

static PATTERN: TypeSpec = TypeSpec {
    normalise: Some(year_is_twelve_months),
    ..structure(
        "recurrencePattern",
        Version::V1,
        "A rhythm. Reviews take `weekly` and `absoluteMonthly`.",
        &[
            member("type", Type::Enum(&PATTERN_TYPE))
                .required()
                .touches(Reviews)
                .doc("The unit of the rhythm.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("interval", Type::Int { min: 0, max: 999 })
                .required()
                .touches(Reviews)
                .doc("How many units lie between two reviews: quarterly is 3 with `absoluteMonthly`.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("month", Type::Int { min: 0, max: 12 })
                .doc("The month, 1 to 12, for yearly rhythms; 0 where unused. Left out, the service's value stays.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("dayOfMonth", Type::Int { min: 0, max: 31 })
                .doc("The day of the month, 1 to 31; 0 where unused. Left out, the service's value stays.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("daysOfWeek", Type::Set(&DAY))
                .doc("The days of the week. Order does not matter. Left out, the service's value stays.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("firstDayOfWeek", DAY)
                .doc("The day on which a week begins. Left out, the service's value stays.")
                .source("Graph v1.0 reference, recurrencePattern"),
            member("index", Type::Enum(&WEEK_INDEX))
                .doc("Which week of the month, for relative rhythms. Left out, the service's value stays.")
                .source("Graph v1.0 reference, recurrencePattern"),
        ],
    )
};

/// Every year is every twelve months: the service may answer with either.
fn year_is_twelve_months(object: &mut Object) {
    if object.text("type").is_some_and(|t| t.eq_ignore_ascii_case("absoluteYearly"))
        && let Some(Value::Int(years)) = object.get("interval")
    {
        let months = Value::Int(years * 12);
        object.set("interval", months);
        object.set("type", Value::word("absoluteMonthly"));
    }
}

static PATTERN_TYPE: EnumSpec = EnumSpec {
    name: "recurrencePatternType",
    words: &[
        word("daily", "Every so many days; not for reviews."),
        word("weekly", "Every so many weeks."),
        word("absoluteMonthly", "Every so many months, on a day of the month."),
        word("relativeMonthly", "Every so many months, on a weekday; not for reviews."),
        word("absoluteYearly", "Every so many years, on a date."),
        word("relativeYearly", "Every so many years, on a weekday; not for reviews."),
    ],
};

const DAY: Type = Type::Enum(&DAY_OF_WEEK);

static DAY_OF_WEEK: EnumSpec = EnumSpec {
    name: "dayOfWeek",
    words: &[
        word("sunday", "Sunday."),
        word("monday", "Monday."),
        word("tuesday", "Tuesday."),
        word("wednesday", "Wednesday."),
        word("thursday", "Thursday."),
        word("friday", "Friday."),
        word("saturday", "Saturday."),
    ],
};

static WEEK_INDEX: EnumSpec = EnumSpec {
    name: "weekIndex",
    words: &[
        word("first", "The first."),
        word("second", "The second."),
        word("third", "The third."),
        word("fourth", "The fourth."),
        word("last", "The last."),
    ],
};

static RANGE: TypeSpec = structure(
    "recurrenceRange",
    Version::V1,
    "From when to when a rhythm runs.",
    &[
        member("type", Type::Enum(&RANGE_TYPE))
            .default(Word("noEnd"))
            .touches(Reviews)
            .doc("Whether it ends: `noEnd`, at `endDate`, or after `numberOfOccurrences`. Left out, it does not.")
            .source("Graph v1.0 reference, recurrenceRange"),
        member("numberOfOccurrences", Type::Int { min: 0, max: 999 })
            .default(Int(0))
            .touches(Reviews)
            .doc("With `numbered`: how many reviews; 0 where unused.")
            .source("Graph v1.0 reference, recurrenceRange"),
        member("startDate", Type::Date)
            .doc("The first day, such as `2027-01-31`. Left out, the service's value stays.")
            .source("Graph v1.0 reference, recurrenceRange"),
        member("endDate", Type::Date)
            .default(Null)
            .touches(Reviews)
            .doc("With `endDate`: the last day, such as `2027-12-31`.")
            .source("Graph v1.0 reference, recurrenceRange"),
        member("recurrenceTimeZone", Type::Text)
            .doc("The time zone of the dates. Left out, the service's value stays.")
            .source("Graph v1.0 reference, recurrenceRange"),
    ],
);

static RANGE_TYPE: EnumSpec = EnumSpec {
    name: "recurrenceRangeType",
    words: &[
        word("noEnd", "It does not end."),
        word("endDate", "It ends on `endDate`."),
        word("numbered", "It ends after `numberOfOccurrences`."),
    ],
};

static NOTIFICATION: TypeSpec = structure(
    "accessPackageNotificationSettings",
    Version::V1,
    "E-mail to requestors and approvers.",
    &[member("isAssignmentNotificationDisabled", Type::Bool)
        .doc("Whether no e-mail about assignments is sent. Left out, it stays as it is.")
        .source(METADATA)],
);

static STAGE_SETTING: TypeSpec = structure(
    "customExtensionStageSetting",
    Version::V1,
    "A workflow extension that runs at one stage of a request.",
    &[
        member("id", Type::Text).read_only().doc("The setting's id, made by the service."),
        member("stage", Type::Enum(&EXTENSION_STAGE))
            .required()
            .touches(Extensions)
            .doc("The stage at which the extension runs.")
            .source("Graph v1.0 reference, customExtensionStageSetting"),
        member("customExtension", Type::Ref(Kind::WorkflowExtension, RefForm::Object))
            .required()
            .touches(Extensions)
            .doc("The extension of the package's catalog that runs: its name or `{id: …}`.")
            .source("Graph v1.0 reference, customExtensionStageSetting"),
    ],
);

static QUESTION: Type = Type::Union {
    spec: &QUESTIONS,
    takes: &["accessPackageTextInputQuestion", "accessPackageMultipleChoiceQuestion"],
};

/// The two types of question.
pub static QUESTIONS: UnionSpec = UnionSpec {
    name: "accessPackageQuestion",
    doc: "A question that a requestor answers.",
    variants: &[
        Variant { ty: &CHOICE_QUESTION, hand: HandForm::ByMember("choices"), tagged: true },
        Variant { ty: &TEXT_QUESTION, hand: HandForm::Untagged, tagged: true },
    ],
};

const QUESTION_ID: MemberSpec =
    member("id", Type::Text).read_only().doc("The question's id, made by the service.");
const QUESTION_SEQUENCE: MemberSpec = member("sequence", crate::spec::INT32)
    .doc("The question's place among the others. Left out, the order in the list counts.")
    .source(QUESTION_REFERENCE);
const QUESTION_TEXT: MemberSpec = member("text", Type::Text)
    .required()
    .touches(Justification)
    .doc("The question.")
    .source(QUESTION_REFERENCE);
const QUESTION_REQUIRED: MemberSpec = member("isRequired", Type::Bool)
    .off()
    .touches(Justification)
    .doc("Whether a request without an answer is refused. Left out: no.")
    .source(QUESTION_REFERENCE);
const QUESTION_EDITABLE: MemberSpec = member("isAnswerEditable", Type::Bool)
    .doc("Whether the requestor may change the answer later. Left out, it stays as it is.")
    .source(QUESTION_REFERENCE);
const LOCALIZATIONS: MemberSpec =
    member("localizations", Type::Map { key: "languageCode", value: "text", of: &LOCALIZED })
        .empty()
        .counterpart("text.localizedTexts")
        .doc("The same text in other languages, by language code: `{fr: \"…\"}`. Left out, there are none.")
        .source("Graph v1.0 reference, accessPackageLocalizedText");

static TEXT_QUESTION: TypeSpec = structure(
    "accessPackageTextInputQuestion",
    Version::V1,
    "A question that is answered with text.",
    &[
        QUESTION_ID,
        QUESTION_SEQUENCE,
        QUESTION_TEXT,
        LOCALIZATIONS,
        QUESTION_REQUIRED,
        QUESTION_EDITABLE,
        member("isSingleLineQuestion", Type::Bool)
            .off()
            .doc("Whether the answer is one line. Left out: no.")
            .source("Graph v1.0 reference, accessPackageTextInputQuestion"),
        member("regexPattern", Type::Text)
            .default(Null)
            .touches(Justification)
            .doc("A regular expression that the answer must match. Left out, any answer will do.")
            .source("Graph v1.0 reference, accessPackageTextInputQuestion"),
    ],
);

static CHOICE_QUESTION: TypeSpec = structure(
    "accessPackageMultipleChoiceQuestion",
    Version::V1,
    "A question that is answered by choosing.",
    &[
        QUESTION_ID,
        QUESTION_SEQUENCE,
        QUESTION_TEXT,
        LOCALIZATIONS,
        QUESTION_REQUIRED,
        QUESTION_EDITABLE,
        member("choices", Type::Sequence { of: &Type::Object(&CHOICE), order_by: "", max: usize::MAX })
            .empty()
            .sent()
            .touches(Justification)
            .doc("The answers to choose from, in order: a text, or `{actualValue: …, text: …}`.")
            .source("Graph v1.0 reference, accessPackageMultipleChoiceQuestion"),
        member("isMultipleSelectionAllowed", Type::Bool)
            .off()
            .counterpart("allowsMultipleSelection")
            .doc("Whether several answers may be chosen. Left out: no.")
            .source("Graph v1.0 reference, accessPackageMultipleChoiceQuestion"),
    ],
);

static CHOICE: TypeSpec = TypeSpec {
    shorthand: Some(&CHOICE_SCALAR),
    ..structure(
        "accessPackageAnswerChoice",
        Version::V1,
        "An answer to choose.",
        &[
            member("actualValue", Type::Text)
                .required()
                .touches(Justification)
                .doc("The value that is stored.")
                .source("Graph v1.0 reference, accessPackageAnswerChoice"),
            member("text", Type::Text)
                .counterpart("displayValue.defaultText")
                .doc("The text that requestors read. Left out, it stays as it is.")
                .source("Graph v1.0 reference, accessPackageAnswerChoice"),
            LOCALIZATIONS,
        ],
    )
};

static CHOICE_SCALAR: Shorthand = Shorthand {
    read: |ty, text| {
        Some(Object::with(
            ty,
            [("actualValue", Value::Text(text.into())), ("text", Value::Text(text.into()))],
        ))
    },
    write: |object| {
        let alone = object.said().all(|(m, v)| matches!(m.name, "actualValue" | "text") || v.is_empty());
        let (value, text) = (object.text("actualValue")?, object.text("text")?);
        (alone && value == text).then(|| text.to_owned())
    },
    words: &[],
    pattern: "^[\\s\\S]*$",
    expects: "a text",
};

static LOCALIZED: TypeSpec = structure(
    "accessPackageLocalizedText",
    Version::V1,
    "A text in one language.",
    &[
        member("languageCode", Type::Text)
            .required()
            .doc("The language, as an ISO code such as `fr` or `pt-BR`.")
            .source("Graph v1.0 reference, accessPackageLocalizedText"),
        member("text", Type::Text)
            .required()
            .doc("The text in that language.")
            .source("Graph v1.0 reference, accessPackageLocalizedText"),
    ],
);

// Subjects. What each place takes: fact sheet §6.1.

const TARGETS: &[&str] = &[
    "singleUser",
    "groupMembers",
    "connectedOrganizationMembers",
    "attributeRuleMembers",
    "singleServicePrincipal",
];
static TARGET: Type = Type::Union { spec: &SUBJECTS, takes: TARGETS };
static APPROVER: Type = Type::Union {
    spec: &SUBJECTS,
    takes: &[
        "singleUser",
        "groupMembers",
        "requestorManager",
        "targetManager",
        "internalSponsors",
        "externalSponsors",
        "targetUserSponsors",
        "targetApplicationOwners",
        "targetAgentIdentitySponsorsOrOwners",
    ],
};
static REVIEWER: Type = Type::Union {
    spec: &SUBJECTS,
    takes: &["singleUser", "groupMembers", "requestorManager", "targetManager"],
};
static ON_BEHALF: Type = Type::Union {
    spec: &SUBJECTS,
    takes: &[
        "singleUser",
        "groupMembers",
        "connectedOrganizationMembers",
        "attributeRuleMembers",
        "singleServicePrincipal",
        "requestorManager",
        "targetManager",
        "targetUserSponsors",
        "targetApplicationOwners",
        "targetAgentIdentitySponsorsOrOwners",
    ],
};

/// The subject sets of v1.0.
pub static SUBJECTS: UnionSpec = UnionSpec {
    name: "subjectSet",
    doc: "A person, a group of people, or whoever stands in some relation to the requestor.",
    variants: &[
        Variant { ty: &USER, hand: HandForm::Key { key: "user", member: "userId" }, tagged: true },
        Variant { ty: &GROUP, hand: HandForm::Key { key: "group", member: "groupId" }, tagged: true },
        Variant {
            ty: &ORGANIZATION,
            hand: HandForm::Key { key: "connectedOrganization", member: "connectedOrganizationId" },
            tagged: true,
        },
        Variant {
            ty: &PRINCIPAL,
            hand: HandForm::Key { key: "servicePrincipal", member: "servicePrincipalId" },
            tagged: true,
        },
        Variant { ty: &RULE, hand: HandForm::Key { key: "rule", member: "membershipRule" }, tagged: true },
        Variant {
            ty: &MANAGER,
            hand: HandForm::Key { key: "manager", member: "managerLevel" },
            tagged: true,
        },
        Variant {
            ty: &TARGET_MANAGER,
            hand: HandForm::Key { key: "targetManager", member: "managerLevel" },
            tagged: true,
        },
        Variant { ty: &INTERNAL_SPONSORS, hand: HandForm::Word("internalSponsors"), tagged: true },
        Variant { ty: &EXTERNAL_SPONSORS, hand: HandForm::Word("externalSponsors"), tagged: true },
        Variant { ty: &TARGET_SPONSORS, hand: HandForm::Word("targetUserSponsors"), tagged: true },
        Variant { ty: &TARGET_OWNERS, hand: HandForm::Word("targetApplicationOwners"), tagged: true },
        Variant {
            ty: &TARGET_AGENT_OWNERS,
            hand: HandForm::Word("targetAgentIdentitySponsorsOrOwners"),
            tagged: true,
        },
    ],
};

const DESCRIPTION: MemberSpec = member("description", Type::Text)
    .unchecked()
    .doc("A remark, for readers. The service overwrites it with the object's display name, so it is sent but never compared.")
    .source(SUBJECT_REFERENCE);

static USER: TypeSpec = structure(
    "singleUser",
    Version::V1,
    "One user.",
    &[
        member("userId", Type::Ref(Kind::User, RefForm::Id))
            .required()
            .counterpart("id")
            .doc("The user: user principal name or id.")
            .source(SUBJECT_REFERENCE),
        DESCRIPTION,
    ],
);
static GROUP: TypeSpec = structure(
    "groupMembers",
    Version::V1,
    "The members of a group.",
    &[
        member("groupId", Type::Ref(Kind::Group, RefForm::Id))
            .required()
            .counterpart("id")
            .doc("The group: display name or id.")
            .source(SUBJECT_REFERENCE),
        DESCRIPTION,
    ],
);
static ORGANIZATION: TypeSpec = structure(
    "connectedOrganizationMembers",
    Version::V1,
    "The users of a connected organization.",
    &[
        member("connectedOrganizationId", Type::Ref(Kind::ConnectedOrganization, RefForm::Id))
            .required()
            .counterpart("id")
            .doc("The connected organization: display name or id.")
            .source(SUBJECT_REFERENCE),
        DESCRIPTION,
    ],
);
static PRINCIPAL: TypeSpec = structure(
    "singleServicePrincipal",
    Version::V1,
    "One service principal.",
    &[
        member("servicePrincipalId", Type::Ref(Kind::ServicePrincipal, RefForm::Id))
            .required()
            .doc("The service principal: display name or id.")
            .source(SUBJECT_REFERENCE),
        DESCRIPTION,
    ],
);
static RULE: TypeSpec = structure(
    "attributeRuleMembers",
    Version::V1,
    "Everyone whom a membership rule matches.",
    &[
        member("membershipRule", Type::Rule)
            .required()
            .doc("A rule in the language of dynamic groups: `(user.department -eq \"Marketing\")`.")
            .source(SUBJECT_REFERENCE),
        DESCRIPTION,
    ],
);
static MANAGER: TypeSpec = structure(
    "requestorManager",
    Version::V1,
    "The requestor's manager, or the manager's manager.",
    &[member("managerLevel", Type::Int { min: 1, max: 2 })
        .default(Int(1))
        .touches(Approvers)
        .doc("How many levels up, 1 or 2. Left out, 1.")
        .source(SUBJECT_REFERENCE)],
);
static TARGET_MANAGER: TypeSpec = structure(
    "targetManager",
    Version::V1,
    "The manager of whoever receives access.",
    &[member("managerLevel", Type::Int { min: 1, max: 4 })
        .default(Int(1))
        .touches(Approvers)
        .doc("How many levels up, 1 to 4. Left out, 1.")
        .source(SUBJECT_REFERENCE)],
);
static INTERNAL_SPONSORS: TypeSpec = structure(
    "internalSponsors",
    Version::V1,
    "The internal sponsors of the requestor's connected organization.",
    &[],
);
static EXTERNAL_SPONSORS: TypeSpec = structure(
    "externalSponsors",
    Version::V1,
    "The external sponsors of the requestor's connected organization.",
    &[],
);
static TARGET_SPONSORS: TypeSpec =
    structure("targetUserSponsors", Version::V1, "The sponsors of the user who receives access.", &[]);
static TARGET_OWNERS: TypeSpec = structure(
    "targetApplicationOwners",
    Version::V1,
    "The owners of the application that receives access.",
    &[],
);
static TARGET_AGENT_OWNERS: TypeSpec = structure(
    "targetAgentIdentitySponsorsOrOwners",
    Version::V1,
    "The sponsors or owners of the agent identity that receives access.",
    &[],
);
