//! What `import` promises, over generated tenants in the emulator: the next plan is empty, and importing again changes
//! nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "laws/dice.rs"]
mod dice;
#[path = "laws/tenants.rs"]
mod tenants;

use dice::Dice;
use entrant_emulator::{ExistingConnectedOrganizations, Options, Running};
use entrant_graph::Target as Cloud;
use entrant_graph::{Client, FixedToken, Settings, Write};
use entrant_manifest::{Config, Loaded, load_texts, write};
use entrant_model::{Diagnostic, Version};
use entrant_plan::Action;
use entrant_workspace::import::{File, Imported, Target, Wanted, import};
use proptest::prelude::*;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

async fn serve(seed: &Json, dice: &mut Dice) -> (Running, Client) {
    use ExistingConnectedOrganizations::{
        AllConfiguredConnectedOrganizationUsers, NotSpecified, UnknownFutureValue,
    };
    let options = Options {
        seed: Some(seed.clone()),
        page_size: 1 + dice.below(7),
        existing_connected_organizations: [
            AllConfiguredConnectedOrganizationUsers,
            NotSpecified,
            UnknownFutureValue,
        ][dice.below(3)],
        ..Options::default()
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let emulator =
        entrant_emulator::start(options, address).await.unwrap_or_else(|error| panic!("{error}\n{seed:#}"));
    let cloud = Cloud::parse(emulator.url()).unwrap();
    let client =
        Client::new(cloud, Arc::new(FixedToken::given_or_made_up(None)), Settings::default()).unwrap();
    (emulator, client)
}

fn load(files: &[File]) -> Loaded {
    load_texts(files.iter().map(|file| (file.path.clone(), file.text.as_bytes().to_vec())).collect(), None)
}

fn errors(found: &[Diagnostic]) -> Vec<String> {
    found.iter().filter(|found| found.is_error()).map(|found| found.message.clone()).collect()
}

fn shown(files: &[File]) -> String {
    files.iter().map(|file| format!("# {}\n{}", file.path, file.text)).collect()
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
    let target = Target { schema: "../schemas/entrant.schema.json".to_owned(), taken: BTreeSet::new() };
    let (imported, found) = import(&[], &client, &Wanted::default(), &target, &()).await.unwrap();
    prop_assert_eq!(errors(&found), Vec::<String>::new());
    let files = &imported.files;
    let text = shown(files);
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
    let changes: Vec<String> = planned
        .plan
        .changes
        .iter()
        .filter(|change| change.action != Action::Keep)
        .map(|change| {
            let fields = change.fields.iter().map(|field| {
                let side = |side: &Option<Json>| side.as_ref().map(Json::to_string);
                format!("  {} {:?} => {:?}", field.path, side(&field.before), side(&field.after))
            });
            format!("{:?} {}\n{}", change.action, change.address, fields.collect::<Vec<_>>().join("\n"))
        })
        .collect();
    prop_assert!(changes.is_empty(), "{}\n{}", changes.join("\n"), text);
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
    let target = Target { schema: "../schemas/entrant.schema.json".to_owned(), taken };
    let again = import(&loaded.documents, client, &Wanted::default(), &target, &()).await.unwrap();
    let Imported { files, counts, .. } = again.0;
    prop_assert!(files.is_empty() && counts.is_empty(), "imported again:\n{}", shown(&files));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::with_cases(24) })]

    /// Whatever a tenant holds, what is imported of it plans empty, and nothing is left to import.
    #[test]
    fn the_plan_after_an_import_is_empty(content in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(law(content))?;
    }
}
