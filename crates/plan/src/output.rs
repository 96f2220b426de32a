//! The plan's JSON: frozen, versioned, and no dump of internals. Same input, same bytes.
//!
//! It holds nothing that depends on where a document stands, on time or on the network. Its schema is
//! generated from these types into `schemas/`. What `plan --out` saves is this, in its [canonical
//! text](canonical_text); [`crate::saved`] reads it back.

use crate::change::{Change, Field, Plan};
use crate::diff::shown;
use crate::guards::Guard;
use crate::impact::Effect;
use entrant_model::desired::Intent;
use entrant_model::reference::fold;
use entrant_model::spec::Access;
use entrant_model::value::{Json, each_reference};
use entrant_model::{Desired, Id, Kind, Object, Reference, Type, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The version of this structure; a change that a reader could trip over raises it.
pub const FORMAT_VERSION: u32 = 1;

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanDocument {
    /// The version of this structure.
    pub format_version: u32,
    /// The tool and its version: `entrant 0.1.0`.
    pub tool: String,
    /// The tenant's id, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The hosts that were read: `graph.microsoft.com`, or `emulator` for the embedded one.
    pub api_hosts: Vec<String>,
    /// A digest of the declarations with their references resolved: `sha256:…`.
    pub config_digest: String,
    /// The addresses to which the plan was narrowed with `--target`, sorted; absent where there was none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// How many of each.
    pub summary: Summary,
    /// The worst class of all changes: `widens`, `unknown`, `narrows` or `neutral`; absent where nothing is
    /// written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// What would be done, in order.
    pub changes: Vec<ChangeDocument>,
    /// Live objects that no document declares; those that take requests first.
    pub unmanaged: Vec<UnmanagedDocument>,
    /// What the names in the declarations meant, sorted, each once.
    pub references: Vec<ReferenceDocument>,
    /// A digest of everything above: `sha256:…`.
    pub digest: String,
    /// Why `apply` would not run the plan. They depend on who holds access, on limits and on what was allowed, so the
    /// digest does not cover them, and a saved plan holds none.
    #[serde(default)]
    pub guards: Vec<GuardDocument>,
}

/// Why `apply` would not run the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GuardDocument {
    /// A stable code, which `entrant explain` knows.
    pub code: String,
    /// The object's address; absent where it is about the whole plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Why, in one sentence. Names stand in quotes as the tenant has them: escape the sentence for where it goes.
    pub sentence: String,
    /// What lets it pass: an option for a POSIX shell, or what to write; absent where nothing does.
    #[serde(rename = "override", skip_serializing_if = "Option::is_none")]
    pub lifted_by: Option<String>,
}

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Objects to create.
    pub create: usize,
    /// Objects to update.
    pub update: usize,
    /// Objects to delete.
    pub delete: usize,
    /// Declared objects that are as declared.
    pub unchanged: usize,
    /// Live objects that no document declares.
    pub unmanaged: usize,
}

/// One object's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeDocument {
    /// Its address.
    pub address: String,
    /// Its kind.
    pub kind: String,
    /// The shape in which it is compared and written: `v1.0` or `beta`.
    pub api_version: String,
    /// `create`, `update`, `delete` or `keep`.
    pub action: String,
    /// Its id; absent for a create.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A digest of what the object said when it was read (`sha256:…`), over managed properties. Of a policy, which is
    /// replaced as a whole, by the shape in which it was read: `v1.0` and `beta`, or one of them where the cloud lacks the
    /// other. Of everything else by member: `v1.0/description`. Updates and deletes alone have it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fingerprint: BTreeMap<String, String>,
    /// What differs. A create has no `before`, a delete no `after`.
    pub fields: Vec<FieldDocument>,
    /// The worst effect on who gets in: `widens`, `unknown`, `narrows` or `neutral`; absent for `keep`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Effects on who gets in, the worst first.
    pub impact: Vec<ImpactDocument>,
    /// Why, where the action does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The name of the template that the policy uses. The digest does not cover it, and a saved plan does not hold it: a
    /// policy from a template is what the same policy by hand is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The edit of a document that several policies take values from, where that is what changes this one. Changes of
    /// one `id` are one edit. The digest does not cover it, and a saved plan does not hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<EditDocument>,
}

/// One edit that changes several policies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EditDocument {
    /// What the changes of one edit share: `sha256:…`.
    pub id: String,
    /// What was edited: `template`, `defaults` of a catalog, or the `document` that stands for several packages.
    pub of: String,
    /// The name of the template, or of the catalog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldDocument {
    /// A JSON Pointer into the object's shape. A set is one entry.
    pub path: String,
    /// What is; absent for nothing. A reference is `{kind, name, id?}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    /// What shall be; absent for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
    /// `not written` where the document does not say the member and live differs from its default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One effect on who gets in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImpactDocument {
    /// What is affected: `requestors`, `external`, `approval`, `approvers`, `fallbacks`, `escalation`,
    /// `justification`, `expiry`, `reviews`, `automatic`, `onBehalf`, `schedule` or `extensions`.
    pub dimension: String,
    /// `widens`, `narrows` or `unknown`.
    pub effect: String,
    /// A stable code, which `entrant explain` knows.
    pub code: String,
    /// One plain sentence, which says when it takes effect. Names stand in quotes as the tenant has them, `it`
    /// is the access package: escape the sentence for where it goes.
    pub sentence: String,
    /// What is, as far as the effect goes; absent for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    /// What shall be, as far as the effect goes; absent for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
}

/// A live object that no document declares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnmanagedDocument {
    /// Its address; with `#GUID` where another live object has the same.
    pub address: String,
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Whether anybody may request access through it.
    pub takes_requests: bool,
}

/// What a name meant when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ReferenceDocument {
    /// The kind of the object.
    pub kind: String,
    /// Its catalog, for what is looked up in one: access packages and workflow extensions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalog: Option<String>,
    /// Its name: the display name, or the user principal name of a user.
    pub name: String,
    /// Its id.
    pub id: String,
}

/// What a plan says about where it was made.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The tool and its version.
    pub tool: String,
    /// The tenant's id.
    pub tenant: Option<String>,
    /// The hosts that were read.
    pub api_hosts: Vec<String>,
    /// The addresses to which it was narrowed.
    pub targets: Vec<String>,
}

/// The plan in its frozen structure.
pub fn document(plan: &Plan, origin: &Origin) -> PlanDocument {
    let mut document = PlanDocument {
        format_version: FORMAT_VERSION,
        tool: origin.tool.clone(),
        tenant: origin.tenant.clone(),
        api_hosts: origin.api_hosts.clone(),
        config_digest: config_digest(&plan.desired),
        targets: BTreeSet::from_iter(&origin.targets).into_iter().cloned().collect(),
        summary: summary(plan),
        class: plan.class().map(|c| c.as_str().to_owned()),
        changes: plan.changes.iter().map(change).collect(),
        unmanaged: plan
            .unmanaged
            .iter()
            .map(|u| UnmanagedDocument {
                address: u.address.clone(),
                kind: u.kind.as_str().to_owned(),
                id: u.id.to_string(),
                takes_requests: u.takes_requests,
            })
            .collect(),
        references: references(&plan.desired),
        digest: String::new(),
        guards: Vec::new(),
    };
    document.digest = digest_of(&mut document);
    document.guards = plan.guards.iter().map(guard).collect();
    document
}

fn guard(guard: &Guard) -> GuardDocument {
    GuardDocument {
        code: guard.code.name.to_owned(),
        address: guard.address.as_ref().map(ToString::to_string),
        sentence: guard.sentence.clone().then(".").to_string(),
        lifted_by: guard.lifted_by(),
    }
}

/// The reference, where a document wrote a name and no id.
fn named<'a>(reference: &'a Reference, catalog: Option<&'a str>) -> Option<Named<'a>> {
    let written = reference.written.as_ref()?;
    let is_by_name = written.id.is_none() && written.name.is_some();
    let in_catalog = matches!(reference.kind, Kind::AccessPackage | Kind::WorkflowExtension);
    let named =
        (reference.kind, catalog.filter(|_| in_catalog), reference.name.as_deref()?, reference.id.as_ref()?);
    is_by_name.then_some(named)
}

/// The digest of a plan: of its canonical JSON with an empty `digest`.
pub(crate) fn digest_of(document: &mut PlanDocument) -> String {
    let said = std::mem::take(&mut document.digest);
    let digest = digest(&approved_part(document));
    document.digest = said;
    digest
}

/// The one text that a saved plan has: JSON without spaces, with the keys of every object sorted, and a line end.
pub fn canonical_text(document: &PlanDocument) -> String {
    let mut text = String::new();
    write_canonical(&approved_part(document), &mut text);
    text.push('\n');
    text
}

pub(crate) fn tree(document: &PlanDocument) -> Json {
    serde_json::to_value(document).unwrap_or_default()
}

/// What the digest covers and a saved plan holds: everything but the guards, which are of the moment, and the templates,
/// which are how the documents say it.
fn approved_part(document: &PlanDocument) -> Json {
    let mut json = tree(document);
    if let Some(map) = json.as_object_mut() {
        map.remove("guards");
    }
    for change in json["changes"].as_array_mut().into_iter().flatten().filter_map(Json::as_object_mut) {
        change.shift_remove("template");
        change.shift_remove("edit");
    }
    json
}

/// A name: its kind, the catalog in which it is looked up, itself, and the id that it meant.
type Named<'a> = (Kind, Option<&'a str>, &'a str, &'a Id);

/// What the declarations refer to by name, each once.
fn references(desired: &[Desired]) -> Vec<ReferenceDocument> {
    let mut all: BTreeSet<Named> = BTreeSet::new();
    for declared in desired {
        let catalog = declared.address.segments.first().map(String::as_str);
        all.extend(named(&declared.parent, catalog));
        if let Intent::Present { object, .. } = &declared.intent {
            each_reference(object, &mut |_, reference| all.extend(named(reference, catalog)));
        }
    }
    let mut references: Vec<ReferenceDocument> = all
        .into_iter()
        .map(|(kind, catalog, name, id)| ReferenceDocument {
            kind: kind.as_str().to_owned(),
            catalog: catalog.map(str::to_owned),
            name: name.to_owned(),
            id: id.to_string(),
        })
        .collect();
    references
        .sort_by_cached_key(|r| (r.kind.clone(), r.catalog.as_deref().map(fold), fold(&r.name), r.clone()));
    references
}

/// How many of each a plan holds.
pub fn summary(plan: &Plan) -> Summary {
    use crate::change::Action;
    let count = |action| plan.changes.iter().filter(|c| c.action == action).count();
    Summary {
        create: count(Action::Create),
        update: count(Action::Update),
        delete: count(Action::Delete),
        unchanged: plan.unchanged.len(),
        unmanaged: plan.unmanaged.len(),
    }
}

fn change(change: &Change) -> ChangeDocument {
    ChangeDocument {
        address: change.address.to_string(),
        kind: change.kind.as_str().to_owned(),
        api_version: change.version.as_str().to_owned(),
        action: change.action.as_str().to_owned(),
        id: change.live.as_ref().map(|l| l.id.to_string()),
        fingerprint: change.fingerprint.clone(),
        fields: change.fields.iter().map(field).collect(),
        class: change.class().map(|c| c.as_str().to_owned()),
        impact: change.impact.iter().map(impact).collect(),
        reason: change.reason.clone(),
        template: change.place.template().map(|template| template.name.clone()),
        edit: None,
    }
}

fn impact(effect: &Effect) -> ImpactDocument {
    ImpactDocument {
        dimension: effect.dimension.as_str().to_owned(),
        effect: effect.kind.as_str().to_owned(),
        code: effect.code.name.to_owned(),
        sentence: effect.sentence().to_string(),
        before: effect.before.clone(),
        after: effect.after.clone(),
    }
}

fn field(field: &Field) -> FieldDocument {
    FieldDocument {
        path: field.path.to_string(),
        before: field.before.clone(),
        after: field.after.clone(),
        reason: field.reason.map(|r| r.as_str().to_owned()),
    }
}

/// The digest of the list of declarations. They are told to it one by one: a tree of them all would take more
/// memory than everything else.
fn config_digest(desired: &[Desired]) -> String {
    let mut hasher = Sha256::new();
    let mut text = String::new();
    for (index, desired) in desired.iter().enumerate() {
        text.clear();
        text.push(if index == 0 { '[' } else { ',' });
        write_declaration(desired, &mut text);
        hasher.update(text.as_bytes());
    }
    hasher.update(if desired.is_empty() { "[]" } else { "]" });
    in_words(hasher)
}

/// `sha256:` and the hexadecimal digest of the JSON with its keys sorted.
pub fn digest(json: &Json) -> String {
    let mut text = String::new();
    write_canonical(json, &mut text);
    let mut hasher = Sha256::new();
    hasher.update(text.as_bytes());
    in_words(hasher)
}

/// A declaration as the digest takes it: everything that it says, with sets in their sorted form.
fn write_declaration(desired: &Desired, out: &mut String) {
    out.push_str("{\"address\":");
    write_text(&desired.address.to_string(), out);
    out.push_str(",\"said\":");
    match &desired.intent {
        Intent::Present { envelope, object } => {
            out.push_str("{\"apiVersion\":");
            write_text(envelope.version.as_str(), out);
            out.push_str(",\"nulls\":");
            let nulls = object.said().filter(|(_, value)| value.is_empty()).map(|(member, _)| member.name);
            write_list(nulls, out, write_text);
            out.push_str(",\"object\":");
            write_shown_members(object, out);
            out.push_str(",\"pin\":");
            write_canonical(&Json::from(envelope.pin.as_ref().map(Id::as_str)), out);
            if !envelope.previous_names.is_empty() {
                out.push_str(",\"previousNames\":");
                write_list(envelope.previous_names.iter().map(String::as_str), out, write_text);
            }
            out.push('}');
        }
        Intent::Removed(action) => write_text(&format!("{action:?}"), out),
    }
    out.push('}');
}

/// The canonical text of [`shown_members`].
fn write_shown_members(object: &Object, out: &mut String) {
    let mut said: Vec<_> = object
        .said()
        .filter(|(member, value)| member.access == Access::ReadWrite && !value.is_empty())
        .collect();
    said.sort_unstable_by_key(|(member, _)| member.name);
    out.push('{');
    for (index, (member, value)) in said.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_text(member.name, out);
        out.push(':');
        write_shown(&member.ty, value, out);
    }
    out.push('}');
}

/// The canonical text of [`shown`], without the tree where there need be none: this is done for every
/// declaration of every plan.
fn write_shown(ty: &Type, value: &Value, out: &mut String) {
    match (ty, value) {
        (_, Value::Text(text)) => write_text(text, out),
        (_, Value::Enum(word)) => write_text(word.as_str(), out),
        (Type::Ref(..), Value::Ref(reference)) => write_reference(reference, out),
        (Type::Object(_) | Type::Union { .. }, Value::Object(object)) if object.ty.shorthand.is_none() => {
            write_shown_members(object, out);
        }
        (Type::Sequence { of, .. }, Value::List(list)) => {
            write_list(&**list, out, |value, out| write_shown(of, value, out));
        }
        _ => write_canonical(&shown(ty, value), out),
    }
}

/// The canonical text of [`Reference::to_json`].
fn write_reference(reference: &Reference, out: &mut String) {
    out.push('{');
    if let Some(id) = &reference.id {
        out.push_str("\"id\":");
        write_text(id.as_str(), out);
        out.push(',');
    }
    out.push_str("\"kind\":");
    write_text(reference.kind.as_str(), out);
    out.push_str(",\"name\":");
    write_text(reference.label(), out);
    out.push('}');
}

fn write_list<T>(list: impl IntoIterator<Item = T>, out: &mut String, write: impl Fn(T, &mut String)) {
    out.push('[');
    for (index, element) in list.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(element, out);
    }
    out.push(']');
}

fn in_words(hasher: Sha256) -> String {
    hasher.finalize().iter().fold("sha256:".to_owned(), |mut text, byte| {
        text.extend(
            [byte >> 4, byte & 15].map(|nibble| char::from_digit(u32::from(nibble), 16).unwrap_or('0')),
        );
        text
    })
}

/// The JSON with the keys of every object sorted.
pub fn canonical(json: &Json) -> Json {
    match json {
        Json::Object(map) => {
            Json::Object(sorted(map).into_iter().map(|(k, v)| (k.clone(), canonical(v))).collect())
        }
        Json::Array(list) => Json::Array(list.iter().map(canonical).collect()),
        scalar => scalar.clone(),
    }
}

/// The text of [`canonical`].
fn write_canonical(json: &Json, out: &mut String) {
    match json {
        Json::Object(map) => {
            out.push('{');
            for (index, (key, value)) in sorted(map).into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Json::Array(list) => write_list(list, out, write_canonical),
        Json::String(text) => write_text(text, out),
        scalar => {
            // Writing to a String cannot fail.
            let _ = write!(out, "{scalar}");
        }
    }
}

/// A text as JSON has it. Most need no escape.
fn write_text(text: &str, out: &mut String) {
    if text.bytes().any(|b| b < 0x20 || matches!(b, b'"' | b'\\')) {
        out.push_str(&Json::from(text).to_string());
    } else {
        out.extend(["\"", text, "\""]);
    }
}

fn sorted(map: &serde_json::Map<String, Json>) -> Vec<(&String, &Json)> {
    let mut pairs: Vec<(&String, &Json)> = map.iter().collect();
    pairs.sort_by_key(|(key, _)| *key);
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_text_is_that_of_the_canonical_tree() {
        let json = serde_json::json!({
            "b": [{"z": null, "a": true}, [], {}, 1.5, -3],
            "a": "quote \" backslash \\ bell \u{7} tab \t delete \u{7f} line \u{2028} é 日本 \u{1f600}",
            "key \"\n": {"": ""},
        });
        let mut text = String::new();
        write_canonical(&json, &mut text);
        assert_eq!(text, canonical(&json).to_string());
    }

    /// Some of everything: sets, maps, sequences, unions, short forms, nulls, unknown members.
    fn policy() -> Object {
        let json = serde_json::json!({
            "accessPackage": {"id": "A1", "displayName": "Campaign \"2\""},
            "displayName": "Partners",
            "description": null,
            "allowedTargetScope": "SpecificDirectoryUsers",
            "specificAllowedTargets": [
                {"@odata.type": "#microsoft.graph.singleUser", "userId": "U2", "description": "Ben"},
                {"@odata.type": "#microsoft.graph.groupMembers", "groupId": "G1"},
                {"@odata.type": "#microsoft.graph.attributeRuleMembers", "membershipRule": "(a  -eq \"b\")"},
                {"@odata.type": "#microsoft.graph.newerSubject", "what": {"b": 1, "a": []}},
            ],
            "expiration": {"type": "afterDuration", "duration": "P90D"},
            "requestApprovalSettings": {
                "isApprovalRequiredForAdd": true,
                "stages": [{
                    "durationBeforeAutomaticDenial": "PT36H",
                    "primaryApprovers": [
                        {"@odata.type": "#microsoft.graph.externalSponsors"},
                        {"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 2},
                    ],
                    "zUnknown": 1,
                }],
            },
            "reviewSettings": {
                "isEnabled": true,
                "schedule": {
                    "startDateTime": "2027-01-31T00:00:00Z",
                    "expiration": {"type": "newer", "duration": "P25D"},
                    "recurrence": {"pattern": {"type": "weekly", "daysOfWeek": ["monday", "friday"]}},
                },
            },
            "questions": [
                {"@odata.type": "#microsoft.graph.accessPackageTextInputQuestion", "text": "Why\n?", "sequence": 1,
                 "localizations": [{"languageCode": "fr", "text": "Pourquoi ?"}, {"languageCode": "de", "text": "Warum"}]},
                {"@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion", "text": "Team",
                 "choices": [{"actualValue": "web", "text": "Web"}]},
            ],
            "customExtensionStageSettings": [],
            "somethingNew": {"z": 1, "a": 2},
        });
        let table = entrant_model::kinds::assignment_policy::table(entrant_model::Version::V1);
        entrant_model::wire::read(table, json.as_object().unwrap())
    }

    #[test]
    fn a_declaration_is_told_to_the_digest_as_the_tree_of_it_would_be() {
        let object = policy();
        let package = entrant_model::Reference::live(entrant_model::Kind::AccessPackage, "A1");
        let place = entrant_model::Place::document(std::path::PathBuf::new().into(), 0);
        let present = Desired {
            address: entrant_model::Address::policy("Sales", "Campaign", "Partners"),
            place,
            parent: package,
            intent: Intent::Present {
                envelope: entrant_model::Envelope {
                    kind: entrant_model::Kind::AssignmentPolicy,
                    version: entrant_model::Version::V1,
                    pin: Some(Id::new("P1")),
                    previous_names: Vec::new(),
                    protected: false,
                },
                object: object.clone(),
            },
        };
        let removed =
            Desired { intent: Intent::Removed(entrant_model::RemovedAction::Delete), ..present.clone() };
        let address = "AssignmentPolicy/Sales/Campaign/Partners";
        let said = serde_json::json!({
            "apiVersion": "v1.0",
            "pin": "p1",
            "nulls": ["description", "customExtensionStageSettings"],
            "object": crate::diff::shown_members(&object),
        });
        let tree = serde_json::json!([
            {"address": address, "said": said},
            {"address": address, "said": "Delete"},
        ]);
        assert_eq!(config_digest(&[present, removed]), digest(&tree));
        let mut text = String::new();
        write_shown_members(&object, &mut text);
        assert_eq!(text, canonical(&crate::diff::shown_members(&object)).to_string());
    }

    #[test]
    fn the_digest_of_no_declarations_is_that_of_an_empty_list() {
        assert_eq!(config_digest(&[]), digest(&Json::Array(Vec::new())));
    }
}
