//! `$batch`: many small reads in few requests. Microsoft Graph v1.0, "Combine multiple HTTP requests using JSON
//! batching".
//!
//! Each inner request has its own status, and is throttled and repeated on its own. A server without `$batch` is
//! asked one by one instead. Writes never come here.

use super::{Again, Answer, Outgoing, Transport, failure, header, retry_after};
use crate::error::{Call, Error, ErrorKind};
use crate::token::Token;
use entrant_model::Version;
use entrant_model::value::Json;
use futures_util::future::join_all;
use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;
use url::Position;

/// Requests that one `$batch` takes.
pub(crate) const MAX_INNER: usize = 20;

/// Answers in a row that are no batch's, after which the server counts as having none.
const UNREADABLE: usize = 3;

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
        let mut answers: Vec<Option<Result<Answer, Error>>> = requests.iter().map(|_| None).collect();
        let mut pending: Vec<(usize, Option<Again>)> = (0..requests.len()).map(|at| (at, None)).collect();
        while pending.len() > 1 {
            let sent: Vec<_> = pending.iter().map(|(at, again)| (&requests[*at], *again)).collect();
            let inner = self.send_batch(version, &sent).await?;
            let mut pause = Duration::ZERO;
            for ((at, _), answer) in std::mem::take(&mut pending).into_iter().zip(inner) {
                match answer.as_ref().and_then(|answer| answer.as_ref().err()).and_then(Error::again) {
                    Some(again) => {
                        pending.push((at, Some(again)));
                        pause = pause.max(again.after());
                    }
                    // Without an answer it is asked alone, below.
                    None => answers[at] = answer,
                }
            }
            if !pending.is_empty() && !self.pace.sleep_until(Instant::now() + pause).await {
                break;
            }
        }
        if let [(_, Some(_))] = pending.as_slice() {
            self.pace.count_retry();
        }
        let alone = answers.into_iter().zip(requests).map(async |(answer, request)| match answer {
            Some(answer) => answer,
            None => self.send(request).await,
        });
        Ok(join_all(alone).await)
    }

    /// [`send_together`](Self::send_together), each sent once: the error of one that failed in passing holds the
    /// leave to send it [again](Error::again), with which it comes back.
    pub async fn send_once(
        &self,
        version: Version,
        requests: &[(&Outgoing, Option<Again>)],
    ) -> Result<Vec<Result<Answer, Error>>, Error> {
        let answers = match requests {
            [_] => vec![None],
            _ => self.send_batch(version, requests).await?,
        };
        let alone = answers.into_iter().zip(requests).map(async |(answer, (request, _))| match answer {
            Some(answer) => answer,
            None => self.send(request).await,
        });
        Ok(join_all(alone).await)
    }

    /// One `$batch`: what came back for each request, or nothing for those that got no answer, as all where the
    /// server has no such thing.
    async fn send_batch(
        &self,
        version: Version,
        requests: &[(&Outgoing, Option<Again>)],
    ) -> Result<Vec<Option<Result<Answer, Error>>>, Error> {
        let none = || requests.iter().map(|_| None).collect();
        if self.has_no_batch.load(Ordering::Relaxed) {
            return Ok(none());
        }
        let url = self.target.root().join(&format!("{version}/$batch")).map_err(|error| {
            Error::local(ErrorKind::Unsupported, format!("no URL can be made of $batch: {error}"))
        })?;
        let ids: Vec<String> = requests.iter().map(|_| uuid::Uuid::new_v4().to_string()).collect();
        let inner = requests.iter().zip(&ids).enumerate().map(|(at, ((request, _), id))| {
            let url = &request.url[Position::BeforePath..Position::AfterQuery];
            json!({
                "id": at.to_string(),
                "method": "GET",
                "url": url.strip_prefix(&format!("/{version}")).unwrap_or(url),
                "headers": {"Prefer": "include-unknown-enum-members", "client-request-id": id},
            })
        });
        let body = json!({ "requests": inner.collect::<Vec<_>>() }).to_string().into_bytes();
        // A POST that only reads.
        let call = Call { method: "POST", path: url.path().to_owned(), writes: false };
        let permission = requests.first().map_or("", |(request, _)| request.permission);
        let outgoing = Outgoing { method: Method::POST, url, body: Some(body), call, permission };
        if requests.iter().any(|(_, again)| again.is_some()) {
            self.pace.count_retry();
        }
        let read = |answer: Answer, left: Instant, token: &Token| {
            let Responses { responses } = answer.read(&outgoing.call).ok()?;
            let mut answers: Vec<Option<Result<Answer, Error>>> = none();
            let mut times = vec![0_usize; requests.len()];
            for response in responses {
                let at = response.id.as_ref().and_then(Json::as_str).and_then(|id| id.parse::<usize>().ok());
                let Some((at, (request, again))) = at.and_then(|at| Some((at, requests.get(at)?))) else {
                    // Nobody knows what it is an answer to, and still it may ask to wait.
                    self.heed_inner(&answer, &response);
                    continue;
                };
                let inner = self.inner(request, &answer, &response, &ids[at], token).map_err(|error| {
                    let again = self.pace.again_after_inner(&request.call, &error, left, *again);
                    error.with_again(again)
                });
                times[at] += 1;
                // Of two answers nobody knows which is meant. A refused token is renewed for what is asked alone.
                let is_one = times[at] == 1;
                let is_refused =
                    inner.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unauthenticated);
                answers[at] = (is_one && !is_refused).then_some(inner);
            }
            Some(answers)
        };
        let answers = match self.send_and(&outgoing, read).await {
            Ok(answers) => answers,
            Err(error) if error.kind() == ErrorKind::Malformed => None,
            Err(error) if is_no_batch(&error) => {
                self.has_no_batch.store(true, Ordering::Relaxed);
                return Ok(none());
            }
            Err(error) => return Err(error),
        };
        let Some(answers) = answers else {
            // Whoever spoils one answer need not spoil the next.
            if self.unreadable_batches.fetch_add(1, Ordering::Relaxed) + 1 >= UNREADABLE {
                self.has_no_batch.store(true, Ordering::Relaxed);
            }
            return Ok(none());
        };
        self.unreadable_batches.store(0, Ordering::Relaxed);
        self.inner_requests.fetch_add(u64::try_from(requests.len()).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(answers)
    }

    /// Shuts the gate where an inner answer asks for it.
    fn heed_inner(&self, batch: &Answer, response: &InnerResponse<'_>) {
        let status = status_of(response).filter(|status| !status.is_success());
        let asked = retry_after::retry_after(&headers_of(batch, response), Timestamp::now());
        if let (Some(status), Some(asked)) = (status, asked) {
            self.pace.heed(status.as_u16(), asked);
        }
    }

    /// What became of one inner request.
    fn inner(
        &self,
        outgoing: &Outgoing,
        batch: &Answer,
        response: &InnerResponse<'_>,
        client_request_id: &str,
        token: &Token,
    ) -> Result<Answer, Error> {
        let call = &outgoing.call;
        let Some(status) = status_of(response) else {
            let error = failure::malformed(call, "the answer in the batch has no status");
            return Err(error.with_ids(batch.request_id(), client_request_id));
        };
        let headers = headers_of(batch, response);
        // Where it has none of its own, Graph's logs know it by the batch's.
        let own_id = header(&headers, "request-id").map(|id| failure::scrub(id, token));
        let request_id = own_id.or_else(|| batch.request_id.clone());
        let body = response.body.map_or(&b""[..], |body| body.get().as_bytes());
        if status.is_success() && !body.starts_with(b"{") {
            // What is no JSON comes as a text, in base64: a gateway's page, and nothing that was asked for.
            let error = failure::malformed(call, "the answer in the batch is no object");
            return Err(error.with_ids(request_id.as_deref(), client_request_id));
        }
        if status.is_success() {
            let (body, date) = (batch.body.slice_ref(body), headers.get(DATE).cloned());
            return Ok(Answer { body, request_id, client_request_id: client_request_id.to_owned(), date });
        }
        let error = failure::status(&self.target, outgoing, status, &headers, Some(body), token);
        Err(error.with_ids(request_id.as_deref(), client_request_id))
    }
}

/// Whether the server says, each in its way, that it takes no batches.
fn is_no_batch(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::BadRequest | ErrorKind::NotFound)
        || matches!(error.status(), Some(405 | 501))
}

fn status_of(response: &InnerResponse<'_>) -> Option<StatusCode> {
    let code = response.status.as_ref().and_then(Json::as_u64).and_then(|code| u16::try_from(code).ok());
    code.and_then(|code| StatusCode::from_u16(code).ok())
}

fn headers_of(batch: &Answer, response: &InnerResponse<'_>) -> HeaderMap {
    let mut headers = headers(response.headers.as_ref());
    // A wait until a date is measured by the server's clock, which the batch as a whole tells.
    if let (None, Some(date)) = (headers.get(DATE), &batch.date) {
        headers.insert(DATE, date.clone());
    }
    headers
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
