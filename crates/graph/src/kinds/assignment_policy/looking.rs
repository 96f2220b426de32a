//! Looks at policies that are being written, by id and by name, many in one request. What comes back is as whole
//! as what a plan reads.

use super::listing::{Learnt, Rows, completed, named, of_name, read_row};
use super::{expansion, one, path, present, whole};
use crate::error::{Call, Error, ErrorKind};
use crate::http::{Again, Answer, Transport};
use crate::kinds::READ;
use crate::odata::{Request, equals};
use crate::page;
use crate::read::Look;
use entrant_model::{Id, LiveObject, Version};
use futures_util::future::{join_all, join3};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

type Seen = Result<Vec<LiveObject>, Error>;

/// The answer to each look, in their order. Names that one list answers share it.
pub(crate) async fn look(
    transport: &Transport,
    learnt: &Learnt,
    version: Version,
    looks: &[(Look, Option<Again>)],
) -> Vec<Seen> {
    let (mut requests, mut by_id, mut by_list) =
        (Vec::new(), Vec::new(), BTreeMap::<_, (Vec<_>, Option<Again>)>::new());
    let (mut through_package, may_list) = (Vec::new(), !learnt.may_not_list(version));
    for (index, (look, again)) in looks.iter().enumerate() {
        match look {
            Look::Policy(id) => {
                requests.push((one(version, id), READ, *again));
                by_id.push((index, id));
            }
            Look::Named { package, name } if !may_list => through_package.push((index, package, name)),
            Look::Named { package, name } => {
                // In beta by the documented filter, since the list of the package would be that of the tenant.
                let filter = match version {
                    Version::V1 => equals("accessPackage/id", package.as_str()),
                    Version::Beta => equals("displayName", name),
                };
                let (looks, leave) = by_list.entry(filter).or_default();
                looks.push((index, package, name.as_str()));
                *leave = leave.or(*again);
            }
        }
    }
    requests.extend(by_list.iter().map(|(filter, (_, again))| {
        let list = Request::new(version, path(version)).option("filter", filter);
        (list.option("expand", expansion(version)), READ, *again)
    }));
    let mut answers = match page::objects_once(transport, version, &requests).await {
        Ok(answers) => answers,
        Err(error) => return looks.iter().map(|_| Err(error.clone())).collect(),
    };
    let lists = answers.split_off(by_id.len());
    let single = by_id.iter().zip(answers).map(async |((index, id), answer)| {
        let seen = match present(answer) {
            Ok(Some(json)) => whole(transport, version, id, json).await.map(|policy| vec![policy]),
            Ok(None) => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        (*index, seen)
    });
    let listed = requests[by_id.len()..].iter().zip(lists).zip(by_list.values());
    let listed = listed.map(async |(((request, ..), first), (looks, _))| {
        by_name(transport, learnt, request, first, looks).await
    });
    let one_by_one = through_package
        .into_iter()
        .map(async |(index, package, name)| (index, named(transport, learnt, version, package, name).await));
    let (mut seen, listed, one_by_one) =
        join3(join_all(single), join_all(listed), join_all(one_by_one)).await;
    seen.extend(listed.into_iter().flatten().chain(one_by_one));
    seen.sort_by_key(|(index, _)| *index);
    seen.into_iter().map(|(_, policies)| policies).collect()
}

/// What one list tells of the names that it was asked for. To a caller who may not list, the packages tell.
async fn by_name(
    transport: &Transport,
    learnt: &Learnt,
    request: &Request,
    first: Result<(Call, Answer), Error>,
    looks: &[(usize, &Id, &str)],
) -> Vec<(usize, Seen)> {
    let version = request.version();
    let mut seen = Vec::with_capacity(looks.len());
    match policies(transport, request, first, looks).await {
        Err(error) if error.kind() == ErrorKind::Forbidden => {
            learnt.refuse_list(version);
            for (index, package, name) in looks {
                seen.push((*index, named(transport, learnt, version, package, name).await));
            }
        }
        Err(error) => seen.extend(looks.iter().map(|(index, ..)| (*index, Err(error.clone())))),
        Ok(policies) => seen.extend(looks.iter().map(|(index, package, name)| {
            let of_package = policies.iter().filter(|policy| policy.parent == **package);
            (*index, Ok(of_name(of_package.cloned().collect(), name)))
        })),
    }
    seen
}

/// The policies of a list that stand in the packages looked at.
async fn policies(
    transport: &Transport,
    request: &Request,
    first: Result<(Call, Answer), Error>,
    looks: &[(usize, &Id, &str)],
) -> Seen {
    let version = request.version();
    let wanted: Arc<BTreeSet<Id>> =
        Arc::new(looks.iter().map(|(_, package, _)| (*package).clone()).collect());
    let shared = Arc::clone(&wanted);
    let read = move |text: &RawValue| read_row(version, &shared, text);
    let list = page::listed_as(transport, request, first?, READ, read).await?;
    // In v1.0 the list is of one package.
    let of = wanted.first().filter(|_| version == Version::V1).cloned();
    completed(transport, version, &wanted, Rows { of, is_certain: false, list }).await
}
