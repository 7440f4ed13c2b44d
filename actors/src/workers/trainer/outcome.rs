//! Making a finished run durable: the model's file, its row, and the event, before anybody hears of it.

use std::fs;
use std::sync::Arc;

use rr_cluster::TrainingOrder;
use rr_proto::{
    ConfigKey, Event, FailureNote, Generation, ModelId, Samples, TrainingCompleted, TrainingLosses,
    TrainingSteps, UnixMillis,
};
use rr_storage::{BlobStore, JobKind, JobRow, JobState, ModelRow, StorageError};
use rr_train::{LossParts, TrainedModel};

use super::run_folder::RunFolder;
use crate::bus::EventPublisher;
use crate::error::{BusFailure, StoreFailure};
use crate::store::StoreAccess;

/// Why a finished run could not be recorded; another attempt may.
#[derive(Debug, thiserror::Error)]
pub(super) enum RecordFailure {
    #[error(transparent)]
    Store(#[from] StoreFailure),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Bus(#[from] BusFailure),
    #[error("the trained model {path}: {source}")]
    File { path: String, source: std::io::Error },
    #[error("the trained model's file has the hash {found}, its run says {told}; the run is repeated")]
    Hash { found: String, told: String },
}

/// What a finished run is recorded with.
#[derive(Clone)]
pub(super) struct Recorder {
    pub store: StoreAccess,
    pub blobs: Arc<BlobStore>,
    pub publisher: EventPublisher,
}

/// The run that a result belongs to.
#[derive(Clone)]
pub(super) struct FinishedRun {
    pub key: ConfigKey,
    pub order: TrainingOrder,
    pub folder: RunFolder,
    pub started: UnixMillis,
    pub now: UnixMillis,
}

impl Recorder {
    /// Stores file, row, job and event; doing it again changes nothing.
    pub async fn record(&self, run: FinishedRun, result: TrainedModel) -> Result<ModelId, RecordFailure> {
        let blobs = Arc::clone(&self.blobs);
        let (files, row) = (result.clone(), run.clone());
        let span = tracing::Span::current();
        let keep = move || span.in_scope(|| keep_files(&blobs, &row, &files));
        let stored = tokio::task::spawn_blocking(keep).await;
        let (model, card_json, file_bytes) = stored.map_err(|_| StoreFailure::NotRun)??;
        let key = run.key;
        let champion = self.store.query("champion", move |snapshot| snapshot.champion(key)).await?;
        let row = ModelRow {
            id: model,
            config: run.key,
            parent: Some(run.order.parent),
            generation: champion.map_or(Generation::ZERO, |champion| Generation(champion.generation.0 + 1)),
            steps: TrainingSteps(result.total_steps),
            created_at: run.now,
            file_bytes,
            card_json,
        };
        let event = Event::from(TrainingCompleted {
            config: run.key,
            job: run.order.job,
            model,
            parent: Some(run.order.parent),
            steps: TrainingSteps(result.total_steps),
            samples_used: Samples(result.samples_used),
            losses: losses(&result.losses),
            duration_ms: u64::try_from(run.now.since(run.started).as_millis()).unwrap_or(u64::MAX),
        });
        let staged = self.publisher.stage(event, None)?;
        let job = job_row(&run, JobState::Completed);
        let commit = move |write: &mut rr_storage::StoreWrite| {
            let _ = write.append_model(&row)?;
            write.put_job(&job)?;
            let _ = write.drop_checkpoint(job.id)?; // its files go with the folder of the run
            let _ = staged.append(write)?;
            Ok(())
        };
        self.store.commit("record trained model", commit).await?;
        Ok(model)
    }
}

/// Copies the model into the blob store and keeps its moments; returns id, card and size.
fn keep_files(
    blobs: &BlobStore,
    run: &FinishedRun,
    result: &TrainedModel,
) -> Result<(ModelId, String, u64), RecordFailure> {
    let file = |path: &std::path::Path| {
        let path = path.display().to_string();
        move |source| RecordFailure::File { path, source }
    };
    let blob = blobs.put_file(&result.model)?;
    if blob.to_string() != result.sha256 {
        return Err(RecordFailure::Hash { found: blob.to_string(), told: result.sha256.clone() });
    }
    let model = ModelId::from_bytes(*blob.as_bytes());
    let card = fs::read_to_string(&result.card).map_err(file(&result.card))?;
    let size = fs::metadata(&result.model).map_err(file(&result.model))?.len();
    if result.state.exists() {
        run.folder.keep_moments(&result.state, model, run.order.parent).map_err(file(&result.state))?;
    }
    Ok((model, card, size))
}

/// Describes the job of a run.
pub(super) fn job_row(run: &FinishedRun, state: JobState) -> JobRow {
    JobRow {
        id: run.order.job,
        kind: JobKind::Training,
        config: run.key,
        state,
        attempt: run.order.attempt,
        created_at: run.started,
        updated_at: run.now,
        detail: Vec::new(),
    }
}

/// Turns the trainer's losses into the event's.
pub(super) fn losses(parts: &LossParts) -> TrainingLosses {
    TrainingLosses {
        total: parts.total,
        policy: parts.policy,
        value: parts.value,
        auxiliary: parts.total - parts.policy - parts.value,
    }
}

/// Describes a failure to people.
pub(super) fn note(code: rr_proto::ErrorCode, message: impl ToString) -> FailureNote {
    FailureNote { code, message: message.to_string() }
}
