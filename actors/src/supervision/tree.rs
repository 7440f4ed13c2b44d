//! The picture of the running tree, and the place where a path is turned into an actor.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use ractor::{ActorCell, Message};
use rr_proto::FailureNote;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::address::Address;
use super::breaker::{CascadeBreaker, CascadeOpening, CascadePolicy, CascadeView};
use super::entry::{About, Entry};
use super::fault::Fault;
use super::gauge::Gauge;
use super::ladder::Tier;
use super::mailbox::Mailbox;
use super::node::{NodeKind, NodeState, TreeNode, TreePath};
use super::observer::Observer;
use super::policy::Restart;
use super::slot::{Slot, Tenant};
use crate::clock::Clock;

/// Holds one entry per actor path; shared by all supervisors of a node, cheap to clone.
#[derive(Clone)]
pub struct ActorTree {
    inner: Arc<TreeInner>,
}

struct TreeInner {
    entries: RwLock<BTreeMap<TreePath, Entry>>,
    revision: watch::Sender<u64>,
    clock: Arc<dyn Clock>,
    cascade: Mutex<CascadeBreaker>,
}

impl ActorTree {
    /// Makes an empty tree that measures uptime by `clock` and never holds restarts back.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_cascade(clock, CascadePolicy::never())
    }

    /// Makes an empty tree that measures uptime by `clock` and holds restarts back when they are too many.
    pub fn with_cascade(clock: Arc<dyn Clock>, policy: CascadePolicy) -> Self {
        let (revision, _) = watch::channel(0);
        let cascade = Mutex::new(CascadeBreaker::new(policy));
        Self { inner: Arc::new(TreeInner { entries: RwLock::default(), revision, clock, cascade }) }
    }

    /// Returns the clock that uptimes are measured by.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    /// Returns a lasting address of whoever lives at `path`, now or later.
    pub fn address<M: Message>(&self, path: &TreePath) -> Address<M> {
        let mut entries = self.write();
        Address::bound(path.clone(), Arc::clone(&Self::entry(&mut entries, path).slot))
    }

    /// Returns the actor that lives at `path` now, for stop and kill drills.
    pub fn cell(&self, path: &TreePath) -> Option<ActorCell> {
        self.read().get(path).and_then(|entry| entry.slot.borrow().as_ref().map(|tenant| tenant.cell.clone()))
    }

    /// Returns the actor that lives at `path` now, if what it does is counted.
    pub(super) fn watched_cell(&self, path: &TreePath) -> Option<ActorCell> {
        let entries = self.read();
        let slot = entries.get(path)?.slot.borrow();
        slot.as_ref().filter(|tenant| tenant.gauge.is_some()).map(|tenant| tenant.cell.clone())
    }

    /// Describes the actor at `path`.
    pub fn node(&self, path: &TreePath) -> Option<TreeNode> {
        let now = self.inner.clock.monotonic();
        self.read().get(path).and_then(|entry| entry.describe(path, now))
    }

    /// Returns what the actor at `path` shows of its state, or last showed.
    pub fn observed(&self, path: &TreePath) -> Option<Value> {
        self.read().get(path).and_then(|entry| entry.observed.get())
    }

    /// Returns what the actor at `path` shows its state by.
    pub fn observer(&self, path: &TreePath) -> Observer {
        Observer::of(Arc::clone(&Self::entry(&mut self.write(), path).observed))
    }

    /// Lets a fault strike the actor at `path`, once, for a drill; tells whether there is such an actor.
    pub fn arm(&self, path: &TreePath, fault: Fault) -> bool {
        let entries = self.read();
        let entry = entries.get(path).filter(|entry| entry.about.is_some());
        entry.map(|entry| entry.faults.arm(fault)).is_some()
    }

    /// Takes back a fault that has not struck.
    pub fn disarm(&self, path: &TreePath) {
        if let Some(entry) = self.read().get(path) {
            entry.faults.disarm();
        }
    }

    /// Describes the whole tree, parents before children, children in starting order.
    pub fn snapshot(&self) -> Vec<TreeNode> {
        self.collect(|_| true)
    }

    /// Describes `path` and everything below it, in the same order.
    pub fn subtree(&self, path: &TreePath) -> Vec<TreeNode> {
        self.collect(|candidate| candidate == path || candidate.is_below(path))
    }

    /// Returns a counter that moves with every change of the tree.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.revision.subscribe()
    }

    /// Describes the breaker that holds restarts back when they are too many.
    pub fn cascade(&self) -> CascadeView {
        let running = self.critical_share();
        self.breaker().view(self.inner.clock.monotonic(), running)
    }

    /// Returns how that breaker last opened, if it ever did.
    pub fn cascade_opening(&self) -> Option<CascadeOpening> {
        self.breaker().last_opening()
    }

    /// Returns the nearest supervisor above `path` and the name that the actor, or what it is part of, has there.
    pub fn supervisor_of(&self, path: &TreePath) -> Option<(TreePath, String)> {
        let entries = self.read();
        let above = entries.iter().filter(|(candidate, entry)| {
            path.is_below(candidate)
                && entry.about.as_ref().is_some_and(|about| matches!(about.kind, NodeKind::Supervisor(_)))
        });
        let nearest = above.max_by_key(|(candidate, _)| candidate.as_str().len())?.0;
        path.name_below(nearest).map(|name| (nearest.clone(), name.to_owned()))
    }

    /// Lists the workers that are in a callback, with a mark that tells one callback from the next.
    pub(super) fn callbacks(&self) -> Vec<(TreePath, u64)> {
        let entries = self.read();
        let busy = entries.iter().filter_map(|(path, entry)| {
            let about = entry.about.as_ref().filter(|about| about.kind == NodeKind::Worker)?;
            Some((path.clone(), about.gauge.as_ref()?.callback()?))
        });
        busy.collect()
    }

    /// Counts a restart of the actor at `path` and returns how long it has to wait at least.
    pub(super) fn admit_restart(&self, path: &TreePath, critical: bool) -> Duration {
        let (now, running) = (self.inner.clock.monotonic(), self.critical_share());
        let mut breaker = self.breaker();
        if breaker.count(now, running) {
            let wait = breaker.wait(now, true);
            tracing::error!(
                last = %path, ?wait, critical_running = running,
                "the cascade breaker opens: too many restarts; all restarts wait, then the critical actors start first"
            );
        }
        breaker.wait(now, critical)
    }

    /// Returns how long a restart that is due has to wait all the same.
    pub(super) fn restart_wait(&self, critical: bool) -> Duration {
        self.breaker().wait(self.inner.clock.monotonic(), critical)
    }

    /// Returns the share of the critical actors that run, those held by hand left out.
    fn critical_share(&self) -> f64 {
        let entries = self.read();
        let critical = entries.values().filter_map(|entry| entry.about.as_ref());
        let states = critical.filter(|about| about.critical && about.state != NodeState::Held);
        let (all, running) = states.fold((0u32, 0u32), |(all, running), about| {
            (all + 1, running + u32::from(about.state == NodeState::Running))
        });
        if all == 0 { 1.0 } else { f64::from(running) / f64::from(all) }
    }

    fn breaker(&self) -> MutexGuard<'_, CascadeBreaker> {
        self.inner.cascade.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn collect(&self, wanted: impl Fn(&TreePath) -> bool) -> Vec<TreeNode> {
        let now = self.inner.clock.monotonic();
        let entries = self.read();
        let mut found: Vec<(&Vec<u32>, TreeNode)> = entries
            .iter()
            .filter(|(path, _)| wanted(path))
            .filter_map(|(path, entry)| entry.describe(path, now).map(|node| (&entry.order, node)))
            .collect();
        found.sort_by(|a, b| a.0.cmp(b.0).then_with(|| a.1.path.cmp(&b.1.path)));
        found.into_iter().map(|(_, node)| node).collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<TreePath, Entry>> {
        self.inner.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<TreePath, Entry>> {
        self.inner.entries.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry<'a>(entries: &'a mut BTreeMap<TreePath, Entry>, path: &TreePath) -> &'a mut Entry {
        entries.entry(path.clone()).or_insert_with(Entry::vacant)
    }

    fn edit(&self, path: &TreePath, change: impl FnOnce(&mut About, &Slot)) {
        if let Some(Entry { slot, about: Some(about), .. }) = self.write().get_mut(path) {
            change(about, slot);
        }
        self.inner.revision.send_modify(|revision| *revision += 1);
    }

    /// Enters an actor that will be started; an entry that was there keeps its counters.
    pub(super) fn register(&self, path: &TreePath, order: Vec<u32>, what: (NodeKind, Restart, bool)) {
        {
            let mut entries = self.write();
            let entry = Self::entry(&mut entries, path);
            entry.order = order;
            let before = entry.about.take();
            entry.about = Some(About::entered(what, before));
        }
        self.inner.revision.send_modify(|revision| *revision += 1);
    }

    /// Begins the counting of a new life at `path`.
    pub(super) fn begin_life(&self, path: &TreePath, mailbox: Mailbox) -> Arc<Gauge> {
        let mut entries = self.write();
        let entry = Self::entry(&mut entries, path);
        let faults = Arc::clone(&entry.faults);
        let gauge = Arc::new(Gauge::new(Arc::clone(&self.inner.clock), mailbox, faults));
        if let Some(about) = &mut entry.about {
            about.end_life();
            about.gauge = Some(Arc::clone(&gauge));
        }
        gauge
    }

    /// Notes that an actor is being started at `path` by `start`.
    pub(super) fn starting(&self, path: &TreePath, start: AbortHandle) {
        self.edit(path, |about, _| {
            about.start = Some(start);
            if about.state != NodeState::Running {
                about.state = NodeState::Starting; // the start may have been quicker than this note
            }
        });
    }

    /// Notes that the actor at `path` runs and is `cell`.
    pub(super) fn up(&self, path: &TreePath, cell: ActorCell, task: AbortHandle) {
        let now = self.inner.clock.monotonic();
        self.edit(path, |about, slot| {
            about.state = NodeState::Running;
            about.since = Some(now);
            about.starts = about.starts.saturating_add(1);
            about.task = Some(task);
            slot.send_replace(Some(Tenant { cell, gauge: about.gauge.clone() }));
        });
    }

    /// Notes that nobody lives at `path` now.
    pub(super) fn down(&self, path: &TreePath, state: NodeState, failure: Option<FailureNote>) {
        self.edit(path, |about, slot| {
            about.state = state;
            about.since = None;
            about.end_life();
            if failure.is_some() {
                about.failure = failure;
            }
            slot.send_replace(None);
        });
    }

    /// Notes what the actor at `path` is doing, leaving its address as it is.
    pub(super) fn set_state(&self, path: &TreePath, state: NodeState) {
        self.edit(path, |about, _| about.state = state);
    }

    /// Notes the error with which the actor at `path` is about to fail.
    pub(super) fn set_failure(&self, path: &TreePath, failure: FailureNote) {
        self.edit(path, |about, _| about.failure = Some(failure));
    }

    /// Notes how badly the actor at `path` has been doing of late.
    pub(super) fn set_tier(&self, path: &TreePath, tier: Tier) {
        self.edit(path, |about, _| about.tier = tier);
    }

    /// Returns how the actor at `path` last failed.
    pub(super) fn failure(&self, path: &TreePath) -> Option<FailureNote> {
        self.read().get(path)?.about.as_ref()?.failure.clone()
    }

    /// Notes the task that takes the exits of a supervisor's children and ends after them.
    pub(super) fn set_watch(&self, path: &TreePath, task: AbortHandle) {
        self.edit(path, |about, _| about.watch = Some(task));
    }

    /// Takes the entry of an actor that will not come back, and all below it; addresses of it stay usable.
    pub(super) fn remove(&self, path: &TreePath) {
        self.write().retain(|candidate, entry| {
            if candidate != path && !candidate.is_below(path) {
                return true;
            }
            entry.about = None;
            entry.slot.send_replace(None);
            Arc::strong_count(&entry.slot) > 1
        });
        self.inner.revision.send_modify(|revision| *revision += 1);
    }

    /// Marks everything below a dead supervisor as stopped, ends starts under way, and returns the tasks still ending.
    pub(super) fn down_below(&self, path: &TreePath) -> Vec<AbortHandle> {
        let mut tasks = Vec::new();
        for (candidate, entry) in self.write().iter_mut() {
            let below = candidate.is_below(path);
            let Some(about) = entry.about.as_mut().filter(|_| below || candidate == path) else { continue };
            tasks.extend(about.watch.clone());
            if below {
                about.start.iter().for_each(AbortHandle::abort);
                tasks.extend(about.start.iter().chain(&about.task).cloned());
                if about.state != NodeState::Held {
                    about.state = NodeState::Stopped;
                }
                about.since = None;
                about.end_life();
                entry.slot.send_replace(None);
            }
        }
        self.inner.revision.send_modify(|revision| *revision += 1);
        tasks.retain(|task| !task.is_finished());
        tasks
    }
}

impl fmt::Debug for ActorTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActorTree").field("entries", &self.read().len()).finish()
    }
}
