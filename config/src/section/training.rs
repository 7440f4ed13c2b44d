//! How networks are trained.

use serde::{Deserialize, Serialize};

use crate::check::Checks;

/// Names the number format of the training step's products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrainingPrecision {
    /// 32 bits, on any device.
    F32,
    /// 16 bits with 32-bit weights and a loss scale, on GPUs.
    F16,
}

section! {
    /// Says when and how networks are trained.
    pub struct TrainingSection as "training" {
        /// Whether this node trains.
        pub enabled: bool = true,
        /// Games of a config before its first run.
        pub min_games: u64 = 128,
        /// New samples that ask for a run.
        pub new_samples: u64 = 5000,
        /// Samples in the replay window before it begins to grow slower than the data.
        pub window_min_samples: u64 = 20_000,
        /// Exponent of the window's growth.
        pub window_exponent: f64 = 0.65,
        /// Share of the data by which the window grows at its start.
        pub window_expand: f64 = 0.4,
        /// Times a sample is used while it is in the window; training waits for new samples rather than use them more often.
        pub uses_per_sample: f64 = 8.0,
        /// Samples in a step.
        pub batch_size: u32 = 128,
        /// Fewest steps worth a run.
        pub min_steps: u64 = 20,
        /// Most steps of a run.
        pub max_steps: u64 = 2000,
        /// Highest learning rate.
        pub learning_rate: f64 = 0.002,
        /// Learning rate at the end of the cosine, as a share of the highest.
        pub final_learning_rate_share: f64 = 0.1,
        /// Steps over which the learning rate rises from zero.
        pub warmup_steps: u64 = 20,
        /// AdamW's decay of weights.
        pub weight_decay: f64 = 0.0001,
        /// AdamW's memory of the gradient.
        pub beta1: f64 = 0.9,
        /// AdamW's memory of the squared gradient.
        pub beta2: f64 = 0.999,
        /// Length to which a longer gradient is cut.
        pub gradient_clip: f64 = 1.0,
        /// Memory of the averaged weights that play and are evaluated.
        pub ema_decay: f64 = 0.99,
        /// Weight of the policy's loss.
        pub policy_weight: f64 = 1.0,
        /// Weight of the value's loss.
        pub value_weight: f64 = 1.0,
        /// Weight of the loss of final owners.
        pub owner_weight: f64 = 0.15,
        /// Weight of the loss of final margins.
        pub margin_weight: f64 = 0.05,
        /// Whether each sample is seen under a random symmetry of its board.
        pub symmetries: bool = true,
        /// Share of the games that is held back to measure.
        pub validation_share: f64 = 0.05,
        /// Number format of the layers: f32, or f16, which needs a GPU; weights and their moments have 32 bits in both.
        pub precision: TrainingPrecision = TrainingPrecision::F32,
        /// Threads of the training step; 0 takes one per core.
        pub threads: u32 = 0,
        /// Steps between two checkpoints.
        pub checkpoint_steps: u64 = 50,
        /// A loss this many times its running mean rolls back to the last checkpoint.
        pub spike_factor: f64 = 4.0,
        /// Attempts before a run is given up.
        pub max_attempts: u32 = 3,
        /// Seed of weights, order and symmetries.
        pub seed: u64 = 0,
        /// A trainer of your own: a command and its arguments, run in place of the built-in one.
        pub external_command: Vec<String> = Vec::new(),
        /// Age of a config's newest game, in hours, from which no run starts; `sync.stale_fallback` is the exception.
        pub max_data_age_hours: f64 = 4.0,
        /// Whether games that nobody replayed yet may train: a grant, recorded with each use, that a restart does not renew; start once without it to grant anew.
        pub allow_pending_gate: bool = false,
        /// Hours for which `allow_pending_gate` holds after it was recorded.
        pub pending_gate_hours: f64 = 24.0,
    }
}

impl TrainingSection {
    pub(crate) fn check(&self, checks: &mut Checks) {
        self.check_amounts(checks);
        checks.positive("training.learning_rate", self.learning_rate);
        checks.share("training.final_learning_rate_share", self.final_learning_rate_share);
        checks.not_negative("training.weight_decay", self.weight_decay);
        checks.positive("training.gradient_clip", self.gradient_clip);
        for (key, memory) in [
            ("training.beta1", self.beta1),
            ("training.beta2", self.beta2),
            ("training.ema_decay", self.ema_decay),
        ] {
            checks.require(key, (0.0..1.0).contains(&memory), "must be at least 0 and under 1");
        }
        for (key, weight) in [
            ("training.policy_weight", self.policy_weight),
            ("training.value_weight", self.value_weight),
            ("training.owner_weight", self.owner_weight),
            ("training.margin_weight", self.margin_weight),
        ] {
            checks.not_negative(key, weight);
        }
        checks.require(
            "training.validation_share",
            (0.0..=0.5).contains(&self.validation_share),
            "must be between 0 and 0.5",
        );
        checks.require("training.spike_factor", self.spike_factor > 1.0, "must be above 1");
        checks.positive("training.max_data_age_hours", self.max_data_age_hours);
        checks.positive("training.pending_gate_hours", self.pending_gate_hours);
    }

    fn check_amounts(&self, checks: &mut Checks) {
        checks.at_least("training.min_games", self.min_games, 1);
        checks.at_least("training.new_samples", self.new_samples, 1);
        checks.at_least("training.batch_size", self.batch_size.into(), 1);
        checks.at_least("training.min_steps", self.min_steps, 1);
        checks.at_least("training.checkpoint_steps", self.checkpoint_steps, 1);
        checks.at_least("training.max_attempts", self.max_attempts.into(), 1);
        checks.require(
            "training.max_steps",
            self.max_steps >= self.min_steps,
            "must not be under training.min_steps",
        );
        checks.require(
            "training.window_min_samples",
            self.window_min_samples >= u64::from(self.batch_size),
            "must hold at least one training.batch_size",
        );
        for (key, value) in [
            ("training.window_exponent", self.window_exponent),
            ("training.window_expand", self.window_expand),
        ] {
            checks.require(key, value > 0.0 && value <= 1.0, "must be above 0 and at most 1");
        }
        checks.require(
            "training.uses_per_sample",
            (1.0..=16.0).contains(&self.uses_per_sample),
            "must be at least 1 and at most 16",
        );
    }
}
