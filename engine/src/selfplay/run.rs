//! Running a fleet to its end with evaluators at hand.

use super::batch::EvalBatch;
use super::driver::FleetDriver;
use crate::player::BatchEvaluator;
use crate::search::SearchError;

/// Plays all games of a fleet, one evaluator per model, and returns them in the order in which they ended.
///
/// For tools and tests: it waits for every batch. Whoever owns a device keeps one batch of each group in flight instead.
///
/// # Errors
/// The first thing that a player or an evaluator reports.
pub fn run_fleet<R>(
    fleet: &mut dyn FleetDriver<R>,
    evaluators: &mut [&mut dyn BatchEvaluator],
    batch_rows: usize,
) -> Result<Vec<R>, SearchError> {
    let shape = fleet.row_shape();
    let mut batches: Vec<EvalBatch> = evaluators.iter().map(|_| EvalBatch::new(shape, batch_rows)).collect();
    let (mut policy, mut value, mut finished) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let (mut rows, ended) = (0, finished.len());
        for group in 0..fleet.groups() {
            rows += fleet.fill(group, &mut batches)?;
            for (model, (batch, evaluator)) in batches.iter().zip(evaluators.iter_mut()).enumerate() {
                if batch.rows() > 0 {
                    evaluator.evaluate(
                        batch.rows(),
                        batch.cells(),
                        batch.globals(),
                        &mut policy,
                        &mut value,
                    )?;
                    fleet.absorb(group, model, &policy, &value)?;
                }
            }
            finished.append(&mut fleet.take_finished());
        }
        // Games of players without a network end without ever giving a row.
        if rows == 0 && finished.len() == ended && fleet.active_games() == 0 {
            return Ok(finished);
        }
    }
}
