//! The newest word of everybody who shows how they are doing: channels that outlive their actors.

use rr_proto::ConfigKey;
use tokio::sync::watch;

use crate::leader::config::ConfigReport;
use crate::workers::arena::ArenaStatus;
use crate::workers::selfplay::SelfPlayStatus;
use crate::workers::trainer::TrainingStatus;

/// Holds one channel per actor that shows its state; display and administration read them without asking anybody.
#[derive(Debug, Clone)]
pub struct StatusBoard {
    /// The loop of each config.
    pub configs: Vec<(ConfigKey, watch::Sender<Option<ConfigReport>>)>,
    /// The slots of self-play.
    pub self_play: Vec<watch::Sender<SelfPlayStatus>>,
    /// The arena.
    pub arena: watch::Sender<Option<ArenaStatus>>,
    /// The training run at work.
    pub training: watch::Sender<Option<TrainingStatus>>,
}

impl StatusBoard {
    /// Makes a board for these configs and so many slots.
    pub fn new(configs: &[ConfigKey], slots: usize) -> Self {
        Self {
            configs: configs.iter().map(|key| (*key, watch::channel(None).0)).collect(),
            self_play: (0..slots).map(|_| watch::channel(SelfPlayStatus::default()).0).collect(),
            arena: watch::channel(None).0,
            training: watch::channel(None).0,
        }
    }

    /// Returns the newest report of a config.
    pub fn config(&self, key: ConfigKey) -> Option<ConfigReport> {
        self.configs.iter().find(|(known, _)| *known == key).and_then(|(_, channel)| channel.borrow().clone())
    }

    /// Returns positions per second over all slots of self-play.
    pub fn positions_per_second(&self) -> f64 {
        // A sum of nothing is -0.0, and would be shown so.
        0.0 + self.self_play.iter().map(|slot| slot.borrow().positions_per_second).sum::<f64>()
    }
}
