//! DATA_PIPELINE: takes in the games that people and other programs bring as files.
//!
//! A file that has come to rest is read, and each of its games is checked: it replays under the rules to the end that it tells of, and
//! its searches become training samples. Games are stored by the hash of their record, so that a file that is read again after a crash
//! adds nothing. Only then the file goes: from `inbox` to `inbox/done`, or with its faults written beside it to `inbox/quarantine`.
//! Further folders are only read.

mod actor;
mod folder;
mod imported;
mod reading;
mod round;
mod settling;

pub use actor::{DataPipelineActor, DataPipelineArgs, DataPipelineMsg, DataPipelineState};
