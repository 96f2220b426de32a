//! Faults: the file, which requests are struck, failures, throttling, and that a run repeats.

use std::time::Duration;

use entrant_emulator::{Options, start};
use serde_json::{Value, json};

use crate::harness::*;

/// The answers to the same request, asked again and again.
async fn statuses(graph: &Graph, path: &str, times: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(graph.get(path).await.status);
    }
    statuses
}

pub fn batch(requests: &[(&str, String, Option<Value>)]) -> Value {
    let requests: Vec<Value> = requests
        .iter()
        .enumerate()
        .map(|(index, (method, url, body))| {
            let mut request = json!({"id": index.to_string(), "method": method, "url": url});
            if let Some(body) = body {
                request["headers"] = json!({"Content-Type": "application/json"});
                request["body"] = body.clone();
            }
            request
        })
        .collect();
    json!({ "requests": requests })
}

/// The answers of a batch, by the ids of its requests.
pub fn answers(body: &Value) -> Vec<Value> {
    let mut answers = body["responses"].as_array().unwrap().clone();
    answers.sort_by_key(|answer| answer["id"].as_str().unwrap().parse::<usize>().unwrap());
    answers
}

#[tokio::test]
async fn the_file_is_read_strictly() {
    for (file, at, problem) in [
        (json!([]), "", "an object is expected"),
        (json!({"sead": 1}), "sead", "unknown key; there are seed, graceMilliseconds, faults"),
        (json!({"seed": -1}), "seed", "a whole number"),
        (json!({"faults": {}}), "faults", "a list of faults"),
        (json!({"faults": [3]}), "faults[0]", "an object is expected"),
        (json!({"faults": [{}]}), "faults[0].fault", "it is missing"),
        (json!({"faults": [{"fault": "fial"}]}), "faults[0].fault", "there is no fault 'fial'"),
        (json!({"faults": [{"fault": "fail", "probabilty": 1}]}), "faults[0].probabilty", "unknown key"),
        (json!({"faults": [{"fault": "fail", "probability": 2}]}), "faults[0].probability", "from 0 to 1"),
        (json!({"faults": [{"fault": "fail", "method": "get"}]}), "faults[0].method", "'get' is none of"),
        (json!({"faults": [{"fault": "fail", "version": "v3"}]}), "faults[0].version", "v1.0 and beta"),
        (json!({"faults": [{"fault": "fail", "nth": 0}]}), "faults[0].nth", "number 1"),
        (json!({"faults": [{"fault": "fail", "answer": 404}]}), "faults[0].answer", "one or several of 400"),
        (json!({"faults": [{"fault": "fail", "answer": []}]}), "faults[0].answer", "one or several of 400"),
        (
            json!({"faults": [{"fault": "fail", "answer": 500, "retryAfter": "date"}]}),
            "faults[0].retryAfter",
            "429 and 503 alone",
        ),
        (json!({"faults": [{"fault": "lostAnswer", "answer": 500}]}), "faults[0].answer", "of 504"),
        (json!({"faults": [{"fault": "pageSize", "size": 0}]}), "faults[0].size", "1 or more"),
        (json!({"faults": [{"fault": "throttle", "capacity": 1}]}), "faults[0].refillPerSecond", "above 0"),
        (
            json!({"faults": [{"fault": "throttle", "capacity": 1, "refillPerSecond": 1, "cost": {"GET": 2}}]}),
            "faults[0].cost",
            "between 0 and the capacity",
        ),
        (
            json!({"faults": [{"fault": "throttle", "capacity": 1, "refillPerSecond": 1, "retryAfter": "soon"}]}),
            "faults[0].retryAfter",
            "seconds, fraction, date and rotate",
        ),
        (json!({"faults": [{"fault": "lag"}]}), "faults[0]", "either milliseconds or reads"),
        (json!({"faults": [{"fault": "lag", "reads": 1, "milliseconds": 1}]}), "faults[0]", "either"),
        (json!({"faults": [{"fault": "tokenExpiry"}]}), "faults[0]", "either milliseconds or requests"),
        (json!({"faults": [{"fault": "cutShort", "keep": 1}]}), "faults[0].keep", "below 1"),
        (json!({"faults": [{"fault": "cutShort", "how": "x"}]}), "faults[0].how", "connection and body"),
        (json!({"faults": [{"fault": "caller", "role": "x"}]}), "faults[0].role", "there are tenantReader"),
        (json!({"faults": [{"fault": "caller", "role": "catalogReader"}]}), "faults[0].catalogs", "missing"),
        (
            json!({"faults": [{"fault": "caller", "role": "tenantReader", "catalogs": "x"}]}),
            "faults[0].catalogs",
            "names no catalogs",
        ),
        (json!({"faults": [{"fault": "redirect", "to": "evil"}]}), "faults[0].to", "scheme, host and port"),
        (json!({"faults": [{"fault": "redirect", "to": "http://a/b"}]}), "faults[0].to", "scheme, host"),
        (
            json!({"faults": [{"fault": "redirect", "status": 200, "to": "http://a"}]}),
            "faults[0].status",
            "one of 301",
        ),
        (json!({"faults": [{"fault": "nextLink", "link": "x"}]}), "faults[0].link", "there are origin"),
        (json!({"faults": [{"fault": "nextLink", "link": "origin"}]}), "faults[0].to", "missing"),
        (
            json!({"faults": [{"fault": "nextLink", "link": "self", "to": "http://a"}]}),
            "faults[0].to",
            "only `link: origin`",
        ),
        (json!({"faults": [{"fault": "missingMembers"}]}), "faults[0].members", "missing"),
        (json!({"faults": [{"fault": "missingVersion"}]}), "faults[0].version", "missing"),
    ] {
        let options = Options { faults: Some(file.clone()), ..Options::default() };
        let refused = start(options, loopback()).await.unwrap_err().to_string();
        let place = if at.is_empty() { String::new() } else { format!(", {at}") };
        assert!(refused.starts_with(&format!("the faults file{place}: ")), "{file}: {refused}");
        assert!(refused.contains(problem), "{file}: {refused}");
    }
    faulty(json!({})).await.get("v1.0/groups").await.expect(200);
}

#[tokio::test]
async fn a_fault_strikes_the_requests_that_it_selects() {
    let faults = |select: Value| {
        let mut fault = json!({"fault": "fail", "answer": 500});
        fault.as_object_mut().unwrap().extend(select.as_object().unwrap().clone());
        json!({"faults": [fault]})
    };
    for (select, path, struck) in [
        (json!({"path": "groups"}), "v1.0/groups?$top=1", true),
        (json!({"path": "/GROUPS"}), "v1.0/groups", true),
        (json!({"path": "groups"}), "v1.0/users", false),
        (json!({"path": ["groups", "users/*"]}), "v1.0/users/ana@contoso.com", true),
        (json!({"path": "users/*"}), "v1.0/users", false),
        (json!({"path": "catalogs"}), "v1.0/identityGovernance/entitlementManagement/catalogs", true),
        (
            json!({"path": "identityGovernance/*"}),
            "v1.0/identityGovernance/entitlementManagement/catalogs",
            true,
        ),
        (json!({"version": "beta"}), "beta/groups", true),
        (json!({"version": "beta"}), "v1.0/groups", false),
        (json!({"method": ["POST", "GET"]}), "v1.0/groups", true),
        (json!({"method": "POST"}), "v1.0/groups", false),
        (json!({"token": "test"}), "v1.0/groups", true),
        (json!({"token": "other"}), "v1.0/groups", false),
        (json!({"inBatch": true}), "v1.0/groups", false),
        (json!({"probability": 0}), "v1.0/groups", false),
    ] {
        let status = faulty(faults(select.clone())).await.get(path).await.status;
        assert_eq!(status, if struck { 500 } else { 200 }, "{select} {path}");
    }
    for (select, expected) in [
        (json!({"nth": 3}), [200, 200, 500, 200, 200, 200]),
        (json!({"nth": [1, 4]}), [500, 200, 200, 500, 200, 200]),
        (json!({"after": 2}), [200, 200, 500, 500, 500, 500]),
        (json!({"after": 2, "times": 2}), [200, 200, 500, 500, 200, 200]),
        (json!({"times": 1}), [500, 200, 200, 200, 200, 200]),
    ] {
        let graph = faulty(faults(select.clone())).await;
        assert_eq!(statuses(&graph, "v1.0/groups", 6).await, expected, "{select}");
    }
}

#[tokio::test]
async fn a_failure_happens_before_anything_is_done() {
    for status in [408, 429, 500, 502, 503, 504, 509] {
        let graph = faulty(json!({"faults": [{"fault": "fail", "method": "POST", "answer": status}]})).await;
        let refused = graph.create_v1(&policy_v1("x")).await;
        assert!(!refused.refused(status).is_empty());
        let list = graph.em("GET", "v1.0", "assignmentPolicies", None).await.expect(200);
        assert_eq!(list["value"], json!([]), "{status}");
    }
    for answer in ["close", "reset"] {
        let faults = json!({"faults": [{"fault": "fail", "method": "POST", "answer": answer, "times": 1}]});
        let graph = faulty(faults).await;
        let url = format!("{}/v1.0/{EM}/assignmentPolicies", graph.running.url());
        let request = graph.http.post(url).header("Authorization", "Bearer test");
        let request = request.header("Content-Type", "application/json").body(policy_v1("x").to_string());
        assert!(request.send().await.is_err(), "{answer}");
        let list = graph.em("GET", "v1.0", "assignmentPolicies", None).await.expect(200);
        assert_eq!(list["value"], json!([]), "{answer}");
        graph.create_v1(&policy_v1("x")).await.expect(201);
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_run() {
    let run = async |seed: u64, backwards: bool| {
        let faults = json!({"seed": seed, "faults": [
            {"fault": "fail", "probability": 0.5, "answer": [500, 502, 503]},
            {"fault": "fail", "name": "rare", "probability": 0.1, "answer": 509}
        ]});
        let graph = faulty(faults).await;
        let mut paths: Vec<String> = (1..30).map(|top| format!("v1.0/groups?$top={top}")).collect();
        if backwards {
            paths.reverse();
        }
        let mut seen = Vec::new();
        for path in paths {
            seen.push((path.clone(), statuses(&graph, &path, 3).await));
        }
        seen.sort();
        seen
    };
    let first = run(7, false).await;
    assert_eq!(first, run(7, false).await);
    // What happens to a request does not depend on those that came before it.
    assert_eq!(first, run(7, true).await);
    assert_ne!(first, run(8, false).await);
    for status in [200, 500, 502, 503, 509] {
        assert!(first.iter().any(|(_, statuses)| statuses.contains(&status)), "{status}");
    }
    let failed = first.iter().flat_map(|(_, statuses)| statuses).filter(|status| **status != 200).count();
    assert!((30..66).contains(&failed), "{failed} of 87");
}

#[tokio::test]
async fn in_a_batch_each_request_fails_on_its_own() {
    let faults = json!({"faults": [
        {"fault": "fail", "path": "groups/*", "answer": ["reset", 503], "retryAfter": "fraction",
         "retryAfterMilliseconds": 1500},
        {"fault": "fail", "path": "users", "answer": "close"}
    ]});
    let log = tempfile::NamedTempFile::new().unwrap();
    let graph =
        faulty_with(faults, Options { access_log: Some(log.path().to_owned()), ..Options::default() }).await;
    let requests = [
        ("GET", "/groups".to_owned(), None),
        ("GET", format!("/groups/{GROUP}"), None),
        ("GET", "/users".to_owned(), None),
    ];
    let body = graph.send("POST", "v1.0/$batch", Some(&batch(&requests))).await.expect(200);
    let answers = answers(&body);
    let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 503, 200], "a connection cannot be dropped for one of them");
    assert_eq!(answers[1]["headers"]["Retry-After"], "1.500");
    assert_eq!(answers[1]["body"]["error"]["code"], "ServiceUnavailable");
    let log = std::fs::read_to_string(log.path()).unwrap();
    let line: Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(line.get("fault"), None);
    assert_eq!(line["inner"][1]["fault"], "fail");
    assert_eq!(line["inner"][0].get("fault"), None);
}

#[tokio::test]
async fn a_bucket_throttles_and_says_how_long() {
    let throttle = |form: &str, refill: u32| {
        json!({"graceMilliseconds": 0, "faults": [{
            "fault": "throttle", "name": "quota", "capacity": 2, "refillPerSecond": refill, "retryAfter": form
        }]})
    };
    let graph = faulty(throttle("seconds", 1)).await;
    assert_eq!(statuses(&graph, "v1.0/groups", 2).await, [200, 200]);
    let refused = graph.get("v1.0/users").await;
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(refused.refused(429), "TooManyRequests");

    let graph = faulty(throttle("fraction", 2)).await;
    assert_eq!(statuses(&graph, "v1.0/groups", 2).await, [200, 200]);
    let refused = graph.get("v1.0/groups").await;
    let wait: f64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(wait > 0.0 && wait <= 0.5, "{wait}");
    tokio::time::sleep(Duration::from_secs_f64(wait)).await;
    graph.get("v1.0/groups").await.expect(200);
    assert_eq!(graph.running.early_requests(), []);

    let graph = faulty(throttle("rotate", 1)).await;
    assert_eq!(statuses(&graph, "v1.0/groups", 2).await, [200, 200]);
    let mut forms = Vec::new();
    for _ in 0..3 {
        forms.push(graph.get("v1.0/groups").await.headers["retry-after"].to_str().unwrap().to_owned());
    }
    assert_eq!(forms[0], "1");
    assert!(forms[1].starts_with("0.") || forms[1] == "1.000", "{}", forms[1]);
    let date = jiff::fmt::rfc2822::parse(&forms[2]).unwrap().timestamp();
    let wait = date.as_second() - jiff::Timestamp::now().as_second();
    assert!(forms[2].ends_with(" GMT") && (0..=3).contains(&wait), "{}", forms[2]);
}

#[tokio::test]
async fn whoever_does_not_wait_is_noted() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let faults = json!({"graceMilliseconds": 0, "faults": [{
        "fault": "throttle", "name": "quota", "capacity": 1, "refillPerSecond": 100,
        "retryAfter": "fraction", "retryAfterMilliseconds": 1500
    }]});
    let graph =
        faulty_with(faults, Options { access_log: Some(log.path().to_owned()), ..Options::default() }).await;
    graph.get("v1.0/groups").await.expect(200);
    let mut status = 200;
    while status == 200 {
        status = graph.get("v1.0/groups").await.status;
    }
    assert_eq!(graph.running.early_requests(), []);
    // The bucket is full again, but it was told otherwise.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(graph.get("v1.0/users?$top=1").await.status, 429);
    let early = graph.running.early_requests();
    assert_eq!(early.len(), 1);
    assert_eq!((early[0].method.as_str(), early[0].path.as_str()), ("GET", "/v1.0/users"));
    assert_eq!(early[0].fault, "quota");
    assert!(early[0].by > Duration::from_millis(5) && early[0].by < Duration::from_millis(1460));
    tokio::time::sleep(Duration::from_millis(1520)).await;
    graph.get("v1.0/groups").await.expect(200);
    assert_eq!(graph.running.early_requests().len(), 1);
    let log = std::fs::read_to_string(log.path()).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let early = &lines[lines.len() - 2];
    assert_eq!((&early["status"], &early["fault"]), (&json!(429), &json!("quota")));
    assert!(early["earlyMs"].as_u64().unwrap() < 1460);
}

#[tokio::test]
async fn a_request_that_left_before_the_refusal_is_not_early() {
    let faults = json!({"graceMilliseconds": 1500, "faults": [
        {"fault": "fail", "answer": 429, "retryAfterMilliseconds": 4000, "nth": 1}
    ]});
    let graph = faulty(faults).await;
    assert_eq!(graph.get("v1.0/groups").await.headers["retry-after"], "4");
    graph.get("v1.0/users").await.expect(200);
    assert_eq!(graph.running.early_requests(), []);
    tokio::time::sleep(Duration::from_millis(1600)).await;
    graph.get("v1.0/users").await.expect(200);
    assert_eq!(graph.running.early_requests().len(), 1);
}

#[tokio::test]
async fn unavailable_asks_for_a_wait_before_that_request_alone() {
    let faults = json!({"graceMilliseconds": 0, "faults": [
        {"fault": "fail", "answer": 503, "retryAfterMilliseconds": 5000, "nth": 1}
    ]});
    let graph = faulty(faults).await;
    assert_eq!(graph.get("v1.0/groups").await.status, 503);
    graph.get("v1.0/users").await.expect(200);
    assert_eq!(graph.running.early_requests(), []);
    graph.get("v1.0/groups").await.expect(200);
    assert_eq!(graph.running.early_requests()[0].path, "/v1.0/groups");
}

#[tokio::test]
async fn the_requests_of_a_batch_are_throttled_one_by_one() {
    let faults = json!({"faults": [{
        "fault": "throttle", "capacity": 3, "refillPerSecond": 0.5, "cost": {"GET": 1, "POST": 2}
    }]});
    let graph = faulty(faults).await;
    let requests = [
        ("GET", "/groups".to_owned(), None),
        ("POST", format!("/{EM}/assignmentPolicies"), Some(policy_v1("a"))),
        ("POST", format!("/{EM}/assignmentPolicies"), Some(policy_v1("b"))),
    ];
    let body = graph.send("POST", "v1.0/$batch", Some(&batch(&requests))).await.expect(200);
    let answers = answers(&body);
    let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 201, 429]);
    assert_eq!(answers[2]["headers"]["Retry-After"], "4");
    assert_eq!(answers[0]["headers"].get("Retry-After"), None);
}
