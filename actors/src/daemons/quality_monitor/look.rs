//! One look at the newest games of a config, and what is told of it.

use std::sync::Arc;

use rr_cluster::{QualityPolicy, QualityReport};
use rr_proto::{
    ConfigKey, ErrorCode, Event, FailureNote, Games, QualityCheckFailed, QualityGrade, QualityScoreUpdated,
    UnixMillis,
};
use rr_storage::{GameOrigin, StorageError, StoreSnapshot, StoreWrite, StoredValue};
use serde::{Deserialize, Serialize};

use super::traits::traits_of;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::error::{BusFailure, StoreFailure};
use crate::store::StoreAccess;

/// Records that are not readable from which a look fails: one may be damaged, more are a fault.
const UNREADABLE: usize = 1;

/// What is told of a config's quality, as it is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct ToldQuality {
    /// The newest report that was told.
    pub report: Option<QualityReport>,
    /// Whether the last look failed, or found too little; told once.
    pub failing: bool,
}

impl StoredValue for ToldQuality {
    const NAME: &'static str = "quality of games";
    const VERSION: u16 = 1;
}

/// Looks at games.
#[derive(Clone)]
pub(super) struct QualityLook {
    pub store: StoreAccess,
    pub publisher: EventPublisher,
    pub clock: Arc<dyn Clock>,
    pub policy: QualityPolicy,
    /// Newest games that are looked at.
    pub games: u64,
}

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub report: QualityReport,
    pub grade: QualityGrade,
}

fn fact(config: ConfigKey) -> String {
    format!("quality/{config}")
}

/// Reads the score of a config's newest games as it was told last; none where nobody has looked yet.
///
/// # Errors
/// [`StorageError`] where the database fails or the value is damaged.
pub fn told_quality(
    snapshot: &StoreSnapshot,
    config: ConfigKey,
) -> Result<Option<QualityReport>, StorageError> {
    let told: Option<ToldQuality> = snapshot.fact(&fact(config))?;
    Ok(told.and_then(|told| told.report))
}

impl QualityLook {
    /// Looks at a config; none where it has too few games.
    pub async fn look(&self, config: ConfigKey) -> Result<Option<Found>, BusFailure> {
        let (least, most) = (self.policy.min_games.0, self.games);
        let read = move |snapshot: &StoreSnapshot| {
            let told: Option<ToldQuality> = snapshot.fact(&fact(config))?;
            Ok((told.unwrap_or_default(), newest_records(snapshot, config, most)?))
        };
        let (told, records) = self.store.query("newest games", read).await?;
        if (records.len() as u64) < least {
            return Ok(None);
        }
        let grade = move || {
            let traits: Vec<_> = records.iter().filter_map(|record| traits_of(record).ok()).collect();
            (records.len() - traits.len(), QualityReport::of(&traits))
        };
        let graded = tokio::task::spawn_blocking(grade).await.map_err(|_| StoreFailure::NotRun)?;
        let (unreadable, Some(report)) = graded else {
            return self.fail(config, told, None, "none of the newest games can be read".to_owned()).await;
        };
        if unreadable > UNREADABLE {
            let cause = format!("{unreadable} of the newest {most} games can't be read");
            return self.fail(config, told, Some(report), cause).await;
        }
        self.tell(config, told, report).await
    }

    /// Tells a score where it is news, and that it is low where it became so; stored in the same transaction.
    async fn tell(
        &self,
        config: ConfigKey,
        told: ToldQuality,
        report: QualityReport,
    ) -> Result<Option<Found>, BusFailure> {
        let found = Found { report, grade: self.policy.grade(report.score) };
        let (before, failing) = (told.report.as_ref(), told.failing);
        let low = found.grade == QualityGrade::Low;
        let mut events: Vec<Event> = Vec::new();
        if self.policy.is_news(before, &report) {
            let QualityReport { score, diversity, games, .. } = report;
            let (previous, grade, at) = (before.map(|before| before.score), found.grade, self.now());
            events.push(QualityScoreUpdated { config, score, previous, grade, diversity, games, at }.into());
        }
        if low && !failing {
            let words = format!(
                "the newest {} score {:.2}: {:.0} % have a winner, {:.1} policy targets each, {} repeated, {:.0} % begin like no other",
                report.games,
                report.score,
                report.decisive * 100.0,
                report.targets,
                report.repeated,
                report.diversity * 100.0
            );
            events.push(self.failed(config, Some(&report), ErrorCode::Refused, words));
        }
        if events.is_empty() && low == failing {
            return Ok(Some(found));
        }
        // What was told stays the measure of what is news.
        let report = if events.is_empty() { told.report } else { Some(report) };
        self.store_told(config, ToldQuality { report, failing: low }, events).await?;
        Ok(Some(found))
    }

    /// Tells once that a look failed.
    async fn fail(
        &self,
        config: ConfigKey,
        told: ToldQuality,
        found: Option<QualityReport>,
        cause: String,
    ) -> Result<Option<Found>, BusFailure> {
        tracing::warn!(%config, cause, "the quality of games could not be established");
        if !told.failing {
            let event = self.failed(config, found.as_ref(), ErrorCode::BadGame, cause);
            self.store_told(config, ToldQuality { failing: true, ..told }, vec![event]).await?;
        }
        Ok(None)
    }

    fn failed(
        &self,
        config: ConfigKey,
        report: Option<&QualityReport>,
        code: ErrorCode,
        message: String,
    ) -> Event {
        let score = report.map(|report| report.score);
        let games = report.map_or(Games::ZERO, |report| report.games);
        let failure = FailureNote { code, message };
        QualityCheckFailed { config, score, games, failure, at: self.now() }.into()
    }

    async fn store_told(
        &self,
        config: ConfigKey,
        told: ToldQuality,
        events: Vec<Event>,
    ) -> Result<(), BusFailure> {
        let staged = events.into_iter().map(|event| self.publisher.stage(event, None));
        let staged = staged.collect::<Result<Vec<_>, _>>()?;
        let work = move |write: &mut StoreWrite| {
            write.put_fact(&fact(config), &told)?;
            for event in &staged {
                let _ = event.append(write)?;
            }
            Ok(())
        };
        Ok(self.store.commit("quality of games", work).await?)
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.unix_ms())
    }
}

/// Reads the newest records that may train, oldest first; one that the store itself finds damaged counts as unreadable.
fn newest_records(
    snapshot: &StoreSnapshot,
    config: ConfigKey,
    most: u64,
) -> Result<Vec<Vec<u8>>, StorageError> {
    let total = snapshot.game_totals(config)?.games.0;
    let mut records = Vec::new();
    for entry in snapshot.games(config, total.saturating_sub(most)..total)? {
        let row = snapshot.game(entry.id)?;
        if row.is_none_or(|row| row.source == GameOrigin::Arena) {
            continue;
        }
        match snapshot.game_record(entry.id) {
            Ok(record) => records.extend(record),
            Err(StorageError::Corrupt { .. }) => records.push(Vec::new()),
            Err(error) => return Err(error),
        }
    }
    Ok(records)
}
