//! One file for each command.

mod adopt;
mod apply;
mod approval;
mod completions;
mod convert;
mod docs;
mod doctor;
mod emulator;
mod estate;
mod explain;
mod fmt;
mod graph;
mod import;
mod init;
mod plan;
mod render;
mod schema;
mod show;
mod validate;

use crate::args::{Command, EmulatorCommand};
use crate::exit::Exit;
use crate::settings::Settings;
use anyhow::{Context as _, Result};
use std::future::Future;
use std::num::NonZero;

/// Runs a command.
pub fn run(command: Command, settings: &Settings) -> Result<Exit> {
    match command {
        Command::Validate(args) => validate::run(&args, settings),
        Command::Plan(args) => in_runtime(plan::run(&args, settings)),
        Command::Apply(args) => in_runtime(apply::run(&args, settings)),
        Command::Show(args) => in_runtime(show::run(&args, settings)),
        Command::Graph(args) => in_runtime(graph::run(&args, settings)),
        Command::Docs(args) => in_runtime(docs::run(&args, settings)),
        Command::Adopt(args) => in_runtime(adopt::run(&args, settings)),
        Command::Convert(args) => convert::run(&args, settings),
        Command::Fmt(args) => fmt::run(&args, settings),
        Command::Render(args) => render::run(&args, settings),
        Command::Import(args) => in_runtime(import::run(&args, settings)),
        Command::Explain(args) => explain::run(&args, settings),
        Command::Init(args) => init::run(&args, settings),
        Command::Doctor => in_runtime(doctor::run(settings)),
        Command::Schema(args) => schema::run(&args, settings),
        Command::Emulator(EmulatorCommand::Serve(args)) => in_runtime(emulator::serve(args, settings)),
        Command::Completions(args) => completions::run(&args, settings),
    }
}

fn in_runtime(future: impl Future<Output = Result<Exit>>) -> Result<Exit> {
    // Pages are read on threads of their own. More of these than processors would wait for them, each with memory of its
    // own that others do not get; a few more may wait for a name server, or for somebody's answer.
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(processors + 2)
        .build()
        .context("no runtime for network requests can be started")?;
    let ended = runtime.block_on(future);
    // A question that was never answered still waits for a line; the run does not wait for it.
    runtime.shutdown_background();
    ended
}
