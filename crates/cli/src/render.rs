//! Renderers: data in, text out. None of them reads or decides anything.

pub mod book;
pub mod checks;
pub mod diagnostics;
pub mod difference_text;
pub mod escape;
pub mod failure;
pub mod fields;
pub mod findings;
pub mod github;
pub mod graph;
pub mod grouped;
pub mod guards_text;
pub mod outcome_text;
pub mod page;
pub mod plan_markdown;
pub mod plan_text;
pub mod sarif;
pub mod sentence;
pub mod show;
pub mod side_by_side;
pub mod source;
pub mod text_diff;
pub mod values;
