//! The actor itself. Supervised by `daemons`, one for one; a restart looks again at once. What it remembers of files is only a saving:
//! games are stored by their hash.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_config::SyncSection;
use rr_proto::{DataSyncCompleted, DataSyncFailed, ErrorCode, Event, FailureNote, Games, NodeId, UnixMillis};
use serde::Serialize;

use super::folder::GameFolder;
use super::round::{SETTLED, SyncOutcome, SyncRound};
use super::settling::Settling;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::daemons::rounds::Rounds;
use crate::permit::{HoldReason, WorkPermit};
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// Rounds that bring nothing are told of this often, so that others know that transfers work.
const TOLD_EVERY: Duration = Duration::from_secs(15 * 60);
/// Bytes of a mebibyte.
const MIB: u64 = 1 << 20;
/// Seconds of a day.
const DAY: u64 = 86_400;

/// What the data pipeline is told.
#[derive(Debug)]
pub enum DataPipelineMsg {
    /// Look for games now.
    Look,
    /// This is what a round came to. Sent by the round.
    Done(SyncRoundEnd),
}

/// Says how a round ended, and how long it took.
#[derive(Debug)]
pub struct SyncRoundEnd {
    outcome: SyncOutcome,
    duration_ms: u64,
}

/// What the data pipeline needs.
#[derive(Clone)]
pub struct DataPipelineArgs {
    /// How often, and from where.
    pub settings: SyncSection,
    /// Time after which files that changed are looked at again, rather than a whole round later.
    pub soon: Duration,
    /// The folder into which others put games.
    pub inbox: PathBuf,
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// This node.
    pub node: NodeId,
    /// Whether there is room for games.
    pub permit: WorkPermit,
    /// This actor, for rounds.
    pub myself: Address<DataPipelineMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Takes games in.
pub struct DataPipelineActor;

/// What is known of files, and how rounds went.
pub struct DataPipelineState {
    args: DataPipelineArgs,
    _ticker: Ticker,
    health: DaemonHealth,
    rounds: Rounds,
    settling: Settling,
    failures: u32,
    told: Option<Duration>,
    numbers: PipelineNumbers,
}

/// What the pipeline shows.
#[derive(Debug, Default, Serialize)]
struct PipelineNumbers {
    inbox: String,
    rounds: u64,
    files: u64,
    bytes: u64,
    games: u64,
    /// Games that were stored before they came.
    known: u64,
    quarantined: u64,
    /// Files that wait to come to rest.
    waiting: u64,
    failures_in_a_row: u32,
    /// Why nothing is taken in now.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<String>,
}

impl Actor for DataPipelineActor {
    type Msg = DataPipelineMsg;
    type State = DataPipelineState;
    type Arguments = DataPipelineArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<DataPipelineMsg>,
        args: DataPipelineArgs,
    ) -> Result<DataPipelineState, ActorProcessingErr> {
        let every = Duration::from_secs(args.settings.interval_seconds);
        let ticker = Ticker::every(&args.myself, every, || DataPipelineMsg::Look);
        myself.cast(DataPipelineMsg::Look)?;
        let health = DaemonHealth::new(args.clock.clone());
        let numbers =
            PipelineNumbers { inbox: args.inbox.display().to_string(), ..PipelineNumbers::default() };
        Ok(DataPipelineState {
            args,
            _ticker: ticker,
            health,
            rounds: Rounds::default(),
            settling: Settling::default(),
            failures: 0,
            told: None,
            numbers,
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<DataPipelineMsg>,
        message: DataPipelineMsg,
        state: &mut DataPipelineState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            DataPipelineMsg::Look => state.look(),
            DataPipelineMsg::Done(end) => state.done(end).await,
        }
        Ok(())
    }
}

impl DataPipelineState {
    /// Starts a round, one at a time; none while the disk is short.
    fn look(&mut self) {
        let holds = self.args.permit.holds();
        let full = holds.into_iter().find(|hold| hold.reason == HoldReason::Disk);
        self.numbers.held = full.map(|hold| hold.detail);
        if self.numbers.held.is_some() {
            return self.args.observer.show(self.health.with(&self.numbers));
        }
        if !self.rounds.are_over() {
            return;
        }
        let (round, settling) = (self.round(), std::mem::take(&mut self.settling));
        let (actor, clock) = (self.args.myself.clone(), Arc::clone(&self.args.clock));
        self.rounds.begin(async move {
            let started = clock.monotonic();
            let outcome = round.run(settling).await;
            let took = clock.monotonic().saturating_sub(started);
            let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            let _ = actor.cast(DataPipelineMsg::Done(SyncRoundEnd { outcome, duration_ms })); // gone with its supervisor
        });
    }

    fn round(&self) -> SyncRound {
        let settings = &self.args.settings;
        let sources = settings.sources.iter().cloned().map(GameFolder::source);
        SyncRound {
            folders: std::iter::once(GameFolder::inbox(self.args.inbox.clone())).chain(sources).collect(),
            max_bytes: settings.max_file_mb.saturating_mul(MIB),
            still: Duration::from_secs(settings.interval_seconds).max(SETTLED),
            keep_done: (settings.keep_done_days > 0)
                .then(|| Duration::from_secs(settings.keep_done_days.saturating_mul(DAY))),
            store: self.args.store.clone(),
            publisher: self.args.publisher.clone(),
            node: self.args.node.clone(),
            clock: Arc::clone(&self.args.clock),
        }
    }

    /// Counts a round, and tells how it ended.
    async fn done(&mut self, SyncRoundEnd { mut outcome, duration_ms }: SyncRoundEnd) {
        self.rounds.end();
        self.settling = std::mem::take(&mut outcome.settling);
        self.numbers.rounds += 1;
        self.numbers.files += outcome.files;
        self.numbers.bytes += outcome.bytes;
        self.numbers.games += outcome.games;
        self.numbers.known += outcome.known;
        self.numbers.quarantined += outcome.quarantined;
        self.numbers.waiting = outcome.waiting;
        let recovered = outcome.troubles.is_empty() && self.failures > 0;
        match in_one(&outcome.troubles) {
            None => {
                self.failures = 0;
                self.health.worked();
            }
            Some(failure) => {
                self.failures += 1;
                self.health.failed("data-pipeline", &failure.message);
                self.tell(self.failed(failure)).await;
            }
        }
        let silent =
            self.told.is_none_or(|told| self.args.clock.monotonic().saturating_sub(told) >= TOLD_EVERY);
        if outcome.troubles.is_empty() && (outcome.files > 0 || recovered || silent) {
            self.told = Some(self.args.clock.monotonic());
            self.tell(self.completed(&outcome, duration_ms)).await;
        }
        self.numbers.failures_in_a_row = self.failures;
        self.args.observer.show(self.health.with(&self.numbers));
        if outcome.soon {
            self.look_soon();
        }
    }

    /// Looks again once files that moved may have come to rest, rather than a whole round later.
    fn look_soon(&self) {
        let (actor, soon) = (self.args.myself.clone(), self.args.soon);
        tokio::spawn(async move {
            tokio::time::sleep(soon).await;
            let _ = actor.cast(DataPipelineMsg::Look); // gone with its supervisor
        });
    }

    fn completed(&self, outcome: &SyncOutcome, duration_ms: u64) -> Event {
        let (games, bytes) = (Games(outcome.games), outcome.bytes);
        if outcome.files > 0 {
            let (files, known) = (outcome.files, outcome.known);
            tracing::info!(files, games = outcome.games, known, bytes, "games were taken in");
        }
        let node = self.args.node.clone();
        DataSyncCompleted { node, config: None, games, bytes, duration_ms, at: self.now() }.into()
    }

    fn failed(&self, failure: FailureNote) -> Event {
        let (node, consecutive) = (self.args.node.clone(), self.failures);
        DataSyncFailed { node, config: None, consecutive, failure, at: self.now() }.into()
    }

    async fn tell(&self, event: Event) {
        let name = event.name();
        if let Err(error) = self.args.publisher.publish(event, None).await {
            tracing::warn!(event = name, %error, "nobody was told how a transfer ended");
        }
    }

    fn now(&self) -> UnixMillis {
        UnixMillis(self.args.clock.unix_ms())
    }
}

/// Puts the troubles of a round into one note: the first in full, the others by number.
fn in_one(troubles: &[FailureNote]) -> Option<FailureNote> {
    let first = troubles.first()?;
    let more = match troubles.len() {
        1 => String::new(),
        count => format!(" (and {} more; the log has all of them)", count - 1),
    };
    let code =
        if troubles.iter().all(|trouble| trouble.code == first.code) { first.code } else { ErrorCode::Io };
    Some(FailureNote { code, message: format!("{}{more}", first.message) })
}

#[cfg(test)]
mod tests;
