//! One child of a supervisor: starting it, stopping it, seeing it gone.

use std::sync::Arc;
use std::time::Duration;

use ractor::{ActorCell, ActorId, ActorRef, SpawnErr};
use rand::Rng;
use rr_proto::{ErrorCode, FailureNote};
use tokio::task::{AbortHandle, JoinHandle};

use super::backoff::Backoff;
use super::exit_watch::ExitWatchMsg;
use super::ladder::{LadderCount, Tier};
use super::node::{NodeKind, NodeState, TreePath};
use super::policy::Shutdown;
use super::spec::{ChildSpec, StartContext, StartedActor};
use super::tree::ActorTree;
use crate::failure_class::note_of;

/// How long a killed actor may take to be gone; a task that never yields can't be killed, only left behind.
const KILL_LIMIT: Duration = Duration::from_secs(5);

/// Names the round of restarts that a child waits for.
pub(super) type Ticket = u64;

/// What a supervisor knows of one child.
pub(super) struct Child {
    pub spec: ChildSpec,
    pub path: TreePath,
    pub order: Vec<u32>,
    pub seed: u64,
    pub running: Option<RunningChild>,
    /// Set while a restart is due.
    pub waiting: Option<Ticket>,
    /// Restarts in a row without a healthy stretch between them.
    pub attempts: u32,
    /// Where it stands on its ladder, if it has one.
    pub rungs: LadderCount,
    /// Stopped by hand: nobody but an operator starts it.
    pub held: bool,
}

/// A child that was started and not yet seen to exit.
pub(super) struct RunningChild {
    pub cell: ActorCell,
    task: JoinHandle<()>,
    watch: ActorRef<ExitWatchMsg>,
    since: Duration,
}

impl Child {
    pub fn is_actor(&self, id: ActorId) -> bool {
        self.running.as_ref().is_some_and(|running| running.cell.get_id() == id)
    }

    /// Starts the actor and enters it in the tree; on failure says why.
    pub async fn start(
        &mut self,
        watch: &ActorRef<ExitWatchMsg>,
        tree: &ActorTree,
    ) -> Result<(), FailureNote> {
        self.waiting = None;
        let context = StartContext {
            supervisor: watch.get_cell(),
            path: self.path.clone(),
            tree: tree.clone(),
            order: self.order.clone(),
            seed: self.seed,
            mailbox: self.spec.mailbox,
        };
        let limit = self.spec.start_within;
        let mut task = self.spawn_start(context, tree);
        let started = match tokio::time::timeout(limit, &mut task).await {
            Ok(started) => started,
            Err(_) => {
                task.abort();
                task.await // it may have started all the same, in the last moment
            }
        };
        let failure = match started {
            Ok(Ok(started)) => {
                let (cell, task, watch) = (started.cell, started.task, watch.clone());
                self.running = Some(RunningChild { cell, task, watch, since: tree.clock().monotonic() });
                return Ok(());
            }
            Ok(Err(SpawnErr::StartupFailed(error))) => note_of(&*error),
            Ok(Err(error)) => note(ErrorCode::Internal, error.to_string()),
            Err(error) if error.is_cancelled() => {
                note(ErrorCode::TimedOut, format!("the start took longer than {limit:?}"))
            }
            Err(_) => note(ErrorCode::Internal, "the start panicked".to_owned()),
        };
        tracing::warn!(path = %self.path, error = failure.message, "actor did not start");
        end_below(tree, &self.path).await;
        tree.down(&self.path, NodeState::Stopped, Some(failure.clone()));
        Err(failure)
    }

    /// Runs the start in a task of its own: were it cancelled with a killed supervisor half way, the tree would not know
    /// of an actor that already lives.
    fn spawn_start(
        &self,
        context: StartContext,
        tree: &ActorTree,
    ) -> JoinHandle<Result<StartedActor, SpawnErr>> {
        let (start, tree_then, path) = (Arc::clone(&self.spec.start), tree.clone(), self.path.clone());
        let task = tokio::spawn(async move {
            let started = start(context).await?;
            tree_then.up(&path, started.cell.clone(), started.task.abort_handle());
            Ok(started)
        });
        tree.starting(&self.path, task.abort_handle());
        task
    }

    /// Asks the actor to stop without waiting, unless it is to be killed.
    pub fn ask_to_stop(&self, reason: &str) {
        if let Some(running) = self.running.as_ref().filter(|_| self.spec.shutdown != Shutdown::Kill) {
            running.cell.stop(Some(reason.to_owned()));
        }
    }

    /// Stops the actor in its way and within its limit, and waits until its state has been dropped.
    pub async fn stop(&mut self, tree: &ActorTree, reason: &str) {
        self.waiting = None;
        let Some(running) = self.running.take() else {
            tree.down(&self.path, self.resting_state(), None);
            return;
        };
        tree.set_state(&self.path, NodeState::Stopping);
        let cell = &running.cell;
        let stopped_itself = match self.spec.shutdown {
            Shutdown::Kill => false,
            Shutdown::Unlimited => {
                cell.stop(Some(reason.to_owned()));
                cell.wait(None).await.is_ok()
            }
            Shutdown::Within(limit) => {
                cell.stop(Some(reason.to_owned()));
                cell.wait(Some(limit)).await.is_ok()
            }
        };
        let mut error = None;
        if !stopped_itself {
            cell.kill();
            if let Shutdown::Within(limit) = self.spec.shutdown {
                tracing::warn!(path = %self.path, ?limit, "actor did not stop in time and was killed");
                error =
                    Some(note(ErrorCode::TimedOut, format!("did not stop within {limit:?} and was killed")));
            }
        }
        let left_behind = self.see_gone(running, tree).await;
        tree.down(&self.path, self.resting_state(), left_behind.or(error));
    }

    /// Waits until an actor that has exited has dropped its state, and everything below it is gone too.
    pub async fn see_exited(&mut self, tree: &ActorTree) {
        if let Some(running) = self.running.take() {
            let _ = self.see_gone(running, tree).await;
        }
    }

    /// Kills the actor, which is stuck, and waits until it is gone or left behind.
    pub async fn kill(&mut self, tree: &ActorTree) {
        if let Some(running) = self.running.take() {
            running.cell.kill();
            let _ = self.see_gone(running, tree).await;
        }
    }

    /// Counts a restart that is due now; returns how badly the actor has been doing and how long to wait.
    pub fn next_wait(&mut self, backoff: Backoff, now: Duration, rng: &mut impl Rng) -> (Tier, Duration) {
        self.attempts = self.attempts.saturating_add(1);
        match &self.spec.ladder {
            Some(ladder) => self.rungs.step(ladder, now, rng),
            None => (Tier::Normal, backoff.delay(self.attempts, rng)),
        }
    }

    /// Starts counting its restarts afresh.
    pub fn forgive(&mut self) {
        self.attempts = 0;
        self.rungs = LadderCount::default();
    }

    /// Starts counting afresh when the actor ran for at least `span` up to `now`.
    pub fn forgive_after(&mut self, span: Duration, now: Duration) {
        if self.running.as_ref().is_some_and(|running| now.saturating_sub(running.since) >= span) {
            self.forgive();
        }
    }

    async fn see_gone(&self, running: RunningChild, tree: &ActorTree) -> Option<FailureNote> {
        let abort = running.task.abort_handle();
        let ended = tokio::time::timeout(KILL_LIMIT, running.task).await.is_ok();
        let _ = running.watch.call(ExitWatchMsg::Settle, Some(KILL_LIMIT)).await;
        if matches!(self.spec.kind, NodeKind::Supervisor(_)) {
            // nothing to wait for unless it was killed, by us or by anybody else while it stopped
            end_below(tree, &self.path).await;
        }
        if ended {
            return None;
        }
        abort.abort();
        let error =
            format!("did not end within {KILL_LIMIT:?} of being killed: its task never yields; left behind");
        tracing::error!(path = %self.path, %error, "actor left behind");
        Some(note(ErrorCode::TimedOut, error))
    }

    fn resting_state(&self) -> NodeState {
        if self.held { NodeState::Held } else { NodeState::Stopped }
    }
}

fn note(code: ErrorCode, message: String) -> FailureNote {
    FailureNote { code, message }
}

/// Waits until all below a supervisor that died without stopping them are gone, up to the kill limit.
pub(super) async fn end_below(tree: &ActorTree, path: &TreePath) {
    let deadline = tokio::time::Instant::now() + KILL_LIMIT;
    loop {
        // asked again each time, because a start that was under way may have brought one more to light
        let tasks = tree.down_below(path);
        if tasks.is_empty() {
            return;
        }
        if tokio::time::Instant::now() >= deadline {
            tracing::error!(%path, tasks = tasks.len(), "actors below a dead supervisor left behind");
            return tasks.iter().for_each(AbortHandle::abort);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
