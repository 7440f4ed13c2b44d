//! The folder of a run: what the child process needs, written before it starts.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rr_cluster::TrainingOrder;
use rr_config::{DevicesSection, NetShape, TrainingSection};
use rr_engine::board::GameConfig;
use rr_onnx::NetSize;
use rr_proto::{BlobId, ConfigKey, Event, Games, JobId, ModelId, NpzExportComplete, Samples, UnixMillis};
use rr_storage::{BlobStore, DataLayout, GameOrigin, GameParity, StorageError, StoreSnapshot};
use rr_train::{
    GameShard, JobData, JobParent, ShardRef, TrainError, TrainSettings, TrainingJob, write_shard,
};

use crate::leader::StoredFeedback;

/// Games in one shard: small enough to be read at once, large enough to compress.
const SHARD_GAMES: u64 = 256;
/// Endings and names of the files of a run.
const JOB_FILE: &str = "job.json";
const LOG_FILE: &str = "trainer.log";

/// Lays out the files of one run.
#[derive(Debug, Clone)]
pub struct RunFolder {
    layout: DataLayout,
    root: PathBuf,
}

/// Everything that the job file is made from.
pub(super) struct RunPlan {
    pub config: GameConfig,
    pub key: ConfigKey,
    pub order: TrainingOrder,
    pub settings: TrainingSection,
    pub devices: DevicesSection,
    pub net: NetShape,
    pub seed: u64,
    pub now: UnixMillis,
}

/// Counts what was written for a run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WindowExport {
    games: Games,
    samples: Samples,
    shards: u32,
}

impl WindowExport {
    /// Returns the event that tells of it.
    pub fn told(self, config: ConfigKey, job: JobId, duration_ms: u64) -> Event {
        let Self { games, samples, shards } = self;
        NpzExportComplete { config, job, games, samples, shards, duration_ms }.into()
    }
}

/// Why a run could not be prepared.
#[derive(Debug, thiserror::Error)]
pub(super) enum PrepareError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Train(#[from] TrainError),
    #[error("{}: {source}; check the disk and the permissions of the data folder", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("no stored game of {0} may train: none was replayed under the rules yet, or all failed")]
    NoGames(ConfigKey),
}

impl RunFolder {
    /// Names the folder of a run in a data folder.
    pub fn new(layout: &DataLayout, job: JobId) -> Self {
        Self { layout: layout.clone(), root: layout.run(job) }
    }

    /// Returns the job file.
    pub fn job_file(&self) -> PathBuf {
        self.root.join(JOB_FILE)
    }

    /// Returns the file that the child's messages for people go to.
    pub fn log_file(&self) -> PathBuf {
        self.root.join(LOG_FILE)
    }

    /// Returns where the moments of a model lie, from which a run on top of it goes on.
    pub fn moments(&self, model: ModelId) -> PathBuf {
        self.layout.runs().join(format!("moments-{model}"))
    }

    /// Returns whether an attempt was prepared before: its data stay the same.
    pub(super) fn is_prepared(&self) -> bool {
        TrainingJob::read(&self.job_file()).is_ok()
    }

    /// Writes shards and job file, the job file last: a folder with a job file is complete.
    pub(super) fn prepare(
        &self,
        plan: &RunPlan,
        games: &StoreSnapshot,
        blobs: &Arc<BlobStore>,
    ) -> Result<WindowExport, PrepareError> {
        let io = |path: &Path| {
            let path = path.to_path_buf();
            move |source| PrepareError::Io { path, source }
        };
        if self.root.exists() {
            fs::remove_dir_all(&self.root).map_err(io(&self.root))?;
        }
        fs::create_dir_all(&self.root).map_err(io(&self.root))?;
        let (shards, export) = self.write_shards(plan, games)?;
        let parent = plan.order.parent;
        let moments = self.moments(parent);
        let mut job = TrainingJob::new(
            &plan.order.job.to_string(),
            plan.config,
            JobData::Shards(shards),
            self.root.join("out"),
        );
        job.window_samples = plan.order.window.0.max(1);
        job.net = NetSize::new(plan.net.blocks as usize, plan.net.channels as usize);
        job.parent = Some(JobParent {
            model: blobs.verified_path(BlobId::from_bytes(*parent.as_bytes()))?,
            sha256: parent.to_string(),
            state: moments.exists().then_some(moments),
        });
        job.steps = plan.order.steps.0;
        job.batch = u32::try_from(plan.order.batch.0).unwrap_or(u32::MAX);
        job.seed = plan.seed;
        job.settings = TrainSettings::from(&plan.settings).on(&plan.devices);
        job.settings.schedule.peak *= StoredFeedback::read(games, plan.key)?.state.learning_rate(plan.now);
        job.write(&self.job_file())?;
        Ok(export)
    }

    fn write_shards(
        &self,
        plan: &RunPlan,
        store: &StoreSnapshot,
    ) -> Result<(Vec<ShardRef>, WindowExport), PrepareError> {
        let window = store.newest_games(plan.key, plan.order.window)?;
        let (mut shards, mut export) = (Vec::new(), WindowExport::default());
        let mut first = window.start;
        while first < window.end {
            let last = (first + SHARD_GAMES).min(window.end);
            let mut records = Vec::new();
            for entry in store.games(plan.key, first..last)? {
                let row = store.game(entry.id)?;
                let trains =
                    row.filter(|r| r.source == GameOrigin::SelfPlay && self.may_train(&r.parity, plan));
                if let (Some(row), Some(record)) = (trains, store.game_record(entry.id)?) {
                    records.push(record);
                    export.games += Games(1);
                    export.samples += row.samples;
                }
            }
            if !records.is_empty() {
                let path = self.root.join(format!("games-{first:010}.rrs"));
                let shard = GameShard { config: plan.key.to_string(), records };
                let sha256 = write_shard(&path, &shard)?;
                shards.push(ShardRef { path, sha256 });
                export.shards += 1;
            }
            first = last;
        }
        if shards.is_empty() { Err(PrepareError::NoGames(plan.key)) } else { Ok((shards, export)) }
    }

    /// The parity gate: a game trains when a replay reproduced it, or under the named grant.
    fn may_train(&self, parity: &GameParity, plan: &RunPlan) -> bool {
        match parity {
            GameParity::Passed => true,
            GameParity::Pending => plan.settings.allow_pending_gate,
            GameParity::Failed => false,
        }
    }

    /// Keeps the moments of a finished run under its model's name, and forgets those of other models but `keep`.
    pub(super) fn keep_moments(&self, state: &Path, model: ModelId, keep: ModelId) -> std::io::Result<()> {
        fs::rename(state, self.moments(model))?;
        let kept = [self.moments(model), self.moments(keep)];
        for entry in fs::read_dir(self.layout.runs())? {
            let path = entry?.path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
            if name.starts_with("moments-") && !kept.contains(&path) {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// Removes the folder, if there is one; what matters is stored elsewhere by now.
    pub(super) fn remove(&self) {
        if let Err(error) = fs::remove_dir_all(&self.root)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.root.display(), %error, "the folder of a finished run could not be removed");
        }
    }
}
