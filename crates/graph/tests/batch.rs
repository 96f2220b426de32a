//! Many names at once: against servers with `$batch` and without, with `in` and without, and with neither
//! filters nor anything else.

mod stub;

use entrant_graph::{ErrorKind, Look, Read};
use entrant_model::{Id, Kind, Version};
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use stub::{CANARY, EM, Reply, Seen, Stub, fails, list, not_found, ok};

/// What an inner request gets: status, headers, body.
type Inner = (u16, Json, Json);

/// A server whose `$batch` answers each inner request, the last one first; alone they are answered likewise.
fn batching(answer: impl Fn(&str) -> Inner + Send + Sync + 'static) -> impl Fn(&Seen) -> Reply + Send + Sync {
    move |seen| {
        if !seen.path.ends_with("/$batch") {
            let (status, _, body) = answer(&format!("{}?{}", seen.path, seen.raw_query));
            return stub::status(status, &body);
        }
        let requests = seen.json()["requests"].as_array().expect("requests").clone();
        assert!((2..=20).contains(&requests.len()));
        let responses = requests.iter().rev().map(|request| {
            assert_eq!(request["method"], "GET");
            assert_eq!(request["headers"]["Prefer"], "include-unknown-enum-members");
            let (status, headers, body) = answer(request["url"].as_str().expect("a URL"));
            json!({"id": request["id"], "status": status, "headers": headers, "body": body})
        });
        ok(&json!({"responses": responses.collect::<Vec<_>>()}))
    }
}

/// The literals of a request's filter.
fn asked(url: &str) -> Vec<String> {
    let query = url.split_once('?').expect("a query").1;
    let filter = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "$filter")
        .expect("a filter")
        .1
        .replace("''", "\u{1}");
    filter.split('\'').skip(1).step_by(2).map(|name| name.replace('\u{1}', "'")).collect()
}

fn named(url: &str) -> Json {
    let object = |name: &String| json!({"id": format!("id of {name}"), "displayName": name.to_uppercase()});
    json!({"value": asked(url).iter().map(object).collect::<Vec<_>>()})
}

fn groups(count: usize) -> Vec<(Kind, String)> {
    (0..count).map(|n| (Kind::Group, format!("O'Neil & {n}"))).collect()
}

async fn finds_all(stub: &Stub, names: &[(Kind, String)]) -> entrant_graph::Cost {
    let client = stub.client();
    let found = client.find_all(names).await.expect("found");
    assert_eq!(found.len(), names.len());
    for ((kind, name), found) in &found {
        assert!(names.iter().any(|(k, n)| k == kind && n.to_lowercase() == *name));
        let ids: Vec<&str> = found.iter().map(|f| f.id.as_str()).collect();
        assert_eq!(ids, [format!("id of {name}")]);
    }
    client.cost()
}

#[tokio::test]
async fn a_hundred_names_are_one_request() {
    let stub = Stub::start(batching(|url| (200, json!({}), named(url)))).await;
    let cost = finds_all(&stub, &groups(100)).await;
    assert_eq!((cost.http_requests, cost.inner_requests, cost.retries), (1, 7, 0));
    assert_eq!(stub.lines(), ["POST /v1.0/$batch"]);
}

#[tokio::test]
async fn names_of_several_kinds_are_asked_for_together() {
    let stub = Stub::start(batching(|url| {
        let Json::Array(mut list) = named(url)["value"].take() else { panic!("a list") };
        for object in &mut list {
            object["userPrincipalName"] = object["displayName"].clone();
        }
        (200, json!({}), json!({ "value": list }))
    }))
    .await;
    let mut names = groups(2);
    names.extend([
        (Kind::User, "ana_x.com#EXT#@contoso.com".to_owned()),
        (Kind::User, "bob@contoso.com".to_owned()),
        (Kind::User, "Bob".to_owned()),
        (Kind::ConnectedOrganization, "Fabrikam".to_owned()),
        (Kind::Catalog, "Sales".to_owned()),
    ]);
    let client = stub.client();
    let found = client.find_all(&names).await.expect("found");
    assert!(found.values().all(|found| found.len() == 1), "{found:?}");
    assert_eq!((client.cost().http_requests, client.cost().inner_requests), (1, 5));
    let urls: Vec<String> = stub.seen()[0].json()["requests"]
        .as_array()
        .expect("requests")
        .iter()
        .map(|r| r["url"].as_str().expect("a URL").to_owned())
        .collect();
    assert!(urls.iter().all(|url| url.starts_with('/') && !url.starts_with("/v1.0")), "{urls:?}");
    assert!(
        urls.iter().any(|url| url.contains("userPrincipalName%20in%20(%27ana_x.com%23EXT%23%40")),
        "{urls:?}"
    );
}

#[tokio::test]
async fn without_a_batch_each_part_is_a_request() {
    let answers: [fn(&Seen) -> Reply; 5] = [
        |_| not_found(),
        |_| fails(400, "x", "y"),
        |_| fails(405, "x", "y"),
        |_| fails(501, "x", "y"),
        |_| list(&[]),
    ];
    for answer in answers {
        let stub = Stub::start(move |seen| {
            if seen.path.ends_with("/$batch") {
                return answer(seen);
            }
            ok(&named(&format!("?{}", seen.raw_query)))
        })
        .await;
        let cost = finds_all(&stub, &groups(40)).await;
        assert_eq!((cost.http_requests, cost.inner_requests), (1 + 3, 0));
    }
}

#[tokio::test]
async fn where_in_is_refused_or_finds_nothing_each_name_is_asked_for_alone() {
    for refuses in [true, false] {
        let stub = Stub::start(batching(move |url| match (asked(url).len(), refuses) {
            (1, _) => (200, json!({}), named(url)),
            (_, true) => (400, json!({}), json!({"error": {"code": "BadRequest", "message": "No `in`"}})),
            (_, false) => (200, json!({}), json!({"value": []})),
        }))
        .await;
        let cost = finds_all(&stub, &groups(30)).await;
        assert_eq!((cost.http_requests, cost.inner_requests), (1 + 2, 2 + 30));
    }
}

#[tokio::test]
async fn a_server_that_ignores_filters_is_matched_here() {
    let everything: Vec<Json> = (0..50)
        .map(|n| json!({"id": format!("id of o'neil & {n}"), "displayName": format!("O'Neil & {n}")}))
        .collect();
    let stub =
        Stub::start(move |seen| if seen.method == "POST" { not_found() } else { list(&everything) }).await;
    let client = stub.client();
    let mut names = groups(20);
    names.push((Kind::Group, "Nobody".to_owned()));
    let found = client.find_all(&names).await.expect("found");
    assert!(found[&(Kind::Group, "nobody".to_owned())].is_empty());
    assert_eq!(found[&(Kind::Group, "o'neil & 7".to_owned())].len(), 1);
    assert_eq!(found.values().filter(|found| found.len() == 1).count(), 20);
}

#[tokio::test]
async fn packages_come_with_their_catalogs_and_names_that_match_twice_come_twice() {
    let stub = Stub::start(batching(|url| {
        let package = |id: String, name: &String| {
            json!({"id": id, "displayName": name, "catalog": {"id": "c", "displayName": "Sales"}})
        };
        let list: Vec<Json> =
            asked(url).iter().flat_map(|n| [package(format!("1 {n}"), n), package(format!("2 {n}"), n)]).collect();
        (200, json!({}), json!({ "value": list }))
    }))
    .await;
    let names: Vec<String> = (0..200).map(|n| format!("Package {n}")).collect();
    let client = stub.client();
    let packages = client.packages_by_name(&names).await.expect("packages");
    assert_eq!(packages.len(), 200);
    let two = &packages["package 7"];
    assert_eq!((two.len(), &*two[1].catalog_name), (2, "Sales"));
    assert_eq!((client.cost().http_requests, client.cost().inner_requests), (1, 14));
    let url = stub.seen()[0].json()["requests"][0]["url"].as_str().expect("a URL").to_owned();
    assert!(url.starts_with(&format!("/{EM}/accessPackages?$filter=displayName%20in%20(")), "{url}");
    assert!(url.ends_with("&$expand=catalog"), "{url}");
}

#[tokio::test]
async fn an_inner_request_that_fails_for_a_while_is_sent_again_with_its_like() {
    let count = AtomicUsize::new(0);
    let stub = Stub::start(batching(move |url| match count.fetch_add(1, Ordering::Relaxed) {
        1 => (503, json!({}), json!({"error": {"code": "x", "message": "y"}})),
        3 | 5 => (429, json!({"Retry-After": "1"}), json!({"error": {"code": "x", "message": "y"}})),
        _ => (200, json!({}), named(url)),
    }))
    .await;
    let start = Instant::now();
    let cost = finds_all(&stub, &groups(100)).await;
    assert!(start.elapsed().as_secs_f64() >= 1.0, "{:?}", start.elapsed());
    assert_eq!((cost.http_requests, cost.inner_requests, cost.retries), (2, 7 + 3, 1));
}

#[tokio::test]
async fn an_inner_request_without_an_answer_is_asked_alone() {
    let stub = Stub::start(|seen| {
        if seen.path.ends_with("/$batch") {
            return ok(&json!({"responses": [{"id": "77", "status": 200, "body": {"value": []}}, {}, 7]}));
        }
        ok(&named(&format!("?{}", seen.raw_query)))
    })
    .await;
    let cost = finds_all(&stub, &groups(30)).await;
    assert_eq!(cost.http_requests, 1 + 2);
}

#[tokio::test]
async fn of_two_answers_to_one_inner_request_none_is_taken() {
    let stub = Stub::start(|seen| {
        if !seen.path.ends_with("/$batch") {
            return ok(&named(&format!("?{}", seen.raw_query)));
        }
        // The first request is answered three times, once with what belongs to the second.
        let requests = seen.json()["requests"].as_array().expect("requests").clone();
        let answer = |of: usize, id: usize| {
            let body = named(requests[of]["url"].as_str().expect("a URL"));
            json!({"id": requests[id]["id"], "status": 200, "body": body})
        };
        ok(&json!({"responses": [answer(0, 0), answer(1, 0), answer(0, 0)]}))
    })
    .await;
    let cost = finds_all(&stub, &groups(30)).await;
    assert_eq!(cost.http_requests, 1 + 2);
}

#[tokio::test]
async fn a_spoilt_batch_is_asked_one_by_one_and_the_next_is_a_batch_again() {
    let count = AtomicUsize::new(0);
    let well = batching(|url| (200, json!({}), named(url)));
    let stub = Stub::start(move |seen| match count.fetch_add(1, Ordering::Relaxed) {
        // Each answer that is no JSON is asked for twice more.
        0..3 if seen.path.ends_with("/$batch") => {
            let mut page = stub::no_content();
            *page.status_mut() = axum::http::StatusCode::OK;
            *page.body_mut() = "<html>".into();
            page
        }
        _ => well(seen),
    })
    .await;
    let client = stub.client();
    let found = client.find_all(&groups(30)).await.expect("found");
    assert_eq!((found.len(), client.cost().http_requests), (30, 3 + 2));
    client.find_all(&groups(30)).await.expect("found");
    assert_eq!(client.cost().http_requests, 3 + 2 + 1);
}

#[tokio::test]
async fn a_page_inside_a_batch_is_asked_for_again() {
    for spoilt in [json!("PGh0bWw+"), json!(null), json!([])] {
        let count = AtomicUsize::new(0);
        let answer = move |url: &str| match count.fetch_add(1, Ordering::Relaxed) {
            0 => (200, json!({}), spoilt.clone()),
            _ => (200, json!({}), named(url)),
        };
        let stub = Stub::start(batching(answer)).await;
        let cost = finds_all(&stub, &groups(30)).await;
        assert_eq!((cost.http_requests, cost.retries), (2, 1));
    }
    let always = Stub::start(batching(|_| (200, json!({}), json!("PGh0bWw+")))).await;
    let error = always.client().find_all(&groups(30)).await.expect_err("pages alone");
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

#[tokio::test]
async fn an_answer_about_another_object_is_none() {
    let other = |seen: &Seen| -> Reply {
        let swapped = |url: &str| {
            let id = if url.contains("/aaa") { "bbb" } else { "aaa" };
            json!({
                "id": id, "displayName": "x", "accessPackage": {"id": "ap"}, "accessPackages": [],
                "catalog": {"id": "c", "displayName": "c"}, "assignmentPolicies": [],
                "questions": [], "customExtensionStageSettings": [],
            })
        };
        batching(move |url| (200, json!({}), swapped(url)))(seen)
    };
    let stub = Stub::start(other).await;
    let (client, ids) = (stub.client(), [Id::new("aaa"), Id::new("bbb")]);
    let policies = client.policies_by_id(Version::V1, &ids).await.expect("answers");
    assert!(policies.iter().all(|policy| policy.as_ref().is_err_and(|e| e.kind() == ErrorKind::Malformed)));
    let looks = ids.clone().map(|id| (Look::Policy(id), None));
    assert!(client.look(Version::V1, &looks).await.iter().all(Result::is_err));
    client.policy(Version::V1, &ids[0]).await.expect_err("another policy");
    client.packages_by_id(&ids).await.expect_err("other packages");
    client.packages_of_catalogs(&ids).await.expect_err("other catalogs");
}

#[tokio::test]
async fn a_link_inside_a_batch_is_followed_to_the_same_place_alone() {
    let trap = Stub::start(|_| list(&[])).await;
    let link = format!("{}/v1.0/groups?$skiptoken={CANARY}", trap.url);
    let stub =
        Stub::start(batching(move |_| (200, json!({}), json!({"value": [], "@odata.nextLink": link})))).await;
    let error = stub.client().find_all(&groups(30)).await.expect_err("a foreign link");
    assert_eq!(error.kind(), ErrorKind::ForeignLink);
    assert!(error.client_request_id().is_some());
    stub::keeps_secret(&error);
    assert!(trap.seen().is_empty());
}

#[tokio::test]
async fn what_failed_in_a_batch_has_ids_also_where_the_answer_inside_has_none() {
    for status in [json!(403), json!("none")] {
        let stub = Stub::start(move |seen| {
            let requests = seen.json()["requests"].as_array().expect("requests").clone();
            let answer = |request: &Json| json!({"id": request["id"], "status": status, "body": {}});
            let body = json!({"responses": requests.iter().map(answer).collect::<Vec<_>>()});
            let mut reply = ok(&body);
            reply.headers_mut().insert("request-id", "outer-id".parse().expect("a header"));
            reply
        })
        .await;
        let error = stub.client().find_all(&groups(30)).await.expect_err("refused");
        assert_eq!(error.request_id(), Some("outer-id"), "{error}");
        // What cannot be read is asked for again, each time by another id.
        let sent = stub.seen();
        let last = sent.last().expect("a batch").json();
        assert_eq!(error.client_request_id(), last["requests"][0]["headers"]["client-request-id"].as_str());
    }
}

#[tokio::test]
async fn a_refused_inner_request_is_an_error_with_what_it_needs() {
    let stub = Stub::start(batching(|_| {
        let body =
            json!({"error": {"code": "Authorization_RequestDenied", "message": format!("No, {CANARY}")}});
        (403, json!({"request-id": "inner-id"}), body)
    }))
    .await;
    let error = stub.client().find_all(&groups(30)).await.expect_err("refused");
    stub::keeps_secret(&error);
    assert_eq!(
        (error.kind(), error.path(), error.method()),
        (ErrorKind::Forbidden, Some("/v1.0/groups"), Some("GET"))
    );
    assert_eq!(error.request_id(), Some("inner-id"));
    assert!(error.help()[0].contains("GroupMember.Read.All"), "{:?}", error.help());
}

#[tokio::test]
async fn names_of_many_packages_are_one_request() {
    let stub = Stub::start(batching(|url| {
        let id = url.rsplit('/').next().expect("an id").to_owned();
        if id == "p3" {
            return (404, json!({}), json!({"error": {"code": "ResourceNotFound", "message": "Gone"}}));
        }
        (200, json!({}), json!({"id": id, "displayName": "x"}))
    }))
    .await;
    let ids: Vec<(Kind, Id)> = (0..10).map(|n| (Kind::AccessPackage, Id::new(&format!("p{n}")))).collect();
    let client = stub.client();
    let names = client.names(&ids).await.expect("names");
    assert_eq!((names.names.len(), names.unreadable), (9, false));
    assert_eq!((client.cost().http_requests, client.cost().inner_requests), (1, 10));
}

#[tokio::test]
async fn looks_by_id_and_by_name_are_one_request_and_names_in_one_package_share_a_list() {
    let policy = |id: &str, name: &str| {
        json!({
            "id": id, "displayName": name, "accessPackage": {"id": "a"},
            "questions": [], "customExtensionStageSettings": [],
        })
    };
    let stub = Stub::start(batching(move |url| {
        let path = url.split('?').next().unwrap_or_default();
        match path.rsplit('/').next() {
            Some("assignmentPolicies") => {
                let both = [policy("p1", "Staff"), policy("p2", "STAFF"), policy("p3", "Partners")];
                (200, json!({}), json!({ "value": both }))
            }
            Some("p1") => (200, json!({}), policy("p1", "Staff")),
            Some("hidden") => (403, json!({}), json!({"error": {"code": "Forbidden", "message": "No"}})),
            _ => (404, json!({}), json!({"error": {"code": "ResourceNotFound", "message": "Gone"}})),
        }
    }))
    .await;
    let name = |name: &str| Look::Named { package: Id::new("a"), name: name.to_owned() };
    let id = |id: &str| Look::Policy(Id::new(id));
    let looks = [name("staff"), id("gone"), name("Nobody"), id("p1"), id("hidden"), name("Partners")];
    let looks = looks.map(|look| (look, None));
    let client = stub.client();
    let seen = client.look(Version::V1, &looks).await;
    let ids: Vec<_> = seen
        .iter()
        .map(|seen| match seen {
            Ok(policies) => Ok(policies.iter().map(|policy| policy.id.as_str()).collect::<Vec<_>>()),
            Err(error) => Err(error.kind()),
        })
        .collect();
    let expected = [
        Ok(vec!["p1", "p2"]),
        Ok(vec![]),
        Ok(vec![]),
        Ok(vec!["p1"]),
        Err(ErrorKind::Forbidden),
        Ok(vec!["p3"]),
    ];
    assert_eq!(ids, expected);
    assert_eq!((client.cost().http_requests, client.cost().inner_requests), (1, 4));
}

#[tokio::test]
async fn a_look_that_fails_in_passing_brings_the_leave_to_look_again_with_others() {
    let failures = AtomicUsize::new(0);
    let stub = Stub::start(batching(move |url| {
        let id = url.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        if id == "p1" && failures.fetch_add(1, Ordering::Relaxed) == 0 {
            return (504, json!({}), json!({"error": {"code": "GatewayTimeout", "message": "x"}}));
        }
        let policy = json!({
            "id": id, "displayName": "Staff", "accessPackage": {"id": "a"},
            "questions": [], "customExtensionStageSettings": [],
        });
        (200, json!({}), policy)
    }))
    .await;
    let client = stub.client();
    let look = |id: &str, again| (Look::Policy(Id::new(id)), again);
    let mut seen = client.look(Version::V1, &[look("p1", None), look("p2", None)]).await;
    assert!(seen.remove(1).is_ok());
    let error = seen.remove(0).expect_err("it failed");
    let again = error.again().expect("the leave");
    assert_eq!((error.status(), client.cost().http_requests, client.cost().retries), (Some(504), 1, 0));
    let seen = client.look(Version::V1, &[look("p1", Some(again)), look("p3", None)]).await;
    assert!(seen.iter().all(Result::is_ok), "{seen:?}");
    assert_eq!((client.cost().http_requests, client.cost().retries), (2, 1));
}

#[tokio::test]
async fn a_date_inside_a_batch_is_measured_by_the_clock_of_the_server() {
    let refused = AtomicUsize::new(0);
    let stub = Stub::start(move |seen| {
        let first = refused.fetch_add(1, Ordering::Relaxed) == 0;
        let mut reply = batching(move |url| {
            let wait = json!({"Retry-After": "Sun, 06 Nov 1994 08:49:38 GMT"});
            if first {
                return (429, wait, json!({"error": {"code": "TooManyRequests", "message": "x"}}));
            }
            (200, json!({}), named(url))
        })(seen);
        reply.headers_mut().insert("date", "Sun, 06 Nov 1994 08:49:37 GMT".parse().expect("a date"));
        reply
    })
    .await;
    let start = Instant::now();
    finds_all(&stub, &groups(40)).await;
    assert!(start.elapsed().as_secs_f64() >= 1.0, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_wait_is_heeded_also_where_nobody_knows_what_answered_so() {
    let stub = Stub::start(|seen: &Seen| {
        if !seen.path.ends_with("/$batch") {
            return stub::status(200, &named(&format!("{}?{}", seen.path, seen.raw_query)));
        }
        let refusal = json!({"id": "another", "status": 429, "headers": {"Retry-After": "1"}, "body": {}});
        ok(&json!({ "responses": [refusal] }))
    })
    .await;
    let begun = Instant::now();
    finds_all(&stub, &groups(20)).await;
    assert!(begun.elapsed().as_secs_f64() >= 0.95, "{:?}", begun.elapsed());
}
