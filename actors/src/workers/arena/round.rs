//! One part of an evaluation: its openings in order, from the match log as far as they are there, played otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rr_proto::{ConfigKey, MatchId, UnixMillis};
use rr_storage::MatchRow;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::ledger::{FinishedOpening, OpeningLedger, share_of};
use super::match_plan::MatchPlan;
use super::players::{PlayedGame, PlayerSetup, Players};
use crate::clock::Clock;
use crate::store::StoreAccess;
use crate::workers::selfplay::WorkerFailure;

/// What the parts of an evaluation are played with.
pub(super) struct RoundSetup {
    pub key: ConfigKey,
    pub store: StoreAccess,
    pub players: PlayerSetup,
    pub clock: Arc<dyn Clock>,
    pub deadline: Instant,
    pub deadline_seconds: u64,
    /// Turns true when the work is called off.
    pub stop: watch::Receiver<bool>,
    /// The places of the games that are in the match log.
    pub known: BTreeMap<MatchId, Vec<u8>>,
}

/// Hands out the openings of a part in order.
pub(super) struct Round<'a> {
    setup: &'a mut RoundSetup,
    plan: MatchPlan,
    ledger: OpeningLedger,
    missing: BTreeSet<u64>,
    openings: u64,
    players: Option<Players>,
}

impl<'a> Round<'a> {
    /// Takes over what the match log has of the part.
    pub fn new(setup: &'a mut RoundSetup, plan: MatchPlan) -> Self {
        let mut ledger = OpeningLedger::new(plan.config.players);
        let mut missing = BTreeSet::new();
        for game in 0..plan.games() {
            match setup.known.get(&plan.match_id(game)) {
                Some(places) => ledger.record(game, share_of(places, plan.candidate_seat(game))),
                None => drop(missing.insert(game)),
            }
        }
        Self { setup, plan, ledger, missing, openings: 0, players: None }
    }

    /// Returns the next opening, playing where that is needed; none after the last one.
    ///
    /// Whatever it returns, the games that were finished are in the match log.
    pub async fn next(&mut self) -> Result<Option<FinishedOpening>, WorkerFailure> {
        loop {
            if let Some(opening) = self.ledger.take_next() {
                self.openings += 1;
                return Ok(Some(opening));
            }
            if self.openings >= self.plan.openings {
                return Ok(None);
            }
            let players = match &mut self.players {
                Some(players) => players,
                None => {
                    let source = self.plan.source(|game| self.missing.contains(&game));
                    self.players.insert(Players::start(&self.setup.players, &self.plan, source)?)
                }
            };
            let played = tokio::select! {
                biased;
                _ = self.setup.stop.wait_for(|stop| *stop) => return Err(WorkerFailure::Cancelled),
                () = sleep_until(self.setup.deadline) => {
                    return Err(WorkerFailure::Deadline { seconds: self.setup.deadline_seconds });
                }
                played = players.games.recv() => played,
            };
            // Without another word the threads end only when they have played everything.
            let Some(first) = played else { return Ok(None) };
            let mut games = vec![first?];
            while let Ok(more) = players.games.try_recv() {
                games.push(more?);
            }
            self.record(games).await?;
        }
    }

    /// Ends the threads, where there are any.
    pub async fn end(self) {
        if let Some(players) = self.players {
            players.end().await;
        }
    }

    /// Writes finished games to the match log, and counts them after that.
    async fn record(&mut self, games: Vec<PlayedGame>) -> Result<(), WorkerFailure> {
        let played_at = UnixMillis(self.setup.clock.unix_ms());
        let row = |game: &PlayedGame| MatchRow {
            id: self.plan.match_id(game.index),
            config: self.setup.key,
            job: Some(self.plan.job),
            seats: self.plan.seats(game.index),
            places: game.places.clone(),
            game: None,
            played_at,
        };
        let rows: Vec<MatchRow> = games.iter().map(row).collect();
        rows.iter()
            .for_each(|row| tracing::debug!(game = %row.id, job = %self.plan.job, "a rated game has ended"));
        self.setup.store.append_matches(rows).await?;
        for PlayedGame { index, places } in games {
            self.missing.remove(&index);
            self.ledger.record(index, share_of(&places, self.plan.candidate_seat(index)));
            self.setup.known.insert(self.plan.match_id(index), places);
        }
        Ok(())
    }
}
