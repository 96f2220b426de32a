//! The requests that Microsoft's reference prints: accepted as they stand, but where the reference
//! slipped. They are found beside the descriptions that `conformance` reads.

use std::collections::HashSet;
use std::path::Path;

use entrant_emulator::Options;
use serde_json::{Value, json};

use crate::harness::*;

/// Bodies that carry a member which the version does not have.
const SLIPPED: &[&str] = &[
    "policy-003-beta-put-accesspackageassignmentpolicies-id.json",
    "policy-007-beta-post-accesspackageassignmentpolicies.json",
];

#[tokio::test]
async fn documented_bodies_are_accepted() {
    let Some(folder) = std::env::var_os("ENTRANT_GRAPH_METADATA") else {
        println!("ENTRANT_GRAPH_METADATA is not set: the documented requests are not tried");
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder).join("../examples");
    let mut tried = 0;
    let mut entries: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let example: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let (method, body) = (example["method"].as_str().unwrap(), &example["request"]);
        let url = example["path"].as_str().unwrap();
        let writes = ["POST", "PUT"].contains(&method);
        let end = url.rsplit('/').find(|part| !part.contains('-')).unwrap().to_lowercase();
        let ours = [
            "accesspackageassignmentpolicies",
            "assignmentpolicies",
            "accesspackages",
            "accesspackagecatalogs",
            "catalogs",
            "customworkflowextensions",
        ];
        if !writes || body.is_null() || !ours.contains(&end.as_str()) {
            continue;
        }
        let graph = serve(Options { seed: Some(seed_for(url, body)), ..Options::default() }).await;
        let answer = graph.send(method, url.trim_start_matches('/'), Some(body)).await;
        if SLIPPED.contains(&file.as_str()) {
            assert_eq!(answer.refused(400), "InvalidModel", "{file}");
        } else {
            assert_eq!(
                u64::from(answer.status),
                example["status"].as_u64().unwrap(),
                "{file}: {}",
                answer.text
            );
        }
        tried += 1;
    }
    assert_eq!(tried, 15, "the folder holds the documented requests");
}

/// Examples of the other kinds that are not replayed: what the emulator does not serve, and addresses that were cut.
const LEFT_OUT: &[&str] = &[
    // Requests for assignments.
    "assignmentrequests",
    "packageassignmentrequests",
    // The organization of who holds an assignment, and the roles of an assignment.
    "target-connectedorganization",
    "other-081-",
    // The query ends in the middle.
    "other-035-",
    "other-053-",
];

/// It is printed with a word that its own description does not have.
const MISSPELT: &str = "other-117-";

#[tokio::test]
async fn the_other_documented_requests_answer_as_documented() {
    let Some(folder) = std::env::var_os("ENTRANT_GRAPH_METADATA") else {
        println!("ENTRANT_GRAPH_METADATA is not set: the documented requests are not tried");
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder).join("../examples");
    let mut tried = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        if !file.starts_with("other-") || LEFT_OUT.iter().any(|part| file.contains(part)) {
            continue;
        }
        let example: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let url = with_ids(example["path"].as_str().unwrap());
        let body: Value = serde_json::from_str(&with_ids(&example["request"].to_string())).unwrap();
        let options = Options { seed: Some(estate_for(&url, &body)), ..Options::default() };
        let graph = if file.starts_with(MISSPELT) {
            Graph::of(entrant_emulator::start(options, loopback()).await.unwrap(), reqwest::Client::new())
        } else {
            serve(options).await
        };
        let method = example["method"].as_str().unwrap();
        let sent = (!body.is_null()).then_some(&body);
        let answer = graph.send(method, url.trim_start_matches('/'), sent).await;
        if u64::from(answer.status) != example["status"].as_u64().unwrap() {
            wrong.push(format!("{file}: {method} {url} is {}, {}", answer.status, answer.text));
            continue;
        }
        wrong.extend(missing(&file, &example["response"], &answer.body));
        tried += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(tried, 82, "the folder holds the documented requests");
}

/// The members that a documented answer has and ours has not.
fn missing(file: &str, documented: &Value, ours: &Value) -> Vec<String> {
    if ours.is_null() {
        // One is printed with a body beside a status that has none.
        return Vec::new();
    }
    let wrapped = documented.get("value").filter(|value| value.is_object()).unwrap_or(documented);
    let (documented, ours) = match wrapped["value"].as_array() {
        Some(listed) => (listed.first(), ours["value"].get(0)),
        None => (Some(wrapped), Some(ours)),
    };
    let (Some(Value::Object(documented)), Some(ours)) = (documented, ours) else { return Vec::new() };
    let names = documented.keys().filter(|name| !name.starts_with('@'));
    let absent = names.filter(|name| ours.get(name.as_str()).is_none());
    absent.map(|name| format!("{file}: the answer has no '{name}': {ours}")).collect()
}

/// Ids of the small tenant in the place of placeholders.
fn with_ids(text: &str) -> String {
    let after = [
        ("accessPackages/", PACKAGE),
        ("incompatibleAccessPackages/", OTHER_PACKAGE),
        ("incompatibleGroups/", GROUP),
        ("externalSponsors/", USER),
        ("internalSponsors/", USER),
        ("users/", OTHER_USER),
        ("connectedOrganizations/", ORGANIZATION),
        ("accessPackageCatalogs/", CATALOG),
        ("catalogs/", CATALOG),
        ("accessPackageResourceEnvironments/", ENVIRONMENT),
    ];
    let mut filled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("/{") {
        let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
        let (before, place) = (&rest[..=start], &rest[start + 1..end]);
        filled.push_str(before);
        let is_placeholder = !place.contains('"');
        let id = after.iter().find(|(name, _)| filled.ends_with(name)).map(|(_, id)| *id);
        filled.push_str(if is_placeholder { id.unwrap_or(place) } else { place });
        rest = &rest[end..];
    }
    filled.push_str(rest);
    filled
}

const ENVIRONMENT: &str = "615f2218-678f-471f-a60a-02c2f4f80c57";

/// As [`seed_for`], with what resources, references and extensions need.
fn estate_for(url: &str, body: &Value) -> Value {
    let path = url.split('?').next().unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    let after = |name: &str| {
        let place = parts.iter().position(|part| part.eq_ignore_ascii_case(name))?;
        parts.get(place + 1).map(|id| (*id).to_owned())
    };
    let mut seed = small_seed();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let has = |seed: &Value, collection: &str, id: &str| {
        seed[collection].as_array().unwrap().iter().any(|object| object["id"] == id)
    };
    let catalogs =
        [after("catalogs"), after("accessPackageCatalogs"), text("/catalogId"), text("/catalog/id")];
    let catalog = catalogs.into_iter().flatten().next().unwrap_or_else(|| CATALOG.to_owned());
    if !has(&seed, "catalogs", &catalog) {
        seed["catalogs"].as_array_mut().unwrap().push(json!({"id": catalog, "displayName": "documented"}));
    }
    if let Some(package) = after("accessPackages")
        && !has(&seed, "accessPackages", &package)
    {
        let package = json!({"id": package, "displayName": "documented", "catalog": {"id": CATALOG}});
        seed["accessPackages"].as_array_mut().unwrap().push(package);
    }
    if let Some(organization) = after("connectedOrganizations")
        && !has(&seed, "connectedOrganizations", &organization)
    {
        let organization = json!({"id": organization, "displayName": "documented", "identitySources": []});
        seed["connectedOrganizations"].as_array_mut().unwrap().push(organization);
    }
    let place = json!({"id": ENVIRONMENT, "originId": "https://contoso-admin.sharepoint.com/"});
    seed["resourceEnvironments"] = json!([place]);
    let deletes = body.is_null() && parts.last() == Some(&"$ref");
    if deletes || !path.ends_with("$ref") {
        seed["accessPackages"][0]["incompatibleAccessPackages"] = json!([{"id": OTHER_PACKAGE}]);
        seed["accessPackages"][0]["incompatibleGroups"] = json!([{"id": GROUP}]);
        seed["connectedOrganizations"][0]["externalSponsors"] = json!([{"id": USER}]);
    } else {
        seed["connectedOrganizations"][0]["internalSponsors"] = json!([]);
        let (kind, id) =
            text("/@odata.id").unwrap().rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        if kind.ends_with("accessPackages") {
            let package = json!({"id": id, "displayName": "documented", "catalog": {"id": CATALOG}});
            seed["accessPackages"].as_array_mut().unwrap().push(package);
        } else if kind.ends_with("groups") {
            seed["groups"].as_array_mut().unwrap().push(json!({"id": id, "displayName": "documented"}));
        }
    }
    if path.to_lowercase().ends_with(&format!("catalogs/{CATALOG}")) {
        // Deleted only when it is empty.
        seed["accessPackages"].as_array_mut().unwrap().remove(0);
        seed["customWorkflowExtensions"].as_array_mut().unwrap().remove(0);
        return seed;
    }
    if let Some(extension) = after("customAccessPackageWorkflowExtensions") {
        let mut object = seed["customWorkflowExtensions"][0].clone();
        object["id"] = json!(extension);
        object["@odata.type"] = json!("#microsoft.graph.customAccessPackageWorkflowExtension");
        object["catalog"]["id"] = json!(catalog);
        seed["customWorkflowExtensions"].as_array_mut().unwrap().push(object);
    }
    resources_for(&mut seed, body, &catalog, path);
    seed
}

/// Puts what a resource request or a role names into the directory and, where it has to be there already, into the
/// catalog.
fn resources_for(seed: &mut Value, body: &Value, catalog: &str, path: &str) {
    let role = body.get("role").or_else(|| body.get("accessPackageResourceRole"));
    let scope = body.get("scope").or_else(|| body.get("accessPackageResourceScope"));
    let of = role.unwrap_or(body);
    let resource = of.get("resource").or_else(|| of.get("accessPackageResource"));
    let Some(resource) = resource else {
        // Whatever is listed has something to show.
        seed["resources"] =
            json!([{"catalog": {"id": catalog}, "originSystem": "AadGroup", "originId": GROUP}]);
        if path.to_lowercase().ends_with("resourcerequests") {
            seed["resourceRequests"] = json!([{"catalog": {"id": catalog}}]);
        }
        if let (Some("accessPackages"), Some(package)) = (path.rsplit('/').nth(1), path.rsplit('/').next()) {
            let packages = seed["accessPackages"].as_array_mut().unwrap();
            if let Some(package) = packages.iter_mut().find(|known| known["id"] == package)
                && package["catalog"]["id"] == catalog
            {
                package["resourceRoleScopes"] = json!([{"originSystem": "AadGroup", "originId": GROUP}]);
            }
        }
        return;
    };
    let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
    let system = text(resource, "originSystem").or_else(|| role.and_then(|role| text(role, "originSystem")));
    let origin = text(resource, "originId").or_else(|| scope.and_then(|scope| text(scope, "originId")));
    let (system, origin) =
        (system.unwrap_or_else(|| "AadGroup".to_owned()), origin.unwrap_or_else(|| GROUP.to_owned()));
    let add = |seed: &mut Value, name: &str, object: Value| match seed[name].as_array_mut() {
        Some(objects) => objects.push(object),
        None => seed[name] = json!([object]),
    };
    match system.as_str() {
        "AadGroup" if origin != GROUP => {
            add(seed, "groups", json!({"id": origin, "displayName": "documented"}));
        }
        "AadApplication" => {
            add(seed, "servicePrincipals", json!({"id": origin, "displayName": "documented"}));
        }
        "SharePointOnline" => add(seed, "sites", json!({"webUrl": origin})),
        _ => {}
    }
    let removes = body["requestType"].as_str().is_some_and(|word| word.eq_ignore_ascii_case("adminRemove"));
    if role.is_some() || removes {
        let mut known = json!({
            "id": resource["id"], "catalog": {"id": catalog}, "originSystem": system, "originId": origin
        });
        if let Some(role) = role {
            let mut role = role.clone();
            let role = role.as_object_mut().unwrap();
            role.retain(|name, _| !name.to_lowercase().ends_with("resource"));
            known["roles"] = json!([role]);
        }
        if let Some(scope) = scope {
            known["scopes"] = json!([scope]);
        }
        add(seed, "resources", known);
    }
}

/// A tenant in which everything that the body refers to is there.
fn seed_for(url: &str, body: &Value) -> Value {
    let mut seed = small_seed();
    let mut added: HashSet<String> = HashSet::new();
    let add = |seed: &mut Value, added: &mut HashSet<String>, collection: &str, object: Value| {
        if added.insert(object["id"].as_str().unwrap().to_owned()) {
            seed[collection].as_array_mut().unwrap().push(object);
        }
    };
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let from_path = url.split("/catalogs/").nth(1).and_then(|rest| rest.split('/').next()).map(str::to_owned);
    for id in [text("/catalogId"), text("/catalog/id"), from_path].into_iter().flatten() {
        add(&mut seed, &mut added, "catalogs", json!({"id": id, "displayName": "documented"}));
    }
    let package = text("/accessPackageId").or_else(|| text("/accessPackage/id"));
    if let Some(id) = &package {
        add(
            &mut seed,
            &mut added,
            "accessPackages",
            json!({"id": id, "displayName": "documented", "catalog": {"id": CATALOG}}),
        );
    }
    let last = url.rsplit('/').next().unwrap();
    if let (true, Some(package)) = (last.contains('-'), &package) {
        seed["assignmentPolicies"] =
            json!([{"id": last, "displayName": "old", "accessPackage": {"id": package}}]);
    }
    let mut waiting = vec![body];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(object) => {
                waiting.extend(object.values());
                let kind = object.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
                for member in ["id", "userId", "groupId"] {
                    let Some(id) = object.get(member).and_then(Value::as_str) else { continue };
                    if kind.ends_with("singleUser") {
                        add(
                            &mut seed,
                            &mut added,
                            "users",
                            json!({"id": id, "displayName": "x", "userPrincipalName": format!("{id}@x")}),
                        );
                    } else if kind.ends_with("groupMembers") {
                        add(&mut seed, &mut added, "groups", json!({"id": id, "displayName": "x"}));
                    }
                }
            }
            _ => {}
        }
    }
    seed
}
