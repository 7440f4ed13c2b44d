//! A deterministic stand-in for a network, and toy games that it can read.

use crate::toys::{Nim, RandomTree, mix, unit};
use rr_engine::player::{Agent, AgentKind, BatchEvaluator, NetworkGame, RandomAgent, RowShape};
use rr_engine::search::{Game, SearchError};
use rr_engine::selfplay::FleetModel;

/// Hashes each row of the inputs into logits.
pub struct FakeNetwork {
    pub seed: u64,
    pub policy: usize,
    pub calls: Vec<usize>,
}

impl FakeNetwork {
    pub fn new(seed: u64, shape: RowShape) -> Self {
        Self { seed, policy: shape.policy, calls: Vec::new() }
    }
}

impl BatchEvaluator for FakeNetwork {
    fn evaluate(
        &mut self,
        rows: usize,
        cells: &[f32],
        globals: &[f32],
        policy: &mut Vec<f32>,
        value: &mut Vec<f32>,
    ) -> Result<(), SearchError> {
        self.calls.push(rows);
        policy.clear();
        value.clear();
        for row in 0..rows {
            let own =
                |input: &[f32]| input[row * input.len() / rows..(row + 1) * input.len() / rows].to_vec();
            let hash = own(cells)
                .into_iter()
                .chain(own(globals))
                .fold(self.seed, |hash, number| mix(hash, u64::from(number.to_bits())));
            policy.extend((0..self.policy as u64).map(|entry| 2.0 * unit(mix(hash, entry))));
            value.extend((0..4).map(|slot| unit(mix(hash, 1_000_000 + slot))));
        }
        Ok(())
    }
}

fn write_key(key: u64, cells: &mut [f32]) {
    for (part, cell) in cells.iter_mut().enumerate() {
        *cell = f32::from((key >> (16 * part)) as u16);
    }
}

impl NetworkGame for RandomTree {
    fn row_shape(&self) -> RowShape {
        RowShape { cells: 4, globals: 1, policy: usize::from(self.branching) }
    }
    fn encode_row(&self, cells: &mut [f32], globals: &mut [f32]) {
        write_key(self.key(), cells);
        globals[0] = self.mover() as f32;
    }
    fn read_logits(&self, actions: &[u8], policy: &[f32], logits: &mut Vec<f32>) {
        logits.clear();
        logits.extend(actions.iter().map(|action| policy[usize::from(*action)]));
    }
    fn agent(_: AgentKind) -> Box<dyn Agent<Self>> {
        Box::new(RandomAgent)
    }
}

impl NetworkGame for Nim {
    fn row_shape(&self) -> RowShape {
        RowShape { cells: 4, globals: 1, policy: 9 }
    }
    fn encode_row(&self, cells: &mut [f32], globals: &mut [f32]) {
        write_key(self.key(), cells);
        globals[0] = self.mover() as f32;
    }
    fn read_logits(&self, actions: &[(u8, u8)], policy: &[f32], logits: &mut Vec<f32>) {
        logits.clear();
        logits.extend(actions.iter().map(|(heap, take)| policy[usize::from(heap * 3 + take - 1)]));
    }
    fn agent(_: AgentKind) -> Box<dyn Agent<Self>> {
        Box::new(RandomAgent)
    }
}

/// Names a model by a number.
pub fn model(fingerprint: u64) -> FleetModel {
    FleetModel { id: format!("model-{fingerprint}"), fingerprint }
}
