//! The arena: measures a candidate against the champion and against the anchors, with the search that is used in play.
//!
//! Every opening is played in every seat rotation; a sequential test takes the openings in their order, so that short games don't
//! bias it. Every finished game is in the match log before it counts, so that an evaluation that is ordered again goes on where it
//! was. The report, the model's card and the event are stored in one transaction.

mod actor;
mod anchor_rule;
mod args;
mod evaluation;
mod ledger;
mod match_plan;
mod players;
mod report;
mod round;
mod status;
mod task;

pub use actor::{ArenaActor, ArenaMsg, ArenaState};
pub use args::ArenaArgs;
pub use ledger::{FinishedOpening, OpeningLedger};
pub use match_plan::{MatchPart, MatchPlan};
pub use status::ArenaStatus;
