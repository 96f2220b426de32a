//! Writes whose answers are lost: what is looked up, what is repeated, and that there is never a second object.

#[path = "stub/mod.rs"]
mod stub;

use axum::http::Method;
use entrant_apply::{Settings, StepResult, apply};
use entrant_graph::Client;
use entrant_model::{Address, Id, Kind, Reference};
use entrant_plan::{Change, Plan};
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stub::fails;

/// What becomes of one write.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    /// It is done, and the answer comes.
    Done,
    /// It is done, and the answer does not come.
    AnswerLost,
    /// It is not done, and nobody says so.
    RequestLost,
    /// It is not done, and Graph says that the name is taken.
    FalseConflict,
    /// It is not done, and meanwhile somebody else changes the object.
    Overtaken,
    /// It is not done, since Graph asks to wait.
    Throttled,
    /// The same, and while it waits somebody else changes the object.
    ThrottledAndOvertaken,
    /// It is done, and the caller may no longer read the object alone, as one with catalog roles.
    DoneAndForbidden,
    /// It is done, the answer does not come, the object shows once more, and then its caller, one with catalog roles,
    /// may no longer read or delete it.
    AnswerLostAndForbidden,
    /// It is not done, nobody says so, and the caller may no longer read the object alone.
    LostAndForbidden,
    /// The same, and the package neither.
    LostAndAllForbidden,
}

/// A tenant of policies.
#[derive(Default)]
struct Tenant {
    policies: Vec<Json>,
    fates: VecDeque<Fate>,
    writes: Vec<String>,
    made: usize,
    /// The ends of the paths that the caller may not read.
    forbidden: Vec<&'static str>,
    /// What is gone and shows once more.
    ghost: Option<Json>,
}

impl Tenant {
    fn answer(&mut self, method: &Method, path: &str, body: &Json) -> (u16, Json) {
        let id = path.rsplit('/').next().unwrap_or_default().to_owned();
        let at = self.policies.iter().position(|policy| policy["id"] == id);
        if method == Method::GET {
            return match (path, at) {
                (path, _) if self.forbidden.iter().any(|end| path.ends_with(end)) => {
                    fails(403, "UnAuthorized")
                }
                // A cloud without beta.
                (path, _) if path.starts_with("/beta") => fails(404, "x"),
                (path, _) if path.ends_with("assignmentPolicies") => (200, json!({"value": self.policies})),
                (path, _) if path.ends_with("assignments") => (200, json!({"value": []})),
                (_, Some(at)) => (200, self.policies[at].clone()),
                (path, None) if path.ends_with("/p") && self.ghost.is_some() => {
                    self.forbidden = vec!["/p"];
                    (200, self.ghost.take().unwrap_or_default())
                }
                _ => fails(404, "ResourceNotFound"),
            };
        }
        self.writes.push(method.to_string());
        if self.forbidden.iter().any(|end| path.ends_with(end)) {
            return fails(403, "UnAuthorized");
        }
        let fate = self.fates.pop_front().unwrap_or(Fate::Done);
        let (mut status, mut answer) = (204, Json::Null);
        if matches!(
            fate,
            Fate::Done | Fate::AnswerLost | Fate::DoneAndForbidden | Fate::AnswerLostAndForbidden
        ) {
            self.ghost = self.policies.first().filter(|_| fate == Fate::AnswerLostAndForbidden).cloned();
            match (method.as_str(), at) {
                ("POST", _) => {
                    let mut policy = body.clone();
                    policy["id"] = format!("p{}", self.made).into();
                    policy["questions"] = json!([]);
                    policy["customExtensionStageSettings"] = json!([]);
                    self.made += 1;
                    self.policies.push(policy.clone());
                    (status, answer) = (201, policy);
                }
                ("PUT", Some(at)) => {
                    self.policies[at] = body.clone();
                    self.policies[at]["id"] = id.into();
                }
                ("DELETE", Some(at)) => {
                    self.policies.remove(at);
                }
                _ => status = 404,
            }
        }
        match fate {
            Fate::Done => (status, answer),
            Fate::DoneAndForbidden => {
                self.forbidden = vec!["/p"];
                (status, answer)
            }
            Fate::LostAndForbidden => {
                self.forbidden = vec!["/p"];
                fails(504, "GatewayTimeout")
            }
            Fate::LostAndAllForbidden => {
                self.forbidden = vec!["/p", "assignmentPolicies", "/ap"];
                fails(504, "GatewayTimeout")
            }
            Fate::AnswerLost | Fate::AnswerLostAndForbidden | Fate::RequestLost => {
                fails(504, "GatewayTimeout")
            }
            Fate::FalseConflict => fails(409, "DuplicateKey"),
            Fate::Overtaken => {
                self.policies[0]["description"] = "Somebody else's".into();
                fails(504, "GatewayTimeout")
            }
            Fate::Throttled => fails(429, "TooManyRequests"),
            Fate::ThrottledAndOvertaken => {
                self.policies[0]["description"] = "Somebody else's".into();
                fails(429, "TooManyRequests")
            }
        }
    }
}

async fn serve(tenant: Arc<Mutex<Tenant>>) -> Client {
    stub::serve(move |method, path, body| {
        let tenant = Arc::clone(&tenant);
        async move { tenant.lock().expect("the tenant").answer(&method, &path, &body) }
    })
    .await
}

fn policy(description: &str) -> Json {
    json!({
        "id": "p", "displayName": "Staff", "description": description, "accessPackage": {"id": "ap"},
        "questions": [], "customExtensionStageSettings": [],
    })
}

/// A change from one description to the other.
fn change(before: Option<&str>, after: Option<&str>) -> Change {
    let kind = Kind::AssignmentPolicy;
    let live = before.map(|description| stub::live(kind, Id::new("ap"), &policy(description)));
    let desired = after.map(|description| {
        let written =
            json!({"displayName": "Staff", "description": description, "accessPackage": {"id": "ap"}});
        stub::object(kind, &written)
    });
    let parent = Reference::live(Kind::AccessPackage, "ap");
    stub::change(Address::policy("Sales", "Marketing", "Staff"), parent, live, desired)
}

/// How the change ends, which writes were sent, and what is there afterwards.
async fn end_of(change: Change, there: &[&str], fates: &[Fate]) -> (StepResult, String, Vec<String>) {
    let policies = there.iter().map(|description| policy(description)).collect();
    let tenant = Tenant { policies, fates: fates.iter().copied().collect(), ..Tenant::default() };
    let tenant = Arc::new(Mutex::new(tenant));
    let client = serve(Arc::clone(&tenant)).await;
    let plan = Plan { changes: vec![change], ..Plan::default() };
    let patience = Settings { read_back: Duration::from_millis(300), poll: Duration::from_millis(10) };
    let mut outcome = apply(&plan, &client, &patience, &|| false, &mut |_| {}).await;
    let tenant = tenant.lock().expect("the tenant");
    let left = tenant.policies.iter().map(|p| p["description"].as_str().unwrap_or_default().to_owned());
    (outcome.steps.remove(0).result, tenant.writes.join(" "), left.collect())
}

#[tokio::test]
async fn a_create_is_recognised_or_repeated_after_each_look_that_finds_none() {
    use Fate::{AnswerLost, Done, FalseConflict, RequestLost};
    for (fates, writes, is_done, count) in [
        (&[Done][..], "POST", true, 1),
        (&[AnswerLost], "POST", true, 1),
        (&[RequestLost], "POST POST", true, 1),
        (&[FalseConflict], "POST POST", true, 1),
        (&[RequestLost, AnswerLost], "POST POST", true, 1),
        (&[RequestLost, RequestLost, RequestLost], "POST POST POST POST", true, 1),
        (&[RequestLost, FalseConflict, RequestLost], "POST POST POST POST", true, 1),
        (&[RequestLost, RequestLost, AnswerLost], "POST POST POST", true, 1),
        (&[RequestLost; 9], "POST POST POST POST", false, 0),
        (&[FalseConflict; 9], "POST POST", false, 0),
    ] {
        let (result, sent, left) = end_of(change(None, Some("New")), &[], fates).await;
        assert_eq!((&*sent, result.is_done(), left.len()), (writes, is_done, count), "{fates:?}: {result:?}");
        assert!(is_done || matches!(result, StepResult::Unclear { .. }), "{result:?}");
    }
}

#[tokio::test]
async fn a_create_stops_at_another_object_of_its_name_and_at_two() {
    let (result, sent, _) = end_of(change(None, Some("New")), &["Else"], &[Fate::FalseConflict]).await;
    assert!(
        matches!(&result, StepResult::Failed { message } if message.contains("other content")),
        "{result:?}"
    );
    assert_eq!(sent, "POST");
    // Two ids, so that the list does not take them for one.
    let tenant = Tenant { fates: [Fate::RequestLost].into(), ..Tenant::default() };
    let tenant = Arc::new(Mutex::new(tenant));
    let (mut one, mut other) = (policy("New"), policy("New"));
    (one["id"], other["id"]) = ("a".into(), "b".into());
    tenant.lock().expect("the tenant").policies = vec![one, other];
    let client = serve(Arc::clone(&tenant)).await;
    let plan = Plan { changes: vec![change(None, Some("New"))], ..Plan::default() };
    let outcome = apply(&plan, &client, &Settings::default(), &|| false, &mut |_| {}).await;
    let result = &outcome.steps[0].result;
    assert!(
        matches!(result, StepResult::Unclear { message } if message.contains("2 policies of this name (a, b)")),
        "{result:?}"
    );
    assert_eq!(tenant.lock().expect("the tenant").writes, ["POST"]);
}

#[tokio::test]
async fn an_update_is_repeated_only_while_the_object_is_as_it_was_read() {
    use Fate::{AnswerLost, Done, FalseConflict, Overtaken, RequestLost, Throttled, ThrottledAndOvertaken};
    for (fates, writes, is_done, left) in [
        (&[Throttled, Throttled][..], "PUT PUT PUT", true, "New"),
        (&[RequestLost, Throttled], "PUT PUT PUT", true, "New"),
        (&[ThrottledAndOvertaken], "PUT", false, "Somebody else's"),
        (&[Throttled, ThrottledAndOvertaken], "PUT PUT", false, "Somebody else's"),
        (&[Done][..], "PUT", true, "New"),
        (&[AnswerLost], "PUT", true, "New"),
        (&[RequestLost, RequestLost], "PUT PUT PUT", true, "New"),
        (&[RequestLost, AnswerLost], "PUT PUT", true, "New"),
        (&[RequestLost; 9], "PUT PUT PUT PUT", false, "Old"),
        (&[Overtaken], "PUT", false, "Somebody else's"),
        (&[FalseConflict], "PUT", false, "Old"),
    ] {
        let (result, sent, now) = end_of(change(Some("Old"), Some("New")), &["Old"], fates).await;
        assert_eq!((&*sent, result.is_done(), &*now[0]), (writes, is_done, left), "{fates:?}: {result:?}");
    }
}

#[tokio::test]
async fn a_delete_is_repeated_only_while_the_object_is_as_it_was_planned() {
    use Fate::{AnswerLost, Done, Overtaken, RequestLost, Throttled, ThrottledAndOvertaken};
    for (fates, writes, is_done, left) in [
        (&[Throttled, Throttled][..], "DELETE DELETE DELETE", true, 0),
        (&[ThrottledAndOvertaken], "DELETE", false, 1),
        (&[Done][..], "DELETE", true, 0),
        (&[AnswerLost], "DELETE", true, 0),
        (&[RequestLost, RequestLost], "DELETE DELETE DELETE", true, 0),
        (&[RequestLost; 9], "DELETE DELETE DELETE DELETE", false, 1),
        (&[Overtaken], "DELETE", false, 1),
    ] {
        let (result, sent, now) = end_of(change(Some("Old"), None), &["Old"], fates).await;
        assert_eq!((&*sent, result.is_done(), now.len()), (writes, is_done, left), "{fates:?}: {result:?}");
    }
}

#[tokio::test]
async fn what_may_not_be_read_after_a_delete_is_gone_only_where_its_package_says_so() {
    use Fate::{AnswerLostAndForbidden, DoneAndForbidden, LostAndAllForbidden, LostAndForbidden};
    for (fate, writes, is_done, left) in [
        (DoneAndForbidden, "DELETE", true, 0),
        (AnswerLostAndForbidden, "DELETE DELETE", true, 0),
        (LostAndForbidden, "DELETE", false, 1),
        (LostAndAllForbidden, "DELETE", false, 1),
    ] {
        let (result, sent, now) = end_of(change(Some("Old"), None), &["Old"], &[fate]).await;
        assert_eq!((&*sent, result.is_done(), now.len()), (writes, is_done, left), "{fate:?}: {result:?}");
        assert!(is_done || matches!(result, StepResult::Unclear { .. }), "{result:?}");
    }
}
