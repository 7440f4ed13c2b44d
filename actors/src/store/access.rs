//! What others hold of the store: typed calls that return when the write is durable.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rr_proto::{BlobId, ConfigKey, ErrorCode, ModelId};
use rr_storage::{
    ChampionRow, ChampionSwap, CheckpointRow, Compaction, GameAppend, JobRow, MatchAppend, MatchRow,
    ModelAppend, ModelRow, NewGame, StateWrite, StorageError, StoreSnapshot, StoreWrite,
};
use tokio::sync::{Semaphore, watch};

use super::actor::StoreMsg;
use super::transaction::{StoreQuery, StoreTransaction};
use super::writer::StoreReport;
use crate::error::StoreFailure;
use crate::supervision::Address;

/// How long a caller waits for the disk before it is told that it is stuck.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a compaction may take.
const COMPACTION_PATIENCE: Duration = Duration::from_secs(600);

/// Reaches the store of this node; cheap to clone.
///
/// A call returns `Ok` only after the write is on the disk. Writers beyond `in_flight` wait for their turn, so that
/// a burst slows its callers down instead of filling the store's queue.
#[derive(Debug, Clone)]
pub struct StoreAccess {
    store: Address<StoreMsg>,
    turns: Arc<Semaphore>,
    trouble: Arc<Mutex<Option<DiskTrouble>>>,
}

/// Says why the disk does not take what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskTrouble {
    /// The class: full, read-only, or failing.
    pub code: ErrorCode,
    /// The storage's words, with the next step.
    pub message: String,
}

impl StoreAccess {
    /// Reaches the store at `store`; all clones together have at most `in_flight` writes under way.
    pub fn new(store: Address<StoreMsg>, in_flight: usize) -> Self {
        let turns = Arc::new(Semaphore::new(in_flight.clamp(1, Semaphore::MAX_PERMITS)));
        Self { store, turns, trouble: Arc::default() }
    }

    /// Returns why the disk refused the last write; none where it took it.
    pub fn trouble(&self) -> Option<DiskTrouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers a disk that refuses until it takes something again: the actors' errors say so only in words.
    fn note<T>(&self, outcome: &Result<T, StoreFailure>) {
        let now = match outcome {
            Ok(_) => None,
            Err(StoreFailure::Storage(error)) => match error.code() {
                code @ (ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::Io) => {
                    Some(DiskTrouble { code, message: error.to_string() })
                }
                _ => return,
            },
            Err(_) => return,
        };
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Makes all writes of `work` durable together; it may run more than once, always from the same state.
    ///
    /// # Errors
    /// What `work` returns; or [`StoreFailure`] where the store can't be reached or the disk fails: nothing was written then,
    /// except after `Unreachable` with a timeout, where it is not known.
    pub async fn commit<T, F>(&self, label: &'static str, work: F) -> Result<T, StoreFailure>
    where
        T: Send + 'static,
        F: FnMut(&mut StoreWrite) -> Result<T, StorageError> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| StoreFailure::Stopping)?;
        let request = |reply| StoreMsg::Write(StoreTransaction::new(label, work, reply).holding(turn));
        let outcome = self.store.call(request, PATIENCE).await?;
        self.note(&outcome);
        outcome
    }

    /// Reads what is committed.
    ///
    /// # Errors
    /// What `work` returns, or [`StoreFailure`] where the store can't be reached.
    pub async fn query<T, F>(&self, label: &'static str, work: F) -> Result<T, StoreFailure>
    where
        T: Send + 'static,
        F: FnOnce(&StoreSnapshot) -> Result<T, StorageError> + Send + 'static,
    {
        self.store.call(|reply| StoreMsg::Read(StoreQuery::new(label, work, reply)), PATIENCE).await?
    }

    /// Appends games in the given order; a record that is stored already is passed over.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn append_games(&self, games: Vec<NewGame>) -> Result<Vec<GameAppend>, StoreFailure> {
        self.commit("append games", move |write| write.append_games(&games)).await
    }

    /// Records a model whose file is stored as a blob.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn append_model(&self, model: ModelRow) -> Result<ModelAppend, StoreFailure> {
        self.commit("append model", move |write| write.append_model(&model)).await
    }

    /// Appends rated games in the given order.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn append_matches(&self, rows: Vec<MatchRow>) -> Result<Vec<MatchAppend>, StoreFailure> {
        self.commit("append matches", move |write| rows.iter().map(|row| write.append_match(row)).collect())
            .await
    }

    /// Makes `next` the champion, if the champion still is `expected`.
    ///
    /// # Errors
    /// As [`Self::commit`]; the storage's refusal where `next` is no recorded model.
    pub async fn swap_champion(
        &self,
        config: ConfigKey,
        expected: Option<ModelId>,
        next: ChampionRow,
    ) -> Result<ChampionSwap, StoreFailure> {
        self.commit("swap champion", move |write| write.swap_champion(config, expected, &next)).await
    }

    /// Writes the state of a config, if the stored revision still is `expected`.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn put_config_state(
        &self,
        config: ConfigKey,
        expected: u64,
        fold_version: u16,
        state: Vec<u8>,
    ) -> Result<StateWrite, StoreFailure> {
        let work = move |write: &mut StoreWrite| {
            write.put_config_state(config, expected, fold_version, state.clone())
        };
        self.commit("put config state", work).await
    }

    /// Writes a job.
    ///
    /// # Errors
    /// As [`Self::commit`]; the storage's refusal where the stored job has ended otherwise.
    pub async fn put_job(&self, job: JobRow) -> Result<(), StoreFailure> {
        self.commit("put job", move |write| write.put_job(&job)).await
    }

    /// Records the newest checkpoint of a job, and returns the files of the one before, for deletion.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn put_checkpoint(&self, checkpoint: CheckpointRow) -> Result<Vec<BlobId>, StoreFailure> {
        self.commit("put checkpoint", move |write| write.put_checkpoint(&checkpoint)).await
    }

    /// Returns the place that the next event will get, kept up to date while this life of the store lasts.
    ///
    /// # Errors
    /// [`StoreFailure`] where the store can't be reached.
    pub async fn watch_events(&self) -> Result<watch::Receiver<u64>, StoreFailure> {
        Ok(self.store.call(StoreMsg::WatchEvents, PATIENCE).await?)
    }

    /// Makes the database file smaller, where at least `worth` of it is unused; all others wait meanwhile.
    ///
    /// # Errors
    /// [`StoreFailure`] where the store can't be reached or the disk fails.
    pub async fn compact(&self, worth: f64) -> Result<Compaction, StoreFailure> {
        self.store.call(|reply| StoreMsg::Compact(worth, reply), COMPACTION_PATIENCE).await?
    }

    /// Returns what the store has done since it started.
    ///
    /// # Errors
    /// [`StoreFailure`] where the store can't be reached.
    pub async fn report(&self) -> Result<StoreReport, StoreFailure> {
        Ok(self.store.call(StoreMsg::Report, PATIENCE).await?)
    }
}
