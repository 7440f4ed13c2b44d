//! How close together a seat's markers lie.

use super::tables::{AXES, AXIS_VALUES};

/// Counts a seat's sampled markers by coordinate, which is all that sums of distances along axes need.
#[derive(Clone, Copy, Debug)]
pub(super) struct MarkerSpread {
    sampled: u32,
    by_axis: [[u16; AXIS_VALUES]; AXES],
}

impl Default for MarkerSpread {
    fn default() -> Self {
        Self { sampled: 0, by_axis: [[0; AXIS_VALUES]; AXES] }
    }
}

impl MarkerSpread {
    /// How many markers the reference samples.
    pub(super) const SAMPLE: u32 = 10;

    /// Forgets all markers.
    pub(super) fn clear(&mut self) {
        if self.sampled > 0 {
            *self = Self::default();
        }
    }

    /// Adds a marker to the sample.
    pub(super) fn add(&mut self, at: [u8; AXES]) {
        self.sampled += 1;
        for (axis, value) in at.into_iter().enumerate() {
            self.by_axis[axis][usize::from(value)] += 1;
        }
    }

    /// Returns the closure of a seat with this many markers.
    ///
    /// `gradual` lets compactness grow with the number of markers; `halve` measures in steps where the axes count each twice.
    pub(super) fn closure(&self, markers: u32, gradual: bool, halve: bool) -> f64 {
        let bulk = 0.5 * f64::from(markers);
        if markers < 2 {
            return if gradual { bulk } else { 0.0 };
        }
        let pairs = f64::from(self.sampled * (self.sampled - 1)) / 2.0;
        let mean = self.sum_of_distances() as f64 / pairs * if halve { 0.5 } else { 1.0 };
        let share = if gradual { f64::from(markers - 1) / f64::from(Self::SAMPLE - 1) } else { 1.0 };
        10.0 * share.min(1.0) / mean.max(1.0) + bulk
    }

    fn sum_of_distances(&self) -> u64 {
        let along = |counts: &[u16; AXIS_VALUES]| {
            // Every step between two coordinates is walked by each pair that lies on both sides of it.
            let (mut below, mut sum) = (0, 0);
            for &count in counts {
                below += u64::from(count);
                sum += below * (u64::from(self.sampled) - below);
            }
            sum
        };
        self.by_axis.iter().map(along).sum()
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::{
        board::{BoardKind, Cell},
        heuristic::tables::HeuristicTables,
    };

    #[test]
    fn sums_along_axes_equal_the_sum_over_pairs() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        for board in BoardKind::ALL {
            let (tables, cells) = (HeuristicTables::of(board), board.geometry().cells() as u16);
            for count in [2, 3, 10, 40] {
                let markers: Vec<Cell> = (0..count).map(|_| Cell(rng.random_range(0..cells))).collect();
                let mut spread = MarkerSpread::default();
                markers.iter().for_each(|&cell| spread.add(tables.axis_values(cell)));
                let pairs = markers.iter().flat_map(|&a| markers.iter().map(move |&b| (a, b)));
                let twice: u64 = pairs.map(|(a, b)| u64::from(tables.distance(a, b))).sum();
                assert_eq!(spread.sum_of_distances() * 2, twice, "{board}, {count} markers");
            }
        }
    }

    #[test]
    fn clearing_forgets_the_markers() {
        let mut spread = MarkerSpread::default();
        spread.add([1, 2, 0]);
        spread.clear();
        assert_eq!((spread.sampled, spread.sum_of_distances()), (0, 0));
    }
}
