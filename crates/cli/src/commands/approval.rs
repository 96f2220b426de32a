//! What approves an apply, and whether the plan that was made afresh is what was approved.

use crate::args::ApplyArgs;
use crate::connection::Connection;
use crate::failure::failure;
use crate::files;
use crate::settings::{Format, Settings};
use crate::terminal::can_ask;
use anyhow::Result;
use entrant_model::Diagnostic;
use entrant_plan::codes;
use entrant_plan::output::PlanDocument;
use entrant_plan::saved::{Difference, SavedPlan, compare, unreadable};
use std::collections::BTreeSet;
use std::path::Path;

/// What approves an apply.
pub enum Approval {
    /// A person at the terminal, once the plan is shown.
    Person,
    /// `--auto-approve`: whatever the plan is.
    Any,
    /// A saved plan: what it lists.
    Saved {
        /// The file's name, as it is printed.
        file: String,
        /// What it says.
        plan: Box<SavedPlan>,
    },
    /// The digest of a plan: that plan alone, or nothing.
    Digest(String),
}

/// Why a plan is not what was approved.
pub struct Unapproved {
    /// What to tell.
    pub finding: Diagnostic,
    /// In what it differs, where that is known.
    pub differences: Vec<Difference>,
}

impl Approval {
    /// Reads what the command line gives. What is wrong with a saved plan is a finding.
    pub fn of(args: &ApplyArgs, settings: &Settings) -> Result<std::result::Result<Self, Box<Diagnostic>>> {
        match (&args.plan, &args.expect_digest) {
            (Some(_), Some(_)) => Err(failure(
                "a plan file and `--expect-digest` are two ways of saying what is approved",
                "give one of them; the plan file holds its digest, and a file that was altered is refused",
            )),
            (Some(_), None) if !args.target.is_empty() => Err(failure(
                "`--target` goes with `entrant plan`; a saved plan has its addresses already",
                "leave `--target` out, or make the plan with `entrant plan --out FILE --target ADDRESS`",
            )),
            (Some(file), None) => Ok(saved(file)),
            (None, Some(digest)) => Ok(Ok(Self::Digest(digest_of(digest)?))),
            (None, None) if args.auto_approve => Ok(Ok(Self::Any)),
            (None, None) => may_ask(settings).map(|()| Ok(Self::Person)),
        }
    }

    /// Whether somebody approved a list of what is deleted, so that nothing else is.
    pub const fn lists_what_is_deleted(&self) -> bool {
        matches!(self, Self::Saved { .. } | Self::Digest(_))
    }

    /// The addresses to plan for: those of the command line, or those of the saved plan.
    pub fn targets<'a>(&'a self, given: &'a [String]) -> &'a [String] {
        match self {
            Self::Saved { plan, .. } => &plan.document().targets,
            _ => given,
        }
    }

    /// Why a saved plan is not for the tenant that is meant, before anything is read there.
    pub fn for_another_tenant(&self, tenant: Option<&str>) -> Option<Diagnostic> {
        match self {
            Self::Saved { file, plan } => plan.for_another(file, tenant, None),
            _ => None,
        }
    }

    /// Why a saved plan is not for what this run is connected to.
    pub fn for_another_connection(&self, connection: &Connection) -> Option<Diagnostic> {
        match self {
            Self::Saved { file, plan } => {
                let hosts = [connection.host.clone()];
                plan.for_another(file, connection.tenant.as_deref(), Some(&hosts))
            }
            _ => None,
        }
    }

    /// Why this plan must not be executed; `None` where it may, as far as approval goes.
    pub fn objection(&self, fresh: &PlanDocument) -> Option<Unapproved> {
        match self {
            Self::Person | Self::Any => None,
            Self::Saved { file, plan } => {
                let differences = compare(plan.document(), fresh);
                let mut finding = Diagnostic::new(
                    codes::STALE_PLAN,
                    format!("apply would now do what the plan in {file} does not say"),
                )
                .help("plan again with `entrant plan --out FILE`, and have that plan approved");
                let unseen = made_anew(plan.document(), fresh);
                if unseen > 1 {
                    finding = finding.note(format!(
                        "{unseen} objects that the approved plan does not make would be made anew: perhaps they are still there, and whoever signs in may no longer see them (`entrant doctor`)"
                    ));
                }
                (!differences.is_empty()).then_some(Unapproved { finding, differences })
            }
            Self::Digest(expected) => {
                let writes = fresh.summary.create + fresh.summary.update + fresh.summary.delete;
                let finding =
                    Diagnostic::new(codes::OTHER_DIGEST, "the plan is not the one that was approved")
                        .note(format!("approved {expected}"))
                        .note(format!("now      {}", fresh.digest))
                        .help("review the plan as it is now, and have its digest approved");
                let is_other = writes > 0 && fresh.digest != *expected;
                is_other.then(|| Unapproved { finding, differences: Vec::new() })
            }
        }
    }

    /// The digest of the plan that was approved, where one was.
    pub fn digest(&self) -> Option<&str> {
        match self {
            Self::Person | Self::Any => None,
            Self::Saved { plan, .. } => Some(&plan.document().digest),
            Self::Digest(digest) => Some(digest),
        }
    }
}

/// How many objects the fresh plan makes and the approved one does not.
fn made_anew(approved: &PlanDocument, fresh: &PlanDocument) -> usize {
    let created = |plan: &PlanDocument| {
        let creates = plan.changes.iter().filter(|change| change.action == "create");
        creates.map(|change| change.address.clone()).collect::<BTreeSet<_>>()
    };
    created(fresh).difference(&created(approved)).count()
}

fn saved(file: &Path) -> std::result::Result<Approval, Box<Diagnostic>> {
    let name = files::shown(file);
    let read = std::fs::read(file).map_err(|error| unreadable(&name, &error.to_string()));
    let plan = read.and_then(|bytes| SavedPlan::read(&name, &bytes));
    plan.map(|plan| Approval::Saved { file: name, plan: Box::new(plan) })
}

fn digest_of(text: &str) -> Result<String> {
    let digest = text.trim().to_ascii_lowercase();
    match digest.strip_prefix("sha256:") {
        Some(hex) if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) => Ok(digest),
        _ => Err(failure(
            "`--expect-digest` takes `sha256:` and 64 hexadecimal digits",
            "`entrant plan --format json` has it as `digest`, and `entrant plan --out FILE` says it",
        )),
    }
}

/// Without a terminal nobody can answer, and a machine reads JSON alone.
fn may_ask(settings: &Settings) -> Result<()> {
    if settings.format == Format::Json {
        return Err(failure(
            "`apply --format json` prints one object and cannot ask",
            "give a plan file, or `--auto-approve` after the plan was reviewed",
        ));
    }
    if !can_ask() {
        return Err(failure(
            "apply asks before it writes, and there is no terminal to ask on",
            "review the plan, then give its file (`entrant plan --out FILE`, `entrant apply FILE`) or `--auto-approve`",
        ));
    }
    Ok(())
}
