//! A piece of work for the store, with the place where its answer goes.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ractor::RpcReplyPort;
use rr_storage::{StorageError, StoreSnapshot, StoreWrite};
use tokio::sync::OwnedSemaphorePermit;
use tracing::Span;

use crate::error::StoreFailure;

/// Where the answer of a piece of work goes.
pub(super) type StoreReply<T> = RpcReplyPort<Result<T, StoreFailure>>;

/// Holds writes that become durable together, and answers once they are.
///
/// The work may run more than once, always from the same state: a transaction that it shared with others is rolled back when
/// one of them fails, and each is then tried alone.
pub struct StoreTransaction {
    label: &'static str,
    work: Box<dyn TransactionWork>,
    /// The span that it is work of: it runs on the store's thread.
    span: Span,
    _permit: Option<OwnedSemaphorePermit>,
}

impl StoreTransaction {
    /// Wraps `work`; `label` names it in logs.
    pub fn new<T, F>(label: &'static str, work: F, reply: RpcReplyPort<Result<T, StoreFailure>>) -> Self
    where
        T: Send + 'static,
        F: FnMut(&mut StoreWrite) -> Result<T, StorageError> + Send + 'static,
    {
        let work = Box::new(TypedWork { work, value: None, reply });
        Self { label, work, span: Span::current(), _permit: None }
    }

    /// Lets the work keep its place in the queue until it has been answered.
    pub(super) fn holding(self, permit: OwnedSemaphorePermit) -> Self {
        Self { _permit: Some(permit), ..self }
    }

    pub(super) fn label(&self) -> &'static str {
        self.label
    }

    /// Runs the work in a transaction that others may share.
    pub(super) fn run(&mut self, write: &mut StoreWrite) -> Result<(), StoreFailure> {
        let label = self.label;
        let _in = self.span.enter();
        catch_unwind(AssertUnwindSafe(|| self.work.run(write)))
            .unwrap_or(Err(StoreFailure::Panicked { label }))
    }

    /// Answers: with what the work returned when its transaction is durable, with the failure otherwise.
    pub(super) fn finish(self, outcome: Result<(), StoreFailure>) {
        self.work.finish(outcome);
    }
}

impl fmt::Debug for StoreTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StoreTransaction").field(&self.label).finish()
    }
}

trait TransactionWork: Send {
    fn run(&mut self, write: &mut StoreWrite) -> Result<(), StoreFailure>;
    fn finish(self: Box<Self>, outcome: Result<(), StoreFailure>);
}

struct TypedWork<T, F> {
    work: F,
    value: Option<T>,
    reply: StoreReply<T>,
}

impl<T, F> TransactionWork for TypedWork<T, F>
where
    T: Send + 'static,
    F: FnMut(&mut StoreWrite) -> Result<T, StorageError> + Send,
{
    fn run(&mut self, write: &mut StoreWrite) -> Result<(), StoreFailure> {
        self.value = Some((self.work)(write)?);
        Ok(())
    }

    fn finish(self: Box<Self>, outcome: Result<(), StoreFailure>) {
        let answer = match (outcome, self.value) {
            (Ok(()), Some(value)) => Ok(value),
            (Ok(()), None) => Err(StoreFailure::NotRun),
            (Err(failure), _) => Err(failure),
        };
        let _ = self.reply.send(answer); // the write stands whether or not somebody still waits
    }
}

/// Holds a reading of the committed state, and answers with what it found.
pub struct StoreQuery {
    label: &'static str,
    work: Box<dyn FnOnce(Result<StoreSnapshot, StoreFailure>) + Send>,
}

impl StoreQuery {
    /// Wraps `work`; `label` names it in logs.
    pub fn new<T, F>(label: &'static str, work: F, reply: RpcReplyPort<Result<T, StoreFailure>>) -> Self
    where
        T: Send + 'static,
        F: FnOnce(&StoreSnapshot) -> Result<T, StorageError> + Send + 'static,
    {
        let answer = move |snapshot: Result<StoreSnapshot, StoreFailure>| {
            let found = snapshot.and_then(|snapshot| {
                let run = AssertUnwindSafe(|| work(&snapshot).map_err(StoreFailure::from));
                catch_unwind(run).unwrap_or(Err(StoreFailure::Panicked { label }))
            });
            let _ = reply.send(found); // the asker may have given up
        };
        Self { label, work: Box::new(answer) }
    }

    /// Runs the reading on `snapshot`.
    pub(super) fn run(self, snapshot: Result<StoreSnapshot, StorageError>) {
        (self.work)(snapshot.map_err(StoreFailure::from));
    }
}

impl fmt::Debug for StoreQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StoreQuery").field(&self.label).finish()
    }
}
