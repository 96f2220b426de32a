//! What `adopt` promises, over generated tenants, ways to write documents and changes by hand: the next plan is empty,
//! comments stay, and of a file nothing changes but the members that differ.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::large_futures, reason = "there is one at a time")]
#![allow(clippy::format_push_string, reason = "texts of tests are short")]

#[path = "laws/dice.rs"]
mod dice;
#[allow(dead_code, reason = "of the generator of documents, the styles are for these tests")]
#[path = "../../manifest/src/write/tests/generated.rs"]
mod generated;
#[path = "laws/served.rs"]
mod served;
#[allow(dead_code, reason = "tenants that are not sound are for `import`")]
#[path = "laws/tenants.rs"]
mod tenants;

use dice::Dice;
use entrant_manifest::{Loaded, load, write};
use entrant_model::Document;
use entrant_model::desired::Body;
use entrant_plan::Action;
use entrant_workspace::adopt::{Adopted, adopt};
use entrant_workspace::import::{File, Target, Wanted, import};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use served::{changes, errors, serve};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The documents of a text, each in some style; policies that stand in their packages may become documents.
fn restyled(path: &str, text: &str, dice: &mut Dice) -> String {
    let mut documents = Vec::new();
    for index in 0.. {
        let Some(mut document) = write::document(Path::new(path), text, index) else { break };
        let package = document["displayName"].clone();
        let catalog = document["catalog"].clone();
        let is_named = document.get("pin").is_none() && catalog.as_str().is_some_and(|name| name.len() != 36);
        let mut own = Vec::new();
        if is_named
            && dice.chance(2)
            && let Some(Json::Array(inline)) = document.as_object_mut().unwrap().remove("assignmentPolicies")
        {
            for policy in inline {
                let mut map = serde_json::Map::from_iter([("kind".to_owned(), json!("AssignmentPolicy"))]);
                let member =
                    if policy.get("apiVersion").is_some() { "accessPackageId" } else { "accessPackage" };
                map.insert(member.to_owned(), json!({"catalog": catalog, "name": package}));
                map.extend(policy.as_object().unwrap().clone());
                own.push(Json::Object(map));
            }
        }
        documents.push(document);
        documents.extend(own);
    }
    let style =
        generated::Style { comments: !dice.chance(5), shuffles: dice.chance(2), anchors: dice.chance(3) };
    let lots = &mut generated::Dice(dice.0);
    dice.below(2);
    let texts: Vec<String> = documents.iter().map(|json| generated::write(json, lots, style)).collect();
    let text = texts.join("---\n");
    if dice.chance(3) { text.replace('\n', "\r\n") } else { text }
}

/// Comments of a text; the generator numbers them within a document.
fn remarks(text: &str) -> Vec<&str> {
    let comment = |line: &'_ str| ["# remark ", "# beside "].iter().filter_map(|lead| line.rfind(lead)).max();
    let mut found: Vec<&str> = text.lines().filter_map(|line| Some(&line[comment(line)? + 2..])).collect();
    found.sort_unstable();
    found
}

/// The lines of each member at the top of each document, by document and key.
fn members(text: &str) -> BTreeMap<(usize, String), String> {
    let (mut document, mut key) = (0, String::new());
    let mut found: BTreeMap<(usize, String), String> = BTreeMap::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") {
            (document, key) = (document + 1, String::new());
            continue;
        }
        let is_comment = line.trim_start().starts_with('#') || line.trim().is_empty();
        if !is_comment && !line.starts_with([' ', '-', '\t', '}', ']']) {
            line.split(':')
                .next()
                .unwrap_or_default()
                .trim_matches(['\'', '"', '{', ' '])
                .clone_into(&mut key);
        }
        if !is_comment {
            found.entry((document, key.clone())).or_default().push_str(line);
        }
    }
    found
}

/// Of each file, only members that differ in the tenant are written otherwise, and no comment goes without a word.
fn only_what_differs(adopted: &Adopted, loaded: &Loaded) -> Result<(), TestCaseError> {
    for (path, file) in &adopted.files {
        let mut kept = remarks(&file.after);
        kept.extend(file.lost.iter().filter_map(|comment| comment.strip_prefix("# ")));
        kept.sort_unstable();
        prop_assert_eq!(kept, remarks(&file.before), "{}\n=>\n{}", file.before, file.after);
        let is_crlf = file.before.contains("\r\n");
        prop_assert!(!is_crlf || !file.after.replace("\r\n", "").contains('\n'), "{:?}", file.after);
        let mut may: BTreeSet<(usize, String)> = BTreeSet::new();
        for (address, taken) in &file.taken {
            let is_meant = |document: &&Document| {
                let name = match &document.body {
                    Body::Resource(resource) => resource.object.text("displayName"),
                    Body::Removed(_) => None,
                };
                *document.place.file == *path
                    && (address.segments.is_empty() || name == address.segments.last().map(String::as_str))
            };
            for place in loaded.documents.iter().filter(is_meant).map(|document| &document.place) {
                // What stands in another document is a member of that.
                let holder = place.pointer.0.first();
                let tops = taken.iter().filter_map(|pointer| holder.or_else(|| pointer.0.first()));
                may.extend(tops.map(|top| (place.document, top.clone())));
            }
        }
        let (before, after) = (members(&file.before), members(&file.after));
        for (at, lines) in &before {
            // The lock is written where the door was opened; a whole document in flow is one member.
            let is_lock = ["expiration", "durationInDays", "requestApprovalSettings"].contains(&&*at.1);
            if !may.contains(at)
                && !is_lock
                && !file.before.contains("\n{ ")
                && !file.before.starts_with("{ ")
            {
                prop_assert_eq!(after.get(at), Some(lines), "{}\n=>\n{}", file.before, file.after);
            }
        }
    }
    Ok(())
}

async fn law(content: u64) -> Result<(), TestCaseError> {
    let mut dice = Dice(content);
    let seed = tenants::sound_tenant(&mut dice);
    let (emulator, client) = serve(&seed, &mut dice).await;
    let target = Target { schema: "../schemas/entrant.schema.json".to_owned(), ..Target::default() };
    let ready = import(&[], &client, &Wanted::default(), &()).await.unwrap();
    drop(client);
    emulator.shutdown().await;
    let directory = tempfile::tempdir().unwrap();
    let write = |file: File| {
        let path = directory.path().join(&file.path);
        fs::create_dir_all(path.parent().unwrap())?;
        fs::write(path, restyled(&file.path, &file.text, &mut dice))
    };
    ready.unwrap_or_else(|found| panic!("{found:?}")).files(&target, write).unwrap();
    let loaded = load(directory.path(), None);
    prop_assume!(errors(&loaded.diagnostics).is_empty());

    let (emulator, client) = serve(&tenants::drift::drifted(&mut dice, &seed), &mut dice).await;
    let options = entrant_workspace::Options::default();
    let adopted =
        adopt(loaded.documents.clone(), &loaded.config, None, &client, &options, &()).await.unwrap();
    let shown = adopted
        .files
        .iter()
        .map(|(path, file)| format!("# {}\n{}=>\n{}", path.display(), file.before, file.after))
        .collect::<Vec<_>>()
        .concat();
    prop_assert_eq!(errors(&adopted.diagnostics), Vec::<String>::new(), "{}", shown);
    let left: Vec<String> =
        adopted.left.iter().filter(|left| left.is_failure).map(ToString::to_string).collect();
    prop_assert_eq!(left, Vec::<String>::new(), "{}", shown);
    only_what_differs(&adopted, &loaded)?;
    let written: BTreeMap<&PathBuf, &str> =
        adopted.files.iter().map(|(path, file)| (path, &*file.after)).collect();
    for (path, text) in written {
        write::save(path, text).unwrap();
    }
    let loaded = load(directory.path(), None);
    prop_assert_eq!(errors(&loaded.diagnostics), Vec::<String>::new(), "{}", shown);
    let planned = entrant_workspace::plan(loaded.documents, &client, &options, &()).await.unwrap();
    let left = changes(&planned.plan);
    prop_assert!(left.is_empty(), "{}\n{}", left.join("\n"), shown);
    prop_assert!(planned.plan.changes.iter().all(|change| change.action == Action::Keep));
    drop(client);
    emulator.shutdown().await;
    Ok(())
}

proptest! {
    #![proptest_config(dice::config())]

    /// Whatever was changed by hand, and however the documents are written.
    #[test]
    fn the_plan_after_adopt_is_empty(content in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(law(content))?;
    }
}
