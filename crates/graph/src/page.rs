//! Lists in pages: to the last one, or an error. Links are followed as they are given and only to where the
//! list came from.

use crate::error::{Call, Error, ErrorKind};
use crate::http::{Answer, Outgoing, Transport};
use crate::odata::Request;
use entrant_model::Version;
use entrant_model::value::Json;
use futures_util::future::join_all;
use reqwest::Method;
use std::collections::HashSet;
use url::Url;

/// Pages in a row that may bring nothing new. Graph may send an empty page; a chain of them leads nowhere.
const MAX_PAGES_WITHOUT_NEWS: usize = 100;

/// Every object of a list. An object that two pages bring, as happens when the list changes meanwhile, is
/// there once.
pub(crate) async fn list(
    transport: &Transport,
    request: &Request,
    permission: &'static str,
) -> Result<Vec<Json>, Error> {
    let url = transport.url(request)?;
    let (call, answer) = get(transport, url.clone(), permission).await?;
    rest(transport, request.version(), url, (call, answer), permission).await
}

/// Every object of several short lists of one version, in few requests. The outer error is of all of them.
pub(crate) async fn lists(
    transport: &Transport,
    version: Version,
    requests: &[(Request, &'static str)],
) -> Result<Vec<Result<Vec<Json>, Error>>, Error> {
    let outgoing = gets(transport, requests)?;
    let answers = transport.send_all(version, &outgoing).await?;
    let lists = outgoing.into_iter().zip(answers).map(async |(first, answer)| {
        rest(transport, version, first.url, (first.call, answer?), first.permission).await
    });
    Ok(join_all(lists).await)
}

/// Several objects of one version, in few requests. The outer error is of all of them.
pub(crate) async fn objects(
    transport: &Transport,
    version: Version,
    requests: &[(Request, &'static str)],
) -> Result<Vec<Result<(Call, Answer), Error>>, Error> {
    let outgoing = gets(transport, requests)?;
    let answers = transport.send_all(version, &outgoing).await?;
    Ok(outgoing.into_iter().zip(answers).map(|(sent, answer)| Ok((sent.call, answer?))).collect())
}

fn gets(transport: &Transport, requests: &[(Request, &'static str)]) -> Result<Vec<Outgoing>, Error> {
    let get = |(request, permission): &(Request, &'static str)| {
        let url = transport.url(request)?;
        let call = get_call(&url);
        Ok(Outgoing { method: Method::GET, url, body: None, call, permission })
    };
    requests.iter().map(get).collect()
}

/// The objects from a link on, which came with what `request` asked for.
pub(crate) async fn continued(
    transport: &Transport,
    request: &Request,
    link: &str,
    permission: &'static str,
) -> Result<Vec<Json>, Error> {
    let here = transport.url(request)?;
    let call = get_call(&here);
    let url = same_place(transport, request.version(), &call, &here, link)?;
    let answer = follow(transport, url.clone(), &call, permission).await?;
    rest(transport, request.version(), url, (call, answer), permission).await
}

/// Every object of a list whose first page is there already.
pub(crate) async fn rest(
    transport: &Transport,
    version: Version,
    url: Url,
    (call, mut answer): (Call, Answer),
    permission: &'static str,
) -> Result<Vec<Json>, Error> {
    let call = Call { method: "GET", ..call };
    let mut followed = HashSet::from([url.to_string()]);
    let mut here = url;
    let mut seen = HashSet::new();
    let mut objects = Vec::new();
    let mut without_news = 0;
    loop {
        let (values, link) = split(&call, answer)?;
        let before = objects.len();
        objects.extend(values.into_iter().filter(|object| match object.get("id").and_then(Json::as_str) {
            Some(id) => seen.insert(id.to_owned()),
            None => true,
        }));
        let Some(link) = link else { return Ok(objects) };
        without_news = if objects.len() == before { without_news + 1 } else { 0 };
        here = same_place(transport, version, &call, &here, &link)?;
        if !followed.insert(here.to_string()) {
            return Err(endless(&call, "the link to the next page leads back to an earlier one"));
        }
        if without_news > MAX_PAGES_WITHOUT_NEWS {
            return Err(endless(&call, "page after page brings nothing new"));
        }
        if followed.len() > transport.settings.max_pages {
            return Err(endless(&call, &format!("it has more than {} pages", transport.settings.max_pages)));
        }
        answer = follow(transport, here.clone(), &call, permission).await?;
    }
}

/// One GET of a URL of our own making.
pub(crate) async fn get(
    transport: &Transport,
    url: Url,
    permission: &'static str,
) -> Result<(Call, Answer), Error> {
    let call = get_call(&url);
    let answer = follow(transport, url, &call, permission).await?;
    Ok((call, answer))
}

fn get_call(url: &Url) -> Call {
    Call { method: "GET", path: url.path().to_owned(), writes: false }
}

/// One GET on behalf of `call`: errors name its path, never one that the server made up.
async fn follow(
    transport: &Transport,
    url: Url,
    call: &Call,
    permission: &'static str,
) -> Result<Answer, Error> {
    let outgoing = Outgoing { method: Method::GET, url, body: None, call: call.clone(), permission };
    transport.send(&outgoing).await
}

/// A page's objects and its link to the next.
fn split(call: &Call, mut answer: Answer) -> Result<(Vec<Json>, Option<String>), Error> {
    let Some(Json::Array(values)) = answer.json.get_mut("value").map(Json::take) else {
        return Err(answer.malformed(call, "the page has no list in `value`"));
    };
    if !values.iter().all(Json::is_object) {
        return Err(answer.malformed(call, "the page lists something that is no object"));
    }
    match answer.json.get("@odata.nextLink") {
        None | Some(Json::Null) => Ok((values, None)),
        Some(Json::String(link)) if !link.is_empty() => Ok((values, Some(link.clone()))),
        Some(_) => Err(answer.malformed(call, "the link to the next page is no text")),
    }
}

/// The link as a URL, if it leads to this target and this version.
fn same_place(
    transport: &Transport,
    version: Version,
    call: &Call,
    here: &Url,
    link: &str,
) -> Result<Url, Error> {
    let foreign = |why: &str| {
        Error::of(
            ErrorKind::ForeignLink,
            call,
            format!("the link to the next page {why}; it was not followed"),
        )
        .with_help([format!(
            "Look for a proxy that rewrites answers, and check that {} is the root of Graph.",
            transport.target()
        )])
    };
    let url = here.join(link).map_err(|_| foreign("is no URL"))?;
    if !transport.target().owns(&url) {
        // Not quoted: the link is a stranger's text and may hold the token.
        return Err(foreign("leads to another scheme, host or port"));
    }
    if !url.path().starts_with(&format!("/{version}/")) {
        return Err(foreign(&format!("leaves {version}")));
    }
    Ok(url)
}

fn endless(call: &Call, why: &str) -> Error {
    Error::of(ErrorKind::EndlessList, call, format!("the list does not end: {why}"))
        .with_help(["Run again; if it stays, the server's paging is broken.".to_owned()])
}
