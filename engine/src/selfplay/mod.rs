//! Many games per thread feeding whole batches: self-play and evaluation matches.
//!
//! A [`GameFleet`] holds slots; every slot plays one game with a resumable search and stops where it needs the network. `fill` encodes one
//! position per slot into the batch of its model, `absorb` hands the answers back. The slots form two groups, so that one group's batch is
//! on the device while the other group's games go on. What happens in game `i` depends on the run's seed, `i`, and the models alone: not on
//! threads, slots, batches or other games.

mod batch;
mod board_fleet;
mod driver;
mod finished_game;
mod fleet;
mod game_rng;
mod live_game;
mod pairing;
mod recording;
mod run;
mod settings;
mod source;

pub use batch::EvalBatch;
pub use board_fleet::board_fleet;
pub use driver::{FleetCounters, FleetDriver, FleetModel, FleetOptions};
pub use finished_game::FinishedGame;
pub use fleet::GameFleet;
pub use game_rng::{game_rng, game_seed};
pub use live_game::{PlayedPly, SearchedPly};
pub use pairing::{PairedMatches, rotated};
pub use recording::CompletedGame;
pub use run::run_fleet;
pub use settings::{GameTask, Opening, PlaySettings, SeatPlan};
pub use source::{GameSource, NumberedGames};
