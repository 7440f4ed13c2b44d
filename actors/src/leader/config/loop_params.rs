//! The loop's numbers from the configuration.

use std::time::Duration;

use rr_cluster::{
    AnchorFloors, BackoffPolicy, ClusterError, FloorPolicy, LoopParams, PromotionGate, RegressionPolicy,
    ReplayWindow, SprtParams,
};
use rr_config::{EvaluationSection, FloorGate, PromotionSection, TrainingSection};
use rr_proto::{ConfigKey, Elo, Games, Samples, TrainingSteps};

/// Gathers what steers the loop of a config.
///
/// # Errors
/// When a number makes a loop that would stand still or overuse its samples.
pub fn loop_params(
    key: ConfigKey,
    training: &TrainingSection,
    evaluation: &EvaluationSection,
    promotion: &PromotionSection,
) -> Result<LoopParams, ClusterError> {
    let sprt = |elo1: f64| SprtParams {
        players: key.players(),
        elo0: evaluation.elo0,
        elo1,
        alpha: evaluation.alpha,
        beta: evaluation.beta,
        max_games: evaluation.max_games,
    };
    let params = LoopParams {
        min_games: Games(training.min_games),
        new_samples: Samples(training.new_samples),
        window: ReplayWindow {
            min: Samples(training.window_min_samples),
            exponent: training.window_exponent,
            expand: training.window_expand,
        },
        uses_per_sample: training.uses_per_sample,
        batch: Samples(training.batch_size.into()),
        min_steps: TrainingSteps(training.min_steps),
        max_steps: TrainingSteps(training.max_steps),
        first_sprt: sprt(evaluation.first_elo1),
        sprt: sprt(evaluation.elo1),
        gate: PromotionGate {
            floors: anchor_floors(key, promotion),
            policy: floor_policy(promotion),
            confidence: promotion.floor_confidence,
        },
        regression: regression_policy(promotion),
        backoff: BackoffPolicy {
            first: Duration::from_secs(5),
            longest: Duration::from_secs(600),
            max_attempts: training.max_attempts,
        },
        max_refusals: promotion.max_refusals,
    };
    params.check()?;
    Ok(params)
}

/// Returns the win rates that a config should reach against the anchors; zero where none are set.
pub fn anchor_floors(key: ConfigKey, promotion: &PromotionSection) -> AnchorFloors {
    let floor = promotion.floor(key.as_str());
    AnchorFloors {
        vs_random: floor.map_or(0.0, |f| f.random),
        vs_heuristic: floor.map_or(0.0, |f| f.heuristic),
    }
}

/// Returns which floors decide on a promotion.
pub fn floor_policy(promotion: &PromotionSection) -> FloorPolicy {
    match promotion.floor_gate {
        FloorGate::None => FloorPolicy::None,
        FloorGate::Random => FloorPolicy::Random,
        FloorGate::Both => FloorPolicy::Both,
    }
}

/// Gathers how losses of strength are graded.
pub fn regression_policy(promotion: &PromotionSection) -> RegressionPolicy {
    let levels = [
        promotion.regression_minor,
        promotion.regression_moderate,
        promotion.regression_severe,
        promotion.regression_critical,
    ];
    RegressionPolicy { levels: levels.map(Elo), ..RegressionPolicy::default() }
}
