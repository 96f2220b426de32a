//! Names to ids: every reference of a document gets the id of the one object it means.
//!
//! Zero or several matches are errors that list the candidates. Each name is looked up once.

use crate::codes;
use crate::progress::{Phase, Progress};
use entrant_graph::{Error, Found, Read};
use entrant_model::desired::{Body, Intent};
use entrant_model::kinds::assignment_policy::package_member;
use entrant_model::live::Package;
use entrant_model::reference::{Written, fold, same_name};
use entrant_model::text::visible;
use entrant_model::value::{each_reference, each_reference_mut};
use entrant_model::{
    Address, Desired, Diagnostic, Document, Id, Kind, Live, Place, Pointer, Reference, Value,
};
use futures_util::future::{try_join, try_join3};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// What a lookup of a package is made by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageKey {
    Id(Id),
    Name(String),
}

/// Finds the package of every document. Documents whose package is not found are left out, each with a
/// diagnostic. The packages are put into `live`.
pub async fn packages<R: Read + Sync>(
    documents: Vec<Document>,
    reader: &R,
    progress: &dyn Progress,
    live: &mut Live,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Desired>, Error> {
    let keys: BTreeMap<PackageKey, String> =
        documents.iter().filter_map(|d| package_of(&d.body)).filter_map(package_key).collect();
    progress.tell(Phase::Packages(keys.len()));
    let found = look_up_packages(keys, reader).await?;
    let mut desired = Vec::new();
    for document in documents {
        let Some(reference) = package_of(&document.body) else { continue };
        let Some((key, _)) = package_key(reference) else { continue };
        let candidates = found.get(&key).map_or(&[][..], Vec::as_slice);
        match one_package(reference, candidates) {
            Ok(package) => {
                diagnostics.extend(renamed(reference, &package.name, &|| package_place(&document)));
                desired.push(declaration(document, package));
                live.packages.insert(package.id.clone(), package.clone());
            }
            // A parent that is gone: what shall be gone is gone already.
            Err(_) if candidates.is_empty() && matches!(document.body, Body::Removed(_)) => {}
            Err(diagnostic) => diagnostics.push(diagnostic.at(package_place(&document), "")),
        }
    }
    Ok(desired)
}

/// What each key finds. The names together cost few requests.
pub async fn look_up_packages<R: Read + Sync>(
    keys: BTreeMap<PackageKey, String>,
    reader: &R,
) -> Result<BTreeMap<PackageKey, Vec<Package>>, Error> {
    let (mut ids, mut names) = (Vec::new(), Vec::new());
    for (key, spelled) in keys {
        match key {
            PackageKey::Id(id) => ids.push(id),
            PackageKey::Name(_) => names.push(spelled),
        }
    }
    let (by_id, by_name) = try_join(reader.packages_by_id(&ids), reader.packages_by_name(&names)).await?;
    let by_id = by_id.into_iter().map(|(id, package)| (PackageKey::Id(id), vec![package]));
    let by_name = by_name.into_iter().map(|(name, packages)| (PackageKey::Name(name), packages));
    Ok(by_id.chain(by_name).collect())
}

/// Gives every reference of the declarations its id and its name.
pub async fn references<R: Read + Sync>(
    desired: &mut [Desired],
    live: &Live,
    reader: &R,
    progress: &dyn Progress,
) -> Result<Vec<Diagnostic>, Error> {
    let directory = look_up(desired, live, reader, progress).await?;
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    // Where a finding stands among them, by its code and message.
    let mut first: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for declared in desired {
        let place = declared.place.clone();
        let catalog = catalog_of(&declared.parent, live);
        let Intent::Present { object, .. } = &mut declared.intent else { continue };
        each_reference_mut(object, &mut |path, reference| {
            if reference.kind == Kind::AccessPackage {
                return;
            }
            let at = || place.at(path.pointer());
            if let Some(found) = settle(reference, catalog.as_ref(), &directory, &at) {
                // One finding for a name or id that stands in several places.
                match first.entry((found.code.name, found.message.clone())) {
                    Entry::Occupied(first) => {
                        diagnostics[*first.get()].related.push((at(), "and here".to_owned()));
                    }
                    Entry::Vacant(first) => {
                        first.insert(diagnostics.len());
                        diagnostics.push(found);
                    }
                }
            }
        });
    }
    Ok(diagnostics)
}

/// Everything that was looked up.
struct Directory {
    by_name: BTreeMap<(Kind, String), Vec<Found>>,
    extensions: BTreeMap<Id, Vec<Found>>,
    names: BTreeMap<Id, String>,
    /// Ids that were looked for in a directory that could be read.
    sought: BTreeSet<Id>,
}

async fn look_up<R: Read + Sync>(
    desired: &[Desired],
    live: &Live,
    reader: &R,
    progress: &dyn Progress,
) -> Result<Directory, Error> {
    let sought = what_to_look_up(desired, live);
    let names: Vec<(Kind, String)> =
        sought.by_name.into_iter().map(|((kind, _), name)| (kind, name)).collect();
    let ids: Vec<(Kind, Id)> = sought.ids.into_iter().collect();
    let catalogs: Vec<Id> = sought.catalogs.into_iter().collect();
    if !(names.is_empty() && ids.is_empty()) {
        progress.tell(Phase::Names(names.len() + ids.len()));
    }
    let (by_name, extensions, answer) =
        try_join3(reader.find_all(&names), reader.extensions_of(&catalogs), reader.names(&ids)).await?;
    let readable = !answer.unreadable;
    let sought = ids.into_iter().map(|(_, id)| id).filter(|_| readable).collect();
    Ok(Directory { by_name, extensions, names: answer.names, sought })
}

/// What the documents refer to, each once.
#[derive(Default)]
struct Sought {
    /// Names, by kind and folded name, as one document spells them.
    by_name: BTreeMap<(Kind, String), String>,
    ids: BTreeSet<(Kind, Id)>,
    /// Catalogs whose workflow extensions are referred to.
    catalogs: BTreeSet<Id>,
}

fn what_to_look_up(desired: &[Desired], live: &Live) -> Sought {
    let mut sought = Sought::default();
    for declared in desired {
        let Intent::Present { object, .. } = &declared.intent else { continue };
        each_reference(object, &mut |_, reference| match (&reference.id, &reference.written) {
            _ if reference.kind == Kind::AccessPackage => {}
            _ if reference.kind == Kind::WorkflowExtension => {
                sought.catalogs.extend(catalog_of(&declared.parent, live));
            }
            (Some(id), _) => {
                sought.ids.insert((reference.kind, id.clone()));
            }
            (None, Some(written)) => {
                if let Some(name) = &written.name {
                    sought.by_name.entry((reference.kind, fold(name))).or_insert_with(|| name.clone());
                }
            }
            (None, None) => {}
        });
    }
    sought
}

/// Settles one reference; what is wrong with it is returned.
fn settle(
    reference: &mut Reference,
    catalog: Option<&Id>,
    directory: &Directory,
    at: &dyn Fn() -> Place,
) -> Option<Diagnostic> {
    let kind = reference.kind;
    let empty = Vec::new();
    let of_catalog = catalog.and_then(|c| directory.extensions.get(c)).unwrap_or(&empty);
    if let Some(id) = &reference.id {
        let name = match kind {
            Kind::WorkflowExtension => of_catalog.iter().find(|f| f.id == *id).map(|f| &f.name),
            _ => directory.names.get(id),
        };
        let Some(name) = name else {
            let was_sought = directory.sought.contains(id) || kind == Kind::WorkflowExtension;
            return was_sought.then(|| {
                Diagnostic::new(codes::ID_NOT_FOUND, format!("no {} of the id {id} was found", kind.noun()))
                    .at(at(), "not found")
                    .note("it was deleted, or the identity that runs this may not see it")
            });
        };
        let diagnostic = renamed(reference, name, at);
        reference.name = Some(name.as_str().into());
        return diagnostic;
    }
    let written = reference.written.as_ref()?;
    let name = written.name.as_deref()?;
    let found: Vec<&Found> = match kind {
        Kind::WorkflowExtension => {
            of_catalog.iter().filter(|f| same_name(Some(&f.name), Some(name))).collect()
        }
        _ => directory.by_name.get(&(kind, fold(name))).unwrap_or(&empty).iter().collect(),
    };
    match found.as_slice() {
        [one] => {
            reference.id = Some(one.id.clone());
            reference.name = Some(one.name.as_str().into());
            None
        }
        [] => Some(not_found(kind, name, of_catalog).at(at(), "not found")),
        several => {
            let mut diagnostic = Diagnostic::new(
                codes::REFERENCE_AMBIGUOUS,
                format!("{} {}s are called `{}`", several.len(), kind.noun(), visible(name)),
            )
            .at(at(), "which one?");
            for candidate in several {
                let detail = if candidate.detail.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", visible(&candidate.detail))
                };
                diagnostic =
                    diagnostic.note(format!("{} `{}`{detail}", candidate.id, visible(&candidate.name)));
            }
            Some(diagnostic.help(format!("give the id beside the name: `id: {}`", several[0].id)))
        }
    }
}

fn not_found(kind: Kind, name: &str, candidates: &[Found]) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        codes::REFERENCE_NOT_FOUND,
        format!("no {} is called `{}`", kind.noun(), visible(name)),
    );
    match entrant_model::text::nearest(name, candidates.iter().map(|f| f.name.as_str())) {
        Some(near) => diagnostic.help(format!("did you mean `{}`?", visible(near))),
        None if kind == Kind::User => {
            diagnostic.help("give the user principal name, such as `ana@contoso.com`, or the id")
        }
        None => {
            diagnostic.help("check the spelling, or give the id; the identity that runs this may not see it")
        }
    }
}

/// A note where a name stands beside an id whose object has another name.
fn renamed(reference: &Reference, name: &str, at: &dyn Fn() -> Place) -> Option<Diagnostic> {
    let written = reference.written.as_ref()?;
    let (Some(said), Some(id)) = (&written.name, &written.id) else { return None };
    (!same_name(Some(said), Some(name))).then(|| {
        Diagnostic::new(
            codes::NAME_DIFFERS,
            format!(
                "the {} {id} is called `{}`, not `{}`",
                reference.kind.noun(),
                visible(name),
                visible(said)
            ),
        )
        .at(at(), "the id decides")
        .help(format!("write `{}`, or correct the id", visible(name)))
    })
}

/// The package that a document names.
pub fn package_of(body: &Body) -> Option<&Reference> {
    match body {
        Body::Resource(resource) => resource.object.reference(package_member(resource.envelope.version)),
        Body::Removed(removed) => Some(&removed.parent),
    }
}

/// The display name that a document declares.
pub fn policy_of(body: &Body) -> &str {
    match body {
        Body::Resource(resource) => resource.object.text("displayName").unwrap_or_default(),
        Body::Removed(removed) => &removed.display_name,
    }
}

pub fn package_key(reference: &Reference) -> Option<(PackageKey, String)> {
    let written: &Written = reference.written.as_ref()?;
    match (&written.id, &written.name) {
        (Some(id), _) => Some((PackageKey::Id(id.clone()), id.to_string())),
        (None, Some(name)) => Some((PackageKey::Name(fold(name)), name.clone())),
        (None, None) => None,
    }
}

fn package_place(document: &Document) -> Place {
    document.place.at(Pointer(match &document.body {
        Body::Resource(resource) => vec![package_member(resource.envelope.version).to_owned()],
        Body::Removed(_) => vec!["target".to_owned(), "accessPackage".to_owned()],
    }))
}

/// The one package that is meant, among those that the look-up gave.
pub fn one_package<'a>(
    reference: &Reference,
    candidates: &'a [Package],
) -> Result<&'a Package, Box<Diagnostic>> {
    let written = reference.written.as_deref().cloned().unwrap_or_default();
    let in_catalog = |p: &&Package| {
        written.id.is_some()
            || written.catalog.is_none()
            || same_name(Some(&p.catalog_name), written.catalog.as_deref())
    };
    let meant: Vec<&Package> = candidates.iter().filter(in_catalog).collect();
    match meant.as_slice() {
        [one] => Ok(one),
        [] => Err(Box::new(no_package(&written, candidates))),
        several => Err(Box::new(several_packages(&written, several))),
    }
}

fn no_package(written: &Written, elsewhere: &[Package]) -> Diagnostic {
    if let Some(id) = &written.id {
        return Diagnostic::new(codes::PACKAGE_NOT_FOUND, format!("no access package has the id {id}"))
            .help("it was deleted, or belongs to another tenant; name the package instead");
    }
    let name = visible(written.name.as_deref().unwrap_or_default());
    let place =
        written.catalog.as_deref().map_or_else(String::new, |c| format!(" in catalog `{}`", visible(c)));
    let message = format!("no access package is called `{name}`{place}");
    elsewhere
        .iter()
        .fold(Diagnostic::new(codes::REFERENCE_NOT_FOUND, message), |diagnostic, package| {
            diagnostic.note(format!("there is one in catalog `{}`", visible(&package.catalog_name)))
        })
        .help("check the spelling, or make the package first; the identity that runs this may not see it")
}

fn several_packages(written: &Written, several: &[&Package]) -> Diagnostic {
    let name = visible(written.name.as_deref().unwrap_or_default());
    let message = format!("{} access packages are called `{name}`", several.len());
    let diagnostic =
        several.iter().fold(Diagnostic::new(codes::REFERENCE_AMBIGUOUS, message), |diagnostic, package| {
            diagnostic.note(format!("{} in catalog `{}`", package.id, visible(&package.catalog_name)))
        });
    let first = several[0];
    let same_catalog = several.iter().all(|p| same_name(Some(&p.catalog_name), Some(&first.catalog_name)));
    diagnostic.help(if same_catalog {
        format!("say which by id: `{{id: {}}}`", first.id)
    } else {
        format!("say which: `{{catalog: {}, name: {name}}}`", visible(&first.catalog_name))
    })
}

/// The catalog of a resolved package.
fn catalog_of(package: &Reference, live: &Live) -> Option<Id> {
    Some(live.packages.get(package.id.as_ref()?)?.catalog.clone())
}

fn declaration(document: Document, package: &Package) -> Desired {
    let reference =
        |written: &Reference| Reference { written: written.written.clone(), ..package.reference() };
    match document.body {
        Body::Resource(resource) => {
            let mut object = resource.object;
            let member = package_member(resource.envelope.version);
            let resolved = reference(object.reference(member).unwrap_or(&package.reference()));
            object.set(member, Value::Ref(Box::new(resolved.clone())));
            let name = object.text("displayName").unwrap_or_default().to_owned();
            Desired {
                address: Address::policy(&package.catalog_name, &package.name, &name),
                place: document.place,
                parent: resolved,
                intent: Intent::Present { envelope: resource.envelope, object },
            }
        }
        Body::Removed(removed) => Desired {
            address: Address::policy(&package.catalog_name, &package.name, &removed.display_name),
            place: document.place,
            parent: reference(&removed.parent),
            intent: Intent::Removed(removed.action),
        },
    }
}
