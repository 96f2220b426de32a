//! What the schema says of templates, of the defaults of catalogs, and of policies that use them.
//!
//! A schema sees one document. What a policy takes from a template is not asked of it here, and where a parameter stands
//! anything may.

use super::documents::{envelope_doc, name_pattern};
use super::structure::{self, object_reference};
use super::{API_VERSIONS, Definitions, described, reference};
use crate::template::declaration::{DEFAULTS, DEFAULTS_KEYS, PARAMETER_KEYS, TEMPLATE, TEMPLATE_KEYS};
use crate::template::parameter::TYPES;
use entrant_model::kinds::assignment_policy;
use entrant_model::{Kind, Version};
use serde_json::{Map, Value, json};

/// Lets the schema of a policy leave to a template what it would have to say otherwise. `rules` hold for one that says
/// all itself.
pub(super) fn may_use(
    definitions: &mut Definitions,
    schema: &mut Value,
    rules: Vec<Value>,
    template: Value,
    is_inline: bool,
) {
    let packages = packages(definitions);
    let properties = &mut schema["properties"];
    properties["template"] = template;
    properties["with"] = described(json!({"type": ["object", "null"]}), envelope_doc("with"));
    if !is_inline {
        properties["forEachPackage"] = described(packages, envelope_doc("forEachPackage"));
    }
    let uses = |key: &str, ty: &str| json!({"required": [key], "properties": {key: {"type": ty}}});
    let required = schema["required"].take();
    let names: Vec<&str> = required.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let (own, package): (Vec<&str>, Vec<&str>) =
        names.into_iter().partition(|name| !name.starts_with("accessPackage"));
    let several = json!({"if": uses("forEachPackage", "array"), "else": {"required": package}});
    let mut whole = vec![json!({"required": own})];
    whole.extend(Some(several).filter(|_| !is_inline));
    whole.extend(rules);
    schema["allOf"] = json!([{"if": uses("template", "string"), "else": {"allOf": whole}}]);
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove("required");
    }
}

fn packages(definitions: &mut Definitions) -> Value {
    let mut name = json!({"type": ["string", "object"]});
    name_pattern(&mut name);
    let mut catalog = json!({"type": "string"});
    name_pattern(&mut catalog);
    let package = reference(&object_reference(definitions, Kind::AccessPackage));
    name["if"] = json!({"type": "object"});
    name["then"] = json!({
        "if": {"required": ["catalog"], "maxProperties": 1},
        "then": {"properties": {"catalog": catalog}},
        "else": package,
    });
    json!({"type": ["array", "null"], "minItems": 1, "items": name})
}

/// The rules for templates and defaults of catalogs, by kind and version.
pub(super) fn documents(definitions: &mut Definitions) -> Vec<Value> {
    let mut rules = Vec::new();
    for (kind, keys) in [(TEMPLATE, TEMPLATE_KEYS), (DEFAULTS, DEFAULTS_KEYS)] {
        let document = document(keys);
        let name = kind.to_owned();
        definitions.insert(name.clone(), document);
        rules.push(json!({"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": reference(&name)}));
        for version in [Version::V1, Version::Beta] {
            let members = members(definitions, version);
            let is_of = match version {
                Version::V1 => {
                    json!({"properties": {"kind": {"const": kind}, "apiVersion": {"enum": ["v1.0", null]}}, "required": ["kind"]})
                }
                Version::Beta => {
                    json!({"properties": {"kind": {"const": kind}, "apiVersion": {"const": "beta"}}, "required": ["kind", "apiVersion"]})
                }
            };
            rules.push(json!({"if": is_of, "then": {"properties": {"policy": reference(&members)}}}));
        }
    }
    rules
}

/// A document of these keys.
fn document(keys: &[(&str, &str)]) -> Value {
    let mut properties = Map::new();
    let mut required = vec!["policy"];
    for (key, doc) in keys {
        let schema = match *key {
            "kind" => json!({}),
            "apiVersion" => json!({"enum": API_VERSIONS}),
            "$schema" => json!({"doNotSuggest": true}),
            "description" => json!({"type": ["string", "null"]}),
            "parameters" => json!({"type": ["object", "null"], "additionalProperties": parameter()}),
            "policy" => json!({"type": "object", "not": {"required": ["param"], "maxProperties": 1}}),
            name => {
                required.push(name);
                let mut name = json!({"type": "string"});
                name_pattern(&mut name);
                name
            }
        };
        properties.insert((*key).to_owned(), described(schema, doc));
    }
    json!({"properties": properties, "required": required, "additionalProperties": false})
}

fn parameter() -> Value {
    let doc = |key: &str| PARAMETER_KEYS.iter().find(|(name, _)| *name == key).map_or("", |(_, doc)| *doc);
    let (words, docs): (Vec<&str>, Vec<&str>) = TYPES.iter().map(|ty| (ty.word, ty.doc)).unzip();
    json!({
        "type": "object",
        "required": ["type"],
        "additionalProperties": false,
        "properties": {
            "type": described(json!({"enum": words, "markdownEnumDescriptions": docs}), doc("type")),
            "default": described(json!({}), doc("default")),
            "description": described(json!({"type": ["string", "null"]}), doc("description")),
        },
    })
}

/// The members of a policy of which none must be there; gives the name of the definition.
fn members(definitions: &mut Definitions, version: Version) -> String {
    let name = format!("{version}.PolicyMembers");
    if !definitions.contains_key(&name) {
        let mut schema = structure::structure(definitions, assignment_policy::table(version));
        if let Some(schema) = schema.as_object_mut() {
            schema.shift_remove("required");
        }
        definitions.insert(name.clone(), schema);
    }
    name
}
