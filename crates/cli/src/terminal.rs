//! The two streams: data on stdout, talk on stderr. Colour is decided here and nowhere else.

use crate::args::Color;
use crate::render::escape::log;
use anstream::{AutoStream, ColorChoice};
use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

/// The columns of what is not a terminal.
const WIDTH_OFF_TERMINAL: usize = 100;
/// Text narrower than this cannot hold a label and a value.
const LEAST_WIDTH: usize = 60;

/// Where a run prints.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    choice: ColorChoice,
    /// A runner of GitHub Actions or an agent of Azure Pipelines reads both streams and obeys commands in them.
    is_on_runner: bool,
}

impl Terminal {
    /// Streams that colour as the flag says; `auto` is a terminal without `NO_COLOR`.
    pub const fn new(color: Color, is_on_runner: bool) -> Self {
        Self {
            choice: match color {
                Color::Auto => ColorChoice::Auto,
                Color::Always => ColorChoice::Always,
                Color::Never => ColorChoice::Never,
            },
            is_on_runner,
        }
    }

    /// Columns of stdout.
    #[allow(clippy::unused_self, reason = "whoever has no terminal has no width")]
    pub fn width(self) -> usize {
        columns(terminal_size::terminal_size_of(io::stdout()))
    }

    /// Columns of stderr.
    #[allow(clippy::unused_self, reason = "whoever has no terminal has no width")]
    pub fn talk_width(self) -> usize {
        columns(terminal_size::terminal_size_of(io::stderr()))
    }

    /// Prints a page for a person, in which a runner finds nothing to obey.
    pub fn page(self, text: &str) -> io::Result<()> {
        self.data(&self.harmless(text))
    }

    fn harmless(self, text: &str) -> Cow<'_, str> {
        if self.is_on_runner { log::harmless(text) } else { Cow::Borrowed(text) }
    }

    /// Prints data, byte for byte but for styles. The error may be a pipe that the reader has closed.
    pub fn data(self, text: &str) -> io::Result<()> {
        let mut stream = AutoStream::new(io::stdout(), self.choice).lock();
        stream.write_all(text.as_bytes())?;
        stream.flush()
    }

    /// Prints talk. Nobody may be listening, which stops nothing.
    pub fn talk(self, text: &str) {
        let mut stream = AutoStream::new(io::stderr(), self.choice).lock();
        let _ = stream.write_all(self.harmless(text).as_bytes()).and_then(|()| stream.flush());
    }
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    size.map_or(WIDTH_OFF_TERMINAL, |(width, _)| usize::from(width.0).max(LEAST_WIDTH))
}

/// Whether somebody can be asked and can answer.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Whether a runner of GitHub Actions or an agent of Azure Pipelines reads what is printed.
pub fn is_on_runner() -> bool {
    let is_true = |name| std::env::var_os(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    is_true("GITHUB_ACTIONS") || is_true("TF_BUILD")
}
