//! The thread that writes: it gathers what has arrived, commits it in one transaction, then answers.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rr_storage::{StorageError, Store};
use tokio::sync::watch;

use super::transaction::StoreTransaction;
use crate::error::StoreFailure;

/// Counts what the store has done since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoreReport {
    /// Commits, each one sync of the disk.
    pub commits: u64,
    /// Pieces of work in them.
    pub transactions: u64,
    /// The most pieces of work that shared a commit.
    pub largest_group: usize,
    /// Pieces of work that failed.
    pub failures: u64,
    /// Time spent in commits.
    pub in_commits: Duration,
    /// How long the slowest commit took.
    pub slowest_commit: Duration,
}

/// Owns the writing thread; dropping it finishes what was accepted and waits for the thread.
pub(super) struct Writer {
    queue: Option<SyncSender<StoreTransaction>>,
    thread: Option<JoinHandle<()>>,
    report: Arc<Mutex<StoreReport>>,
}

/// A piece of work whose answer is still to be given.
type Committed = (StoreTransaction, Result<(), StoreFailure>);

/// What the thread works with.
struct WriterLoop {
    store: Arc<Store>,
    group: usize,
    report: Arc<Mutex<StoreReport>>,
    events: watch::Sender<u64>,
}

impl Writer {
    /// Starts the thread; `ended` is called with the reason when it stops by itself.
    pub fn start(
        store: Arc<Store>,
        (queue, group): (usize, usize),
        events: watch::Sender<u64>,
        ended: impl FnOnce(String) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(queue.max(1));
        let report = Arc::new(Mutex::new(StoreReport::default()));
        let work = WriterLoop { store, group: group.max(1), report: Arc::clone(&report), events };
        let thread = std::thread::Builder::new().name("rr-store".into()).spawn(move || {
            if let Err(error) = work.run(&receiver) {
                ended(error.to_string());
            }
        })?;
        Ok(Self { queue: Some(sender), thread: Some(thread), report })
    }

    /// Hands work over, or gives it its refusal when the queue is full.
    pub fn submit(&self, transaction: StoreTransaction) {
        let Some(queue) = &self.queue else { return transaction.finish(Err(StoreFailure::Stopping)) };
        match queue.try_send(transaction) {
            Ok(()) => {}
            Err(TrySendError::Full(transaction)) => transaction.finish(Err(StoreFailure::Busy)),
            Err(TrySendError::Disconnected(transaction)) => transaction.finish(Err(StoreFailure::Stopping)),
        }
    }

    pub fn report(&self) -> StoreReport {
        *self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finishes what was accepted and waits for the thread.
    pub fn close(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

impl WriterLoop {
    fn run(&self, queue: &Receiver<StoreTransaction>) -> Result<(), StorageError> {
        while let Ok(first) = queue.recv() {
            let mut group = vec![first];
            group.extend(queue.try_iter().take(self.group - 1));
            let done = self.commit(group);
            // whoever has its answer finds its event announced
            let announced = self.announce_events();
            let mut stopped = Ok(());
            for (work, outcome) in done {
                stopped = stopped
                    .and(outcome.as_ref().err().and_then(StoreFailure::stopped_database).map_or(Ok(()), Err));
                work.finish(outcome);
            }
            announced.and(stopped)?;
        }
        Ok(())
    }

    /// Commits a group together, or each alone where together fails; each comes back with its outcome.
    fn commit(&self, mut group: Vec<StoreTransaction>) -> Vec<Committed> {
        if group.len() > 1 {
            let started = Instant::now();
            let together = self.store.write(|write| group.iter_mut().try_for_each(|work| work.run(write)));
            if together.is_ok() {
                self.count(group.len(), false, started.elapsed());
                return group.into_iter().map(|work| (work, Ok(()))).collect();
            }
        }
        group.into_iter().map(|work| self.commit_alone(work)).collect()
    }

    fn commit_alone(&self, mut work: StoreTransaction) -> Committed {
        let started = Instant::now();
        let outcome = self.store.write(|write| work.run(write));
        self.count(1, outcome.is_err(), started.elapsed());
        if let Err(failure) = &outcome {
            tracing::warn!(work = work.label(), error = %failure, "a write failed");
        }
        (work, outcome)
    }

    fn count(&self, transactions: usize, failed: bool, took: Duration) {
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.commits += 1;
        report.transactions += transactions as u64;
        report.largest_group = report.largest_group.max(transactions);
        report.failures += u64::from(failed);
        report.in_commits = report.in_commits.saturating_add(took);
        report.slowest_commit = report.slowest_commit.max(took);
    }

    /// Tells those who wait for events how far the outbox reaches now.
    fn announce_events(&self) -> Result<(), StorageError> {
        let next = self.store.read()?.next_event()?;
        self.events.send_if_modified(|known| std::mem::replace(known, next) != next);
        Ok(())
    }
}
