//! Depth-limited max^n with the cuts of alpha-beta that stay sound for any number of players.

use super::error::SearchError;
use super::evaluator::Evaluator;
use super::game::{Game, MAX_PLAYERS, Utilities};

/// Says how far a [`MaxN`] search looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxNParams {
    /// Decisions that it looks ahead, at most.
    pub depth: u32,
    /// Positions that it evaluates, at most; a depth that needs more is not finished and does not count.
    pub leaves: u32,
}

impl Default for MaxNParams {
    fn default() -> Self {
        Self { depth: 2, leaves: 20_000 }
    }
}

/// Searches to a fixed depth: the mover of a node takes what is best for its own seat.
///
/// Utilities are shares of one, so a mover that is sure of a share leaves the rest to all others together. That cuts as alpha-beta does
/// with two players, and between a node and its children with more (shallow pruning).
///
/// # Source
/// Luckhardt and Irani 1986 (max^n); Korf 1991 (shallow pruning).
#[derive(Debug)]
pub struct MaxN<E> {
    params: MaxNParams,
    evaluator: E,
    left: u32,
    logits: Vec<f32>,
}

/// What the seats are sure of above a node; a mover's choice is of no use to a seat that has more already.
type Sure = [f32; MAX_PLAYERS];

impl<E> MaxN<E> {
    /// Makes a search that asks `evaluator` at its horizon.
    pub fn new(params: MaxNParams, evaluator: E) -> Self {
        Self { params, evaluator, left: 0, logits: Vec::new() }
    }

    /// Returns the evaluator.
    pub fn into_evaluator(self) -> E {
        self.evaluator
    }

    /// Returns the place in `actions` of the best action and the utilities it leads to; the first of equal ones.
    ///
    /// It deepens step by step and returns the deepest finished search; one decision deep is always finished.
    ///
    /// # Errors
    /// [`SearchError::NothingPending`] without an action, [`SearchError::NotFinite`] where the evaluator gives such a number.
    pub fn best<G: Game>(
        &mut self,
        game: &G,
        actions: &[G::Action],
    ) -> Result<(usize, Utilities), SearchError>
    where
        E: Evaluator<G>,
    {
        if actions.is_empty() {
            return Err(SearchError::NothingPending);
        }
        self.left = u32::MAX;
        let mut best = (0, [0.0; MAX_PLAYERS]);
        // What was best a step less deep is looked at first: it cuts most.
        let mut order: Vec<usize> = (0..actions.len()).collect();
        for depth in 1..=self.params.depth.max(1) {
            let Some(found) = self.root(game, actions, (&order, depth))? else { break };
            best = found;
            order.sort_by_key(|place| *place != best.0);
            if depth == 1 {
                self.left = self.params.leaves;
            }
        }
        Ok(best)
    }

    /// Searches all actions of the root to a depth; none where the leaves ran out.
    fn root<G: Game>(
        &mut self,
        game: &G,
        actions: &[G::Action],
        (order, depth): (&[usize], u32),
    ) -> Result<Option<(usize, Utilities)>, SearchError>
    where
        E: Evaluator<G>,
    {
        let (mover, mut sure) = (game.mover(), [0.0; MAX_PLAYERS]);
        let mut best: Option<(usize, Utilities)> = None;
        for &place in order {
            let mut next = game.clone();
            next.apply(actions[place]);
            let Some(value) = self.value(&next, depth - 1, (mover, sure))? else { return Ok(None) };
            // Of equal actions the first in the list wins, whatever the order was.
            let better = best.is_none_or(|(held, known)| {
                value[mover] > known[mover] || (value[mover] == known[mover] && place < held)
            });
            if better {
                best = Some((place, value));
                sure[mover] = value[mover];
            }
        }
        Ok(best)
    }

    /// Returns the utilities of a position, or a bound on them where a cut makes the rest of no use; none where the leaves ran out.
    fn value<G: Game>(
        &mut self,
        game: &G,
        depth: u32,
        (above, sure): (usize, Sure),
    ) -> Result<Option<Utilities>, SearchError>
    where
        E: Evaluator<G>,
    {
        if game.is_over() {
            return Ok(Some(game.utilities()));
        }
        if depth == 0 {
            return self.leaf(game);
        }
        let (mover, players) = (game.mover(), game.players());
        // With more than two players only the seat right above this mover's chain of decisions may cut.
        let rival = if mover == above { None } else { Some(above) };
        let mut here = if players == 2 || rival.is_none() { sure } else { only(above, sure) };
        let mut best: Option<Utilities> = None;
        let mut actions = Vec::new();
        game.actions(&mut actions);
        for action in actions {
            let mut next = game.clone();
            next.apply(action);
            let Some(value) = self.value(&next, depth - 1, (mover, here))? else { return Ok(None) };
            if best.is_none_or(|known| value[mover] > known[mover]) {
                best = Some(value);
                here[mover] = here[mover].max(value[mover]);
            }
            let taken = best.map_or(0.0, |known| known[mover]);
            // Strictly: a tie further up is decided by the order of the list, which a bound does not know.
            if (0..players).any(|seat| seat != mover && 1.0 - taken < here[seat]) {
                break;
            }
        }
        Ok(best)
    }

    fn leaf<G: Game>(&mut self, game: &G) -> Result<Option<Utilities>, SearchError>
    where
        E: Evaluator<G>,
    {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let value = self.evaluator.evaluate(game, &[], &mut self.logits);
        if value.iter().all(|share| share.is_finite()) {
            Ok(Some(value))
        } else {
            Err(SearchError::NotFinite)
        }
    }
}

/// Keeps one seat's certainty and forgets the others'.
fn only(seat: usize, sure: Sure) -> Sure {
    std::array::from_fn(|at| if at == seat { sure[at] } else { 0.0 })
}
