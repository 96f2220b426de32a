//! What the policy directory held in a revision of its git repository.
//!
//! Git is asked for trees and blobs as they are stored, by fixed arguments and without a shell. No hook, filter,
//! textconv, alias, pager or editor runs, nothing is fetched, and no variable of git's is handed on. A revision is
//! resolved once, to the id of a commit; what it is called never stands where an option could.

use crate::failure::failure;
use crate::files;
use anyhow::{Context as _, Result};
use entrant_model::text::visible;
use std::io::{BufRead as _, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// The most bytes of one file that are read: one more than a policy file may have.
const MAX_FILE: u64 = 1024 * 1024 + 1;
/// Regular files in a tree; links, directories and submodules are something else.
const FILES: [&str; 2] = ["100644", "100755"];

/// The files below a directory as they were in a revision: paths below the directory with `/`, and their bytes.
pub fn files_of(directory: &Path, revision: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let commit = commit(directory, revision)?;
    let prefix = text(&run(directory, &["rev-parse", "--show-prefix"])?);
    // Git ends the line; a directory's name may end in white space itself.
    let prefix = prefix.strip_suffix('\n').unwrap_or(&prefix).to_owned();
    let listed = if prefix.is_empty() {
        run(directory, &["ls-tree", "-r", "-z", "--full-tree", &commit])?
    } else {
        run(directory, &["ls-tree", "-r", "-z", "--full-tree", &commit, "--", &prefix])?
    };
    let mut wanted = Vec::new();
    for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let entry = text(entry);
        // `100644 blob ID<TAB>PATH`
        let Some((about, path)) = entry.split_once('\t') else { continue };
        let mut about = about.split(' ');
        let (Some(mode), Some(_), Some(id)) = (about.next(), about.next(), about.next()) else { continue };
        if let Some(path) = path.strip_prefix(&prefix).filter(|_| FILES.contains(&mode) && is_id(id)) {
            wanted.push((path.to_owned(), id.to_owned()));
        }
    }
    let blobs = blobs(directory, wanted.iter().map(|(_, id)| id.clone()).collect())?;
    Ok(wanted.into_iter().map(|(path, _)| path).zip(blobs).collect())
}

/// The id of the commit that a revision means.
fn commit(directory: &Path, revision: &str) -> Result<String> {
    let shown = visible(revision);
    if revision.is_empty() || revision.starts_with('-') || revision.contains('\0') {
        return Err(failure(
            format!("`--since {shown}` is no revision"),
            "name a branch, a tag or a commit, such as `origin/main`",
        ));
    }
    let peeled = format!("{revision}^{{commit}}");
    let answer =
        command(directory, &["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled]).output();
    let answer = answer.map_err(|error| no_git(&error))?;
    let id = text(&answer.stdout).trim().to_owned();
    if answer.status.success() && is_id(&id) {
        return Ok(id);
    }
    let said = visible(text(&answer.stderr).trim());
    let directory = files::shown(directory);
    let why = if said.is_empty() { String::new() } else { format!(" ({said})") };
    Err(failure(
        format!("git knows no revision `{shown}` in {directory}{why}"),
        "check the spelling, and that it was fetched: on a build machine, fetch the branch that is compared with",
    ))
}

/// The contents of these blobs, in their order.
fn blobs(directory: &Path, ids: Vec<String>) -> Result<Vec<Vec<u8>>> {
    let count = ids.len();
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut child = command(directory, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| no_git(&error))?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(failure("git cannot be talked to", "run again"));
    };
    // Written from another thread: git answers while it is asked, and a full pipe would stop both.
    let asking = thread::spawn(move || ids.iter().try_for_each(|id| writeln!(input, "{id}")));
    let mut output = std::io::BufReader::new(output);
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        all.push(blob(&mut output).context("git's answer cannot be read")?);
    }
    drop(output);
    let _ = asking.join();
    child.wait().context("git did not end")?;
    Ok(all)
}

/// One answer of `cat-file --batch`: `ID blob SIZE`, the content, and a line end. What is larger than any policy file
/// is cut, so that it is found to be too large.
fn blob(output: &mut impl std::io::BufRead) -> std::io::Result<Vec<u8>> {
    let broken = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what.to_owned());
    let mut head = String::new();
    output.by_ref().take(1024).read_line(&mut head)?;
    let mut parts = head.trim_end().split(' ');
    let (Some(_), Some("blob"), Some(size)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(broken("an object is missing"));
    };
    let size: u64 = size.parse().map_err(|_| broken("a size is no number"))?;
    let mut bytes = Vec::new();
    output.by_ref().take(size.min(MAX_FILE)).read_to_end(&mut bytes)?;
    std::io::copy(&mut output.by_ref().take(size.saturating_sub(MAX_FILE) + 1), &mut std::io::sink())?;
    Ok(bytes)
}

/// What git prints.
fn run(directory: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let answer = command(directory, arguments).output().map_err(|error| no_git(&error))?;
    if answer.status.success() {
        return Ok(answer.stdout);
    }
    let said = visible(text(&answer.stderr).trim());
    Err(failure(
        format!("git cannot read the repository of {}: {said}", files::shown(directory)),
        "`--since` compares with a revision of the repository that holds the policy directory",
    ))
}

/// A git that reads and does nothing else.
fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    let own = std::env::vars_os().map(|(name, _)| name);
    for name in own.filter(|name| name.to_string_lossy().to_ascii_uppercase().starts_with("GIT_")) {
        command.env_remove(name);
    }
    command
        .current_dir(directory)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
        .args(["-c", "protocol.allow=never", "-c", "credential.helper="])
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    command
}

fn no_git(error: &std::io::Error) -> anyhow::Error {
    failure(format!("git cannot be run: {error}"), "`--since` needs git; install it, or leave `--since` out")
}

/// Forty or sixty-four hexadecimal digits.
fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_to_its_end_and_a_large_one_is_cut() {
        let id = "a".repeat(40);
        let big = usize::try_from(MAX_FILE).unwrap() + 7;
        let mut answer = format!("{id} blob 3\na\nb\n{id} blob {big}\n").into_bytes();
        answer.extend(vec![b'x'; big]);
        answer.extend(format!("\n{id} blob 0\n\n{id} missing\n").into_bytes());
        let mut output = answer.as_slice();
        assert_eq!(blob(&mut output).unwrap(), b"a\nb");
        assert_eq!(blob(&mut output).unwrap().len() as u64, MAX_FILE);
        assert_eq!(blob(&mut output).unwrap(), b"");
        assert!(blob(&mut output).is_err());
    }

    #[test]
    fn what_could_be_an_option_is_no_revision() {
        for revision in ["", "-x", "--output=/tmp/x", "a\0b"] {
            assert!(commit(Path::new("."), revision).is_err(), "{revision:?}");
        }
    }
}
