//! The transport against servers that misbehave: what is refused, what is said about it, and that the token
//! goes nowhere else.

mod stub;

use axum::http::Response;
use entrant_graph::{Error, ErrorKind, Read, Settings, Write};
use entrant_model::{Id, Kind, Version};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use stub::{CANARY, Stub, client, client_with, fails, keeps_secret, list, page, raw};

/// Any list of one page or more.
async fn groups(url: &str) -> Result<usize, Error> {
    client(url).find(Kind::Group, "Desk").await.map(|found| found.len()).inspect_err(keeps_secret)
}

#[tokio::test]
async fn a_request_carries_what_it_should_and_no_more() {
    let stub = Stub::start(|_| list(&[json!({"id": "g", "displayName": "O'Neil & co #1"})])).await;
    let client = stub.client();
    assert_eq!(client.find(Kind::Group, "O'Neil & co #1").await.expect("found").len(), 1);
    let seen = stub.seen();
    let request = &seen[0];
    assert_eq!(request.line(), "GET /v1.0/groups");
    assert_eq!(request.option("$filter"), Some("displayName eq 'O''Neil & co #1'"));
    assert_eq!(request.header("authorization"), Some(&*format!("Bearer {CANARY}")));
    assert_eq!(request.header("prefer"), Some("include-unknown-enum-members"));
    assert!(request.header("user-agent").is_some_and(|agent| agent.starts_with("entrant/")));
    assert!(request.header("accept-encoding").is_some_and(|encodings| encodings.contains("gzip")));
    let id = request.header("client-request-id").expect("an id");
    assert!(Id::guid(id).is_some(), "{id}");
    let cost = client.cost();
    assert_eq!((cost.http_requests, cost.inner_requests, cost.retries), (1, 0, 0));
    assert!(cost.bytes > 20);
    client.find(Kind::Group, "x").await.expect("found");
    assert_ne!(stub.seen()[1].header("client-request-id"), Some(id));
}

#[tokio::test]
async fn a_redirect_is_an_error_and_the_other_host_hears_nothing() {
    let trap = Stub::start(|_| list(&[])).await;
    for code in [301, 302, 303, 307, 308] {
        let to = format!("{}/v1.0/groups?t={CANARY}", trap.url);
        let stub = Stub::start(move |_| {
            Response::builder().status(code).header("location", &to).body("".into()).expect("a response")
        })
        .await;
        let error = groups(&stub.url).await.expect_err("a redirect");
        assert_eq!((error.kind(), error.status()), (ErrorKind::Redirect, Some(code)));
        let write = stub.client().create_policy(Version::V1, &json!({})).await.expect_err("a redirect");
        assert_eq!(write.kind(), ErrorKind::Redirect);
        assert!(write.is_redirected_write() && !write.is_unclear(), "it is not repeated");
        assert_eq!(stub.seen().len(), 2);
    }
    assert!(trap.seen().is_empty());
}

#[tokio::test]
async fn a_redirect_whose_host_holds_the_token_does_not_show_it() {
    let stub = Stub::start(|_| {
        let to = format!("http://{CANARY}.example/");
        Response::builder().status(302).header("location", to).body("".into()).expect("a response")
    })
    .await;
    groups(&stub.url).await.expect_err("a redirect");
}

#[tokio::test]
async fn a_next_link_elsewhere_is_not_followed() {
    let trap = Stub::start(|_| list(&[])).await;
    let port = trap.url.rsplit_once(':').expect("a port").1.to_owned();
    let links: [fn(&str, &str) -> String; 8] = [
        |_, port| format!("http://127.0.0.1:{port}/v1.0/groups?$skiptoken=1"),
        |own, _| own.replace("http://", "https://") + "/v1.0/groups",
        |own, _| own.to_owned() + "/beta/groups",
        |own, _| own.to_owned() + "/v1.0/../beta/groups",
        |own, _| own.to_owned() + "/v1.0extra/groups",
        |own, _| own.replace("127.0.0.1", "localhost") + "/v1.0/groups",
        |own, _| own.replace("http://", "http://me:secret@") + "/v1.0/groups",
        |_, port| format!("//127.0.0.1:{port}/v1.0/{CANARY}"),
    ];
    for link in links {
        let port = port.clone();
        let stub = Stub::start(move |seen| {
            let own = format!("http://{}", seen.header("host").expect("a host"));
            page(&[json!({"id": "1", "displayName": "Desk"})], &link(&own, &port))
        })
        .await;
        let error = groups(&stub.url).await.expect_err("a foreign link");
        assert_eq!(error.kind(), ErrorKind::ForeignLink, "{error}");
        assert_eq!(error.path(), Some("/v1.0/groups"));
        assert!(error.client_request_id().is_some());
        assert!(!error.help().is_empty());
        assert_eq!(stub.seen().len(), 1);
    }
    assert!(trap.seen().is_empty());
}

#[tokio::test]
async fn pages_are_followed_as_given_and_an_empty_one_is_no_end() {
    let stub = Stub::start(|seen| {
        let next = |n: u8| {
            format!("http://{}/v1.0/groups?$skiptoken=a%2Fb%20{n}&x=1", seen.header("host").expect("a host"))
        };
        let desk = |id: &str| json!({"id": id, "displayName": "Desk"});
        match seen.option("$skiptoken") {
            None => page(&[desk("1"), desk("2")], &next(1)),
            Some("a/b 1") => page(&[], &next(2)),
            Some("a/b 2") => page(&[desk("2"), desk("3")], &next(3)),
            _ => list(&[desk("4")]),
        }
    })
    .await;
    // `2` came twice, as when the list changed between two pages.
    assert_eq!(groups(&stub.url).await.expect("a list"), 4);
    assert_eq!(stub.seen()[1].raw_query, "$skiptoken=a%2Fb%201&x=1");
}

#[tokio::test]
async fn loops_and_endless_chains_end() {
    let same = Stub::start(|seen| {
        page(&[], &format!("http://{}/v1.0/groups?$skiptoken=x", seen.header("host").expect("a host")))
    })
    .await;
    let error = groups(&same.url).await.expect_err("a loop");
    assert_eq!(error.kind(), ErrorKind::EndlessList);
    assert!(error.client_request_id().is_some());
    assert_eq!(same.seen().len(), 2);

    let count = Arc::new(AtomicUsize::new(0));
    let fresh = Stub::start(move |seen| {
        let n = count.fetch_add(1, Ordering::Relaxed);
        let host = seen.header("host").expect("a host");
        page(
            &[json!({"id": format!("{n}"), "displayName": "x"})],
            &format!("http://{host}/v1.0/groups?$skiptoken={n}"),
        )
    })
    .await;
    let error = groups(&fresh.url).await.expect_err("a chain");
    assert_eq!(error.kind(), ErrorKind::EndlessList);
    assert!(error.client_request_id().is_some());
    assert_eq!(fresh.seen().len(), 20);

    let count = Arc::new(AtomicUsize::new(0));
    let stale = Stub::start(move |seen| {
        let n = count.fetch_add(1, Ordering::Relaxed);
        let host = seen.header("host").expect("a host");
        page(&[json!({"id": "always"})], &format!("http://{host}/v1.0/groups?$skiptoken={n}"))
    })
    .await;
    let client = client_with(&stale.url, CANARY, Settings::default()).expect("a client");
    let error = client.find(Kind::Group, "x").await.expect_err("a chain");
    assert!(error.to_string().contains("nothing new"), "{error}");
    assert!(stale.seen().len() < 110);
}

#[tokio::test]
async fn what_is_no_list_is_not_an_empty_one() {
    for body in [
        "{}",
        "[]",
        "null",
        "7",
        r#"{"value":null}"#,
        r#"{"value":{}}"#,
        r#"{"value":[1]}"#,
        r#"{"value":[],"@odata.nextLink":7}"#,
    ] {
        let stub = Stub::start(move |_| Response::new(body.into())).await;
        let error = groups(&stub.url).await.expect_err(body);
        assert_eq!(error.kind(), ErrorKind::Malformed, "{body}");
    }
}

#[tokio::test]
async fn half_answers_are_errors() {
    let half: [(&'static [u8], ErrorKind); 6] = [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"value\":[]}", ErrorKind::Interrupted),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nc\r\n{\"value\":[]}\r\n",
            ErrorKind::Interrupted,
        ),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"value\":[{\"id\":\"1\"}", ErrorKind::Malformed),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", ErrorKind::Malformed),
        (b"HTTP/1.1 204 No Content\r\n\r\n", ErrorKind::Malformed),
        (b"", ErrorKind::Interrupted),
    ];
    for (bytes, kind) in half {
        let url = raw(bytes, Duration::ZERO).await;
        let error = groups(&url).await.expect_err("half an answer");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!error.is_unclear(), "a read changes nothing");
        assert!(error.client_request_id().is_some());
        let write = client(&url).create_policy(Version::V1, &json!({})).await.expect_err("half an answer");
        assert!(write.is_unclear(), "{write}");
    }
}

/// 100,000 times `a` in gzip.
const BOMB: &[&[u8]] = &[
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\xac\xeb\x5f\xc2\x1a",
    b"\x1e\x40\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x00\xaf\x06\x87\xfa\xe2\x1b\xa0\x86\x01\x00",
];

#[tokio::test]
async fn a_compressed_answer_is_measured_decompressed_and_must_be_whole() {
    for (bytes, kind) in [(BOMB.concat().len(), ErrorKind::TooLarge), (60, ErrorKind::Interrupted)] {
        let stub = Stub::start(move |_| {
            let body = BOMB.concat()[..bytes].to_vec();
            Response::builder().header("content-encoding", "gzip").body(body.into()).expect("a response")
        })
        .await;
        let error = groups(&stub.url).await.expect_err("too much or too little");
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[tokio::test]
async fn a_web_page_is_said_to_be_one() {
    let stub = Stub::start(|_| {
        Response::builder()
            .header("content-type", "text/html")
            .body("<html>Sign in</html>".into())
            .expect("a page")
    })
    .await;
    let error = groups(&stub.url).await.expect_err("a page");
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert!(error.to_string().contains("web page"), "{error}");
}

#[tokio::test]
async fn a_slow_answer_times_out_and_says_so() {
    let url =
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"value\":[]}", Duration::from_secs(5)).await;
    let error = groups(&url).await.expect_err("late");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.help().iter().any(|h| h.contains("Nothing was changed")), "{:?}", error.help());
    let write = client(&url).create_policy(Version::V1, &json!({})).await.expect_err("late");
    assert!(write.is_unclear());
}

#[tokio::test]
async fn nobody_there_asks_whether_it_is_running() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let error = groups(&url).await.expect_err("nobody");
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.to_string().contains("nothing listens on 127.0.0.1:"), "{error}");
    assert!(error.help()[0].contains("entrant emulator serve"), "{:?}", error.help());
    let write = client(&url).delete_policy(Version::V1, &Id::new("x")).await.expect_err("nobody");
    assert!(!write.is_unclear(), "nothing was sent");
}

#[tokio::test]
async fn localhost_is_this_machine_without_asking() {
    let stub = Stub::start(|_| list(&[])).await;
    assert_eq!(groups(&stub.url.replace("127.0.0.1", "localhost")).await.expect("a list"), 0);
}

#[tokio::test]
async fn each_status_has_its_kind_its_ids_and_what_to_do() {
    for (status, kind, is_unclear, help) in [
        (400, ErrorKind::BadRequest, false, ""),
        (401, ErrorKind::Unauthenticated, false, "ENTRANT_ACCESS_TOKEN"),
        (403, ErrorKind::Forbidden, false, "EntitlementManagement.ReadWrite.All"),
        (404, ErrorKind::NotFound, false, "plan again"),
        (408, ErrorKind::Timeout, true, "may have been done"),
        (409, ErrorKind::Conflict, true, "plan again"),
        (418, ErrorKind::Unexpected, false, "root of Graph"),
        (429, ErrorKind::Throttled, false, "wait"),
        (500, ErrorKind::Server, true, "may have been done"),
        (503, ErrorKind::Server, true, "may have been done"),
    ] {
        let stub = Stub::start(move |_| {
            fails(status, "SomeCode", &format!("Not\u{1b}[31m so, {CANARY} and {}", CANARY.to_uppercase()))
        })
        .await;
        let error = stub.client().create_policy(Version::V1, &json!({})).await.expect_err("refused");
        keeps_secret(&error);
        assert_eq!((error.kind(), error.status(), error.is_unclear()), (kind, Some(status), is_unclear));
        assert_eq!(error.graph_code(), Some("SomeCode"));
        assert_eq!(error.graph_message(), Some("Not\\u{1b}[31m so, … and …"));
        assert_eq!(error.request_id(), Some("rid-inner"));
        assert_eq!(
            (error.method(), error.path()),
            (Some("POST"), Some(&*format!("/v1.0/{}/assignmentPolicies", stub::EM)))
        );
        assert!(error.help().join(" ").contains(help), "{status}: {:?}", error.help());
        // A 429 did nothing, so what it refused may be sent again.
        assert_eq!(stub.seen().len() > 1, status == 429, "a write is sent once");

        let read = stub.client().find(Kind::Group, "Secret name").await.expect_err("refused");
        keeps_secret(&read);
        assert!(!read.is_unclear());
        assert!(!format!("{read}{read:?}").contains("Secret name"));
    }
}

#[tokio::test]
async fn a_request_id_is_taken_from_the_header_where_the_body_has_none() {
    let stub = Stub::start(|_| stub::status(503, &json!({"error": {"code": "", "message": "Busy"}}))).await;
    let error = groups(&stub.url).await.expect_err("busy");
    assert_eq!(
        (error.request_id(), error.graph_code(), error.graph_message()),
        (Some("rid-from-header"), None, Some("Busy"))
    );
}

#[tokio::test]
async fn how_long_to_wait_is_passed_on() {
    let stub = Stub::start(|_| {
        let mut reply = fails(429, "TooManyRequests", "Slow down");
        reply.headers_mut().insert("retry-after", axum::http::HeaderValue::from_static("2.128"));
        reply
    })
    .await;
    let error = groups(&stub.url).await.expect_err("throttled");
    assert!(error.help()[0].contains("wait 2.128 s"), "{:?}", error.help());
}

#[tokio::test]
async fn a_token_for_microsoft_does_not_leave_for_this_machine() {
    // {"alg":"none"} . {"aud":"https://graph.microsoft.com"}
    let token = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJodHRwczovL2dyYXBoLm1pY3Jvc29mdC5jb20ifQ.";
    let stub = Stub::start(|_| list(&[])).await;
    let client = client_with(&stub.url, token, Settings::default()).expect("a client");
    let error = client.find(Kind::Group, "Desk").await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::ForeignToken);
    assert!(!format!("{error}{error:?}").contains("eyJ"));
    assert!(stub.seen().is_empty());
}

#[tokio::test]
async fn a_cloud_gets_tokens_of_the_tenant_that_is_meant_alone() {
    let cloud = "https://graph.microsoft.com";
    let error = client_with(cloud, CANARY, Settings::default()).err().expect("no tenant");
    assert_eq!(error.kind(), ErrorKind::SignIn);
    assert!(error.help().iter().any(|h| h.contains("--tenant")));
    keeps_secret(&error);
    let tenant = Some(Id::new("11111111-2222-3333-4444-555555555555"));
    let client = client_with(cloud, CANARY, Settings { tenant, ..Settings::default() }).expect("a client");
    let error = client.find(Kind::Group, "a").await.expect_err("says no tenant");
    assert_eq!(error.kind(), ErrorKind::WrongTenant);
    assert_eq!(client.cost().http_requests, 0);
    keeps_secret(&error);
}
