//! The tables against Microsoft's own metadata: every writable property of policies, packages and catalogs, in every
//! version that has a table and through every nested type, has a row, every row has a property, every enum its words,
//! every union its variants. (Organizations, extensions and settings are not described there.)
//!
//! The metadata is not part of this repository. `ENTRANT_GRAPH_METADATA` names the folder with the strict
//! descriptions; unset, the test says so and checks nothing; set but unreadable, it fails. What the tables
//! leave out on purpose, and what the metadata does not describe, stands in the lists below with its reason;
//! an entry that is no longer needed fails too, so the lists cannot outlive their reasons.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use entrant_model::spec::RefForm;
use entrant_model::{Access, Kind, Type, TypeSpec, Version, kinds};
use serde_json::Value;

/// Members that the tables mark as filled by the service, with the reason. Any other `read_only` row hides
/// a writable property.
const READ_ONLY: &[(&str, &str)] = &[
    ("v1.0 accessPackageAssignmentPolicy.id", "made by the service"),
    ("v1.0 accessPackageAssignmentPolicy.createdDateTime", "filled by the service"),
    ("v1.0 accessPackageAssignmentPolicy.modifiedDateTime", "filled by the service"),
    ("v1.0 accessPackageAssignmentPolicy.catalog", "follows from the package"),
    ("v1.0 accessPackageTextInputQuestion.id", "made by the service"),
    ("v1.0 accessPackageMultipleChoiceQuestion.id", "made by the service"),
    ("v1.0 customExtensionStageSetting.id", "made by the service"),
    ("beta accessPackageAssignmentPolicy.id", "made by the service"),
    ("beta accessPackageAssignmentPolicy.createdBy", "filled by the service"),
    ("beta accessPackageAssignmentPolicy.createdDateTime", "filled by the service"),
    ("beta accessPackageAssignmentPolicy.modifiedBy", "filled by the service"),
    ("beta accessPackageAssignmentPolicy.modifiedDateTime", "filled by the service"),
    ("beta accessPackageAssignmentPolicy.accessPackage", "the package is written as accessPackageId"),
    ("beta accessPackageAssignmentPolicy.accessPackageCatalog", "follows from the package"),
    ("beta accessPackageTextInputQuestion.id", "made by the service"),
    ("beta accessPackageMultipleChoiceQuestion.id", "made by the service"),
    ("beta customExtensionStageSetting.id", "made by the service"),
    ("beta customExtensionHandler.id", "made by the service"),
    ("v1.0 accessPackageCatalog.id", "made by the service"),
    ("v1.0 accessPackageCatalog.catalogType", "filled by the service"),
    ("v1.0 accessPackageCatalog.createdDateTime", "filled by the service"),
    ("v1.0 accessPackageCatalog.modifiedDateTime", "filled by the service"),
    ("v1.0 accessPackageCatalog.accessPackages", "documents of their own"),
    ("v1.0 accessPackageCatalog.customWorkflowExtensions", "documents of their own"),
    ("v1.0 accessPackageCatalog.resourceRoles", "follow from the resources"),
    ("v1.0 accessPackageCatalog.resourceScopes", "follow from the resources"),
    ("v1.0 accessPackage.id", "made by the service"),
    ("v1.0 accessPackage.createdDateTime", "filled by the service"),
    ("v1.0 accessPackage.modifiedDateTime", "filled by the service"),
    ("v1.0 accessPackage.accessPackagesIncompatibleWith", "the other package says it"),
];

/// Properties that have no row.
const LEFT_OUT: &[(&str, &str)] =
    &[("v1.0 accessPackage.assignmentPolicies", "documents of their own, also where they stand inline")];

/// Rows that are no property.
const OUR_OWN: &[(&str, &str)] = &[(
    "v1.0 accessPackageCatalog.roleAssignments",
    "kept under /roleManagement/entitlementManagement, and part of the catalog here",
)];

/// Unions whose variants are named by us.
const OUR_VARIANTS: &[(&str, &str)] = &[
    ("v1.0 accessPackageResource", "Graph tells them by the text of `originSystem`"),
    ("v1.0 accessPackageResourceRoleScope", "Graph tells them by the text of `originSystem`"),
];

/// Types that the metadata names without describing them: their rows come from the reference.
const NOT_DESCRIBED: &[(&str, &str)] = &[
    ("v1.0 customExtensionStageSetting", "a stub in the metadata"),
    ("beta customExtensionStageSetting", "a stub in the metadata"),
    ("beta customExtensionHandler", "a stub in the metadata"),
    ("beta accessPackageNotificationSettings", "an open object in the metadata"),
];

/// Enums that the metadata types as text: their words come from the reference.
const TEXT_ENUMS: &[(&str, &str)] = &[
    ("beta scopeType", "text in beta"),
    ("beta approvalMode", "text in beta"),
    ("beta recurrenceType", "text in beta"),
    ("beta reviewerType", "text in beta"),
    ("beta approverInformationVisibility", "added to the description from an SDK, as text"),
];

/// Variants of a union that the tables leave out.
const VARIANTS_LEFT_OUT: &[(&str, &str)] = &[
    ("v1.0 subjectSet.identityGovernance.groupBasedSubjectSet", "belongs to lifecycle workflows"),
    ("v1.0 subjectSet.identityGovernance.ruleBasedSubjectSet", "belongs to lifecycle workflows"),
];

/// What a walk found, and which entries of the lists it needed.
#[derive(Default)]
struct Findings {
    wrong: BTreeSet<String>,
    used: BTreeSet<String>,
}

impl Findings {
    fn exempt(&mut self, list: &[(&str, &str)], what: &str) -> bool {
        let listed = list.iter().any(|(name, _)| *name == what);
        if listed {
            self.used.insert(what.to_owned());
        }
        listed
    }
    fn say(&mut self, what: String) {
        self.wrong.insert(what);
    }
}

/// One walk of one version's description, for one purpose (`""` for what is read, `-create` for what is sent).
struct Walk<'a> {
    version: Version,
    schemas: &'a Value,
    suffix: &'a str,
    seen: BTreeSet<&'static str>,
    found: &'a mut Findings,
}

impl<'a> Walk<'a> {
    /// Follows references, nullability and single-choice wrappers to the schema that says something.
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/schemas/")) {
            return self.resolve(&self.schemas[name]);
        }
        if let Some(options) = schema["anyOf"].as_array() {
            let mut said = options.iter().filter(|o| o["type"] != "null");
            if let (Some(one), None) = (said.next(), said.next()) {
                return self.resolve(one);
            }
        }
        schema
    }

    /// Compares a table with the description of its type.
    fn object(&mut self, ty: &'static TypeSpec, schema: &'a Value) {
        if !self.seen.insert(ty.name) {
            return;
        }
        let at = format!("{} {}", self.version, ty.name);
        for member in ty.members {
            let at = format!("{at}.{}", member.name);
            if member.access == Access::ReadOnly && !self.found.exempt(READ_ONLY, &at) {
                self.found.say(format!("{at} is read-only in the table, and no reason is listed"));
            }
        }
        let Some(properties) = schema["properties"].as_object() else {
            if self.found.exempt(NOT_DESCRIBED, &at) {
                // Types below it, such as the words of its enums, are the reference's too.
                return;
            }
            return self.found.say(format!("{at} is not described by the metadata"));
        };
        for name in properties.keys().filter(|name| !name.contains('@')) {
            let at = format!("{at}.{name}");
            if ty.member(name).is_none() && !self.found.exempt(LEFT_OUT, &at) {
                self.found.say(format!("{at} is in the metadata and lacks a row in the table"));
            }
        }
        for member in ty.members {
            let at = format!("{at}.{}", member.name);
            match properties.get(member.name) {
                None if self.found.exempt(OUR_OWN, &at) => {}
                None => self.found.say(format!("{at} has a row in the table and is not in the metadata")),
                Some(_) if member.access == Access::ReadOnly => {}
                Some(property) => self.value(member.ty, property, &at),
            }
        }
    }

    /// Compares the type of a value with its description.
    fn value(&mut self, ty: Type, schema: &'a Value, at: &str) {
        let schema = self.resolve(schema);
        let json_type = schema["type"].as_str().unwrap_or_else(|| {
            let list = schema["type"].as_array().into_iter().flatten();
            list.filter_map(Value::as_str).find(|t| *t != "null").unwrap_or("object")
        });
        let format = schema["format"].as_str().unwrap_or("");
        let expected = match ty {
            Type::Bool => ("boolean", ""),
            Type::Int { .. } => ("integer", format), // `int32` or nothing
            Type::Duration => ("string", "duration"),
            Type::Instant => ("string", "date-time"),
            Type::Date => ("string", "date"),
            Type::Text | Type::Rule | Type::Enum(_) | Type::Ref(_, RefForm::Id) => ("string", ""),
            Type::Ref(_, RefForm::Object) | Type::Object(_) | Type::Union { .. } => ("object", ""),
            Type::Set(_) | Type::Map { .. } | Type::Sequence { .. } => ("array", ""),
        };
        if (json_type, format) != expected {
            self.found.say(format!(
                "{at} is {} {} in the table and {json_type} {format} in the metadata",
                expected.0, expected.1
            ));
            return;
        }
        match ty {
            Type::Object(of) => self.object(of, schema),
            Type::Enum(spec) => self.words(spec, schema, at),
            Type::Union { spec, .. } => self.union(spec, schema),
            Type::Map { of, .. } => self.object(of, self.resolve(&schema["items"])),
            Type::Set(of) | Type::Sequence { of, .. } => match of {
                // A list of text says so in its items; an undescribed list has none.
                Type::Object(of) => self.object(of, self.resolve(&schema["items"])),
                of => self.value(*of, &schema["items"], at),
            },
            _ => {}
        }
    }

    fn words(&mut self, spec: &'static entrant_model::EnumSpec, schema: &'a Value, at: &str) {
        let name = format!("{} {}", self.version, spec.name);
        let Some(words) = schema["enum"].as_array() else {
            if !self.found.exempt(TEXT_ENUMS, &name) {
                self.found.say(format!("{at}: {name} has no words in the metadata"));
            }
            return;
        };
        let theirs: BTreeSet<&str> =
            words.iter().filter_map(Value::as_str).filter(|w| *w != "unknownFutureValue").collect();
        let ours: BTreeSet<&str> = spec.words.iter().map(|w| w.word).collect();
        for word in theirs.symmetric_difference(&ours) {
            let (here, there) = if ours.contains(word) {
                ("the table", "the metadata")
            } else {
                ("the metadata", "the table")
            };
            self.found.say(format!("{name}: `{word}` is in {here} and not in {there}"));
        }
    }

    fn union(&mut self, spec: &'static entrant_model::UnionSpec, schema: &'a Value) {
        let name = format!("{} {}", self.version, spec.name);
        if self.found.exempt(OUR_VARIANTS, &name) {
            return;
        }
        let variants = self.variants(schema, spec.name);
        for variant in spec.variants {
            match variants.get(variant.ty.name) {
                None => {
                    self.found.say(format!("{name}: `{}` is not a variant in the metadata", variant.ty.name));
                }
                Some(schema) => self.object(variant.ty, schema),
            }
        }
        for theirs in variants.keys() {
            if spec.variant(theirs).is_none()
                && !self.found.exempt(VARIANTS_LEFT_OUT, &format!("{name}.{theirs}"))
            {
                self.found.say(format!("{name}: the variant `{theirs}` lacks a table"));
            }
        }
    }

    /// The variants of a union by Graph's name: a base type that stands for itself is one of them.
    fn variants(&self, schema: &'a Value, base: &str) -> BTreeMap<String, &'a Value> {
        let options = schema["oneOf"].as_array().map_or(&[][..], Vec::as_slice);
        let mut variants = BTreeMap::new();
        for option in options {
            let name = match option["$ref"].as_str() {
                Some(path) => path
                    .trim_start_matches("#/components/schemas/microsoft.graph.")
                    .trim_end_matches(self.suffix)
                    .to_owned(),
                None => base.to_owned(),
            };
            variants.insert(name, self.resolve(option));
        }
        variants
    }
}

fn described(folder: &Path, version: Version) -> Value {
    let path = folder.join(format!("entitlement-{version}.strict.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("ENTRANT_GRAPH_METADATA is set, but {}: {error}", path.display()));
    serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("ENTRANT_GRAPH_METADATA is set, but {}: {error}", path.display()))
}

/// The kinds that the metadata describes, Graph's name of each, and how many types it has at least.
const DESCRIBED: &[(Kind, &str, usize)] = &[
    (Kind::AssignmentPolicy, "accessPackageAssignmentPolicy", 16),
    (Kind::AccessPackage, "accessPackage", 1),
    (Kind::Catalog, "accessPackageCatalog", 1),
];

fn walk(version: Version, description: &Value, found: &mut Findings) {
    for suffix in ["", "-create"] {
        let schemas = &description["components"]["schemas"];
        for (kind, name, least) in DESCRIBED {
            let Some(table) = kinds::table(*kind, version) else { continue };
            let root = &schemas[format!("microsoft.graph.{name}{suffix}")];
            let mut walk = Walk { version, schemas, suffix, seen: BTreeSet::new(), found };
            walk.object(table, root);
            assert!(walk.seen.len() >= *least, "{version}: only {} types were reached", walk.seen.len());
        }
    }
}

#[test]
fn the_tables_hold_every_writable_property() {
    let Some(folder) = std::env::var_os("ENTRANT_GRAPH_METADATA").map(PathBuf::from) else {
        println!("skipped: ENTRANT_GRAPH_METADATA is not set");
        return;
    };
    let mut found = Findings::default();
    for version in [Version::V1, Version::Beta] {
        walk(version, &described(&folder, version), &mut found);
    }
    let lists = [READ_ONLY, LEFT_OUT, OUR_OWN, OUR_VARIANTS, NOT_DESCRIBED, TEXT_ENUMS, VARIANTS_LEFT_OUT];
    for (name, _) in lists.concat() {
        if !found.used.contains(name) {
            found.wrong.insert(format!("the exemption `{name}` is no longer needed"));
        }
    }
    assert!(found.wrong.is_empty(), "\n{}", found.wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The check can fail: a property, a word and a variant more in the metadata are each found.
#[test]
fn a_gap_is_found() {
    let Some(folder) = std::env::var_os("ENTRANT_GRAPH_METADATA").map(PathBuf::from) else {
        println!("skipped: ENTRANT_GRAPH_METADATA is not set");
        return;
    };
    let mut description = described(&folder, Version::V1);
    let schemas = &mut description["components"]["schemas"];
    schemas["microsoft.graph.expirationPattern-create"]["properties"]["moonPhase"] =
        serde_json::json!({"type": "string"});
    let weeks = &mut schemas["microsoft.graph.weekIndex"]["enum"];
    weeks.as_array_mut().unwrap().push("fifth".into());
    let subjects = &mut schemas["microsoft.graph.subjectSet-create"]["oneOf"];
    subjects
        .as_array_mut()
        .unwrap()
        .push(serde_json::json!({"$ref": "#/components/schemas/microsoft.graph.everyone-create"}));
    let mut found = Findings::default();
    walk(Version::V1, &description, &mut found);
    let wrong: Vec<String> = found.wrong.into_iter().collect();
    assert_eq!(
        wrong,
        [
            "v1.0 expirationPattern.moonPhase is in the metadata and lacks a row in the table",
            "v1.0 subjectSet: the variant `everyone` lacks a table",
            "v1.0 weekIndex: `fifth` is in the metadata and not in the table",
        ]
    );
}
