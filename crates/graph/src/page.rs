//! Lists in pages: to the last one, or an error. Links are followed as they are given and only to where the
//! list came from. A page is read on another thread while the next is on its way.

use crate::error::{Call, Error, ErrorKind};
use crate::http::{Again, Answer, Ids, MAX_INNER, Outgoing, Transport};
use crate::odata::Request;
use entrant_model::Version;
use entrant_model::value::Json;
use futures_util::future::{OptionFuture, join, join_all};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashSet;
use tokio::sync::oneshot;
use url::Url;

/// Pages in a row that may bring nothing new. Graph may send an empty page; a chain of them leads nowhere.
const MAX_PAGES_WITHOUT_NEWS: usize = 100;

/// Batches that are asked for at once. How many of them are under way is the transport's to say.
const BATCHES: usize = 16;

/// An object of a list, with its id as it is spelled.
pub(crate) type Row<T> = (Option<String>, T);

/// What becomes of the text of an object of a list; `None` where it is no object.
pub(crate) trait ReadElement<T>:
    Fn(&RawValue) -> Result<Option<Row<T>>, Error> + Clone + Send + 'static
{
}

impl<T, F: Fn(&RawValue) -> Result<Option<Row<T>>, Error> + Clone + Send + 'static> ReadElement<T> for F {}

/// The object as it is.
#[expect(clippy::unnecessary_wraps, reason = "one of those that read an element")]
fn as_json(text: &RawValue) -> Result<Option<Row<Json>>, Error> {
    Ok(tree(text))
}

/// The tree of an object; `None` where the text is no object.
pub(crate) fn tree(text: &RawValue) -> Option<Row<Json>> {
    match serde_json::from_str(text.get()) {
        Ok(json @ Json::Object(_)) => Some((json.get("id").and_then(Json::as_str).map(str::to_owned), json)),
        _ => None,
    }
}

/// Every object of a list. An object that two pages bring, as happens when the list changes meanwhile, is
/// there once.
pub(crate) async fn list(
    transport: &Transport,
    request: &Request,
    permission: &'static str,
) -> Result<Vec<Json>, Error> {
    list_as(transport, request, permission, as_json).await
}

/// [`list`], each object as `read` gives it.
pub(crate) async fn list_as<T: Send + 'static>(
    transport: &Transport,
    request: &Request,
    permission: &'static str,
    read: impl ReadElement<T>,
) -> Result<Vec<T>, Error> {
    let url = transport.url(request)?;
    let (call, answer) = get(transport, url.clone(), permission).await?;
    let from = From { version: request.version(), url, call, permission };
    rest(transport, from, answer, Gathered::default(), read).await
}

/// Every object of several short lists of one version, in few requests. The outer error is of all of them.
pub(crate) async fn lists(
    transport: &Transport,
    version: Version,
    requests: &[(Request, &'static str)],
) -> Result<Vec<Result<Vec<Json>, Error>>, Error> {
    lists_as(transport, version, requests, as_json).await
}

/// [`lists`], each object as `read` gives it.
pub(crate) async fn lists_as<T: Send + 'static>(
    transport: &Transport,
    version: Version,
    requests: &[(Request, &'static str)],
    read: impl ReadElement<T>,
) -> Result<Vec<Result<Vec<T>, Error>>, Error> {
    let mut together = Vec::new();
    for outgoing in chunks(transport, requests)? {
        together.push(lists_together(transport, version, outgoing, read.clone()));
    }
    let lists: Vec<Vec<_>> = stream::iter(together).buffered(BATCHES).try_collect().await?;
    Ok(lists.into_iter().flatten().collect())
}

/// Lists whose first pages come in one batch.
async fn lists_together<T: Send + 'static>(
    transport: &Transport,
    version: Version,
    outgoing: Vec<Outgoing>,
    read: impl ReadElement<T>,
) -> Result<Vec<Result<Vec<T>, Error>>, Error> {
    let answers = transport.send_together(version, &outgoing).await?;
    let firsts: Vec<(Call, Result<Answer, Error>)> =
        outgoing.iter().map(|sent| sent.call.clone()).zip(answers).collect();
    let of_page = read.clone();
    let pages = on_a_thread(move || {
        let read_one = |(call, answer): (Call, Result<Answer, Error>)| {
            let answer = answer?;
            let Cut { elements, next } = cut(&call, &answer)?;
            let rows = rows(&call, &answer, elements, &of_page)?;
            Ok(Page { rows, next, ids: answer.ids() })
        };
        firsts.into_iter().map(read_one).collect::<Vec<_>>()
    })
    .await;
    let mut lists = Vec::new();
    for (sent, page) in outgoing.into_iter().zip(pages) {
        lists.push(list_after(transport, version, sent, page, read.clone()));
    }
    Ok(join_all(lists).await)
}

/// A list whose first page is read already.
async fn list_after<T: Send + 'static>(
    transport: &Transport,
    version: Version,
    sent: Outgoing,
    first: Result<Page<T>, Error>,
    read: impl ReadElement<T>,
) -> Result<Vec<T>, Error> {
    let first = first?;
    let mut gathered = Gathered::default();
    gathered.pages.insert(sent.url.to_string());
    gathered.add(first.rows);
    let Some(link) = first.next else { return Ok(gathered.objects) };
    let from = From { version, url: sent.url, call: sent.call, permission: sent.permission };
    let url = same_place(transport, &from, &link).map_err(|error| first.ids.on(error))?;
    let (from, answer) = from.at(transport, url).await?;
    rest(transport, from, answer, gathered, read).await
}

/// Several objects of one version, in few requests. The outer error is of all of them.
pub(crate) async fn objects(
    transport: &Transport,
    version: Version,
    requests: &[(Request, &'static str)],
) -> Result<Vec<Result<(Call, Answer), Error>>, Error> {
    let mut together = Vec::new();
    for outgoing in chunks(transport, requests)? {
        together.push(objects_together(transport, version, outgoing));
    }
    let objects: Vec<Vec<_>> = stream::iter(together).buffered(BATCHES).try_collect().await?;
    Ok(objects.into_iter().flatten().collect())
}

async fn objects_together(
    transport: &Transport,
    version: Version,
    outgoing: Vec<Outgoing>,
) -> Result<Vec<Result<(Call, Answer), Error>>, Error> {
    let answers = transport.send_together(version, &outgoing).await?;
    Ok(outgoing.into_iter().zip(answers).map(|(sent, answer)| Ok((sent.call, answer?))).collect())
}

/// [`objects`], each asked for once: the error of one that failed in passing holds the leave to ask for it
/// [again](Error::again), which is given with it then.
pub(crate) async fn objects_once(
    transport: &Transport,
    version: Version,
    requests: &[(Request, &'static str, Option<Again>)],
) -> Result<Vec<Result<(Call, Answer), Error>>, Error> {
    let asked: Vec<_> =
        requests.iter().map(|(request, permission, _)| (request.clone(), *permission)).collect();
    let mut together = Vec::new();
    for (sent, of) in chunks(transport, &asked)?.into_iter().zip(requests.chunks(MAX_INNER)) {
        let again = of.iter().map(|(.., again)| *again).collect();
        together.push(objects_of_a_batch(transport, version, sent, again));
    }
    let objects: Vec<Vec<_>> = stream::iter(together).buffered(BATCHES).try_collect().await?;
    Ok(objects.into_iter().flatten().collect())
}

async fn objects_of_a_batch(
    transport: &Transport,
    version: Version,
    outgoing: Vec<Outgoing>,
    again: Vec<Option<Again>>,
) -> Result<Vec<Result<(Call, Answer), Error>>, Error> {
    let requests: Vec<_> = outgoing.iter().zip(again).collect();
    let answers = transport.send_once(version, &requests).await?;
    Ok(outgoing.into_iter().zip(answers).map(|(sent, answer)| Ok((sent.call, answer?))).collect())
}

/// The requests as GETs, as many together as fit into a batch.
fn chunks(transport: &Transport, requests: &[(Request, &'static str)]) -> Result<Vec<Vec<Outgoing>>, Error> {
    let mut chunks = Vec::new();
    for requests in requests.chunks(MAX_INNER) {
        let mut chunk = Vec::with_capacity(requests.len());
        for (request, permission) in requests {
            let url = transport.url(request)?;
            let call = get_call(&url);
            chunk.push(Outgoing { method: Method::GET, url, body: None, call, permission });
        }
        chunks.push(chunk);
    }
    Ok(chunks)
}

/// The objects from a link on, which came with what `request` asked for.
pub(crate) async fn continued(
    transport: &Transport,
    request: &Request,
    link: &str,
    permission: &'static str,
) -> Result<Vec<Json>, Error> {
    let url = transport.url(request)?;
    let call = get_call(&url);
    let from = From { version: request.version(), url, call, permission };
    let (from, answer) = from.follow(transport, link).await?;
    rest(transport, from, answer, Gathered::default(), as_json).await
}

/// Every object of a list whose first page came with [`objects`].
pub(crate) async fn listed(
    transport: &Transport,
    request: &Request,
    first: (Call, Answer),
    permission: &'static str,
) -> Result<Vec<Json>, Error> {
    listed_as(transport, request, first, permission, as_json).await
}

/// [`listed`], each as `read` gives it.
pub(crate) async fn listed_as<T: Send + 'static>(
    transport: &Transport,
    request: &Request,
    (call, answer): (Call, Answer),
    permission: &'static str,
    read: impl ReadElement<T>,
) -> Result<Vec<T>, Error> {
    let from = From { version: request.version(), url: transport.url(request)?, call, permission };
    rest(transport, from, answer, Gathered::default(), read).await
}

/// Every object of a list whose first page came as the answer to another request than a GET.
pub(crate) async fn from_first(
    transport: &Transport,
    version: Version,
    sent: &Outgoing,
    answer: Answer,
) -> Result<Vec<Json>, Error> {
    let call = Call { method: "GET", ..sent.call.clone() };
    let from = From { version, url: sent.url.clone(), call, permission: sent.permission };
    rest(transport, from, answer, Gathered::default(), as_json).await
}

/// Where a page came from, and on whose behalf: errors name its path, never one that the server made up.
struct From {
    version: Version,
    url: Url,
    call: Call,
    permission: &'static str,
}

impl From {
    /// The page that a link leads to.
    async fn follow(self, transport: &Transport, link: &str) -> Result<(Self, Answer), Error> {
        let url = same_place(transport, &self, link)?;
        self.at(transport, url).await
    }

    /// The page at a URL that was looked at.
    async fn at(self, transport: &Transport, url: Url) -> Result<(Self, Answer), Error> {
        let answer = send(transport, url.clone(), &self.call, self.permission).await?;
        Ok((Self { url, ..self }, answer))
    }
}

/// Objects so far, each id once, and the pages that brought them.
struct Gathered<T> {
    objects: Vec<T>,
    ids: HashSet<String>,
    pages: HashSet<String>,
}

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Self { objects: Vec::new(), ids: HashSet::new(), pages: HashSet::new() }
    }
}

impl<T> Gathered<T> {
    /// Whether any of them is new.
    fn add(&mut self, rows: Vec<Row<T>>) -> bool {
        let before = self.objects.len();
        for (id, object) in rows {
            if id.is_none_or(|id| self.ids.insert(id)) {
                self.objects.push(object);
            }
        }
        self.objects.len() > before
    }
}

/// A page: its objects with their ids, the link to the next, and which request brought it.
struct Page<T> {
    rows: Vec<Row<T>>,
    next: Option<String>,
    ids: Ids,
}

/// Every object of a list from a page on that is there already.
async fn rest<T: Send + 'static>(
    transport: &Transport,
    mut from: From,
    mut answer: Answer,
    mut gathered: Gathered<T>,
    read: impl ReadElement<T>,
) -> Result<Vec<T>, Error> {
    gathered.pages.insert(from.url.to_string());
    let mut without_news = 0;
    loop {
        let (call, read, ids) = (from.call.clone(), read.clone(), answer.ids());
        let (tell, told) = oneshot::channel();
        let reading = on_a_thread(move || {
            let Cut { elements, next } = cut(&call, &answer)?;
            // Where nobody listens any more, the list has ended in an error.
            let _ = tell.send(next);
            rows(&call, &answer, elements, &read)
        });
        // A page that is none has no link: the reading says why.
        let next = match told.await.ok().flatten() {
            None => None,
            Some(link) => Some(same_place(transport, &from, &link).map_err(|error| ids.on(error))?),
        };
        if let Some(next) = &next {
            if !gathered.pages.insert(next.to_string()) {
                let why = "the link to the next page leads back to an earlier one";
                return Err(ids.on(endless(&from.call, why)));
            }
            if gathered.pages.len() > transport.settings.max_pages {
                let many = format!("it has more than {} pages", transport.settings.max_pages);
                return Err(ids.on(endless(&from.call, &many)));
            }
        }
        let following: OptionFuture<_> =
            next.clone().map(|next| send(transport, next, &from.call, from.permission)).into();
        let (rows, following) = join(reading, following).await;
        without_news = if gathered.add(rows?) { 0 } else { without_news + 1 };
        let (Some(next), Some(following)) = (next, following) else { return Ok(gathered.objects) };
        if without_news > MAX_PAGES_WITHOUT_NEWS {
            return Err(ids.on(endless(&from.call, "page after page brings nothing new")));
        }
        (from.url, answer) = (next, following?);
    }
}

/// Work for a processor, off the threads that wait for the network.
fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> impl Future<Output = T> {
    let work = tokio::task::spawn_blocking(work);
    async {
        match work.await {
            Ok(done) => done,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// One GET of a URL of our own making.
pub(crate) async fn get(
    transport: &Transport,
    url: Url,
    permission: &'static str,
) -> Result<(Call, Answer), Error> {
    let call = get_call(&url);
    let answer = send(transport, url, &call, permission).await?;
    Ok((call, answer))
}

fn get_call(url: &Url) -> Call {
    Call { method: "GET", path: url.path().to_owned(), writes: false }
}

async fn send(
    transport: &Transport,
    url: Url,
    call: &Call,
    permission: &'static str,
) -> Result<Answer, Error> {
    let outgoing = Outgoing { method: Method::GET, url, body: None, call: call.clone(), permission };
    transport.send(&outgoing).await
}

/// A page that is cut into its objects, each still a text of the answer, and the link to the next page.
struct Cut<'a> {
    elements: Vec<&'a RawValue>,
    next: Option<String>,
}

/// What a page says.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    value: Option<Vec<&'a RawValue>>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<Json>,
}

fn cut<'a>(call: &Call, answer: &'a Answer) -> Result<Cut<'a>, Error> {
    let Ok(Said { value: Some(elements), next }) = answer.read(call) else {
        return Err(answer.malformed(call, "the page has no list in `value`"));
    };
    match next {
        None | Some(Json::Null) => Ok(Cut { elements, next: None }),
        Some(Json::String(link)) if !link.is_empty() => Ok(Cut { elements, next: Some(link) }),
        Some(_) => Err(answer.malformed(call, "the link to the next page is no text")),
    }
}

/// Reads the objects of a page.
fn rows<T>(
    call: &Call,
    answer: &Answer,
    elements: Vec<&RawValue>,
    read: &impl ReadElement<T>,
) -> Result<Vec<Row<T>>, Error> {
    let row = |element| match read(element).map_err(|error| answer.with_ids(error))? {
        Some(row) => Ok(row),
        None => Err(answer.malformed(call, "the page lists something that is no object")),
    };
    elements.into_iter().map(row).collect()
}

/// Takes the link to the rest of an expanded collection out of its object. One that nobody can follow is an error: the
/// collection would count as whole.
pub(crate) fn link_to_more(json: &mut Json, member: &str) -> Result<Option<String>, Error> {
    match json.as_object_mut().and_then(|map| map.remove(&format!("{member}@odata.nextLink"))) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(link)) if !link.is_empty() => Ok(Some(link)),
        Some(_) => Err(Error::incomplete(format!("the link to the rest of `{member}` is no text"))),
    }
}

/// The link as a URL, if it leads to this target and this version.
fn same_place(transport: &Transport, from: &From, link: &str) -> Result<Url, Error> {
    let foreign = |why: &str| {
        Error::of(
            ErrorKind::ForeignLink,
            &from.call,
            format!("the link to the next page {why}; it was not followed"),
        )
        .with_help([format!(
            "Look for a proxy that rewrites answers, and check that {} is the root of Graph.",
            transport.target()
        )])
    };
    let url = from.url.join(link).map_err(|_| foreign("is no URL"))?;
    if !transport.target().owns(&url) {
        // Not quoted: the link is a stranger's text and may hold the token.
        return Err(foreign("leads to another scheme, host or port"));
    }
    if !url.path().starts_with(&format!("/{}/", from.version)) {
        return Err(foreign(&format!("leaves {}", from.version)));
    }
    Ok(url)
}

fn endless(call: &Call, why: &str) -> Error {
    Error::of(ErrorKind::EndlessList, call, format!("the list does not end: {why}"))
        .with_help(["Run again; if it stays, the server's paging is broken.".to_owned()])
}
