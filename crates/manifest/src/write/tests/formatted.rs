//! The canonical form, by example. Every text is printed twice: the second time changes nothing.

use crate::Config;
use crate::write::format;
use std::path::Path;

const HEAD: &str = "kind: AssignmentPolicy\naccessPackage: Sales\ndisplayName: A\n";

fn fmt_as(file: &str, source: &str) -> String {
    let once = format(Path::new(file), source, &Config::default());
    let twice = format(Path::new(file), &once, &Config::default());
    assert_eq!(twice, once, "printed again, it is another text");
    once
}

fn fmt(source: &str) -> String {
    fmt_as("x.yaml", source)
}

/// What becomes of lines after the head of a policy.
fn body(lines: &str) -> String {
    let text = fmt(&format!("{HEAD}{lines}"));
    text.strip_prefix(HEAD).unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[test]
fn graph_form_becomes_the_hand_form() {
    for (before, after) in [
        ("expiration: {type: afterDuration, duration: PT2160H, endDateTime: null}", "expiration: P90D"),
        ("expiration: {type: noExpiration}", "expiration: noExpiration"),
        (
            "expiration: {type: afterDateTime, endDateTime: '2027-01-31T02:00:00+02:00'}",
            "expiration: 2027-01-31T00:00:00Z",
        ),
        ("expiration: 'P2W'", "expiration: P14D"),
        (
            "specificAllowedTargets:\n- '@odata.type': '#microsoft.graph.groupMembers'\n  description: x\n  groupId: bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d",
            "specificAllowedTargets:\n  - {group: bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d, description: x}",
        ),
        (
            "specificAllowedTargets: [{group: {name: Desk}}, {user: {id: bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d}}]",
            "specificAllowedTargets:\n  - group: Desk\n  - user: bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d",
        ),
        (
            "requestApprovalSettings:\n  stages:\n  - '@odata.type': '#microsoft.graph.accessPackageApprovalStage'\n    primaryApprovers:\n      - '@odata.type': '#microsoft.graph.externalSponsors'\n      - {internalSponsors: {}}\n      - '@odata.type': '#microsoft.graph.requestorManager'\n        managerLevel: 1",
            "requestApprovalSettings:\n  stages:\n    - primaryApprovers: [externalSponsors, internalSponsors, {manager: 1}]",
        ),
        (
            "questions:\n- '@odata.type': '#microsoft.graph.accessPackageTextInputQuestion'\n  text: Why?\n  localizations: [{text: Pourquoi ?, languageCode: fr}]",
            "questions:\n  - text: Why?\n    localizations: {fr: \"Pourquoi ?\"}",
        ),
        (
            "questions: [{text: Which?, choices: [{actualValue: a, text: a}, {text: B, actualValue: b}]}]",
            "questions:\n  - text: Which?\n    choices: [a, {actualValue: b, text: B}]",
        ),
        (
            "reviewSettings:\n  schedule:\n    recurrence: {range: {type: noEnd}, pattern: {interval: 3, type: absoluteMonthly}}\n    expiration: {type: afterDuration, duration: P25D}",
            "reviewSettings:\n  schedule: {expiration: P25D, recurrence: quarterly}",
        ),
    ] {
        assert_eq!(body(before), format!("{after}\n"));
    }
}

#[test]
fn what_says_more_than_the_hand_form_stays() {
    for same in [
        "expiration:\n  # as the contract says\n  type: afterDuration\n  duration: P90D",
        "expiration: {type: notSpecified}",
        "specificAllowedTargets:\n  - \"@odata.type\": \"#microsoft.graph.requestorManager\"\n    isBackup: {var: x}",
        "accessPackageX: {b: 1, a: 2}",
        "reviewSettings:\n  schedule:\n    recurrence:\n      pattern:\n        type: absoluteMonthly\n        interval: 3\n        month: 0\n      range: {type: noEnd}",
    ] {
        assert_eq!(body(same), format!("{same}\n"));
    }
}

#[test]
fn members_stand_in_the_order_of_the_table_and_take_their_comments_along() {
    let text = fmt(
        "# yaml-language-server: $schema=x\n# About the file.\n\n# about the name\ndisplayName: A # beside\npin: bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d\n\n\n# about reviews\nreviewSettings:   null\nexpiration:\n\n  P90D\n# about the package\naccessPackage: 'Sales'\nkind:   AssignmentPolicy\n# the end\n",
    );
    assert_eq!(
        text,
        "# yaml-language-server: $schema=x\n# About the file.\n\nkind: AssignmentPolicy\npin: bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d\n# about the package\naccessPackage: Sales\n# about the name\ndisplayName: A  # beside\nexpiration: P90D\n\n# about reviews\nreviewSettings: null\n# the end\n"
    );
}

#[test]
fn comments_stay_where_they_belong() {
    for (before, after) in [
        (
            "specificAllowedTargets: # who\n  # first\n  - {group: A} # a\n\n\n  # second\n  - # b\n    group: B\n  # last\n# next\nexpiration: P1D",
            "specificAllowedTargets:  # who\n  # first\n  - group: A  # a\n\n  # second\n  - group: B  # b\n  # last\n# next\nexpiration: P1D",
        ),
        (
            "specificAllowedTargets: [ # who\n  {group: A}, # a\n  # second\n  {group: B} # b\n  # end\n  ] # after",
            "specificAllowedTargets:  # after\n  # who\n  - group: A  # a\n  # second\n  - group: B  # b\n  # end",
        ),
        (
            "questions:\n# one\n- text: Why? #why\n  # inner\n  isRequired: true\n# two\n- text: How?",
            "questions:\n  # one\n  - text: Why?  #why\n    # inner\n    isRequired: true\n  # two\n  - text: How?",
        ),
        ("expiration: # how long\n  # really\n  P90D", "# really\nexpiration: P90D  # how long"),
        ("specificAllowedTargets: [] # nobody", "specificAllowedTargets: []  # nobody"),
    ] {
        let after = format!("{after}\n");
        assert_eq!(body(before), after);
    }
}

#[test]
fn texts_of_several_lines() {
    for (before, after) in [
        (
            "description: |\n   one\n\n     two\nexpiration: P1D",
            "description: |\n  one\n\n    two\nexpiration: P1D",
        ),
        ("description: >- # folded\n  one\n  two\n\n\n", "description: >-  # folded\n  one\n  two"),
        ("description: one\n  two\n  three", "description: >-\n  one\n  two\n  three"),
        ("description: \"one\n  two\"", "description: >-\n  one\n  two"),
        ("description: \"one\\n two\"", "description: \"one\\n two\""),
        ("description: 'it''s'", "description: it's"),
        ("description: 'yes'", "description: \"yes\""),
    ] {
        assert_eq!(body(before), format!("{after}\n"));
    }
}

#[test]
fn what_cannot_be_kept_otherwise_stays_byte_for_byte() {
    for same in ["description: |2\n    one\n  two\n", "description: |+\n  one\n\n\nexpiration: P1D\n"] {
        let text = format!("{HEAD}{same}");
        assert_eq!(fmt(&text), text);
    }
}

#[test]
fn anchors_and_aliases_stay() {
    let after = body(
        "requestApprovalSettings:\n  stages:\n  - fallbackPrimaryApprovers: &desk [ {group: Desk} ]\n    primaryApprovers: [{manager: 1}]\n  - primaryApprovers: *desk # the same\n",
    );
    assert_eq!(
        after,
        "requestApprovalSettings:\n  stages:\n    - primaryApprovers: [{manager: 1}]\n      fallbackPrimaryApprovers: &desk [{group: Desk}]\n    - primaryApprovers: *desk  # the same\n"
    );
    // In the table's order the alias would come before its anchor: the order stays, the spacing does not.
    let text =
        fmt("kind: AssignmentPolicy\ndisplayName:   &name A\naccessPackage: *name\nexpiration:   P7D\n");
    assert_eq!(text, "kind: AssignmentPolicy\ndisplayName: &name A\naccessPackage: *name\nexpiration: P7D\n");
}

#[test]
fn several_documents_line_ends_and_the_mark_at_the_beginning() {
    let text = "\u{feff}# first\r\n\r\n---   \r\nkind:  AssignmentPolicy\r\naccessPackage: Sales\r\ndisplayName: A\r\n\r\n\r\n--- # second\r\n{displayName: B, accessPackage: Sales, kind: AssignmentPolicy} # b\r\n...\r\n# end";
    assert_eq!(
        fmt(text),
        "\u{feff}# first\r\n---\r\nkind: AssignmentPolicy\r\naccessPackage: Sales\r\ndisplayName: A\r\n--- # second\r\nkind: AssignmentPolicy\r\naccessPackage: Sales\r\ndisplayName: B\r\n# b\r\n...\r\n# end\r\n"
    );
}

#[test]
fn json_files_stay_json() {
    let text = fmt_as(
        "x.json",
        "{\"displayName\":\"A\",\"kind\":\"AssignmentPolicy\",\"$schema\":\"x\",\"accessPackage\":{\"name\":\"Sales\"},\"expiration\":{\"type\":\"afterDuration\",\"duration\":\"P90D\"},\"specificAllowedTargets\":[]}",
    );
    assert_eq!(
        text,
        "{\n  \"$schema\": \"x\",\n  \"kind\": \"AssignmentPolicy\",\n  \"accessPackage\": \"Sales\",\n  \"displayName\": \"A\",\n  \"specificAllowedTargets\": [],\n  \"expiration\": \"P90D\"\n}\n"
    );
}

#[test]
fn what_has_no_table_gets_new_spacing_alone() {
    assert_eq!(
        fmt("b:   [ 1,2 ]\na: {x: 'y'}\nkind:  Unknown\n"),
        "b: [1, 2]\na: {x: \"y\"}\nkind: Unknown\n"
    );
}

#[test]
fn removed_documents_and_variables() {
    assert_eq!(
        fmt(
            "action: delete\nkind: Removed\ntarget: {displayName: A, kind: AssignmentPolicy, accessPackage: Sales}\n"
        ),
        "kind: Removed\ntarget:\n  kind: AssignmentPolicy\n  accessPackage: Sales\n  displayName: A\naction: delete\n"
    );
    let mut config = Config::default();
    assert!(config.tenants.is_empty());
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("entrant.yaml"),
        "tenants:\n  prod:\n    id: 5b9e4d6c-3f0a-4c8e-9a57-0c1f6f2f8a11\n    variables: {keep: P90D, who: [{group: A}]}\n  test:\n    id: 5b9e4d6c-3f0a-4c8e-9a57-0c1f6f2f8a12\n    variables: {keep: P7D, who: []}\n",
    )
    .unwrap();
    config = crate::configuration(dir.path());
    let text = "expiration: { var: keep }\nkind: AssignmentPolicy\npin: {prod: BD3F6B95-458d-4bc8-a9a6-8d4b29f64f3d}\nspecificAllowedTargets:\n- {var: who}\n- user: {name: a@b.c}\ntenants:\n- prod\naccessPackage: Sales\ndisplayName: A\n";
    assert_eq!(
        format(Path::new("x.yaml"), text, &config),
        "kind: AssignmentPolicy\npin: {prod: BD3F6B95-458d-4bc8-a9a6-8d4b29f64f3d}\ntenants: [prod]\naccessPackage: Sales\ndisplayName: A\nspecificAllowedTargets:\n  - var: who\n  - user: a@b.c\nexpiration: {var: keep}\n"
    );
}

#[test]
fn the_demo_estate_is_printed_as_it_stands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let config = crate::configuration(&root);
    for file in crate::write::files(&root, &[]) {
        let text = crate::write::read(&file).unwrap();
        assert_eq!(format(&file, &text, &config), text, "{}", file.display());
    }
}

/// Documents of every kind: what Graph writes in a shape of its own is the hand form, and policies that stand in
/// their package are printed like any other.
#[test]
fn documents_of_every_kind_have_one_form() {
    let id = "bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d";
    for (before, after) in [
        (
            format!(
                "assignmentPolicies:\n- apiVersion: beta\n  durationInDays: 30\n  displayName: Old\n- expiration: {{duration: P2W, type: afterDuration}}\n  # remark\n  displayName: New\n  pin: {id}\nresourceRoleScopes:\n- {{role: Owner, group: {{name: Ops}}}}\n- {{originSystem: AadGroup, originId: Staff}}\n- '@odata.type': '#microsoft.graph.siteRole'\n  role: Members\n  originId: https://contoso.sharepoint.com\ndisplayName: Campaign\ncatalog: {{name: Sales}}\nkind: AccessPackage\n"
            ),
            format!(
                "kind: AccessPackage\ncatalog: Sales\ndisplayName: Campaign\nresourceRoleScopes:\n  - {{group: Ops, role: Owner}}\n  - group: Staff\n  - {{site: \"https://contoso.sharepoint.com\", role: Members}}\nassignmentPolicies:\n  - apiVersion: beta\n    displayName: Old\n    durationInDays: 30\n  - pin: {id}\n    # remark\n    displayName: New\n    expiration: P14D\n"
            ),
        ),
        (
            "roleAssignments: [{role: owner, user: ana@contoso.com}]\nresources:\n- attributes: [{source: {question: {text: Which?}}, name: city}]\n  application: Payroll\ndisplayName: Sales\nkind: Catalog\n"
                .to_owned(),
            "kind: Catalog\ndisplayName: Sales\nresources:\n  - application: Payroll\n    attributes:\n      city:\n        question: {text: \"Which?\"}\nroleAssignments: [{user: ana@contoso.com, role: owner}]\n"
                .to_owned(),
        ),
        (
            "callbackConfiguration: {timeoutDuration: PT60M}\nendpointConfiguration: {'@odata.type': '#microsoft.graph.httpRequestEndpoint', targetUrl: https://hooks.contoso.com}\n'@odata.type': '#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension'\ndisplayName: Ticket\ncatalog: Sales\nkind: WorkflowExtension\n"
                .to_owned(),
            "kind: WorkflowExtension\ncatalog: Sales\ndisplayName: Ticket\ntype: request\nendpointConfiguration: {targetUrl: \"https://hooks.contoso.com\"}\ncallbackConfiguration: {timeoutDuration: PT1H}\n"
                .to_owned(),
        ),
        (
            "action: delete\ntarget: {displayName: Old, catalog: {id: bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d}, kind: AccessPackage}\nkind: Removed\n"
                .to_owned(),
            "kind: Removed\ntarget:\n  kind: AccessPackage\n  catalog: bd3f6b95-458d-4bc8-a9a6-8d4b29f64f3d\n  displayName: Old\naction: delete\n"
                .to_owned(),
        ),
        (
            "identitySources: [{displayName: x, domain: fabrikam.com}]\nkind: ConnectedOrganization\ndisplayName: Fabrikam\n"
                .to_owned(),
            "kind: ConnectedOrganization\ndisplayName: Fabrikam\nidentitySources: [{domain: fabrikam.com, displayName: x}]\n"
                .to_owned(),
        ),
    ] {
        assert_eq!(fmt(&before), after);
    }
}
