//! The policy directory: which files are read, and reading them without being led astray.
//!
//! Nothing outside the directory is opened, nothing that could block is opened, and no more than
//! [`MAX_FILE`] bytes of a file are read. What the text means is no matter of this module.

use crate::codes;
use entrant_model::text::visible;
use entrant_model::{Diagnostic, Place};
use std::collections::HashSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most bytes that a file of policies may have.
pub(crate) const MAX_FILE: u64 = 1024 * 1024;
/// The configuration, at the top of the directory.
pub(crate) const CONFIG: &str = "entrant.yaml";
/// The embedded tenant's seed, at the top of the directory.
const SEED: &str = "emulator.yaml";

/// The files below a directory that hold documents, sorted by their displayed path.
pub(crate) fn discover(dir: &Path, skips_top: bool, diagnostics: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let Ok(root) = fs::canonicalize(dir) else {
        diagnostics.push(missing_directory(dir));
        return Vec::new();
    };
    if !root.is_dir() {
        diagnostics.push(
            Diagnostic::new(codes::NO_DIRECTORY, format!("`{}` is not a directory", shown(dir)))
                .help("give the directory that holds the policies with `--policies DIR`"),
        );
        return Vec::new();
    }
    let mut walk =
        Walk { root: root.clone(), files: Vec::new(), seen: HashSet::new(), links: Vec::new(), diagnostics };
    walk.directory(dir, &root, skips_top);
    // Links come last, so that a file that is reached in two ways is shown by its own name. Each is taken
    // once, so a loop of links ends.
    walk.links.sort();
    let mut next = 0;
    while let Some(link) = walk.links.get(next).cloned() {
        walk.link(&link);
        next += 1;
    }
    let mut files = walk.files;
    files.sort_by_cached_key(|file| shown(file));
    files
}

struct Walk<'d> {
    root: PathBuf,
    files: Vec<PathBuf>,
    /// Real paths of what was taken.
    seen: HashSet<PathBuf>,
    links: Vec<PathBuf>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Walk<'_> {
    fn directory(&mut self, dir: &Path, real: &Path, skips_top: bool) {
        if !self.seen.insert(real.to_owned()) {
            return;
        }
        let mut pending = vec![(dir.to_owned(), real.to_owned(), skips_top)];
        while let Some((dir, real, skips_top)) = pending.pop() {
            let entries = match fs::read_dir(&dir) {
                Ok(entries) => entries,
                Err(error) => {
                    self.diagnostics.push(unreadable(&dir, &error));
                    continue;
                }
            };
            for entry in entries.flatten() {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                if name.starts_with('.') || (skips_top && (name == CONFIG || name == SEED)) {
                    continue;
                }
                let (path, real) = (dir.join(&*name), real.join(&*name));
                match entry.file_type() {
                    Ok(ty) if ty.is_symlink() => self.links.push(dir.join(entry.file_name())),
                    Ok(ty) if ty.is_dir() => {
                        if self.seen.insert(real.clone()) {
                            pending.push((dir.join(entry.file_name()), real, false));
                        }
                    }
                    Ok(_) if is_document(&path) => {
                        self.seen.insert(real);
                        self.files.push(dir.join(entry.file_name()));
                    }
                    Ok(_) => {}
                    Err(error) => self.diagnostics.push(unreadable(&path, &error)),
                }
            }
        }
    }

    fn link(&mut self, link: &Path) {
        let real = match fs::canonicalize(link) {
            Ok(real) => real,
            Err(error) if is_document(link) => {
                self.diagnostics.push(unreadable(link, &error));
                return;
            }
            Err(_) => return,
        };
        let is_dir = real.is_dir();
        if !is_dir && !is_document(link) {
            return;
        }
        if !real.starts_with(&self.root) {
            self.diagnostics.push(leaves(link));
        } else if is_dir {
            self.directory(link, &real, false);
        } else if self.seen.insert(real) {
            self.files.push(link.to_owned());
        }
    }
}

/// Whether a file's name says that it holds documents.
fn is_document(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| ["yaml", "yml", "json"].iter().any(|known| e.eq_ignore_ascii_case(known)))
}

/// Whether a file is the configuration or the seed at the top of the policy directory.
pub(crate) fn is_special(real: Option<&Path>, top: Option<&Path>) -> bool {
    real.zip(top).is_some_and(|(real, top)| real == top.join(CONFIG) || real == top.join(SEED))
}

/// Whether a file is to be JSON.
pub(crate) fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"))
}

/// A path as diagnostics show it: with `/`.
pub(crate) fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy().replace('\\', if cfg!(windows) { "/" } else { "\\" }))
}

/// The text of a file of at most `limit` bytes.
pub(crate) fn read(path: &Arc<PathBuf>, limit: u64) -> Result<String, Box<Diagnostic>> {
    as_text(path, read_bytes(path, limit)?, limit)
}

/// Whether a policy directory is searched for a file of this path below it, which is written with `/`.
pub(crate) fn is_searched_for(path: &str) -> bool {
    !path.split('/').any(|part| part.starts_with('.'))
        && path != CONFIG
        && path != SEED
        && is_document(Path::new(path))
}

/// The bytes of a file as text.
pub(crate) fn as_text(path: &Arc<PathBuf>, bytes: Vec<u8>, limit: u64) -> Result<String, Box<Diagnostic>> {
    if bytes.len() as u64 > limit {
        return Err(Box::new(too_large(path, limit)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(at).copied().unwrap_or_default();
        let mut place = Place::document(Arc::clone(path), 0);
        place.bytes = Some((at, at + 1));
        Box::new(
            Diagnostic::new(
                codes::NOT_UTF8,
                format!("the file is not UTF-8: byte 0x{byte:02X} cannot stand here"),
            )
            .at(place, "")
            .help("save the file as UTF-8"),
        )
    })
}

fn read_bytes(path: &Arc<PathBuf>, limit: u64) -> Result<Vec<u8>, Box<Diagnostic>> {
    let failed = |error: std::io::Error| Box::new(unreadable(path, &error));
    // Looked at before it is opened: to open a named pipe would wait for a writer.
    let meta = fs::metadata(&**path).map_err(failed)?;
    if !meta.is_file() {
        return Err(Box::new(
            Diagnostic::new(codes::UNREADABLE, format!("`{}` is not a regular file", shown(path)))
                .at(Place::document(Arc::clone(path), 0), "")
                .help("keep pipes, sockets and devices out of the policy directory"),
        ));
    }
    if meta.len() > limit {
        return Err(Box::new(too_large(path, limit)));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
    let file = fs::File::open(&**path).map_err(failed)?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(Box::new(too_large(path, limit)));
    }
    Ok(bytes)
}

/// The text of a file to show lines of, if it is one of ours: bytes that are no UTF-8 are replaced.
pub(crate) fn read_lossy(path: &Arc<PathBuf>) -> Option<String> {
    let bytes = read_bytes(path, MAX_FILE).ok()?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn too_large(path: &Arc<PathBuf>, limit: u64) -> Diagnostic {
    Diagnostic::new(
        codes::FILE_TOO_LARGE,
        format!("`{}` is larger than {} MiB", shown(path), limit / (1024 * 1024)),
    )
    .at(Place::document(Arc::clone(path), 0), "")
    .help("split it into several files; a file may hold any number of documents")
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let help = match (error.kind(), path.is_symlink()) {
        (std::io::ErrorKind::NotFound, true) => "the link leads nowhere: mend it, or remove it",
        (std::io::ErrorKind::NotFound, false) => "check the path; it is relative to the working directory",
        _ => "give read permission, or move it out of the policy directory",
    };
    Diagnostic::new(codes::UNREADABLE, format!("`{}` cannot be read: {error}", shown(path)))
        .at(Place::document(Arc::new(path.to_owned()), 0), "")
        .note("what cannot be read is never taken for absent")
        .help(help)
}

/// Whether a path that was given goes through a link that leads out of the directory in which the link stands,
/// and out of the policy directory too. Whoever made the link is not who gave the path.
pub(crate) fn leaves_by_link(path: &Path, top: Option<&Path>) -> bool {
    path.ancestors().filter(|part| part.is_symlink()).any(|link| {
        let parent = link.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match (fs::canonicalize(link), fs::canonicalize(parent)) {
            (Ok(real), Ok(parent)) => {
                !real.starts_with(parent) && !top.is_some_and(|top| real.starts_with(top))
            }
            _ => false,
        }
    })
}

pub(crate) fn leaves(link: &Path) -> Diagnostic {
    Diagnostic::new(
        codes::LINK_LEAVES,
        format!("the link `{}` leads out of the policy directory", shown(link)),
    )
    .at(Place::document(Arc::new(link.to_owned()), 0), "")
    .note("what is planned is what a reviewer sees in the directory, so nothing outside it is read")
    .help("put the file itself into the directory")
}

pub(crate) fn missing_directory(dir: &Path) -> Diagnostic {
    Diagnostic::new(codes::NO_DIRECTORY, format!("there is no directory `{}`", shown(dir)))
        .note("entrant looks below the working directory and never searches upward")
        .help("make it, or give the directory that holds the policies with `--policies DIR`")
}
