//! The store actor. Supervised by the node, first of all; when it restarts everything restarts with it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use rr_storage::{Compaction, StorageError, Store, StoreOptions};
use tokio::sync::{Semaphore, watch};

use super::transaction::{StoreQuery, StoreTransaction};
use super::writer::{StoreReport, Writer};
use crate::error::StoreFailure;

/// Snapshots that are read at the same time; further readings wait for their turn.
const READERS: usize = 4;

/// How long a start waits for readers of the life before to let go of the database.
const HANDOVER: Duration = Duration::from_secs(2);

/// What the store can be asked. Work answers through the reply it carries.
#[derive(Debug)]
pub enum StoreMsg {
    /// Make these writes durable together.
    Write(StoreTransaction),
    /// Read what is committed, beside the writer.
    Read(StoreQuery),
    /// Make the file smaller, where this share of it is unused.
    Compact(f64, RpcReplyPort<Result<Compaction, StoreFailure>>),
    /// Hand out the place that the next event will get, kept up to date after every commit.
    WatchEvents(RpcReplyPort<watch::Receiver<u64>>),
    /// Count what you have done.
    Report(RpcReplyPort<StoreReport>),
    /// The writing thread has ended for this reason. Sent by the thread.
    WriterEnded(String),
}

/// What the store is started with.
#[derive(Debug, Clone)]
pub struct StoreArgs {
    /// The database file.
    pub path: PathBuf,
    /// How it is opened.
    pub options: StoreOptions,
    /// Writes that may wait; more are refused.
    pub queue: usize,
    /// Writes that may share a commit.
    pub group: usize,
}

impl StoreArgs {
    /// Opens the database at `path` with a queue of 1,024 writes, 256 to a commit.
    pub fn new(path: PathBuf, options: StoreOptions) -> Self {
        Self { path, options, queue: 1_024, group: 256 }
    }
}

/// Owns the database; the only one that writes it.
#[derive(Debug)]
pub struct StoreActor;

/// What the store actor holds while it runs.
pub struct StoreState {
    store: Arc<Store>,
    writer: Option<Writer>,
    readers: Arc<Semaphore>,
    events: watch::Receiver<u64>,
}

impl Actor for StoreActor {
    type Msg = StoreMsg;
    type State = StoreState;
    type Arguments = StoreArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<StoreMsg>,
        args: StoreArgs,
    ) -> Result<StoreState, ActorProcessingErr> {
        let store = Arc::new(open(&args).await?);
        let (sender, events) = watch::channel(store.read()?.next_event()?);
        let ended = move |reason| drop(myself.cast(StoreMsg::WriterEnded(reason)));
        let writer = Writer::start(Arc::clone(&store), (args.queue, args.group), sender, ended)?;
        let writer = Some(writer);
        Ok(StoreState { store, writer, readers: Arc::new(Semaphore::new(READERS)), events })
    }

    async fn post_stop(
        &self,
        _: ActorRef<StoreMsg>,
        state: &mut StoreState,
    ) -> Result<(), ActorProcessingErr> {
        state.finish().await
    }

    async fn handle(
        &self,
        _myself: ActorRef<StoreMsg>,
        message: StoreMsg,
        state: &mut StoreState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            StoreMsg::Write(transaction) => state.write(transaction),
            StoreMsg::Read(query) => state.read(query),
            StoreMsg::Compact(worth, reply) => state.compact(worth, reply),
            StoreMsg::WatchEvents(reply) => answer(reply, state.events.clone()),
            StoreMsg::Report(reply) => answer(reply, state.report()),
            StoreMsg::WriterEnded(reason) => return Err(StoreFailure::WriterEnded { reason }.into()),
        }
        Ok(())
    }
}

impl StoreState {
    fn write(&self, transaction: StoreTransaction) {
        match &self.writer {
            Some(writer) => writer.submit(transaction),
            None => transaction.finish(Err(StoreFailure::Stopping)),
        }
    }

    fn report(&self) -> StoreReport {
        self.writer.as_ref().map_or_else(StoreReport::default, Writer::report)
    }

    fn read(&self, query: StoreQuery) {
        let (store, readers) = (Arc::clone(&self.store), Arc::clone(&self.readers));
        tokio::spawn(async move {
            let Ok(_turn) = readers.acquire_owned().await else { return };
            let _ = tokio::task::spawn_blocking(move || query.run(store.read())).await;
        });
    }

    /// Compacts beside the writer; readers take no turn meanwhile, and one that is still at it makes the store busy.
    fn compact(&self, worth: f64, reply: RpcReplyPort<Result<Compaction, StoreFailure>>) {
        let (store, readers) = (Arc::clone(&self.store), Arc::clone(&self.readers));
        tokio::spawn(async move {
            let all = u32::try_from(READERS).unwrap_or(u32::MAX);
            let Ok(_turns) = readers.acquire_many_owned(all).await else { return };
            let compacted = tokio::task::spawn_blocking(move || store.compact(worth)).await;
            let outcome = compacted.map_err(|_| StoreFailure::NotRun).and_then(|done| Ok(done?));
            let _ = reply.send(outcome); // the asker may have given up
        });
    }

    /// Commits what was accepted, lets readers end, and closes the database.
    async fn finish(&mut self) -> Result<(), ActorProcessingErr> {
        let readers = u32::try_from(READERS)?;
        let _all = Arc::clone(&self.readers).acquire_many_owned(readers).await;
        self.readers.close();
        if let Some(mut writer) = self.writer.take() {
            tokio::task::spawn_blocking(move || writer.close()).await?;
        }
        Ok(())
    }
}

/// Sends a reply; the asker may have given up.
fn answer<T: Send + 'static>(reply: RpcReplyPort<T>, value: T) {
    let _ = reply.send(value);
}

/// Opens the database off the runtime's threads: after a crash it may have to be repaired first.
async fn open(args: &StoreArgs) -> Result<Store, ActorProcessingErr> {
    let deadline = tokio::time::Instant::now() + HANDOVER;
    loop {
        let (path, options) = (args.path.clone(), args.options);
        match tokio::task::spawn_blocking(move || Store::open(&path, options)).await? {
            // a reading of the life before may still hold it
            Err(StorageError::Locked { .. }) if tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => return Ok(opened?),
        }
    }
}
