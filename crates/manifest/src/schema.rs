//! The editor's JSON Schema (draft-07), generated from the model's tables.
//!
//! Its shape is what yaml-language-server was seen to give exact messages for: at the root `allOf` of
//! `if`/`then` on `kind` and `apiVersion`; a union as `anyOf` of a flat `enum` and an object, and beside it
//! `if` it is an object `then` one merged structure. (A root `oneOf` tells a beta document that its version
//! must be `v1.0`, and a `oneOf` of structures tells a misspelt key that a text was expected.) It serves the
//! editor alone: the tool reads documents by the tables themselves, and a test holds both to one verdict.

mod documents;
mod lock;
mod pasted;
mod structure;
mod template;
mod union;

pub use documents::{entrant, entrant_beside};
pub use lock::Givers;

use crate::config;
use crate::limits;
use crate::ownership;
use entrant_model::Kind;
use serde_json::{Map, Value, json};

const DIALECT: &str = "http://json-schema.org/draft-07/schema#";
/// What `apiVersion` may be.
const API_VERSIONS: [Option<&str>; 3] = [Some("v1.0"), Some("beta"), None];
const GUID: &str = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";

/// Structures by the name under which others refer to them.
type Definitions = Map<String, Value>;

/// The schema of `entrant.yaml`, for `schemas/config.schema.json`.
pub fn config() -> Value {
    let doc = |key: &str| config::KEYS.iter().find(|(name, _)| *name == key).map_or("", |(_, doc)| *doc);
    let tenant =
        |key: &str| config::TENANT_KEYS.iter().find(|(name, _)| *name == key).map_or("", |(_, doc)| *doc);
    let codes: Map<String, Value> = crate::codes::ALL
        .iter()
        .filter(|code| code.severity != entrant_model::Severity::Error)
        .map(|code| (code.name.to_owned(), described(levels(), summary(code.explanation))))
        .collect();
    json!({
        "$schema": DIALECT,
        "title": "entrant configuration",
        "description": "The configuration of entrant, at the top of the policy directory. Every key is optional.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "$schema": {},
            "tenants": described(json!({
                "type": ["object", "null"],
                "propertyNames": {"pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["id"],
                    "properties": {
                        "id": described(json!({"type": "string", "pattern": GUID}), tenant("id")),
                        "cloud": described(clouds(), tenant("cloud")),
                        "variables": described(json!({"type": ["object", "null"]}), tenant("variables")),
                    },
                },
            }), doc("tenants")),
            "ownership": described(ownership_of_places(), doc("ownership")),
            "limits": described(limits_of_all(), doc("limits")),
            "references": described(references(), doc("references")),
            "severities": described(json!({
                "type": ["object", "null"],
                "properties": codes,
                "additionalProperties": levels(),
            }), doc("severities")),
        },
    })
}

fn references() -> Value {
    let (words, docs) = config::reference_words();
    json!({"enum": words.into_iter().map(Value::from).chain([Value::Null]).collect::<Vec<_>>(),
        "markdownEnumDescriptions": docs.into_iter().chain(["The same as leaving it out."]).collect::<Vec<_>>()})
}

fn clouds() -> Value {
    let (mut words, mut docs): (Vec<Value>, Vec<&str>) =
        config::CLOUDS.iter().map(|(word, doc)| (json!(word), *doc)).unzip();
    words.push(Value::Null);
    docs.push("The same as leaving it out.");
    json!({"enum": words, "markdownEnumDescriptions": docs})
}

/// `ownership`: a list of places, each a catalog or an access package.
fn ownership_of_places() -> Value {
    let place = |(name, kind, doc): &(&str, Kind, &str)| {
        let keys: &[&str] =
            if *kind == Kind::AccessPackage { &["id", "name", "catalog"] } else { &["id", "name"] };
        let members: Map<String, Value> =
            keys.iter().map(|key| ((*key).to_owned(), json!({"type": "string", "minLength": 1}))).collect();
        let schema = json!({
            "type": ["string", "object"], "minLength": 1, "minProperties": 1,
            "additionalProperties": false, "properties": members,
        });
        ((*name).to_owned(), described(schema, doc))
    };
    let places: Map<String, Value> = ownership::PLACES.iter().map(place).collect();
    let place = json!({
        "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
        "properties": places,
    });
    let exclusive = described(
        json!({"type": ["array", "null"], "items": place}),
        "Catalogs and access packages in which every policy has a document.",
    );
    json!({"type": ["object", "null"], "additionalProperties": false, "properties": {"exclusive": exclusive}})
}

/// `limits`: those of all kinds together, and those of one kind each.
fn limits_of_all() -> Value {
    let mut all = limits_of_one();
    let kinds: Map<String, Value> =
        limits::KINDS.iter().map(|kind| (kind.as_str().to_owned(), limits_of_one())).collect();
    all["properties"]["kinds"] = described(
        json!({"type": ["object", "null"], "additionalProperties": false, "properties": kinds}),
        "Limits of one kind of object, beside those of all together. What is not written here has no limit.",
    );
    all
}

fn limits_of_one() -> Value {
    let member = |name: &str| match name {
        "maxPercent" => json!({"type": "integer", "minimum": 0, "maximum": 100}),
        _ => json!({"type": "integer", "minimum": 0, "maximum": limits::MOST}),
    };
    let members: Map<String, Value> = limits::MEMBERS
        .iter()
        .map(|(name, doc)| ((*name).to_owned(), described(member(name), doc)))
        .collect();
    let limit = json!({"type": ["object", "null"], "additionalProperties": false, "properties": members});
    let sorts: Map<String, Value> =
        limits::SORTS.iter().map(|(name, doc)| ((*name).to_owned(), described(limit.clone(), doc))).collect();
    json!({"type": ["object", "null"], "additionalProperties": false, "properties": sorts})
}

fn levels() -> Value {
    json!({"enum": ["error", "warning", "note", "off"]})
}

/// The first sentence of an explanation.
fn summary(explanation: &str) -> &str {
    explanation.lines().next().unwrap_or_default()
}

/// A schema with the text that hovers show.
fn described(mut schema: Value, doc: &str) -> Value {
    if let Some(map) = schema.as_object_mut() {
        map.insert("description".to_owned(), Value::from(doc.replace('`', "")));
        map.insert("markdownDescription".to_owned(), Value::from(doc));
    }
    schema
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}
