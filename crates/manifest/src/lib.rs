//! Files to desired documents, with positions and diagnostics; the JSON Schema of the format.
//!
//! ```text
//! files ──read──▶ text ──yaml──▶ nodes with positions ──parse, by the model's tables──▶ documents
//!                                        │                                      │
//!                                        └────────────── diagnostics ◀──────────┘
//! ```
//!
//! This is the one crate that touches the policy directory. It knows no URL of Graph, no network and no
//! clock, and it runs nothing that it reads. Trees and positions are dropped file by file; [`locate`]
//! finds a position again by parsing the one file.

pub mod codes;
pub mod config;
mod context;
mod dangling;
mod document;
mod envelope;
mod files;
mod foreign;
mod forms;
mod identity;
mod inline;
mod keys;
mod kind;
mod leaf;
mod limits;
mod load;
mod locate;
mod ownership;
mod parse;
mod pasted;
mod reference;
mod reference_doc;
mod removed;
mod render;
mod rules;
mod scalar;
pub mod schema;
mod template;
mod tenant;
mod union;
pub mod write;
mod yaml;

pub use config::Config;
pub use load::{Loaded, configuration, load, load_paths, load_text, load_texts, yaml_to_json};
pub use locate::{Located, Location, locate, locate_all};
pub use reference_doc::reference_doc;
pub use render::{Line, Rendered, givers, render};
pub use template::again::{Writer, Written, written};
pub use template::taken::{Members, Taken};

#[cfg(test)]
mod tests;
