//! Roles of packages whose resource is not in the catalog: what the files say of both, before anything is looked up.
//!
//! Only what is certain is reported. A catalog whose document says nothing of its resources may have any, and a
//! resource that is written by id on one side and by name on the other may be the same one; `workspace` looks again
//! once names are resolved.

use crate::codes;
use crate::identity;
use entrant_model::desired::{Body, Resource};
use entrant_model::reference::fold;
use entrant_model::text::visible;
use entrant_model::{Diagnostic, Document, Id, Kind, Object, Place, Pointer, Reference, Value};
use std::collections::{HashMap, HashSet};

/// What a resource is told by.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Origin {
    Id(String),
    Name(String),
}

/// The resources of a catalog, as its document has them.
struct Resources<'d> {
    place: &'d Place,
    origins: HashSet<(&'static str, Origin)>,
}

impl Resources<'_> {
    /// Whether the resource is certainly not among them.
    fn lack(&self, system: &'static str, reference: Option<&Reference>, text: Option<&str>) -> bool {
        let own = origins(reference, text);
        let is_known = |origin: &Origin| self.origins.contains(&(system, origin.clone()));
        if own.is_empty() || own.iter().any(is_known) {
            return false;
        }
        // A name on one side may be the id on the other.
        let has_id = own.iter().any(|origin| matches!(origin, Origin::Id(_)));
        let has_name = own.iter().any(|origin| matches!(origin, Origin::Name(_)));
        self.origins.iter().filter(|(of, _)| *of == system).all(|(_, origin)| match origin {
            Origin::Id(_) => has_id,
            Origin::Name(_) => has_name,
        })
    }
}

/// Reports every role whose resource its catalog lacks.
pub(crate) fn roles(documents: &[Document], diagnostics: &mut Vec<Diagnostic>) {
    let mut catalogs: HashMap<String, Resources> = HashMap::new();
    for (place, catalog) in of_kind(documents, Kind::Catalog) {
        let Some(Value::List(list)) = catalog.object.get("resources") else { continue };
        let resources = list.iter().filter_map(Value::as_object);
        let all = || {
            resources.clone().flat_map(|resource| {
                let (system, reference, text) = origin(resource);
                origins(reference, text.as_deref()).into_iter().map(move |origin| (system, origin))
            })
        };
        for key in keys_of(catalog) {
            catalogs.insert(key, Resources { place, origins: all().collect() });
        }
    }
    if catalogs.is_empty() {
        return;
    }
    for (place, package) in of_kind(documents, Kind::AccessPackage) {
        let catalog = package.object.reference("catalog");
        let Some((catalog, resources)) =
            catalog.and_then(|catalog| Some((catalog, catalogs.get(&identity::key(catalog))?)))
        else {
            continue;
        };
        let roles = package.object.get("resourceRoleScopes").map_or(&[][..], Value::elements);
        for (index, role) in roles.iter().enumerate() {
            let Some(role) = role.as_object() else { continue };
            let (system, reference, text) = origin(role);
            if resources.lack(system, reference, text.as_deref()) {
                let pointer =
                    Pointer(vec!["resourceRoleScopes".into(), index.to_string(), "originId".into()]);
                let name =
                    reference.map_or_else(|| role.text("originId").unwrap_or_default(), Reference::label);
                let there = resources.place.at(Pointer::default().child("resources"));
                diagnostics.push(
                    dangling(catalog, system, name)
                        .at(place.at(pointer), "")
                        .related(there, "the resources of the catalog stand here"),
                );
            }
        }
    }
}

fn dangling(catalog: &Reference, system: &'static str, name: &str) -> Diagnostic {
    let (catalog, name) = (visible(catalog.label()), visible(name));
    let (noun, form) = match system {
        "group" => ("the group", format!("{{group: {name}}}")),
        "application" => ("the application", format!("{{application: {name}}}")),
        "site" => ("the site", format!("{{site: {name}}}")),
        _ => ("the resource", format!("{{originSystem: …, originId: {name}}}")),
    };
    Diagnostic::new(
        codes::DANGLING_ROLE,
        format!("{noun} `{name}` is not among the resources of the catalog `{catalog}`"),
    )
    .note("a package can give roles of resources of its own catalog alone")
    .help(format!("add `{form}` to `resources` of the catalog, or leave the role out"))
}

/// The declared objects of a kind.
fn of_kind(documents: &[Document], kind: Kind) -> impl Iterator<Item = (&Place, &Resource)> {
    documents.iter().filter_map(move |document| match &document.body {
        Body::Resource(resource) if resource.envelope.kind == kind => Some((&document.place, &**resource)),
        _ => None,
    })
}

/// The ways in which a package may refer to a catalog.
fn keys_of(catalog: &Resource) -> impl Iterator<Item = String> {
    let by_name = catalog.object.text("displayName").map(|name| {
        let written =
            entrant_model::Written { name: Some(name.to_owned()), ..entrant_model::Written::default() };
        identity::key(&Reference::written(Kind::Catalog, written))
    });
    let by_id =
        catalog.envelope.pin.as_ref().map(|id| identity::key(&Reference::live(Kind::Catalog, id.as_str())));
    by_name.into_iter().chain(by_id)
}

/// Where a resource or a role comes from: the kind of resource by the key of its hand form, and the reference or the
/// text that tells it.
fn origin(object: &Object) -> (&'static str, Option<&Reference>, Option<String>) {
    let system = match object.ty.name {
        "groupResource" | "groupRole" => "group",
        "applicationResource" | "applicationRole" => "application",
        "siteResource" | "siteRole" => "site",
        _ => "other",
    };
    let text = object.text("originId").map(|text| match system {
        "site" => text.trim_end_matches('/').to_owned(),
        "other" => format!("{}\n{text}", object.text("originSystem").unwrap_or_default()),
        _ => text.to_owned(),
    });
    (system, object.reference("originId"), text)
}

fn origins(reference: Option<&Reference>, text: Option<&str>) -> Vec<Origin> {
    let id = reference.and_then(|r| r.id.as_ref()).map(Id::as_str).or(text).map(|id| Origin::Id(fold(id)));
    let name =
        reference.and_then(|r| r.written.as_ref()?.name.as_deref()).map(|name| Origin::Name(fold(name)));
    id.into_iter().chain(name).collect()
}
