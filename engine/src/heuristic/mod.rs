//! Scores positions by hand-made terms and chooses moves one ply deep.
//!
//! Two modes share one code. `reference` ([`Repairs::NONE`]) equals the reference's evaluator, its faults included, and is held
//! to its golden vectors. `repaired` ([`Repairs::REPAIRED`]) mends the faults; each mend is a switch of [`Repairs`].
//!
//! A position is surveyed once for all seats ([`SeatCounts`]), each seat's counts become what it is worth for itself
//! ([`SeatParts`]), and the comparison of one seat with the others gives the [`HeuristicTerms`], which are added in a fixed
//! order. Nothing is allocated per position after the first one.

mod evaluator;
mod one_ply;
mod parts;
mod position_view;
mod profile;
mod profile_weights;
mod repairs;
mod spread;
mod survey;
mod tables;
mod term;
mod view;
mod weights;

pub use evaluator::{HeuristicEvaluator, WIN_SCORE};
pub use one_ply::{OnePlyChooser, ScoredMove};
pub use parts::SeatParts;
pub use profile::HeuristicProfile;
pub use repairs::Repairs;
pub use survey::SeatCounts;
pub use term::{HeuristicTerm, HeuristicTerms};
pub use view::{HeuristicView, ViewedLps, ViewedResult, ViewedSeat, ViewedStack};
pub use weights::HeuristicWeights;
