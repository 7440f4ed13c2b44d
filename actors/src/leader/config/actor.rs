//! The actor itself. Supervised by `leader`; nothing restarts with it, since workers keep what they were told.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{
    BudgetPolicy, FeedbackState, LoopCommand, LoopInput, LoopParams, LoopStage, LoopState, PlayOrder,
    RatedPlayer,
};
use rr_engine::board::GameConfig;
use rr_proto::{ConfigKey, Event, EventHeader, EventKind, JobId, RatingEstimate, UnixMillis};
use rr_storage::{StateWrite, StorageError, StoreWrite};
use tokio::sync::watch;

use super::inputs::input_of;
use super::message::{ConfigMsg, ConfigReport};
use crate::bus::{BusMsg, Delivery, DurableSubscription, EventFilter, EventPublisher, EventSink, StartFrom};
use crate::clock::Clock;
use crate::error::{BusFailure, StoreFailure};
use crate::leader::curriculum::CurriculumMsg;
use crate::leader::promotion::PromotionMsg;
use crate::leader::rating_fit::fit_ratings;
use crate::leader::training_gate::TrainingGateMsg;
use crate::store::StoreAccess;
use crate::supervision::{Address, Ticker};
use crate::workers::arena::ArenaMsg;
use crate::workers::selfplay::SelfPlayMsg;

/// Version of the fold that stored states were made by.
pub(super) const FOLD_VERSION: u16 = 1;
/// Time between two ticks.
const TICK: Duration = Duration::from_secs(1);
/// Ticks after which an order that should be at work is sent again.
const REPEAT_TICKS: u64 = 5;

/// The events that a config turns on.
const KINDS: [EventKind; 13] = [
    EventKind::NewGamesAvailable,
    EventKind::TrainingCompleted,
    EventKind::TrainingFailed,
    EventKind::EvaluationCompleted,
    EventKind::EvaluationFailed,
    EventKind::ModelPromoted,
    EventKind::PromotionFailed,
    EventKind::PromotionRolledBack,
    EventKind::RegressionDetected,
    EventKind::IdleResourceDetected,
    EventKind::HyperparameterUpdated,
    EventKind::ExplorationBoost,
    EventKind::WorkQueued,
];

/// What a config actor needs.
#[derive(Clone)]
pub struct ConfigArgs {
    /// Board and player count.
    pub config: GameConfig,
    /// The numbers that steer the loop.
    pub params: LoopParams,
    /// Whether self-play waits while this config trains or is evaluated.
    pub pause_while_busy: bool,
    /// How many simulations the config's games and its rating call for.
    pub budget: BudgetPolicy,
    /// Simulations that replace the budget's, where a person set them; 0 follows the budget.
    pub simulations: u32,
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// Has runs trained whose data may train.
    pub training: Address<TrainingGateMsg>,
    /// Measures.
    pub arena: Address<ArenaMsg>,
    /// Promotes.
    pub promotion: Address<PromotionMsg>,
    /// Keeps the curriculum.
    pub curriculum: Address<CurriculumMsg>,
    /// The slots of the node, which play.
    pub selfplay: Vec<Address<SelfPlayMsg>>,
    /// The slots that are the config's until the scheduler has shared them out.
    pub slots: BTreeSet<usize>,
    /// This actor, for answers.
    pub myself: Address<ConfigMsg>,
    /// Where the newest report goes.
    pub status: watch::Sender<Option<ConfigReport>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Runs the loop of one config.
pub struct ConfigActor;

/// The fold and what goes with it.
pub struct ConfigState {
    pub(super) args: ConfigArgs,
    pub(super) key: ConfigKey,
    pub(super) fold: LoopState,
    revision: u64,
    pub(super) rating: Option<RatingEstimate>,
    pub(super) slots: BTreeSet<usize>,
    pub(super) feedback: FeedbackState,
    pub(super) work: Option<PlayOrder>,
    pub(super) held: Option<JobId>,
    ticks: u64,
    ticker: Option<Ticker>,
}

impl Actor for ConfigActor {
    type Msg = ConfigMsg;
    type State = ConfigState;
    type Arguments = ConfigArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<ConfigMsg>,
        args: ConfigArgs,
    ) -> Result<ConfigState, ActorProcessingErr> {
        let mut state = ConfigState::load(args).await?;
        state.catch_up().await?;
        state.rate().await;
        state.take_steering().await?;
        state.ticker = Some(Ticker::every(&state.args.myself, TICK, || ConfigMsg::Tick));
        Ok(state)
    }

    async fn post_start(
        &self,
        _myself: ActorRef<ConfigMsg>,
        state: &mut ConfigState,
    ) -> Result<(), ActorProcessingErr> {
        state.subscribe().await?;
        state.resume();
        state.tell();
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<ConfigMsg>,
        message: ConfigMsg,
        state: &mut ConfigState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ConfigMsg::Heard(delivery) => state.heard(delivery).await,
            ConfigMsg::Tick => state.tick().await,
            ConfigMsg::RollBackFailed { job } => state.roll_back_failed(job).await,
            ConfigMsg::Slots(slots) => state.take_slots(slots),
            ConfigMsg::TrainingHeld { job, held } => state.training_held(job, held),
            ConfigMsg::Report(reply) => {
                let _ = reply.send(state.report()); // the asker may have given up
            }
        }
        Ok(())
    }
}

impl ConfigState {
    pub(super) fn args(&self) -> &ConfigArgs {
        &self.args
    }

    pub(super) fn key(&self) -> ConfigKey {
        self.key
    }

    pub(super) fn fold(&self) -> &LoopState {
        &self.fold
    }

    /// Reads the stored state, or starts a new one.
    async fn load(args: ConfigArgs) -> Result<Self, ActorProcessingErr> {
        let key = ConfigKey::new(args.config.board.name(), args.config.players)?;
        let row = args.store.query("config state", move |snapshot| snapshot.config_state(key)).await?;
        let (fold, revision) = match row {
            None => (LoopState::new(key), 0),
            Some(row) if row.fold_version == FOLD_VERSION => {
                let fold = postcard::from_bytes(&row.state)
                    .map_err(|error| format!("the stored state of {key} is damaged: {error}"))?;
                (fold, row.revision)
            }
            Some(row) => {
                let found = row.fold_version;
                return Err(format!(
                    "the stored state of {key} is of version {found}, this build knows {FOLD_VERSION}; use the \
                     build that wrote it"
                )
                .into());
            }
        };
        let slots = args.slots.clone();
        let (rating, feedback, work) = (None, FeedbackState::default(), None);
        Ok(Self {
            args,
            key,
            fold,
            revision,
            rating,
            slots,
            feedback,
            work,
            held: None,
            ticks: 0,
            ticker: None,
        })
    }

    /// Takes over what the store says for certain: the champion and the counts of games.
    async fn catch_up(&mut self) -> Result<(), StoreFailure> {
        let key = self.key;
        let facts = move |s: &rr_storage::StoreSnapshot| Ok((s.champion(key)?, s.game_totals(key)?));
        let (champion, totals) = self.args.store.query("champion and games", facts).await?;
        if let (Some(row), None) = (champion, self.fold.champion()) {
            self.step(LoopInput::ChampionInstalled { model: row.model }, None).await?;
        }
        let input = LoopInput::GamesStored { total_games: totals.games, total_samples: totals.samples };
        self.step(input, None).await
    }

    async fn subscribe(&self) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: format!("config/{}", self.key),
            filter: EventFilter::kinds(&KINDS).about(self.key),
            sink: EventSink::new(self.args.myself.clone(), ConfigMsg::Heard),
            from: StartFrom::Beginning,
        };
        subscription.open(&self.args.bus).await?;
        Ok(())
    }

    async fn heard(&mut self, delivery: Delivery) {
        let taken = self.take(&delivery).await;
        if let Err(error) = &taken {
            tracing::warn!(config = %self.key, event = delivery.event().name(), %error, "an event comes again");
        }
        delivery.settle(&taken);
        self.tell();
    }

    async fn take(&mut self, delivery: &Delivery) -> Result<(), BusFailure> {
        let steers = matches!(
            delivery.event(),
            Event::HyperparameterUpdated(_) | Event::ExplorationBoost(_) | Event::WorkQueued(_)
        );
        if steers {
            return Ok(self.take_steering().await?);
        }
        let input = input_of(delivery.event(), &self.fold, &self.args.store).await?;
        let rated = matches!(
            input,
            Some(
                LoopInput::EvaluationCompleted { .. }
                    | LoopInput::Promoted { .. }
                    | LoopInput::RolledBack { .. }
            )
        );
        if let Some(input) = input {
            self.step_caused(input, Some(delivery.header())).await?;
        }
        if rated {
            self.rate().await;
        }
        if matches!(delivery.event(), Event::IdleResourceDetected(_)) {
            self.resume(); // what is at work may have lost its order, or waits for a permit that it has by now
        }
        Ok(())
    }

    async fn step(&mut self, input: LoopInput, cause: Option<&EventHeader>) -> Result<(), StoreFailure> {
        match self.step_caused(input, cause).await {
            Ok(()) => Ok(()),
            Err(BusFailure::Outbox(failure)) => Err(failure),
            Err(other) => {
                tracing::error!(config = %self.key, error = %other, "a step of the loop was not taken");
                Err(StoreFailure::NotRun)
            }
        }
    }

    /// Folds an input in: the new state and the events that tell of it are stored together, and only then orders go out.
    async fn step_caused(&mut self, input: LoopInput, cause: Option<&EventHeader>) -> Result<(), BusFailure> {
        let mut next = self.fold.clone();
        let commands = next.fold(input, UnixMillis(self.args.clock.unix_ms()), &self.args.params);
        if next == self.fold && commands.is_empty() {
            return Ok(());
        }
        let queued = self.queued_jobs(&commands, UnixMillis(self.args.clock.unix_ms()));
        let staged = self
            .announcements(&commands)
            .into_iter()
            .map(|event| self.args.publisher.stage(event, cause))
            .collect::<Result<Vec<_>, _>>()?;
        let packed = postcard::to_stdvec(&next).map_err(|_| StoreFailure::NotRun)?;
        let (key, expected) = (self.key, self.revision);
        let work = move |write: &mut StoreWrite| -> Result<StateWrite, StorageError> {
            let written = write.put_config_state(key, expected, FOLD_VERSION, packed.clone())?;
            if matches!(written, StateWrite::Written { .. }) {
                queued.iter().try_for_each(|row| Self::queue(write, row))?;
                staged.iter().try_for_each(|event| event.append(write).map(drop))?;
            }
            Ok(written)
        };
        match self.args.store.commit("config step", work).await? {
            StateWrite::Written { revision } => self.revision = revision,
            StateWrite::Stale { current } => {
                tracing::error!(config = %key, current, expected, "another writer changed the loop's state");
                return Err(BusFailure::Outbox(StoreFailure::NotRun));
            }
        }
        self.fold = next;
        commands.iter().for_each(|command| self.send(command));
        Ok(())
    }

    async fn tick(&mut self) {
        self.ticks += 1;
        if let Err(error) = self.step(LoopInput::Tick, None).await {
            tracing::warn!(config = %self.key, %error, "a tick of the loop is repeated");
        }
        if self.ticks.is_multiple_of(REPEAT_TICKS) {
            self.resume();
        }
        self.tell();
    }

    /// Orders again what should be at work.
    fn resume(&self) {
        let commands: Vec<LoopCommand> = self.fold.resume();
        commands.iter().for_each(|command| self.send(command));
    }

    async fn roll_back_failed(&mut self, job: JobId) {
        if let Err(error) = self.step(LoopInput::RollBackFailed { job }, None).await {
            tracing::warn!(config = %self.key, %error, "the end of a roll-back is taken in later");
        }
        self.tell();
    }

    fn training_held(&mut self, job: JobId, held: bool) {
        self.held = held.then_some(job);
        self.tell();
    }

    /// Tells whether the run in hand waits for data: then self-play goes on, since new games are what it waits for.
    pub(super) fn waits_for_data(&self) -> bool {
        matches!(self.fold.stage(), LoopStage::Training { order, .. } if self.held == Some(order.job))
    }

    /// Reads the champion's rating from the whole match log.
    async fn rate(&mut self) {
        let (Some(champion), key) = (self.fold.champion(), self.key) else { return };
        match self.args.store.query("ratings", move |snapshot| fit_ratings(snapshot, key)).await {
            Ok(table) => {
                self.rating = table.get(&RatedPlayer::Model(champion.model)).map(|rating| rating.estimate);
            }
            Err(error) => tracing::warn!(config = %key, %error, "the ratings could not be read"),
        }
    }
}
