//! Errors of the cluster's decisions.

use thiserror::Error;

/// Says why a decision could not be taken from what was given.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ClusterError {
    /// A sequential test was set up with numbers that contradict each other.
    #[error("the sequential test cannot start: {0}; correct the [evaluation] section")]
    SprtParams(&'static str),
    /// An opening was not played once from every seat.
    #[error("an opening of {players} players holds {games} games; play it once from every seat")]
    OpeningGames {
        /// Seats of the game.
        players: u8,
        /// Games that came.
        games: usize,
    },
    /// A win was shared among an impossible number of players.
    #[error("a win shared among {shared} of {players} players cannot be; check the game's result")]
    OpeningShare {
        /// Seats of the game.
        players: u8,
        /// Players that share the win.
        shared: u8,
    },
    /// A result without games.
    #[error("an evaluation without games proves nothing; play games before reporting it")]
    NoGames,
    /// More points than games, or less than none.
    #[error("{score} points out of {games} games cannot be; recount the games")]
    ScoreOutOfRange {
        /// Points claimed.
        score: f64,
        /// Games played.
        games: u64,
    },
    /// A model was to be tested against itself.
    #[error("model {0} was tested against itself; name another champion")]
    SelfMatch(String),
    /// A match whose places do not fit its seats.
    #[error("match {id} cannot be rated: {fault}; drop it from the log")]
    MatchShape {
        /// The match.
        id: String,
        /// What does not fit.
        fault: &'static str,
    },
    /// A seat's name that is no player.
    #[error("`{0}` is no rated player; it must be random, heuristic or a model's hash")]
    UnknownPlayer(String),
    /// Parameters of the training loop that contradict each other.
    #[error("the training loop cannot start: {0}; correct the [training] section")]
    LoopParams(&'static str),
}
