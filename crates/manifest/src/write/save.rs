//! Files of the policy directory, read to be written again: whole or not at all.

use crate::{files, load};
use entrant_model::Diagnostic;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of documents that these paths mean, all of the policy directory where there are none. What keeps one from
/// being found is told by [`crate::load_paths`] too.
pub fn files(dir: &Path, paths: &[PathBuf]) -> Vec<PathBuf> {
    load::found(dir, paths, &mut Vec::new())
}

/// The text of a file.
///
/// # Errors
/// Whatever keeps it from being read.
pub fn read(path: &Path) -> Result<String, Box<Diagnostic>> {
    files::read(&Arc::new(path.to_owned()), files::MAX_FILE)
}

/// Writes a file in one step: whoever reads it sees the old text or the new one. A link stays a link, and who may read
/// and write the file stays as it is.
///
/// # Errors
/// Whatever keeps it from being written; then the old text is still there.
pub fn save(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    let next = path.with_file_name(name);
    let written = fs::File::create(&next)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::set_permissions(&next, fs::metadata(&path)?.permissions()))
        .and_then(|()| fs::rename(&next, &path));
    if written.is_err() {
        // What is left of the attempt is of no use to anybody; that it may not exist is fine.
        let _ = fs::remove_file(&next);
    }
    written
}
