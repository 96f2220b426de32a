//! What `import` promises, over generated tenants in the emulator: the next plan is empty, and importing again changes
//! nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::large_futures, reason = "there is one at a time")]

#[path = "laws/dice.rs"]
mod dice;
#[path = "laws/served.rs"]
mod served;
#[allow(dead_code, reason = "what people change by hand is for `adopt`")]
#[path = "laws/tenants.rs"]
mod tenants;

use dice::Dice;
use entrant_graph::{Client, Write as _};
use entrant_manifest::{Config, Loaded, load_texts, write};
use entrant_model::desired::Body;
use entrant_model::hand::members_to_hand;
use entrant_model::{Document, Version};
use entrant_workspace::import::{File, Imported, Target, Wanted, import};
use proptest::prelude::*;
use serde_json::Value as Json;
use served::{changes, errors, serve};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::path::Path;

fn target(taken: BTreeSet<String>) -> Target {
    Target { schema: "../schemas/entrant.schema.json".to_owned(), taken, ..Target::default() }
}

fn load(files: &[File]) -> Loaded {
    load_texts(files.iter().map(|file| (file.path.clone(), file.text.as_bytes().to_vec())).collect(), None)
}

fn shown(files: &[File]) -> String {
    files.iter().map(|file| format!("# {}\n{}", file.path, file.text)).collect::<Vec<_>>().concat()
}

/// Everything that no document declares yet, as files.
async fn imported(documents: &[Document], client: &Client, target: &Target) -> (Vec<File>, Imported) {
    let ready = import(documents, client, &Wanted::default(), &()).await.unwrap();
    let mut files = Vec::new();
    let made = ready.unwrap_or_else(|found| panic!("{found:?}")).files(target, |file| {
        files.push(file);
        Ok::<_, Infallible>(())
    });
    (files, made.unwrap())
}

/// How many objects a seed has that documents can declare.
fn count(seed: &Json) -> usize {
    ["catalogs", "accessPackages", "customWorkflowExtensions", "assignmentPolicies", "connectedOrganizations"]
        .iter()
        .map(|name| seed[name].as_array().map_or(0, Vec::len))
        .sum::<usize>()
        + 1
}

async fn law(content: u64) -> Result<(), TestCaseError> {
    let mut dice = Dice(content);
    let seed = tenants::tenant(&mut dice);
    let more = tenants::beta_policies(&mut dice, &seed);
    let (emulator, client) = serve(&seed, &mut dice).await;
    let mut created = 0;
    for body in &more {
        // What the service refuses is not in the tenant.
        created += usize::from(client.create_policy(Version::Beta, body).await.is_ok());
    }
    let target = target(BTreeSet::new());
    let (files, imported) = imported(&[], &client, &target).await;
    let files = &files;
    let text = shown(files);
    prop_assert_eq!(files.len(), imported.files);
    // Nothing is missing without a word.
    let without = imported.notes.iter().filter(|note| note.contains("has no document")).count();
    let declared: usize = imported.counts.values().sum();
    prop_assert!(
        declared + without == count(&seed) + created,
        "{} + {} of {} + {}: {:#?}\n{}",
        declared,
        without,
        count(&seed),
        created,
        imported.notes,
        text
    );
    names_are_safe(files)?;
    for file in files {
        let again = write::format(Path::new(&file.path), &file.text, &Config::default());
        prop_assert_eq!(&again, &file.text, "{} is not as `fmt` prints it", file.path);
    }
    let loaded = load(files);
    prop_assert_eq!(errors(&loaded.diagnostics), Vec::<String>::new(), "{}", text);
    prop_assert_eq!(loaded.documents.len(), declared);
    let planned = entrant_workspace::plan(
        loaded.documents.clone(),
        &client,
        &entrant_workspace::Options::default(),
        &(),
    )
    .await
    .unwrap();
    prop_assert_eq!(errors(&planned.diagnostics), Vec::<String>::new(), "{}", text);
    let left = changes(&planned.plan);
    prop_assert!(left.is_empty(), "{}\n{}", left.join("\n"), text);
    nothing_again(&loaded, files, &client).await?;
    drop(client);
    emulator.shutdown().await;
    Ok(())
}

/// A name that every file system takes, and no two that one of them takes for the same.
fn names_are_safe(files: &[File]) -> Result<(), TestCaseError> {
    let mut seen = BTreeSet::new();
    for File { path, .. } in files {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '/' | '.');
        prop_assert!(
            path.chars().all(is_plain) && !path.contains("..") && !path.starts_with('/'),
            "{}",
            path
        );
        prop_assert!(seen.insert(path.to_lowercase()), "{} stands twice", path);
    }
    Ok(())
}

async fn nothing_again(loaded: &Loaded, files: &[File], client: &Client) -> Result<(), TestCaseError> {
    let taken = files.iter().map(|file| file.path.clone()).collect();
    let target = target(taken);
    let (files, Imported { counts, .. }) = imported(&loaded.documents, client, &target).await;
    prop_assert!(files.is_empty() && counts.is_empty(), "imported again:\n{}", shown(&files));
    Ok(())
}

/// The documents of folded policies, expanded, are those of policies that are not folded.
async fn fold_law(content: u64) -> Result<(), TestCaseError> {
    let mut dice = Dice(content);
    let mut seed = tenants::tenant(&mut dice);
    tenants::drift::repeated(&mut dice, &mut seed);
    let (emulator, client) = serve(&seed, &mut dice).await;
    let (plain_files, plain) = imported(&[], &client, &target(BTreeSet::new())).await;
    let folds = Target { folds: true, ..target(BTreeSet::new()) };
    let (folded_files, folded) = imported(&[], &client, &folds).await;
    let text = shown(&folded_files);
    prop_assert_eq!((&folded.counts, told(&folded.notes)), (&plain.counts, told(&plain.notes)));
    names_are_safe(&folded_files)?;
    for file in &folded_files {
        let again = write::format(Path::new(&file.path), &file.text, &Config::default());
        prop_assert_eq!(&again, &file.text, "{} is not as `fmt` prints it", file.path);
    }
    let (plain, folded) = (load(&plain_files), load(&folded_files));
    prop_assert_eq!(errors(&folded.diagnostics), Vec::<String>::new(), "{}", text);
    prop_assert_eq!(said(&folded), said(&plain), "{}", text);
    drop(client);
    emulator.shutdown().await;
    Ok(())
}

/// What defaults may say, in v1.0 and in beta.
const DEFAULTS: [(&str, &str); 6] = [
    (
        "v1.0",
        "{description: Shared., expiration: P30D, reviewSettings: {isEnabled: true, isSelfReview: true}}",
    ),
    (
        "v1.0",
        "{requestorSettings: {enableTargetsToSelfRemoveAccess: true, allowCustomAssignmentSchedule: true}, questions: [{text: Why?}]}",
    ),
    (
        "v1.0",
        "{requestApprovalSettings: {isRequestorJustificationRequired: true, isApprovalRequiredForUpdate: true}, notificationSettings: {isAssignmentNotificationDisabled: true}}",
    ),
    (
        "v1.0",
        "{allowedTargetScope: allMemberUsers, reviewSettings: null, automaticRequestSettings: {requestAccessForAllowedTargets: true}}",
    ),
    (
        "beta",
        "{canExtend: true, requestApprovalSettings: {isApprovalRequiredForExtension: true}, questions: []}",
    ),
    ("beta", "{description: Shared., durationInDays: 30, requestorSettings: {acceptRequests: true}}"),
];

/// Beside defaults of its catalogs, too, what is imported of a tenant plans empty.
async fn defaults_law(content: u64) -> Result<(), TestCaseError> {
    let mut dice = Dice(content);
    let seed = tenants::tenant(&mut dice);
    let more = tenants::beta_policies(&mut dice, &seed);
    let (emulator, client) = serve(&seed, &mut dice).await;
    for body in &more {
        // What the service refuses is not in the tenant.
        let _ = client.create_policy(Version::Beta, body).await;
    }
    let mut text = String::new();
    let mut named = BTreeSet::new();
    for catalog in seed["catalogs"].as_array().into_iter().flatten() {
        let name = &catalog["displayName"];
        if !named.insert(name.to_string().to_lowercase()) {
            continue;
        }
        for version in ["v1.0", "beta"] {
            let of_version: Vec<&str> =
                DEFAULTS.iter().filter(|(of, _)| *of == version).map(|(_, policy)| *policy).collect();
            let policy = of_version[dice.below(of_version.len())];
            let more =
                format!("kind: PolicyDefaults\napiVersion: {version}\ncatalog: {name}\npolicy: {policy}\n");
            text.push_str("---\n");
            text.push_str(&more);
        }
    }
    let shared = File { path: "defaults.yaml".to_owned(), text };
    let beside = load(std::slice::from_ref(&shared));
    // Not every name of a catalog can be written.
    prop_assume!(errors(&beside.diagnostics).is_empty());
    let target = Target { defaults: beside.defaults, ..target(BTreeSet::new()) };
    let (mut files, _) = imported(&[], &client, &target).await;
    files.push(shared);
    let text = shown(&files);
    let loaded = load(&files);
    // A catalog that is written by its id does not tell which defaults there are.
    prop_assume!(!loaded.diagnostics.iter().any(|found| found.code.name == "catalog-not-written"));
    prop_assert_eq!(errors(&loaded.diagnostics), Vec::<String>::new(), "{}", text);
    let options = entrant_workspace::Options::default();
    let planned = entrant_workspace::plan(loaded.documents, &client, &options, &()).await.unwrap();
    prop_assert_eq!(errors(&planned.diagnostics), Vec::<String>::new(), "{}", text);
    let left = changes(&planned.plan);
    prop_assert!(left.is_empty(), "{}\n{}", left.join("\n"), text);
    drop(client);
    emulator.shutdown().await;
    Ok(())
}

/// Notes without the places of elements: Graph gives sets in any order.
fn told(notes: &[String]) -> Vec<String> {
    let is_place = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let of = |note: &String| note.split('/').filter(|part| !is_place(part)).collect::<Vec<_>>().join("/");
    notes.iter().map(of).collect()
}

/// What documents say, wherever each value is written.
fn said(loaded: &Loaded) -> BTreeSet<String> {
    let of = |document: &Document| match &document.body {
        Body::Resource(resource) => {
            // In an order of its own: which members stand first is no matter.
            let members =
                members_to_hand(&resource.object, &|reference| format!("{:?}", reference.written).into());
            let members: BTreeMap<String, Json> = members.into_iter().collect();
            format!("{:?} {members:?}", resource.envelope.pin)
        }
        Body::Removed(_) => String::new(),
    };
    loaded.documents.iter().map(of).collect()
}

proptest! {
    #![proptest_config(dice::config())]

    /// Whatever a tenant holds, what is imported of it plans empty, and nothing is left to import.
    #[test]
    fn the_plan_after_an_import_is_empty(content in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(law(content))?;
    }

    /// What defaults would fill in is said.
    #[test]
    fn beside_defaults_the_plan_after_an_import_is_empty(content in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(defaults_law(content))?;
    }

    /// Templates say the same as what they were folded of.
    #[test]
    fn what_is_folded_says_the_same(content in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(fold_law(content))?;
    }
}
