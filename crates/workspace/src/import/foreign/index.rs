//! Objects by id and by name: a file and a tenant may each hold tens of thousands.

use super::Piece;
use entrant_model::reference::fold;
use entrant_model::{Id, Kind, LiveObject};
use std::collections::{BTreeMap, BTreeSet};

/// Objects by id and by name, letter case aside.
#[derive(Debug, Default)]
pub struct Index {
    ids: BTreeSet<(Kind, Id)>,
    anywhere: BTreeMap<(Kind, String), Vec<Id>>,
    held: BTreeMap<(Kind, Id, String), Vec<Id>>,
}

impl<'l> FromIterator<&'l LiveObject> for Index {
    fn from_iter<T: IntoIterator<Item = &'l LiveObject>>(objects: T) -> Self {
        let mut index = Self::default();
        for live in objects {
            index.add(live.kind, &live.parent, &live.id, &live.display_name);
        }
        index
    }
}

impl Index {
    /// Adds an object; one that is there already is not added again.
    pub fn add(&mut self, kind: Kind, holder: &Id, id: &Id, name: &str) {
        if self.ids.insert((kind, id.clone())) {
            let name = fold(name);
            self.anywhere.entry((kind, name.clone())).or_default().push(id.clone());
            self.held.entry((kind, holder.clone(), name)).or_default().push(id.clone());
        }
    }

    /// Whether an object is there.
    pub fn has(&self, kind: Kind, id: &Id) -> bool {
        self.ids.contains(&(kind, id.clone()))
    }

    /// The objects of a name, whatever holds them.
    pub fn named(&self, kind: Kind, name: &str) -> &[Id] {
        self.anywhere.get(&(kind, fold(name))).map_or(&[], Vec::as_slice)
    }

    /// The object that one of a file is: that of its id, else the only one of its name in what holds it. The error is
    /// how many have its name.
    pub fn find(&self, piece: &Piece, holders: &[Id]) -> Result<Option<Id>, usize> {
        if self.has(piece.kind, &piece.id) {
            return Ok(Some(piece.id.clone()));
        }
        let of_name: Vec<&Id> = holders
            .iter()
            .flat_map(|holder| {
                self.held.get(&(piece.kind, holder.clone(), fold(&piece.name))).into_iter().flatten()
            })
            .collect();
        match of_name.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some((*one).clone())),
            several => Err(several.len()),
        }
    }
}
