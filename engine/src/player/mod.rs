//! Players behind one trait: random, one-ply heuristic, and Gumbel search with a network that the caller injects.

mod agent;
mod batch_evaluator;
mod gumbel_agent;
mod heuristic_agent;
mod material;
mod network_game;
mod random_agent;

pub use agent::{Agent, AgentKind};
pub use batch_evaluator::BatchEvaluator;
pub use gumbel_agent::{GumbelAgent, GumbelAgentSettings, RowEvaluator};
pub use heuristic_agent::HeuristicAgent;
pub use material::MaterialEvaluator;
pub use network_game::{NetworkGame, RowShape, VALUE_SLOTS};
pub use random_agent::RandomAgent;

pub(crate) use network_game::check_outputs;
