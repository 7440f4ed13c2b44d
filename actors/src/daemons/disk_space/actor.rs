//! The actor itself. Supervised by `daemons`, one for one; a restart looks again at once, and what it held stays held until then.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_config::{KeepingSection, StorageSection};
use rr_proto::{DiskCleanupTriggered, NodeId, UnixMillis};
use serde::Serialize;

use super::level::{DiskLevel, DiskLimits};
use super::news::DiskNews;
use super::probe::{DiskProbe, DiskReading};
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::daemons::cleaning::{Cleaned, Cleaner, CleaningPolicy, CleaningTask};
use crate::error::BusFailure;
use crate::permit::{HoldReason, WorkPermit};
use crate::supervision::{Address, Observer, Ticker};

/// Time between two cleanups while the disk stays as short as it was.
const CLEAN_AGAIN: Duration = Duration::from_secs(600);

/// What the disk watch is told.
#[derive(Debug)]
pub enum DiskSpaceMsg {
    /// Look now.
    Look,
    /// This is what a look found. Sent by the look.
    Found(io::Result<DiskReading>),
    /// A cleanup has ended. Sent by the cleanup.
    CleanedUp(DiskCleanup),
}

/// What a cleanup did.
#[derive(Debug, Clone, Default)]
pub struct DiskCleanup {
    tasks: Vec<String>,
    cleaned: Cleaned,
    duration: Duration,
    failure: Option<String>,
}

/// What the disk watch needs.
#[derive(Clone)]
pub struct DiskSpaceArgs {
    /// The bounds of held work.
    pub storage: StorageSection,
    /// How the disk is watched.
    pub keeping: KeepingSection,
    /// The folder, for people.
    pub folder: String,
    /// Reads the disk.
    pub probe: Arc<dyn DiskProbe>,
    /// Cleans up.
    pub cleaner: Cleaner,
    /// Holds new work.
    pub permit: WorkPermit,
    /// Events.
    pub publisher: EventPublisher,
    /// This node.
    pub node: NodeId,
    /// This actor, for looks.
    pub myself: Address<DiskSpaceMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Watches the disk.
pub struct DiskSpaceActor;

/// The level, and what was done about it.
pub struct DiskSpaceState {
    args: DiskSpaceArgs,
    limits: DiskLimits,
    health: DaemonHealth,
    news: DiskNews,
    looking: bool,
    cleaning: bool,
    /// At which level and when the last cleanup began.
    last_cleanup: Option<(DiskLevel, Duration)>,
    numbers: DiskNumbers,
    _ticker: Ticker,
}

/// What the disk watch shows.
#[derive(Debug, Clone, Default, Serialize)]
struct DiskNumbers {
    level: DiskLevel,
    #[serde(flatten)]
    reading: DiskReading,
    cleanups: u64,
    freed_bytes: u64,
}

impl Actor for DiskSpaceActor {
    type Msg = DiskSpaceMsg;
    type State = DiskSpaceState;
    type Arguments = DiskSpaceArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<DiskSpaceMsg>,
        args: DiskSpaceArgs,
    ) -> Result<DiskSpaceState, ActorProcessingErr> {
        let every = Duration::from_secs(args.keeping.disk_interval_seconds);
        let ticker = Ticker::every(&args.myself, every, || DiskSpaceMsg::Look);
        myself.cast(DiskSpaceMsg::Look)?;
        Ok(DiskSpaceState {
            limits: DiskLimits::new(&args.storage, &args.keeping),
            health: DaemonHealth::new(Arc::clone(&args.clock)),
            news: DiskNews::new(args.node.clone(), args.folder.clone()),
            looking: false,
            cleaning: false,
            last_cleanup: None,
            numbers: DiskNumbers::default(),
            _ticker: ticker,
            args,
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<DiskSpaceMsg>,
        message: DiskSpaceMsg,
        state: &mut DiskSpaceState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            DiskSpaceMsg::Look => state.look(),
            DiskSpaceMsg::Found(reading) => state.found(reading).await,
            DiskSpaceMsg::CleanedUp(cleanup) => state.cleaned_up(cleanup).await,
        }
        state.args.observer.show(state.health.with(&state.numbers));
        Ok(())
    }
}

impl DiskSpaceState {
    /// Looks on another thread, one look at a time: a network's disk may take its time.
    fn look(&mut self) {
        if std::mem::replace(&mut self.looking, true) {
            return;
        }
        let (probe, actor) = (Arc::clone(&self.args.probe), self.args.myself.clone());
        tokio::task::spawn_blocking(move || {
            let _ = actor.cast(DiskSpaceMsg::Found(probe.read())); // gone with its supervisor
        });
    }

    async fn found(&mut self, reading: io::Result<DiskReading>) {
        self.looking = false;
        let reading = match reading {
            Ok(reading) => reading,
            Err(error) => return self.health.failed("DISK_SPACE_MANAGER", &error),
        };
        let before = self.numbers.level;
        let level = before.next(reading, &self.limits);
        (self.numbers.level, self.numbers.reading) = (level, reading);
        // Held before it is told: the telling itself takes room.
        if level >= DiskLevel::Critical {
            self.args.permit.hold(HoldReason::Disk, self.in_words(reading));
        } else {
            // Whether this life held it or the one before.
            self.args.permit.release(HoldReason::Disk);
        }
        if level != before {
            tracing::warn!(?level, detail = self.in_words(reading), "the room on the disk changed its level");
        }
        match self.tell(level, reading).await {
            Ok(()) => self.health.worked(),
            Err(failure) => self.health.failed("DISK_SPACE_MANAGER", &failure),
        }
        self.clean_if_due(level);
    }

    async fn tell(&mut self, level: DiskLevel, reading: DiskReading) -> Result<(), BusFailure> {
        let mut news = self.news.clone();
        let events = news.look(level, reading, UnixMillis(self.args.clock.unix_ms()));
        self.args.publisher.publish_together(events).await?;
        self.news = news;
        Ok(())
    }

    /// Cleans up when the disk gets shorter than at the last cleanup, and now and then while it stays short.
    fn clean_if_due(&mut self, level: DiskLevel) {
        let now = self.args.clock.monotonic();
        let again = self
            .last_cleanup
            .is_none_or(|(at_level, at)| level > at_level || now.saturating_sub(at) >= CLEAN_AGAIN);
        if level == DiskLevel::Normal {
            self.last_cleanup = None;
        } else if again && !self.cleaning {
            (self.cleaning, self.last_cleanup) = (true, Some((level, now)));
            let actor = self.args.myself.clone();
            let cleanup = clean_up(self.args.clone(), self.limits, level);
            tokio::spawn(async move {
                let _ = actor.cast(DiskSpaceMsg::CleanedUp(cleanup.await)); // gone with its supervisor
            });
        }
    }

    async fn cleaned_up(&mut self, cleanup: DiskCleanup) {
        self.cleaning = false;
        self.numbers.cleanups += 1;
        self.numbers.freed_bytes += cleanup.cleaned.bytes;
        let event = DiskCleanupTriggered {
            node: self.args.node.clone(),
            tasks: cleanup.tasks,
            files: cleanup.cleaned.files,
            freed_bytes: cleanup.cleaned.bytes,
            duration_ms: u64::try_from(cleanup.duration.as_millis()).unwrap_or(u64::MAX),
            at: UnixMillis(self.args.clock.unix_ms()),
        };
        let told = self.args.publisher.publish_together(vec![event.into()]).await;
        match (cleanup.failure, told) {
            (Some(failure), _) => self.health.failed("DISK_SPACE_MANAGER", &failure),
            (None, Err(failure)) => self.health.failed("DISK_SPACE_MANAGER", &failure),
            (None, Ok(())) => self.health.worked(),
        }
        self.look(); // work that was held may go on
    }

    fn in_words(&self, reading: DiskReading) -> String {
        let mib = |bytes: u64| bytes / (1024 * 1024);
        let (free, total) = (mib(reading.free_bytes), mib(reading.total_bytes));
        format!("{}: {free} of {total} MiB free; free space or move the data folder", self.args.folder)
    }
}

/// Takes away what can go, kind by kind, until there is room.
async fn clean_up(args: DiskSpaceArgs, limits: DiskLimits, level: DiskLevel) -> DiskCleanup {
    let policy = CleaningPolicy::new(&args.storage, &args.keeping);
    let policy = if level >= DiskLevel::Critical { policy.while_short() } else { policy };
    let began = args.clock.monotonic();
    let mut cleanup = DiskCleanup::default();
    for task in CleaningTask::ALL {
        match args.cleaner.clean(task, &policy).await {
            Ok(cleaned) => {
                cleanup.tasks.push(task.name().to_owned());
                cleanup.cleaned.files += cleaned.files;
                cleanup.cleaned.bytes += cleaned.bytes;
            }
            // The next kind may still make room.
            Err(failure) => cleanup.failure = Some(failure.to_string()),
        }
        let probe = Arc::clone(&args.probe);
        let reading = tokio::task::spawn_blocking(move || probe.read()).await;
        if matches!(reading, Ok(Ok(reading)) if level.next(reading, &limits) == DiskLevel::Normal) {
            break;
        }
    }
    cleanup.duration = args.clock.monotonic().saturating_sub(began);
    cleanup
}

#[cfg(test)]
mod tests;
