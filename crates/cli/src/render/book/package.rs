//! The page of an access package: what it gives, who may not have it, and each policy with everybody in it.

use super::super::escape::markdown::{Inline, Markdown};
use super::super::graph::{Drawing, mermaid};
use super::{Book, titled};
use entrant_model::Kind;
use entrant_plan::estate::{Edge, NodeId, Relation};

/// The page.
pub fn page(book: &Book, id: NodeId) -> Markdown {
    let (estate, from) = (book.estate, book.from(1));
    let node = &estate.nodes[id];
    let mut page = Markdown::heading(1, &titled(estate, id));
    from.about(&mut page, id);
    let home = match estate.catalog(id) {
        Some(catalog) => Inline::ours("In the catalog ").then(from.node(catalog)).then("."),
        None => Inline::ours("No document tells in which catalog it is."),
    };
    page.push(&from.lead(home));

    page.push(&Markdown::heading(2, &Inline::ours("What it gives")));
    let gives: Vec<&Edge> =
        estate.from(id).filter(|edge| matches!(edge.relation, Relation::Gives { .. })).collect();
    let is_said = node.object.as_ref().is_some_and(|object| object.get("resourceRoleScopes").is_some());
    match (gives.is_empty(), is_said) {
        (false, _) => {
            page.push(&Markdown::table(&["Resource", "Role", "Where it is written"]));
            for edge in &gives {
                let Relation::Gives { role } = &edge.relation else { continue };
                let resource = titled(estate, edge.to);
                page.push(&Markdown::row(&[resource, Inline::name(role), from.place(edge.place.as_ref())]));
            }
            page.push(&Markdown::end());
        }
        (true, true) => page.push(&Markdown::paragraph(&Inline::ours("Nothing yet."))),
        (true, false) => page.push(&Markdown::paragraph(&Inline::ours(
            "No document says it; what it gives in the tenant stays as it is.",
        ))),
    }

    let excluded: Vec<&Edge> = estate.to(id).filter(|edge| edge.relation == Relation::Excludes).collect();
    if !excluded.is_empty() {
        page.push(&Markdown::heading(2, &Inline::ours("Who may not request it")));
        page.push(&Markdown::table(&["Who", "Where it is written"]));
        for edge in excluded {
            let who = if estate.nodes[edge.from].is(Kind::AccessPackage) {
                Inline::ours("whoever holds ").then(from.node(edge.from))
            } else {
                Inline::ours("members of ").then(from.node(edge.from))
            };
            page.push(&Markdown::row(&[who, from.place(edge.place.as_ref())]));
        }
        page.push(&Markdown::end());
    }

    let forbidden: Vec<&Edge> = estate.from(id).filter(|edge| edge.relation == Relation::Excludes).collect();
    if !forbidden.is_empty() {
        page.push(&Markdown::heading(2, &Inline::ours("What whoever holds it may not request")));
        page.push(&Markdown::table(&["Access package", "Where it is written"]));
        for edge in forbidden {
            page.push(&Markdown::row(&[from.node(edge.to), from.place(edge.place.as_ref())]));
        }
        page.push(&Markdown::end());
    }

    page.push(&Markdown::heading(2, &Inline::ours("Who may have it, and who decides")));
    let policies: Vec<NodeId> = estate.held(id).map(|(id, _)| id).collect();
    if policies.is_empty() {
        page.push(&Markdown::paragraph(&Inline::ours("No policy that is known lets anybody have it.")));
    }
    for policy in &policies {
        from.policy_in_full(&mut page, *policy, 3);
    }

    page.push(&Markdown::heading(2, &Inline::ours("As a picture")));
    page.push(&picture(book, id));
    page
}

fn picture(book: &Book, id: NodeId) -> Markdown {
    let part = book.estate.around_one(id);
    let drawing = Drawing::of(&part);
    let chart = mermaid::render(&drawing);
    if mermaid::is_drawn(&drawing, &chart) {
        return Markdown::mermaid(&chart);
    }
    Markdown::paragraph(
        &Inline::ours("It has more arrows or words than Mermaid draws: ")
            .then(Inline::number(drawing.arrows()))
            .then(" arrows; see ")
            .then(Inline::address("entrant graph --format dot"))
            .then("."),
    )
}
