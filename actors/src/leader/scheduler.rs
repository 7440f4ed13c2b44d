//! The scheduler: keeps the curriculum, which gives each config its share of self-play.
//!
//! Supervised by `leader`, one for one. The table is stored with every change, in one transaction with the event that tells of it.

use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{CurriculumOutcome, CurriculumTable};
use rr_proto::{ConfigKey, CurriculumRebalanced, CurriculumWeight, EventKind};
use rr_storage::{StorageError, StoreWrite, StoredValue};
use serde::{Deserialize, Serialize};

use crate::bus::EventPublisher;
use crate::error::BusFailure;
use crate::store::StoreAccess;

/// Name under which the curriculum is stored.
const FACT: &str = "curriculum";

/// What the scheduler is told.
#[derive(Debug)]
pub enum SchedulerMsg {
    /// Move a config's weight by the outcome of its last attempt.
    Rebalance {
        /// Which config.
        config: ConfigKey,
        /// How its attempt ended.
        outcome: CurriculumOutcome,
    },
}

/// What the scheduler needs.
#[derive(Clone)]
pub struct SchedulerArgs {
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// The configs that the node works on.
    pub configs: Arc<[ConfigKey]>,
}

/// Shares self-play out.
pub struct SchedulerActor;

/// The stored curriculum.
pub struct SchedulerState {
    args: SchedulerArgs,
    stored: StoredCurriculum,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct StoredCurriculum {
    revision: u64,
    table: CurriculumTable,
}

impl StoredValue for StoredCurriculum {
    const NAME: &'static str = "curriculum";
    const VERSION: u16 = 1;
}

impl Actor for SchedulerActor {
    type Msg = SchedulerMsg;
    type State = SchedulerState;
    type Arguments = SchedulerArgs;

    async fn pre_start(
        &self,
        _myself: ActorRef<SchedulerMsg>,
        args: SchedulerArgs,
    ) -> Result<SchedulerState, ActorProcessingErr> {
        let stored = args.store.query("curriculum", |snapshot| snapshot.fact(FACT)).await?;
        Ok(SchedulerState { args, stored: stored.unwrap_or_default() })
    }

    async fn handle(
        &self,
        _myself: ActorRef<SchedulerMsg>,
        SchedulerMsg::Rebalance { config, outcome }: SchedulerMsg,
        state: &mut SchedulerState,
    ) -> Result<(), ActorProcessingErr> {
        if let Err(error) = state.rebalance(config, outcome).await {
            tracing::warn!(%config, %error, "the curriculum was not moved");
        }
        Ok(())
    }
}

impl SchedulerState {
    async fn rebalance(&mut self, config: ConfigKey, outcome: CurriculumOutcome) -> Result<(), BusFailure> {
        let mut next = self.stored.clone();
        next.table.rebalance(config, outcome);
        next.revision += 1;
        let trigger = match outcome {
            CurriculumOutcome::Promoted => EventKind::ModelPromoted,
            CurriculumOutcome::Refused => EventKind::PromotionFailed,
            CurriculumOutcome::Measured(_) => EventKind::EvaluationCompleted,
        };
        let event = CurriculumRebalanced {
            trigger: trigger.as_str_name().to_owned(),
            cause: Some(config),
            revision: next.revision,
            weights: self.weights(&next.table),
        };
        let staged = self.args.publisher.stage(event.into(), None)?;
        let row = next.clone();
        let work = move |write: &mut StoreWrite| -> Result<(), StorageError> {
            write.put_fact(FACT, &row)?;
            let _ = staged.append(write)?;
            Ok(())
        };
        self.args.store.commit("curriculum", work).await?;
        self.stored = next;
        Ok(())
    }

    fn weights(&self, table: &CurriculumTable) -> Vec<CurriculumWeight> {
        let weight = |config: &ConfigKey| CurriculumWeight { config: *config, weight: table.weight(*config) };
        self.args.configs.iter().map(weight).collect()
    }
}
