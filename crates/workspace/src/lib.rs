//! The glue between files, Graph and the planner: resolve, fetch, plan.
//!
//! ```text
//! documents ─(--target)─▶ place::documents ──┬─▶ resolve::references ─▶ Desired ────────┐
//!                                            │ at the same time                         ├─ plan::plan
//! Graph (Read) ─────────────────────────────▶└─▶ fetch::{policies, with_parts} ─▶ Live ─┘     │
//!                                                                          ▲                  │
//!                 fetch::other_shape, fetch::assignments ◀── what would be touched ───────────┤
//!                                 guards::judge ◀──────────────────────────────────────────────┘
//! ```
//!
//! It reads Graph through [`Read`] alone, so it cannot write; it prints nothing, and tells whoever listens
//! ([`Progress`]) how far it is.

pub mod adopt;
mod applications;
pub mod codes;
mod declared;
pub mod estate;
mod fetch;
mod findings;
pub mod import;
mod organizations;
mod ownership;
mod pinned;
mod place;
mod progress;
mod resolve;
mod resource_roles;
mod show;
mod since;

use entrant_graph::{Error, Read};
use entrant_model::address::Pattern;
use entrant_model::desired::{Exclusive, Intent};
use entrant_model::text::{nearest, visible};
use entrant_model::value::each_reference;
use entrant_model::{Desired, Diagnostic, Document, Id, Kind, Live, LiveObject, Place, Reference, Version};
use entrant_plan::Plan;
use entrant_plan::guards::{self, Rules};
use futures_util::future::{try_join3, try_join4};
pub use organizations::domain_of_a_tenant;
pub use pinned::written as unpinned;
use place::Placed;
pub use progress::{Phase, Progress};
use resolve::Known;
pub use show::{Asked, show};
pub use since::Since;
use std::collections::{BTreeMap, BTreeSet};

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
    let targets: &[Pattern] = if options.since.is_some() { &[] } else { &options.targets };
    let (documents, others) = narrowed(documents, targets);
    let Placed { mut desired, declared, packages } =
        Box::pin(place::documents(documents, &others, reader, progress, &mut live, &mut diagnostics)).await?;
    let mut rules = options.rules.clone();
    if let Some(since) = &options.since {
        let compared = since::compare(since, &desired, reader).await?;
        diagnostics.extend(compared.diagnostics);
        rules.seen.extend(compared.kept);
    }
    diagnostics.extend(select(&mut desired, &options.targets));
    let exclusive = owned(options, reader, progress, &mut live, &mut diagnostics).await?;
    let mut wanted = fetch::wanted(&desired);
    if !exclusive.is_empty() {
        wanted.entry(Version::V1).or_default().extend(exclusive.keys().cloned());
    }
    for package in fetch::going_packages(&desired, &live) {
        wanted.entry(Version::V1).or_default().insert(package.id.clone());
        live.packages.entry(package.id.clone()).or_insert(package);
    }
    let parts = fetch::wanted_parts(&desired, &live);
    let known = Known { declared: &declared, packages: &packages, live: &live };
    let going = fetch::going(&desired, &live);
    let (found, policies, objects, held_by_going) = try_join4(
        Box::pin(resolve::references(&mut desired, &known, reader, progress)),
        Box::pin(fetch::policies(&wanted, reader, progress)),
        fetch::with_parts(&parts, reader, progress),
        fetch::held_in(&going, reader),
    )
    .await?;
    diagnostics.extend(found);
    diagnostics.extend(applications::roles(&mut desired, reader).await?);
    diagnostics.extend(organizations::identity_sources(&mut desired, &live, reader).await?);
    if !options.targets.is_empty() {
        diagnostics.extend(untargeted(&desired));
    }
    if options.pinned {
        diagnostics.extend(pinned::resolved(&desired));
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Ok(Planned { plan: Plan::default(), diagnostics });
    }
    fetch::record(&mut live, wanted, policies);
    fetch::record_parts(&mut live, &parts, objects);
    fetch::record_held(&mut live, held_by_going);
    fetch::names(&desired, reader, &mut live).await?;
    progress.tell(Phase::Compare);
    let (mut plan, found) = entrant_plan::plan_owned(desired, &live, &exclusive);
    diagnostics.extend(found);
    diagnostics.extend(resource_roles::missing(&plan, reader).await?);
    let candidates = entrant_plan::candidates(&plan);
    if !candidates.is_empty() {
        progress.tell(Phase::OtherShape(candidates.len()));
    }
    let held = held(&plan);
    let emptied = guards::emptied(&plan);
    let (seen, assignments, given) = try_join3(
        fetch::other_shape(&candidates, reader),
        fetch::assignments(&held, reader, progress),
        fetch::given_in(&emptied, &live, reader),
    )
    .await?;
    fetch::record_given(&mut live, given);
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

/// The policies and packages of which it is asked how many people hold access through them: those that are changed. A
/// policy stands beside its package, a package beside itself.
fn held(plan: &Plan) -> Vec<(Id, Id)> {
    let changed = plan.writes().filter_map(|change| change.live.as_ref());
    let beside = |live: &LiveObject| match live.kind {
        Kind::AssignmentPolicy => Some((live.parent.clone(), live.id.clone())),
        Kind::AccessPackage => Some((live.id.clone(), live.id.clone())),
        _ => None,
    };
    changed.filter_map(beside).collect()
}

/// What refers to something that is yet to be created and not planned, since `--target` leaves it out.
fn untargeted(desired: &[Desired]) -> Vec<Diagnostic> {
    let planned: BTreeSet<String> = desired.iter().map(|declared| declared.address.key()).collect();
    let mut found = Vec::new();
    for declared in desired {
        let mut missing = BTreeSet::new();
        let mut note = |reference: &Reference| {
            if let Some(address) = reference.placeholder().filter(|address| !planned.contains(&address.key()))
            {
                missing.insert(address.to_string());
            }
        };
        note(&declared.parent);
        if let Intent::Present { object, .. } = &declared.intent {
            each_reference(object, &mut |_, reference| note(reference));
        }
        found.extend(missing.into_iter().map(|address| {
            Diagnostic::new(
                codes::NOT_TARGETED,
                format!("`{}` needs `{address}`, which is yet to be created", declared.address),
            )
            .at(declared.place.clone(), "")
            .help(format!("add `--target '{address}'`"))
        }));
    }
    found
}

/// The documents that some pattern could mean, by what they say of themselves, and the others: nothing is looked up for
/// those. All could be meant where some pattern would be left with none, so that the nearest address can be named.
fn narrowed(documents: Vec<Document>, targets: &[Pattern]) -> (Vec<Document>, Vec<Document>) {
    let has_some = |target: &Pattern| documents.iter().any(|document| may_match(target, document));
    if targets.is_empty() || !targets.iter().all(has_some) {
        return (documents, Vec::new());
    }
    documents.into_iter().partition(|document| targets.iter().any(|target| may_match(target, document)))
}

/// Whether a pattern could mean what a document declares, by what it says of itself.
fn may_match(target: &Pattern, document: &Document) -> bool {
    let kind = place::kind_of(&document.body);
    let written = resolve::parent_of(&document.body).and_then(|parent| parent.written.as_deref());
    // A name beside an id need not be that of what is meant.
    let written = written.filter(|written| written.id.is_none());
    let parent = written.and_then(|written| written.name.as_deref());
    let catalog = written.and_then(|written| written.catalog.as_deref());
    let name = Some(resolve::name_of(&document.body));
    match kind.segments().len() {
        3 => target.may_match(kind, &[catalog, parent, name]),
        2 => target.may_match(kind, &[parent, name]),
        1 => target.may_match(kind, &[name]),
        _ => target.may_match(kind, &[]),
    }
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
