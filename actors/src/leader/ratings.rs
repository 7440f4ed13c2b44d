//! Ratings: watches how a config's champions stand by the whole match log, and says when one plays worse than its predecessors did.
//!
//! Supervised by `leader`, one for one. Ratings are a fold over the stored log; nothing here has to survive.

use std::collections::BTreeMap;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{RatedPlayer, RegressionPolicy};
use rr_proto::{ConfigKey, Elo, ErrorCode, Event, EventKind, FailureNote, RegressionDetected};

use super::rating_fit::fit_ratings;
use crate::bus::{BusMsg, Delivery, DurableSubscription, EventFilter, EventPublisher, EventSink, StartFrom};
use crate::error::BusFailure;
use crate::store::StoreAccess;
use crate::supervision::Address;

/// How long the bus may take to take a subscription.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the ratings actor is told.
#[derive(Debug)]
pub enum RatingsMsg {
    /// A candidate was measured or promoted.
    Heard(Delivery),
}

/// What the ratings actor needs.
#[derive(Clone)]
pub struct RatingsArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// The event bus.
    pub bus: Address<BusMsg>,
    /// This actor, for events.
    pub myself: Address<RatingsMsg>,
    /// How a fall is graded.
    pub policy: RegressionPolicy,
}

/// Watches the ratings of all configs.
pub struct RatingsActor;

/// How often in a row a champion was seen below the best.
pub struct RatingsState {
    args: RatingsArgs,
    below: BTreeMap<ConfigKey, u32>,
}

impl Actor for RatingsActor {
    type Msg = RatingsMsg;
    type State = RatingsState;
    type Arguments = RatingsArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<RatingsMsg>,
        args: RatingsArgs,
    ) -> Result<RatingsState, ActorProcessingErr> {
        Ok(RatingsState { args, below: BTreeMap::new() })
    }

    async fn post_start(
        &self,
        _myself: ActorRef<RatingsMsg>,
        state: &mut RatingsState,
    ) -> Result<(), ActorProcessingErr> {
        let subscription = DurableSubscription {
            name: "ratings".to_owned(),
            filter: EventFilter::kinds(&[EventKind::EvaluationCompleted]),
            sink: EventSink::new(state.args.myself.clone(), RatingsMsg::Heard),
            from: StartFrom::Beginning,
        };
        let request = |reply| BusMsg::SubscribeDurable(subscription, reply);
        state.args.bus.call(request, PATIENCE).await??;
        Ok(())
    }

    async fn handle(
        &self,
        _myself: ActorRef<RatingsMsg>,
        RatingsMsg::Heard(delivery): RatingsMsg,
        state: &mut RatingsState,
    ) -> Result<(), ActorProcessingErr> {
        match state.heard(delivery.event()).await {
            Ok(()) => delivery.done(),
            Err(error) => {
                delivery.failed(FailureNote { code: ErrorCode::Unavailable, message: error.to_string() });
            }
        }
        Ok(())
    }
}

impl RatingsState {
    async fn heard(&mut self, event: &Event) -> Result<(), BusFailure> {
        let Some(config) = event.config() else { return Ok(()) };
        let facts = move |snapshot: &rr_storage::StoreSnapshot| {
            Ok((snapshot.champion(config)?, fit_ratings(snapshot, config)?))
        };
        let (champion, table) = self.args.store.query("ratings", facts).await?;
        let Some(champion) = champion else { return Ok(()) };
        // Only against the predecessor: it is the one that a roll-back would return to.
        let rating = |model| table.get(&RatedPlayer::Model(model));
        let (Some(current), Some(previous)) = (rating(champion.model), champion.previous.and_then(rating))
        else {
            return Ok(());
        };
        let drop = Elo(previous.estimate.elo.0 - current.estimate.elo.0);
        // A few games against a new champion say nothing: the policy asks for enough of them.
        let games = u32::try_from(current.games.0).unwrap_or(u32::MAX);
        let (Some(level), action) = self.args.policy.decide(drop, games) else {
            self.below.remove(&config);
            return Ok(());
        };
        let consecutive = self.below.entry(config).or_default();
        *consecutive += 1;
        let event = RegressionDetected {
            config,
            model: champion.model,
            level,
            current: current.estimate.elo,
            best: previous.estimate.elo,
            consecutive: *consecutive,
        };
        tracing::warn!(%config, ?level, ?action, drop = drop.0, "the champion is rated below its predecessor");
        self.args.publisher.publish(event.into(), None).await?;
        Ok(())
    }
}
