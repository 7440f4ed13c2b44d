//! The replay window: the newest games that hold enough samples, split by game into training and validation.

use rr_engine::board::GameConfig;
use rr_engine::record::{Expander, GameRecord, TrainingSample};
use rr_engine::rules::Rules;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::source::RecordSource;
use crate::error::TrainError;
use crate::sample::SampleArena;

/// Says which games a run wants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowRequest {
    /// Which config.
    pub config: GameConfig,
    /// How many of the newest samples; games come whole, so it is reached, not met.
    pub samples: u64,
    /// Share of the games that are kept for validation, in `0..1`.
    pub validation: f64,
}

/// Counts what a window holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WindowSummary {
    /// Games that are trained on.
    pub games: u64,
    /// Samples of them.
    pub samples: u64,
    /// Games that are kept for validation.
    pub validation_games: u64,
    /// Samples of those.
    pub validation_samples: u64,
    /// Games that were left out because they were never finished or hold no search.
    pub skipped: u64,
}

/// Holds the samples of a window.
#[derive(Debug)]
pub struct ReplayData {
    /// What is trained on.
    pub training: SampleArena,
    /// What is only measured.
    pub validation: SampleArena,
    /// The counts.
    pub summary: WindowSummary,
    /// SHA-256 over the records in the window, newest first: two equal windows have equal prints.
    pub fingerprint: [u8; 32],
}

impl ReplayData {
    /// Reads games from the newest on until the window is full.
    ///
    /// Whether a game validates follows from the hash of its record, so it stays on its side for as long as it is stored.
    ///
    /// # Errors
    /// When there are no games, none has a sample, or one cannot be read or replayed.
    pub fn load(source: &dyn RecordSource, request: &WindowRequest) -> Result<Self, TrainError> {
        let rules = Rules::for_config(request.config);
        let mut loading = Loading {
            request,
            expander: Expander::new(request.config.board, rules.line_effective),
            data: Self {
                training: SampleArena::default(),
                validation: SampleArena::default(),
                summary: WindowSummary::default(),
                fingerprint: [0; 32],
            },
            hash: Sha256::new(),
            games: 0,
        };
        let (origin, key) = (source.origin(), request.config.key());
        'window: for chunk in (0..source.chunks()).rev() {
            let records = source.read(chunk, &key)?;
            for (place, record) in records.iter().enumerate().rev() {
                loading.add(record, &origin, place)?;
                if loading.data.summary.samples >= request.samples {
                    break 'window;
                }
            }
        }
        if loading.games == 0 {
            return Err(TrainError::NoGames { origin });
        }
        if loading.data.training.is_empty() {
            return Err(TrainError::NoSamples { origin, games: loading.games });
        }
        let mut data = loading.data;
        data.fingerprint = loading.hash.finalize().into();
        Ok(data)
    }
}

/// Counts the samples of a record: every recorded search of a game that was played to its end.
///
/// Each teaches a value; only those of full searches teach a policy.
pub fn count_samples(record: &GameRecord) -> u64 {
    if record.result.is_some() { record.searches.len() as u64 } else { 0 }
}

struct Loading<'a> {
    request: &'a WindowRequest,
    expander: Expander,
    data: ReplayData,
    hash: Sha256,
    games: usize,
}

impl Loading<'_> {
    fn add(&mut self, bytes: &[u8], origin: &str, place: usize) -> Result<(), TrainError> {
        let refuse = |reason: String| TrainError::Game { game: place, origin: origin.to_owned(), reason };
        let record = GameRecord::from_bytes(bytes).map_err(|e| refuse(e.to_string()))?;
        self.games += 1;
        if record.config != self.request.config {
            return Err(TrainError::WrongConfig {
                origin: format!("game {place} in {origin}"),
                found: record.config.key(),
                expected: self.request.config.key(),
            });
        }
        if count_samples(&record) == 0 {
            self.data.summary.skipped += 1;
            return Ok(());
        }
        let digest = Sha256::digest(bytes);
        self.hash.update(digest);
        let summary = &mut self.data.summary;
        let validates = share_of(&digest) < self.request.validation;
        let (arena, games, samples) = if validates {
            (&mut self.data.validation, &mut summary.validation_games, &mut summary.validation_samples)
        } else {
            (&mut self.data.training, &mut summary.games, &mut summary.samples)
        };
        let before = arena.len();
        let push = |sample: &TrainingSample| {
            let follows = arena.len() > before;
            arena.push(sample, follows);
        };
        self.expander.expand(&record, |_| Some(0), push).map_err(|e| refuse(e.to_string()))?;
        *games += 1;
        *samples = arena.len() as u64;
        Ok(())
    }
}

/// Turns a hash into a number in `0..1`.
fn share_of(digest: &[u8]) -> f64 {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&digest[..4]);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests;
