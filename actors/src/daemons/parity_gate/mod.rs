//! The parity gate: sees to it that every stored game has a verdict, and keeps the one grant under which games train without.
//!
//! Games that nobody replayed yet are replayed in the background, off the mailbox; what replays otherwise never trains. The grant
//! `training.allow_pending_gate` is recorded with its holder, its end and each of its uses, and told of when it begins and ends.

mod actor;
mod grant;
mod round;
mod tally;

pub use actor::{ParityGateActor, ParityGateArgs, ParityGateMsg, ParityGateWork};
pub(crate) use grant::record_use;
pub use grant::{GrantWish, grant_in_force, recorded_grant};
