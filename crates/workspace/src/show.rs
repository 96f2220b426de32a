//! Reading what addresses mean, declared or not.

use crate::progress::{Phase, Progress};
use crate::{codes, fetch, place, resolve};
use entrant_graph::{Error, Read};
use entrant_model::address::Pattern;
use entrant_model::text::{nearest, visible};
use entrant_model::{Address, Diagnostic, Document, Id, Kind, Live, Version};
use entrant_plan::show::{Shown, shown};
use futures_util::future::try_join;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The addresses that are meant.
    pub pattern: Pattern,
    /// The one object of them, where its id was given.
    pub id: Option<Id>,
}

impl Asked {
    fn means(&self, address: &Address, id: Option<&Id>) -> bool {
        self.pattern.matches(address) && self.id.as_ref().is_none_or(|asked| Some(asked) == id)
    }
}

/// The policies that are asked for, with what was found on the way. With errors among the findings there are none.
/// An address that means nothing is an error.
pub async fn show<R: Read + Sync>(
    documents: Vec<Document>,
    reader: &R,
    asked: &[Asked],
    progress: &dyn Progress,
) -> Result<(Vec<Shown>, Vec<Diagnostic>), Error> {
    let is_meant = |document: &Document| asked.iter().any(|asked| may_hold(&asked.pattern, document));
    let (documents, others): (Vec<Document>, Vec<Document>) = documents.into_iter().partition(is_meant);
    let mut diagnostics = Vec::new();
    let mut live = Live::default();
    let mut placed = place::Placed::default();
    if !documents.is_empty() {
        placed =
            Box::pin(place::documents(documents, &others, reader, progress, &mut live, &mut diagnostics))
                .await?;
    }
    let place::Placed { mut desired, declared, packages } = placed;
    let mut wanted = fetch::wanted(&desired);
    for package in named_packages(asked, reader, progress).await? {
        if !wanted.values().any(|packages| packages.contains(&package.id)) {
            wanted.entry(Version::V1).or_default().insert(package.id.clone());
        }
        live.packages.insert(package.id.clone(), package);
    }
    let (found, policies) = try_join(
        resolve::references(
            &mut desired,
            &resolve::Known { declared: &declared, packages: &packages, live: &live },
            reader,
            progress,
        ),
        Box::pin(fetch::policies(&wanted, reader, progress)),
    )
    .await?;
    diagnostics.extend(found);
    fetch::record(&mut live, wanted, policies);
    fetch::names(&desired, reader, &mut live).await?;
    progress.tell(Phase::Compare);
    let (plan, found) = entrant_plan::plan(desired, &live);
    diagnostics.extend(found);
    let all = shown(&plan, &live, &|_, _| true);
    diagnostics.extend(asked.iter().filter_map(|asked| not_found(asked, &all)));
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Ok((Vec::new(), diagnostics));
    }
    let is_meant = |address: &Address, id: Option<&Id>| asked.iter().any(|asked| asked.means(address, id));
    Ok((shown(&plan, &live, &is_meant), diagnostics))
}

/// Whether a document is of a package that a pattern could mean: its neighbours have to be known, too.
fn may_hold(pattern: &Pattern, document: &Document) -> bool {
    if place::kind_of(&document.body) != Kind::AssignmentPolicy {
        return false;
    }
    let written = resolve::parent_of(&document.body).and_then(|package| package.written.as_deref());
    // A name beside an id need not be the package's.
    let written = written.filter(|written| written.id.is_none());
    let package = written.and_then(|written| written.name.as_deref());
    let catalog = written.and_then(|written| written.catalog.as_deref());
    pattern.may_hold(catalog, package)
}

/// The packages that the patterns name; no document need do so.
async fn named_packages<R: Read + Sync>(
    asked: &[Asked],
    reader: &R,
    progress: &dyn Progress,
) -> Result<Vec<entrant_model::live::Package>, Error> {
    let mut names: Vec<String> = asked.iter().filter_map(|asked| asked.pattern.package()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    progress.tell(Phase::Packages(names.len()));
    let found = reader.packages_by_name(&names).await?;
    let is_meant = |package: &entrant_model::live::Package| {
        asked.iter().any(|a| a.pattern.may_hold(Some(&package.catalog_name), Some(&package.name)))
    };
    Ok(found.into_values().flatten().filter(is_meant).collect())
}

fn not_found(asked: &Asked, all: &[Shown]) -> Option<Diagnostic> {
    if all.iter().any(|shown| asked.means(&shown.address, shown.id.as_ref())) {
        return None;
    }
    let text = visible(asked.pattern.as_str());
    let diagnostic = Diagnostic::new(codes::NOTHING_TO_SHOW, format!("no policy has the address `{text}`"));
    let addresses: Vec<String> = all.iter().map(|shown| shown.address.to_string()).collect();
    Some(match nearest(asked.pattern.as_str(), addresses.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(
            "policies are looked for in the packages that documents name, and in the package of the address where it has no `*`",
        ),
    })
}
