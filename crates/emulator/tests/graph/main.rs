//! The emulator as a client meets it, over HTTP: one test binary, a module for each concern.

mod conformance;
mod harness;
mod http;
mod mapping;
mod strict;
mod unknown;
