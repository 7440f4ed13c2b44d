//! Stores finished games in batches, each in one transaction with the event that tells of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rr_engine::board::GameConfig;
use rr_proto::{ConfigKey, Event, ModelId, NodeId, SelfplayComplete, UnixMillis};
use rr_storage::{NewGame, StorageError, StoreWrite};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument;

use super::failure::WorkerFailure;
use super::game_group::GameGroup;
use super::status::SelfPlayStatus;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::error::StoreFailure;
use crate::store::StoreAccess;
use crate::workers::SelfPlayTarget;

/// Pause before games that could not be stored are tried again.
const RETRY_AFTER: Duration = Duration::from_millis(250);
/// Tries of one batch while the store restarts or is busy.
const TRIES: u32 = 40;

/// A game that is to be stored, with who played it.
pub(super) struct FinishedGame {
    pub game: NewGame,
    pub model: Option<ModelId>,
}

/// What the slot is to bring of which config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SlotTarget {
    pub config: GameConfig,
    pub target: SelfPlayTarget,
}

/// How much of a piece of work the slot has brought.
pub(super) struct TargetProgress {
    key: ConfigKey,
    target: SelfPlayTarget,
    stored: u64,
    since: UnixMillis,
}

/// Stores the games of one slot.
pub(super) struct Committer {
    pub slot: u32,
    pub target: watch::Receiver<Option<SlotTarget>>,
    pub progress: Option<TargetProgress>,
    pub clock: Arc<dyn Clock>,
    pub store: StoreAccess,
    pub publisher: EventPublisher,
    pub node: NodeId,
    pub batch: usize,
    pub wait: Duration,
    pub status: watch::Sender<SelfPlayStatus>,
}

impl Committer {
    /// Stores games until there will be no more.
    pub async fn run(mut self, mut games: mpsc::Receiver<FinishedGame>) -> Result<(), WorkerFailure> {
        while let Some(first) = games.recv().await {
            self.follow_target();
            let mut batch = vec![first];
            let due = Instant::now() + self.wait;
            while batch.len() < self.batch.max(1) {
                match timeout_at(due, games.recv()).await {
                    Ok(Some(game)) => batch.push(game),
                    Ok(None) | Err(_) => break,
                }
            }
            let span = tracing::info_span!(parent: None, "store games", games = batch.len());
            let stored = self.store(batch).instrument(span).await?;
            self.status.send_modify(|status| status.stored += stored.values().sum::<u64>());
            self.count(&stored);
        }
        Ok(())
    }

    /// Counts anew where there is another piece of work.
    fn follow_target(&mut self) {
        let told = *self.target.borrow();
        let Some(SlotTarget { config, target }) = told else { return self.progress = None };
        let same = |progress: &TargetProgress| progress.target.job == target.job;
        if let Some(progress) = self.progress.as_mut().filter(|progress| same(progress)) {
            progress.target = target; // it may have become larger or smaller
            return;
        }
        let key = ConfigKey::new(config.board.name(), config.players).ok();
        let since = UnixMillis(self.clock.unix_ms());
        self.progress = key.map(|key| TargetProgress { key, target, stored: 0, since });
    }

    fn count(&mut self, stored: &BTreeMap<ConfigKey, u64>) {
        if let Some(progress) = &mut self.progress {
            progress.stored += stored.get(&progress.key).copied().unwrap_or(0);
        }
    }

    /// Returns the event that tells of the end of the work, and the games that are missing until then; none where it has ended.
    fn completion(&self, model: Option<ModelId>) -> Option<(ConfigKey, u64, SelfplayComplete)> {
        let progress = self.progress.as_ref()?;
        let games = progress.target.games;
        let missing = games.0.checked_sub(progress.stored).filter(|missing| *missing > 0)?;
        let at = UnixMillis(self.clock.unix_ms());
        let duration_ms = u64::try_from(at.since(progress.since).as_millis()).unwrap_or(u64::MAX);
        let (config, node, slot) = (progress.key, self.node.clone(), self.slot);
        Some((config, missing, SelfplayComplete { config, model, node, slot, games, duration_ms, at }))
    }

    /// Stores a batch; doing it again changes nothing, so that a failed answer can be tried again.
    async fn store(&self, batch: Vec<FinishedGame>) -> Result<BTreeMap<ConfigKey, u64>, WorkerFailure> {
        let completion = self.completion(batch.iter().find_map(|game| game.model));
        let mut groups: BTreeMap<ConfigKey, GameGroup> = BTreeMap::new();
        for FinishedGame { game, model } in batch {
            let group = groups.entry(game.config).or_default();
            group.model = model.or(group.model);
            group.games.push(game);
        }
        let mut tries = 0;
        loop {
            let (groups, publisher, node) = (groups.clone(), self.publisher.clone(), self.node.clone());
            let completion = completion.clone();
            let work = move |write: &mut StoreWrite| {
                let mut stored = BTreeMap::new();
                for (key, group) in &groups {
                    stored.insert(*key, group.store(write, (&publisher, &node), *key)?);
                }
                if let Some((key, missing, event)) = &completion
                    && stored.get(key).is_some_and(|new| new >= missing)
                {
                    tell(write, &publisher, event.clone().into())?;
                }
                Ok(stored)
            };
            let failure = match self.store.commit("self-play games", work).await {
                Ok(stored) => return Ok(stored),
                Err(failure) => failure,
            };
            tries += 1;
            if tries >= TRIES || !is_passing(&failure) {
                return Err(failure.into());
            }
            tracing::warn!(%failure, tries, "finished games could not be stored yet");
            sleep(RETRY_AFTER).await;
        }
    }
}

/// Appends an event in the transaction of the games that it tells of.
fn tell(write: &mut StoreWrite, publisher: &EventPublisher, event: Event) -> Result<(), StorageError> {
    let staged = publisher.stage(event, None);
    let staged = staged.map_err(|error| StorageError::Refused {
        what: "the event of new games",
        reason: error.to_string(),
    })?;
    staged.append(write).map(drop)
}

fn is_passing(failure: &StoreFailure) -> bool {
    matches!(
        failure,
        StoreFailure::Busy
            | StoreFailure::Stopping
            | StoreFailure::Unreachable(_)
            | StoreFailure::WriterEnded { .. }
    )
}
