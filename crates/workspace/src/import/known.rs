//! Which live objects a document means already.

use crate::place::kind_of;
use crate::resolve::{name_of, parent_of};
use entrant_model::desired::Body;
use entrant_model::reference::{fold, same_name};
use entrant_model::{Document, Id, Kind, LiveObject};
use std::collections::BTreeMap;

/// The documents that are there.
pub struct Known<'a> {
    by_name: BTreeMap<(Kind, String), Vec<&'a Body>>,
    pinned: BTreeMap<&'a Id, Vec<&'a Body>>,
}

impl<'a> Known<'a> {
    /// By what the documents mean their objects.
    pub fn of(documents: &'a [Document]) -> Self {
        let mut known = Self { by_name: BTreeMap::new(), pinned: BTreeMap::new() };
        for document in documents {
            let kind = kind_of(&document.body);
            let mut names = vec![name_of(&document.body)];
            if let Body::Resource(resource) = &document.body {
                if let Some(pin) = &resource.envelope.pin {
                    known.pinned.entry(pin).or_default().push(&document.body);
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

    /// Whether a document means this object. `parent` has the names of what holds it, `catalog` those of the catalog of a
    /// policy's package.
    pub fn holds(&self, object: &LiveObject, parent: &[String], catalog: &[String]) -> bool {
        self.meaning(object, parent, catalog).next().is_some()
    }

    /// What documents may call an object that holds others: as the tenant does, or as the documents that mean it, since a
    /// rename may be yet to be applied.
    pub fn names(&self, object: &LiveObject, parent: &[String]) -> Vec<String> {
        let declared = self.meaning(object, parent, &[]).map(|body| name_of(body).to_owned());
        std::iter::once(object.display_name.clone()).chain(declared).collect()
    }

    /// The documents that mean this object.
    fn meaning<'s>(
        &'s self,
        object: &'s LiveObject,
        parent: &'s [String],
        catalog: &'s [String],
    ) -> impl Iterator<Item = &'a Body> + 's {
        let name = if object.kind == Kind::Settings { "" } else { &object.display_name };
        let pinned = self.pinned.get(&object.id).map_or(&[][..], Vec::as_slice);
        let of_name = self.by_name.get(&(object.kind, fold(name))).map_or(&[][..], Vec::as_slice);
        let is_one_of = |written: Option<&str>, names: &[String]| {
            names.iter().any(|name| same_name(written, Some(name.as_str())))
        };
        let is_meant = move |body: &&&'a Body| {
            let Some(written) = parent_of(body).and_then(|parent| parent.written.as_deref()) else {
                return object.kind.parent() == Kind::Tenant;
            };
            match &written.id {
                Some(id) => *id == object.parent,
                None => {
                    is_one_of(written.name.as_deref(), parent)
                        && (written.catalog.is_none()
                            || catalog.is_empty()
                            || is_one_of(written.catalog.as_deref(), catalog)
                            || written.catalog.as_deref().is_some_and(|text| Id::guid(text).is_some()))
                }
            }
        };
        pinned.iter().chain(of_name.iter().filter(is_meant)).copied()
    }
}
