//! The `entrant` command.

fn main() {}
