//! Reviews in the beta shape.

use super::subjects::REVIEWER;
use super::{METADATA, REVIEW_TIMEOUT, review_is_off, word};
use crate::kind::Version;
use crate::spec::Dimension::Reviews;
use crate::spec::{COUNT, EnumSpec, Type, TypeSpec, member, structure};

const REVIEW_REFERENCE: &str = "Graph beta reference, assignmentReviewSettings";

/// `assignmentReviewSettings`.
pub static REVIEW: TypeSpec = TypeSpec {
    inert: Some(review_is_off),
    ..structure(
        "assignmentReviewSettings",
        Version::Beta,
        "Recurring reviews of whoever has access.",
        &[
            member("isEnabled", Type::Bool)
                .off()
                .touches(Reviews)
                .doc("Whether access is reviewed. Left out: no.")
                .source(REVIEW_REFERENCE),
            member("recurrenceType", Type::Enum(&RECURRENCE))
                .touches(Reviews)
                .counterpart("schedule.recurrence")
                .doc("How often reviews come. Left out, it stays as it is.")
                .source(REVIEW_REFERENCE),
            member("reviewerType", Type::Enum(&REVIEWER_TYPE))
                .touches(Reviews)
                .counterpart("isSelfReview")
                .doc("Who reviews. Left out, it stays as it is.")
                .source(REVIEW_REFERENCE),
            member("startDateTime", Type::Instant)
                .counterpart("schedule.startDateTime")
                .doc("When the first review begins, as a UTC timestamp. Left out, the service's value stays.")
                .source(REVIEW_REFERENCE),
            member("durationInDays", COUNT)
                .touches(Reviews)
                .counterpart("schedule.expiration")
                .doc("How many days one review is open. Left out, it stays as it is.")
                .source(REVIEW_REFERENCE),
            member("reviewers", Type::Set(&REVIEWER))
                .empty()
                .sent()
                .touches(Reviews)
                .counterpart("primaryReviewers")
                .doc("With `Reviewers`: who reviews. With `Manager`: who reviews where there is none. Order does not matter.")
                .source(REVIEW_REFERENCE),
            member("isAccessRecommendationEnabled", Type::Bool)
                .on()
                .touches(Reviews)
                .counterpart("isRecommendationEnabled")
                .doc("Whether reviewers see the system's recommendations. Left out: yes.")
                .source(REVIEW_REFERENCE),
            member("isApprovalJustificationRequired", Type::Bool)
                .on()
                .touches(Reviews)
                .counterpart("isReviewerJustificationRequired")
                .doc("Whether reviewers must say why they decide so. Left out: yes.")
                .source(REVIEW_REFERENCE),
            member("accessReviewTimeoutBehavior", Type::Enum(&REVIEW_TIMEOUT))
                .touches(Reviews)
                .counterpart("expirationBehavior")
                .doc("What happens to access that nobody reviewed in time. Left out, it stays as it is.")
                .source(REVIEW_REFERENCE),
            member("isAgenticExperienceEnabled", Type::Bool)
                .doc("New and not described by Microsoft. Left out, it stays as it is.")
                .source(METADATA),
        ],
    )
};

static RECURRENCE: EnumSpec = EnumSpec {
    name: "recurrenceType",
    words: &[
        word("weekly", "Every week."),
        word("monthly", "Every month."),
        word("quarterly", "Every three months."),
        word("halfyearly", "Every six months."),
        word("annual", "Every twelve months."),
    ],
};

static REVIEWER_TYPE: EnumSpec = EnumSpec {
    name: "reviewerType",
    words: &[
        word("Self", "Everyone reviews their own access."),
        word("Reviewers", "The people in `reviewers`."),
        word("Manager", "Everyone's manager."),
    ],
};
