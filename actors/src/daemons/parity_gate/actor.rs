//! The actor itself. Supervised by `daemons`, one for one; a restart goes on where verdicts end, which is stored with them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::PendingGrant;
use rr_proto::{ConfigKey, Games, ParityGateState};
use serde::Serialize;

use super::grant::{self, GrantWish, RecordedGrant};
use super::round::{ParityRound, RoundOutcome};
use super::tally::ParityTally;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::daemons::rounds::Rounds;
use crate::error::BusFailure;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// What the parity gate is told.
#[derive(Debug)]
pub enum ParityGateMsg {
    /// Look for games without a verdict.
    Look,
    /// This is what a round came to. Sent by the round.
    Done(ParityRoundEnd),
}

/// Says how a round ended.
#[derive(Debug)]
pub struct ParityRoundEnd(Result<RoundOutcome, BusFailure>);

/// What the parity gate needs.
#[derive(Clone)]
pub struct ParityGateArgs {
    /// Time between two rounds; one that finds nothing reads one number per config.
    pub every: Duration,
    /// The grant that the configuration asks for.
    pub grant: Option<GrantWish>,
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// This actor, for rounds.
    pub myself: Address<ParityGateMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Gives games their verdicts.
pub struct ParityGateActor;

/// What the gate has found.
pub struct ParityGateWork {
    args: ParityGateArgs,
    _ticker: Ticker,
    health: DaemonHealth,
    rounds: Rounds,
    numbers: ParityNumbers,
}

/// What the gate shows.
#[derive(Debug, Default, Serialize)]
struct ParityNumbers {
    configs: BTreeMap<ConfigKey, ConfigNumbers>,
    /// Games that were replayed since the start.
    replayed: u64,
    /// Whether games without a verdict may train now.
    grant_in_force: bool,
    grant: Option<PendingGrant>,
}

#[derive(Debug, Serialize)]
struct ConfigNumbers {
    state: ParityGateState,
    checked: Games,
    failed: Games,
    pending: u64,
}

impl Actor for ParityGateActor {
    type Msg = ParityGateMsg;
    type State = ParityGateWork;
    type Arguments = ParityGateArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<ParityGateMsg>,
        args: ParityGateArgs,
    ) -> Result<ParityGateWork, ActorProcessingErr> {
        settle_grant(&args).await?;
        let ticker = Ticker::every(&args.myself, args.every, || ParityGateMsg::Look);
        myself.cast(ParityGateMsg::Look)?;
        let health = DaemonHealth::new(args.clock.clone());
        let numbers = ParityNumbers::default();
        Ok(ParityGateWork { args, _ticker: ticker, health, rounds: Rounds::default(), numbers })
    }

    async fn handle(
        &self,
        _myself: ActorRef<ParityGateMsg>,
        message: ParityGateMsg,
        state: &mut ParityGateWork,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            ParityGateMsg::Look => state.look(),
            ParityGateMsg::Done(ParityRoundEnd(end)) => state.done(end),
        }
        Ok(())
    }
}

/// Begins or takes back the grant, as the configuration has it now.
async fn settle_grant(args: &ParityGateArgs) -> Result<(), BusFailure> {
    let round = round(args);
    let recorded = args.store.query("grant", grant::recorded).await?;
    let Some(next) = grant::review(recorded.as_ref(), args.grant.as_ref(), round.now()) else {
        return Ok(());
    };
    let PendingGrant { name, holder, until, .. } = &next.grant;
    let reason = match next.grant.withdrawn {
        None => format!("{name} of {holder} lets games without a verdict train until {} ms", until.0),
        Some(_) => format!("the grant {name} of {holder} was taken back"),
    };
    tracing::warn!(reason, "the parity gate's grant changes");
    round.tell_grant(&next, reason).await
}

fn round(args: &ParityGateArgs) -> ParityRound {
    let (store, publisher, clock) = (args.store.clone(), args.publisher.clone(), args.clock.clone());
    ParityRound { store, publisher, clock }
}

impl ParityGateWork {
    /// Starts a round, one at a time.
    fn look(&mut self) {
        if !self.rounds.are_over() {
            return;
        }
        let (round, actor) = (round(&self.args), self.args.myself.clone());
        self.rounds.begin(async move {
            let end = ParityRoundEnd(round.run().await);
            let _ = actor.cast(ParityGateMsg::Done(end)); // gone with its supervisor
        });
    }

    fn done(&mut self, end: Result<RoundOutcome, BusFailure>) {
        self.rounds.end();
        match end {
            Ok(outcome) => {
                self.health.worked();
                self.take(outcome);
            }
            Err(error) => self.health.failed("parity-gate", &error),
        }
        self.args.observer.show(self.health.with(&self.numbers));
    }

    fn take(&mut self, outcome: RoundOutcome) {
        let RoundOutcome { configs, replayed, grant } = outcome;
        let numbers = |(config, tally, total): (ConfigKey, ParityTally, u64)| {
            let pending = total.saturating_sub(tally.next);
            let ParityTally { checked, failed, told: state, .. } = tally;
            (config, ConfigNumbers { state, checked, failed, pending })
        };
        self.numbers.configs = configs.into_iter().map(numbers).collect();
        self.numbers.replayed += replayed;
        let now = round(&self.args).now();
        let grant = grant.map(|RecordedGrant { grant, .. }| grant);
        self.numbers.grant_in_force = grant.as_ref().is_some_and(|grant| grant.in_force(now));
        self.numbers.grant = grant;
    }
}

#[cfg(test)]
mod tests;
