//! That `docs/permissions.md` says of each kind and part what the table says.

use entrant_graph::permissions::{RIGHTS, Right, Verb};
use entrant_model::Kind;

/// How the page calls a kind.
fn called(kind: Kind) -> &'static str {
    match kind {
        Kind::AssignmentPolicy => "assignment policies",
        Kind::AccessPackage => "access packages",
        Kind::Catalog => "catalogs",
        Kind::WorkflowExtension => "custom workflow extensions",
        Kind::ConnectedOrganization => "connected organizations",
        _ => "settings",
    }
}

fn is_of(right: &Right, cells: &[&str]) -> bool {
    let (kind, parts) = cells[0].split_once(": ").unwrap_or((cells[0], ""));
    let verbs: Vec<&str> = cells[1].split(", ").collect();
    kind == called(right.kind)
        && if right.part.is_empty() { parts.is_empty() } else { parts.contains(&format!("`{}`", right.part)) }
        && match right.verb {
            Verb::Read => verbs.contains(&"read"),
            Verb::Create => verbs.contains(&"create"),
            Verb::Change => verbs.contains(&"update") || verbs.contains(&"add"),
        }
}

#[test]
fn the_page_says_what_the_table_says() {
    let page = include_str!("../../../docs/permissions.md");
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").collect())
        .collect();
    for right in &RIGHTS {
        let found: Vec<&Vec<&str>> = rows.iter().filter(|cells| is_of(right, cells)).collect();
        let [row] = found.as_slice() else { panic!("{right:?} has {} rows", found.len()) };
        assert!(row[2].starts_with(&format!("`{}`", right.least)), "{right:?}: {}", row[2]);
        assert!(row[4].starts_with(right.role.unwrap_or("none documented")), "{right:?}: {}", row[4]);
    }
}
