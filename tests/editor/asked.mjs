// What the editor offers and explains. `|` marks the cursor in a text; the modeline is put above it.

const V1 = `kind: AssignmentPolicy
accessPackage: Marketing campaign
displayName: Partners may request
`;
const BETA = `kind: AssignmentPolicy
apiVersion: beta
accessPackageId: Marketing campaign
displayName: Partners may request
`;

const PACKAGE = `kind: AccessPackage
catalog: Sales
displayName: Campaign
`;
const CATALOG = `kind: Catalog
displayName: Sales
`;

export const COMPLETIONS = [
  {
    name: 'the kinds', text: 'kind: |',
    offers: ['AssignmentPolicy', 'AccessPackage', 'Catalog', 'ConnectedOrganization', 'WorkflowExtension', 'Settings',
      'PolicyTemplate', 'PolicyDefaults', 'Removed'],
  },
  {
    name: 'the keys of a package', text: `${PACKAGE}|`,
    offers: ['resourceRoleScopes', 'incompatibleGroups', 'assignmentPolicies', 'isHidden', 'pin'],
    not: ['resources', 'accessPackagesIncompatibleWith', 'allowedTargetScope', 'target'],
  },
  {
    name: 'the keys of a role', text: `${PACKAGE}resourceRoleScopes:\n  - |`,
    offers: ['group', 'application', 'site', 'role'], not: ['user', 'scope'],
  },
  {
    name: 'the roles of a group', text: `${PACKAGE}resourceRoleScopes:\n  - group: Ops\n    role: |`,
    offers: ['Member', 'Owner', 'Eligible Member', 'Eligible Owner'],
  },
  {
    name: 'the keys of a policy in its package', text: `${PACKAGE}assignmentPolicies:\n  - displayName: x\n    |`,
    offers: ['allowedTargetScope', 'expiration', 'requestApprovalSettings', 'apiVersion', 'previousNames', 'template', 'with'],
    not: ['accessPackage', 'kind', 'tenants', 'durationInDays', 'forEachPackage'],
  },
  {
    name: 'the keys of a beta policy in its package',
    text: `${PACKAGE}assignmentPolicies:\n  - displayName: x\n    apiVersion: beta\n    |`,
    offers: ['durationInDays', 'accessReviewSettings'], not: ['accessPackageId', 'expiration'],
  },
  {
    name: 'the keys of a catalog', text: `${CATALOG}|`,
    offers: ['resources', 'roleAssignments', 'state', 'isExternallyVisible'], not: ['catalogType', 'resourceRoles'],
  },
  { name: 'the words of a state', text: `${CATALOG}state: |`, offers: ['published', 'unpublished'] },
  {
    name: 'the roles on a catalog', text: `${CATALOG}roleAssignments:\n  - group: Ops\n    role: |`,
    offers: ['owner', 'reader', 'accessPackageManager', 'assignmentManager'],
  },
  {
    name: 'the keys of an identity source',
    text: 'kind: ConnectedOrganization\ndisplayName: Fabrikam\nidentitySources:\n  - |',
    offers: ['tenant', 'domain', 'federatedDomain', 'social'],
  },
  {
    name: 'the keys of settings', text: 'kind: Settings\n|',
    offers: ['externalUserLifecycleAction', 'durationUntilExternalUserDeletedAfterBlocked', 'tenants'],
    not: ['pin', 'protected', 'displayName'],
  },
  {
    name: 'the ways to prove where a call comes from',
    text: 'kind: WorkflowExtension\ncatalog: Sales\ndisplayName: Ticket\ntype: request\nauthenticationConfiguration: |',
    offers: ['azureAdPopTokenAuthentication'],
  },
  { name: 'the versions', text: 'kind: AssignmentPolicy\napiVersion: |', offers: ['v1.0', 'beta'] },
  {
    name: 'the keys of a v1.0 policy', text: `${V1}|`,
    offers: ['allowedTargetScope', 'expiration', 'requestApprovalSettings', 'reviewSettings', 'questions',
      'automaticRequestSettings', 'pin'],
    not: ['durationInDays', 'accessReviewSettings', 'accessPackageId', 'verifiableCredentialSettings', 'target'],
  },
  {
    name: 'the keys of a beta policy', text: `${BETA}|`,
    offers: ['durationInDays', 'expirationDateTime', 'accessReviewSettings', 'verifiableCredentialSettings',
      'canExtend', 'requestorSettings'],
    not: ['allowedTargetScope', 'expiration', 'reviewSettings', 'automaticRequestSettings', 'target'],
  },
  {
    name: 'the words of allowedTargetScope', text: `${V1}allowedTargetScope: |`,
    offers: ['notSpecified', 'specificDirectoryUsers', 'specificConnectedOrganizationUsers',
      'specificDirectoryServicePrincipals', 'allMemberUsers', 'allDirectoryUsers', 'allDirectoryServicePrincipals',
      'allConfiguredConnectedOrganizationUsers', 'allExternalUsers', 'allDirectoryAgentIdentities'],
    not: ['unknownFutureValue', 'NoSubjects'],
  },
  {
    name: 'the words of scopeType', text: `${BETA}requestorSettings:\n  scopeType: |`,
    offers: ['NoSubjects', 'AllExistingConnectedOrganizationSubjects', 'AllExternalSubjects'],
    not: ['notSpecified'],
  },
  {
    name: 'the words of an expiration', text: `${V1}expiration: |`, offers: ['noExpiration'],
  },
  {
    name: 'the words of a recurrence', text: `${V1}reviewSettings:\n  schedule:\n    recurrence: |`,
    offers: ['weekly', 'monthly', 'quarterly', 'halfyearly', 'annual'],
  },
  {
    name: 'the keys of an approver',
    text: `${V1}requestApprovalSettings:\n  stages:\n    - primaryApprovers:\n        - |`,
    offers: ['user', 'group', 'manager', 'externalSponsors', 'internalSponsors', 'targetUserSponsors'],
  },
  {
    name: 'the keys of an approver in beta',
    text: `${BETA}requestApprovalSettings:\n  approvalStages:\n    - primaryApprovers:\n        - |`,
    offers: ['user', 'group', 'manager', 'externalSponsors', 'internalSponsors'],
    not: ['servicePrincipal'],
  },
  {
    name: 'the keys inside an approver', text:
      `${V1}requestApprovalSettings:\n  stages:\n    - primaryApprovers:\n        - group: Partner desk\n          |`,
    offers: ['description'],
  },
  {
    name: 'the keys of a stage', text: `${V1}requestApprovalSettings:\n  stages:\n    - |`,
    offers: ['durationBeforeAutomaticDenial', 'primaryApprovers', 'isEscalationEnabled'],
    not: ['escalationTimeInMinutes'],
  },
  {
    name: 'the keys of a removal', text: 'kind: Removed\n|', offers: ['target', 'action'],
    not: ['displayName', 'allowedTargetScope'],
  },
  {
    name: 'the members of what is removed', text: 'kind: Removed\ntarget:\n  |\naction: delete\n',
    offers: ['kind', 'accessPackage', 'displayName'], not: ['allowedTargetScope', 'target'],
  },
  {
    name: 'the keys of a template', text: 'kind: PolicyTemplate\n|', offers: ['name', 'parameters', 'policy', 'apiVersion'],
    not: ['displayName', 'accessPackage', 'target'],
  },
  {
    name: 'the types of parameters', text: 'kind: PolicyTemplate\nname: x\nparameters:\n  who:\n    type: |\n',
    offers: ['text', 'subjects', 'expiration', 'group'],
  },
  {
    name: 'the members of a template', text: 'kind: PolicyTemplate\nname: x\npolicy:\n  |',
    offers: ['allowedTargetScope', 'expiration', 'requestApprovalSettings'], not: ['durationInDays', 'parameters', 'pin'],
  },
  {
    name: 'the members of a template in beta', text: 'kind: PolicyTemplate\napiVersion: beta\nname: x\npolicy:\n  |',
    offers: ['durationInDays', 'requestApprovalSettings'], not: ['expiration', 'parameters'],
  },
  {
    name: 'the words in a template', text: 'kind: PolicyTemplate\nname: x\npolicy:\n  allowedTargetScope: |',
    offers: ['specificDirectoryUsers', 'allMemberUsers'],
  },
  {
    name: 'the keys of a policy that uses a template', text: `${V1}template: x\n|`,
    offers: ['with', 'forEachPackage', 'expiration'],
  },
  {
    name: 'the keys of the defaults of a catalog', text: 'kind: PolicyDefaults\n|', offers: ['catalog', 'policy'],
    not: ['parameters', 'displayName'],
  },
  { name: 'the ways of removal', text: 'kind: Removed\naction: |', offers: ['delete', 'forget'] },
];

export const HOVERS = [
  { name: 'a kind', text: '|kind: AssignmentPolicy', says: /\w/ },
  { name: 'a scope', text: `${V1}|allowedTargetScope: notSpecified`, says: /who may receive access/i },
  { name: 'a word of a scope', text: `${V1}allowedTargetScope: |allMemberUsers`, says: /guests left out/ },
  { name: 'an expiration', text: `${V1}|expiration: P90D`, says: /P90D/ },
  {
    name: 'a stage', text: `${V1}requestApprovalSettings:\n  stages:\n    - |durationBeforeAutomaticDenial: P14D`,
    says: /ISO 8601 duration/,
  },
  {
    name: 'a subject', text:
      `${V1}requestApprovalSettings:\n  stages:\n    - primaryApprovers: [{|group: Partner desk}]`,
    says: /group/i,
  },
  { name: 'days in beta', text: `${BETA}|durationInDays: 365`, says: /days/ },
  {
    name: 'minutes in beta', text:
      `${BETA}requestApprovalSettings:\n  approvalStages:\n    - |escalationTimeInMinutes: 11520`,
    says: /minutes/,
  },
  { name: 'a removal', text: 'kind: Removed\n|action: delete', says: /\w/ },
  { name: 'the roles of a package', text: `${PACKAGE}|resourceRoleScopes: []`, says: /gets/ },
  { name: 'a role', text: `${PACKAGE}resourceRoleScopes:\n  - |group: Ops`, says: /display name or id/ },
  { name: 'a word of a role', text: `${PACKAGE}resourceRoleScopes:\n  - group: Ops\n    role: |Owner`, says: /manage it/ },
  { name: 'the policies of a package', text: `${PACKAGE}|assignmentPolicies: []`, says: /document of its own/ },
  {
    name: 'a member of a policy in its package',
    text: `${PACKAGE}assignmentPolicies:\n  - displayName: x\n    |expiration: P90D`, says: /P90D/,
  },
  { name: 'a resource', text: `${CATALOG}resources:\n  - |site: https://contoso.sharepoint.com/sites/x`, says: /URL/ },
];
