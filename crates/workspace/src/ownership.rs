//! Places that are owned exclusively: which packages they are.

use crate::codes;
use crate::resolve::{PackageKey, look_up_packages, one_package, package_key};
use entrant_graph::{Error, Read};
use entrant_model::desired::Exclusive;
use entrant_model::live::Package;
use entrant_model::reference::fold;
use entrant_model::text::visible;
use entrant_model::{Diagnostic, Id, Kind, Live, Place};
use std::collections::BTreeMap;

/// The packages in which every policy has a document, each with where the configuration says so. They are noted among
/// the live ones. A place that is not found, or found twice, is an error: what it means would be deleted.
pub async fn packages<R: Read + Sync>(
    places: &[Exclusive],
    reader: &R,
    live: &mut Live,
) -> Result<(BTreeMap<Id, Place>, Vec<Diagnostic>), Error> {
    let mut diagnostics = Vec::new();
    let mut owned: Vec<(Package, &Place)> = Vec::new();
    let (catalogs, packages): (Vec<&Exclusive>, Vec<&Exclusive>) =
        places.iter().partition(|place| place.reference.kind == Kind::Catalog);
    let keys: BTreeMap<PackageKey, String> =
        packages.iter().filter_map(|place| package_key(&place.reference)).collect();
    if !keys.is_empty() {
        let found = look_up_packages(keys, reader).await?;
        for place in packages {
            let candidates = package_key(&place.reference)
                .and_then(|(key, _)| found.get(&key))
                .map_or(&[][..], Vec::as_slice);
            match one_package(&place.reference, candidates) {
                Ok(package) => owned.push((package.clone(), &place.place)),
                Err(diagnostic) => diagnostics.push(diagnostic.at(place.place.clone(), "owned exclusively")),
            }
        }
    }
    if !catalogs.is_empty() {
        let ids = catalog_ids(&catalogs, reader, &mut diagnostics).await?;
        let wanted: Vec<Id> = ids.iter().map(|(id, _)| id.clone()).collect();
        let mut found = reader.packages_of_catalogs(&wanted).await?;
        for (id, place) in ids {
            match found.remove(&id) {
                Some(packages) => owned.extend(packages.into_iter().map(|package| (package, place))),
                None => diagnostics.push(
                    Diagnostic::new(codes::CATALOG_NOT_FOUND, format!("no catalog has the id {id}"))
                        .at(place.clone(), "owned exclusively"),
                ),
            }
        }
    }
    let mut exclusive = BTreeMap::new();
    for (package, place) in owned {
        exclusive.insert(package.id.clone(), place.clone());
        live.packages.entry(package.id.clone()).or_insert(package);
    }
    Ok((exclusive, diagnostics))
}

/// The ids of the catalogs, each once.
async fn catalog_ids<'p, R: Read + Sync>(
    places: &[&'p Exclusive],
    reader: &R,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<(Id, &'p Place)>, Error> {
    let written = |place: &Exclusive| place.reference.written.as_deref().cloned().unwrap_or_default();
    let names: Vec<(Kind, String)> = places
        .iter()
        .map(|place| written(place))
        .filter(|written| written.id.is_none())
        .filter_map(|written| Some((Kind::Catalog, written.name?)))
        .collect();
    let found = if names.is_empty() { BTreeMap::new() } else { reader.find_all(&names).await? };
    let mut ids: BTreeMap<Id, &Place> = BTreeMap::new();
    for place in places {
        let said = written(place);
        if let Some(id) = said.id {
            ids.insert(id, &place.place);
            continue;
        }
        let name = said.name.unwrap_or_default();
        let candidates = found.get(&(Kind::Catalog, fold(&name))).map_or(&[][..], Vec::as_slice);
        match candidates {
            [one] => {
                ids.insert(one.id.clone(), &place.place);
            }
            [] => diagnostics.push(
                Diagnostic::new(
                    codes::CATALOG_NOT_FOUND,
                    format!("no catalog is called `{}`", visible(&name)),
                )
                .at(place.place.clone(), "owned exclusively")
                .help("check the spelling, or give the id; the identity that runs this may not see it"),
            ),
            several => {
                let message = format!("{} catalogs are called `{}`", several.len(), visible(&name));
                let first = &several[0].id;
                let found =
                    several.iter().fold(Diagnostic::new(codes::REFERENCE_AMBIGUOUS, message), |d, one| {
                        d.note(one.id.to_string())
                    });
                diagnostics.push(
                    found
                        .at(place.place.clone(), "which one?")
                        .help(format!("say which by id: `{{catalog: {{id: {first}}}}}`")),
                );
            }
        }
    }
    Ok(ids.into_iter().collect())
}
