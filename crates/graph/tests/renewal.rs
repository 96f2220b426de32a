//! A refused token: renewed once, for all who were refused, and never again for the same request.

mod stub;

use entrant_graph::{Client, Error, ErrorKind, Read, Target, Token, TokenSource, Write};
use entrant_model::{Id, Kind, Version};
use serde_json::json;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use stub::{CANARY, Seen, Stub, fails, list, no_content};

/// Gives `Canary-token-…-0`, and after each renewal the next one, until it has given `last`.
struct Renewing {
    renewals: AtomicUsize,
    last: usize,
}

impl TokenSource for Renewing {
    fn token(&self) -> Pin<Box<dyn Future<Output = Result<Token, Error>> + Send + '_>> {
        let text = format!("{CANARY}-{}", self.renewals.load(Ordering::Relaxed));
        Box::pin(async move { Token::new(&text) })
    }

    fn refresh(&self) -> Pin<Box<dyn Future<Output = Result<bool, Error>> + Send + '_>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let has_more = self.renewals.load(Ordering::Relaxed) < self.last;
            self.renewals.fetch_add(usize::from(has_more), Ordering::Relaxed);
            Ok(has_more)
        })
    }
}

fn client(stub: &Stub, last: usize) -> (Client, Arc<Renewing>) {
    let source = Arc::new(Renewing { renewals: AtomicUsize::new(0), last });
    let target = Target::parse(&stub.url).expect("a target");
    (Client::new(target, Arc::clone(&source) as _, stub::impatient()).expect("a client"), source)
}

fn carries(seen: &Seen, token: usize) -> bool {
    seen.header("authorization") == Some(&*format!("Bearer {CANARY}-{token}"))
}

#[tokio::test]
async fn a_refused_token_is_renewed_and_the_request_sent_again() {
    let stub = Stub::start(|seen| match (carries(seen, 1), seen.method.as_str()) {
        (false, _) => fails(401, "InvalidAuthenticationToken", "Lifetime validation failed"),
        (true, "GET") => list(&[]),
        (true, _) => no_content(),
    })
    .await;
    let (client, source) = client(&stub, 9);
    client.replace_policy(Version::V1, &Id::new("p"), &json!({"x": 1})).await.expect("replaced");
    client.find(Kind::Group, "a").await.expect("an answer");
    assert_eq!(source.renewals.load(Ordering::Relaxed), 1);
    let seen = stub.seen();
    assert_eq!((seen.len(), client.cost().http_requests, client.cost().retries), (3, 3, 1));
    assert!(carries(&seen[0], 0) && carries(&seen[1], 1) && carries(&seen[2], 1));
    assert_eq!(seen[0].body, seen[1].body);
}

#[tokio::test]
async fn requests_that_are_refused_together_renew_once() {
    let stub = Stub::start(|seen| if carries(seen, 1) { list(&[]) } else { fails(401, "x", "y") }).await;
    let (client, source) = client(&stub, 9);
    let (a, b, c) = tokio::join!(
        client.find(Kind::Group, "a"),
        client.find(Kind::Group, "b"),
        client.find(Kind::Group, "c")
    );
    a.and(b).and(c).expect("answers");
    assert_eq!(source.renewals.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_token_that_is_refused_again_is_an_error() {
    for (last, requests) in [(9, 2), (0, 1)] {
        let stub = Stub::start(|_| fails(401, "InvalidAuthenticationToken", "No")).await;
        let (client, _) = client(&stub, last);
        let error = client.find(Kind::Group, "a").await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        stub::keeps_secret(&error);
        assert_eq!(stub.seen().len(), requests);
    }
}

#[tokio::test]
async fn a_token_that_is_refused_inside_a_batch_is_renewed() {
    let stub = Stub::start(|seen| {
        if !seen.path.ends_with("/$batch") {
            return if carries(seen, 1) { list(&[]) } else { fails(401, "x", "y") };
        }
        let requests = seen.json()["requests"].as_array().expect("requests").clone();
        let answer = |request: &serde_json::Value| {
            let body = json!({"error": {"code": "InvalidAuthenticationToken", "message": "expired"}});
            json!({"id": request["id"], "status": 401, "body": body})
        };
        stub::ok(&json!({"responses": requests.iter().map(answer).collect::<Vec<_>>()}))
    })
    .await;
    let (client, source) = client(&stub, 9);
    let names: Vec<(Kind, String)> = (0..30).map(|n| (Kind::Group, format!("g{n}"))).collect();
    client.find_all(&names).await.expect("answers");
    assert_eq!(source.renewals.load(Ordering::Relaxed), 1);
}
