//! A thousand runs of the client against an emulator that throttles, each with faults and requests that its seed
//! decides: no request comes before a `Retry-After` allowed, in whichever form it was written.
//!
//! The emulator judges, since it alone knows when it asked whom to wait for how long. A client that does not wait
//! is found, which the last test shows.

use entrant_emulator::{EarlyRequest, Running};
use entrant_graph::{Client, FixedToken, Observer, Read, Settings, Target, WaitReason, Waiting, Write};
use entrant_model::{Id, Kind, Version};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const RUNS: u64 = 1000;
/// Runs sleep more than they work, so many are under way at once.
const AT_ONCE: usize = 60;
/// A package of the built-in tenant.
const PACKAGE: &str = "66300966-8d1d-4cb0-a1c6-44ba110055be";

/// The waits that a client was asked for.
#[derive(Debug, Default)]
struct Waits(AtomicUsize);

impl Observer for Waits {
    fn waiting(&self, waiting: &Waiting) {
        if waiting.reason == WaitReason::Throttled {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn listed(&self, _: usize) {}
}

/// What one run came to.
struct Ran {
    requests: u64,
    waits: usize,
    early: Vec<EarlyRequest>,
}

/// A number below `bound` that the seed and a place decide.
fn chosen(seed: u64, place: u64, bound: u64) -> u64 {
    let mut word = (seed * 64 + place).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (word ^ (word >> 31)) % bound
}

/// A bucket that a handful of requests empties, and now and then a 429 or a 503 out of nowhere.
fn faults(seed: u64) -> Json {
    let form = ["seconds", "fraction", "date", "rotate"][usize::try_from(seed % 4).expect("small")];
    json!({
        "seed": seed,
        // What left before it could know arrives within this, also where the machine is busy with many runs and
        // a connection has to be made first. It is less than half of any wait.
        "graceMilliseconds": 400,
        "faults": [
            {
                "fault": "throttle", "capacity": 8 + chosen(seed, 0, 5), "refillPerSecond": 25, "retryAfter": form,
                "retryAfterMilliseconds": 850 + chosen(seed, 1, 400), "cost": { "POST": 2, "GET": 1 },
            },
            {
                "fault": "fail", "name": "busy", "answer": [429, 503], "retryAfter": form,
                "retryAfterMilliseconds": 850 + chosen(seed, 2, 300), "probability": 0.04,
            },
        ],
    })
}

async fn serve(seed: u64) -> Running {
    let options = entrant_emulator::Options {
        faults: Some(faults(seed)),
        random_seed: seed,
        latency: Duration::from_millis(chosen(seed, 3, 20)),
        ..entrant_emulator::Options::default()
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    entrant_emulator::start(options, address).await.expect("an emulator")
}

/// Reads, looks up in batches, and writes, several at once.
async fn run(seed: u64) -> Ran {
    let emulator = serve(seed).await;
    let waits = Arc::new(Waits::default());
    let settings = Settings { observer: Some(Arc::clone(&waits) as _), ..Settings::default() };
    let target = Target::parse(emulator.url()).expect("an address");
    // Reads the certificates of the machine, which would hold up the other runs.
    let client = tokio::task::spawn_blocking(move || {
        Client::new(target, Arc::new(FixedToken::given_or_made_up(None)), settings)
    });
    let client = client.await.expect("a task").expect("a client");
    let packages = BTreeSet::from([Id::new(PACKAGE)]);
    let tasks = 2 + chosen(seed, 4, 3);
    join_all((0..tasks).map(|task| {
        let (client, packages) = (&client, &packages);
        async move {
            for step in 0..2 {
                let place = 8 + task * 2 + step;
                // What becomes of a request is not judged here: after so many refusals it may be given up.
                match chosen(seed, place, 4) {
                    0 => {
                        let name = format!("Nobody {place}");
                        let _ = client.find(Kind::Group, &name).await;
                    }
                    1 => {
                        let names: Vec<_> = (0..6).map(|n| (Kind::Group, format!("Nobody {n}"))).collect();
                        let _ = client.find_all(&names).await;
                    }
                    2 => {
                        let _ = client.policies_in(Version::V1, packages).await;
                    }
                    _ => {
                        let body = json!({
                            "displayName": format!("Policy {place}"), "description": "",
                            "accessPackage": { "id": PACKAGE },
                        });
                        let _ = client.create_policy(Version::V1, &body).await;
                    }
                }
            }
        }
    }))
    .await;
    let ran = Ran {
        requests: client.cost().http_requests,
        waits: waits.0.load(Ordering::Relaxed),
        early: emulator.early_requests(),
    };
    emulator.shutdown().await;
    ran
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_comes_before_a_retry_after_allowed() {
    let (mut requests, mut waits, mut doubtful) = (0, 0, Vec::new());
    let mut runs = stream::iter(0..RUNS)
        .map(|seed| async move { (seed, run(seed).await) })
        .buffer_unordered(AT_ONCE)
        .boxed();
    while let Some((seed, ran)) = runs.next().await {
        requests += ran.requests;
        waits += ran.waits;
        if !ran.early.is_empty() {
            doubtful.push(seed);
        }
    }
    drop(runs);
    // On a busy machine a request may be on its way for longer than the emulator allows for. Almost alone it is
    // not: what is early then is early.
    let mut early = Vec::new();
    let mut again = stream::iter(doubtful.iter().copied().take(100))
        .map(|seed| async move { (seed, run(seed).await.early) })
        .buffer_unordered(4)
        .boxed();
    while let Some((seed, found)) = again.next().await {
        early.extend(found.into_iter().map(|early| (seed, early)));
    }
    drop(again);
    println!(
        "{RUNS} runs, {requests} requests, {waits} waits asked for, {} runs looked at twice, {} requests early",
        doubtful.len(),
        early.len()
    );
    assert!(early.is_empty(), "{early:?}");
    assert!(doubtful.len() <= 100, "{} of {RUNS} runs had early requests", doubtful.len());
    assert!(waits > 300, "{waits} waits");
}

/// The emulator's judgement can fail a client: one that asks again and again is found in every form.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_wait_is_found() {
    for seed in 0..4 {
        let emulator = serve(seed).await;
        let http = reqwest::Client::new();
        for count in 0..60 {
            let url = format!("{}/v1.0/groups", emulator.url());
            http.get(url).bearer_auth("any").send().await.expect("an answer");
            // First until the bucket is empty, then on and on.
            tokio::time::sleep(Duration::from_millis(if count < 20 { 0 } else { 25 })).await;
        }
        assert!(!emulator.early_requests().is_empty(), "seed {seed}: {}", faults(seed));
    }
}
