//! `entrant docs --out DIR`: the estate as a book of Markdown pages. What other people wrote in that directory is neither
//! overwritten nor deleted; pages of ours that are no longer part of the book are deleted, which is told.

use super::estate;
use crate::args::DocsArgs;
use crate::exit::Exit;
use crate::failure::failure;
use crate::files;
use crate::render::book::{self, MARKER, Page};
use crate::render::source::Sources;
use crate::render::values::counted;
use crate::settings::Settings;
use anyhow::{Context as _, Result};
use entrant_manifest::write;
use std::cell::RefCell;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Reads and writes.
pub async fn run(args: &DocsArgs, settings: &Settings) -> Result<Exit> {
    if args.out.exists() && !args.out.is_dir() {
        return Err(failure(
            format!("{} is no directory", files::shown(&args.out)),
            "name a directory with `--out`; one that is not there is made",
        ));
    }
    let mut sources = Sources::default();
    let Some(read) = estate::read(args.live, &mut sources, settings).await? else { return Ok(Exit::Error) };
    let estate::Read::Whole(estate) = read else { return Ok(Exit::Interrupted) };
    let pages = book::pages(&book::Context {
        estate: &estate,
        is_live: args.live,
        policies: files::shown(&settings.policies),
        up: up_from(&args.out),
        sources: RefCell::new(sources),
    });
    let difference = Difference::between(&args.out, &pages)?;
    if args.check { Ok(difference.check(settings)?) } else { difference.write(&args.out, settings) }
}

/// What leads from the book to the working directory; `None` where it does not stand below that.
fn up_from(out: &Path) -> Option<String> {
    let mut up = String::new();
    for component in out.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(_) => up.push_str("../"),
            _ => return None,
        }
    }
    Some(up)
}

/// What is otherwise in the directory than in the book.
#[derive(Debug, Default)]
struct Difference<'a> {
    /// Pages that are not there.
    missing: Vec<(PathBuf, &'a str)>,
    /// Pages that are there and say something else.
    stale: Vec<(PathBuf, &'a str)>,
    /// Pages of ours that are no longer part of the book.
    gone: Vec<PathBuf>,
    /// What stands where a page would stand and is none of ours.
    foreign: Vec<PathBuf>,
    /// How many pages are as they shall be.
    same: usize,
}

impl<'a> Difference<'a> {
    fn between(out: &Path, pages: &'a [Page]) -> Result<Self> {
        let mut difference = Self::default();
        let there = if out.is_dir() { write::names(out) } else { Vec::new() };
        for (path, text) in pages {
            let file = below(out, path);
            match found(out, path)? {
                Found::Nothing => difference.missing.push((file, text)),
                Found::Ours(old) if old == *text => difference.same += 1,
                Found::Ours(_) => difference.stale.push((file, text)),
                Found::Foreign(what) if difference.foreign.contains(&what) => {}
                Found::Foreign(what) => difference.foreign.push(what),
            }
        }
        for path in there.iter().filter(|path| is_page(path) && !pages.iter().any(|(page, _)| page == *path))
        {
            if matches!(found(out, path)?, Found::Ours(_)) {
                difference.gone.push(below(out, path));
            }
        }
        Ok(difference)
    }

    fn check(&self, settings: &Settings) -> Result<Exit> {
        let stale = self.stale.iter().map(|(file, _)| ("stale", file));
        let all = self.missing.iter().map(|(file, _)| ("missing", file)).chain(stale);
        let all = all.chain(self.gone.iter().map(|file| ("no longer part of the book", file)));
        let all = all.chain(self.foreign.iter().map(|file| ("not written by `entrant docs`", file)));
        let mut is_current = true;
        for (what, file) in all {
            is_current = false;
            settings.terminal.data(&format!("{what}: {}\n", files::shown(file)))?;
        }
        if is_current {
            return Ok(Exit::Done);
        }
        settings.terminal.talk("help: `entrant docs --out DIR` writes the book anew\n");
        Ok(Exit::Error)
    }

    fn write(&self, out: &Path, settings: &Settings) -> Result<Exit> {
        if !self.foreign.is_empty() {
            let files: Vec<String> = self.foreign.iter().map(|file| files::shown(file)).collect();
            return Err(failure(
                format!("what is there was not written by `entrant docs`: {}", files.join(", ")),
                "move it away, or name another directory with `--out`; nothing was written",
            ));
        }
        for (file, text) in &self.missing {
            let place = file.strip_prefix(out).unwrap_or(file).to_string_lossy().replace('\\', "/");
            write::create(out, &place, text)
                .with_context(|| format!("{} cannot be written", files::shown(file)))?;
            settings.terminal.data(&format!("wrote {}\n", files::shown(file)))?;
        }
        for (file, text) in &self.stale {
            write::save(file, text).with_context(|| format!("{} cannot be written", files::shown(file)))?;
            settings.terminal.data(&format!("wrote {}\n", files::shown(file)))?;
        }
        for file in &self.gone {
            fs::remove_file(file).with_context(|| format!("{} cannot be removed", files::shown(file)))?;
            settings
                .terminal
                .data(&format!("removed {}, which is no longer part of the book\n", files::shown(file)))?;
        }
        let count = (self.missing.len() + self.stale.len() + self.same) as u64;
        let pages = counted(count, "page");
        let written = self.missing.len() + self.stale.len();
        let shown = files::shown(out);
        settings.terminal.talk(&match (written, self.gone.len()) {
            (0, 0) => format!("The book in {shown} is as it shall be: {pages}.\n"),
            _ => {
                format!("The book in {shown} has {pages}; {written} written, {} removed.\n", self.gone.len())
            }
        });
        Ok(Exit::Done)
    }
}

/// The folders of a book.
const FOLDERS: [&str; 4] = ["approvers", "catalogs", "organizations", "packages"];

/// Whether a page of a book could have this path.
fn is_page(path: &str) -> bool {
    let is_in_folder = |(folder, name): (&str, &str)| FOLDERS.contains(&folder) && !name.contains('/');
    // We write no other letter case.
    path.strip_suffix(".md").is_some() && path.split_once('/').is_none_or(is_in_folder)
}

/// What stands where a page would stand.
enum Found {
    Nothing,
    /// A page of ours, with line ends as we write them.
    Ours(String),
    /// What is none of ours: a file of somebody, or a link or a file in the place of a folder.
    Foreign(PathBuf),
}

fn found(out: &Path, path: &str) -> Result<Found> {
    let file = below(out, path);
    // Nothing is read or written through a link below the directory.
    for folder in file.ancestors().skip(1).take(path.matches('/').count()) {
        if fs::symlink_metadata(folder).is_ok_and(|found| !found.is_dir()) {
            return Ok(Found::Foreign(folder.to_owned()));
        }
    }
    match fs::symlink_metadata(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", files::shown(&file))),
        Ok(found) if !found.is_file() => return Ok(Found::Foreign(file)),
        Ok(_) => {}
    }
    let bytes = fs::read(&file).with_context(|| format!("{} cannot be read", files::shown(&file)))?;
    let Ok(text) = String::from_utf8(bytes) else { return Ok(Found::Foreign(file)) };
    // A checkout may have turned line ends around.
    let text = text.replace("\r\n", "\n");
    let is_ours = text.lines().next().is_some_and(|line| line == format!("<!-- {MARKER} -->"));
    Ok(if is_ours { Found::Ours(text) } else { Found::Foreign(file) })
}

fn below(out: &Path, path: &str) -> PathBuf {
    path.split('/').fold(out.to_owned(), |file, part| file.join(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_below_the_working_directory_finds_its_way_back() {
        for (out, up) in
            [("book", Some("../")), ("./a/b/", Some("../../")), (".", Some("")), ("../b", None), ("/b", None)]
        {
            assert_eq!(up_from(Path::new(out)).as_deref(), up, "{out}");
        }
    }

    #[test]
    fn only_what_could_be_a_page_is_looked_at() {
        for (path, expected) in [
            ("README.md", true),
            ("packages/a.md", true),
            ("packages/a/b.md", false),
            ("notes/a.md", false),
            ("packages/a.txt", false),
        ] {
            assert_eq!(is_page(path), expected, "{path}");
        }
    }
}
