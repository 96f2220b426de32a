//! Repetitions over HTTP: what is sent again, when, and what of it shows.

mod stub;

use axum::http::HeaderValue;
use entrant_graph::{ErrorKind, Observer, Read, Settings, WaitReason, Waiting, Write};
use entrant_model::{Id, Kind, Version};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use stub::{CANARY, Reply, Seen, Stub, client_with, fails, list, no_content, raw, status};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Answers with `first` this often, then with `then`.
fn first(
    times: usize,
    first: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    then: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
) -> impl Fn(&Seen) -> Reply + Send + Sync + 'static {
    let count = AtomicUsize::new(0);
    move |seen| if count.fetch_add(1, Ordering::Relaxed) < times { first(seen) } else { then(seen) }
}

fn asks_to_wait(code: u16, wait: &str) -> Reply {
    let mut reply = fails(code, "TooManyRequests", "Slow down");
    reply.headers_mut().insert("retry-after", HeaderValue::from_str(wait).expect("a header"));
    reply
}

#[tokio::test]
async fn a_retry_after_stops_every_request_of_the_client() {
    for form in ["1", "0.7", "a date"] {
        let throttles = move |_: &Seen| {
            let in_two_seconds = SystemTime::now() + Duration::from_secs(2);
            let date = jiff::Timestamp::try_from(in_two_seconds).expect("an instant");
            let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            let mut reply = asks_to_wait(429, if form == "a date" { &date } else { form });
            // The server's own clock would be rounded down to its second.
            reply.headers_mut().insert("date", HeaderValue::from_static("unknown"));
            reply
        };
        let stub = Stub::start(first(1, throttles, |_| list(&[]))).await;
        let settings = Settings { deadline: Duration::from_secs(20), ..Settings::default() };
        let client = client_with(&stub.url, CANARY, settings).expect("a client");
        let start = Instant::now();
        let (one, other) = tokio::join!(client.find(Kind::Group, "a"), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            client.find(Kind::Group, "b").await
        });
        one.and(other).expect("answers");
        let least = if form == "0.7" { 0.7 } else { 1.0 };
        assert!(start.elapsed().as_secs_f64() >= least, "{form}: {:?}", start.elapsed());
        assert_eq!(stub.seen().len(), 3, "{form}");
        assert_eq!((client.cost().http_requests, client.cost().retries), (3, 1));
    }
}

#[tokio::test]
async fn whatever_asks_to_wait_is_heeded() {
    for code in [301, 404, 409, 423] {
        let stub = Stub::start(first(1, move |_| asks_to_wait(code, "1"), |_| list(&[]))).await;
        let client = client_with(&stub.url, CANARY, Settings::default()).expect("a client");
        let refused = client.find(Kind::Group, "a").await.expect_err("a refusal");
        let begun = Instant::now();
        client.find(Kind::Group, "b").await.expect("an answer");
        assert!(begun.elapsed() >= Duration::from_millis(900), "{code}: {:?} {refused}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_said_with_the_failure() {
    for (code, seconds, is_said) in
        [(429, "3600", true), (503, "3600", true), (403, "3600", true), (403, "0.5", false)]
    {
        let stub = Stub::start(move |_| asks_to_wait(code, seconds)).await;
        let error = stub.client().find(Kind::Group, "x").await.expect_err("a wait of an hour");
        let help = error.help().join(" ");
        assert_eq!(help.contains(&format!("{seconds} s")), is_said, "{code}: {help}");
    }
}

#[tokio::test]
async fn a_refusal_stops_the_others_before_its_body_has_come() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (arrivals, start) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
    let log = Arc::clone(&arrivals);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                let is_first = {
                    let mut log = log.lock().expect("the log");
                    log.push(start.elapsed().as_secs_f64());
                    log.len() == 1
                };
                let answer: &[u8] = if is_first {
                    b"HTTP/1.1 429 x\r\nRetry-After: 1.5\r\nContent-Length: 99\r\n\r\n{"
                } else {
                    b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{\"value\":[]}"
                };
                let _ = stream.write_all(answer).await;
                tokio::time::sleep(Duration::from_secs(9)).await;
            });
        }
    });
    let settings = Settings { read_timeout: Duration::from_secs(1), ..Settings::default() };
    let client = client_with(&url, CANARY, settings).expect("a client");
    let (one, other) = tokio::join!(client.find(Kind::Group, "a"), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        client.find(Kind::Group, "b").await
    });
    one.and(other).expect("answers");
    let arrivals = arrivals.lock().expect("the log").clone();
    assert!(arrivals.len() == 3 && arrivals[1..].iter().all(|at| *at >= 1.5), "{arrivals:?}");
}

#[tokio::test]
async fn a_read_comes_through_failures_and_a_write_is_sent_once() {
    for code in [408, 500, 502, 503, 504, 509] {
        let stub = Stub::start(first(3, move |_| fails(code, "x", "y"), |_| list(&[]))).await;
        let client = stub.client();
        client.find(Kind::Group, "a").await.expect("an answer");
        assert_eq!((stub.seen().len(), client.cost().retries), (4, 3), "{code}");

        let stub = Stub::start(first(1, move |_| fails(code, "x", "y"), |_| no_content())).await;
        let client = stub.client();
        let put = client.replace_policy(Version::V1, &Id::new("p"), &json!({})).await;
        assert!(put.expect_err("unclear").is_unclear(), "{code}");
        assert_eq!(stub.seen().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn each_attempt_has_an_id_of_its_own() {
    let stub = Stub::start(first(1, |_| fails(503, "x", "y"), |_| list(&[]))).await;
    stub.client().find(Kind::Group, "a").await.expect("an answer");
    let seen = stub.seen();
    assert_ne!(seen[0].header("client-request-id"), seen[1].header("client-request-id"));
    assert_eq!(seen[0].raw_query, seen[1].raw_query);
}

#[tokio::test]
async fn a_refused_write_is_sent_again_whole() {
    let created = json!({"id": "p", "displayName": "Staff", "accessPackage": {"id": "ap"}});
    let stub = Stub::start(first(2, |_| asks_to_wait(429, "0.01"), move |_| status(201, &created))).await;
    let body = json!({"displayName": "Staff", "accessPackage": {"id": "ap"}});
    stub.client().create_policy(Version::V1, &body).await.expect("created");
    let seen = stub.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|s| s.json() == body));
}

#[tokio::test]
async fn an_answer_cut_short_is_asked_for_again_and_the_last_failure_is_told() {
    let url = raw(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"value\":[", Duration::ZERO).await;
    let client = stub::client(&url);
    let error = client.find(Kind::Group, "a").await.expect_err("never whole");
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert!(error.help().iter().any(|help| help == "It was tried 8 times."), "{:?}", error.help());
    assert_eq!((client.cost().http_requests, client.cost().retries), (8, 7));
}

#[derive(Debug, Default)]
struct Told(Mutex<Vec<Waiting>>);

impl Observer for Told {
    fn waiting(&self, waiting: &Waiting) {
        self.0.lock().expect("a list").push(waiting.clone());
    }

    fn listed(&self, _: usize) {}
}

#[tokio::test]
async fn a_wait_is_told_while_it_lasts() {
    let told = Arc::new(Told::default());
    let settings = Settings { observer: Some(Arc::clone(&told) as _), ..Settings::default() };
    let stub = Stub::start(first(1, |_| asks_to_wait(429, "1"), |_| list(&[]))).await;
    let client = client_with(&stub.url, CANARY, settings).expect("a client");
    client.find(Kind::Group, "a").await.expect("an answer");
    let told = told.0.lock().expect("a list");
    assert_eq!((told[0].reason, told[0].stops_all, told.len()), (WaitReason::Throttled, true, 1));
    assert!((0.9..=1.01).contains(&told[0].duration.as_secs_f64()), "{told:?}");
}
