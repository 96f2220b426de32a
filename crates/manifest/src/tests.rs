//! Tests that need the inside of several modules.

mod explanations;
mod inline;
mod verdict;
