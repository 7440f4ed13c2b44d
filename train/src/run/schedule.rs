//! Learning rate and averaging over the steps of a run.

use serde::{Deserialize, Serialize};

/// Raises the learning rate linearly, then lowers it along half a cosine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearningSchedule {
    /// The highest rate.
    pub peak: f64,
    /// The rate at the last step, as a part of the highest.
    pub end: f64,
    /// Steps over which the rate rises; at most a tenth of the run.
    pub warm_up: u64,
    /// How much of the averaged weights a step keeps, once enough steps are done.
    pub ema_decay: f64,
}

impl Default for LearningSchedule {
    fn default() -> Self {
        Self { peak: 2e-3, end: 0.1, warm_up: 50, ema_decay: 0.995 }
    }
}

impl LearningSchedule {
    /// Returns the learning rate of a step, counted from zero, of a run of `steps`.
    pub fn rate(&self, step: u64, steps: u64) -> f64 {
        let warm_up = self.warm_up.min(steps / 10);
        if step < warm_up {
            return self.peak * (step + 1) as f64 / (warm_up + 1) as f64;
        }
        let through = (step - warm_up) as f64 / (steps.saturating_sub(warm_up)).max(1) as f64;
        let cosine = 0.5 * (1.0 + (std::f64::consts::PI * through.min(1.0)).cos());
        self.peak * (self.end + (1.0 - self.end) * cosine)
    }

    /// Returns how much of the averaged weights a step keeps: little at first, so that the start is soon forgotten.
    pub fn ema(&self, step: u64) -> f64 {
        self.ema_decay.min((1.0 + step as f64) / (10.0 + step as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_then_falls_to_its_end() {
        let schedule = LearningSchedule::default();
        let rates: Vec<f64> = (0..1000).map(|s| schedule.rate(s, 1000)).collect();
        assert!(rates[..51].windows(2).all(|w| w[0] < w[1]));
        assert!(rates[50..].windows(2).all(|w| w[0] > w[1]));
        assert!((rates[50] - 2e-3).abs() < 1e-12);
        assert!((rates[999] - 2e-4).abs() < 1e-7);
    }

    #[test]
    fn short_runs_have_a_rate_too() {
        let schedule = LearningSchedule::default();
        for steps in 0..20 {
            assert!((0..=steps).all(|s| schedule.rate(s, steps) > 0.0));
        }
        assert!(schedule.ema(0) < 0.2 && schedule.ema(100_000) == 0.995);
    }
}
