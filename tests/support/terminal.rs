//! Signals, and a terminal for the binary to run on.

use crate::run::Result;
use crate::script::Output;
use std::process::{Child, Command};

/// Runs a command on a terminal of so many columns and types `input`, `\n` for a line end, once something is
/// asked, or sends ^C once TEXT is printed where `input` is `^C TEXT`. What it prints comes out of one stream;
/// escape is shown as `␛`.
#[cfg(unix)]
pub fn run(mut command: Command, columns: u16, input: &str) -> Result<Output> {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{LocalModes, OptionalActions, Winsize, tcgetattr, tcsetattr, tcsetwinsize};
    use std::fs::File;
    use std::io::{Read as _, Write as _};

    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let open = || File::options().read(true).write(true).open(name.to_str().unwrap_or_default());
    let slave = open()?;
    tcsetwinsize(&slave, Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 })?;
    let mut modes = tcgetattr(&slave)?;
    modes.local_modes -= LocalModes::ECHO;
    tcsetattr(&slave, OptionalActions::Now, &modes)?;
    let mut child = command.stdin(slave.try_clone()?).stdout(slave.try_clone()?).stderr(slave).spawn()?;
    drop(command);
    let mut master = File::from(master);
    let mut printed = Vec::new();
    let mut is_typed = input.is_empty();
    let (awaited, keys) = match input.strip_prefix("^C ") {
        Some(text) => (text, None),
        None => ("is accepted: ", Some(input.replace("\\n", "\n"))),
    };
    let mut buffer = [0; 4096];
    // Once nobody holds the other end, reading is an error rather than an end of file.
    while let Ok(count @ 1..) = master.read(&mut buffer) {
        printed.extend_from_slice(&buffer[..count]);
        if !is_typed && String::from_utf8_lossy(&printed).contains(awaited) {
            match &keys {
                Some(keys) => master.write_all(keys.as_bytes())?,
                None => interrupt(&child)?,
            }
            is_typed = true;
        }
    }
    let exit = child.wait()?.code();
    let stdout = String::from_utf8(printed)?.replace('\u{1b}', "␛");
    Ok(Output { stdout, exit, ..Output::default() })
}

/// Sends ^C.
#[cfg(unix)]
pub fn interrupt(child: &Child) -> Result<()> {
    signal(child, rustix::process::Signal::INT)
}

/// Asks to end.
#[cfg(unix)]
pub fn terminate(child: &Child) -> Result<()> {
    signal(child, rustix::process::Signal::TERM)
}

#[cfg(unix)]
fn signal(child: &Child, signal: rustix::process::Signal) -> Result<()> {
    let id = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw).ok_or("no process")?;
    Ok(rustix::process::kill_process(id, signal)?)
}

#[cfg(not(unix))]
pub fn run(_: Command, _: u16, _: &str) -> Result<Output> {
    Err("terminals are simulated on Unix alone".into())
}

#[cfg(not(unix))]
pub fn interrupt(_: &Child) -> Result<()> {
    Err("signals are sent on Unix alone".into())
}

#[cfg(not(unix))]
pub fn terminate(_: &Child) -> Result<()> {
    Err("signals are sent on Unix alone".into())
}
