//! The `entrant` command: flags to settings, settings to a command, what happened to an exit code.
//!
//! ```text
//! args (as typed) ─▶ settings (decided) ─▶ commands/* ─▶ exit
//!                                             │
//!              session: load, connect, plan ◀─┴─▶ outputs ─▶ render: text, json, markdown, github, sarif
//! ```
//!
//! Glue alone: what a plan is, how it is made and how it is executed stand in the other crates.

mod args;
mod commands;
mod connection;
mod exit;
mod failure;
mod files;
mod git;
mod interrupt;
mod known;
mod logging;
mod outputs;
mod progress;
mod render;
mod report;
mod repository;
mod session;
mod settings;
mod sign_in;
mod terminal;

use clap::Parser as _;
use clap::error::ErrorKind;
use entrant_model::text::visible;
use exit::Exit;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let raw = match args::Raw::try_parse() {
        Ok(raw) => raw,
        Err(error) => return usage(&error).into(),
    };
    logging::start(&raw.global);
    let terminal = terminal::Terminal::new(raw.global.color, terminal::is_on_runner());
    let ended = settings::Settings::decide(&raw.global, &raw.command, |name| std::env::var(name).ok())
        .and_then(|settings| commands::run(raw.command, &settings));
    let exit = match ended {
        Ok(exit) => exit,
        Err(error) if failure::is_closed_pipe(&error) => Exit::Done,
        Err(error) => {
            terminal.talk(&render::failure::render(&error, terminal.talk_width()));
            Exit::Error
        }
    };
    exit.into()
}

/// What clap has to say: help and version are what was asked for, everything else is an error.
fn usage(error: &clap::Error) -> Exit {
    let said = error.render().to_string();
    let shown: String = said.lines().map(|line| visible(line) + "\n").collect();
    let on_runner = terminal::is_on_runner();
    if error.use_stderr() && (on_runner || shown.trim_end() != said.trim_end()) {
        // What was typed may come from elsewhere, and no terminal or runner shall obey it.
        terminal::Terminal::new(args::Color::Never, on_runner).talk(&shown);
    } else {
        // Whether anybody reads it changes nothing.
        let _ = error.print();
    }
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
        ErrorKind::UnknownArgument if std::env::args().any(|argument| argument == "--emulator") => {
            eprintln!("A file of `--emulator` follows an equals sign: `--emulator=FILE`.");
            Exit::Error
        }
        _ => Exit::Error,
    }
}
