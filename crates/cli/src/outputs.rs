//! A plan, or the findings that are in its way, in the format that was asked for; and what GitHub Actions wants
//! beside it.

use crate::files;
use crate::known::Known;
use crate::render::grouped::{self, Group};
use crate::render::source::Sources;
use crate::render::{diagnostics, findings, github, plan_markdown, sarif};
use crate::repository;
use crate::session;
use crate::settings::{Format, Settings};
use anyhow::{Context as _, Result};
use entrant_model::Diagnostic;
use entrant_plan::Plan;
use entrant_plan::output::{self, Origin, PlanDocument};
use std::cell::{OnceCell, RefCell};
use std::path::Path;

/// The frozen structure of a plan, made when something asks for it: of a large estate it is a tenth of the work, and the
/// text of a plan has no need of it.
pub struct Frozen<'a> {
    plan: &'a Plan,
    origin: Origin,
    document: OnceCell<PlanDocument>,
}

impl<'a> Frozen<'a> {
    /// Of a plan that was made there.
    pub const fn new(plan: &'a Plan, origin: Origin) -> Self {
        Self { plan, origin, document: OnceCell::new() }
    }

    /// The structure.
    pub fn document(&self) -> &PlanDocument {
        self.document.get_or_init(|| output::document(self.plan, &self.origin))
    }
}

/// A plan with what is printed of it.
pub struct Planned<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its frozen structure.
    pub frozen: &'a Frozen<'a>,
    /// Its changes as a person counts them.
    pub groups: &'a [Group<'a>],
    /// Warnings and notes on the way to it.
    pub diagnostics: &'a [Diagnostic],
}

impl Planned<'_> {
    /// Prints the plan in the format of the settings.
    pub fn print(&self, known: &Known, sources: &mut Sources, settings: &Settings) -> Result<()> {
        match settings.format {
            Format::Mermaid | Format::Dot | Format::Text => {
                let width = settings.terminal.width();
                settings.terminal.page(&session::text(self.plan, self.groups, known, width))?;
            }
            Format::Json => {
                let mut document = self.frozen.document().clone();
                grouped::tell(self.groups, &mut document);
                settings.terminal.data(&session::json_text(&document)?)?;
            }
            Format::Markdown => {
                settings.terminal.page(&self.markdown(plan_markdown::COMMENT, sources))?;
            }
            Format::Github => {
                let found = findings::of_plan(self.plan, self.groups, self.diagnostics);
                print_annotations(&found, sources, settings)?;
                append_summary(settings, |limit| self.markdown(limit, sources))?;
            }
            Format::Sarif => {
                let found = findings::of_plan(self.plan, self.groups, self.diagnostics);
                print_sarif(&found, &category("plan", settings.tenant.as_deref()), sources, settings)?;
            }
        }
        Ok(())
    }

    /// The plan as Markdown of at most so many bytes.
    pub fn markdown(&self, limit: usize, sources: &mut Sources) -> String {
        let sources = RefCell::new(sources);
        plan_markdown::render(
            self.plan,
            self.groups,
            &plan_markdown::Context {
                document: self.frozen.document(),
                diagnostics: self.diagnostics,
                position: &|place| sources.borrow_mut().position(place),
                limit,
            },
        )
    }
}

/// Says that there is no plan, and why, to whoever reads the output and not stderr.
pub fn print_failed(
    diagnostics: &[Diagnostic],
    markdown: Option<&Path>,
    sources: &mut Sources,
    settings: &Settings,
) -> Result<()> {
    let mut as_markdown = |limit| failed_markdown(diagnostics, limit, sources);
    if let Some(file) = markdown {
        write_markdown(file, &as_markdown(plan_markdown::COMMENT))?;
    }
    match settings.format {
        Format::Text | Format::Json | Format::Mermaid | Format::Dot => Ok(()),
        Format::Markdown => Ok(settings.terminal.page(&as_markdown(plan_markdown::COMMENT))?),
        Format::Github => {
            print_annotations(&findings::of_diagnostics(diagnostics), sources, settings)?;
            append_summary(settings, |limit| failed_markdown(diagnostics, limit, sources))
        }
        Format::Sarif => {
            let found = findings::of_diagnostics(diagnostics);
            print_sarif(&found, &category("plan", settings.tenant.as_deref()), sources, settings)
        }
    }
}

fn failed_markdown(diagnostics: &[Diagnostic], limit: usize, sources: &mut Sources) -> String {
    let sources = RefCell::new(sources);
    plan_markdown::failed(diagnostics, &|place| sources.borrow_mut().position(place), limit)
}

/// The findings of `validate` as annotations, with a line that counts them.
pub fn print_checked(diagnostics: &[Diagnostic], sources: &mut Sources, settings: &Settings) -> Result<()> {
    print_annotations(&findings::of_diagnostics(diagnostics), sources, settings)?;
    settings.terminal.data(&format!("{}\n", diagnostics::summary(diagnostics)))?;
    if diagnostics.is_empty() {
        return Ok(());
    }
    append_summary(settings, |limit| {
        let sources = RefCell::new(&mut *sources);
        plan_markdown::checked(diagnostics, &|place| sources.borrow_mut().position(place), limit)
    })
}

/// The findings of `validate` for code scanning.
pub fn print_checked_sarif(
    diagnostics: &[Diagnostic],
    sources: &mut Sources,
    settings: &Settings,
) -> Result<()> {
    print_sarif(&findings::of_diagnostics(diagnostics), &category("validate", None), sources, settings)
}

/// Writes the Markdown to a file.
pub fn write_markdown(file: &Path, text: &str) -> Result<()> {
    files::write_atomically(file, text.as_bytes())
        .with_context(|| format!("the Markdown {} cannot be written", files::shown(file)))
}

fn print_annotations(found: &[findings::Finding], sources: &mut Sources, settings: &Settings) -> Result<()> {
    Ok(settings.terminal.data(&github::render(found, sources, &repository::relative))?)
}

fn print_sarif(
    found: &[findings::Finding],
    category: &str,
    sources: &mut Sources,
    settings: &Settings,
) -> Result<()> {
    let fallback = files::shown(&settings.policies);
    let run = sarif::Run { category, fallback: &fallback, relative: &repository::relative };
    Ok(settings.terminal.data(&session::json_text(&sarif::document(found, sources, &run))?)?)
}

/// What tells the uploads of one repository apart: the command, and the tenant by its name in the configuration.
fn category(command: &str, tenant: Option<&str>) -> String {
    match tenant {
        Some(tenant) => format!("entrant/{command}/{tenant}"),
        None => format!("entrant/{command}"),
    }
}

/// Appends to the summary of the job, where there is one and as far as there is room in it.
fn append_summary(settings: &Settings, markdown: impl FnOnce(usize) -> String) -> Result<()> {
    let Some(file) = &settings.step_summary else { return Ok(()) };
    let room = repository::SUMMARY.saturating_sub(files::size(file));
    files::append(file, &markdown(room))
        .with_context(|| format!("the summary of the job {} cannot be written", files::shown(file)))
}
