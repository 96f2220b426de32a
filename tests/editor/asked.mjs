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

export const COMPLETIONS = [
  { name: 'the kinds', text: 'kind: |', offers: ['AssignmentPolicy', 'Removed'] },
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
];
