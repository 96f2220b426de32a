//! A drawing in Graphviz' DOT.

use super::super::escape::dot::Dot;
use super::super::escape::label::Label;
use super::{Drawing, called, label};
use entrant_model::Kind;
use entrant_plan::estate::{Node, NodeId, Relation, What};
use std::fmt::Write as _;

/// The drawing as text.
pub fn render(drawing: &Drawing) -> String {
    let undeclared = drawing.undeclared();
    let node = |id: NodeId| {
        let node = drawing.node(id);
        let style = if undeclared.contains(&id) { ", style=dashed" } else { "" };
        format!("n{id} [label={}, shape={}{style}];", label::<Dot>(node), shape(node))
    };
    let mut out = String::from("digraph estate {\n");
    line(&mut out, 1, "rankdir=LR;");
    line(&mut out, 1, "node [fontname=\"sans-serif\"];");
    line(&mut out, 1, "edge [fontname=\"sans-serif\"];");
    for (catalog, inner) in &drawing.clusters {
        let title = Label::<Dot>::new(&format!("catalog {}", called(drawing.node(*catalog))));
        line(&mut out, 1, &format!("subgraph cluster_{catalog} {{"));
        line(&mut out, 2, &format!("label={title};"));
        for id in inner {
            line(&mut out, 2, &node(*id));
        }
        line(&mut out, 1, "}");
    }
    for id in &drawing.loose {
        line(&mut out, 1, &node(*id));
    }
    for edge in &drawing.edges {
        let style = match edge.relation {
            Relation::Excludes => ", arrowhead=tee",
            _ if edge.relation.is_access() => "",
            Relation::LetsHave | Relation::Gives { .. } => ", style=bold",
            _ => ", style=dashed",
        };
        let words = Label::<Dot>::new(&drawing.words(edge));
        line(&mut out, 1, &format!("n{} -> n{} [label={words}{style}];", edge.from, edge.to));
    }
    out.push_str("}\n");
    out
}

fn line(out: &mut String, depth: usize, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}{text}", "  ".repeat(depth));
}

const fn shape(node: &Node) -> &'static str {
    match node.what {
        What::Object(Kind::AssignmentPolicy) => "ellipse",
        What::Object(Kind::AccessPackage) => "box3d",
        What::Object(Kind::ConnectedOrganization) => "hexagon",
        What::Object(Kind::WorkflowExtension) => "component",
        What::Object(Kind::Catalog) => "folder",
        What::Site | What::Resource => "cylinder",
        _ => "box",
    }
}
