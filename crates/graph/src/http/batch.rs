//! `$batch`: many small reads in few requests. Microsoft Graph v1.0, "Combine multiple HTTP requests using JSON
//! batching".
//!
//! Each inner request has its own status, and is throttled and repeated on its own. A server without `$batch` is
//! asked one by one instead. Writes never come here.

use super::{Answer, Outgoing, Transport, failure, header};
use crate::error::{Call, Error, ErrorKind};
use entrant_model::Version;
use entrant_model::value::Json;
use futures_util::future::join_all;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use url::Position;

/// Requests that one `$batch` takes.
pub(crate) const MAX_INNER: usize = 20;

/// The body of a batch's answer.
#[derive(Deserialize)]
struct Responses<'a> {
    #[serde(borrow)]
    responses: Vec<InnerResponse<'a>>,
}

/// What came back for one inner request.
#[derive(Deserialize)]
struct InnerResponse<'a> {
    id: Option<Json>,
    status: Option<Json>,
    headers: Option<Json>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

impl Transport {
    /// The answers of up to [`MAX_INNER`] GETs of one version, in their order.
    ///
    /// The outer error is of the batch itself; those inside are of one request each.
    pub async fn send_together(
        &self,
        version: Version,
        requests: &[Outgoing],
    ) -> Result<Vec<Result<Answer, Error>>, Error> {
        let start = Instant::now();
        let mut answers: Vec<Option<Result<Answer, Error>>> = requests.iter().map(|_| None).collect();
        let mut pending: Vec<usize> = (0..requests.len()).collect();
        let mut failures = 0;
        while pending.len() > 1 && !self.has_no_batch.load(Ordering::Relaxed) {
            let Some(mut inner) = self.send_batch(version, requests, &pending).await? else { break };
            let (mut again, mut pause) = (Vec::new(), Duration::ZERO);
            for index in std::mem::take(&mut pending) {
                let call = &requests[index].call;
                match inner.remove(&index) {
                    Some(Err(error)) => match self.pace.pause_after_inner(call, &error, failures, start) {
                        Some(wait) => {
                            again.push(index);
                            pause = pause.max(wait);
                        }
                        None => answers[index] = Some(Err(error)),
                    },
                    // Without an answer it is asked alone, below.
                    answer => answers[index] = answer,
                }
            }
            if !again.is_empty() {
                sleep(pause).await;
                self.pace.count_retry();
            }
            (pending, failures) = (again, failures + 1);
        }
        let alone = answers.into_iter().zip(requests).map(async |(answer, request)| match answer {
            Some(answer) => answer,
            None => self.send(request).await,
        });
        Ok(join_all(alone).await)
    }

    /// One `$batch`: what came back for each, or `None` where the server has no such thing.
    async fn send_batch(
        &self,
        version: Version,
        requests: &[Outgoing],
        pending: &[usize],
    ) -> Result<Option<HashMap<usize, Result<Answer, Error>>>, Error> {
        let url = self.target.root().join(&format!("{version}/$batch")).map_err(|error| {
            Error::local(ErrorKind::Unsupported, format!("no URL can be made of $batch: {error}"))
        })?;
        let ids: Vec<String> = pending.iter().map(|_| uuid::Uuid::new_v4().to_string()).collect();
        let inner = pending.iter().zip(&ids).map(|(index, id)| {
            let url = &requests[*index].url[Position::BeforePath..Position::AfterQuery];
            json!({
                "id": index.to_string(),
                "method": "GET",
                "url": url.strip_prefix(&format!("/{version}")).unwrap_or(url),
                "headers": {"Prefer": "include-unknown-enum-members", "client-request-id": id},
            })
        });
        let body = json!({ "requests": inner.collect::<Vec<_>>() }).to_string().into_bytes();
        // A POST that only reads.
        let call = Call { method: "POST", path: url.path().to_owned(), writes: false };
        let permission = requests.first().map_or("", |request| request.permission);
        let outgoing = Outgoing { method: Method::POST, url, body: Some(body), call, permission };
        let answer = match self.send(&outgoing).await {
            Ok(answer) => answer,
            Err(error) if is_no_batch(&error) => return Ok(self.without_batch()),
            Err(error) => return Err(error),
        };
        let Ok(Responses { responses }) = answer.read(&outgoing.call) else {
            return Ok(self.without_batch());
        };
        self.inner_requests.fetch_add(u64::try_from(pending.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
        let mut answers = HashMap::new();
        for response in responses {
            let asked = response.id.as_ref().and_then(Json::as_str).and_then(|id| id.parse().ok());
            if let Some(at) = pending.iter().position(|index| Some(*index) == asked) {
                let index = pending[at];
                answers.insert(index, self.inner(&requests[index], &answer, &response, &ids[at]).await);
            }
        }
        Ok(Some(answers))
    }

    fn without_batch<T>(&self) -> Option<T> {
        self.has_no_batch.store(true, Ordering::Relaxed);
        None
    }

    /// What became of one inner request.
    async fn inner(
        &self,
        outgoing: &Outgoing,
        batch: &Answer,
        response: &InnerResponse<'_>,
        client_request_id: &str,
    ) -> Result<Answer, Error> {
        let call = &outgoing.call;
        let status =
            response.status.as_ref().and_then(Json::as_u64).and_then(|code| u16::try_from(code).ok());
        let Some(status) = status.and_then(|code| StatusCode::from_u16(code).ok()) else {
            return Err(failure::malformed(call, "the answer in the batch has no status"));
        };
        let headers = headers(response.headers.as_ref());
        let token = self.token(call).await?;
        let request_id = header(&headers, "request-id").map(|id| failure::scrub(id, &token));
        let body = response.body.map_or(&b""[..], |body| body.get().as_bytes());
        if status.is_success() {
            let body = batch.body.slice_ref(body);
            return Ok(Answer { body, request_id, client_request_id: client_request_id.to_owned() });
        }
        let error = failure::status(&self.target, outgoing, status, &headers, Some(body), &token);
        Err(error.with_ids(request_id.as_deref(), client_request_id))
    }
}

/// Whether the server says, each in its way, that it takes no batches.
fn is_no_batch(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::BadRequest | ErrorKind::NotFound | ErrorKind::Malformed)
        || matches!(error.status(), Some(405 | 501))
}

fn headers(json: Option<&Json>) -> HeaderMap {
    let entries = json.and_then(Json::as_object).into_iter().flatten();
    entries
        .filter_map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(&text).ok()?))
        })
        .collect()
}
