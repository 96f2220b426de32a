//! An error that ended the run, in the form that diagnostics have.

use crate::failure::Failure;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Group, Level, Renderer};
use entrant_model::text::visible;

/// The error with its causes and what to do, as text with ANSI styles.
pub fn render(error: &anyhow::Error, width: usize) -> String {
    let message = visible(&error.to_string());
    let mut title = Level::ERROR.primary_title(message.as_str());
    let mut help: Vec<&str> = Vec::new();
    let mut causes = Vec::new();
    for (depth, cause) in error.chain().enumerate() {
        if depth > 0 {
            causes.push(visible(&cause.to_string()));
        }
        if let Some(graph) = cause.downcast_ref::<entrant_graph::Error>() {
            title = title.id(graph.code().name);
            help.extend(graph.help().iter().map(String::as_str));
        }
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            help.extend(failure.help.iter().map(String::as_str));
        }
    }
    let mut group = Group::with_title(title);
    for cause in &causes {
        group = group.element(Level::NOTE.message(cause.as_str()));
    }
    for help in help {
        group = group.element(Level::HELP.message(help));
    }
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(width);
    renderer.render(&[group]) + "\n"
}
