//! A cheap evaluation without a network, for tests, benches and dry runs.

use crate::action::{PlayAction, PlayState};
use crate::rules::{MAX_PLAYERS, Player};
use crate::search::{Evaluator, Utilities};

/// Evaluates by progress towards the two victory thresholds; every action has the same prior.
#[derive(Clone, Copy, Debug)]
pub struct MaterialEvaluator {
    /// Multiplies progress, a share of a threshold, before the softmax over seats.
    pub sharpness: f32,
}

impl Default for MaterialEvaluator {
    fn default() -> Self {
        Self { sharpness: 4.0 }
    }
}

impl<const W: usize> Evaluator<PlayState<W>> for MaterialEvaluator {
    fn evaluate(&mut self, game: &PlayState<W>, actions: &[PlayAction], logits: &mut Vec<f32>) -> Utilities {
        logits.clear();
        logits.resize(actions.len(), 0.0);
        let position = game.position();
        let rules = position.rules();
        let mut shares = [0.0; MAX_PLAYERS];
        let mut total = 0.0;
        for player in Player::all(game.players()) {
            let rings = f32::from(position.eliminated(player)) / f32::from(rules.victory_threshold.max(1));
            let cells = position.collapsed_count(player) as f32 / f32::from(rules.territory_minimum.max(1));
            let stacks = position.board().controlled(player).len() as f32 * 0.02;
            let weight = (self.sharpness * (rings + cells + stacks)).exp();
            shares[player.index()] = weight;
            total += weight;
        }
        shares.map(|share| share / total)
    }
}
