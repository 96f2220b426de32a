//! Which repository a directory belongs to, as far as its remote `origin` says. Asks git with fixed arguments, and
//! nobody else.

use std::path::Path;
use std::process::{Command, Stdio};

/// A repository at GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its owner, or `OWNER` where it is not known.
    pub owner: String,
    /// Its name, or `REPO` where it is not known.
    pub name: String,
    /// Whether both are known.
    pub is_known: bool,
}

/// The repository that the remote `origin` of a directory names.
pub fn find(directory: &Path) -> Repository {
    let output = Command::new("git")
        .arg("-C")
        .arg(directory)
        .args(["config", "--local", "--get", "remote.origin.url"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    output
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .and_then(|url| of_url(url.trim()))
        .unwrap_or_else(|| Repository { owner: "OWNER".to_owned(), name: "REPO".to_owned(), is_known: false })
}

/// The repository of a remote's address at github.com.
fn of_url(url: &str) -> Option<Repository> {
    let rest = ["https://github.com/", "ssh://git@github.com/", "git@github.com:"]
        .iter()
        .find_map(|prefix| url.strip_prefix(prefix))?;
    let (owner, name) = rest.trim_end_matches('/').split_once('/')?;
    let name = name.strip_suffix(".git").unwrap_or(name);
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    (is_word(owner) && is_word(name)).then(|| Repository {
        owner: owner.to_owned(),
        name: name.to_owned(),
        is_known: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_at_github_name_a_repository() {
        for url in [
            "https://github.com/contoso/access.git",
            "https://github.com/contoso/access",
            "https://github.com/contoso/access/",
            "git@github.com:contoso/access.git",
            "ssh://git@github.com/contoso/access.git",
        ] {
            let found = of_url(url).unwrap();
            assert_eq!((&*found.owner, &*found.name, found.is_known), ("contoso", "access", true), "{url}");
        }
    }

    #[test]
    fn other_remotes_name_none() {
        for url in [
            "",
            "https://gitlab.com/contoso/access.git",
            "https://github.com.example.com/contoso/access",
            "https://token@github.com/contoso/access",
            "https://github.com/contoso",
            "https://github.com/contoso/a/b",
            "https://github.com/contoso/a'b",
            "/srv/git/access.git",
        ] {
            assert_eq!(of_url(url), None, "{url}");
        }
    }
}
