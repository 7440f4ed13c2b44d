//! `rr-admin tokens`, `certs` and `audit`, and `rr-node doctor`, as an operator meets them.
#![allow(clippy::unwrap_used)]

mod certs;
mod doctor;
mod tokens;
