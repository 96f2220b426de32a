//! What `plan` and `apply` share: load the files, connect, plan, and show what was found.

use crate::args::AllowArgs;
use crate::connection::Connection;
use crate::failure::failure;
use crate::git;
use crate::known::Known;
use crate::progress::Progress;
use crate::render::diagnostics;
use crate::render::grouped::Group;
use crate::render::guards_text;
use crate::render::plan_text;
use crate::render::source::Sources;
use crate::report::CostDocument;
use crate::settings::{Graph, Settings};
use anyhow::{Context as _, Result};
use entrant_manifest::config::References;
use entrant_manifest::{Config, Loaded};
use entrant_model::address::Pattern;
use entrant_model::text::{harmless_json, nearest, visible};
use entrant_model::{Code, Diagnostic, Place};
use entrant_plan::Plan;
use entrant_plan::guards::{Allowed, Rules};
use entrant_plan::output::Origin;
use entrant_workspace::{Options, Since};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::time::Instant;

/// A plan with all that is printed of it.
pub struct Made {
    /// The plan.
    pub plan: Plan,
    /// Where it was made.
    pub origin: Origin,
    /// Warnings and notes on the way to it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Loads the policy directory for the tenant that is meant.
pub fn load(settings: &Settings) -> Result<(Loaded, Option<Tenant>)> {
    settings.progress.loading();
    let _line = settings.progress.until_dropped();
    let tenant = tenant(settings, &entrant_manifest::configuration(&settings.policies))?;
    let name = tenant.as_ref().map(|tenant| &*tenant.name);
    Ok((with_all_codes(entrant_manifest::load(&settings.policies, name)), tenant))
}

/// Loads the policy directory, or these files and directories alone, for every tenant that may be meant: what is
/// wrong for one of them is found.
pub fn load_for_all(settings: &Settings, paths: &[PathBuf]) -> Result<Loaded> {
    let config = entrant_manifest::configuration(&settings.policies);
    let chosen = settings.tenant.as_ref().map(|_| tenant(settings, &config)).transpose()?.flatten();
    let load = |name: Option<&str>| {
        let mut loaded = match paths {
            [] => entrant_manifest::load(&settings.policies, name),
            paths => entrant_manifest::load_paths(&settings.policies, paths, name),
        };
        if config.references == References::Pinned {
            loaded.diagnostics.extend(entrant_workspace::unpinned(&loaded.documents));
        }
        loaded
    };
    let mut names = match &chosen {
        Some(tenant) => vec![Some(&*tenant.name)],
        None if config.tenants.is_empty() => vec![None],
        None => config.tenants.keys().map(|name| Some(name.as_str())).collect(),
    }
    .into_iter();
    let mut all = load(names.next().flatten());
    for name in names {
        if !all.depends_on_tenant {
            break;
        }
        let loaded = load(name);
        let known: HashSet<Place> = all.documents.iter().map(|document| document.place.clone()).collect();
        all.documents.extend(loaded.documents.into_iter().filter(|d| !known.contains(&d.place)));
        for found in loaded.diagnostics {
            if !all.diagnostics.contains(&found) {
                all.diagnostics.push(found);
            }
        }
    }
    Ok(with_all_codes(all))
}

/// The loader knows its own codes alone; the configuration may name those of any crate.
fn with_all_codes(mut loaded: Loaded) -> Loaded {
    let foreign = entrant_manifest::Config {
        severities: loaded
            .config
            .severities
            .iter()
            .filter(|o| !entrant_manifest::codes::ALL.iter().any(|code| code.name == o.code))
            .cloned()
            .collect(),
        ..entrant_manifest::Config::default()
    };
    loaded.diagnostics.extend(foreign.check_codes(&[&all_codes()]));
    tracing::info!("{} documents in {} files", loaded.documents.len(), loaded.files);
    loaded
}

/// Every code that a diagnostic or an error can have, by name.
pub fn all_codes() -> Vec<Code> {
    let mut codes =
        [entrant_manifest::codes::ALL, entrant_workspace::codes::ALL, entrant_plan::codes::ALL].concat();
    codes.extend(entrant_plan::guards::codes::ALL);
    codes.extend(entrant_graph::CODES.iter().copied());
    codes.sort_by_key(|code| code.name);
    codes
}

/// The tenant that a run is for.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its name in `entrant.yaml`.
    pub name: String,
    /// Its id.
    pub id: String,
    /// The word of its cloud, where the configuration says it.
    pub cloud: Option<&'static str>,
    /// Whether the configuration names no other.
    pub is_only: bool,
}

/// The tenant that is meant: the one of `--tenant`, or the only one of the configuration.
fn tenant(settings: &Settings, config: &Config) -> Result<Option<Tenant>> {
    let names = || config.tenants.keys().map(|name| visible(name)).collect::<Vec<_>>().join(", ");
    let of = |(name, tenant): (&String, &entrant_manifest::config::Tenant)| Tenant {
        name: name.clone(),
        id: tenant.id.to_string(),
        cloud: tenant.cloud,
        is_only: config.tenants.len() == 1,
    };
    match &settings.tenant {
        Some(name) => match config.tenants.get_key_value(name) {
            Some(found) => Ok(Some(of(found))),
            None if config.tenants.is_empty() => Err(failure(
                format!("there is no tenant `{}`: `entrant.yaml` names none", visible(name)),
                "leave `--tenant` out, or name the tenant under `tenants:` in `entrant.yaml` of the policy directory",
            )),
            None => {
                let near = nearest(name, config.tenants.keys().map(String::as_str));
                let help = near.map_or_else(
                    || format!("tenants: {}", names()),
                    |near| format!("did you mean `{}`?", visible(near)),
                );
                Err(failure(format!("`entrant.yaml` names no tenant `{}`", visible(name)), help))
            }
        },
        None if config.tenants.len() > 1 => Err(failure(
            "`entrant.yaml` names several tenants",
            format!("say which with `--tenant NAME`: {}", names()),
        )),
        None => Ok(config.tenants.iter().next().map(of)),
    }
}

/// What to plan for, by the flags; limits come from the configuration.
pub fn options(targets: &[String], allow: &AllowArgs) -> Result<Options> {
    let allowed = Allowed {
        delete: patterns("--allow-delete", &allow.allow_delete)?,
        immediate: patterns("--allow-immediate", &allow.allow_immediate)?,
        absences: false,
    };
    let rules = Rules { allowed, ..Rules::default() };
    Ok(Options { targets: patterns("--target", targets)?, rules, ..Options::default() })
}

/// The addresses that are known to have been there. The embedded tenant is one's own: whoever deletes it begins anew.
pub fn seen(settings: &Settings, connection: &Connection) -> BTreeSet<String> {
    if matches!(settings.graph, Some(Graph::Embedded(_))) {
        return BTreeSet::new();
    }
    let known = Known::read(&settings.own_directory(), connection.tenant.as_deref(), &connection.host);
    known.addresses().cloned().collect()
}

/// What `--since` compares with, and what could not be read of it.
pub fn since(
    allow: &AllowArgs,
    settings: &Settings,
    tenant: Option<&Tenant>,
) -> Result<(Option<Since>, Vec<Diagnostic>)> {
    let Some(revision) = &allow.since else { return Ok((None, Vec::new())) };
    let texts = git::files_of(&settings.policies, revision)?;
    let loaded = entrant_manifest::load_texts(texts, tenant.map(|tenant| &*tenant.name));
    let unread = loaded.diagnostics.iter().filter(|found| found.is_error()).map(|found| {
        let place = found.place.as_ref().map(|place| visible(&place.file.to_string_lossy()));
        let place = place.map_or_else(String::new, |file| format!(" in `{file}`"));
        Diagnostic::new(
            entrant_workspace::codes::SINCE_UNREADABLE,
            format!("`{}`{place}: {}", visible(revision), found.message),
        )
    });
    let unread = unread.collect();
    Ok((Some(Since { revision: revision.clone(), documents: loaded.documents }), unread))
}

/// The addresses of a flag.
fn patterns(flag: &str, texts: &[String]) -> Result<Vec<Pattern>> {
    texts
        .iter()
        .map(|text| {
            Pattern::parse(text).map_err(|why| {
                failure(format!("`{flag}` is no address: {why}"), "`entrant plan` shows the addresses")
            })
        })
        .collect()
}

/// Plans the documents. With errors among the diagnostics the plan is not complete.
pub async fn make(
    loaded: Loaded,
    mut options: Options,
    connection: &Connection,
    progress: &Progress,
) -> Result<Made> {
    let _line = progress.until_dropped();
    let origin = origin(connection, &options.targets);
    options.rules.limits = loaded.config.limits.clone();
    options.pinned = loaded.config.references == References::Pinned;
    options.exclusive = loaded.config.exclusive.clone();
    tracing::info!("planning against {}", connection.client.target());
    let planned =
        Box::pin(entrant_workspace::plan(loaded.documents, &connection.client, &options, progress)).await?;
    let mut found = planned.diagnostics;
    loaded.config.apply(&mut found);
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend(found);
    Ok(Made { plan: planned.plan, origin, diagnostics })
}

/// Where a plan was made.
pub fn origin(connection: &Connection, targets: &[Pattern]) -> Origin {
    Origin {
        tool: tool(),
        tenant: connection.tenant.clone(),
        api_hosts: vec![connection.host.clone()],
        targets: targets.iter().map(|target| target.as_str().to_owned()).collect(),
    }
}

/// The tool and its version.
pub fn tool() -> String {
    concat!("entrant ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// Shows findings on stderr; says whether errors are among them.
pub fn show(diagnostics: &mut [Diagnostic], sources: &mut Sources, settings: &Settings) -> bool {
    diagnostics::sort(diagnostics, sources);
    let width = settings.terminal.talk_width();
    settings.terminal.talk(&diagnostics::render(diagnostics, sources, width));
    diagnostics.iter().any(Diagnostic::is_error)
}

/// The plan as text.
pub fn text(plan: &Plan, groups: &[Group], known: &Known, width: usize) -> String {
    in_context(known, width, |context| plan_text::render(plan, groups, context))
}

/// Why apply refuses the plan, as text.
pub fn guards(plan: &Plan, groups: &[Group], known: &Known, width: usize) -> String {
    in_context(known, width, |context| guards_text::render(plan, groups, context))
}

/// What would let a refused plan pass, as text.
pub fn overrides(plan: &Plan, width: usize) -> String {
    guards_text::overrides(plan, width)
}

fn in_context(known: &Known, width: usize, render: impl FnOnce(&plan_text::Context) -> String) -> String {
    let sources = RefCell::new(Sources::default());
    render(&plan_text::Context {
        width,
        takes_over: &|address| !known.holds(address),
        position: &|place| sources.borrow_mut().position(place),
    })
}

/// What a run cost.
pub fn cost(connection: &Connection, since: Instant) -> CostDocument {
    let cost = connection.client.cost();
    CostDocument {
        http_requests: cost.http_requests,
        inner_requests: cost.inner_requests,
        bytes: cost.bytes,
        retries: cost.retries,
        seconds: since.elapsed().as_secs_f64(),
    }
}

/// A structure as JSON text, the same bytes for the same structure. What a terminal or a runner of GitHub Actions would
/// obey is written as JSON's own escape.
pub fn json_text(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).context("the result cannot be written as JSON")?;
    Ok(harmless_json(&text) + "\n")
}
