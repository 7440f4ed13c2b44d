//! Payloads of events about measuring a candidate.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::{ConfigKey, FailureNote, JobId, ModelId, RatingEstimate};

/// Counts results from one player's view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchTally {
    /// Games won.
    pub wins: u32,
    /// Games drawn.
    pub draws: u32,
    /// Games lost.
    pub losses: u32,
}

impl MatchTally {
    /// Returns the number of games.
    #[must_use]
    pub const fn games(self) -> u32 {
        self.wins.saturating_add(self.draws).saturating_add(self.losses)
    }

    /// Returns the share of points, a draw being half a point; none without games.
    #[must_use]
    pub fn score(self) -> Option<f64> {
        let games = f64::from(self.games());
        (games > 0.0).then(|| (f64::from(self.wins) + 0.5 * f64::from(self.draws)) / games)
    }
}

/// Says where a sequential probability ratio test stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SprtVerdict {
    /// It goes on.
    Undecided,
    /// The candidate is stronger by what was asked.
    Accepted,
    /// The candidate is not.
    Rejected,
    /// The games were used up before it could tell.
    Capped,
}

/// Shows a sequential probability ratio test between its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SprtProgress {
    /// The log-likelihood ratio so far.
    pub llr: f64,
    /// At or below this the candidate is rejected.
    pub lower: f64,
    /// At or above this it is accepted.
    pub upper: f64,
    /// What follows from the three.
    pub verdict: SprtVerdict,
}

/// Counts a candidate's results against one anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpponentTally {
    /// The anchor's name (`random`, `heuristic`) or a model hash.
    pub opponent: String,
    /// Results from the candidate's view.
    pub tally: MatchTally,
}

/// Tells that the games of a candidate began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationStarted {
    /// Which config.
    pub config: ConfigKey,
    /// The evaluation.
    pub job: JobId,
    /// Who is measured.
    pub candidate: ModelId,
    /// Against whom; none where there is no champion yet.
    pub champion: Option<ModelId>,
    /// The most games that may be played against the champion.
    pub max_games: u32,
}

/// Tells how far an evaluation is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationProgress {
    /// Which config.
    pub config: ConfigKey,
    /// The evaluation.
    pub job: JobId,
    /// Who is measured.
    pub candidate: ModelId,
    /// Results against the champion so far.
    pub tally: MatchTally,
    /// The test so far.
    pub sprt: SprtProgress,
}

/// Tells the strength of a candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationCompleted {
    /// Which config.
    pub config: ConfigKey,
    /// The evaluation.
    pub job: JobId,
    /// Who was measured.
    pub candidate: ModelId,
    /// Against whom; none where there was no champion yet.
    pub champion: Option<ModelId>,
    /// Games played in all: never none.
    pub games: NonZeroU32,
    /// Results against the champion.
    pub versus_champion: MatchTally,
    /// Results against the anchors.
    pub versus_anchors: Vec<OpponentTally>,
    /// The finished test.
    pub sprt: SprtProgress,
    /// The rating by the config's whole match log.
    pub rating: RatingEstimate,
}

/// Tells that a candidate's strength could not be established.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationFailed {
    /// Which config.
    pub config: ConfigKey,
    /// The evaluation.
    pub job: JobId,
    /// Who was to be measured.
    pub candidate: ModelId,
    /// Games that were finished.
    pub games: u32,
    /// Why.
    pub failure: FailureNote,
}
