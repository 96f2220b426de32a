//! What `graph` and `docs` share: the estate as the files declare it, with what is in the tenant where that is asked for.

use crate::connection::Connection;
use crate::interrupt::Interrupt;
use crate::render::source::Sources;
use crate::session;
use crate::settings::Settings;
use anyhow::Result;
use entrant_model::Diagnostic;
use entrant_model::text::visible;
use entrant_plan::estate::{Entry, Estate};

/// What came of reading.
pub enum Read {
    /// All of it.
    Whole(Estate),
    /// ^C.
    Interrupted,
}

/// Loads the documents, and reads the tenant where `live` says so. `None` where the documents have mistakes, which are
/// shown.
pub async fn read(live: bool, sources: &mut Sources, settings: &Settings) -> Result<Option<Read>> {
    let (mut loaded, tenant) = session::load(settings)?;
    if session::show(&mut loaded.diagnostics, sources, settings) {
        return Ok(None);
    }
    let mut entries: Vec<Entry> = loaded.documents.iter().filter_map(Entry::declared).collect();
    if live {
        settings.progress.loaded(loaded.documents.len(), loaded.files);
        let interrupt = Interrupt::listen(&settings.progress);
        let connection = Connection::open(settings, tenant.as_ref()).await?;
        let found = {
            let _line = settings.progress.until_dropped();
            let read =
                entrant_workspace::estate::tenant(&loaded.documents, &connection.client, &settings.progress);
            tokio::select! {
                read = Box::pin(read) => Some(read),
                () = interrupt.asked() => None,
            }
        };
        connection.close().await;
        let Some(found) = found else { return Ok(Some(Read::Interrupted)) };
        let found = found?;
        for sentence in &found.unread {
            settings.terminal.talk(&format!("note: {}\n", visible(sentence)));
        }
        entries.extend(found.entries);
    }
    debug_assert!(!loaded.diagnostics.iter().any(Diagnostic::is_error));
    Ok(Some(Read::Whole(Estate::of(entries))))
}
