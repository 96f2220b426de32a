//! Files as people write them: printing them in one form, and changing a value in place.
//!
//! ```text
//! text ──tree──▶ as it is written, comments included ──form──▶ values with their comments ──canonical, print──▶ text
//!          │
//!          └──edit──▶ the same text but for one value
//! ```
//!
//! What is read here is read beside `yaml`, which says what a document means; nothing is written that does not read
//! back to what was meant.

mod canonical;
mod convert;
mod form;
mod format;
mod held;
mod print;
mod revise;
mod save;
mod text;
mod tree;

pub use convert::{Converted, Lost, to_v1};
pub use format::format;
pub use revise::{Anchored, Refused, Revised, Source, document, longest_run, revise};
pub use save::{create, files, names, read, save};
pub use text::{folded, literal};

#[cfg(test)]
mod tests;

/// What documents say, for tests to compare.
#[cfg(test)]
fn in_full_for_tests(bodies: Vec<entrant_model::desired::Body>) -> String {
    bodies.into_iter().map(format::in_full).collect()
}
