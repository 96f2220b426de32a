//! What this working copy remembers: which addresses a document described when a run last finished here.
//!
//! A live object that is matched for the first time looks like a take-over, and the text plan says so. Where most of
//! what was described is not shown any more, a guard says that. The memory changes nothing else, and never what would
//! be done; losing it makes the next run a first run. An address is remembered once it is as declared, so a take-over is said until it is applied.

use entrant_model::Address;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The addresses that were described, for one tenant and API host.
#[derive(Debug)]
pub struct Known {
    path: PathBuf,
    place: String,
    memory: Memory,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Memory {
    /// Addresses in their folded form, by `TENANT@HOST`.
    described: BTreeMap<String, BTreeSet<String>>,
}

impl Known {
    /// Reads the memory. One that cannot be read is none.
    pub fn read(directory: &Path, tenant: Option<&str>, host: &str) -> Self {
        let path = directory.join("known.json");
        let memory = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { path, place: format!("{}@{host}", tenant.unwrap_or("?")), memory: memory.unwrap_or_default() }
    }

    /// No memory at all, for a plan without documents.
    pub fn none() -> Self {
        Self { path: PathBuf::new(), place: String::new(), memory: Memory::default() }
    }

    /// Whether a document described this address before.
    pub fn holds(&self, address: &Address) -> bool {
        self.memory.described.get(&self.place).is_some_and(|known| known.contains(&address.key()))
    }

    /// Every address that a document described before, in its folded form.
    pub fn addresses(&self) -> impl Iterator<Item = &String> {
        self.memory.described.get(&self.place).into_iter().flatten()
    }

    /// Remembers addresses that are as declared, forgets those that are no longer managed, and writes the
    /// memory if that changed it.
    pub fn update<'a>(
        &mut self,
        described: impl IntoIterator<Item = &'a Address>,
        forgotten: impl IntoIterator<Item = &'a Address>,
    ) {
        let known = self.memory.described.entry(self.place.clone()).or_default();
        let before = known.len();
        let mut is_changed = false;
        for address in forgotten {
            is_changed |= known.remove(&address.key());
        }
        known.extend(described.into_iter().map(Address::key));
        if is_changed || known.len() != before {
            let written = serde_json::to_vec_pretty(&self.memory)
                .map_err(std::io::Error::from)
                .and_then(|bytes| crate::files::write_private(&self.path, &bytes));
            if let Err(error) = written {
                tracing::info!("what is known was not remembered: {error}");
            }
        }
    }
}
