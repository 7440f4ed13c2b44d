//! Which samples a batch holds: a pure function of seed and batch number, so that a resumed run draws the same.

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Stream of the generator that shuffles; batches draw their symmetries from streams of their own.
const SHUFFLE_STREAM: u64 = 0;

/// Names one drawn sample and the symmetry under which it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// Place of the sample in the window.
    pub sample: u32,
    /// Symmetry of the board.
    pub symmetry: u8,
}

/// Draws batches: every epoch is a shuffle of the whole window, so that samples are used equally often.
#[derive(Debug, Clone)]
pub struct BatchSampler {
    seed: u64,
    samples: u32,
    rows: u32,
    symmetries: u8,
    epoch: Option<(u64, Vec<u32>)>,
}

impl BatchSampler {
    /// Draws batches of `rows` out of `samples`; both must be above zero.
    pub fn new(seed: u64, samples: u32, rows: u32, symmetries: u8) -> Self {
        Self { seed, samples: samples.max(1), rows, symmetries: symmetries.max(1), epoch: None }
    }

    /// Draws one batch.
    pub fn batch(&mut self, number: u64) -> Vec<Draw> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(number.wrapping_add(1));
        let first = number * u64::from(self.rows);
        (0..u64::from(self.rows))
            .map(|row| {
                let place = first + row;
                let sample = self.sample(place / u64::from(self.samples), place % u64::from(self.samples));
                Draw { sample, symmetry: rng.random_range(0..self.symmetries) }
            })
            .collect()
    }

    fn sample(&mut self, epoch: u64, place: u64) -> u32 {
        let order = match self.epoch.take() {
            Some((number, order)) if number == epoch => order,
            _ => shuffled(self.seed, epoch, self.samples),
        };
        let sample = order[place as usize];
        self.epoch = Some((epoch, order));
        sample
    }
}

fn shuffled(seed: u64, epoch: u64, samples: u32) -> Vec<u32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ epoch.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    rng.set_stream(SHUFFLE_STREAM);
    let mut order: Vec<u32> = (0..samples).collect();
    order.shuffle(&mut rng);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_batch_depends_on_its_number_only(seed: u64, samples in 1u32..300, rows in 1u32..40, number in 0u64..50) {
            let mut through = BatchSampler::new(seed, samples, rows, 12);
            let mut last = Vec::new();
            for n in 0..=number {
                last = through.batch(n);
            }
            prop_assert_eq!(BatchSampler::new(seed, samples, rows, 12).batch(number), last);
        }

        #[test]
        fn every_sample_is_used_equally_often(seed: u64, samples in 1u32..50, rows in 1u32..20, epochs in 1u32..4) {
            let mut sampler = BatchSampler::new(seed, samples, rows, 8);
            let mut uses = vec![0u32; samples as usize];
            // As many batches as fill whole epochs.
            for number in 0..u64::from(samples * epochs) {
                for draw in sampler.batch(number) {
                    uses[draw.sample as usize] += 1;
                    prop_assert!(draw.symmetry < 8);
                }
            }
            prop_assert!(uses.iter().all(|u| *u == rows * epochs));
        }
    }

    #[test]
    fn seeds_and_batches_differ() {
        let draw = |seed, number| BatchSampler::new(seed, 1000, 32, 8).batch(number);
        assert_ne!(draw(1, 0), draw(2, 0));
        assert_ne!(draw(1, 0), draw(1, 1));
    }
}
