//! Gumbel AlphaZero search over any turn-based game of perfect information for one to four players.
//!
//! The search keeps a real tree in an arena, carries a utility vector on every edge and lets the mover of a node maximise
//! its own slot (max^n, which is negamax for two players). It is resumable: [`GumbelSearch::next_leaf`] stops at a position that
//! needs an evaluation, [`GumbelSearch::absorb`] takes the answer, [`GumbelSearch::result`] reads the statistics, so that one thread
//! runs many games and fills whole batches without virtual loss. [`Puct`] and [`MaxN`] are the plain searches that it is compared with. Nothing here knows RingRift: everything works on [`Game`].

mod budget;
mod cache;
mod error;
mod evaluator;
mod game;
mod gumbel;
mod halving;
mod max_n;
mod params;
mod puct;
mod qvalues;
mod result;
mod root;
mod tree;

pub use budget::{PlayoutCap, SearchBudget};
pub use cache::{CacheView, EvalCache};
pub use error::SearchError;
pub use evaluator::{Evaluator, UniformEvaluator, run_search};
pub use game::{Game, MAX_PLAYERS, Utilities};
pub use gumbel::{GumbelSearch, SearchStep};
pub use halving::considered_visits;
pub use max_n::{MaxN, MaxNParams};
pub use params::SearchParams;
pub use puct::{Puct, PuctParams};
pub use result::{MoveSelection, RootAction, SearchResult};
