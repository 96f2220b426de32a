//! Tests of what is written.

#![allow(
    clippy::format_push_string,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "tests are read, not run for ever"
)]

mod formatted;
mod generated;
mod laws;
mod revised;
mod spans;
