//! Players behind one trait: random, one-ply heuristic, max^n and PUCT with the heuristic, and Gumbel search with a network that the caller
//! injects.

mod agent;
mod batch_evaluator;
mod gumbel_agent;
mod heuristic_agent;
mod heuristic_judge;
mod material;
mod max_n_agent;
mod network_game;
mod one_ply_scores;
mod puct_agent;
mod random_agent;

pub use agent::{Agent, AgentKind};
pub use batch_evaluator::BatchEvaluator;
pub use gumbel_agent::{GumbelAgent, GumbelAgentSettings, RowEvaluator};
pub use heuristic_agent::HeuristicAgent;
pub use heuristic_judge::HeuristicJudge;
pub use material::MaterialEvaluator;
pub use max_n_agent::MaxNAgent;
pub use network_game::{NetworkGame, RowShape, VALUE_SLOTS};
pub use puct_agent::PuctAgent;
pub use random_agent::RandomAgent;

pub(crate) use network_game::check_outputs;
