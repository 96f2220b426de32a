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
    // A move would go past what the file itself forbids.
    if fs::metadata(&path)?.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    let next = path.with_file_name(name);
    // As in `create`: nothing is written through a link.
    let _ = fs::remove_file(&next);
    let written = fs::File::create_new(&next)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::set_permissions(&next, fs::metadata(&path)?.permissions()))
        .and_then(|()| fs::rename(&next, &path));
    if written.is_err() {
        // What is left of the attempt is of no use to anybody; that it may not exist is fine.
        let _ = fs::remove_file(&next);
    }
    written
}

/// Writes a file that is not there yet, with the directories above it, in one step: whoever reads it sees nothing or
/// the whole text. `below` is where it stands in `root`, with `/`; the path of the file is handed back.
///
/// # Errors
/// Whatever keeps it from being written: `AlreadyExists` where something has its name, which is left as it is;
/// `PermissionDenied` where a link leads out of `root`.
pub fn create(root: &Path, below: &str, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(root)?;
    let (folders, name) = below.rsplit_once('/').unwrap_or(("", below));
    let path = folder(root, folders)?.join(name);
    whole(&path, text)?;
    Ok(path)
}

/// The folder in `root`, made where it is not there. A link is followed as long as it stays in `root`.
fn folder(root: &Path, folders: &str) -> io::Result<PathBuf> {
    let inside = fs::canonicalize(root)?;
    let mut path = root.to_owned();
    for name in folders.split('/').filter(|name| !name.is_empty()) {
        path.push(name);
        match fs::create_dir(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if !fs::canonicalize(&path)?.starts_with(&inside) {
            let why = format!("`{name}` is a link that leads out of the directory; remove it");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
    }
    Ok(path)
}

/// Writes a file that is not there yet in one step.
fn whole(path: &Path, text: &str) -> io::Result<()> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    let next = path.with_file_name(name);
    // What a run that was killed has left, or a link that somebody has laid there: nothing is written through it.
    let _ = fs::remove_file(&next);
    let written = fs::File::create_new(&next)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| put(&next, path));
    // What is left of the attempt is of no use to anybody; that it may not exist is fine.
    let _ = fs::remove_file(&next);
    written
}

/// Gives a file its name, where nothing has it. A second name does so in one step; file systems without those get a
/// look and a move.
fn put(next: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(next, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            if fs::symlink_metadata(path).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            fs::rename(next, path)
        }
        linked => linked,
    }
}

/// The names of everything below a directory, relative to it and with `/`; none where it is not there. Dot names and
/// what cannot be read are left out.
pub fn names(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(dir.to_owned(), String::new())];
    while let Some((dir, prefix)) = open.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{prefix}{name}");
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push((entry.path(), format!("{path}/")));
            }
            found.push(path);
        }
    }
    found.sort();
    found
}

#[cfg(all(test, unix))]
mod tests {
    use super::{create, save};
    use std::fs;

    #[test]
    fn a_file_that_is_read_only_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("theirs.yaml");
        fs::write(&path, "theirs").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let error = save(&path, "ours").unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }

    #[test]
    fn nothing_is_written_through_a_link_that_was_laid() {
        let directory = tempfile::tempdir().unwrap();
        let outside = directory.path().join("outside");
        fs::write(&outside, "theirs").unwrap();
        let policies = directory.path().join("policies");
        fs::create_dir(&policies).unwrap();
        std::os::unix::fs::symlink(&outside, policies.join(".catalog.yaml.new")).unwrap();
        create(&policies, "catalog.yaml", "ours").unwrap();
        assert_eq!(fs::read_to_string(&outside).unwrap(), "theirs");
        assert_eq!(fs::read_to_string(policies.join("catalog.yaml")).unwrap(), "ours");
    }

    #[test]
    fn folders_are_made_inside_the_directory_alone() {
        let directory = tempfile::tempdir().unwrap();
        let outside = directory.path().join("outside");
        fs::create_dir(&outside).unwrap();
        let policies = directory.path().join("policies");
        create(&policies, "sales/deep/one.yaml", "ours").unwrap();
        std::os::unix::fs::symlink(&outside, policies.join("away")).unwrap();
        std::os::unix::fs::symlink("sales", policies.join("same")).unwrap();
        for below in ["away/one.yaml", "away/deep/one.yaml"] {
            let error = create(&policies, below, "ours").unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied, "{below}");
        }
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
        create(&policies, "same/two.yaml", "ours").unwrap();
        assert!(policies.join("sales/two.yaml").is_file());
        let error = create(&policies, "sales/two.yaml", "again").unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
    }
}
