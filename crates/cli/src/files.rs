//! The files that this crate writes: whole or not at all, and its own directory beside the policies.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The tool's own directory: it stands beside the policy directory.
pub fn own_directory(policies: &Path) -> PathBuf {
    let parent = match (policies.parent(), policies.file_name()) {
        (Some(parent), Some(_)) => parent.to_owned(),
        // `.`, `..` and `/` have a parent that only the file system knows.
        _ => policies.join(".."),
    };
    parent.join(".entrant")
}

/// Makes the tool's own directory, with a `.gitignore` of its own.
pub fn make_own_directory(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let ignore = directory.join(".gitignore");
    if !ignore.exists() {
        fs::write(ignore, "*\n")?;
    }
    Ok(())
}

/// Writes a file of the tool's own directory, made where it is missing.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        make_own_directory(directory)?;
    }
    write_atomically(path, bytes)
}

/// Writes a file in one step: whoever reads it sees the old content or the new one.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let next = path.with_file_name(name);
    let written = fs::File::create(&next)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&next, path));
    if written.is_err() {
        // What is left of the attempt is of no use to anybody; that it may not exist is fine.
        let _ = fs::remove_file(&next);
    }
    written
}

/// Adds to the end of a file, which is made where it is missing.
pub fn append(path: &Path, text: &str) -> io::Result<()> {
    fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(text.as_bytes())
}

/// How many bytes a file has; none where there is no file.
pub fn size(path: &Path) -> usize {
    fs::metadata(path).map_or(0, |found| usize::try_from(found.len()).unwrap_or(usize::MAX))
}

/// A path as it is printed: with `/`, and nothing that a terminal would obey.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    entrant_model::text::visible(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_directory_stands_beside_the_policies() {
        for (policies, own) in [
            ("policies", ".entrant"),
            ("a/policies", "a/.entrant"),
            ("/x/policies/", "/x/.entrant"),
            ("..", "../../.entrant"),
        ] {
            assert_eq!(own_directory(Path::new(policies)), PathBuf::from(own), "{policies}");
        }
    }
}
