//! How long to wait before a restart.

use std::time::Duration;

use rand::Rng;

/// Exponential backoff with jitter, counted per child.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    /// Restarts in a row that do not wait at all: a single fault costs no time.
    pub immediate: u32,
    /// The first wait.
    pub initial: Duration,
    /// What each further wait is multiplied by.
    pub factor: f64,
    /// The longest wait, jitter included.
    pub max: Duration,
    /// Share of a wait by which it is moved at random to either side, 0 to 1.
    pub jitter: f64,
    /// A child that ran this long starts counting afresh.
    pub reset_after: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            immediate: 1,
            initial: Duration::from_millis(100),
            factor: 2.0,
            max: Duration::from_secs(30),
            jitter: 0.2,
            reset_after: Duration::from_secs(60),
        }
    }
}

impl From<&rr_config::SupervisionSection> for Backoff {
    fn from(section: &rr_config::SupervisionSection) -> Self {
        Self {
            initial: Duration::from_millis(section.backoff_initial_ms),
            max: Duration::from_millis(section.backoff_max_ms),
            jitter: section.backoff_jitter,
            ..Self::default()
        }
    }
}

impl Backoff {
    /// Makes a policy that never waits.
    pub fn none() -> Self {
        Self { immediate: u32::MAX, ..Self::default() }
    }

    /// Returns the wait before restart number `attempt` in a row, counted from 1.
    pub fn delay(&self, attempt: u32, rng: &mut impl Rng) -> Duration {
        let Some(waits) = attempt.checked_sub(self.immediate).filter(|&n| n > 0) else {
            return Duration::ZERO;
        };
        let max = self.max.as_secs_f64();
        let exponent = i32::try_from(waits - 1).unwrap_or(i32::MAX);
        let base = (self.initial.as_secs_f64() * self.factor.powi(exponent)).clamp(0.0, max);
        let share = self.jitter.clamp(0.0, 1.0) * rng.random_range(-1.0..=1.0);
        Duration::from_secs_f64((base * (1.0 + share)).clamp(0.0, max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn exact() -> Backoff {
        Backoff { jitter: 0.0, max: Duration::from_secs(1), ..Backoff::default() }
    }

    #[test]
    fn doubles_after_the_free_restart_up_to_the_maximum() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let waits: Vec<u128> = (1..=7).map(|n| exact().delay(n, &mut rng).as_millis()).collect();
        assert_eq!(waits, [0, 100, 200, 400, 800, 1000, 1000]);
    }

    #[test]
    fn none_never_waits() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        assert_eq!(Backoff::none().delay(u32::MAX, &mut rng), Duration::ZERO);
    }

    #[test]
    fn same_seed_same_schedule() {
        let schedule = |seed| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            (1..20).map(|n| Backoff::default().delay(n, &mut rng)).collect::<Vec<_>>()
        };
        assert_eq!(schedule(5), schedule(5));
        assert_ne!(schedule(5), schedule(6));
    }

    proptest! {
        #[test]
        fn stays_within_its_jitter_and_maximum(attempt in 1u32..200, seed: u64, jitter in 0.0f64..1.0) {
            let policy = Backoff { jitter, ..Backoff::default() };
            let centre = Backoff { jitter: 0.0, ..policy }.delay(attempt, &mut ChaCha8Rng::seed_from_u64(seed));
            let wait = policy.delay(attempt, &mut ChaCha8Rng::seed_from_u64(seed)).as_secs_f64();
            let centre = centre.as_secs_f64();
            prop_assert!(wait <= policy.max.as_secs_f64());
            prop_assert!((wait - centre).abs() <= centre * jitter + 1e-9);
        }
    }
}
