//! `entrant fmt [PATH…]`: the files in one form, and nothing of them lost.

use crate::args::FmtArgs;
use crate::exit::Exit;
use crate::files;
use crate::render::source::Sources;
use crate::render::text_diff;
use crate::render::values::counted;
use crate::session;
use crate::settings::Settings;
use anyhow::{Context as _, Result};
use entrant_manifest::write;
use entrant_model::Diagnostic;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Prints the files anew, or tells which would change.
pub fn run(args: &FmtArgs, settings: &Settings) -> Result<Exit> {
    let loaded = session::load_for_all(settings, &args.paths)?;
    let mut errors: Vec<Diagnostic> = loaded.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    let broken: BTreeSet<PathBuf> =
        errors.iter().filter_map(|error| Some(error.place.as_ref()?.file.to_path_buf())).collect();
    let paths = write::files(&settings.policies, &args.paths);
    let mut changed = 0_u64;
    for path in paths.iter().filter(|path| !broken.contains(*path)) {
        let Ok(before) = write::read(path) else { continue };
        let after = write::format(path, &before, &loaded.config);
        if after == before {
            continue;
        }
        changed += 1;
        let shown = files::shown(path);
        if args.diff {
            settings.terminal.data(&text_diff::unified(&shown, &before, &after))?;
        } else if args.check {
            settings.terminal.data(&format!("not formatted: {shown}\n"))?;
        } else {
            write::save(path, &after).with_context(|| format!("{shown} cannot be written"))?;
            settings.terminal.data(&format!("formatted {shown}\n"))?;
        }
    }
    let left = (!broken.is_empty())
        .then(|| format!("; {} left alone, see below", counted(broken.len() as u64, "file")));
    let verb = if args.check || args.diff { "would change" } else { "changed" };
    settings.terminal.talk(&format!(
        "{changed} of {} {verb}{}\n",
        counted(paths.len() as u64, "file"),
        left.unwrap_or_else(|| ".".to_owned())
    ));
    let is_broken = session::show(&mut errors, &mut Sources::default(), settings);
    if args.check && changed > 0 {
        settings.terminal.talk("help: `entrant fmt` writes them anew\n");
    }
    Ok(if is_broken || (args.check && changed > 0) { Exit::Error } else { Exit::Done })
}
