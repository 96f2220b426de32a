//! Every body of a write that Microsoft's reference prints for a kind other than policies, as a document: with what its
//! address said, and otherwise as it stands. It is planned as one change and applied, and then nothing is left.
//!
//! The examples stand beside the metadata that `ENTRANT_GRAPH_METADATA` names; without it nothing is tested, which is
//! said.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "each test uses a part of it")]
#[path = "support/tenant.rs"]
mod harness;
#[allow(dead_code, reason = "each test uses a part of it")]
#[path = "support/proxy.rs"]
mod proxy;

use harness::{Tenant, said};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A document of an example, and the tenant that it is for.
struct Case {
    file: String,
    document: Value,
    seed: Value,
    plans: &'static str,
}

/// What no document says as it stands: a word that the descriptions spell otherwise, and a member that beta alone has.
/// With what is told of it.
const MISSPELT: [(&str, &str); 4] = [
    ("other-069-", "did you mean `catalog`?"),
    ("other-072-", "write `none`"),
    ("other-077-", "did you mean `catalog`?"),
    ("other-117-", "write `none`"),
];

#[test]
fn documented_writes_are_documents() {
    let Some(metadata) = std::env::var_os("ENTRANT_GRAPH_METADATA") else {
        println!("skipped: ENTRANT_GRAPH_METADATA is not set");
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(metadata).join("../examples");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let cases: Vec<Case> = files.iter().filter_map(|file| case(file)).collect();
    let wrong = Mutex::new(Vec::new());
    let count = cases.len();
    let cases = Mutex::new(cases.into_iter());
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                loop {
                    let Some(case) = cases.lock().unwrap().next() else { break };
                    if let Err(why) = holds(&case) {
                        wrong.lock().unwrap().push(format!("{}: {}\n{why}", case.file, case.document));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(count, 21, "the folder holds the documented writes");
}

fn holds(case: &Case) -> Result<(), String> {
    let tenant = Tenant::of(&case.document.to_string(), &case.seed, &[]);
    let expect = |code: i32, run: std::process::Output, says: &str| {
        let text = said(&run);
        if run.status.code() == Some(code) && text.contains(says) { Ok(()) } else { Err(text) }
    };
    if let Some((_, help)) = MISSPELT.iter().find(|(file, _)| case.file.starts_with(file)) {
        return expect(1, tenant.run(&["validate"]), help);
    }
    expect(0, tenant.run(&["plan"]), case.plans)?;
    expect(0, tenant.apply(), "Apply: 1 done.")?;
    expect(0, tenant.run(&["plan", "--detailed-exitcode"]), "No changes")
}

/// The document of an example; `None` for what no document says, and for members that beta alone has.
fn case(path: &Path) -> Option<Case> {
    let file = path.file_name()?.to_string_lossy().into_owned();
    let example: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let method = example["method"].as_str()?;
    if !file.starts_with("other-") || !["POST", "PATCH"].contains(&method) {
        return None;
    }
    let request = &example["request"];
    // One is printed in a wrapping.
    let request = request.get("value").unwrap_or(request);
    let url: Vec<&str> = example["path"].as_str()?.split('/').filter(|part| !part.starts_with('{')).collect();
    let new = method == "POST";
    let catalog_of =
        |body: &Value| body["catalog"]["id"].as_str().or(body["catalogId"].as_str()).map(str::to_owned);
    let case = |document: Value, seed: Value, is_create: bool| {
        let plans =
            if is_create { "Plan: 1 to create, 0 to update," } else { "Plan: 0 to create, 1 to update," };
        Some(Case { file: file.clone(), document, seed, plans })
    };
    let own = url.iter().rev().find(|part| !part.contains('-'))?.to_lowercase();
    match own.as_str() {
        "catalogs" | "accesspackagecatalogs" if new => case(of_kind("Catalog", request), json!({}), true),
        "catalogs" | "accesspackagecatalogs" => {
            case(renamed("Catalog", request), json!({ "catalogs": [{ "displayName": "Old" }] }), false)
        }
        "accesspackages" if new => {
            let catalogs = json!([{ "id": catalog_of(request), "displayName": "Held" }]);
            case(of_kind("AccessPackage", request), json!({ "catalogs": catalogs }), true)
        }
        "accesspackages" => {
            let mut document = renamed("AccessPackage", request);
            document["catalog"] = "Held".into();
            case(document, held(&json!([])), false)
        }
        "connectedorganizations" if new => case(of_kind("ConnectedOrganization", request), json!({}), true),
        "connectedorganizations" => {
            let sources = json!([{ "@odata.type": "#microsoft.graph.domainIdentitySource", "domainName": "example.com" }]);
            let mut document = renamed("ConnectedOrganization", request);
            document["identitySources"] = sources.clone();
            let old = json!({ "displayName": "Old", "state": "proposed", "identitySources": sources });
            case(document, json!({ "connectedOrganizations": [old] }), false)
        }
        "customworkflowextensions" => {
            let mut document = of_kind("WorkflowExtension", request);
            document["catalog"] = json!({ "id": url[url.len() - 2] });
            let catalogs = json!([{ "id": url[url.len() - 2], "displayName": "Held" }]);
            case(document, json!({ "catalogs": catalogs }), true)
        }
        "settings" => {
            let settings = json!({ "externalUserLifecycleAction": "blockSignIn" });
            case(of_kind("Settings", request), json!({ "settings": settings }), false)
        }
        "resourcerequests" => {
            let resource = &request["resource"];
            let mut seed = origin_of(resource, &Value::Null);
            seed["catalogs"] = json!([{ "id": catalog_of(request), "displayName": "Held" }]);
            let document = json!({ "displayName": "Held", "resources": [resource] });
            case(of_kind("Catalog", &document), seed, false)
        }
        "resourcerolescopes" => {
            let (scope, role) = (&request["scope"], &request["role"]);
            let resource = json!({ "originSystem": scope["originSystem"], "originId": scope["originId"] });
            let mut seed = held(&json!([resource]));
            seed.as_object_mut()?.append(origin_of(&resource, role).as_object_mut()?);
            let document =
                json!({ "displayName": "Old", "catalog": "Held", "resourceRoleScopes": [request] });
            case(of_kind("AccessPackage", &document), seed, false)
        }
        _ => None,
    }
}

fn of_kind(kind: &str, body: &Value) -> Value {
    let mut document = json!({ "kind": kind });
    document.as_object_mut().unwrap().append(&mut body.as_object().unwrap().clone());
    document
}

/// The body of an update that says a new name.
fn renamed(kind: &str, body: &Value) -> Value {
    let mut document = of_kind(kind, body);
    document["previousNames"] = json!(["Old"]);
    document
}

/// A catalog with these resources, and a package in it.
fn held(resources: &Value) -> Value {
    json!({
        "catalogs": [{ "displayName": "Held", "resources": resources }],
        "accessPackages": [{ "displayName": "Old", "catalog": "Held" }],
    })
}

/// Where a resource comes from, with the role that is wanted of it.
fn origin_of(resource: &Value, role: &Value) -> Value {
    let id = &resource["originId"];
    match resource["originSystem"].as_str() {
        Some("AadGroup") => {
            json!({ "groups": [{ "id": id, "displayName": "Group", "securityEnabled": true }] })
        }
        Some("AadApplication") => {
            let roles =
                json!([{ "id": role["originId"], "displayName": role["displayName"], "value": "user" }]);
            json!({ "servicePrincipals": [{ "id": id, "displayName": "Application", "appRoles": roles }] })
        }
        _ => {
            let role = json!({ "displayName": role["displayName"], "originId": role["originId"] });
            json!({ "sites": [{ "webUrl": id, "displayName": "Site", "roles": [role] }] })
        }
    }
}
