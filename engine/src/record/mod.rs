//! Records of games: what is stored of a game, and how it becomes training samples again.
//!
//! A [`GameRecord`] holds the config, the rules, every move and what the searches said, by absolute seat. It has a compact binary form
//! and an open text form; both round-trip. [`Replay`] walks through its decisions, [`Expander`] makes samples of them.

mod binary;
mod checksum;
mod error;
mod expand;
mod game;
mod move_token;
mod replay;
mod sample;
mod search_text;
mod stats;
mod text;
mod text_reader;
mod wire_move;

pub use error::RecordError;
pub use expand::Expander;
pub use game::{GameRecord, GameResult, PlayerTag, RECORD_VERSION};
pub use replay::{Replay, ReplayedDecision};
pub use sample::{NOBODY, PolicyTarget, TrainingSample};
pub use stats::{DecisionSite, PolicyWeight, SearchStats};
