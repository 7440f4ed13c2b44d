//! One order with what it is carried out with.

use rr_cluster::EvaluationOrder;
use rr_engine::board::GameConfig;
use rr_proto::ConfigKey;
use tokio::sync::watch;

use super::args::ArenaArgs;

/// Carries out one order.
pub(super) struct Evaluation {
    pub args: ArenaArgs,
    pub config: GameConfig,
    pub key: ConfigKey,
    pub order: EvaluationOrder,
    pub stop: watch::Receiver<bool>,
}
