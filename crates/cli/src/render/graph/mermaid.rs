//! A drawing in Mermaid's flowcharts.

use super::super::escape::label::Label;
use super::super::escape::mermaid::{Chart, Mermaid};
use super::{Drawing, called, label};
use entrant_model::Kind;
use entrant_plan::estate::{Node, NodeId, Relation, What};

/// Mermaid draws no more arrows, and reads no more characters, unless a page says so; GitHub does not.
pub const MOST_ARROWS: usize = 500;
/// See [`MOST_ARROWS`].
pub const MOST_CHARACTERS: usize = 50_000;

/// Whether Mermaid draws it as it is.
pub fn is_drawn(drawing: &Drawing, chart: &Chart) -> bool {
    drawing.arrows() <= MOST_ARROWS && chart.characters() <= MOST_CHARACTERS
}

/// The drawing as a flowchart.
pub fn render(drawing: &Drawing) -> Chart {
    let mut out = Chart::from_left_to_right();
    for (catalog, inner) in &drawing.clusters {
        let title = Label::<Mermaid>::new(&format!("catalog {}", called(drawing.node(*catalog))));
        out.line(1, format_args!("subgraph c{catalog}[{title}]"));
        for id in inner {
            out.line(2, format_args!("{}", node(drawing, *id)));
        }
        out.line(1, format_args!("end"));
    }
    for id in &drawing.loose {
        out.line(1, format_args!("{}", node(drawing, *id)));
    }
    for edge in &drawing.edges {
        let arrow = match edge.relation {
            Relation::Excludes => "--x",
            _ if edge.relation.is_access() => "-->",
            Relation::LetsHave | Relation::Gives { .. } => "==>",
            _ => "-.->",
        };
        let words = Label::<Mermaid>::new(&drawing.words(edge));
        out.line(1, format_args!("n{} {arrow}|{words}| n{}", edge.from, edge.to));
    }
    let undeclared = drawing.undeclared();
    if !undeclared.is_empty() {
        let list: Vec<String> = undeclared.iter().map(|id| format!("n{id}")).collect();
        out.line(1, format_args!("classDef undeclared stroke-dasharray:4 4"));
        out.line(1, format_args!("class {} undeclared", list.join(",")));
    }
    out
}

fn node(drawing: &Drawing, id: NodeId) -> String {
    let node = drawing.node(id);
    let (open, close) = shape(node);
    format!("n{id}{open}{}{close}", label::<Mermaid>(node))
}

const fn shape(node: &Node) -> (&'static str, &'static str) {
    match node.what {
        What::Object(Kind::AssignmentPolicy) => ("([", "])"),
        What::Object(Kind::AccessPackage) => ("[[", "]]"),
        What::Object(Kind::ConnectedOrganization) => ("{{", "}}"),
        What::Object(Kind::WorkflowExtension) => ("[/", "/]"),
        What::Site | What::Resource => ("[(", ")]"),
        What::Object(Kind::Catalog) => ("[", "]"),
        _ => ("(", ")"),
    }
}
