//! The tool and the editor give one verdict: what the table-driven parser refuses as a matter of shape, the
//! generated schema refuses, and what it accepts, the schema accepts.

use crate::context::Context;
use crate::document;
use crate::scalar;
use crate::template::library::{self, Source};
use crate::tenant::Selection;
use crate::{codes, schema, yaml};
use entrant_model::{Code, Diagnostic};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

static SCHEMA: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::draft7::new(&schema::entrant()).expect("the schema is a schema"));

/// What no schema of one document can tell, or only in part.
const BEYOND: &[Code] = &[
    // Elements are compared by meaning, keys without regard to letter case.
    codes::DUPLICATE_ELEMENT,
    codes::DUPLICATE_MAP_KEY,
    // Two ids of one entry that differ.
    codes::MIXED_FORMS,
    // The thirty-first of February; a duration of more years than there are.
    codes::BAD_TIMESTAMP,
    codes::BAD_DATE,
    codes::BAD_DURATION,
    // How long a duration is.
    codes::CALLBACK_TIMEOUT,
    // What has no trace in the values: a leading zero.
    codes::WRONG_TYPE,
    // Two members that name one package.
    codes::SELF_INCOMPATIBLE,
    // The configuration has the names.
    codes::UNKNOWN_TENANT,
    codes::UNKNOWN_VARIABLE,
    // Other documents have the templates, the packages that a pattern matches, and the defaults of catalogs.
    codes::UNKNOWN_TEMPLATE,
    codes::WITH_ALONE,
    codes::NO_PACKAGE,
    codes::CATALOG_NOT_WRITTEN,
    // A parameter is told by its name, which may be declared in a template alone.
    codes::UNKNOWN_PARAMETER,
    codes::PARAMETER_OUTSIDE,
];

/// The documents of a text as values, each with what the parser finds.
fn documents(source: &str, is_json: bool) -> Vec<(Value, Vec<Diagnostic>)> {
    let parsed = yaml::parse(source, is_json);
    if !parsed.faults.is_empty() {
        return Vec::new();
    }
    let file = Arc::new(PathBuf::from("test"));
    let (library, _) = library::gather(&[Source { file: &file, text: source }], Some(Selection::default()));
    let roots = parsed.documents.iter().enumerate().filter_map(|(index, root)| Some((index, root.as_ref()?)));
    roots
        .map(|(index, root)| {
            let mut ctx = Context::new(Arc::clone(&file), source, is_json, index);
            ctx.library = &library;
            document::document(&mut ctx, root);
            (scalar::to_json(root), ctx.finish().0)
        })
        .collect()
}

/// Why the two verdicts differ, if they do.
fn difference(value: &Value, diagnostics: &[Diagnostic]) -> Option<String> {
    // What will stand in the place of a parameter nobody knows; a schema allows it where it helps an editor.
    if value["kind"] == json!("PolicyTemplate") && holds_parameter(value) {
        return None;
    }
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.is_error()).collect();
    let is_whole = !uses_template(value);
    let refusal = SCHEMA.iter_errors(value).map(|e| format!("{} at {}", e, e.instance_path())).next();
    match (errors.is_empty(), refusal) {
        (true, Some(refusal)) => Some(format!("only the schema refuses: {refusal}")),
        (false, None) if is_whole && errors.iter().any(|e| !BEYOND.contains(&e.code)) => {
            let errors: Vec<String> =
                errors.iter().map(|e| format!("{}: {} {:?}", e.code.name, e.message, e.help)).collect();
            Some(format!("only the parser refuses: {errors:#?}"))
        }
        _ => None,
    }
}

fn holds_parameter(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            (map.len() == 1 && map.contains_key("param")) || map.values().any(holds_parameter)
        }
        Value::Array(list) => list.iter().any(holds_parameter),
        _ => false,
    }
}

/// Whether a policy takes what it says from a template, which stands in another document.
fn uses_template(value: &Value) -> bool {
    let inline = value["assignmentPolicies"].as_array();
    value["template"].is_string() || inline.is_some_and(|list| list.iter().any(uses_template))
}

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = std::fs::read_dir(folder).expect("the corpus is there");
    entries
        .map(|entry| {
            let path = entry.expect("readable").path();
            (path.display().to_string(), std::fs::read_to_string(&path).expect("readable"))
        })
        .collect()
}

#[test]
fn both_agree_on_the_corpus() {
    let mut compared = 0;
    for (name, source) in files("broken").into_iter().chain(files("valid")) {
        for (value, diagnostics) in documents(&source, false) {
            compared += 1;
            if let Some(difference) = difference(&value, &diagnostics) {
                panic!("{name}: {difference}\n{value:#}");
            }
        }
    }
    assert!(compared > 80, "{compared}");
}

/// What a value may be replaced by: something of every type and form.
fn replacements() -> Vec<Value> {
    vec![
        json!(null),
        json!({"var": "approvers"}),
        json!({"var": "approvers", "group": "Team"}),
        json!({"var": 7}),
        json!({"param": "requestors"}),
        json!([{"catalog": "Sales"}]),
        json!([{"catalog": "Sales", "name": "Team*"}]),
        json!({"requestors": {"type": "subjects", "default": []}}),
        json!([{"var": "approvers"}]),
        json!(true),
        json!("true"),
        json!(0),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(1000.0),
        json!(99_999),
        json!(""),
        json!(" "),
        json!("a\u{7}b"),
        json!("Team"),
        json!("P8D"),
        json!("PT"),
        json!("noExpiration"),
        json!("quarterly"),
        json!("externalSponsors"),
        json!("targetUserSponsors"),
        json!("allMemberUsers"),
        json!("AllExternalSubjects"),
        json!("NoSubjects"),
        json!("specificDirectoryUsers"),
        json!("2027-01-31T00:00:00Z"),
        json!("2027-01-31"),
        json!("d2dcb9a1-a445-42ee-83a8-476522ed6cbf"),
        json!("#microsoft.graph.groupMembers"),
        json!("#microsoft.graph.accessPackageTextInputQuestion"),
        json!("beta"),
        json!("v1.0"),
        json!([]),
        json!({}),
        json!(["externalSponsors"]),
        json!([{"group": "Team"}]),
        json!([{"rule": "(a -eq b)"}]),
        json!([{"manager": 1}]),
        json!({"group": "Team"}),
        json!({"user": "ana@contoso.com", "description": "x"}),
        json!({"group": "Team", "id": "d2dcb9a1-a445-42ee-83a8-476522ed6cbf"}),
        json!({"@odata.type": "#microsoft.graph.singleUser", "userId": "a", "id": "b"}),
        json!({"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 2}),
        json!({"id": "d2dcb9a1-a445-42ee-83a8-476522ed6cbf", "displayName": "Team"}),
        json!({"name": "Team"}),
        json!({"name": "Team", "catalog": "Sales"}),
        json!({"fr": "texte"}),
        json!({"assignmentRequestCreated": "Ticket"}),
        json!({"type": "afterDuration", "duration": "P1D"}),
        json!({"type": "noExpiration", "duration": "P1D"}),
        json!({"enableTargetsToSelfAddAccess": true}),
        json!({"requestAccessForAllowedTargets": true}),
        json!({"scopeType": "AllExternalSubjects", "acceptRequests": true}),
        json!("AadGroup"),
        json!("SharePointOnline"),
        json!("https://contoso.sharepoint.com/sites/x"),
        json!("Owner"),
        json!("owner"),
        json!("published"),
        json!("request"),
        json!("#microsoft.graph.accessPackageResourceRoleScope"),
        json!("#microsoft.graph.accessPackageAssignmentWorkflowExtension"),
        json!("Catalog"),
        json!("Settings"),
        json!({"site": "https://contoso.sharepoint.com/sites/x", "role": "Members"}),
        json!({"originSystem": "AadGroup", "originId": "Team"}),
        json!({"originSystem": "DirectoryRole", "originId": "x", "role": "y"}),
        json!({"displayName": "Member", "originSystem": "AadGroup", "resource": {"originId": "Team"}}),
        json!({"displayName": "x", "originSystem": "DirectoryRole"}),
        json!({"question": {"text": "Which?"}}),
        json!({"jobTitle": {"question": {"text": "Which?"}}}),
        json!({"targetUrl": "https://x"}),
        json!({"resourceId": "x"}),
        json!({"kind": "AccessPackage", "catalog": "Sales", "displayName": "Old"}),
        json!([{"displayName": "Inline"}]),
        json!([{"displayName": "Inline", "apiVersion": "beta", "accessPackageId": "x"}]),
    ]
}

/// Keys that may be added or take another key's place.
const KEYS: &[&str] = &[
    "id",
    "name",
    "group",
    "user",
    "groupId",
    "userId",
    "rule",
    "manager",
    "managerLevel",
    "externalSponsors",
    "isBackup",
    "description",
    "@odata.type",
    "x@odata.count",
    "type",
    "duration",
    "endDateTime",
    "choices",
    "text",
    "languageCode",
    "stage",
    "expiration",
    "durationInDays",
    "expirationDateTime",
    "pin",
    "previousNames",
    "tenants",
    "var",
    "apiVersion",
    "kind",
    "requestApprovalSettings",
    "createdDateTime",
    "accessPackage",
    "accessPackageId",
    "grup",
    "target",
    "sequence",
    "isSingleLineQuestion",
    "isMultipleSelectionAllowed",
    "$schema",
    "catalog",
    "template",
    "with",
    "forEachPackage",
    "parameters",
    "param",
    "policy",
    "default",
    "displayName",
    "application",
    "site",
    "role",
    "scope",
    "resource",
    "originSystem",
    "originId",
    "attributes",
    "principalId",
    "servicePrincipal",
    "tenant",
    "domain",
    "social",
    "resources",
    "resourceRoleScopes",
    "assignmentPolicies",
    "targetUrl",
    "resourceId",
    "timeoutDuration",
    "durationBeforeTimeout",
    "deleteWithAssignments",
];

/// One change of a document: which node (counted in order), and what is done to it.
#[derive(Debug, Clone)]
struct Mutation {
    node: prop::sample::Index,
    action: u8,
    value: prop::sample::Index,
    key: prop::sample::Index,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let index = any::<prop::sample::Index>;
    (index(), 0..5_u8, index(), index()).prop_map(|(node, action, value, key)| Mutation {
        node,
        action,
        value,
        key,
    })
}

fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| pointers(v, &format!("{at}/{}", escape(k)), out)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, v)| pointers(v, &format!("{at}/{i}"), out));
        }
        _ => {}
    }
}

fn mutate(document: &mut Value, mutation: &Mutation) {
    let mut all = Vec::new();
    pointers(document, "", &mut all);
    let pointer = mutation.node.get(&all);
    let replacements = replacements();
    let value = mutation.value.get(&replacements).clone();
    let key = mutation.key.get(KEYS);
    let Some(node) = document.pointer_mut(pointer) else { return };
    match (mutation.action, node) {
        (0, Value::Object(map)) => {
            map.insert((*key).to_owned(), value);
        }
        (1, Value::Object(map)) if !map.is_empty() => {
            let victim = map.keys().nth(mutation.value.index(map.len())).cloned().unwrap_or_default();
            map.shift_remove(&victim);
        }
        (2, Value::Object(map)) if !map.is_empty() => {
            let victim = map.keys().nth(mutation.value.index(map.len())).cloned().unwrap_or_default();
            if let Some(kept) = map.shift_remove(&victim) {
                map.insert((*key).to_owned(), kept);
            }
        }
        (3, Value::Array(list)) => list.push(value),
        (4, Value::Array(list)) if !list.is_empty() => {
            list.remove(mutation.value.index(list.len()));
        }
        (_, node) => *node = value,
    }
}

fn valid_documents() -> &'static [Value] {
    static ALL: LazyLock<Vec<Value>> = LazyLock::new(|| {
        let files = files("valid");
        files.iter().flat_map(|(_, source)| documents(source, false)).map(|(value, _)| value).collect()
    });
    &ALL
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn both_agree_on_changed_documents(
        document in any::<prop::sample::Index>(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let mut value = document.get(valid_documents()).clone();
        for mutation in &mutations {
            mutate(&mut value, mutation);
        }
        let source = value.to_string();
        for (value, diagnostics) in documents(&source, true) {
            if let Some(difference) = difference(&value, &diagnostics) {
                prop_assert!(false, "{difference}\n{value:#}");
            }
        }
    }

    #[test]
    fn json_reads_as_what_it_says(value in json_value()) {
        let source = with_tabs(&value);
        let parsed = yaml::parse(&source, true);
        prop_assert!(parsed.faults.is_empty(), "{:?}\n{source}", parsed.faults);
        let read = parsed.documents.first().and_then(Option::as_ref).map_or(Value::Null, scalar::to_json);
        prop_assert_eq!(read, serde_json::from_str::<Value>(&source).expect("it is JSON"));
    }

    #[test]
    fn no_text_makes_the_parser_panic(source in "\\PC{0,200}", is_json: bool) {
        documents(&source, is_json);
    }

    #[test]
    fn no_yaml_like_text_makes_the_parser_panic(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "kind: AssignmentPolicy\n", "---\n", "- ", "  ", "\n", "&a ", "*a", "? ", ": ", "{", "}", "[", "]",
                ", ", "\"", "'", "|\n", ">-\n", "#", "!!str ", "<<", "\t", "displayName: x\n", "specificAllowedTargets:\n",
                "requestApprovalSettings: ", "stages: ", "é", "\u{feff}", "null", "...\n", "%YAML 1.2\n", "apiVersion: beta\n",
            ]),
            0..40,
        ),
    ) {
        documents(&parts.concat(), false);
    }
}

/// Indented with tabs, which YAML takes in few places and JSON everywhere.
fn with_tabs(value: &Value) -> String {
    let mut bytes = Vec::new();
    let format = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, format);
    serde::Serialize::serialize(value, &mut serializer).expect("a value can be written");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

fn json_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        prop::sample::select(vec![
            "no", "yes", "1e3", "~", "null", "# a", "a: b", "- a", "\t", "---", "\u{2028}", "*a"
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no such number", |n| n.is_finite()).prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// What a schema for the directory of these documents refuses, by the position of the document.
fn refused(source: &str) -> Vec<usize> {
    let file = Arc::new(PathBuf::from("test"));
    let (library, _) = library::gather(&[Source { file: &file, text: source }], Some(Selection::default()));
    let givers = schema::Givers::of(&library);
    let validator =
        jsonschema::draft7::new(&schema::entrant_beside(&givers)).expect("the schema is a schema");
    let found = documents(source, false);
    for (index, (value, diagnostics)) in found.iter().enumerate() {
        // Only the editor is asked here; what is wrong as a matter of other documents is not of interest.
        let asks = diagnostics.iter().any(|found| found.code == codes::OPEN_DOOR);
        assert_eq!(asks, !validator.is_valid(value), "{index}: {diagnostics:#?}");
    }
    let refused = found.iter().enumerate().filter(|(_, (value, _))| !validator.is_valid(value));
    refused.map(|(index, _)| index).collect()
}

#[test]
fn an_editor_asks_for_the_lock_where_no_template_and_no_defaults_have_it() {
    const GIVERS: &str = "\
kind: PolicyTemplate
name: locked
policy: {expiration: P1D, requestApprovalSettings: null}
---
kind: PolicyTemplate
name: silent
policy: {description: Says nothing of an end}
---
kind: PolicyDefaults
catalog: Sales
policy: {expiration: P30D, requestApprovalSettings: null}
---
";
    let open = "displayName: x, allowedTargetScope: allMemberUsers, requestorSettings: {enableTargetsToSelfAddAccess: true}";
    let policy = |more: &str| format!("{{kind: AssignmentPolicy, {open}, {more}}}\n");
    let package = |catalog: &str, more: &str| {
        format!(
            "{{kind: AccessPackage, catalog: {catalog}, displayName: p, description: d, assignmentPolicies: [{{{open}{more}}}]}}\n"
        )
    };
    let of = |catalog: &str| format!("accessPackage: {{catalog: {catalog}, name: p}}");
    let mut documents = GIVERS.to_owned();
    let asked = [
        (policy(&of("Sales")), false),
        (policy(&of("Other")), true),
        (policy(&format!("{}, template: locked", of("Other"))), false),
        (policy(&format!("{}, template: silent", of("Other"))), true),
        (policy(&format!("{}, template: silent", of("Sales"))), false),
        (package("Sales", ""), false),
        (package("Other", ""), true),
        (package("Other", ", template: locked"), false),
        (package("Other", ", template: silent"), true),
        (package("Other", ", expiration: P1D, requestApprovalSettings: null"), false),
    ];
    documents.push_str(&asked.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join("---\n"));
    let expected = asked.iter().enumerate().filter(|(_, (_, asks))| *asks).map(|(index, _)| index + 3);
    assert_eq!(refused(&documents), expected.collect::<Vec<_>>());
    // Without any of them each document says it itself.
    let alone = policy(&of("Sales"));
    assert_eq!(refused(&alone), [0]);
}
