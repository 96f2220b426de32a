//! Exit codes: the one place that maps what happened to a number.

use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// What was asked is done. A closed pipe ends here as well: the reader has what it wanted.
    Done,
    /// An error: usage, files, sign-in, Graph, or a check that failed.
    Error,
    /// `plan --detailed-exitcode` found changes.
    ChangesPresent,
    /// The plan is not the one that was approved; nothing was written.
    Stale,
    /// A guard refused to write; nothing was written.
    Refused,
    /// Something was written and something was not, or it is not clear what was.
    Partial,
    /// ^C or SIGTERM.
    Interrupted,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::ChangesPresent => 2,
            Self::Stale => 3,
            Self::Refused => 4,
            Self::Partial => 5,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
