//! The editor's JSON Schema (draft-07), generated from the model's tables.
//!
//! Its shape is what yaml-language-server was seen to give exact messages for: at the root `allOf` of
//! `if`/`then` on `kind` and `apiVersion`; a union as `anyOf` of a flat `enum` and an object, and beside it
//! `if` it is an object `then` one merged structure. (A root `oneOf` tells a beta document that its version
//! must be `v1.0`, and a `oneOf` of structures tells a misspelt key that a text was expected.) It serves the
//! editor alone: the tool reads documents by the tables themselves, and a test holds both to one verdict.

mod structure;
mod union;

use crate::config;
use crate::document::{ENVELOPE, KINDS};
use crate::limits;
use crate::ownership;
use crate::removed;
use entrant_model::kinds::assignment_policy;
use entrant_model::{Kind, TypeSpec, Version};
use serde_json::{Map, Value, json};

const DIALECT: &str = "http://json-schema.org/draft-07/schema#";
const GUID: &str = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";

const SAY_EXPIRY: &str = "People may request access here: write when access ends, such as expiration: P90D or expiration: noExpiration.";
const SAY_DAYS: &str =
    "People may request access here: write when access ends, such as durationInDays: 90, or 0 for no end.";
const SAY_APPROVAL: &str = "People may request access here: write requestApprovalSettings, or requestApprovalSettings: null if no approval is needed.";

/// Structures by the name under which others refer to them.
type Definitions = Map<String, Value>;

/// The schema of documents, for `schemas/entrant.schema.json`.
pub fn entrant() -> Value {
    let mut definitions = Definitions::new();
    let v1 = policy(&mut definitions, Version::V1);
    let beta = policy(&mut definitions, Version::Beta);
    let removed = removed_document(&mut definitions);
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
    json!({
        "$schema": DIALECT,
        "title": "entrant",
        "description": "A document of entrant: a policy of Microsoft Entra entitlement management, or the removal of one.",
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": described(json!({"enum": kinds, "markdownEnumDescriptions": kind_docs}), envelope_doc("kind")),
        },
        "allOf": [
            {"if": policy_of(json!(["v1.0", null])), "then": reference(&v1)},
            {"if": is_beta, "then": reference(&beta)},
            {
                "if": is("AssignmentPolicy"),
                "then": {"properties": {"apiVersion": described(json!({
                    "enum": ["v1.0", "beta", null],
                    "markdownEnumDescriptions": [
                        "The body has the shape of Microsoft Graph v1.0.",
                        "The body has the shape of Microsoft Graph beta.",
                        "The same as `v1.0`.",
                    ],
                }), envelope_doc("apiVersion"))}}
            },
            {"if": is("Removed"), "then": reference(&removed)},
        ],
        "definitions": definitions,
    })
}

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

fn envelope_doc(key: &str) -> &'static str {
    ENVELOPE.iter().find(|(name, _)| *name == key).map_or("", |(_, doc)| *doc)
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

/// The definition of a policy in one shape; gives its name.
fn policy(definitions: &mut Definitions, version: Version) -> String {
    let ty = assignment_policy::table(version);
    let name = format!("{version}.AssignmentPolicy");
    let mut schema = structure::structure(definitions, ty);
    let properties = &mut schema["properties"];
    properties["kind"] = json!({});
    properties["apiVersion"] = json!({});
    properties["$schema"] = described(json!({"doNotSuggest": true}), envelope_doc("$schema"));
    properties["pin"] = described(pin(), envelope_doc("pin"));
    properties["tenants"] = described(tenants(), envelope_doc("tenants"));
    properties["protected"] = described(json!({"type": ["boolean", "null"]}), envelope_doc("protected"));
    properties["previousNames"] = described(previous_names(), envelope_doc("previousNames"));
    name_pattern(&mut properties["displayName"]);
    schema["allOf"] = Value::Array(match version {
        Version::V1 => vec![lock_v1()],
        Version::Beta => vec![lock_beta(), two_expiries()],
    });
    definitions.insert(name.clone(), schema);
    name
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

fn removed_document(definitions: &mut Definitions) -> String {
    let mut schema = structure::structure(definitions, &removed::REMOVED);
    schema["properties"]["kind"] = json!({});
    schema["properties"]["$schema"] = described(json!({"doNotSuggest": true}), envelope_doc("$schema"));
    schema["properties"]["tenants"] = described(tenants(), envelope_doc("tenants"));
    let target = structure::definition_name(target_type());
    name_pattern(&mut definitions[&target]["properties"]["displayName"]);
    definitions.insert("Removed".to_owned(), schema);
    "Removed".to_owned()
}

fn target_type() -> &'static TypeSpec {
    match removed::REMOVED.members[0].ty {
        entrant_model::Type::Object(ty) => ty,
        _ => &removed::REMOVED,
    }
}

fn name_pattern(schema: &mut Value) {
    schema["pattern"] = json!(structure::NAME);
    schema["patternErrorMessage"] = json!("A name is not empty and holds no control characters.");
}

/// Who opens the door writes the lock (see the code `open-door`).
fn lock_v1() -> Value {
    let opens = |flag: &str| {
        json!({
            "required": ["requestorSettings"],
            "properties": {"requestorSettings": {
                "type": "object", "required": [flag], "properties": {flag: {"const": true}}
            }}
        })
    };
    json!({
        "if": {
            "anyOf": [opens("enableTargetsToSelfAddAccess"), opens("enableOnBehalfRequestorsToAddAccess")],
            "not": {
                "required": ["automaticRequestSettings", "specificAllowedTargets"],
                "properties": {
                    "automaticRequestSettings": {
                        "type": "object",
                        "required": ["requestAccessForAllowedTargets"],
                        "properties": {"requestAccessForAllowedTargets": {"const": true}}
                    },
                    "specificAllowedTargets": {
                        "type": "array",
                        "contains": {"type": "object", "anyOf": [{"required": ["rule"]}, {"required": ["membershipRule"]}]}
                    }
                }
            }
        },
        "then": {"allOf": [
            {"required": ["expiration"], "errorMessage": SAY_EXPIRY},
            {"required": ["requestApprovalSettings"], "errorMessage": SAY_APPROVAL},
        ]}
    })
}

fn lock_beta() -> Value {
    json!({
        "if": {
            "required": ["requestorSettings"],
            "properties": {"requestorSettings": {
                "type": "object",
                "required": ["acceptRequests", "scopeType"],
                "properties": {
                    "acceptRequests": {"const": true},
                    "scopeType": {"type": "string", "not": {"const": "NoSubjects"}}
                }
            }}
        },
        "then": {"allOf": [
            {"anyOf": [
                {"required": ["durationInDays"], "errorMessage": SAY_DAYS},
                {"required": ["expirationDateTime"], "errorMessage": SAY_DAYS},
            ]},
            {"required": ["requestApprovalSettings"], "errorMessage": SAY_APPROVAL},
        ]}
    })
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
