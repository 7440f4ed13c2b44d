//! `rr-admin` on the golden games: what it verifies, counts, draws and measures, and how it says that something differs.
#![allow(clippy::unwrap_used)]

mod altered;
mod counts;
mod drawing;
mod verifying;
