//! One evaluation from its order to its report.

use std::collections::BTreeMap;
use std::time::Duration;

use rr_cluster::{AnchorRecord, RatedPlayer, Sprt, is_mastered};
use rr_proto::{
    ConfigKey, EvaluationProgress, EvaluationStarted, MatchId, MatchTally, SprtVerdict, UnixMillis,
};
use rr_storage::{JobKind, JobRow, JobState, MatchRow, StorageError, StoreSnapshot};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::match_plan::{MatchPart, MatchPlan};
use super::players::PlayerSetup;
use super::report::{AnchorResult, Standing};
use super::round::{Round, RoundSetup};
use super::status::ArenaStatus;
use super::task::Evaluation;
use crate::leader::config::anchor_floors;
use crate::leader::{StoredMastery, fit_ratings};
use crate::workers::selfplay::{WorkerFailure, evaluation_settings};

/// Matches read at a time.
const PAGE: usize = 4096;

/// What an evaluation that is under way keeps in its job, so that every attempt plays the same games.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct ArenaJob {
    simulations: u32,
}

/// Says why an evaluation ended without a report, and how many games it had.
pub(super) struct EvaluationEnd {
    pub failure: WorkerFailure,
    pub games: u32,
}

impl Evaluation {
    /// Plays until there is a report, and stores it; one that is stored already is left as it is.
    pub async fn run(self) -> Result<(), EvaluationEnd> {
        let mut games = 0;
        self.try_run(&mut games).await.map_err(|failure| EvaluationEnd { failure, games })
    }

    async fn try_run(&self, games: &mut u32) -> Result<(), WorkerFailure> {
        let order = self.order;
        let job = order.job;
        let row = self.args.store.query("evaluation", move |snapshot| snapshot.job(job)).await?;
        if row.as_ref().is_some_and(|row| row.state.is_final()) {
            return Ok(());
        }
        let row = self.begin(row).await?;
        let simulations = postcard::from_bytes::<ArenaJob>(&row.detail).map_or(1, |job| job.simulations);
        let mut standing = Standing::new(Sprt::new(order.sprt)?);
        let mut setup = self.round_setup().await?;
        let tested = self.against_champion(&mut setup, simulations, &mut standing).await;
        *games = standing.sprt.games();
        let on_time = match tested {
            Ok(()) => true,
            Err(WorkerFailure::Deadline { .. }) if *games > 0 => false,
            Err(failure) => return Err(failure),
        };
        // Nobody asks how a candidate without a gain plays against the anchors.
        if on_time && standing.sprt.verdict() != SprtVerdict::Rejected {
            self.against_anchors(&mut setup, simulations, &mut standing).await?;
        }
        standing.store(self, row).await
    }

    /// Writes the job down with its budget, and tells that the games begin.
    async fn begin(&self, before: Option<JobRow>) -> Result<JobRow, WorkerFailure> {
        let now = UnixMillis(self.args.clock.unix_ms());
        let order = self.order;
        let begun = before.as_ref().is_some_and(|row| !row.detail.is_empty());
        let row = match before {
            Some(row) if begun => {
                JobRow { state: JobState::Running, attempt: order.attempt, updated_at: now, ..row }
            }
            waited => JobRow {
                id: order.job,
                kind: JobKind::Evaluation,
                config: self.key,
                state: JobState::Running,
                attempt: order.attempt,
                created_at: waited.map_or(now, |row| row.created_at),
                updated_at: now,
                detail: postcard::to_stdvec(&ArenaJob { simulations: self.simulations().await? })
                    .unwrap_or_default(), // a plain number is always encoded
            },
        };
        self.args.store.put_job(row.clone()).await?;
        let started = EvaluationStarted {
            config: self.key,
            job: order.job,
            candidate: order.candidate,
            champion: Some(order.champion),
            max_games: order.sprt.max_games,
        };
        let _ = self.args.publisher.publish(started.into(), None).await?; // a repetition is a duplicate
        Ok(row)
    }

    /// Returns the simulations of a move: as configured, or the budget of self-play.
    async fn simulations(&self) -> Result<u32, WorkerFailure> {
        if let Some(set) =
            [self.args.evaluation.simulations, self.args.simulations].into_iter().find(|n| *n > 0)
        {
            return Ok(set);
        }
        let (key, champion) = (self.key, RatedPlayer::Model(self.order.champion));
        let policy = self.args.budget.clone();
        let budget = move |snapshot: &StoreSnapshot| {
            let games = snapshot.game_totals(key)?.games;
            let rating = fit_ratings(snapshot, key)?.get(&champion).map(|rating| rating.estimate.elo);
            Ok(policy.simulations(policy.choose(games, rating)))
        };
        Ok(self.args.store.query("budget", budget).await?)
    }

    async fn round_setup(&self) -> Result<RoundSetup, WorkerFailure> {
        let (key, job) = (self.key, self.order.job);
        let known =
            self.args.store.query("matches of an evaluation", move |s| matches_of(s, key, job)).await?;
        let args = &self.args;
        let seconds = args.evaluation.deadline_seconds;
        Ok(RoundSetup {
            key,
            store: args.store.clone(),
            players: PlayerSetup {
                device: args.device.clone(),
                cache: args.cache.clone(),
                threads: args.threads,
                games: args.evaluation.concurrent_games as usize,
                max_batch: args.max_batch,
            },
            clock: args.clock.clone(),
            deadline: Instant::now() + Duration::from_secs(seconds),
            deadline_seconds: seconds,
            stop: self.stop.clone(),
            known,
        })
    }

    fn plan(&self, part: MatchPart, simulations: u32, max_games: u32) -> MatchPlan {
        let evaluation = &self.args.evaluation;
        MatchPlan {
            config: self.config,
            job: self.order.job,
            part,
            candidate: self.order.candidate,
            champion: self.order.champion,
            openings: u64::from(max_games / u32::from(self.config.players)),
            opening_plies: evaluation.opening_moves,
            seed: evaluation.seed,
            settings: evaluation_settings(self.config, evaluation, &self.args.search, simulations),
        }
    }

    async fn against_champion(
        &self,
        setup: &mut RoundSetup,
        simulations: u32,
        standing: &mut Standing,
    ) -> Result<(), WorkerFailure> {
        let plan = self.plan(MatchPart::Champion, simulations, self.order.sprt.max_games);
        let mut round = Round::new(setup, plan);
        let ended = loop {
            self.show(MatchPart::Champion, standing.tally, self.order.sprt.max_games, standing);
            match round.next().await {
                Ok(Some(opening)) => {
                    opening.count(&mut standing.tally);
                    let verdict = standing.sprt.record(opening.score()?);
                    self.progress(standing).await;
                    if verdict != SprtVerdict::Undecided {
                        break Ok(());
                    }
                }
                Ok(None) => break Ok(()),
                Err(failure) => break Err(failure),
            }
        };
        round.end().await;
        ended
    }

    async fn against_anchors(
        &self,
        setup: &mut RoundSetup,
        simulations: u32,
        standing: &mut Standing,
    ) -> Result<(), WorkerFailure> {
        let max_games = self.anchor_games();
        let mastered = self.args.store.query("mastered opponents", |s| s.fact(StoredMastery::FACT)).await?;
        let mastered: StoredMastery = mastered.unwrap_or_default();
        for part in [MatchPart::Random, MatchPart::Heuristic] {
            let mut result = AnchorResult { part, tally: MatchTally::default(), points: 0.0 };
            let mut round = Round::new(setup, self.plan(part, simulations, max_games));
            let ended = loop {
                self.show(part, result.tally, max_games, standing);
                match round.next().await {
                    Ok(Some(opening)) => {
                        opening.count(&mut result.tally);
                        result.points += opening.points();
                        let known = mastered.has(self.key, part.name());
                        if result.record().is_some_and(|record| self.is_enough(part, &record, known)) {
                            break Ok(());
                        }
                    }
                    // Late is better than never: the games so far count.
                    Ok(None) | Err(WorkerFailure::Deadline { .. }) => break Ok(()),
                    Err(failure) => break Err(failure),
                }
            };
            round.end().await;
            ended?;
            standing.anchors.push(result);
        }
        Ok(())
    }

    /// Returns how many games against an anchor are worth their time. The first promotion waits for a test alone, and people wait for
    /// it: what comes after is measured better.
    fn anchor_games(&self) -> u32 {
        let evaluation = &self.args.evaluation;
        let first = self.order.sprt.elo1 == evaluation.first_elo1;
        if first {
            evaluation.first_anchor_games.min(evaluation.anchor_games)
        } else {
            evaluation.anchor_games
        }
    }

    /// Says whether more games would tell nothing: the win rate is known, or an anchor that was mastered before is again.
    fn is_enough(&self, part: MatchPart, record: &AnchorRecord, mastered: bool) -> bool {
        let floors = anchor_floors(self.key, &self.args.promotion);
        let floor = if part == MatchPart::Random { floors.vs_random } else { floors.vs_heuristic };
        record.is_precise() || mastered && is_mastered(record, floor)
    }

    fn show(&self, part: MatchPart, tally: MatchTally, max_games: u32, standing: &Standing) {
        self.args.status.send_replace(Some(ArenaStatus {
            config: self.config,
            job: self.order.job,
            candidate: self.order.candidate,
            champion: self.order.champion,
            part,
            tally,
            sprt: standing.sprt.progress(),
            max_games,
        }));
    }

    async fn progress(&self, standing: &Standing) {
        let progress = EvaluationProgress {
            config: self.key,
            job: self.order.job,
            candidate: self.order.candidate,
            tally: standing.tally,
            sprt: standing.sprt.progress(),
        };
        if let Err(error) = self.args.publisher.publish(progress.into(), None).await {
            tracing::debug!(%error, "progress of an evaluation was not announced; the next report replaces it");
        }
    }
}

/// Reads the places of the games of an evaluation from the match log.
fn matches_of(
    snapshot: &StoreSnapshot,
    key: ConfigKey,
    job: rr_proto::JobId,
) -> Result<BTreeMap<MatchId, Vec<u8>>, StorageError> {
    let mut known = BTreeMap::new();
    let mut from = 0;
    loop {
        let rows: Vec<MatchRow> = snapshot.matches(key, from, PAGE)?;
        from += rows.len() as u64;
        let last = rows.len() < PAGE;
        known.extend(rows.into_iter().filter(|row| row.job == Some(job)).map(|row| (row.id, row.places)));
        if last {
            return Ok(known);
        }
    }
}
