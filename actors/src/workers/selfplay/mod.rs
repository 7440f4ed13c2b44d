//! Self-play: each slot is an actor that owns one thread, which plays many games and keeps two batches on the device.
//!
//! - [`SelfPlayActor`] is told what to play, pauses and resumes, and dies when its thread does.
//! - [`SelfPlayPool`] is what the slots of a process share: the numbers of the games, so that none is played twice, and the
//!   remembered evaluations.
//! - Finished games are replayed under the rules, gathered, and stored in one transaction with the event that tells of them; a slot
//!   whose games can't be stored fast enough waits.
//! - [`FleetRunner`] drives a fleet through an [`InferencePort`]: a device actor, or sessions at hand ([`play_games`]).

mod actor;
mod board_games;
mod commit;
mod device_port;
mod direct;
mod failure;
mod finished;
mod game_group;
mod play_settings;
mod pool;
mod runner;
mod slot_games;
mod slot_thread;
mod status;

pub(crate) use actor::panicked;
pub use actor::{SelfPlayActor, SelfPlayArgs, SelfPlayMsg, SelfPlayState};
pub(crate) use board_games::fleet_model;
pub use device_port::DevicePort;
pub use direct::{DirectPlay, SessionPort, play_games};
pub use failure::WorkerFailure;
pub(crate) use finished::reproduced;
pub use finished::{ReplayedGame, replay_game};
pub(crate) use game_group::GameGroup;
pub use play_settings::{evaluation_settings, self_play_settings};
pub use pool::{SelfPlayPool, eval_cache};
pub use runner::{FleetRunner, FleetStep, InferencePort};
pub use status::SelfPlayStatus;
