//! What a value is that is not changed in place, since it stands elsewhere or others use it.

use crate::scalar::to_json;
use crate::tenant::VAR;
use crate::write::tree::{Shape, Tree};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `*name`
    Alias(String),
    /// `&name`, which is used elsewhere too.
    Anchor(Anchored),
    /// `{var: name}`
    Variable(String),
    /// The document is written in a way that cannot be changed with certainty.
    Form,
}

/// An anchor that aliases use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchored {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub value: Json,
    /// The lines of the aliases, from 1.
    pub lines: Vec<usize>,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use entrant_model::text::visible;
        match self {
            Self::Alias(name) => write!(f, "the value comes from the anchor `&{}`", visible(name)),
            Self::Anchor(shared) => {
                write!(f, "`*{}` uses the value elsewhere in the document", visible(&shared.name))
            }
            Self::Variable(name) => {
                write!(f, "the value is that of the variable `{}` in `entrant.yaml`", visible(name))
            }
            Self::Form => f.write_str("it is written in a way that cannot be changed without changing more"),
        }
    }
}

/// The anchors that aliases use. `first_line` is that of the text.
pub(super) fn shared(source: &str, first_line: usize, tree: &Tree) -> BTreeMap<String, Anchored> {
    let (mut values, mut lines) = (BTreeMap::new(), BTreeMap::<String, Vec<usize>>::new());
    each(tree, &mut |tree| {
        if let Some(span) = tree.anchor {
            let name = source[span.start..span.end].trim_start_matches('&').to_owned();
            values.insert(name, to_json(&tree.node()));
        }
        if let Shape::Alias(_) = &tree.shape {
            let name = source[tree.span.start..tree.span.end].trim_start_matches('*').to_owned();
            let line = first_line + source[..tree.span.start].matches('\n').count();
            lines.entry(name).or_default().push(line);
        }
    });
    let anchored = lines.into_iter().map(|(name, lines)| {
        let value = values.remove(&name).unwrap_or_default();
        (name.clone(), Anchored { name, value, lines })
    });
    anchored.collect()
}

/// Calls `visit` on a value and everything in it.
fn each<'t, 's>(tree: &'t Tree<'s>, visit: &mut dyn FnMut(&'t Tree<'s>)) {
    visit(tree);
    match &tree.shape {
        Shape::Scalar { .. } | Shape::Alias(_) => {}
        Shape::List { items, .. } => items.iter().for_each(|item| each(item, visit)),
        Shape::Map { pairs, .. } => pairs.iter().for_each(|pair| each(&pair.value, visit)),
    }
}

fn is_variable(tree: &Tree) -> bool {
    matches!(tree.pairs(), [only] if only.key == VAR)
}

/// What of a value other places use or stands elsewhere, if anything: written anew it would lose that.
pub(super) fn elsewhere(tree: &Tree, shared: &BTreeMap<String, Anchored>, source: &str) -> Option<Source> {
    let anchor = tree.anchor.map(|span| source[span.start..span.end].trim_start_matches('&'));
    if let Some(anchored) = anchor.and_then(|name| shared.get(name)) {
        return Some(Source::Anchor(anchored.clone()));
    }
    match &tree.shape {
        Shape::Scalar { .. } => None,
        Shape::Alias(_) => {
            Some(Source::Alias(source[tree.span.start..tree.span.end].trim_start_matches('*').to_owned()))
        }
        Shape::List { items, .. } => items.iter().find_map(|item| elsewhere(item, shared, source)),
        Shape::Map { .. } if is_variable(tree) => {
            Some(Source::Variable(to_json(&tree.node())[VAR].as_str().unwrap_or_default().to_owned()))
        }
        Shape::Map { pairs, .. } => pairs.iter().find_map(|pair| elsewhere(&pair.value, shared, source)),
    }
}
