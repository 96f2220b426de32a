//! The book of an estate, for auditors: Markdown pages that link each other and the lines of the files.
//!
//! ```text
//! README ─┬─▶ catalogs/…  ─▶ packages/…  ◀─┬─ approvers/…: what stops without them
//!         ├─▶ worth-a-look                 ├─ organizations/…: what their users may ask for
//!         └─▶ resources ───────────────────┘
//! ```
//!
//! The same estate gives the same bytes. Every page begins with [`MARKER`], which tells it from what people write.

mod approver;
mod catalog;
mod index;
mod names;
mod organization;
mod package;

use super::escape::markdown::{Inline, Markdown, Target};
use super::graph::{is_single, short, subject};
use super::sentence;
use super::source::Sources;
use entrant_model::facts::PolicyFacts;
use entrant_model::text::mixed_scripts;
use entrant_model::{Kind, Place};
use entrant_plan::estate::{Edge, Estate, NodeId, Relation, What, stops};
use entrant_plan::impact::{Part, Sentence};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The first line of every page.
pub const MARKER: &str = "Written by `entrant docs`, which writes it anew: do not edit.";

/// A page: its path below the book, with `/`, and its text.
pub type Page = (String, String);

/// What a book is made from.
pub struct Context<'a> {
    /// The estate.
    pub estate: &'a Estate,
    /// Whether the tenant was read, too.
    pub is_live: bool,
    /// The directory of the documents, as a person would name it.
    pub policies: String,
    /// What leads from the book to the working directory, where that is known: `../../`.
    pub up: Option<String>,
    /// Looks up places.
    pub sources: RefCell<Sources>,
}

/// All pages, by path.
pub fn pages(context: &Context) -> Vec<Page> {
    context.sources.borrow_mut().look_up(context.estate.places());
    let book = Book { context, estate: context.estate, paths: names::paths(context.estate) };
    let mut pages = vec![
        ("README.md".to_owned(), index::index(&book)),
        ("resources.md".to_owned(), index::resources(&book)),
        ("worth-a-look.md".to_owned(), index::worth_a_look(&book)),
    ];
    for (id, path) in &book.paths {
        let node = &book.estate.nodes[*id];
        let page = match node.what {
            What::Object(Kind::Catalog) => catalog::page(&book, *id),
            What::Object(Kind::AccessPackage) => package::page(&book, *id),
            What::Object(Kind::ConnectedOrganization) => organization::page(&book, *id),
            _ => approver::page(&book, *id),
        };
        pages.push((path.clone(), page));
    }
    pages.sort_by(|a, b| a.0.cmp(&b.0));
    let marker = Markdown::comment(MARKER);
    let text = |page: Markdown| {
        let mut all = marker.clone();
        all.push(&page);
        all.into_text()
    };
    pages.into_iter().map(|(path, page)| (path, text(page))).collect()
}

/// A book while its pages are written.
struct Book<'a> {
    context: &'a Context<'a>,
    estate: &'a Estate,
    /// The pages of nodes.
    paths: BTreeMap<NodeId, String>,
}

/// A page while it is written: links lead from where it stands.
struct From<'a> {
    book: &'a Book<'a>,
    /// How deep it stands below the book.
    depth: usize,
}

impl<'a> Book<'a> {
    const fn from(&'a self, depth: usize) -> From<'a> {
        From { book: self, depth }
    }
}

impl From<'_> {
    /// A node by its name, with a link to its page where it has one.
    fn node(&self, id: NodeId) -> Inline {
        let label = called(self.book.estate, id);
        match self.book.paths.get(&id) {
            Some(path) => Inline::link(label, Target::path(&format!("{}{path}", "../".repeat(self.depth)))),
            None => label,
        }
    }

    /// A page of the book.
    fn page(&self, words: &'static str, path: &str) -> Inline {
        Inline::link(Inline::ours(words), Target::path(&format!("{}{path}", "../".repeat(self.depth))))
    }

    /// What a page says at its head, with the way back.
    fn lead(&self, words: Inline) -> Markdown {
        let space = if words == Inline::default() { "" } else { " " };
        let back = Inline::ours(space).then("Back to ").then(self.page("the estate", "README.md"));
        Markdown::paragraph(&words.then(back).then("."))
    }

    /// A policy as a row names it: its name, and its package with a link.
    fn policy(&self, id: NodeId) -> (Inline, Inline) {
        let package = self.book.estate.nodes[id].holder;
        (package.map_or_else(Inline::default, |package| self.node(package)), called(self.book.estate, id))
    }

    /// A file and line.
    fn place(&self, place: Option<&Place>) -> Inline {
        let Some(place) = place else { return Inline::ours("no document") };
        let spot = self.book.context.sources.borrow_mut().spot(place);
        let words = if spot.line == 0 { spot.path.clone() } else { format!("{}:{}", spot.path, spot.line) };
        let label = Inline::address(&words);
        let is_below =
            !spot.path.starts_with(['/', '.']) && !spot.path.contains([':', '\\']) && spot.line > 0;
        match self.book.context.up.as_ref().filter(|_| is_below) {
            Some(up) => {
                let path = format!("{}{up}{}", "../".repeat(self.depth), spot.path);
                Inline::link(label, Target::path(&path).line(spot.line))
            }
            None => label,
        }
    }

    /// The paragraph that tells where a node stands and what it does.
    fn about(&self, page: &mut Markdown, id: NodeId) {
        let node = &self.book.estate.nodes[id];
        if let Some(sentence) = node.sentence() {
            page.push(&Markdown::paragraph(&sentence::inline(
                &sentence.about(&subject(self.book.estate, node)),
            )));
        }
        if let Some(text) =
            node.object.as_ref().and_then(|object| object.text("description")).filter(|t| !t.is_empty())
        {
            page.push(&Markdown::paragraph(&Inline::ours("Description: ").then(Inline::address(text))));
        }
        let address = Inline::address(&node.key);
        let place = match (&node.place, &node.object) {
            (Some(place), _) => {
                Inline::ours("Declared at ").then(self.place(Some(place))).then(" as ").then(address)
            }
            (None, Some(_)) => {
                Inline::strong("No document declares it").then("; it is in the tenant as ").then(address)
            }
            (None, None) => Inline::ours("No document declares it; others refer to it as ").then(address),
        };
        page.push(&Markdown::paragraph(&place.then(".")));
    }

    /// What stops without whoever has this part, after why nobody may request by the policy as it is.
    fn stops(&self, edge: &Edge) -> Inline {
        let hindrance = stops::hindrance(self.book.estate, edge.to);
        let stops = stops::without(self.book.estate, edge);
        Inline::stacked(hindrance.iter().chain(&stops).map(sentence::inline))
    }

    /// How somebody is told beside what they do: `decides in stage 1`.
    fn part(&self, edge: &Edge) -> Inline {
        let words = match &edge.relation {
            Relation::Approves { turn, .. } if is_single(self.book.estate, edge.to) => short(*turn),
            relation => relation.words(),
        };
        sentence::inline(&words)
    }

    /// A policy with everybody who has a part in it.
    fn policy_in_full(&self, page: &mut Markdown, id: NodeId, level: usize) {
        let estate = self.book.estate;
        page.push(&Markdown::heading(level, &Inline::ours("Policy ").then(called(estate, id))));
        if let Some(why) = stops::hindrance(estate, id) {
            page.push(&Markdown::caution(&sentence::inline(&why)));
        }
        self.about(page, id);
        let asked = estate.nodes[id].facts().map(|facts| questions(&facts)).unwrap_or_default();
        if !asked.is_empty() {
            let asked = Inline::enumerated(asked);
            page.push(&Markdown::paragraph(&Inline::ours("Requestors are asked: ").then(asked).then(".")));
        }
        let mut rows: Vec<(&Edge, Inline)> = estate.to(id).map(|edge| (edge, self.node(edge.from))).collect();
        rows.sort_by_key(|(edge, _)| (edge.relation.clone(), edge.from));
        let runs = estate.from(id).filter(|edge| matches!(edge.relation, Relation::Runs { .. }));
        rows.extend(runs.map(|edge| (edge, self.node(edge.to))));
        if rows.is_empty() {
            return;
        }
        page.push(&Markdown::table(&["Who", "What", "Where it is written"]));
        for (edge, who) in rows {
            page.push(&Markdown::row(&[who, self.part(edge), self.place(edge.place.as_ref())]));
        }
        page.push(&Markdown::end());
    }
}

/// What a policy asks whoever requests.
fn questions(facts: &PolicyFacts) -> Vec<Inline> {
    if !facts.may_request() {
        return Vec::new();
    }
    let why = facts.requestor_justification.then(|| Inline::ours("why they need it (required)"));
    let questions = facts.questions.iter().map(|question| {
        let text = Inline::name(question.text);
        if question.is_required { text.then(" (required)") } else { text }
    });
    why.into_iter().chain(questions).collect()
}

/// A node by its name in code.
fn called(estate: &Estate, id: NodeId) -> Inline {
    let node = &estate.nodes[id];
    match node.label.parts() {
        [Part::Name(name)] => match mixed_scripts(name) {
            Some(scripts) => Inline::name(name).then(" (mixes ").then(scripts).then(" letters)"),
            None => Inline::name(name),
        },
        _ => sentence::inline(&node.label),
    }
}

/// Those whom a node stands for: `members of` a group, `users of` an organization.
fn people(estate: &Estate, id: NodeId) -> Inline {
    let before = match estate.nodes[id].what {
        What::Object(Kind::Group) => "members of ",
        What::Object(Kind::ConnectedOrganization) => "users of ",
        What::Object(Kind::ServicePrincipal) => "the application ",
        _ => "",
    };
    Inline::ours(before).then(called(estate, id))
}

/// A node with what it is before its name.
fn titled(estate: &Estate, id: NodeId) -> Inline {
    let node = &estate.nodes[id];
    match node.what {
        What::People => sentence::inline(&node.label.clone().capitalised()),
        what => {
            let noun: Sentence = Sentence::from(what.noun()).capitalised();
            sentence::inline(&noun).then(" ").then(called(estate, id))
        }
    }
}

/// How many of something, in words.
fn counted(count: usize, one: &'static str, several: &'static str) -> Inline {
    Inline::number(count).then(" ").then(if count == 1 { one } else { several })
}
