//! One round of the parity gate: replaying what has no verdict, writing verdicts down, telling what changed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rr_engine::record::GameRecord;
use rr_proto::{ConfigKey, GameId, ParityGateChanged, ParityGateState, UnixMillis};
use rr_storage::{GameParity, StorageError, StoreSnapshot, StoreWrite};

use super::grant::{self, RecordedGrant};
use super::tally::ParityTally;
use crate::bus::EventPublisher;
use crate::clock::Clock;
use crate::error::{BusFailure, StoreFailure};
use crate::store::StoreAccess;
use crate::workers::selfplay::reproduced;

/// Places that are looked at together.
const STRETCH: u64 = 256;

/// What a round works with.
#[derive(Clone)]
pub(super) struct ParityRound {
    pub store: StoreAccess,
    pub publisher: EventPublisher,
    pub clock: Arc<dyn Clock>,
}

/// What a round found.
#[derive(Debug, Default)]
pub(super) struct RoundOutcome {
    /// Each config that has games, with its tally and the number of its games.
    pub configs: Vec<(ConfigKey, ParityTally, u64)>,
    /// Games that were replayed in this round.
    pub replayed: u64,
    pub grant: Option<RecordedGrant>,
}

/// A stretch of a config's games.
struct Stretch {
    tally: ParityTally,
    total: u64,
    places: Vec<Place>,
}

/// One place: a verdict that is stored, or a record that waits for one.
enum Place {
    Judged(Option<GameParity>),
    Pending(GameId, Result<Vec<u8>, String>),
}

fn fact(config: ConfigKey) -> String {
    format!("parity-gate/{config}")
}

impl ParityRound {
    /// Gives every game a verdict that has none, config by config.
    pub async fn run(self) -> Result<RoundOutcome, BusFailure> {
        let recorded = self.store.query("grant", grant::recorded).await?;
        let mut outcome = RoundOutcome { grant: self.end_told(recorded).await?, ..RoundOutcome::default() };
        for config in ConfigKey::ALL {
            while let Some(stretch) = self.stretch(config).await? {
                let before = stretch.tally.next;
                let (tally, total, replayed) = self.judge(config, stretch, outcome.grant.as_ref()).await?;
                outcome.replayed += replayed;
                if tally.next >= total || tally.next == before {
                    outcome.configs.push((config, tally, total));
                    break;
                }
            }
        }
        Ok(outcome)
    }

    /// Reads the next stretch without verdicts, which may be empty; none for a config without games.
    async fn stretch(&self, config: ConfigKey) -> Result<Option<Stretch>, BusFailure> {
        let read = move |snapshot: &StoreSnapshot| {
            let total = snapshot.game_totals(config)?.games.0;
            if total == 0 {
                return Ok(None);
            }
            let tally: ParityTally = snapshot.fact(&fact(config))?.unwrap_or_default();
            let until = total.min(tally.next.saturating_add(STRETCH));
            let entries = snapshot.games(config, tally.next..until.max(tally.next))?;
            let places =
                entries.into_iter().map(|entry| place(snapshot, entry.id)).collect::<Result<_, _>>()?;
            Ok(Some(Stretch { tally, total, places }))
        };
        Ok(self.store.query("games without a verdict", read).await?)
    }

    /// Replays what has no verdict, and stores verdicts, tally and event together.
    async fn judge(
        &self,
        config: ConfigKey,
        stretch: Stretch,
        granted: Option<&RecordedGrant>,
    ) -> Result<(ParityTally, u64, u64), BusFailure> {
        let Stretch { mut tally, total, places } = stretch;
        let replay = move || places.into_iter().map(Place::verdict).collect::<Vec<_>>();
        let verdicts = tokio::task::spawn_blocking(replay).await.map_err(|_| StoreFailure::NotRun)?;
        verdicts.iter().for_each(|(_, verdict)| tally.take(*verdict));
        let new: Vec<_> = verdicts.iter().filter_map(|(id, verdict)| Some(((*id)?, (*verdict)?))).collect();
        let (from, to) = (tally.told, tally.state(total));
        if verdicts.is_empty() && from == to {
            return Ok((tally, total, 0));
        }
        tally.told = to;
        let event = (from != to).then(|| {
            let until = granted.map(|granted| &granted.grant).filter(|grant| grant.in_force(self.now()));
            let reason = in_words(to, &tally);
            self.changed(config, &tally, (from, to), until.map(|grant| grant.until), reason)
        });
        let staged = event.map(|event| self.publisher.stage(event.into(), None)).transpose()?;
        let (count, row) = (new.len() as u64, tally.clone());
        let work = move |write: &mut StoreWrite| {
            for (id, verdict) in &new {
                let _ = write.set_parity(*id, *verdict)?; // a game that was removed meanwhile needs none
            }
            write.put_fact(&fact(config), &row)?;
            if let Some(staged) = &staged {
                let _ = staged.append(write)?;
            }
            Ok(())
        };
        self.store.commit("verdicts", work).await?;
        Ok((tally, total, count))
    }

    /// Tells once that the grant has ended.
    async fn end_told(&self, recorded: Option<RecordedGrant>) -> Result<Option<RecordedGrant>, BusFailure> {
        let Some(before) = recorded else { return Ok(None) };
        if before.end_told || before.grant.in_force(self.now()) {
            return Ok(Some(before));
        }
        let after = RecordedGrant { end_told: true, ..before };
        let reason = format!("the grant {} of {} has ended", after.grant.name, after.grant.holder);
        tracing::warn!(reason, "games without a verdict don't train any more");
        self.tell_grant(&after, reason).await?;
        Ok(Some(after))
    }

    /// Stores a grant with an event for each config that has games.
    pub async fn tell_grant(&self, grant: &RecordedGrant, reason: String) -> Result<(), BusFailure> {
        let read = |snapshot: &StoreSnapshot| {
            let mut configs = Vec::new();
            for config in ConfigKey::ALL {
                if snapshot.game_totals(config)?.games.0 > 0 {
                    let tally: ParityTally = snapshot.fact(&fact(config))?.unwrap_or_default();
                    configs.push((config, tally));
                }
            }
            Ok(configs)
        };
        let configs = self.store.query("tallies of verdicts", read).await?;
        let until = grant.grant.in_force(self.now()).then_some(grant.grant.until);
        let staged = configs
            .iter()
            .map(|(config, tally)| {
                let event = self.changed(*config, tally, (tally.told, tally.told), until, reason.clone());
                self.publisher.stage(event.into(), None)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let row = grant.clone();
        let work = move |write: &mut StoreWrite| {
            grant::put(write, &row)?;
            for event in &staged {
                let _ = event.append(write)?;
            }
            Ok(())
        };
        Ok(self.store.commit("grant for games without a verdict", work).await?)
    }

    fn changed(
        &self,
        config: ConfigKey,
        tally: &ParityTally,
        (from, to): (ParityGateState, ParityGateState),
        bypass_until: Option<UnixMillis>,
        reason: String,
    ) -> ParityGateChanged {
        let (checked, failed) = (tally.checked, tally.failed);
        ParityGateChanged { config, from, to, checked, failed, bypass_until, reason, at: self.now() }
    }

    pub fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.unix_ms())
    }
}

/// Reads what stands at a place; a record that can't be read is judged by that.
fn place(snapshot: &StoreSnapshot, id: GameId) -> Result<Place, StorageError> {
    let row = snapshot.game(id)?;
    if row.as_ref().is_none_or(|row| row.parity != GameParity::Pending) {
        return Ok(Place::Judged(row.map(|row| row.parity)));
    }
    match snapshot.game_record(id) {
        Ok(Some(record)) => Ok(Place::Pending(id, Ok(record))),
        Ok(None) => Ok(Place::Judged(None)),
        Err(error @ StorageError::Corrupt { .. }) => Ok(Place::Pending(id, Err(error.to_string()))),
        Err(error) => Err(error),
    }
}

impl Place {
    /// Returns the verdict, with the game where it is a new one.
    fn verdict(self) -> (Option<GameId>, Option<GameParity>) {
        let (id, record) = match self {
            Self::Judged(verdict) => return (None, verdict),
            Self::Pending(id, record) => (id, record),
        };
        // A replay that panics judges its game, not those behind it.
        let judged = catch_unwind(AssertUnwindSafe(|| judged(record)));
        let judged =
            judged.unwrap_or_else(|_| Err("its replay panics: a defect, please report it".to_owned()));
        let verdict = match judged {
            Ok(()) => GameParity::Passed,
            Err(cause) => {
                tracing::error!(game = %id, cause, "a stored game does not replay as it was played; it never trains");
                GameParity::Failed
            }
        };
        (Some(id), Some(verdict))
    }
}

fn judged(record: Result<Vec<u8>, String>) -> Result<(), String> {
    let record = GameRecord::from_bytes(&record?).map_err(|error| error.to_string())?;
    reproduced(&record)
}

fn in_words(state: ParityGateState, tally: &ParityTally) -> String {
    match state {
        ParityGateState::Pending => "games wait for their replay".to_owned(),
        ParityGateState::Passed => {
            format!("all of {} replay as they were played, or are long past", tally.checked)
        }
        ParityGateState::Failed => {
            format!(
                "{} of {} replay otherwise than they were played; they never train",
                tally.failed, tally.checked
            )
        }
    }
}
