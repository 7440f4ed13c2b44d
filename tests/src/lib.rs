//! What the tests that cross crates share: our two programs as processes, and a look into a store that nobody runs on.
//!
//! The tests themselves live in `tests/tests/`, golden games in `tests/golden/`. Nothing imports this crate.
//!
//! - [`rr_node`], [`rr_admin`]: the programs, cleared of the caller's environment; [`Answer`] is what one left behind.
//! - [`RunningNode`]: a node at work that can be watched, signalled and killed.
//! - [`tiny_loop`]: settings with which a whole generation takes seconds.
//! - [`StoreFacts`]: everything a store promised to keep, checked in itself and against an earlier look.
//! - [`stocked_folder`]: a data folder with games, models and a champion, made without a node.
//!
//! A test ends with a panic that says what was expected, so these functions panic where others would return an error.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answer;
mod played;
mod programs;
mod running_node;
mod settings;
mod stock;
mod store_facts;
mod system;

pub use answer::Answer;
pub use played::{played_game, random_network, replayed};
pub use programs::{project, rr_admin, rr_node};
pub use running_node::{Ending, RunningNode};
pub use settings::{set, tiny_loop, tiny_loop_settings, tiny_net};
pub use stock::{StockedFolder, stocked_folder};
pub use store_facts::StoreFacts;
pub use system::{NodeTurn, Signal, alone, children_of, is_alive, send};
