//! Every exchange of every test is held against Microsoft's own descriptions: the closed ones of
//! policies, packages and catalogs, and the OpenAPI description of the rest.
//!
//! They are found by `ENTRANT_GRAPH_METADATA`, which names the folder of the closed ones (relative
//! to the workspace); `openapi` stands beside it. Unset, the tests run without; set and unreadable,
//! they fail.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Members that tests put into seeds because no description knows them.
pub const INJECTED: &[&str] = &["unknownToAll", "unknownInside"];

struct Descriptions {
    /// By version: paths with the version in front, closed.
    closed: HashMap<String, Value>,
    /// By version: paths without the version, open.
    open: HashMap<String, Value>,
    validators: Mutex<HashMap<String, &'static Validator>>,
}

static DESCRIPTIONS: LazyLock<Option<Descriptions>> = LazyLock::new(|| {
    let Some(folder) = std::env::var_os("ENTRANT_GRAPH_METADATA") else {
        println!("ENTRANT_GRAPH_METADATA is not set: exchanges are not held against Graph's descriptions");
        return None;
    };
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder: PathBuf = workspace.join(folder);
    let read = |path: PathBuf| {
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let mut closed = HashMap::new();
    let mut open = HashMap::new();
    for version in ["v1.0", "beta"] {
        let text = read(folder.join(format!("entitlement-{version}.strict.json")));
        let mut description: Value = serde_json::from_str(&text).unwrap();
        if version == "beta" {
            add_attribute_rule_members(&mut description);
        }
        closed.insert(version.to_owned(), description);
        let text = read(folder.join(format!("../openapi/entitlement-{version}.yaml")));
        let options = serde_saphyr::options! { budget: None };
        let mut description: Value = serde_saphyr::from_str_with_options(&text, options).unwrap();
        allow_null(&mut description);
        open.insert(version.to_owned(), description);
    }
    Some(Descriptions { closed, open, validators: Mutex::new(HashMap::new()) })
});

pub fn is_on() -> bool {
    DESCRIPTIONS.is_some()
}

/// What an exchange has wrong, one sentence each.
pub fn faults(exchange: &Value) -> Vec<String> {
    let Some(descriptions) = &*DESCRIPTIONS else { return Vec::new() };
    let version = exchange["version"].as_str().unwrap();
    let path = exchange["path"].as_str().unwrap();
    let method = exchange["method"].as_str().unwrap().to_lowercase();
    let status = exchange["status"].as_u64().unwrap();
    // `/servicePrincipals(appId='…')` is `/servicePrincipals/{id}` in the descriptions.
    let path = keys_as_segments(path);
    let path = path.as_str();
    let below = path.strip_prefix(&format!("/{version}")).unwrap_or(path);
    let candidates = [
        (&descriptions.closed[version], path, format!("closed {version}")),
        (&descriptions.open[version], below, format!("open {version}")),
    ];
    let found = candidates.into_iter().find_map(|(description, path, name)| {
        let (template, item) = find_path(description, path)?;
        item.get(&method).map(|operation| (description, operation, format!("{name} {method} {template}")))
    });
    let mut faults = Vec::new();
    let Some((description, operation, name)) = found else {
        let lower = format!("{method} {}", path.to_lowercase());
        let known = status >= 400
            || UNDESCRIBED.iter().any(|end| lower.ends_with(end))
            || UNDESCRIBED_PARTS.iter().any(|part| lower.contains(part))
            || (method == "patch" && lower.contains("workflowextensions/"));
        return if known { faults } else { vec![format!("{method} {path} is not described")] };
    };
    if status < 400 && !exchange["requestBody"].is_null() {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        check(
            descriptions,
            description,
            schema,
            &format!("{name} request"),
            &exchange["requestBody"],
            &mut faults,
        );
    }
    let responses = &operation["responses"];
    let mut keys = vec![status.to_string(), format!("{}XX", status / 100)];
    // What is described besides is an error.
    keys.extend((status >= 400).then(|| "default".to_owned()));
    let response = keys.iter().find_map(|key| responses.get(key));
    let response = response.map(|response| follow(description, response));
    let schema = response.and_then(|response| response.pointer("/content/application~1json/schema"));
    // A description that says 2XX says nothing of an answer without a body.
    if let Some(schema) = schema.filter(|_| status != 204) {
        check(
            descriptions,
            description,
            schema,
            &format!("{name} {status}"),
            &exchange["responseBody"],
            &mut faults,
        );
    }
    faults
}

/// Whether the closed description refuses this body for a POST to `path`.
pub fn refuses(version: &str, path: &str, body: &Value) -> bool {
    let Some(descriptions) = &*DESCRIPTIONS else { return false };
    let description = &descriptions.closed[version];
    let schema = &description["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
    let mut faults = Vec::new();
    check(
        descriptions,
        description,
        schema,
        &format!("closed {version} post {path} request"),
        body,
        &mut faults,
    );
    !faults.is_empty()
}

/// Addresses that the service has and the descriptions, which were trimmed, have not.
const UNDESCRIBED: &[&str] = &["/organization", "/$count"];

/// Likewise, by a part: the roles in catalogs, sites by their address, other tenants by name and id.
const UNDESCRIBED_PARTS: &[&str] =
    &["/rolemanagement/", "/sites/contoso.sharepoint.com:", "/tenantrelationships/findtenantinformation"];

fn check(
    descriptions: &Descriptions,
    description: &Value,
    schema: &Value,
    name: &str,
    body: &Value,
    faults: &mut Vec<String>,
) {
    if schema.is_null() {
        return;
    }
    let mut body = body.clone();
    strip_injected(&mut body);
    if name.contains("/$batch ") {
        say_what_batches_leave_open(&mut body);
    }
    if name.contains(" get /sites") {
        say_what_sites_are(&mut body);
    }
    let validator = {
        let mut validators = descriptions.validators.lock().unwrap();
        *validators.entry(name.to_owned()).or_insert_with(|| {
            let root = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "allOf": [schema],
                "components": description["components"],
            });
            let built = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
            Box::leak(Box::new(built))
        })
    };
    for error in validator.iter_errors(&body) {
        faults.push(format!("{name}: {} {error}", error.instance_path()));
    }
}

/// The key of an object in parentheses, as a segment of the path.
fn keys_as_segments(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.split_once('(') {
        Some((name, key)) if key.ends_with(')') => format!("{name}/{}", key.trim_end_matches(')')),
        _ => segment.to_owned(),
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The description of `$batch` says less than the reference: `dependsOn` may be null, and the body of an
/// answer that is no JSON object (a `$count`) is text.
fn say_what_batches_leave_open(body: &mut Value) {
    for inner in body.get_mut("requests").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(inner) = inner.as_object_mut() {
            inner.retain(|name, value| name != "dependsOn" || !value.is_null());
        }
    }
    for inner in body.get_mut("responses").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(inner) = inner.as_object_mut() {
            inner.retain(|name, value| name != "body" || !value.is_string());
        }
    }
}

/// The description has every item of a site say its type; the service leaves it out.
fn say_what_sites_are(body: &mut Value) {
    let listed = body.get("value").is_some();
    let sites: Vec<&mut Value> = match body.get_mut("value") {
        Some(Value::Array(sites)) => sites.iter_mut().collect(),
        _ if listed => Vec::new(),
        _ => vec![body],
    };
    for site in sites {
        site["@odata.type"] = json!("#microsoft.graph.site");
    }
}

fn find_path<'a>(description: &'a Value, path: &str) -> Option<(&'a String, &'a Value)> {
    let parts: Vec<&str> = path.split('/').collect();
    let paths = description["paths"].as_object()?;
    let matching = paths.iter().filter(|(template, _)| {
        let template: Vec<&str> = template.split('/').collect();
        template.len() == parts.len()
            && template.iter().zip(&parts).all(|(template, part)| {
                template.starts_with('{') && !part.starts_with('$') || template == part
            })
    });
    // `/users/$count` before `/users/{id}`.
    matching.min_by_key(|(template, _)| template.matches('{').count())
}

fn follow<'a>(description: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => description.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// OpenAPI 3.0 says `nullable`; JSON Schema says it in the type.
fn allow_null(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if object.get("nullable") == Some(&json!(true)) {
                object.remove("nullable");
                if let Some(Value::String(kind)) = object.get("type").cloned() {
                    object.insert("type".to_owned(), json!([kind, "null"]));
                }
                if let Some(Value::Array(words)) = object.get_mut("enum") {
                    words.push(Value::Null);
                }
            }
            object.values_mut().for_each(allow_null);
        }
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        _ => {}
    }
}

/// The beta copy of the metadata comes from a cloud that lacks this type; the fact sheet and the
/// official beta SDK have it.
fn add_attribute_rule_members(description: &mut Value) {
    for suffix in ["", "-create", "-update"] {
        let name = format!("microsoft.graph.attributeRuleMembers{suffix}");
        let schemas = &mut description["components"]["schemas"];
        let mut added = schemas[format!("microsoft.graph.singleUser{suffix}")].clone();
        let properties = added["properties"].as_object_mut().unwrap();
        let text = properties.remove("id").unwrap();
        properties.insert("membershipRule".to_owned(), text);
        properties["@odata.type"]["enum"] = json!(["#microsoft.graph.attributeRuleMembers"]);
        schemas[&name] = added;
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        schemas[format!("microsoft.graph.userSet{suffix}")]["oneOf"].as_array_mut().unwrap().push(reference);
    }
}

fn strip_injected(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let kept: Map<String, Value> = std::mem::take(object)
                .into_iter()
                .filter(|(name, _)| !INJECTED.contains(&name.as_str()))
                .collect();
            *object = kept;
            object.values_mut().for_each(strip_injected);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_injected),
        _ => {}
    }
}

#[test]
fn a_body_that_breaks_the_description_is_found_out() {
    if !is_on() {
        return;
    }
    let exchange = |body: Value| {
        json!({
            "version": "v1.0", "method": "GET", "query": "", "requestBody": null, "status": 200,
            "path": "/v1.0/identityGovernance/entitlementManagement/assignmentPolicies/1",
            "responseBody": body,
        })
    };
    assert_eq!(faults(&exchange(json!({"id": "1"}))), Vec::<String>::new());
    for wrong in [
        json!({"id": "1", "nobodyKnows": 1}),
        json!({"id": "1", "specificAllowedTargets": null}),
        json!({"id": "1", "specificAllowedTargets": [{"@odata.type": "#microsoft.graph.singleUser", "groupId": "x"}]}),
        json!({"id": "1", "createdDateTime": "yesterday"}),
        json!({"id": "1", "expiration": {"type": "never"}}),
    ] {
        assert!(!faults(&exchange(wrong.clone())).is_empty(), "{wrong}");
    }
    let group = json!({
        "version": "beta", "method": "GET", "query": "", "requestBody": null, "status": 200,
        "path": "/beta/groups/1", "responseBody": {"id": "1", "displayName": 5},
    });
    assert!(!faults(&group).is_empty());
}
