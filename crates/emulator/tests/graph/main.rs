//! The emulator as a client meets it, over HTTP: one test binary, a module for each concern.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it has to be")]
#![allow(clippy::too_many_lines, reason = "a table of rules is as long as there are rules")]

mod batch;
mod conformance;
mod documented;
mod faults;
mod faults_answers;
mod faults_callers;
mod faults_resources;
mod files;
mod harness;
mod http;
mod kinds;
mod manual;
mod mapping;
mod odata;
mod organizations;
mod resources;
mod role_assignments;
mod strict;
mod unknown;
