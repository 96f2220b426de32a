//! Workflow commands as the runner of GitHub Actions takes them out of a log.

use std::collections::BTreeMap;

/// A command.
#[derive(Debug)]
pub struct Command {
    pub name: String,
    pub properties: BTreeMap<String, String>,
    pub data: String,
}

/// Those that the runner knows.
const KNOWN: &[&str] = &[
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "internal-set-repo-path",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
];

/// The command of a line, in today's syntax (`::name key=value::data` at its start) or in the older one
/// (`##[name key=value;]data` anywhere).
pub fn command(line: &str) -> Option<Command> {
    newer(line).or_else(|| older(line))
}

fn newer(line: &str) -> Option<Command> {
    let (head, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    KNOWN.contains(&name).then(|| Command {
        name: name.to_owned(),
        properties: properties
            .trim()
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), unescape(value, &[("%3A", ":"), ("%2C", ",")])))
            .collect(),
        data: unescape(data, &[]),
    })
}

fn older(line: &str) -> Option<Command> {
    let (head, data) = line.split_once("##[")?.1.split_once(']')?;
    let name = head.split(' ').next()?;
    KNOWN.contains(&name).then(|| Command {
        name: name.to_owned(),
        properties: BTreeMap::new(),
        data: data.to_owned(),
    })
}

fn unescape(text: &str, more: &[(&str, &str)]) -> String {
    let mut text = text.replace("%0D", "\r").replace("%0A", "\n");
    for (escaped, plain) in more {
        text = text.replace(escaped, plain);
    }
    text.replace("%25", "%")
}
