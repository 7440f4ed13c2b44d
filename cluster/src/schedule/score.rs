//! The scheduler's score of one config, with every term explained.

use std::time::Duration;

use rr_proto::{Elo, EloPerHour, Games, RatingEstimate};
use serde::{Deserialize, Serialize};

use super::weights::{ScheduleWeights, TermKind};
use crate::ratings::EloTrend;

/// Rating at which a config has reached its aim.
const TARGET_ELO: f64 = 2000.0;
/// Elo gained in an hour that counts as full velocity.
const FULL_VELOCITY: f64 = 50.0;
/// Curriculum weights lie between these.
const CURRICULUM: (f64, f64) = (0.5, 2.0);

/// Holds what is known about a config when its score is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConfigSignals {
    /// Games stored.
    pub games: Games,
    /// Time since its last game was stored.
    pub idle: Duration,
    /// Velocity of its champion's rating.
    pub velocity: EloPerHour,
    /// Trend of its champion's rating.
    pub trend: EloTrend,
    /// Its champion's rating, where there is one.
    pub rating: Option<RatingEstimate>,
    /// Weight that the curriculum gives it, one being neutral.
    pub curriculum: f64,
    /// Mean quality of its games, in `0..=1`.
    pub quality: f64,
    /// Share of its recent games that no other resembles, in `0..=1`.
    pub diversity: f64,
    /// Exploration asked for by feedback, one being neutral; less than one counts as one.
    pub exploration: f64,
}

impl Default for ConfigSignals {
    fn default() -> Self {
        Self {
            games: Games::ZERO,
            idle: Duration::ZERO,
            velocity: EloPerHour(0.0),
            trend: EloTrend::Stable,
            rating: None,
            curriculum: 1.0,
            quality: 0.7,
            diversity: 1.0,
            exploration: 1.0,
        }
    }
}

/// Holds one term: its value in `0..=1` and its weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScoreTerm {
    /// Which term.
    pub kind: TermKind,
    /// Its value, in `0..=1`.
    pub value: f64,
    /// Its weight.
    pub weight: f64,
}

/// Holds a config's score and how it came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScheduleScore {
    /// The six weighted terms.
    pub terms: Vec<ScoreTerm>,
    /// Factor for games that are still missing, one or more.
    pub starvation: f64,
    /// Factor for the trend of the rating.
    pub momentum: f64,
    /// Factor for exploration asked for, one or more.
    pub exploration: f64,
    /// Weighted sum times the factors; always above zero.
    pub total: f64,
}

impl ScheduleScore {
    /// Scores a config.
    ///
    /// The factors keep two promises: a config with fewer games never scores less for it, and a regression lowers nothing
    /// (the config needs other games then, not fewer).
    pub fn of(signals: &ConfigSignals, weights: &ScheduleWeights) -> Self {
        let terms: Vec<ScoreTerm> = TermKind::ALL
            .into_iter()
            .map(|kind| ScoreTerm { kind, value: value_of(kind, signals), weight: weights.of(kind) })
            .collect();
        let starvation = starvation(signals.games);
        let momentum = momentum(signals.trend);
        let exploration = within(signals.exploration, 1.0, 2.0, 1.0);
        let sum: f64 = terms.iter().map(|t| t.value * t.weight).sum();
        // A config whose terms are all zero still gets games, or it could never show that it deserves more.
        let total = sum.max(0.01) * starvation * momentum * exploration;
        Self { terms, starvation, momentum, exploration, total }
    }

    /// Says in one line how the score came about.
    pub fn explain(&self) -> String {
        let terms: Vec<String> =
            self.terms.iter().map(|t| format!("{:?} {:.2}x{:.2}", t.kind, t.value, t.weight)).collect();
        format!(
            "{:.3} = ({}) x starvation {:.1} x momentum {:.2} x exploration {:.2}",
            self.total,
            terms.join(" + "),
            self.starvation,
            self.momentum,
            self.exploration
        )
    }
}

/// Clamps a number, taking `neutral` for one that is not finite.
fn within(value: f64, low: f64, high: f64, neutral: f64) -> f64 {
    if value.is_finite() { value.clamp(low, high) } else { neutral }
}

fn value_of(kind: TermKind, signals: &ConfigSignals) -> f64 {
    let value = match kind {
        // Nothing under an hour, full from four hours on.
        TermKind::Staleness => (signals.idle.as_secs_f64() / 3600.0 - 1.0) / 3.0,
        TermKind::EloVelocity => signals.velocity.0 / FULL_VELOCITY,
        TermKind::Curriculum => (signals.curriculum - CURRICULUM.0) / (CURRICULUM.1 - CURRICULUM.0),
        TermKind::Quality => signals.quality,
        TermKind::Diversity => signals.diversity,
        TermKind::Information => information(signals.rating),
    };
    within(value, 0.0, 1.0, 0.0)
}

/// Weighs how wide the rating's interval is and how far the rating is from the aim.
fn information(rating: Option<RatingEstimate>) -> f64 {
    let Some(RatingEstimate { elo: Elo(elo), low: Elo(low), high: Elo(high) }) = rating else { return 1.0 };
    let uncertainty = within((high - low) / 600.0, 0.0, 1.0, 1.0);
    let gap = within((TARGET_ELO - elo) / 1600.0, 0.0, 1.0, 1.0);
    0.6 * uncertainty + 0.4 * gap
}

fn starvation(games: Games) -> f64 {
    match games.0 {
        0..20 => 25.0,
        20..100 => 10.0,
        100..1000 => 5.0,
        _ => 1.0,
    }
}

fn momentum(trend: EloTrend) -> f64 {
    match trend {
        EloTrend::Accelerating => 1.5,
        EloTrend::Improving => 1.25,
        EloTrend::Plateau => 1.1,
        EloTrend::Stable | EloTrend::Regressing => 1.0,
    }
}
