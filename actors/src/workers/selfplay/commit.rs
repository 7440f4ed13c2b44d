//! Stores finished games in batches, each in one transaction with the event that tells of it.

use std::collections::BTreeMap;
use std::time::Duration;

use rr_proto::{ConfigKey, ModelId, NodeId};
use rr_storage::{NewGame, StoreWrite};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout_at};

use super::failure::WorkerFailure;
use super::game_group::GameGroup;
use super::status::SelfPlayStatus;
use crate::bus::EventPublisher;
use crate::error::StoreFailure;
use crate::store::StoreAccess;

/// Pause before games that could not be stored are tried again.
const RETRY_AFTER: Duration = Duration::from_millis(250);
/// Tries of one batch while the store restarts or is busy.
const TRIES: u32 = 40;

/// A game that is to be stored, with who played it.
pub(super) struct FinishedGame {
    pub game: NewGame,
    pub model: Option<ModelId>,
}

/// Stores the games of one slot.
pub(super) struct Committer {
    pub store: StoreAccess,
    pub publisher: EventPublisher,
    pub node: NodeId,
    pub batch: usize,
    pub wait: Duration,
    pub status: watch::Sender<SelfPlayStatus>,
}

impl Committer {
    /// Stores games until there will be no more.
    pub async fn run(self, mut games: mpsc::Receiver<FinishedGame>) -> Result<(), WorkerFailure> {
        while let Some(first) = games.recv().await {
            let mut batch = vec![first];
            let due = Instant::now() + self.wait;
            while batch.len() < self.batch.max(1) {
                match timeout_at(due, games.recv()).await {
                    Ok(Some(game)) => batch.push(game),
                    Ok(None) | Err(_) => break,
                }
            }
            let stored = self.store(batch).await?;
            self.status.send_modify(|status| status.stored += stored);
        }
        Ok(())
    }

    /// Stores a batch; doing it again changes nothing, so that a failed answer can be tried again.
    async fn store(&self, batch: Vec<FinishedGame>) -> Result<u64, WorkerFailure> {
        let mut groups: BTreeMap<ConfigKey, GameGroup> = BTreeMap::new();
        for FinishedGame { game, model } in batch {
            let group = groups.entry(game.config).or_default();
            group.model = model.or(group.model);
            group.games.push(game);
        }
        let mut tries = 0;
        loop {
            let (groups, publisher, node) = (groups.clone(), self.publisher.clone(), self.node.clone());
            let work = move |write: &mut StoreWrite| {
                let mut stored = 0;
                for (key, group) in &groups {
                    stored += group.store(write, (&publisher, &node), *key)?;
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

fn is_passing(failure: &StoreFailure) -> bool {
    matches!(
        failure,
        StoreFailure::Busy
            | StoreFailure::Stopping
            | StoreFailure::Unreachable(_)
            | StoreFailure::WriterEnded { .. }
    )
}
