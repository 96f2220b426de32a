//! What policies of a catalog take from its defaults, for who writes such policies: which members, not which values.

use super::declaration::Defaults;
use super::merge;
use crate::yaml::{Data, Node};
use entrant_model::kinds::assignment_policy;
use entrant_model::reference::fold;
use entrant_model::{TypeSpec, Version};
use std::collections::BTreeMap;

/// The defaults of a catalog, as far as a policy has to know them that shall not take them.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The name of the catalog, in the form in which names match.
    catalog: String,
    /// The shape of the policies.
    pub version: Version,
    /// The members that they say.
    pub members: Members,
}

/// Names of members; those of settings that are merged have members of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members(pub BTreeMap<String, Members>);

impl Taken {
    pub(crate) fn of(defaults: &Defaults) -> Self {
        let members = members(&defaults.policy, assignment_policy::table(defaults.version));
        Self { catalog: defaults.key.clone(), version: defaults.version, members }
    }

    /// Whether they are those of this catalog.
    pub fn is_for(&self, catalog: &str) -> bool {
        self.catalog == fold(catalog)
    }
}

fn members(node: &Node, ty: &'static TypeSpec) -> Members {
    let Data::Map(entries) = &node.data else { return Members::default() };
    let of = |(key, value): (&str, &Node)| {
        let inner = merge::settings(ty, key).map_or_else(Members::default, |inner| members(value, inner));
        (key.to_owned(), inner)
    };
    Members(entries.iter().map(|entry| of((&entry.key, &entry.value))).collect())
}
