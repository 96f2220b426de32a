//! `entrant show ADDRESS…`: what objects do, in plain words, whether a document declares them or not.

use crate::args::ShowArgs;
use crate::connection::Connection;
use crate::exit::Exit;
use crate::failure::failure;
use crate::interrupt::Interrupt;
use crate::render::show;
use crate::render::source::Sources;
use crate::session;
use crate::settings::{Format, Settings};
use anyhow::Result;
use entrant_manifest::Loaded;
use entrant_model::address::Pattern;
use entrant_model::{Diagnostic, Id};
use entrant_plan::show::Shown;
use entrant_workspace::Asked;

/// Reads and prints.
pub async fn run(args: &ShowArgs, settings: &Settings) -> Result<Exit> {
    let asked = args.addresses.iter().map(|text| parse(text)).collect::<Result<Vec<Asked>>>()?;
    let mut sources = Sources::default();
    let (mut loaded, tenant) = session::load(settings)?;
    if loaded.diagnostics.iter().any(Diagnostic::is_error) {
        session::show(&mut loaded.diagnostics, &mut sources, settings);
        return Ok(Exit::Error);
    }
    settings.progress.loaded(loaded.documents.len(), loaded.files);
    let interrupt = Interrupt::listen_in_time(settings);
    let connection = Connection::open(settings, tenant.as_ref()).await?;
    let read = tokio::select! {
        read = read(loaded, &asked, &connection, settings) => Some(read),
        () = interrupt.asked() => None,
    };
    let origin = session::origin(&connection, &[]);
    connection.close().await;
    let Some(read) = read else { return Ok(interrupt.exit(Exit::Error)) };
    let (shown, mut diagnostics) = read?;
    if session::show(&mut diagnostics, &mut sources, settings) {
        return Ok(Exit::Error);
    }
    if settings.format == Format::Json {
        let document = show::document(&shown, args.diff, &origin, &mut sources);
        settings.terminal.data(&session::json_text(&document)?)?;
    } else {
        let width = settings.terminal.width();
        settings.terminal.page(&show::render(&shown, args.diff, &mut sources, width))?;
    }
    Ok(Exit::Done)
}

async fn read(
    loaded: Loaded,
    asked: &[Asked],
    connection: &Connection,
    settings: &Settings,
) -> Result<(Vec<Shown>, Vec<Diagnostic>)> {
    let _line = settings.progress.until_dropped();
    let (shown, mut found) =
        entrant_workspace::show(loaded.documents, &connection.client, asked, &settings.progress).await?;
    loaded.config.apply(&mut found);
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend(found);
    Ok((shown, diagnostics))
}

/// An address, with the id of one object at its end where several have it.
fn parse(text: &str) -> Result<Asked> {
    let (address, id) = match text.rsplit_once('#').map(|(address, id)| (address, Id::guid(id))) {
        Some((address, Some(id))) => (address, Some(id)),
        _ => (text, None),
    };
    match Pattern::parse(address) {
        Ok(pattern) => Ok(Asked { pattern, id }),
        Err(why) => Err(failure(format!("this is no address: {why}"), "`entrant plan` shows addresses")),
    }
}
