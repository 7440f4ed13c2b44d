//! One training sample.

use crate::rules::MAX_PLAYERS;

/// Number that stands for "nobody" where slots 0 to 3 are owners.
pub const NOBODY: u8 = 4;

/// Holds one position as the network is trained on it, from the mover's side and already turned by a symmetry; reused between calls it stops
/// allocating.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrainingSample {
    /// Encoded cells, `[cells, CELL_FEATURES]`.
    pub cells: Vec<f32>,
    /// Encoded globals, `[GLOBAL_FEATURES]`.
    pub globals: Vec<f32>,
    /// Whether the policy is a target.
    pub has_policy: bool,
    /// Every legal action with its probability.
    pub policy: PolicyTarget,
    /// Share of the game by slot: 1 to the winner.
    pub value: [f32; MAX_PLAYERS],
    /// What the search expected, by slot.
    pub search_value: [f32; MAX_PLAYERS],
    /// Whether the game was played to its end; else `value`, `owner` and `margins` are of where it was stopped.
    pub finished: bool,
    /// Slot that owned each cell at the end, [`NOBODY`] where none did, `[cells]`.
    pub owner: Vec<u8>,
    /// Lead in territory by slot as a share of the board, then lead in eliminated rings by slot as a share of the threshold.
    pub margins: [f32; 2 * MAX_PLAYERS],
    /// Moves played before.
    pub ply: u32,
}

/// Lists the legal actions of a sample, each by the policy entries whose mean is its logit, with its target probability.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicyTarget {
    /// Where each action's entries begin; one more than there are actions.
    pub offsets: Vec<u32>,
    /// Policy entries of all actions, one after another.
    pub entries: Vec<u32>,
    /// Target probability of each action; the sum is 1 where the policy is a target, else 0.
    pub probabilities: Vec<f32>,
}

impl PolicyTarget {
    /// Returns the number of actions.
    pub fn len(&self) -> usize {
        self.probabilities.len()
    }

    /// Returns whether there are no actions.
    pub fn is_empty(&self) -> bool {
        self.probabilities.is_empty()
    }

    /// Visits each action's entries and its target probability.
    pub fn actions(&self) -> impl Iterator<Item = (&[u32], f32)> {
        let entries = self.offsets.windows(2).map(|w| &self.entries[w[0] as usize..w[1] as usize]);
        entries.zip(self.probabilities.iter().copied())
    }

    pub(super) fn clear(&mut self) {
        self.offsets.clear();
        self.offsets.push(0);
        self.entries.clear();
        self.probabilities.clear();
    }
}
