//! `entrant render ADDRESS…`: policies as they are put together, with where each value is written. Offline.

use crate::args::RenderArgs;
use crate::exit::Exit;
use crate::failure::failure;
use crate::render::source::Sources;
use crate::session;
use crate::settings::Settings;
use anyhow::Result;
use entrant_manifest::Rendered;
use entrant_model::address::Pattern;
use entrant_model::text::{nearest, visible};
use entrant_model::{Diagnostic, Kind};

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
    let meant = all.iter().filter(|policy| asked.iter().any(|pattern| is_meant(pattern, policy)));
    let documents: Vec<String> = meant.map(document).collect();
    settings.terminal.data(&documents.join("---\n"))?;
    Ok(Exit::Done)
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
