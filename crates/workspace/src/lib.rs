//! The glue between files, Graph and the planner: resolve, fetch, plan.
//!
//! ```text
//! documents ─(--target)─▶ resolve::packages ─┬─▶ resolve::references ─▶ Desired ────────┐
//!                                            │ at the same time                         ├─ plan::plan
//! Graph (Read) ─────────────────────────────▶└─▶ fetch::policies ─▶ Live + Coverage ────┘     │
//!                                                                          ▲                  │
//!                 fetch::other_shape, fetch::assignments ◀── what would be touched ───────────┤
//!                                 guards::judge ◀──────────────────────────────────────────────┘
//! ```
//!
//! It reads Graph through [`Read`] alone, so it cannot write; it prints nothing, and tells whoever listens
//! ([`Progress`]) how far it is.

pub mod codes;
mod fetch;
mod ownership;
mod pinned;
mod progress;
mod resolve;
mod show;
mod since;

use entrant_graph::{Error, Read};
use entrant_model::address::Pattern;
use entrant_model::desired::Exclusive;
use entrant_model::text::{nearest, visible};
use entrant_model::{Desired, Diagnostic, Document, Id, Kind, Live, Place, Version};
use entrant_plan::Plan;
use entrant_plan::guards::{self, Rules};
use futures_util::future::try_join;
pub use pinned::written as unpinned;
pub use progress::{Phase, Progress};
pub use show::{Asked, show};
pub use since::Since;
use std::collections::BTreeMap;

/// What to plan for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only objects whose address matches one of these; all where there is none.
    pub targets: Vec<Pattern>,
    /// What guards go by.
    pub rules: Rules,
    /// Whether requestors, approvers and reviewers without an id are errors.
    pub pinned: bool,
    /// Places in which what no document declares is deleted.
    pub exclusive: Vec<Exclusive>,
    /// An earlier revision; what it declared must still be spoken of.
    pub since: Option<Since>,
}

/// A plan, and what stands in its way.
#[derive(Debug, Clone, Default)]
pub struct Planned {
    /// The plan. With errors among the diagnostics it is not complete and must not be executed.
    pub plan: Plan,
    /// What was found while resolving, reading and planning.
    pub diagnostics: Vec<Diagnostic>,
}

/// Resolves the documents' names, reads what they mean, and plans. `progress` is told how far it is; `&()` where
/// nobody listens.
///
/// An error means that Graph could not be read; then there is no plan.
pub async fn plan<R: Read + Sync>(
    documents: Vec<Document>,
    reader: &R,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Planned, Error> {
    let mut diagnostics = Vec::new();
    let mut live = entrant_model::Live::default();
    // A revision is compared with all documents, whatever is planned of them.
    let documents = if options.since.is_some() { documents } else { narrowed(documents, &options.targets) };
    let mut desired = resolve::packages(documents, reader, progress, &mut live, &mut diagnostics).await?;
    let mut rules = options.rules.clone();
    if let Some(since) = &options.since {
        let compared = since::compare(since, &desired, reader).await?;
        diagnostics.extend(compared.diagnostics);
        rules.protected = compared.protected;
        rules.seen.extend(compared.kept);
    }
    diagnostics.extend(select(&mut desired, &options.targets));
    let exclusive = owned(options, reader, progress, &mut live, &mut diagnostics).await?;
    let mut wanted = fetch::wanted(&desired);
    if !exclusive.is_empty() {
        wanted.entry(Version::V1).or_default().extend(exclusive.keys().cloned());
    }
    let (found, policies) = try_join(
        resolve::references(&mut desired, &live, reader, progress),
        fetch::policies(&wanted, reader, progress),
    )
    .await?;
    diagnostics.extend(found);
    if options.pinned {
        diagnostics.extend(pinned::resolved(&desired));
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Ok(Planned { plan: Plan::default(), diagnostics });
    }
    fetch::record(&mut live, wanted, policies);
    fetch::names(&desired, reader, &mut live).await?;
    progress.tell(Phase::Compare);
    let (mut plan, found) = entrant_plan::plan_owned(desired, &live, &exclusive);
    diagnostics.extend(found);
    let candidates = entrant_plan::candidates(&plan);
    if !candidates.is_empty() {
        progress.tell(Phase::OtherShape(candidates.len()));
    }
    let held = held(&plan);
    let (seen, assignments) =
        try_join(fetch::other_shape(&candidates, reader), fetch::assignments(&held, reader, progress))
            .await?;
    live.other_shape = seen;
    live.assignments = assignments;
    diagnostics.extend(entrant_plan::look_through(&plan, &live));
    entrant_plan::fingerprint::take(&mut plan, &live);
    diagnostics.extend(guards::judge(&mut plan, &live, &rules));
    plan.assignments = live.assignments;
    let brought_in: Vec<_> = entrant_plan::introduced::by_plan(&plan).into_iter().collect();
    if !brought_in.is_empty() {
        plan.descriptions = reader.describe(&brought_in).await?;
    }
    Ok(Planned { plan, diagnostics })
}

/// The packages that are owned exclusively. With `--target` there are none: what else is declared in them is not looked
/// at, so that nothing could be said to have no document.
async fn owned<R: Read + Sync>(
    options: &Options,
    reader: &R,
    progress: &dyn Progress,
    live: &mut Live,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<BTreeMap<Id, Place>, Error> {
    if options.exclusive.is_empty() {
        return Ok(BTreeMap::new());
    }
    if !options.targets.is_empty() {
        progress.tell(Phase::Note("With --target nothing is deleted for having no document".to_owned()));
        return Ok(BTreeMap::new());
    }
    let (exclusive, found) = ownership::packages(&options.exclusive, reader, live).await?;
    diagnostics.extend(found);
    Ok(exclusive)
}

/// The policies of which it is asked how many people hold access through them, each beside its package: those that
/// are changed.
fn held(plan: &Plan) -> Vec<(Id, Id)> {
    let changed = plan.writes().filter_map(|change| change.live.as_ref());
    changed.map(|live| (live.parent.clone(), live.id.clone())).collect()
}

/// Leaves out the documents that no pattern can mean, by what they say of themselves: nothing is looked up for
/// them. All are kept where some pattern would be left with none, so that the nearest address can be named.
fn narrowed(mut documents: Vec<Document>, targets: &[Pattern]) -> Vec<Document> {
    let may_match = |target: &Pattern, document: &Document| {
        let written = resolve::package_of(&document.body).and_then(|package| package.written.as_deref());
        // A name beside an id need not be the package's.
        let written = written.filter(|written| written.id.is_none());
        let package = written.and_then(|written| written.name.as_deref());
        let catalog = written.and_then(|written| written.catalog.as_deref());
        target
            .may_match(Kind::AssignmentPolicy, &[catalog, package, Some(resolve::policy_of(&document.body))])
    };
    let has_some = |target: &Pattern| documents.iter().any(|document| may_match(target, document));
    if !targets.is_empty() && targets.iter().all(has_some) {
        documents.retain(|document| targets.iter().any(|target| may_match(target, document)));
    }
    documents
}

/// Keeps what the patterns mean. A pattern that means nothing is an error.
fn select(desired: &mut Vec<Desired>, targets: &[Pattern]) -> Vec<Diagnostic> {
    if targets.is_empty() {
        return Vec::new();
    }
    let addresses: Vec<String> = desired.iter().map(|d| d.address.to_string()).collect();
    let unmatched = targets.iter().filter(|t| !desired.iter().any(|d| t.matches(&d.address)));
    let diagnostics = unmatched
        .map(|target| {
            let text = visible(target.as_str());
            let diagnostic =
                Diagnostic::new(codes::TARGET_NOT_FOUND, format!("no document has the address `{text}`"));
            match nearest(target.as_str(), addresses.iter().map(String::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(
                    "`entrant plan` without `--target` shows the addresses; `*` matches within a segment",
                ),
            }
        })
        .collect();
    desired.retain(|d| targets.iter().any(|t| t.matches(&d.address)));
    diagnostics
}
