//! One batch of training samples.

use crate::error::OnnxError;
use crate::net::{NetSpec, SLOTS};
use crate::session::inference::check_len;

/// Holds the inputs and the targets of one training step, row-major, all of `rows` samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepBatch {
    /// Number of samples, N.
    pub rows: usize,
    /// Number of actions on many cells per sample, R; the same as the graph was written for.
    pub regions: usize,
    /// `[N, cells, features]`.
    pub cells: Vec<f32>,
    /// `[N, features]`.
    pub globals: Vec<f32>,
    /// `[N, R, averaged entries]`: each row spreads one over the entries of an action; rows of zeros where there is none.
    pub region_map: Vec<f32>,
    /// `[N, entries + R]`: the policy to learn, sums to one where the weight is not zero.
    pub policy_target: Vec<f32>,
    /// `[N, entries + R]`: which actions are legal.
    pub policy_mask: Vec<bool>,
    /// `[N]`: zero for samples that teach no policy.
    pub policy_weight: Vec<f32>,
    /// `[N, entries]`: the next player's policy.
    pub next_target: Vec<f32>,
    /// `[N, entries]`: which of the next player's actions are legal.
    pub next_mask: Vec<bool>,
    /// `[N]`: zero for samples without a next policy.
    pub next_weight: Vec<f32>,
    /// `[N, 4]`: the share of the win of each slot.
    pub value_target: Vec<f32>,
    /// `[N, cells, 5]`: the final owner as one-hot or as weights; zeros teach nothing.
    pub owner_target: Vec<f32>,
    /// `[N, 8]`: territory margins, then eliminated-ring margins.
    pub margins_target: Vec<f32>,
}

impl StepBatch {
    /// Makes a batch of zeros to be filled in.
    #[must_use]
    pub fn zeros(spec: &NetSpec, rows: usize, regions: usize) -> Self {
        let (features, cells, entries) = (spec.features(), spec.cells(), spec.entries());
        Self {
            rows,
            regions,
            cells: vec![0.0; rows * cells * features.cell],
            globals: vec![0.0; rows * features.global],
            region_map: vec![0.0; rows * regions * spec.policy().averaged().len()],
            policy_target: vec![0.0; rows * (entries + regions)],
            policy_mask: vec![false; rows * (entries + regions)],
            policy_weight: vec![0.0; rows],
            next_target: vec![0.0; rows * entries],
            next_mask: vec![false; rows * entries],
            next_weight: vec![0.0; rows],
            value_target: vec![0.0; rows * SLOTS],
            owner_target: vec![0.0; rows * cells * (SLOTS + 1)],
            margins_target: vec![0.0; rows * 2 * SLOTS],
        }
    }

    /// Returns every f32 tensor with its name and the sizes after the batch axis.
    pub(crate) fn floats(&self, spec: &NetSpec) -> [(&'static str, &[f32], Vec<usize>); 10] {
        let (features, cells, entries) = (spec.features(), spec.cells(), spec.entries());
        [
            ("cells", &self.cells, vec![cells, features.cell]),
            ("globals", &self.globals, vec![features.global]),
            ("region_map", &self.region_map, vec![self.regions, spec.policy().averaged().len()]),
            ("policy_target", &self.policy_target, vec![entries + self.regions]),
            ("policy_weight", &self.policy_weight, vec![]),
            ("next_target", &self.next_target, vec![entries]),
            ("next_weight", &self.next_weight, vec![]),
            ("value_target", &self.value_target, vec![SLOTS]),
            ("owner_target", &self.owner_target, vec![cells, SLOTS + 1]),
            ("margins_target", &self.margins_target, vec![2 * SLOTS]),
        ]
    }

    /// Returns every mask with its name and the sizes after the batch axis.
    pub(crate) fn masks(&self, spec: &NetSpec) -> [(&'static str, &[bool], Vec<usize>); 2] {
        let entries = spec.entries();
        [
            ("policy_mask", &self.policy_mask, vec![entries + self.regions]),
            ("next_mask", &self.next_mask, vec![entries]),
        ]
    }

    /// Checks every length.
    ///
    /// # Errors
    /// `Size` naming the tensor that does not fit.
    pub fn check(&self, spec: &NetSpec) -> Result<(), OnnxError> {
        for (name, values, sizes) in self.floats(spec) {
            check_len(name, values.len(), self.rows * sizes.iter().product::<usize>())?;
        }
        for (name, values, sizes) in self.masks(spec) {
            check_len(name, values.len(), self.rows * sizes.iter().product::<usize>())?;
        }
        Ok(())
    }
}
