//! What a command line means: flags beat the environment, the environment beats `entrant.yaml`.

use crate::args::{Command, Global};
use crate::failure::failure;
use crate::files;
use crate::progress::Progress;
use crate::terminal::{Terminal, is_on_runner};
use anyhow::Result;
use entrant_graph::Variables;
use jiff::SignedDuration;
use std::path::PathBuf;
use std::time::Duration;

/// The variable that holds the root of Graph.
const GRAPH_URL: &str = "ENTRANT_GRAPH_URL";
/// The variable that holds a token.
const ACCESS_TOKEN: &str = "ENTRANT_ACCESS_TOKEN";

/// The variable that names the file for the summary of a job.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// What a run works with, decided.
#[derive(Debug)]
pub struct Settings {
    /// The directory of the policy files.
    pub policies: PathBuf,
    /// The tenant of `entrant.yaml` that is meant.
    pub tenant: Option<String>,
    /// Which Graph, as far as flags and environment say.
    pub graph: Option<Graph>,
    /// Where exchanges with the embedded Graph are recorded.
    pub record: Option<PathBuf>,
    /// A token that the environment gives.
    pub access_token: Option<String>,
    /// What the environment says of signing in.
    pub variables: Variables,
    /// How results are printed.
    pub format: Format,
    /// The file to which GitHub Actions takes the summary of a job.
    pub step_summary: Option<PathBuf>,
    /// Where they are printed.
    pub terminal: Terminal,
    /// Where it is told how far a run is.
    pub progress: Progress,
    /// How long the run may take; `None` for as long as it likes.
    pub timeout: Option<Duration>,
}

/// Which Graph a run talks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Graph {
    /// One inside this process, with its state in this file or the usual one.
    Embedded(Option<PathBuf>),
    /// The one at this root.
    Url(String),
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// A comment or a page for a reviewer.
    Markdown,
    /// Annotations of GitHub Actions, and its job summary.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// A flowchart of Mermaid.
    Mermaid,
    /// A graph of Graphviz.
    Dot,
}

impl Format {
    const ALL: [Self; 7] =
        [Self::Text, Self::Json, Self::Markdown, Self::Github, Self::Sarif, Self::Mermaid, Self::Dot];

    /// As `--format` has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
        }
    }

    /// What a command offers, what it prints unless another is asked for first; nothing for one that has no `--format`.
    const fn offered(command: &Command) -> (&'static str, &'static [Self]) {
        use Format::{Dot, Github, Json, Markdown, Mermaid, Sarif, Text};
        match command {
            Command::Validate(_) => ("validate", &[Text, Json, Github, Sarif]),
            Command::Plan(_) => ("plan", &[Text, Json, Markdown, Github, Sarif]),
            Command::Apply(_) => ("apply", &[Text, Json]),
            Command::Show(_) => ("show", &[Text, Json]),
            Command::Graph(_) => ("graph", &[Mermaid, Dot, Json]),
            Command::Docs(_) => ("docs", &[]),
            Command::Adopt(_) => ("adopt", &[]),
            Command::Convert(_) => ("convert", &[]),
            Command::Import(_) => ("import", &[]),
            Command::Fmt(_) => ("fmt", &[]),
            Command::Render(_) => ("render", &[Text, Json]),
            Command::Explain(_) => ("explain", &[]),
            Command::Init(_) => ("init", &[]),
            Command::Doctor => ("doctor", &[]),
            Command::Schema(_) => ("schema", &[]),
            Command::Emulator(_) => ("emulator", &[]),
            Command::Completions(_) => ("completions", &[]),
        }
    }
}

impl Settings {
    /// Decides what the flags and the environment mean for a command.
    pub fn decide(
        global: &Global,
        command: &Command,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        // A variable that is set to nothing is not set.
        let environment = |name: &str| environment(name).filter(|value| !value.is_empty());
        let terminal = Terminal::new(global.color, is_on_runner());
        Ok(Self {
            policies: global.policies.clone(),
            tenant: global.tenant.clone(),
            graph: graph(global, environment(GRAPH_URL))?,
            record: global.emulator_record.clone(),
            access_token: environment(ACCESS_TOKEN),
            variables: Variables::gather(environment),
            step_summary: environment(STEP_SUMMARY).map(PathBuf::from),
            format: format(global.format.as_deref(), command)?,
            terminal,
            progress: Progress::new(terminal, global.verbose > 0, environment),
            timeout: timeout(&global.timeout)?,
        })
    }

    /// The tool's own directory, beside the policies.
    pub fn own_directory(&self) -> PathBuf {
        files::own_directory(&self.policies)
    }

    /// The Graph that is meant, else the one at `cloud`, or what to do about there being none.
    pub fn graph(&self, cloud: Option<String>) -> Result<Graph> {
        self.graph.clone().or_else(|| cloud.map(Graph::Url)).ok_or_else(|| {
            failure(
                "it is not said which Graph to use",
                format!(
                    "give `--emulator` to work on an emulated tenant on this machine, or `--graph-url URL` (or set {GRAPH_URL}) for another one: https://graph.microsoft.com, or that of another of Microsoft's clouds; or name the tenant's `cloud` in `entrant.yaml`"
                ),
            )
        })
    }
}

/// A time such as `30m`, `1h 30m` or `PT2H`; none for `0`.
fn timeout(written: &str) -> Result<Option<Duration>> {
    if written.trim() == "0" {
        return Ok(None);
    }
    let duration =
        written.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    duration.filter(|duration| !duration.is_zero()).map(Some).ok_or_else(|| {
        failure(
            format!("`--timeout {}` is not a time", entrant_model::text::visible(written)),
            "write `30m`, `2h` or `1h 30m`; `0` for no end",
        )
    })
}

fn graph(global: &Global, variable: Option<String>) -> Result<Option<Graph>> {
    match (&global.emulator, &global.graph_url) {
        (Some(_), Some(_)) => Err(failure(
            "`--emulator` and `--graph-url` say two different things",
            "give one of them: `--emulator` runs an emulated Graph inside this process, `--graph-url` talks to one that runs already",
        )),
        (Some(file), None) => Ok(Some(Graph::Embedded(file.clone()))),
        (None, Some(url)) => Ok(Some(Graph::Url(url.clone()))),
        (None, None) => Ok(variable.map(Graph::Url)),
    }
}

fn format(given: Option<&str>, command: &Command) -> Result<Format> {
    let (name, offered) = Format::offered(command);
    let Some(given) = given else { return Ok(offered.first().copied().unwrap_or(Format::Text)) };
    if offered.is_empty() {
        return Err(failure(format!("`entrant {name}` has no `--format`"), "leave `--format` out"));
    }
    Format::ALL.into_iter().find(|format| format.as_str() == given && offered.contains(format)).ok_or_else(
        || {
            let formats: Vec<&str> = offered.iter().map(|format| format.as_str()).collect();
            failure(
                format!(
                    "`entrant {name}` does not print the format `{}`",
                    entrant_model::text::visible(given)
                ),
                format!("formats: {}", formats.join(", ")),
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Raw;
    use clap::Parser as _;

    fn decided(line: &[&str], variable: Option<&str>) -> Result<Settings> {
        let raw = Raw::try_parse_from(line).unwrap();
        Settings::decide(&raw.global, &raw.command, |name| {
            variable.filter(|_| name == GRAPH_URL).map(str::to_owned)
        })
    }

    #[test]
    fn flags_beat_the_environment() {
        let url = Some("http://127.0.0.1:1");
        let graph = |line: &[&str]| decided(line, url).unwrap().graph;
        assert_eq!(graph(&["entrant", "plan"]), Some(Graph::Url("http://127.0.0.1:1".to_owned())));
        assert_eq!(graph(&["entrant", "plan", "--emulator"]), Some(Graph::Embedded(None)));
        assert_eq!(
            graph(&["entrant", "plan", "--graph-url", "http://127.0.0.1:2"]),
            Some(Graph::Url("http://127.0.0.1:2".to_owned()))
        );
        assert_eq!(decided(&["entrant", "plan"], Some("")).unwrap().graph, None);
    }

    #[test]
    fn contradictions_and_formats_that_do_not_exist_are_errors() {
        for line in [
            &["entrant", "plan", "--emulator", "--graph-url", "http://127.0.0.1:1"][..],
            &["entrant", "plan", "--format", "yaml"],
            &["entrant", "validate", "--format", "markdown"],
            &["entrant", "apply", "--format", "sarif"],
            &["entrant", "schema", "--format", "json"],
        ] {
            assert!(decided(line, None).is_err(), "{line:?}");
        }
    }
}
