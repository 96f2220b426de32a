//! Taking what is different in the tenant into the documents: what each file shall say, for `cli` to write.
//!
//! Nothing is written here, neither files nor Graph. What was taken is planned again before it is handed out: an
//! address is adopted when the plan has nothing left for it.

mod merge;
mod render;
mod sequence;
mod shared;
mod take;

use crate::progress::Progress;
use crate::{Options, codes};
use entrant_graph::{Error, Read};
use entrant_manifest::Config;
use entrant_model::desired::Body;
use entrant_model::reference::fold;
use entrant_model::text::visible;
use entrant_model::value::each_reference;
use entrant_model::{Address, Code, Diagnostic, Document, Id, Kind, Place, Pointer, Value};
use entrant_plan::{Action, Change, Plan};
use shared::Shared;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use take::{Taking, take};

/// Errors that are about what a write to Graph would do. Here there is none.
const OF_WRITES: &[Code] =
    &[entrant_plan::codes::WOULD_DROP, entrant_plan::codes::FUTURE_VALUE, entrant_plan::codes::FIXED_MEMBER];

/// What a run takes into the files.
#[derive(Debug, Default)]
pub struct Adopted {
    /// The files that change, by path.
    pub files: BTreeMap<PathBuf, Adoption>,
    /// What is not taken, and why.
    pub left: Vec<Left>,
    /// How many live objects have no document.
    pub unmanaged: usize,
    /// What was found on the way. With errors nothing is taken.
    pub diagnostics: Vec<Diagnostic>,
}

/// What becomes of one file.
#[derive(Debug, Default)]
pub struct Adoption {
    /// Its text as it is.
    pub before: String,
    /// Its text as it shall be.
    pub after: String,
    /// What was taken of each object: its address and the members.
    pub taken: Vec<(Address, Vec<Pointer>)>,
    /// Comments that went with what they stood beside.
    pub lost: Vec<String>,
}

/// Something that is not taken.
#[derive(Debug, Clone)]
pub struct Left {
    /// Of which object.
    pub address: Address,
    /// What of it; the whole where it is the root.
    pub path: Pointer,
    /// Why not.
    pub why: String,
    /// Where its document stands, and the line that is meant where one is.
    pub place: Place,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// Where it is said, if not in its document: the file and the line.
    pub source: Option<(Arc<PathBuf>, usize)>,
    /// What to write to take it all the same.
    pub instead: Option<Instead>,
    /// Whether it differs and its document was to take it.
    pub is_failure: bool,
}

/// What a person would write to take what was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// This into the document, as YAML.
    Document(String),
    /// This in the place of each alias of the anchor, in these lines: then the anchor is shared no more.
    Aliases {
        /// The anchor.
        anchor: String,
        /// What it stands for, as YAML on one line.
        value: String,
        /// The lines, from 1.
        lines: Vec<usize>,
    },
}

/// Plans, and takes the live values of what would be updated into the documents.
///
/// An error means that Graph could not be read.
pub async fn adopt<R: Read + Sync>(
    documents: Vec<Document>,
    config: &Config,
    tenant: Option<&str>,
    reader: &R,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Adopted, Error> {
    let planned = crate::plan(documents.clone(), reader, options, progress).await?;
    // With targets the documents of others were not looked at.
    let unmanaged = if options.targets.is_empty() { planned.plan.unmanaged.len() } else { 0 };
    let mut adopted = Adopted { unmanaged, ..Adopted::default() };
    // Nothing is going to be written to Graph, so it is no matter what a write would drop.
    let is_of_writes = |found: &&Diagnostic| OF_WRITES.contains(&found.code);
    adopted.diagnostics = planned.diagnostics.iter().filter(|found| !is_of_writes(found)).cloned().collect();
    if adopted.diagnostics.iter().any(Diagnostic::is_error) {
        return Ok(adopted);
    }
    let unique = unique(&planned.plan, reader).await?;
    let reading = Reading { config, tenant, beside: beside(&documents) };
    let declared = declared(&documents);
    let taking = Taking { reading: &reading, options, unique: &unique, declared: &declared };
    let updates: Vec<&Change> =
        planned.plan.changes.iter().filter(|change| change.action == Action::Update).collect();
    let mut shared: BTreeMap<&Address, Shared> =
        updates.iter().map(|change| &change.address).zip(shared::of(&updates)).collect();
    for change in &planned.plan.changes {
        if change.action != Action::Update {
            let why = why_not(change.action, change).to_owned();
            let left = left(change, Pointer::default(), why, None);
            // Who names an object wants that one.
            let is_failure = !options.targets.is_empty();
            adopted.left.push(Left { is_failure, ..left });
            continue;
        }
        // What one document declares for several packages is taken at the first of them.
        let is_beside = |other: &&&Change| is_for_each(other) && spot(&other.place) == spot(&change.place);
        let together: Vec<&Change> = if is_for_each(change) {
            updates.iter().filter(is_beside).copied().collect()
        } else {
            vec![change]
        };
        if together.first().is_some_and(|first| first.address == change.address) {
            let declared = documents
                .iter()
                .filter(|document| is_for_each(change) && spot(&document.place) == spot(&change.place));
            let of: Vec<(&Change, Shared)> = together
                .into_iter()
                .map(|change| (change, shared.remove(&change.address).unwrap_or_default()))
                .collect();
            take(&of, declared.count(), &taking, &mut adopted);
        }
    }
    adopted.files.retain(|_, file| file.before != file.after);
    check(documents, &planned.plan, &reading, reader, options, &mut adopted).await?;
    Ok(adopted)
}

/// The packages and extensions whose names one document alone declares, with their catalogs.
fn declared(documents: &[Document]) -> BTreeMap<(Kind, String), String> {
    let mut catalogs: BTreeMap<(Kind, String), Vec<&str>> = BTreeMap::new();
    for document in documents {
        let Body::Resource(resource) = &document.body else { continue };
        let kind = resource.envelope.kind;
        if let (Kind::AccessPackage | Kind::WorkflowExtension, Some(name)) =
            (kind, resource.object.text("displayName"))
            && let Some(Value::Ref(catalog)) = resource.object.get("catalog")
        {
            catalogs.entry((kind, fold(name))).or_default().push(catalog.label());
        }
    }
    let only = |(key, found): ((Kind, String), Vec<&str>)| match found.as_slice() {
        [catalog] => Some((key, (*catalog).to_owned())),
        _ => None,
    };
    catalogs.into_iter().filter_map(only).collect()
}

/// Whether one document declares it for each of several packages.
fn is_for_each(change: &Change) -> bool {
    change.place.origin.as_ref().is_some_and(|origin| origin.for_each)
}

/// How texts are read.
struct Reading<'a> {
    config: &'a Config,
    tenant: Option<&'a str>,
    /// Files that they may take values from.
    beside: BTreeSet<PathBuf>,
}

impl Reading<'_> {
    fn text(&self, path: &Path, text: &str) -> (Vec<Document>, Vec<Diagnostic>) {
        entrant_manifest::load_text(path, text, &self.beside, self.config, self.tenant)
    }
}

/// The files that others may take values from: those of templates and defaults, and where there are any, those of
/// packages.
fn beside(documents: &[Document]) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for origin in documents.iter().filter_map(|document| document.place.origin.as_deref()) {
        let declared = [&origin.template, &origin.defaults].into_iter().flatten();
        files.extend(declared.map(|declared| declared.place.file.to_path_buf()));
    }
    if documents.iter().any(|document| document.place.origin.is_some()) {
        let is_package = |document: &&Document| matches!(&document.body, Body::Resource(resource) if resource.envelope.kind == Kind::AccessPackage);
        files.extend(documents.iter().filter(is_package).map(|document| document.place.file.to_path_buf()));
    }
    files
}

const fn why_not(action: Action, change: &Change) -> &'static str {
    match action {
        Action::Create => {
            "the tenant has no such object; if it was deleted there, remove its document; if it was renamed, write its \
             name there under `previousNames` and adopt it again"
        }
        Action::Delete if change.by_absence => "no document declares it; `entrant import` makes one",
        _ => {
            "a `Removed` document speaks of it; remove that, and `entrant import` makes a document of the object"
        }
    }
}

fn left(change: &Change, path: Pointer, why: String, line: Option<usize>) -> Left {
    Left {
        address: change.address.clone(),
        path,
        why,
        place: change.place.clone(),
        line,
        source: None,
        instead: None,
        is_failure: change.action == Action::Update,
    }
}

/// Of the objects that would be written into documents, those whose name means no other.
async fn unique<R: Read + Sync>(plan: &Plan, reader: &R) -> Result<BTreeSet<Id>, Error> {
    let mut names: BTreeSet<(Kind, String)> = BTreeSet::new();
    let mut ids: BTreeMap<Id, (Kind, String)> = BTreeMap::new();
    let updates = plan.changes.iter().filter(|change| change.action == Action::Update);
    for object in updates.filter_map(|change| change.live.as_ref()).map(|live| &live.object) {
        each_reference(object, &mut |_, reference| {
            let is_found = matches!(
                reference.kind,
                Kind::User | Kind::Group | Kind::ServicePrincipal | Kind::ConnectedOrganization
            );
            if let (Some(id), Some(name), true) = (&reference.id, &reference.name, is_found) {
                names.insert((reference.kind, name.to_string()));
                ids.insert(id.clone(), (reference.kind, fold(name)));
            }
        });
    }
    let names: Vec<(Kind, String)> = names.into_iter().collect();
    let found = if names.is_empty() { BTreeMap::new() } else { reader.find_all(&names).await? };
    let means_it = |id: &Id, key: &(Kind, String)| {
        found.get(key).is_some_and(|found| matches!(found.as_slice(), [only] if only.id == *id))
    };
    Ok(ids.into_iter().filter(|(id, key)| means_it(id, key)).map(|(id, _)| id).collect())
}

/// Plans again with what was taken. What is left of an object that was not said to be so, is.
async fn check<R: Read + Sync>(
    documents: Vec<Document>,
    plan: &Plan,
    reading: &Reading<'_>,
    reader: &R,
    options: &Options,
    adopted: &mut Adopted,
) -> Result<(), Error> {
    if adopted.files.is_empty() {
        return Ok(());
    }
    let mut next: Vec<Document> =
        documents.into_iter().filter(|d| !adopted.files.contains_key(&*d.place.file)).collect();
    for (path, file) in &adopted.files {
        next.extend(reading.text(path, &file.after).0);
    }
    // A rename gives an object another address, so all documents are planned.
    let options = Options { targets: Vec::new(), since: None, ..options.clone() };
    let again = crate::plan(next, reader, &options, &()).await?;
    let errors = again.diagnostics.iter().filter(|found| found.is_error());
    let before: BTreeSet<(&Path, usize, &Pointer)> =
        plan.changes.iter().map(|change| spot(&change.place)).collect();
    for error in errors.filter(|error| !OF_WRITES.contains(&error.code)) {
        let place = error.place.clone().unwrap_or_else(|| Place::document(Arc::new(PathBuf::new()), 0));
        if adopted.files.contains_key(&*place.file) {
            adopted.diagnostics.push(Diagnostic::new(
                codes::NOT_ADOPTED,
                format!("what was taken does not plan: {}", error.message),
            ));
        }
    }
    for change in again.plan.changes.iter().filter(|change| change.action == Action::Update) {
        let is_taken =
            before.contains(&spot(&change.place)) && adopted.files.contains_key(&*change.place.file);
        for field in change.fields.iter().filter(|_| is_taken) {
            let is_said = adopted
                .left
                .iter()
                .any(|left| left.place == change.place && starts_with(&field.path, &left.path));
            if !is_said {
                let why = "the plan still shows a difference".to_owned();
                adopted.left.push(left(change, field.path.clone(), why, None));
            }
        }
    }
    Ok(())
}

fn spot(place: &Place) -> (&Path, usize, &Pointer) {
    (&place.file, place.document, &place.pointer)
}

fn starts_with(path: &Pointer, prefix: &Pointer) -> bool {
    path.0.starts_with(&prefix.0) || prefix.0.first() == path.0.first()
}

/// What a person reads of something that is not taken: the member and why.
impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.0.is_empty() {
            return write!(f, "{}: {}", self.address, self.why);
        }
        write!(f, "{} {}: {}", self.address, visible(&self.path.to_string()), self.why)
    }
}
