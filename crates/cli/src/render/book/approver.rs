//! The page of somebody who decides: what stops if nobody stands behind it, and what else it has a part in.

use super::super::escape::markdown::{Inline, Markdown};
use super::super::sentence;
use super::names::is_duty;
use super::{Book, titled};
use entrant_model::Kind;
use entrant_plan::estate::{Edge, NodeId, Relation, What, stops};

/// The page.
pub fn page(book: &Book, id: NodeId) -> Markdown {
    let (estate, from) = (book.estate, book.from(1));
    let node = &estate.nodes[id];
    let mut page = Markdown::heading(1, &titled(estate, id));
    page.push(&from.lead(Inline::default()));
    let heading = match node.what {
        What::Object(Kind::Group) => "What stops if this group is empty",
        What::Object(_) => "What stops if this one is gone",
        _ => "What stops if nobody of these is found",
    };
    page.push(&Markdown::heading(2, &Inline::ours(heading)));
    let duties: Vec<&Edge> = estate.from(id).filter(|edge| is_duty(&edge.relation)).collect();
    page.push(&Markdown::table(&["Where", "Part", "What stops", "Where it is written"]));
    for edge in duties {
        let place = if estate.nodes[edge.to].is(Kind::AssignmentPolicy) {
            let (package, policy) = from.policy(edge.to);
            package.then(", policy ").then(policy)
        } else {
            titled_link(book, edge.to)
        };
        let row = [place, from.part(edge), from.stops(edge), from.place(edge.place.as_ref())];
        page.push(&Markdown::row(&row));
    }
    page.push(&Markdown::end());
    if estate
        .from(id)
        .any(|edge| matches!(edge.relation, Relation::Approves { .. } | Relation::Reviews { .. }))
    {
        page.push(&Markdown::paragraph(&Inline::ours(
            "Graph asks fallbacks where it does not find those who are asked first, such as a manager that nobody \
             has. That it does so for a group without members is not documented.",
        )));
    }

    speakers(book, id, &mut page);
    let access: Vec<&Edge> = estate.from(id).filter(|edge| edge.relation.is_access()).collect();
    if !access.is_empty() {
        page.push(&Markdown::heading(2, &Inline::ours("What it may have itself")));
        let items: Vec<Inline> = access
            .iter()
            .map(|edge| {
                let (package, policy) = from.policy(edge.to);
                from.part(edge).then(" ").then(package).then(" by ").then(policy)
            })
            .collect();
        page.push(&Markdown::list(&items));
    }
    let given: Vec<&Edge> =
        estate.to(id).filter(|edge| matches!(edge.relation, Relation::Gives { .. })).collect();
    if !given.is_empty() {
        page.push(&Markdown::heading(2, &Inline::ours("Who comes into it")));
        let items: Vec<Inline> = given
            .iter()
            .map(|edge| {
                let role = sentence::inline(&edge.relation.words());
                from.node(edge.from).then(" ").then(role)
            })
            .collect();
        page.push(&Markdown::list(&items));
    }
    page
}

/// Who sponsors are depends on whose users ask.
fn speakers(book: &Book, id: NodeId, page: &mut Markdown) {
    let (estate, from) = (book.estate, book.from(1));
    let Some(is_external) = stops::sponsors(&estate.nodes[id]) else { return };
    page.push(&Markdown::heading(2, &Inline::ours("Who that is")));
    page.push(&Markdown::table(&["For users of", "Who"]));
    for (organization, object) in estate.of_kind(Kind::ConnectedOrganization) {
        let sponsors: Vec<Inline> = estate
            .to(organization)
            .filter(|edge| edge.relation == Relation::Sponsors { is_external })
            .map(|edge| from.node(edge.from))
            .collect();
        let member = if is_external { "externalSponsors" } else { "internalSponsors" };
        let is_said = object.object.as_ref().is_some_and(|object| object.get(member).is_some());
        let who = match (sponsors.is_empty(), is_said) {
            (false, _) => Inline::enumerated(sponsors),
            (true, true) => Inline::ours("nobody"),
            (true, false) => Inline::ours("nobody that is known"),
        };
        page.push(&Markdown::row(&[from.node(organization), who]));
    }
    page.push(&Markdown::end());
}

fn titled_link(book: &Book, id: NodeId) -> Inline {
    let noun = book.estate.nodes[id].what.noun();
    Inline::ours(noun).then(" ").then(book.from(1).node(id))
}
