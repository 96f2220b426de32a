//! The benchmark: makes an estate, serves it with `entrant emulator serve`, runs the real `entrant` on it as a
//! user does, and holds what the server saw and what the process cost against the figures of
//! `docs/performance.md`.
//!
//! It imports none of the tool's crates: what it knows of the tool is its command line, and what it knows of
//! the run is the server's access log. A row that is not held is printed as such; nothing is measured again
//! until it fits.
//!
//! ```text
//! main ── figures/* ── estate, whole (documents, seed)
//!                 ├─── server (the emulator's process, its access log, the tenant as it is)
//!                 ├─── process (entrant: exit, time, processor, memory)
//!                 └─── table (bound, reached, least)
//! ```

mod bench;
mod estate;
mod figures;
mod process;
pub mod secret;
mod server;
mod table;
pub mod whole;

pub use bench::{Bench, Options};
pub use figures::{FIGURES, Figure};
pub use process::measure;
pub use table::{Row, Table, Verdict};
