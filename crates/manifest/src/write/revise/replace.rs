//! Writing a whole value anew, in the style of the one that stands there.

use super::{Editor, Holder, Spot};
use crate::write::form::{Body, Form};
use crate::write::print::{self, WIDTH};
use crate::write::text::{double_quoted, literal, paragraphs, scalar_of, single_quoted};
use crate::write::tree::{self, Quote, Shape, Tree};
use serde_json::Value as Json;

impl<'s> Editor<'s> {
    /// Writes a whole value anew.
    pub(super) fn replace(&mut self, tree: &Tree<'s>, new: &Json, spot: &Spot) {
        let is_block = !tree.is_flow() && matches!(tree.shape, Shape::List { .. } | Shape::Map { .. });
        let form = Form::of_json(new);
        match spot.holder {
            Holder::Flow | Holder::Root => {
                let text =
                    self.inline(tree, new, true).unwrap_or_else(|| self.flow(new, self.lines_for(tree)));
                self.put(tree, self.with_ends(&text, tree.span.start));
            }
            Holder::Key { column, .. } | Holder::Dash { at: column } => {
                let indent = match spot.holder {
                    Holder::Dash { at } => tree::column(self.source, at),
                    _ => column,
                };
                let room = WIDTH.saturating_sub(tree::column(self.source, tree.span.start));
                if self.put_block(tree, new) {
                    return;
                }
                let line = self.inline(tree, new, false).or_else(|| print::on_one_line(&form, room));
                match (line, is_block) {
                    (Some(line), false) => self.put(tree, line),
                    (Some(line), true) => {
                        self.put_after(spot, tree, &format!(" {line}"));
                        self.drop_lines(tree, spot);
                    }
                    (None, _) => {
                        let mut text = String::new();
                        print::value(&mut text, &form, indent, WIDTH, self.layout);
                        let text = text.trim_start_matches([' ', '\n']).to_owned();
                        let lead = match &form.body {
                            Body::List(_) => indent + self.layout.dash,
                            _ => indent + self.layout.step,
                        };
                        let text = format!("{}{text}", " ".repeat(lead));
                        if is_block {
                            let from = self.block_start(tree, spot);
                            let to = tree::line_end(self.source, tree.span.end);
                            self.edits.push((from..to, self.with_ends(&text, from)));
                        } else {
                            let start = self.after(spot, tree);
                            let end = tree.span.end.max(start);
                            self.edits.push((start..end, String::new()));
                            let at = tree::line_end(self.source, end);
                            let text = if self.source[..at].ends_with('\n') {
                                text
                            } else {
                                format!("\n{}", text.trim_end())
                            };
                            self.edits.push((at..at, self.with_ends(&text, at)));
                        }
                    }
                }
            }
        }
    }

    /// Writes a text as a block, where such a one stands there and the text has more than a line: the lines alone, so
    /// that a comment beside the first stays. `false` where it is to be written otherwise.
    fn put_block(&mut self, tree: &Tree, new: &Json) -> bool {
        let (Shape::Scalar { quote, .. }, Json::String(text)) = (&tree.shape, new) else { return false };
        let written = &self.source[tree.span.start..tree.span.end];
        let mut lines = written.lines();
        let head = lines.next().unwrap_or_default();
        let Some(first) = lines.find(|line| !line.trim().is_empty()).filter(|_| quote.is_block()) else {
            return false;
        };
        let indent = first.len() - first.trim_start_matches(' ').len();
        let width = WIDTH.saturating_sub(indent);
        let folds = written.starts_with('>').then(|| paragraphs(text, width)).flatten();
        let block = folds.or_else(|| text.contains('\n').then(|| literal(text)).flatten());
        let Some((header, lines)) = block else { return false };
        let mut out = String::new();
        for line in lines {
            out.push('\n');
            if !line.is_empty() {
                out.extend(std::iter::repeat_n(' ', indent));
                out.push_str(&line);
            }
        }
        let start = tree.span.start;
        let own = head.split([' ', '\t']).next().map_or(0, str::len);
        self.edits.push((start..start + own, header.to_owned()));
        self.edits.push((start + head.len()..tree.span.end, self.with_ends(&out, tree.span.end)));
        true
    }

    /// A scalar in the style of the one that stands there.
    fn inline(&self, tree: &Tree, new: &Json, in_flow: bool) -> Option<String> {
        let quote = match &tree.shape {
            Shape::Scalar { quote, .. } => *quote,
            _ => Quote::Plain,
        };
        match new {
            Json::Array(_) | Json::Object(_) => None,
            Json::String(text) if self.is_json => Some(Json::from(text.as_str()).to_string()),
            Json::String(text) => Some(match quote {
                Quote::Double => double_quoted(text),
                Quote::Single => single_quoted(text).unwrap_or_else(|| double_quoted(text)),
                _ => scalar_of(text, true),
            })
            .map(|quoted| match quote {
                Quote::Plain if !in_flow => scalar_of(text, false),
                _ => quoted,
            }),
            other => Some(other.to_string()),
        }
    }

    /// How far a collection in JSON is indented that takes the place of this value; none where it stands on one line.
    fn lines_for(&self, tree: &Tree) -> Option<usize> {
        let line = tree::line_start(self.source, tree.span.start);
        let lead = &self.source[line..tree.span.start];
        let written = &self.source[tree.span.start..tree.span.end];
        let is_one_line = !written.contains('\n') && written.contains([',', ':']);
        let is_inside = lead.contains(['[', '{']);
        (!is_one_line && !is_inside).then(|| lead.len() - lead.trim_start_matches(' ').len())
    }

    /// Writes a text in the place of a value; what stands beside the head of a block stays.
    fn put(&mut self, tree: &Tree, text: String) {
        if let Shape::Scalar { quote, .. } = &tree.shape
            && quote.is_block()
        {
            let (start, end) = (tree.span.start, tree.span.end);
            let head = self.source[start..end].lines().next().unwrap_or_default();
            let own = head.split([' ', '\t']).next().map_or(0, str::len);
            self.edits.push((start..start + own, text));
            self.edits.push((start + head.len()..end, String::new()));
            return;
        }
        let is_nothing = tree.span.start == tree.span.end;
        let lead = is_nothing && !self.source[..tree.span.start].ends_with([' ', '\n']);
        self.edits.push((tree.span.start..tree.span.end, if lead { format!(" {text}") } else { text }));
    }

    /// After the colon or dash, and the anchor if there is one.
    fn after(&self, spot: &Spot, tree: &Tree) -> usize {
        let at = match spot.holder {
            Holder::Key { end, .. } => end + self.source[end..].find(':').map_or(0, |at| at + 1),
            Holder::Dash { at } => at + 1,
            Holder::Root | Holder::Flow => tree.span.start,
        };
        tree.anchor.map_or(at, |anchor| anchor.end.max(at))
    }

    fn put_after(&mut self, spot: &Spot, tree: &Tree, text: &str) {
        let at = self.after(spot, tree);
        self.edits.push((at..at, text.to_owned()));
    }

    /// Where the lines of a block begin: after the line of its key, and after what stands before its first element.
    fn block_start(&self, tree: &Tree, spot: &Spot) -> usize {
        let line = tree::line_start(self.source, tree.span.start);
        if line > self.after(spot, tree) { line } else { tree.span.start }
    }

    fn drop_lines(&mut self, tree: &Tree, spot: &Spot) {
        let from = self.block_start(tree, spot);
        let to =
            if from == tree.span.start { tree.span.end } else { tree::line_end(self.source, tree.span.end) };
        let from = if from == tree.span.start { self.after(spot, tree) } else { from };
        self.edits.push((from..to, String::new()));
    }
}
