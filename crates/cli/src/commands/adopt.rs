//! `entrant adopt ADDRESS… | --all`: what is different in the tenant, taken into the files.

use crate::args::{AdoptArgs, AllowArgs};
use crate::connection::Connection;
use crate::exit::Exit;
use crate::files;
use crate::interrupt::Interrupt;
use crate::render::source::Sources;
use crate::render::text_diff;
use crate::render::values::counted;
use crate::session;
use crate::settings::Settings;
use anyhow::Result;
use entrant_manifest::config::References;
use entrant_manifest::write;
use entrant_model::Diagnostic;
use entrant_model::text::visible;
use entrant_workspace::adopt::{Adopted, Adoption, Instead};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// Plans, and writes the files or says what would be written.
pub async fn run(args: &AdoptArgs, settings: &Settings) -> Result<Exit> {
    let mut options = session::options(&args.addresses, &AllowArgs::default())?;
    let mut sources = Sources::default();
    let (mut loaded, tenant) = session::load(settings)?;
    if loaded.diagnostics.iter().any(Diagnostic::is_error) {
        session::show(&mut loaded.diagnostics, &mut sources, settings);
        return Ok(Exit::Error);
    }
    settings.progress.loaded(loaded.documents.len(), loaded.files);
    options.pinned = loaded.config.references == References::Pinned;
    let interrupt = Interrupt::listen_in_time(settings);
    let connection = Connection::open(settings, tenant.as_ref()).await?;
    let name = tenant.as_ref().map(|tenant| &*tenant.name);
    let adopt = entrant_workspace::adopt::adopt(
        loaded.documents,
        &loaded.config,
        name,
        &connection.client,
        &options,
        &settings.progress,
    );
    let adopted = tokio::select! {
        adopted = adopt => {
            drop(settings.progress.until_dropped());
            Some(adopted)
        }
        () = interrupt.asked() => None,
    };
    connection.close().await;
    let Some(adopted) = adopted else { return Ok(interrupt.exit(Exit::Error)) };
    let mut adopted = adopted?;
    if session::show(&mut adopted.diagnostics, &mut sources, settings) {
        return Ok(Exit::Error);
    }
    let is_shared = loaded.config.tenants.len() > 1;
    let written = write_files(&adopted, args, settings);
    settings.terminal.talk(&told(&adopted, is_shared));
    written?;
    Ok(if adopted.left.iter().any(|left| left.is_failure) { Exit::Error } else { Exit::Done })
}

/// Each file is written for itself: one that cannot be is told at the end, and keeps none of the others back.
fn write_files(adopted: &Adopted, args: &AdoptArgs, settings: &Settings) -> Result<()> {
    let mut unwritten: Vec<(String, io::Error)> = Vec::new();
    for (path, file) in &adopted.files {
        let shown = files::shown(path);
        if args.diff {
            settings.terminal.data(&text_diff::unified(&shown, &file.before, &file.after))?;
            continue;
        }
        if !args.dry_run
            && let Err(error) = write::save(path, &file.after)
        {
            unwritten.push((shown, error));
            continue;
        }
        settings.terminal.page(&in_words(path, file, args.dry_run))?;
    }
    let Some((_, error)) = unwritten.first() else { return Ok(()) };
    let why = anyhow::anyhow!("{error}");
    let files: Vec<&str> = unwritten.iter().map(|(shown, _)| shown.as_str()).collect();
    Err(why.context(format!("{} cannot be written", files.join(", "))))
}

/// What was taken into one file.
fn in_words(path: &Path, file: &Adoption, is_dry: bool) -> String {
    let verb = if is_dry { "would change" } else { "changed" };
    let mut out = format!("{verb} {}\n", files::shown(path));
    for (address, members) in &file.taken {
        let members: Vec<String> = members.iter().map(|path| visible(&path.to_string())).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {address}: {}", members.join(", "));
    }
    for comment in &file.lost {
        let _ = writeln!(out, "  gone with what it stood beside: {}", visible(comment));
    }
    out
}

/// What a person writes to take what was left.
fn to_write(instead: &Instead, file: &str) -> String {
    let (lead, yaml) = match instead {
        Instead::Document(yaml) => {
            (format!("to take it here alone, write into the document in {file}"), yaml)
        }
        Instead::Aliases { anchor, value, lines } => {
            let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
            let noun = if lines.len() == 1 { "line" } else { "lines" };
            let (anchor, lines) = (visible(anchor), lines.join(", "));
            (format!("to take it here alone, write in the place of `*{anchor}` in {noun} {lines}"), value)
        }
    };
    let mut out = format!("    {lead}\n");
    for line in yaml.lines() {
        let _ = writeln!(out, "        {}", visible(line));
    }
    out
}

/// What was not taken, and where the rest is.
fn told(adopted: &Adopted, is_shared: bool) -> String {
    let mut out = String::new();
    for left in &adopted.left {
        let (file, line) = match &left.source {
            Some((file, line)) => (file, Some(*line)),
            None => (&left.place.file, left.line),
        };
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        let lead = if left.is_failure { "not taken" } else { "left" };
        let _ = writeln!(out, "{lead}: {left} ({}{line})", files::shown(file));
        if let Some(instead) = &left.instead {
            out.push_str(&to_write(instead, &files::shown(&left.place.file)));
        }
    }
    if adopted.files.is_empty() && adopted.left.is_empty() {
        out.push_str("Nothing to take: the documents say what is.\n");
    }
    if adopted.left.iter().any(|left| left.instead.is_some()) {
        out.push_str("help: what several share is changed where it is written, or told apart as shown; then adopt again\n");
    }
    if is_shared && !adopted.files.is_empty() {
        out.push_str(
            "note: `entrant.yaml` names several tenants; a document without `tenants:` is for each of them\n",
        );
    }
    if adopted.unmanaged > 0 {
        let objects = counted(adopted.unmanaged as u64, "live object");
        let verb = if adopted.unmanaged == 1 { "has" } else { "have" };
        let _ = writeln!(out, "{objects} {verb} no document; `entrant import` makes them.");
    }
    out
}
