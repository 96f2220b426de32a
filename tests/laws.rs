//! Laws over whole estates, made by chance: what was applied is as declared, in whatever order the files say it, from
//! nothing, from another estate and back to nothing, also where the service answers late, loses answers or wants a pause.
//!
//! All in one process, over the emulator's HTTP; the binary has its own tests.

#![allow(clippy::large_futures, reason = "there is one at a time")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/estate.rs"]
mod estate;

use entrant_apply::{Event, Outcome};
use entrant_emulator::{Running, start};
use entrant_graph::{Client, FixedToken, Target, Token};
use entrant_model::{Diagnostic, Id, Kind};
use entrant_plan::Plan;
use entrant_plan::output::{Origin, canonical_text, document};
use estate::{Dice, Estate};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// What goes wrong, by number; the first is nothing.
fn faults(number: usize) -> Value {
    let lag = json!({ "fault": "lag", "reads": 4 });
    let lost = json!({
        "fault": "lostAnswer", "method": ["POST", "PUT", "PATCH", "DELETE"], "probability": 0.15,
        "answer": ["close", 504],
    });
    let throttle = json!({
        "fault": "fail", "answer": 429, "probability": 0.1, "retryAfter": "fraction", "retryAfterMilliseconds": 10,
    });
    let late = json!({ "fault": "delivery", "reads": 5 });
    let conflict = json!({ "fault": "duplicateKey", "withinMilliseconds": 3 });
    let faults = match number {
        0 => vec![],
        1 => vec![lag, late, json!({ "fault": "emptyRoles" })],
        2 => vec![lost],
        3 => vec![throttle, conflict],
        _ => vec![lag, lost, throttle, late],
    };
    json!({ "seed": number, "faults": faults })
}

/// Everything that can go wrong.
const FAULTS: usize = 5;

/// A tenant and somebody who applies to it.
struct World {
    _server: Running,
    client: Client,
    /// Sees the tenant without faults.
    observer: Client,
}

impl World {
    async fn new(mut faults: Value) -> Self {
        for fault in faults["faults"].as_array_mut().unwrap() {
            fault["token"] = "ours".into();
        }
        let options = entrant_emulator::Options {
            seed: Some(estate::seed()),
            faults: Some(faults),
            ..entrant_emulator::Options::default()
        };
        let server = start(options, "127.0.0.1:0".parse().unwrap()).await.unwrap();
        let client = |token: &str| {
            let settings = entrant_graph::Settings {
                backoff: Duration::from_millis(5),
                longest_backoff: Duration::from_millis(50),
                ..entrant_graph::Settings::default()
            };
            let token = Arc::new(FixedToken::given_or_made_up(Some(Token::new(token).unwrap())));
            Client::new(Target::parse(server.url()).unwrap(), token, settings).unwrap()
        };
        Self { client: client("ours"), observer: client("observer"), _server: server }
    }

    /// The plan of an estate, and its bytes.
    async fn plan(&self, client: &Client, estate: &Estate, order: u64) -> (Plan, String) {
        let directory = tempfile::tempdir().unwrap();
        for (number, text) in estate.files(order).iter().enumerate() {
            std::fs::write(directory.path().join(format!("{number}.yaml")), text).unwrap();
        }
        let loaded = entrant_manifest::load(directory.path(), None);
        assert!(!loaded.diagnostics.iter().any(Diagnostic::is_error), "{:#?}", loaded.diagnostics);
        let planned =
            entrant_workspace::plan(loaded.documents, client, &entrant_workspace::Options::default(), &())
                .await
                .unwrap();
        assert!(!planned.diagnostics.iter().any(Diagnostic::is_error), "{:#?}", planned.diagnostics);
        let origin =
            Origin { tool: "laws".to_owned(), tenant: None, api_hosts: Vec::new(), targets: Vec::new() };
        let text = canonical_text(&document(&planned.plan, &origin));
        (planned.plan, text)
    }

    async fn apply(&self, plan: &Plan) -> Outcome {
        let patience =
            entrant_apply::Settings { read_back: Duration::from_millis(600), poll: Duration::from_millis(4) };
        let on = &mut |_: Event<'_>| {};
        entrant_apply::apply(plan, &self.client, &patience, &|| false, on).await
    }

    /// Applies an estate as it is planned, once; then nothing is left to do.
    async fn becomes(&self, estate: &Estate, order: u64) {
        let (plan, text) = self.plan(&self.client, estate, order).await;
        let (_, other) = self.plan(&self.observer, estate, order ^ 0x5555).await;
        assert_eq!(text, other, "the order of documents makes another plan");
        let outcome = self.apply(&plan).await;
        let undone: Vec<String> = outcome
            .steps
            .iter()
            .filter(|step| !step.result.is_done())
            .map(|step| format!("{:?} {}: {:?}", step.action, step.address, step.result))
            .collect();
        assert!(undone.is_empty(), "{undone:#?}");
        let (rest, still) = self.plan(&self.observer, estate, order).await;
        assert!(rest.is_empty(), "left to do:\n{still}");
        assert_eq!(self.is().await, estate.declared());
    }

    /// What the tenant has, by kind and names.
    async fn is(&self) -> BTreeSet<String> {
        use entrant_graph::Read as _;
        let tenant = [Id::tenant()];
        let mut all = BTreeSet::new();
        let catalogs = self.observer.objects_in(Kind::Catalog, &tenant).await.unwrap();
        let mut held = Vec::new();
        for catalog in catalogs.into_values().flatten() {
            all.insert(format!("Catalog: {}", catalog.display_name));
            held.push((catalog.id, catalog.display_name));
        }
        for organization in self
            .observer
            .objects_in(Kind::ConnectedOrganization, &tenant)
            .await
            .unwrap()
            .into_values()
            .flatten()
        {
            all.insert(format!("ConnectedOrganization: {}", organization.display_name));
        }
        for (id, catalog) in held {
            for kind in [Kind::WorkflowExtension, Kind::AccessPackage] {
                let objects = self.observer.objects_in(kind, std::slice::from_ref(&id)).await.unwrap();
                for object in objects.into_values().flatten() {
                    let name = object.display_name;
                    assert!(
                        all.insert(format!("{kind}: {catalog} > {name}")),
                        "{kind} {name} is there twice"
                    );
                    if kind != Kind::AccessPackage {
                        continue;
                    }
                    let package = BTreeSet::from([object.id]);
                    let listing =
                        self.observer.policies_in(entrant_model::Version::V1, &package).await.unwrap();
                    for policy in listing.policies {
                        let policy = policy.display_name;
                        let line = format!("AssignmentPolicy: {catalog} > {name} > {policy}");
                        assert!(all.insert(line), "{policy} is there twice");
                    }
                }
            }
        }
        all
    }
}

fn run(case: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(case);
}

/// From nothing to one estate, to another, to that one under other names, and to nothing, each in one apply.
async fn turns(seed: u64, faults: Value) {
    let world = World::new(faults).await;
    let (one, other) = (Estate::new(seed), Estate::new(seed ^ 0xABCD_EF01));
    world.becomes(&one, seed).await;
    world.becomes(&other.instead_of(&one), seed + 1).await;
    let renamed = other.renamed(seed + 2);
    world.becomes(&renamed, seed + 3).await;
    world.becomes(&renamed.gone(), seed + 4).await;
}

fn config(cases: u32) -> ProptestConfig {
    // The same estates in each run: one that is found elsewhere is a case of its own.
    let cases = std::env::var("ESTATES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    let rng_seed = match std::env::var("ESTATES") {
        Ok(_) => RngSeed::Random,
        Err(_) => RngSeed::Fixed(5),
    };
    ProptestConfig {
        cases,
        rng_seed,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn an_estate_becomes_what_is_declared(seed in 1u64..1_000_000_000) {
        run(turns(seed, faults(0)));
    }
}

proptest! {
    #![proptest_config(config(5))]

    #[test]
    fn an_estate_becomes_what_is_declared_whatever_goes_wrong(seed in 1u64..1_000_000_000) {
        let number = Dice::new(seed).roll(FAULTS - 1) + 1;
        run(turns(seed, faults(number)));
    }
}
