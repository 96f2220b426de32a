//! Diagnostics as rustc would print them: what is wrong, where, why, what to do.
//!
//! Everything of a run at once, in the order of files and lines, then how many there were.

use super::source::{Sources, Spot, window};
use super::values::counted;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use entrant_model::{Diagnostic, Severity};
use schemars::JsonSchema;
use serde::Serialize;

/// Puts findings into the order in which they are shown: by file, line and column, those without a place
/// last.
pub fn sort(diagnostics: &mut [Diagnostic], sources: &mut Sources) {
    diagnostics.sort_by_cached_key(|d| {
        let spot = d.place.as_ref().map(|place| sources.spot(place));
        (spot.is_none(), spot.map(|s| (s.path.clone(), s.line, s.column)), d.code.name, d.message.clone())
    });
}

/// All findings as text with ANSI styles, and a summary. Empty where there are none.
pub fn render(diagnostics: &[Diagnostic], sources: &mut Sources, width: usize) -> String {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(width);
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&one(diagnostic, sources, &renderer));
        text.push_str("\n\n");
    }
    if let Some(first) = diagnostics.iter().min_by_key(|d| std::cmp::Reverse(d.severity)) {
        text.push_str(&summary(diagnostics));
        text.extend(["; `entrant explain ", first.code.name, "` says more\n"]);
    }
    text
}

/// `2 errors, 1 warning`.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count() as u64;
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    let mut text = format!("{}, {}", counted(errors, "error"), counted(warnings, "warning"));
    if notes > 0 {
        text.extend([", ", &counted(notes, "note")]);
    }
    text
}

const fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn one(diagnostic: &Diagnostic, sources: &mut Sources, renderer: &Renderer) -> String {
    let main = diagnostic.place.as_ref().map(|place| sources.spot(place));
    // Policies of one template share its lines: a spot is shown once.
    let mut seen: Vec<(String, usize, usize)> = main.iter().map(position).collect();
    let mut related: Vec<(Spot, &str)> = Vec::new();
    for (place, label) in &diagnostic.related {
        let spot = sources.spot(place);
        let at = position(&spot);
        if spot.line == 0 || !seen.contains(&at) {
            seen.push(at);
            related.push((spot, label.as_str()));
        }
    }
    let title =
        level(diagnostic.severity).primary_title(diagnostic.message.as_str()).id(diagnostic.code.name);
    let mut group = Group::with_title(title);
    let mut elsewhere: Vec<(&Spot, &str)> = Vec::new();
    if let Some(main) = &main {
        let mut near: Vec<(&Spot, &str)> = Vec::new();
        for (spot, label) in &related {
            if spot.path == main.path && spot.text.is_some() && main.text.is_some() {
                near.push((spot, label));
            } else {
                elsewhere.push((spot, label));
            }
        }
        group = group.element(snippet(main, &diagnostic.label, &near));
    } else {
        elsewhere.extend(related.iter().map(|(spot, label)| (spot, *label)));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let mut report = vec![group];
    for (spot, label) in elsewhere {
        let group = Group::with_title(Level::NOTE.secondary_title(label));
        report.push(group.element(snippet(spot, "", &[])));
    }
    renderer.render(&report)
}

fn position(spot: &Spot) -> (String, usize, usize) {
    (spot.path.clone(), spot.line, spot.column)
}

/// The source around a spot with its carets, or where it is, if the source cannot be shown.
fn snippet<'a>(spot: &'a Spot, label: &'a str, near: &[(&'a Spot, &'a str)]) -> Element<'a> {
    let Some(text) = &spot.text else {
        let mut origin = Origin::path(spot.path.as_str());
        if spot.line > 0 {
            origin = origin.line(spot.line).char_column(spot.column);
        }
        return origin.into();
    };
    let spans: Vec<_> = std::iter::once(spot.bytes.clone())
        .chain(near.iter().map(|(other, _)| other.bytes.clone()))
        .collect();
    let (window, first_line) = window(text, spot.line, &spans);
    let annotation = |kind: AnnotationKind, spot: &Spot, label: &'a str| {
        let annotation = kind.span(spot.bytes.start - window.start..spot.bytes.end - window.start);
        if label.is_empty() { annotation } else { annotation.label(label) }
    };
    let mut snippet = Snippet::source(&text[window.clone()])
        .path(spot.path.as_str())
        .line_start(first_line)
        .annotation(annotation(AnnotationKind::Primary, spot, label));
    for (other, label) in near {
        snippet = snippet.annotation(annotation(AnnotationKind::Context, other, label));
    }
    snippet.into()
}

/// What `validate --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticsDocument {
    /// The version of this structure.
    pub format_version: u32,
    /// How many of each.
    pub summary: DiagnosticsSummary,
    /// The findings, in the order of files and lines.
    pub diagnostics: Vec<DiagnosticDocument>,
}

/// How many findings of each severity.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiagnosticsSummary {
    /// Nothing is planned or written while one stands.
    pub errors: usize,
    /// Contradictions that stop nothing.
    pub warnings: usize,
    /// Worth knowing.
    pub notes: usize,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticDocument {
    /// The stable code that `entrant explain` knows.
    pub code: String,
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// What is wrong. Names in it hold nothing that a terminal would obey; escape it for where it goes.
    pub message: String,
    /// Where; absent where no file has to do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationDocument>,
    /// What the place says to it; may be empty.
    pub label: String,
    /// Other places that have to do with it.
    pub related: Vec<RelatedDocument>,
    /// Why it is so.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LocationDocument {
    /// The file, with `/`.
    pub file: String,
    /// From 1; 0 where the file can no longer be read.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// Another place and what it has to do with the finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RelatedDocument {
    /// Where.
    pub location: LocationDocument,
    /// What.
    pub message: String,
}

/// The findings in their JSON structure.
pub fn document(diagnostics: &[Diagnostic], sources: &mut Sources) -> DiagnosticsDocument {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    DiagnosticsDocument {
        format_version: 1,
        summary: DiagnosticsSummary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        },
        diagnostics: diagnostics
            .iter()
            .map(|d| DiagnosticDocument {
                code: d.code.name.to_owned(),
                severity: d.severity.as_str().to_owned(),
                message: d.message.clone(),
                location: d.place.as_ref().map(|place| location(&sources.spot(place))),
                label: d.label.clone(),
                related: d
                    .related
                    .iter()
                    .map(|(place, message)| RelatedDocument {
                        location: location(&sources.spot(place)),
                        message: message.clone(),
                    })
                    .collect(),
                notes: d.notes.clone(),
                help: d.help.clone(),
            })
            .collect(),
    }
}

fn location(spot: &Spot) -> LocationDocument {
    LocationDocument { file: spot.path.clone(), line: spot.line, column: spot.column }
}
