//! The files of a book: safe on every file system, and the same each time. Two names that would give one file have a
//! digest of their keys behind them, both of them, so that no order decides.

use entrant_model::Kind;
use entrant_model::file_name::{is_device, plain};
use entrant_plan::estate::{self, Estate, Node, NodeId, Relation, What};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many bytes of a digest stand behind a name.
const OF_DIGEST: usize = 4;

/// The page of each node that has one.
pub fn paths(estate: &Estate) -> BTreeMap<NodeId, String> {
    let with_pages: Vec<(NodeId, &Node, &str)> = estate
        .nodes
        .iter()
        .enumerate()
        .filter_map(|(id, node)| Some((id, node, folder(estate, id, node)?)))
        .collect();
    let stem = |node: &Node| plain(&node.name);
    let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for (_, node, folder) in &with_pages {
        *counts.entry((folder, stem(node))).or_default() += 1;
    }
    let paths = with_pages.iter().map(|(id, node, folder)| {
        let name = stem(node);
        let is_own = counts.get(&(folder, name.clone())) == Some(&1);
        let name = match name.as_str() {
            "" => format!("unnamed-{}", digest(&node.key)),
            _ if !is_own || is_device(&name) => format!("{name}-{}", digest(&node.key)),
            _ => name,
        };
        (*id, format!("{folder}/{name}.md"))
    });
    paths.collect()
}

/// The folder of a node's page; `None` where it has none.
fn folder(estate: &Estate, id: NodeId, node: &Node) -> Option<&'static str> {
    match node.what {
        What::Object(Kind::Catalog) => Some("catalogs"),
        What::Object(Kind::AccessPackage) => Some("packages"),
        What::Object(Kind::ConnectedOrganization) => Some("organizations"),
        // Whoever has access is there as long as there is something to review.
        _ if node.key == format!("People/{}", estate::WHOEVER_HAS_ACCESS) => None,
        _ if node.is_somebody() && estate.from(id).any(|edge| is_duty(&edge.relation)) => Some("approvers"),
        _ => None,
    }
}

/// Whether somebody has to do something, so that something stops without them.
pub const fn is_duty(relation: &Relation) -> bool {
    matches!(
        relation,
        Relation::Approves { .. }
            | Relation::Reviews { .. }
            | Relation::RequestsForOthers
            | Relation::Administers { .. }
            | Relation::Sponsors { .. }
    )
}

fn digest(key: &str) -> String {
    let mut out = String::new();
    for byte in Sha256::digest(key.as_bytes()).iter().take(OF_DIGEST) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}
