//! Reading what addresses mean, declared or not.

use crate::progress::{Phase, Progress};
use crate::{codes, fetch, may_match, place, resolve};
use entrant_graph::{Asked as Wanted, Error, Read};
use entrant_model::address::Pattern;
use entrant_model::desired::{Body, Intent};
use entrant_model::kinds::table;
use entrant_model::reference::same_name;
use entrant_model::text::{nearest, visible};
use entrant_model::{Address, Desired, Diagnostic, Document, Id, Kind, Live, LiveObject, Version};
use entrant_plan::show::{Shown, address_of, shown};
use futures_util::future::try_join3;

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

/// The objects that are asked for, with what was found on the way. With errors among the findings there are none.
/// An address that means nothing is an error.
pub async fn show<R: Read + Sync>(
    documents: Vec<Document>,
    reader: &R,
    asked: &[Asked],
    progress: &dyn Progress,
) -> Result<(Vec<Shown>, Vec<Diagnostic>), Error> {
    let named = packages_of(&documents, asked);
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
    for package in named_packages(named, asked, reader, progress).await? {
        if !wanted.values().any(|packages| packages.contains(&package.id)) {
            wanted.entry(Version::V1).or_default().insert(package.id.clone());
        }
        live.packages.insert(package.id.clone(), package);
    }
    named_objects(asked, reader, &mut live).await?;
    let parts = all_parts(asked, &desired, &live);
    let (found, policies, objects) = try_join3(
        resolve::references(
            &mut desired,
            &resolve::Known { declared: &declared, packages: &packages, live: &live },
            reader,
            progress,
        ),
        Box::pin(fetch::policies(&wanted, reader, progress)),
        fetch::with_parts(&parts, reader, progress),
    )
    .await?;
    diagnostics.extend(found);
    fetch::record(&mut live, wanted, policies);
    fetch::record_parts(&mut live, &parts, objects);
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

/// Whether a pattern could mean what a document declares. A policy's neighbours in its package have to be known, too.
fn may_hold(pattern: &Pattern, document: &Document) -> bool {
    if place::kind_of(&document.body) != Kind::AssignmentPolicy {
        return may_match(pattern, document);
    }
    let written = resolve::parent_of(&document.body).and_then(|package| package.written.as_deref());
    // A name beside an id need not be the package's.
    let written = written.filter(|written| written.id.is_none());
    let package = written.and_then(|written| written.name.as_deref());
    let catalog = written.and_then(|written| written.catalog.as_deref());
    pattern.may_hold(catalog, package)
}

/// The names of packages in which the patterns could mean a policy: those that a pattern gives, which no document need
/// do, and those that a document declares.
fn packages_of(documents: &[Document], asked: &[Asked]) -> Vec<String> {
    let declared = documents.iter().filter_map(|document| {
        let Body::Resource(resource) = &document.body else { return None };
        if resource.envelope.kind != Kind::AccessPackage {
            return None;
        }
        let name = resource.object.text("displayName")?;
        let catalog = resolve::parent_of(&document.body).and_then(|catalog| catalog.written.as_deref());
        let catalog = catalog.and_then(|written| written.name.as_deref());
        let is_meant = asked.iter().any(|asked| asked.pattern.may_hold(catalog, Some(name)));
        is_meant.then(|| name.to_owned())
    });
    asked.iter().filter_map(|asked| asked.pattern.package()).chain(declared).collect()
}

/// The packages of these names that the patterns could mean.
async fn named_packages<R: Read + Sync>(
    mut names: Vec<String>,
    asked: &[Asked],
    reader: &R,
    progress: &dyn Progress,
) -> Result<Vec<entrant_model::live::Package>, Error> {
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

/// Reads the objects that the patterns name and no document need declare, and what holds them.
async fn named_objects<R: Read + Sync>(asked: &[Asked], reader: &R, live: &mut Live) -> Result<(), Error> {
    let named = |kind: Kind, from_end: usize| {
        let of_kind = asked.iter().map(|asked| &asked.pattern).filter(|pattern| pattern.kind() == kind);
        let mut names: Vec<String> =
            of_kind.filter_map(|pattern| pattern.names().into_iter().rev().nth(from_end)?).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let mut found: Vec<LiveObject> = Vec::new();
    let mut catalogs = named(Kind::Catalog, 0);
    catalogs.extend(named(Kind::WorkflowExtension, 1));
    for (kind, names) in [
        (Kind::Catalog, catalogs),
        (Kind::ConnectedOrganization, named(Kind::ConnectedOrganization, 0)),
        (Kind::AccessPackage, named(Kind::AccessPackage, 0)),
    ] {
        if !names.is_empty() {
            found.extend(reader.objects_named(kind, &names).await?.into_values().flatten());
        }
    }
    let packages = named(Kind::AccessPackage, 0);
    if !packages.is_empty() {
        for package in reader.packages_by_name(&packages).await?.into_values().flatten() {
            live.packages.insert(package.id.clone(), package);
        }
    }
    let extended = named(Kind::WorkflowExtension, 1);
    let holds = |object: &&LiveObject| {
        let is_named = |name: &String| same_name(Some(name), Some(&object.display_name));
        object.kind == Kind::Catalog && extended.iter().any(is_named)
    };
    let holders: Vec<Id> = found.iter().filter(holds).map(|object| object.id.clone()).collect();
    if !holders.is_empty() {
        let extensions = reader.objects_in(Kind::WorkflowExtension, &holders).await?;
        found.extend(extensions.into_values().flatten());
    }
    let has_settings = live.objects.iter().any(|object| object.kind == Kind::Settings);
    if !has_settings && asked.iter().any(|asked| asked.pattern.kind() == Kind::Settings) {
        let settings = reader.objects_in(Kind::Settings, &[Id::tenant()]).await?;
        let settings = settings.into_values().flatten();
        found.extend(settings.map(|object| LiveObject { display_name: String::new(), ..object }));
    }
    fetch::record_held(live, found);
    Ok(())
}

/// Those of the live objects that are asked for, by their own names or by what a document calls them, with all their
/// parts.
fn all_parts(asked: &[Asked], desired: &[Desired], live: &Live) -> fetch::Parts {
    let is_called = |object: &LiveObject| {
        desired.iter().any(|declared| {
            let Intent::Present { envelope, .. } = &declared.intent else { return false };
            let is_former = |name: &String| same_name(Some(name), Some(&object.display_name));
            declared.address.kind == object.kind
                && declared.parent.id.as_ref() == Some(&object.parent)
                && (envelope.pin.as_ref() == Some(&object.id)
                    || envelope.previous_names.iter().any(is_former))
                && asked.iter().any(|asked| asked.means(&declared.address, Some(&object.id)))
        })
    };
    let mut all = fetch::Parts::new();
    for object in &live.objects {
        let parts = table(object.kind, object.version).into_iter().flat_map(|table| table.members);
        let parts: Vec<&'static str> = parts.filter(|part| part.is_part()).map(|part| part.name).collect();
        let address = address_of(object, live);
        let is_meant = || asked.iter().any(|asked| asked.means(&address, Some(&object.id)));
        if !parts.is_empty() && (is_meant() || is_called(object)) {
            let wanted = Wanted { parent: object.parent.clone(), id: object.id.clone(), parts };
            all.entry(object.kind).or_default().push(wanted);
        }
    }
    all
}

fn not_found(asked: &Asked, all: &[Shown]) -> Option<Diagnostic> {
    if all.iter().any(|shown| asked.means(&shown.address, shown.id.as_ref())) {
        return None;
    }
    let text = visible(asked.pattern.as_str());
    let diagnostic = Diagnostic::new(codes::NOTHING_TO_SHOW, format!("nothing has the address `{text}`"));
    let addresses: Vec<String> = all.iter().map(|shown| shown.address.to_string()).collect();
    Some(match nearest(asked.pattern.as_str(), addresses.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if asked.pattern.kind() != Kind::AssignmentPolicy => diagnostic.help(
            "what no document declares is looked for by its name, and by that of its catalog, where they have no `*`; the identity that runs this may not see it",
        ),
        None => diagnostic.help(
            "policies are looked for in the packages that documents name, and in the package of the address where it has no `*`",
        ),
    })
}
