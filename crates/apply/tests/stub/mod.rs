//! A Graph whose answers a test decides, and changes to carry out on it.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{Method, Response};
use entrant_graph::{Client, FixedToken, Target};
use entrant_model::kinds::table;
use entrant_model::{Address, Id, Kind, LiveObject, Object, Place, Reference, Version, Wire, wire};
use entrant_plan::{Action, Change};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// A client of a server that answers each request by its method, path and body with a status and JSON; null is an empty
/// body.
pub async fn serve<F, A>(answer: F) -> Client
where
    F: Fn(Method, String, Json) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = (u16, Json)> + Send + 'static,
{
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let app = axum::Router::new().fallback(move |request: Request| {
        let answer = answer.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body");
            let body = serde_json::from_slice(&body).unwrap_or_default();
            let (status, json) = answer(parts.method, parts.uri.path().to_owned(), body).await;
            let text = if json.is_null() { String::new() } else { json.to_string() };
            Response::builder().status(status).body(axum::body::Body::from(text)).expect("a response")
        }
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    let tokens = Arc::new(FixedToken::given_or_made_up(None));
    let target = Target::parse(&url).expect("a target");
    Client::new(target, tokens, entrant_graph::Settings::default()).expect("a client")
}

/// An answer that is an error.
pub fn fails(status: u16, code: &str) -> (u16, Json) {
    (status, json!({"error": {"code": code, "message": "x"}}))
}

/// An object in the v1.0 shape.
pub fn object(kind: Kind, json: &Json) -> Object {
    wire::read(table(kind, Version::V1).expect("a table"), json.as_object().expect("an object"))
}

/// An object as it was read: its id and name are those of the JSON.
pub fn live(kind: Kind, parent: Id, json: &Json) -> LiveObject {
    LiveObject {
        kind,
        version: Version::V1,
        id: Id::new(json["id"].as_str().expect("an id")),
        display_name: json["displayName"].as_str().expect("a name").to_owned(),
        parent,
        object: object(kind, json),
        wire: Wire::new(json),
        unread: Vec::new(),
    }
}

/// A change from what is there to what is wanted.
pub fn change(
    address: Address,
    parent: Reference,
    live: Option<LiveObject>,
    desired: Option<Object>,
) -> Change {
    let action = match (&live, &desired) {
        (None, _) => Action::Create,
        (_, None) => Action::Delete,
        _ => Action::Update,
    };
    Change {
        kind: address.kind,
        address,
        version: Version::V1,
        action,
        parent,
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
