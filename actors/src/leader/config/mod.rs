//! The config actor: the state machine of one board config, from collecting to promoting.
//!
//! Its state is a fold over events ([`rr_cluster::LoopState`]), stored with every step before anything is ordered, so that a
//! restart orders again what the state implies. Orders carry the identity of the work, and whoever takes them passes over repeats.

mod actor;
mod at_work;
mod inputs;
mod loop_params;
mod message;
mod orders;
mod telling;

pub use actor::{ConfigActor, ConfigArgs, ConfigState};
pub use at_work::runs_at_work;
pub use loop_params::{anchor_floors, floor_policy, loop_params, regression_policy};
pub use message::{ConfigMsg, ConfigReport};
