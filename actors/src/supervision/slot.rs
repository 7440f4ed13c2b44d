//! The place of an actor in the tree: it stays when the actor changes.

use std::sync::Arc;

use ractor::{ActorCell, ActorStatus};
use tokio::sync::watch;

use super::gauge::{Admission, Gauge};

/// Who lives at a path, with the counting of this life.
#[derive(Clone)]
pub(super) struct Tenant {
    pub cell: ActorCell,
    /// None for an actor outside a tree.
    pub gauge: Option<Arc<Gauge>>,
}

impl Tenant {
    /// Tells whether it takes messages.
    pub fn is_up(&self) -> bool {
        self.cell.get_status() < ActorStatus::Draining
    }

    /// Counts a message that is about to be sent, or sheds it; none where nothing is counted.
    pub fn admit(&self) -> Option<Admission> {
        self.gauge.as_ref().map(|gauge| gauge.admit())
    }

    /// Takes back the count of a message that could not be sent.
    pub fn withdraw(&self, number: Option<u64>) {
        if let (Some(gauge), Some(number)) = (&self.gauge, number) {
            gauge.withdraw(number);
        }
    }

    /// Returns how many messages may wait.
    pub fn bound(&self) -> u64 {
        self.gauge.as_ref().and_then(|gauge| gauge.bound()).unwrap_or(u64::MAX)
    }
}

/// Holds the actor that lives at a path now; whoever waits for it hears of the next one.
pub(super) type Slot = watch::Sender<Option<Tenant>>;
