//! `rr-admin` as an operator meets it: of a running and a stopped node, in tables, JSON and YAML, with its manual and its exit codes.
#![allow(clippy::unwrap_used)]

mod manual;
mod running;
mod stopped;
