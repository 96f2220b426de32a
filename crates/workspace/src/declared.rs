//! What documents declare and others may refer to, whether it is there yet or not, by its name and by the names that it
//! had before.

use entrant_model::live::Package;
use entrant_model::reference::{Written, fold, same_name};
use entrant_model::{Address, Id, Kind, Reference};
use std::collections::BTreeMap;

/// The declared objects that others may refer to.
#[derive(Debug, Default)]
pub struct Declared {
    objects: Vec<DeclaredObject>,
    /// Positions by kind and folded name.
    by_name: BTreeMap<(Kind, String), Vec<usize>>,
    /// The same by names that objects had before.
    by_former_name: BTreeMap<(Kind, String), Vec<usize>>,
    by_id: BTreeMap<Id, usize>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct DeclaredObject {
    /// Its address.
    pub address: Address,
    /// The live object that it means; `None` where that is yet to be created.
    pub live: Option<Id>,
    /// The live catalog that holds it; `None` where none does, or that is yet to be created.
    pub held_by: Option<Id>,
    /// Names that it had before.
    pub former: Vec<String>,
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
        let (kind, at) = (object.address.kind, self.objects.len());
        self.by_name.entry((kind, fold(object.name()))).or_default().push(at);
        for former in &object.former {
            self.by_former_name.entry((kind, fold(former))).or_default().push(at);
        }
        if let Some(id) = &object.live {
            self.by_id.entry(id.clone()).or_insert(at);
        }
        self.objects.push(object);
    }

    /// The names of this kind, in this catalog where one is given: what may have been meant.
    pub fn names<'a>(&'a self, kind: Kind, catalog: Option<&'a str>) -> impl Iterator<Item = &'a str> {
        let of_kind = self.objects.iter().filter(move |object| object.address.kind == kind);
        of_kind.filter(move |object| self.is_in(object, catalog)).map(DeclaredObject::name)
    }

    /// The objects of this name, in this catalog where one is given; where there are none, those that had it before.
    pub fn find(&self, kind: Kind, name: &str, catalog: Option<&str>) -> Vec<&DeclaredObject> {
        let key = (kind, fold(name));
        let among = |index: &BTreeMap<(Kind, String), Vec<usize>>| -> Vec<&DeclaredObject> {
            let found = index.get(&key).into_iter().flatten().map(|at| &self.objects[*at]);
            found.filter(|object| self.is_in(object, catalog)).collect()
        };
        let found = among(&self.by_name);
        if found.is_empty() { among(&self.by_former_name) } else { found }
    }

    /// The object that means this live one.
    pub fn of_live(&self, id: &Id) -> Option<&DeclaredObject> {
        self.by_id.get(id).map(|at| &self.objects[*at])
    }

    /// A live package under the names that documents give it and its catalog.
    pub fn named(&self, package: Package) -> Package {
        let name = self.of_live(&package.id).map(|object| object.name().to_owned());
        let catalog = self.of_live(&package.catalog).map(|object| object.name().to_owned());
        Package {
            name: name.unwrap_or(package.name),
            catalog_name: catalog.unwrap_or(package.catalog_name),
            ..package
        }
    }

    /// The object of this address.
    pub fn at(&self, address: &Address) -> Option<&DeclaredObject> {
        let found = self.find(address.kind, address.segments.last()?, None);
        found.into_iter().find(|object| object.address.key() == address.key())
    }

    /// Whether a live catalog, or a declared one of the name `own`, is called like this, or shall be, or was.
    pub fn is_catalog_called(&self, own: &str, id: Option<&Id>, written: &str) -> bool {
        if same_name(Some(own), Some(written)) {
            return true;
        }
        let by_name = || self.by_name.get(&(Kind::Catalog, fold(own)))?.first().map(|at| &self.objects[*at]);
        let declared = id.and_then(|id| self.of_live(id)).or_else(by_name);
        declared.is_some_and(|catalog| {
            let names = std::iter::once(catalog.name()).chain(catalog.former.iter().map(String::as_str));
            names.into_iter().any(|name| same_name(Some(name), Some(written)))
        })
    }

    fn is_in(&self, object: &DeclaredObject, catalog: Option<&str>) -> bool {
        let is_held = object.address.kind.parent() != Kind::Tenant;
        catalog.is_none_or(|written| {
            !is_held || self.is_catalog_called(object.catalog(), object.held_by.as_ref(), written)
        })
    }
}
