//! What the trainer shows of itself.

use rr_proto::ConfigKey;
use rr_train::TrainerLine;

/// Says how far the run at work is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingStatus {
    /// The config that it trains.
    pub config: ConfigKey,
    /// The step reached.
    pub step: u64,
    /// The step it ends at.
    pub steps: u64,
    /// The loss of late; none before the first word on it.
    pub loss: Option<f64>,
    /// Training speed.
    pub samples_per_second: f64,
}

impl TrainingStatus {
    /// Reads a line of the training process; none where it does not tell of steps.
    pub(super) fn of(config: ConfigKey, line: &TrainerLine) -> Option<Self> {
        match line {
            TrainerLine::Started { step, steps, .. } => {
                Some(Self { config, step: *step, steps: *steps, loss: None, samples_per_second: 0.0 })
            }
            TrainerLine::Progress { step, steps, losses, samples_per_second, .. } => Some(Self {
                config,
                step: *step,
                steps: *steps,
                loss: Some(losses.total),
                samples_per_second: *samples_per_second,
            }),
            _ => None,
        }
    }
}
