//! The actor that starts, stops and restarts others. Supervised by the supervisor above it, or by nobody when it is the
//! root; its children restart with it.

use std::any::Any;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, SpawnErr, SupervisionEvent};
use rr_proto::{ErrorCode, FailureNote};
use tokio::task::JoinHandle;

use super::child::end_below;
use super::children::{Alarm, Children, Place};
use super::exit_watch::ExitWatch;
use super::mailbox::Mailbox;
use super::message::{SupervisorMsg, SupervisorReply};
use super::node::{NodeKind, NodeState, TreeNode, TreePath};
use super::policy::{Restart, Shutdown};
use super::spec::{ChildSpec, StartContext, SupervisorSpec};
use super::tree::ActorTree;
use super::watched::Watched;
use crate::error::SupervisionError;
use crate::failure_class::note_of;

/// What a supervisor is started with.
#[derive(Debug)]
pub struct SupervisorArgs {
    /// Its policy and its children.
    pub spec: SupervisorSpec,
    /// Where it lives.
    pub path: TreePath,
    /// Its position among its siblings, below those of its ancestors; empty for a root.
    pub order: Vec<u32>,
    /// The tree it keeps up to date.
    pub tree: ActorTree,
    /// Seed of its jitter and of its children's seeds.
    pub seed: u64,
}

/// Starts children in order, restarts them by its strategy, stops them in reverse order.
#[derive(Debug)]
pub struct Supervisor;

/// What a supervisor knows while it runs.
pub struct SupervisorState {
    children: Children,
}

impl Actor for Supervisor {
    type Msg = SupervisorMsg;
    type State = SupervisorState;
    type Arguments = SupervisorArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<SupervisorMsg>,
        args: SupervisorArgs,
    ) -> Result<SupervisorState, ActorProcessingErr> {
        let place = Place { path: args.path, order: args.order, tree: args.tree, seed: args.seed };
        let me = myself.get_cell();
        let (watch, task) = ExitWatch::spawn_linked(None, ExitWatch, myself, me).await?;
        let mut children = Children::new(args.spec, place, watch, task.abort_handle())?;
        children.start_all().await?;
        Ok(SupervisorState { children })
    }

    async fn post_stop(
        &self,
        _myself: ActorRef<SupervisorMsg>,
        state: &mut SupervisorState,
    ) -> Result<(), ActorProcessingErr> {
        // The root has nobody above it who says so.
        state.children.tree().set_state(state.children.path(), NodeState::Stopping);
        state.children.stop_all("the supervisor stops").await;
        state.children.tree().set_state(state.children.path(), NodeState::Stopped);
        Ok(())
    }

    async fn handle(
        &self,
        myself: ActorRef<SupervisorMsg>,
        message: SupervisorMsg,
        state: &mut SupervisorState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SupervisorMsg::Snapshot(reply) => state.snapshot(reply),
            SupervisorMsg::AddChild(spec, reply) => answer(reply, state.children.add(*spec).await),
            SupervisorMsg::StartChild(name, reply) => answer(reply, state.children.start(&name).await),
            SupervisorMsg::StopChild(name, reply) => answer(reply, state.children.hold(&name).await),
            SupervisorMsg::RestartChild(name, reply) => state.restart_child(&myself, &name, reply).await?,
            SupervisorMsg::RemoveChild(name, reply) => answer(reply, state.children.remove(&name).await),
            SupervisorMsg::RestartDue(ticket) => {
                let alarm = state.children.due(ticket).await;
                state.go_on(&myself, alarm)?;
            }
            SupervisorMsg::ChildHung(name, cause) => {
                let alarm = state.children.hung(&name, cause).await;
                state.go_on(&myself, alarm)?;
            }
            SupervisorMsg::ChildExited(exit) => {
                let alarm = state.children.exited(exit).await;
                state.go_on(&myself, alarm)?;
            }
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<SupervisorMsg>,
        event: SupervisionEvent,
        state: &mut SupervisorState,
    ) -> Result<(), ActorProcessingErr> {
        match event {
            SupervisionEvent::ActorFailed(..) | SupervisionEvent::ActorTerminated(..) => {
                let error = SupervisionError::WatchLost { path: state.children.path().clone() };
                state.go_on(&myself, Err(error)).map_err(Into::into)
            }
            _ => Ok(()),
        }
    }
}

impl Supervisor {
    /// Starts a supervisor that has none above it; the handle ends when it has stopped, with the reason if it failed.
    ///
    /// # Errors
    /// `SpawnErr::StartupFailed` when a child does not start; those started before it have been stopped.
    pub async fn start_root(
        name: &str,
        spec: SupervisorSpec,
        tree: &ActorTree,
        seed: u64,
    ) -> Result<(ActorRef<SupervisorMsg>, JoinHandle<Result<(), SupervisionError>>), SpawnErr> {
        let path = TreePath::new(name);
        tree.register(&path, Vec::new(), (NodeKind::Supervisor(spec.strategy), Restart::Temporary, false));
        let args = SupervisorArgs { spec, path: path.clone(), order: Vec::new(), tree: tree.clone(), seed };
        let watched = Watched::new(Self, path.clone(), tree.begin_life(&path, Mailbox::unbounded()));
        let started = Watched::spawn(None, watched, args).await;
        let (root, task) = started.inspect_err(|error| {
            let failure = match error {
                SpawnErr::StartupFailed(error) => note_of(&**error),
                other => FailureNote { code: ErrorCode::Internal, message: other.to_string() },
            };
            tree.down(&path, NodeState::Stopped, Some(failure));
        })?;
        tree.up(&path, root.get_cell(), task.abort_handle());
        let tree = tree.clone();
        let done = tokio::spawn(async move {
            let _ = task.await;
            end_below(&tree, &path).await;
            conclude(&tree, &path)
        });
        Ok((root, done))
    }
}

impl ChildSpec {
    /// Describes a child that is itself a supervisor; it may take as long to stop as its children may.
    pub fn supervisor(name: &str, spec: SupervisorSpec) -> Self {
        let kind = NodeKind::Supervisor(spec.strategy);
        let child = Self::worker(name, move |context: &StartContext| {
            let args = SupervisorArgs {
                spec: spec.clone(),
                path: context.path.clone(),
                order: context.order.clone(),
                tree: context.tree.clone(),
                seed: context.seed,
            };
            (Supervisor, args)
        });
        Self { kind, shutdown: Shutdown::Unlimited, start_within: Duration::from_secs(600), ..child }
    }
}

impl SupervisorState {
    fn snapshot(&self, reply: RpcReplyPort<Vec<TreeNode>>) {
        answer(reply, self.children.tree().subtree(self.children.path()));
    }

    async fn restart_child(
        &mut self,
        myself: &ActorRef<SupervisorMsg>,
        name: &str,
        reply: SupervisorReply,
    ) -> Result<(), SupervisionError> {
        match self.children.restart_by_hand(name).await {
            Err(error @ SupervisionError::UnknownChild { .. }) => answer(reply, Err(error)),
            outcome => {
                let error = outcome.as_ref().err().cloned().or_else(|| self.failure_of(name, &outcome));
                answer(reply, error.map_or(Ok(()), Err));
                self.go_on(myself, outcome)?;
            }
        }
        Ok(())
    }

    /// Says why a restart by hand is still waiting, when it is.
    fn failure_of(
        &self,
        name: &str,
        outcome: &Result<Option<Alarm>, SupervisionError>,
    ) -> Option<SupervisionError> {
        outcome.as_ref().ok()?.as_ref()?;
        let path = self.children.path().child(name);
        let failure = self.children.tree().failure(&path)?;
        Some(SupervisionError::StartFailed { path, code: failure.code, cause: failure.message })
    }

    /// Sets the timer of a round that has to wait, or fails with the error that ends this supervisor.
    fn go_on(
        &self,
        myself: &ActorRef<SupervisorMsg>,
        outcome: Result<Option<Alarm>, SupervisionError>,
    ) -> Result<(), SupervisionError> {
        match outcome {
            Ok(None) => Ok(()),
            Ok(Some(Alarm { after, ticket })) => {
                myself.send_after(after, move || SupervisorMsg::RestartDue(ticket));
                Ok(())
            }
            Err(error) => {
                tracing::error!(path = %self.children.path(), %error, "supervisor gives up");
                self.children.tree().set_failure(self.children.path(), note_of(&error));
                Err(error)
            }
        }
    }
}

/// Sends a reply; a caller that no longer waits is no concern of the supervisor.
fn answer<T: Any + Send>(reply: RpcReplyPort<T>, value: T) {
    let _ = reply.send(value);
}

fn conclude(tree: &ActorTree, path: &TreePath) -> Result<(), SupervisionError> {
    let in_order = tree.node(path).is_some_and(|node| node.state == NodeState::Stopped);
    let failure = tree.failure(path).unwrap_or_else(|| FailureNote {
        code: ErrorCode::Internal,
        message: "it was killed or panicked".to_owned(),
    });
    tree.down(path, NodeState::Stopped, None);
    if in_order {
        return Ok(());
    }
    Err(SupervisionError::RootFailed { path: path.clone(), code: failure.code, cause: failure.message })
}
