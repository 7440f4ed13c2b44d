//! The face of a fleet that does not show the board's width.

use std::sync::Arc;

use super::batch::EvalBatch;
use super::source::GameSource;
use crate::player::RowShape;
use crate::search::{EvalCache, SearchError};

/// Names one model of a fleet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FleetModel {
    /// Id that records name the model by.
    pub id: String,
    /// Number that differs for different weights, for example the head of the file's hash; keeps their cached evaluations apart.
    pub fingerprint: u64,
}

/// Holds how a fleet is built.
#[derive(Clone)]
pub struct FleetOptions {
    /// Games of one group, which is the rows of a full batch; the fleet holds twice as many.
    pub group_slots: usize,
    /// The models that play; a task names them by place in this list.
    pub models: Vec<FleetModel>,
    /// Evaluations shared with other fleets.
    pub cache: Option<Arc<EvalCache>>,
    /// Where the games come from.
    pub source: Arc<dyn GameSource>,
}

/// Counts what a fleet has done since it was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FleetCounters {
    /// Games that ended.
    pub games: u64,
    /// Decisions in those games.
    pub plies: u64,
    /// Simulations in those games.
    pub simulations: u64,
    /// Positions that were handed out for evaluation.
    pub rows: u64,
    /// Games that were dropped because the run was cancelled.
    pub dropped: u64,
}

/// Drives the games of one thread; `R` is what a finished game becomes.
///
/// The caller keeps two batches in flight: fill group 0 and submit, fill group 1 and submit, then for each group in turn: wait for the answers,
/// absorb them, fill again, submit.
pub trait FleetDriver<R>: Send {
    /// Returns the number of groups.
    fn groups(&self) -> usize;

    /// Returns the row lengths that batches must have.
    fn row_shape(&self) -> RowShape;

    /// Plays the games of a group as far as they go and encodes where they wait, one row per game, into the batch of its model; returns the
    /// rows of all batches. Clears the batches first. A group that gave rows must absorb them before it is filled again.
    ///
    /// # Errors
    /// When a player without a network cannot choose.
    fn fill(&mut self, group: usize, batches: &mut [EvalBatch]) -> Result<usize, SearchError>;

    /// Hands back the answers for the last batch that a group filled for one model.
    ///
    /// # Errors
    /// Outputs of the wrong length or with numbers that are not finite; the games stay where they were.
    fn absorb(
        &mut self,
        group: usize,
        model: usize,
        policy: &[f32],
        value: &[f32],
    ) -> Result<(), SearchError>;

    /// Takes the games that have ended since the last call, in the order in which they ended.
    fn take_finished(&mut self) -> Vec<R>;

    /// Adds a model and returns its place; running games keep theirs.
    fn add_model(&mut self, model: FleetModel) -> usize;

    /// Returns how many games are in progress.
    fn active_games(&self) -> usize;

    /// Returns what was done so far.
    fn counters(&self) -> FleetCounters;
}
