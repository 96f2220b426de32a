//! Faults: answers that are late, lost, cut short, or lead astray; and the tenant behind them, which
//! none of them changes.

use std::time::Duration;

use entrant_emulator::Options;
use serde_json::{Value, json};

use crate::faults::{answers, batch};
use crate::harness::*;

async fn names(graph: &Graph) -> Vec<String> {
    let list = graph.em("GET", "v1.0", "assignmentPolicies", None).await.expect(200);
    let policies = list["value"].as_array().unwrap();
    policies.iter().map(|policy| policy["displayName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_are_as_small_as_they_are_told_to_be() {
    let faults = json!({"faults": [
        {"fault": "pageSize", "size": 1, "path": "users"},
        {"fault": "pageSize", "size": 2, "path": "assignmentPolicies"}
    ]});
    let graph = faulty(faults).await;
    for name in ["a", "b", "c", "d", "e"] {
        graph.create_v1(&policy_v1(name)).await.expect(201);
    }
    let mut path = format!("v1.0/{EM}/assignmentPolicies?$top=4");
    let mut sizes = Vec::new();
    loop {
        let page = graph.get(&path).await.expect(200);
        sizes.push(page["value"].as_array().unwrap().len());
        match page["@odata.nextLink"].as_str() {
            Some(link) => link.clone_into(&mut path),
            None => break,
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
    let users = graph.get("v1.0/users").await.expect(200);
    assert_eq!(users["value"].as_array().unwrap().len(), 1);
    let groups = graph.get("v1.0/groups").await.expect(200);
    assert_eq!(groups["value"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_write_is_unseen_for_some_reads() {
    let graph = faulty(json!({"faults": [{"fault": "lag", "reads": 2}]})).await;
    let made = graph.create_v1(&policy_v1("x")).await.expect(201);
    assert_eq!(made["displayName"], "x");
    let path = format!("assignmentPolicies/{}", id(&made));
    graph.em("GET", "v1.0", &path, None).await.refused(404);
    // It exists all the same.
    assert_eq!(graph.create_v1(&policy_v1("X")).await.refused(409), "DuplicateKey");
    assert_eq!(names(&graph).await, Vec::<String>::new());
    assert_eq!(names(&graph).await, ["x"]);

    let put = json!({
        "displayName": "y", "description": "", "accessPackage": {"id": PACKAGE}, "id": id(&made)
    });
    let answered = graph.em("PUT", "v1.0", &path, Some(&put)).await.expect(200);
    assert_eq!(answered["displayName"], "y");
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(graph.em("GET", "v1.0", &path, None).await.expect(200)["displayName"].clone());
    }
    assert_eq!(seen, ["x", "x", "y"]);

    assert_eq!(graph.em("DELETE", "v1.0", &path, None).await.status, 204);
    assert_eq!(names(&graph).await, ["y"]);
    // It is shown, but it is gone.
    graph.em("DELETE", "v1.0", &path, None).await.refused(404);
    graph.em("PUT", "v1.0", &path, Some(&put)).await.refused(404);
    assert_eq!(names(&graph).await, ["y"]);
    assert_eq!(names(&graph).await, Vec::<String>::new());
    graph.em("GET", "v1.0", &path, None).await.refused(404);
}

#[tokio::test]
async fn a_write_is_unseen_for_some_time() {
    let faults = json!({"faults": [{"fault": "lag", "milliseconds": 1500, "method": "POST", "times": 1}]});
    let graph = faulty(faults).await;
    graph.create_v1(&policy_v1("late")).await.expect(201);
    graph.create_v1(&policy_v1("prompt")).await.expect(201);
    assert_eq!(names(&graph).await, ["prompt"]);
    tokio::time::sleep(Duration::from_millis(1550)).await;
    let mut both = names(&graph).await;
    both.sort();
    assert_eq!(both, ["late", "prompt"]);
}

#[tokio::test]
async fn what_is_newer_is_never_overtaken_by_what_is_older() {
    let faults = json!({"faults": [{"fault": "lag", "milliseconds": 600, "method": "PATCH", "times": 1}]});
    let graph = faulty(faults).await;
    let path = format!("catalogs/{CATALOG}");
    for name in ["Older", "Newer"] {
        let body = json!({ "displayName": name });
        assert_eq!(graph.em("PATCH", "v1.0", &path, Some(&body)).await.status, 204);
    }
    for wait in [0, 650] {
        tokio::time::sleep(Duration::from_millis(wait)).await;
        assert_eq!(graph.em("GET", "v1.0", &path, None).await.expect(200)["displayName"], "Newer");
    }
}

#[tokio::test]
async fn creates_side_by_side_are_refused_falsely() {
    let faults = json!({"faults": [{"fault": "duplicateKey", "path": "assignmentPolicies"}]});
    let latency = Duration::from_millis(300);
    let graph = faulty_with(faults, Options { latency, ..Options::default() }).await;
    let bodies: Vec<Value> = ["a", "b", "c"].map(policy_v1).to_vec();
    let (one, two, three) =
        tokio::join!(graph.create_v1(&bodies[0]), graph.create_v1(&bodies[1]), graph.create_v1(&bodies[2]));
    let mut statuses = [one.status, two.status, three.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
    let refused = [one, two, three].into_iter().find(|answer| answer.status == 409).unwrap();
    assert_eq!(refused.refused(409), "DuplicateKey");
    assert_eq!(names(&graph).await.len(), 1);
    // One after the other there is no trouble, nor for what the fault does not select.
    for name in ["d", "e"] {
        graph.create_v1(&policy_v1(name)).await.expect(201);
    }
    let (one, two) = (json!({"displayName": "One"}), json!({"displayName": "Two"}));
    let (one, two) = tokio::join!(
        graph.em("POST", "v1.0", "catalogs", Some(&one)),
        graph.em("POST", "v1.0", "catalogs", Some(&two))
    );
    assert_eq!((one.status, two.status), (201, 201));
    let requests: Vec<_> =
        ["f", "g"].map(|name| ("POST", format!("/{EM}/assignmentPolicies"), Some(policy_v1(name)))).to_vec();
    let body = graph.send("POST", "v1.0/$batch", Some(&batch(&requests))).await.expect(200);
    let statuses: Vec<_> = answers(&body).iter().map(|answer| answer["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [201, 409]);
}

#[tokio::test]
async fn a_create_just_after_another_is_refused_falsely() {
    let graph = faulty(json!({"faults": [{"fault": "duplicateKey", "withinMilliseconds": 1500}]})).await;
    graph.create_v1(&policy_v1("a")).await.expect(201);
    assert_eq!(graph.create_v1(&policy_v1("b")).await.refused(409), "DuplicateKey");
    tokio::time::sleep(Duration::from_millis(1550)).await;
    graph.create_v1(&policy_v1("b")).await.expect(201);
}

#[tokio::test]
async fn an_answer_is_lost_but_the_write_is_done() {
    for answer in [json!("close"), json!("reset"), json!(504)] {
        let log = tempfile::NamedTempFile::new().unwrap();
        let faults = json!({"faults": [{"fault": "lostAnswer", "answer": answer, "times": 1}]});
        let options = Options { access_log: Some(log.path().to_owned()), ..Options::default() };
        let graph = faulty_with(faults, options).await;
        let url = format!("{}/v1.0/{EM}/assignmentPolicies", graph.running.url());
        let post = |name: &str| {
            let request = graph.http.post(&url).header("Authorization", "Bearer test");
            request.header("Content-Type", "application/json").body(policy_v1(name).to_string()).send()
        };
        // What is refused has nothing to lose.
        assert_eq!(post("").await.unwrap().status(), 400);
        match post("x").await {
            Ok(answered) => assert_eq!((answered.status().as_u16(), &answer), (504, &json!(504))),
            Err(_) => assert!(answer.is_string()),
        }
        assert_eq!(names(&graph).await, ["x"], "{answer}");
        let log = std::fs::read_to_string(log.path()).unwrap();
        let line: Value = serde_json::from_str(log.lines().nth(1).unwrap()).unwrap();
        assert_eq!(line["fault"], "lostAnswer");
        assert_eq!(line["status"], if answer.is_string() { 0 } else { 504 });
    }
    let graph = faulty(json!({"faults": [{"fault": "lostAnswer", "inBatch": true}]})).await;
    let requests = [("POST", format!("/{EM}/assignmentPolicies"), Some(policy_v1("x")))];
    let body = graph.send("POST", "v1.0/$batch", Some(&batch(&requests))).await.expect(200);
    assert_eq!(answers(&body)[0]["status"], 504);
    assert_eq!(names(&graph).await, ["x"]);
    let graph = faulty(json!({"faults": [{"fault": "lostAnswer", "path": "$batch", "answer": 504}]})).await;
    graph.send("POST", "v1.0/$batch", Some(&batch(&requests))).await.refused(504);
    assert_eq!(names(&graph).await, ["x"]);
}

#[tokio::test]
async fn an_answer_is_cut_short() {
    let graph = faulty(json!({"faults": [{"fault": "cutShort", "times": 1}]})).await;
    let get = || {
        let url = format!("{}/v1.0/groups", graph.running.url());
        graph.http.get(url).header("Authorization", "Bearer test").send()
    };
    let mut cut = get().await.unwrap();
    let promised: usize = cut.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let mut received = Vec::new();
    let broken = loop {
        match cut.chunk().await {
            Ok(Some(chunk)) => received.extend(chunk),
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(broken, "the connection ends before the answer does");
    let whole = get().await.unwrap().text().await.unwrap();
    assert_eq!(whole.len(), promised);
    assert!(whole.as_bytes().starts_with(&received) && received.len() * 2 <= promised);
    assert!(!received.is_empty());

    let faults = json!({"faults": [{"fault": "cutShort", "how": "body", "keep": 0.9}]});
    let graph = faulty(faults).await;
    let cut = graph.get("v1.0/groups").await;
    assert_eq!(cut.status, 200);
    assert!(cut.text.starts_with("{\"@odata.context\"") && cut.body.is_null());
    let cut = graph.create_v1(&policy_v1("x")).await;
    assert!(cut.status == 201 && cut.body.is_null());
}

#[tokio::test]
async fn a_redirect_leads_away() {
    for status in [302, 307] {
        let faults = json!({"faults": [
            {"fault": "redirect", "status": status, "to": "http://127.0.0.1:9", "path": "groups"}
        ]});
        let graph = faulty(faults).await;
        let answer = graph.get("beta/groups?$top=1").await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.headers["location"], "http://127.0.0.1:9/beta/groups?$top=1");
        let requests = [("GET", "/groups".to_owned(), None)];
        let body = graph.send("POST", "v1.0/$batch", Some(&batch(&requests))).await.expect(200);
        assert_eq!(answers(&body)[0]["headers"]["Location"], "http://127.0.0.1:9/v1.0/groups");
        assert_eq!(answers(&body)[0]["status"], status);
    }
}

#[tokio::test]
async fn next_links_lead_astray() {
    let trap = async |fault: Value, path: &str| {
        let graph = faulty(json!({"faults": [fault]})).await;
        let page = graph.get(path).await.expect(200);
        let link = page["@odata.nextLink"].as_str().unwrap().to_owned();
        let link = link.strip_prefix(graph.running.url()).map_or(link.clone(), str::to_owned);
        (graph, page, link)
    };
    let elsewhere = json!({"fault": "nextLink", "link": "origin", "to": "https://evil.example:8443"});
    let (_, _, link) = trap(elsewhere.clone(), "v1.0/users?$top=1").await;
    assert!(link.starts_with("https://evil.example:8443/v1.0/users?$top=1&$skiptoken="), "{link}");
    // Even where there is no next page.
    let (graph, page, link) = trap(elsewhere, "v1.0/users").await;
    assert_eq!(link, "https://evil.example:8443/v1.0/users?$skiptoken=1");
    assert_eq!(page["value"].as_array().unwrap().len(), 2);
    let requests = [("GET", "/users".to_owned(), None)];
    let body = graph.send("POST", "v1.0/$batch", Some(&batch(&requests))).await.expect(200);
    let inner = &answers(&body)[0]["body"];
    assert!(inner["@odata.nextLink"].as_str().unwrap().starts_with("https://evil.example:8443/v1.0/users"));
    assert_eq!(graph.get(&format!("v1.0/users/{USER}")).await.expect(200).get("@odata.nextLink"), None);

    let (_, _, link) = trap(json!({"fault": "nextLink", "link": "version"}), "v1.0/users?$top=1").await;
    assert!(link.starts_with("/beta/users?$top=1&$skiptoken="), "{link}");

    let (graph, page, link) =
        trap(json!({"fault": "nextLink", "link": "self"}), "v1.0/users?$select=id").await;
    assert_eq!(link, "/v1.0/users?$select=id");
    assert_eq!(graph.get(&link[1..]).await.expect(200), page);

    let (graph, page, mut link) =
        trap(json!({"fault": "nextLink", "link": "endless"}), "v1.0/users?$select=id").await;
    assert_eq!(page["value"].as_array().unwrap().len(), 2);
    let mut links = vec![link.clone()];
    for _ in 0..5 {
        let page = graph.get(&link[1..]).await.expect(200);
        assert_eq!(page["value"], json!([]));
        link = page["@odata.nextLink"].as_str().unwrap()[graph.running.url().len()..].to_owned();
        assert!(!links.contains(&link), "{link}");
        links.push(link.clone());
    }
    // The real pages come first.
    let (graph, _, link) = trap(json!({"fault": "nextLink", "link": "endless"}), "v1.0/users?$top=1").await;
    let second = graph.get(&link[1..]).await.expect(200);
    assert_eq!(second["value"].as_array().unwrap().len(), 1);
    assert!(second["@odata.nextLink"].as_str().unwrap().contains("$skiptoken=endless-1"));
}

#[tokio::test]
async fn a_cloud_lacks_members_and_takes_them_all_the_same() {
    let state = tempfile::TempDir::new().unwrap();
    let file = state.path().join("state.json");
    let faults = json!({"faults": [{
        "fault": "missingMembers", "members": ["notificationSettings", "isSelfReview"], "path": "assignmentPolicies*"
    }]});
    let options = Options { state_file: Some(file.clone()), ..Options::default() };
    let mut graph = faulty_with(faults, options.clone()).await;
    let body =
        with(policy_v1("x"), "/notificationSettings", json!({"isAssignmentNotificationDisabled": true}));
    let made = graph.create_v1(&body).await.expect(201);
    assert_eq!(made.get("notificationSettings"), None);
    let path = format!("assignmentPolicies/{}", id(&made));
    let requests = [("GET", format!("/{EM}/{path}"), None)];
    let inner = graph.send("POST", "v1.0/$batch", Some(&batch(&requests))).await.expect(200);
    for read in [graph.em("GET", "v1.0", &path, None).await.expect(200), answers(&inner)[0]["body"].clone()] {
        assert_eq!(read["displayName"], "x");
        assert_eq!(read.get("notificationSettings"), None);
        assert!(!read.to_string().contains("isSelfReview"));
    }
    graph.shutdown().await;
    // It was kept: nothing that a fault does reaches the tenant.
    let graph = serve(options).await;
    let read = graph.em("GET", "v1.0", &path, None).await.expect(200);
    assert_eq!(read["notificationSettings"]["isAssignmentNotificationDisabled"], true);
}

#[tokio::test]
async fn a_cloud_lacks_a_version() {
    for (status, code) in [(400, "BadRequest"), (404, "UnknownError")] {
        let faults = json!({"faults": [{"fault": "missingVersion", "version": "beta", "status": status}]});
        let graph = faulty(faults).await;
        assert_eq!(graph.get("beta/groups").await.refused(status), code);
        let batch = batch(&[("GET", "/groups".to_owned(), None)]);
        graph.send("POST", "beta/$batch", Some(&batch)).await.refused(status);
        graph.get("v1.0/groups").await.expect(200);
    }
}

#[tokio::test]
async fn a_clock_that_goes_wrong_shows_in_the_date() {
    for seconds in [400, -400] {
        let graph = faulty(json!({"faults": [{"fault": "clock", "seconds": seconds}]})).await;
        let answer = graph.get("v1.0/users").await;
        let date = answer.headers["date"].to_str().unwrap();
        let date = jiff::fmt::strtime::parse("%a, %d %b %Y %H:%M:%S GMT", date).unwrap();
        let date = jiff::tz::TimeZone::UTC.to_timestamp(date.to_datetime().unwrap()).unwrap();
        let ahead = date.duration_since(jiff::Timestamp::now()).as_secs();
        assert!((seconds - 10..=seconds).contains(&ahead), "{ahead}");
        answer.expect(200);
    }
}
