//! A Microsoft Graph of our own: both versions of the entitlement management endpoints, and the
//! directory look-ups beside them, over one store and served on a loopback address.
//!
//! It is the oracle by which the tool is judged. So it imports none of the tool's crates, it reads
//! the facts for itself (the mapping between beta and v1.0 is written a second time in
//! `kinds`), and where Graph's behaviour is not known it is the stricter of the two. It parses
//! no YAML, keeps no policy of its own about what is good to write, and never listens on anything
//! but loopback.
//!
//! [`start`] is the way in. Below it a request passes `server` (HTTP, sign-in, logs), `service`
//! (paths to operations; here `faults` may step in), `kinds` (what each kind of
//! object is and checks) and `store`.

mod batch;
mod connection;
mod errors;
mod faults;
mod json;
mod kinds;
mod message;
mod odata;
mod random;
mod seed;
mod server;
mod service;
mod shape;
mod state;
mod store;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

pub use faults::{EarlyRequest, FaultsError};
pub use seed::{SeedError, builtin_tenant};
pub use server::{Running, start};
pub use state::StateError;

/// How an emulator is set up. `Options::default()` is a fresh built-in tenant in memory.
#[derive(Debug, Clone)]
pub struct Options {
    /// The tenant's id, which `GET /organization` answers with. `None`: that of the state file if
    /// there is one, else [`DEFAULT_TENANT_ID`].
    pub tenant_id: Option<String>,
    /// The one bearer token that is accepted. `None`: any that is not empty and not `invalid`.
    pub token: Option<String>,
    /// How long every HTTP request waits before it is answered (a batch waits once).
    pub latency: Duration,
    /// A file to which each HTTP request is appended as a JSON line:
    /// `{time, method, path, query?, status, fault?, earlyMs?, inner: [{method, path, query?, status,
    /// fault?, earlyMs?}]}`. `fault` names the fault that struck, `earlyMs` how many milliseconds too
    /// early it came after a `Retry-After`; a `status` of 0 means that no answer was sent.
    pub access_log: Option<PathBuf>,
    /// A file to which each exchange is appended as a JSON line, a batch and its inner requests
    /// alike: `{version, method, path, query, requestBody, status, responseBody}`. `path` begins
    /// with the version, `query` is as sent and percent-encoded, `""` where there was none.
    pub exchanges: Option<PathBuf>,
    /// The tenant to begin with: Graph v1.0 objects by collection, the form that
    /// [`builtin_tenant`] has. `None`: the built-in tenant. A state file that exists wins.
    pub seed: Option<Value>,
    /// A file that holds the tenant between runs. Locked while the emulator runs, and written
    /// after each change. `None`: the tenant lives in memory.
    pub state_file: Option<PathBuf>,
    /// What v1.0 shows for a scope that only beta has.
    pub existing_connected_organizations: ExistingConnectedOrganizations,
    /// Decides the ids that are made and the order in which sets come back.
    pub random_seed: u64,
    /// How many objects a page holds where the request does not say (`$top`).
    pub page_size: usize,
    /// What goes wrong on purpose: a faults file as JSON; `docs/emulator.md` describes it. `None`:
    /// nothing.
    pub faults: Option<Value>,
}

/// What v1.0 shows as `allowedTargetScope` for beta's `AllExistingConnectedOrganizationSubjects`.
/// The documentation does not say, so all that are plausible can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExistingConnectedOrganizations {
    /// The nearest scope that v1.0 has.
    #[default]
    AllConfiguredConnectedOrganizationUsers,
    /// As if no scope were set.
    NotSpecified,
    /// The sentinel that an evolvable enumeration shows for a member it does not list.
    UnknownFutureValue,
}

/// Where the tenant that is served came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The built-in tenant, fresh.
    Builtin,
    /// The seed that was given, fresh.
    Seed,
    /// A state file that was there already; no seed was given.
    State,
    /// A state file that was there already; the seed that was given was not read. Worth a warning.
    StateInsteadOfSeed,
}

/// The tenant's id where neither the options nor a state file name one.
pub const DEFAULT_TENANT_ID: &str = "5b9e4d6c-3f0a-4c8e-9a57-0c1f6f2f8a11";

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is not a loopback address.
    #[error("the emulator listens on loopback addresses only, and {0} is not one")]
    NotLoopback(SocketAddr),
    /// The address could not be bound.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// What was asked for.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// A log could not be opened for appending.
    #[error("cannot write {}: {source}", path.display())]
    Log {
        /// The access log, or the exchanges.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The seed does not describe a tenant.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The faults file says something that it cannot.
    #[error(transparent)]
    Faults(#[from] FaultsError),
    /// The state file is in use, unreadable or not ours.
    #[error(transparent)]
    State(#[from] StateError),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tenant_id: None,
            token: None,
            latency: Duration::ZERO,
            access_log: None,
            exchanges: None,
            seed: None,
            state_file: None,
            existing_connected_organizations: ExistingConnectedOrganizations::default(),
            random_seed: 1,
            page_size: 100,
            faults: None,
        }
    }
}
