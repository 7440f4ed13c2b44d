//! The six weights of the scheduler's score.

use rr_config::SchedulerSection;
use serde::{Deserialize, Serialize};

/// Names a term of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// How long the data has waited.
    Staleness,
    /// How fast the rating rises.
    EloVelocity,
    /// What the curriculum asks for.
    Curriculum,
    /// How good the data is.
    Quality,
    /// How much the data varies.
    Diversity,
    /// How much more games would tell.
    Information,
}

impl TermKind {
    /// The six terms in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Staleness,
        Self::EloVelocity,
        Self::Curriculum,
        Self::Quality,
        Self::Diversity,
        Self::Information,
    ];

    /// Returns the name that people know the term by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Staleness => "staleness",
            Self::EloVelocity => "elo_velocity",
            Self::Curriculum => "curriculum",
            Self::Quality => "quality",
            Self::Diversity => "diversity",
            Self::Information => "voi",
        }
    }
}

/// Holds the weight of each term.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScheduleWeights {
    /// How long the config's data has waited for new games.
    pub staleness: f64,
    /// How fast the config gains.
    pub elo_velocity: f64,
    /// What the curriculum asks for.
    pub curriculum: f64,
    /// How good the config's data is.
    pub quality: f64,
    /// How much the config's openings and endings vary.
    pub diversity: f64,
    /// How much more games would tell about the config.
    pub information: f64,
}

impl From<&SchedulerSection> for ScheduleWeights {
    fn from(section: &SchedulerSection) -> Self {
        Self {
            staleness: section.staleness_weight,
            elo_velocity: section.elo_velocity_weight,
            curriculum: section.curriculum_weight,
            quality: section.quality_weight,
            diversity: section.diversity_weight,
            information: section.voi_weight,
        }
    }
}

impl Default for ScheduleWeights {
    fn default() -> Self {
        Self::from(&SchedulerSection::default())
    }
}

impl ScheduleWeights {
    /// Returns the weight of a term; a weight that is not a positive number counts as zero.
    pub fn of(&self, term: TermKind) -> f64 {
        let weight = match term {
            TermKind::Staleness => self.staleness,
            TermKind::EloVelocity => self.elo_velocity,
            TermKind::Curriculum => self.curriculum,
            TermKind::Quality => self.quality,
            TermKind::Diversity => self.diversity,
            TermKind::Information => self.information,
        };
        if weight.is_finite() { weight.max(0.0) } else { 0.0 }
    }
}
