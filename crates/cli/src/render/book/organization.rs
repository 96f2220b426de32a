//! The page of a connected organization: who its users are, who speaks for it, and what its users may ask for.

use super::super::escape::markdown::{Inline, Markdown};
use super::super::sentence;
use super::{Book, titled};
use entrant_plan::estate::{Edge, NodeId, Relation, stops};

/// The page.
pub fn page(book: &Book, id: NodeId) -> Markdown {
    let (estate, from) = (book.estate, book.from(1));
    let mut page = Markdown::heading(1, &titled(estate, id));
    from.about(&mut page, id);
    page.push(&from.lead(Inline::default()));

    page.push(&Markdown::heading(2, &Inline::ours("Who speaks for it")));
    let sponsors: Vec<&Edge> =
        estate.to(id).filter(|edge| matches!(edge.relation, Relation::Sponsors { .. })).collect();
    if sponsors.is_empty() {
        let object = estate.nodes[id].object.as_ref();
        let is_said = object.is_some_and(|object| {
            object.get("internalSponsors").is_some() && object.get("externalSponsors").is_some()
        });
        let words = if is_said {
            "Nobody."
        } else {
            "No document says it; its sponsors stay as they are in the tenant."
        };
        page.push(&Markdown::paragraph(&Inline::ours(words)));
    } else {
        page.push(&Markdown::table(&["Who", "As", "If nobody stands behind it", "Where it is written"]));
        for edge in sponsors {
            let stops = stops::without(estate, edge).unwrap_or_default();
            let row = [
                from.node(edge.from),
                from.part(edge),
                sentence::inline(&stops),
                from.place(edge.place.as_ref()),
            ];
            page.push(&Markdown::row(&row));
        }
        page.push(&Markdown::end());
    }

    page.push(&Markdown::heading(2, &Inline::ours("What its users may have")));
    let by_name = estate.from(id).filter(|edge| edge.relation.is_access()).map(|edge| (edge, None));
    let among = estate.from(id).filter(|edge| edge.relation == Relation::CountsAmong);
    let among = among.flat_map(|edge| {
        estate
            .from(edge.to)
            .filter(|edge| edge.relation.is_access())
            .map(move |access| (access, Some(edge.to)))
    });
    let all: Vec<(&Edge, Option<NodeId>)> = by_name.chain(among).collect();
    if all.is_empty() {
        page.push(&Markdown::paragraph(&Inline::ours("Nothing that is known.")));
        return page;
    }
    page.push(&Markdown::table(&["Access package", "Policy", "As whom", "How", "Where it is written"]));
    for (edge, among) in all {
        let (package, policy) = from.policy(edge.to);
        let whom = among.map_or_else(|| Inline::ours("by name"), |people| super::called(estate, people));
        let node = &estate.nodes[edge.to];
        let mut how = Vec::new();
        how.extend(stops::hindrance(estate, edge.to).map(|why| sentence::inline(&why)));
        let subject = super::subject(estate, node);
        how.extend(node.sentence().map(|sentence| sentence::inline(&sentence.about(&subject))));
        page.push(&Markdown::row(&[
            package,
            policy,
            whom,
            Inline::stacked(how),
            from.place(node.place.as_ref()),
        ]));
    }
    page.push(&Markdown::end());
    page
}
