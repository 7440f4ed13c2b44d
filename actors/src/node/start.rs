//! Starting a node and stopping it in order.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ractor::{ActorRef, SpawnErr};
use rr_proto::{ErrorCode, FailureNote};
use rr_storage::DataDir;
use tokio::task::JoinHandle;

use super::context::NodeContext;
use super::node_file::NodeFile;
use super::paths::ROOT;
use super::prepare::{NodePlan, prepare};
use super::registry::{Branch, DaemonRow};
use super::shutdown_switch::ShutdownSwitch;
use super::wiring::group;
use crate::error::{NodeFailure, SupervisionError};
use crate::failure_class::note_of;
use crate::permit::HoldReason;
use crate::supervision::{ActorTree, ChildSpec, Strategy, Supervisor, SupervisorMsg, SupervisorSpec};

/// A running node; it owns the data folder until it is stopped.
pub struct Node {
    context: NodeContext,
    root: ActorRef<SupervisorMsg>,
    done: JoinHandle<Result<(), SupervisionError>>,
    stop_within: Duration,
    folder: PathBuf,
    _data_dir: DataDir,
}

impl Node {
    /// Prepares and starts everything; returns when the whole tree runs.
    ///
    /// # Errors
    /// [`NodeFailure`], naming what is missing, damaged, taken or in use.
    pub async fn start(plan: NodePlan) -> Result<Self, NodeFailure> {
        let stop_within = Duration::from_secs(plan.settings.node.shutdown_seconds);
        let prepared =
            tokio::task::spawn_blocking(move || prepare(&plan)).await.map_err(|error| panicked(&error))?;
        let (data_dir, context) = prepared?;
        let folder = data_dir.layout().root().to_path_buf();
        let spec = tree_spec(&context);
        let started = Supervisor::start_root(ROOT, spec, &context.tree, context.settings.selfplay.seed).await;
        let (root, done) = started.map_err(|error| because_of_disk(&context, not_started(error)))?;
        let node = Self { context, root, done, stop_within, folder, _data_dir: data_dir };
        let (grpc, (health, status)) = (node.grpc_address()?, node.page_addresses()?);
        let name = node.context.node.to_string();
        NodeFile { pid: std::process::id(), node: name, grpc, health: Some(health), status: Some(status) }
            .write(&node.folder)?;
        let role = node.context.settings.node.effective_role();
        tracing::info!(
            node = %node.context.node, role = role.name(), %grpc, %health, %status, data = %node.folder.display(),
            "the node runs"
        );
        if !DaemonRow::of_role(role).any(|row| row.branch == Branch::Leader) {
            tracing::warn!(
                role = role.name(),
                "this role has no leader of its own: it waits for the orders of one"
            );
        }
        Ok(node)
    }

    /// Returns where the administration listens.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn grpc_address(&self) -> Result<SocketAddr, NodeFailure> {
        let address = self.context.settings.server.grpc_addr();
        let fail = |source| NodeFailure::Listen { key: "server.grpc_port", address, source };
        self.context.listener.local_addr().map_err(fail)
    }

    /// Returns where the health pages and the cluster's status are.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn page_addresses(&self) -> Result<(SocketAddr, SocketAddr), NodeFailure> {
        let address = self.context.settings.server.health_addr();
        let fail = |source| NodeFailure::Listen { key: "server.health_port", address, source };
        self.context.pages.addresses().map_err(fail)
    }

    /// Returns what the actors were put together from, with the live counts.
    pub fn context(&self) -> &NodeContext {
        &self.context
    }

    /// Returns the tree.
    pub fn tree(&self) -> &ActorTree {
        &self.context.tree
    }

    /// Returns the switch by which an operator's order ends the node.
    pub fn shutdown(&self) -> &ShutdownSwitch {
        &self.context.shutdown
    }

    /// Waits until the tree ends by itself, which it does only when it gave up.
    ///
    /// # Errors
    /// The last failure of the tree.
    pub async fn ended(&mut self) -> Result<(), NodeFailure> {
        match (&mut self.done).await {
            Ok(ended) => ended.map_err(|error| because_of_disk(&self.context, error.into())),
            Err(error) => Err(panicked(&error)),
        }
    }

    /// Stops everything in reverse order: nobody takes work any more, what runs finishes or leaves a checkpoint.
    ///
    /// # Errors
    /// When the tree had failed before.
    pub async fn stop(mut self) -> Result<(), NodeFailure> {
        self.context.permit.hold(HoldReason::Drain, "the node stops");
        self.root.stop(Some("the node stops".to_owned()));
        let ended = tokio::time::timeout(self.stop_within, self.ended()).await;
        NodeFile::remove(&self.folder);
        match ended {
            Ok(ended) => ended,
            Err(_) => {
                tracing::warn!(limit = ?self.stop_within, "not everything stopped in time; the rest ends with the process");
                Ok(())
            }
        }
    }

    /// Cleans up after a tree that ended by itself.
    pub fn clean_up(self) {
        NodeFile::remove(&self.folder);
    }
}

/// Names the disk where it is the reason that the tree ended: only then is the next step to free space.
fn because_of_disk(context: &NodeContext, failure: NodeFailure) -> NodeFailure {
    match context.store.trouble() {
        Some(trouble) => NodeFailure::Disk { code: trouble.code, message: trouble.message },
        None => failure,
    }
}

/// Takes an actor's own words, and their class, out of what the actor library wraps them in.
fn not_started(error: SpawnErr) -> NodeFailure {
    let FailureNote { code, message } = match error {
        SpawnErr::StartupFailed(error) => note_of(&*error),
        other => FailureNote { code: ErrorCode::Internal, message: other.to_string() },
    };
    NodeFailure::Tree { code, message }
}

fn panicked(error: &tokio::task::JoinError) -> NodeFailure {
    NodeFailure::Tree { code: ErrorCode::Internal, message: error.to_string() }
}

/// Turns the registry into the specification of the tree; a branch that this role calls for nothing of is left out.
pub(super) fn tree_spec(context: &NodeContext) -> SupervisorSpec {
    let section = &context.settings.supervision;
    let role = context.settings.node.effective_role();
    let mut root = SupervisorSpec::new(Strategy::RestForOne).configured(section);
    for branch in Branch::ALL {
        let rows: Vec<_> = DaemonRow::of_role(role).filter(|row| row.branch == branch).collect();
        let children = rows.iter().map(|row| row.child(context));
        root = match branch.name() {
            None => children.fold(root, SupervisorSpec::child),
            Some(_) if rows.is_empty() => root,
            Some(name) => {
                root.child(ChildSpec::supervisor(name, children.fold(group(context), SupervisorSpec::child)))
            }
        };
    }
    root
}
