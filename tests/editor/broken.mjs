// Mistakes that people make, each as a change of a line of the demo estate, and what the editor must say
// about it. `find` is looked for in the single-document files of `policies/` of that version; the first hit
// is changed, and exactly one diagnostic must come, at that line (or at `line` lines after it).
//
// `says` are the words that the message must hold. No message may hold one of `NEVER`.

// What an editor says when a schema lets it look into the wrong branch.
export const NEVER = [/Value must be/, /Expected string/i, /Incorrect type\. Expected "null"/, /oneOf/, /if\/then/];

export const BROKEN = [
  // v1.0
  {
    name: 'a misspelt key in a subject',
    version: 'v1.0', find: /(?<=- |\{)group: /, replace: 'gruop: ', says: ['gruop'],
  },
  {
    name: 'a wrong word of an enum',
    version: 'v1.0', find: /^allowedTargetScope: .*/m, replace: 'allowedTargetScope: allMembers',
    says: ['allMemberUsers', 'allDirectoryUsers', 'notSpecified'],
  },
  {
    name: "the other version's word of an enum",
    version: 'v1.0', find: /^allowedTargetScope: .*/m, replace: 'allowedTargetScope: AllExistingDirectoryMemberUsers',
    says: ['allMemberUsers'],
  },
  {
    name: 'a text where a boolean belongs',
    version: 'v1.0', find: /isApprovalRequiredForAdd: \w+/, replace: 'isApprovalRequiredForAdd: "true"',
    says: ['boolean'],
  },
  {
    name: 'a number where a duration belongs',
    version: 'v1.0', find: /durationBeforeAutomaticDenial: \w+/, replace: 'durationBeforeAutomaticDenial: 14',
    says: ['string'],
  },
  {
    name: 'a duration that is none',
    version: 'v1.0', find: /durationBeforeAutomaticDenial: \w+/, replace: 'durationBeforeAutomaticDenial: 14 days',
    says: ['P14D'],
  },
  {
    name: 'a missing required property',
    version: 'v1.0', find: /^displayName: .*\n/m, replace: '', line: 'first', says: ['displayName'],
  },
  {
    name: 'a member of beta',
    version: 'v1.0', find: /^displayName: .*/m, replace: '$&\ndurationInDays: 30', line: 1, says: ['durationInDays'],
  },
  {
    name: 'a misspelt key at the top',
    version: 'v1.0', find: /^description:/m, replace: 'descripton:', says: ['descripton'],
  },
  {
    name: 'a misspelt key in a stage',
    version: 'v1.0', find: /isApproverJustificationRequired:/, replace: 'isApproverJustificationRequred:',
    says: ['isApproverJustificationRequred'],
  },
  {
    name: 'an unknown kind',
    version: 'v1.0', find: /^kind: AssignmentPolicy$/m, replace: 'kind: AssignmentPolicies',
    says: ['AssignmentPolicy', 'Removed'],
  },
  {
    name: 'an unknown version',
    version: 'v1.0', find: /^kind: AssignmentPolicy$/m, replace: '$&\napiVersion: v2', line: 1,
    says: ['v1.0', 'beta'],
  },

  // beta
  {
    name: 'a misspelt key in a subject',
    version: 'beta', find: /(?<=- |\{)group: /, replace: 'gruop: ', says: ['gruop'],
  },
  {
    name: 'a wrong word of an enum',
    version: 'beta', find: /scopeType: \w+/, replace: 'scopeType: AllExistingConnectedOrganizations',
    says: ['AllExistingConnectedOrganizationSubjects', 'NoSubjects'],
  },
  {
    name: "the other version's word of an enum",
    version: 'beta', find: /scopeType: \w+/, replace: 'scopeType: allConfiguredConnectedOrganizationUsers',
    says: ['AllConfiguredConnectedOrganizationSubjects'],
  },
  {
    name: 'a text where a number belongs',
    version: 'beta', find: /^durationInDays: \d+/m, replace: 'durationInDays: P365D', says: ['integer'],
  },
  {
    name: 'a text where a boolean belongs',
    version: 'beta', find: /isApprovalRequired: \w+/, replace: 'isApprovalRequired: "true"', says: ['boolean'],
  },
  {
    name: 'a missing required property',
    version: 'beta', find: /^accessPackageId: .*\n/m, replace: '', line: 'first', says: ['accessPackageId'],
  },
  {
    name: 'a member of v1.0',
    version: 'beta', find: /^displayName: .*/m, replace: '$&\nallowedTargetScope: notSpecified', line: 1,
    says: ['allowedTargetScope'],
  },
  {
    name: 'a misspelt key at the top',
    version: 'beta', find: /^description:/m, replace: 'descripton:', says: ['descripton'],
  },
  {
    name: 'a misspelt key in a stage',
    version: 'beta', find: /approvalStageTimeOutInDays:/, replace: 'approvalStageTimeoutInDays:',
    says: ['approvalStageTimeoutInDays'],
  },
  {
    name: 'an unknown kind',
    version: 'beta', find: /^kind: AssignmentPolicy$/m, replace: 'kind: assignmentPolicy',
    says: ['AssignmentPolicy', 'Removed'],
  },
  {
    name: 'an unknown version',
    version: 'beta', find: /^apiVersion: beta$/m, replace: 'apiVersion: Beta', says: ['v1.0', 'beta'],
  },
];

const MODELINE = '# yaml-language-server: $schema=../schemas/entrant.schema.json';
const REMOVED = `${MODELINE}
kind: Removed
target:
  kind: AssignmentPolicy
  accessPackage: Marketing campaign
  displayName: Partners may request
action: delete
`;
const BETA = `${MODELINE}
kind: AssignmentPolicy
apiVersion: beta
accessPackageId: Marketing campaign
displayName: Partners may request
durationInDays: 30
`;

const PACKAGE = `${MODELINE}
kind: AccessPackage
catalog: Sales
displayName: Campaign
resourceRoleScopes:
  - {group: Ops, role: Owner}
  - {application: Payroll, role: Clerk}
  - role: {displayName: Member, originSystem: AadGroup, resource: {originId: Staff}}
assignmentPolicies:
  - displayName: Employees
    allowedTargetScope: allMemberUsers
`;
const CATALOG = `${MODELINE}
kind: Catalog
displayName: Sales
state: published
resources:
  - group: Staff
  - site: https://contoso.sharepoint.com/sites/campaign
roleAssignments:
  - {user: ana@contoso.com, role: owner}
`;
const ORGANIZATION = `${MODELINE}
kind: ConnectedOrganization
displayName: Fabrikam
identitySources:
  - tenant: d2dcb9a1-a445-42ee-83a8-476522ed6cbf
internalSponsors: [{group: Partner desk}]
`;
const EXTENSION = `${MODELINE}
kind: WorkflowExtension
catalog: Sales
displayName: Ticket
type: request
endpointConfiguration: {targetUrl: "https://hooks.contoso.com/ticket"}
callbackConfiguration: {timeoutDuration: PT1H}
`;
const SETTINGS = `${MODELINE}
kind: Settings
externalUserLifecycleAction: blockSignIn
`;

// Mistakes in texts of the test's own, for what the estate has no document of; `line` counts from 1.
export const OWN = [
  { name: 'a removal without a mistake', text: REMOVED },
  {
    name: 'a misspelt way of removal', text: REMOVED.replace('delete', 'destroy'), line: 7,
    says: ['delete', 'forget'],
  },
  {
    name: 'a misspelt member of what is removed', text: REMOVED.replace('displayName', 'dispalyName'), line: 6,
    says: ['dispalyName'], also: /displayName/,
  },
  { name: 'a member of a policy in a removal', text: `${REMOVED}description: x\n`, line: 8, says: ['description'] },
  { name: 'a package without a mistake', text: PACKAGE },
  {
    name: 'a wrong role of a group', text: PACKAGE.replace('role: Owner', 'role: Boss'), line: 6,
    says: ['Member', 'Owner', 'Eligible Member'],
  },
  {
    name: 'a role that is missing', text: PACKAGE.replace(', role: Clerk', ''), line: 7, says: ['role'],
  },
  {
    name: 'a misspelt key in a role', text: PACKAGE.replace('application:', 'aplication:'), line: 7, says: ['aplication'],
  },
  {
    name: 'a misspelt key in a policy in its package',
    text: PACKAGE.replace('allowedTargetScope', 'allowedTargetScpe'), line: 11, says: ['allowedTargetScpe'],
  },
  {
    name: 'a wrong word in a policy in its package', text: PACKAGE.replace('allMemberUsers', 'allMembers'), line: 11,
    says: ['allMemberUsers', 'notSpecified'],
  },
  {
    name: 'beta of a package', text: PACKAGE.replace('catalog: Sales', '$&\napiVersion: beta'), line: 4, says: ['v1.0'],
  },
  { name: 'a catalog without a mistake', text: CATALOG },
  { name: 'a wrong state', text: CATALOG.replace(': published', ': open'), line: 4, says: ['published', 'unpublished'] },
  { name: 'a site that is no URL', text: CATALOG.replace('https://', ''), line: 7, says: ['URL', 'https://'] },
  { name: 'a wrong role on a catalog', text: CATALOG.replace('role: owner', 'role: boss'), line: 9, says: ['owner', 'reader'] },
  { name: 'a member of a policy in a catalog', text: `${CATALOG}expiration: P90D\n`, line: 10, says: ['expiration'] },
  { name: 'an organization without a mistake', text: ORGANIZATION },
  { name: 'a tenant by its domain', text: ORGANIZATION.replace(/d2dc\S+/, 'fabrikam.com') },
  {
    name: 'a tenant by what is neither an id nor a domain', text: ORGANIZATION.replace(/d2dc\S+/, 'fabrikam'), line: 5,
    says: ['a domain of it'],
  },
  { name: 'an extension without a mistake', text: EXTENSION },
  { name: 'an extension without its type', text: EXTENSION.replace('type: request\n', ''), line: 2, says: ['type'] },
  {
    name: 'an endpoint that says nothing', text: EXTENSION.replace(/\{targetUrl.*\}/, '{}'), line: 6,
    says: ['logicAppTriggerEndpointConfiguration'],
  },
  { name: 'settings without a mistake', text: SETTINGS },
  { name: 'a pin of settings', text: `${SETTINGS}pin: x\n`, line: 4, says: ['pin'] },
  {
    name: 'a removal of settings', text: REMOVED.replace('kind: AssignmentPolicy', 'kind: Settings'), line: 4,
    says: ['AssignmentPolicy', 'Catalog'],
  },
  {
    name: 'a removal of a catalog', text: REMOVED.replace('AssignmentPolicy', 'Catalog').replace(/  accessPackage.*\n/, ''),
  },
  {
    name: 'a removal of a package without its catalog', text: REMOVED.replace('AssignmentPolicy', 'AccessPackage'), line: 5,
    says: ['accessPackage'], also: /catalog/,
  },
  { name: 'several documents without a mistake', text: `${REMOVED}---\n${BETA}` },
  {
    name: 'a mistake in the second of several documents',
    text: `${REMOVED}---\n${BETA.replace('durationInDays: 30', 'durationInDays: many')}`, line: 14,
    says: ['integer'],
  },
];
