//! The planner: desired and live in, a plan out. Pure and synchronous.
//!
//! ```text
//! Desired ─┐                      ┌─ impact: what it does to who gets in
//!          ├─ matching ─▶ diff ─▶ change ─▶ order ─▶ Plan ─▶ output (frozen JSON, digest)
//! Live ────┘                      └─ other_shape: what a write would drop unseen
//!                                                     └─ guards: why apply will not run it
//! ```
//!
//! It reads no clock, no environment and no file, does not depend on the order of its inputs, and its
//! result is complete: `apply` makes no choice of its own.

pub mod body;
pub mod change;
pub mod codes;
pub mod diff;
pub mod estate;
pub mod fingerprint;
pub mod guards;
pub mod impact;
pub mod import;
pub mod introduced;
mod matching;
pub mod order;
mod other_shape;
pub mod output;
mod pairing;
pub mod parts;
mod renames;
pub mod saved;
pub mod show;
pub mod yaml;

pub use change::{Action, Change, Field, Plan, Reason, Unmanaged};
pub use guards::Guard;
pub use matching::{candidates, look_through, plan, plan_owned};
pub use yaml::flow_text as yaml_text;
