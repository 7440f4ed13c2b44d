//! The bucket that limits how often a sample is used.

use rr_proto::Samples;
use serde::{Deserialize, Serialize};

/// Holds the uses of samples that training may still draw.
///
/// Every new sample pours its uses in, every training run takes its draws out, and what was refused or given back returns. It
/// never holds more than its capacity, so that a pause of the trainer is not made up for by overfitting old games.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SampleBucket {
    uses: f64,
}

impl SampleBucket {
    /// Pours in the uses of new samples, up to `capacity`.
    pub fn pour(&mut self, new: Samples, uses_per_sample: f64, capacity: Samples) {
        self.uses = (self.uses + new.0 as f64 * uses_per_sample).min((capacity.0 as f64).max(self.uses));
    }

    /// Returns how many draws are left.
    pub fn available(&self) -> Samples {
        Samples(self.uses.max(0.0) as u64)
    }

    /// Takes draws out and says whether there were enough; takes nothing otherwise.
    #[must_use]
    pub fn take(&mut self, draws: Samples) -> bool {
        let enough = draws <= self.available();
        if enough {
            self.uses -= draws.0 as f64;
        }
        enough
    }

    /// Puts back draws that were taken but not made.
    pub fn give_back(&mut self, draws: Samples) {
        self.uses += draws.0 as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn never_gives_more_than_was_poured(ops in prop::collection::vec((any::<bool>(), 0u64..10_000), 1..100)) {
            let mut bucket = SampleBucket::default();
            let (mut poured, mut taken) = (0u64, 0u64);
            for (pour, amount) in ops {
                if pour {
                    bucket.pour(Samples(amount), 8.0, Samples(50_000));
                    poured += amount * 8;
                } else if bucket.take(Samples(amount)) {
                    taken += amount;
                }
                prop_assert!(taken <= poured);
                prop_assert!(bucket.available().0 <= 50_000);
            }
        }
    }
}
