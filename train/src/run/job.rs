//! The job file: everything that a run needs to know.

use std::fs;
use std::path::{Path, PathBuf};

use rr_engine::board::GameConfig;
use rr_onnx::NetSize;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::settings::TrainSettings;
use crate::data::{RecordFiles, RecordSource, ShardRecords, ShardRef};
use crate::error::TrainError;
use crate::sealed_file::hex;

/// Version of the job file.
const JOB_FORMAT: u32 = 1;

/// Says where the games of a run lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum JobData {
    /// In shards that the parent process wrote, oldest first.
    Shards(Vec<ShardRef>),
    /// In a file or a folder that a person named.
    Path(PathBuf),
}

/// Says from which weights a run goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobParent {
    /// The parent's ONNX file.
    pub model: PathBuf,
    /// SHA-256 of that file as hex.
    pub sha256: String,
    /// Weights and moments that the parent's run left, where they are still there: the run then goes on where that one ended.
    pub state: Option<PathBuf>,
}

/// Describes one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingJob {
    /// Version of this file.
    pub format: u32,
    /// Name of the run.
    pub job: String,
    /// Which config is trained.
    pub config: GameConfig,
    /// Where its games lie.
    pub data: JobData,
    /// How many of the newest samples are in the window.
    pub window_samples: u64,
    /// Depth and widths of the network.
    pub net: NetSize,
    /// What to go on from; none for a random start.
    pub parent: Option<JobParent>,
    /// Steps to make.
    pub steps: u64,
    /// Samples of a step.
    pub batch: u32,
    /// Seed of weights, order and symmetries.
    pub seed: u64,
    /// Folder for checkpoints and results; it belongs to this run alone.
    pub out_dir: PathBuf,
    /// The numbers that steer the run.
    #[serde(default)]
    pub settings: TrainSettings,
}

impl TrainingJob {
    /// Describes a run with default settings and a random start.
    pub fn new(job: &str, config: GameConfig, data: JobData, out_dir: PathBuf) -> Self {
        Self {
            format: JOB_FORMAT,
            job: job.to_owned(),
            config,
            data,
            window_samples: u64::MAX,
            net: NetSize::demo(),
            parent: None,
            steps: 200,
            batch: 256,
            seed: 0,
            out_dir,
            settings: TrainSettings::default(),
        }
    }

    /// Reads a job file.
    ///
    /// # Errors
    /// When it cannot be read, is no job file, or asks for what cannot be done.
    pub fn read(path: &Path) -> Result<Self, TrainError> {
        let text = fs::read_to_string(path).map_err(TrainError::io("read", path))?;
        let job: Self =
            serde_json::from_str(&text).map_err(|e| TrainError::Job(format!("{}: {e}", path.display())))?;
        job.check()?;
        Ok(job)
    }

    /// Writes the job file, whole or not at all.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn write(&self, path: &Path) -> Result<(), TrainError> {
        let text = serde_json::to_vec_pretty(self).map_err(|e| TrainError::Job(e.to_string()))?;
        crate::sealed_file::write_atomically(path, &text)
    }

    /// Refuses what cannot be trained.
    ///
    /// # Errors
    /// Naming the first number that cannot be.
    pub fn check(&self) -> Result<(), TrainError> {
        let settings = &self.settings;
        let fault = if self.format != JOB_FORMAT {
            format!("format {} is not the format {JOB_FORMAT} that this build reads", self.format)
        } else if self.steps == 0 {
            "`steps` must be at least 1".to_owned()
        } else if self.batch == 0 || self.batch > 65_536 {
            format!("`batch` must lie between 1 and 65536, not {}", self.batch)
        } else if self.window_samples == 0 {
            "`window_samples` must be at least 1".to_owned()
        } else if !(0.0..0.9).contains(&settings.validation) {
            "`settings.validation` must lie between 0 and 0.9".to_owned()
        } else if !(settings.schedule.peak.is_finite() && settings.schedule.peak > 0.0) {
            "`settings.schedule.peak` must be above 0".to_owned()
        } else if !(0.0..=1.0).contains(&settings.search_share) {
            "`settings.search_share` must lie between 0 and 1".to_owned()
        } else if settings.checkpoint_every == 0 || settings.report_every == 0 {
            "`settings.checkpoint_every` and `settings.report_every` must be at least 1".to_owned()
        } else if settings.regions == 0 {
            "`settings.regions` must be at least 1".to_owned()
        } else {
            return Ok(());
        };
        Err(TrainError::Job(fault))
    }

    /// Opens the source of the games.
    pub(super) fn source(&self) -> Result<Box<dyn RecordSource>, TrainError> {
        Ok(match &self.data {
            JobData::Shards(shards) => Box::new(ShardRecords { shards: shards.clone() }),
            JobData::Path(path) => Box::new(RecordFiles::open(path)?),
        })
    }

    /// Hashes what decides the run's result, with the print of its data; checkpoints carry it.
    pub(super) fn fingerprint(&self, data: &[u8; 32]) -> Result<String, TrainError> {
        // Where the files lie and how often the run reports does not change what is learned.
        let mut same = self.clone();
        same.data = JobData::Shards(Vec::new());
        same.out_dir = PathBuf::new();
        same.settings.report_every = 1;
        same.settings.checkpoint_every = 1;
        same.settings.threads = 0;
        if let Some(parent) = &mut same.parent {
            (parent.model, parent.state) = (PathBuf::new(), parent.state.as_ref().map(|_| PathBuf::new()));
        }
        let text = serde_json::to_vec(&same).map_err(|e| TrainError::Job(e.to_string()))?;
        Ok(hex(&Sha256::new().chain_update(text).chain_update(data).finalize()))
    }
}
