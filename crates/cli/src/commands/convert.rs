//! `entrant convert --to v1.0 [PATH…]`: documents of the beta shape in the v1.0 shape, where nothing is lost.

use crate::args::ConvertArgs;
use crate::exit::Exit;
use crate::files;
use crate::render::source::Sources;
use crate::render::text_diff;
use crate::render::values::counted;
use crate::session;
use crate::settings::Settings;
use anyhow::{Context as _, Result};
use entrant_manifest::write::{self, Lost};
use entrant_model::desired::Document;
use entrant_model::{Diagnostic, Place};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Converts the files, or says what would change.
pub fn run(args: &ConvertArgs, settings: &Settings) -> Result<Exit> {
    let loaded = session::load_for_all(settings, &args.paths)?;
    let mut errors: Vec<Diagnostic> = loaded.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    let broken: BTreeSet<PathBuf> =
        errors.iter().filter_map(|error| Some(error.place.as_ref()?.file.to_path_buf())).collect();
    let mut sources = Sources::default();
    let (mut done, mut left) = (0_u64, 0_u64);
    for path in write::files(&settings.policies, &args.paths).iter().filter(|path| !broken.contains(*path)) {
        let Ok(before) = write::read(path) else { continue };
        let is_here = |document: &&Document| *document.place.file == *path;
        let takes =
            |document: &&Document| document.place.origin.as_ref().is_some_and(|o| o.defaults.is_some());
        let shared = loaded.documents.iter().filter(is_here).filter(takes);
        let shared: BTreeSet<usize> = shared.map(|document| document.place.document).collect();
        let tenants = settings.tenant.iter().chain(loaded.config.tenants.keys());
        // A document is read for a tenant that it is for.
        let converted = tenants.map(|tenant| Some(tenant.as_str())).chain([None]).fold(
            write::Converted { text: before.clone(), ..write::Converted::default() },
            |so_far, tenant| {
                let next = write::to_v1(path, &so_far.text, &loaded.config, tenant, &shared);
                let mut done = so_far.done;
                done.extend(next.done);
                let left = if next.left.is_empty() { so_far.left } else { next.left };
                write::Converted { text: next.text, done, left }
            },
        );
        let shown = files::shown(path);
        done += converted.done.len() as u64;
        left += converted.left.len() as u64;
        // Where documents stand is told as the file is still.
        for (index, reasons) in &converted.left {
            let place = Place::document(Arc::new(path.clone()), *index);
            settings.terminal.page(&format!("left as beta: {}\n", sources.position(&place)))?;
            for Lost { at, why } in reasons {
                let line = if at.0.is_empty() {
                    format!("  {why}\n")
                } else {
                    format!("  {}: {why}\n", sources.position(&place.at(at.clone())))
                };
                settings.terminal.page(&line)?;
            }
        }
        if converted.done.is_empty() {
            continue;
        }
        if args.diff {
            settings.terminal.data(&text_diff::unified(&shown, &before, &converted.text))?;
        } else {
            write::save(path, &converted.text).with_context(|| format!("{shown} cannot be written"))?;
            settings.terminal.page(&format!("converted {shown}\n"))?;
        }
    }
    let verb = if args.diff { "would be converted" } else { "converted" };
    settings.terminal.talk(&format!("{} {verb}, {left} left.\n", counted(done, "document")));
    if done > 0 && !args.diff {
        settings.terminal.talk("Plan before you apply: settings that beta does not show, such as on-behalf requests, show in v1.0 as differences.\n");
    }
    Ok(if session::show(&mut errors, &mut sources, settings) { Exit::Error } else { Exit::Done })
}
