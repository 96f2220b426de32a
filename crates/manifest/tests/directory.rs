//! The policy directory as a whole: what is read, in which order, the configuration, and places found again.

use entrant_manifest::{Loaded, load, load_paths, load_texts, locate, schema, yaml_to_json};
use entrant_model::desired::Body;
use entrant_model::{Place, Pointer, Severity, Version};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }
    dir
}

fn policy(name: &str) -> String {
    format!("kind: AssignmentPolicy\naccessPackage: Sales\ndisplayName: {name}\n")
}

fn names(loaded: &Loaded) -> Vec<String> {
    let name = |body: &Body| match body {
        Body::Resource(resource) => resource.object.text("displayName").unwrap_or_default().to_owned(),
        Body::Removed(removed) => format!("-{}", removed.display_name),
    };
    loaded.documents.iter().map(|document| name(&document.body)).collect()
}

fn found(loaded: &Loaded) -> Vec<(&'static str, Severity)> {
    loaded.diagnostics.iter().map(|d| (d.code.name, d.severity)).collect()
}

#[test]
fn files_are_read_in_the_order_of_their_names() {
    let (a, b, c, d) = (policy("A"), policy("B"), policy("C"), policy("D"));
    let json =
        r#"{"kind": "AssignmentPolicy", "accessPackage": "Sales", "displayName": "J", "$schema": "x"}"#;
    let dir = directory(&[
        ("b.yml", &b),
        ("a.yaml", &format!("{a}---\n---\n{}", policy("A2"))),
        ("sub/deep/c.yaml", &c),
        ("sub.yaml", &d),
        ("j.json", json),
        ("notes.txt", "not read"),
        (".hidden/x.yaml", "not: read"),
        (".x.yaml", "not: read"),
        ("entrant.yaml", ""),
        ("emulator.yaml", "users: []"),
        ("sub/emulator.yaml", &policy("E")),
    ]);
    let loaded = load(dir.path(), None);
    assert_eq!(found(&loaded), []);
    assert_eq!(names(&loaded), ["A", "A2", "B", "J", "D", "C", "E"]);
    assert_eq!(loaded.files, 6);
    assert_eq!(loaded.documents.iter().map(|d| d.place.document).take(2).collect::<Vec<_>>(), [0, 2]);
    assert!(!loaded.documents[0].place.file.to_string_lossy().contains('\\'));
}

#[test]
fn many_files_give_the_same_whichever_core_reads_which() {
    // Long and short ones in turn, a mistake in every seventh, and the first and the last declare the same.
    let files: Vec<(String, String)> = (0..200)
        .map(|n| {
            let length = if n % 2 == 0 { 1 } else { 20 };
            let mut texts: Vec<String> = (0..length).map(|d| policy(&format!("P{n:03}-{d}"))).collect();
            if n % 7 == 3 {
                texts.push("kind: Assignment\n".to_owned());
            }
            if n == 0 || n == 199 {
                texts.push(policy("Twin"));
            }
            (format!("d{}/f{n:03}.yaml", n % 3), texts.join("---\n"))
        })
        .collect();
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let dir = directory(&borrowed);
    let loaded = load(dir.path(), None);
    assert_eq!(loaded.files, 200);
    assert_eq!(loaded.documents.len(), 100 + 100 * 20 + 2);
    let places: Vec<_> = loaded.documents.iter().map(|d| d.place.clone()).collect();
    assert!(places.is_sorted_by_key(|p| (p.file.clone(), p.document)));
    assert_eq!(loaded.diagnostics.len(), 29 + 1);
    for _ in 0..5 {
        let again = load(dir.path(), None);
        assert_eq!(again.documents.iter().map(|d| d.place.clone()).collect::<Vec<_>>(), places);
        assert_eq!(again.diagnostics, loaded.diagnostics);
    }
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let dir = directory(&[("file", "")]);
    for path in ["none", "file"] {
        let loaded = load(&dir.path().join(path), None);
        assert_eq!(found(&loaded), [("no-directory", Severity::Error)]);
    }
    let empty = load(dir.path(), None);
    assert!(empty.diagnostics.is_empty() && empty.documents.is_empty());
}

#[test]
fn documents_with_mistakes_are_left_out_and_the_rest_is_read() {
    let text = format!("{}colour: blue\n---\n{}---\nkind: [\n---\n{}", policy("A"), policy("B"), policy("C"));
    let dir = directory(&[("a.yaml", &text)]);
    let loaded = load(dir.path(), None);
    assert_eq!(found(&loaded), [("unknown-key", Severity::Error), ("yaml-syntax", Severity::Error)]);
    assert_eq!(names(&loaded), ["B", "C"]);
    assert_eq!(loaded.documents[1].place.document, 3);
}

#[test]
fn a_document_says_what_it_declares() {
    let text = "kind: AssignmentPolicy\napiVersion: beta\npin: D2DCB9A1-a445-42ee-83a8-476522ed6cbf\naccessPackageId: Sales\ndisplayName: A\n---\nkind: Removed\ntarget: {kind: AssignmentPolicy, accessPackage: {catalog: X, name: Sales}, displayName: B}\naction: forget\n";
    let dir = directory(&[("a.yaml", text)]);
    let loaded = load(dir.path(), None);
    let [first, second] = &loaded.documents[..] else { panic!("{:?}", loaded.diagnostics) };
    let Body::Resource(resource) = &first.body else { panic!("a policy") };
    assert_eq!(resource.envelope.version, Version::Beta);
    assert_eq!(
        resource.envelope.pin.as_ref().map(entrant_model::Id::as_str),
        Some("d2dcb9a1-a445-42ee-83a8-476522ed6cbf")
    );
    let Body::Removed(removed) = &second.body else { panic!("a removal") };
    assert_eq!(removed.display_name, "B");
    assert_eq!(removed.parent.written.as_ref().and_then(|w| w.catalog.as_deref()), Some("X"));
}

#[test]
fn given_paths_are_read_and_nothing_else() {
    let dir = directory(&[
        ("entrant.yaml", "severities: {targets-ignored: off}"),
        ("emulator.yaml", "users: []"),
        ("a.yaml", &format!("{}specificAllowedTargets: [externalSponsors]\n", policy("A"))),
        ("b.yaml", &format!("{}specificAllowedTargets: [{{group: T}}]\n", policy("B"))),
        ("sub/c.yaml", &policy("C")),
    ]);
    let at = |name: &str| dir.path().join(name);
    let loaded =
        load_paths(dir.path(), &[at("b.yaml"), at("sub"), at("entrant.yaml"), at("emulator.yaml")], None);
    assert_eq!(found(&loaded), []);
    assert_eq!(names(&loaded), ["B", "C"]);
    let loaded = load_paths(dir.path(), &[dir.path().to_owned()], None);
    assert_eq!(found(&loaded), [("subject-not-taken", Severity::Error)]);
    let loaded = load_paths(dir.path(), &[at("none.yaml")], None);
    assert_eq!(found(&loaded), [("unreadable-file", Severity::Error)]);
}

#[test]
fn the_configuration_sets_tenants_and_severities() {
    let ignored = format!("{}specificAllowedTargets: [{{group: T}}]\n", policy("A"));
    let config = |severity: &str| {
        let text = format!(
            "tenants:\n  prod: {{id: d2dcb9a1-a445-42ee-83a8-476522ed6cbf}}\nseverities:\n  targets-ignored: {severity}\n"
        );
        let dir = directory(&[("entrant.yaml", &text), ("a.yaml", &ignored)]);
        load(dir.path(), None)
    };
    for (word, severity) in
        [("error", Severity::Error), ("warning", Severity::Warning), ("note", Severity::Note)]
    {
        let loaded = config(word);
        assert_eq!(found(&loaded), [("targets-ignored", severity)]);
        assert_eq!(loaded.config.tenants["prod"].id.as_str(), "d2dcb9a1-a445-42ee-83a8-476522ed6cbf");
    }
    let loaded = config("off");
    assert_eq!(found(&loaded), []);
    assert_eq!(loaded.config.check_codes(&[entrant_manifest::codes::ALL]), []);
}

#[test]
fn mistakes_of_the_configuration_are_told() {
    let text = "\
tenant: {}
tenants:
  prod: {id: abc}
  test: {name: x}
  dev:
severities:
  open-door: warning
  targets-ignored: of
  no-aprover: error
ownership: x
";
    let dir = directory(&[("entrant.yaml", text)]);
    let loaded = load(dir.path(), None);
    let mut lines: Vec<(usize, &str)> = loaded
        .diagnostics
        .iter()
        .map(|d| (d.place.as_ref().and_then(locate).expect("a place").line, d.code.name))
        .collect();
    lines.sort_unstable();
    let expected = [
        (1, "unknown-key"),
        (3, "bad-guid"),
        (4, "missing-member"),
        (4, "unknown-key"),
        (5, "missing-member"),
        (7, "error-lowered"),
        (8, "unknown-word"),
        (10, "wrong-type"),
    ];
    assert_eq!(lines, expected);
    assert!(loaded.diagnostics[0].help[0].contains("`tenants`"));
    // Whether a code exists is only known to whoever knows every crate's.
    let unknown = loaded.config.check_codes(&[entrant_manifest::codes::ALL]);
    let unknown: Vec<&str> = unknown.iter().map(|d| d.code.name).collect();
    assert_eq!(unknown, ["error-lowered", "unknown-code"]);
}

#[test]
fn the_configuration_has_a_schema() {
    let schema = jsonschema::draft7::new(&schema::config()).expect("a schema");
    let valid = serde_json::json!({"tenants": {"prod": {"id": "d2dcb9a1-a445-42ee-83a8-476522ed6cbf"}}, "severities": {"no-approver": "off"}});
    assert!(schema.is_valid(&valid));
    for valid in [
        r#"{"ownership": {"exclusive": [{"catalog": "Sales"}, {"accessPackage": {"catalog": "Sales", "name": "X"}}]}}"#,
        r#"{"limits": {"deletions": {"max": 3}, "kinds": {"AssignmentPolicy": {"widening": {"maxPercent": 5, "minimum": 1}}}}}"#,
    ] {
        assert!(schema.is_valid(&serde_json::from_str(valid).expect("JSON")), "{valid}");
        let dir = directory(&[("entrant.yaml", valid)]);
        assert_eq!(found(&load(dir.path(), None)), []);
    }
    for broken in [
        r#"{"tenant": {}}"#,
        r#"{"severities": {"no-approver": "of"}}"#,
        r#"{"tenants": {"prod": {}}}"#,
        r#"{"ownership": {"exclusive": [{"catalog": "Sales", "accessPackage": "X"}]}}"#,
        r#"{"ownership": {"exclusive": [{"group": "Sales"}]}}"#,
        r#"{"limits": {"deletions": 3}}"#,
        r#"{"limits": {"deletions": {"maxPercent": 101}}}"#,
        r#"{"limits": {"kinds": {"Group": {}}}}"#,
    ] {
        let dir = directory(&[("entrant.yaml", broken)]);
        assert_ne!(found(&load(dir.path(), None)), [], "{broken}");
        assert!(!schema.is_valid(&serde_json::from_str(broken).expect("JSON")), "{broken}");
    }
}

#[test]
fn texts_of_an_earlier_revision_are_read_as_a_directory_would_be() {
    let texts = |list: &[(&str, &str)]| {
        list.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    };
    let loaded = load_texts(
        texts(&[
            ("a.yaml", &policy("A")),
            ("deep/b.json", r#"{"kind": "AssignmentPolicy", "accessPackage": "Sales", "displayName": "B"}"#),
            (".git/c.yaml", &policy("C")),
            ("deep/.d.yaml", &policy("D")),
            ("emulator.yaml", "users: []"),
            ("deep/entrant.yaml", &policy("E")),
            ("README.md", "no"),
            ("broken.yaml", &format!("{}allowedTargetScop: x\n", policy("F"))),
            ("syntax.yaml", "kind: ["),
            ("entrant.yaml", "tenants: {prod: {id: 11111111-1111-4111-8111-111111111111}}"),
            ("test.yaml", &format!("{}tenants: [test]\n", policy("G"))),
        ]),
        None,
    );
    assert_eq!(names(&loaded), ["A", "B", "E", "F", "G"], "what has a mistake still says what it declares");
    assert_eq!(loaded.config.tenants.len(), 1);
    assert!(loaded.diagnostics.iter().any(|found| found.code.name == "yaml-syntax"));
}

const FORMS: &str = "\
kind: AssignmentPolicy
accessPackage: Sales
displayName: Partners
allowedTargetScope: specificDirectoryUsers
specificAllowedTargets:
  - group: Team
  - {\"@odata.type\": \"#microsoft.graph.singleUser\", userId: ana@contoso.com}
expiration: P90D
reviewSettings:
  schedule: {recurrence: quarterly, expiration: {type: afterDuration, duration: P1D}}
questions:
  - text: Which?
    localizations: {fr: Laquelle, de: Welche}
customExtensionStageSettings: {assignmentRequestCreated: Ticket}
requestApprovalSettings:
  stages:
    - primaryApprovers: [externalSponsors, {manager: 2}]
";

#[test]
fn places_are_found_again_through_hand_forms() {
    let dir = directory(&[("a.yaml", &format!("---\n--- # the second\n{FORMS}"))]);
    let file = Arc::new(dir.path().join("a.yaml"));
    let at = |pointer: &str, on_key: bool| {
        let segments = pointer.split('/').skip(1).map(str::to_owned).collect();
        let place = Place::document(Arc::clone(&file), 1).at(Pointer(segments));
        let location = locate(&Place { on_key, ..place }).expect("found again");
        (location.line - 2, location.column, location.source[location.bytes].to_owned())
    };
    let is = |line: usize, column: usize, text: &str| (line, column, text.to_owned());
    assert_eq!(at("", false), is(1, 1, "kind: AssignmentPolicy"));
    assert_eq!(at("/displayName", false), is(3, 14, "Partners"));
    assert_eq!(at("/displayName", true), is(3, 1, "displayName"));
    assert_eq!(at("/specificAllowedTargets", false), is(5, 1, "specificAllowedTargets"));
    assert_eq!(at("/specificAllowedTargets/0", false), is(6, 5, "group: Team"));
    assert_eq!(at("/specificAllowedTargets/0/groupId", false), is(6, 12, "Team"));
    assert_eq!(at("/specificAllowedTargets/0/groupId", true), is(6, 5, "group"));
    assert_eq!(at("/specificAllowedTargets/1/userId", false), is(7, 60, "ana@contoso.com"));
    assert_eq!(at("/expiration/duration", false), is(8, 13, "P90D"));
    assert_eq!(at("/reviewSettings/schedule/recurrence/pattern/interval", false), is(10, 26, "quarterly"));
    assert_eq!(at("/reviewSettings/schedule/expiration/duration", false), is(10, 81, "P1D"));
    assert_eq!(at("/questions/0/localizations/1/text", false), is(13, 39, "Welche"));
    assert_eq!(at("/questions/0/localizations/1/text", true), is(13, 35, "de"));
    assert_eq!(at("/customExtensionStageSettings/0/customExtension", false), is(14, 58, "Ticket"));
    assert_eq!(
        at("/requestApprovalSettings/stages/0/primaryApprovers/0", false),
        is(17, 26, "externalSponsors")
    );
    assert_eq!(
        at("/requestApprovalSettings/stages/0/primaryApprovers/1/managerLevel", false),
        is(17, 54, "2")
    );
    // What is not there leads to what would hold it.
    assert_eq!(at("/requestApprovalSettings/stages/7/x", false), is(16, 3, "stages"));
    assert_eq!(at("/automaticRequestSettings", false), is(1, 1, "kind: AssignmentPolicy"));
    assert_eq!(locate(&Place::document(Arc::new(PathBuf::from("/none/a.yaml")), 0)), None);
}

#[test]
fn variables_take_the_place_of_values() {
    let config = "tenants:\n  prod:\n    id: d2dcb9a1-a445-42ee-83a8-476522ed6cbf\n    variables:\n      desk: [{group: Desk}, {group: Night desk}]\n      days: P90D\n";
    let text = "\
kind: AssignmentPolicy
accessPackage: Sales
displayName: Partners
allowedTargetScope: specificDirectoryUsers
specificAllowedTargets:
  - group: Team
  - {var: desk}
  - group: Last
expiration: {var: days}
";
    let dir = directory(&[("entrant.yaml", config), ("a.yaml", text)]);
    let loaded = load(dir.path(), Some("prod"));
    assert_eq!(found(&loaded), []);
    assert!(loaded.depends_on_tenant);
    let Body::Resource(resource) = &loaded.documents[0].body else { panic!("a policy") };
    assert_eq!(resource.object.list("specificAllowedTargets").len(), 4);
    assert_eq!(resource.object.object("expiration").and_then(|e| e.text("type")), Some("afterDuration"));
    // A place behind the variable is that of the list: positions are others in the file.
    let at = |pointer: &str| {
        let segments = pointer.split('/').skip(1).map(str::to_owned).collect();
        let place = loaded.documents[0].place.at(Pointer(segments));
        locate(&place).expect("found again").line
    };
    assert_eq!([at("/specificAllowedTargets/0"), at("/specificAllowedTargets/3")], [6, 5]);
    // The only tenant is the one that is meant.
    assert_eq!(found(&load(dir.path(), None)), []);
}

#[test]
fn a_seed_is_read_as_json() {
    let dir = directory(&[
        ("seed.yaml", "users:\n  - &a {displayName: Ana, age: 7, on: yes, n: 1.50}\n  - *a\n"),
        ("empty.yaml", "# nothing\n"),
        ("two.yaml", "a: 1\n---\nb: 2\n"),
        ("broken.yaml", "a: [\n"),
    ]);
    let at = |name: &str| yaml_to_json(&dir.path().join(name));
    let ana = r#"{"displayName":"Ana","age":7,"on":"yes","n":1.50}"#;
    assert_eq!(at("seed.yaml").expect("read").to_string(), format!(r#"{{"users":[{ana},{ana}]}}"#));
    assert_eq!(at("empty.yaml").expect("read"), serde_json::Value::Null);
    let code = |name: &str| at(name).expect_err("refused").code.name;
    assert_eq!(
        (code("two.yaml"), code("broken.yaml"), code("none.yaml")),
        ("not-a-document", "yaml-syntax", "unreadable-file")
    );
}

/// The committed schemas and the reference are what the tables generate. `ENTRANT_UPDATE=1` writes them.
#[test]
fn what_is_generated_is_committed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let pretty = |schema: serde_json::Value| {
        let mut text = serde_json::to_string_pretty(&schema).expect("text");
        text.push('\n');
        text
    };
    for (path, text) in [
        ("schemas/entrant.schema.json", pretty(schema::entrant())),
        ("schemas/config.schema.json", pretty(schema::config())),
        ("docs/reference/documents.md", entrant_manifest::reference_doc()),
    ] {
        let path = root.join(path);
        if std::env::var_os("ENTRANT_UPDATE").is_some() {
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(&path, &text).expect("written");
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{} is stale: run this test with ENTRANT_UPDATE=1", path.display());
    }
}

const PACKAGE: &str = "kind: AccessPackage
catalog: Sales
displayName: Campaign
resourceRoleScopes:
  - group: Staff
  - role: {displayName: Owner, originSystem: AadGroup, resource: {originId: Ops}}
assignmentPolicies:
  - displayName: Employees
    specificAllowedTargets: [{group: Staff}]
    allowedTargetScope: specificDirectoryUsers
  - {displayName: Guests, apiVersion: beta, durationInDays: 30}
";

/// Policies that stand in their package are declarations of their own, which know their package and where they stand.
#[test]
fn policies_stand_in_their_package() {
    let dir = directory(&[("a.yaml", PACKAGE)]);
    let loaded = load(dir.path(), None);
    assert_eq!(found(&loaded), []);
    assert_eq!(names(&loaded), ["Campaign", "Employees", "Guests"]);
    let of = |index: usize| match &loaded.documents[index].body {
        Body::Resource(resource) => resource,
        Body::Removed(_) => panic!("a resource"),
    };
    assert_eq!(of(2).envelope.version, Version::Beta);
    for (index, member) in [(1, "accessPackage"), (2, "accessPackageId")] {
        let package = of(index).object.reference(member).expect("a package");
        let written = package.written.as_ref().expect("as it is written");
        assert_eq!((written.catalog.as_deref(), written.name.as_deref()), (Some("Sales"), Some("Campaign")));
    }
    let text = |place: &Place| {
        let location = locate(place).expect("found");
        location.source[location.bytes].to_owned()
    };
    let place = &loaded.documents[1].place;
    let pointer = |path: &str| Pointer(path.split('/').map(str::to_owned).collect());
    assert_eq!(text(place), "displayName");
    assert_eq!(text(&place.at(pointer("specificAllowedTargets/0/groupId"))), "Staff");
    assert_eq!(text(&loaded.documents[2].place.key(pointer("durationInDays"))), "durationInDays");
    assert_eq!(text(&loaded.documents[0].place), "kind: AccessPackage");
    assert_eq!(text(&loaded.documents[0].place.at(pointer("resourceRoleScopes/0/originId"))), "Staff");
}

/// A pin says which package is meant, and so do its policies; a catalog that is given by id stays that.
#[test]
fn policies_in_a_package_follow_its_pin() {
    let id = "d2dcb9a1-a445-42ee-83a8-476522ed6cbf";
    let text = format!(
        "kind: AccessPackage\ncatalog: {{id: {id}}}\ndisplayName: Campaign\npin: {id}\nassignmentPolicies: [{{displayName: A}}]\n"
    );
    let loaded = load(directory(&[("a.yaml", &text)]).path(), None);
    let Body::Resource(policy) = &loaded.documents[1].body else { panic!("a resource") };
    let package = policy.object.reference("accessPackage").expect("a package");
    assert_eq!(package.id.as_ref().map(entrant_model::Id::as_str), Some(id));
    assert_eq!(package.written.as_ref().and_then(|w| w.catalog.as_deref()), Some(id));
}

/// A variable may put in whole policies, and texts within them.
#[test]
fn variables_stand_in_policies_of_a_package() {
    let config = "tenants:\n  prod:\n    id: d2dcb9a1-a445-42ee-83a8-476522ed6cbf\n    variables:\n      both: [{displayName: A}, {displayName: B}]\n      name: C\n";
    let text = "kind: AccessPackage\ncatalog: Sales\ndisplayName: Campaign\nassignmentPolicies:\n  - {var: both}\n  - displayName: {var: name}\n";
    let dir = directory(&[("a.yaml", text), ("entrant.yaml", config)]);
    let loaded = load(dir.path(), None);
    assert_eq!(found(&loaded), []);
    assert_eq!(names(&loaded), ["Campaign", "A", "B", "C"]);
    assert!(loaded.depends_on_tenant);
    assert!(loaded.documents.iter().all(|document| locate(&document.place).is_some()));
}

/// What Graph writes in a shape of its own is the hand form, also in the object.
#[test]
fn pasted_roles_are_roles() {
    let loaded = load(directory(&[("a.yaml", PACKAGE)]).path(), None);
    let Body::Resource(package) = &loaded.documents[0].body else { panic!("a resource") };
    let roles = package.object.get("resourceRoleScopes").expect("roles").elements();
    let by_hand: Vec<String> = roles
        .iter()
        .map(|role| {
            let role = role.as_object().expect("a role");
            let reference = role.reference("originId").map_or("", entrant_model::Reference::label);
            format!("{} {reference} {}", role.ty.name, role.text("role").unwrap_or("-"))
        })
        .collect();
    assert_eq!(by_hand, ["groupRole Staff -", "groupRole Ops Owner"]);
}

/// A dangling role is found across files, and not where the catalog is not among what is read.
#[test]
fn dangling_roles_are_found_across_files() {
    let catalog = "kind: Catalog\ndisplayName: Sales\nresources: [{group: Staff}]\n";
    let dir = directory(&[("catalogs/sales.yaml", catalog), ("packages/campaign.yaml", PACKAGE)]);
    let loaded = load(dir.path(), None);
    assert_eq!(found(&loaded), [("dangling-role", Severity::Error)]);
    let location = locate(loaded.diagnostics[0].place.as_ref().expect("a place")).expect("found");
    assert_eq!(location.line, 6);
    let alone = load_paths(dir.path(), &[dir.path().join("packages")], None);
    assert_eq!(found(&alone), []);
}
