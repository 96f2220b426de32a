//! Where a run stands in a checkout: GitHub names files from the root of the repository, this tool from the working
//! directory.

use std::path::{Component, Path, PathBuf};

/// How many bytes GitHub takes for the summary of one step, with a little room.
pub const SUMMARY: usize = 1_048_576 - 4_096;

/// The path of a file, as it is printed, from the root of the repository: what `GITHUB_WORKSPACE` says, else the
/// working directory. A file elsewhere keeps its path.
pub fn relative(path: &str) -> String {
    let Ok(here) = std::env::current_dir() else { return path.to_owned() };
    let root = std::env::var_os("GITHUB_WORKSPACE").map_or_else(|| here.clone(), PathBuf::from);
    below(&root, &here, path).unwrap_or_else(|| path.to_owned())
}

fn below(root: &Path, here: &Path, path: &str) -> Option<String> {
    let whole = plain(&here.join(path));
    let rest = whole.strip_prefix(plain(root)).ok()?;
    let parts: Vec<_> = rest.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The path without `.` and `..`, by its text alone.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_root() {
        for (root, here, path, named) in [
            ("/repo", "/repo", "policies/a.yaml", Some("policies/a.yaml")),
            ("/repo", "/repo/estate", "policies/a.yaml", Some("estate/policies/a.yaml")),
            ("/repo", "/repo/estate", "../policies/./a.yaml", Some("policies/a.yaml")),
            ("/repo", "/repo", "/repo/policies/a.yaml", Some("policies/a.yaml")),
            ("/repo", "/elsewhere", "policies/a.yaml", None),
        ] {
            assert_eq!(below(Path::new(root), Path::new(here), path).as_deref(), named);
        }
    }
}
