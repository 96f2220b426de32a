//! `entrant plan`: what apply would change, and nothing else.

use crate::args::PlanArgs;
use crate::connection::Connection;
use crate::exit::Exit;
use crate::files;
use crate::interrupt::Interrupt;
use crate::known::Known;
use crate::outputs::{self, Frozen, Planned};
use crate::render::grouped::grouped;
use crate::render::plan_markdown;
use crate::render::source::Sources;
use crate::render::values::counted;
use crate::report::{self, CostDocument};
use crate::session::{self, Made};
use crate::settings::{Format, Settings};
use anyhow::{Context as _, Result};
use entrant_model::Diagnostic;
use entrant_plan::Plan;
use entrant_plan::output::Origin;
use std::path::Path;
use std::time::Instant;

/// Plans and prints.
pub async fn run(args: &PlanArgs, settings: &Settings) -> Result<Exit> {
    let start = Instant::now();
    let mut options = session::options(&args.target, &args.allow)?;
    let mut sources = Sources::default();
    let (mut loaded, tenant) = session::load(settings)?;
    if loaded.diagnostics.iter().any(Diagnostic::is_error) {
        session::show(&mut loaded.diagnostics, &mut sources, settings);
        return failed(&loaded.diagnostics, args, &mut sources, settings);
    }
    // What vanished with the last document is asked for all the same.
    if loaded.documents.is_empty() && args.allow.since.is_none() {
        session::show(&mut loaded.diagnostics, &mut sources, settings);
        return nothing(args, settings);
    }
    let (since, unread) = session::since(&args.allow, settings, tenant.as_ref())?;
    options.since = since;
    loaded.diagnostics.extend(unread);
    settings.progress.loaded(loaded.documents.len(), loaded.files);
    let interrupt = Interrupt::listen_in_time(settings);
    let connection = Connection::open(settings, tenant.as_ref()).await?;
    options.rules.seen = session::seen(settings, &connection);
    let made = tokio::select! {
        made = session::make(loaded, options, &connection, &settings.progress) => made,
        () = interrupt.asked() => {
            connection.close().await;
            return Ok(interrupt.exit(Exit::Error));
        }
    };
    let cost = session::cost(&connection, start);
    let host = connection.host.clone();
    let tenant = connection.tenant.clone();
    connection.close().await;
    let Made { plan, origin, mut diagnostics } = made?;
    if session::show(&mut diagnostics, &mut sources, settings) {
        return failed(&diagnostics, args, &mut sources, settings);
    }
    let mut known = Known::read(&settings.own_directory(), tenant.as_deref(), &host);
    let groups = grouped(&plan);
    let frozen = Frozen::new(&plan, origin);
    let planned = Planned { plan: &plan, frozen: &frozen, groups: &groups, diagnostics: &diagnostics };
    save(args, &planned, &mut sources)?;
    planned.print(&known, &mut sources, settings)?;
    known.update(&plan.unchanged, &[]);
    if let Some(file) = &args.report {
        write_report(file, &plan, &frozen, cost, &mut sources)?;
    }
    if let Some(file) = &args.out {
        let file = files::shown(file);
        settings.terminal.talk(&format!("Saved in {file}: {}\n", frozen.document().digest));
    }
    settings.terminal.talk(&format!("{}\n", in_words(cost)));
    let exit = ended(args, &plan);
    // The process ends. To free what a large estate says, value by value, would be a good part of its work.
    std::mem::forget(frozen);
    std::mem::forget(groups);
    std::mem::forget(plan);
    Ok(exit)
}

/// There is no plan, and whoever reads its output shall know why.
fn failed(
    diagnostics: &[Diagnostic],
    args: &PlanArgs,
    sources: &mut Sources,
    settings: &Settings,
) -> Result<Exit> {
    outputs::print_failed(diagnostics, args.markdown.as_deref(), sources, settings)?;
    Ok(Exit::Error)
}

fn ended(args: &PlanArgs, plan: &Plan) -> Exit {
    if args.detailed_exitcode && !plan.is_empty() { Exit::ChangesPresent } else { Exit::Done }
}

/// A directory without documents: there is nothing to plan, which is worth saying and no mistake.
fn nothing(args: &PlanArgs, settings: &Settings) -> Result<Exit> {
    let directory = files::shown(&settings.policies);
    let plan = Plan::default();
    let frozen = Frozen::new(&plan, Origin { tool: session::tool(), ..Origin::default() });
    let mut sources = Sources::default();
    let planned = Planned { plan: &plan, frozen: &frozen, groups: &[], diagnostics: &[] };
    save(args, &planned, &mut sources)?;
    if settings.format == Format::Text {
        settings.terminal.page(&format!("No changes: there are no documents in {directory}.\n"))?;
    } else {
        planned.print(&Known::none(), &mut sources, settings)?;
    }
    if let Some(file) = &args.report {
        write_report(file, &plan, &frozen, CostDocument::default(), &mut sources)?;
    }
    Ok(Exit::Done)
}

/// Writes the files, before anything is printed: whoever reads stdout may have gone.
fn save(args: &PlanArgs, planned: &Planned, sources: &mut Sources) -> Result<()> {
    if let Some(file) = &args.out {
        let text = entrant_plan::output::canonical_text(planned.frozen.document());
        files::write_atomically(file, text.as_bytes())
            .with_context(|| format!("the plan {} cannot be written", files::shown(file)))?;
    }
    if let Some(file) = &args.markdown {
        outputs::write_markdown(file, &planned.markdown(plan_markdown::COMMENT, sources))?;
    }
    Ok(())
}

fn write_report(
    file: &Path,
    plan: &Plan,
    frozen: &Frozen,
    cost: CostDocument,
    sources: &mut Sources,
) -> Result<()> {
    let report = report::document(plan, &frozen.document().digest, cost, sources);
    files::write_atomically(file, session::json_text(&report)?.as_bytes())
        .with_context(|| format!("the report {} cannot be written", files::shown(file)))
}

/// `12 requests, 34.5 kB, 0.2 s`.
fn in_words(cost: CostDocument) -> String {
    let kilobytes = cost.bytes.div_ceil(1000);
    let mut parts = vec![counted(cost.http_requests, "request")];
    if cost.inner_requests > 0 {
        parts.push(format!("{} inside batches", cost.inner_requests));
    }
    if cost.retries > 0 {
        parts.push(format!("{} of them repeated", cost.retries));
    }
    parts.push(format!("{kilobytes} kB"));
    parts.push(format!("{:.1} s", cost.seconds));
    format!("Cost: {}.", parts.join(", "))
}
