//! The console blocks of the README, of the guide and of the page on templates, run as they stand: in a copy of the repository's
//! policies, with the real binary. `...` stands for lines left out, `[..]` for the rest of a line.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Copies a document to a directory of its own, with the working directory that its commands find.
fn stage(document: &str, into: &Path, estate: bool) -> PathBuf {
    let source = root().join(document);
    let name = source.file_stem().unwrap().to_str().unwrap();
    let workdir = into.join(format!("{name}.in"));
    fs::create_dir_all(&workdir).unwrap();
    if estate {
        copy(&root().join("policies"), &workdir.join("policies"));
    }
    for (file, text) in files_of(&fs::read_to_string(&source).unwrap()) {
        let file = workdir.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let copy = into.join(source.file_name().unwrap());
    fs::copy(&source, &copy).unwrap();
    copy
}

/// The YAML blocks of a document that begin with `# file: PATH`, by path.
fn files_of(document: &str) -> Vec<(String, String)> {
    let blocks = document.split("```yaml\n# file: ").skip(1);
    blocks
        .map(|block| {
            let (path, rest) = block.split_once('\n').unwrap();
            (path.to_owned(), rest.split("```").next().unwrap().to_owned())
        })
        .collect()
}

/// Copies a directory and what is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_console_blocks_print_what_they_say() {
    let directory = tempfile::tempdir().unwrap();
    let readme = stage("README.md", directory.path(), true);
    let guide = stage("docs/guide.md", directory.path(), false);
    let templates = stage("docs/templates.md", directory.path(), false);
    let cases = trycmd::TestCases::new();
    cases.register_bin("entrant", trycmd::schema::Bin::Path(PathBuf::from(env!("CARGO_BIN_EXE_entrant"))));
    cases.env("NO_COLOR", "1").env("COLUMNS", "100");
    cases.case(readme).case(guide).case(templates);
}
