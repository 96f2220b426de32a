//! Ids of what this run has made, for what refers to it by its address.

use entrant_model::value::{each_reference, each_reference_mut};
use entrant_model::{Address, Id, Reference};
use entrant_plan::Change;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What was made so far, by the key of its address.
#[derive(Default)]
pub struct Made(Mutex<BTreeMap<String, Id>>);

impl Made {
    /// Something was made.
    pub fn add(&self, address: &Address, id: Id) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(address.key(), id);
    }

    /// The id of what was made at an address.
    pub fn get(&self, address: &Address) -> Option<Id> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&address.key()).cloned()
    }

    /// Whether this object was made.
    pub fn holds(&self, id: &Id) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().any(|made| made == id)
    }

    /// The change with ids in the place of what was yet to be created when it was planned.
    pub fn fill<'a>(&self, change: &'a Change) -> Cow<'a, Change> {
        let mut has_placeholder = change.parent.placeholder().is_some();
        if let Some(desired) = &change.desired {
            each_reference(desired, &mut |_, reference| {
                has_placeholder |= reference.placeholder().is_some();
            });
        }
        if !has_placeholder {
            return Cow::Borrowed(change);
        }
        let mut change = change.clone();
        self.settle(&mut change.parent);
        if let Some(desired) = &mut change.desired {
            each_reference_mut(desired, &mut |_, reference| self.settle(reference));
        }
        Cow::Owned(change)
    }

    fn settle(&self, reference: &mut Reference) {
        let made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = reference.placeholder().and_then(|address| made.get(&address.key())) {
            reference.id = Some(id.clone());
        }
    }
}
