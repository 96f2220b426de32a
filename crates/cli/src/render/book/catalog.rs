//! The page of a catalog: who may change it, its packages, what they may give, and its extensions.

use super::super::escape::markdown::{Inline, Markdown};
use super::super::sentence;
use super::{Book, called, titled};
use entrant_model::Kind;
use entrant_plan::estate::{Edge, NodeId, Relation, stops};

/// The page.
pub fn page(book: &Book, id: NodeId) -> Markdown {
    let (estate, from) = (book.estate, book.from(1));
    let mut page = Markdown::heading(1, &titled(estate, id));
    from.about(&mut page, id);
    page.push(&from.lead(Inline::default()));

    page.push(&Markdown::heading(2, &Inline::ours("Who has a role on it")));
    let object = estate.nodes[id].object.as_ref();
    let roles: Vec<&Edge> =
        estate.to(id).filter(|edge| matches!(edge.relation, Relation::Administers { .. })).collect();
    if roles.is_empty() {
        let is_said = object.is_some_and(|object| object.get("roleAssignments").is_some());
        let words = if is_said {
            "Nobody has a role on it; administrators of the tenant may change it."
        } else {
            "No document says it; roles on it stay as they are in the tenant."
        };
        page.push(&Markdown::paragraph(&Inline::ours(words)));
    } else {
        page.push(&Markdown::table(&["Who", "Role", "If nobody stands behind it", "Where it is written"]));
        for edge in roles {
            let Relation::Administers { role } = &edge.relation else { continue };
            let stops = stops::without(estate, edge).unwrap_or_default();
            let place = from.place(edge.place.as_ref());
            page.push(&Markdown::row(&[
                from.node(edge.from),
                Inline::name(role),
                sentence::inline(&stops),
                place,
            ]));
        }
        page.push(&Markdown::end());
    }

    page.push(&Markdown::heading(2, &Inline::ours("Access packages")));
    let packages: Vec<NodeId> =
        estate.held(id).filter(|(_, node)| node.is(Kind::AccessPackage)).map(|(id, _)| id).collect();
    if packages.is_empty() {
        page.push(&Markdown::paragraph(&Inline::ours("None that is known.")));
    } else {
        let items: Vec<Inline> = packages
            .iter()
            .map(|package| {
                let policies = estate.held(*package).count();
                from.node(*package).then(": ").then(super::counted(policies, "policy", "policies"))
            })
            .collect();
        page.push(&Markdown::list(&items));
    }

    let offers: Vec<&Edge> = estate.from(id).filter(|edge| edge.relation == Relation::Offers).collect();
    if !offers.is_empty() {
        page.push(&Markdown::heading(2, &Inline::ours("Resources")));
        page.push(&Markdown::table(&["Resource", "Given by", "Where it is written"]));
        for edge in offers {
            let of_catalog = |given: &&Edge| {
                matches!(given.relation, Relation::Gives { .. }) && packages.contains(&given.from)
            };
            let givers: std::collections::BTreeSet<NodeId> =
                estate.to(edge.to).filter(of_catalog).map(|edge| edge.from).collect();
            let givers: Vec<Inline> = givers.into_iter().map(|package| from.node(package)).collect();
            let by = if givers.is_empty() {
                Inline::ours("no package that is known")
            } else {
                Inline::enumerated(givers)
            };
            page.push(&Markdown::row(&[titled(estate, edge.to), by, from.place(edge.place.as_ref())]));
        }
        page.push(&Markdown::end());
    }

    let extensions = estate.held(id).filter(|(_, node)| node.is(Kind::WorkflowExtension));
    for (index, (extension, _)) in extensions.enumerate() {
        if index == 0 {
            page.push(&Markdown::heading(2, &Inline::ours("Workflow extensions")));
        }
        page.push(&Markdown::heading(3, &called(estate, extension)));
        from.about(&mut page, extension);
        let runs: Vec<Inline> = estate
            .to(extension)
            .map(|edge| {
                let (package, policy) = from.policy(edge.from);
                policy.then(" of ").then(package).then(" ").then(sentence::inline(&edge.relation.words()))
            })
            .collect();
        page.push(&if runs.is_empty() {
            Markdown::paragraph(&Inline::ours("No policy that is known runs it."))
        } else {
            Markdown::list(&runs)
        });
    }
    page
}
