//! How a config stands by its whole match log.

use rr_cluster::{CourseStanding, EvaluationReport, RatedModel, RatedPlayer, RatingTable};
use rr_proto::{ConfigKey, JobId, ModelId, UnixMillis};
use rr_storage::{StorageError, StoreSnapshot};

use crate::leader::rating_fit::fit_ratings;

/// Holds what an event about strength makes ratings look at.
pub(super) struct StrengthFacts {
    /// How the champion stands; none before there is one that has played.
    pub standing: Option<CourseStanding>,
    /// The candidate, where the event has one that is not the champion.
    pub candidate: Option<RatedModel>,
    /// The report of the evaluation, where the event is about one.
    pub report: Option<EvaluationReport>,
}

/// Reads how a config stands; the report and the candidate where there is an evaluation.
pub(super) fn facts(
    snapshot: &StoreSnapshot,
    config: ConfigKey,
    evaluated: Option<(JobId, ModelId)>,
    at: UnixMillis,
) -> Result<StrengthFacts, StorageError> {
    let table = fit_ratings(snapshot, config)?;
    let champion = snapshot.champion(config)?;
    let standing = champion.as_ref().and_then(|row| {
        let predecessor = row.previous.and_then(|model| rated(&table, model)).map(|rated| rated.rating.elo);
        Some(CourseStanding { at, champion: rated(&table, row.model)?, predecessor })
    });
    let candidate =
        evaluated.map(|(_, model)| model).filter(|model| champion.is_none_or(|row| row.model != *model));
    let row = evaluated.map(|(job, _)| snapshot.job(job)).transpose()?.flatten();
    Ok(StrengthFacts {
        standing,
        candidate: candidate.and_then(|model| rated(&table, model)),
        report: row.and_then(|row| postcard::from_bytes(&row.detail).ok()),
    })
}

fn rated(table: &RatingTable, model: ModelId) -> Option<RatedModel> {
    let found = table.get(&RatedPlayer::Model(model))?;
    Some(RatedModel { model, rating: found.estimate, games: found.games })
}
