//! What a client tells while it works: what it waits for and for how long, and how far a long listing is. Prints
//! nothing itself.

use std::fmt;
use std::time::Duration;

/// Hears of every wait of a client, and of its listings. It is called from the task that waits or reads, so it must
/// not block.
pub trait Observer: Send + Sync + fmt::Debug {
    /// The client begins to wait. A wait that stops all its requests is told once.
    fn waiting(&self, waiting: &Waiting);

    /// So many policies of a listing have come so far. Told now and then, from the thread that reads them.
    fn listed(&self, policies: usize);
}

/// A wait that begins now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What for.
    pub reason: WaitReason,
    /// How long.
    pub duration: Duration,
    /// Whether no request leaves meanwhile, or only one is repeated later.
    pub stops_all: bool,
    /// Whether Graph named the time (`Retry-After`); otherwise it is the client's own choice.
    pub is_given: bool,
}

/// Why a client waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WaitReason {
    /// Graph answered 429: too many requests.
    Throttled,
    /// Graph answered with this status, and asks to wait or may be well again later.
    Failed(u16),
    /// No connection, a broken one, or no whole answer in time.
    NoAnswer,
    /// An answer that is no JSON.
    Unreadable,
}

impl fmt::Display for WaitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled => f.write_str("Graph throttles (429)"),
            Self::Failed(status @ ..500) => write!(f, "Graph answered {status}"),
            Self::Failed(status) => write!(f, "Graph failed ({status})"),
            Self::NoAnswer => f.write_str("no whole answer from Graph"),
            Self::Unreadable => f.write_str("an answer that is not Graph's"),
        }
    }
}
