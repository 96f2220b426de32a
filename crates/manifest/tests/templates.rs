//! Laws of templates: what is put together equals what a person writes by hand, whatever the files are called, and
//! what is rendered reads back the same.

use entrant_manifest::{Loaded, Rendered, load, load_paths, locate, render};
use entrant_model::desired::Body;
use entrant_model::{Object, Pointer};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

fn directory(files: &[(&str, String)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        fs::write(dir.path().join(name), text).expect("written");
    }
    dir
}

fn objects(loaded: &Loaded) -> Vec<&Object> {
    let bodies = loaded.documents.iter().map(|document| &document.body);
    let object = bodies.filter_map(|body| match body {
        Body::Resource(resource) => Some(&resource.object),
        Body::Removed(_) => None,
    });
    object.collect()
}

fn sound(dir: &Path) -> Loaded {
    let loaded = load(dir, None);
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|found| found.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    loaded
}

/// Every policy of the corpus that says everything itself, as JSON.
fn policies() -> &'static [Map<String, Value>] {
    static ALL: LazyLock<Vec<Map<String, Value>>> = LazyLock::new(|| {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let mut folders = vec![root.join("tests/valid"), root.join("../../policies")];
        let mut all = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("the corpus is there") {
                let path = entry.expect("readable").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    all.extend(of_file(&fs::read_to_string(path).expect("readable")));
                }
            }
        }
        assert!(all.len() > 8, "{}", all.len());
        all
    });
    &ALL
}

fn of_file(text: &str) -> Vec<Map<String, Value>> {
    let mut all = Vec::new();
    for document in text.split("\n---") {
        let dir = directory(&[("a.yaml", document.to_owned())]);
        let Ok(Value::Object(map)) = entrant_manifest::yaml_to_json(&dir.path().join("a.yaml")) else {
            continue;
        };
        let is_plain = ["template", "forEachPackage", "tenants", "previousNames", "pin"]
            .iter()
            .all(|key| !map.contains_key(*key));
        if map.get("kind") == Some(&json!("AssignmentPolicy")) && is_plain {
            all.push(map);
        }
    }
    all
}

/// Keys that are the document's own.
fn is_own(key: &str) -> bool {
    ["kind", "apiVersion", "$schema", "protected", "accessPackage", "accessPackageId"].contains(&key)
        || key.contains('@')
}

/// Puts parameters in the place of some values, and gives the values.
fn take(value: &mut Value, picks: &mut std::vec::IntoIter<Index>, with: &mut Map<String, Value>) {
    let is_taken = !value.is_null() && picks.next().is_some_and(|pick| pick.index(4) == 0);
    if is_taken {
        let name = format!("p{}", with.len());
        with.insert(name.clone(), std::mem::replace(value, json!({"param": name})));
        return;
    }
    match value {
        Value::Object(map) => map
            .iter_mut()
            .filter(|(key, _)| !key.contains('@'))
            .for_each(|(_, value)| take(value, picks, with)),
        Value::Array(list) => list.iter_mut().for_each(|value| take(value, picks, with)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_policy_from_a_template_equals_one_by_hand(
        which in any::<Index>(),
        sides in prop::collection::vec(0..4_u8, 24),
        picks in prop::collection::vec(any::<Index>(), 200),
        names in Just(["a.json", "b.json", "c.json"]).prop_shuffle(),
    ) {
        let mut by_hand = which.get(policies()).clone();
        let package = if by_hand.get("apiVersion") == Some(&json!("beta")) { "accessPackageId" } else { "accessPackage" };
        by_hand.insert(package.to_owned(), json!({"catalog": "Databases", "name": "Orders"}));
        let (mut own, mut of_template, mut of_defaults) = (Map::new(), Map::new(), Map::new());
        for ((key, value), side) in by_hand.iter().zip(sides.iter().cycle()) {
            let side = match side {
                _ if is_own(key) => &mut own,
                0 => &mut own,
                3 => &mut of_defaults,
                _ => &mut of_template,
            };
            side.insert(key.clone(), value.clone());
        }
        // Settings are merged member by member: every second one stands in the document.
        for key in ["requestorSettings", "requestApprovalSettings", "reviewSettings"] {
            if let Some(Value::Object(settings)) = of_template.get_mut(key) {
                let (here, there) = std::mem::take(settings).into_iter().enumerate().partition::<Vec<_>, _>(|(at, _)| at % 2 == 0);
                own.insert(key.to_owned(), Value::Object(here.into_iter().map(|(_, entry)| entry).collect()));
                settings.extend(there.into_iter().map(|(_, entry)| entry));
            }
        }
        let mut with = Map::new();
        let mut picks = picks.into_iter();
        of_template.values_mut().for_each(|value| take(value, &mut picks, &mut with));
        // What is below is never seen: a scalar, a list and a null are replaced as a whole.
        if let Some(name) = own.get("displayName").cloned() {
            of_template.insert("displayName".to_owned(), json!(format!("not {name}")));
        }
        let is_collection = |key: &String| by_hand.get(key).is_some_and(|value| value.is_object() || value.is_array());
        for key in own.keys().filter(|key| !is_own(key) && is_collection(key)) {
            of_template.entry(key.clone()).or_insert(Value::Null);
        }
        for key in of_template.keys().filter(|key| is_collection(key)) {
            of_defaults.entry(key.clone()).or_insert(Value::Null);
        }
        let parameters: Map<String, Value> = with.keys().map(|name| (name.clone(), json!({"type": "any"}))).collect();
        let version = by_hand.get("apiVersion").cloned().unwrap_or(Value::Null);
        own.insert("template".to_owned(), json!("t"));
        own.insert("with".to_owned(), Value::Object(with));
        let template = json!({"kind": "PolicyTemplate", "apiVersion": version, "name": "t", "parameters": parameters, "policy": of_template});
        let defaults = json!({"kind": "PolicyDefaults", "apiVersion": version, "catalog": "databases", "policy": of_defaults});
        let put_together = directory(&[
            (names[0], Value::Object(own).to_string()),
            (names[1], template.to_string()),
            (names[2], defaults.to_string()),
        ]);
        let written = directory(&[("a.json", Value::Object(by_hand).to_string())]);
        let (expected, found) = (sound(written.path()), sound(put_together.path()));
        prop_assert_eq!(objects(&found), objects(&expected));
        let again = reread(put_together.path());
        prop_assert_eq!(objects(&again), objects(&expected));
    }

    #[test]
    fn what_is_rendered_reads_back_the_same(name in "[^\\p{C}\\s]\\PC{0,12}", text in any::<String>(), plain in word()) {
        let policy = json!({
            "kind": "AssignmentPolicy",
            "accessPackage": plain,
            "displayName": name,
            "description": text,
            "specificAllowedTargets": [{"rule": format!("{text}x")}, {"group": name, "description": plain}],
            "questions": [{"text": text, "localizations": {"fr": text}}, {"text": plain, "choices": [plain]}],
        });
        let dir = directory(&[("a.json", policy.to_string())]);
        let loaded = sound(dir.path());
        let again = reread(dir.path());
        prop_assert_eq!(objects(&again), objects(&loaded));
    }
}

/// Documents of every kind that policies are put together from, each as a text of its own.
fn parts() -> Vec<String> {
    let package = |catalog: &str, name: &str| {
        format!("kind: AccessPackage\ncatalog: {catalog}\ndisplayName: {name}\ndescription: x\n")
    };
    let inline = "assignmentPolicies:\n  - {template: one-day, with: {requestors: [{group: Clerks}]}, displayName: Inline}\n";
    vec![
        TEMPLATE.to_owned(),
        "kind: PolicyDefaults\ncatalog: Databases\npolicy: {description: By default, expiration: P9D}\n"
            .to_owned(),
        "kind: PolicyDefaults\ncatalog: Sales\npolicy: {description: Of sales}\n".to_owned(),
        package("Databases", "Orders") + inline,
        package("Databases", "Invoices"),
        package("Sales", "Orders"),
        POLICY.replace("template: one-day", "displayName: By document\ntemplate: one-day"),
        "kind: AssignmentPolicy\nforEachPackage: [{catalog: Databases}, {catalog: Sales}]\ndisplayName: Staff\n"
            .to_owned(),
    ]
}

/// What is rendered, without the places: by address.
fn rendered(dir: &Path) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        render(dir, None).iter().map(|policy| (policy.address(), policy.document.to_string())).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_rendered_does_not_depend_on_the_order_of_documents(
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
        files in prop::collection::vec(0..4_usize, 8),
    ) {
        let parts = parts();
        let straight = directory(&[("a.yaml", parts.join("---\n"))]);
        let mut texts = vec![Vec::new(); 4];
        for at in order {
            texts[files[at]].push(parts[at].clone());
        }
        let names = ["d.yaml", "b.yaml", "c.yaml", "a.yaml"];
        let shuffled: Vec<(&str, String)> =
            names.iter().zip(&texts).map(|(name, texts)| (*name, texts.join("---\n"))).collect();
        let shuffled = directory(&shuffled);
        sound(straight.path());
        sound(shuffled.path());
        let found = rendered(shuffled.path());
        prop_assert_eq!(found.len(), 5);
        prop_assert_eq!(found, rendered(straight.path()));
    }

    #[test]
    fn one_document_for_many_packages_equals_one_for_each(
        which in any::<Index>(),
        packages in prop::collection::btree_set("[A-Z][a-z]{1,6}", 1..5),
        in_catalog in any::<bool>(),
    ) {
        let mut policy = which.get(policies()).clone();
        let member = if policy.get("apiVersion") == Some(&json!("beta")) { "accessPackageId" } else { "accessPackage" };
        policy.shift_remove("accessPackage");
        policy.shift_remove("accessPackageId");
        let package = |name: &String| if in_catalog { json!({"catalog": "Databases", "name": name}) } else { json!(name) };
        let mut each = policy.clone();
        each.insert("forEachPackage".to_owned(), packages.iter().map(package).collect());
        let one = directory(&[("a.json", Value::Object(each).to_string())]);
        let written_out: Vec<(String, String)> = packages
            .iter()
            .map(|name| {
                let mut policy = policy.clone();
                policy.insert(member.to_owned(), package(name));
                (format!("{name}.json"), Value::Object(policy).to_string())
            })
            .collect();
        let written_out: Vec<(&str, String)> =
            written_out.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        let many = directory(&written_out);
        let (one, many) = (sound(one.path()), sound(many.path()));
        let sorted = |loaded: &Loaded| {
            let mut all: Vec<String> = objects(loaded).iter().map(|object| format!("{object:?}")).collect();
            all.sort();
            all
        };
        prop_assert_eq!(sorted(&one), sorted(&many));
    }

    /// A mistake in a value is told where the policy gives it, with the place in the template beside it; one in the
    /// template is told there, once, however many use it.
    #[test]
    fn a_mistake_is_told_where_it_is_to_be_mended(
        member in 0..3_usize,
        is_given in any::<bool>(),
        users in 1..5_usize,
        before in 0..3_usize,
    ) {
        let (key, ty, wrong) = [
            ("expiration", "any", "tomorrow"),
            ("allowedTargetScope", "text", "everybody"),
            ("specificAllowedTargets", "any", "[{manager: 1}]"),
        ][member];
        let blank = "# A remark.\n".repeat(before);
        let value = if is_given { "{param: it}" } else { wrong };
        let parameters = if is_given { format!("{{it: {{type: {ty}}}}}") } else { "{}".to_owned() };
        let template = format!(
            "{blank}kind: PolicyTemplate\nname: t\nparameters: {parameters}\npolicy:\n  description: A text\n  {key}: {value}\n"
        );
        let with = if is_given { format!("with: {{it: {wrong}}}\n") } else { String::new() };
        let policies: Vec<String> = (0..users)
            .map(|n| format!("kind: AssignmentPolicy\naccessPackage: p{n}\ndisplayName: x\ntemplate: t\n{with}"))
            .collect();
        let dir = directory(&[("policies.yaml", policies.join("---\n")), ("template.yaml", template)]);
        let loaded = load(dir.path(), None);
        let place = |place: &entrant_model::Place| {
            let found = locate(place).expect("found again");
            (found.file.file_name().expect("a file").to_string_lossy().into_owned(), found.line)
        };
        let found: Vec<_> = loaded.diagnostics.iter().filter(|found| found.is_error()).collect();
        let line = before + 6;
        prop_assert_eq!(found.len(), if is_given { users } else { 1 }, "{:#?}", loaded.diagnostics);
        for (n, found) in found.iter().enumerate() {
            let at = place(found.place.as_ref().expect("a place"));
            if is_given {
                prop_assert_eq!(at, ("policies.yaml".to_owned(), n * 6 + 5));
                let (other, _) = found.related.first().expect("the other place");
                prop_assert_eq!(place(other), ("template.yaml".to_owned(), line));
            } else {
                prop_assert_eq!(at, ("template.yaml".to_owned(), line));
            }
        }
    }
}

/// Texts that a plain scalar would make something else of.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "no",
        "true",
        "1e3",
        "~",
        "# a",
        "a #b",
        "a: b",
        "- a",
        "null",
        "0x1f",
        "a,b",
        "{a}",
        "[x",
        "&a",
        "*a",
        "a\u{e0041}",
        "a\u{202e}b",
        "x\"y\\",
        "'",
        "---",
        "a ",
        "?",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_owned)
}

/// What the rendered documents say when they are read again.
fn reread(dir: &Path) -> Loaded {
    let texts: Vec<String> = render(dir, None).iter().map(Rendered::text).collect();
    let text = texts.join("---\n");
    let is_safe = |c: char| c == '\n' || !entrant_model::text::is_deceptive(c);
    assert!(text.chars().all(is_safe), "{text:?}");
    let dir = directory(&[("rendered.yaml", text)]);
    sound(dir.path())
}

const TEMPLATE: &str = "\
# The template.
kind: PolicyTemplate
name: one-day
parameters:
  requestors: {type: subjects}
  approvers: {type: subjects, default: [{manager: 1}]}
policy:
  displayName: Initial Policy
  allowedTargetScope: specificDirectoryUsers
  specificAllowedTargets: {param: requestors}
  expiration: P1D
  requestorSettings: {enableTargetsToSelfAddAccess: true}
  requestApprovalSettings:
    isApprovalRequiredForAdd: true
    stages:
      - durationBeforeAutomaticDenial: P2D
        primaryApprovers: [{param: approvers}, {user: ana@contoso.com}]
";

const POLICY: &str = "\
kind: AssignmentPolicy
accessPackage: {catalog: Databases, name: Orders}
template: one-day
with:
  requestors:
    - {group: Engineers}
    - {user: ben@contoso.com}
requestApprovalSettings: {isApprovalRequiredForUpdate: true}
";

#[test]
fn a_value_is_found_again_in_the_file_that_says_it() {
    let dir =
        directory(&[("policies.yaml", format!("---\n{POLICY}")), ("templates.yaml", TEMPLATE.to_owned())]);
    let loaded = sound(dir.path());
    let document = &loaded.documents[0];
    let template = document.place.template().expect("a template");
    assert_eq!((&*template.name, template.place.document), ("one-day", 0));
    let line = |pointer: &str| {
        let pointer = Pointer(pointer.split('/').skip(1).map(str::to_owned).collect());
        let found = locate(&document.place.at(pointer)).expect("found again");
        let name = found.file.file_name().expect("a file").to_string_lossy().into_owned();
        (name, found.line, found.source[found.bytes].to_owned())
    };
    let (policies, templates) = ("policies.yaml".to_owned(), "templates.yaml".to_owned());
    assert_eq!(line("/expiration"), (templates.clone(), 11, "P1D".to_owned()));
    assert_eq!(line("/specificAllowedTargets/1/userId"), (policies.clone(), 8, "ben@contoso.com".to_owned()));
    assert_eq!(line("/requestApprovalSettings/isApprovalRequiredForUpdate").1, 9);
    let approver = "/requestApprovalSettings/stages/0/primaryApprovers";
    assert_eq!(line(&format!("{approver}/0/managerLevel")), (templates.clone(), 6, "1".to_owned()));
    assert_eq!(line(&format!("{approver}/1/userId")), (templates, 17, "ana@contoso.com".to_owned()));
    assert_eq!(line("/accessPackage").0, policies);
    // Where the template is gone, the document is what can still be shown.
    fs::remove_file(dir.path().join("templates.yaml")).expect("removed");
    assert_eq!(line("/expiration").0, policies);
}

#[test]
fn a_file_alone_is_read_with_the_templates_of_its_directory() {
    let dir = directory(&[
        ("policies.yaml", POLICY.to_owned()),
        ("templates.yaml", format!("{TEMPLATE}  colour: x\n")),
    ]);
    let file = dir.path().join("policies.yaml");
    for given in [file.clone(), dir.path().join("./policies.yaml")] {
        let loaded = load_paths(dir.path(), &[given], None);
        // What is wrong with the template is told where the template is read.
        assert_eq!((loaded.diagnostics.len(), loaded.files), (0, 1), "{:#?}", loaded.diagnostics);
    }
    let both = load_paths(dir.path(), &[file, dir.path().join("templates.yaml")], None);
    assert_eq!(both.diagnostics.iter().map(|found| found.code.name).collect::<Vec<_>>(), ["unknown-key"]);
}

#[test]
fn a_few_lines_do_not_unfold_to_millions() {
    let uses = "{param: all}, ".repeat(1000);
    let many = "{user: a}, ".repeat(1000);
    let text = format!(
        "kind: PolicyTemplate\nname: bomb\nparameters: {{all: {{type: list}}}}\npolicy: {{specificAllowedTargets: [{uses}]}}\n---\nkind: AssignmentPolicy\naccessPackage: x\ndisplayName: y\ntemplate: bomb\nwith: {{all: [{many}]}}\n"
    );
    let dir = directory(&[("a.yaml", text)]);
    let loaded = load(dir.path(), None);
    assert_eq!(
        loaded.diagnostics.iter().map(|found| found.code.name).collect::<Vec<_>>(),
        ["too-many-aliases"]
    );
}

#[test]
fn patterns_mean_the_declared_packages() {
    let package = |catalog: &str, name: &str| {
        format!("kind: AccessPackage\ncatalog: {catalog}\ndisplayName: {name}\ndescription: x\n---\n")
    };
    let packages = package("Databases", "Orders")
        + &package("Databases", "Orders archive")
        + &package("Databases", "Invoices")
        + &package("Sales", "Orders");
    let expanded = |each: &str| {
        let policy = format!("kind: AssignmentPolicy\nforEachPackage: {each}\ndisplayName: Staff\n");
        let dir = directory(&[("b.yaml", packages.clone()), ("a.yaml", policy)]);
        let loaded = sound(dir.path());
        let mut names: Vec<String> = objects(&loaded)
            .iter()
            .filter_map(|object| object.reference("accessPackage")?.written.as_deref())
            .map(|written| {
                format!(
                    "{}/{}",
                    written.catalog.as_deref().unwrap_or("?"),
                    written.name.as_deref().unwrap_or("?")
                )
            })
            .collect();
        names.sort();
        names
    };
    assert_eq!(
        expanded("[{catalog: databases}]"),
        ["Databases/Invoices", "Databases/Orders", "Databases/Orders archive"]
    );
    assert_eq!(expanded("['ord*']"), ["Databases/Orders", "Databases/Orders archive", "Sales/Orders"]);
    assert_eq!(
        expanded("[{catalog: 'S*', name: '*'}, Invoices, invoices, Elsewhere]"),
        ["?/Elsewhere", "Databases/Invoices", "Sales/Orders"]
    );
}

#[test]
fn a_value_of_an_inline_policy_is_found_again() {
    let package = "kind: AccessPackage\ncatalog: Databases\ndisplayName: Orders\ndescription: x\nassignmentPolicies:\n  - displayName: Plain\n  - template: one-day\n    with:\n      requestors: [{group: Engineers}]\n";
    let dir = directory(&[("package.yaml", package.to_owned()), ("templates.yaml", TEMPLATE.to_owned())]);
    let loaded = sound(dir.path());
    let policy = &loaded.documents[2];
    assert_eq!(policy.place.pointer.to_string(), "/assignmentPolicies/1");
    let line = |pointer: &str| {
        let pointer = Pointer(pointer.split('/').skip(1).map(str::to_owned).collect());
        let found = locate(&policy.place.at(pointer)).expect("found again");
        (found.file.file_name().expect("a file").to_string_lossy().into_owned(), found.line)
    };
    assert_eq!(line("/specificAllowedTargets/0/groupId"), ("package.yaml".to_owned(), 9));
    assert_eq!(line("/expiration"), ("templates.yaml".to_owned(), 11));
    assert_eq!(line(""), ("package.yaml".to_owned(), 7));
    let rendered = render(dir.path(), None);
    let addresses: Vec<String> = rendered.iter().map(Rendered::address).collect();
    assert_eq!(
        addresses,
        ["AssignmentPolicy/Databases/Orders/Plain", "AssignmentPolicy/Databases/Orders/Initial Policy"]
    );
    let again = reread(dir.path());
    assert_eq!(objects(&again), objects(&loaded)[1..]);
}

#[test]
fn one_document_is_a_policy_for_each_package() {
    let each = "kind: AssignmentPolicy\nforEachPackage: [Payroll, {catalog: Databases, name: Orders}, {id: d2dcb9a1-a445-42ee-83a8-476522ed6cbf}, payroll]\ndisplayName: Staff\n";
    let dir = directory(&[("a.yaml", each.to_owned())]);
    let loaded = sound(dir.path());
    let mut packages: Vec<String> = objects(&loaded)
        .iter()
        .map(|object| object.reference("accessPackage").expect("a package").label().to_owned())
        .collect();
    packages.sort();
    assert_eq!(packages, ["Orders", "Payroll", "d2dcb9a1-a445-42ee-83a8-476522ed6cbf"]);
    let twice = directory(&[
        ("a.yaml", each.to_owned()),
        ("b.yaml", "kind: AssignmentPolicy\naccessPackage: payroll\ndisplayName: staff\n".to_owned()),
    ]);
    let loaded = load(twice.path(), None);
    assert_eq!(
        loaded.diagnostics.iter().map(|found| found.code.name).collect::<Vec<_>>(),
        ["declared-twice"]
    );
}

#[test]
fn rendered_lines_name_the_file_that_says_the_value() {
    let dir = directory(&[("policies.yaml", POLICY.to_owned()), ("templates.yaml", TEMPLATE.to_owned())]);
    let [rendered] = &render(dir.path(), None)[..] else { panic!("one policy") };
    assert_eq!(rendered.address(), "AssignmentPolicy/Databases/Orders/Initial Policy");
    let prefix = format!("{}/", dir.path().display());
    insta::assert_snapshot!("rendered", rendered.text().replace(&prefix, ""));
}
