//! Watches the loss for what no batch explains.

use serde::{Deserialize, Serialize};

/// Steps before a spike can be told from the noise of a start.
const SETTLED: u64 = 20;
/// Weight of the newest loss in the running mean.
const NEWEST: f64 = 0.05;

/// Keeps a running mean of the loss and names a loss that leaps away from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LossGuard {
    mean: f64,
    seen: u64,
    factor: f64,
}

impl LossGuard {
    /// Watches for a loss of more than `factor` times the running mean.
    pub fn new(factor: f64) -> Self {
        Self { mean: 0.0, seen: 0, factor }
    }

    /// Takes a loss in, or says why it must not count.
    ///
    /// # Errors
    /// The reason, when the loss is no number or a spike; the mean is then as before.
    pub fn watch(&mut self, loss: f64) -> Result<(), String> {
        if !loss.is_finite() {
            return Err(format!("the loss is {loss}"));
        }
        if self.seen >= SETTLED && loss > self.mean * self.factor {
            return Err(format!("the loss leapt from {:.4} to {loss:.4}", self.mean));
        }
        self.mean = if self.seen == 0 { loss } else { self.mean + NEWEST * (loss - self.mean) };
        self.seen += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_spikes_and_what_is_no_number() {
        let mut guard = LossGuard::new(3.0);
        assert!(guard.watch(100.0).is_ok());
        for _ in 0..200 {
            guard.watch(2.0).unwrap();
        }
        let before = guard.clone();
        assert!(guard.watch(f64::NAN).unwrap_err().contains("NaN"));
        assert!(guard.watch(f64::INFINITY).is_err());
        assert!(guard.watch(20.0).unwrap_err().contains("leapt"));
        assert_eq!(guard, before);
        assert!(guard.watch(5.0).is_ok());
    }
}
