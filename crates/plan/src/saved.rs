//! A plan that was saved and approved: read back from its file, and held against a fresh one.
//!
//! ```text
//! file ─read─▶ SavedPlan ─is it for this tenant?─┐
//!                                                ├─ compare ─▶ differences: none, or apply does nothing
//! documents + Graph ──plan afresh──▶ fresh plan ─┘
//! ```
//!
//! Nothing of a saved plan is ever executed. It says what is approved; what is done comes from the documents and
//! from Graph. So a forged file can make more count as approved, and can make nothing happen that the documents
//! do not say.

mod compare;
mod progress;

pub use compare::{Compared, Difference, compare};

use crate::codes;
use crate::output::{FORMAT_VERSION, PlanDocument, canonical_text, digest_of, tree};
use entrant_model::text::{harmless_json, visible};
use entrant_model::value::Json;
use entrant_model::{Diagnostic, Pointer};

/// A plan that was read from a file. Its digest is right and it says nothing that this version does not know.
#[derive(Debug, Clone)]
pub struct SavedPlan(PlanDocument);

impl SavedPlan {
    /// Reads a saved plan: the canonical text that `plan --out` writes, or what `plan --format json` prints.
    /// `file` is its name, for findings.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, Box<Diagnostic>> {
        let text = std::str::from_utf8(bytes).map_err(|_| unreadable(file, "it is not UTF-8"))?;
        let json: Json = serde_json::from_str(text)
            .map_err(|error| unreadable(file, &format!("it is not JSON: {error}")))?;
        let version = json.get("formatVersion").and_then(Json::as_u64);
        let version =
            version.ok_or_else(|| unreadable(file, "it has no `formatVersion`, so it is no plan"))?;
        if version != u64::from(FORMAT_VERSION) {
            return Err(other_format(file, version, &json));
        }
        let mut document: PlanDocument = serde_json::from_value(json.clone())
            .map_err(|error| unreadable(file, &format!("it is not a plan: {error}")))?;
        if let Some(pointer) = unknown(&json, &tree(&document), &Pointer::default()) {
            return Err(unreadable(file, &format!("it holds `{pointer}`, which this version does not know")));
        }
        let digest = digest_of(&mut document);
        if digest != document.digest {
            let said = format!("it says {} and has {digest}", document.digest);
            return Err(altered(file, "its content does not have the digest that it says")
                .note(visible(&said))
                .into());
        }
        // A key that stands twice, or an unusual spelling: others may read it otherwise than we do.
        let printed = harmless_json(&serde_json::to_string_pretty(&document).unwrap_or_default());
        if text.trim_end() != canonical_text(&document).trim_end() && text.trim_end() != printed {
            return Err(altered(file, "its text is not as `entrant plan` writes it").into());
        }
        Ok(Self(document))
    }

    /// What it says.
    pub const fn document(&self) -> &PlanDocument {
        &self.0
    }

    /// Why it does not belong to this tenant and these hosts; `None` where it does. What is not known yet is not
    /// compared: pass `hosts` once it is known where requests go.
    pub fn for_another(
        &self,
        file: &str,
        tenant: Option<&str>,
        hosts: Option<&[String]>,
    ) -> Option<Diagnostic> {
        let says = |tenant: Option<&str>| {
            tenant.map_or("a tenant that is not known".to_owned(), |id| format!("tenant {}", visible(id)))
        };
        let planned = self.0.tenant.as_deref();
        let is_other_tenant = match (planned, tenant) {
            (Some(planned), Some(tenant)) => !planned.eq_ignore_ascii_case(tenant),
            (planned, tenant) => hosts.is_some() && planned.is_some() != tenant.is_some(),
        };
        let is_other_host = hosts.is_some_and(|hosts| hosts != self.0.api_hosts);
        let at = |hosts: &[String]| visible(&hosts.join(", "));
        let note = if is_other_tenant {
            format!("it was made for {}, and this run is for {}", says(planned), says(tenant))
        } else if is_other_host {
            format!(
                "it was made at {}, and this run is at {}",
                at(&self.0.api_hosts),
                at(hosts.unwrap_or_default())
            )
        } else {
            return None;
        };
        Some(
            Diagnostic::new(
                codes::PLAN_OF_ANOTHER_TENANT,
                format!("the plan in {file} was made for another tenant than this run is for"),
            )
            .note(note)
            .help("select its tenant with `--tenant NAME` and the same `--graph-url`, or plan this tenant and have that plan approved"),
        )
    }
}

/// The first key that stands in the file and not in what was understood of it.
fn unknown(said: &Json, understood: &Json, at: &Pointer) -> Option<Pointer> {
    match (said, understood) {
        (Json::Object(said), Json::Object(understood)) => said.iter().find_map(|(key, value)| {
            let at = at.child(key.as_str());
            match understood.get(key) {
                Some(known) => unknown(value, known, &at),
                None => Some(at),
            }
        }),
        (Json::Array(said), Json::Array(understood)) => said
            .iter()
            .zip(understood)
            .enumerate()
            .find_map(|(index, (value, known))| unknown(value, known, &at.child(index.to_string()))),
        _ => None,
    }
}

/// A file that cannot be read, or is no plan.
pub fn unreadable(file: &str, why: &str) -> Box<Diagnostic> {
    Diagnostic::new(codes::UNREADABLE_PLAN, format!("{file} is not a plan that this version can read"))
        .note(visible(why))
        .help("make it with `entrant plan --out FILE`, with the same version of entrant")
        .into()
}

fn other_format(file: &str, version: u64, json: &Json) -> Box<Diagnostic> {
    let tool = json.get("tool").and_then(Json::as_str).unwrap_or("a tool that it does not name");
    Diagnostic::new(
        codes::OTHER_PLAN_FORMAT,
        format!("{file} has plan format {version}, and this version reads format {FORMAT_VERSION}"),
    )
    .note(format!("it was made by {}", visible(tool)))
    .help("plan and apply with the same version of entrant")
    .into()
}

fn altered(file: &str, why: &str) -> Diagnostic {
    Diagnostic::new(codes::ALTERED_PLAN, format!("{file} was altered after the plan was made"))
        .note(why)
        .help("take the file that `entrant plan` wrote, unchanged; else plan again, and have that plan approved")
}
