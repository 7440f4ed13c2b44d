//! Turning events into inputs of the state machine.

use rr_cluster::{EvaluationReport, LoopInput, LoopStage, LoopState};
use rr_proto::{ErrorCode, Event, JobId};

use crate::error::StoreFailure;
use crate::store::StoreAccess;

/// Reads what an event means for the loop; `None` for one that it does not turn on.
///
/// # Errors
/// The store's, where a report has to be read.
pub(super) async fn input_of(
    event: &Event,
    state: &LoopState,
    store: &StoreAccess,
) -> Result<Option<LoopInput>, StoreFailure> {
    Ok(match event {
        Event::NewGamesAvailable(e) => {
            Some(LoopInput::GamesStored { total_games: e.total_games, total_samples: e.total_samples })
        }
        Event::TrainingCompleted(e) => {
            Some(LoopInput::TrainingCompleted { job: e.job, model: e.model, samples_used: e.samples_used })
        }
        Event::TrainingFailed(e) if e.failure.code == ErrorCode::Cancelled => {
            Some(LoopInput::CalledOff { job: e.job })
        }
        Event::EvaluationFailed(e) if e.failure.code == ErrorCode::Cancelled => {
            Some(LoopInput::CalledOff { job: e.job })
        }
        Event::TrainingFailed(e) => {
            Some(LoopInput::TrainingFailed { job: e.job, attempt: e.attempt, retryable: e.will_retry })
        }
        Event::EvaluationCompleted(e) => Some(match report(store, e.job).await? {
            Some(report) => LoopInput::EvaluationCompleted { job: e.job, report },
            None => {
                tracing::error!(job = %e.job, "an evaluation is said to be complete, but its report is not stored");
                LoopInput::EvaluationFailed { job: e.job, retryable: true }
            }
        }),
        Event::EvaluationFailed(e) => Some(LoopInput::EvaluationFailed { job: e.job, retryable: true }),
        Event::ModelPromoted(e) => Some(LoopInput::Promoted { evaluation: e.evaluation, model: e.model }),
        Event::PromotionFailed(e) => match state.stage() {
            LoopStage::Promoting { order, .. } if order.evaluation == e.evaluation => {
                Some(LoopInput::PromotionFailed {
                    evaluation: e.evaluation,
                    attempt: order.attempt,
                    retryable: e.failure.code != ErrorCode::Conflict,
                })
            }
            _ => None,
        },
        Event::RegressionDetected(e) => Some(LoopInput::RegressionFound { model: e.model, level: e.level }),
        Event::PromotionRolledBack(e) => match state.roll_back() {
            Some(order) if (order.from, order.to) == (e.from, e.to) => {
                Some(LoopInput::RolledBack { job: order.job, generation: e.generation })
            }
            _ => None, // heard before
        },
        _ => None, // the subscription asks for no other
    })
}

/// Reads the report that the arena stored with its job; one that holds no games cannot be read.
async fn report(store: &StoreAccess, job: JobId) -> Result<Option<EvaluationReport>, StoreFailure> {
    let row = store.query("evaluation report", move |snapshot| snapshot.job(job)).await?;
    Ok(row.and_then(|row| postcard::from_bytes(&row.detail).ok()))
}
