//! `accessPackageAssignmentPolicy`: who may request an access package, who approves, when it expires, who
//! reviews. Two shapes, two tables; what both share stands here.

pub mod beta;
pub mod v1;

use super::word;
use crate::kind::Version;
use crate::spec::{EnumSpec, EnumWord, TypeSpec};
use crate::value::Object;

/// The table of a version.
pub const fn table(version: Version) -> &'static TypeSpec {
    match version {
        Version::V1 => &v1::POLICY,
        Version::Beta => &beta::POLICY,
    }
}

/// The member that names the package: `accessPackage` (v1.0) or `accessPackageId` (beta).
pub const fn package_member(version: Version) -> &'static str {
    match version {
        Version::V1 => "accessPackage",
        Version::Beta => "accessPackageId",
    }
}

const fn paired(word: &'static str, counterpart: &'static str, doc: &'static str) -> EnumWord {
    EnumWord { word, doc, counterpart }
}

/// What happens to access when nobody answers a review.
pub static REVIEW_TIMEOUT: EnumSpec = EnumSpec {
    name: "accessReviewExpirationBehavior",
    words: &[
        word("keepAccess", "Whoever was not reviewed keeps access."),
        word("removeAccess", "Whoever was not reviewed loses access."),
        word("acceptAccessRecommendation", "The system's recommendation decides, from sign-in activity."),
    ],
};

/// The moment in the life of a request or an assignment.
pub static EXTENSION_STAGE: EnumSpec = EnumSpec {
    name: "accessPackageCustomExtensionStage",
    words: &[
        word("assignmentRequestCreated", "When a request is made."),
        word("assignmentRequestApproved", "When a request is approved."),
        word("assignmentRequestGranted", "When access has been given."),
        word("assignmentRequestRemoved", "When access has been removed."),
        word("assignmentFourteenDaysBeforeExpiration", "14 days before access ends."),
        word("assignmentOneDayBeforeExpiration", "One day before access ends."),
    ],
};

/// Whether requestors see who approves.
pub static APPROVER_VISIBILITY: EnumSpec = EnumSpec {
    name: "approverInformationVisibility",
    words: &[
        word("default", "As the tenant is set."),
        word("notVisible", "Requestors do not see who approves."),
        word("visible", "Requestors see who approves."),
    ],
};

/// Whether a review settings structure asks for no review: then it equals none.
fn review_is_off(object: &Object) -> bool {
    !object.flag("isEnabled")
}
