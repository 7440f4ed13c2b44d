//! Whether new work may be taken: one answer for everybody, with the reasons that stand against it.
//!
//! Who sees a reason holds ([`WorkPermit::hold`]) and lets go again; who takes work asks ([`WorkPermit::allows`]) and is told of
//! changes ([`WorkPermit::watch`]). The permit outlives the actors that use it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ractor::{ActorRef, Message};
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;

/// Names a kind of work that is taken or left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    /// Games of self-play.
    SelfPlay,
    /// An evaluation that has not begun.
    Evaluation,
    /// A training run that has not begun.
    Training,
    /// A model that a device has not loaded yet.
    Session,
}

impl WorkKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::SelfPlay, Self::Evaluation, Self::Training, Self::Session];

    /// Returns the name used in states and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SelfPlay => "self_play",
            Self::Evaluation => "evaluation",
            Self::Training => "training",
            Self::Session => "session",
        }
    }
}

/// Names why work is left; each has one owner, who lets go of it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// Memory is short.
    Memory,
    /// The disk is almost full.
    Disk,
    /// The node is to be emptied.
    Drain,
    /// A person paused it.
    Paused,
}

impl HoldReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Memory, Self::Disk, Self::Drain, Self::Paused];

    /// Tells whether this reason stands against a kind of work: a full disk does not keep a device from loading what it is to play with.
    pub const fn stops(self, kind: WorkKind) -> bool {
        match self {
            Self::Memory | Self::Drain => true,
            Self::Disk | Self::Paused => !matches!(kind, WorkKind::Session),
        }
    }

    /// Returns the name used in states and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::Drain => "drain",
            Self::Paused => "paused",
        }
    }
}

/// Says since when a reason holds, and what is behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkHold {
    /// The reason.
    pub reason: HoldReason,
    /// What is behind it, for people.
    pub detail: String,
    /// Since when.
    pub since_ms: u64,
}

/// Everything that holds work now.
type Holds = BTreeMap<HoldReason, WorkHold>;

/// Says whether work may be taken; cheap to clone, all clones are one.
#[derive(Clone)]
pub struct WorkPermit {
    clock: Arc<dyn Clock>,
    holds: watch::Sender<Holds>,
}

impl WorkPermit {
    /// Makes a permit that allows everything.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, holds: watch::channel(Holds::new()).0 }
    }

    /// Holds the work that the reason stops. A reason that holds already keeps its time and takes the new detail.
    ///
    /// Returns whether it is new.
    pub fn hold(&self, reason: HoldReason, detail: impl Into<String>) -> bool {
        let detail = detail.into();
        let since_ms = self.clock.unix_ms();
        let mut new = false;
        self.holds.send_if_modified(|holds| match holds.get_mut(&reason) {
            Some(hold) => std::mem::replace(&mut hold.detail, detail.clone()) != detail,
            None => {
                new = true;
                holds.insert(reason, WorkHold { reason, detail: detail.clone(), since_ms });
                true
            }
        });
        if new {
            match reason {
                HoldReason::Drain => tracing::info!(reason = reason.name(), detail, "new work is held"),
                _ => tracing::warn!(reason = reason.name(), detail, "new work is held"),
            }
        }
        new
    }

    /// Lets go of a reason. Returns whether it held.
    pub fn release(&self, reason: HoldReason) -> bool {
        let released = self.holds.send_if_modified(|holds| holds.remove(&reason).is_some());
        if released {
            tracing::info!(reason = reason.name(), "new work is no longer held for this reason");
        }
        released
    }

    /// Tells whether work of a kind may be taken now.
    pub fn allows(&self, kind: WorkKind) -> bool {
        !self.holds.borrow().keys().any(|reason| reason.stops(kind))
    }

    /// Lists what holds, by reason.
    pub fn holds(&self) -> Vec<WorkHold> {
        self.holds.borrow().values().cloned().collect()
    }

    /// Follows every change.
    pub(crate) fn changes(&self) -> watch::Receiver<Holds> {
        self.holds.subscribe()
    }

    /// Tells an actor of every change until the watch is dropped or the actor is gone.
    pub fn watch<M: Message>(&self, actor: &ActorRef<M>, message: fn() -> M) -> PermitWatch {
        let (mut holds, actor) = (self.changes(), actor.clone());
        PermitWatch(tokio::spawn(async move {
            while holds.changed().await.is_ok() && actor.cast(message()).is_ok() {}
        }))
    }
}

impl std::fmt::Debug for WorkPermit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WorkPermit").field(&self.holds()).finish()
    }
}

/// Tells an actor of changes of a permit as long as it lives.
#[derive(Debug)]
#[must_use = "the actor is told only as long as the watch lives"]
pub struct PermitWatch(JoinHandle<()>);

impl Drop for PermitWatch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn reasons_add_up_and_each_is_let_go_by_itself() {
        let clock = Arc::new(ManualClock::at_ms(10));
        let permit = WorkPermit::new(clock.clone());
        assert!(WorkKind::ALL.iter().all(|kind| permit.allows(*kind)));
        assert!(permit.hold(HoldReason::Disk, "86 %"));
        assert!(!permit.allows(WorkKind::SelfPlay) && permit.allows(WorkKind::Session));
        clock.advance(Duration::from_millis(5));
        assert!(permit.clone().hold(HoldReason::Drain, "asked to"));
        assert!(!permit.hold(HoldReason::Disk, "87 %"), "it held before");
        let shown: Vec<_> =
            permit.holds().into_iter().map(|hold| (hold.reason, hold.detail, hold.since_ms)).collect();
        assert_eq!(
            shown,
            [(HoldReason::Disk, "87 %".to_owned(), 10), (HoldReason::Drain, "asked to".to_owned(), 15)]
        );
        assert!(permit.release(HoldReason::Disk) && !permit.release(HoldReason::Disk));
        assert!(WorkKind::ALL.iter().all(|kind| !permit.allows(*kind)));
        assert!(permit.release(HoldReason::Drain));
        assert!(WorkKind::ALL.iter().all(|kind| permit.allows(*kind)));
    }
}
