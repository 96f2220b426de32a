//! `entitlementManagementSettings`: what becomes of users from outside who lose their last access. A tenant has one.
//! Facts: the Graph v1.0 reference of the type, and its metadata of August 2026.

use super::word;
use crate::kind::Version;
use crate::spec::Dimension::External;
use crate::spec::{EnumSpec, Type, TypeSpec, member, structure};

const REFERENCE: &str = "Graph v1.0 reference, entitlementManagementSettings";

/// `entitlementManagementSettings`, v1.0.
pub static SETTINGS: TypeSpec = structure(
    "entitlementManagementSettings",
    Version::V1,
    "The tenant's settings of entitlement management: what becomes of users from outside who lose their last access.",
    &[
        member("id", Type::Text).read_only().doc("Always `singleton`: a tenant has one of these."),
        member("externalUserLifecycleAction", Type::Enum(&LIFECYCLE_ACTION))
            .touches(External)
            .doc("What happens to a user from outside who came through an access package and has lost the last access. Left out, it stays as it is.")
            .source(REFERENCE),
        member("durationUntilExternalUserDeletedAfterBlocked", Type::Duration)
            .touches(External)
            .doc("With `blockSignInAndDelete`, how long after the block the account is deleted: an ISO 8601 duration such as `P30D`. Left out, it stays as it is.")
            .source(REFERENCE),
    ],
);

static LIFECYCLE_ACTION: EnumSpec = EnumSpec {
    name: "accessPackageExternalUserLifecycleAction",
    words: &[
        word("none", "Nothing: the account stays and may sign in."),
        word("blockSignIn", "The account may no longer sign in."),
        word("blockSignInAndDelete", "The account may no longer sign in, and is deleted later."),
    ],
};
