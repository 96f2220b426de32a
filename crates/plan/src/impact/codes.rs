//! The codes of effects. Each says the same thing in both directions; what widens is said first.

entrant_model::codes! {
    REQUESTOR_SCOPE = "requestor-scope", Note,
"The scope of the policy changed: who may ask, or be assigned access.

Scopes are ladders. In the directory: `specificDirectoryUsers`, `allMemberUsers`, `allDirectoryUsers`. Outside: `specificConnectedOrganizationUsers`, `allConfiguredConnectedOrganizationUsers`, all existing connected organizations (beta), `allExternalUsers`. Service principals: specific, all. Agent identities: all. `notSpecified` is below them all. Up a ladder widens, down narrows, from one ladder to another does both.";
    REQUESTOR_TARGETS = "requestor-targets", Note,
"A person, group, organization or service principal was added to the listed targets (widens) or removed (narrows). Under a scope that means everybody the list counts for nothing. Who is in a group is not looked at.";
    SELF_REQUESTS = "self-requests", Note,
"Whether those in scope may request access for themselves. Switched on it widens.";
    DIRECT_ASSIGNMENT = "direct-assignment", Note,
"A beta policy with the scope `NoSubjects` changed `acceptRequests`. Nobody may request under it; switched off, administrators cannot assign directly either. v1.0 shows both alike, so the effect is unknown.";
    VERIFIED_ID = "verified-id", Note,
"A Verified ID that requestors must present is no longer asked for, or more issuers are trusted for it (widens); or one is now asked for, or fewer are trusted (narrows).";
    OUTSIDE_REQUESTORS = "outside-requestors", Note,
"People from outside may ask now (widens) or no longer (narrows): the scope reached or left all users of the directory, guests included, or a rung of the ladder for connected organizations; or an organization was listed or taken off the list.";
    OUTSIDE_APPROVERS = "outside-approvers", Note,
"External sponsors may decide now (widens) or no longer (narrows). They are people of the other organization.";
    ON_BEHALF_REQUESTS = "on-behalf-requests", Note,
"Whether others may request access for those in scope. Switched on it widens.";
    ON_BEHALF_EXTENSION = "on-behalf-extension", Note,
"Whether others may extend or change access for those in scope. Switched on it widens.";
    ON_BEHALF_REQUESTORS = "on-behalf-requestors", Note,
"Who may ask for others: somebody was added (widens) or removed (narrows).";
    AUTOMATIC = "automatic-access", Note,
"A membership rule gives access without requests, to everybody whom it matches and at once. Switched on it widens; switched off it narrows, and whoever had access by the rule may lose it.";
    AUTOMATIC_TARGETS = "automatic-targets", Note,
"Whom an automatic policy gives access: a target was added (widens) or removed (narrows), or its scope changed.";
    RULE = "membership-rule", Note,
"A membership rule reads differently. Whom it matches cannot be told from its text, so the effect is unknown. An automatic policy acts on it at once, for everybody whom the rule matches now or matched before.";
    AUTOMATIC_LEAVERS = "automatic-leavers", Note,
"Whether whoever no longer matches the rule of an automatic policy keeps access (widens) or loses it (narrows).";
    AUTOMATIC_GRACE = "automatic-grace", Note,
"How long whoever no longer matches the rule of an automatic policy keeps access. Longer widens.";
    APPROVAL = "approval-needed", Note,
"Whether a request for access needs approval. Switched off it widens.";
    EXTENSION_APPROVAL = "extension-approval", Note,
"Whether a request to extend access needs approval, where extending is allowed at all. Switched off it widens.";
    APPROVAL_STAGES = "approval-stages", Note,
"A stage of approval was dropped (widens) or added (narrows). The same stages in another order are no effect.";
    APPROVAL_MODE = "approval-mode", Note,
"How the stages of approval are taken: one after the other, or all at once (`Parallel`, beta). Whether that lets anybody in more easily cannot be told.";
    APPROVERS = "approvers", Note,
"Who approves: somebody was added (widens, since one of them is enough) or removed (narrows). Who is in a group is not looked at.";
    FALLBACKS = "fallback-approvers", Note,
"Who approves where the first approvers cannot be found: somebody was added (widens) or removed (narrows).";
    ESCALATION = "escalation", Note,
"Whether a request that nobody decides goes to the escalation approvers. It does where escalation is on, there are such approvers, and it comes before the request is denied; that it now does widens.";
    ESCALATION_APPROVERS = "escalation-approvers", Note,
"Who decides after escalation: somebody was added (widens) or removed (narrows).";
    ESCALATION_TIME = "escalation-time", Note,
"How long until a request that nobody decides escalates. Sooner widens.";
    DYNAMIC_STAGE = "dynamic-stage", Note,
"A workflow extension decides who approves in a stage, or no longer does. Whom it chooses cannot be told from the policy.";
    REQUESTOR_JUSTIFICATION = "requestor-justification", Note,
"Whether requestors must say why they need access. Switched off it widens.";
    APPROVER_JUSTIFICATION = "approver-justification", Note,
"Whether approvers must say why they decide so. Switched off it widens.";
    REVIEWER_JUSTIFICATION = "reviewer-justification", Note,
"Whether reviewers must say why they decide so. Switched off it widens.";
    REQUIRED_QUESTION = "required-question", Note,
"A required question was dropped or made optional (widens), or added or made required (narrows). Another wording of the same question, and other answers to choose from, are no effect.";
    ANSWER_PATTERN = "answer-pattern", Note,
"What the answer to a required question must match: nothing any more widens, something now narrows, another pattern is unknown.";
    ACCESS_LENGTH = "access-length", Note,
"When access ends. Later, or never, widens. A duration and a date cannot be compared. It holds for new requests: pending and approved requests keep the end that they were given.";
    ACCESS_EXTENSION = "access-extension", Note,
"Whether people may ask to extend their access before it ends. Switched on it widens.";
    REVIEWS = "reviews", Note,
"Whether access is reviewed at intervals by somebody. Switched off it widens.";
    REVIEW_FREQUENCY = "review-frequency", Note,
"How often reviews come. Rarer widens: access that nobody needs any more stays longer.";
    REVIEW_LENGTH = "review-length", Note,
"How long one review is open. Longer widens: access that nobody confirms stays as long.";
    REVIEW_START = "review-start", Note,
"When the first review begins. Later widens: until then nobody looks at who has access.";
    REVIEW_END = "review-end", Note,
"When reviews stop to come. That they stop, or sooner, widens. An end by date and one by number cannot be compared.";
    SELF_REVIEW = "self-review", Note,
"Whether everybody reviews their own access. Switched on it widens.";
    REVIEWERS = "reviewers", Note,
"Who reviews: somebody was added (widens) or removed (narrows). Who is in a group is not looked at.";
    FALLBACK_REVIEWERS = "fallback-reviewers", Note,
"Who reviews where the first reviewers cannot be found: somebody was added (widens) or removed (narrows).";
    REVIEW_TIMEOUT = "review-timeout", Note,
"What happens to access that nobody reviewed in time. From `removeAccess` over `acceptAccessRecommendation` to `keepAccess` widens.";
    REVIEW_RECOMMENDATIONS = "review-recommendations", Note,
"Whether reviewers see the system's recommendations, where those decide without an answer. Its effect is unknown.";
    WORKFLOW_EXTENSIONS = "workflow-extensions", Note,
"Other workflow extensions (Logic Apps) run at stages of a request. What they do cannot be told from the policy.";
    NAME_MEANS_ANOTHER = "name-means-another", Note,
"Live holds another object of the same name at this place: the name means another id now.

A group that was deleted and made again has other members. In most tenants anybody can make a group of any name, so look at the object before you approve. A document that writes the id beside the name, `{group: Partner desk, id: …}`, cannot be turned to another object.";
    BROADER_POLICY = "broader-policy", Note,
"A policy was closed, narrowed or deleted, and a broader one that takes requests remains in the package.

Entra hides a broader policy from people whom a more specific one covers. With the specific one out of the way they see the broader one, and may ask under its terms. Whether fewer people get in cannot be told; compare the approval and the expiry of the two.";
    RESOURCE_ROLES = "resource-roles", Note,
"What an access package gives: a role of a group, an application or a site was added (widens) or taken out (narrows).

It acts at once and without a request: whoever is assigned the package gets or loses the role. A new package gives nothing to anybody until a policy lets people have it, so its roles are an effect only where a policy that the same plan makes does.";
    GROUP_OWNERSHIP = "group-ownership", Note,
"An access package begins to make its assignees owners of a group (widens), or ceases to (narrows). An owner may manage the group: add and remove members and owners, and change what it is called.";
    INCOMPATIBLE_PACKAGES = "incompatible-packages", Note,
"Packages whose assignees may not request this one: one was taken off the list (widens) or put on it (narrows). Whoever holds both keeps both.";
    INCOMPATIBLE_GROUPS = "incompatible-groups", Note,
"Groups whose members may not request the package: one was taken off the list (widens) or put on it (narrows). Whoever has the package keeps it.";
    PACKAGE_GONE = "package-gone", Note,
"An access package would be deleted, and with it policies that take requests or give access by a rule and that no `Removed` document names.";
    CATALOG_STATE = "catalog-state", Note,
"Whether the packages of a catalog may be requested, as their policies say. Published widens. Whoever has access keeps it.";
    EXTERNALLY_VISIBLE = "externally-visible", Note,
"Whether people from outside may request packages of a catalog, where a policy allows them. Switched on it widens.";
    CATALOG_RESOURCES = "catalog-resources", Note,
"What the packages of a catalog may give: a resource was added (widens) or removed (narrows). Nobody has access by that alone. But owners and access package managers of the catalog may put the resource into packages, and need no right on the resource itself for it.";
    CATALOG_ROLES = "catalog-roles", Note,
"Who has a role on a catalog, and so may change who gets access to its packages: a role was given (widens) or taken (narrows).

An owner may do everything that the other roles may, and both kinds of manager may see what a reader may. So a role that somebody gets beside a broader one that they have is no effect. Who is in a group is not looked at.";
    ORGANIZATION_STATE = "organization-state", Note,
"Which policies mean the users of a connected organization. Those for all configured organizations mean it once it is `configured`; those for all *existing* ones (beta) once it is there, `proposed` too. Towards configured widens.";
    ORGANIZATION_POLICY = "organization-policy", Note,
"A policy for all configured, or all existing, connected organizations takes in the users of one more (widens) or of one fewer (narrows), though no document of the policy changes. Only policies that were read are named: those of packages that documents declare policies for.";
    ORGANIZATION_SOURCES = "organization-sources", Note,
"Who counts as a user of a connected organization: a tenant, a domain or another source was added (widens) or removed (narrows).";
    ORGANIZATION_SPONSORS = "organization-sponsors", Note,
"Who decides on requests of users of a connected organization where a policy asks its internal or external sponsors: somebody was added (widens) or removed (narrows).";
    EXTENSION_CALL = "extension-call", Note,
"A workflow extension calls something else, proves itself otherwise, runs at other stages or makes requests wait otherwise. What it does to a request cannot be told, so the effect is unknown.";
    OUTSIDE_LIFECYCLE = "outside-lifecycle", Note,
"What becomes of users from outside who came through an access package and have lost their last access. From `none` over `blockSignIn` to `blockSignInAndDelete` narrows. It acts when somebody's last access ends.";
    OUTSIDE_DELETION = "outside-deletion", Note,
"How long after the block the account of a user from outside is deleted, where it is deleted at all. Longer widens.";
}
