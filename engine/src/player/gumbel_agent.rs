//! The player that searches with a network, one position at a time.

use rand::RngCore;
use rand_chacha::ChaCha8Rng;

use super::agent::Agent;
use super::batch_evaluator::BatchEvaluator;
use super::network_game::{NetworkGame, check_outputs};
use crate::search::{GumbelSearch, MoveSelection, SearchBudget, SearchError, SearchParams, SearchStep};

/// Holds how a [`GumbelAgent`] thinks and plays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GumbelAgentSettings {
    /// Simulations per move.
    pub budget: SearchBudget,
    /// Shape of the search.
    pub params: SearchParams,
    /// How the move is taken from the result.
    pub selection: MoveSelection,
}

impl Default for GumbelAgentSettings {
    /// Full strength: the standard budget, no noise, no sampling.
    fn default() -> Self {
        Self {
            budget: SearchBudget::Standard,
            params: SearchParams::default().without_noise(),
            selection: MoveSelection::Survivor,
        }
    }
}

/// Searches with batches of one; the fleet of `selfplay` is the way to play many games.
pub struct GumbelAgent<G: NetworkGame, E> {
    settings: GumbelAgentSettings,
    evaluator: RowEvaluator<E>,
    search: Option<GumbelSearch<G>>,
}

impl<G: NetworkGame, E: BatchEvaluator> GumbelAgent<G, E> {
    /// Makes a player that asks `evaluator`.
    pub fn new(settings: GumbelAgentSettings, evaluator: E) -> Self {
        Self { settings, evaluator: RowEvaluator::new(evaluator), search: None }
    }
}

impl<G: NetworkGame, E: BatchEvaluator + Send> Agent<G> for GumbelAgent<G, E> {
    fn choose(
        &mut self,
        game: &G,
        actions: &[G::Action],
        rng: &mut ChaCha8Rng,
    ) -> Result<usize, SearchError> {
        let params = self.settings.params;
        let search = self.search.get_or_insert_with(|| GumbelSearch::new(params, game));
        search.begin(game, self.settings.budget.simulations(), rng.next_u64());
        while search.next_leaf(None) == SearchStep::Evaluate {
            let (logits, utilities) = self.evaluator.row(search.leaf(), search.leaf_actions())?;
            search.absorb(logits, utilities, None)?;
        }
        let Some(result) = search.result() else { return Ok(0) };
        let action = result.action(result.choose(self.settings.selection, rng));
        Ok(actions.iter().position(|candidate| Some(*candidate) == action).unwrap_or(0))
    }

    fn played(&mut self, action: G::Action) {
        // Without a search yet there is nothing to carry over; `begin` starts from the position it is given.
        if let Some(search) = &mut self.search {
            search.advance(action);
        }
    }
}

/// Evaluates single positions with a [`BatchEvaluator`].
pub struct RowEvaluator<E> {
    inner: E,
    cells: Vec<f32>,
    globals: Vec<f32>,
    policy: Vec<f32>,
    value: Vec<f32>,
    logits: Vec<f32>,
}

impl<E: BatchEvaluator> RowEvaluator<E> {
    /// Wraps a batch evaluator.
    pub fn new(inner: E) -> Self {
        Self {
            inner,
            cells: Vec::new(),
            globals: Vec::new(),
            policy: Vec::new(),
            value: Vec::new(),
            logits: Vec::new(),
        }
    }

    /// Returns the logits of `actions` and the utilities of one position.
    ///
    /// # Errors
    /// What the evaluator reports, or outputs of the wrong length.
    pub fn row<G: NetworkGame>(
        &mut self,
        game: &G,
        actions: &[G::Action],
    ) -> Result<(&[f32], crate::search::Utilities), SearchError> {
        let shape = game.row_shape();
        self.cells.resize(shape.cells, 0.0);
        self.globals.resize(shape.globals, 0.0);
        game.encode_row(&mut self.cells, &mut self.globals);
        self.inner.evaluate(1, &self.cells, &self.globals, &mut self.policy, &mut self.value)?;
        check_outputs(shape, 1, &self.policy, &self.value)?;
        game.read_logits(actions, &self.policy, &mut self.logits);
        Ok((&self.logits, game.read_utilities(&self.value)))
    }
}
