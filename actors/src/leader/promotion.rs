//! Promotion: moves the champion's pointer by compare-and-set, in one transaction with the event that tells of it.
//!
//! Supervised by `leader`, one for one. It keeps nothing: an order that comes again finds the pointer moved and changes nothing.

use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{PromotionOrder, RANDOM_ELO, RatedPlayer, RegressionPolicy, RollBackOrder};
use rr_proto::{
    ConfigKey, Elo, ErrorCode, Event, FailureNote, Generation, ModelId, ModelPromoted, PromotionFailed,
    PromotionRolledBack, RatingEstimate, UnixMillis,
};
use rr_storage::{ChampionRow, ChampionSwap, StorageError, StoreWrite};
use tracing::Instrument;

use super::rating_fit::fit_ratings;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::error::StoreFailure;
use crate::leader::config::ConfigMsg;
use crate::store::StoreAccess;
use crate::supervision::Address;

/// What promotion is told.
#[derive(Debug)]
pub enum PromotionMsg {
    /// Make a proven candidate champion.
    Promote {
        /// Which config.
        config: ConfigKey,
        /// What to do.
        order: PromotionOrder,
    },
    /// Make the predecessor champion again; where that fails, the config is told.
    RollBack {
        /// Which config.
        config: ConfigKey,
        /// What to do.
        order: RollBackOrder,
        /// The number that the predecessor gets: no champion had it before.
        generation: Generation,
        /// Whom to tell.
        asker: Address<ConfigMsg>,
    },
}

/// What promotion needs.
#[derive(Clone)]
pub struct PromotionArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// How a fall is graded.
    pub regression: RegressionPolicy,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Moves champions' pointers.
pub struct PromotionActor;

/// Nothing but the arguments.
pub struct PromotionState {
    args: PromotionArgs,
}

impl Actor for PromotionActor {
    type Msg = PromotionMsg;
    type State = PromotionState;
    type Arguments = PromotionArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<PromotionMsg>,
        args: PromotionArgs,
    ) -> Result<PromotionState, ActorProcessingErr> {
        Ok(PromotionState { args })
    }

    async fn handle(
        &self,
        _myself: ActorRef<PromotionMsg>,
        message: PromotionMsg,
        state: &mut PromotionState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            PromotionMsg::Promote { config, order } => {
                let (model, job, before) = (order.candidate, order.evaluation, order.expected);
                let span = tracing::info_span!("promotion", %config, %job, %model, %before);
                state.promote(config, order).instrument(span).await;
            }
            PromotionMsg::RollBack { config, order, generation, asker } => {
                let span = tracing::info_span!("roll back", %config, job = %order.job, model = %order.to);
                if let Err(failure) = state.roll_back(config, order, generation).instrument(span).await {
                    tracing::error!(%config, failure.message, "the champion was not rolled back");
                    // A config actor that restarts orders the roll-back again.
                    let _ = asker.cast(ConfigMsg::RollBackFailed { job: order.job });
                }
            }
        }
        Ok(())
    }
}

impl PromotionState {
    async fn promote(&self, config: ConfigKey, order: PromotionOrder) {
        if let Err(failure) = self.try_promote(config, order).await {
            let event = PromotionFailed {
                config,
                model: order.candidate,
                evaluation: order.evaluation,
                failure: FailureNote {
                    code: failure.code,
                    // The attempt makes every failure an event of its own.
                    message: format!("attempt {}: {}", order.attempt, failure.message),
                },
            };
            if let Err(error) = self.args.publisher.publish(event.into(), None).await {
                tracing::error!(%config, %error, "PROMOTION_FAILED was not published");
            }
        }
    }

    async fn try_promote(&self, config: ConfigKey, order: PromotionOrder) -> Result<(), FailureNote> {
        let (rating, gain) = self.rating(config, order).await.map_err(|error| store_note(&error))?;
        let event = Event::from(ModelPromoted {
            config,
            model: order.candidate,
            previous: Some(order.expected),
            generation: order.generation,
            evaluation: order.evaluation,
            rating,
            gain,
        });
        let row = ChampionRow {
            model: order.candidate,
            previous: Some(order.expected),
            generation: order.generation,
            evaluation: Some(order.evaluation),
            since: UnixMillis(self.args.clock.unix_ms()),
        };
        self.swap(config, order.expected, row, event).await
    }

    /// Returns the candidate's rating and its gain over the champion, by the whole match log.
    async fn rating(
        &self,
        config: ConfigKey,
        order: PromotionOrder,
    ) -> Result<(RatingEstimate, Elo), StoreFailure> {
        let table = self.args.store.query("ratings", move |snapshot| fit_ratings(snapshot, config)).await?;
        let rating = |model| table.get(&RatedPlayer::Model(model)).map(|found| found.estimate);
        let unrated = RatingEstimate { elo: RANDOM_ELO, low: RANDOM_ELO, high: RANDOM_ELO };
        let candidate = rating(order.candidate).unwrap_or(unrated);
        let champion = rating(order.expected).unwrap_or(unrated);
        Ok((candidate, Elo(candidate.elo.0 - champion.elo.0)))
    }

    async fn roll_back(
        &self,
        config: ConfigKey,
        order: RollBackOrder,
        generation: Generation,
    ) -> Result<(), FailureNote> {
        let fall = self.fall(config, order).await.map_err(|error| store_note(&error))?;
        let event = Event::from(PromotionRolledBack {
            config,
            from: order.from,
            to: order.to,
            generation,
            // Games that were rated since may say less than those that gave the order.
            level: Some(self.args.regression.level(fall).unwrap_or(self.args.regression.roll_back_from)),
            reason: format!("the champion is rated {:.0} Elo under its predecessor", fall.0),
        });
        let row = ChampionRow {
            model: order.to,
            previous: Some(order.from),
            generation,
            evaluation: None, // no games of its own call the predecessor back
            since: UnixMillis(self.args.clock.unix_ms()),
        };
        self.swap(config, order.from, row, event).await
    }

    /// Returns by how much the champion is rated under its predecessor, by the whole match log.
    async fn fall(&self, config: ConfigKey, order: RollBackOrder) -> Result<Elo, StoreFailure> {
        let table = self.args.store.query("ratings", move |snapshot| fit_ratings(snapshot, config)).await?;
        let elo =
            |model| table.get(&RatedPlayer::Model(model)).map_or(RANDOM_ELO, |found| found.estimate.elo);
        Ok(Elo(elo(order.to).0 - elo(order.from).0))
    }

    /// Moves the pointer from `expected` to a row, in one transaction with the event that tells of it.
    async fn swap(
        &self,
        config: ConfigKey,
        expected: ModelId,
        row: ChampionRow,
        event: Event,
    ) -> Result<(), FailureNote> {
        let staged = self
            .args
            .publisher
            .stage(event, None)
            .map_err(|error| FailureNote { code: ErrorCode::Internal, message: error.to_string() })?;
        let work = move |write: &mut StoreWrite| -> Result<ChampionSwap, StorageError> {
            let swap = write.swap_champion(config, Some(expected), &row)?;
            if matches!(swap, ChampionSwap::Moved) {
                let _ = staged.append(write)?;
            }
            Ok(swap)
        };
        match self.args.store.commit("champion", work).await.map_err(|error| store_note(&error))? {
            ChampionSwap::Moved | ChampionSwap::Already => Ok(()),
            ChampionSwap::Lost { current } => Err(FailureNote {
                code: ErrorCode::Conflict,
                message: format!(
                    "the champion is {} and not {}; candidates are measured against it anew",
                    current.map_or_else(|| "nobody".to_owned(), |model| model.short()),
                    expected.short()
                ),
            }),
        }
    }
}

fn store_note(error: &StoreFailure) -> FailureNote {
    FailureNote { code: error.code(), message: error.to_string() }
}
