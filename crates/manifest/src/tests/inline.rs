//! The policies inside an access package that use templates and take defaults.

use crate::context::Context;
use crate::document::{self, Declared};
use crate::template::library::{self, Source};
use crate::tenant::Selection;
use crate::yaml;
use entrant_model::desired::Body;
use std::path::PathBuf;
use std::sync::Arc;

const TEMPLATE: &str = "\
kind: PolicyTemplate
name: one-day
parameters: {requestors: {type: subjects}}
policy:
  displayName: Initial Policy
  allowedTargetScope: specificDirectoryUsers
  specificAllowedTargets: {param: requestors}
  expiration: P1D
---
kind: PolicyDefaults
catalog: Databases
policy: {description: By the rules of the catalog}
---
";

/// The policies of the package, which stands after the template, and the codes of what is found.
fn policies(package: &str) -> (Vec<Declared>, Vec<&'static str>) {
    let source = format!("{TEMPLATE}{package}");
    let parsed = yaml::parse(&source, false);
    let file = Arc::new(PathBuf::from("packages.yaml"));
    let (library, found) =
        library::gather(&[Source { file: &file, text: &source }], Some(Selection::default()));
    assert_eq!(found, []);
    let root = parsed.documents[2].as_ref().expect("a package");
    let mut ctx = Context::new(Arc::clone(&file), &source, false, 2);
    ctx.library = &library;
    let mut read = document::document(&mut ctx, root);
    read.remove(0);
    (read, ctx.finish().0.iter().map(|found| found.code.name).collect())
}

#[test]
fn each_policy_is_of_the_package_around_it() {
    let (read, found) = policies(
        "\
kind: AccessPackage
catalog: Databases
displayName: Orders, read access
assignmentPolicies:
  - template: one-day
    with: {requestors: [{group: Engineers}]}
    displayName: On call
  - apiVersion: beta
    displayName: Partners
    durationInDays: 30
  - displayName: Staff
    description: Their own words
",
    );
    assert_eq!(found, [] as [&str; 0]);
    let objects: Vec<_> = read
        .iter()
        .map(|read| match &read.body {
            Body::Resource(resource) => &resource.object,
            Body::Removed(_) => panic!("a policy"),
        })
        .collect();
    let said = |at: usize, member: &str| objects[at].text(member).unwrap_or_default();
    assert_eq!(
        [said(0, "displayName"), said(1, "displayName"), said(2, "displayName")],
        ["On call", "Partners", "Staff"]
    );
    assert_eq!(said(0, "allowedTargetScope"), "specificDirectoryUsers");
    assert_eq!(said(0, "description"), "By the rules of the catalog");
    assert_eq!(said(2, "description"), "Their own words");
    for (at, member) in [(0, "accessPackage"), (1, "accessPackageId"), (2, "accessPackage")] {
        let written =
            objects[at].reference(member).and_then(|package| package.written.as_deref()).expect("written");
        assert_eq!(
            (written.catalog.as_deref(), written.name.as_deref()),
            (Some("Databases"), Some("Orders, read access"))
        );
    }
    let places: Vec<String> = read.iter().map(|read| read.place.pointer.to_string()).collect();
    assert_eq!(places, ["/assignmentPolicies/0", "/assignmentPolicies/1", "/assignmentPolicies/2"]);
    assert_eq!(read[0].place.template().map(|template| template.name.as_str()), Some("one-day"));
    assert_eq!(read[1].place.template(), None);
}

#[test]
fn what_the_package_says_its_policies_do_not() {
    for (policies, code) in [
        ("{displayName: x}", "wrong-type"),
        ("[x]", "wrong-type"),
        ("[{displayName: x, accessPackage: Orders}]", "unknown-key"),
        ("[{displayName: x, forEachPackage: [Orders]}]", "unknown-key"),
        ("[{displayName: x, kind: AssignmentPolicy}]", "unknown-key"),
        ("[{description: x}]", "missing-member"),
        ("[{template: two-days}]", "unknown-template"),
    ] {
        let package = format!(
            "kind: AccessPackage\ncatalog: Databases\ndisplayName: Orders\nassignmentPolicies: {policies}\n"
        );
        assert_eq!(super::inline::policies(&package).1, [code], "{policies}");
    }
    assert_eq!(policies("kind: AccessPackage\ncatalog: x\ndisplayName: y\n").1, [] as [&str; 0]);
}
