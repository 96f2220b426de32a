//! Tenants in which everything is called by hostile texts, and documents that change them.

use crate::hostile::HOSTILE;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The hostile texts as names: short enough for a display name, and each once.
pub fn names() -> Vec<String> {
    HOSTILE.iter().map(|text| (*text).to_owned()).collect()
}

/// The name as a document may write it: a control character there is an error.
pub fn written(name: &str) -> String {
    name.replace(char::is_control, " ").trim().to_owned()
}

pub fn id(kind: usize, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

/// A file of JSON in ASCII alone, as YAML readers take it too.
pub fn write(file: &Path, json: &Value) {
    let mut ascii = String::new();
    let mut units = [0; 2];
    for c in json.to_string().chars() {
        if c.is_ascii_graphic() || c == ' ' {
            ascii.push(c);
        } else {
            ascii.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    fs::write(file, ascii).unwrap();
}

/// A tenant in which everything is called so, and documents that change it.
pub fn estate(directory: &Path) {
    let names = names();
    let policies = directory.join("policies");
    fs::create_dir_all(&policies).unwrap();
    let numbered = || names.iter().enumerate();
    let object = |kind: usize| {
        numbered().map(|(n, name)| json!({"id": id(kind, n), "displayName": name})).collect::<Vec<_>>()
    };
    let catalogs: Vec<Value> = object(1)
        .into_iter()
        .map(|mut c| {
            c["catalogType"] = "userManaged".into();
            c["state"] = "published".into();
            c
        })
        .collect();
    let packages: Vec<Value> = object(2)
        .into_iter()
        .enumerate()
        .map(|(n, mut p)| {
            p["catalog"] = json!({"id": id(1, n)});
            p
        })
        .collect();
    let member = |n: usize| json!({"@odata.type": "#microsoft.graph.groupMembers", "groupId": id(3, n)});
    let mut live = Vec::new();
    for (n, name) in numbered() {
        // One that a document changes, one that none declares.
        live.push(json!({
            "id": id(4, n), "displayName": format!("Live {}", written(name)), "description": name,
            "accessPackage": {"id": id(2, n)},
            "allowedTargetScope": "specificDirectoryUsers",
            "specificAllowedTargets": [member(n)],
        }));
        live.push(json!({
            "id": id(5, n), "displayName": format!("Loose {name}"),
            "accessPackage": {"id": id(2, n)}, "allowedTargetScope": "notSpecified",
        }));
        // Two that one edit of a template changes alike, but for who gains.
        for (kind, word) in [(6, "One"), (7, "Other")] {
            live.push(json!({
                "id": id(kind, n), "displayName": format!("{word} {}", written(name)), "description": name,
                "accessPackage": {"id": id(2, n)},
                "allowedTargetScope": "specificDirectoryUsers", "specificAllowedTargets": [member(n)],
            }));
        }
    }
    let seed = json!({
        "catalogs": catalogs, "accessPackages": packages, "groups": object(3), "assignmentPolicies": live,
    });
    let silent = directory.join("silent");
    fs::create_dir_all(&silent).unwrap();
    for directory in [&policies, &silent] {
        write(&directory.join("emulator.yaml"), &seed);
    }
    let limit = json!({"max": 1000, "maxPercent": 100});
    write(&policies.join("entrant.yaml"), &json!({"limits": {"narrowing": limit, "widening": limit}}));
    for (n, name) in numbered() {
        let next = (n + 1) % names.len();
        let package = json!({"id": id(2, n)});
        let updated = json!({
            "kind": "AssignmentPolicy", "accessPackage": package, "displayName": format!("Live {}", written(name)),
            "description": format!("{name} changed"),
            "allowedTargetScope": "specificDirectoryUsers",
            "specificAllowedTargets": [{"group": {"id": id(3, next)}}],
        });
        let created = json!({
            "kind": "AssignmentPolicy", "accessPackage": package, "displayName": written(name), "description": name,
            "allowedTargetScope": "specificDirectoryUsers",
            "specificAllowedTargets": [{"rule": format!("(user.department -eq \"{n}\") or {name}")}],
            "requestorSettings": {"enableTargetsToSelfAddAccess": true},
            "expiration": "P30D",
            "requestApprovalSettings": {
                "isApprovalRequiredForAdd": true,
                "stages": [{"durationBeforeAutomaticDenial": "P14D", "primaryApprovers": [{"group": {"id": id(3, n)}}]}],
            },
            "questions": [{"text": name, "choices": [name, "other"]}],
        });
        // Says nothing of who may ask: apply refuses, and shows what to write.
        let says_nothing = json!({
            "kind": "AssignmentPolicy", "accessPackage": package, "displayName": format!("Live {}", written(name)),
        });
        write(&silent.join(format!("{n}.json")), &says_nothing);
        write(&policies.join(format!("{n}-live.json")), &updated);
        write_alike(&policies, n, name);
        write(&policies.join(format!("{n}-new.json")), &created);
    }
    other_kinds(&directory.join("kinds"));
    // Files have names, too.
    let odd = json!({
        "kind": "AssignmentPolicy", "accessPackage": {"id": id(2, 0)}, "displayName": "Odd file",
        "allowedTargetScope": "allMemberUsers", "requestorSettings": {"enableTargetsToSelfAddAccess": true},
        "expiration": "P30D", "requestApprovalSettings": null,
    });
    write(&policies.join("a,b::c %0A `@d` [x](y) <e>\n::error::f\u{202e}.json"), &odd);
}

/// A tenant whose catalogs, packages, organizations, applications and sites are called so, and documents that change
/// them, or make more.
fn other_kinds(directory: &Path) {
    fs::create_dir_all(directory).unwrap();
    let names = names();
    let mut seed = json!({});
    for (n, name) in names.iter().enumerate() {
        let (group, application) = (id(3, n), id(6, n));
        let role = json!({"id": id(7, n), "displayName": name, "value": format!("role{n}"), "isEnabled": true,
            "allowedMemberTypes": ["User"]});
        let resources = json!([{"group": group}, {"application": application}]);
        for (collection, object) in [
            ("groups", json!({"id": group, "displayName": name, "securityEnabled": true})),
            (
                "users",
                json!({"id": id(10, n), "displayName": name, "userPrincipalName": format!("u{n}@contoso.com")}),
            ),
            (
                "servicePrincipals",
                json!({"id": application, "appId": id(8, n), "displayName": name, "appRoles": [role]}),
            ),
            (
                "catalogs",
                json!({"id": id(1, n), "displayName": name, "description": name, "resources": resources}),
            ),
            ("accessPackages", json!({"id": id(2, n), "displayName": name, "catalog": {"id": id(1, n)}})),
            (
                "connectedOrganizations",
                json!({"id": id(9, n), "displayName": name, "description": name,
                "identitySources": [{"@odata.type": "#microsoft.graph.domainIdentitySource",
                    "domainName": format!("d{n}.example"), "displayName": name}]}),
            ),
        ] {
            let list = &mut seed[collection];
            if list.is_null() {
                *list = json!([]);
            }
            list.as_array_mut().unwrap().push(object);
        }
        let next = (n + 1) % names.len();
        let changed = format!("{name} changed");
        let catalog = json!({"id": id(1, n)});
        for (file, document) in [
            (
                "catalog",
                json!({"kind": "Catalog", "pin": id(1, n), "displayName": format!("{} c", written(name)),
                "description": changed, "isExternallyVisible": true,
                "resources": [{"group": {"id": group}}, {"application": {"id": application}}, {"group": {"id": id(3, next)}}],
                "roleAssignments": [{"user": {"id": id(10, n)}, "role": "owner"}]}),
            ),
            (
                "package",
                json!({"kind": "AccessPackage", "catalog": catalog, "pin": id(2, n),
                "displayName": format!("{} p", written(name)), "description": changed,
                "resourceRoleScopes": [{"group": {"id": group}}, {"application": {"id": application}, "role": name}],
                "incompatibleGroups": [{"id": id(3, next)}]}),
            ),
            (
                "organization",
                json!({"kind": "ConnectedOrganization", "pin": id(9, n),
                "displayName": format!("{} o", written(name)), "description": changed,
                "internalSponsors": [{"group": {"id": group}}], "externalSponsors": [{"user": {"id": id(10, n)}}]}),
            ),
            (
                "extension",
                json!({"kind": "WorkflowExtension", "catalog": catalog, "type": "request",
                "displayName": written(name), "description": name,
                "endpointConfiguration": {"subscriptionId": id(11, n), "resourceGroupName": name, "logicAppWorkflowName": name},
                "clientConfiguration": {"maximumRetries": 1, "timeoutInMilliseconds": 1000}}),
            ),
        ] {
            write(&directory.join(format!("{n}-{file}.json")), &document);
        }
    }
    write(&directory.join("emulator.yaml"), &seed);
    let limit = json!({"max": 1000, "maxPercent": 100});
    write(&directory.join("entrant.yaml"), &json!({"limits": {"narrowing": limit, "widening": limit}}));
}

/// A template, and two policies of it in one package.
fn write_alike(policies: &Path, n: usize, name: &str) {
    let called = format!("{n} {}", written(name));
    let template = json!({
        "kind": "PolicyTemplate", "name": called, "description": name,
        "parameters": {"who": {"type": "group"}},
        "policy": {
            "description": format!("{name} edited"), "allowedTargetScope": "specificDirectoryUsers",
            "specificAllowedTargets": [{"group": {"param": "who"}}],
            "requestorSettings": {"enableTargetsToSelfAddAccess": true},
            "expiration": "P30D", "requestApprovalSettings": null,
        },
    });
    write(&policies.join(format!("{n}-template.json")), &template);
    for word in ["One", "Other"] {
        let alike = json!({
            "kind": "AssignmentPolicy", "accessPackage": {"id": id(2, n)},
            "displayName": format!("{word} {}", written(name)),
            "template": called, "with": {"who": {"id": id(3, n)}},
        });
        write(&policies.join(format!("{n}-{word}.json")), &alike);
    }
}
