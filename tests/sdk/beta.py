"""Microsoft's beta SDK against the emulator, with the policy that entrant began from."""

from __future__ import annotations

import datetime
from typing import Any

from kiota_serialization_json.json_serialization_writer import JsonSerializationWriter
from msgraph_beta import GraphServiceClient
from msgraph_beta.generated.identity_governance.entitlement_management.access_package_assignment_policies.access_package_assignment_policies_request_builder import (
    AccessPackageAssignmentPoliciesRequestBuilder,
)
from msgraph_beta.generated.identity_governance.entitlement_management.access_package_assignment_policies.item.access_package_assignment_policy_item_request_builder import (
    AccessPackageAssignmentPolicyItemRequestBuilder,
)
from msgraph_beta.generated.identity_governance.entitlement_management.access_packages.item.access_package_item_request_builder import (
    AccessPackageItemRequestBuilder,
)
from msgraph_beta.generated.models.access_package import AccessPackage
from msgraph_beta.generated.models.access_package_assignment_policy import AccessPackageAssignmentPolicy
from msgraph_beta.generated.models.access_package_catalog import AccessPackageCatalog
from msgraph_beta.generated.models.access_package_localized_content import AccessPackageLocalizedContent
from msgraph_beta.generated.models.access_package_localized_text import AccessPackageLocalizedText
from msgraph_beta.generated.models.access_package_multiple_choice_question import AccessPackageMultipleChoiceQuestion
from msgraph_beta.generated.models.access_package_answer_choice import AccessPackageAnswerChoice
from msgraph_beta.generated.models.access_package_text_input_question import AccessPackageTextInputQuestion
from msgraph_beta.generated.models.approval_settings import ApprovalSettings
from msgraph_beta.generated.models.approval_stage import ApprovalStage
from msgraph_beta.generated.models.assignment_review_settings import AssignmentReviewSettings
from msgraph_beta.generated.models.external_sponsors import ExternalSponsors
from msgraph_beta.generated.models.group_members import GroupMembers
from msgraph_beta.generated.models.internal_sponsors import InternalSponsors
from msgraph_beta.generated.models.requestor_settings import RequestorSettings
from msgraph_beta.generated.models.single_user import SingleUser
from msgraph_beta.generated.models.user_set import UserSet
from msgraph_beta.generated.models.verifiable_credential_settings import VerifiableCredentialSettings
from msgraph_beta.generated.models.verifiable_credential_type import VerifiableCredentialType
from msgraph_beta.graph_request_adapter import GraphRequestAdapter

from harness import Report, by_name, client, configured, refused

Lists = (
    AccessPackageAssignmentPoliciesRequestBuilder.AccessPackageAssignmentPoliciesRequestBuilderGetQueryParameters
)
Item = AccessPackageAssignmentPolicyItemRequestBuilder.AccessPackageAssignmentPolicyItemRequestBuilderGetQueryParameters
EM = "/identityGovernance/entitlementManagement"


def seed(
    package: str, no_external: str, external_escalation: str, no_internal: str, internal_escalation: str
) -> AccessPackageAssignmentPolicy:
    """The policy of Microsoft's documentation that this project was made for, word for word but its ids."""
    return AccessPackageAssignmentPolicy(
        access_package_id=package,
        display_name="Users from connected organizations can request",
        description="Allow users from configured connected organizations to request and be approved by their sponsors",
        can_extend=False,
        duration_in_days=365,
        expiration_date_time=None,
        requestor_settings=RequestorSettings(
            scope_type="AllExistingConnectedOrganizationSubjects",
            accept_requests=True,
            allowed_requestors=[],
        ),
        request_approval_settings=ApprovalSettings(
            is_approval_required=True,
            is_approval_required_for_extension=False,
            is_requestor_justification_required=True,
            approval_mode="Serial",
            approval_stages=[
                ApprovalStage(
                    approval_stage_time_out_in_days=14,
                    is_approver_justification_required=True,
                    is_escalation_enabled=True,
                    escalation_time_in_minutes=11520,
                    primary_approvers=[
                        GroupMembers(
                            odata_type="#microsoft.graph.groupMembers",
                            is_backup=True,
                            id=no_external,
                            description="group for users from connected organizations which have no external sponsor",
                        ),
                        ExternalSponsors(odata_type="#microsoft.graph.externalSponsors", is_backup=False),
                    ],
                    escalation_approvers=[
                        SingleUser(
                            odata_type="#microsoft.graph.singleUser",
                            is_backup=True,
                            id=external_escalation,
                            description="user if the external sponsor does not respond",
                        ),
                    ],
                ),
                ApprovalStage(
                    approval_stage_time_out_in_days=14,
                    is_approver_justification_required=True,
                    is_escalation_enabled=True,
                    escalation_time_in_minutes=11520,
                    primary_approvers=[
                        GroupMembers(
                            odata_type="#microsoft.graph.groupMembers",
                            is_backup=True,
                            id=no_internal,
                            description="group for users from connected organizations which have no internal sponsor",
                        ),
                        InternalSponsors(odata_type="#microsoft.graph.internalSponsors", is_backup=False),
                    ],
                    escalation_approvers=[
                        SingleUser(
                            odata_type="#microsoft.graph.singleUser",
                            is_backup=True,
                            id=internal_escalation,
                            description="user if the internal sponsor does not respond",
                        ),
                    ],
                ),
            ],
        ),
        access_review_settings=AssignmentReviewSettings(
            is_enabled=True,
            recurrence_type="quarterly",
            reviewer_type="Self",
            start_date_time="2020-04-01T07:59:59.998Z",
            duration_in_days=25,
            reviewers=[],
        ),
    )


def body(policy: AccessPackageAssignmentPolicy) -> bytes:
    """What the SDK puts on the wire for a policy."""
    writer = JsonSerializationWriter()
    writer.write_object_value(None, policy)
    return writer.get_serialized_content()


async def run(report: Report, url: str) -> None:
    """Every check of beta."""
    graph = client(GraphServiceClient, GraphRequestAdapter, url, "beta")
    em = graph.identity_governance.entitlement_management
    policies = em.access_package_assignment_policies
    package = by_name(url, f"{EM}/accessPackages", "Partner workspace")
    groups = by_name(url, "/groups", "Partner desk"), by_name(url, "/groups", "Marketing")
    users = by_name(url, "/users", "Ana Lopes"), by_name(url, "/users", "Ben Okafor")
    made: dict[str, Any] = {}

    def fresh() -> AccessPackageAssignmentPolicy:
        return seed(package, groups[0], users[0], groups[1], users[1])

    def is_as_declared(read: AccessPackageAssignmentPolicy) -> None:
        assert isinstance(read, AccessPackageAssignmentPolicy) and read.id
        assert read.access_package_id == package
        assert (read.can_extend, read.duration_in_days, read.expiration_date_time) == (False, 365, None)
        assert read.requestor_settings.scope_type == "AllExistingConnectedOrganizationSubjects"
        assert read.requestor_settings.accept_requests is True and read.requestor_settings.allowed_requestors == []
        approval = read.request_approval_settings
        assert approval.is_approval_required is True and approval.approval_mode == "Serial"
        assert len(approval.approval_stages) == 2
        for stage, sponsors, group, user in zip(
            approval.approval_stages, (ExternalSponsors, InternalSponsors), groups, users, strict=True
        ):
            assert isinstance(stage, ApprovalStage)
            assert (stage.approval_stage_time_out_in_days, stage.escalation_time_in_minutes) == (14, 11520)
            # Sets come in any order.
            members, relation = sorted(stage.primary_approvers, key=lambda one: isinstance(one, sponsors))
            assert isinstance(members, GroupMembers) and isinstance(members, UserSet)
            assert (members.id, members.is_backup) == (group, True)
            assert isinstance(relation, sponsors) and relation.is_backup is False
            [escalation] = stage.escalation_approvers
            assert isinstance(escalation, SingleUser) and escalation.id == user
        review = read.access_review_settings
        assert (review.is_enabled, review.recurrence_type, review.reviewer_type) == (True, "quarterly", "Self")
        assert review.duration_in_days == 25
        assert isinstance(review.start_date_time, datetime.datetime)
        assert review.start_date_time == datetime.datetime(2020, 4, 1, 7, 59, 59, 998000, datetime.timezone.utc)
        assert isinstance(read.created_date_time, datetime.datetime) and read.created_by and read.modified_by

    async def create() -> None:
        made["policy"] = await policies.post(fresh())
        is_as_declared(made["policy"])

    async def read_expanded() -> None:
        expand = ["accessPackage", "accessPackageCatalog", "customExtensionStageSettings", "customExtensionHandlers"]
        item = policies.by_access_package_assignment_policy_id(made["policy"].id)
        read = await item.get(configured(Item(expand=expand)))
        is_as_declared(read)
        assert isinstance(read.access_package, AccessPackage) and read.access_package.id == package
        assert isinstance(read.access_package_catalog, AccessPackageCatalog)
        assert read.custom_extension_stage_settings == [] and read.custom_extension_handlers == []
        plain = await item.get()
        assert plain.access_package is None and plain.custom_extension_stage_settings is None

    async def list_in_pages() -> None:
        for number in range(4):
            another = fresh()
            another.display_name = f"Beta page {number}"
            await policies.post(another)
        seen: list[str] = []
        page = await policies.get(configured(Lists(top=2, expand=["accessPackage"])))
        pages = 1
        while True:
            assert len(page.value) <= 2
            for one in page.value:
                assert isinstance(one, AccessPackageAssignmentPolicy) and one.access_package.id
                seen.append(one.id)
            if not page.odata_next_link:
                break
            page = await policies.with_url(page.odata_next_link).get()
            pages += 1
        assert pages > 2 and len(seen) == len(set(seen)) and made["policy"].id in seen
        named = await policies.get(configured(Lists(filter="displayName eq 'Beta page 2'")))
        assert [one.display_name for one in named.value] == ["Beta page 2"]

    async def update() -> None:
        item = policies.by_access_package_assignment_policy_id(made["policy"].id)
        changed = fresh()
        changed.display_name = "Renamed by the SDK"
        changed.duration_in_days = 0
        changed.expiration_date_time = "2030-01-31T00:00:00Z"
        changed.request_approval_settings.approval_stages.pop()
        changed.request_approval_settings.approval_mode = "SingleStage"
        changed.questions = [
            AccessPackageTextInputQuestion(
                odata_type="#microsoft.graph.accessPackageTextInputQuestion",
                sequence=1,
                is_required=True,
                is_single_line_question=False,
                text=AccessPackageLocalizedContent(
                    default_text="Why?",
                    localized_texts=[AccessPackageLocalizedText(language_code="fr", text="Pourquoi ?")],
                ),
            ),
            AccessPackageMultipleChoiceQuestion(
                odata_type="#microsoft.graph.accessPackageMultipleChoiceQuestion",
                sequence=2,
                allows_multiple_selection=True,
                text=AccessPackageLocalizedContent(default_text="Team", localized_texts=[]),
                choices=[
                    AccessPackageAnswerChoice(
                        actual_value="web",
                        display_value=AccessPackageLocalizedContent(default_text="Web", localized_texts=[]),
                    ),
                ],
            ),
        ]
        changed.verifiable_credential_settings = VerifiableCredentialSettings(
            credential_types=[
                VerifiableCredentialType(credential_type="VerifiedEmployee", issuers=["did:web:contoso.com"])
            ]
        )
        answer = await item.put(changed)
        assert answer.display_name == "Renamed by the SDK"
        read = await item.get()
        assert read.expiration_date_time == datetime.datetime(2030, 1, 31, tzinfo=datetime.timezone.utc)
        assert len(read.request_approval_settings.approval_stages) == 1
        text, choice = sorted(read.questions, key=lambda question: question.sequence)
        assert isinstance(text, AccessPackageTextInputQuestion) and text.text.default_text == "Why?"
        assert text.text.localized_texts[0].text == "Pourquoi ?"
        assert isinstance(choice, AccessPackageMultipleChoiceQuestion) and choice.allows_multiple_selection
        assert choice.choices[0].display_value.default_text == "Web"
        [credential] = read.verifiable_credential_settings.credential_types
        assert (credential.credential_type, credential.issuers) == ("VerifiedEmployee", ["did:web:contoso.com"])

    async def refusals() -> None:
        twice = fresh()
        twice.display_name = "Renamed by the SDK"
        await refused(policies.post(twice), 409, "DuplicateKey")
        lost = fresh()
        lost.display_name = "Nowhere"
        lost.access_package_id = None
        await refused(policies.post(lost), 400)

    async def delete() -> None:
        item = policies.by_access_package_assignment_policy_id(made["policy"].id)
        await item.delete()
        await refused(item.get(), 404)

    async def packages_and_catalogs() -> None:
        query = AccessPackageItemRequestBuilder.AccessPackageItemRequestBuilderGetQueryParameters(
            expand=["accessPackageAssignmentPolicies", "accessPackageCatalog"]
        )
        read = await em.access_packages.by_access_package_id(package).get(configured(query))
        assert read.access_package_assignment_policies
        assert all(isinstance(one, AccessPackageAssignmentPolicy) for one in read.access_package_assignment_policies)
        assert isinstance(read.access_package_catalog, AccessPackageCatalog)
        catalogs = await em.access_package_catalogs.get()
        assert read.access_package_catalog.id in [one.id for one in catalogs.value]

    async def directory() -> None:
        assert groups[0] in [one.id for one in (await graph.groups.get()).value]
        assert (await graph.users.by_user_id(users[0]).get()).user_principal_name == "ana@contoso.com"

    for name, check in [
        ("creates the seed's policy", create),
        ("reads it expanded, and plain", read_expanded),
        ("lists in pages, expanded, filtered", list_in_pages),
        ("updates it by PUT", update),
        ("is refused with OData errors", refusals),
        ("deletes it", delete),
        ("packages and catalogs", packages_and_catalogs),
        ("groups and users", directory),
    ]:
        await report.check(f"beta: {name}", check)
