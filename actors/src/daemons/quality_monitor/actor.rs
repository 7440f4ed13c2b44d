//! The actor itself. Supervised by `daemons`, one for one; what was told is stored, so that a restart tells nothing twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use rr_cluster::{QualityPolicy, QualityReport};
use rr_config::QualitySection;
use rr_proto::{ConfigKey, Games, QualityGrade};
use rr_storage::StoreSnapshot;
use serde::Serialize;

use super::look::{Found, QualityLook};
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::daemons::DaemonHealth;
use crate::daemons::rounds::Rounds;
use crate::error::BusFailure;
use crate::store::StoreAccess;
use crate::supervision::{Address, Observer, Ticker};

/// What the quality monitor is told.
#[derive(Debug)]
pub enum QualityMonitorMsg {
    /// Look at configs with new games.
    Look,
    /// This is what a round came to. Sent by the round.
    Done(QualityRoundEnd),
}

/// Says what a round found: configs with the number of their games, graded where there are enough.
#[derive(Debug)]
pub struct QualityRoundEnd(Result<Vec<(ConfigKey, Games, Option<Found>)>, BusFailure>);

/// What the quality monitor needs.
#[derive(Clone)]
pub struct QualityMonitorArgs {
    /// How quality is watched.
    pub settings: QualitySection,
    /// The store of the node.
    pub store: StoreAccess,
    /// Events.
    pub publisher: EventPublisher,
    /// This actor, for rounds.
    pub myself: Address<QualityMonitorMsg>,
    /// Shows the state.
    pub observer: Observer,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Grades games.
pub struct QualityMonitorActor;

/// What was found last.
pub struct QualityMonitorState {
    args: QualityMonitorArgs,
    _ticker: Ticker,
    health: DaemonHealth,
    rounds: Rounds,
    /// How many games a config had when it was looked at last.
    seen: BTreeMap<ConfigKey, Games>,
    numbers: QualityNumbers,
}

/// What the monitor shows.
#[derive(Debug, Default, Serialize)]
struct QualityNumbers {
    configs: BTreeMap<ConfigKey, ConfigQuality>,
    looks: u64,
}

#[derive(Debug, Serialize)]
struct ConfigQuality {
    grade: QualityGrade,
    #[serde(flatten)]
    report: QualityReport,
}

impl Actor for QualityMonitorActor {
    type Msg = QualityMonitorMsg;
    type State = QualityMonitorState;
    type Arguments = QualityMonitorArgs;

    async fn pre_start(
        &self,
        myself: ActorRef<QualityMonitorMsg>,
        args: QualityMonitorArgs,
    ) -> Result<QualityMonitorState, ActorProcessingErr> {
        let every = Duration::from_secs(args.settings.interval_seconds);
        let ticker = Ticker::every(&args.myself, every, || QualityMonitorMsg::Look);
        myself.cast(QualityMonitorMsg::Look)?;
        let health = DaemonHealth::new(args.clock.clone());
        let (seen, numbers) = (BTreeMap::new(), QualityNumbers::default());
        Ok(QualityMonitorState { args, _ticker: ticker, health, rounds: Rounds::default(), seen, numbers })
    }

    async fn handle(
        &self,
        _myself: ActorRef<QualityMonitorMsg>,
        message: QualityMonitorMsg,
        state: &mut QualityMonitorState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            QualityMonitorMsg::Look => state.look(),
            QualityMonitorMsg::Done(QualityRoundEnd(end)) => state.done(end),
        }
        Ok(())
    }
}

impl QualityMonitorState {
    /// Looks at what is new, one round at a time, off the mailbox.
    fn look(&mut self) {
        if !self.rounds.are_over() {
            return;
        }
        let (look, seen, actor) = (self.eye(), self.seen.clone(), self.args.myself.clone());
        self.rounds.begin(async move {
            let end = QualityRoundEnd(round(look, seen).await);
            let _ = actor.cast(QualityMonitorMsg::Done(end)); // gone with its supervisor
        });
    }

    fn eye(&self) -> QualityLook {
        let settings = &self.args.settings;
        QualityLook {
            store: self.args.store.clone(),
            publisher: self.args.publisher.clone(),
            clock: self.args.clock.clone(),
            policy: QualityPolicy {
                low: settings.low,
                high: settings.high,
                change: settings.change,
                min_to_train: settings.min_to_train,
                min_games: Games(settings.min_games),
            },
            games: settings.games,
        }
    }

    fn done(&mut self, end: Result<Vec<(ConfigKey, Games, Option<Found>)>, BusFailure>) {
        self.rounds.end();
        match end {
            Ok(found) => {
                self.health.worked();
                for (config, games, found) in found {
                    self.seen.insert(config, games);
                    self.numbers.looks += 1;
                    if let Some(Found { report, grade }) = found {
                        self.numbers.configs.insert(config, ConfigQuality { grade, report });
                    }
                }
            }
            Err(error) => self.health.failed("quality-monitor", &error),
        }
        self.args.observer.show(self.health.with(&self.numbers));
    }
}

/// Looks at every config that has other games than when it was seen last.
async fn round(
    look: QualityLook,
    seen: BTreeMap<ConfigKey, Games>,
) -> Result<Vec<(ConfigKey, Games, Option<Found>)>, BusFailure> {
    let count = |snapshot: &StoreSnapshot| {
        let games = |config: ConfigKey| Ok((config, snapshot.game_totals(config)?.games));
        ConfigKey::ALL.into_iter().map(games).collect::<Result<Vec<_>, _>>()
    };
    let counts = look.store.query("counts of games", count).await?;
    let mut found = Vec::new();
    for (config, games) in counts {
        if games > Games::ZERO && seen.get(&config) != Some(&games) {
            found.push((config, games, look.look(config).await?));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
