//! What the administration is started with.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rr_config::OriginRow;
use rr_proto::{NodeId, Samples};

use super::mutation::MutationLog;
use super::roster::DaemonRoster;
use crate::bus::{DeadLetterMsg, EventStreams};
use crate::devices::DeviceClient;
use crate::leader::SchedulerMsg;
use crate::log_control::LogControl;
use crate::node::{ShutdownSwitch, StatusBoard};
use crate::permit::WorkPermit;
use crate::security::SurfaceSecurity;
use crate::store::StoreAccess;
use crate::supervision::{ActorTree, Address};
use crate::workers::arena::ArenaMsg;
use crate::workers::trainer::TrainerMsg;

/// What the administration needs.
#[derive(Clone)]
pub struct AdminArgs {
    /// Where it listens; bound before the tree starts, so that a taken port is told at once.
    pub listener: Arc<TcpListener>,
    /// Who may call, and what it may take.
    pub security: SurfaceSecurity,
    /// The store of the node.
    pub store: StoreAccess,
    /// The device.
    pub device: DeviceClient,
    /// The providers that did not work on it when the node started, and why.
    pub passed_over: Arc<Vec<String>>,
    /// The newest counts.
    pub board: StatusBoard,
    /// New samples that ask for a training run.
    pub new_samples: Samples,
    /// The tree.
    pub tree: ActorTree,
    /// The daemons of the node's role.
    pub roster: Arc<DaemonRoster>,
    /// This node.
    pub node: NodeId,
    /// What it is for.
    pub role: String,
    /// When it started, in milliseconds since the Unix epoch.
    pub started_ms: u64,
    /// Its data folder.
    pub data_dir: PathBuf,
    /// Its settings, with their origin.
    pub settings: Arc<Vec<OriginRow>>,
    /// Hears of every change that an operator makes.
    pub mutations: Arc<dyn MutationLog>,
    /// Ends the node.
    pub shutdown: ShutdownSwitch,
    /// How long it may take to end.
    pub stop_within: Duration,
    /// Whether new work may be taken.
    pub permit: WorkPermit,
    /// How much is logged.
    pub log: LogControl,
    /// Streams of events.
    pub events: EventStreams,
    /// Trains.
    pub trainer: Address<TrainerMsg>,
    /// Measures.
    pub arena: Address<ArenaMsg>,
    /// Shares self-play out.
    pub scheduler: Address<SchedulerMsg>,
    /// Looks after dead letters.
    pub dead_letters: Address<DeadLetterMsg>,
}
