//! Structures, scalars, references and lists of the schema.

use super::union;
use super::{Definitions, GUID, described, reference};
use crate::forms::{self, Form};
use crate::template::parameter::PARAM;
use crate::tenant::VAR;
use entrant_model::spec::{Absent, Access, EnumSpec, MemberSpec, Shorthand, Type};
use entrant_model::{Kind, TypeSpec};
use serde_json::{Map, Value, json};

/// A name: some character that is no space, and no control characters.
pub(super) const NAME: &str = "^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f]+$";
const DURATION: &str = r"^P(?!$)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$";
const INSTANT: &str = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$";
const DATE: &str = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$";

/// The name of a structure's definition.
pub(super) fn definition_name(ty: &TypeSpec) -> String {
    format!("{}.{}", ty.version, ty.name)
}

/// What a structure takes. Says nothing of values that are no mapping: whoever refers to it does.
pub(super) fn structure(definitions: &mut Definitions, ty: &'static TypeSpec) -> Value {
    let mut properties = Map::new();
    for member in ty.members {
        properties.insert(member.name.to_owned(), member_schema(definitions, ty, member));
    }
    let required: Vec<&str> =
        ty.members.iter().filter(|m| matches!(m.absent, Absent::Required)).map(|m| m.name).collect();
    let mut schema = closed(properties);
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if ty.name == "expirationPattern" {
        schema["allOf"] = expiration_rules();
    }
    schema
}

/// A mapping that takes these members, annotations of OData, and nothing else.
pub(super) fn closed(properties: Map<String, Value>) -> Value {
    let properties = Value::Object(properties);
    json!({
        "properties": properties,
        "patternProperties": {"@odata\\.": {}},
        "additionalProperties": false,
    })
}

/// Keys of which none is misspelt.
pub(super) fn known_names(keys: &[String]) -> Value {
    json!({"anyOf": [{"enum": keys}, {"pattern": "@odata\\."}]})
}

/// The type of an expiration says which of its members count.
fn expiration_rules() -> Value {
    let rule = |words: &[&str], then: Value| json!({"if": {"required": ["type"], "properties": {"type": {"enum": words}}}, "then": then});
    let nothing = || json!({"type": "null", "errorMessage": "This contradicts the type; leave it out or change the type."});
    json!([
        rule(
            &["afterDuration"],
            json!({
                "required": ["duration"],
                "properties": {"duration": {"type": "string"}, "endDateTime": nothing()}
            })
        ),
        rule(
            &["afterDateTime"],
            json!({
                "required": ["endDateTime"],
                "properties": {"endDateTime": {"type": "string"}, "duration": nothing()}
            })
        ),
        rule(
            &["noExpiration", "notSpecified"],
            json!({
                "properties": {"endDateTime": nothing(), "duration": nothing()}
            })
        ),
    ])
}

/// The schema of a member, with its hover.
pub(super) fn member_schema(definitions: &mut Definitions, ty: &TypeSpec, member: &MemberSpec) -> Value {
    if member.access == Access::ReadOnly {
        let doc = format!("Ignored. {}", member.doc);
        return described(json!({"doNotSuggest": true}), &doc);
    }
    let takes_null = !matches!(member.absent, Absent::Required);
    let schema = of_member(definitions, ty, member, takes_null);
    described(or_variable(definitions, schema), member.doc)
}

/// The schema of a member's value, held to the form that its text must have.
pub(super) fn of_member(
    definitions: &mut Definitions,
    ty: &TypeSpec,
    member: &MemberSpec,
    takes_null: bool,
) -> Value {
    let mut schema = of_type(definitions, member.ty, member.name, takes_null);
    if let Some(form) = forms::of(ty, member.name) {
        let (pattern, message) = match form {
            Form::Url => (forms::URL.to_owned(), "A URL that begins with https:// was expected."),
            Form::Guid => (GUID.to_owned(), "An id is a GUID."),
            Form::Tenant => {
                (format!("{GUID}|{}", forms::DOMAIN), "The id of a tenant, or a domain of it, was expected.")
            }
            // No pattern tells how long a duration is.
            Form::Wait => return schema,
        };
        schema["pattern"] = json!(pattern);
        schema["patternErrorMessage"] = json!(message);
    }
    schema
}

/// The value, or `{var: name}` or `{param: name}` in its place. Words and booleans stay where an editor looks for what
/// to complete.
pub(super) fn or_variable(definitions: &mut Definitions, mut schema: Value) -> Value {
    const NAME: &str = "variable";
    definitions.entry(NAME).or_insert_with(|| {
        let name = described(
            json!({"type": "string"}),
            "The name of a variable of the tenant, from `entrant.yaml`.",
        );
        let parameter = described(
            json!({"type": "string"}),
            "In a template alone: the name of the parameter whose value stands here.",
        );
        json!({"properties": {VAR: name, PARAM: parameter}, "additionalProperties": false})
    });
    let either = json!([{"required": [VAR]}, {"required": [PARAM]}]);
    let is_variable = json!({"type": "object", "maxProperties": 1, "anyOf": either});
    if schema["if"] == json!({"type": "object"}) {
        schema["then"] = json!({"if": is_variable, "then": reference(NAME), "else": schema["then"].take()});
        return schema;
    }
    if schema.get("enum").is_some() {
        return json!({"anyOf": [schema, {"type": "object", "anyOf": either, "allOf": [reference(NAME)]}]});
    }
    json!({"if": is_variable, "then": reference(NAME), "else": schema})
}

/// The schema of a value. `member` names it, for the names of definitions.
pub(super) fn of_type(definitions: &mut Definitions, ty: Type, member: &str, takes_null: bool) -> Value {
    let types = |names: &[&str]| {
        let mut all: Vec<&str> = names.to_vec();
        if takes_null {
            all.push("null");
        }
        if all.len() == 1 { json!(all[0]) } else { json!(all) }
    };
    match ty {
        Type::Bool => json!({"type": types(&["boolean"])}),
        Type::Int { min, max } => json!({"type": types(&["integer"]), "minimum": min, "maximum": max}),
        Type::Text => json!({"type": types(&["string"])}),
        Type::Rule => json!({
            "type": types(&["string"]),
            "pattern": "\\S",
            "patternErrorMessage": "A membership rule such as (user.department -eq \"Marketing\") was expected.",
        }),
        Type::Enum(spec) => words(spec, takes_null),
        Type::Duration => json!({
            "type": types(&["string"]),
            "pattern": DURATION,
            "patternErrorMessage": "An ISO 8601 duration such as P14D or PT2H was expected.",
        }),
        Type::Instant => json!({
            "type": types(&["string"]),
            "pattern": INSTANT,
            "patternErrorMessage": "A timestamp such as 2027-01-31T00:00:00Z was expected.",
        }),
        Type::Date => json!({
            "type": types(&["string"]),
            "pattern": DATE,
            "patternErrorMessage": "A date such as 2027-01-31 was expected.",
        }),
        Type::Ref(kind, _) => json!({
            "type": types(&["string", "object"]),
            "pattern": NAME,
            "patternErrorMessage": "A name is not empty and holds no control characters.",
            "if": {"type": "object"},
            "then": reference(&object_reference(definitions, kind)),
        }),
        Type::Object(ty) => object(definitions, ty, takes_null),
        Type::Union { spec, takes } => union::union(definitions, spec, takes, member, takes_null),
        Type::Set(of) => json!({
            "type": types(&["array"]),
            "items": element(definitions, *of, member),
            "uniqueItems": true,
        }),
        Type::Sequence { of, max, .. } => {
            let mut schema = json!({
                "type": types(&["array"]),
                "items": element(definitions, *of, member),
            });
            if max < usize::MAX {
                schema["maxItems"] = json!(max);
            }
            schema
        }
        Type::Map { key, value, of } => {
            let mut schema = json!({
                "type": types(&["object", "array"]),
                "items": object(definitions, of, false),
            });
            keyed(definitions, &mut schema, key, value, of);
            schema
        }
    }
}

/// What a list holds.
fn element(definitions: &mut Definitions, of: Type, member: &str) -> Value {
    let schema = of_type(definitions, of, member, false);
    or_variable(definitions, schema)
}

/// The form `{key: value}` of a keyed list.
fn keyed(definitions: &mut Definitions, schema: &mut Value, key: &str, value: &str, of: &'static TypeSpec) {
    let Some((_, member)) = of.member(value) else { return };
    let element = member_schema(definitions, of, member);
    match of.member(key).map(|(_, member)| member.ty) {
        Some(Type::Enum(spec)) => {
            let properties: Map<String, Value> =
                spec.words.iter().map(|w| (w.word.to_owned(), described(element.clone(), w.doc))).collect();
            schema["properties"] = Value::Object(properties);
            schema["additionalProperties"] = json!(false);
        }
        _ => schema["additionalProperties"] = element,
    }
}

/// A structure, or the scalar that stands for it.
fn object(definitions: &mut Definitions, ty: &'static TypeSpec, takes_null: bool) -> Value {
    let name = definition_name(ty);
    if !definitions.contains_key(&name) {
        // Taken first, so that a structure that holds itself ends.
        definitions.insert(name.clone(), Value::Null);
        let schema = structure(definitions, ty);
        definitions.insert(name.clone(), schema);
    }
    let Some(shorthand) = ty.shorthand else {
        let kind = if takes_null { json!(["object", "null"]) } else { json!("object") };
        return json!({"type": kind, "title": ty.name, "allOf": [reference(&name)]});
    };
    if !shorthand.pattern.is_empty() {
        return scalar_or_structure(shorthand, &name, takes_null);
    }
    let mut any = Vec::new();
    if !shorthand.words.is_empty() {
        let (words, docs): (Vec<&str>, Vec<&str>) = shorthand.words.iter().copied().unzip();
        any.push(json!({"enum": words, "markdownEnumDescriptions": docs}));
    }
    any.push(json!({"type": "object"}));
    if takes_null {
        any.push(json!({"type": "null"}));
    }
    json!({"anyOf": any, "if": {"type": "object"}, "then": reference(&name)})
}

/// A text of some form, or the structure: one pattern, so that an editor says what was expected.
fn scalar_or_structure(shorthand: &Shorthand, name: &str, takes_null: bool) -> Value {
    let mut types = vec!["string", "object"];
    if takes_null {
        types.push("null");
    }
    let mut schema = json!({"type": types, "if": {"type": "object"}, "then": reference(name)});
    if shorthand.words.is_empty() {
        return schema;
    }
    let words: Vec<&str> = shorthand.words.iter().map(|(word, _)| *word).collect();
    schema["pattern"] = json!(format!("^({})$|{}", words.join("|"), shorthand.pattern));
    schema["patternErrorMessage"] = json!(format!("Expected {}.", shorthand.expects.replace('`', "")));
    schema["defaultSnippets"] = shorthand
        .words
        .iter()
        .map(|(word, doc)| json!({"label": word, "body": word, "description": doc}))
        .collect();
    schema
}

fn words(spec: &EnumSpec, takes_null: bool) -> Value {
    let mut words: Vec<Value> = spec.words.iter().map(|w| json!(w.word)).collect();
    let mut docs: Vec<&str> = spec.words.iter().map(|w| w.doc).collect();
    if takes_null {
        words.push(Value::Null);
        docs.push("The same as leaving it out.");
    }
    json!({"enum": words, "markdownEnumDescriptions": docs})
}

/// The definition of a reference written as a mapping; gives its name.
pub(super) fn object_reference(definitions: &mut Definitions, kind: Kind) -> String {
    let name = format!("reference.{kind}");
    let text = |doc: String| {
        described(
            json!({
                "type": "string",
                "pattern": NAME,
                "patternErrorMessage": "A name is not empty and holds no control characters.",
            }),
            &doc,
        )
    };
    let id = described(
        json!({"type": "string", "pattern": GUID, "patternErrorMessage": "An id is a GUID."}),
        &format!("The id of the {}, a GUID.", kind.noun()),
    );
    let mut properties = Map::new();
    properties.insert("id".to_owned(), id);
    properties.insert("name".to_owned(), text(format!("The name of the {}.", kind.noun())));
    if kind == Kind::AccessPackage {
        properties.insert(
            "catalog".to_owned(),
            text("The catalog of the access package, where its name alone is not unique.".to_owned()),
        );
    }
    let known: Vec<String> = properties.keys().cloned().collect();
    // With an id this may be an expanded object of Graph, whose other members are ignored.
    let open = json!({
        "properties": properties,
        "if": {"not": {"required": ["id"]}},
        "then": {
            "properties": known.iter().map(|k| (k.clone(), json!({}))).collect::<Map<String, Value>>(),
            "patternProperties": {"@odata\\.": {}},
            "additionalProperties": false,
            // A misspelt key is told once, where it stands.
            "if": {"propertyNames": known_names(&known)},
            "then": {"required": ["name"]},
        },
    });
    definitions.insert(name.clone(), open);
    name
}
