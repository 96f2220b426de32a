//! What documents declare and others may refer to, whether it is there yet or not.

use entrant_model::reference::{Written, fold, same_name};
use entrant_model::{Address, Id, Kind, Reference};
use std::collections::BTreeMap;

/// The declared objects that others may refer to.
#[derive(Debug, Default)]
pub struct Declared {
    by_name: BTreeMap<(Kind, String), Vec<DeclaredObject>>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct DeclaredObject {
    /// Its address.
    pub address: Address,
    /// The live object that it means; `None` where that is yet to be created.
    pub live: Option<Id>,
}

impl DeclaredObject {
    /// The name that its document gives it.
    pub fn name(&self) -> &str {
        self.address.segments.last().map_or("", String::as_str)
    }

    /// The catalog that holds it; its own name where it is one.
    pub fn catalog(&self) -> &str {
        self.address.segments.first().map_or("", String::as_str)
    }

    /// A reference to it, as a document wrote it: by id, or as a placeholder.
    pub fn reference(&self, written: Option<&Written>) -> Reference {
        let mut written = written.cloned().unwrap_or_default();
        if self.live.is_none() {
            written.declared = Some(self.address.clone());
        }
        Reference {
            kind: self.address.kind,
            id: self.live.clone(),
            name: Some(self.name().into()),
            written: Some(Box::new(written)),
        }
    }
}

impl Declared {
    /// Notes an object under the name that its document gives it.
    pub fn add(&mut self, object: DeclaredObject) {
        let key = (object.address.kind, fold(object.name()));
        self.by_name.entry(key).or_default().push(object);
    }

    /// The names of this kind, in this catalog where one is given: what may have been meant.
    pub fn names<'a>(&'a self, kind: Kind, catalog: Option<&'a str>) -> impl Iterator<Item = &'a str> {
        let of_kind = self.by_name.iter().filter(move |((of, _), _)| *of == kind).flat_map(|(_, all)| all);
        let is_there = move |object: &&DeclaredObject| {
            catalog.is_none() || kind == Kind::Catalog || same_name(Some(object.catalog()), catalog)
        };
        of_kind.filter(is_there).map(DeclaredObject::name)
    }

    /// The objects of this name, in this catalog where one is given.
    pub fn find(&self, kind: Kind, name: &str, catalog: Option<&str>) -> Vec<&DeclaredObject> {
        let of_name = self.by_name.get(&(kind, fold(name))).map_or(&[][..], Vec::as_slice);
        let is_there = |object: &&DeclaredObject| {
            catalog.is_none() || kind == Kind::Catalog || same_name(Some(object.catalog()), catalog)
        };
        of_name.iter().filter(is_there).collect()
    }
}
