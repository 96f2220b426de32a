//! Names to ids: every reference of a document gets the id of the one object it means.
//!
//! Zero or several matches are errors that list the candidates. Each name is looked up once.

use crate::codes;
use crate::declared::{Declared, DeclaredObject};
use crate::findings::Findings;
use crate::place::{self, Meant};
use crate::progress::{Phase, Progress};
use entrant_graph::{Error, Found, Read};
use entrant_model::desired::{Body, Intent};
use entrant_model::kinds::parent_member;
use entrant_model::live::Package;
use entrant_model::reference::{Written, fold, same_name};
use entrant_model::text::visible;
use entrant_model::value::{each_reference, each_reference_mut};
use entrant_model::{Desired, Diagnostic, Document, Id, Kind, Live, Place, Pointer, Reference, Version};
use futures_util::future::{try_join, try_join3};
use std::collections::{BTreeMap, BTreeSet};

/// What a lookup of a package is made by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageKey {
    Id(Id),
    Name(String),
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

/// What was found before references are settled.
pub struct Known<'a> {
    /// What documents declare that others may refer to.
    pub declared: &'a Declared,
    /// The packages that were looked up.
    pub packages: &'a BTreeMap<PackageKey, Vec<Package>>,
    /// What was read.
    pub live: &'a Live,
}

/// Gives every reference of the declarations its id and its name. What a document declares and is yet to be created has
/// no id: the reference becomes a placeholder.
pub async fn references<R: Read + Sync>(
    desired: &mut [Desired],
    known: &Known<'_>,
    reader: &R,
    progress: &dyn Progress,
) -> Result<Vec<Diagnostic>, Error> {
    let directory = look_up(desired, known, reader, progress).await?;
    let mut findings = Findings::default();
    for declared in desired {
        let place = declared.place.clone();
        let catalog = Catalog {
            id: catalog_of(&declared.parent, known),
            name: declared.address.segments.first().cloned(),
        };
        let Intent::Present { object, .. } = &mut declared.intent else { continue };
        each_reference_mut(object, &mut |path, reference| {
            let at = || place.at(path.pointer());
            let found = match reference.kind {
                // What holds the object has its place already.
                Kind::AccessPackage | Kind::Catalog if reference.name.is_some() => None,
                Kind::AccessPackage => settle_package(reference, known, &at),
                _ => settle(reference, &catalog, known.declared, &directory, &at),
            };
            if let Some(found) = found {
                findings.add(found, &at);
            }
        });
    }
    Ok(findings.into_all())
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
    known: &Known<'_>,
    reader: &R,
    progress: &dyn Progress,
) -> Result<Directory, Error> {
    let sought = what_to_look_up(desired, known);
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

fn what_to_look_up(desired: &[Desired], known: &Known<'_>) -> Sought {
    let mut sought = Sought::default();
    for declared in desired {
        let Intent::Present { object, .. } = &declared.intent else { continue };
        each_reference(object, &mut |_, reference| match (&reference.id, &reference.written) {
            _ if matches!(reference.kind, Kind::AccessPackage | Kind::Catalog) => {}
            _ if reference.kind == Kind::WorkflowExtension => {
                sought.catalogs.extend(catalog_of(&declared.parent, known));
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

/// The catalog of what refers to something.
struct Catalog {
    id: Option<Id>,
    name: Option<String>,
}

/// Settles a reference to a package that does not hold the object.
fn settle_package(reference: &mut Reference, known: &Known, at: &dyn Fn() -> Place) -> Option<Diagnostic> {
    let candidates = package_key(reference).and_then(|(key, _)| known.packages.get(&key));
    match place::package(reference, candidates.map_or(&[][..], Vec::as_slice), known.declared) {
        Ok(Meant::Live(package)) => {
            let diagnostic = renamed(reference, &package.name, at);
            *reference = Reference { written: reference.written.take(), ..package.reference() };
            diagnostic
        }
        Ok(Meant::Declared(object)) => {
            let diagnostic = renamed(reference, object.name(), at);
            *reference = object.reference(reference.written.as_deref());
            diagnostic
        }
        Err(missing) => Some(missing.why.at(at(), "")),
    }
}

/// Settles one reference; what is wrong with it is returned.
fn settle(
    reference: &mut Reference,
    catalog: &Catalog,
    declared: &Declared,
    directory: &Directory,
    at: &dyn Fn() -> Place,
) -> Option<Diagnostic> {
    let kind = reference.kind;
    let empty = Vec::new();
    let of_catalog = catalog.id.as_ref().and_then(|c| directory.extensions.get(c)).unwrap_or(&empty);
    if let Some(id) = &reference.id {
        let name = match kind {
            Kind::WorkflowExtension => of_catalog.iter().find(|f| f.id == *id).map(|f| &f.name),
            _ => directory.names.get(id),
        };
        let Some(name) = name else {
            let was_sought = directory.sought.contains(id) || kind == Kind::WorkflowExtension;
            return was_sought.then(|| {
                let message = format!("no {} of the id {id} was found", kind.noun());
                let found = Diagnostic::new(codes::ID_NOT_FOUND, message)
                    .at(at(), "not found")
                    .note("it was deleted, or the identity that runs this may not see it");
                match kind {
                    Kind::ServicePrincipal => found.help(
                        "write the name or the object id of the service principal (enterprise application); an application id (appId) is neither",
                    ),
                    _ => found,
                }
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
            // What is being renamed goes by its new name.
            let name = declared.of_live(&one.id).map_or(one.name.as_str(), DeclaredObject::name);
            let diagnostic = renamed(reference, name, at);
            reference.id = Some(one.id.clone());
            reference.name = Some(name.into());
            diagnostic
        }
        [] => {
            let within = catalog_of_kind(kind, catalog);
            if let [one] = declared.find(kind, name, within).as_slice() {
                let diagnostic = renamed(reference, one.name(), at);
                *reference = one.reference(reference.written.as_deref());
                return diagnostic;
            }
            let known = of_catalog.iter().map(|found| found.name.as_str());
            let known = known.chain(declared.names(kind, within));
            Some(not_found(kind, name, known).at(at(), "not found"))
        }
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

/// The catalog within which a name of this kind is looked for.
fn catalog_of_kind(kind: Kind, catalog: &Catalog) -> Option<&str> {
    catalog.name.as_deref().filter(|_| kind == Kind::WorkflowExtension)
}

fn not_found<'a>(kind: Kind, name: &str, candidates: impl Iterator<Item = &'a str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        codes::REFERENCE_NOT_FOUND,
        format!("no {} is called `{}`", kind.noun(), visible(name)),
    );
    match entrant_model::text::nearest(name, candidates) {
        Some(near) => diagnostic.help(format!("did you mean `{}`?", visible(near))),
        None if kind == Kind::User => {
            diagnostic.help("give the user principal name, such as `ana@contoso.com`, or the id")
        }
        None => {
            diagnostic.help("check the spelling, or give the id; the identity that runs this may not see it")
        }
    }
}

/// What there is to say of a reference to an object of this name: that it has another name than stands beside its id, or
/// that it is called by a name that it had before.
pub fn renamed(reference: &Reference, name: &str, at: &dyn Fn() -> Place) -> Option<Diagnostic> {
    let written = reference.written.as_ref()?;
    let said = written.name.as_deref()?;
    if same_name(Some(said), Some(name)) {
        return None;
    }
    let noun = reference.kind.noun();
    let (said, name) = (visible(said), visible(name));
    Some(match &written.id {
        Some(id) => {
            Diagnostic::new(codes::NAME_DIFFERS, format!("the {noun} {id} is called `{name}`, not `{said}`"))
                .at(at(), "the id decides")
                .help(format!("write `{name}`, or correct the id"))
        }
        None => former_name(noun, &said, &name).at(at(), "a former name"),
    })
}

/// Of names that are escaped for a terminal.
pub fn former_name(noun: &str, said: &str, name: &str) -> Diagnostic {
    Diagnostic::new(codes::FORMER_NAME, format!("the {noun} `{said}` is declared as `{name}` now"))
        .note("its document has the name that stands here among its `previousNames`")
        .help(format!("write `{name}`"))
}

/// What a document says that it is held by; `None` where that is the tenant.
pub fn parent_of(body: &Body) -> Option<&Reference> {
    match body {
        Body::Resource(resource) => {
            let envelope = &resource.envelope;
            resource.object.reference(parent_member(envelope.kind, envelope.version)?)
        }
        Body::Removed(removed) => Some(&removed.parent).filter(|_| removed.kind.parent() != Kind::Tenant),
    }
}

/// The display name that a document declares.
pub fn name_of(body: &Body) -> &str {
    match body {
        Body::Resource(resource) => resource.object.text("displayName").unwrap_or_default(),
        Body::Removed(removed) => &removed.display_name,
    }
}

/// By what a package is looked up, and the name as it is spelled.
pub fn package_key(reference: &Reference) -> Option<(PackageKey, String)> {
    let written: &Written = reference.written.as_ref()?;
    match (&written.id, &written.name) {
        (Some(id), _) => Some((PackageKey::Id(id.clone()), id.to_string())),
        (None, Some(name)) => Some((PackageKey::Name(fold(name)), name.clone())),
        (None, None) => None,
    }
}

/// Where a document says what holds it.
pub fn parent_place(document: &Document) -> Place {
    document.place.at(Pointer(match &document.body {
        Body::Resource(resource) => {
            let envelope = &resource.envelope;
            parent_member(envelope.kind, envelope.version).into_iter().map(str::to_owned).collect()
        }
        Body::Removed(removed) => {
            let member = parent_member(removed.kind, Version::V1);
            std::iter::once("target").chain(member).map(str::to_owned).collect()
        }
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

pub fn no_package(written: &Written, elsewhere: &[Package]) -> Diagnostic {
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
        .help("check the spelling, or declare it with `kind: AccessPackage`; the identity that runs this may not see it")
}

pub fn several_packages(written: &Written, several: &[&Package]) -> Diagnostic {
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

/// The live catalog of a package, which may be yet to be created itself.
fn catalog_of(package: &Reference, known: &Known<'_>) -> Option<Id> {
    match &package.id {
        Some(id) => Some(known.live.packages.get(id)?.catalog.clone()),
        None => known.declared.at(package.placeholder()?)?.held_by.clone(),
    }
}
