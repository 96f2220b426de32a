//! `entrant validate [PATH…]`: the files alone, no tenant.

use crate::args::ValidateArgs;
use crate::exit::Exit;
use crate::outputs;
use crate::render::diagnostics;
use crate::render::source::Sources;
use crate::render::values::counted;
use crate::session;
use crate::settings::{Format, Settings};
use anyhow::Result;
use entrant_model::Diagnostic;

/// Checks files and prints what was found.
pub fn run(args: &ValidateArgs, settings: &Settings) -> Result<Exit> {
    let mut loaded = session::load_for_all(settings, &args.paths)?;
    let mut sources = Sources::default();
    diagnostics::sort(&mut loaded.diagnostics, &mut sources);
    let found = &loaded.diagnostics;
    match settings.format {
        Format::Json => {
            let document = diagnostics::document(found, &mut sources);
            settings.terminal.data(&session::json_text(&document)?)?;
        }
        Format::Github => outputs::print_checked(found, &mut sources, settings)?,
        Format::Sarif => outputs::print_checked_sarif(found, &mut sources, settings)?,
        // No other format is offered.
        Format::Text | Format::Markdown | Format::Mermaid | Format::Dot => {
            let mut text = diagnostics::render(found, &mut sources, settings.terminal.width());
            if !found.iter().any(Diagnostic::is_error) {
                let documents = counted(loaded.documents.len() as u64, "document");
                let files = counted(loaded.files as u64, "file");
                text.extend([&documents, " in ", &files, ": valid\n"]);
            }
            settings.terminal.page(&text)?;
        }
    }
    Ok(if found.iter().any(Diagnostic::is_error) { Exit::Error } else { Exit::Done })
}
