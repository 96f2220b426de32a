//! The pages about all of the estate: the index, the resources, and what is worth a look.

use super::super::escape::markdown::{Inline, Markdown};
use super::names::is_duty;
use super::{Book, counted, titled};
use entrant_model::Kind;
use entrant_model::facts::{Expiry, Ladder, PolicyFacts, Review, Scope, Stage};
use entrant_plan::estate::{Edge, NodeId, Relation, What, stops};
use std::collections::BTreeSet;

/// How many of who may have a package the index names.
const NAMED: usize = 4;

/// The index.
pub fn index(book: &Book) -> Markdown {
    let (estate, from) = (book.estate, book.from(0));
    let count = |kind| estate.of_kind(kind).count();
    let mut page = Markdown::heading(1, &Inline::ours("The estate"));
    let sizes = vec![
        counted(count(Kind::Catalog), "catalog", "catalogs"),
        counted(count(Kind::AccessPackage), "access package", "access packages"),
        counted(count(Kind::AssignmentPolicy), "policy", "policies"),
        counted(count(Kind::ConnectedOrganization), "connected organization", "connected organizations"),
    ];
    page.push(&Markdown::paragraph(&Inline::enumerated(sizes).then(".")));
    let source = Inline::ours("It says what the documents in ").then(Inline::address(&book.context.policies));
    let source = if book.context.is_live {
        source.then(" declare, and what is in the tenant beside them: where no document declares something, it is said.")
    } else {
        source.then(" declare and refer to. What is in the tenant and in no document is not in here.")
    };
    page.push(&Markdown::paragraph(&source));
    page.push(&Markdown::list(&[
        from.page("What is worth a look", "worth-a-look.md").then(
            ": policies without approval, without an end or without reviews, and what hangs on one alone",
        ),
        from.page("Resources", "resources.md").then(": which packages give what"),
    ]));

    page.push(&Markdown::heading(2, &Inline::ours("Access packages")));
    let homeless: Vec<NodeId> = estate
        .of_kind(Kind::AccessPackage)
        .filter(|(_, node)| node.holder.is_none())
        .map(|(id, _)| id)
        .collect();
    for (id, _) in estate.of_kind(Kind::Catalog) {
        page.push(&Markdown::heading(3, &Inline::ours("Catalog ").then(from.node(id))));
        let packages: Vec<NodeId> =
            estate.held(id).filter(|(_, node)| node.is(Kind::AccessPackage)).map(|(id, _)| id).collect();
        page.push(&packages_table(book, &packages));
    }
    if !homeless.is_empty() {
        page.push(&Markdown::heading(3, &Inline::ours("In a catalog that no document tells")));
        page.push(&packages_table(book, &homeless));
    }

    page.push(&Markdown::heading(2, &Inline::ours("Who decides")));
    let deciders: Vec<NodeId> = deciders(book).collect();
    if deciders.is_empty() {
        page.push(&Markdown::paragraph(&Inline::ours("Nobody.")));
    } else {
        page.push(&Markdown::table(&["Who", "What", "Decides for", "Reviews", "Alone in"]));
        for id in deciders {
            let duties = |is_it: &dyn Fn(&Edge) -> bool| {
                let to: BTreeSet<NodeId> =
                    estate.from(id).filter(|edge| is_it(edge)).map(|edge| edge.to).collect();
                counted(to.len(), "policy", "policies")
            };
            let alone =
                estate.from(id).filter(|edge| is_duty(&edge.relation) && stops::is_alone(estate, edge));
            let what = match estate.nodes[id].what {
                What::People => Inline::ours("people"),
                what => Inline::ours(what.noun()),
            };
            page.push(&Markdown::row(&[
                from.node(id),
                what,
                duties(&|edge| matches!(edge.relation, Relation::Approves { .. })),
                duties(&|edge| matches!(edge.relation, Relation::Reviews { .. })),
                counted(alone.count(), "part", "parts"),
            ]));
        }
        page.push(&Markdown::end());
    }

    page.push(&Markdown::heading(2, &Inline::ours("Connected organizations")));
    let organizations: Vec<Inline> = estate
        .of_kind(Kind::ConnectedOrganization)
        .map(|(id, node)| {
            let line = from.node(id);
            if node.object.is_some() { line } else { line.then(" (no document declares it)") }
        })
        .collect();
    page.push(&if organizations.is_empty() {
        Markdown::paragraph(&Inline::ours("None."))
    } else {
        Markdown::list(&organizations)
    });
    for (_, settings) in estate.of_kind(Kind::Settings) {
        page.push(&Markdown::heading(2, &Inline::ours("Users from outside who lose their last access")));
        let says = settings.sentence().map(|sentence| super::sentence::inline(&sentence)).unwrap_or_default();
        let place = Inline::ours(" Declared at ").then(from.place(settings.place.as_ref())).then(".");
        let place = if settings.place.is_some() { place } else { Inline::ours(" No document declares it.") };
        page.push(&Markdown::paragraph(&says.then(place)));
    }
    page
}

fn deciders<'a>(book: &'a Book) -> impl Iterator<Item = NodeId> + 'a {
    book.paths.keys().copied().filter(|id| book.estate.nodes[*id].is_somebody())
}

fn packages_table(book: &Book, packages: &[NodeId]) -> Markdown {
    let (estate, from) = (book.estate, book.from(0));
    if packages.is_empty() {
        return Markdown::paragraph(&Inline::ours("No access package that is known."));
    }
    let mut table =
        Markdown::table(&["Access package", "Policies", "Who may have it", "Where it is declared"]);
    for id in packages {
        let policies = Inline::number(estate.held(*id).count());
        let place = from.place(estate.nodes[*id].place.as_ref());
        table.push(&Markdown::row(&[from.node(*id), policies, who_may_have(book, *id), place]));
    }
    table.push(&Markdown::end());
    table
}

/// Whom the policies of a package let have it, as far as its catalog lets them.
fn who_may_have(book: &Book, package: NodeId) -> Inline {
    let estate = book.estate;
    let (hindered, policies): (Vec<NodeId>, Vec<NodeId>) = estate
        .held(package)
        .map(|(policy, _)| policy)
        .partition(|policy| stops::hindrance(estate, *policy).is_some());
    let people: BTreeSet<NodeId> = policies
        .iter()
        .flat_map(|policy| estate.to(*policy))
        .filter(|edge| edge.relation.is_access())
        .map(|edge| edge.from)
        .collect();
    let hidden = people.len().saturating_sub(NAMED);
    let mut names: Vec<Inline> = people.iter().take(NAMED).map(|id| super::people(estate, *id)).collect();
    if hidden > 0 {
        names.push(Inline::number(hidden).then(" more"));
    }
    let is_assigned = |policy: &NodeId| {
        let facts = estate.nodes[*policy].facts();
        facts.is_some_and(|facts| facts.scope == Scope::NotSpecified && !facts.is_assignment_stopped)
    };
    if policies.iter().any(is_assigned) {
        names.push(Inline::ours("whomever administrators assign"));
    }
    let without = counted(hindered.len(), "policy has", "policies have").then(" no effect now)");
    match (names.is_empty(), hindered.is_empty()) {
        (true, true) => Inline::ours("nobody by a policy that is known"),
        (true, false) => Inline::ours("nobody (").then(without),
        (false, true) => Inline::enumerated(names),
        (false, false) => Inline::enumerated(names).then(" (").then(without),
    }
}

/// Every resource with the packages that give it.
pub fn resources(book: &Book) -> Markdown {
    let (estate, from) = (book.estate, book.from(0));
    let mut page = Markdown::heading(1, &Inline::ours("Resources"));
    page.push(&from.lead(Inline::ours("What access packages give, and which ones.")));
    let gives = |id: NodeId| estate.to(id).filter(|edge| matches!(edge.relation, Relation::Gives { .. }));
    let resources: Vec<NodeId> = (0..estate.nodes.len()).filter(|id| gives(*id).next().is_some()).collect();
    if resources.is_empty() {
        page.push(&Markdown::paragraph(&Inline::ours("No document says what its package gives.")));
        return page;
    }
    page.push(&Markdown::table(&["Resource", "Role", "Access package", "Where it is written"]));
    for id in resources {
        for edge in gives(id) {
            let Relation::Gives { role } = &edge.relation else { continue };
            let row = [
                titled(estate, id),
                Inline::name(role),
                from.node(edge.from),
                from.place(edge.place.as_ref()),
            ];
            page.push(&Markdown::row(&row));
        }
    }
    page.push(&Markdown::end());
    page
}

/// A heading, and which policies stand below it.
type Check<'a> = (&'static str, &'a dyn Fn(&PolicyFacts) -> bool);

/// What an auditor asks for first.
pub fn worth_a_look(book: &Book) -> Markdown {
    let (estate, from) = (book.estate, book.from(0));
    let mut page = Markdown::heading(1, &Inline::ours("Worth a look"));
    page.push(&from.lead(Inline::ours("Nothing here need be wrong.")));
    let is_open = |facts: &PolicyFacts| facts.may_request();
    let is_undecided =
        |stage: &Stage| !stage.is_dynamic && stage.deciders().is_empty() && !stage.can_escalate();
    let outside =
        |facts: &PolicyFacts| facts.scope.rung().is_some_and(|(ladder, _)| ladder == Ladder::Outside);
    let checks: [Check; 6] = [
        ("Requests that nobody has to approve", &|facts| is_open(facts) && !facts.approval_for_add),
        ("Requests that nobody is there to approve", &|facts| {
            let is_asked = is_open(facts) && facts.approval_for_add;
            is_asked && (facts.stages.is_empty() || facts.stages.iter().any(is_undecided))
        }),
        ("Access that never ends", &|facts| {
            facts.expiry == Expiry::Never && !(facts.gives_by_rule() && facts.removes_leavers)
        }),
        ("Access that nobody reviews", &|facts| {
            !facts.gives_by_rule() && facts.review.as_ref().is_none_or(Review::is_by_nobody)
        }),
        ("Access for people from outside", &|facts| is_open(facts) && outside(facts)),
        ("Access that a rule gives without a request", &|facts| facts.gives_by_rule()),
    ];
    for (heading, is_meant) in checks {
        page.push(&Markdown::heading(2, &Inline::ours(heading)));
        let found: Vec<NodeId> = estate
            .of_kind(Kind::AssignmentPolicy)
            .filter(|(_, node)| node.facts().is_some_and(|facts| is_meant(&facts)))
            .map(|(id, _)| id)
            .collect();
        if found.is_empty() {
            page.push(&Markdown::paragraph(&Inline::ours("None.")));
            continue;
        }
        page.push(&Markdown::table(&["Access package", "Policy", "Where it is declared"]));
        for id in found {
            let (package, policy) = from.policy(id);
            let is_hindered = stops::hindrance(estate, id).is_some();
            let policy = if is_hindered { policy.then(" (without effect now)") } else { policy };
            page.push(&Markdown::row(&[package, policy, from.place(estate.nodes[id].place.as_ref())]));
        }
        page.push(&Markdown::end());
    }

    page.push(&Markdown::heading(2, &Inline::ours("What hangs on one alone")));
    let mut rows = Vec::new();
    for id in deciders(book) {
        for edge in estate.from(id).filter(|edge| is_duty(&edge.relation) && stops::is_alone(estate, edge)) {
            let place = match estate.nodes[edge.to].what {
                What::Object(Kind::AssignmentPolicy) => {
                    let (package, policy) = from.policy(edge.to);
                    package.then(", policy ").then(policy)
                }
                what => Inline::ours(what.noun()).then(" ").then(from.node(edge.to)),
            };
            rows.push([from.node(id), place, from.stops(edge)]);
        }
    }
    if rows.is_empty() {
        page.push(&Markdown::paragraph(&Inline::ours("Nothing.")));
    } else {
        page.push(&Markdown::table(&["Who", "Where", "What stops without it"]));
        for row in rows {
            page.push(&Markdown::row(&row));
        }
        page.push(&Markdown::end());
    }
    page
}
