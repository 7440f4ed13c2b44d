//! What can go wrong between a search and its evaluator.

/// Reports a budget that cannot be read or an evaluation that the search refuses.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SearchError {
    /// The text is neither a named budget nor a positive count.
    #[error(
        "unknown search budget {0:?}: use THROUGHPUT, STANDARD, QUALITY, ULTIMATE, MASTER or a number of simulations above zero"
    )]
    UnknownBudget(String),
    /// The evaluator answered for another number of actions than the leaf has.
    #[error(
        "evaluation holds {got} logits but the position has {expected} actions: the evaluator serves another game or board"
    )]
    WrongLength {
        /// Actions of the leaf.
        expected: usize,
        /// Logits received.
        got: usize,
    },
    /// A logit or a utility is NaN or infinite.
    #[error(
        "evaluation holds a number that is not finite: the model is damaged or has diverged, load an earlier checkpoint"
    )]
    NotFinite,
    /// An evaluation came although none was asked for.
    #[error("no leaf is waiting for an evaluation: call next_leaf first")]
    NothingPending,
    /// The text names no player.
    #[error("unknown player {0:?}: use random, heuristic, reference-heuristic, alpha-beta or puct")]
    UnknownAgent(String),
    /// An output of the network has another length than its rows.
    #[error(
        "output `{output}` holds {got} numbers instead of {expected}: the model serves another board or layout"
    )]
    OutputLength {
        /// Name of the output.
        output: &'static str,
        /// Length of all rows together.
        expected: usize,
        /// Length received.
        got: usize,
    },
    /// The evaluator could not answer.
    #[error("evaluation failed: {0}")]
    Evaluator(String),
}
