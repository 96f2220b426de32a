//! The root of the schema: documents by kind and version, and what no table says of them.

use super::lock::{self, Givers};
use super::structure::{NAME, or_variable, structure};
use super::template;
use super::{DIALECT, Definitions, GUID, described, reference};
use crate::kind::{KINDS, REMOVED};
use crate::{envelope, inline, removed};
use entrant_model::kinds::assignment_policy::{package_member, table};
use entrant_model::kinds::workflow_extension::TYPES;
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Kind, Version, kinds};
use serde_json::{Value, json};

/// The schema of documents that nothing is known of but themselves: `schemas/entrant.schema.json` of a directory without
/// templates and defaults.
pub fn entrant() -> Value {
    entrant_beside(&Givers::default())
}

/// The schema of documents beside the templates and defaults of a directory, which may say what a document does not.
pub fn entrant_beside(givers: &Givers) -> Value {
    let mut definitions = Definitions::new();
    let v1 = policy(&mut definitions, Version::V1, false, givers);
    let beta = policy(&mut definitions, Version::Beta, false, givers);
    let (kinds, kind_docs): (Vec<&str>, Vec<&str>) = KINDS.iter().copied().unzip();
    let is = |kind: &str| json!({"properties": {"kind": {"const": kind}}, "required": ["kind"]});
    let policy_of = |versions: Value| {
        json!({
            "properties": {"kind": {"const": "AssignmentPolicy"}, "apiVersion": {"enum": versions}},
            "required": ["kind"]
        })
    };
    let mut is_beta = policy_of(json!(["beta"]));
    is_beta["required"] = json!(["kind", "apiVersion"]);
    let mut all = vec![
        json!({"if": policy_of(json!(["v1.0", null])), "then": reference(&v1)}),
        json!({"if": is_beta, "then": reference(&beta)}),
        json!({
            "if": is("AssignmentPolicy"),
            "then": {"properties": {"apiVersion": versions()}}
        }),
    ];
    for kind in Kind::DECLARED.into_iter().filter(|kind| *kind != Kind::AssignmentPolicy) {
        if let Some(name) = object(&mut definitions, kind, givers) {
            all.push(json!({"if": is(kind.as_str()), "then": reference(&name)}));
        }
    }
    let removed = removed_document(&mut definitions);
    all.push(json!({"if": is(REMOVED), "then": reference(&removed)}));
    all.extend(template::documents(&mut definitions));
    json!({
        "$schema": DIALECT,
        "title": "entrant",
        "description": "A document of entrant: an object of Microsoft Entra entitlement management, or the removal of one.",
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": described(json!({"enum": kinds, "markdownEnumDescriptions": kind_docs}), envelope_doc("kind")),
        },
        "allOf": all,
        "definitions": definitions,
    })
}

pub(super) fn envelope_doc(key: &str) -> &'static str {
    envelope::MEMBERS.iter().find(|(name, _)| *name == key).map_or("", |(_, doc)| *doc)
}

/// The versions that the body of a policy may have.
fn versions() -> Value {
    described(
        json!({
            "enum": ["v1.0", "beta", null],
            "markdownEnumDescriptions": [
                "The body has the shape of Microsoft Graph v1.0.",
                "The body has the shape of Microsoft Graph beta.",
                "The same as `v1.0`.",
            ],
        }),
        envelope_doc("apiVersion"),
    )
}

/// What a key of the envelope takes.
fn envelope_schema(key: &str) -> Value {
    let schema = match key {
        "pin" => pin(),
        "tenants" => tenants(),
        "protected" => json!({"type": ["boolean", "null"]}),
        "previousNames" => previous_names(),
        "$schema" => json!({"doNotSuggest": true}),
        // What they are was told at the root.
        _ => return json!({}),
    };
    described(schema, envelope_doc(key))
}

/// The definition of a policy in one shape; gives its name. One that stands in its package does not say which that is.
fn policy(definitions: &mut Definitions, version: Version, is_inline: bool, givers: &Givers) -> String {
    let name = format!("{version}.AssignmentPolicy{}", if is_inline { ".inline" } else { "" });
    let mut schema = structure(definitions, table(version));
    if is_inline {
        for key in inline::ENVELOPE {
            schema["properties"][*key] = envelope_schema(key);
        }
        if let Some(properties) = schema["properties"].as_object_mut() {
            properties.shift_remove("accessPackage");
            properties.shift_remove("accessPackageId");
        }
        if let Some(required) = schema["required"].as_array_mut() {
            required.retain(|name| *name != json!(package_member(version)));
        }
    } else {
        for key in envelope::keys(Kind::AssignmentPolicy) {
            schema["properties"][key] = envelope_schema(key);
        }
    }
    name_pattern(&mut schema["properties"]["displayName"]);
    let rules = match version {
        Version::V1 => Vec::new(),
        Version::Beta => vec![two_expiries()],
    };
    let name_of_template = givers.template(version, envelope_doc("template"));
    template::may_use(definitions, &mut schema, rules, name_of_template, is_inline);
    let locks = lock::rules(version, is_inline, givers);
    if let Some(all) = schema["allOf"].as_array_mut() {
        all.extend(locks);
    }
    definitions.insert(name.clone(), schema);
    name
}

/// The definition of a document of any other kind; gives its name.
fn object(definitions: &mut Definitions, kind: Kind, givers: &Givers) -> Option<String> {
    let name = format!("v1.0.{kind}");
    let mut schema = structure(definitions, kinds::table(kind, Version::V1)?);
    for key in envelope::keys(kind) {
        schema["properties"][key] = envelope_schema(key);
    }
    schema["properties"]["apiVersion"] = described(
        json!({
            "enum": ["v1.0", null],
            "markdownEnumDescriptions": ["The body has the shape of Microsoft Graph v1.0.", "The same as `v1.0`."],
        }),
        envelope_doc("apiVersion"),
    );
    if kind != Kind::Settings {
        name_pattern(&mut schema["properties"]["displayName"]);
    }
    match kind {
        Kind::AccessPackage => {
            let v1 = policy(definitions, Version::V1, true, givers);
            let beta = policy(definitions, Version::Beta, true, givers);
            let is_beta =
                json!({"properties": {"apiVersion": {"const": "beta"}}, "required": ["apiVersion"]});
            let policy = json!({
                "type": "object",
                "properties": {"apiVersion": versions()},
                "if": is_beta, "then": reference(&beta), "else": reference(&v1),
            });
            let policies = json!({"type": ["array", "null"], "items": policy});
            schema["properties"][inline::POLICIES] =
                described(or_variable(definitions, policies), inline::DOC);
            let locks = lock::of_packages(givers);
            if !locks.is_empty() {
                schema["allOf"] = Value::Array(locks);
            }
        }
        Kind::WorkflowExtension => {
            let tags = TYPES
                .iter()
                .flat_map(|(_, name)| ["#", ""].map(|sign| format!("{sign}microsoft.graph.{name}")));
            let tags: Vec<String> = tags.collect();
            schema["properties"][ODATA_TYPE] = described(
                json!({"doNotSuggest": true}),
                "Graph's name of the type, which may be written instead of `type`.",
            );
            if let Some(required) = schema["required"].as_array_mut() {
                required.retain(|name| *name != json!("type"));
            }
            let is_graphs = json!({"required": [ODATA_TYPE], "properties": {ODATA_TYPE: {"enum": tags}}});
            schema["allOf"] = json!([{
                "if": {"not": is_graphs},
                "then": {"required": ["type"]},
            }]);
        }
        _ => {}
    }
    definitions.insert(name.clone(), schema);
    Some(name)
}

/// The definition of a removal. What tells the object depends on its kind.
fn removed_document(definitions: &mut Definitions) -> String {
    let mut members = serde_json::Map::new();
    let mut rules = Vec::new();
    for kind in removed::KINDS {
        let of_kind = structure(definitions, removed::target(kind));
        let Some(properties) = of_kind["properties"].as_object().cloned() else { continue };
        for (key, schema) in &properties {
            let hover = match key.as_str() {
                "kind" => schema.clone(),
                _ => described(json!({}), schema["markdownDescription"].as_str().unwrap_or_default()),
            };
            members.entry(key.clone()).or_insert(hover);
        }
        rules.push((kind, properties, of_kind["required"].clone()));
    }
    let keys: Vec<String> = members.keys().cloned().collect();
    let rules: Vec<Value> = rules
        .into_iter()
        .map(|(kind, mut properties, required)| {
            name_pattern(&mut properties["displayName"]);
            json!({
                "if": {"required": ["kind"], "properties": {"kind": {"const": kind.as_str()}}},
                "then": {"properties": super::union::only(&keys, &properties), "required": required},
            })
        })
        .collect();
    let mut target = super::structure::closed(members);
    target["required"] = json!(["kind"]);
    target["allOf"] = Value::Array(rules);
    definitions.insert("RemovedTarget".to_owned(), target);

    let mut schema = structure(definitions, removed::table(Kind::AssignmentPolicy));
    let doc = schema["properties"]["target"]["markdownDescription"].as_str().unwrap_or_default().to_owned();
    let target = json!({"type": "object", "title": "RemovedTarget", "allOf": [reference("RemovedTarget")]});
    schema["properties"]["target"] = described(or_variable(definitions, target), &doc);
    for key in ["kind", "$schema", "tenants"] {
        schema["properties"][key] = envelope_schema(key);
    }
    let is_policy = json!({
        "required": ["target"],
        "properties": {"target": {
            "type": "object", "required": ["kind"], "properties": {"kind": {"const": "AssignmentPolicy"}}
        }},
    });
    schema["allOf"] = json!([{
        "if": is_policy, "then": {}, "else": {"properties": {"deleteWithAssignments": false}},
    }]);
    // The tables of the targets were only read for what they say.
    definitions.retain(|name, _| !name.starts_with("v1.0.RemovedTarget."));
    definitions.insert(REMOVED.to_owned(), schema);
    REMOVED.to_owned()
}

/// One id, or one for each tenant.
fn pin() -> Value {
    let id =
        |types: &[&str]| json!({"type": types, "pattern": GUID, "patternErrorMessage": "An id is a GUID."});
    let mut pin = id(&["string", "object", "null"]);
    pin["additionalProperties"] = id(&["string", "null"]);
    pin
}

fn tenants() -> Value {
    json!({"type": ["array", "null"], "items": {"type": "string"}, "minItems": 1})
}

fn previous_names() -> Value {
    let mut name = json!({"type": "string"});
    name_pattern(&mut name);
    json!({"type": ["array", "null"], "items": name, "uniqueItems": true})
}

pub(super) fn name_pattern(schema: &mut Value) {
    schema["pattern"] = json!(NAME);
    schema["patternErrorMessage"] = json!("A name is not empty and holds no control characters.");
}

fn two_expiries() -> Value {
    json!({
        "if": {"required": ["durationInDays"], "properties": {"durationInDays": {"type": "integer", "minimum": 1}}},
        "then": {"properties": {"expirationDateTime": {
            "type": "null",
            "errorMessage": "Access cannot end both after durationInDays and at expirationDateTime."
        }}}
    })
}
