//! `entrant apply`: plan afresh, hold that against what was approved or show it and ask, execute, plan again.

use super::approval::{Approval, Unapproved};
use crate::args::ApplyArgs;
use crate::connection::Connection;
use crate::exit::Exit;
use crate::files;
use crate::interrupt::Interrupt;
use crate::known::Known;
use crate::render::grouped::grouped;
use crate::render::source::Sources;
use crate::render::{difference_text, outcome_text};
use crate::session::{self, Made};
use crate::settings::{Format, Settings};
use anyhow::Result;
use entrant_apply::output::{OutcomeDocument, Remaining, StoppedDocument, document};
use entrant_apply::{Event, Outcome, Settings as Patience};
use entrant_model::{Address, Diagnostic};
use entrant_plan::output::summary;
use entrant_plan::{Action, Change, Plan};
use entrant_workspace::Options;
use std::convert::Infallible;

/// Plans, asks, executes, and plans again.
pub async fn run(args: &ApplyArgs, settings: &Settings) -> Result<Exit> {
    let mut sources = Sources::default();
    let approval = match Approval::of(args, settings)? {
        Ok(approval) => approval,
        Err(finding) => return Ok(refuse(*finding, settings)),
    };
    let mut options = session::options(approval.targets(&args.target), &args.allow)?;
    let (mut loaded, tenant) = session::load(settings)?;
    if loaded.diagnostics.iter().any(Diagnostic::is_error) {
        session::show(&mut loaded.diagnostics, &mut sources, settings);
        return Ok(Exit::Error);
    }
    if loaded.documents.is_empty() {
        session::show(&mut loaded.diagnostics, &mut sources, settings);
        let directory = files::shown(&settings.policies);
        settings
            .terminal
            .talk(&format!("apply refused: there are no documents in {directory}; is `--policies` right?\n"));
        return Ok(Exit::Refused);
    }
    let (since, unread) = session::since(&args.allow, settings, tenant.as_ref())?;
    options.since = since;
    options.rules.allowed.absences = approval.lists_what_is_deleted();
    loaded.diagnostics.extend(unread);
    settings.progress.loaded(loaded.documents.len(), loaded.files);
    let interrupt = Interrupt::listen_in_time(settings);
    if let Some(finding) = approval.for_another_tenant(tenant.as_ref().map(|tenant| tenant.id.as_str())) {
        return Ok(refuse(finding, settings));
    }
    let connection = Connection::open(settings, tenant.as_ref()).await?;
    options.rules.seen = session::seen(settings, &connection);
    let ended = match approval.for_another_connection(&connection) {
        Some(finding) => Ok(refuse(finding, settings)),
        None => Box::pin(on(&connection, loaded, options, &approval, settings, &interrupt)).await,
    };
    connection.close().await;
    ended
}

/// A saved plan that cannot be taken.
fn refuse(finding: Diagnostic, settings: &Settings) -> Exit {
    session::show(&mut [finding], &mut Sources::default(), settings);
    Exit::Error
}

async fn on(
    connection: &Connection,
    loaded: entrant_manifest::Loaded,
    options: Options,
    approval: &Approval,
    settings: &Settings,
    interrupt: &Interrupt,
) -> Result<Exit> {
    let again = entrant_manifest::Loaded {
        documents: loaded.documents.clone(),
        diagnostics: Vec::new(),
        config: loaded.config.clone(),
        files: loaded.files,
        depends_on_tenant: loaded.depends_on_tenant,
        defaults: Vec::new(),
    };
    let made = tokio::select! {
        made = session::make(loaded, options.clone(), connection, &settings.progress) => made?,
        () = interrupt.asked() => return Ok(interrupt.exit(Exit::Error)),
    };
    let Made { plan, origin, mut diagnostics } = made;
    if session::show(&mut diagnostics, &mut Sources::default(), settings) {
        return Ok(Exit::Error);
    }
    let mut known = Known::read(&settings.own_directory(), connection.tenant.as_deref(), &connection.host);
    let is_text = settings.format == Format::Text;
    let groups = grouped(&plan);
    let planned = entrant_plan::output::document(&plan, &origin);
    if let Some(unapproved) = approval.objection(&planned) {
        if is_text {
            let width = settings.terminal.width();
            settings.terminal.data(&match unapproved.differences.as_slice() {
                [] => session::text(&plan, &groups, &known, width),
                differences => difference_text::render(differences, width),
            })?;
        }
        return stop(unapproved, &plan, approval.digest().unwrap_or(&planned.digest), settings);
    }
    if is_text {
        say(settings, &session::text(&plan, &groups, &known, settings.terminal.width()));
    }
    if !plan.guards.is_empty() {
        if !is_text {
            settings.terminal.talk(&session::guards(&plan, &groups, &known, settings.terminal.talk_width()));
            let remaining = Some(Remaining::from(summary(&plan)));
            let digest = approval.digest().unwrap_or(&planned.digest);
            let nothing_done = document(&Outcome::default(), digest, remaining);
            settings.terminal.data(&session::json_text(&nothing_done)?)?;
        }
        settings.terminal.talk("apply refused: nothing was written.\n");
        settings.terminal.talk(&session::overrides(&plan, settings.terminal.talk_width()));
        return Ok(Exit::Refused);
    }
    let asks = matches!(approval, Approval::Person) && !plan.is_empty();
    if asks && !is_approved(settings, interrupt).await? {
        settings.terminal.talk("Not approved: nothing was written.\n");
        return Ok(if interrupt.is_asked() { interrupt.exit(Exit::Error) } else { Exit::Error });
    }
    let outcome = execute(&plan, connection, settings, interrupt).await;
    let rest = if plan.is_empty() {
        Some(plan.clone())
    } else {
        replanned(again, options, connection, settings, interrupt).await
    };
    remember(&mut known, &plan, &outcome, rest.as_ref());
    let remaining = rest.as_ref().map(|rest| Remaining::from(summary(rest)));
    let result = document(&outcome, approval.digest().unwrap_or(&planned.digest), remaining);
    if !is_text {
        settings.terminal.data(&session::json_text(&result)?)?;
    } else if !plan.is_empty() {
        say(settings, &outcome_text::summary(&outcome, &result, settings.terminal.width()));
    }
    Ok(ended(&outcome, &result, interrupt))
}

/// Nothing is written of a plan that is not the approved one.
fn stop(unapproved: Unapproved, plan: &Plan, approved: &str, settings: &Settings) -> Result<Exit> {
    let Unapproved { finding, differences } = unapproved;
    if settings.format == Format::Json {
        let remaining = Some(Remaining::from(summary(plan)));
        let mut result = document(&Outcome::default(), approved, remaining);
        let (code, message) = (finding.code.name.to_owned(), finding.message.clone());
        result.stopped = Some(StoppedDocument { code, message, differences });
        settings.terminal.data(&session::json_text(&result)?)?;
    }
    session::show(&mut [finding], &mut Sources::default(), settings);
    settings.terminal.talk("apply stopped: nothing was written.\n");
    Ok(Exit::Stale)
}

/// Where an apply ended, from the most urgent down.
fn ended(outcome: &Outcome, result: &OutcomeDocument, interrupt: &Interrupt) -> Exit {
    let is_all_done =
        result.remaining.as_ref().is_some_and(|rest| rest.create + rest.update + rest.delete == 0);
    if interrupt.is_asked() || outcome.is_interrupted() {
        interrupt.exit(Exit::Partial)
    } else if outcome.is_complete() && is_all_done {
        Exit::Done
    } else {
        Exit::Partial
    }
}

/// Progress. A reader that has gone must not stop an apply half-way.
fn say(settings: &Settings, text: &str) {
    if let Err(error) = settings.terminal.page(text) {
        tracing::debug!("stdout: {error}");
    }
}

async fn is_approved(settings: &Settings, interrupt: &Interrupt) -> Result<bool> {
    settings.terminal.talk("\nApply these changes? Only \"yes\" is accepted: ");
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    tokio::select! {
        answer = answer => Ok(answer??.trim() == "yes"),
        () = interrupt.asked() => {
            settings.terminal.talk("\n");
            Ok(false)
        }
    }
}

async fn execute(
    plan: &Plan,
    connection: &Connection,
    settings: &Settings,
    interrupt: &Interrupt,
) -> Outcome {
    let width = settings.terminal.width();
    let is_text = settings.format == Format::Text;
    let writes = plan.writes().count();
    if is_text && writes > 0 {
        say(settings, "\n");
    }
    if writes > 0 {
        settings.progress.applying(writes);
    }
    let _line = settings.progress.until_dropped();
    let (mut begun, mut ended) = (0, 0);
    let stop = || interrupt.is_asked();
    let mut on = |event: Event<'_>| match event {
        Event::Started(change) => {
            tracing::info!("{} {}", change.action.as_str(), change.address);
            begun += 1;
            let what = format!("{} {}", change.action.as_str(), change.address);
            settings.progress.applying_step(begun, writes, &what);
        }
        Event::Unclear(change, at_most) => {
            settings.progress.unclear_create(&change.address.to_string(), at_most);
        }
        Event::Finished(change, result) => {
            if is_text {
                settings.progress.clear();
                say(settings, &outcome_text::step(change, result, width));
            }
            ended += 1;
            settings.progress.applied(&change.address.to_string(), ended, writes);
        }
    };
    let patience = Patience::default();
    tokio::select! {
        outcome = entrant_apply::apply(plan, &connection.client, &patience, &stop, &mut on) => outcome,
        never = no_waits_once_interrupted(connection, interrupt) => match never {},
    }
}

async fn no_waits_once_interrupted(connection: &Connection, interrupt: &Interrupt) -> Infallible {
    interrupt.asked().await;
    connection.client.stop_waiting();
    std::future::pending().await
}

/// What a plan made now would still do; `None` where none can be made.
async fn replanned(
    loaded: entrant_manifest::Loaded,
    options: Options,
    connection: &Connection,
    settings: &Settings,
    interrupt: &Interrupt,
) -> Option<Plan> {
    if interrupt.is_asked() {
        return None;
    }
    settings.progress.planning_again();
    let made = tokio::select! {
        made = session::make(loaded, options, connection, &settings.progress) => made,
        () = interrupt.asked() => return None,
    };
    match made {
        Ok(mut made) if made.diagnostics.iter().any(Diagnostic::is_error) => {
            session::show(&mut made.diagnostics, &mut Sources::default(), settings);
            None
        }
        Ok(made) => Some(made.plan),
        Err(error) => {
            settings.terminal.talk(&crate::render::failure::render(&error, settings.terminal.talk_width()));
            None
        }
    }
}

/// What is as declared now is known from now on; what was deleted or forgotten is not.
fn remember(known: &mut Known, plan: &Plan, outcome: &Outcome, rest: Option<&Plan>) {
    let done: Vec<&Address> =
        outcome.steps.iter().filter(|s| s.result.is_done()).map(|s| &s.address).collect();
    let is_gone = |change: &&Change| match change.action {
        Action::Delete => done.contains(&&change.address),
        Action::Keep => true,
        Action::Create | Action::Update => false,
    };
    let gone: Vec<&Address> = plan.changes.iter().filter(is_gone).map(|c| &c.address).collect();
    let described = match rest {
        Some(rest) => rest.unchanged.iter().collect(),
        None => done.iter().copied().filter(|address| !gone.contains(address)).collect::<Vec<_>>(),
    };
    known.update(described, gone.iter().copied());
}
