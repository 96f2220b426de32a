//! What the schema takes of Graph's own shapes, as `crate::pasted` reads them.

use super::structure::{member_schema, of_member};
use super::union::{bare, only};
use super::{Definitions, described};
use crate::pasted::{RESOURCE, ROLE_SCOPE, SYSTEMS};
use crate::tenant::VAR;
use crate::union::tellers;
use entrant_model::TypeSpec;
use entrant_model::spec::{Absent, HandForm, UnionSpec, Variant};
use entrant_model::wire::ODATA_TYPE;
use serde_json::{Map, Value, json};

/// Members that the reference's examples call otherwise: the member, and the other name.
const ALIASES: &[(&str, &str)] = &[("timeoutDuration", "durationBeforeTimeout")];

/// Keys of a union that no table has.
pub(super) fn properties(spec: &UnionSpec, properties: &mut Map<String, Value>) {
    if spec.name == ROLE_SCOPE {
        let doc = "The scope of a role, as in what is copied from an answer of Graph.";
        properties.insert("scope".to_owned(), described(json!({"doNotSuggest": true}), doc));
    }
    for (member, alias) in ALIASES {
        if properties.contains_key(*member) {
            let doc = format!("The same as `{member}`.");
            properties.insert((*alias).to_owned(), described(json!({"doNotSuggest": true}), &doc));
        }
    }
}

/// The other names of a structure's members, beside them.
pub(super) fn aliases(ty: &TypeSpec, members: &mut Map<String, Value>) {
    for (member, alias) in ALIASES.iter().filter(|(member, _)| ty.member(member).is_some()) {
        let schema = members.get(*member).cloned().unwrap_or_default();
        // Where both stand, the other name is unknown.
        members.insert((*alias).to_owned(), schema);
    }
}

/// A structure does not hold a member under both of its names.
pub(super) fn one_name(then: &mut Value) {
    let has_alias = |alias: &str| then["properties"].get(alias).is_some_and(|schema| *schema != json!(false));
    let twice: Vec<Value> = ALIASES
        .iter()
        .filter(|(_, alias)| has_alias(alias))
        .map(|(member, alias)| json!({"required": [member, alias]}))
        .collect();
    if !twice.is_empty() {
        then["not"] = json!({"anyOf": twice});
    }
}

/// What an entry without a hand key and without a tag of ours takes: `then` where its origin system has no hand form.
pub(super) fn rules(
    definitions: &mut Definitions,
    spec: &UnionSpec,
    keys: &[String],
    mut then: Value,
) -> Value {
    one_name(&mut then);
    if spec.name != RESOURCE && spec.name != ROLE_SCOPE {
        return then;
    }
    let mut plain = then.clone();
    for (word, key) in SYSTEMS {
        let Some(variant) = of_key(spec, key) else { continue };
        let condition = json!({
            "required": ["originSystem", "originId"],
            "properties": {"originSystem": {"const": word}},
        });
        plain = json!({"if": condition, "then": by_system(definitions, spec, variant, keys), "else": plain});
    }
    if spec.name != ROLE_SCOPE {
        return plain;
    }
    json!({"if": is_two_structures(), "then": two_structures(definitions, spec, keys), "else": plain})
}

/// How an entry begins that has no hand key and no tag: what tells it, each a condition.
pub(super) fn begun(spec: &'static UnionSpec, untagged: &'static Variant) -> Vec<Value> {
    let mut begun: Vec<Value> = tellers(spec, untagged).map(|name| json!({"required": [name]})).collect();
    if spec.name == ROLE_SCOPE {
        begun.push(is_two_structures());
    }
    begun
}

fn is_two_structures() -> Value {
    json!({
        "required": ["role"],
        "properties": {"role": {"type": "object", "not": {"required": [VAR], "maxProperties": 1}}},
        "not": {"anyOf": [{"required": ["originSystem"]}, {"required": ["originId"]}]},
    })
}

fn of_key(spec: &UnionSpec, key: &str) -> Option<&'static Variant> {
    spec.variants.iter().find(|v| matches!(v.hand, HandForm::Key { key: hand, .. } if hand == key))
}

/// Members that the service fills, as Graph's answer has them, and what else may be pasted.
fn filled(spec: &UnionSpec) -> Map<String, Value> {
    let members = spec.untagged().map_or(&[][..], |v| v.ty.members).iter();
    let filled = members.filter(|m| m.access == entrant_model::Access::ReadOnly);
    let mut all: Map<String, Value> = filled.map(|m| (m.name.to_owned(), json!({}))).collect();
    all.entry("description").or_insert_with(|| json!({"type": ["string", "null"]}));
    all.insert(ODATA_TYPE.to_owned(), json!({}));
    all
}

/// `{originSystem: AadGroup, originId: …}`: what the hand form takes, under Graph's names.
fn by_system(
    definitions: &mut Definitions,
    spec: &UnionSpec,
    variant: &'static Variant,
    keys: &[String],
) -> Value {
    let mut members = filled(spec);
    members.insert("originSystem".to_owned(), json!({}));
    let mut required = vec!["originSystem", "originId"];
    for member in variant.ty.members.iter().filter(|m| m.access != entrant_model::Access::ReadOnly) {
        members.insert(member.name.to_owned(), bare(member_schema(definitions, variant.ty, member)));
        if matches!(member.absent, Absent::Required) && member.name != "originId" {
            required.push(member.name);
        }
    }
    json!({"properties": only(keys, &members), "required": required})
}

/// `{role: {displayName, originSystem, resource: {originId}}, scope: {originId}}`.
fn two_structures(definitions: &mut Definitions, spec: &UnionSpec, keys: &[String]) -> Value {
    let mut other = of_two(definitions, spec.untagged(), spec, keys);
    for (word, key) in SYSTEMS {
        let then = of_two(definitions, of_key(spec, key), spec, keys);
        let condition = json!({
            "properties": {"role": {"required": ["originSystem"], "properties": {"originSystem": {"const": word}}}},
        });
        other = json!({"if": condition, "then": then, "else": other});
    }
    other
}

fn of_two(
    definitions: &mut Definitions,
    variant: Option<&'static Variant>,
    spec: &UnionSpec,
    keys: &[String],
) -> Value {
    let Some(variant) = variant else { return json!({}) };
    let is_untagged = matches!(variant.hand, HandForm::Untagged);
    let mut of = |name: &str| {
        let (_, member) = variant.ty.member(name)?;
        let is_required = matches!(member.absent, Absent::Required);
        Some((of_member(definitions, variant.ty, member, !is_required), is_required))
    };
    let (origin_id, _) = of("originId").unwrap_or_default();
    let (role, is_required) = of("role").unwrap_or_default();
    let mut members = filled(spec);
    if is_untagged && spec.untagged().is_some_and(|v| v.ty.member("description").is_none()) {
        members.shift_remove("description");
    }
    members.insert("scope".to_owned(), json!({}));
    let mut needed = vec!["originSystem"];
    if is_required {
        needed.push("displayName");
    }
    members.insert(
        "role".to_owned(),
        json!({
            "required": needed,
            "properties": {"originSystem": {"type": "string"}, "displayName": role},
        }),
    );
    let at = |schema: Value| json!({"type": "object", "required": ["originId"], "properties": {"originId": schema}});
    let of_resource = |schema: Value| json!({"properties": {"role": {"required": ["resource"], "properties": {"resource": at(schema)}}}});
    json!({
        "properties": only(keys, &members),
        "if": of_resource(json!({"type": "string"})),
        "then": of_resource(origin_id.clone()),
        "else": {"required": ["scope"], "properties": {"scope": at(origin_id)}},
    })
}
