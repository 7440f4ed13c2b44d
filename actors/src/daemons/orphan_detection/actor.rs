//! The actor itself. Supervised by `daemons`, one for one; a restart begins anew, which finds nothing twice that was mended.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_config::{KeepingSection, StorageSection};
use rr_proto::{Event, GameId, Games, NodeId, OrphanGamesDetected, OrphanGamesRegistered, UnixMillis};
use rr_storage::{BlobStore, DataLayout, StorageError};
use serde::Serialize;

use super::files::{restore, rows_of};
use super::found::{FoundOrphans, reconcile};
use super::games::look_at_games;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::error::{BusFailure, StoreFailure};
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// What the detection is told.
#[derive(Debug)]
pub enum OrphanDetectionMsg {
    /// Look now.
    Look,
    /// A look has ended. Sent by the look.
    Looked(Result<OrphanLook, OrphanFailure>),
}

/// What a look found and mended.
#[derive(Debug, Clone, Default)]
pub struct OrphanLook {
    files: FoundOrphans,
    games: FoundOrphans,
    registered: u64,
    entered: Games,
    next: Option<GameId>,
}

/// Why a look came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum OrphanFailure {
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// The disk could not be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The thread that reads was lost.
    #[error("the thread that reads was lost")]
    Lost,
}

/// What the detection needs.
#[derive(Clone)]
pub struct OrphanDetectionArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Files named by their hash.
    pub blobs: Arc<BlobStore>,
    /// Where copies may lie.
    pub layout: DataLayout,
    /// How long a reference may be on its way.
    pub storage: StorageSection,
    /// How often it looks.
    pub keeping: KeepingSection,
    /// Events.
    pub publisher: EventPublisher,
    /// This node.
    pub node: NodeId,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// This actor, for its looks.
    pub myself: Address<OrphanDetectionMsg>,
    /// Shows the state.
    pub observer: Observer,
}

/// Finds orphans.
pub struct OrphanDetectionActor;

/// What was told, and where the next look at the games begins.
pub struct OrphanDetectionState {
    args: OrphanDetectionArgs,
    health: DaemonHealth,
    looking: bool,
    from: Option<GameId>,
    /// Games that the present round through all of them could not mend.
    games: FoundOrphans,
    told: FoundOrphans,
    numbers: OrphanNumbers,
    _ticker: Ticker,
}

/// What the detection shows.
#[derive(Debug, Clone, Default, Serialize)]
struct OrphanNumbers {
    looks: u64,
    orphans: u64,
    orphan_bytes: u64,
    registered: u64,
    games: u64,
}

impl Actor for OrphanDetectionActor {
    type Msg = OrphanDetectionMsg;
    type State = OrphanDetectionState;
    type Arguments = OrphanDetectionArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<OrphanDetectionMsg>,
        args: OrphanDetectionArgs,
    ) -> Result<OrphanDetectionState, ActorProcessingErr> {
        let every = Duration::from_secs(args.keeping.orphan_interval_seconds);
        let ticker = Ticker::every(&args.myself, every, || OrphanDetectionMsg::Look);
        let health = DaemonHealth::new(Arc::clone(&args.clock));
        let numbers = OrphanNumbers::default();
        args.observer.show(health.with(&numbers));
        Ok(OrphanDetectionState {
            args,
            health,
            looking: false,
            from: None,
            games: FoundOrphans::default(),
            told: FoundOrphans::default(),
            numbers,
            _ticker: ticker,
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<OrphanDetectionMsg>,
        message: OrphanDetectionMsg,
        state: &mut OrphanDetectionState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            OrphanDetectionMsg::Look => state.look(),
            OrphanDetectionMsg::Looked(look) => state.looked(look).await,
        }
        state.args.observer.show(state.health.with(&state.numbers));
        Ok(())
    }
}

impl OrphanDetectionState {
    fn look(&mut self) {
        if std::mem::replace(&mut self.looking, true) {
            return;
        }
        let (args, from) = (self.args.clone(), self.from);
        tokio::spawn(async move {
            let look = look(&args, from).await;
            let _ = args.myself.cast(OrphanDetectionMsg::Looked(look)); // gone with its supervisor
        });
    }

    async fn looked(&mut self, look: Result<OrphanLook, OrphanFailure>) {
        self.looking = false;
        let look = match look {
            Ok(look) => look,
            Err(failure) => return self.health.failed("ORPHAN_DETECTION", &failure),
        };
        self.from = look.next;
        self.games.absorb(look.games);
        let mut found = look.files;
        found.absorb(self.games.clone());
        if look.next.is_none() {
            self.games = FoundOrphans::default(); // the round is over; the next one finds anew what is left
        }
        self.numbers.looks += 1;
        self.numbers.registered += look.registered;
        self.numbers.games += look.entered.get();
        (self.numbers.orphans, self.numbers.orphan_bytes, _) = found.summary();
        match self.tell(found, look.registered, look.entered).await {
            Ok(()) => self.health.worked(),
            Err(failure) => self.health.failed("ORPHAN_DETECTION", &failure),
        }
    }

    async fn tell(&mut self, found: FoundOrphans, registered: u64, games: Games) -> Result<(), BusFailure> {
        let (node, at) = (self.args.node.clone(), UnixMillis(self.args.clock.unix_ms()));
        let mut events: Vec<Event> = Vec::new();
        if found.has_news(&self.told) {
            let (count, bytes, examples) = found.summary();
            events.push(OrphanGamesDetected { node: node.clone(), count, bytes, examples, at }.into());
        }
        if registered > 0 {
            events.push(OrphanGamesRegistered { node, registered, games, at }.into());
        }
        self.args.publisher.publish_together(events).await?;
        self.told = found;
        Ok(())
    }
}

async fn look(args: &OrphanDetectionArgs, from: Option<GameId>) -> Result<OrphanLook, OrphanFailure> {
    let now = UnixMillis(args.clock.unix_ms());
    let games = look_at_games(&args.store, from, now).await?;
    let (files, models) = look_at_files(args, now).await?;
    Ok(OrphanLook {
        files,
        games: games.left,
        registered: games.entered.get() + models,
        entered: games.entered,
        next: games.next,
    })
}

/// Compares files with references, mends what can be; returns what is left, and how much was mended.
async fn look_at_files(
    args: &OrphanDetectionArgs,
    now: UnixMillis,
) -> Result<(FoundOrphans, u64), OrphanFailure> {
    let grace = Duration::from_secs(args.storage.blob_grace_seconds);
    let wall = UNIX_EPOCH + Duration::from_millis(now.get());
    let put_before = wall.checked_sub(grace).unwrap_or(UNIX_EPOCH);
    let live = args.store.query("live blobs", |snapshot| snapshot.live_blobs()).await?;
    let (blobs, layout) = (Arc::clone(&args.blobs), args.layout.clone());
    let work = move || -> Result<_, StorageError> {
        let found = reconcile(&blobs.list()?, &live, put_before);
        let back = if found.missing.is_empty() {
            std::collections::BTreeSet::new()
        } else {
            restore(&blobs, &layout, &found.missing)?
        };
        let rows =
            if found.orphans.is_empty() { Vec::new() } else { rows_of(&blobs, &layout, &found.orphans, now) };
        Ok((found, back, rows))
    };
    let (found, back, rows) = tokio::task::spawn_blocking(work).await.map_err(|_| OrphanFailure::Lost)??;
    let registered: Vec<_> = rows.iter().map(|row| row.id).collect();
    for row in rows {
        tracing::warn!(model = %row.id, "a model without a row was recorded again by its card");
        let _ = args.store.append_model(row).await?;
    }
    let mut left = FoundOrphans::default();
    let orphans = found.orphans.iter().filter(|(id, _)| !registered.contains(&rr_proto::ModelId::from(**id)));
    orphans.for_each(|(id, bytes)| left.add(format!("file {id} (nothing refers to it)"), *bytes));
    let missing = found.missing.difference(&back);
    missing.for_each(|id| left.add(format!("file {id} (it is referred to and gone)"), 0));
    Ok((left, (back.len() + registered.len()) as u64))
}

#[cfg(test)]
mod tests;
