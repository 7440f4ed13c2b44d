//! The report of an evaluation, which cannot exist without games.

use rr_proto::{Games, ModelId, SprtProgress};
use serde::{Deserialize, Serialize};

use super::floors::AnchorRecord;
use super::sprt::Sprt;
use super::wilson::WilsonInterval;
use crate::error::ClusterError;

/// Holds what the games of candidate against champion came to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EvaluationScore {
    /// Games played, all seats together.
    pub games: Games,
    /// The candidate's mean score per game; one over the number of players is par.
    pub mean: f64,
    /// 95 % interval of the mean score.
    pub interval: WilsonInterval,
    /// The finished test.
    pub sprt: SprtProgress,
}

/// Proves that a candidate was evaluated: it holds at least one game, however it was made or read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawEvaluationReport")]
pub struct EvaluationReport {
    candidate: ModelId,
    champion: ModelId,
    score: EvaluationScore,
    vs_random: Option<AnchorRecord>,
    vs_heuristic: Option<AnchorRecord>,
}

impl EvaluationReport {
    /// Builds the report of a test between two models.
    ///
    /// # Errors
    /// When the test holds no games or a model is tested against itself.
    pub fn new(candidate: ModelId, champion: ModelId, test: &Sprt) -> Result<Self, ClusterError> {
        let games = test.games();
        let Some(mean) = test.mean_score() else { return Err(ClusterError::NoGames) };
        let score = EvaluationScore {
            games: Games(u64::from(games)),
            mean,
            interval: WilsonInterval::of(mean * f64::from(games), games),
            sprt: test.progress(),
        };
        RawEvaluationReport { candidate, champion, score, vs_random: None, vs_heuristic: None }.try_into()
    }

    /// Adds the games against the random player.
    #[must_use]
    pub fn with_random(mut self, record: AnchorRecord) -> Self {
        self.vs_random = Some(record);
        self
    }

    /// Adds the games against the heuristic player.
    #[must_use]
    pub fn with_heuristic(mut self, record: AnchorRecord) -> Self {
        self.vs_heuristic = Some(record);
        self
    }

    /// Returns the model that was tested.
    pub fn candidate(&self) -> ModelId {
        self.candidate
    }

    /// Returns the model that it was tested against.
    pub fn champion(&self) -> ModelId {
        self.champion
    }

    /// Returns the result against the champion.
    pub fn score(&self) -> &EvaluationScore {
        &self.score
    }

    /// Returns the games against the random player.
    pub fn vs_random(&self) -> Option<&AnchorRecord> {
        self.vs_random.as_ref()
    }

    /// Returns the games against the heuristic player.
    pub fn vs_heuristic(&self) -> Option<&AnchorRecord> {
        self.vs_heuristic.as_ref()
    }
}

#[derive(Deserialize)]
struct RawEvaluationReport {
    candidate: ModelId,
    champion: ModelId,
    score: EvaluationScore,
    vs_random: Option<AnchorRecord>,
    vs_heuristic: Option<AnchorRecord>,
}

impl TryFrom<RawEvaluationReport> for EvaluationReport {
    type Error = ClusterError;
    fn try_from(raw: RawEvaluationReport) -> Result<Self, ClusterError> {
        let RawEvaluationReport { candidate, champion, score, vs_random, vs_heuristic } = raw;
        if score.games.0 == 0 {
            return Err(ClusterError::NoGames);
        }
        if candidate == champion {
            return Err(ClusterError::SelfMatch(candidate.to_string()));
        }
        Ok(Self { candidate, champion, score, vs_random, vs_heuristic })
    }
}
