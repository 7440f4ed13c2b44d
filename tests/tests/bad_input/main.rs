//! Bad input, one case each: the message names the cause and the next step, the exit code says what kind it was, and nothing
//! that was stored is lost.
//!
//! Every command runs through [`rr_tests::Answer`], which moreover refuses any panic.
#![allow(clippy::unwrap_used)]

mod command_line;
mod data_folder;
mod database;
mod exit;
mod full_disk;
mod games;
mod kept;
mod models;
mod settings;
mod surroundings;
