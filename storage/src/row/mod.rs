//! The values behind the tables.

mod champion;
mod config_state;
mod event;
mod game;
mod job;
mod matches;
mod model;
mod shard;

pub use champion::{Champion, ChampionRow, ChampionSwap};
pub use config_state::{ConfigStateRow, StateWrite};
pub use event::{DeadLetter, EventAppend, OutboxEvent};
pub use game::{GameAppend, GameLogEntry, GameOrigin, GameParity, GameRow, GameTotals, NewGame};
pub use job::{CheckpointRow, JobKind, JobRow, JobState};
pub use matches::{MatchAppend, MatchRow};
pub use model::{ModelAppend, ModelRow};
pub use shard::ShardRow;
