//! `entrant render ADDRESS…`: policies as they are put together, with where each value is written. Offline.

use crate::args::RenderArgs;
use crate::exit::Exit;
use crate::failure::failure;
use crate::files;
use crate::render::source::Sources;
use crate::report::LineDocument;
use crate::session;
use crate::settings::{Format, Settings};
use anyhow::Result;
use entrant_manifest::Rendered;
use entrant_model::address::Pattern;
use entrant_model::text::{nearest, visible};
use entrant_model::{Diagnostic, Kind};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Prints the documents.
pub fn run(args: &RenderArgs, settings: &Settings) -> Result<Exit> {
    let asked = args.addresses.iter().map(|text| parse(text)).collect::<Result<Vec<Pattern>>>()?;
    let (mut loaded, tenant) = session::load(settings)?;
    if loaded.diagnostics.iter().any(Diagnostic::is_error) {
        session::show(&mut loaded.diagnostics, &mut Sources::default(), settings);
        return Ok(Exit::Error);
    }
    let all = entrant_manifest::render(&settings.policies, tenant.as_ref().map(|tenant| &*tenant.name));
    for pattern in &asked {
        if !all.iter().any(|policy| is_meant(pattern, policy)) {
            return Err(not_declared(pattern, &all));
        }
    }
    let meant = all.into_iter().filter(|policy| asked.iter().any(|pattern| is_meant(pattern, policy)));
    if settings.format == Format::Json {
        let documents = meant.map(in_json).collect();
        let json = session::json_text(&RenderDocument { format_version: 1, documents })?;
        settings.terminal.data(&json)?;
    } else {
        let documents: Vec<String> = meant.map(|policy| document(&policy)).collect();
        settings.terminal.data(&documents.join("---\n"))?;
    }
    Ok(Exit::Done)
}

/// What `render --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenderDocument {
    /// The version of this structure.
    pub format_version: u32,
    /// The policies, in the order of files.
    pub documents: Vec<RenderedDocument>,
}

/// A policy as one whole document.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenderedDocument {
    /// Its address, as far as the files tell; `?` stands for a catalog that they do not.
    pub address: String,
    /// The name of the template that it uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The name of the catalog whose defaults it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defaults: Option<String>,
    /// The document, which `entrant.schema.json` describes. Values are as they are written, in hand form or in Graph's.
    pub document: Value,
    /// Where each value is written, by its JSON Pointer into the document; a mapping or a list that holds something
    /// stands where its key does. What the document says by standing where it stands has no place.
    pub origins: BTreeMap<String, LineDocument>,
}

fn in_json(policy: Rendered) -> RenderedDocument {
    let origins = policy.origins.iter().map(|(pointer, file, line)| {
        (pointer.to_string(), LineDocument { file: files::shown(file), line: *line })
    });
    RenderedDocument {
        address: policy.address(),
        origins: origins.collect(),
        template: policy.template,
        defaults: policy.defaults,
        document: policy.document,
    }
}

fn parse(text: &str) -> Result<Pattern> {
    match Pattern::parse(text) {
        Ok(pattern) => Ok(pattern),
        Err(why) => Err(failure(
            format!("this is no address: {why}"),
            "`entrant plan` shows the addresses of policies",
        )),
    }
}

fn is_meant(pattern: &Pattern, policy: &Rendered) -> bool {
    let known = [policy.catalog.as_deref(), Some(&*policy.package), Some(&*policy.name)];
    pattern.may_match(Kind::AssignmentPolicy, &known)
}

fn not_declared(pattern: &Pattern, all: &[Rendered]) -> anyhow::Error {
    let addresses: Vec<String> = all.iter().map(Rendered::address).collect();
    let help = match nearest(pattern.as_str(), addresses.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "an address reads `AssignmentPolicy/CATALOG/PACKAGE/POLICY`, and the catalog may be left out"
            .to_owned(),
    };
    failure(format!("no document declares `{}`", visible(pattern.as_str())), help)
}

/// What the policy is and takes, then its document.
fn document(policy: &Rendered) -> String {
    let mut text = format!("# {}\n", policy.address());
    if let Some(template) = &policy.template {
        text.extend(["# Template: ", &visible(template), "\n"]);
    }
    if let Some(catalog) = &policy.defaults {
        text.extend(["# Defaults of the catalog: ", &visible(catalog), "\n"]);
    }
    text + &policy.text()
}
