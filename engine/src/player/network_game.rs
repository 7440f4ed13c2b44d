//! A game that a network can read.

use super::agent::{Agent, AgentKind};
use super::heuristic_agent::HeuristicAgent;
use super::heuristic_judge::HeuristicJudge;
use super::max_n_agent::MaxNAgent;
use super::puct_agent::PuctAgent;
use super::random_agent::RandomAgent;
use crate::action::{PlayAction, PlayState};
use crate::encode::{CELL_FEATURES, GLOBAL_FEATURES, encode};
use crate::search::{Game, MAX_PLAYERS, MaxNParams, PuctParams, SearchError, Utilities};

/// Counts the logits of the value head: one per slot, slot 0 is the mover.
pub const VALUE_SLOTS: usize = MAX_PLAYERS;

/// Gives the length of one row of each network input and of the policy output, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowShape {
    /// Length of the per-cell features of one position.
    pub cells: usize,
    /// Length of the global features of one position.
    pub globals: usize,
    /// Length of one policy row.
    pub policy: usize,
}

/// Encodes states for a network and reads its answers.
pub trait NetworkGame: Game + Send {
    /// Returns the row lengths; equal for all states of one game.
    fn row_shape(&self) -> RowShape;

    /// Writes the features of this state over one row of each input.
    fn encode_row(&self, cells: &mut [f32], globals: &mut [f32]);

    /// Reads the logit of each action from a policy row.
    fn read_logits(&self, actions: &[Self::Action], policy: &[f32], logits: &mut Vec<f32>);

    /// Makes a player that needs no network.
    fn agent(kind: AgentKind) -> Box<dyn Agent<Self>>;

    /// Reads the utilities by absolute seat from a value row: softmax over the slots that play, slot 0 being the mover.
    fn read_utilities(&self, value: &[f32]) -> Utilities {
        let (players, mover) = (self.players(), self.mover());
        let max = value[..players].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut shares = [0.0; MAX_PLAYERS];
        let mut total = 0.0;
        for (slot, logit) in value[..players].iter().enumerate() {
            let weight = (logit - max).exp();
            shares[(mover + slot) % players] = weight;
            total += weight;
        }
        shares.map(|share| share / total)
    }
}

impl<const W: usize> NetworkGame for PlayState<W> {
    fn row_shape(&self) -> RowShape {
        RowShape {
            cells: self.position().geometry().cells() * CELL_FEATURES,
            globals: GLOBAL_FEATURES,
            policy: self.layout().len(),
        }
    }

    fn encode_row(&self, cells: &mut [f32], globals: &mut [f32]) {
        encode(self, cells, globals);
    }

    fn read_logits(&self, actions: &[PlayAction], policy: &[f32], logits: &mut Vec<f32>) {
        self.logits_for(actions, policy, logits);
    }

    fn agent(kind: AgentKind) -> Box<dyn Agent<Self>> {
        match kind {
            AgentKind::Random => Box::new(RandomAgent),
            AgentKind::Heuristic => Box::new(HeuristicAgent::repaired()),
            AgentKind::ReferenceHeuristic => Box::new(HeuristicAgent::reference()),
            AgentKind::AlphaBeta => {
                Box::new(MaxNAgent::new(MaxNParams::default(), HeuristicJudge::repaired()))
            }
            AgentKind::Puct => Box::new(PuctAgent::new(PuctParams::default(), HeuristicJudge::repaired())),
        }
    }
}

/// Checks the lengths of a network's outputs.
///
/// # Errors
/// [`SearchError::OutputLength`] when one is not `rows` rows long.
pub(crate) fn check_outputs(
    shape: RowShape,
    rows: usize,
    policy: &[f32],
    value: &[f32],
) -> Result<(), SearchError> {
    for (output, expected, got) in
        [("policy", rows * shape.policy, policy.len()), ("value", rows * VALUE_SLOTS, value.len())]
    {
        if expected != got {
            return Err(SearchError::OutputLength { output, expected, got });
        }
    }
    Ok(())
}
