//! What a supervisor is told about its children.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorCell, Message, SpawnErr};
use tokio::task::JoinHandle;

use super::address::Address;
use super::backoff::Backoff;
use super::ladder::Ladder;
use super::mailbox::Mailbox;
use super::node::{NodeKind, TreePath};
use super::observer::Observer;
use super::policy::{Restart, Shutdown, Strategy};
use super::tree::ActorTree;
use super::watched::Watched;
use super::window::Intensity;

/// Tells a start closure where the new actor will live.
#[derive(Debug, Clone)]
pub struct StartContext {
    /// The supervisor that the actor is to be linked to.
    pub supervisor: ActorCell,
    /// The path it will be found at.
    pub path: TreePath,
    /// The tree, for the addresses of others.
    pub tree: ActorTree,
    /// Position of the actor among its siblings, below those of its ancestors.
    pub(super) order: Vec<u32>,
    /// Seed that is this path's own.
    pub seed: u64,
    /// How many messages may wait for the actor.
    pub(super) mailbox: Mailbox,
}

impl StartContext {
    /// Returns what the actor shows its state by.
    pub fn observer(&self) -> Observer {
        self.tree.observer(&self.path)
    }

    /// Returns the address of the actor itself, whose messages are of type `M`.
    pub fn address<M: Message>(&self) -> Address<M> {
        self.tree.address(&self.path)
    }
}

/// An actor that a start closure has started.
#[derive(Debug)]
pub struct StartedActor {
    /// The actor.
    pub cell: ActorCell,
    /// Its task; when it ends, the actor's state has been dropped.
    pub task: JoinHandle<()>,
}

/// The work of starting one actor.
pub type StartFuture = Pin<Box<dyn Future<Output = Result<StartedActor, SpawnErr>> + Send>>;

type StartFn = Arc<dyn Fn(StartContext) -> StartFuture + Send + Sync>;

/// Describes one child: its name, how to start it, when to restart it, how to stop it.
#[derive(Clone)]
pub struct ChildSpec {
    pub(super) name: String,
    pub(super) kind: NodeKind,
    pub(super) restart: Restart,
    pub(super) shutdown: Shutdown,
    pub(super) start_within: Duration,
    pub(super) backoff: Option<Backoff>,
    pub(super) ladder: Option<Ladder>,
    pub(super) critical: bool,
    pub(super) mailbox: Mailbox,
    pub(super) start: StartFn,
}

impl ChildSpec {
    /// Describes a child that is started by `start`; permanent, five seconds to stop, thirty to start.
    pub fn new(name: &str, start: impl Fn(StartContext) -> StartFuture + Send + Sync + 'static) -> Self {
        Self {
            name: name.to_owned(),
            kind: NodeKind::Worker,
            restart: Restart::Permanent,
            shutdown: Shutdown::Within(Duration::from_secs(5)),
            start_within: Duration::from_secs(30),
            backoff: None,
            ladder: None,
            critical: false,
            mailbox: Mailbox::unbounded(),
            start: Arc::new(start),
        }
    }

    /// Describes a child whose actor and arguments `make` provides afresh for every start. What it does is counted
    /// and traced, each message under the name that its debug form begins with.
    pub fn worker<A, F>(name: &str, make: F) -> Self
    where
        A: Actor,
        A::Msg: fmt::Debug,
        F: Fn(&StartContext) -> (A, A::Arguments) + Send + Sync + 'static,
    {
        Self::new(name, move |context| {
            let made = catch_unwind(AssertUnwindSafe(|| make(&context)));
            Box::pin(async move {
                let (actor, args) = made.map_err(|_| {
                    SpawnErr::StartupFailed("the closure that makes the actor panicked".into())
                })?;
                let gauge = context.tree.begin_life(&context.path, context.mailbox);
                let watched = Watched::new(actor, context.path, gauge);
                let (actor, task) = Watched::spawn_linked(None, watched, args, context.supervisor).await?;
                Ok(StartedActor { cell: actor.get_cell(), task })
            })
        })
    }

    /// Sets when the child is restarted.
    #[must_use]
    pub fn restart(self, restart: Restart) -> Self {
        Self { restart, ..self }
    }

    /// Sets how the child is stopped.
    #[must_use]
    pub fn shutdown(self, shutdown: Shutdown) -> Self {
        Self { shutdown, ..self }
    }

    /// Sets how long a start may take before it counts as failed.
    #[must_use]
    pub fn start_within(self, limit: Duration) -> Self {
        Self { start_within: limit, ..self }
    }

    /// Sets a backoff of the child's own, in place of its supervisor's.
    #[must_use]
    pub fn backoff(self, backoff: Backoff) -> Self {
        Self { backoff: Some(backoff), ..self }
    }

    /// Lets the child fail without end: it is restarted alone, ever more rarely, and never costs its supervisor anything. For
    /// children that nobody stands on.
    #[must_use]
    pub fn ladder(self, ladder: Ladder) -> Self {
        Self { ladder: Some(ladder), ..self }
    }

    /// Sets whether the node is of no use without the child: it weighs more in the health of the tree, and starts before
    /// others when the cascade breaker closes.
    #[must_use]
    pub fn critical(self, critical: bool) -> Self {
        Self { critical, ..self }
    }

    /// Sets how many messages may wait for the child, and what happens to those that are too many.
    #[must_use]
    pub fn mailbox(self, mailbox: Mailbox) -> Self {
        Self { mailbox, ..self }
    }

    /// Returns the child's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for ChildSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildSpec")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("restart", &self.restart)
            .field("shutdown", &self.shutdown)
            .finish_non_exhaustive()
    }
}

/// Describes a supervisor: its strategy, its limits, and its children in starting order.
#[derive(Debug, Clone)]
pub struct SupervisorSpec {
    pub(super) strategy: Strategy,
    pub(super) intensity: Intensity,
    pub(super) backoff: Backoff,
    pub(super) stop_together: bool,
    pub(super) children: Vec<ChildSpec>,
}

impl SupervisorSpec {
    /// Describes a supervisor without children, with the default intensity and backoff.
    pub fn new(strategy: Strategy) -> Self {
        Self {
            strategy,
            intensity: Intensity::default(),
            backoff: Backoff::default(),
            stop_together: false,
            children: Vec::new(),
        }
    }

    /// Adds a child, to be started after those already there.
    #[must_use]
    pub fn child(mut self, child: ChildSpec) -> Self {
        self.children.push(child);
        self
    }

    /// Sets how many restarts within which period are too many.
    #[must_use]
    pub fn intensity(self, max_restarts: usize, period: Duration) -> Self {
        Self { intensity: Intensity { max_restarts, period }, ..self }
    }

    /// Sets how long to wait before restarts.
    #[must_use]
    pub fn backoff(self, backoff: Backoff) -> Self {
        Self { backoff, ..self }
    }

    /// Takes intensity and backoff from the configuration.
    #[must_use]
    pub fn configured(self, section: &rr_config::SupervisionSection) -> Self {
        Self { intensity: Intensity::from(section), backoff: Backoff::from(section), ..self }
    }

    /// Asks all children to stop before it waits for the first: for children that don't need one another to stop. A stop then
    /// takes as long as its slowest child and not as long as all of them together.
    #[must_use]
    pub fn stop_together(self) -> Self {
        Self { stop_together: true, ..self }
    }
}
