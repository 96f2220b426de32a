//! `entrant.yaml` at the top of the policy directory: tenants and severities.
//!
//! Every key is optional, an unknown key is an error, and a key that does nothing yet is unknown.

use crate::codes;
use crate::context::{Context, Here, Path};
use crate::leaf;
use crate::limits;
use crate::ownership;
use crate::reference;
use crate::tenant;
use crate::yaml::{Data, Entry, Node};
use entrant_model::desired::Exclusive;
use entrant_model::limits::Limits;
use entrant_model::text::{nearest, visible};
use entrant_model::{Code, Diagnostic, Id, Place, Severity};
use std::collections::BTreeMap;

/// The configuration of a policy directory.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Tenants by the name that `--tenant` takes.
    pub tenants: BTreeMap<String, Tenant>,
    /// How requestors, approvers and reviewers are written.
    pub references: References,
    /// Severities of warnings and notes that differ from the usual, in the order of the file.
    pub severities: Vec<Override>,
    /// How much one run may change.
    pub limits: Limits,
    /// Places in which what no document declares is deleted.
    pub exclusive: Vec<Exclusive>,
}

/// How requestors, approvers and reviewers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum References {
    /// A name is enough.
    #[default]
    Named,
    /// Each has its id, so that no object made under the same name can take its place.
    Pinned,
}

/// The words that `references` takes.
const REFERENCES: &[(&str, References, &str)] = &[
    ("named", References::Named, "A name is enough. This is the default."),
    ("pinned", References::Pinned, "Each has its id; the name may stand beside it."),
];

/// A tenant.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its id.
    pub id: Id,
    /// The cloud that it is in: one of [`CLOUDS`]. `None` where it is not said.
    pub cloud: Option<&'static str>,
    /// What `{var: NAME}` stands for in its documents.
    pub(crate) variables: BTreeMap<String, Variable>,
}

/// What a variable stands for: a node as it is written, whose place is of no interest.
#[derive(Debug, Clone)]
pub(crate) struct Variable(pub(crate) Node<'static>);

/// Microsoft's clouds, each with a sentence.
pub const CLOUDS: &[(&str, &str)] = &[
    ("global", "https://graph.microsoft.com: the global cloud, and US Government GCC."),
    ("usGov", "https://graph.microsoft.us: US Government L4 (GCC High)."),
    ("usGovDoD", "https://dod-graph.microsoft.us: US Government L5 (DoD)."),
    ("china", "https://microsoftgraph.chinacloudapi.cn: China, operated by 21Vianet."),
];

/// The keys of a tenant, each with a sentence.
pub(crate) const TENANT_KEYS: &[(&str, &str)] = &[
    ("id", "The tenant's id, a GUID."),
    ("cloud", "The cloud that the tenant is in. Flags and the environment beat it."),
    (
        "variables",
        "What `{var: NAME}` stands for in documents, by name: any value. In a list, the elements of a variable that is a list are spliced in. Values are never put into texts.",
    ),
];

/// The severity of a code, changed.
#[derive(Debug, Clone)]
pub struct Override {
    /// The code's name.
    pub code: String,
    /// The severity that it has instead; `None` where it is not reported at all.
    pub severity: Option<Severity>,
    /// Where the configuration says so.
    pub place: Place,
}

/// The words that `severities` takes.
const LEVELS: &[(&str, Option<Severity>)] = &[
    ("error", Some(Severity::Error)),
    ("warning", Some(Severity::Warning)),
    ("note", Some(Severity::Note)),
    ("off", None),
];

/// The keys, each with a sentence.
pub(crate) const KEYS: &[(&str, &str)] = &[
    (
        "ownership",
        "Places that are owned exclusively: what no document declares there is deleted, once a plan that lists it is approved.",
    ),
    ("limits", "How much one run may change. Beyond it, apply refuses."),
    ("tenants", "The tenants that `--tenant NAME` takes, by name."),
    (
        "references",
        "How requestors, approvers and reviewers are written: `named`, or `pinned`, under which one without an id is an error.",
    ),
    (
        "severities",
        "The severity of warnings and notes, by code: `error`, `warning`, `note` or `off`. Errors cannot be lowered.",
    ),
];

impl Config {
    /// Findings of any crate with their configured severities; those that are off are gone. A code that is an
    /// error by itself stays one.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        if self.severities.is_empty() {
            return;
        }
        diagnostics.retain_mut(|diagnostic| {
            if diagnostic.code.severity == Severity::Error {
                return true;
            }
            let Some(change) = self.severities.iter().rfind(|o| o.code == diagnostic.code.name) else {
                return true;
            };
            diagnostic.severity = change.severity.unwrap_or(diagnostic.severity);
            change.severity.is_some()
        });
    }

    /// Reports codes that the program does not have, and errors that the configuration tries to lower.
    /// `known` is the codes of every crate; [`crate::load`] knows its own alone.
    pub fn check_codes(&self, known: &[&[Code]]) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for change in &self.severities {
            let code = known.iter().copied().flatten().find(|code| code.name == change.code);
            match code {
                None => {
                    let names = known.iter().copied().flatten().map(|code| code.name);
                    let found = Diagnostic::new(
                        codes::UNKNOWN_CODE,
                        format!("there is no code `{}`", visible(&change.code)),
                    )
                    .at(change.place.clone(), "");
                    diagnostics.push(match nearest(&change.code, names) {
                        Some(near) => found.help(format!("did you mean `{near}`?")),
                        None => found
                            .help("codes stand in brackets after `error`, `warning` or `note` of a finding"),
                    });
                }
                Some(code)
                    if code.severity == Severity::Error && change.severity != Some(Severity::Error) =>
                {
                    diagnostics.push(
                        Diagnostic::new(
                            codes::ERROR_LOWERED,
                            format!("`{}` is an error and stays one", code.name),
                        )
                        .at(change.place.clone(), "")
                        .note("nothing can be planned while an error stands, so it cannot be waved through")
                        .help("leave this line out"),
                    );
                }
                Some(_) => {}
            }
        }
        diagnostics
    }
}

/// Reads the configuration from its one document.
pub(crate) fn read(ctx: &mut Context, root: &Node) -> Config {
    let mut config = Config::default();
    let here = Here { path: &Path::Root, key: None, node: root };
    let Data::Map(entries) = &root.data else {
        let diagnostic = ctx.at(
            here,
            codes::WRONG_TYPE,
            format!("the configuration is a mapping, and this is {}", leaf::found(root)),
        );
        ctx.push(diagnostic);
        return config;
    };
    for entry in entries {
        let path = Path::Key(&Path::Root, &entry.key);
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        match &*entry.key {
            "tenants" => tenants(ctx, at, &mut config),
            "references" => references(ctx, at, &mut config),
            "severities" => severities(ctx, at, &mut config),
            "ownership" => ownership::read(ctx, at, &mut config.exclusive),
            "limits" => limits::read(ctx, at, &mut config.limits),
            "$schema" => {}
            _ => unknown_key(ctx, &path, entry, &KEYS.iter().map(|(key, _)| *key).collect::<Vec<_>>()),
        }
    }
    config
}

/// The entries of a mapping; nothing where it is null or was reported to be none.
pub(crate) fn mapping<'n, 's>(ctx: &mut Context, here: Here<'_, 'n, 's>) -> &'n [Entry<'s>] {
    if here.node.is_null() {
        return &[];
    }
    if here.node.entries().is_none() {
        let diagnostic = leaf::wrong_type(ctx, here, "a mapping");
        ctx.push(diagnostic);
    }
    here.node.entries().unwrap_or_default()
}

fn tenants(ctx: &mut Context, here: Here, config: &mut Config) {
    for entry in mapping(ctx, here) {
        let path = Path::Key(here.path, &entry.key);
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        if !is_tenant_name(&entry.key) {
            let diagnostic = ctx
                .at_key(
                    &path,
                    entry.key_span,
                    codes::BAD_TENANT_NAME,
                    format!("`{}` cannot be the name of a tenant", visible(&entry.key)),
                )
                .help("use letters, digits, `-`, `_` and `.`, and begin with a letter or digit");
            ctx.push(diagnostic);
        }
        let (mut id, mut cloud, mut variables) = (None, None, BTreeMap::new());
        let mut is_given = false;
        for member in mapping(ctx, at) {
            let path = Path::Key(at.path, &member.key);
            let here = Here { path: &path, key: Some(member.key_span), node: &member.value };
            match &*member.key {
                "id" => {
                    is_given = true;
                    id = reference::guid(ctx, here);
                }
                "cloud" => cloud = self::cloud(ctx, here),
                "variables" => variables = self::variables(ctx, here),
                _ => {
                    let keys: Vec<&str> = TENANT_KEYS.iter().map(|(name, _)| *name).collect();
                    unknown_key(ctx, &path, member, &keys);
                }
            }
        }
        if let Some(id) = id {
            config.tenants.insert(entry.key.clone().into_owned(), Tenant { id, cloud, variables });
        } else if !is_given && (at.node.is_null() || at.node.entries().is_some()) {
            let diagnostic = ctx
                .at_key(
                    &path,
                    entry.key_span,
                    codes::MISSING_MEMBER,
                    format!("the tenant `{}` has no `id`", visible(&entry.key)),
                )
                .help("add `id: ` and the tenant's id, a GUID");
            ctx.push(diagnostic);
        }
    }
}

/// Names of tenants become names of files, environments and jobs.
fn is_tenant_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn cloud(ctx: &mut Context, here: Here) -> Option<&'static str> {
    if here.node.is_null() {
        return None;
    }
    let words = || CLOUDS.iter().map(|(word, _)| *word);
    let list = || words().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let text = leaf::text(ctx, here, "the name of a cloud")?;
    if let Some(word) = words().find(|word| *word == text) {
        return Some(word);
    }
    let found = ctx.at(here, codes::UNKNOWN_WORD, format!("`{}` is not a cloud", visible(text)));
    let near = words().find(|word| word.eq_ignore_ascii_case(text)).or_else(|| nearest(text, words()));
    let diagnostic = match near {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("the clouds are {}", list())),
    };
    ctx.push(diagnostic);
    None
}

fn variables(ctx: &mut Context, here: Here) -> BTreeMap<String, Variable> {
    let mut variables = BTreeMap::new();
    for entry in mapping(ctx, here) {
        let path = Path::Key(here.path, &entry.key);
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        if tenant::has_variable(at.node) {
            let diagnostic = ctx
                .at(
                    at,
                    codes::BAD_VARIABLE,
                    format!("the variable `{}` holds a variable", visible(&entry.key)),
                )
                .help("write the value itself");
            ctx.push(diagnostic);
        } else {
            variables.insert(entry.key.clone().into_owned(), Variable(entry.value.clone().into_owned()));
        }
    }
    variables
}

fn references(ctx: &mut Context, here: Here, config: &mut Config) {
    if here.node.is_null() {
        return;
    }
    let Some(text) = leaf::text(ctx, here, "`named` or `pinned`") else { return };
    if let Some((_, references, _)) = REFERENCES.iter().find(|(word, ..)| *word == text) {
        config.references = *references;
        return;
    }
    let found =
        ctx.at(here, codes::UNKNOWN_WORD, format!("`{}` is no way to write references", visible(text)));
    let diagnostic = match nearest(text, REFERENCES.iter().map(|(word, ..)| *word)) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help("write `named` or `pinned`"),
    };
    ctx.push(diagnostic);
}

/// The schema of `references`: its words and what they mean.
pub(crate) fn reference_words() -> (Vec<&'static str>, Vec<&'static str>) {
    REFERENCES.iter().map(|(word, _, doc)| (*word, *doc)).unzip()
}

fn severities(ctx: &mut Context, here: Here, config: &mut Config) {
    for entry in mapping(ctx, here) {
        let path = Path::Key(here.path, &entry.key);
        let at = Here { path: &path, key: Some(entry.key_span), node: &entry.value };
        // `off` is a text in YAML 1.2, as it should be here.
        let Some(text) = leaf::text(ctx, at, "`error`, `warning`, `note` or `off`") else { continue };
        let Some((_, severity)) = LEVELS.iter().find(|(word, _)| *word == text) else {
            let found = ctx.at(at, codes::UNKNOWN_WORD, format!("`{}` is not a severity", visible(text)));
            let diagnostic = match nearest(text, LEVELS.iter().map(|(word, _)| *word)) {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => found.help("write `error`, `warning`, `note` or `off`"),
            };
            ctx.push(diagnostic);
            continue;
        };
        let place = ctx.key_place(&path, entry.key_span);
        config.severities.push(Override { code: entry.key.clone().into_owned(), severity: *severity, place });
    }
    let own = config.severities.iter().filter(|o| codes::ALL.iter().any(|code| code.name == o.code)).cloned();
    let lowered = Config { severities: own.collect(), ..Config::default() }.check_codes(&[codes::ALL]);
    for diagnostic in lowered {
        ctx.push(diagnostic);
    }
}

pub(crate) fn unknown_key(ctx: &mut Context, path: &Path, entry: &Entry, keys: &[&str]) {
    let found = ctx.at_key(
        path,
        entry.key_span,
        codes::UNKNOWN_KEY,
        format!("unknown key `{}`", visible(&entry.key)),
    );
    let list: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let found = match nearest(&entry.key, keys.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("it takes {}", list.join(" and "))),
    };
    ctx.push(found);
}
