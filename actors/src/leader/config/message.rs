//! What a config actor is told, and what it reports.

use std::collections::BTreeSet;

use ractor::RpcReplyPort;
use rr_proto::{ConfigKey, Games, Generation, JobId, ModelId, RatingEstimate, Samples};

use crate::bus::Delivery;

/// What a config actor is told.
#[derive(Debug)]
pub enum ConfigMsg {
    /// Something happened.
    Heard(Delivery),
    /// Time passed: retries may be due, and workers are told again what they should be doing.
    Tick,
    /// A roll-back did not move the champion's pointer; of one that did an event tells.
    RollBackFailed {
        /// The order.
        job: JobId,
    },
    /// Only these slots of self-play are the config's from now on. Sent by the scheduler.
    Slots(BTreeSet<usize>),
    /// The data of a run may not train now, or may again; the order is repeated until the run is done.
    TrainingHeld {
        /// The run.
        job: JobId,
        /// Whether it waits.
        held: bool,
    },
    /// Say how far the config is.
    Report(RpcReplyPort<ConfigReport>),
}

/// Says how far a config is.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigReport {
    /// Which config.
    pub config: ConfigKey,
    /// Name of the stage: collecting, training, evaluating, promoting; or waiting for data.
    pub stage: &'static str,
    /// Games ever stored.
    pub games: Games,
    /// Samples ever stored.
    pub samples: Samples,
    /// Samples since the last training run was ordered.
    pub new_samples: Samples,
    /// The champion.
    pub champion: Option<ModelId>,
    /// The champion's number.
    pub generation: Generation,
    /// The champion's rating, once it has one.
    pub rating: Option<RatingEstimate>,
    /// Simulations of a full move of self-play.
    pub simulations: u32,
    /// Failures in a row.
    pub failures: u32,
    /// Refusals since the last promotion.
    pub refusals: u32,
}
