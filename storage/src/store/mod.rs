//! The database: opening it, writing in transactions, reading snapshots.
//!
//! [`Store`] opens and hands out [`StoreWrite`] and [`StoreSnapshot`]; what they do with a table stands in the file of that table.

mod access;
mod champions;
mod compact;
mod config_states;
mod events;
mod facts;
mod games;
mod jobs;
mod live;
mod matches;
mod models;
mod open;
mod orphans;
mod read;
mod shards;
mod write;

#[cfg(test)]
mod tests;

pub use compact::Compaction;
pub use open::{Store, StoreOptions};
pub use orphans::{GameGap, GameStretch};
pub use read::StoreSnapshot;
pub use write::StoreWrite;
