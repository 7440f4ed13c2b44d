//! The folder of a run: what the child process needs, written before it starts.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rr_cluster::TrainingOrder;
use rr_config::{DevicesSection, NetShape, TrainingSection};
use rr_engine::board::GameConfig;
use rr_onnx::{ModelCard, NetSize};
use rr_proto::{BlobId, ConfigKey, Event, Games, JobId, ModelId, NpzExportComplete, Samples, UnixMillis};
use rr_storage::{BlobStore, DataLayout, GameOrigin, GameParity, GameRow, StorageError, StoreSnapshot};
use rr_train::{
    GameShard, JobData, JobParent, ShardRef, TrainError, TrainSettings, TrainingJob, write_shard,
};

use crate::leader::StoredFeedback;

/// Games in one shard: small enough to be read at once, large enough to compress.
const SHARD_GAMES: u64 = 256;
/// Endings and names of the files of a run.
const JOB_FILE: &str = "job.json";
const LOG_FILE: &str = "trainer.log";
/// Lies in a folder whose shards hold games without a verdict, with their number.
const PENDING_FILE: &str = "pending-games";

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
    /// Whether games without a verdict may train now.
    pub granted: bool,
}

/// Counts what was written for a run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WindowExport {
    games: Games,
    samples: Samples,
    shards: u32,
    pending: Games,
}

impl WindowExport {
    /// Returns the event that tells of it.
    pub fn told(self, config: ConfigKey, job: JobId, duration_ms: u64) -> Event {
        let Self { games, samples, shards, .. } = self;
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

    /// Sees to it that shards and job file are there; returns what was written, none where an attempt before had left them: its
    /// data stay the same. One that was prepared under a grant which has ended is prepared anew.
    pub(super) fn make_ready(
        &self,
        plan: &RunPlan,
        games: &StoreSnapshot,
        blobs: &Arc<BlobStore>,
    ) -> Result<Option<WindowExport>, PrepareError> {
        let Some(job) = self.prepared(plan.granted) else {
            return self.prepare(plan, games, blobs).map(Some);
        };
        let here = self.relocated(job.clone(), plan.order.parent, blobs)?;
        if here != job {
            here.write(&self.job_file())?;
        }
        Ok(None)
    }

    /// Returns what an attempt before had left; nothing where it was made under a grant that has ended.
    fn prepared(&self, granted: bool) -> Option<TrainingJob> {
        let still_may = granted || !self.root.join(PENDING_FILE).exists();
        still_may.then(|| TrainingJob::read(&self.job_file()).ok()).flatten()
    }

    /// Names the files of a job where they are now: a data folder may have been moved since.
    fn relocated(
        &self,
        mut job: TrainingJob,
        parent: ModelId,
        blobs: &BlobStore,
    ) -> Result<TrainingJob, PrepareError> {
        if let JobData::Shards(shards) = &mut job.data {
            for shard in shards {
                shard.path = self.root.join(shard.path.file_name().unwrap_or_default());
            }
        }
        if let Some(named) = &mut job.parent {
            named.model = blobs.verified_path(BlobId::from(parent))?;
            named.state = named.state.is_some().then(|| self.moments(parent));
        }
        job.out_dir = self.out_dir();
        Ok(job)
    }

    fn out_dir(&self) -> PathBuf {
        self.root.join("out")
    }

    /// Writes shards and job file, the job file last: a folder with a job file is complete.
    fn prepare(
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
        if export.pending > Games::ZERO {
            let note = self.root.join(PENDING_FILE);
            fs::write(&note, export.pending.to_string()).map_err(io(&note))?;
        }
        let data = JobData::Shards(shards);
        let mut job = TrainingJob::new(&plan.order.job.to_string(), plan.config, data, self.out_dir());
        job.window_samples = plan.order.window.0.max(1);
        job.net = NetSize::new(plan.net.blocks as usize, plan.net.channels as usize);
        job.parent = self.parent(plan, games, blobs)?;
        job.steps = plan.order.steps.0;
        job.batch = u32::try_from(plan.order.batch.0).unwrap_or(u32::MAX);
        job.seed = plan.seed;
        job.settings = TrainSettings::from(&plan.settings).on(&plan.devices);
        job.settings.schedule.peak *= StoredFeedback::read(games, plan.key)?.state.learning_rate(plan.now);
        job.write(&self.job_file())?;
        Ok(export)
    }

    /// Names the weights to go on from; none where the configuration asks for a network of another size: that one begins with
    /// random weights and learns from the same games.
    fn parent(
        &self,
        plan: &RunPlan,
        store: &StoreSnapshot,
        blobs: &BlobStore,
    ) -> Result<Option<JobParent>, PrepareError> {
        let (parent, wanted) = (plan.order.parent, plan.net);
        let card =
            store.model(parent)?.and_then(|row| serde_json::from_str::<ModelCard>(&row.card_json).ok());
        if let Some(size) = card.map(|card| card.size)
            && (size.blocks, size.channels) != (wanted.blocks as usize, wanted.channels as usize)
        {
            let net = format!("{}x{}", wanted.blocks, wanted.channels);
            tracing::info!(config = %plan.key, parent = %size, net, "another size of network: it begins with random weights");
            return Ok(None);
        }
        let moments = self.moments(parent);
        Ok(Some(JobParent {
            model: blobs.verified_path(BlobId::from(parent))?,
            sha256: parent.to_string(),
            state: moments.exists().then_some(moments),
        }))
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
                // A game that does not train is not read: a damaged one, once found, keeps no other from training.
                let Some(row) = row.filter(|row| may_train(row, plan.granted)) else { continue };
                if let Some(record) = store.game_record(entry.id)? {
                    records.push(record);
                    export.pending += Games(u64::from(row.parity == GameParity::Pending));
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

/// Tells whether a game trains: self-play's and others' where a replay reproduced it, or under the grant.
fn may_train(row: &GameRow, granted: bool) -> bool {
    let teaches = row.source != GameOrigin::Arena && row.samples > Samples::ZERO;
    teaches
        && match row.parity {
            GameParity::Passed => true,
            GameParity::Pending => granted,
            GameParity::Failed => false,
        }
}

#[cfg(test)]
mod tests;
