//! Files of other tools, made of an emulated tenant of fifty policies as those tools would: imported beside the tenant
//! they plan empty, imported without one they make it anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/foreign.rs"]
mod foreign;
#[allow(dead_code, reason = "scenarios use more of it")]
#[path = "support/run.rs"]
mod run;
#[allow(dead_code, reason = "scenarios use more of it")]
#[path = "support/script.rs"]
mod script;
#[allow(dead_code, reason = "scenarios use more of it")]
#[path = "support/terminal.rs"]
mod terminal;

use foreign::Tenant;
use run::World;
use script::{Output, Step};
use serde_json::{Value, json};

const MANAGEMENT: &str = "identityGovernance/entitlementManagement";
const POLICIES: usize = 50;
const OWNER: &str = "ae79f266-94d4-4dab-b730-feca7e132178";

fn does(world: &mut World, command: &str, input: &str) -> Output {
    world.step(&Step { line: 0, command: command.to_owned(), input: input.to_owned() }).unwrap()
}

/// A run that must end well.
fn runs(world: &mut World, command: &str) -> Output {
    let output = does(world, command, "");
    assert_eq!(output.exit, Some(0), "{command}\n{}\n{}", output.stdout, output.stderr);
    output
}

fn id(kind: usize, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

/// The directory that every tenant here has.
fn directory() -> Value {
    let users: Vec<Value> = ["Ana", "Ben", "Carla"]
        .iter()
        .enumerate()
        .map(|(n, name)| {
            let upn = format!("{}@contoso.com", name.to_lowercase());
            json!({"id": id(1, n), "displayName": name, "userPrincipalName": upn})
        })
        .collect();
    let groups: Vec<Value> =
        ["Staff", "Partner desk", "Auditors", "Team 'A' \u{2019}24", "Cost $5", "Engineers"]
            .iter()
            .enumerate()
            .map(|(n, name)| json!({"id": id(2, n), "displayName": name, "securityEnabled": true}))
            .collect();
    let organization = json!({
        "id": id(3, 0), "displayName": "Fabrikam", "description": "Partner.", "state": "configured",
        "identitySources": [{"@odata.type": "#microsoft.graph.domainIdentitySource", "domainName": "fabrikam.com", "displayName": "Fabrikam"}],
        "internalSponsors": [{"id": id(1, 0)}], "externalSponsors": [],
    });
    let role = |n: usize, name: &str| json!({"id": id(8, n), "displayName": name, "value": name.to_lowercase(), "isEnabled": true, "allowedMemberTypes": ["User"]});
    let application = json!({
        "id": id(7, 0), "appId": id(7, 1), "displayName": "Payroll", "appRoles": [role(0, "Clerk"), role(1, "Auditor")],
    });
    json!({
        "users": users, "groups": groups, "servicePrincipals": [application], "connectedOrganizations": [organization],
    })
}

/// A tenant of fifty policies in ten packages of three catalogs, with much that the other tools cannot hold.
fn seed() -> Value {
    let mut seed = directory();
    let catalogs = ["Sales", "Engineering", "Back office \u{2013} old"];
    seed["catalogs"] = catalogs
        .iter()
        .enumerate()
        .map(|(n, name)| {
            let mut resources = vec![json!({"group": id(2, 0)}), json!({"group": id(2, n + 1)})];
            if n == 0 {
                resources.push(json!({"application": id(7, 0)}));
            }
            json!({
                "id": id(4, n), "displayName": name, "description": format!("What {name} works with."),
                "catalogType": "userManaged", "state": if n == 2 { "unpublished" } else { "published" },
                "isExternallyVisible": n == 0,
                "resources": resources,
                "roleAssignments": [{"principalId": id(1, n), "roleDefinitionId": OWNER}],
            })
        })
        .collect();
    seed["accessPackages"] = (0..POLICIES / 5)
        .map(|n| {
            let mut scopes = vec![
                json!({"group": id(2, 0), "role": "Member"}),
                json!({"group": id(2, n % 3 + 1), "role": if n.is_multiple_of(2) { "Owner" } else { "Member" }}),
            ];
            if n % 3 == 0 {
                scopes.push(json!({"application": id(7, 0), "role": if n == 0 { "Clerk" } else { "Auditor" }}));
            }
            json!({
                "id": id(5, n), "displayName": format!("Package {n}"), "description": format!("Gives \"{n}\"."),
                "isHidden": n % 4 == 3, "catalog": {"id": id(4, n % 3)},
                "incompatibleAccessPackages": if n == 4 { json!([{"id": id(5, 7)}]) } else { json!([]) },
                "incompatibleGroups": if n == 5 { json!([{"group": id(2, 5)}]) } else { json!([]) },
                "resourceRoleScopes": scopes,
            })
        })
        .collect();
    // The last one is made in beta.
    seed["assignmentPolicies"] = (0..POLICIES - 1).map(policy).collect();
    seed
}

#[allow(clippy::too_many_lines, reason = "one object")]
fn policy(n: usize) -> Value {
    let tag = |name: &str| format!("#microsoft.graph.{name}");
    let user = |n: usize| json!({"@odata.type": tag("singleUser"), "userId": id(1, n % 3)});
    let group = |n: usize| json!({"@odata.type": tag("groupMembers"), "groupId": id(2, n % 6)});
    let organization =
        json!({"@odata.type": tag("connectedOrganizationMembers"), "connectedOrganizationId": id(3, 0)});
    let of = |name: &str| json!({"@odata.type": tag(name)});
    let (scope, targets) = match n % 7 {
        0 => ("notSpecified", json!([])),
        1 => ("specificDirectoryUsers", json!([user(n), group(n)])),
        2 => ("specificConnectedOrganizationUsers", json!([organization])),
        3 => ("allMemberUsers", json!([])),
        4 => ("allDirectoryUsers", json!([])),
        5 => ("allConfiguredConnectedOrganizationUsers", json!([])),
        _ => ("allExternalUsers", json!([])),
    };
    let expiration = match n % 5 {
        0 => json!({"type": "afterDuration", "duration": format!("P{}D", 30 + n)}),
        // What no other tool holds.
        1 => json!({"type": "afterDuration", "duration": "PT4H"}),
        2 => json!({"type": "afterDuration", "duration": "P1DT12H"}),
        3 => json!({"type": "afterDateTime", "endDateTime": "2031-06-30T22:00:00Z"}),
        _ => json!({"type": "noExpiration"}),
    };
    let approver = |n: usize| match n % 6 {
        0 => user(n),
        1 => group(n),
        2 => of("internalSponsors"),
        3 => of("externalSponsors"),
        4 => json!({"@odata.type": tag("requestorManager"), "managerLevel": 1 + n / 6 % 2}),
        _ => of("targetUserSponsors"),
    };
    let stage = |n: usize| {
        let escalates = n % 2 == 1;
        json!({
            "durationBeforeAutomaticDenial": format!("P{}D", 7 + n % 14),
            "isApproverJustificationRequired": n.is_multiple_of(3),
            "isEscalationEnabled": escalates,
            "durationBeforeEscalation": match n % 4 { 1 => "P3D", 3 => "PT36H", _ => "PT0S" },
            "primaryApprovers": [approver(n)],
            "fallbackPrimaryApprovers": [group(n + 1)],
            "escalationApprovers": if escalates { json!([user(n + 1)]) } else { json!([]) },
            "fallbackEscalationApprovers": if escalates { json!([group(n + 2)]) } else { json!([]) },
        })
    };
    let stages: Vec<Value> = (0..n % 3).map(|s| stage(n + s)).collect();
    let mut policy = json!({
        "id": id(6, n),
        "displayName": if n.is_multiple_of(5) { "Initial Policy".to_owned() } else { format!("Policy {n}: it\u{2019}s \"{n}\"") },
        "description": format!("Costs $5, of {n}'s."),
        "accessPackage": {"id": id(5, n / 5)},
        "allowedTargetScope": scope,
        "specificAllowedTargets": targets,
        "expiration": expiration,
        "requestorSettings": {
            "enableTargetsToSelfAddAccess": !n.is_multiple_of(7) && !n.is_multiple_of(11),
            "enableTargetsToSelfUpdateAccess": n.is_multiple_of(2),
            "enableTargetsToSelfRemoveAccess": n.is_multiple_of(3),
            "allowCustomAssignmentSchedule": n.is_multiple_of(4),
        },
        "requestApprovalSettings": {
            "isApprovalRequiredForAdd": !stages.is_empty(),
            "isApprovalRequiredForUpdate": n % 3 == 2,
            "isRequestorJustificationRequired": n.is_multiple_of(2),
            "stages": stages,
        },
    });
    if n % 4 == 1 {
        let (kind, interval) =
            [("absoluteMonthly", 3), ("weekly", 1), ("absoluteMonthly", 6), ("absoluteMonthly", 1)]
                [n / 4 % 4];
        policy["reviewSettings"] = json!({
            "isEnabled": true, "isSelfReview": n % 8 == 1,
            "isRecommendationEnabled": n.is_multiple_of(3), "isReviewerJustificationRequired": !n.is_multiple_of(3),
            "expirationBehavior": (["keepAccess", "removeAccess", "acceptAccessRecommendation"][n % 3]),
            "schedule": {
                "startDateTime": "2030-01-15T08:00:00Z",
                "expiration": {"type": "afterDuration", "duration": "P5D"},
                "recurrence": {
                    "pattern": {"type": kind, "interval": interval, "month": 0, "dayOfMonth": 0, "daysOfWeek": []},
                    "range": {"type": "noEnd", "numberOfOccurrences": 0, "startDate": "2030-01-15"},
                },
            },
            "primaryReviewers": if n % 8 == 1 { json!([]) } else { json!([group(n)]) },
            "fallbackReviewers": [],
        });
    }
    if n % 3 == 1 {
        policy["questions"] = json!([
            {
                "@odata.type": tag("accessPackageTextInputQuestion"), "sequence": 1, "isRequired": true,
                "text": "What's it for?", "isSingleLineQuestion": n.is_multiple_of(2),
                "localizations": [{"languageCode": "fr", "text": "\u{c0} quoi bon ?"}],
            },
            {
                "@odata.type": tag("accessPackageMultipleChoiceQuestion"), "sequence": 2, "isRequired": false,
                "text": "Team", "isMultipleSelectionAllowed": n % 2 == 1,
                "choices": [
                    {"actualValue": "web", "text": "Web", "localizations": []},
                    {"actualValue": "print", "text": "Print", "localizations": [{"languageCode": "de", "text": "Druck"}]},
                ],
            },
        ]);
    }
    policy
}

/// A policy that only beta can hold, and of which the other tools hold a part.
fn made_in_beta() -> Value {
    let approver =
        |n: usize| json!({"@odata.type": "#microsoft.graph.groupMembers", "id": id(2, n), "isBackup": false});
    let stage = |n: usize| {
        json!({
            "approvalStageTimeOutInDays": 5, "isApproverJustificationRequired": true, "isEscalationEnabled": false,
            "escalationTimeInMinutes": 0, "primaryApprovers": [approver(n)], "escalationApprovers": [],
        })
    };
    json!({
        "accessPackageId": id(5, 0), "displayName": "Every partner", "description": "Made in beta.",
        "durationInDays": 10, "canExtend": false,
        "requestorSettings": {
            "scopeType": "AllExistingConnectedOrganizationSubjects", "acceptRequests": true, "allowedRequestors": [],
        },
        "requestApprovalSettings": {
            "isApprovalRequired": true, "isApprovalRequiredForExtension": false,
            "isRequestorJustificationRequired": false, "approvalMode": "Parallel",
            "approvalStages": [stage(0), stage(1)],
        },
        "verifiableCredentialSettings": {"credentialTypes": [
            {"credentialType": "VerifiedEmployee", "issuers": ["did:web:contoso.com"]},
        ]},
    })
}

fn answer(world: &mut World, path: &str) -> Value {
    let output = does(world, &format!("graph GET '/{path}'"), "");
    let (status, body) = output.stdout.split_once('\n').unwrap();
    assert_eq!(status, "200", "{path}: {body}");
    serde_json::from_str(body).unwrap()
}

/// What Graph says of the tenant, as the other tools read it.
fn read(world: &mut World, seed: &Value) -> Tenant {
    let list = |name: &str| seed[name].as_array().unwrap().clone();
    let policies = list("assignmentPolicies").into_iter().map(|policy| {
        let id = policy["id"].as_str().unwrap();
        answer(world, &format!("beta/{MANAGEMENT}/accessPackageAssignmentPolicies/{id}"))
    });
    let mut policies: Vec<Value> = policies.collect();
    let made =
        format!("graph POST '/beta/{MANAGEMENT}/accessPackageAssignmentPolicies' '{}'", made_in_beta());
    let output = does(world, &made, "");
    let (status, body) = output.stdout.split_once('\n').unwrap();
    assert_eq!(status, "201", "{body}");
    let made: Value = serde_json::from_str(body).unwrap();
    let made = made["id"].as_str().unwrap();
    policies.push(answer(world, &format!("beta/{MANAGEMENT}/accessPackageAssignmentPolicies/{made}")));
    let expand = "$expand=accessPackage,questions,customExtensionStageSettings";
    let in_v1 = policies.iter().map(|policy| {
        let id = policy["id"].as_str().unwrap();
        answer(world, &format!("v1.0/{MANAGEMENT}/assignmentPolicies/{id}?{expand}"))
    });
    let policies_in_v1 = in_v1.collect();
    let organizations = list("connectedOrganizations").into_iter().map(|organization| {
        let id = organization["id"].as_str().unwrap();
        let expand = "$expand=internalSponsors,externalSponsors";
        answer(world, &format!("v1.0/{MANAGEMENT}/connectedOrganizations/{id}?{expand}"))
    });
    let organizations = organizations.collect();
    let mut resources = Vec::new();
    let mut role_assignments = Vec::new();
    for catalog in list("catalogs") {
        let id = catalog["id"].as_str().unwrap();
        for mut resource in answer(world, &format!("v1.0/{MANAGEMENT}/catalogs/{id}/resources"))["value"]
            .as_array()
            .unwrap()
            .clone()
        {
            resource["catalog"] = json!({"id": id});
            resources.push(resource);
        }
        let filter = format!("$filter=appScopeId eq '/AccessPackageCatalog/{id}'");
        let assignments = answer(
            world,
            &format!("v1.0/roleManagement/entitlementManagement/roleAssignments?{filter}")
                .replace('\'', "%27"),
        );
        role_assignments.extend(assignments["value"].as_array().unwrap().clone());
    }
    Tenant {
        catalogs: list("catalogs"),
        packages: list("accessPackages"),
        policies,
        policies_in_v1,
        resources,
        role_assignments,
        organizations,
        groups: list("groups"),
        applications: list("servicePrincipals"),
        users: list("users"),
    }
}

/// A directory with an emulator of the tenant, and what the other tools would hold of it.
fn world() -> (World, Tenant) {
    let mut world = World::new(tempfile::tempdir().unwrap().path()).unwrap();
    let seed = seed();
    does(&mut world, "write seed.json", &seed.to_string());
    does(&mut world, "write directory.json", &directory().to_string());
    let limits =
        "limits: {narrowing: {max: 1000, maxPercent: 100}, widening: {max: 1000, maxPercent: 100}}\n";
    does(&mut world, "write policies/entrant.yaml", limits);
    does(&mut world, "serve --seed seed.json", "");
    let tenant = read(&mut world, &seed);
    does(&mut world, "write state.json", &foreign::state(&tenant, 3).to_string());
    does(&mut world, "write state-v1.json", &foreign::state(&tenant, foreign::READS_V1).to_string());
    does(&mut world, "write tenant.ps1", &foreign::configuration(&tenant));
    // As an export has it whose domain is the tenant's own.
    let exported = foreign::configuration(&tenant).replace("@contoso.com", "@$OrganizationName");
    does(&mut world, "write exported.ps1", &exported);
    does(&mut world, "write tenant.json", &foreign::report(&tenant).to_string());
    (world, tenant)
}

/// Whatever was written, as one text.
fn written(world: &mut World, output: &Output) -> String {
    let files = output.stdout.lines().filter_map(|line| line.strip_prefix("wrote "));
    let files: Vec<String> = files.map(str::to_owned).collect();
    assert!(!files.is_empty(), "{}", output.stderr);
    files.iter().map(|file| does(world, &format!("show {file}"), "").stdout).collect()
}

#[test]
fn fifty_policies_of_each_tool_plan_empty_beside_their_tenant() {
    let (mut world, _) = world();
    for file in [
        "terraform state.json",
        "terraform state-v1.json",
        "m365dsc tenant.ps1",
        "m365dsc exported.ps1",
        "m365dsc tenant.json",
    ] {
        let output = runs(&mut world, &format!("entrant import --from {file} --graph-url $URL"));
        assert!(output.stderr.contains("50 assignment policies"), "{}", output.stderr);
        let is_told = output.stderr.contains("does not say which policies accept requests");
        assert_eq!(is_told, file.ends_with("state-v1.json"), "{file}: {}", output.stderr);
        let text = written(&mut world, &output);
        for lost in [
            "Parallel",
            "VerifiedEmployee",
            "PT4H",
            "P1DT12H",
            "enableTargetsToSelfRemoveAccess: true",
            "manager: 2",
            "Partner desk",
            "{application: Payroll, role: Clerk}",
            "{application: Payroll, role: Auditor}",
        ] {
            assert!(text.contains(lost), "{file}: {lost} is not there");
        }
        assert!(!text.contains("$OrganizationName"), "{file}: a variable is no domain");
        for note in ["in the tenant; here", "has no document", "is not there any more"] {
            assert!(!output.stderr.contains(note), "{file}: {}", output.stderr);
        }
        let plan = runs(&mut world, "entrant plan --graph-url $URL --detailed-exitcode");
        assert!(plan.stdout.contains("No changes"), "{file}: {}", plan.stdout);
        let again = runs(&mut world, &format!("entrant import --from {file} --graph-url $URL"));
        assert!(again.stdout.is_empty() && again.stderr.contains("Nothing to import"), "{}", again.stderr);
        does(&mut world, "remove policies", "");
        does(&mut world, "write policies/entrant.yaml", "limits: {widening: {max: 1000, maxPercent: 100}}\n");
    }
    world.finish().unwrap();
}

#[test]
fn what_is_imported_without_a_tenant_makes_one_that_is_as_declared() {
    let (mut world, tenant) = world();
    does(&mut world, "write state-2.json", &foreign::state(&tenant, 2).to_string());
    let mut terraform = String::new();
    for (file, subjects) in [
        ("terraform state.json", true),
        ("terraform state-2.json", false),
        ("m365dsc tenant.ps1", true),
        ("m365dsc tenant.json", false),
    ] {
        let output = runs(&mut world, &format!("entrant import --from {file}"));
        assert!(output.stderr.contains("50 assignment policies"), "{file}: {}", output.stderr);
        let text = written(&mut world, &output);
        if file.ends_with("state.json") {
            terraform = text;
        } else if file.ends_with("state-2.json") {
            assert_eq!(terraform, text, "versions 2 and 3 of the provider hold the same");
        }
        if subjects {
            does(&mut world, "serve --seed directory.json", "");
            runs(&mut world, "entrant apply --graph-url $URL --auto-approve");
            let plan = runs(&mut world, "entrant plan --graph-url $URL --detailed-exitcode");
            assert!(plan.stdout.contains("No changes"), "{file}: {}", plan.stdout);
            // The memory of this tenant means nothing to the next.
            does(&mut world, "remove .entrant", "");
        }
        does(&mut world, "remove policies", "");
        does(&mut world, "write policies/entrant.yaml", "limits: {widening: {max: 1000, maxPercent: 100}}\n");
    }
    world.finish().unwrap();
}
