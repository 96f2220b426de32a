//! Log lines, on stderr: `-v` says what is done, `-vv` every request. The token is in none of them.

use crate::args::{Color, Global, LogFormat};
use tracing_subscriber::EnvFilter;

/// Installs the subscriber.
pub fn start(global: &Global) {
    // A directive covers every target that begins with it: the tool's crates and no other.
    let filter = match global.verbose {
        0 => "entrant=warn",
        1 => "entrant=info",
        _ => "entrant=debug",
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(global.color == Color::Always || (global.color == Color::Auto && colours_stderr()));
    match global.log_format {
        LogFormat::Text => builder.without_time().init(),
        LogFormat::Json => builder.json().init(),
    }
}

fn colours_stderr() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}
