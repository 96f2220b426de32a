//! Which live objects a document means already.

use crate::place::kind_of;
use crate::resolve::{name_of, parent_of};
use entrant_model::desired::Body;
use entrant_model::reference::{fold, same_name};
use entrant_model::{Document, Id, Kind, LiveObject};
use std::collections::{BTreeMap, BTreeSet};

/// The documents that are there.
pub struct Known<'a> {
    by_name: BTreeMap<(Kind, String), Vec<&'a Body>>,
    pins: BTreeSet<&'a Id>,
}

impl<'a> Known<'a> {
    /// By what the documents mean their objects.
    pub fn of(documents: &'a [Document]) -> Self {
        let mut known = Self { by_name: BTreeMap::new(), pins: BTreeSet::new() };
        for document in documents {
            let kind = kind_of(&document.body);
            let mut names = vec![name_of(&document.body)];
            if let Body::Resource(resource) = &document.body {
                if let Some(pin) = &resource.envelope.pin {
                    known.pins.insert(pin);
                    continue;
                }
                names.extend(resource.envelope.previous_names.iter().map(String::as_str));
            }
            for name in names {
                known.by_name.entry((kind, fold(name))).or_default().push(&document.body);
            }
        }
        known
    }

    /// Whether a document means this object. `parent` is the name of what holds it, `catalog` that of the catalog of a
    /// policy's package.
    pub fn holds(&self, object: &LiveObject, parent: &str, catalog: Option<&str>) -> bool {
        if self.pins.contains(&object.id) {
            return true;
        }
        let name = if object.kind == Kind::Settings { "" } else { &object.display_name };
        let of_name = self.by_name.get(&(object.kind, fold(name))).map_or(&[][..], Vec::as_slice);
        of_name.iter().any(|body| {
            let Some(written) = parent_of(body).and_then(|parent| parent.written.as_deref()) else {
                return object.kind.parent() == Kind::Tenant;
            };
            match &written.id {
                Some(id) => *id == object.parent,
                None => {
                    same_name(written.name.as_deref(), Some(parent))
                        && (written.catalog.is_none()
                            || catalog.is_none()
                            || same_name(written.catalog.as_deref(), catalog)
                            || written.catalog.as_deref().is_some_and(|text| Id::guid(text).is_some()))
                }
            }
        })
    }
}
