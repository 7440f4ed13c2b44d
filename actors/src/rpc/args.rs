//! What the administration is started with.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use rr_proto::NodeId;

use crate::devices::DeviceClient;
use crate::node::StatusBoard;
use crate::security::SurfaceSecurity;
use crate::store::StoreAccess;

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
    /// The newest counts.
    pub board: StatusBoard,
    /// This node.
    pub node: NodeId,
    /// When it started, in milliseconds since the Unix epoch.
    pub started_ms: u64,
    /// Its data folder.
    pub data_dir: PathBuf,
}
