//! Errors of this crate: what went wrong, and what to do about it.

use std::fmt;

/// An error with what to do, a sentence each.
#[derive(Debug)]
pub struct Failure {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// An error with one thing to do.
pub fn failure(message: impl Into<String>, help: impl Into<String>) -> anyhow::Error {
    Failure { message: message.into(), help: vec![help.into()] }.into()
}

/// Whether the error is a pipe that its reader has closed.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
