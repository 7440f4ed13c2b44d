//! The decisions of one state.

use super::{ActionKey, ActionLayout, ActionRef};
use crate::board::Cell;
use crate::rules::{Move, MoveList};

/// Names one decision of the player to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlayAction {
    /// Plays a move.
    Move(Move),
    /// Slides a marker to complete an overlength line; whether all of the line collapses is the next decision.
    Slide {
        /// Where the marker stands.
        from: Cell,
        /// Where it goes.
        to: Cell,
    },
}

/// Bit of a reference that sends the reader to the list of sets.
const SET: u32 = 1 << 31;

/// Lists the decisions of one state with their names in the policy vector; reused between calls it stops allocating.
#[derive(Debug, Clone, Default)]
pub struct ActionList<const W: usize> {
    pub(super) moves: MoveList,
    actions: Vec<PlayAction>,
    refs: Vec<u32>,
    sets: Vec<ActionRef<W>>,
}

impl<const W: usize> ActionList<W> {
    /// Returns an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the number of decisions.
    #[inline]
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// Returns whether there is no decision, as in a finished game.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// Returns the decisions.
    #[inline]
    pub fn actions(&self) -> &[PlayAction] {
        &self.actions
    }

    /// Returns the name of the `i`-th decision in the policy vector.
    ///
    /// # Panics
    /// If `i` is not below [`ActionList::len`].
    #[inline]
    pub fn reference(&self, i: usize) -> ActionRef<W> {
        let r = self.refs[i];
        if r & SET == 0 { ActionRef::Entry(r) } else { self.sets[(r & !SET) as usize] }
    }

    /// Visits the names of all decisions, in order.
    pub fn references(&self) -> impl ExactSizeIterator<Item = ActionRef<W>> + '_ {
        (0..self.len()).map(|i| self.reference(i))
    }

    /// Returns the name under which a stored game keeps the `i`-th decision.
    ///
    /// # Panics
    /// If `i` is not below [`ActionList::len`].
    pub fn key(&self, layout: &ActionLayout, i: usize) -> ActionKey {
        let r = self.refs[i];
        if r & SET == 0 {
            return ActionKey(r);
        }
        let set = self.sets[(r & !SET) as usize];
        let rank = self.sets.iter().filter(|&&other| other < set).count();
        ActionKey((layout.len() + rank) as u32)
    }

    /// Finds the decision with a stored name.
    pub fn find_key(&self, layout: &ActionLayout, key: ActionKey) -> Option<usize> {
        if (key.0 as usize) < layout.len() {
            return self.refs.iter().position(|&r| r == key.0);
        }
        (0..self.len()).find(|&i| self.refs[i] & SET != 0 && self.key(layout, i) == key)
    }

    /// Finds the decision with a name in the policy vector.
    pub fn find(&self, reference: &ActionRef<W>) -> Option<usize> {
        (0..self.len()).find(|&i| self.reference(i) == *reference)
    }

    /// Finds the decision that plays a move, or that opens the choice which the move then closes.
    pub fn find_move(&self, mv: Move) -> Option<usize> {
        self.actions.iter().position(|&action| match action {
            PlayAction::Move(own) => own == mv,
            PlayAction::Slide { from, to } => {
                super::coding::is_line_recovery(mv) && (mv.from, mv.to) == (from, to)
            }
        })
    }

    /// Writes the logit of every decision from a policy vector, in order.
    ///
    /// # Shapes
    /// `policy`: `[layout.len()]`; `logits` becomes `[self.len()]`.
    ///
    /// # Panics
    /// If `policy` is shorter than the layout.
    pub fn logits(&self, layout: &ActionLayout, policy: &[f32], logits: &mut Vec<f32>) {
        logits.clear();
        logits.extend(self.refs.iter().map(|&r| {
            if r & SET == 0 {
                policy[r as usize]
            } else {
                self.sets[(r & !SET) as usize].logit(layout, policy)
            }
        }));
    }

    pub(super) fn clear(&mut self) {
        self.actions.clear();
        self.refs.clear();
        self.sets.clear();
    }

    #[inline]
    pub(super) fn push(&mut self, action: PlayAction, reference: ActionRef<W>) {
        self.actions.push(action);
        if let ActionRef::Entry(entry) = reference {
            self.refs.push(entry);
        } else {
            self.refs.push(SET | self.sets.len() as u32);
            self.sets.push(reference);
        }
    }
}
