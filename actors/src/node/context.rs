//! What the registry puts actors together from.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use rr_cluster::{LoopParams, ScheduleWeights};
use rr_config::{OriginRow, Settings};
use rr_engine::board::GameConfig;
use rr_proto::{ConfigKey, NodeId};
use rr_storage::{BlobStore, DataLayout, StoreOptions};
use tokio::sync::watch;

use super::device_plan::DevicePlan;
use super::paths::NodePaths;
use super::shutdown_switch::ShutdownSwitch;
use super::status_board::StatusBoard;
use crate::bus::{BusMsg, EventPublisher};
use crate::clock::Clock;
use crate::devices::DeviceClient;
use crate::display::DisplayStyle;
use crate::log_control::LogControl;
use crate::permit::WorkPermit;
use crate::rpc::{DaemonRoster, MutationLog};
use crate::security::SurfaceSecurity;
use crate::store::StoreAccess;
use crate::supervision::{ActorTree, Address};
use crate::workers::selfplay::SelfPlayPool;

/// Holds everything that actors are started with; cheap to clone. No actor gets it: each gets its own arguments.
#[derive(Clone)]
pub struct NodeContext {
    /// The configuration.
    pub settings: Arc<Settings>,
    /// The same, key by key, with where each value came from.
    pub setting_rows: Arc<Vec<OriginRow>>,
    /// This node.
    pub node: NodeId,
    /// When it started.
    pub started_ms: u64,
    /// The config that is learned, with the numbers of its loop.
    pub config: GameConfig,
    /// The config's key.
    pub key: ConfigKey,
    /// The numbers of its loop.
    pub params: LoopParams,
    /// Whether self-play waits while a network is trained or measured.
    pub pause_while_busy: bool,
    /// Where data lies.
    pub layout: DataLayout,
    /// How the database is opened.
    pub store_options: StoreOptions,
    /// Models.
    pub blobs: Arc<BlobStore>,
    /// The device; none on a node whose role computes nothing.
    pub device_plan: Option<DevicePlan>,
    /// What the slots of self-play share.
    pub pool: Arc<SelfPlayPool>,
    /// Live counts.
    pub board: StatusBoard,
    /// Who may call, and what it may take.
    pub security: SurfaceSecurity,
    /// Whether new work may be taken.
    pub permit: WorkPermit,
    /// Where the administration listens.
    pub listener: Arc<TcpListener>,
    /// The daemons of its role, for operators.
    pub roster: Arc<DaemonRoster>,
    /// Hears of every change that an operator makes.
    pub mutations: Arc<dyn MutationLog>,
    /// Ends the node.
    pub shutdown: ShutdownSwitch,
    /// This program's own file.
    pub program: PathBuf,
    /// How the node shows itself.
    pub display: DisplayStyle,
    /// How much is logged.
    pub log: LogControl,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The tree.
    pub tree: ActorTree,
    /// The store.
    pub store: StoreAccess,
    /// What each term of the scheduler's score counts; a reload changes it.
    pub weights: watch::Sender<ScheduleWeights>,
    /// Publishes events.
    pub publisher: EventPublisher,
}

impl NodeContext {
    /// Reaches the event bus.
    pub fn bus(&self) -> Address<BusMsg> {
        self.tree.address(&NodePaths::event_bus())
    }

    /// Reaches the device; nobody answers where there is none.
    pub fn device(&self) -> DeviceClient {
        let name = self.device_plan.as_ref().map_or("none", |plan| plan.name.as_str());
        let path = NodePaths::device(name);
        DeviceClient::new(self.tree.address(&path), self.store.clone())
    }

    /// Returns the number of self-play slots.
    pub fn slots(&self) -> usize {
        self.board.self_play.len()
    }
}
