//! Tests of what is written.

mod formatted;
mod generated;
mod laws;
mod revised;
mod spans;
