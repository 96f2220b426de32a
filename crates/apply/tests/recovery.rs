//! Writes whose answers are lost: what is looked up, what is repeated, and that there is never a second object.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{Method, Response};
use entrant_apply::{Settings, StepResult, apply};
use entrant_graph::{Client, FixedToken, Target};
use entrant_model::kinds::assignment_policy::table;
use entrant_model::{Address, Id, Kind, LiveObject, Place, Reference, Version, wire};
use entrant_plan::{Action, Change, Plan};
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
                    (403, json!({"error": {"code": "UnAuthorized", "message": "No"}}))
                }
                // A cloud without beta.
                (path, _) if path.starts_with("/beta") => {
                    (404, json!({"error": {"code": "x", "message": "No HTTP resource was found"}}))
                }
                (path, _) if path.ends_with("assignmentPolicies") => (200, json!({"value": self.policies})),
                (path, _) if path.ends_with("assignments") => (200, json!({"value": []})),
                (_, Some(at)) => (200, self.policies[at].clone()),
                (path, None) if path.ends_with("/p") && self.ghost.is_some() => {
                    self.forbidden = vec!["/p"];
                    (200, self.ghost.take().unwrap_or_default())
                }
                _ => (404, json!({"error": {"code": "ResourceNotFound", "message": "Gone"}})),
            };
        }
        self.writes.push(method.to_string());
        if self.forbidden.iter().any(|end| path.ends_with(end)) {
            return (403, json!({"error": {"code": "UnAuthorized", "message": "No"}}));
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
        let fails = |code: &str| json!({"error": {"code": code, "message": "x"}});
        match fate {
            Fate::Done => (status, answer),
            Fate::DoneAndForbidden => {
                self.forbidden = vec!["/p"];
                (status, answer)
            }
            Fate::LostAndForbidden => {
                self.forbidden = vec!["/p"];
                (504, fails("GatewayTimeout"))
            }
            Fate::LostAndAllForbidden => {
                self.forbidden = vec!["/p", "assignmentPolicies", "/ap"];
                (504, fails("GatewayTimeout"))
            }
            Fate::AnswerLost | Fate::AnswerLostAndForbidden | Fate::RequestLost => {
                (504, fails("GatewayTimeout"))
            }
            Fate::FalseConflict => (409, fails("DuplicateKey")),
            Fate::Overtaken => {
                self.policies[0]["description"] = "Somebody else's".into();
                (504, fails("GatewayTimeout"))
            }
            Fate::Throttled => (429, fails("TooManyRequests")),
            Fate::ThrottledAndOvertaken => {
                self.policies[0]["description"] = "Somebody else's".into();
                (429, fails("TooManyRequests"))
            }
        }
    }
}

async fn serve(tenant: Arc<Mutex<Tenant>>) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let app = axum::Router::new().fallback(move |request: Request| {
        let tenant = Arc::clone(&tenant);
        async move {
            let (parts, body) = request.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body");
            let body = serde_json::from_slice(&body).unwrap_or_default();
            let (status, json) =
                tenant.lock().expect("the tenant").answer(&parts.method, parts.uri.path(), &body);
            let text = if json.is_null() { String::new() } else { json.to_string() };
            Response::builder().status(status).body(axum::body::Body::from(text)).expect("a response")
        }
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    let tokens = Arc::new(FixedToken::given_or_made_up(None));
    let target = Target::parse(&url).expect("a target");
    Client::new(target, tokens, entrant_graph::Settings::default()).expect("a client")
}

fn policy(description: &str) -> Json {
    json!({
        "id": "p", "displayName": "Staff", "description": description, "accessPackage": {"id": "ap"},
        "questions": [], "customExtensionStageSettings": [],
    })
}

/// A change from one description to the other.
fn change(before: Option<&str>, after: Option<&str>) -> Change {
    let live = before.map(|description| {
        let wire = policy(description);
        LiveObject {
            kind: Kind::AssignmentPolicy,
            version: Version::V1,
            id: Id::new("p"),
            display_name: "Staff".to_owned(),
            parent: Id::new("ap"),
            object: wire::read(table(Version::V1), wire.as_object().expect("an object")),
            wire: entrant_model::Wire::new(&wire),
            unread: Vec::new(),
        }
    });
    let desired = after.map(|description| {
        let written =
            json!({"displayName": "Staff", "description": description, "accessPackage": {"id": "ap"}});
        wire::read(table(Version::V1), written.as_object().expect("an object"))
    });
    let action = match (&live, &desired) {
        (None, _) => Action::Create,
        (_, None) => Action::Delete,
        _ => Action::Update,
    };
    Change {
        address: Address::policy("Sales", "Marketing", "Staff"),
        kind: Kind::AssignmentPolicy,
        version: Version::V1,
        action,
        parent: Reference::live(Kind::AccessPackage, "ap"),
        desired,
        live,
        fingerprint: std::collections::BTreeMap::new(),
        fields: Vec::new(),
        impact: Vec::new(),
        reason: None,
        by_absence: false,
        with_assignments: false,
        place: Place::document(Arc::default(), 0),
    }
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
