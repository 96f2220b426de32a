//! Each document in its place: what holds it, whether that is there yet or is declared itself.
//!
//! ```text
//! settings, catalogs, organizations ─▶ extensions, packages ─▶ policies
//!       each looked up by name: found, or declared beside it and yet to be created, or an error
//! ```

use crate::codes;
use crate::declared::{Declared, DeclaredObject};
use crate::findings::Findings;
use crate::progress::{Phase, Progress};
use crate::resolve::{
    PackageKey, former_name, look_up_packages, name_of, no_package, package_key, parent_of, parent_place,
    renamed, several_packages,
};
use entrant_graph::{Asked, Error, Read};
use entrant_model::desired::{Body, Intent};
use entrant_model::kinds::parent_member;
use entrant_model::live::Package;
use entrant_model::reference::{Written, fold, same_name};
use entrant_model::text::visible;
use entrant_model::value::each_reference;
use entrant_model::{
    Address, Desired, Diagnostic, Document, Id, Kind, Live, LiveObject, Reference, Value, Version,
};
use futures_util::future::{try_join, try_join4};
use std::collections::{BTreeMap, BTreeSet};

/// The documents, each in its place.
#[derive(Debug, Default)]
pub struct Placed {
    /// Those whose place is known.
    pub desired: Vec<Desired>,
    /// What they declare that others may refer to.
    pub declared: Declared,
    /// The packages that were looked up.
    pub packages: BTreeMap<PackageKey, Vec<Package>>,
}

/// Finds what holds each document. Documents of which it is not found are left out, each with a diagnostic. What was
/// read on the way is put into `live`. `others` are declared, too, but nothing is planned for them: they are known by
/// name alone.
pub async fn documents<R: Read + Sync>(
    documents: Vec<Document>,
    others: &[Document],
    reader: &R,
    progress: &dyn Progress,
    live: &mut Live,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Placed, Error> {
    let sought = Sought::of(&documents);
    progress.tell(Phase::Packages(sought.packages.len()));
    let (packages, catalogs, package_objects, organizations) = try_join4(
        look_up_packages(sought.packages.clone(), reader),
        objects(Kind::Catalog, &sought, reader),
        objects(Kind::AccessPackage, &sought, reader),
        objects(Kind::ConnectedOrganization, &sought, reader),
    )
    .await?;
    let mut placing = Placing {
        live,
        diagnostics,
        placed: Placed { packages, ..Placed::default() },
        catalogs: BTreeMap::new(),
        findings: Findings::default(),
    };
    placing.take(Kind::Catalog, &sought, catalogs);
    placing.take(Kind::AccessPackage, &sought, package_objects);
    placing.take(Kind::ConnectedOrganization, &sought, organizations);
    let (rest, first) = parted(documents, |kind| kind.parent() != Kind::Tenant);
    placing.roots(first, others);
    let (policies, held) = parted(rest, |kind| kind == Kind::AssignmentPolicy);
    placing.read_held(&held, reader).await?;
    placing.held(held, others);
    placing.policies(policies);
    placing.diagnostics.extend(placing.findings.into_all());
    Ok(placing.placed)
}

/// Those that are meant, and the others; both in their order.
fn parted(documents: Vec<Document>, is_meant: impl Fn(Kind) -> bool) -> (Vec<Document>, Vec<Document>) {
    documents.into_iter().partition(|document| is_meant(kind_of(&document.body)))
}

/// The kind of what a document declares or removes.
pub fn kind_of(body: &Body) -> Kind {
    match body {
        Body::Resource(resource) => resource.envelope.kind,
        Body::Removed(removed) => removed.kind,
    }
}

/// What has to be looked up, each once.
#[derive(Default)]
struct Sought {
    packages: BTreeMap<PackageKey, String>,
    /// By kind, folded names as one document spells them.
    names: BTreeMap<Kind, BTreeMap<String, String>>,
    ids: BTreeMap<Kind, BTreeSet<Id>>,
}

impl Sought {
    fn of(documents: &[Document]) -> Self {
        let mut sought = Self::default();
        for document in documents {
            let kind = kind_of(&document.body);
            if kind != Kind::AssignmentPolicy {
                sought.name(kind, name_of(&document.body));
            }
            if let Some(parent) = parent_of(&document.body) {
                match kind {
                    Kind::AssignmentPolicy => sought.packages.extend(package_key(parent)),
                    _ => sought.reference(Kind::Catalog, parent),
                }
            }
            let Body::Resource(resource) = &document.body else { continue };
            if kind != Kind::AssignmentPolicy {
                resource.envelope.previous_names.iter().for_each(|name| sought.name(kind, name));
                sought.ids.entry(kind).or_default().extend(resource.envelope.pin.clone());
                each_reference(&resource.object, &mut |_, reference| {
                    if reference.kind == Kind::AccessPackage {
                        sought.packages.extend(package_key(reference));
                    }
                });
            }
        }
        sought
    }

    fn name(&mut self, kind: Kind, name: &str) {
        self.names.entry(kind).or_default().entry(fold(name)).or_insert_with(|| name.to_owned());
    }

    fn reference(&mut self, kind: Kind, reference: &Reference) {
        let Some(written) = &reference.written else { return };
        match (&written.id, &written.name) {
            (Some(id), _) => {
                self.ids.entry(kind).or_default().insert(id.clone());
            }
            (None, Some(name)) => self.name(kind, name),
            (None, None) => {}
        }
    }
}

/// The live objects of one kind that names or ids find.
async fn objects<R: Read + Sync>(kind: Kind, sought: &Sought, reader: &R) -> Result<Vec<LiveObject>, Error> {
    let names: Vec<String> =
        sought.names.get(&kind).into_iter().flat_map(|names| names.values().cloned()).collect();
    let ids = sought.ids.get(&kind).into_iter().flatten();
    let asked: Vec<Asked> =
        ids.map(|id| Asked { parent: Id::tenant(), id: id.clone(), parts: Vec::new() }).collect();
    let by_name = async {
        if names.is_empty() { Ok(BTreeMap::new()) } else { reader.objects_named(kind, &names).await }
    };
    let by_id = async { if asked.is_empty() { Ok(Vec::new()) } else { reader.objects(kind, &asked).await } };
    let (by_name, by_id) = try_join(by_name, by_id).await?;
    let mut found: BTreeMap<Id, LiveObject> =
        by_name.into_values().flatten().map(|object| (object.id.clone(), object)).collect();
    for object in by_id {
        if let Some(object) = object? {
            found.insert(object.id.clone(), object);
        }
    }
    Ok(found.into_values().collect())
}

/// The documents while they are put into their places.
struct Placing<'a> {
    live: &'a mut Live,
    diagnostics: &'a mut Vec<Diagnostic>,
    placed: Placed,
    /// Names of live catalogs.
    catalogs: BTreeMap<Id, String>,
    /// What there is to say of the names of what holds documents.
    findings: Findings,
}

/// What holds something, and the names that lead to it.
struct Holder {
    reference: Reference,
    /// Catalog, or catalog and package.
    names: Vec<String>,
}

impl Placing<'_> {
    /// Notes what was read, and that every object of these names was looked for.
    fn take(&mut self, kind: Kind, sought: &Sought, objects: Vec<LiveObject>) {
        for name in sought.names.get(&kind).into_iter().flat_map(BTreeMap::values) {
            self.live.coverage.add_named(kind, name);
        }
        if kind == Kind::Catalog {
            self.catalogs
                .extend(objects.iter().map(|object| (object.id.clone(), object.display_name.clone())));
        }
        self.live.names.extend(objects.iter().map(|object| (object.id.clone(), object.display_name.clone())));
        self.live.objects.extend(objects);
    }

    /// Documents that the tenant itself holds.
    fn roots(&mut self, documents: Vec<Document>, others: &[Document]) {
        let tenant = || Holder { reference: Reference::tenant(), names: Vec::new() };
        let is_root = |document: &&Document| kind_of(&document.body).parent() == Kind::Tenant;
        for document in others.iter().filter(is_root) {
            self.note(&document.body, &tenant());
        }
        for document in documents {
            self.place(document, tenant());
        }
    }

    /// Reads what catalogs hold and only their lists tell: extensions, and the settings.
    async fn read_held<R: Read + Sync>(&mut self, held: &[Document], reader: &R) -> Result<(), Error> {
        let extensions = held.iter().filter(|document| kind_of(&document.body) == Kind::WorkflowExtension);
        let catalogs: BTreeSet<Id> = extensions
            .filter_map(|document| self.catalog(parent_of(&document.body)?).ok()?.reference.id)
            .collect();
        let catalogs: Vec<Id> = catalogs.into_iter().collect();
        let has_settings = self.placed.desired.iter().any(|declared| declared.address.kind == Kind::Settings);
        let tenants = if has_settings { vec![Id::tenant()] } else { Vec::new() };
        let list = async |kind, parents: &[Id]| {
            if parents.is_empty() { Ok(BTreeMap::new()) } else { reader.objects_in(kind, parents).await }
        };
        let (extensions, settings) =
            try_join(list(Kind::WorkflowExtension, &catalogs), list(Kind::Settings, &tenants)).await?;
        for (kind, found) in [(Kind::WorkflowExtension, extensions), (Kind::Settings, settings)] {
            for (parent, objects) in found {
                self.live.coverage.add_whole(kind, Version::V1, parent);
                // There is one of a tenant, and nothing calls it by a name.
                let named = |object: LiveObject| match kind {
                    Kind::Settings => LiveObject { display_name: String::new(), ..object },
                    _ => object,
                };
                self.live.objects.extend(objects.into_iter().map(named));
            }
        }
        Ok(())
    }

    /// Documents that a catalog holds.
    fn held(&mut self, documents: Vec<Document>, others: &[Document]) {
        let is_held = |document: &&Document| kind_of(&document.body).parent() == Kind::Catalog;
        for document in others.iter().filter(is_held) {
            if let Some(Ok(holder)) = parent_of(&document.body).map(|parent| self.catalog(parent)) {
                self.note(&document.body, &holder);
            }
        }
        for document in documents {
            let Some(parent) = parent_of(&document.body) else { continue };
            match self.catalog(parent) {
                Ok(holder) => {
                    self.say_names(&document, parent, &holder);
                    self.place(document, holder);
                }
                // A catalog that is gone: what shall be gone is gone already.
                Err(found) if found.code == codes::REFERENCE_NOT_FOUND && is_removed(&document) => {}
                Err(found) => self.diagnostics.push(found.at(parent_place(&document), "")),
            }
        }
    }

    fn policies(&mut self, documents: Vec<Document>) {
        for document in documents {
            let Some(parent) = parent_of(&document.body) else { continue };
            match self.package(parent) {
                Ok(holder) => {
                    self.say_names(&document, parent, &holder);
                    self.place(document, holder);
                }
                // A package that is gone: what shall be gone is gone already.
                Err(missing) if missing.is_absent && is_removed(&document) => {}
                Err(missing) => self.diagnostics.push(missing.why.at(parent_place(&document), "")),
            }
        }
    }

    /// Says where what holds a document has another name than the document believes.
    fn say_names(&mut self, document: &Document, parent: &Reference, holder: &Holder) {
        let place = || parent_place(document);
        if let Some(found) = renamed(parent, holder.reference.label(), &place) {
            self.findings.add(found, &place);
        }
        // The catalog of a package.
        let Some(written) = parent.written.as_ref().filter(|_| holder.names.len() > 1) else { return };
        let Some(said) = written.catalog.as_deref().filter(|said| Id::guid(said).is_none()) else { return };
        let name = &holder.names[0];
        if written.id.is_none() && !same_name(Some(said), Some(name)) {
            let found = former_name(Kind::Catalog.noun(), &visible(said), &visible(name));
            self.findings.add(found.at(place(), ""), &place);
        }
    }

    /// The catalog that a reference means.
    fn catalog(&self, reference: &Reference) -> Result<Holder, Box<Diagnostic>> {
        let written = reference.written.as_deref().cloned().unwrap_or_default();
        let live = |id: &Id, name: &str| {
            // What is being renamed goes by its new name.
            let name = self.placed.declared.of_live(id).map_or(name, DeclaredObject::name);
            Holder {
                reference: Reference {
                    kind: Kind::Catalog,
                    id: Some(id.clone()),
                    name: Some(name.into()),
                    written: reference.written.clone(),
                },
                names: vec![name.to_owned()],
            }
        };
        if let Some(id) = &written.id {
            return match self.catalogs.get(id) {
                Some(name) => Ok(live(id, name)),
                None => Err(Diagnostic::new(codes::CATALOG_NOT_FOUND, format!("no catalog has the id {id}"))
                    .help("it was deleted, or belongs to another tenant; name the catalog instead")
                    .into()),
            };
        }
        let name = written.name.as_deref().unwrap_or_default();
        let found: Vec<(&Id, &String)> =
            self.catalogs.iter().filter(|(_, known)| same_name(Some(known), Some(name))).collect();
        match found.as_slice() {
            [(id, known)] => Ok(live(id, known)),
            [] => {
                let declared = self.placed.declared.find(Kind::Catalog, name, None);
                if let [one] = declared.as_slice() {
                    let reference = one.reference(Some(&written));
                    return Ok(Holder { reference, names: vec![one.name().to_owned()] });
                }
                let message = format!("no catalog is called `{}`", visible(name));
                let found = Diagnostic::new(codes::REFERENCE_NOT_FOUND, message);
                let live = self.catalogs.values().map(String::as_str);
                let known = live.chain(self.placed.declared.names(Kind::Catalog, None));
                Err(Box::new(match entrant_model::text::nearest(name, known) {
                    Some(near) => found.help(format!("did you mean `{}`?", visible(near))),
                    None => found.help(
                        "check the spelling, or declare it with `kind: Catalog`; the identity that runs this may not see it",
                    ),
                }))
            }
            several => {
                let message = format!("{} catalogs are called `{}`", several.len(), visible(name));
                let found = several
                    .iter()
                    .fold(Diagnostic::new(codes::REFERENCE_AMBIGUOUS, message), |found, (id, _)| {
                        found.note(id.to_string())
                    });
                Err(found.help(format!("say which by id: `{{id: {}}}`", several[0].0)).into())
            }
        }
    }

    /// The package that a reference means.
    fn package(&mut self, reference: &Reference) -> Result<Holder, Missing> {
        let reference = &self.with_catalog_name(reference);
        let key = package_key(reference);
        let candidates =
            key.and_then(|(key, _)| self.placed.packages.get(&key)).map_or(&[][..], Vec::as_slice);
        package(reference, candidates, &self.placed.declared).map(|found| match found {
            Meant::Live(package) => {
                self.live.packages.insert(package.id.clone(), package.clone());
                Holder {
                    reference: Reference { written: reference.written.clone(), ..package.reference() },
                    names: vec![package.catalog_name, package.name],
                }
            }
            Meant::Declared(object) => {
                if let Some(id) = &object.live {
                    self.note_package(id, &object);
                }
                Holder {
                    reference: object.reference(reference.written.as_deref()),
                    names: object.address.segments.to_vec(),
                }
            }
        })
    }

    /// A policy that stands in a package names the catalog as the package does, which may be by id.
    fn with_catalog_name(&self, reference: &Reference) -> Reference {
        let mut reference = reference.clone();
        if let Some(written) = &mut reference.written
            && let Some(name) =
                written.catalog.as_deref().and_then(Id::guid).and_then(|id| self.catalogs.get(&id))
        {
            written.catalog = Some(name.clone());
        }
        reference
    }

    /// A declared package that is there under a former name.
    fn note_package(&mut self, id: &Id, object: &DeclaredObject) {
        let Some(found) = self.live.objects.iter().find(|live| live.id == *id) else { return };
        let package = Package {
            id: id.clone(),
            name: object.name().to_owned(),
            catalog: found.parent.clone(),
            catalog_name: object.catalog().to_owned(),
        };
        self.live.packages.entry(id.clone()).or_insert(package);
    }

    /// Notes what a document declares, for others to refer to.
    fn note(&mut self, body: &Body, holder: &Holder) {
        let Body::Resource(resource) = body else { return };
        let kind = resource.envelope.kind;
        if matches!(kind, Kind::AssignmentPolicy | Kind::Settings) {
            return;
        }
        let parents: Vec<&str> = holder.names.iter().map(String::as_str).collect();
        let name = name_of(body);
        let address = Address::of(kind, &parents, name);
        let names: Vec<&str> = std::iter::once(name)
            .chain(resource.envelope.previous_names.iter().map(String::as_str))
            .collect();
        let is_meant = |object: &&LiveObject| match &resource.envelope.pin {
            Some(pin) => object.id == *pin,
            None => names.iter().any(|name| same_name(Some(name), Some(&object.display_name))),
        };
        let parent = holder.reference.id.as_ref();
        let held = self.live.objects.iter().filter(|o| o.kind == kind && Some(&o.parent) == parent);
        let live = held.filter(is_meant).map(|object| object.id.clone()).next();
        let former = resource.envelope.previous_names.clone();
        let held_by = holder.reference.id.clone().filter(|_| kind.parent() == Kind::Catalog);
        self.placed.declared.add(DeclaredObject { address, live, held_by, former });
    }

    fn place(&mut self, document: Document, holder: Holder) {
        self.note(&document.body, &holder);
        let kind = kind_of(&document.body);
        let parents: Vec<&str> = holder.names.iter().map(String::as_str).collect();
        let address = Address::of(kind, &parents, name_of(&document.body));
        let intent = match document.body {
            Body::Resource(resource) => {
                let mut object = resource.object;
                if let Some(member) = parent_member(kind, resource.envelope.version) {
                    object.set(member, Value::Ref(Box::new(holder.reference.clone())));
                }
                Intent::Present { envelope: resource.envelope, object }
            }
            Body::Removed(removed) => Intent::Removed(removed.action),
        };
        let place = document.place;
        self.placed.desired.push(Desired { address, place, parent: holder.reference, intent });
    }
}

fn is_removed(document: &Document) -> bool {
    matches!(document.body, Body::Removed(_))
}

/// The package that a reference means.
pub enum Meant {
    /// It is there.
    Live(Package),
    /// A document declares it, under this name.
    Declared(DeclaredObject),
}

/// Why no package is meant.
pub struct Missing {
    pub why: Box<Diagnostic>,
    /// Whether there is none of that name where it was looked for.
    pub is_absent: bool,
}

impl Missing {
    fn new(why: Diagnostic, is_absent: bool) -> Self {
        Self { why: Box::new(why), is_absent }
    }
}

/// The one package that is meant, among those that the look-up gave and those that are declared.
pub fn package(reference: &Reference, candidates: &[Package], declared: &Declared) -> Result<Meant, Missing> {
    let written: Written = reference.written.as_deref().cloned().unwrap_or_default();
    let in_catalog = |p: &&Package| {
        written.id.is_some()
            || written
                .catalog
                .as_deref()
                .is_none_or(|catalog| declared.is_catalog_called(&p.catalog_name, Some(&p.catalog), catalog))
    };
    let meant: Vec<&Package> = candidates.iter().filter(in_catalog).collect();
    let to_come: Vec<&DeclaredObject> = match (&written.id, &written.name) {
        (None, Some(name)) => declared.find(Kind::AccessPackage, name, written.catalog.as_deref()),
        _ => Vec::new(),
    };
    // Declared ones that are there under this name are among the live ones.
    let is_it = |object: &DeclaredObject, package: &Package| match &object.live {
        Some(id) => package.id == *id,
        // Of those for which nothing is planned only the names are known.
        None => {
            same_name(Some(&package.name), Some(object.name()))
                && declared.is_catalog_called(&package.catalog_name, Some(&package.catalog), object.catalog())
        }
    };
    let is_new = |object: &&DeclaredObject| !meant.iter().any(|package| is_it(object, package));
    let to_come: Vec<&DeclaredObject> = to_come.into_iter().filter(is_new).collect();
    match (meant.as_slice(), to_come.as_slice()) {
        // What is being renamed goes by its new name.
        ([one], []) => Ok(Meant::Live(declared.named((*one).clone()))),
        ([], [one]) => Ok(Meant::Declared((*one).clone())),
        ([], []) => {
            let found = no_package(&written, candidates);
            let name = written.name.as_deref().unwrap_or_default();
            let known = declared.names(Kind::AccessPackage, written.catalog.as_deref());
            let found = match entrant_model::text::nearest(name, known) {
                Some(near) if candidates.is_empty() => {
                    found.help(format!("did you mean `{}`?", visible(near)))
                }
                _ => found,
            };
            Err(Missing::new(found, true))
        }
        (several, []) => Err(Missing::new(several_packages(&written, several), false)),
        (live, declared) => {
            let name = visible(written.name.as_deref().unwrap_or_default());
            let catalogs = live
                .iter()
                .map(|package| package.catalog_name.as_str())
                .chain(declared.iter().map(|object| object.catalog()));
            let message = format!("{} access packages are called `{name}`", live.len() + declared.len());
            let found = catalogs
                .fold(Diagnostic::new(codes::REFERENCE_AMBIGUOUS, message), |found, catalog| {
                    found.note(format!("one in catalog `{}`", visible(catalog)))
                });
            let catalog = visible(declared.first().map_or("", |object| object.catalog()));
            Err(Missing::new(found.help(format!("say which: `{{catalog: {catalog}, name: {name}}}`")), false))
        }
    }
}
