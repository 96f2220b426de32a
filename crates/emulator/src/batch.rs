//! `$batch`: up to twenty requests in one. Each is a request of its own and passes the same service;
//! the answers come in no particular order, and one that depends on a failure is not carried out.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::errors::{GraphError, Result, bad_request};
use crate::faults::Treatment;
use crate::message::{Body, Exchange, Request, Response};
use crate::random::{Random, fresh_guid};
use crate::service::{Service, body, refusal};

/// Graph's limit.
const MAXIMUM: usize = 20;

struct Inner {
    id: String,
    request: Request,
    depends_on: Vec<String>,
}

pub fn run(service: &Service, outer: &Request) -> Result<Response> {
    if outer.method != "POST" {
        return Err(crate::errors::method_not_allowed(&outer.method));
    }
    let requests = read(outer)?;
    let order = order(&requests)?;
    let mut statuses: HashMap<&str, u16> = HashMap::new();
    let mut inner = Vec::new();
    let mut answers = Vec::new();
    for index in order {
        let Inner { id, request, depends_on } = &requests[index];
        let failed =
            depends_on.iter().any(|needed| statuses.get(needed.as_str()).is_none_or(|status| *status >= 400));
        let response = if failed {
            let error =
                GraphError::new(424, "FailedDependency", "A request that this one depends on has failed.");
            refusal(request, &error)
        } else {
            service.answer(request)
        };
        statuses.insert(id, response.status);
        inner.push(Exchange::new(request, &response));
        answers.push(written(id, request, response));
    }
    let seed = inner.iter().map(|exchange| exchange.path.len() as u64).sum();
    Random(seed).shuffle(&mut answers);
    Ok(Response { inner, ..Response::json(200, json!({ "responses": answers })) })
}

fn read(outer: &Request) -> Result<Vec<Inner>> {
    let body = body(outer)?;
    let Some(Value::Array(items)) = body.get("requests") else {
        return Err(bad_request("Invalid batch payload format."));
    };
    if body.len() > 1 || items.is_empty() {
        return Err(bad_request("Invalid batch payload format."));
    }
    if items.len() > MAXIMUM {
        return Err(bad_request(format!("Number of batch requests exceeds the maximum of {MAXIMUM}.")));
    }
    let mut requests: Vec<Inner> = Vec::new();
    for item in items {
        let inner = item.as_object().and_then(|item| inner(outer, item).transpose()).transpose()?;
        let inner = inner.ok_or_else(|| bad_request("Invalid batch payload format."))?;
        if requests.iter().any(|other| other.id == inner.id) {
            return Err(bad_request(format!("Request id {} is not unique in the batch.", inner.id)));
        }
        requests.push(inner);
    }
    Ok(requests)
}

/// One request of the batch; `None` where it is not laid out as one.
fn inner(outer: &Request, item: &Map<String, Value>) -> Result<Option<Inner>> {
    let known = ["id", "method", "url", "headers", "body", "dependsOn"];
    let text = |name: &str| item.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(id), Some(method), Some(url)) = (text("id"), text("method"), text("url")) else {
        return Ok(None);
    };
    if item.keys().any(|name| !known.contains(&name.as_str())) {
        return Ok(None);
    }
    if !url.starts_with('/') {
        return Err(bad_request(format!("The url of request id {id} is not relative to the version.")));
    }
    let method = method.to_ascii_uppercase();
    if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()) {
        return Err(bad_request(format!("The method of request id {id} is not supported.")));
    }
    let headers = match item.get("headers") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(headers)) => headers.clone(),
        Some(_) => return Ok(None),
    };
    let header = |wanted: &str| {
        let found = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.and_then(|(_, value)| value.as_str()).map(str::to_owned)
    };
    let depends_on = match item.get("dependsOn") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(ids)) => ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect(),
        Some(_) => return Ok(None),
    };
    let body = item.get("body").filter(|body| !body.is_null());
    let content_type = header("content-type");
    if body.is_some() != content_type.is_some()
        && (body.is_some() || ["POST", "PUT", "PATCH"].contains(&method.as_str()))
    {
        return Err(bad_request(format!(
            "Write request id : {id} does not contain Content-Type header or body."
        )));
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    if path.to_ascii_lowercase().starts_with("/$batch") {
        return Err(bad_request("A batch cannot stand in a batch."));
    }
    let request = Request {
        version: outer.version,
        method,
        path: path.to_owned(),
        query: query.replace(' ', "%20"),
        content_type,
        consistency_level: header("consistencylevel"),
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        origin: outer.origin.clone(),
        id: fresh_guid(),
        client_request_id: header("client-request-id").unwrap_or_else(|| outer.client_request_id.clone()),
        token: outer.token.clone(),
        arrived: outer.arrived,
        http_id: outer.http_id.clone(),
        in_batch: true,
        treatment: Treatment::default(),
    };
    Ok(Some(Inner { id: id.to_owned(), request, depends_on }))
}

/// The order of the batch, but each request after those it depends on.
fn order(requests: &[Inner]) -> Result<Vec<usize>> {
    let mut order: Vec<usize> = Vec::new();
    while order.len() < requests.len() {
        let done = |id: &String| order.iter().any(|index| requests[*index].id == *id);
        let next = (0..requests.len())
            .find(|index| !order.contains(index) && requests[*index].depends_on.iter().all(done));
        match next {
            Some(index) => order.push(index),
            None => return Err(bad_request("The dependencies of the batch cannot be met.")),
        }
    }
    Ok(order)
}

fn written(id: &str, request: &Request, response: Response) -> Value {
    let mut headers = json!({ "request-id": request.id, "client-request-id": request.client_request_id });
    let mut answer = json!({ "id": id, "status": response.status });
    for (name, value) in response.headers {
        headers[name] = value.into();
    }
    match response.body {
        Body::None => {}
        Body::Json(body) => {
            headers["Content-Type"] = "application/json;odata.metadata=minimal".into();
            answer["body"] = body;
        }
        Body::Text(text) => {
            headers["Content-Type"] = "text/plain".into();
            answer["body"] = text.into();
        }
    }
    answer["headers"] = headers;
    answer
}
