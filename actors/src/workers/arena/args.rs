//! What the arena is started with.

use std::sync::Arc;

use rr_cluster::BudgetPolicy;
use rr_config::{EvaluationSection, PromotionSection, SearchSection};
use rr_engine::search::EvalCache;
use tokio::sync::watch;

use super::status::ArenaStatus;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::devices::DeviceClient;
use crate::permit::WorkPermit;
use crate::store::StoreAccess;

/// What the arena needs.
#[derive(Clone)]
pub struct ArenaArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// Evaluates positions.
    pub device: DeviceClient,
    /// Remembered evaluations, shared with self-play.
    pub cache: Option<Arc<EvalCache>>,
    /// How candidates are measured.
    pub evaluation: EvaluationSection,
    /// How games are searched.
    pub search: SearchSection,
    /// How many simulations the games and the rating of a config call for.
    pub budget: BudgetPolicy,
    /// Simulations of a move that a person set for self-play; 0 follows the budget of the config.
    pub simulations: u32,
    /// The floors that candidates should reach against the anchors.
    pub promotion: PromotionSection,
    /// Threads that play.
    pub threads: usize,
    /// Positions in a batch, at most.
    pub max_batch: usize,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether an evaluation may begin.
    pub permit: WorkPermit,
    /// Where the state of the test goes; none while there is no evaluation.
    pub status: watch::Sender<Option<ArenaStatus>>,
}
