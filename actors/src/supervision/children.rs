//! The children of one supervisor in starting order, and the rounds in which they are restarted.

use std::time::Duration;

use ractor::ActorRef;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rr_proto::FailureNote;
use tokio::task::AbortHandle;

use super::backoff::Backoff;
use super::child::{Child, Ticket};
use super::exit_watch::ExitWatchMsg;
use super::ladder::{LadderCount, Tier};
use super::message::ChildExit;
use super::node::{NodeState, TreePath};
use super::policy::{Restart, Strategy};
use super::spec::{ChildSpec, SupervisorSpec};
use super::tree::ActorTree;
use super::window::RestartWindow;
use crate::error::SupervisionError;

/// A round of restarts that is due after a wait.
#[derive(Debug)]
pub(super) struct Alarm {
    pub after: Duration,
    pub ticket: Ticket,
}

/// Where a supervisor stands in the tree.
pub(super) struct Place {
    pub path: TreePath,
    pub order: Vec<u32>,
    pub tree: ActorTree,
    pub seed: u64,
}

/// The child list with the supervisor's policy.
pub(super) struct Children {
    list: Vec<Child>,
    place: Place,
    watch: ActorRef<ExitWatchMsg>,
    strategy: Strategy,
    backoff: Backoff,
    stop_together: bool,
    window: RestartWindow,
    rng: ChaCha8Rng,
    entered: u32,
    tickets: Ticket,
}

impl Children {
    /// Enters the children of `spec` in the tree without starting them.
    pub fn new(
        spec: SupervisorSpec,
        place: Place,
        watch: ActorRef<ExitWatchMsg>,
        watch_task: AbortHandle,
    ) -> Result<Self, SupervisionError> {
        place.tree.set_watch(&place.path, watch_task);
        let mut children = Self {
            list: Vec::with_capacity(spec.children.len()),
            strategy: spec.strategy,
            backoff: spec.backoff,
            stop_together: spec.stop_together,
            window: RestartWindow::new(spec.intensity),
            rng: ChaCha8Rng::seed_from_u64(place.seed),
            entered: 0,
            tickets: 0,
            watch,
            place,
        };
        for child in spec.children {
            children.enter(child)?;
        }
        Ok(children)
    }

    pub fn path(&self) -> &TreePath {
        &self.place.path
    }

    pub fn tree(&self) -> &ActorTree {
        &self.place.tree
    }

    /// Starts all children in order; when one does not start, stops those before it in reverse order.
    pub async fn start_all(&mut self) -> Result<(), SupervisionError> {
        for index in 0..self.list.len() {
            if let Err(cause) = self.list[index].start(&self.watch, &self.place.tree).await {
                let path = self.list[index].path.clone();
                self.stop_all("a sibling did not start").await;
                return Err(start_failed(path, cause));
            }
        }
        Ok(())
    }

    /// Stops all children in reverse order; where they stop together, all are asked before the last one is waited for.
    pub async fn stop_all(&mut self, reason: &str) {
        if self.stop_together {
            self.list.iter().for_each(|child| child.ask_to_stop(reason));
        }
        for child in self.list.iter_mut().rev() {
            child.stop(&self.place.tree, reason).await;
        }
    }

    /// Answers the exit of a child: forgets it, or restarts what the strategy says.
    pub async fn exited(&mut self, exit: ChildExit) -> Result<Option<Alarm>, SupervisionError> {
        let Some(index) = self.list.iter().position(|child| child.is_actor(exit.actor)) else {
            return Ok(None); // one that was stopped on purpose, or an earlier life of a child
        };
        let error = (!exit.normal).then(|| exit.cause.clone());
        self.forgive_if_stable(index);
        let child = &mut self.list[index];
        child.see_exited(&self.place.tree).await;
        if let Some(error) = &error {
            tracing::warn!(path = %child.path, code = %error.code, error = error.message, "actor failed");
        }
        if child.spec.restart.wants_restart(exit.normal) {
            self.place.tree.down(&child.path, NodeState::BackingOff, error);
            return self.restart(index, exit.cause).await;
        }
        self.place.tree.down(&child.path, NodeState::Stopped, error);
        self.drop_ended_temporaries();
        Ok(None)
    }

    /// Kills a child that is stuck, and goes on as after any failure.
    pub async fn hung(&mut self, name: &str, cause: FailureNote) -> Result<Option<Alarm>, SupervisionError> {
        let running = |child: &Child| child.spec.name == name && child.running.is_some();
        let Some(index) = self.list.iter().position(running) else { return Ok(None) };
        self.forgive_if_stable(index);
        let child = &mut self.list[index];
        tracing::error!(path = %child.path, error = cause.message, "actor is stuck and is killed");
        child.kill(&self.place.tree).await;
        if child.spec.restart.wants_restart(false) {
            self.place.tree.down(&child.path, NodeState::BackingOff, Some(cause.clone()));
            return self.restart(index, cause).await;
        }
        self.place.tree.down(&child.path, NodeState::Stopped, Some(cause));
        self.drop_ended_temporaries();
        Ok(None)
    }

    fn forgive_if_stable(&mut self, index: usize) {
        let backoff = self.backoff;
        let child = &mut self.list[index];
        let backoff =
            child.spec.ladder.map_or(child.spec.backoff.unwrap_or(backoff), |ladder| ladder.backoff);
        child.forgive_after(backoff.reset_after, self.place.tree.clock().monotonic());
    }

    /// Starts the children that wait for `ticket`; none do when a later round has taken them over.
    pub async fn due(&mut self, ticket: Ticket) -> Result<Option<Alarm>, SupervisionError> {
        let waiting = || self.list.iter().filter(|child| child.waiting == Some(ticket));
        let after = self.place.tree.restart_wait(waiting().any(|child| child.spec.critical));
        if !after.is_zero() && waiting().next().is_some() {
            return Ok(Some(Alarm { after, ticket })); // the cascade breaker has opened meanwhile
        }
        self.start_now(ticket).await
    }

    async fn start_now(&mut self, ticket: Ticket) -> Result<Option<Alarm>, SupervisionError> {
        match self.start_waiting(ticket).await {
            Ok(()) => Ok(None),
            Err((index, cause)) => self.restart(index, cause).await,
        }
    }

    /// Adds a child after the others and starts it; one that does not start is not added.
    pub async fn add(&mut self, spec: ChildSpec) -> Result<(), SupervisionError> {
        self.enter(spec)?;
        let index = self.list.len() - 1;
        let Err(cause) = self.list[index].start(&self.watch, &self.place.tree).await else { return Ok(()) };
        let path = self.list.remove(index).path;
        self.place.tree.remove(&path);
        Err(start_failed(path, cause))
    }

    /// Starts a child that was stopped by hand or has ended.
    pub async fn start(&mut self, name: &str) -> Result<(), SupervisionError> {
        let index = self.find(name)?;
        let child = &mut self.list[index];
        if child.running.is_some() {
            return Ok(());
        }
        child.forgive();
        match child.start(&self.watch, &self.place.tree).await {
            Ok(()) => {
                child.held = false;
                Ok(())
            }
            Err(cause) => {
                child.held = true;
                self.place.tree.set_state(&child.path, NodeState::Held);
                Err(start_failed(child.path.clone(), cause))
            }
        }
    }

    /// Stops a child and keeps it so until it is started by hand.
    pub async fn hold(&mut self, name: &str) -> Result<(), SupervisionError> {
        let index = self.find(name)?;
        let child = &mut self.list[index];
        child.held = true;
        child.stop(&self.place.tree, "stopped by hand").await;
        Ok(())
    }

    /// Stops a child and takes its entry.
    pub async fn remove(&mut self, name: &str) -> Result<(), SupervisionError> {
        let index = self.find(name)?;
        let mut child = self.list.remove(index);
        child.stop(&self.place.tree, "removed").await;
        self.place.tree.remove(&child.path);
        Ok(())
    }

    /// Restarts a child, and with it what the strategy says, without counting it as a failure.
    pub async fn restart_by_hand(&mut self, name: &str) -> Result<Option<Alarm>, SupervisionError> {
        let index = self.find(name)?;
        self.list[index].held = false;
        self.list[index].forgive();
        let ticket = self.prepare(index, "restarted by hand").await;
        self.start_now(ticket).await
    }

    async fn restart(
        &mut self,
        mut index: usize,
        mut cause: FailureNote,
    ) -> Result<Option<Alarm>, SupervisionError> {
        loop {
            if self.list[index].spec.ladder.is_none() {
                self.count_restart(index, cause).await?;
            }
            let now = self.place.tree.clock().monotonic();
            let child = &mut self.list[index];
            let backoff = child.spec.backoff.unwrap_or(self.backoff);
            let (tier, wait) = child.next_wait(backoff, now, &mut self.rng);
            let (path, critical) = (child.path.clone(), child.spec.critical);
            let after = wait.max(self.place.tree.admit_restart(&path, critical));
            let ticket = self.prepare(index, "a sibling is restarted").await;
            self.place.tree.set_tier(&path, tier);
            if tier == Tier::Failed {
                tracing::error!(%path, ?after, "actor failed too often within an hour and is left alone");
                self.place.tree.set_state(&path, NodeState::Failed);
            }
            if !after.is_zero() {
                return Ok(Some(Alarm { after, ticket }));
            }
            match self.start_waiting(ticket).await {
                Ok(()) => return Ok(None),
                Err((failed, why)) => (index, cause) = (failed, why),
            }
        }
    }

    /// Counts a restart; when it is one too many, stops all children and gives the error to fail with.
    async fn count_restart(&mut self, index: usize, cause: FailureNote) -> Result<(), SupervisionError> {
        let Err(restarts) = self.window.record(self.place.tree.clock().monotonic()) else { return Ok(()) };
        let intensity = self.window.intensity();
        let error = SupervisionError::IntensityExceeded {
            path: self.place.path.clone(),
            child: self.list[index].spec.name.clone(),
            restarts,
            limit: intensity.max_restarts,
            period: intensity.period,
            code: cause.code,
            cause: cause.message,
        };
        self.stop_all("the supervisor gives up").await;
        Err(error)
    }

    /// Stops, in reverse order, all that is restarted with the child at `index`, and gives them a ticket.
    async fn prepare(&mut self, index: usize, reason: &str) -> Ticket {
        self.tickets += 1;
        let scope = match self.list[index].spec.ladder {
            Some(_) => index..index + 1, // nobody stands on it
            None => self.strategy.scope(index, self.list.len()),
        };
        for child in self.list[scope].iter_mut().rev() {
            child.stop(&self.place.tree, reason).await;
            if !child.held && child.spec.restart != Restart::Temporary {
                child.waiting = Some(self.tickets);
                self.place.tree.set_state(&child.path, NodeState::BackingOff);
            }
        }
        self.drop_ended_temporaries();
        self.tickets
    }

    async fn start_waiting(&mut self, ticket: Ticket) -> Result<(), (usize, FailureNote)> {
        for (index, child) in self.list.iter_mut().enumerate() {
            if child.waiting == Some(ticket) {
                child.start(&self.watch, &self.place.tree).await.map_err(|cause| (index, cause))?;
            }
        }
        Ok(())
    }

    fn drop_ended_temporaries(&mut self) {
        let tree = &self.place.tree;
        self.list.retain(|child| {
            let ended = child.spec.restart == Restart::Temporary && child.running.is_none() && !child.held;
            if ended {
                tree.remove(&child.path);
            }
            !ended
        });
    }

    fn enter(&mut self, spec: ChildSpec) -> Result<(), SupervisionError> {
        let bad = |cause: String| SupervisionError::BadSpec { path: self.place.path.clone(), cause };
        if spec.name.is_empty() || spec.name.starts_with('/') || spec.name.ends_with('/') {
            return Err(bad(format!("`{}` is not a name", spec.name)));
        }
        if self.list.iter().any(|child| child.spec.name == spec.name) {
            return Err(bad(format!("`{}` occurs twice", spec.name)));
        }
        let path = self.place.path.child(&spec.name);
        let mut order = self.place.order.clone();
        order.push(self.entered);
        self.entered += 1;
        self.place.tree.register(&path, order.clone(), (spec.kind, spec.restart, spec.critical));
        let seed = derive_seed(self.place.seed, &spec.name);
        self.list.push(Child {
            spec,
            path,
            order,
            seed,
            running: None,
            waiting: None,
            attempts: 0,
            rungs: LadderCount::default(),
            held: false,
        });
        Ok(())
    }

    fn find(&self, name: &str) -> Result<usize, SupervisionError> {
        self.list.iter().position(|child| child.spec.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.list.iter().map(|child| child.spec.name.as_str()).collect();
            SupervisionError::UnknownChild {
                path: self.place.path.clone(),
                name: name.to_owned(),
                known: known.join(", "),
            }
        })
    }
}

fn start_failed(path: TreePath, cause: FailureNote) -> SupervisionError {
    SupervisionError::StartFailed { path, code: cause.code, cause: cause.message }
}

/// Gives each path a stream of its own (FNV-1a over the name, started from the parent's seed).
fn derive_seed(seed: u64, name: &str) -> u64 {
    name.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
