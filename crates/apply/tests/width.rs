//! How much goes side by side, what waits for what, and how many requests it takes, on a clock that does not wait.

#[path = "stub/mod.rs"]
mod stub;

use entrant_apply::{Event, Outcome, Settings, StepResult, apply};
use entrant_graph::{
    Again, ApplicationRole, Asked, Error, ErrorKind, Found, Keep, Listing, Look, Names, OtherTenant, Read,
    Write,
};
use entrant_model::live::{Description, Package};
use entrant_model::value::Json;
use entrant_model::{Address, Dimension, Id, Kind, LiveObject, Reference, Version};
use entrant_plan::impact::{Effect, EffectKind, Sentence, When, codes};
use entrant_plan::{Change, Plan};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const LATENCY: Duration = Duration::from_millis(100);

/// A tenant in which a write takes its time.
struct Tenant {
    /// Whether a create beside another, or so soon after one, is answered 409.
    refuses: Option<Duration>,
    conflict: Error,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    policies: Vec<LiveObject>,
    creates: usize,
    others: usize,
    ended: Option<Instant>,
    /// How many creates were under way as each began.
    widths: Vec<usize>,
    most_others: usize,
    conflicts: usize,
    looks: Vec<usize>,
}

/// A conflict as the real client makes it. From then on the clock does not wait.
async fn conflict() -> Error {
    let client = stub::serve(|_, _, _| async { stub::fails(409, "DuplicateKey") }).await;
    let error = client.create_policy(Version::V1, &json!({})).await.expect_err("a conflict");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    tokio::time::pause();
    error
}

fn live(id: &str, body: &Json) -> LiveObject {
    let mut wire = body.clone();
    wire["id"] = id.into();
    wire["questions"] = json!([]);
    wire["customExtensionStageSettings"] = json!([]);
    let package = Id::new(body["accessPackage"]["id"].as_str().unwrap_or_default());
    stub::live(Kind::AssignmentPolicy, package, &wire)
}

fn body(package: &str, name: &str, description: &str) -> Json {
    json!({"displayName": name, "description": description, "accessPackage": {"id": package}})
}

impl Tenant {
    fn with(conflict: &Error, refuses: Option<Duration>, policies: Vec<LiveObject>) -> Self {
        let state = Mutex::new(State { policies, ..State::default() });
        Self { refuses, conflict: conflict.clone(), state }
    }

    async fn other(&self, change: impl FnOnce(&mut Vec<LiveObject>)) {
        {
            let mut state = self.state.lock().expect("the state");
            state.others += 1;
            state.most_others = state.most_others.max(state.others);
        }
        sleep(LATENCY).await;
        let mut state = self.state.lock().expect("the state");
        state.others -= 1;
        change(&mut state.policies);
    }
}

impl Write for Tenant {
    async fn create_policy(&self, _: Version, body: &Json) -> Result<LiveObject, Error> {
        let is_refused = {
            let mut state = self.state.lock().expect("the state");
            state.creates += 1;
            let width = state.creates;
            state.widths.push(width);
            let is_close = |within| state.ended.is_some_and(|ended| ended.elapsed() < within);
            self.refuses.is_some_and(|within| width > 1 || is_close(within))
        };
        sleep(LATENCY).await;
        let mut state = self.state.lock().expect("the state");
        state.creates -= 1;
        state.ended = Some(Instant::now());
        let made = live(&format!("p{}", state.policies.len()), body);
        let is_there =
            state.policies.iter().any(|p| p.display_name == made.display_name && p.parent == made.parent);
        if is_refused || is_there {
            state.conflicts += 1;
            return Err(self.conflict.clone());
        }
        state.policies.push(made.clone());
        Ok(made)
    }

    async fn replace_policy(&self, _: Version, id: &Id, body: &Json) -> Result<(), Error> {
        self.other(|policies| {
            let at = policies.iter().position(|p| p.id == *id).expect("the policy");
            policies[at] = live(id.as_str(), body);
        })
        .await;
        Ok(())
    }

    async fn delete_policy(&self, _: Version, id: &Id) -> Result<(), Error> {
        self.other(|policies| policies.retain(|p| p.id != *id)).await;
        Ok(())
    }

    async fn create_object(&self, _: Kind, _: &Id, _: &Json) -> Result<LiveObject, Error> {
        unreachable!("policies alone")
    }

    async fn update_object(&self, _: Kind, _: &Id, _: &Id, _: &Json) -> Result<(), Error> {
        unreachable!("policies alone")
    }

    async fn delete_object(&self, _: Kind, _: &Id, _: &Id) -> Result<(), Error> {
        unreachable!("policies alone")
    }

    async fn add_element(&self, _: Kind, _: &Id, _: &Id, _: &str, _: &Json) -> Result<(), Error> {
        unreachable!("policies alone")
    }

    async fn remove_element(&self, _: Kind, _: &Id, _: &Id, _: &str, _: &Json) -> Result<(), Error> {
        unreachable!("policies alone")
    }
}

impl Read for Tenant {
    async fn look(
        &self,
        version: Version,
        looks: &[(Look, Option<Again>)],
    ) -> Vec<Result<Vec<LiveObject>, Error>> {
        sleep(LATENCY).await;
        let mut state = self.state.lock().expect("the state");
        state.looks.push(looks.len());
        let is_meant = |look: &Look, policy: &LiveObject| match look {
            Look::Policy(id) => policy.id == *id,
            Look::Named { package, name } => policy.parent == *package && policy.display_name == *name,
        };
        let seen = looks.iter().map(|(look, _)| {
            // A cloud without beta.
            let there = state.policies.iter().filter(|p| version == Version::V1 && is_meant(look, p));
            Ok(there.cloned().collect())
        });
        seen.collect()
    }

    async fn describe(&self, _: &[(Kind, Id)]) -> Result<BTreeMap<Id, Description>, Error> {
        unreachable!("apply plans nothing")
    }

    async fn assignments_of(&self, _: &Id, _: &Id) -> Result<usize, Error> {
        Ok(0)
    }

    async fn assignments_through(&self, policies: &[(Id, Id)]) -> Result<Vec<Result<usize, Error>>, Error> {
        Ok(policies.iter().map(|_| Ok(0)).collect())
    }

    async fn objects_named(&self, _: Kind, _: &[String]) -> Result<BTreeMap<String, Vec<LiveObject>>, Error> {
        unreachable!("policies alone")
    }

    async fn objects(&self, _: Kind, _: &[Asked]) -> Result<Vec<Result<Option<LiveObject>, Error>>, Error> {
        unreachable!("policies alone")
    }

    async fn objects_in(&self, _: Kind, _: &[Id]) -> Result<BTreeMap<Id, Vec<LiveObject>>, Error> {
        unreachable!("policies alone")
    }

    async fn application_roles(&self, _: &[Id]) -> Result<BTreeMap<Id, Vec<ApplicationRole>>, Error> {
        unreachable!("policies alone")
    }

    async fn missing_roles(&self, _: &[(Id, Json)]) -> Result<Vec<Option<Vec<String>>>, Error> {
        unreachable!("policies alone")
    }

    async fn tenants_of(&self, _: &[String]) -> Result<Vec<Result<Option<OtherTenant>, Error>>, Error> {
        unreachable!("apply plans nothing")
    }

    async fn packages_by_name(&self, _: &[String]) -> Result<BTreeMap<String, Vec<Package>>, Error> {
        unreachable!("apply plans nothing")
    }

    async fn packages_by_id(&self, _: &[Id]) -> Result<BTreeMap<Id, Package>, Error> {
        unreachable!("apply plans nothing")
    }

    async fn packages_of_catalogs(&self, _: &[Id]) -> Result<BTreeMap<Id, Vec<Package>>, Error> {
        unreachable!("apply plans nothing")
    }

    async fn policies_in(&self, _: Version, _: &BTreeSet<Id>) -> Result<Listing, Error> {
        unreachable!("apply plans nothing")
    }

    async fn policies_kept(&self, _: Version, _: &BTreeSet<Id>, _: Keep) -> Result<Listing, Error> {
        unreachable!("apply plans nothing")
    }

    async fn policy(&self, _: Version, _: &Id) -> Result<Option<LiveObject>, Error> {
        unreachable!("apply looks at many together")
    }

    async fn policies_by_id(
        &self,
        _: Version,
        _: &[Id],
    ) -> Result<Vec<Result<Option<LiveObject>, Error>>, Error> {
        unreachable!("apply looks at many together")
    }

    async fn has_version(&self, _: Version) -> Result<bool, Error> {
        unreachable!("apply plans nothing")
    }

    async fn find_all(&self, _: &[(Kind, String)]) -> Result<BTreeMap<(Kind, String), Vec<Found>>, Error> {
        unreachable!("apply plans nothing")
    }

    async fn extensions_of(&self, _: &[Id]) -> Result<BTreeMap<Id, Vec<Found>>, Error> {
        unreachable!("apply plans nothing")
    }

    async fn names(&self, _: &[(Kind, Id)]) -> Result<Names, Error> {
        unreachable!("apply plans nothing")
    }
}

fn change(package: &str, name: &str, before: Option<LiveObject>, after: Option<&str>) -> Change {
    let kind = Kind::AssignmentPolicy;
    let desired = after.map(|description| stub::object(kind, &body(package, name, description)));
    let parent = Reference::live(Kind::AccessPackage, package);
    stub::change(Address::policy("Sales", package, name), parent, before, desired)
}

fn creates(count: usize) -> Vec<Change> {
    (0..count).map(|n| change("ap", &format!("Policy {n:03}"), None, Some("New"))).collect()
}

/// What became of the plan, how long it took, and what happened in which order: `+` begun, `?` without a clear answer,
/// `-` ended.
async fn run(tenant: &Tenant, changes: Vec<Change>, stop_after: usize) -> (Outcome, Duration, Vec<String>) {
    let plan = Plan { changes, ..Plan::default() };
    let mut events = Vec::new();
    let begun = std::sync::atomic::AtomicUsize::new(0);
    let start = Instant::now();
    let name = |change: &Change| change.address.to_string().rsplit('/').next().unwrap_or_default().to_owned();
    let stop = || begun.load(std::sync::atomic::Ordering::Relaxed) >= stop_after;
    let outcome = apply(&plan, tenant, &Settings::default(), &stop, &mut |event| match event {
        Event::Started(change) => {
            begun.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            events.push(format!("+{}", name(change)));
        }
        Event::Unclear(change, _) => events.push(format!("?{}", name(change))),
        Event::Finished(change, _) => events.push(format!("-{}", name(change))),
    })
    .await;
    (outcome, start.elapsed(), events)
}

#[tokio::test]
async fn creates_go_four_at_a_time_and_are_read_back_by_the_score() {
    let conflict = conflict().await;
    let tenant = Tenant::with(&conflict, None, Vec::new());
    let (outcome, took, _) = run(&tenant, creates(200), usize::MAX).await;
    assert!(outcome.is_complete());
    let state = tenant.state.lock().expect("the state");
    assert_eq!((state.policies.len(), state.conflicts), (200, 0));
    assert_eq!(state.widths.iter().max(), Some(&4));
    assert!(state.looks.len() <= 12, "{:?}", state.looks);
    assert!(took < Duration::from_secs(6), "{took:?}");
}

#[tokio::test]
async fn after_a_false_conflict_creates_go_one_at_a_time_and_stay_there() {
    let conflict = conflict().await;
    for (within, longest) in [(0, 25), (20, 40)] {
        let tenant = Tenant::with(&conflict, Some(Duration::from_millis(within)), Vec::new());
        let (outcome, took, _) = run(&tenant, creates(200), usize::MAX).await;
        assert!(outcome.is_complete(), "{:?}", outcome.steps.iter().find(|s| !s.result.is_done()));
        let state = tenant.state.lock().expect("the state");
        assert_eq!(state.policies.len(), 200);
        // The four that began together, then one after the other.
        assert_eq!(state.widths[..4], [1, 2, 3, 4]);
        assert!(state.widths[4..].iter().all(|width| *width == 1), "{:?}", state.widths);
        assert!(state.conflicts <= 6, "{}", state.conflicts);
        assert!(state.widths.len() + state.looks.len() <= 260, "{:?}", state.looks);
        assert!(took < Duration::from_secs(longest), "{took:?}");
    }
}

#[tokio::test]
async fn a_true_conflict_is_recognised_or_fails_and_changes_no_width() {
    let conflict = conflict().await;
    let there =
        vec![live("x", &body("ap", "Policy 001", "New")), live("y", &body("ap", "Policy 002", "Else"))];
    let tenant = Tenant::with(&conflict, None, there);
    let (outcome, took, _) = run(&tenant, creates(40), usize::MAX).await;
    assert_eq!(outcome.steps[1].result, StepResult::Done { id: Some(Id::new("x")) });
    let failed = &outcome.steps[2].result;
    assert!(
        matches!(failed, StepResult::Failed { message } if message.contains("other content")),
        "{failed:?}"
    );
    assert_eq!(outcome.steps.iter().filter(|step| step.result.is_done()).count(), 39);
    let state = tenant.state.lock().expect("the state");
    assert_eq!((state.policies.len(), state.conflicts), (40, 2));
    // One at a time while it was looked up.
    assert!(state.widths.contains(&1) && state.widths.ends_with(&[4, 4, 2]), "{:?}", state.widths);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn updates_go_side_by_side_and_their_looks_together() {
    let conflict = conflict().await;
    let old = |n: usize| live(&format!("p{n}"), &body("ap", &format!("Policy {n:03}"), "Old"));
    let tenant = Tenant::with(&conflict, None, (0..40).map(old).collect());
    let changes = (0..40).map(|n| change("ap", &format!("Policy {n:03}"), Some(old(n)), Some("New")));
    let (outcome, took, _) = run(&tenant, changes.collect(), usize::MAX).await;
    assert!(outcome.is_complete(), "{:?}", outcome.steps[0].result);
    let state = tenant.state.lock().expect("the state");
    assert_eq!(state.most_others, 20);
    // Two groups: before and after the write, each in both shapes.
    assert_eq!(state.looks, [20; 8]);
    assert!(took < Duration::from_secs(2), "{took:?}");
}

/// With the effect that fewer people get in.
fn narrowing(change: Change) -> Change {
    let effect = Effect {
        dimension: Dimension::Requestors,
        kind: EffectKind::Narrows,
        code: codes::ALL[0],
        clause: Sentence::name("fewer people"),
        when: When::NewRequests,
        before: None,
        after: None,
    };
    Change { impact: vec![effect], ..change }
}

#[tokio::test]
async fn an_update_that_takes_nothing_away_waits_for_no_create() {
    let conflict = conflict().await;
    let old = live("a b", &body("a", "b", "Old"));
    let tenant = Tenant::with(&conflict, None, vec![old.clone()]);
    let changes = vec![
        change("a", "a", None, Some("New")),
        change("a", "b", Some(old.clone()), Some("New")),
        change("a", "c", Some(live("a c", &body("a", "c", "Old"))), None),
    ];
    tenant.state.lock().expect("the state").policies.push(live("a c", &body("a", "c", "Old")));
    let (outcome, _, events) = run(&tenant, changes, usize::MAX).await;
    assert!(outcome.is_complete());
    let place = |event: &str| events.iter().position(|e| e == event).expect("an event");
    assert!(place("+b") < place("-a"), "{events:?}");
    assert!(place("+c") > place("-a").max(place("-b")), "{events:?}");
}

#[tokio::test]
async fn in_a_package_creates_come_before_updates_and_those_before_deletes() {
    let conflict = conflict().await;
    let old = |package: &str, name: &str| live(&format!("{package} {name}"), &body(package, name, "Old"));
    let there = [("a", "b"), ("a", "c"), ("z", "y")].map(|(package, name)| old(package, name));
    let tenant = Tenant::with(&conflict, None, there.to_vec());
    let changes = vec![
        change("a", "a", None, Some("New")),
        narrowing(change("a", "b", Some(old("a", "b")), Some("New"))),
        change("a", "c", Some(old("a", "c")), None),
        change("z", "y", Some(old("z", "y")), None),
    ];
    let (outcome, _, events) = run(&tenant, changes.clone(), usize::MAX).await;
    assert!(outcome.is_complete());
    let of_a: Vec<&str> = events.iter().map(String::as_str).filter(|e| !e.ends_with('y')).collect();
    assert_eq!(of_a, ["+a", "-a", "+b", "-b", "+c", "-c"]);
    assert_eq!(events[..2], ["+y", "+a"], "another package waits for nothing");
    // Where the create fails, nobody takes the old way in away.
    let blocked = Tenant::with(&conflict, None, vec![live("x", &body("a", "a", "Else")), old("a", "c")]);
    let changes = vec![changes[0].clone(), changes[2].clone()];
    let (outcome, ..) = run(&blocked, changes, usize::MAX).await;
    assert!(matches!(outcome.steps[1].result, StepResult::Blocked { .. }), "{:?}", outcome.steps[1].result);
    assert_eq!(blocked.state.lock().expect("the state").policies.len(), 2);
}

#[tokio::test]
async fn once_somebody_asks_to_stop_no_step_begins_and_those_under_way_are_finished() {
    let conflict = conflict().await;
    let tenant = Tenant::with(&conflict, None, Vec::new());
    let (outcome, ..) = run(&tenant, creates(20), 6).await;
    let done = outcome.steps.iter().filter(|step| step.result.is_done()).count();
    assert_eq!((done, tenant.state.lock().expect("the state").policies.len()), (6, 6));
    assert!(outcome.is_interrupted());
    assert!(outcome.steps[6..].iter().all(|step| step.result == StepResult::NotDone));
}
