//! A custom workflow extension of a catalog: a Logic App that runs at stages of requests. Facts: the Graph v1.0
//! references of `customCalloutExtension` and its two types for access packages, and the metadata of August 2026.
//!
//! Graph has two types of one shape, told apart by the `@odata.type` of the whole object. Here that is the member
//! `type`; `graph` puts one in the place of the other.

use super::word;
use crate::kind::{Kind, Version};
use crate::spec::Dimension::Extensions;
use crate::spec::{EnumSpec, HandForm, RefForm, Type, TypeSpec, UnionSpec, Variant, member, structure};

const REFERENCE: &str = "Graph v1.0 reference, customCalloutExtension";
const ENDPOINT_REFERENCE: &str = "Graph v1.0 reference, customExtensionEndpointConfiguration";
const CLIENT_REFERENCE: &str = "Graph v1.0 reference, customExtensionClientConfiguration";

/// `accessPackageAssignmentRequestWorkflowExtension` and `accessPackageAssignmentWorkflowExtension`, v1.0.
pub static EXTENSION: TypeSpec = structure(
    "customCalloutExtension",
    Version::V1,
    "A workflow extension of a catalog: a Logic App that is called at stages of requests and assignments. Policies refer to it by name.",
    &[
        member("id", Type::Text).read_only().doc("The extension's id, made by the service."),
        member("catalog", Type::Ref(Kind::Catalog, RefForm::Object))
            .required()
            .in_address()
            .doc("The catalog that the extension belongs to: its name or `{id: …}`. An extension cannot move to another catalog.")
            .source(REFERENCE),
        member("displayName", Type::Text)
            .required()
            .doc("The extension's name. With the catalog, it says which extension the document means.")
            .source(REFERENCE),
        member("description", Type::Text)
            .doc("What the extension does. Left out, the live text stays.")
            .source(REFERENCE),
        member("type", Type::Enum(&EXTENSION_TYPE))
            .required()
            .touches(Extensions)
            .doc("At which stages the extension can run. It stands for Graph's `@odata.type`, which may be written instead. It cannot be changed.")
            .source(REFERENCE),
        member(
            "endpointConfiguration",
            Type::Union {
                spec: &ENDPOINTS,
                takes: &["logicAppTriggerEndpointConfiguration", "httpRequestEndpoint"],
            },
        )
        .required()
        .touches(Extensions)
        .doc("What is called: a Logic App, or a URL.")
        .source(ENDPOINT_REFERENCE),
        member(
            "authenticationConfiguration",
            Type::Union {
                spec: &AUTHENTICATIONS,
                takes: &["azureAdPopTokenAuthentication", "azureAdTokenAuthentication"],
            },
        )
        .touches(Extensions)
        .doc("How the call proves where it comes from. Left out, it stays as it is.")
        .source("Graph v1.0 reference, customExtensionAuthenticationConfiguration"),
        member("clientConfiguration", Type::Object(&CLIENT))
            .doc("How long an answer is waited for, and whether the call is made again. Left out, it stays as it is.")
            .source(CLIENT_REFERENCE),
        member(
            "callbackConfiguration",
            Type::Union {
                spec: &CALLBACKS,
                takes: &[
                    "customExtensionCallbackConfiguration",
                    "accessPackageRequestApprovalStageCallbackConfiguration",
                ],
            },
        )
        .empty()
        .touches(Extensions)
        .doc("Makes the request wait until the Logic App calls back. Left out or null, the request goes on at once.")
        .source("Graph v1.0 reference, customExtensionCallbackConfiguration"),
        member("createdBy", Type::Text).read_only().doc("Who made the extension, filled by the service."),
        member("createdDateTime", Type::Instant)
            .read_only()
            .doc("When the extension was made, UTC, filled by the service."),
        member("lastModifiedBy", Type::Text)
            .read_only()
            .doc("Who last changed the extension, filled by the service."),
        member("lastModifiedDateTime", Type::Instant)
            .read_only()
            .doc("When the extension was last changed, UTC, filled by the service."),
    ],
);

/// The types of extension, and the type of Graph that each stands for.
pub const TYPES: &[(&str, &str)] = &[
    ("request", "accessPackageAssignmentRequestWorkflowExtension"),
    ("assignment", "accessPackageAssignmentWorkflowExtension"),
];

static EXTENSION_TYPE: EnumSpec = EnumSpec {
    name: "workflowExtensionType",
    words: &[
        word("request", "It runs when a request is made, approved, granted or removed."),
        word("assignment", "It runs before an assignment ends, and when one is granted or removed."),
    ],
};

static ENDPOINTS: UnionSpec = UnionSpec {
    name: "customExtensionEndpointConfiguration",
    doc: "What an extension calls.",
    variants: &[
        Variant { ty: &LOGIC_APP, hand: HandForm::ByMember("logicAppWorkflowName"), tagged: true },
        Variant { ty: &HTTP, hand: HandForm::ByMember("targetUrl"), tagged: true },
    ],
};

static LOGIC_APP: TypeSpec = structure(
    "logicAppTriggerEndpointConfiguration",
    Version::V1,
    "The trigger of a Logic App.",
    &[
        member("subscriptionId", Type::Text)
            .required()
            .touches(Extensions)
            .doc("The id of the Azure subscription that holds the Logic App.")
            .source(ENDPOINT_REFERENCE),
        member("resourceGroupName", Type::Text)
            .required()
            .touches(Extensions)
            .doc("The resource group that holds the Logic App.")
            .source(ENDPOINT_REFERENCE),
        member("logicAppWorkflowName", Type::Text)
            .required()
            .touches(Extensions)
            .doc("The name of the Logic App.")
            .source(ENDPOINT_REFERENCE),
        member("url", Type::Text).read_only().doc("The URL of the trigger, filled by the service."),
    ],
);

static HTTP: TypeSpec = structure(
    "httpRequestEndpoint",
    Version::V1,
    "A URL.",
    &[member("targetUrl", Type::Text)
        .required()
        .touches(Extensions)
        .doc("The URL that is called.")
        .source(ENDPOINT_REFERENCE)],
);

static AUTHENTICATIONS: UnionSpec = UnionSpec {
    name: "customExtensionAuthenticationConfiguration",
    doc: "How the call of an extension proves where it comes from.",
    variants: &[
        Variant {
            ty: &PROOF_OF_POSSESSION,
            hand: HandForm::Word("azureAdPopTokenAuthentication"),
            tagged: true,
        },
        Variant { ty: &BEARER, hand: HandForm::ByMember("resourceId"), tagged: true },
    ],
};

static PROOF_OF_POSSESSION: TypeSpec = structure(
    "azureAdPopTokenAuthentication",
    Version::V1,
    "A proof-of-possession token, which is good for this one call.",
    &[],
);

static BEARER: TypeSpec = structure(
    "azureAdTokenAuthentication",
    Version::V1,
    "A bearer token for an application.",
    &[member("resourceId", Type::Text)
        .required()
        .touches(Extensions)
        .doc("The id of the application that the token is for.")
        .source("Graph v1.0 reference, azureAdTokenAuthentication")],
);

static CLIENT: TypeSpec = structure(
    "customExtensionClientConfiguration",
    Version::V1,
    "How long an answer is waited for, and whether the call is made again.",
    &[
        member("maximumRetries", Type::Int { min: 0, max: 1 })
            .doc("How often the call is made again, 0 or 1. Left out, it stays as it is.")
            .source(CLIENT_REFERENCE),
        member("timeoutInMilliseconds", Type::Int { min: 200, max: 2000 })
            .doc("How many milliseconds an answer is waited for, 200 to 2000. Left out, it stays as it is.")
            .source(CLIENT_REFERENCE),
    ],
);

static CALLBACKS: UnionSpec = UnionSpec {
    name: "customExtensionCallbackConfiguration",
    doc: "How long a request waits for the Logic App to call back.",
    variants: &[
        Variant { ty: &CALLBACK, hand: HandForm::Untagged, tagged: true },
        Variant { ty: &STAGE_CALLBACK, hand: HandForm::Tag, tagged: true },
    ],
};

const CALLBACK_MEMBERS: &[crate::spec::MemberSpec] = &[member("timeoutDuration", Type::Duration)
    .touches(Extensions)
    .doc("How long the request waits: an ISO 8601 duration from `PT5M` to `P14D`. The reference's examples call it `durationBeforeTimeout`, which may be written too. Left out, it stays as it is.")
    .source("Graph v1.0 metadata, August 2026")];

static CALLBACK: TypeSpec = structure(
    "customExtensionCallbackConfiguration",
    Version::V1,
    "How long a request waits for the Logic App to call back.",
    CALLBACK_MEMBERS,
);

static STAGE_CALLBACK: TypeSpec = structure(
    "accessPackageRequestApprovalStageCallbackConfiguration",
    Version::V1,
    "How long a stage of approval waits for the Logic App to say who approves.",
    CALLBACK_MEMBERS,
);
