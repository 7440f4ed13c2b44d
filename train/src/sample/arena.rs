//! The samples of a window, packed.
//!
//! An encoded position is mostly zeros: kept as pairs of place and value it takes a fifth of its size, so that a window is expanded
//! from its games once and every later draw is a copy.

use rr_engine::record::TrainingSample;
use rr_engine::rules::MAX_PLAYERS;

/// Holds the samples of a window in the frame in which they were expanded.
#[derive(Debug, Clone, Default)]
pub struct SampleArena {
    global_width: usize,
    places: Vec<u16>,
    values: Vec<f32>,
    globals: Vec<f32>,
    action_ends: Vec<u16>,
    entries: Vec<u16>,
    probabilities: Vec<f32>,
    owners: Vec<u8>,
    cells: usize,
    samples: Vec<Packed>,
}

#[derive(Debug, Clone, Copy)]
struct Packed {
    features: (usize, usize),
    actions: (usize, usize),
    entries: (usize, usize),
    value: [f32; MAX_PLAYERS],
    search_value: [f32; MAX_PLAYERS],
    margins: [f32; 2 * MAX_PLAYERS],
    has_policy: bool,
    /// Whether the sample after this one is the next decision of the same game.
    followed: bool,
}

/// Shows one sample.
#[derive(Debug, Clone, Copy)]
pub struct SampleView<'a> {
    /// Places of the encoded cells that are not zero.
    pub places: &'a [u16],
    /// What stands there.
    pub values: &'a [f32],
    /// Encoded globals.
    pub globals: &'a [f32],
    /// For each action the end of its entries.
    pub action_ends: &'a [u16],
    /// Policy entries of all actions, one after another.
    pub entries: &'a [u16],
    /// Target probability of each action.
    pub probabilities: &'a [f32],
    /// Whether the policy is a target.
    pub has_policy: bool,
    /// Share of the game by slot.
    pub value: &'a [f32; MAX_PLAYERS],
    /// What the search expected by slot.
    pub search_value: &'a [f32; MAX_PLAYERS],
    /// Slot that owned each cell at the end; four for nobody.
    pub owners: &'a [u8],
    /// Leads in territory, then in eliminated rings, by slot.
    pub margins: &'a [f32; 2 * MAX_PLAYERS],
}

impl SampleArena {
    /// Returns the number of samples.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Returns the bytes that the samples take.
    pub fn bytes(&self) -> usize {
        self.places.len() * 2
            + (self.values.len() + self.globals.len() + self.probabilities.len()) * 4
            + (self.action_ends.len() + self.entries.len()) * 2
            + self.owners.len()
            + self.samples.len() * size_of::<Packed>()
    }

    /// Adds a sample; `follows` says that it is the next decision of the game of the one added before.
    ///
    /// The sample must be of the same board as the others, expanded without a symmetry.
    pub fn push(&mut self, sample: &TrainingSample, follows: bool) {
        if follows && let Some(before) = self.samples.last_mut() {
            before.followed = true;
        }
        let start = (self.places.len(), self.action_ends.len(), self.entries.len());
        for (place, value) in sample.cells.iter().enumerate() {
            if *value != 0.0 {
                // The largest board has 469 cells of under 140 features.
                self.places.push(place as u16);
                self.values.push(*value);
            }
        }
        for (entries, probability) in sample.policy.actions() {
            self.entries.extend(entries.iter().map(|e| *e as u16));
            self.action_ends.push((self.entries.len() - start.2) as u16);
            self.probabilities.push(probability);
        }
        self.global_width = sample.globals.len();
        self.globals.extend_from_slice(&sample.globals);
        self.cells = sample.owner.len();
        self.owners.extend_from_slice(&sample.owner);
        self.samples.push(Packed {
            features: (start.0, self.places.len()),
            actions: (start.1, self.action_ends.len()),
            entries: (start.2, self.entries.len()),
            value: sample.value,
            search_value: sample.search_value,
            margins: sample.margins,
            has_policy: sample.has_policy,
            followed: false,
        });
    }

    /// Shows one sample.
    ///
    /// # Panics
    /// If `index` is not below [`SampleArena::len`].
    pub fn get(&self, index: usize) -> SampleView<'_> {
        let packed = &self.samples[index];
        let (features, actions) = (packed.features.0..packed.features.1, packed.actions.0..packed.actions.1);
        SampleView {
            places: &self.places[features.clone()],
            values: &self.values[features],
            globals: &self.globals[index * self.global_width..(index + 1) * self.global_width],
            action_ends: &self.action_ends[actions.clone()],
            entries: &self.entries[packed.entries.0..packed.entries.1],
            probabilities: &self.probabilities[actions],
            has_policy: packed.has_policy,
            value: &packed.value,
            search_value: &packed.search_value,
            owners: &self.owners[index * self.cells..(index + 1) * self.cells],
            margins: &packed.margins,
        }
    }

    /// Shows the next decision of the same game, where it was recorded.
    pub fn next(&self, index: usize) -> Option<SampleView<'_>> {
        self.samples.get(index).filter(|s| s.followed).map(|_| self.get(index + 1))
    }
}

impl<'a> SampleView<'a> {
    /// Visits the entries and the target probability of every action.
    pub fn actions(&self) -> impl Iterator<Item = (&'a [u16], f32)> + use<'a> {
        let (entries, ends) = (self.entries, self.action_ends);
        let probabilities = self.probabilities.iter().copied();
        (0..ends.len())
            .map(move |i| {
                let start = if i == 0 { 0 } else { usize::from(ends[i - 1]) };
                &entries[start..usize::from(ends[i])]
            })
            .zip(probabilities)
    }
}
