//! Unions of the schema: a flat list of words beside one merged structure.
//!
//! What a variant does not take is ruled out one by one (`"user": false` beside `group`), which an editor
//! reports at the key that is wrong.

use super::pasted;
use super::structure::{closed, known_names, member_schema, of_member, or_variable};
use super::{Definitions, GUID, described, reference};
use entrant_model::spec::{Absent, HandForm, Type, UnionSpec, Variant};
use entrant_model::wire::ODATA_TYPE;
use serde_json::{Map, Value, json};

/// The schema of an element. `member` names the list, for the name of the definition.
pub(super) fn union(
    definitions: &mut Definitions,
    spec: &'static UnionSpec,
    takes: &'static [&'static str],
    member: &str,
    takes_null: bool,
) -> Value {
    let variants: Vec<&'static Variant> =
        spec.variants.iter().filter(|v| takes.contains(&v.ty.name)).collect();
    let version = variants.first().map_or("", |v| v.ty.version.as_str());
    let name = format!("{version}.{}.{}", spec.name, takes_name(definitions, version, spec, takes, member));
    if !definitions.contains_key(&name) {
        let merged = merged(definitions, spec, &variants, takes);
        definitions.insert(name.clone(), merged);
    }
    let words: Vec<(&str, &str)> = variants
        .iter()
        .filter_map(|v| match v.hand {
            HandForm::Word(word) => Some((word, v.ty.doc)),
            _ => None,
        })
        .collect();
    if words.is_empty() {
        return json!({
            "type": if takes_null { json!(["object", "null"]) } else { json!("object") },
            "title": title(&variants),
            "if": {"type": "object"},
            "then": reference(&name),
        });
    }
    let (words, docs): (Vec<&str>, Vec<&str>) = words.into_iter().unzip();
    let mut any = vec![
        json!({"enum": words, "markdownEnumDescriptions": docs}),
        json!({"type": "object", "title": title(&variants)}),
    ];
    if takes_null {
        any.push(json!({"type": "null"}));
    }
    json!({
        "anyOf": any,
        "if": {"type": "object"},
        "then": reference(&name),
    })
}

/// What an editor calls a mapping that is expected here.
fn title(variants: &[&'static Variant]) -> String {
    let names: Vec<&str> = variants
        .iter()
        .filter_map(|v| match v.hand {
            HandForm::Key { key, .. } => Some(key),
            HandForm::Word(_) => None,
            _ => Some(v.ty.name),
        })
        .collect();
    names.join(", ")
}

/// The last part of a definition's name: the first list that takes these variants.
fn takes_name(
    definitions: &Definitions,
    version: &str,
    spec: &UnionSpec,
    takes: &[&str],
    member: &str,
) -> String {
    let prefix = format!("{version}.{}.", spec.name);
    let of_same = definitions
        .iter()
        .find(|(name, schema)| name.starts_with(&prefix) && schema["x-takes"] == json!(takes));
    of_same.map_or(member, |(name, _)| &name[prefix.len()..]).to_owned()
}

fn merged(
    definitions: &mut Definitions,
    spec: &'static UnionSpec,
    variants: &[&'static Variant],
    takes: &[&str],
) -> Value {
    let mut properties = Map::new();
    for variant in variants {
        if let Some((key, schema)) = hand_property(definitions, variant) {
            properties.insert(key.to_owned(), schema);
        }
    }
    let tags: Vec<String> = variants.iter().map(|v| tag(v)).collect();
    let without_sign: Vec<&str> = tags.iter().map(|tag| tag.trim_start_matches('#')).collect();
    let docs: Vec<&str> = variants.iter().map(|v| v.ty.doc).collect();
    properties.insert(
        ODATA_TYPE.to_owned(),
        described(
            json!({"anyOf": [
                {"enum": tags, "markdownEnumDescriptions": docs},
                {"enum": without_sign, "doNotSuggest": true},
            ]}),
            "Graph's name of the type, as in what is copied from an answer of Graph.",
        ),
    );
    for variant in variants {
        for member in variant.ty.members {
            if !properties.contains_key(member.name) {
                // Which values it takes depends on the variant; here is the hover.
                properties.insert(member.name.to_owned(), described(json!({}), member.doc));
            }
        }
    }
    pasted::properties(spec, &mut properties);
    let is_subject = variants.iter().any(|v| matches!(v.hand, HandForm::Key { .. }));
    if is_subject && variants.iter().any(|v| id_beside(v)) && !properties.contains_key("id") {
        properties.insert("id".to_owned(), described(json!({}), "The id beside a name; the id decides."));
    }
    if is_subject && !properties.contains_key("description") {
        properties.insert(
            "description".to_owned(),
            described(json!({"type": ["string", "null"]}), "A remark, for readers."),
        );
    }
    let keys: Vec<String> = properties.keys().cloned().collect();
    let tellers: Vec<&str> = variants
        .iter()
        .filter_map(|v| match v.hand {
            HandForm::ByMember(key) | HandForm::Key { key, .. } | HandForm::Word(key) => Some(key),
            HandForm::Untagged | HandForm::Tag => None,
        })
        .collect();
    let mut rules: Vec<Value> = Vec::new();
    for variant in variants {
        rules.extend(rules_of(definitions, spec, variant, &keys, &tellers));
    }
    let has_untagged = variants.iter().any(|v| matches!(v.hand, HandForm::Untagged));
    if !has_untagged || is_subject {
        rules.push(needs_form(spec, variants, &keys));
    }
    let mut schema = closed(properties);
    schema["allOf"] = Value::Array(rules);
    schema["x-takes"] = json!(takes);
    schema
}

fn tag(variant: &Variant) -> String {
    format!("#microsoft.graph.{}", variant.ty.name)
}

/// Graph's name of the type, with the sign before it or as the reference prints some.
fn tagged(variant: &Variant) -> Value {
    let tag = tag(variant);
    json!({"enum": [tag.trim_start_matches('#'), tag]})
}

/// Whether the hand form takes an `id` beside the name.
fn id_beside(variant: &Variant) -> bool {
    match variant.hand {
        HandForm::Key { member, .. } => {
            variant.ty.member(member).is_some_and(|(_, m)| matches!(m.ty, Type::Ref(..)))
        }
        _ => false,
    }
}

/// The key of the hand form and what it takes.
fn hand_property(definitions: &mut Definitions, variant: &'static Variant) -> Option<(&'static str, Value)> {
    match variant.hand {
        HandForm::Key { key, member } => {
            let (_, member) = variant.ty.member(member)?;
            let takes_null = !matches!(member.absent, Absent::Required);
            let schema = of_member(definitions, variant.ty, member, takes_null);
            let schema = or_variable(definitions, schema);
            Some((key, described(schema, &format!("{} {}", variant.ty.doc, member.doc))))
        }
        HandForm::Word(word) => {
            let schema = json!({"type": ["object", "null"], "maxProperties": 0});
            Some((
                word,
                described(
                    schema,
                    &format!(
                        "{} Write the word alone, or `{word}: {{}}` with members beside it.",
                        variant.ty.doc
                    ),
                ),
            ))
        }
        _ => None,
    }
}

/// What is taken beside each form of a variant. `tellers` are keys that tell a variant by being there.
fn rules_of(
    definitions: &mut Definitions,
    spec: &'static UnionSpec,
    variant: &'static Variant,
    keys: &[String],
    tellers: &[&str],
) -> Vec<Value> {
    let is_subject = matches!(variant.hand, HandForm::Key { .. } | HandForm::Word(_));
    let mut members = Map::new();
    let mut required = Vec::new();
    for member in variant.ty.members {
        members.insert(member.name.to_owned(), bare(member_schema(definitions, variant.ty, member)));
        if matches!(member.absent, Absent::Required) {
            required.push(member.name);
        }
    }
    if is_subject {
        members.entry("description").or_insert_with(|| json!({"type": ["string", "null"]}));
    }
    pasted::aliases(variant.ty, &mut members);
    let only = |taken: &Map<String, Value>| only(keys, taken);
    let mut of_tag = members.clone();
    of_tag.insert(ODATA_TYPE.to_owned(), json!({}));
    let is_tagged = json!({"required": [ODATA_TYPE], "properties": {ODATA_TYPE: tagged(variant)}});
    let mut then = json!({"properties": only(&of_tag)});
    if !required.is_empty() {
        then["required"] = json!(required.clone());
    }
    let without_tag = |condition: Value| json!({"allOf": [{"not": {"required": [ODATA_TYPE]}}, condition]});
    match variant.hand {
        HandForm::Tag => {
            pasted::one_name(&mut then);
            vec![json!({"if": is_tagged, "then": then})]
        }
        HandForm::ByMember(member) => {
            let by_member = without_tag(json!({"required": [member]}));
            vec![json!({"if": {"anyOf": [is_tagged, by_member]}, "then": then})]
        }
        HandForm::Untagged => {
            let others: Vec<Value> = tellers.iter().map(|key| json!({"required": [key]})).collect();
            let mut condition = if others.is_empty() { json!({}) } else { json!({"not": {"anyOf": others}}) };
            // Where others have keys of their own, a member that only it needs must be there, or a key was misspelt.
            let begun = pasted::begun(spec, variant);
            if !begun.is_empty() {
                condition["anyOf"] = Value::Array(begun);
            }
            let then = pasted::rules(definitions, spec, keys, then);
            vec![json!({"if": {"anyOf": [is_tagged, without_tag(condition)]}, "then": then})]
        }
        HandForm::Word(word) => {
            let mut by_hand = members;
            by_hand.insert(word.to_owned(), json!({}));
            vec![
                json!({"if": is_tagged, "then": then}),
                json!({"if": {"required": [word]}, "then": {"properties": only(&by_hand)}}),
            ]
        }
        HandForm::Key { key, member } => {
            let mut by_hand = members;
            by_hand.remove(member);
            by_hand.insert(key.to_owned(), json!({}));
            if id_beside(variant) {
                by_hand.insert("id".to_owned(), json!({"type": ["string", "null"], "pattern": GUID}));
            }
            let mut then_by_hand = json!({"properties": only(&by_hand)});
            let beside: Vec<&str> = required.into_iter().filter(|name| *name != member).collect();
            if !beside.is_empty() {
                then_by_hand["required"] = json!(beside);
            }
            vec![
                json!({"if": is_tagged, "then": then}),
                json!({"if": {"required": [key]}, "then": then_by_hand}),
            ]
        }
    }
}

/// Of all keys those that are taken, and each of the others ruled out.
pub(super) fn only(keys: &[String], taken: &Map<String, Value>) -> Map<String, Value> {
    keys.iter().map(|key| (key.clone(), taken.get(key).cloned().unwrap_or(json!(false)))).collect()
}

/// A member's schema without its hover, which stands in the merged structure already.
pub(super) fn bare(mut schema: Value) -> Value {
    if let Some(map) = schema.as_object_mut() {
        map.shift_remove("description");
        map.shift_remove("markdownDescription");
    }
    schema
}

/// Something must say what the entry is; a misspelt key is told where it stands and not here too.
fn needs_form(spec: &'static UnionSpec, variants: &[&'static Variant], keys: &[String]) -> Value {
    let mut forms: Vec<Value> = variants
        .iter()
        .filter_map(|v| match v.hand {
            HandForm::ByMember(key) | HandForm::Key { key, .. } | HandForm::Word(key) => Some(key),
            HandForm::Untagged | HandForm::Tag => None,
        })
        .map(|key| json!({"required": [key]}))
        .collect();
    let untagged = variants.iter().filter(|v| matches!(v.hand, HandForm::Untagged));
    forms.extend(untagged.flat_map(|v| pasted::begun(spec, v)));
    forms.push(json!({"required": [ODATA_TYPE]}));
    for form in &mut forms {
        form["errorMessage"] = json!(format!("Say who or what is meant: {}.", title(variants)));
    }
    json!({"if": {"propertyNames": known_names(keys)}, "then": {"anyOf": forms}})
}
