//! `entrant completions SHELL`

use crate::args::{CompletionsArgs, Raw};
use crate::exit::Exit;
use crate::settings::Settings;
use anyhow::Result;
use clap::CommandFactory as _;

/// Prints the completions of a shell.
pub fn run(args: &CompletionsArgs, settings: &Settings) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Raw::command(), "entrant", &mut script);
    settings.terminal.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
