//! Messages that an actor sends itself at intervals, counted like all others.

use std::time::Duration;

use ractor::Message;
use tokio::task::AbortHandle;

use super::address::Address;

/// Sends a message at intervals until it is dropped; keep it in the state of the actor that it ticks for.
#[derive(Debug)]
pub struct Ticker {
    task: AbortHandle,
}

impl Ticker {
    /// Sends what `tick` makes to `address` every `period`, the first time after one period.
    ///
    /// A tick that finds nobody, or a full mailbox, is left out: the next one says the same.
    pub fn every<M: Message>(
        address: &Address<M>,
        period: Duration,
        tick: impl Fn() -> M + Send + 'static,
    ) -> Self {
        let address = address.clone();
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(period).await;
                let _ = address.cast(tick());
            }
        });
        Self { task: task.abort_handle() }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.task.abort();
    }
}
