"""Microsoft's v1.0 SDK against the emulator: create, read, list, update, delete, look up.

Its batches are left out: it writes absolute addresses and `depends_on`, which the reference has neither of.
"""

from __future__ import annotations

import datetime
from typing import Any

from msgraph import GraphServiceClient
from msgraph.generated.directory_objects.get_by_ids.get_by_ids_post_request_body import GetByIdsPostRequestBody
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.identity_governance.entitlement_management.access_packages.item.access_package_item_request_builder import (
    AccessPackageItemRequestBuilder,
)
from msgraph.generated.identity_governance.entitlement_management.assignment_policies.assignment_policies_request_builder import (
    AssignmentPoliciesRequestBuilder,
)
from msgraph.generated.identity_governance.entitlement_management.assignment_policies.item.access_package_assignment_policy_item_request_builder import (
    AccessPackageAssignmentPolicyItemRequestBuilder,
)
from msgraph.generated.identity_governance.entitlement_management.catalogs.catalogs_request_builder import (
    CatalogsRequestBuilder,
)
from msgraph.generated.models.access_package import AccessPackage
from msgraph.generated.models.access_package_answer_choice import AccessPackageAnswerChoice
from msgraph.generated.models.access_package_approval_stage import AccessPackageApprovalStage
from msgraph.generated.models.access_package_assignment_approval_settings import (
    AccessPackageAssignmentApprovalSettings,
)
from msgraph.generated.models.access_package_assignment_policy import AccessPackageAssignmentPolicy
from msgraph.generated.models.access_package_assignment_requestor_settings import (
    AccessPackageAssignmentRequestorSettings,
)
from msgraph.generated.models.access_package_assignment_review_settings import AccessPackageAssignmentReviewSettings
from msgraph.generated.models.access_package_automatic_request_settings import AccessPackageAutomaticRequestSettings
from msgraph.generated.models.access_package_catalog import AccessPackageCatalog
from msgraph.generated.models.access_package_localized_text import AccessPackageLocalizedText
from msgraph.generated.models.access_package_multiple_choice_question import AccessPackageMultipleChoiceQuestion
from msgraph.generated.models.access_package_text_input_question import AccessPackageTextInputQuestion
from msgraph.generated.models.access_review_expiration_behavior import AccessReviewExpirationBehavior
from msgraph.generated.models.allowed_target_scope import AllowedTargetScope
from msgraph.generated.models.attribute_rule_members import AttributeRuleMembers
from msgraph.generated.models.connected_organization_members import ConnectedOrganizationMembers
from msgraph.generated.models.entitlement_management_schedule import EntitlementManagementSchedule
from msgraph.generated.models.expiration_pattern import ExpirationPattern
from msgraph.generated.models.expiration_pattern_type import ExpirationPatternType
from msgraph.generated.models.external_sponsors import ExternalSponsors
from msgraph.generated.models.group import Group
from msgraph.generated.models.group_members import GroupMembers
from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
from msgraph.generated.models.recurrence_pattern import RecurrencePattern
from msgraph.generated.models.recurrence_pattern_type import RecurrencePatternType
from msgraph.generated.models.recurrence_range import RecurrenceRange
from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType
from msgraph.generated.models.requestor_manager import RequestorManager
from msgraph.generated.models.single_user import SingleUser
from msgraph.generated.models.user import User
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph_core.requests.batch_request_item import BatchRequestItem

from harness import Report, by_name, client, configured, refused

Lists = AssignmentPoliciesRequestBuilder.AssignmentPoliciesRequestBuilderGetQueryParameters
Item = AccessPackageAssignmentPolicyItemRequestBuilder.AccessPackageAssignmentPolicyItemRequestBuilderGetQueryParameters
EM = "/identityGovernance/entitlementManagement"


def policy(names: dict[str, str], display_name: str) -> AccessPackageAssignmentPolicy:
    """A policy with every part that people use: targets, approval, expiry, questions, reviews.

    Durations are text, as in Microsoft's samples: a `timedelta` is written as Python prints it, which is not
    ISO 8601, and the emulator refuses it as Graph does.
    """
    return AccessPackageAssignmentPolicy(
        display_name=display_name,
        description="Made by Microsoft's SDK.",
        allowed_target_scope=AllowedTargetScope.SpecificConnectedOrganizationUsers,
        specific_allowed_targets=[
            ConnectedOrganizationMembers(
                odata_type="#microsoft.graph.connectedOrganizationMembers",
                connected_organization_id=names["organization"],
            ),
        ],
        expiration=ExpirationPattern(type=ExpirationPatternType.AfterDuration, duration="P90D"),
        requestor_settings=AccessPackageAssignmentRequestorSettings(
            enable_targets_to_self_add_access=True,
            enable_targets_to_self_update_access=False,
            on_behalf_requestors=[],
        ),
        request_approval_settings=AccessPackageAssignmentApprovalSettings(
            is_approval_required_for_add=True,
            is_approval_required_for_update=False,
            stages=[
                AccessPackageApprovalStage(
                    duration_before_automatic_denial="P14D",
                    is_approver_justification_required=True,
                    is_escalation_enabled=True,
                    duration_before_escalation="P8D",
                    primary_approvers=[ExternalSponsors(odata_type="#microsoft.graph.externalSponsors")],
                    fallback_primary_approvers=[
                        GroupMembers(odata_type="#microsoft.graph.groupMembers", group_id=names["group"]),
                    ],
                    escalation_approvers=[
                        SingleUser(odata_type="#microsoft.graph.singleUser", user_id=names["user"]),
                    ],
                    fallback_escalation_approvers=[],
                ),
                AccessPackageApprovalStage(
                    duration_before_automatic_denial="P7D",
                    is_approver_justification_required=False,
                    is_escalation_enabled=False,
                    primary_approvers=[
                        RequestorManager(odata_type="#microsoft.graph.requestorManager", manager_level=1),
                    ],
                    fallback_primary_approvers=[
                        SingleUser(odata_type="#microsoft.graph.singleUser", user_id=names["user"]),
                    ],
                    escalation_approvers=[],
                    fallback_escalation_approvers=[],
                ),
            ],
        ),
        review_settings=AccessPackageAssignmentReviewSettings(
            is_enabled=True,
            is_self_review=False,
            is_recommendation_enabled=True,
            is_reviewer_justification_required=True,
            expiration_behavior=AccessReviewExpirationBehavior.RemoveAccess,
            primary_reviewers=[GroupMembers(odata_type="#microsoft.graph.groupMembers", group_id=names["group"])],
            fallback_reviewers=[],
            schedule=EntitlementManagementSchedule(
                start_date_time=datetime.datetime(2027, 1, 4, 8, tzinfo=datetime.timezone.utc),
                expiration=ExpirationPattern(
                    type=ExpirationPatternType.AfterDuration, duration="P25D"
                ),
                recurrence=PatternedRecurrence(
                    pattern=RecurrencePattern(type=RecurrencePatternType.AbsoluteMonthly, interval=3),
                    range=RecurrenceRange(type=RecurrenceRangeType.NoEnd),
                ),
            ),
        ),
        questions=[
            AccessPackageTextInputQuestion(
                odata_type="#microsoft.graph.accessPackageTextInputQuestion",
                sequence=0,
                is_required=True,
                is_single_line_question=True,
                text="Which campaign?",
                localizations=[AccessPackageLocalizedText(language_code="fr", text="Quelle campagne ?")],
            ),
            AccessPackageMultipleChoiceQuestion(
                odata_type="#microsoft.graph.accessPackageMultipleChoiceQuestion",
                sequence=1,
                is_required=False,
                is_multiple_selection_allowed=True,
                text="Team",
                choices=[
                    AccessPackageAnswerChoice(actual_value="print", text="Print"),
                    AccessPackageAnswerChoice(actual_value="web", text="Web"),
                ],
            ),
        ],
        access_package=AccessPackage(id=names["package"]),
    )


async def run(report: Report, url: str) -> None:
    """Every check of v1.0."""
    graph = client(GraphServiceClient, GraphRequestAdapter, url, "v1.0")
    em = graph.identity_governance.entitlement_management
    names = {
        "package": by_name(url, f"{EM}/accessPackages", "Marketing campaign"),
        "group": by_name(url, "/groups", "Partner desk"),
        "user": by_name(url, "/users", "Ana Lopes"),
        "organization": by_name(url, f"{EM}/connectedOrganizations", "Fabrikam"),
    }
    made: dict[str, Any] = {}

    def is_as_declared(read: AccessPackageAssignmentPolicy) -> None:
        assert isinstance(read, AccessPackageAssignmentPolicy)
        assert read.allowed_target_scope is AllowedTargetScope.SpecificConnectedOrganizationUsers
        [target] = read.specific_allowed_targets
        assert isinstance(target, ConnectedOrganizationMembers), type(target)
        assert target.connected_organization_id == names["organization"]
        assert read.expiration.type is ExpirationPatternType.AfterDuration
        assert read.expiration.duration == datetime.timedelta(days=90), read.expiration.duration
        assert read.requestor_settings.enable_targets_to_self_add_access is True
        first, second = read.request_approval_settings.stages
        assert isinstance(first, AccessPackageApprovalStage)
        assert first.duration_before_automatic_denial == datetime.timedelta(days=14)
        assert first.duration_before_escalation == datetime.timedelta(days=8)
        assert [type(one) for one in first.primary_approvers] == [ExternalSponsors]
        assert first.fallback_primary_approvers[0].group_id == names["group"]
        # The service fills the name of the object in.
        assert first.fallback_primary_approvers[0].description == "Partner desk"
        assert first.escalation_approvers[0].user_id == names["user"]
        assert isinstance(second.primary_approvers[0], RequestorManager)
        assert second.primary_approvers[0].manager_level == 1
        review = read.review_settings
        assert review.expiration_behavior is AccessReviewExpirationBehavior.RemoveAccess
        assert isinstance(review.schedule.start_date_time, datetime.datetime)
        assert review.schedule.expiration.duration == datetime.timedelta(days=25)
        assert review.schedule.recurrence.pattern.type is RecurrencePatternType.AbsoluteMonthly
        assert review.schedule.recurrence.pattern.interval == 3
        assert review.schedule.recurrence.range.type is RecurrenceRangeType.NoEnd
        assert isinstance(read.created_date_time, datetime.datetime), read.created_date_time
        assert isinstance(read.modified_date_time, datetime.datetime)

    async def create() -> None:
        made["policy"] = await em.assignment_policies.post(policy(names, "Made by the SDK"))
        assert made["policy"].id
        is_as_declared(made["policy"])

    async def read_expanded() -> None:
        expand = ["accessPackage", "catalog", "questions", "customExtensionStageSettings($expand=customExtension)"]
        read = await em.assignment_policies.by_access_package_assignment_policy_id(made["policy"].id).get(
            configured(Item(expand=expand))
        )
        is_as_declared(read)
        assert isinstance(read.access_package, AccessPackage) and read.access_package.id == names["package"]
        assert isinstance(read.catalog, AccessPackageCatalog) and read.catalog.display_name
        assert read.custom_extension_stage_settings == []
        text, choice = sorted(read.questions, key=lambda question: question.sequence)
        assert isinstance(text, AccessPackageTextInputQuestion) and text.is_single_line_question
        assert text.localizations[0].language_code == "fr"
        assert isinstance(choice, AccessPackageMultipleChoiceQuestion)
        assert [one.actual_value for one in choice.choices] == ["print", "web"]

    async def read_plain() -> None:
        read = await em.assignment_policies.by_access_package_assignment_policy_id(made["policy"].id).get()
        assert read.access_package is None and read.questions is None, "navigation members came unasked"
        chosen = await em.assignment_policies.by_access_package_assignment_policy_id(made["policy"].id).get(
            configured(Item(select=["id", "displayName"]))
        )
        assert chosen.display_name == "Made by the SDK" and chosen.expiration is None

    async def list_in_pages() -> None:
        for number in range(4):
            await em.assignment_policies.post(policy(names, f"Page {number}"))
        seen: list[str] = []
        page = await em.assignment_policies.get(configured(Lists(top=2, expand=["accessPackage"])))
        pages = 1
        while True:
            assert len(page.value) <= 2
            for one in page.value:
                assert isinstance(one, AccessPackageAssignmentPolicy) and one.access_package.id
                seen.append(one.id)
            if not page.odata_next_link:
                break
            page = await em.assignment_policies.with_url(page.odata_next_link).get()
            pages += 1
        assert pages > 2 and len(seen) == len(set(seen)) and made["policy"].id in seen

    async def list_filtered() -> None:
        named = await em.assignment_policies.get(configured(Lists(filter="displayName eq 'Made by the SDK'")))
        assert [one.id for one in named.value] == [made["policy"].id]
        of_package = await em.assignment_policies.get(
            configured(Lists(filter=f"accessPackage/id eq '{names['package']}'", count=True))
        )
        assert made["policy"].id in [one.id for one in of_package.value]
        assert of_package.odata_count >= 5, of_package.odata_count

    async def update() -> None:
        item = em.assignment_policies.by_access_package_assignment_policy_id(made["policy"].id)
        changed = policy(names, "Renamed by the SDK")
        changed.id = made["policy"].id
        changed.expiration = ExpirationPattern(
            type=ExpirationPatternType.AfterDateTime,
            end_date_time=datetime.datetime(2030, 1, 31, tzinfo=datetime.timezone.utc),
        )
        changed.request_approval_settings.stages.pop()
        changed.questions = []
        answer = await item.put(changed)
        assert answer.id == made["policy"].id and answer.display_name == "Renamed by the SDK"
        read = await item.get(configured(Item(expand=["questions"])))
        assert read.expiration.end_date_time == datetime.datetime(2030, 1, 31, tzinfo=datetime.timezone.utc)
        assert read.expiration.duration is None
        assert len(read.request_approval_settings.stages) == 1 and read.questions == []

    async def automatic() -> None:
        by_rule = AccessPackageAssignmentPolicy(
            display_name="By rule",
            description="Everyone in marketing.",
            allowed_target_scope=AllowedTargetScope.SpecificDirectoryUsers,
            specific_allowed_targets=[
                AttributeRuleMembers(
                    odata_type="#microsoft.graph.attributeRuleMembers",
                    description="Marketing",
                    membership_rule='(user.department -eq "Marketing")',
                ),
            ],
            automatic_request_settings=AccessPackageAutomaticRequestSettings(
                request_access_for_allowed_targets=True,
                remove_access_when_target_leaves_allowed_targets=True,
                grace_period_before_access_removal="P7D",
            ),
            access_package=AccessPackage(id=names["package"]),
        )
        answer = await em.assignment_policies.post(by_rule)
        assert isinstance(answer.specific_allowed_targets[0], AttributeRuleMembers)
        assert answer.automatic_request_settings.grace_period_before_access_removal == datetime.timedelta(days=7)
        await em.assignment_policies.by_access_package_assignment_policy_id(answer.id).delete()

    async def refusals() -> None:
        await refused(em.assignment_policies.post(policy(names, "Renamed by the SDK")), 409, "DuplicateKey")
        lost = policy(names, "Nowhere")
        lost.access_package = None
        await refused(em.assignment_policies.post(lost), 400)
        nobody = em.assignment_policies.by_access_package_assignment_policy_id("00000000-0000-0000-0000-00000000dead")
        await refused(nobody.get(), 404)

    async def delete() -> None:
        item = em.assignment_policies.by_access_package_assignment_policy_id(made["policy"].id)
        await item.delete()
        await refused(item.get(), 404)

    async def packages_and_catalogs() -> None:
        catalogs = await em.catalogs.get(
            configured(
                CatalogsRequestBuilder.CatalogsRequestBuilderGetQueryParameters(
                    filter="displayName eq 'Sales'", expand=["accessPackages"]
                )
            )
        )
        [sales] = catalogs.value
        assert isinstance(sales, AccessPackageCatalog)
        assert names["package"] in [package.id for package in sales.access_packages]
        query = AccessPackageItemRequestBuilder.AccessPackageItemRequestBuilderGetQueryParameters(
            expand=["assignmentPolicies", "catalog"]
        )
        package = await em.access_packages.by_access_package_id(names["package"]).get(configured(query))
        assert package.catalog.id == sales.id
        assert all(isinstance(one, AccessPackageAssignmentPolicy) for one in package.assignment_policies)
        new = await em.access_packages.post(
            AccessPackage(
                display_name="Made by the SDK",
                description="A package.",
                is_hidden=False,
                catalog=AccessPackageCatalog(id=sales.id),
            )
        )
        await em.access_packages.by_access_package_id(new.id).patch(AccessPackage(description="Changed."))
        read = await em.access_packages.by_access_package_id(new.id).get()
        assert read.description == "Changed." and isinstance(read.created_date_time, datetime.datetime)
        await em.access_packages.by_access_package_id(new.id).delete()

    async def directory() -> None:
        query = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(
            filter="displayName eq 'Partner desk'", select=["id", "displayName"]
        )
        groups = await graph.groups.get(configured(query))
        assert [(type(one), one.id) for one in groups.value] == [(Group, names["group"])]
        user = await graph.users.by_user_id("ana@contoso.com").get()
        assert isinstance(user, User) and user.id == names["user"]
        both = await graph.directory_objects.get_by_ids.post(
            GetByIdsPostRequestBody(ids=[names["user"], names["group"]], types=["user", "group"])
        )
        assert {type(one) for one in both.value} == {User, Group}, both.value
        organizations = await em.connected_organizations.get()
        assert "Fabrikam" in [one.display_name for one in organizations.value]
        principals = await graph.service_principals.get()
        assert principals.value
        assert (await em.assignments.get()).value

    for name, check in [
        ("creates a policy", create),
        ("reads it expanded", read_expanded),
        ("reads it plain, and selected", read_plain),
        ("lists in pages, expanded", list_in_pages),
        ("lists filtered, counted", list_filtered),
        ("updates it by PUT", update),
        ("creates an automatic policy", automatic),
        ("is refused with OData errors", refusals),
        ("deletes it", delete),
        ("packages and catalogs", packages_and_catalogs),
        ("groups, users and organizations", directory),
    ]:
        await report.check(f"v1.0: {name}", check)
