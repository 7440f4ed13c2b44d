//! What the scheduler is told, and what it needs.

use std::sync::Arc;
use std::time::Duration;

use ractor::RpcReplyPort;
use rr_cluster::{ConfigExplanation, PlateauPolicy, ScheduleWeights};
use rr_proto::ConfigKey;
use tokio::sync::watch;

use crate::bus::{BusMsg, Delivery, EventPublisher};
use crate::clock::Clock;
use crate::leader::config::ConfigMsg;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer};

/// What the scheduler is told.
#[derive(Debug)]
pub enum SchedulerMsg {
    /// Something happened that changes how configs are weighed.
    Heard(Delivery),
    /// Share self-play out anew.
    Allocate,
    /// Say how every config is weighed now, term by term.
    Explain(RpcReplyPort<Vec<ConfigExplanation>>),
}

/// Names a config that this node leads, and its loop.
#[derive(Debug, Clone)]
pub struct LedConfig {
    /// The config.
    pub key: ConfigKey,
    /// Its loop, which tells slots what to play.
    pub address: Address<ConfigMsg>,
}

/// What the scheduler needs.
#[derive(Clone)]
pub struct SchedulerArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// The configs that the node leads.
    pub configs: Arc<[LedConfig]>,
    /// The number of slots that play.
    pub slots: usize,
    /// What each term counts; a reload of the configuration changes it.
    pub weights: watch::Receiver<ScheduleWeights>,
    /// What a plateau is.
    pub plateau: PlateauPolicy,
    /// Time between two allocations.
    pub every: Duration,
    /// This actor, for events and ticks.
    pub myself: Address<SchedulerMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}
